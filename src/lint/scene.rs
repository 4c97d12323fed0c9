//! The program at hand and its texts, and what rules ask of them.

use crate::pair::{State, StateSet};
use crate::program::{Program, ServerId};
use crate::text::{SourceMap, Span};

pub struct Scene<'p> {
    pub program: &'p Program,
    sources: &'p SourceMap,
}

impl<'p> Scene<'p> {
    pub fn new(program: &'p Program, sources: &'p SourceMap) -> Scene<'p> {
        Scene { program, sources }
    }

    /// As the runbook calls it; the other half of a pair of which it knows one server has no name.
    pub fn name(&self, server: ServerId) -> &'p str {
        self.program.servers.get_index(server.0 as usize).map_or("the other server", |(name, _)| name)
    }

    /// The other server of the pair.
    pub fn other(server: ServerId) -> ServerId {
        ServerId(1 - server.0)
    }

    pub fn text(&self, span: Span) -> &'p str {
        self.sources.snippet(span)
    }

    /// What stands between the first quote in a piece of text and the next one of its kind.
    pub fn quoted(&self, span: Span) -> Option<Span> {
        let text = self.text(span);
        let open = text.find(['\'', '"'])?;
        let quote = text.as_bytes()[open] as char;
        let length = text[open + 1..].find(quote)?;
        let start = span.start as usize + open + 1;
        Some(Span::new(span.source, start, start + length))
    }

    /// The first place of a word in a piece of text, or the whole piece.
    pub fn word(&self, span: Span, word: &str) -> Span {
        let text = self.text(span);
        let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let places = text.match_indices(word).map(|(at, _)| at);
        let mut whole = places
            .filter(|at| is_edge(text[..*at].chars().next_back()) && is_edge(text[at + word.len()..].chars().next()));
        whole.next().map_or(span, |at| {
            let start = span.start as usize + at;
            Span::new(span.source, start, start + word.len())
        })
    }
}

/// `PRIMARY ALONE or STANDALONE`; where it can be nearly anything, less is said.
pub fn states(states: StateSet) -> String {
    if states.iter().count() == State::ALL.len() { "any state".to_owned() } else { states.to_string() }
}
