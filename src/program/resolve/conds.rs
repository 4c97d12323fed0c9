//! Conditions: probes looked up, words checked against what can be answered, comparisons against their types.

use crate::pair::{Measure, State, StateSet, Status, StatusWord};
use crate::program::{
    Comparison, Cond, CondKind, Operand, OperandKind, ParamType, ServerTerm, StatusWords, Term, ValueTerm, diagnostics,
};
use crate::syntax::tree::{self, Literal, Name, StateWords, ValueKind};
use crate::text::{Span, Spanned};

use super::names::Meaning;
use super::values::{Typed, Wanted};
use super::{Reported, Resolver};

/// What stands behind `SERVER.`
enum Asked {
    Status(Status),
    Measure(Measure),
    Answers,
}

/// One side of a comparison.
struct Side {
    operand: Operand,
    sort: Sort,
    /// As people call it.
    described: String,
}

/// A parameter of words: what it is compared with is one of them.
struct ParamWords {
    name: String,
    ty: ParamType,
    declared: Span,
}

/// What can be compared with what.
#[derive(PartialEq)]
enum Sort {
    Position,
    Version,
    Size,
    Duration,
    Text,
    Words,
    Number,
}

impl Resolver<'_> {
    /// A condition; none where a finding says why not.
    pub fn cond(&mut self, cond: &tree::Cond) -> Option<Cond> {
        let kind = match &cond.kind {
            tree::CondKind::And(parts) => CondKind::And(self.parts(parts)?),
            tree::CondKind::Or(parts) => CondKind::Or(self.parts(parts)?),
            tree::CondKind::Is { operand, states } => self.is(operand, states)?,
            tree::CondKind::Compare { left, op, right } => self.compare(left, op, right)?,
            tree::CondKind::Refused { codes } => self.refused(codes)?,
            tree::CondKind::Bare(operand) => self.bare(operand)?,
        };
        Some(Cond { kind, span: cond.span })
    }

    pub fn optional_cond(&mut self, cond: Option<&tree::Cond>) -> Result<Option<Cond>, Reported> {
        cond.map(|cond| self.cond(cond).ok_or(Reported)).transpose()
    }

    fn parts(&mut self, parts: &[tree::Cond]) -> Option<Vec<Cond>> {
        let resolved: Vec<_> = parts.iter().map(|part| self.cond(part)).collect();
        resolved.into_iter().collect()
    }

    fn refused(&mut self, codes: &[Spanned<u64>]) -> Option<CondKind> {
        let mut sound = Vec::new();
        for code in codes {
            match u32::try_from(code.value) {
                Ok(code) => sound.push(code),
                Err(_) => self.report(diagnostics::code_too_large(code.span)),
            }
        }
        (sound.len() == codes.len()).then_some(CondKind::Refused { codes: sound })
    }

    // ---- `is`

    fn is(&mut self, operand: &tree::Operand, words: &[StateWords]) -> Option<CondKind> {
        match &operand.kind {
            tree::OperandKind::Watchdog => self.watchdog_is(words),
            tree::OperandKind::Probe { server, word, args } => {
                let server = self.server(server);
                match self.asked(word, args.is_some())? {
                    Asked::Status(status) => {
                        let words = self.status_words(status, words)?;
                        Some(CondKind::Status { server: server?, words: StatusWords { status, words } })
                    }
                    Asked::Measure(measure) => {
                        let what = format!("`.{}` has no words", measure.word());
                        let help = "compare it with `<`, `<=`, `=`, `>=` or `>`".to_owned();
                        self.report(diagnostics::not_a_condition(operand.span, what, help));
                        None
                    }
                    Asked::Answers => {
                        self.report(diagnostics::not_a_condition(
                            operand.span,
                            "`.answers` is true or false by itself".to_owned(),
                            "leave out `is …`".to_owned(),
                        ));
                        None
                    }
                }
            }
            tree::OperandKind::Value(value) => {
                let server = self.asked_server(value);
                let states = self.state_set(words);
                Some(CondKind::Is { server: server?, states: states? })
            }
        }
    }

    fn watchdog_is(&mut self, words: &[StateWords]) -> Option<CondKind> {
        let mut on = None;
        for word in words {
            let found = match word.value.as_str() {
                "ON" => true,
                "OFF" => false,
                other => {
                    self.report(match other.to_uppercase().as_str() {
                        upper @ ("ON" | "OFF") => diagnostics::misspelt_case(other, upper, word.span),
                        _ => diagnostics::unknown_watchdog_word(other, word.span),
                    });
                    return None;
                }
            };
            if on.is_some_and(|on| on != found) {
                let what = "the watchdog is always ON or OFF".to_owned();
                self.report(diagnostics::not_a_condition(word.span, what, "ask for one of them".to_owned()));
                return None;
            }
            on = Some(found);
        }
        on.map(|on| CondKind::Watchdog { on })
    }

    /// The server before `is`.
    fn asked_server(&mut self, value: &tree::Value) -> Option<ServerTerm> {
        let ValueKind::Name(name) = &value.kind else {
            let what = "only servers, their statuses and the watchdog are asked with `is`".to_owned();
            self.report(diagnostics::not_a_condition(value.span, what, "write a server's name before `is`".to_owned()));
            return None;
        };
        if let Meaning::Value(_, ty) = self.meaning(name) {
            let what = format!("`{name}` is {}, not a server", diagnostics::described(&ty));
            self.report(diagnostics::not_a_condition(value.span, what, format!("compare it: `{name} = …`")));
            return None;
        }
        self.server(&Spanned::new(name.clone(), value.span))
    }

    /// The states of a list, `SERVING` written out.
    pub fn state_set(&mut self, words: &[StateWords]) -> Option<StateSet> {
        let states: Vec<_> = words.iter().map(|word| self.states_of(word)).collect();
        states.into_iter().try_fold(StateSet::EMPTY, |set, states| Some(set.union(states?)))
    }

    fn states_of(&mut self, word: &StateWords) -> Option<StateSet> {
        let known = |word: &str| match word {
            "SERVING" => Some(StateSet::serving()),
            _ => State::from_word(word).map(StateSet::of),
        };
        let found = known(&word.value);
        if found.is_none() {
            let upper = word.value.to_uppercase();
            self.report(match known(&upper) {
                Some(_) => diagnostics::misspelt_case(&word.value, &upper, word.span),
                None => diagnostics::unknown_state(&word.value, word.span),
            });
        }
        found
    }

    fn status_words(&mut self, status: Status, words: &[StateWords]) -> Option<Vec<StatusWord>> {
        let found: Vec<_> = words.iter().map(|word| self.status_word(status, word)).collect();
        found.into_iter().collect()
    }

    fn status_word(&mut self, status: Status, word: &StateWords) -> Option<StatusWord> {
        let known = |word: &str| status.words().iter().copied().find(|known| known.word() == word);
        let found = known(&word.value);
        if found.is_none() {
            let upper = word.value.to_uppercase();
            self.report(match known(&upper) {
                Some(_) => diagnostics::misspelt_case(&word.value, &upper, word.span),
                None => diagnostics::unknown_status_word(status, &word.value, word.span),
            });
        }
        found
    }

    /// What is asked of a server by that word.
    fn asked(&mut self, word: &Name, with_arguments: bool) -> Option<Asked> {
        let status = Status::ALL.into_iter().find(|status| status.word() == word.value).map(Asked::Status);
        let measure = || Measure::ALL.into_iter().find(|measure| measure.word() == word.value).map(Asked::Measure);
        let answers = || (word.value == "answers").then_some(Asked::Answers);
        let asked = status.or_else(measure).or_else(answers);
        match &asked {
            None => self.report(diagnostics::unknown_probe(&word.value, word.span)),
            Some(Asked::Status(_) | Asked::Measure(_)) if with_arguments => {
                self.report(diagnostics::probe_takes_nothing(&word.value, word.span));
                return None;
            }
            Some(Asked::Answers) if !with_arguments => {
                self.report(diagnostics::answers_wants_query(word.span));
                return None;
            }
            Some(Asked::Status(_) | Asked::Measure(_) | Asked::Answers) => {}
        }
        asked
    }

    // ---- a probe alone

    fn bare(&mut self, operand: &tree::Operand) -> Option<CondKind> {
        let (what, help) = match &operand.kind {
            tree::OperandKind::Probe { server, word, args } => {
                let server = self.server(server);
                match self.asked(word, args.is_some())? {
                    Asked::Answers => return self.answers(server, args.as_ref()?),
                    Asked::Status(status) => {
                        let words: Vec<&str> = status.words().iter().copied().map(StatusWord::word).collect();
                        let help = format!("ask for a word of it: `is {}`", words.join("`, `is "));
                        (format!("`.{}` alone", status.word()), help)
                    }
                    Asked::Measure(measure) => {
                        let help = "compare it with `<`, `<=`, `=`, `>=` or `>`".to_owned();
                        (format!("`.{}` alone", measure.word()), help)
                    }
                }
            }
            tree::OperandKind::Watchdog => {
                ("`watchdog` alone".to_owned(), "write `watchdog is ON` or `watchdog is OFF`".to_owned())
            }
            tree::OperandKind::Value(value) => {
                let ValueKind::Name(name) = &value.kind else {
                    let help = "ask a server, or compare a parameter".to_owned();
                    self.report(diagnostics::not_a_condition(operand.span, "a value alone".to_owned(), help));
                    return None;
                };
                match self.meaning(name) {
                    Meaning::Server(_) => (format!("`{name}` alone"), format!("ask for its state: `{name} is …`")),
                    Meaning::Value(..) => (format!("`{name}` alone"), format!("compare it: `{name} = …`")),
                    Meaning::Broken => return None,
                    Meaning::Unknown => {
                        self.unknown(&Spanned::new(name.clone(), value.span), false);
                        return None;
                    }
                }
            }
        };
        self.report(diagnostics::not_a_condition(operand.span, what, help));
        None
    }

    fn answers(&mut self, server: Option<ServerTerm>, args: &(Literal, Vec<tree::Value>)) -> Option<CondKind> {
        let (sql, values) = args;
        let values = self.bound_values(sql, values)?;
        Some(CondKind::Answers { server: server?, sql: sql.value.clone(), values })
    }

    // ---- comparisons

    fn compare(&mut self, left: &tree::Operand, op: &Spanned<Comparison>, right: &tree::Operand) -> Option<CondKind> {
        let (left_words, right_words) = (self.words_of(left), self.words_of(right));
        // Where one side is wrong in itself, the other is not looked at: it would often be a consequence.
        let left = self.side(left, right_words.as_ref())?;
        let right = self.side(right, left_words.as_ref())?;
        self.check_comparison(&left, op, &right)?;
        Some(CondKind::Compare { left: left.operand, op: op.value, right: right.operand })
    }

    /// The words of a parameter that stands as an operand.
    fn words_of(&self, operand: &tree::Operand) -> Option<ParamWords> {
        let tree::OperandKind::Value(tree::Value { kind: ValueKind::Name(name), span }) = &operand.kind else {
            return None;
        };
        match self.meaning(name) {
            Meaning::Value(_, ty @ ParamType::Words(_)) => {
                let declared = self.declaration(name).unwrap_or(*span);
                Some(ParamWords { name: name.clone(), ty, declared })
            }
            Meaning::Value(..) | Meaning::Server(_) | Meaning::Broken | Meaning::Unknown => None,
        }
    }

    fn side(&mut self, operand: &tree::Operand, words: Option<&ParamWords>) -> Option<Side> {
        match &operand.kind {
            tree::OperandKind::Watchdog => {
                let help = "write `watchdog is ON` or `watchdog is OFF`".to_owned();
                self.report(diagnostics::not_compared(operand.span, "the watchdog is not compared".to_owned(), help));
                None
            }
            tree::OperandKind::Probe { server, word, args } => {
                self.probe_side(operand.span, server, word, args.is_some())
            }
            tree::OperandKind::Value(value) => {
                if let ValueKind::Name(name) = &value.kind
                    && matches!(self.meaning(name), Meaning::Server(_))
                {
                    let what = format!("`{name}` is a server, and is not compared");
                    let help = format!("ask for its state: `{name} is …`");
                    self.report(diagnostics::not_compared(operand.span, what, help));
                    return None;
                }
                self.value_side(operand.span, value, words)
            }
        }
    }

    fn probe_side(&mut self, at: Span, server: &Name, word: &Name, with_arguments: bool) -> Option<Side> {
        let written = &server.value;
        let asked = self.server(server);
        let (what, help) = match self.asked(word, with_arguments)? {
            Asked::Measure(measure) => {
                let operand = Operand { kind: OperandKind::Measure { server: asked?, measure }, span: at };
                let (sort, described) = match measure {
                    Measure::Position => (Sort::Position, diagnostics::POSITION),
                    Measure::Version => (Sort::Version, "a version"),
                    Measure::LogSpace | Measure::DiskSpace => (Sort::Size, "a size"),
                };
                return Some(Side { operand, sort, described: described.to_owned() });
            }
            Asked::Status(status) => {
                (format!("`.{0}` is not compared", status.word()), format!("write `{written}.{} is …`", status.word()))
            }
            Asked::Answers => {
                ("`.answers` is true or false by itself".to_owned(), "leave out the comparison".to_owned())
            }
        };
        self.report(diagnostics::not_compared(at, what, help));
        None
    }

    fn value_side(&mut self, at: Span, value: &tree::Value, words: Option<&ParamWords>) -> Option<Side> {
        let (value, ty): (ValueTerm, Option<ParamType>) = match words {
            Some(ParamWords { name, ty, declared }) => {
                (self.value(value, Wanted::Of(ty, Some((*declared, name))))?, Some(ty.clone()))
            }
            None => {
                let Typed { value, ty } = self.typed(value)?;
                (value, ty)
            }
        };
        let described = Typed { value: value.clone(), ty: ty.clone() }.described();
        let sort = match ty {
            Some(ParamType::Duration) => Sort::Duration,
            Some(ParamType::Size) => Sort::Size,
            Some(ParamType::Text) => Sort::Text,
            Some(ParamType::Version) => Sort::Version,
            Some(ParamType::Words(_)) => Sort::Words,
            None => Sort::Number,
        };
        Some(Side { operand: Operand { kind: OperandKind::Value(value), span: at }, sort, described })
    }

    fn check_comparison(&mut self, left: &Side, op: &Spanned<Comparison>, right: &Side) -> Option<()> {
        let (from, to) = (left.operand.span, right.operand.span);
        let label = |side: &Side| (side.operand.span, side.described.clone());
        if left.sort != right.sort {
            let what = format!("{} compared with {}", left.described, right.described);
            self.report(diagnostics::wrong_comparison(op.span, what, label(left), label(right)));
            return None;
        }
        if known(&left.operand) && known(&right.operand) {
            let what = "two values that never change".to_owned();
            let help = "ask a server, or compare a parameter".to_owned();
            self.report(diagnostics::not_a_condition(from.to(to), what, help));
            return None;
        }
        let unordered = matches!(left.sort, Sort::Words | Sort::Text);
        if unordered && op.value != Comparison::Equal {
            self.report(diagnostics::wrong_operator(op.span, op.value, &left.described));
            return None;
        }
        if left.sort == Sort::Position && left.operand.kind == right.operand.kind {
            self.report(diagnostics::same_position(to, from));
            return None;
        }
        Some(())
    }
}

/// A value that stands in the text itself.
fn known(operand: &Operand) -> bool {
    match &operand.kind {
        OperandKind::Value(value) => matches!(value.term, Term::Known(_)),
        OperandKind::Measure { .. } => false,
    }
}
