//! Blocks: their statements, what frames them, and what stands in them broken.

use crate::syntax::diagnostics;
use crate::syntax::explain::open_paren;
use crate::syntax::grammar::{Node, Rule, children};
use crate::syntax::scan::{indent, misindented, word_at};
use crate::syntax::tree::{Block, Stmt, StmtKind};
use crate::text::{Span, Spanned};

use super::{Lower, only};

/// The braces of a block as they were found, and how its last piece was.
pub(super) struct Frame {
    /// Where the construct that has the block begins.
    start: usize,
    open: Span,
    close: Span,
    /// It has a `}`.
    closed: bool,
    /// The `{` was forgotten: its `}` may be, too, and is not asked for.
    unopened: bool,
    /// The statement before was read wrongly: the mistake is in it.
    misread: bool,
    previous: Previous,
    previous_span: Option<Span>,
}

/// What stood before the piece at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Previous {
    Sound,
    /// A broken piece: clauses after it may be its own.
    Broken,
    /// A broken piece that was not at its end: whatever follows may be its rest.
    Open,
}

impl Frame {
    pub(super) fn sound(&mut self, span: Span) {
        self.previous = Previous::Sound;
        self.previous_span = Some(span);
    }
}

/// A step's block, with the two that end it apart.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) handler: Option<Spanned<Block>>,
    pub(super) back_out: Option<Spanned<Block>>,
    /// A statement behind them was reported.
    late: bool,
}

impl<'t> Lower<'t> {
    pub(super) fn frame(&self, node: &Node<'t>) -> Frame {
        let nowhere = self.at(node.as_span().start(), node.as_span().start());
        Frame {
            start: node.as_span().start(),
            open: nowhere,
            close: nowhere,
            closed: node.clone().into_inner().next_back().is_some_and(|last| last.as_rule() == Rule::close),
            unopened: false,
            misread: false,
            previous: Previous::Sound,
            previous_span: None,
        }
    }

    /// A block of anything but a step.
    pub(super) fn block(&mut self, node: Node<'t>) -> Block {
        self.body(node, None)
    }

    /// A step's block: its handler and back-out come apart.
    pub(super) fn step_block(&mut self, node: Node<'t>) -> (Block, Ends) {
        let mut ends = Ends::default();
        let block = self.body(node, Some(&mut ends));
        (block, ends)
    }

    fn body(&mut self, node: Node<'t>, mut ends: Option<&mut Ends>) -> Block {
        let mut frame = self.frame(&node);
        let mut stmts = Vec::new();
        let mut children = children(node).peekable();
        while let Some(child) = children.next() {
            let span = self.span(&child);
            match child.as_rule() {
                Rule::open | Rule::late_open | Rule::no_open | Rule::close | Rule::unclosed | Rule::junk => {
                    self.framing(child, &mut frame, Rule::only_stmt);
                    if let (true, Some(last)) = (std::mem::take(&mut frame.misread), stmts.last_mut()) {
                        forget(last);
                    }
                }
                Rule::broken => {
                    self.framing(child, &mut frame, Rule::only_stmt);
                    stmts.push(Stmt { kind: StmtKind::Broken, span });
                }
                Rule::handler | Rule::back_out => {
                    self.same_line(&frame, span);
                    frame.sound(span);
                    self.step_end(child, span, ends.as_deref_mut());
                }
                _ => {
                    self.same_line(&frame, span);
                    frame.sound(span);
                    self.behind_step_end(span, ends.as_deref_mut());
                    let junk_follows = children.peek().is_some_and(|next| next.as_rule() == Rule::junk);
                    let torn = std::mem::replace(&mut self.torn, junk_follows);
                    stmts.push(self.stmt(child));
                    self.torn = torn;
                }
            }
        }
        // Most blocks have one statement or two, and a list that grows has room for four.
        stmts.shrink_to_fit();
        Block { stmts, open: frame.open, close: frame.close }
    }

    /// A handler or a back-out.
    fn step_end(&mut self, node: Node<'t>, span: Span, ends: Option<&mut Ends>) {
        let is_handler = node.as_rule() == Rule::handler;
        let head = self.head(span);
        let block = Spanned::new(self.block(only(node)), span);
        let Some(ends) = ends else {
            return self.report_placed(diagnostics::step_end_outside_step(head));
        };
        let slot = if is_handler { &mut ends.handler } else { &mut ends.back_out };
        if let Some(first) = slot {
            let first = self.head(first.span);
            let what = if is_handler { "handlers" } else { "back-outs" };
            return self.report_placed(diagnostics::second_step_end(head, first, what));
        }
        *slot = Some(block);
        if let (true, Some(back_out)) = (is_handler, &ends.back_out) {
            let back_out = self.head(back_out.span);
            self.report_placed(diagnostics::handler_after_back_out(head, back_out));
        }
    }

