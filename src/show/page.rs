//! A page of rows with a label at their left, under a headline.

use super::look::{Look, Paint};
use super::wrap::lines;

/// `the pair`, `exit code` and a gap.
const LABEL: usize = 11;

/// A page that is being written.
#[derive(Debug)]
pub struct Page<'a> {
    look: &'a Look,
    out: String,
}

impl<'a> Page<'a> {
    #[must_use]
    pub fn new(look: &'a Look) -> Self {
        Self { look, out: String::new() }
    }

    pub fn blank(&mut self) {
        self.out.push('\n');
    }

    /// Lines that are drawn already.
    pub fn text(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    pub fn headline(&mut self, paint: Paint, text: &str) {
        for line in lines(text, self.look.width.saturating_sub(1)) {
            self.out.push_str(&self.look.paint(paint, &self.look.paint(Paint::Strong, &line)));
            self.out.push('\n');
        }
    }

    /// Nothing where there is nothing to say.
    pub fn row(&mut self, label: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        for (at, line) in lines(text, self.look.width.saturating_sub(LABEL + 3)).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            self.out.push_str(&format!("  {}{line}\n", self.look.paint(Paint::Faint, &format!("{label:<LABEL$}"))));
        }
    }

    /// A row for each, the label before the first.
    pub fn rows(&mut self, label: &str, texts: &[String]) {
        texts.iter().enumerate().for_each(|(at, text)| self.row(if at == 0 { label } else { "" }, text));
    }

    #[must_use]
    pub fn done(self) -> String {
        self.out
    }
}

/// A paragraph, wrapped.
#[must_use]
pub fn paragraph(look: &Look, text: &str) -> String {
    lines(text, look.width.saturating_sub(1)).iter().map(|line| format!("{line}\n")).collect()
}

/// What is about to happen: the title, and a row for each thing to know before it.
#[must_use]
pub fn opening(look: &Look, title: &str, rows: &[(&str, String)]) -> String {
    let mut page = Page::new(look);
    page.headline(Paint::Accent, title);
    rows.iter().for_each(|(label, text)| page.row(label, text));
    page.blank();
    page.done()
}
