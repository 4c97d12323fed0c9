//! `hsbrun explain`: the page for a code, and the list of all codes.
//!
//! | asked for | told |
//! | --- | --- |
//! | `HSB1030`, `missing-within` | the page of a finding |
//! | `14704`, `30151` | a return code of solidDB, a line of its log |
//! | `PRIMARY UNCERTAIN` | a state |
//! | `exit 21`, `exit failed-degraded` | an exit code of hsbrun |
//! | `solid 15` | an exit status of solidDB's process |
//! | `15` | where it is none of its return codes: both of the last |

use std::io::{self, Write};

use crate::diag::Severity;
use crate::explain;
use crate::show::{Look, Printer, manual};
use crate::text::{SourceMap, nearest};

use super::args::ExplainArgs;
use super::diagnostics;
use super::exit::{Exit, Row, TABLE};
use super::log::tell;

/// What to do after each exit code stands here, and only here.
const EXIT_CODES: &str = include_str!("../../docs/exit-codes.md");

pub fn run(args: &ExplainArgs) -> Exit {
    let asked = args.words.join(" ");
    let answer = if args.all { Some(list()) } else { answer(&asked).map(|page| manual(&Look::stdout(), &page)) };
    match answer {
        Some(text) => {
            // A closed pipe behind `hsbrun explain --all | head` is nobody's mistake.
            let _ = io::stdout().write_all(text.as_bytes());
            Exit::Done
        }
        None => {
            let finding = diagnostics::nothing_to_explain(&asked, near(&asked).as_deref());
            // Without the line that leads to its page: who asks for pages has found the way.
            tell(&Printer::new(&Look::stderr(), &SourceMap::default()).finding(&finding));
            Exit::Unusable
        }
    }
}

/// Every code, one a line: code, name, severity.
fn list() -> String {
    explain::pages()
        .map(|page| {
            let severity = match page.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            format!("{:8} {:26} {severity}\n", page.code, page.name)
        })
        .collect()
}

fn answer(asked: &str) -> Option<String> {
    let lower = asked.trim().to_lowercase();
    match lower.split_once(char::is_whitespace) {
        Some(("exit", rest)) => exit_row(rest.trim()).map(exit_page),
        Some(("solid", rest)) => explain::find_server_exit(rest.trim()),
        Some(_) | None => explain::find(&lower).or_else(|| either_exit(&lower)),
    }
}

/// A bare number or name: ours, and the one of solidDB's process.
fn either_exit(asked: &str) -> Option<String> {
    let ours = exit_row(asked).map(exit_page);
    let theirs = explain::find_server_exit(asked);
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(format!("{ours}\n{theirs}")),
        (ours, theirs) => ours.or(theirs),
    }
}

fn exit_row(asked: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == asked || row.code.to_string() == asked)
}

fn exit_page(row: &Row) -> String {
    let Row { code, name, .. } = row;
    let (meaning, remedy) = (sentence(row.meaning), sentence(&what_to_do(*code)));
    format!("# Exit code {code} of hsbrun: `{name}`\n\n## What it says\n\n{meaning}\n\n## What to do\n\n{remedy}\n")
}

/// With a capital at its beginning and a stop at its end: the table and the list have neither.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{capital}{}{stop}", letters.as_str())
}

/// The item of the docs for that code: `- **21**: …` or `- **10 to 14**: …`.
fn what_to_do(code: u8) -> String {
    let items = EXIT_CODES.split("## What to do").nth(1).unwrap_or_default().split("\n- **").skip(1);
    let mut texts = items.filter_map(|item| item.split_once("**: "));
    texts
        .find(|(codes, _)| is_among(code, codes))
        .map_or_else(String::new, |(_, text)| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `21`, or `10 to 14`.
fn is_among(code: u8, codes: &str) -> bool {
    let (first, last) = codes.split_once(" to ").unwrap_or((codes, codes));
    matches!((first.parse::<u8>(), last.parse::<u8>()), (Ok(first), Ok(last)) if (first..=last).contains(&code))
}

fn near(asked: &str) -> Option<String> {
    let of_exit = |asked| nearest(asked, TABLE.iter().map(|row| row.name)).map(|name| format!("exit {name}"));
    match asked.split_once(char::is_whitespace) {
        Some(("exit", rest)) => of_exit(rest.trim()),
        Some(_) | None => explain::near(asked).map(str::to_owned).or_else(|| of_exit(asked)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_says_what_to_do() {
        for row in &TABLE {
            let remedy = what_to_do(row.code);
            assert!(remedy.ends_with('.') && !remedy.contains("\n\n"), "{}: {remedy:?}", row.name);
        }
    }

    #[test]
    fn a_bare_number_that_two_programs_end_with_tells_of_both() {
        let both = answer("20").expect("because both have it");
        assert!(both.contains("of hsbrun: `failed-safe`") && both.contains("of solidDB's process"), "{both}");
    }

    #[test]
    fn the_word_before_a_number_says_whose_it_is() {
        let ours = answer("exit 20").expect("because it is in the table");
        assert!(!ours.contains("solidDB's process"), "{ours}");
        assert!(answer("exit 15").is_none() && answer("solid 15").is_some());
    }
}
