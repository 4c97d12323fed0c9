//! What is declared, before anything that uses it is resolved: names with their places and types.

use indexmap::IndexMap;
use indexmap::map::Entry;

use crate::diag::Finding;
use crate::pair::State;
use crate::program::{ParamType, diagnostics};
use crate::syntax::tree::{self, ItemKind, Name};
use crate::text::{SourceId, Span};

use super::files::Files;
use super::order;

/// A pair has two servers.
const MAX_SERVERS: usize = 2;
/// Steps, parameters and procedures, of each: far above any runbook that a person could review.
const MAX_ITEMS: usize = 50_000;
/// Parameters of one procedure.
const MAX_FORMALS: usize = 100;

/// All names of a program. Positions in the maps are the ids of the program.
pub(super) struct Declared<'a> {
    pub files: &'a Files,
    pub servers: IndexMap<String, Span>,
    pub params: IndexMap<String, DeclaredParam>,
    /// With the span of the line that names the step.
    pub steps: IndexMap<String, Span>,
    /// A callee stands before its callers.
    pub procedures: IndexMap<String, Signature<'a>>,
}

pub(super) struct DeclaredParam {
    pub span: Span,
    /// None: it has a finding.
    pub ty: Option<ParamType>,
}

pub(super) struct Signature<'a> {
    pub file: SourceId,
    pub tree: &'a tree::Procedure,
    /// Of the line that names it.
    pub span: Span,
    pub formals: IndexMap<String, DeclaredFormal>,
}

pub(super) struct DeclaredFormal {
    pub span: Span,
    pub kind: FormalKind,
}

pub(super) enum FormalKind {
    Server,
    Value(ParamType),
    /// It has a finding.
    Broken,
}

impl Signature<'_> {
    /// As its line lists them: `A: server`, `limit: duration`.
    pub fn formal_texts(&self) -> Vec<String> {
        let kind = |kind: &FormalKind| match kind {
            FormalKind::Server => "server".to_owned(),
            FormalKind::Value(ty) => ty.to_string(),
            FormalKind::Broken => "?".to_owned(),
        };
        self.formals.iter().map(|(name, formal)| format!("{name}: {}", kind(&formal.kind))).collect()
    }
}

/// Collects what all files declare.
pub(super) fn declare<'a>(files: &'a Files, findings: &mut Vec<Finding>) -> Declared<'a> {
    let mut declaring = Declaring {
        findings,
        declared: Declared {
            files,
            servers: IndexMap::new(),
            params: IndexMap::new(),
            steps: IndexMap::new(),
            procedures: IndexMap::new(),
        },
    };
    for item in &files.main().tree.items {
        declaring.main_item(item);
    }
    for (id, file) in files.iter() {
        for item in &file.tree.items {
            if let ItemKind::Procedure(procedure) = &item.kind {
                declaring.procedure(id, procedure, item.span);
            }
        }
    }
    declaring.check_counts();
    let mut declared = declaring.declared;
    order::order(&mut declared, findings);
    declared
}

struct Declaring<'a, 'f> {
    findings: &'f mut Vec<Finding>,
    declared: Declared<'a>,
}

