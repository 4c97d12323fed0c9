//! All mutants of a runbook against the runbook itself, in the same rehearsals: what the slip brought, and only that.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::change::{Mutant, mutants};
use crate::rehearsal::{Danger, Files, Runbook, Scenario, Verdict, rehearse};

/// What the rehearsals of one mutant came to.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The file in which the slip is, and the slip.
    pub of: (String, Mutant),
    pub found: Found,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The codes of what `check` finds: it cannot run.
    Refused(Vec<String>),
    /// What it does that the runbook does not, the worst first; nothing where it is harmless as far as rehearsals tell.
    Rehearsed(Vec<Brought>),
}

/// A danger that a slip brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brought {
    pub danger: Danger,
    /// In how many rehearsals.
    pub times: u64,
    /// The number of the first.
    pub first: u64,
}

/// The shipped runbook, and what becomes of it in each of the scenarios.
pub struct Base {
    pub files: Files,
    pub runbook: Runbook,
    usual: Duration,
    verdicts: Vec<Verdict>,
}

impl Base {
    pub fn new(files: Files, scenarios: u64) -> Base {
        let runbook = Runbook::new(&files).expect("because a shipped runbook is sound");
        let undisturbed = rehearse(&runbook, &Scenario::number(0), Duration::from_secs(1));
        let usual = undisturbed.expect("because its start states fit").lasted;
        let mut base = Base { files, runbook, usual, verdicts: Vec::new() };
        base.verdicts = (0..scenarios).map(|number| base.own(number)).collect();
        base
    }

    pub fn own(&self, number: u64) -> Verdict {
        self.verdict(&self.runbook, number)
    }

    pub fn verdict(&self, runbook: &Runbook, number: u64) -> Verdict {
        rehearse(runbook, &Scenario::number(number), self.usual).unwrap_or_default()
    }

    /// Every mutant of each of its files, with the file's name.
    pub fn mutants(&self) -> Vec<(String, Mutant)> {
        let of = |(name, text): (&String, &String)| mutants(text).into_iter().map(|it| (name.clone(), it)).collect();
        self.files.0.iter().map(of).collect::<Vec<Vec<_>>>().concat()
    }

    /// The files with one of them replaced by a mutant.
    pub fn with(&self, file: &str, mutant: &Mutant) -> Files {
        let mut files = self.files.clone();
        files.0[file] = mutant.text.clone();
        files
    }

    fn judge(&self, file: &str, mutant: &Mutant) -> Found {
        let runbook = match Runbook::new(&self.with(file, mutant)) {
            Ok(runbook) => runbook,
            Err(codes) => return Found::Refused(codes.into_iter().map(str::to_owned).collect()),
        };
        let verdicts: Vec<Verdict> = (0..).zip(&self.verdicts).map(|(at, _)| self.verdict(&runbook, at)).collect();
        Found::Rehearsed(Danger::ALL.into_iter().filter_map(|danger| self.brought(danger, &verdicts)).collect())
    }

    /// A danger that the runbook itself is in, in some rehearsals, must be far more frequent to count.
    fn brought(&self, danger: Danger, verdicts: &[Verdict]) -> Option<Brought> {
        let own = self.verdicts.iter().filter(|verdict| verdict.dangers.contains(&danger)).count() as u64;
        let news = (0u64..)
            .zip(self.verdicts.iter().zip(verdicts))
            .filter(|(_, (own, mutants))| mutants.dangers.contains(&danger) && !own.dangers.contains(&danger));
        let numbers: Vec<u64> = news.map(|(number, _)| number).collect();
        let times = numbers.len() as u64;
        let counts = times > 0 && (own == 0 || times >= 2 * own + 3);
        counts.then(|| Brought { danger, times, first: numbers[0] })
    }
}

/// Rehearses every mutant in every scenario.
pub fn campaign(base: &Base) -> Vec<Judged> {
    in_parallel(&base.mutants(), |of| Judged { found: base.judge(&of.0, &of.1), of: of.clone() })
}

/// The same for each of them, on all processors, in their order.
pub fn in_parallel<T: Sync, R: Send>(all: &[T], what: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let work = || {
            let mut own = Vec::new();
            while let Some((at, one)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                all.get(at).map(|one| (at, one))
            } {
                own.push((at, what(one)));
            }
            own
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("because no rehearsal panics")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
