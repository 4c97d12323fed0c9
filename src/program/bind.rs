//! Values for the parameters of a program, checked against their types before the first step. Knows nothing of where
//! they come from but the words for it.

use std::fmt;
use std::time::Duration;

use crate::diag::Finding;
use crate::pair::Version;
use crate::text::Span;

use super::{Param, ParamId, ParamType, Program, Value, diagnostics};

/// One value for each parameter, in the order of declaration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bindings {
    values: Vec<Value>,
}

/// A value as somebody gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub name: String,
    pub text: String,
    pub from: Origin,
}

/// Who gave a value; for the wording only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    CommandLine,
    /// Where it is written there.
    Site(Span),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Origin::CommandLine => "on the command line",
            Origin::Site(_) => "in the site file",
        })
    }
}

/// Bindings where nobody gave everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    pub bindings: Bindings,
    /// The parameters that got a sample, in the order of declaration.
    pub samples: Vec<(String, Value)>,
}

impl Bindings {
    #[must_use]
    pub fn get(&self, param: ParamId) -> &Value {
        &self.values[param.0 as usize]
    }
}

impl Program {
    /// Gives every parameter its value: the last one given, else its default.
    ///
    /// # Errors
    /// All findings: a name that is no parameter, a text that is no value of the type, a parameter without a value, values
    /// that speak of different upgrades.
    pub fn bind(&self, given: &[Given]) -> Result<Bindings, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut values = Vec::with_capacity(self.params.len());
        for ((name, param), value) in self.params.iter().zip(self.given_values(given, &mut findings)) {
            match value {
                Slot::Value(value) => values.push(value),
                Slot::Wrong => {}
                Slot::Empty => {
                    findings.push(diagnostics::missing_parameter_value(name, &param.ty, param.span));
                }
            }
        }
        if findings.is_empty() { Ok(Bindings { values }) } else { Err(findings) }
    }

    /// As `bind`, but a parameter without a value gets a sample: a version `new_version`, a duration one hour, a size
    /// 1 GiB, a text `sample`, words the first one.
    ///
    /// # Errors
    /// The findings about what was given.
    pub fn sample_bindings(&self, given: &[Given], new_version: Version) -> Result<Sampled, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut sampled = Sampled { bindings: Bindings { values: Vec::new() }, samples: Vec::new() };
        for ((name, param), value) in self.params.iter().zip(self.given_values(given, &mut findings)) {
            let value = match value {
                Slot::Value(value) => value,
                Slot::Wrong | Slot::Empty => {
                    let value = sample(&param.ty, new_version);
                    sampled.samples.push((name.clone(), value.clone()));
                    value
                }
            };
            sampled.bindings.values.push(value);
        }
        if findings.is_empty() { Ok(sampled) } else { Err(findings) }
    }

    /// What is wrong with given values; parameters without one are not.
    #[must_use]
    pub fn check_given(&self, given: &[Given]) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.given_values(given, &mut findings);
        findings
    }

    /// What each parameter has of its own, in the order of declaration.
    fn given_values(&self, given: &[Given], findings: &mut Vec<Finding>) -> Vec<Slot> {
        let known = || self.params.keys().map(String::as_str);
        for stranger in given.iter().filter(|given| !self.params.contains_key(&given.name)) {
            findings.push(diagnostics::unknown_parameter_value(&stranger.name, stranger.from, known()));
        }
        let slots = self.params.iter().map(|(name, param)| given_value(name, param, given, findings)).collect();
        findings.extend(self.unfit(given));
        slots
    }
}

/// What a parameter has before samples are chosen.
enum Slot {
    Value(Value),
    /// Something was given that is no value; a finding says so.
    Wrong,
    Empty,
}

fn given_value(name: &str, param: &Param, given: &[Given], findings: &mut Vec<Finding>) -> Slot {
    let Some(given) = given.iter().rev().find(|given| given.name == name) else {
        return param.default.clone().map_or(Slot::Empty, Slot::Value);
    };
    match Value::parse(&param.ty, &given.text) {
        Some(value) => Slot::Value(value),
        None => {
            findings.push(diagnostics::wrong_parameter_value(name, &given.text, given.from, &param.ty, param.span));
            Slot::Wrong
        }
    }
}

fn sample(ty: &ParamType, new_version: Version) -> Value {
    match ty {
        ParamType::Duration => Value::Duration(Duration::from_secs(60 * 60)),
        ParamType::Size => Value::Size(1 << 30),
        ParamType::Text => Value::Text("sample".to_owned()),
        ParamType::Version => Value::Version(new_version),
        ParamType::Words(words) => {
            Value::Word(words.first().expect("because a type of words has at least two").clone())
        }
    }
}
