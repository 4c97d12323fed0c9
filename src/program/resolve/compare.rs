//! Comparisons: both sides looked up, their sorts against each other.

use crate::pair::Measure;
use crate::program::{Comparison, CondKind, Operand, OperandKind, ParamType, Term, ValueTerm, diagnostics};
use crate::syntax::tree::{self, Name, ValueKind};
use crate::text::{Span, Spanned};

use super::Resolver;
use super::conds::Asked;
use super::names::Meaning;
use super::values::{Typed, Wanted};

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
    pub fn compare(
        &mut self,
        left: &tree::Operand,
        op: &Spanned<Comparison>,
        right: &tree::Operand,
    ) -> Option<CondKind> {
        let (left_words, right_words) = (self.words_of(left), self.words_of(right));
        let stands_for_nothing = self.stands_for_nothing(left);
        let left = self.side(left, right_words.as_ref());
        if left.is_none() && !stands_for_nothing {
            // `S1 = DOWN`: the other side would be a consequence.
            return None;
        }
        let right = self.side(right, left_words.as_ref());
        let (left, right) = (left?, right?);
        self.check_comparison(&left, op, &right)?;
        Some(CondKind::Compare { left: left.operand, op: op.value, right: right.operand })
    }

    fn stands_for_nothing(&self, operand: &tree::Operand) -> bool {
        let tree::OperandKind::Value(tree::Value { kind: ValueKind::Name(name), .. }) = &operand.kind else {
            return false;
        };
        matches!(self.meaning(name), Meaning::Unknown)
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
            tree::OperandKind::Step(id) => {
                let what = "a step is not compared".to_owned();
                self.report(diagnostics::not_compared(operand.span, what, diagnostics::begun_or_not(&id.value)));
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
