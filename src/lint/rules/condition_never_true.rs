//! A condition that contradicts itself, comes behind one that leaves nothing to it, or asks that a step has not begun where it
//! has.

use std::cmp::Ordering;

use crate::lint::assume::{if_false, if_true};
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::pairs::Pairs;
use crate::lint::scene::{Scene, as_written};
use crate::pair::StatusWord;
use crate::program::{Cond, CondKind, OperandKind, Stmt, StmtKind};

pub fn of_program(scene: &Scene, found: &mut Found) {
    scene.each_cond(&mut |cond| {
        if contradicts_itself(cond) {
            found.report(diagnostics::condition_never_true(cond.span, None));
        }
    });
    scene.each_begun(&mut |cond, step, begun| {
        if !begun {
            found.report(diagnostics::begun_by_then(cond.span, scene.step(step)));
        }
    });
    scene.each_stmt(&mut |stmt| behind_another(stmt, found));
}

fn contradicts_itself(cond: &Cond) -> bool {
    if_true(cond, Pairs::every(), &as_written).is_empty() || two_words_at_once(cond) || constant(cond) == Some(false)
}

/// An arm of an `if` that those before it leave nothing to.
fn behind_another(stmt: &Stmt, found: &mut Found) {
    let StmtKind::If { arms, .. } = &stmt.kind else { return };
    let mut left = Pairs::every();
    let mut first = None;
    for (cond, _) in arms {
        let alone = if_true(cond, Pairs::every(), &as_written);
        if if_true(cond, left, &as_written).is_empty() && !alone.is_empty() {
            found.report(diagnostics::condition_never_true(cond.span, first));
        }
        left = if_false(cond, left, &as_written);
        first = first.or(Some(cond.span));
    }
}

/// One status that is to be two things at once.
fn two_words_at_once(cond: &Cond) -> bool {
    let CondKind::And(parts) = &cond.kind else { return false };
    let status = |part: &Cond| match &part.kind {
        CondKind::Status { server, words } => Some((server.clone(), words.clone())),
        CondKind::And(_)
        | CondKind::Or(_)
        | CondKind::Is { .. }
        | CondKind::Answers { .. }
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. }
        | CondKind::Compare { .. } => None,
    };
    let asked: Vec<_> = parts.iter().filter_map(status).collect();
    let common = |one: &[StatusWord], other: &[StatusWord]| one.iter().any(|word| other.contains(word));
    asked.iter().enumerate().any(|(at, (server, words))| {
        asked[at + 1..].iter().any(|(other, others)| {
            server == other && words.status == others.status && !common(&words.words, &others.words)
        })
    })
}

/// What a comparison of something with itself says.
pub fn constant(cond: &Cond) -> Option<bool> {
    let CondKind::Compare { left, op, right } = &cond.kind else { return None };
    let same = match (&left.kind, &right.kind) {
        (OperandKind::Value(left), OperandKind::Value(right)) => left.term == right.term,
        (left, right) => left == right,
    };
    same.then(|| op.holds(Ordering::Equal))
}
