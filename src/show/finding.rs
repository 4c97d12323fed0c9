//! Findings drawn with their source lines. miette draws the lines; the words around them are ours.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use crate::diag::{Finding, Label, Severity};
use crate::text::{Source, SourceId, SourceMap, Span};

use super::label::fit_labels;
use super::look::{Look, Paint};
use super::wrap::wrap;
use crate::text::{inert, inert_in_place};

/// What `Page::read_span` takes for "the lines of the span, whole, and no others".
const WHOLE_LINES: usize = 1;
/// As much is shown of a line on each side of what is marked on it, in bytes; and of what is marked.
const MOST_OF_A_LINE: usize = 400;
/// More findings than this nobody reads at once.
pub const MOST_FINDINGS: usize = 100;

/// Draws findings about the sources of one program.
pub struct Printer<'a> {
    look: &'a Look,
    sources: Vec<Page>,
    handler: GraphicalReportHandler,
}

impl<'a> Printer<'a> {
    #[must_use]
    pub fn new(look: &'a Look, sources: &SourceMap) -> Self {
        let theme = GraphicalTheme {
            characters: if look.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if look.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(look.width)
            .with_links(false)
            .without_syntax_highlighting()
            .with_context_lines(WHOLE_LINES);
        Self { look, sources: sources.iter().map(|(_, source)| Page::new(source)).collect(), handler }
    }

    /// The first findings, a blank line behind each, how many more there are, and where more is said of them.
    #[must_use]
    pub fn findings(&self, findings: &[Finding]) -> String {
        let mut out: String = findings.iter().take(MOST_FINDINGS).map(|finding| self.finding(finding)).collect();
        if findings.len() > MOST_FINDINGS {
            out.push_str(&format!("{} more findings are not shown\n\n", findings.len() - MOST_FINDINGS));
        }
        out + &self.more(findings.iter().map(|finding| finding.rule.code))
    }

    /// The line at the end of a report that leads to the pages of its codes; nothing where there was no finding.
    #[must_use]
    pub fn more<'c>(&self, codes: impl IntoIterator<Item = &'c str>) -> String {
        let mut codes = codes.into_iter();
        let Some(first) = codes.next() else { return String::new() };
        let lead = if codes.any(|other| other != first) { "each code has a page, such as:" } else { "more about it:" };
        format!("{} hsbrun explain {first}\n", self.look.paint(Paint::Faint, lead))
    }

    /// One finding: its code and name, what is wrong, the places, why it matters, what helps.
    #[must_use]
    pub fn finding(&self, finding: &Finding) -> String {
        let mut out = self.headline(finding);
        out.push_str(&self.places(&finding.labels));
        for (word, text) in [("why", &finding.why), ("help", &finding.help)] {
            if let Some(text) = text {
                out.push_str(&self.said(word, text));
            }
        }
        out.push('\n');
        out
    }

    /// A word and what it has to say.
    #[must_use]
    pub fn said(&self, word: &str, text: &str) -> String {
        let lead = format!("  {word}: ");
        let wrapped = wrap(&self.spelt(&inert_lines(text)), &lead, self.look.width);
        wrapped.replacen(&lead, &self.look.paint(Paint::Accent, &lead), 1)
    }

    /// Our own words have one sign that ASCII lacks.
    fn spelt(&self, text: &str) -> String {
        text.replace('…', self.look.sign("…", "..."))
    }

    fn headline(&self, finding: &Finding) -> String {
        let (word, paint) = match finding.rule.severity {
            Severity::Error => ("error", Paint::Bad),
            Severity::Warning => ("warning", Paint::Warn),
        };
        let lead = format!("{word} {} {}: ", finding.rule.code, finding.rule.name);
        let wrapped = wrap(&self.spelt(&inert(&finding.what)), &lead, self.look.width).replacen(
            &" ".repeat(lead.len()),
            "    ",
            9,
        );
        let painted = format!(
            "{} {}",
            self.look.paint(paint, word),
            self.look.paint(Paint::Faint, &format!("{} {}:", finding.rule.code, finding.rule.name)),
        );
        wrapped.replacen(lead.trim_end(), &painted, 1)
    }

