//! SARIF 2.1.0, in the form that code-scanning services read: https://docs.oasis-open.org/sarif/sarif/v2.1.0.
//!
//! They want a place in a file of the repository for each result, rules with their help, a fingerprint that stays, and
//! paths relative to the root of the checkout.

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::diag::Severity;
use crate::explain::{Page, page};

use super::told::severity;
use super::{Place, Point, Report, Status, TOOL, Told, ToldEdit, ToldFix, VERSION};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to, as the services call it.
const ROOT: &str = "%SRCROOT%";

/// The whole report, with a line end.
#[must_use]
pub fn sarif(report: &Report) -> String {
    let mut rules: IndexMap<&str, &Told> = IndexMap::new();
    for told in &report.findings {
        rules.entry(told.code).or_insert(told);
    }
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|told| result(told, rules.get_index_of(told.code).expect("because every code was entered")))
        .collect();
    let artifacts: Vec<Value> = report.files.iter().map(|file| json!({ "location": location_of(file) })).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": TOOL,
                "version": VERSION,
                "semanticVersion": VERSION,
                "rules": rules.values().map(|told| rule(told)).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": "hsbrun/check/" },
            "columnKind": "unicodeCodePoints",
            "artifacts": artifacts,
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).expect("because texts and numbers are JSON") + "\n"
}

fn rule(told: &Told) -> Value {
    let page = page(told.code).expect("because a test reads the page of every code");
    let says = plain(page.section("What it says"));
    let first = says.split_inclusive(". ").next().unwrap_or(&says).trim().to_owned();
    let level = severity(told.severity);
    json!({
        "id": told.code,
        "name": told.name,
        "shortDescription": { "text": first },
        "fullDescription": { "text": format!("{says} {}", plain(page.section("Why it matters"))) },
        "help": { "text": page.text, "markdown": page.text },
        "defaultConfiguration": { "level": level },
        "properties": { "problem.severity": level, "precision": precision(told.severity), "tags": [topic(&page)] },
    })
}

/// An error is a fact about the text; a warning is a judgement.
fn precision(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "very-high",
        Severity::Warning => "high",
    }
}

/// What the codes of a thousand are about.
fn topic(page: &Page) -> &'static str {
    match page.code.as_bytes()[3] {
        b'1' => "syntax",
        b'2' => "names",
        b'3' => "lint",
        b'7' => "site",
        _ => "run",
    }
}

/// A paragraph of Markdown on one line.
fn plain(markdown: &str) -> String {
    markdown.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn result(told: &Told, index: usize) -> Value {
    let (first, others) = match told.places.split_first() {
        Some((first, others)) => (physical(first), others),
        None => (whole_file(&told.file), &[][..]),
    };
    let mut result = json!({
        "ruleId": told.code,
        "ruleIndex": index,
        "level": severity(told.severity),
        "message": { "text": message(told) },
        "locations": [{ "physicalLocation": first }],
        "partialFingerprints": {
            "hsbrun/v1": told.fingerprint,
            "primaryLocationLineHash": format!("{}:1", told.fingerprint),
        },
    });
    if !others.is_empty() {
        result["relatedLocations"] = others.iter().enumerate().map(|(at, place)| related(at, place)).collect();
    }
    if let Some(fix) = &told.fix {
        result["fixes"] = json!([fixed(fix)]);
    }
    match &told.status {
        Status::Open => {}
        Status::Allowed { reason } => {
            result["suppressions"] = json!([{ "kind": "inSource", "status": "accepted", "justification": reason }]);
        }
        Status::Baseline => {
            let why = "It was there when checking began: it is in the baseline.";
            result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": why }]);
        }
    }
    result
}

/// What, why and help as sentences: most services show nothing else in a list.
fn message(told: &Told) -> String {
    let mut message = sentence(&told.what);
    for (word, text) in [("Why", &told.why), ("Help", &told.help)] {
        if let Some(text) = text {
            message.push_str(&format!("\n{word}: {}", sentence(text)));
        }
    }
    message
}

/// With a capital at its beginning, where a letter stands there, and a stop at its end.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{capital}{}{stop}", letters.as_str())
}

fn physical(place: &Place) -> Value {
    let line = json!({ "startLine": place.start.line, "snippet": { "text": place.line } });
    json!({
        "artifactLocation": location_of(&place.file),
        "region": region(place.start, place.end),
        "contextRegion": line,
    })
}

fn whole_file(file: &str) -> Value {
    json!({ "artifactLocation": location_of(file), "region": { "startLine": 1 } })
}

fn related(at: usize, place: &Place) -> Value {
    json!({ "id": at + 1, "message": { "text": place.label }, "physicalLocation": physical(place) })
}

fn region(start: Point, end: Point) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn fixed(fix: &ToldFix) -> Value {
    let mut files: IndexMap<&str, Vec<Value>> = IndexMap::new();
    for edit in &fix.edits {
        files.entry(&edit.file).or_default().push(replacement(edit));
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(file, replacements)| json!({ "artifactLocation": location_of(file), "replacements": replacements }))
        .collect();
    json!({ "description": { "text": sentence(&fix.what) }, "artifactChanges": changes })
}

fn replacement(edit: &ToldEdit) -> Value {
    json!({ "deletedRegion": region(edit.start, edit.end), "insertedContent": { "text": edit.text } })
}

/// A path below the root, or a whole one.
fn location_of(file: &str) -> Value {
    match file.strip_prefix('/') {
        Some(_) => json!({ "uri": format!("file://{}", encoded(file)) }),
        None => json!({ "uri": encoded(file.trim_start_matches("./")), "uriBaseId": ROOT }),
    }
}

/// Percent-encoded as a path of a URI (RFC 3986).
fn encoded(path: &str) -> String {
    path.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'+' | b',' | b'=' | b'@' => {
                out.push(byte as char);
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}
