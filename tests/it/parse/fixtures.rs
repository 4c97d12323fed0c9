//! Fixtures: `tests/corpus/README.md` has their format.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hsbrun::diag::Finding;
use hsbrun::syntax::{diagnostics, parse};
use hsbrun::text::{Source, SourceId, Span};

fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/syntax").join(folder);
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

/// The broken fixtures as they are before any is rewritten.
fn bad() -> &'static [(PathBuf, String)] {
    static FILES: OnceLock<Vec<(PathBuf, String)>> = OnceLock::new();
    FILES.get_or_init(|| corpus("bad").into_iter().map(|path| (path.clone(), read(&path))).collect())
}

/// A fixture without its expectations: what is parsed.
fn bare(fixture: &str) -> String {
    fixture.split_inclusive('\n').filter(|line| !is_expectation(line)).collect()
}

fn is_expectation(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else { return false };
    let rest = rest.trim_start();
    rest.starts_with(['^', '~']) || rest.starts_with("= ")
}

/// The text with every finding written under its place.
fn annotated(text: &str, findings: &[Finding]) -> String {
    let source = Source::new("fixture", text);
    let lines = text.split_inclusive('\n').count().max(1);
    let mut notes: Vec<Vec<String>> = vec![Vec::new(); lines + 2];
    let mut note = |span: Span, mark: char, words: &str| {
        let place = source.line_column(span.start);
        let line = place.line.min(lines);
        let written = source.line(line).chars().count();
        let wide = text[span.start as usize..span.end as usize].lines().next().unwrap_or("").chars().count();
        let column = if place.line > lines { written + 1 } else { place.column };
        // The `#` stands where the first mark of column 1 would.
        let (from, wide) = if column == 1 { (2, wide.max(2) - 1) } else { (column, wide.max(1)) };
        notes[line].push(format!("#{}{} {words}\n", " ".repeat(from - 2), mark.to_string().repeat(wide)));
        line
    };
    let mut more: Vec<(usize, String)> = Vec::new();
    for finding in findings {
        let (first, others) = finding.labels.split_first().expect("because every finding of the syntax has a place");
        let code = finding.rule.code;
        let line = note(first.span, '^', &format!("{code} {}; {}", finding.what, first.text));
        for other in others {
            note(other.span, '~', &format!("{code} {}", other.text));
        }
        more.extend(finding.why.iter().map(|why| (line, format!("#   = {code} why: {why}\n"))));
        more.extend(finding.help.iter().map(|help| (line, format!("#   = {code} help: {help}\n"))));
    }
    for (line, words) in more {
        notes[line].push(words);
    }
    let mut out = String::new();
    for (at, line) in text.split_inclusive('\n').enumerate() {
        out.push_str(line);
        if !line.ends_with('\n') && !notes[at + 1].is_empty() {
            out.push('\n');
        }
        notes[at + 1].iter().for_each(|words| out.push_str(words));
    }
    out
}

#[test]
fn every_sound_file_has_no_finding() {
    for path in corpus("ok") {
        let text = read(&path);
        let found = parse(SourceId(0), &text).findings;
        assert!(found.is_empty(), "{}:\n{}", path.display(), annotated(&text, &found));
    }
}

#[test]
fn every_broken_fixture_gives_exactly_its_findings_under_the_offending_words() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for (path, written) in bad() {
        let text = bare(written);
        let found = annotated(&text, &parse(SourceId(0), &text).findings);
        if update {
            std::fs::write(path, &found).expect("because the corpus can be written");
        } else {
            assert_eq!(*written, found, "{}: UPDATE_EXPECT=1 cargo test rewrites it", path.display());
        }
        assert_ne!(text, found, "{} has no finding: it belongs to ok/", path.display());
    }
}

/// Findings about bytes and about texts too large or too empty for a fixture; `bytes.rs` and `limits.rs` have them.
const ELSEWHERE: [&str; 6] = ["HSB1001", "HSB1002", "HSB1003", "HSB1004", "HSB1005", "HSB1026"];

#[test]
fn every_code_of_the_syntax_has_a_fixture() {
    let mut produced: BTreeSet<&str> = BTreeSet::new();
    for (_, written) in bad() {
        produced.extend(parse(SourceId(0), &bare(written)).findings.iter().map(|finding| finding.rule.code));
    }
    let missing: Vec<&str> = diagnostics::ALL
        .iter()
        .map(|rule| rule.code)
        .filter(|code| !produced.contains(code) && !ELSEWHERE.contains(code))
        .collect();
    assert!(missing.is_empty(), "no fixture in tests/corpus/syntax/bad produces {missing:?}");
}

#[test]
fn codes_and_names_are_unique_and_well_formed() {
    let codes: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.code).collect();
    let names: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.name).collect();
    assert_eq!((codes.len(), names.len()), (diagnostics::ALL.len(), diagnostics::ALL.len()));
    assert!(codes.iter().all(|code| code.len() == 7 && code.starts_with("HSB1")), "{codes:?}");
    assert!(
        names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'8'))
    );
}
