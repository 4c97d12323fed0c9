//! Values and texts: literals read, names looked up, types checked.

use std::time::Duration;

use crate::pair::Version;
use crate::program::{DurationTerm, ParamType, Template, TemplatePiece, Term, Value, ValueTerm, diagnostics};
use crate::syntax::tree::{self, Name, Piece, ValueKind};
use crate::text::{Span, Spanned};

use super::names::Meaning;
use super::{Reported, Resolver};

/// What may stand where a value is written.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'t> {
    /// Any value: it is bound to a statement.
    Any,
    /// A value of that type, and where the type is declared.
    Of(&'t ParamType, Option<(Span, &'t str)>),
}

/// A value with what is known of its type: none for a number.
pub(super) struct Typed {
    pub value: ValueTerm,
    pub ty: Option<ParamType>,
}

impl Typed {
    /// The type with its article, for people.
    pub fn described(&self) -> String {
        self.ty.as_ref().map_or_else(|| "a number".to_owned(), diagnostics::described)
    }
}

impl Resolver<'_> {
    /// Any value; none where a finding says why not.
    pub fn typed(&mut self, written: &tree::Value) -> Option<Typed> {
        let ValueKind::Name(name) = &written.kind else {
            let value = self.literal(written)?;
            let ty = literal_type(&value);
            return Some(Typed { value: ValueTerm { term: Term::Known(value), span: written.span }, ty });
        };
        let name = Spanned::new(name.clone(), written.span);
        match self.meaning(&name.value) {
            Meaning::Value(place, ty) => {
                let value = ValueTerm { term: place.term(), span: written.span };
                Some(Typed { value, ty: Some(ty) })
            }
            Meaning::Server(_) => {
                let declared = self.declaration(&name.value).map(|at| (at, "a server".to_owned()));
                self.report(diagnostics::wrong_type(written.span, "a server", "a value", declared));
                None
            }
            Meaning::Broken => None,
            Meaning::Unknown => {
                self.unknown(&name, false);
                None
            }
        }
    }

    /// A value of what is wanted; none where a finding says why not.
    pub fn value(&mut self, written: &tree::Value, wanted: Wanted) -> Option<ValueTerm> {
        let Wanted::Of(ty, declared) = wanted else { return self.typed(written).map(|typed| typed.value) };
        if let (ParamType::Words(words), ValueKind::Name(name)) = (ty, &written.kind)
            && (words.contains(name) || matches!(self.meaning(name), Meaning::Unknown))
        {
            return self.word(name, written.span, words, declared);
        }
        let typed = self.typed(written)?;
        if typed.ty.as_ref().is_some_and(|found| fits(found, ty)) {
            return Some(typed.value);
        }
        let declared = declared.map(|(span, name)| (span, format!("`{name}` is {}", diagnostics::described(ty))));
        let wanted = diagnostics::described(ty);
        self.report(diagnostics::wrong_type(written.span, &typed.described(), &wanted, declared));
        None
    }

    fn word(&mut self, word: &str, at: Span, words: &[String], declared: Option<(Span, &str)>) -> Option<ValueTerm> {
        if words.iter().any(|known| known == word) {
            return Some(ValueTerm { term: Term::Known(Value::Word(word.to_owned())), span: at });
        }
        let (span, name) = declared.map_or((None, "this"), |(span, name)| (Some(span), name));
        self.report(diagnostics::unknown_word(word, at, name, words, span));
        None
    }

    /// What is written, where it is not a name.
    fn literal(&mut self, written: &tree::Value) -> Option<Value> {
        match &written.kind {
            ValueKind::Duration(time) => Some(Value::Duration(*time)),
            ValueKind::Size(bytes) => Some(Value::Size(*bytes)),
            ValueKind::Number(number) => Some(Value::Number(*number)),
            ValueKind::Text(text) => self.plain(text, "a value").map(Value::Text),
            ValueKind::Version(text) => {
                let version = Version::parse(text);
                if version.is_none() {
                    self.report(diagnostics::bad_version(text, written.span));
                }
                version.map(Value::Version)
            }
            ValueKind::Name(_) => None,
        }
    }

    /// A duration, or a parameter that is one.
    pub fn limit(&mut self, written: &tree::Value) -> Option<DurationTerm> {
        match self.value(written, Wanted::Of(&ParamType::Duration, None))?.term {
            Term::Known(Value::Duration(time)) => Some(Term::Known(time)),
            Term::Param(id) => Some(Term::Param(id)),
            Term::Formal(id) => Some(Term::Formal(id)),
            Term::Known(Value::Size(_) | Value::Text(_) | Value::Version(_) | Value::Word(_) | Value::Number(_)) => {
                unreachable!("because only a duration is of that type")
            }
        }
    }

    pub fn optional_limit(&mut self, written: Option<&tree::Value>) -> Result<Option<DurationTerm>, Reported> {
        written.map(|written| self.limit(written).ok_or(Reported)).transpose()
    }

    /// A limit that the syntax wants: where it is missing a finding says so, and any stands for it.
    pub fn required_limit(&mut self, written: Option<&tree::Value>) -> Option<DurationTerm> {
        written.map_or(Some(Term::Known(Duration::ZERO)), |written| self.limit(written))
    }

    /// A text for people; a hole that stands for nothing is left out.
    pub fn template(&mut self, text: &tree::Text) -> Template {
        let pieces = text.pieces.iter().filter_map(|piece| match piece {
            Piece::Chars(chars) => Some(TemplatePiece::Chars(chars.clone())),
            Piece::Hole(name) => self.hole(name),
        });
        Template { pieces: pieces.collect(), span: text.span }
    }

    fn hole(&mut self, name: &Name) -> Option<TemplatePiece> {
        match self.meaning(&name.value) {
            Meaning::Server(server) => Some(TemplatePiece::Server(server)),
            Meaning::Value(place, _) => Some(TemplatePiece::Value(place.term())),
            Meaning::Broken => None,
            Meaning::Unknown => {
                self.unknown(name, false);
                None
            }
        }
    }

    /// A text without holes.
    pub fn plain(&mut self, text: &tree::Text, place: &str) -> Option<String> {
        for piece in &text.pieces {
            if let Piece::Hole(name) = piece {
                self.report(diagnostics::hole_not_here(&name.value, name.span, place));
            }
        }
        text.plain()
    }
}

/// Whether a value of one type can stand where another is wanted: fewer words may stand for more.
fn fits(found: &ParamType, wanted: &ParamType) -> bool {
    if let (ParamType::Words(found), ParamType::Words(wanted)) = (found, wanted) {
        return found.iter().all(|word| wanted.contains(word));
    }
    found == wanted
}

fn literal_type(value: &Value) -> Option<ParamType> {
    match value {
        Value::Duration(_) => Some(ParamType::Duration),
        Value::Size(_) => Some(ParamType::Size),
        Value::Text(_) => Some(ParamType::Text),
        Value::Version(_) => Some(ParamType::Version),
        Value::Word(word) => Some(ParamType::Words(vec![word.clone()])),
        Value::Number(_) => None,
    }
}
