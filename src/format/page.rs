//! The lines as they are written: blank lines, indents, and the column of the comments behind them.

use super::flow;
use super::outline::Outline;
use super::token::{BYTE_ORDER_MARK, Token};

/// Of one block.
pub(super) const INDENT: usize = 4;
/// Between the longest line of a paragraph and the comments behind its lines.
const GAP: usize = 4;

/// One line of code, or a comment on a line of its own, or lines that are kept.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) indent: usize,
    pub(super) text: String,
    /// Empty: none behind it.
    pub(super) comment: String,
    kind: Kind,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Code,
    Comment,
    Kept,
    Blank,
}

impl Line {
    pub(super) fn code(indent: usize, text: String) -> Self {
        Self { indent, text, ..Self::default() }
    }

    pub(super) fn comment(indent: usize, text: String) -> Self {
        Self { indent, text, kind: Kind::Comment, ..Self::default() }
    }

    /// Whether a comment may be put behind it.
    pub(super) fn takes_comment(&self) -> bool {
        self.kind == Kind::Code && self.comment.is_empty()
    }

    fn opens(&self) -> bool {
        self.kind == Kind::Code && self.text.ends_with('{')
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

#[derive(Debug, Default)]
pub(super) struct Page {
    lines: Vec<Line>,
    depth: usize,
    /// The text ends with a carriage return that is kept: a line feed behind it would make a line end of the two.
    ends_with_return: bool,
}

impl Page {
    /// Lines that stay as they are.
    pub(super) fn keep(&mut self, lines: &str, after_blank: bool) {
        self.blank(after_blank);
        let text = lines.strip_suffix('\n').unwrap_or(lines).to_owned();
        self.ends_with_return = lines.ends_with('\r');
        self.lines.push(Line { text, kind: Kind::Kept, ..Line::default() });
    }

    /// A comment between statements.
    pub(super) fn comment(&mut self, comment: &Token<'_>) {
        match self.lines.last_mut().filter(|line| !comment.first && line.takes_comment()) {
            Some(line) => line.comment = comment.written(),
            None => {
                self.blank(comment.after_blank);
                self.lines.push(Line::comment(self.depth * INDENT, comment.written()));
            }
        }
    }

    /// A statement, or the end of a block and what follows it.
    pub(super) fn flow(&mut self, flow: &[Token<'_>], outline: &Outline) {
        let first = &flow[0];
        let ends_block = outline.close(first);
        let depth = outline.start(first).or(ends_block).unwrap_or(self.depth);
        self.blank(first.after_blank && ends_block.is_none());
        self.lines.extend(flow::lines(flow, depth, outline));
        self.depth = depth + usize::from(self.lines.last().is_some_and(Line::opens));
    }

    /// At most one blank line, and none where a file or a block begins.
    fn blank(&mut self, wanted: bool) {
        if wanted && self.lines.last().is_some_and(|last| !last.opens()) {
            self.lines.push(Line { kind: Kind::Blank, ..Line::default() });
        }
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        let mut text = String::new();
        for paragraph in self.lines.chunk_by(aligned) {
            let commented = paragraph.iter().filter(|line| !line.comment.is_empty());
            let column = commented.map(Line::width).max().unwrap_or(0) + GAP;
            for line in paragraph {
                text.push_str(&" ".repeat(line.indent));
                text.push_str(&line.text);
                if !line.comment.is_empty() {
                    text.push_str(&" ".repeat(column - line.width()));
                    text.push_str(&line.comment);
                }
                text.push('\n');
            }
        }
        if self.ends_with_return {
            text.pop();
        }
        // One that stands in a broken line and comes to stand first would be taken for the mark of the file, and go.
        if text.starts_with(BYTE_ORDER_MARK) {
            text.insert(0, '\n');
        }
        text
    }
}

/// Whether the comments behind two lines stand in one column: lines of one block, with nothing between them.
fn aligned(line: &Line, next: &Line) -> bool {
    let plain = |line: &Line| line.kind == Kind::Code && !line.opens() && !line.text.starts_with('}');
    plain(line) && plain(next) && line.indent == next.indent
}
