//! `docs/mutants.md`: what a campaign found, written for people, and read again to be held against what is so now.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::rehearsal::Danger;

use super::campaign::{Brought, Found, Judged};
use super::change::Mutant;
use super::name;

/// What the page says of one dangerous mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    pub brought: Vec<Brought>,
    /// The codes that `check` has for it and not for the runbook.
    pub check: Vec<String>,
    /// A property and how much has to go wrong for it, or why nobody notices.
    pub verify: String,
}

/// What the page says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Of the program that was rehearsed, and how often each mutant of it was.
    pub program: String,
    pub rehearsals: u64,
    pub dangerous: Vec<Row>,
    /// Refused by `check`, with the codes.
    pub refused: BTreeMap<String, Vec<String>>,
    pub harmless: Vec<String>,
}

const HEAD: &str = "# Mutants of the shipped runbooks

What one slip makes of a shipped runbook, and who notices. A mutant is the text with one place changed: a wait, an assertion, a
handler, a command dropped; neighbours swapped; the wrong server; another command; a limit too short. Its name is the kind of
slip and the line, and a letter where several of a kind stand on one line. Those that do not parse are left out.

*Dangerous* is decided without `check` and `verify`: each mutant and the runbook itself are rehearsed in the same scenarios
(crashes of servers, broken links and lines, copies, catchups and switches that fail, lost answers and commands, the interpreter
killed and resumed, the run stopped and backed out, a watchdog that acts while it is on), and a judge that sees the twin's data
only says of both:

| danger | what the judge saw |
| --- | --- |
| two primaries | both servers accept writes, at any moment of the run or in the half hour behind it |
| lost commits | an acknowledged commit is not on the server that serves, or doubled |
| nobody serves | at the end no server accepts writes, and one could |
| false success | the run reports success outside its declared end states and versions |
| watchdog astray | the watchdog is off and no ending has said so, or on though one has |
| long outage | nobody accepts writes for more than five minutes |
| never ends | the run goes on for ever |
| fails unprovoked | nothing went wrong, and the run fails |
| no back-out | a stopped run that has not passed its point of no return cannot be backed out, though nothing else went wrong |

Only what the mutant does and the runbook does not in the same scenario counts; where the runbook itself is in that danger in
some, the mutant must be in it far more often. `12 (7)` says: in 12 of the rehearsals, first in number 7.

    cargo test --test it mutants::                                         # the page against what is so now
    UPDATE_EXPECT=1 cargo test --test it mutants::                         # `check` and `verify` anew; the rehearsals, too,
                                                                           # where the runbook is another one
    UPDATE_EXPECT=1 HSBRUN_CAMPAIGN=full cargo test --test it mutants::    # everything anew, the long form
";

/// By whom a dangerous mutant is noticed.
#[derive(Debug, Clone, Default)]
pub struct Noticed {
    pub check: Vec<String>,
    /// A property and a rung; nothing where it is missed.
    pub verify: Option<String>,
    /// Why it is missed, where it is.
    pub reason: &'static str,
}

