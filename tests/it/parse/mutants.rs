//! One character deleted or put in, everywhere in a whole runbook: always a tree, and never more than one step lost
//! beyond the touched one. `HSBRUN_CAMPAIGN=full` tries every place, `ci` (the default) a sample.

use std::path::Path;

use hsbrun::syntax::parse;
use hsbrun::syntax::tree::{Block, File, ItemKind, Step, StmtKind};
use hsbrun::text::SourceId;

/// A step as far as a neighbour's mistake must leave it alone.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    id: String,
    range: std::ops::Range<usize>,
    stmts: usize,
}

fn steps(tree: &File) -> Vec<Seen> {
    let mut seen = Vec::new();
    for item in &tree.items {
        if let ItemKind::Step(step) = &item.kind {
            let range = item.span.start as usize..item.span.end as usize;
            seen.push(Seen { id: step.id.value.clone(), range, stmts: size(step) });
        }
    }
    seen
}

fn size(step: &Step) -> usize {
    let ends = [&step.handler, &step.back_out].into_iter().flatten().map(|end| 1 + count(&end.value));
    count(&step.body) + ends.sum::<usize>()
}

fn count(block: &Block) -> usize {
    let inner = |kind: &StmtKind| match kind {
        StmtKind::On { body, .. } => count(body),
        StmtKind::If(branch) => {
            let arms = branch.arms.iter().map(|(_, block)| count(block));
            arms.chain([&branch.otherwise, &branch.unknown].into_iter().flatten().map(count)).sum()
        }
        StmtKind::Choose(choose) => choose.arms.iter().map(|(_, block)| count(block)).sum(),
        StmtKind::Retry(retry) => retry.body.as_ref().map_or(0, count),
        _ => 0,
    };
    block.stmts.iter().map(|stmt| 1 + inner(&stmt.kind)).sum()
}

/// Steps of `before` that a mutation at `at` should have left alone and did not.
fn harmed(before: &[Seen], after: &File, at: usize) -> Vec<String> {
    let after = steps(after);
    before
        .iter()
        .filter(|step| !(step.range.start..=step.range.end + 1).contains(&at))
        .filter(|step| !after.iter().any(|other| other.id == step.id && other.stmts == step.stmts))
        .map(|step| step.id.clone())
        .collect()
}

#[test]
fn one_wrong_character_costs_at_most_one_step_beyond_the_touched_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/syntax/ok/hot-netcopy.hsbrun");
    let text = std::fs::read_to_string(path).expect("because the fixture is part of the package");
    let before = steps(&parse(SourceId(0), &text).tree);
    assert_eq!(before.len(), 20, "eighteen steps of the guide, one before and one after them");
    let stride = if std::env::var("HSBRUN_CAMPAIGN").is_ok_and(|size| size == "full") { 1 } else { 101 };
    for (nth, (at, char)) in text.char_indices().enumerate() {
        let (left, right) = text.split_at(at);
        let mutants =
            [format!("{left}{}", &right[char.len_utf8()..]), format!("{left}{{{right}"), format!("{left}\"{right}")];
        for (kind, mutant) in mutants.iter().enumerate() {
            if (nth + kind * 5) % stride != 0 {
                continue;
            }
            let parsed = parse(SourceId(0), mutant);
            let harmed = harmed(&before, &parsed.tree, at);
            let line = left.lines().count();
            assert!(harmed.len() <= 1, "mutant {kind} at byte {at}, line {line}: {harmed:?}\n{:#?}", parsed.findings);
        }
    }
}
