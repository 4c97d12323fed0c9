//! Walking the YAML tree by known keys: what is unknown, doubled, missing or of the wrong shape becomes a finding at its
//! place. Knows shapes, not what the keys mean.

use std::cell::Cell;
use std::time::Duration;

use crate::diag::Finding;
use crate::text::{LineColumn, Source, SourceId, Span, Spanned};

use super::node::{self, Key, Node, NodeId, NodeKind};
use super::{Argv, MAX_FINDINGS, diagnostics, units};

/// Places that are looked up in one file; the others are those of the whole file. A sound site file has fewer.
const MAX_LOOKUPS: usize = 400;

/// Collects findings while a tree is read.
pub(super) struct Reader<'t> {
    id: SourceId,
    source: &'t Source,
    findings: Vec<Finding>,
    unsaid: usize,
    lookups: Cell<usize>,
}

/// The entries of a map whose keys were checked.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n> {
    entries: &'n [(Key, Node)],
    /// Where to point when a key is missing; none: the whole file.
    owner: Option<NodeId>,
    /// What the map is, for people: `server S1`.
    pub what: &'n str,
}

impl<'t> Reader<'t> {
    pub(super) fn new(id: SourceId, source: &'t Source) -> Self {
        Self { id, source, findings: Vec::new(), unsaid: 0, lookups: Cell::new(0) }
    }

    pub(super) fn report(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.unsaid += 1;
        }
    }

    pub(super) fn findings(mut self) -> Vec<Finding> {
        if self.unsaid > 0 {
            self.findings.push(diagnostics::and_more(self.unsaid));
        }
        self.findings
    }

    /// Of the whole file: its first line, for what is missing from it.
    pub(super) fn whole(&self) -> Span {
        Span::new(self.id, 0, self.source.line(1).len())
    }

    /// From a line and column of the YAML reader to the end of what stands there.
    pub(super) fn span_from(&self, line: usize, column: usize) -> Span {
        span_from(self.id, self.source, LineColumn { line, column })
    }

    /// The place of a key or value. Reads the text again: only for what is pointed at.
    pub(super) fn span(&self, id: NodeId) -> Span {
        let lookups = self.lookups.get();
        if lookups == MAX_LOOKUPS || self.findings.len() == MAX_FINDINGS {
            return self.whole();
        }
        self.lookups.set(lookups + 1);
        node::locate(&self.source.text, id).map_or(self.whole(), |(line, column)| self.span_from(line, column))
    }

    /// A map with these keys only, each once.
    pub(super) fn fields<'n>(
        &mut self,
        what: &'n str,
        owner: Option<NodeId>,
        node: &'n Node,
        known: &[&str],
    ) -> Option<Fields<'n>> {
        let entries = self.entries(what, node)?;
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.text.as_str())) {
            let span = self.span(key.id);
            self.report(diagnostics::unknown_key(span, what, &key.text, known));
        }
        Some(Fields { entries, owner, what })
    }

    /// A map with any keys, each once.
    pub(super) fn entries<'n>(&mut self, what: &str, node: &'n Node) -> Option<&'n [(Key, Node)]> {
        match &node.kind {
            NodeKind::Map(entries) => {
                for (at, (key, _)) in entries.iter().enumerate() {
                    if let Some((first, _)) = entries[..at].iter().find(|(earlier, _)| earlier.text == key.text) {
                        let (first, again) = (self.span(first.id), self.span(key.id));
                        self.report(diagnostics::duplicate_key(first, again, what, &key.text));
                    }
                }
                Some(entries)
            }
            NodeKind::Null | NodeKind::Scalar(_) | NodeKind::Seq(_) => {
                self.wrong(node, what, "keys with values, one a line");
                None
            }
        }
    }

    /// Reports a value that is not what its key needs.
    pub(super) fn wrong(&mut self, node: &Node, what: &str, expected: &str) {
        let span = self.span(node.id);
        self.report(diagnostics::wrong_value(span, what, kind_word(node), expected));
    }

    /// A text with at least one character.
    pub(super) fn text(&mut self, what: &str, node: &Node) -> Option<String> {
        match &node.kind {
            NodeKind::Scalar(text) if !text.is_empty() && !text.contains('\0') => Some(text.clone()),
            NodeKind::Scalar(_) | NodeKind::Null | NodeKind::Seq(_) | NodeKind::Map(_) => {
                self.wrong(node, what, "a text");
                None
            }
        }
    }

    pub(super) fn spanned_text(&mut self, what: &str, node: &Node) -> Option<Spanned<String>> {
        let text = self.text(what, node)?;
        Some(Spanned::new(text, self.span(node.id)))
    }

    /// `30s`
    pub(super) fn duration(&mut self, what: &str, node: &Node) -> Option<Duration> {
        let text = self.text(what, node)?;
        let duration = units::duration(&text);
        if duration.is_none() {
            self.wrong(
                node,
                what,
                "a duration such as 250ms, 30s, 5m, 12h or 1d, more than nothing and at most a year",
            );
        }
        duration
    }

    /// A program and its arguments.
    pub(super) fn argv(&mut self, what: &str, node: &Node) -> Option<Argv> {
        let expected = "a list: the program, then each argument, such as [/opt/site/tool, s1]";
        let elements = match &node.kind {
            NodeKind::Seq(elements) if !elements.is_empty() => elements,
            NodeKind::Scalar(_) => {
                let span = self.span(node.id);
                self.report(diagnostics::shell_line(span, what));
                return None;
            }
            NodeKind::Seq(_) | NodeKind::Null | NodeKind::Map(_) => {
                self.wrong(node, what, expected);
                return None;
            }
        };
        let args: Option<Vec<String>> = elements.iter().map(|element| self.argument(what, element)).collect();
        let args = args?;
        if args[0].is_empty() {
            self.wrong(&elements[0], what, "the name of a program");
            return None;
        }
        let argv = Argv { args, span: self.span(node.id) };
        if let Some(shell) = argv.shell() {
            let place = argv.places().next().map(str::to_owned);
            self.report(diagnostics::shell_in_arguments(argv.span, shell, place.as_deref()));
        }
        Some(argv)
    }

    /// An argument may be empty.
    fn argument(&mut self, what: &str, node: &Node) -> Option<String> {
        match &node.kind {
            NodeKind::Scalar(text) if !text.contains('\0') => Some(text.clone()),
            NodeKind::Scalar(_) | NodeKind::Null | NodeKind::Seq(_) | NodeKind::Map(_) => {
                self.wrong(node, what, "a text for each argument");
                None
            }
        }
    }

    /// One command, or a list of commands.
    pub(super) fn argvs(&mut self, what: &str, node: &Node) -> Vec<Argv> {
        match &node.kind {
            NodeKind::Seq(elements) if matches!(elements.first().map(|first| &first.kind), Some(NodeKind::Seq(_))) => {
                elements.iter().filter_map(|element| self.argv(what, element)).collect()
            }
            NodeKind::Seq(_) | NodeKind::Null | NodeKind::Scalar(_) | NodeKind::Map(_) => {
                self.argv(what, node).into_iter().collect()
            }
        }
    }
}

