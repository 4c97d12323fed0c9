//! Which handlers a search entered, which commands were refused and how, over all choices of words: each as it is written,
//! once.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::engine::Part;
use crate::program::{Program, StepId};
use crate::text::SourceMap;

use super::reached::Written;
use super::verdict::Verified;

/// The handler of a step: `if this step fails`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handler {
    pub step: String,
    pub file: String,
    pub line: usize,
    /// Some path entered it. Where none did, nothing within the bounds leads there.
    pub entered: bool,
}

/// Every handler, in the order of writing.
#[must_use]
pub fn handlers(program: &Program, sources: &SourceMap, verified: &[Verified]) -> Vec<Handler> {
    let of = |(step, (id, written)): (StepId, (&String, &crate::program::Step))| {
        let span = written.handler.as_ref()?.span;
        let source = sources.get(span.source);
        Some(Handler {
            step: id.clone(),
            file: source.name.clone(),
            line: source.line_column(span.start).line,
            entered: verified.iter().any(|one| is_entered(one, step)),
        })
    };
    (0..).map(StepId).zip(&program.steps).filter_map(of).collect()
}

fn is_entered(one: &Verified, step: StepId) -> bool {
    one.code.ids().any(|at| {
        let place = one.code.place(at);
        place.step == Some(step) && place.part == Part::Handler && one.report.coverage.reached(at)
    })
}

/// The handlers that no path entered, by their steps; none: every one was.
#[must_use]
pub fn never_entered(handlers: &[Handler]) -> Option<String> {
    let never = handlers.iter().filter(|handler| !handler.entered);
    let steps: Vec<String> = never.map(|it| format!("{} (line {})", it.step, it.line)).collect();
    match (steps.len(), handlers.len()) {
        (0, _) => None,
        (1, _) => Some(format!("never entered: that of step {}", steps[0])),
        (many, all) if many == all => Some("none is ever entered".to_owned()),
        (_, _) => Some(format!("never entered: those of steps {}", steps.join(", "))),
    }
}

/// How many commands were refused on some path, and with which codes: `2 commands (14537, 14702)`. Where, JSON says.
#[must_use]
pub fn refusals(written: &[Written]) -> Option<String> {
    let refused: Vec<&Written> = written.iter().filter(|one| !one.refused.is_empty()).collect();
    let codes: BTreeSet<i32> = refused.iter().flat_map(|one| one.refused.iter().copied().flatten()).collect();
    let codes: Vec<String> = codes.iter().map(i32::to_string).collect();
    let with = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    match refused.len() {
        0 => None,
        1 => Some(format!("1 command{with}")),
        many => Some(format!("{many} commands{with}; which with what: --format json")),
    }
}
