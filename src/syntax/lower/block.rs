//! Blocks: their statements, what frames them, and what stands in them broken.

use crate::syntax::diagnostics;
use crate::syntax::grammar::{Node, Rule};
use crate::syntax::tree::{Block, Stmt, StmtKind};
use crate::text::{Span, Spanned};

use super::{Lower, only};

/// The braces of a block as they were found, and how its last piece was.
pub(super) struct Frame {
    /// Where the construct that has the block begins.
    start: usize,
    open: Span,
    close: Span,
    /// The `{` was forgotten: its `}` may be, too, and is not asked for.
    unopened: bool,
    previous: Previous,
    previous_span: Option<Span>,
}

/// What stood before the piece at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Previous {
    Sound,
    /// A broken piece: the lines after it may be its rest.
    Broken,
}

impl Frame {
    pub(super) fn sound(&mut self) {
        self.previous = Previous::Sound;
    }
}

/// A step's block, with the two that end it apart.
pub(super) struct Body {
    pub(super) block: Block,
    pub(super) handler: Option<Spanned<Block>>,
    pub(super) back_out: Option<Spanned<Block>>,
}

impl<'t> Lower<'t> {
    pub(super) fn frame(&self, node: &Node<'t>) -> Frame {
        let nowhere = self.at(node.as_span().start(), node.as_span().start());
        Frame {
            start: node.as_span().start(),
            open: nowhere,
            close: nowhere,
            unopened: false,
            previous: Previous::Sound,
            previous_span: None,
        }
    }

    /// A block of anything but a step.
    pub(super) fn block(&mut self, node: Node<'t>) -> Block {
        let body = self.body(node);
        for misplaced in [&body.handler, &body.back_out].into_iter().flatten() {
            self.report_placed(diagnostics::step_end_outside_step(self.head(misplaced.span)));
        }
        body.block
    }

    /// A block that may be a step's.
    pub(super) fn body(&mut self, node: Node<'t>) -> Body {
        let mut frame = self.frame(&node);
        let mut stmts = Vec::new();
        let (mut handler, mut back_out) = (None, None);
        let mut late: Option<Span> = None;
        let mut children = node.into_inner().peekable();
        while let Some(child) = children.next() {
            let span = self.span(&child);
            match child.as_rule() {
                Rule::handler | Rule::back_out => {
                    self.same_line(&frame, span);
                    let is_handler = child.as_rule() == Rule::handler;
                    if is_handler && let Some(end) = &back_out {
                        let end: &Spanned<Block> = end;
                        self.report_placed(diagnostics::handler_after_back_out(self.head(span), self.head(end.span)));
                    }
                    let block = Spanned::new(self.block(only(child)), span);
                    let slot = if is_handler { &mut handler } else { &mut back_out };
                    match slot {
                        None => *slot = Some(block),
                        Some(first) => {
                            let first = first.span;
                            self.report_placed(diagnostics::second_step_end(self.head(span), self.head(first)));
                        }
                    }
                    frame.previous_span = Some(span);
                    frame.sound();
                }
                Rule::open | Rule::late_open | Rule::no_open | Rule::close | Rule::unclosed | Rule::junk => {
                    self.framing(child, &mut frame, Rule::only_stmt);
                }
                rule => {
                    self.same_line(&frame, span);
                    let end = handler.as_ref().or(back_out.as_ref()).map(|end| end.span);
                    if rule == Rule::broken {
                        self.framing(child, &mut frame, Rule::only_stmt);
                        stmts.push(Stmt { kind: StmtKind::Broken, span });
                    } else {
                        let torn = std::mem::replace(
                            &mut self.torn,
                            children.peek().is_some_and(|next| next.as_rule() == Rule::junk),
                        );
                        stmts.push(self.stmt(child));
                        self.torn = torn;
                        frame.sound();
                        if let (Some(end), None) = (end, late) {
                            late = Some(span);
                            self.report_placed(diagnostics::statement_after_step_end(self.head(span), self.head(end)));
                        }
                    }
                    frame.previous_span = Some(span);
                }
            }
        }
        Body { block: Block { stmts, open: frame.open, close: frame.close }, handler, back_out }
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
                    self.explain_junk(start, &node, strict);
                }
                self.astray_block(node);
                frame.previous = Previous::Broken;
            }
            Rule::broken => {
                self.explain_broken(&node, strict, frame.previous);
                self.astray_block(node);
                frame.previous = Previous::Broken;
            }
            _ => {}
        }
    }

    /// The block behind a broken piece: its own mistakes are said, and nothing of where it stands.
    pub(super) fn astray_block(&mut self, node: Node<'t>) {
        self.astray += 1;
        for block in node.into_inner().filter(|child| child.as_rule() == Rule::braced) {
            self.body(block);
        }
        self.astray -= 1;
    }

    fn late_open(&mut self, node: &Node<'t>, frame: &mut Frame) {
        let end = node.as_span().end();
        frame.open = self.at(end - 1, end);
        let head = self.at(0, node.as_span().start());
        self.report(diagnostics::late_brace(frame.open, Span { start: head.end, ..head }));
    }

    fn no_open(&mut self, node: &Node<'t>, frame: &mut Frame) {
        let head = self.at(0, node.as_span().start());
        frame.open = Span { start: head.end, ..head };
        frame.unopened = true;
        self.report(diagnostics::missing_brace(self.last_word(self.line_before(head.end))));
    }

    fn unclosed(&mut self, node: &Node<'t>, frame: &mut Frame) {
        let at = node.as_span().start();
        frame.close = self.at(at, at);
        if !frame.unopened {
            let word = self.text[at..].bytes().take_while(u8::is_ascii_alphabetic).count();
            let end = if word == 0 { self.at(0, at) } else { self.at(at, at + word) };
            let end = if word == 0 { Span { start: end.end, ..end } } else { end };
            self.report(diagnostics::unclosed_block(frame.open, end, self.snippet(end)));
        }
    }

    fn same_line(&mut self, frame: &Frame, span: Span) {
        if let Some(previous) = frame.previous_span
            && frame.previous == Previous::Sound
            && !self.breaks_between(previous, span)
        {
            self.report(diagnostics::two_on_a_line(self.head(span), self.head(previous)));
        }
    }

    /// The first line of a piece, up to its `{`.
    pub(in crate::syntax) fn head(&self, span: Span) -> Span {
        let text = self.snippet(span);
        let line = text.find('\n').unwrap_or(text.len());
        let line = text[..line].find(" {").unwrap_or(line);
        self.at(span.start as usize, span.start as usize + line.max(1).min(text.len()))
    }

    /// What stands on the line before a place.
    pub(super) fn line_before(&self, end: u32) -> Span {
        let end = end as usize;
        let start = self.text[..end].rfind('\n').map_or(0, |at| at + 1);
        let blanks = self.text[start..end].len() - self.text[start..end].trim_start().len();
        self.at(start + blanks, end)
    }
}
