//! From trees to a program.

use crate::diag::Finding;
use crate::text::{Source, SourceMap};

use super::Program;

/// Reads `use` files for the resolver, which reads no file itself.
pub trait Loader {
    /// The source that `path`, as written in the source named `from`, stands for; its name is how a second `use` of the
    /// same file is recognised.
    ///
    /// # Errors
    /// Why it cannot be read, in a sentence for people.
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String>;
}

/// Everything that came of a runbook's text.
#[derive(Debug)]
pub struct Resolved {
    /// None where an error keeps it from meaning anything.
    pub program: Option<Program>,
    pub findings: Vec<Finding>,
    /// The runbook (0) and every file that it uses.
    pub sources: SourceMap,
}

/// Parses and resolves a runbook, or a library alone.
pub fn resolve(_main: Source, _loader: &mut dyn Loader) -> Resolved {
    unreachable!("because the resolver is not built yet")
}
