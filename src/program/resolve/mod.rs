//! From trees to a program. Each file of this folder resolves one kind of thing; what needs the whole program is
//! checked afterwards, in `flow`. Reads no file: `use` goes through a `Loader`.

mod calls;
mod compare;
mod conds;
mod declare;
mod effects;
mod files;
mod items;
mod names;
mod order;
mod stmts;
mod values;

use crate::diag::{Finding, Severity};
use crate::syntax::tree;
use crate::text::{Source, SourceId, SourceMap, Span};

use super::{Program, ServerTerm, StepId, diagnostics, flow};
use declare::{Declared, Signature};
use files::Files;
use flow::Whole;

/// Findings about names and types end here: nobody reads on, and each looks through all names for a near one.
const MAX_FINDINGS: usize = 200;

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
    /// None where an error keeps it from meaning anything, and for a library, which means nothing alone.
    pub program: Option<Program>,
    pub findings: Vec<Finding>,
    /// The runbook (0) and every file that it uses.
    pub sources: SourceMap,
    /// The tree of each source, in their order.
    pub trees: Vec<tree::File>,
}

/// Parses and resolves a runbook, or a library alone.
pub fn resolve(main: Source, loader: &mut dyn Loader) -> Resolved {
    let mut findings = Vec::new();
    let files = files::load(main, loader, &mut findings);
    let (program, whole) = program(&files, &mut findings);
    let heads = files.main().ending_heads();
    flow::check(&program, whole, &heads, &mut findings);
    findings.sort_by_key(|finding| finding.labels.first().map(|label| label.span));
    let means_something = sound(&findings) && !files.main().is_library();
    let program = means_something.then_some(program);
    let (sources, trees) = files.into_parts();
    Resolved { program, findings, sources, trees }
}

fn sound(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.rule.severity != Severity::Error)
}

/// The program as far as it is sound: what has an error is left out.
fn program(files: &Files, findings: &mut Vec<Finding>) -> (Program, Whole) {
    let declared = declare::declare(files, findings);
    let whole = if sound(findings) { Whole::Yes } else { Whole::No };
    let before = findings.len();
    let mut resolver = Resolver {
        declared: &declared,
        findings,
        before,
        enough: false,
        at: Within::Runbook,
        file: SourceId(0),
        whole,
    };
    let mut program = resolver.declarations(&files.main().tree);
    for signature in declared.procedures.values() {
        let (name, procedure) = resolver.procedure(signature);
        program.procedures.insert(name, procedure);
    }
    resolver.at = Within::Runbook;
    resolver.file = SourceId(0);
    for item in &files.main().tree.items {
        resolver.item(item, &mut program);
    }
    if !files.main().is_library() && program.requires.is_empty() && declared.steps.is_empty() {
        resolver.nothing_to_do(files.main());
    }
    (program, resolver.whole)
}

/// Looks names up, from one place of the text.
struct Resolver<'a> {
    declared: &'a Declared<'a>,
    findings: &'a mut Vec<Finding>,
    /// How many findings there were before.
    before: usize,
    /// There are enough, and a finding says so.
    enough: bool,
    at: Within<'a>,
    /// The file that is being resolved: its `use`s say which procedures it knows.
    file: SourceId,
    /// Whether no statement was left out.
    whole: Whole,
}

/// Which names are in scope, and what a retry may go back to.
#[derive(Clone, Copy)]
enum Within<'a> {
    /// A declaration, a `require` or an ending.
    Runbook,
    Step(StepId),
    Procedure(&'a Signature<'a>),
}

/// A finding says why there is nothing.
struct Reported;

/// The server that commands go to.
#[derive(Clone)]
enum On {
    Nobody,
    Server(ServerTerm),
    /// It has a finding already.
    Broken,
}

impl Resolver<'_> {
    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Whether there are findings enough; the first time it says so.
    fn has_enough(&mut self, at: Span) -> bool {
        let count = self.findings.len() - self.before;
        if count >= MAX_FINDINGS {
            self.whole = Whole::No;
        }
        if count >= MAX_FINDINGS && !std::mem::replace(&mut self.enough, true) {
            self.report(diagnostics::too_many_findings(at, MAX_FINDINGS));
        }
        count >= MAX_FINDINGS
    }

    /// Whether something in there has a finding already.
    fn has_finding_in(&self, span: Span) -> bool {
        let places = self.findings.iter().filter_map(|finding| finding.labels.first()).map(|label| label.span);
        let mut within =
            places.filter(|place| place.source == span.source && span.start <= place.start && place.start <= span.end);
        within.next().is_some()
    }

    fn to_end_of_line(&self, span: Span) -> Span {
        let text = &self.declared.files.sources.get(span.source).text;
        let rest = text.get(span.end as usize..).unwrap_or("");
        Span::new(span.source, span.start as usize, span.end as usize + rest.lines().next().unwrap_or("").len())
    }

    fn item(&mut self, item: &tree::Item, program: &mut Program) {
        if self.has_enough(item.span) {
            return;
        }
        match &item.kind {
            tree::ItemKind::Require(require) => program.requires.extend(self.require(require, item.span)),
            tree::ItemKind::Step(step) => self.step(step, item.span, program),
            tree::ItemKind::Ending(ending) => {
                let body = self.block(&ending.body, &On::Nobody);
                let place = match ending.kind {
                    tree::EndingKind::Success => &mut program.on_success,
                    tree::EndingKind::Failure => &mut program.on_failure,
                    tree::EndingKind::BackOut => &mut program.on_back_out,
                };
                place.get_or_insert(body);
            }
            tree::ItemKind::Language(_)
            | tree::ItemKind::Runbook(_)
            | tree::ItemKind::Library(_)
            | tree::ItemKind::Source(_)
            | tree::ItemKind::Use(_)
            | tree::ItemKind::Server(_)
            | tree::ItemKind::Param(_)
            | tree::ItemKind::Procedure(_)
            | tree::ItemKind::Broken => {}
        }
    }
}
