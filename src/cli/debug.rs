//! `hsbrun debug`: what each stage makes of a file. Its output may change with every version.

use std::fmt::Debug;
use std::io::{self, Write};

use crate::engine::{self, Settings};
use crate::pair::Version;
use crate::syntax;
use crate::text::SourceMap;

use super::args::{DebugArgs, Stage};
use super::exit::Exit;
use super::{loaded, loader};

pub fn run(args: &DebugArgs) -> Exit {
    let result = match args.stage {
        Stage::Tree => tree(args),
        Stage::Program => program(args),
        Stage::Machine => machine(args),
    };
    result.map_or_else(|exit| exit, |()| Exit::Done)
}

fn tree(args: &DebugArgs) -> Result<(), Exit> {
    let mut sources = SourceMap::default();
    let source = loader::read(&args.file).map_err(|finding| {
        loaded::tell(&[*finding], &SourceMap::default());
        Exit::Unusable
    })?;
    let id = sources.add(source);
    let parsed = syntax::parse(id, &sources.get(id).text);
    loaded::tell(&parsed.findings, &sources);
    print(&parsed.tree);
    if parsed.findings.is_empty() { Ok(()) } else { Err(Exit::Findings) }
}

fn program(args: &DebugArgs) -> Result<(), Exit> {
    let loaded = loaded::load(&args.file)?;
    print(&loaded.program);
    // Made of the program when it is asked for, and no part of it.
    print(&format_args!("fingerprint {}", loaded.program.fingerprint()));
    Ok(())
}

fn machine(args: &DebugArgs) -> Result<(), Exit> {
    let loaded = loaded::load(&args.file)?;
    let given = loaded::given(&args.set);
    let sampled = loaded.program.sample_bindings(&given, Version::new(7, 0, 0)).map_err(|findings| {
        loaded::tell(&findings, &loaded.sources);
        Exit::Findings
    })?;
    print(&engine::lower(&loaded.program, &sampled.bindings, &Settings::default()));
    Ok(())
}

fn print(stage: &impl Debug) {
    // A closed pipe behind `hsbrun debug … | head` is nobody's mistake.
    let _ = writeln!(io::stdout(), "{stage:#?}");
}
