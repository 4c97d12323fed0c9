//! Trees to programs: fixtures with their findings under the offending words, what a sound program holds, and the
//! values of its parameters.

mod bindings;
mod files;
mod fixtures;
mod limits;
mod programs;

use hsbrun::program::{Loader, Program, Resolved, resolve};
use hsbrun::text::Source;
use indexmap::IndexMap;

use crate::support::expected::MAIN;

/// Files in memory, by name.
struct Files(IndexMap<String, String>);

impl Loader for Files {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok(Source::new(path, text.as_str()))
    }
}

/// Resolves the first of these files, which may use the others.
fn resolve_files(files: IndexMap<String, String>) -> Resolved {
    let (name, text) = files.first().expect("because a fixture has a main file");
    let main = Source::new(name.as_str(), text.as_str());
    resolve(main, &mut Files(files))
}

fn resolve_text(text: &str) -> Resolved {
    resolve_files([(MAIN.to_owned(), text.to_owned())].into())
}

/// The program of a sound text.
fn program(text: &str) -> Program {
    let resolved = resolve_text(text);
    let findings = resolved.findings;
    resolved.program.unwrap_or_else(|| panic!("because this text is sound, but: {findings:#?}"))
}
