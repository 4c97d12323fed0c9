//! A runbook that may be used: read, resolved and without errors; or its findings, told.

use std::path::Path;

use crate::diag::{Finding, Severity};
use crate::lint::allow::{self, Allows};
use crate::program::{self, Given, Loader, Origin, Program};
use crate::show::{Look, Printer};
use crate::syntax::tree::File;
use crate::text::{Source, SourceMap, Span};

use super::diagnostics;
use super::exit::Exit;
use super::loader::{self, Files};
use super::log;

/// A program with its texts.
#[derive(Debug)]
pub struct Loaded {
    pub program: Program,
    pub sources: SourceMap,
    /// The comments that allow something, of all texts, and what is wrong with them.
    pub allows: Allows,
}

impl Loaded {
    /// Where a span is, for people: `hot.hsbrun:41`.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        format!("{}:{}", source.name, source.line_column(span.start).line)
    }
}

/// Tells findings on standard error.
pub fn tell(findings: &[Finding], sources: &SourceMap) {
    log::tell(&Printer::new(&Look::stderr(), sources).findings(findings));
}

/// Reads a runbook and all that it uses. Its findings are told on standard error; warnings do not keep it from being
/// used.
pub fn load(path: &Path) -> Result<Loaded, Exit> {
    let source = loader::read(path).map_err(|finding| {
        tell(&[*finding], &SourceMap::default());
        Exit::Unusable
    })?;
    resolve(source, &mut Files::of(path))
}

/// The same of a source that is at hand.
pub fn resolve(source: Source, loader: &mut dyn Loader) -> Result<Loaded, Exit> {
    let resolved = program::resolve(source, loader);
    tell(&resolved.findings, &resolved.sources);
    match resolved.program {
        Some(program) => {
            let allows = allows(&resolved.sources, &resolved.trees);
            Ok(Loaded { program, sources: resolved.sources, allows })
        }
        None => {
            let told = resolved.findings.iter().any(|finding| finding.rule.severity == Severity::Error);
            if !told {
                let name = resolved.sources.iter().next().map_or("-", |(_, source)| source.name.as_str());
                tell(&[diagnostics::library(name)], &resolved.sources);
            }
            Err(Exit::Findings)
        }
    }
}

fn allows(sources: &SourceMap, trees: &[File]) -> Allows {
    let mut all = Allows::default();
    for ((_, source), tree) in sources.iter().zip(trees) {
        let Allows { allows, findings } = allow::of_runbook(&source.text, tree);
        all.allows.extend(allows);
        all.findings.extend(findings);
    }
    all
}

/// Values from the command line.
pub fn given(set: &[(String, String)]) -> Vec<Given> {
    set.iter().map(|(name, text)| Given { name: name.clone(), text: text.clone(), from: Origin::CommandLine }).collect()
}
