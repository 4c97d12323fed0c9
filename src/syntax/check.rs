//! What is strictly wrong with a whole tree: the order of a file's items, and what stands where it may not.

use crate::diag::Finding;
use crate::text::Span;

use super::diagnostics;
use super::tree::{Block, Cond, CondKind, EndingKind, If, Item, ItemKind, Retry, Step, Stmt, StmtKind};

/// The newest language that this hsbrun knows.
pub const LANGUAGE: u64 = 1;

/// The one finding of a file that is written in a newer language.
pub(super) fn newer_language(items: &[Item]) -> Option<Finding> {
    items.iter().find_map(|item| match &item.kind {
        ItemKind::Language(number) if number.value > LANGUAGE => {
            Some(diagnostics::unknown_language(number.span, number.value, LANGUAGE))
        }
        _ => None,
    })
}

/// Everything that is wrong with the order and the places of a file's items.
pub(super) fn file(items: &[Item], whole: Span) -> Vec<Finding> {
    if items.is_empty() {
        return vec![diagnostics::empty_file(Span { end: whole.start, ..whole })];
    }
    let mut findings = Vec::new();
    headers(items, &mut findings);
    seconds(items, &mut findings);
    match items.iter().find(|item| matches!(item.kind, ItemKind::Library(_))) {
        Some(library) => library_only(items, library.span, &mut findings),
        None => runbook_order(items, &mut findings),
    }
    for item in items {
        places(item, &mut findings);
    }
    findings
}

fn headers(items: &[Item], findings: &mut Vec<Finding>) {
    let first = head(&items[0]);
    match items.iter().position(|item| matches!(item.kind, ItemKind::Language(_))) {
        None if matches!(items[0].kind, ItemKind::Broken) => {}
        None => findings.push(diagnostics::missing_language(first)),
        Some(0) => {}
        Some(at) => findings.push(diagnostics::late_language(items[at].span, first)),
    }
    if let ItemKind::Language(number) = &items[0].kind
        && number.value == 0
    {
        findings.push(diagnostics::unknown_language(number.span, number.value, LANGUAGE));
    }
    let named = |item: &Item| matches!(item.kind, ItemKind::Runbook(_) | ItemKind::Library(_) | ItemKind::Broken);
    if !items.iter().any(named) {
        let language = items.iter().find(|item| matches!(item.kind, ItemKind::Language(_)));
        findings.push(diagnostics::missing_runbook(language.map_or(first, |item| item.span)));
    }
}

/// What may stand once in a file, and stands twice.
fn seconds(items: &[Item], findings: &mut Vec<Finding>) {
    let mut seen: Vec<(&'static str, Span)> = Vec::new();
    for item in items {
        let Some(kind) = once(&item.kind) else { continue };
        match seen.iter().find(|(other, _)| *other == kind) {
            Some((_, first)) => {
                findings.push(diagnostics::second_of_its_kind(head(item), *first, kind));
            }
            None => seen.push((kind, head(item))),
        }
    }
}

fn once(kind: &ItemKind) -> Option<&'static str> {
    match kind {
        ItemKind::Language(_) => Some("`language`"),
        ItemKind::Runbook(_) | ItemKind::Library(_) => Some("`runbook` or `library`"),
        ItemKind::Source(_) => Some("`source`"),
        ItemKind::Ending(ending) => Some(match ending.kind {
            EndingKind::Success => "`on success`",
            EndingKind::Failure => "`on failure`",
            EndingKind::BackOut => "`on back out`",
        }),
        ItemKind::Use(_)
        | ItemKind::Server(_)
        | ItemKind::Param(_)
        | ItemKind::Require(_)
        | ItemKind::Step(_)
        | ItemKind::Procedure(_)
        | ItemKind::Broken => None,
    }
}

fn library_only(items: &[Item], library: Span, findings: &mut Vec<Finding>) {
    for item in items {
        let what = match &item.kind {
            ItemKind::Step(_) => "steps",
            ItemKind::Server(_) => "servers",
            ItemKind::Param(_) => "parameters",
            ItemKind::Require(_) => "requirements",
            ItemKind::Ending(_) => "endings",
            ItemKind::Language(_)
            | ItemKind::Runbook(_)
            | ItemKind::Library(_)
            | ItemKind::Source(_)
            | ItemKind::Use(_)
            | ItemKind::Procedure(_)
            | ItemKind::Broken => continue,
        };
        findings.push(diagnostics::step_in_library(head(item), library, what));
    }
}

