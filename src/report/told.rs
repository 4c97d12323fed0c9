//! A finding as reports tell it: with names, lines and columns instead of spans, and with a fingerprint that stays when
//! lines above it come and go.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::diag::{Finding, Fix, Safety, Severity};
use crate::text::{Source, SourceMap, Span};

/// Bytes of the digest that a fingerprint shows; two findings of one site that share them by chance are not to be feared.
const FINGERPRINT_BYTES: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    pub code: &'static str,
    pub name: &'static str,
    #[serde(serialize_with = "severity_word")]
    pub severity: Severity,
    /// The file of the first place; where there is no place, the file that was checked.
    pub file: String,
    pub what: String,
    pub why: Option<String>,
    pub help: Option<String>,
    /// The first is the place of the mistake; others are the other ends. Empty where there is no text to point at.
    pub places: Vec<Place>,
    pub fix: Option<ToldFix>,
    /// Names this finding in this file, whatever its line.
    pub fingerprint: String,
    #[serde(flatten)]
    pub status: Status,
}

/// Whether a finding counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Status {
    Open,
    /// Silenced where it stands.
    Allowed {
        reason: String,
    },
    /// Known already.
    Baseline,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    pub file: String,
    pub start: Point,
    pub end: Point,
    pub label: String,
    /// The line on which it begins.
    #[serde(skip)]
    pub line: String,
}

/// Line and column count from 1, columns in characters; bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    pub line: usize,
    pub column: usize,
    pub byte: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldFix {
    pub what: String,
    #[serde(serialize_with = "safety_word")]
    pub safety: Safety,
    pub edits: Vec<ToldEdit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldEdit {
    pub file: String,
    pub start: Point,
    pub end: Point,
    /// What is to stand there instead.
    pub text: String,
}

impl Told {
    /// Tells a finding about these sources; `file` is what was checked. Its fingerprint comes with `identify`.
    #[must_use]
    pub fn new(finding: &Finding, sources: &SourceMap, file: &str, status: Status) -> Self {
        let places: Vec<Place> = finding.labels.iter().map(|label| place(label.span, &label.text, sources)).collect();
        Self {
            code: finding.rule.code,
            name: finding.rule.name,
            severity: finding.rule.severity,
            file: places.first().map_or_else(|| file.to_owned(), |place| place.file.clone()),
            what: finding.what.clone(),
            why: finding.why.clone(),
            help: finding.help.clone(),
            places,
            fix: finding.fix.as_ref().map(|fix| told_fix(fix, sources)),
            fingerprint: String::new(),
            status,
        }
    }

    /// Where it is, from 1; where it has no place, the beginning of its file.
    #[must_use]
    pub fn line_column(&self) -> (usize, usize) {
        self.places.first().map_or((1, 1), |place| (place.start.line, place.start.column))
    }
}

/// Gives every finding its fingerprint: over its code, its file, the words of its line, and which one of such it is.
pub fn identify(findings: &mut [Told]) {
    let mut seen: HashMap<(&'static str, String, String), usize> = HashMap::new();
    for told in findings {
        let words = told.places.first().map_or(&told.what, |place| &place.line);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let file = told.file.trim_start_matches("./").to_owned();
        let nth = seen.entry((told.code, file.clone(), words.clone())).or_default();
        told.fingerprint = fingerprint(told.code, &file, &words, *nth);
        *nth += 1;
    }
}

fn fingerprint(code: &str, file: &str, words: &str, nth: usize) -> String {
    let digest = Sha256::digest(format!("{code}\0{file}\0{words}\0{nth}"));
    digest.iter().take(FINGERPRINT_BYTES).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("because writing to a text does not fail");
        hex
    })
}

fn place(span: Span, label: &str, sources: &SourceMap) -> Place {
    let source = sources.get(span.source);
    let start = point(source, span.start);
    Place {
        file: source.name.clone(),
        start,
        end: point(source, span.end),
        label: label.to_owned(),
        line: source.line(start.line).to_owned(),
    }
}

fn point(source: &Source, byte: u32) -> Point {
    let place = source.line_column(byte);
    Point { line: place.line, column: place.column, byte }
}

fn told_fix(fix: &Fix, sources: &SourceMap) -> ToldFix {
    let edit = |edit: &crate::diag::Edit| {
        let source = sources.get(edit.span.source);
        ToldEdit {
            file: source.name.clone(),
            start: point(source, edit.span.start),
            end: point(source, edit.span.end),
            text: edit.text.clone(),
        }
    };
    ToldFix { what: fix.what.clone(), safety: fix.safety, edits: fix.edits.iter().map(edit).collect() }
}

/// As reports call it.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn severity_word<S: serde::Serializer>(value: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity(*value))
}

fn safety_word<S: serde::Serializer>(safety: &Safety, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
    })
}
