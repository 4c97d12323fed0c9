//! Fixtures: `tests/corpus/README.md` has their format. One of several files has a line `#@ NAME` before each file but
//! the first.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hsbrun::diag::Finding;
use hsbrun::program::{Resolved, diagnostics};
use hsbrun::text::{Source, SourceId, Span};
use indexmap::IndexMap;

use super::{MAIN, resolve_files};

fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/resolve").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("because the corpus is part of the package")
        .map(|entry| entry.expect("because the folder can be read").path())
        .collect();
    files.sort();
    assert!(files.iter().all(|path| path.extension().is_some_and(|extension| extension == "hsbrun")), "{files:?}");
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("because a fixture is a text")
}

/// The files of a fixture without its expectations: what is parsed.
pub(super) fn bare(fixture: &str) -> IndexMap<String, String> {
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
fn annotated(files: &IndexMap<String, String>, resolved: &Resolved) -> String {
    let mut out = String::new();
    for (name, text) in files {
        if name != MAIN {
            out.push_str(&format!("#@ {name}\n"));
        }
        let id = resolved.sources.iter().find(|(_, source)| source.name == *name).map(|(id, _)| id);
        match id {
            Some(id) => out.push_str(&annotated_file(id, resolved.sources.get(id), &resolved.findings)),
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

#[test]
fn every_sound_fixture_has_no_finding() {
    for path in corpus("ok") {
        let files = bare(&read(&path));
        let resolved = resolve_files(files.clone());
        assert!(resolved.findings.is_empty(), "{}:\n{}", path.display(), annotated(&files, &resolved));
        let is_library = files[MAIN].contains("\nlibrary ");
        assert_eq!(resolved.program.is_none(), is_library, "{}", path.display());
    }
}

#[test]
fn every_wrong_fixture_gives_exactly_its_findings_under_the_offending_words() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for path in corpus("bad") {
        let written = read(&path);
        let files = bare(&written);
        let resolved = resolve_files(files.clone());
        let found = annotated(&files, &resolved);
        if update {
            std::fs::write(&path, &found).expect("because the corpus can be written");
        } else {
            assert_eq!(written, found, "{}: UPDATE_EXPECT=1 cargo test rewrites it", path.display());
        }
        assert!(!resolved.findings.is_empty(), "{} has no finding: it belongs to ok/", path.display());
        assert!(resolved.program.is_none(), "{}: a program with an error means nothing", path.display());
    }
}

/// Rules about programs too large for a fixture, and about what stands in no file; `limits.rs` and `bindings.rs` have
/// them.
const ELSEWHERE: [&str; 7] = ["HSB2073", "HSB2074", "HSB2076", "HSB2077", "HSB7001", "HSB7002", "HSB7003"];

#[test]
fn every_code_of_names_and_types_has_a_fixture() {
    let mut produced: BTreeSet<&str> = BTreeSet::new();
    for path in corpus("bad") {
        produced.extend(resolve_files(bare(&read(&path))).findings.iter().map(|finding| finding.rule.code));
    }
    let missing: Vec<&str> = diagnostics::ALL
        .iter()
        .map(|rule| rule.code)
        .filter(|code| !produced.contains(code) && !ELSEWHERE.contains(code))
        .collect();
    assert!(missing.is_empty(), "no fixture in tests/corpus/resolve/bad produces {missing:?}");
}

#[test]
fn codes_and_names_are_unique_and_well_formed() {
    let codes: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.code).collect();
    let names: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.name).collect();
    assert_eq!((codes.len(), names.len()), (diagnostics::ALL.len(), diagnostics::ALL.len()));
    assert!(codes.iter().all(|code| code.len() == 7 && (code.starts_with("HSB2") || code.starts_with("HSB70"))));
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
}
