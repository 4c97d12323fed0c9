//! What the formatter takes from the tree: where statements begin and blocks end, and how deep; where a condition may be
//! broken; and which pieces keep their lines.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::diag::Finding;
use crate::syntax::Parsed;
use crate::syntax::diagnostics as syntax;
use crate::syntax::tree::{Block, Choose, Cond, CondKind, If, Item, ItemKind, Name, Step, Stmt, StmtKind};
use crate::text::Span;

use super::kept;
use super::token::Token;

/// A statement, item, arm or step end, with what stands in its blocks.
#[derive(Debug, Default)]
pub(super) struct Unit {
    pub(super) span: Range<usize>,
    pub(super) blocks: Vec<Inside>,
    /// Its lines stay as they are.
    pub(super) kept: bool,
}

/// What stands between two braces.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) span: Range<usize>,
    pub(super) units: Vec<Unit>,
}

#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Where a statement or item begins, and how deep it stands.
    starts: HashMap<usize, usize>,
    /// Where a `}` stands, and how deep its statement does.
    closes: HashMap<usize, usize>,
    /// Where a term of a condition begins.
    terms: HashSet<usize>,
    /// Whole lines that stay as they are, in their order.
    kept: Vec<Range<usize>>,
}

/// Findings about where a piece stands in the file: the piece itself was read soundly.
const ABOUT_THE_FILE: [crate::diag::Rule; 8] = [
    syntax::MISSING_LANGUAGE,
    syntax::LATE_LANGUAGE,
    syntax::MISSING_RUNBOOK,
    syntax::SECOND_OF_ITS_KIND,
    syntax::STEP_IN_LIBRARY,
    syntax::DECLARATION_AFTER_STEP,
    syntax::MISSING_ON_FAILURE,
    syntax::EMPTY_FILE,
];