    /// A statement: it may not stand behind a handler or a back-out.
    fn behind_step_end(&mut self, span: Span, ends: Option<&mut Ends>) {
        let Some(ends) = ends.filter(|ends| !ends.late) else { return };
        let Some(end) = ends.handler.as_ref().or(ends.back_out.as_ref()) else { return };
        let end = self.head(end.span);
        ends.late = true;
        self.report_placed(diagnostics::statement_after_step_end(self.head(span), end));
    }

    /// A brace, or a piece that is neither a statement nor an arm.
    pub(super) fn framing(&mut self, node: Node<'t>, frame: &mut Frame, strict: Rule) {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::open => frame.open = span,
            Rule::close => frame.close = span,
            Rule::late_open => self.late_open(&node, frame),
            Rule::no_open => self.no_open(&node, frame),
            Rule::unclosed => self.unclosed(&node, frame),
            Rule::junk => {
                if frame.previous == Previous::Sound {
                    let start = frame.previous_span.map_or(frame.start, |span| span.start as usize);
                    frame.misread = self.explain_junk(start, &node, strict);
                }
                self.astray_block(node);
                frame.previous = self.after_broken(span);
            }
            Rule::broken => {
                self.explain_broken(&node, strict, frame.previous);
                frame.previous = self.after_broken(span);
                frame.previous_span = Some(span);
                // What stands in a broken `choose` are no statements.
                if word_at(self.snippet(span)) != "choose" {
                    self.astray_block(node);
                }
            }
            _ => {}
        }
    }

    /// The block behind a broken piece: its own mistakes are said, and nothing of where it stands.
    pub(super) fn astray_block(&mut self, node: Node<'t>) {
        self.astray += 1;
        for block in node.into_inner().filter(|child| child.as_rule() == Rule::braced) {
            self.block(block);
        }
        self.astray -= 1;
    }

    /// Whether what follows a broken piece may be the rest of it.
    pub(super) fn after_broken(&self, span: Span) -> Previous {
        let line = self.snippet(span);
        let joined = line.ends_with(" and") || line.ends_with(" or") || line.ends_with([',', '(']);
        let has_block = line.ends_with('}') || line.contains('\n');
        if joined || !has_block && open_paren(line).is_some() { Previous::Open } else { Previous::Broken }
    }

    fn late_open(&mut self, node: &Node<'t>, frame: &mut Frame) {
        let end = node.as_span().end();
        frame.open = self.at(end - 1, end);
        self.report(diagnostics::late_brace(frame.open, self.behind(node.as_span().start())));
    }

    fn no_open(&mut self, node: &Node<'t>, frame: &mut Frame) {
        frame.open = self.behind(node.as_span().start());
        frame.unopened = true;
        let last_word = self.last_word(self.line_before(frame.open));
        self.report(if frame.closed {
            diagnostics::missing_open(last_word)
        } else {
            diagnostics::missing_brace(last_word)
        });
    }

    fn unclosed(&mut self, node: &Node<'t>, frame: &mut Frame) {
        let at = node.as_span().start();
        frame.close = self.at(at, at);
        if frame.unopened {
            return;
        }
        let word = word_at(&self.text[at..]);
        let end = if word.is_empty() { self.behind(at) } else { self.at(at, at + word.len()) };
        let suspect = misindented(self.text, frame.open.end as usize, at)
            .map(|(open, close)| (self.at(open, open + 1), self.at(close, close + 1)));
        self.report(diagnostics::unclosed_block(frame.open, end, word, suspect));
    }

    fn same_line(&mut self, frame: &Frame, span: Span) {
        if let Some(previous) = frame.previous_span
            && frame.previous == Previous::Sound
            && !self.breaks_between(previous, span)
        {
            let first = self.tail(previous);
            self.report(diagnostics::two_on_a_line(self.head(span), first, indent(self.text, first.start as usize)));
        }
    }
}

/// A statement of one line that was read wrongly counts as broken, so that nobody reports the same mistake in his words.
fn forget(stmt: &mut Stmt) {
    match &stmt.kind {
        StmtKind::On { .. } | StmtKind::If(_) | StmtKind::Choose(_) | StmtKind::Retry(_) => {}
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
        | StmtKind::Broken => stmt.kind = StmtKind::Broken,
    }
}
