//! `hsbrun rehearse --trace`: a story that `verify` found, gone again in the twin.

use std::fs;
use std::path::Path;

use crate::diag::Finding;
use crate::engine::{self, Code, Releases, Settings};
use crate::program::{Given, Origin};
use crate::replay::{Replayed, Trace, replay};
use crate::show::{Look, Paint, Words, inert, labels, ledger, opening, whole_story};

use super::diagnostics;
use super::exit::Exit;
use super::loaded::{self, Loaded};
use super::perform;
use super::rehearse::of_twin;

pub fn run(file: &Path, trace: &Path, look: &Look) -> Exit {
    let name = trace.to_string_lossy().into_owned();
    let told = read(trace, &name).and_then(|trace| Ok((loaded::load(file)?, trace)));
    let told = told.and_then(|(loaded, trace)| again(&loaded, &trace, &name, look));
    told.map_or_else(|exit| exit, |()| Exit::Done)
}

fn read(path: &Path, name: &str) -> Result<Trace, Exit> {
    let text = fs::read_to_string(path)
        .map_err(|error| refuse(None, diagnostics::unreadable(name, &error), Exit::Unusable))?;
    Trace::read(&text).map_err(|why| refuse(None, diagnostics::no_trace(name, &why.to_string()), Exit::Unusable))
}

fn again(loaded: &Loaded, trace: &Trace, name: &str, look: &Look) -> Result<(), Exit> {
    let code = lowered(loaded, trace)?;
    let words = Words { program: &loaded.program, code: &code, sources: &loaded.sources };
    perform::say(&opening(look, &inert(code.title()), &rows(trace, name)));
    let replayed = replay(&code, &labels(words), trace)
        .map_err(|why| refuse(Some(loaded), diagnostics::trace_departs(name, &why.to_string()), Exit::Findings))?;
    perform::say(&told(look, words, loaded, trace, &replayed));
    Ok(())
}

/// The program with the parameters of the trace.
fn lowered(loaded: &Loaded, trace: &Trace) -> Result<Code, Exit> {
    let given =
        |(name, text): (&String, &String)| Given { name: name.clone(), text: text.clone(), from: Origin::CommandLine };
    let given: Vec<Given> = trace.parameters.iter().map(given).collect();
    let new_version = Releases::sample(&loaded.program, &given).new;
    let sampled = loaded.program.sample_bindings(&given, new_version).map_err(|findings| {
        loaded::tell(&findings, &loaded.sources);
        Exit::Findings
    })?;
    Ok(engine::lower(&loaded.program, &sampled.bindings, &Settings::default()))
}

fn rows(trace: &Trace, name: &str) -> Vec<(&'static str, String)> {
    let given: Vec<String> = trace.parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    vec![
        ("trace", inert(name)),
        ("breaks", inert(&format!("{}, at {}", trace.property, trace.place))),
        ("with", inert(&given.join(", "))),
        ("pair", trace.pair.configuration().map_or_else(|_| String::new(), |it| it.words())),
    ]
}

fn told(look: &Look, words: Words<'_>, loaded: &Loaded, trace: &Trace, replayed: &Replayed) -> String {
    let steps = trace.len();
    let headline =
        format!("The twin went the same way: {steps} step{} of the trace.", if steps == 1 { "" } else { "s" });
    format!(
        "{}{}\n{}\n",
        whole_story(look, words, &replayed.story),
        ledger(look, &of_twin(&replayed.ledger, loaded)),
        look.paint(Paint::Strong, &headline),
    )
}

fn refuse(loaded: Option<&Loaded>, finding: Finding, exit: Exit) -> Exit {
    match loaded {
        Some(loaded) => loaded::tell(&[finding], &loaded.sources),
        None => loaded::tell(&[finding], &crate::text::SourceMap::default()),
    }
    exit
}
