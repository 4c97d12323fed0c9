//! The laws: formatting twice is formatting once, the program stays the same, no comment is lost, and what was not read
//! soundly stays byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use hsbrun::format::format;
use hsbrun::program::{self, Loader};
use hsbrun::syntax::{decode, parse};
use hsbrun::text::{Source, SourceId};

use super::law::hold;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every runbook and library of the repository that is a text.
pub fn runbooks() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("runbooks"), root().join("tests/corpus")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("because the folder is part of the repository") {
            let path = entry.expect("because the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "hsbrun") {
                let bytes = fs::read(&path).expect("because the file can be read");
                found.extend(decode(&bytes).ok().map(|text| (path.display().to_string(), text)));
            }
        }
    }
    found.sort();
    assert!(found.len() > 60, "the corpus is not where it was");
    found
}

#[test]
fn the_laws_hold_for_every_runbook_of_the_repository() {
    for (name, text) in runbooks() {
        hold(&name, &text);
    }
}

#[test]
fn the_laws_hold_with_line_ends_of_another_system() {
    for (name, text) in runbooks() {
        hold(&name, &text.replace("\r\n", "\n").replace('\n', "\r\n"));
    }
}

#[test]
fn the_shipped_runbooks_are_formatted() {
    for name in ["hot-migration-netcopy.hsbrun", "pair.hsbrun"] {
        let text = fs::read_to_string(root().join("runbooks").join(name)).expect("because it is shipped");
        assert_eq!(format(&text), text, "{name}");
    }
}

/// The file beside the one that uses it, formatted or not.
struct Beside(fn(&str) -> String);

impl Loader for Beside {
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String> {
        let path = Path::new(from).parent().unwrap_or(Path::new("")).join(path);
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        Ok(Source::new(path.to_string_lossy(), (self.0)(&text)))
    }
}

#[test]
fn a_formatted_program_has_the_same_fingerprint() {
    let mut resolved = 0;
    for (name, text) in runbooks() {
        let fingerprint = |style: fn(&str) -> String| {
            let resolved = program::resolve(Source::new(name.clone(), style(&text)), &mut Beside(style));
            resolved.program.map(|program| program.fingerprint())
        };
        let before = fingerprint(str::to_owned);
        resolved += usize::from(before.is_some());
        assert_eq!(before, fingerprint(format), "{name}");
    }
    assert!(resolved >= 3, "only {resolved} programs resolved");
}

/// Every line that a finding of the parser points at.
fn lines_with_findings(text: &str) -> Vec<String> {
    let source = Source::new("t", text);
    let findings = parse(SourceId(0), text).findings;
    let about_a_piece = findings.iter().filter(|finding| !(1050..=1056).contains(&number(finding.rule.code)));
    let places = about_a_piece.filter_map(|finding| finding.labels.first()).filter(|label| !label.span.is_empty());
    places.map(|label| source.line(source.line_column(label.span.start).line).to_owned()).collect()
}

fn number(code: &str) -> u32 {
    code.trim_start_matches("HSB").parse().expect("because a code ends in its number")
}

#[test]
fn a_line_with_a_finding_keeps_every_byte() {
    let mut seen = 0;
    for (name, text) in runbooks() {
        let formatted = format(&text);
        for line in lines_with_findings(&text) {
            seen += 1;
            assert!(formatted.lines().any(|other| other == line), "{name}: changed: {line}\n{formatted}");
        }
    }
    assert!(seen > 50, "only {seen} findings");
}

#[test]
fn a_byte_order_mark_in_a_broken_line_does_not_become_that_of_the_file() {
    hold("a mark that is out of place", "\n \n\u{FEFF}  (\n");
    hold("two marks", "\u{FEFF}\u{FEFF}language 1\n");
}

#[test]
fn a_carriage_return_that_ends_a_text_is_no_line_end_and_stays() {
    for text in ["\r", "language 1\r", "language 1\n\r", "\u{FEFF}\r", "step 1 \"a\" {\n    (\r", "# a\r", "( \r\n"] {
        hold("a carriage return", text);
    }
    assert_eq!(format("language 1\n(\r"), "language 1\n(\r");
}

#[test]
fn the_laws_hold_for_runbooks_with_a_mistake_put_in() {
    let path = root().join("runbooks/hot-migration-netcopy.hsbrun");
    let whole = fs::read_to_string(&path).expect("because it is shipped");
    // Two steps and what declares them: long enough for every mistake, short enough for many.
    let until = whole.find("step 3 ").expect("because the guide has a third step");
    let endings = whole.find("\non success").expect("because it has endings");
    let text = format!("{}{}", &whole[..until], &whole[endings..]);
    let mut dice = super::made::Dice(7);
    for _ in 0..150 {
        let mutant = mutant(&text, &mut dice);
        hold("mutant", &mutant);
    }
}

fn mutant(text: &str, dice: &mut super::made::Dice) -> String {
    let mut mutant = text.to_owned();
    for _ in 0..=dice.below(2) {
        let at = (dice.below(mutant.len())..).find(|at| mutant.is_char_boundary(*at)).unwrap_or(0);
        match dice.below(4) {
            0 if at < mutant.len() => {
                mutant.remove(at);
            }
            1 if at < mutant.len() => {
                let end = mutant[at..].find('\n').map_or(mutant.len(), |end| at + end + 1);
                mutant.replace_range(at..end, "");
            }
            _ => {
                let pieces =
                    ["{", "}", "\"", "'", "\n", "#", " and ", "(", "\r", "within 5m", "else", "\u{a0}", "step 9"];
                mutant.insert_str(at, pieces[dice.below(pieces.len())]);
            }
        }
    }
    mutant
}
