//! `hsbrun rehearse`: a whole run against the model of the pair, with a virtual clock.

use std::time::Duration;

use crate::engine::{self, Answer, Code, Request, Settings, World};
use crate::pair::model::Safeness;
use crate::program::{Bindings, ServerId, Value};
use crate::run::{Finished, Interrupt, Nowhere};
use crate::show::{Backstage, Ledger, Look, Progress, Story, grouped, inert, ledger, opening};
use crate::twin::{self, Releases, Twin, TwinSettings};

use super::args::RehearseArgs;
use super::diagnostics;
use super::exit::Exit;
use super::loaded::{self, Loaded};
use super::perform::{self, Performance};
use super::ready::changed;
use super::replay;

/// What a rehearsal is made with, beside the program.
#[derive(Debug, Clone, Copy)]
pub struct Conditions {
    pub seed: u64,
    pub safeness: Safeness,
}

/// A program laid on a twin.
pub struct Rehearsal {
    pub loaded: Loaded,
    pub bindings: Bindings,
    /// What nobody gave.
    samples: Vec<(String, Value)>,
    pub code: Code,
    pub twin: Twin,
}

pub fn run(args: &RehearseArgs) -> Exit {
    let look = perform::look(args.plain);
    if let Some(trace) = &args.trace {
        return replay::run(&args.file, trace, &look);
    }
    let conditions = Conditions { seed: args.seed, safeness: args.safeness.level() };
    let rehearsal = loaded::load(&args.file).and_then(|loaded| Rehearsal::new(loaded, &args.set, conditions));
    match rehearsal {
        Ok(mut rehearsal) => {
            perform::say(&opening(
                &look,
                &inert(rehearsal.code.title()),
                &rehearsal.rows(&args.file.display().to_string(), conditions),
            ));
            let mut world = rehearsal.watched();
            let backstage = world.backstage();
            let exit = rehearsal.perform(&mut world, backstage, &look, Progress::Off, &Interrupt::default());
            rehearsal.twin = world.twin;
            perform::say(&ledger(&look, &rehearsal.ledger()));
            exit
        }
        Err(exit) => exit,
    }
}

impl Rehearsal {
    /// Parameters that are not set get a sample, and the servers are in the program's start states.
    pub fn new(loaded: Loaded, set: &[(String, String)], conditions: Conditions) -> Result<Self, Exit> {
        let given = loaded::given(set);
        let new_version = Releases::sample(&loaded.program, &given).new;
        let sampled = loaded.program.sample_bindings(&given, new_version).map_err(|findings| {
            loaded::tell(&findings, &loaded.sources);
            Exit::Findings
        })?;
        let settings = TwinSettings::for_program(&loaded.program, &sampled.bindings, conditions.seed);
        let at_that_level = |mut settings: TwinSettings| {
            settings.model.safeness = conditions.safeness;
            Twin::new(settings)
        };
        let Some(twin) = settings.and_then(at_that_level) else {
            loaded::tell(&[diagnostics::no_such_pair(&loaded.program)], &loaded.sources);
            return Err(Exit::Findings);
        };
        let code = engine::lower(&loaded.program, &sampled.bindings, &Settings::default());
        Ok(Self { loaded, bindings: sampled.bindings, samples: sampled.samples, code, twin })
    }

    /// What is worth knowing before it begins.
    pub fn rows(&self, file: &str, conditions: Conditions) -> Vec<(&'static str, String)> {
        let samples: Vec<String> = self.samples.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let program = &self.loaded.program;
        let level = match conditions.safeness {
            Safeness::OneSafe => ", SafenessLevel 1safe",
            Safeness::TwoSafe => "",
        };
        vec![
            ("follows", inert(program.source.as_deref().unwrap_or_default())),
            ("runbook", inert(file)),
            ("pair", format!("a model with a virtual clock; seed {}{level}", conditions.seed)),
            ("with", inert(&changed(program, &self.bindings, |name| samples_have(&self.samples, name)))),
            ("samples", inert(&samples.join(", "))),
        ]
    }

    /// Runs it in a world made of its twin.
    pub fn perform(
        &self,
        world: &mut dyn World,
        backstage: Backstage,
        look: &Look,
        progress: Progress,
        interrupt: &Interrupt,
    ) -> Exit {
        let show = Performance {
            loaded: &self.loaded,
            code: &self.code,
            look,
            progress,
            journal: None,
            entry: None,
            rehearsal: true,
        };
        let (finished, story): (Finished, Story) = show
            .perform(world, &mut Nowhere, Some(backstage), interrupt)
            .expect("because a rehearsal keeps no record that could fail");
        show.sum_up(&finished, &story)
    }

    /// The twin with a window to its stage.
    pub fn watched(&self) -> Watched {
        let names = self.loaded.program.servers.keys().cloned().collect();
        Watched { twin: self.twin.clone(), names, backstage: Backstage::default() }
    }

    /// The application's commits, on the program's servers.
    pub fn ledger(&self) -> Ledger {
        of_twin(&self.twin.ledger(), &self.loaded)
    }
}

/// A twin that shows after every answer what its servers are and hold.
pub struct Watched {
    pub twin: Twin,
    names: Vec<String>,
    backstage: Backstage,
}

impl Watched {
    /// The window.
    pub fn backstage(&self) -> Backstage {
        Backstage::clone(&self.backstage)
    }
}

impl World for Watched {
    fn answer(&mut self, request: &Request) -> Answer {
        let answer = self.twin.answer(request);
        let ids = (0u8..).map(ServerId);
        let known = |id| {
            let server = self.twin.server(id);
            format!("{}, {} rows", server.version, grouped(server.transactions))
        };
        *self.backstage.borrow_mut() = self.names.iter().cloned().zip(ids.map(known)).collect();
        answer
    }

    fn elapsed(&self) -> Duration {
        self.twin.elapsed()
    }
}

fn samples_have(samples: &[(String, Value)], name: &str) -> bool {
    samples.iter().any(|(sampled, _)| sampled == name)
}

pub fn of_twin(counted: &twin::Ledger, loaded: &Loaded) -> Ledger {
    Ledger {
        acknowledged: counted.acknowledged,
        found: loaded.program.servers.keys().cloned().zip(counted.found).collect(),
        lost: counted.lost,
        doubled: counted.doubled,
    }
}