    /// The source lines with their labels; the file of the first label first.
    #[must_use]
    pub fn places(&self, labels: &[Label]) -> String {
        let mut order: Vec<SourceId> = Vec::new();
        for label in labels {
            if !order.contains(&label.span.source) {
                order.push(label.span.source);
            }
        }
        order.into_iter().filter_map(|source| self.in_one_source(source, labels)).collect()
    }

    fn in_one_source(&self, source: SourceId, labels: &[Label]) -> Option<String> {
        let page = self.sources.get(source.0 as usize)?;
        let mut labels = labels.iter().filter(|label| label.span.source == source);
        let drawn = Drawn { page, labels: labels.by_ref().cloned().collect() };
        let mut out = String::new();
        self.handler.render_report(&mut out, &drawn).expect("because writing to a string cannot fail");
        // miette begins with the message, which the headline has said.
        let frame = self.look.sign("\u{256d}", ",");
        let from = out.find(frame).map_or(0, |at| out[..at].rfind('\n').map_or(0, |end| end + 1));
        let corner = self.look.sign("\u{2570}\u{2500}\u{2500} ", "`-- ");
        let turned = self.look.sign(" \u{2500}\u{2500}\u{256f}", " --'");
        Some(fit_labels(&out[from..], self.look.width, corner, turned))
    }
}

/// Paragraphs stay, everything else that a terminal acts on goes.
fn inert_lines(text: &str) -> String {
    text.lines().map(inert).collect::<Vec<_>>().join("\n")
}

/// A source, inert, with its lines known.
#[derive(Debug)]
struct Page(Source);

impl Page {
    fn new(source: &Source) -> Self {
        Self(Source::new(inert(&source.name), inert_in_place(&source.text)))
    }

    fn line_start(&self, offset: usize) -> usize {
        self.0.text[..offset].rfind('\n').map_or(0, |end| end + 1)
    }

    fn line_end(&self, offset: usize) -> usize {
        self.0.text[offset..].find('\n').map_or(self.0.text.len(), |end| offset + end)
    }

    /// The nearest place where a character begins.
    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.0.text.len());
        while !self.0.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

impl SourceCode for Page {
    /// With context the whole lines of the span, without it the span itself (that is how miette finds its column).
    /// Unlike miette's own, it does not read the text from its beginning.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut start = self.boundary(span.offset());
        let mut end = self.boundary(span.offset() + span.len());
        let place = self.0.line_column(u32::try_from(start).map_err(|_| MietteError::OutOfBounds)?);
        let mut column = place.column - 1;
        if before + after > 0 {
            start = self.boundary(self.line_start(start).max(start.saturating_sub(MOST_OF_A_LINE)));
            end = self.boundary(self.line_end(end).min(end + MOST_OF_A_LINE));
            column = 0;
        }
        let text = &self.0.text[start..end];
        let whole = SourceSpan::from((start, end - start));
        let lines = 1 + text.matches('\n').count();
        let name = self.0.name.clone();
        Ok(Box::new(MietteSpanContents::new_named(name, text.as_bytes(), whole, place.line - 1, column, lines)))
    }
}

/// The labels in one source, as miette wants them.
#[derive(Debug)]
struct Drawn<'a> {
    page: &'a Page,
    labels: Vec<Label>,
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.page)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().enumerate().map(|(at, label)| {
            let text = Some(inert(&label.text)).filter(|text| !text.is_empty());
            let (offset, len) = self.shown(label.span);
            if at == 0 {
                LabeledSpan::new_primary_with_span(text, (offset, len))
            } else {
                LabeledSpan::new_with_span(text, (offset, len))
            }
        })))
    }
}

