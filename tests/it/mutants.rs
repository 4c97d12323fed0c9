//! Mutants of the shipped runbooks: who is dangerous, judged by rehearsals, and who is caught. `docs/mutants.md` is the page.

mod campaign;
mod caught;
mod change;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use campaign::{Base, Found, Judged, campaign, in_parallel};
use change::Mutant;
use table::Page;

use crate::dice::full_campaign;
use crate::rehearsal::{Files, Runbook};

/// The runbook, then the libraries that it uses.
const SHIPPED: [&str; 2] = ["hot-migration-netcopy.hsbrun", "pair.hsbrun"];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn shipped() -> Files {
    let read = |name: &str| std::fs::read_to_string(root("runbooks").join(name)).expect("because it is shipped");
    Files(SHIPPED.map(|name| (name.to_owned(), read(name))).into())
}

/// A mutant of a library bears the library's name.
fn name((file, mutant): &(String, Mutant)) -> String {
    if file == SHIPPED[0] { mutant.id.clone() } else { format!("{file} {}", mutant.id) }
}

/// Rehearsals of each mutant.
fn scenarios() -> u64 {
    let wanted = std::env::var("HSBRUN_REHEARSALS").ok().and_then(|count| count.parse().ok());
    wanted.unwrap_or(if full_campaign() { 1_000 } else { 100 })
}

/// The page as it is written down; with `UPDATE_EXPECT` it is made anew by a campaign first.
fn written() -> Page {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| {
        let path = root("docs/mutants.md");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            let before = std::fs::read_to_string(&path).map(|text| table::read(&text)).unwrap_or_default();
            anew(&before, |text| std::fs::write(&path, text).expect("because the page can be written"));
        }
        std::fs::read_to_string(&path).expect("because the page is part of the package")
    });
    table::read(text)
}

/// The page by a campaign; by the rehearsals of the one before, where they were of the same program.
fn anew(before: &Page, write: impl Fn(String)) {
    let unrehearsed = Base::new(shipped(), 0);
    let program = unrehearsed.runbook.program.fingerprint.clone();
    let kept = if full_campaign() { None } else { before.judged(&program, &unrehearsed.mutants()) };
    let (judged, rehearsals) = match kept {
        Some(judged) => (judged, before.rehearsals),
        None => {
            let judged = campaign(&Base::new(shipped(), scenarios()));
            // It took long; what follows can be repeated without it.
            write(table::page(&judged, &BTreeMap::new(), scenarios(), &program));
            (judged, scenarios())
        }
    };
    write(table::page(&judged, &noticed(&unrehearsed, &judged), rehearsals, &program));
}

/// Who notices the dangerous ones.
fn noticed(base: &Base, judged: &[Judged]) -> BTreeMap<String, Vec<String>> {
    let own = caught::codes(&base.files);
    let dangerous = judged.iter().filter(|one| matches!(&one.found, Found::Rehearsed(brought) if !brought.is_empty()));
    let codes = |one: &&Judged| {
        let found = caught::codes(&base.with(&one.of.0, &one.of.1));
        (name(&one.of), found.difference(&own).cloned().collect())
    };
    in_parallel(&dangerous.collect::<Vec<_>>(), codes).into_iter().collect()
}

#[test]
fn every_mutant_is_on_the_page_and_check_refuses_those_that_it_says() {
    let page = written();
    let base = Base::new(shipped(), 0);
    let mut refused = BTreeMap::new();
    let mut run = Vec::new();
    for (file, mutant) in base.mutants() {
        let name = name(&(file.clone(), mutant.clone()));
        match Runbook::new(&base.with(&file, &mutant)) {
            Ok(_) => run.push(name),
            Err(codes) => drop(refused.insert(name, codes.into_iter().map(str::to_owned).collect::<Vec<_>>())),
        }
    }
    assert_eq!(page.refused, refused, "UPDATE_EXPECT=1 makes the page anew");
    let mut listed: Vec<String> = page.dangerous.iter().map(|row| row.name.clone()).chain(page.harmless).collect();
    listed.sort_unstable();
    run.sort_unstable();
    assert_eq!(listed, run, "UPDATE_EXPECT=1 makes the page anew");
}

#[test]
fn every_dangerous_mutant_is_dangerous_where_the_page_says_so_and_the_runbook_is_not() {
    let page = written();
    let base = Base::new(shipped(), 0);
    let mutants: BTreeMap<String, _> = base.mutants().into_iter().map(|it| (name(&it), it)).collect();
    for row in page.dangerous {
        let (file, mutant) = &mutants[&row.name];
        let runbook = Runbook::new(&base.with(file, mutant)).expect("because it can run");
        let worst = row.brought[0];
        let (theirs, own) = (base.verdict(&runbook, worst.first), base.own(worst.first));
        assert!(
            theirs.dangers.contains(&worst.danger),
            "{}: not {:?} in number {}",
            row.name,
            worst.danger,
            worst.first
        );
        assert!(
            !own.dangers.contains(&worst.danger),
            "the runbook itself: {:?} in number {}",
            worst.danger,
            worst.first
        );
    }
}

/// What `check` finds besides is for the next page.
#[test]
fn check_finds_in_the_dangerous_ones_what_the_page_says() {
    let page = written();
    let base = Base::new(shipped(), 0);
    let mutants: BTreeMap<String, _> = base.mutants().into_iter().map(|it| (name(&it), it)).collect();
    for row in &page.dangerous {
        let (file, mutant) = &mutants[&row.name];
        let codes = caught::codes(&base.with(file, mutant));
        assert!(row.check.iter().all(|code| codes.contains(code)), "{}: {codes:?}", row.name);
    }
}
