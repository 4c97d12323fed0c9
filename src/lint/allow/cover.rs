//! How far a comment reaches: the statement or item on whose line it stands, or that follows it, with all that is in it;
//! in a site file the key, with all that is below it.

use crate::syntax::tree::{Block, Comment, File, Item, ItemKind, Stmt, StmtKind};
use crate::text::Span;

/// A statement or item with those in it.
struct Piece {
    span: Span,
    inner: Vec<Piece>,
}

/// The statements and items of a file.
pub(super) struct Outline(Vec<Piece>);

impl Outline {
    pub(super) fn new(file: &File) -> Self {
        Self(file.items.iter().map(item).collect())
    }

    /// What a comment speaks of; nothing where nothing follows it.
    pub(super) fn covered(&self, text: &str, comment: &Comment) -> Option<Span> {
        let at = comment.span.start;
        if comment.own_line {
            return following(&self.0, at);
        }
        let line = text[..at as usize].rfind('\n').map_or(0, |end| end + 1);
        let line = u32::try_from(line).expect("because a source is bounded");
        on_line(&self.0, line, at)
    }
}

/// The innermost piece around a place knows what follows it; one without pieces in it is meant itself.
fn following(pieces: &[Piece], at: u32) -> Option<Span> {
    if let Some(around) = pieces.iter().find(|piece| piece.span.start < at && at < piece.span.end) {
        return if around.inner.is_empty() { Some(around.span) } else { following(&around.inner, at) };
    }
    pieces.iter().find(|piece| piece.span.start > at).map(|piece| piece.span)
}

/// The outermost piece that begins on the line; where none does, the innermost that the line belongs to.
fn on_line(pieces: &[Piece], line: u32, at: u32) -> Option<Span> {
    let begins = |piece: &&Piece| (line..at).contains(&piece.span.start);
    if let Some(piece) = pieces.iter().find(begins) {
        return Some(piece.span);
    }
    let around = pieces.iter().find(|piece| piece.span.start < line && line < piece.span.end)?;
    on_line(&around.inner, line, at).or(Some(around.span))
}

fn item(item: &Item) -> Piece {
    let inner = match &item.kind {
        ItemKind::Step(step) => {
            let ends = [&step.handler, &step.back_out].into_iter().flatten();
            let ends = ends.map(|end| Piece { span: end.span, inner: block(&end.value) });
            block(&step.body).into_iter().chain(ends).collect()
        }
        ItemKind::Procedure(procedure) => block(&procedure.body),
        ItemKind::Ending(ending) => block(&ending.body),
        ItemKind::Language(_)
        | ItemKind::Runbook(_)
        | ItemKind::Library(_)
        | ItemKind::Source(_)
        | ItemKind::Use(_)
        | ItemKind::Server(_)
        | ItemKind::Param(_)
        | ItemKind::Require(_)
        | ItemKind::Broken => Vec::new(),
    };
    Piece { span: item.span, inner }
}

fn block(block: &Block) -> Vec<Piece> {
    block.stmts.iter().map(stmt).collect()
}

fn stmt(stmt: &Stmt) -> Piece {
    let inner = match &stmt.kind {
        StmtKind::On { body, .. } => block(body),
        StmtKind::If(branch) => {
            let arms = branch.arms.iter().map(|(_, block)| block);
            arms.chain(&branch.otherwise).chain(&branch.unknown).flat_map(block).collect()
        }
        StmtKind::Choose(choose) => choose.arms.iter().flat_map(|(_, arm)| block(arm)).collect(),
        StmtKind::Retry(retry) => retry.body.iter().flat_map(block).collect(),
        StmtKind::Effect(_)
        | StmtKind::Notify(_)
        | StmtKind::Confirm(_)
        | StmtKind::PointOfNoReturn(_)
        | StmtKind::Assert { .. }
        | StmtKind::Wait(_)
        | StmtKind::Ensure(_)
        | StmtKind::Do { .. }
        | StmtKind::Stop(_)
        | StmtKind::LeaveWatchdogOff(_)
        | StmtKind::Broken => Vec::new(),
    };
    Piece { span: stmt.span, inner }
}

/// In YAML, of the lines from `line` on (as offsets of their beginnings): the first with something on it, and those below
/// it that are indented further.
pub(super) fn key(text: &str, line: usize) -> Option<(usize, usize)> {
    let mut reach: Option<(usize, usize, usize)> = None;
    let mut at = line;
    for piece in text[line..].split_inclusive('\n') {
        let written = piece.trim_start();
        let end = at + piece.len();
        if !written.is_empty() && !written.starts_with('#') {
            let indent = piece.len() - written.len();
            reach = match reach {
                None => Some((at, end, indent)),
                Some((from, _, first)) if indent > first => Some((from, end, first)),
                Some((from, to, _)) => return Some((from, to)),
            };
        }
        at = end;
    }
    reach.map(|(from, to, _)| (from, to))
}
