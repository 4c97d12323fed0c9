//! One broken statement spoils nothing but itself: what is found in a file with ten mistakes is what is found of each alone,
//! in order, and nothing more.

use std::collections::BTreeMap;

use hsbrun::diag::Finding;
use hsbrun::explain::pages;
use hsbrun::text::SourceMap;
use indexmap::IndexMap;

use super::{MAIN, OF_PATHS, bare, check, check_text, corpus};
use crate::dice::{Dice, full_campaign};

/// How many mistakes are put together.
const TOGETHER: usize = 10;

/// Every finding by its line, code and words, in the order in which they are told.
fn lines(findings: &[Finding], sources: &SourceMap) -> Vec<(usize, &'static str, String)> {
    let place = |finding: &Finding| {
        let span = finding.labels.first().expect("because every finding here has a place").span;
        sources.get(span.source).line_column(span.start).line
    };
    findings.iter().map(|finding| (place(finding), finding.rule.code, finding.what.clone())).collect()
}

fn found(text: &str) -> Vec<(usize, &'static str, String)> {
    let checked = check_text(text);
    lines(&checked.findings, &checked.sources)
}

/// The same of the first of some files, with another text.
fn found_in(files: &IndexMap<String, String>, text: &str) -> Vec<(usize, &'static str, String)> {
    let mut files = files.clone();
    files[MAIN] = text.to_owned();
    let checked = check(&files);
    lines(&checked.findings, &checked.sources)
}

/// A sound statement of one line becomes one that is not; none where the line is not such a statement.
fn mangled(line: &str, dice: &mut Dice) -> Option<String> {
    let starts = ["admin ", "wait until ", "assert ", "notify ", "do ", "confirm ", "ensure ", "run ", "sql "];
    let written = line.trim_start();
    if !starts.iter().any(|start| written.starts_with(start)) || line.ends_with([',', '(']) || written.contains('#') {
        return None;
    }
    let indent = &line[..line.len() - written.len()];
    let (first, rest) = written.split_once(' ')?;
    let broken = match dice.roll(8) {
        // A letter too few in the first word.
        0 if first.len() > 3 => format!("{}{} {rest}", &first[..1], &first[2..]),
        // A word that is none.
        1 => format!("zzyzx {rest}"),
        // Words behind the end.
        2 => format!("{written} and so on"),
        // The quote that closes is gone.
        3 if written.ends_with(['\'', '"']) => written[..written.len() - 1].to_owned(),
        // A clause twice.
        4 if written.ends_with("_limit") => format!("{written} within 5m"),
        // A server that there is not.
        5 if written.contains("S1") => written.replacen("S1", "Q7", 1),
        // A state that there is not.
        6 if written.contains("PRIMARY ALONE") => written.replacen("PRIMARY ALONE", "PRIMARY ALOOF", 1),
        // Two on a line.
        7 => format!("{written} {written}"),
        _ => format!("{first} {first} {rest}"),
    };
    Some(format!("{indent}{broken}"))
}

/// Mangles the lines at these places.
fn with(text: &str, changes: &BTreeMap<usize, String>) -> String {
    let line = |(at, line): (usize, &str)| changes.get(&at).map_or_else(|| line.to_owned(), Clone::clone) + "\n";
    text.lines().enumerate().map(line).collect()
}

#[test]
fn ten_mistakes_in_a_file_are_found_as_each_is_alone() {
    let texts = sound();
    let rounds = if full_campaign() { 2_000 } else { 20 };
    for seed in 0..rounds {
        let mut dice = Dice::new(seed);
        let (name, files) = &texts[dice.roll(texts.len())];
        let text = &files[MAIN];
        let mut changes = BTreeMap::new();
        let all: Vec<&str> = text.lines().collect();
        for _ in 0..200 {
            let at = dice.roll(all.len());
            // Neighbours may be lines of one statement, or handler and step; apart they are unrelated.
            let near = changes.keys().any(|other: &usize| other.abs_diff(at) < 3);
            if changes.len() < TOGETHER
                && !near
                && let Some(line) = mangled(all[at], &mut dice)
            {
                changes.insert(at, line);
            }
        }
        let mut expected: Vec<_> = changes
            .iter()
            .flat_map(|(at, line)| found_in(files, &with(text, &BTreeMap::from([(*at, line.clone())]))))
            .collect();
        expected.sort();
        expected.dedup();
        let together = found_in(files, &with(text, &changes));
        let places: Vec<usize> = together.iter().map(|(line, _, _)| *line).collect();
        assert!(places.is_sorted(), "seed {seed}: out of order: {together:#?}");
        let mut sorted = together;
        sorted.sort();
        assert_eq!(sorted, expected, "seed {seed} of {name}: {changes:#?}");
    }
}

/// Runbooks without a finding, with the files that they use.
fn sound() -> Vec<(String, IndexMap<String, String>)> {
    let sound: Vec<_> = corpus("resolve/ok")
        .into_iter()
        .map(|(path, text)| (path.display().to_string(), bare(&text)))
        .filter(|(_, files)| files[MAIN].lines().count() > 20 && check(files).findings.is_empty())
        .collect();
    assert!(sound.len() >= 3, "only {} sound runbooks", sound.len());
    sound
}

/// The statements of the pages' examples: each has one mistake, and a frame around it makes a step of it.
fn examples() -> Vec<(&'static str, String)> {
    let mut examples = Vec::new();
    for page in pages().filter(|page| page.code.starts_with("HSB1") || page.code.starts_with("HSB2")) {
        let Some(block) = page.section("Example").split("```hsbrun step\n").nth(1) else { continue };
        let body = block.split("```").next().expect("because a fence ends");
        let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
        examples.push((page.code, body));
    }
    assert!(examples.len() > 40, "only {} examples", examples.len());
    examples
}

/// A file with a step for each body.
fn steps(bodies: &[&(&'static str, String)]) -> String {
    let head = "language 1\nrunbook \"Mistakes\"\nserver S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n\
                param upgrade: version_level | fix_pack = version_level\nparam target: version = 7.0\n\
                param limit: duration = 5m\n";
    let steps: String = bodies
        .iter()
        .enumerate()
        .map(|(at, (_, body))| format!("step s{} \"An example\" on S1 {{\n{body}}}\n", at + 1))
        .collect();
    format!("{head}{steps}on failure {{\n    notify \"It failed.\"\n}}\n")
}

#[test]
fn ten_examples_in_a_file_give_ten_codes_in_their_order_and_no_eleventh() {
    let examples: Vec<_> = examples().into_iter().filter(|(code, _)| !OF_PATHS.contains(code)).collect();
    let rounds = if full_campaign() { 5_000 } else { 40 };
    for seed in 0..rounds {
        let mut dice = Dice::new(seed);
        let mut chosen: Vec<&(&str, String)> = Vec::new();
        while chosen.len() < TOGETHER {
            let one = &examples[dice.roll(examples.len())];
            if chosen.iter().all(|(code, _)| *code != one.0) {
                chosen.push(one);
            }
        }
        let text = steps(&chosen);
        let codes: Vec<&str> = found(&text).into_iter().map(|(_, code, _)| code).collect();
        // An example can have its mistake twice.
        let alone = chosen.iter().map(|one| found(&steps(&[one])));
        let expected: Vec<&str> = alone.flatten().map(|(_, code, _)| code).collect();
        assert_eq!(codes, expected, "seed {seed}:\n{text}");
    }
}
