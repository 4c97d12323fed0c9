//! `hsbrun verify`: every path of a runbook against every behaviour that the model of the pair allows.

use crate::engine::{self, Settings};
use crate::pair::model::{self, Safeness};
use crate::show::{Look, Printer, Words, counterexample};
use crate::twin::{Releases, TwinSettings};
use crate::verify::{self, Bounds, Configuration, Reference};

use super::args::VerifyArgs;
use super::diagnostics;
use super::exit::Exit;
use super::loaded::{self, Loaded};
use super::perform;

pub fn run(args: &VerifyArgs) -> Exit {
    let report = loaded::load(&args.file).and_then(|loaded| verify_all(args, &loaded));
    report.unwrap_or_else(|exit| exit)
}

fn verify_all(args: &VerifyArgs, loaded: &Loaded) -> Result<Exit, Exit> {
    let given = loaded::given(&args.set);
    let new_version = Releases::sample(&loaded.program, &given).new;
    let sampled = loaded.program.sample_bindings(&given, new_version).map_err(|findings| {
        loaded::tell(&findings, &loaded.sources);
        Exit::Findings
    })?;
    let Some(settings) = TwinSettings::for_program(&loaded.program, &sampled.bindings, 1) else {
        loaded::tell(&[diagnostics::no_such_pair(&loaded.program)], &loaded.sources);
        return Err(Exit::Findings);
    };
    let code = engine::lower(&loaded.program, &sampled.bindings, &Settings::default());
    let look = Look::stdout();
    let printer = Printer::new(&look, &loaded.sources);
    let words = Words { program: &loaded.program, code: &code, sources: &loaded.sources };
    let bounds = Bounds { faults: args.faults, kills: args.kills, ..Bounds::default() };
    let configurations = configurations(&settings);
    let began = std::time::Instant::now();
    let report = verify::verify(&code, &configurations[..args.configurations.unwrap_or(usize::MAX).min(configurations.len())], bounds);
    for violation in &report.broken {
        perform::say(&counterexample(&look, &printer, words, violation));
    }
    perform::say(&format!("{:?} in {:?}\n", report.explored, began.elapsed()));
    Ok(if report.broken.is_empty() { Exit::Done } else { Exit::Findings })
}

fn configurations(settings: &TwinSettings) -> Vec<Configuration> {
    let mut all = Vec::new();
    for (listener_converts, conversion_keeps_base) in [(false, false), (false, true), (true, false), (true, true)] {
        for reference in [Reference::External, Reference::Missing] {
            for safeness in [Safeness::TwoSafe, Safeness::OneSafe] {
                for auto_primary_alone in [false, true] {
                    all.push(Configuration {
                        model: model::Settings {
                            auto_primary_alone,
                            safeness,
                            conversion_keeps_base,
                            listener_converts,
                        },
                        reference,
                        states: settings.states,
                        versions: settings.versions,
                        releases: verify::Releases { old: settings.releases.old, new: settings.releases.new },
                    });
                }
            }
        }
    }
    all
}
