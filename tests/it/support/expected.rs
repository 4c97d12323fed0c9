//! Expectations in fixtures, under the offending words: `tests/corpus/README.md` has their format. One of several files has
//! a line `#@ NAME` before each file but the first.

use hsbrun::diag::{Finding, Safety};
use hsbrun::text::{Source, SourceId, SourceMap, Span};
use indexmap::IndexMap;

/// The main file of a fixture.
pub const MAIN: &str = "main.hsbrun";

/// The files of a fixture without its expectations: what is parsed.
pub fn bare(fixture: &str) -> IndexMap<String, String> {
    let mut files = IndexMap::from([(MAIN.to_owned(), String::new())]);
    for line in fixture.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("#@ ") {
            files.insert(name.trim().to_owned(), String::new());
        } else if !is_expectation(line) {
            files.last_mut().expect("because there is a main file").1.push_str(line);
        }
    }
    files
}

fn is_expectation(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else { return false };
    let rest = rest.trim_start();
    rest.starts_with(['^', '~']) || rest.starts_with("= ")
}

/// The files as one text, with every finding written under its place.
pub fn annotated(files: &IndexMap<String, String>, sources: &SourceMap, findings: &[Finding]) -> String {
    let mut out = String::new();
    for (name, text) in files {
        if name != MAIN {
            out.push_str(&format!("#@ {name}\n"));
        }
        let id = sources.iter().find(|(_, source)| source.name == *name).map(|(id, _)| id);
        match id {
            Some(id) => out.push_str(&annotated_file(id, sources.get(id), findings)),
            None => out.push_str(text),
        }
    }
    out
}

fn annotated_file(id: SourceId, source: &Source, findings: &[Finding]) -> String {
    let lines: Vec<&str> = source.text.split_inclusive('\n').collect();
    let mut notes: Vec<Vec<String>> = vec![Vec::new(); lines.len() + 2];
    for finding in findings {
        let code = finding.rule.code;
        for (at, label) in finding.labels.iter().enumerate().filter(|(_, label)| label.span.source == id) {
            let line = source.line_column(label.span.start).line.min(lines.len());
            // The words of the syntax have fixtures of their own.
            if code.starts_with("HSB1") {
                notes[line].extend((at == 0).then(|| mark(source, label.span, '^', code)));
                continue;
            }
            if at > 0 {
                notes[line].push(mark(source, label.span, '~', &format!("{code} {}", label.text)));
                continue;
            }
            notes[line].push(mark(source, label.span, '^', &format!("{code} {}; {}", finding.what, label.text)));
            let why = finding.why.iter().map(|why| format!("#   = {code} why: {why}\n"));
            notes[line].extend(why.chain(finding.help.iter().map(|help| format!("#   = {code} help: {help}\n"))));
            notes[line].extend(finding.fix.iter().map(|fix| {
                let safety = match fix.safety {
                    Safety::Safe => "safe",
                    Safety::Unsafe => "unsafe",
                };
                format!("#   = {code} {safety} fix: {}\n", fix.what)
            }));
        }
    }
    lines.iter().enumerate().flat_map(|(at, line)| [(*line).to_owned(), notes[at + 1].concat()]).collect()
}

fn mark(source: &Source, span: Span, mark: char, words: &str) -> String {
    let column = source.line_column(span.start).column;
    let text = source.text.get(span.start as usize..span.end as usize).unwrap_or("");
    let wide = text.lines().next().unwrap_or("").chars().count();
    // The `#` stands where the first mark of column 1 would.
    let (from, wide) = if column == 1 { (2, wide.max(2) - 1) } else { (column, wide.max(1)) };
    format!("#{}{} {words}\n", " ".repeat(from - 2), mark.to_string().repeat(wide))
}