impl Outline {
    pub(super) fn of(text: &str, tokens: &[Token<'_>], parsed: &Parsed) -> Self {
        let mut outline = Self::default();
        let units = parsed.tree.items.iter().map(|item| outline.item(item)).collect();
        let about_a_piece = |finding: &&Finding| !ABOUT_THE_FILE.contains(&finding.rule);
        let places = parsed.findings.iter().filter(about_a_piece).filter_map(|finding| finding.labels.first());
        let mut problems: Vec<usize> = places.map(|label| label.span.start as usize).collect();
        problems.sort_unstable();
        outline.kept = kept::Lines { text, tokens, problems }.of_file(units);
        outline
    }

    pub(super) fn start(&self, token: &Token<'_>) -> Option<usize> {
        self.starts.get(&token.start).copied()
    }

    pub(super) fn close(&self, token: &Token<'_>) -> Option<usize> {
        self.closes.get(&token.start).copied()
    }

    pub(super) fn is_term(&self, token: &Token<'_>) -> bool {
        self.terms.contains(&token.start)
    }

    /// The kept lines that a place stands in.
    pub(super) fn kept_at(&self, place: usize) -> Option<&Range<usize>> {
        let after = self.kept.partition_point(|range| range.end <= place);
        self.kept.get(after).filter(|range| range.contains(&place))
    }

    fn item(&mut self, item: &Item) -> Unit {
        let blocks = match &item.kind {
            ItemKind::Step(step) => vec![self.step(step)],
            ItemKind::Procedure(procedure) => vec![self.block(&procedure.body, 0)],
            ItemKind::Ending(ending) => vec![self.block(&ending.body, 0)],
            ItemKind::Require(require) => {
                self.cond(&require.cond);
                Vec::new()
            }
            ItemKind::Language(_)
            | ItemKind::Runbook(_)
            | ItemKind::Library(_)
            | ItemKind::Source(_)
            | ItemKind::Use(_)
            | ItemKind::Server(_)
            | ItemKind::Param(_)
            | ItemKind::Broken => Vec::new(),
        };
        self.unit(item.span, blocks, item.kind == ItemKind::Broken, 0)
    }

    fn unit(&mut self, span: Span, blocks: Vec<Option<Inside>>, broken: bool, depth: usize) -> Unit {
        let span = bytes(span);
        self.starts.insert(span.start, depth);
        let whole = blocks.iter().all(Option::is_some);
        Unit { span, blocks: blocks.into_iter().flatten().collect(), kept: broken || !whole }
    }

    fn step(&mut self, step: &Step) -> Option<Inside> {
        let mut inside = self.block(&step.body, 0)?;
        for end in [&step.handler, &step.back_out].into_iter().flatten() {
            let block = self.block(&end.value, 1);
            inside.units.push(self.unit(end.span, vec![block], false, 1));
        }
        inside.units.sort_by_key(|unit| unit.span.start);
        Some(inside)
    }

    /// What stands in the block of a statement at a depth; none where one of its braces is missing.
    fn block(&mut self, block: &Block, depth: usize) -> Option<Inside> {
        let units = block.stmts.iter().map(|stmt| self.stmt(stmt, depth + 1)).collect();
        self.closes.insert(block.close.start as usize, depth);
        let whole = !block.open.is_empty() && !block.close.is_empty();
        whole.then_some(Inside { span: block.open.end as usize..block.close.start as usize, units })
    }

    fn stmt(&mut self, stmt: &Stmt, depth: usize) -> Unit {
        let blocks = match &stmt.kind {
            StmtKind::On { body, .. } => vec![self.block(body, depth)],
            StmtKind::If(branch) => self.branches(branch, depth),
            StmtKind::Choose(choose) => vec![self.arms(choose, stmt.span, depth)],
            StmtKind::Retry(retry) => retry.body.iter().map(|body| self.block(body, depth)).collect(),
            StmtKind::Assert { cond, .. } => self.conds([Some(cond), None]),
            StmtKind::Wait(wait) => self.conds([Some(&wait.until), wait.fail_if.as_ref()]),
            StmtKind::Ensure(ensure) => self.conds([Some(&ensure.cond), ensure.fail_if.as_ref()]),
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm(_)
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Do { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_)
            | StmtKind::Broken => Vec::new(),
        };
        self.unit(stmt.span, blocks, stmt.kind == StmtKind::Broken, depth)
    }

    fn branches(&mut self, branch: &If, depth: usize) -> Vec<Option<Inside>> {
        let mut blocks = Vec::new();
        for (cond, block) in &branch.arms {
            self.cond(cond);
            blocks.push(self.block(block, depth));
        }
        let others = [&branch.otherwise, &branch.unknown].into_iter().flatten();
        blocks.extend(others.map(|block| self.block(block, depth)));
        blocks
    }

    /// The tree has no braces of a `choose`: they are behind its name and at its end.
    fn arms(&mut self, choose: &Choose, span: Span, depth: usize) -> Option<Inside> {
        let units = choose.arms.iter().map(|(word, block)| self.arm(word, block, depth + 1)).collect();
        let close = (span.end as usize).checked_sub(1)?;
        self.closes.insert(close, depth);
        Some(Inside { span: choose.name.span.end as usize..close, units })
    }

    fn arm(&mut self, word: &Name, block: &Block, depth: usize) -> Unit {
        let inside = self.block(block, depth);
        self.unit(word.span.to(block.close), vec![inside], false, depth)
    }

    fn conds(&mut self, conds: [Option<&Cond>; 2]) -> Vec<Option<Inside>> {
        for cond in conds.into_iter().flatten() {
            self.cond(cond);
        }
        Vec::new()
    }

    fn cond(&mut self, cond: &Cond) {
        self.terms.insert(cond.span.start as usize);
        match &cond.kind {
            CondKind::And(terms) | CondKind::Or(terms) => terms.iter().for_each(|term| self.cond(term)),
            CondKind::Is { .. } | CondKind::Compare { .. } | CondKind::Refused { .. } | CondKind::Bare(_) => {}
        }
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