/// The page of a campaign.
pub fn page(judged: &[Judged], noticed: &BTreeMap<String, Noticed>, rehearsals: u64, program: &str) -> String {
    let mut dangerous = String::new();
    let mut refused = String::new();
    let mut harmless: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut counts = [0usize; 4];
    for one in judged {
        let name = name(&one.of);
        let what = one.of.1.what.replace('|', "\\|");
        match &one.found {
            Found::Refused(codes) => {
                counts[0] += 1;
                writeln!(refused, "| `{name}` | `{what}` | {} |", codes.join(" ")).expect("because it is a text");
            }
            Found::Rehearsed(brought) if brought.is_empty() => {
                let (kind, line) = name.rsplit_once(' ').expect("because a name ends with the line");
                harmless.entry(kind.to_owned()).or_default().push(line.to_owned());
            }
            Found::Rehearsed(brought) => {
                counts[1] += 1;
                let by = noticed.get(&name).cloned().unwrap_or_default();
                counts[2] += usize::from(by.verify.is_some() || !by.check.is_empty());
                let verify = by.verify.unwrap_or_else(|| format!("missed: {}", by.reason));
                let check = by.check.join(" ");
                let dangers: Vec<String> =
                    brought.iter().map(|it| format!("{} {} ({})", it.danger.words(), it.times, it.first)).collect();
                let dangers = dangers.join(", ");
                writeln!(dangerous, "| `{name}` | `{what}` | {dangers} | {check} | {verify} |")
                    .expect("because it is a text");
            }
        }
        counts[3] += 1;
    }
    let harmless: String =
        harmless.iter().map(|(kind, lines)| format!("| `{kind}` | {} |\n", lines.join(" "))).collect();
    let [by_check, danger, noticed, all] = counts;
    let part = 100.0 * noticed as f64 / danger.max(1) as f64;
    format!(
        "{HEAD}\n## What came of it\n\nThe program is `{program}`.\n\n{all} mutants, {rehearsals} rehearsals each. `check` refuses {by_check} of them, so that they \
         cannot run. Of those that can, {danger} are dangerous, and `check` or `verify` catches {noticed} of these: {part:.1} %.\n\n## Dangerous\n\n\
         | mutant | what stood there | danger, in so many rehearsals (the first) | `check` | `verify` |\n\
         | --- | --- | --- | --- | --- |\n{dangerous}\n## Refused by `check`\n\n| mutant | what stood there | codes |\n\
         | --- | --- | --- |\n{refused}\n## Harmless, as far as rehearsals tell\n\n| slip | lines |\n| --- | --- |\n{harmless}"
    )
}

impl Page {
    /// What its rehearsals found, where they were of that program and of these mutants.
    pub fn judged(&self, program: &str, mutants: &[(String, Mutant)]) -> Option<Vec<Judged>> {
        let judge = |of: &(String, Mutant)| {
            let name = name(of);
            let row =
                self.dangerous.iter().find(|row| row.name == name).map(|row| Found::Rehearsed(row.brought.clone()));
            let refused = || self.refused.get(&name).map(|codes| Found::Refused(codes.clone()));
            let harmless = || self.harmless.contains(&name).then(|| Found::Rehearsed(Vec::new()));
            Some(Judged { of: of.clone(), found: row.or_else(refused).or_else(harmless)? })
        };
        if self.program != program {
            return None;
        }
        mutants.iter().map(judge).collect()
    }
}

/// Reads a page.
pub fn read(text: &str) -> Page {
    let mut page = Page::default();
    let mut part = "";
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("## ") {
            part = head;
        }
        if let Some(program) = line.strip_prefix("The program is `") {
            page.program = program.trim_end_matches("`.").to_owned();
        }
        if let Some((_, rest)) = line.split_once(" mutants, ") {
            let count = rest.split(' ').next().and_then(|count| count.parse().ok());
            page.rehearsals = count.expect("because the rehearsals are counted");
        }
        let Some(row) = line.strip_prefix("| `") else { continue };
        let (name, rest) = row.split_once("` | ").expect("because a row has cells");
        let cells: Vec<&str> = rest.trim_end_matches(" |").rsplitn(4, " | ").collect();
        match part {
            "Dangerous" => {
                let check = cells[1].split_whitespace().map(str::to_owned).collect();
                let verify = cells[0].to_owned();
                page.dangerous.push(Row { name: name.to_owned(), brought: brought(cells[2]), check, verify });
            }
            "Refused by `check`" => {
                let codes = cells[0].split(' ').map(str::to_owned).collect();
                page.refused.insert(name.to_owned(), codes);
            }
            _ => page.harmless.extend(cells[0].split(' ').map(|line| format!("{name} {line}"))),
        }
    }
    page
}

fn brought(cell: &str) -> Vec<Brought> {
    cell.split(", ")
        .map(|one| {
            let (words, first) = one.trim_end_matches(')').rsplit_once(" (").expect("because the first is told");
            let (words, times) = words.rsplit_once(' ').expect("because it is told how often");
            let danger = Danger::ALL.into_iter().find(|danger| danger.words() == words);
            let number = |text: &str| text.parse().expect("because it is a number");
            Brought { danger: danger.expect("because it is one of them"), times: number(times), first: number(first) }
        })
        .collect()
}
