//! What could hurt a pair or waste a window in a sound runbook. Findings only: nothing here changes a program, does IO or
//! explores paths with faults. The comments that say why one of them is meant are read here, too (`allow`).
//!
//! Two kinds of rules. Some read the program as it stands. The others follow the states of the pair through it
//! (`walk`): from the declared start states, statement by statement, with the transitions of `pair`, joined where ways
//! meet. A rule speaks where what it says holds on every way without mishaps; what cannot be known is not reported.

pub mod allow;
mod assume;
pub mod diagnostics;
mod found;
mod known;
mod pairs;
mod rules;
mod scene;
mod walk;

use crate::diag::Finding;
use crate::program::Program;
use crate::text::SourceMap;

use found::Found;
use scene::Scene;

/// The findings about a resolved program, in the order of their places. `sources` are those that it was resolved from.
#[must_use]
pub fn lint(program: &Program, sources: &SourceMap) -> Vec<Finding> {
    let scene = Scene::new(program, sources);
    let mut found = Found::default();
    rules::of_program(&scene, &mut found);
    walk::walk(program, &scene, &mut found);
    found.sorted()
}
