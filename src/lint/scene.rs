//! The program at hand and its texts, and what rules ask of them.

use crate::pair::{State, StateSet};
use crate::program::{Block, Cond, CondKind, Program, ServerId, ServerTerm, StepId, Stmt, Term};
use crate::text::{SourceId, SourceMap, Span};

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

    /// `S1 and S2`, in the runbook's order.
    pub fn pair(&self) -> String {
        self.program.servers.keys().map(String::as_str).collect::<Vec<_>>().join(" and ")
    }

    /// Every statement: of the steps, the endings and all procedures.
    pub fn each_stmt(&self, f: &mut dyn FnMut(&'p Stmt)) {
        let procedures = self.program.procedures.values().map(|procedure| &procedure.body);
        self.program.runbook_blocks().chain(procedures).for_each(|block| block.each(f));
    }

    /// Every whole condition.
    pub fn each_cond(&self, f: &mut dyn FnMut(&'p Cond)) {
        self.program.requires.iter().for_each(|require| f(&require.cond));
        self.each_stmt(&mut |stmt| stmt.conds().for_each(&mut *f));
    }

    /// As the runbook calls it.
    pub fn step(&self, step: StepId) -> &'p str {
        self.program.steps.get_index(usize::from(step.0)).map_or("", |(id, _)| id)
    }

    /// Every condition on a step that has begun wherever it stands, and whether it asks for that: in a step and what belongs to
    /// it, on this step or an earlier one; behind success, on any.
    pub fn each_begun(&self, f: &mut dyn FnMut(&'p Cond, StepId, bool)) {
        for (at, step) in (0..).zip(self.program.steps.values()) {
            let blocks = [Some(&step.body), step.handler.as_ref(), step.back_out.as_ref()];
            blocks.into_iter().flatten().for_each(|block| begun(block, StepId(at), f));
        }
        self.program.on_success.iter().for_each(|block| begun(block, StepId(u16::MAX), f));
    }

    /// Whether something stands in the runbook's own file, not in a library.
    pub fn is_own(&self, span: Span) -> bool {
        span.source == SourceId(0)
    }

    pub fn text(&self, span: Span) -> &'p str {
        self.sources.snippet(span)
    }

    /// What stands between the first quote in a piece of text and the one that closes it.
    pub fn quoted(&self, span: Span) -> Option<Span> {
        let text = self.text(span);
        let open = text.find(['\'', '"'])?;
        let quote = text[open..].chars().next()?;
        let mut inside = text[open + 1..].char_indices().peekable();
        while let Some((at, c)) = inside.next() {
            if c == '\\' && quote == '"' {
                inside.next();
            } else if c == quote && inside.next_if(|(_, next)| *next == quote && quote == '\'').is_none() {
                let start = span.start as usize + open + 1;
                return Some(Span::new(span.source, start, start + at));
            }
        }
        None
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

/// The conditions in a block on steps up to one.
fn begun<'p>(block: &'p Block, last: StepId, f: &mut dyn FnMut(&'p Cond, StepId, bool)) {
    let mut ask = |cond: &'p Cond| {
        if let CondKind::Begun { step, begun } = &cond.kind
            && *step <= last
        {
            f(cond, *step, *begun);
        }
    };
    block.each(&mut |stmt| stmt.conds().for_each(|cond| cond.each(&mut ask)));
}

/// The servers of a condition as they are written, whatever they stand for: of a procedure's, the first two.
pub fn as_written(term: &ServerTerm) -> Option<ServerId> {
    match term {
        Term::Known(server) => Some(*server),
        Term::Formal(formal) => (formal.0 < 2).then_some(ServerId(formal.0)),
        Term::Param(_) => None,
    }
}

/// `PRIMARY ALONE or STANDALONE`; where it can be nearly anything, less is said.
pub fn states(states: StateSet) -> String {
    if states.iter().count() == State::ALL.len() { "any state".to_owned() } else { states.to_string() }
}
