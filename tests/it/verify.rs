//! Verifying: what must never be reached is found where it can be, and nothing is found where it cannot.

mod agreement;
mod back_outs;
mod command;
mod damage;
mod exemptions;
mod guide;
mod late;
mod pages;
mod processes;
mod properties;
mod remedies;
mod replay;
mod shipped;
mod views;

use std::path::Path;

use hsbrun::engine::{Code, Releases, Settings, lower};
use hsbrun::program::{Given, Loader, Origin, Program, resolve};
use hsbrun::text::Source;
use hsbrun::verify::{Bounds, Configuration, Known, Property, Reference, Report, Violation, verify};

use hsbrun::pair::model::Safeness;

/// Files of a folder of the repository.
struct Folder(&'static str);

impl Loader for Folder {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.0).join(path);
        let text = std::fs::read_to_string(place).map_err(|error| error.to_string())?;
        Ok(Source::new(path, text))
    }
}

/// A program with the code that is explored.
struct Runbook {
    program: Program,
    code: Code,
    releases: Releases,
}

impl Runbook {
    fn of(source: Source, folder: &'static str, words: &[(&str, &str)]) -> Runbook {
        Runbook::at_a_site(source, folder, words, &Settings::default())
    }

    fn at_a_site(source: Source, folder: &'static str, words: &[(&str, &str)], settings: &Settings) -> Runbook {
        let resolved = resolve(source, &mut Folder(folder));
        let Some(program) = resolved.program else { panic!("it has findings: {:#?}", resolved.findings) };
        let given: Vec<Given> = words
            .iter()
            .map(|(name, word)| Given { name: (*name).into(), text: (*word).into(), from: Origin::CommandLine })
            .collect();
        let new = Releases::sample(&program, &given).new;
        let bindings = program.sample_bindings(&given, new).expect("because the words are of the type").bindings;
        let code = lower(&program, &bindings, settings);
        let releases = Releases::bound(&program, &bindings);
        Runbook { program, code, releases }
    }

    fn file(folder: &'static str, name: &str, words: &[(&str, &str)]) -> Runbook {
        let source = Folder(folder).load("", name).expect("because the file is there");
        Runbook::of(source, folder, words)
    }

    /// A runbook of a healthy pair, both servers of which may end anywhere.
    fn text(items: &str) -> Runbook {
        Runbook::text_at_a_site(items, &Settings::default())
    }

    fn text_at_a_site(items: &str, settings: &Settings) -> Runbook {
        let head =
            "language 1\nrunbook \"A test\"\nserver S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n";
        Runbook::at_a_site(Source::new("test.hsbrun", format!("{head}{items}")), "runbooks", &[], settings)
    }

    /// Every kind of pair of which that is known.
    fn configurations(&self, known: Known) -> Vec<Configuration> {
        Configuration::all(&self.code, self.releases, known)
    }

    /// The usual pair: no AutoPrimaryAlone, 2-safe, an external reference.
    fn usual(&self) -> Vec<Configuration> {
        let mut all = self.configurations(USUAL);
        all.truncate(1);
        all
    }

    fn explore(&self, configurations: &[Configuration], faults: u8, kills: u8) -> Report {
        let report = verify(&self.code, configurations, Bounds { faults, kills, ..Bounds::default() }, &[]);
        assert_eq!(report.explored.cut_short, 0, "it was not explored to the end");
        assert_eq!(report.explored.configurations, configurations.len());
        report
    }
}

const USUAL: Known =
    Known { auto_primary_alone: Some(false), safeness: Some(Safeness::TwoSafe), reference: Some(Reference::External) };

fn properties(report: &Report) -> Vec<Property> {
    let mut all: Vec<Property> = report.broken.iter().map(|violation| violation.property).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What is broken, for a message.
fn told(runbook: &Runbook, report: &Report) -> Vec<String> {
    let tell = |one: &Violation| {
        format!("{} at `{}`: {}", one.property.word(), runbook.code.text(one.at), one.circumstances())
    };
    report.broken.iter().map(tell).collect()
}