fn runbook_order(items: &[Item], findings: &mut Vec<Finding>) {
    let Some(first) = items.iter().position(|item| matches!(item.kind, ItemKind::Step(_))) else { return };
    let step = head(&items[first]);
    for item in &items[first..] {
        match &item.kind {
            ItemKind::Runbook(_)
            | ItemKind::Source(_)
            | ItemKind::Use(_)
            | ItemKind::Server(_)
            | ItemKind::Param(_)
            | ItemKind::Require(_) => findings.push(diagnostics::declaration_after_step(head(item), step)),
            // A late `language` has its own finding.
            ItemKind::Language(_)
            | ItemKind::Library(_)
            | ItemKind::Step(_)
            | ItemKind::Procedure(_)
            | ItemKind::Ending(_)
            | ItemKind::Broken => {}
        }
    }
    let ends = |item: &Item| match &item.kind {
        ItemKind::Ending(ending) => ending.kind == EndingKind::Failure,
        // It may be in there.
        ItemKind::Broken => true,
        _ => false,
    };
    if !items.iter().any(ends) {
        findings.push(diagnostics::missing_on_failure(step));
    }
}

/// An item without its block.
fn head(item: &Item) -> Span {
    let open = match &item.kind {
        ItemKind::Step(step) => step.body.open,
        ItemKind::Procedure(procedure) => procedure.body.open,
        ItemKind::Ending(ending) => ending.body.open,
        ItemKind::Language(_)
        | ItemKind::Runbook(_)
        | ItemKind::Library(_)
        | ItemKind::Source(_)
        | ItemKind::Use(_)
        | ItemKind::Server(_)
        | ItemKind::Param(_)
        | ItemKind::Require(_)
        | ItemKind::Broken => return item.span,
    };
    // One blank stands before the brace.
    Span { end: open.start.saturating_sub(1).max(item.span.start), ..item.span }
}

/// `retry`, `refused` and the end of a handler.
fn places(item: &Item, findings: &mut Vec<Finding>) {
    match &item.kind {
        ItemKind::Step(Step { body, handler, back_out, .. }) => {
            Places { in_handler: false, findings }.block(body);
            if let Some(handler) = handler {
                handler_end(&handler.value, handler.span, findings);
                Places { in_handler: true, findings }.block(&handler.value);
            }
            if let Some(back_out) = back_out {
                Places { in_handler: false, findings }.block(&back_out.value);
            }
        }
        ItemKind::Procedure(procedure) => Places { in_handler: false, findings }.block(&procedure.body),
        ItemKind::Ending(ending) => Places { in_handler: false, findings }.block(&ending.body),
        ItemKind::Require(require) => Places { in_handler: false, findings }.cond(&require.cond),
        ItemKind::Language(_)
        | ItemKind::Runbook(_)
        | ItemKind::Library(_)
        | ItemKind::Source(_)
        | ItemKind::Use(_)
        | ItemKind::Server(_)
        | ItemKind::Param(_)
        | ItemKind::Broken => {}
    }
}

fn handler_end(block: &Block, handler: Span, findings: &mut Vec<Finding>) {
    let stops = block.stmts.last().is_some_and(|last| matches!(last.kind, StmtKind::Stop(_) | StmtKind::Broken));
    if !stops && !block.close.is_empty() {
        let head = Span { end: block.open.start.saturating_sub(1).max(handler.start), ..handler };
        findings.push(diagnostics::handler_without_stop(block.close, head));
    }
}

/// Walks the statements of one place.
struct Places<'f> {
    in_handler: bool,
    findings: &'f mut Vec<Finding>,
}

impl Places<'_> {
    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
    }

    fn blocks<'b>(&mut self, blocks: impl IntoIterator<Item = &'b Block>) {
        for block in blocks {
            self.block(block);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assert { cond, .. } => self.cond(cond),
            StmtKind::Wait(wait) => self.conds([Some(&wait.until), wait.fail_if.as_ref()]),
            StmtKind::Ensure(ensure) => self.conds([Some(&ensure.cond), ensure.fail_if.as_ref()]),
            StmtKind::On { body, .. } => self.block(body),
            StmtKind::If(If { arms, otherwise, unknown }) => {
                for (cond, block) in arms {
                    self.cond(cond);
                    self.block(block);
                }
                self.blocks([otherwise, unknown].into_iter().flatten());
            }
            StmtKind::Choose(choose) => self.blocks(choose.arms.iter().map(|(_, block)| block)),
            StmtKind::Retry(Retry { body, .. }) => {
                if !self.in_handler {
                    let word = Span { end: stmt.span.start + 5, ..stmt.span };
                    self.findings.push(diagnostics::retry_outside_handler(word));
                }
                self.blocks(body);
            }
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm(_)
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Do { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_)
            | StmtKind::Broken => {}
        }
    }

    fn conds(&mut self, conds: [Option<&Cond>; 2]) {
        for cond in conds.into_iter().flatten() {
            self.cond(cond);
        }
    }

    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::And(terms) | CondKind::Or(terms) => terms.iter().for_each(|term| self.cond(term)),
            CondKind::Refused { .. } if !self.in_handler => {
                self.findings.push(diagnostics::refused_outside_handler(cond.span));
            }
            CondKind::Refused { .. } | CondKind::Is { .. } | CondKind::Compare { .. } | CondKind::Bare(_) => {}
        }
    }
}
