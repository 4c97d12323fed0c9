//! Conditions: probes looked up, words checked against what can be answered, comparisons against their types.

use crate::pair::{Measure, State, StateSet, Status, StatusWord};
use crate::program::{Cond, CondKind, ServerTerm, StatusWords, StepId, diagnostics};
use crate::syntax::tree::{self, Literal, Name, StateWords, ValueKind};
use crate::text::Spanned;

use super::names::Meaning;
use super::{Reported, Resolver, Within};

/// What stands behind `SERVER.`
pub(super) enum Asked {
    Status(Status),
    Measure(Measure),
    Answers,
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
            tree::OperandKind::Watchdog => self.watchdog_is(words).map(|on| CondKind::Watchdog { on }),
            tree::OperandKind::Step(id) => self.step_is(id, words),
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

    /// Whether it is to be ON.
    fn watchdog_is(&mut self, words: &[StateWords]) -> Option<bool> {
        self.one_of_two(words, "the watchdog", ["ON", "OFF"])
    }

    fn step_is(&mut self, id: &Name, words: &[StateWords]) -> Option<CondKind> {
        let step = self.asked_step(id);
        let begun = self.one_of_two(words, "a step", ["BEGUN", "NOT BEGUN"]);
        Some(CondKind::Begun { step: step?, begun: begun? })
    }

    /// The step of a condition; a procedure knows none.
    fn asked_step(&mut self, id: &Name) -> Option<StepId> {
        if matches!(self.at, Within::Procedure(_)) {
            self.report(diagnostics::step_in_procedure(&id.value, id.span));
            return None;
        }
        self.step_id(id, diagnostics::STEP_ASKED)
    }

    /// What is always one of two words: whether the first is asked for.
    fn one_of_two(&mut self, words: &[StateWords], what: &str, both: [&'static str; 2]) -> Option<bool> {
        let mut asked = None;
        for word in words {
            let Some(at) = both.iter().position(|known| *known == word.value) else {
                let upper = word.value.to_uppercase();
                self.report(match both.iter().find(|known| **known == upper) {
                    Some(known) => diagnostics::misspelt_case(&word.value, known, word.span),
                    None => diagnostics::not_one_of_two(what, &word.value, both, word.span),
                });
                return None;
            };
            if asked.is_some_and(|asked| asked != at) {
                let what = format!("{what} is always {}", both.join(" or "));
                self.report(diagnostics::not_a_condition(word.span, what, "ask for one of them".to_owned()));
                return None;
            }
            asked = Some(at);
        }
        asked.map(|asked| asked == 0)
    }

    /// The server before `is`.
    fn asked_server(&mut self, value: &tree::Value) -> Option<ServerTerm> {
        let ValueKind::Name(name) = &value.kind else {
            let what = "only servers, their statuses, the watchdog and steps are asked with `is`".to_owned();
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
    pub fn asked(&mut self, word: &Name, with_arguments: bool) -> Option<Asked> {
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
            tree::OperandKind::Step(id) => (format!("`step {}` alone", id.value), diagnostics::begun_or_not(&id.value)),
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
        // What stands behind it could not be read: it may not have been meant to stand alone.
        if !self.has_finding_in(self.to_end_of_line(operand.span)) {
            self.report(diagnostics::not_a_condition(operand.span, what, help));
        }
        None
    }

    fn answers(&mut self, server: Option<ServerTerm>, args: &(Literal, Vec<tree::Value>)) -> Option<CondKind> {
        let (sql, values) = args;
        let values = self.bound_values(sql, values)?;
        Some(CondKind::Answers { server: server?, sql: sql.value.clone(), values })
    }
}