impl<'n> Fields<'n> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(known, _)| known.text == key).map(|(_, value)| value)
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, reader: &mut Reader<'_>, key: &'static str) -> Option<&'n Node> {
        let value = self.get(key);
        if value.is_none() {
            let span = self.owner.map_or(reader.whole(), |owner| reader.span(owner));
            reader.report(diagnostics::missing_key(span, self.what, key));
        }
        value
    }
}

/// What a value is, for people.
fn kind_word(node: &Node) -> String {
    match &node.kind {
        NodeKind::Null => "nothing".to_owned(),
        NodeKind::Scalar(text) if text.is_empty() => "an empty text".to_owned(),
        NodeKind::Scalar(text) if text.contains('\0') => "a text with a NUL in it".to_owned(),
        NodeKind::Scalar(text) if text.chars().count() <= 40 && !text.contains('\n') => format!("`{text}`"),
        NodeKind::Scalar(_) => "a long text".to_owned(),
        NodeKind::Seq(_) => "a list".to_owned(),
        NodeKind::Map(_) => "keys with values".to_owned(),
    }
}

/// From a place to the end of the word, quoted text or bracket's line that begins there.
pub(super) fn span_from(id: SourceId, source: &Source, at: LineColumn) -> Span {
    let line_start: usize = source.text.split_inclusive('\n').take(at.line.saturating_sub(1)).map(str::len).sum();
    let line = source.line(at.line);
    let column = line.char_indices().nth(at.column.saturating_sub(1)).map_or(line.len(), |(byte, _)| byte);
    Span::new(id, line_start + column, line_start + column + token_len(&line[column..]))
}

fn token_len(rest: &str) -> usize {
    let closed = |open: char, close: char| {
        let mut depth = 0usize;
        rest.char_indices().find_map(|(at, letter)| {
            depth = match letter {
                _ if letter == open => depth + 1,
                _ if letter == close => depth.saturating_sub(1),
                _ => depth,
            };
            (depth == 0).then_some(at + 1)
        })
    };
    let end_of_plain = || {
        let ends = [": ", " #", ", ", "]", "}"].iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        rest[..ends].trim_end().trim_end_matches([':', ',']).len()
    };
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
        Some('[') => closed('[', ']').unwrap_or(rest.len()),
        Some('{') => closed('{', '}').unwrap_or(rest.len()),
        Some(_) | None => end_of_plain(),
    }
}
