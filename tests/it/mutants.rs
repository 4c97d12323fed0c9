//! Mutants of the shipped runbooks: who is dangerous, judged by rehearsals, and who is caught. `docs/mutants.md` is the page.

mod campaign;
mod caught;
mod change;
mod processes;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use campaign::{Base, Brought, Found, Judged, campaign, in_parallel};
use change::Mutant;
use table::{Noticed, Page};

use crate::dice::full_campaign;
use crate::rehearsal::{Danger, Files, Runbook};

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
    let program = unrehearsed.runbook.program.fingerprint();
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
fn noticed(base: &Base, judged: &[Judged]) -> BTreeMap<String, Noticed> {
    let own = caught::own(&base.runbook);
    let own_codes = caught::codes(&base.files);
    let dangerous = judged.iter().filter(|one| matches!(&one.found, Found::Rehearsed(brought) if !brought.is_empty()));
    in_parallel(&dangerous.collect::<Vec<_>>(), |one| {
        let files = base.with(&one.of.0, &one.of.1);
        let runbook = Runbook::new(&files).expect("because it could be rehearsed");
        let check = caught::codes(&files).difference(&own_codes).cloned().collect();
        let verify =
            caught::caught(&runbook, &own).map(|(property, rung)| format!("{}: {}", property.word(), rung.words()));
        (name(&one.of), Noticed { check, verify, reason: reason(&one.of.1, &one.found) })
    })
    .into_iter()
    .collect()
}

const TIME: &str = "how long things take is not explored";
const NO_BACK_OUT: &str = "a run that cannot be backed out is left as it is";
const RARE: &str = "not in the usual pair with one fault";

/// Why `verify` does not notice it.
fn reason(mutant: &Mutant, found: &Found) -> &'static str {
    let hinders = |brought: &Vec<Brought>| brought.iter().any(|it| it.danger == Danger::NoBackOut);
    match found {
        Found::Rehearsed(_) if mutant.id.starts_with("limit-too-short") => TIME,
        Found::Rehearsed(brought) if hinders(brought) => NO_BACK_OUT,
        Found::Rehearsed(_) | Found::Refused(_) => RARE,
    }
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

/// How many of the dangerous mutants are run on real processes.
fn sample() -> usize {
    if full_campaign() { 60 } else { 3 }
}

/// Those that fail in every rehearsal in which nothing goes wrong do so on real server processes, too, where the runbook
/// itself succeeds.
#[test]
fn what_fails_in_rehearsals_fails_on_real_processes() {
    let page = written();
    let base = Base::new(shipped(), 0);
    let own = processes::migrate(&base.files);
    assert!(own.wrong.is_empty(), "{:?}\n{}", own.wrong, own.ended.output());
    let mutants: BTreeMap<String, _> = base.mutants().into_iter().map(|it| (name(&it), it)).collect();
    // A limit is too short for what it waits for; real processes of an empty database are quicker than the twin's.
    let always = |row: &&table::Row| {
        let mutant = &mutants[&row.name];
        !mutant.1.id.starts_with("limit-too-short")
            && row.brought.iter().any(|it| it.danger == Danger::FailsUnprovoked && it.first == 0)
            && base_fails(&base, mutant)
    };
    let rows: Vec<&table::Row> = page.dangerous.iter().filter(always).collect();
    let stride = rows.len().div_ceil(sample()).max(1);
    for row in rows.iter().step_by(stride) {
        let (file, mutant) = &mutants[&row.name];
        let seen = processes::migrate(&base.with(file, mutant));
        println!("{}: exit {:?}, {:?}", row.name, seen.ended.code, seen.wrong);
        assert!(!seen.wrong.is_empty(), "{}\n{}", row.name, seen.ended.output());
    }
}

/// It fails in both branches whatever the seed.
fn base_fails(base: &Base, (file, mutant): &(String, Mutant)) -> bool {
    let runbook = Runbook::new(&base.with(file, mutant)).expect("because it can run");
    (0..4).all(|number| base.verdict(&runbook, number).dangers.contains(&Danger::FailsUnprovoked))
}

/// Of the dangerous ones those that `verify` catches where nothing goes wrong, and of the dearer ones a few.
#[test]
fn what_the_page_says_of_check_and_verify_is_so() {
    let page = written();
    let base = Base::new(shipped(), 0);
    let own_codes = caught::codes(&base.files);
    let mutants: BTreeMap<String, _> = base.mutants().into_iter().map(|it| (name(&it), it)).collect();
    let mut dearer = 0;
    for row in &page.dangerous {
        let (file, mutant) = &mutants[&row.name];
        let files = base.with(file, mutant);
        let codes: Vec<String> = caught::codes(&files).difference(&own_codes).cloned().collect();
        assert!(row.check.iter().all(|code| codes.contains(code)), "{}: {codes:?}", row.name);
        let Some((property, words)) = row.verify.split_once(": ") else { continue };
        let Some(rung) = caught::Rung::of_words(words) else { continue };
        dearer += usize::from(rung != caught::LADDER[0]);
        if rung != caught::LADDER[0] && (dearer % 8 != 1 || rung != caught::LADDER[1]) {
            continue;
        }
        let broken = rung.broken(&Runbook::new(&files).expect("because it can run"));
        assert!(broken.iter().any(|it| it.word() == property), "{}: {broken:?}", row.name);
    }
    assert!(caught::LADDER[0].broken(&base.runbook).is_empty(), "the runbook itself holds where nothing goes wrong");
}