impl<'a> Declaring<'a, '_> {
    fn main_item(&mut self, item: &tree::Item) {
        match &item.kind {
            ItemKind::Server(server) => self.server(&server.name),
            ItemKind::Param(param) => self.param(param),
            ItemKind::Step(step) => self.step(step, item.span),
            ItemKind::Language(_)
            | ItemKind::Runbook(_)
            | ItemKind::Library(_)
            | ItemKind::Source(_)
            | ItemKind::Use(_)
            | ItemKind::Require(_)
            | ItemKind::Procedure(_)
            | ItemKind::Ending(_)
            | ItemKind::Broken => {}
        }
    }

    fn check_counts(&mut self) {
        let declared = &self.declared;
        let param = declared.params.get_index(MAX_ITEMS).map(|(_, param)| (param.span, "parameters"));
        let step = declared.steps.get_index(MAX_ITEMS).map(|(_, line)| (*line, "steps"));
        let procedure = declared.procedures.get_index(MAX_ITEMS).map(|(_, procedure)| (procedure.span, "procedures"));
        for (at, what) in [param, step, procedure].into_iter().flatten() {
            self.findings.push(diagnostics::too_many(at, what, MAX_ITEMS));
        }
    }

    fn server(&mut self, name: &Name) {
        check_server_name(name, self.findings);
        if let Some(first) = self.global(&name.value) {
            self.findings.push(diagnostics::duplicate_name(&name.value, name.span, first));
            return;
        }
        if self.declared.servers.len() == MAX_SERVERS {
            let (first, second) = (self.declared.servers[0], self.declared.servers[1]);
            self.findings.push(diagnostics::too_many_servers(name.span, first, second));
        }
        self.declared.servers.insert(name.value.clone(), name.span);
    }

    fn param(&mut self, param: &tree::Param) {
        let ty = ty(&param.ty, self.findings);
        let name = &param.name;
        match self.global(&name.value) {
            Some(first) => self.findings.push(diagnostics::duplicate_name(&name.value, name.span, first)),
            None => {
                self.declared.params.insert(name.value.clone(), DeclaredParam { span: name.span, ty });
            }
        }
    }

    /// Where a server or parameter of that name is declared: they share their names, for both stand in texts.
    fn global(&self, name: &str) -> Option<Span> {
        let param = self.declared.params.get(name).map(|param| param.span);
        self.declared.servers.get(name).copied().or(param)
    }

    fn step(&mut self, step: &tree::Step, span: Span) {
        match self.declared.steps.entry(step.id.value.clone()) {
            Entry::Vacant(place) => {
                place.insert(step_line(step, span));
            }
            Entry::Occupied(_) => {
                let first = self.first_step_id(&step.id);
                self.findings.push(diagnostics::duplicate_step(&step.id.value, step.id.span, first));
            }
        }
    }

    fn first_step_id(&self, id: &Name) -> Span {
        let items = &self.declared.files.main().tree.items;
        let ids =
            items.iter().filter_map(|item| if let ItemKind::Step(step) = &item.kind { Some(&step.id) } else { None });
        ids.filter(|other| other.value == id.value).map(|other| other.span).min().unwrap_or(id.span)
    }

    fn procedure(&mut self, file: SourceId, tree: &'a tree::Procedure, span: Span) {
        let formals = self.formals(tree);
        let name = &tree.name;
        if let Some(first) = self.declared.procedures.get(&name.value) {
            self.findings.push(diagnostics::duplicate_name(&name.value, name.span, first.tree.name.span));
            return;
        }
        let span = Span { end: tree.body.open.start, ..span };
        self.declared.procedures.insert(name.value.clone(), Signature { file, tree, span, formals });
    }

    fn formals(&mut self, tree: &tree::Procedure) -> IndexMap<String, DeclaredFormal> {
        let mut formals: IndexMap<String, DeclaredFormal> = IndexMap::new();
        if let Some(formal) = tree.formals.get(MAX_FORMALS) {
            self.findings.push(diagnostics::too_many(formal.name.span, "parameters of a procedure", MAX_FORMALS));
        }
        for formal in &tree.formals {
            let kind = match &formal.ty {
                None => {
                    check_server_name(&formal.name, self.findings);
                    FormalKind::Server
                }
                Some(written) => ty(written, self.findings).map_or(FormalKind::Broken, FormalKind::Value),
            };
            let declared = DeclaredFormal { span: formal.name.span, kind };
            if let Some(first) = formals.get(&formal.name.value) {
                let again = diagnostics::duplicate_name(&formal.name.value, formal.name.span, first.span);
                self.findings.push(again);
            } else {
                formals.insert(formal.name.value.clone(), declared);
            }
        }
        formals
    }
}

/// The line that names a step.
pub(super) fn step_line(step: &tree::Step, span: Span) -> Span {
    let end = step.on.as_ref().map_or(step.title.span.end, |server| server.span.end);
    Span { end, ..span }
}

/// A list like `S is A or B is C` must never be able to mean a state by a server's name.
fn check_server_name(name: &Name, findings: &mut Vec<Finding>) {
    let states = State::ALL.map(State::word).into_iter().chain(["SERVING"]);
    let mut first_words = states.map(|state| state.split(' ').next().unwrap_or(state));
    if first_words.any(|word| word.eq_ignore_ascii_case(&name.value)) {
        findings.push(diagnostics::server_like_state(&name.value, name.span));
    }
}

fn ty(written: &tree::Type, findings: &mut Vec<Finding>) -> Option<ParamType> {
    match written.words.as_slice() {
        [one] => {
            let known = named_type(&one.value);
            if known.is_none() {
                findings.push(diagnostics::unknown_type(&one.value, one.span));
            }
            known
        }
        words => {
            for (at, word) in words.iter().enumerate() {
                if let Some(first) = words[..at].iter().find(|first| first.value == word.value) {
                    findings.push(diagnostics::duplicate_word(&word.value, word.span, first.span));
                }
            }
            Some(ParamType::Words(words.iter().map(|word| word.value.clone()).collect()))
        }
    }
}

fn named_type(word: &str) -> Option<ParamType> {
    match word {
        "duration" => Some(ParamType::Duration),
        "size" => Some(ParamType::Size),
        "text" => Some(ParamType::Text),
        "version" => Some(ParamType::Version),
        _ => None,
    }
}