impl Drawn<'_> {
    /// A span over many lines is drawn on its first: what matters of a block is where it begins.
    fn shown(&self, span: Span) -> (usize, usize) {
        let start = self.page.boundary(span.start as usize);
        let end = self.page.boundary(span.end as usize).clamp(start, self.page.line_end(start));
        let end = self.page.boundary(end.min(start + MOST_OF_A_LINE));
        (start, self.page.0.text[start..end].trim_end().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Rule;

    const RULE: Rule = Rule { code: "HSB1999", name: "a-test", severity: Severity::Error };

    fn sources(texts: &[(&str, &str)]) -> SourceMap {
        let mut map = SourceMap::default();
        for (name, text) in texts {
            map.add(Source::new(*name, *text));
        }
        map
    }

    fn span(source: u16, start: usize, end: usize) -> Span {
        Span::new(SourceId(source), start, end)
    }

    #[test]
    fn a_finding_shows_both_ends_with_why_and_help() {
        let look = Look::plain();
        let map = sources(&[("a.hsbrun", "step 1 {\n    wait until x\n")]);
        let finding = Finding::at(RULE, span(0, 13, 17), "a wait has no limit", "this wait")
            .and(span(0, 7, 8), "of this step")
            .why("nothing waits for ever")
            .help("write `within 5m`");
        let drawn = Printer::new(&look, &map).finding(&finding);
        assert_eq!(
            drawn,
            "error HSB1999 a-test: a wait has no limit
   ,-[a.hsbrun:2:5]
 1 | step 1 {
   :        |
   :        `-- of this step
 2 |     wait until x
   :     ^^|^
   :       `-- this wait
   `----
  why: nothing waits for ever
  help: write `within 5m`

"
        );
    }

    #[test]
    fn of_an_endless_line_only_what_is_near_the_mark_is_drawn() {
        let look = Look::plain();
        let text = format!("{}HERE{}\n", "é".repeat(500_000), "x".repeat(1_000_000));
        let map = sources(&[("a.hsbrun", &text)]);
        let printer = Printer::new(&look, &map);
        let drawn = printer.places(&[Label { span: span(0, 1_000_000, 1_000_004), text: "this".into() }]);
        assert!(drawn.contains("xxx") && drawn.contains("^^|^") && drawn.len() < 3_000, "{} bytes", drawn.len());
        let whole = printer.places(&[Label { span: span(0, 0, text.len() - 1), text: String::new() }]);
        assert!(whole.len() < 5_000, "{} bytes", whole.len());
    }

    #[test]
    fn more_findings_than_anybody_reads_are_counted() {
        let look = Look::plain();
        let map = sources(&[("a.hsbrun", "x\n")]);
        let findings = vec![Finding::at(RULE, span(0, 0, 1), "wrong", "here"); MOST_FINDINGS + 3];
        let drawn = Printer::new(&look, &map).findings(&findings);
        let end = "3 more findings are not shown\n\nmore about it: hsbrun explain HSB1999\n";
        assert!(drawn.ends_with(end) && drawn.matches("HSB1999").count() == MOST_FINDINGS + 1, "{drawn}");
    }

    #[test]
    fn labels_in_two_files_are_drawn_in_both() {
        let look = Look::plain();
        let map = sources(&[("a.hsbrun", "use \"b.hsbrun\"\n"), ("b.hsbrun", "\n\nlibrary \"x\"\n")]);
        let finding = Finding::at(RULE, span(0, 4, 14), "it is used", "here").and(span(1, 2, 9), "and is this");
        let drawn = Printer::new(&look, &map).finding(&finding);
        assert!(drawn.contains("[a.hsbrun:1:5]") && drawn.contains("[b.hsbrun:3:1]"), "{drawn}");
    }

    #[test]
    fn a_file_cannot_send_escapes_to_the_terminal() {
        let look = Look { colour: false, ..Look::plain() };
        let map = sources(&[("\x1b[31m.hsbrun", "\x1b[2J boom\r\n")]);
        let finding = Finding::at(RULE, span(0, 0, 400), "what \x1b[1m", "label \x07");
        let drawn = Printer::new(&look, &map).finding(&finding);
        assert!(!drawn.contains(['\x1b', '\x07', '\r']), "{drawn:?}");
    }
}
