//! Which upgrade a runbook's parameters speak of, and whether they speak of the same one.

use crate::diag::Finding;
use crate::pair::Version;
use crate::text::Span;

use super::bind::{Given, Origin};
use super::{Bindings, Param, ParamId, ParamType, Program, Value, diagnostics};

/// The word of a parameter by which a runbook tells an upgrade within a version level.
pub const FIX_PACK: &str = "fix_pack";

/// Two parameters that speak of different upgrades; what each has, and where.
pub(super) struct Misfit<'p> {
    /// The parameter that says `fix_pack`.
    pub(super) kind: Spoken<'p>,
    /// The parameter that has the version.
    pub(super) target: Spoken<'p>,
    pub(super) version: Version,
}

/// A parameter that has its value from somebody, or by default.
pub(super) struct Spoken<'p> {
    pub(super) name: &'p str,
    pub(super) declared: Span,
    pub(super) from: Option<Origin>,
}

impl Program {
    /// The parameter that has the version at which an upgrade ends: `target` before others of type `version`.
    #[must_use]
    pub fn target(&self) -> Option<ParamId> {
        let is_version = |name: &str| self.params.get(name).is_some_and(|param| param.ty == ParamType::Version);
        let named = Some("target").filter(|name| is_version(name));
        let name = named.or_else(|| self.params.keys().map(String::as_str).find(|name| is_version(name)))?;
        let at = self.params.get_index_of(name)?;
        Some(ParamId(u16::try_from(at).expect("because a parameter has its number")))
    }

    /// The version that a fix pack is to bring; none where another kind of upgrade is chosen, or nothing says it.
    #[must_use]
    pub fn fix_pack(&self, bindings: &Bindings) -> Option<Version> {
        let says = |at: u16| *bindings.get(ParamId(at)) == Value::Word(FIX_PACK.to_owned());
        (0..).take(self.params.len()).any(says).then_some(())?;
        match bindings.get(self.target()?) {
            Value::Version(version) => Some(*version),
            Value::Duration(_) | Value::Size(_) | Value::Text(_) | Value::Word(_) | Value::Number(_) => None,
        }
    }

    /// A fix pack to the first version of a level: there is nothing on that level that it could be installed over.
    pub(super) fn unfit(&self, given: &[Given]) -> Option<Finding> {
        let value = |name: &str, param: &Param| {
            let given = given.iter().rev().find(|given| given.name == name);
            let value = match given {
                Some(given) => Value::parse(&param.ty, &given.text),
                None => param.default.clone(),
            };
            value.map(|value| (value, given.map(|given| given.from)))
        };
        let kind = self.params.iter().find_map(|(name, param)| {
            let (word, from) = value(name, param)?;
            (word == Value::Word(FIX_PACK.to_owned())).then_some(Spoken { name, declared: param.span, from })
        })?;
        let (name, param) = self.params.get_index(self.target()?.0 as usize)?;
        let (Value::Version(version), from) = value(name, param)? else { return None };
        let target = Spoken { name, declared: param.span, from };
        let first = Version::new(version.major, version.minor, 0);
        (version == first).then(|| diagnostics::not_a_fix_pack(&Misfit { kind, target, version }))
    }
}
