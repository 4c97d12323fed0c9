//! Items of a file: servers, parameters, requires, steps, procedures.

use indexmap::IndexMap;

use crate::program::{
    Expected, Param, ParamType, Procedure, Program, Require, Server, Step, StepId, Term, Value, diagnostics,
};
use crate::syntax::tree::{self, ItemKind, ValueKind};
use crate::text::Span;

use super::declare::{FormalKind, Signature, step_line};
use super::files::File;
use super::values::Wanted;
use super::{On, Resolver, Within};

impl<'a> Resolver<'a> {
    /// The title, servers and parameters.
    pub fn declarations(&mut self, file: &tree::File) -> Program {
        let mut program = Program {
            title: String::new(),
            source: None,
            servers: IndexMap::new(),
            params: IndexMap::new(),
            requires: Vec::new(),
            steps: IndexMap::new(),
            procedures: IndexMap::new(),
            on_success: None,
            on_failure: None,
            on_back_out: None,
        };
        for item in &file.items {
            match &item.kind {
                ItemKind::Runbook(text) | ItemKind::Library(text) => {
                    program.title = self.plain(text, "a title").unwrap_or_default();
                }
                ItemKind::Source(text) => program.source = self.plain(text, "a source"),
                ItemKind::Server(server) => {
                    let resolved = self.declared_server(server, item.span);
                    program.servers.entry(server.name.value.clone()).or_insert(resolved);
                }
                ItemKind::Param(param) => {
                    if let Some(resolved) = self.declared_param(param, item.span) {
                        program.params.entry(param.name.value.clone()).or_insert(resolved);
                    }
                }
                ItemKind::Language(_)
                | ItemKind::Use(_)
                | ItemKind::Require(_)
                | ItemKind::Step(_)
                | ItemKind::Procedure(_)
                | ItemKind::Ending(_)
                | ItemKind::Broken => {}
            }
        }
        program
    }

    fn declared_server(&mut self, server: &tree::Server, span: Span) -> Server {
        let from = self.expected(&server.from);
        let to = server.to.as_ref().map(|to| self.expected(to));
        Server { from, to, span }
    }

    fn expected(&mut self, written: &tree::States) -> Expected {
        let states = if written.states.is_empty() { None } else { self.state_set(&written.states) };
        let version =
            written.at.as_ref().and_then(|version| self.value(version, Wanted::Of(&ParamType::Version, None)));
        Expected { states, version, span: written.span }
    }

    fn declared_param(&mut self, param: &tree::Param, span: Span) -> Option<Param> {
        let ty = self.declared.params.get(&param.name.value)?.ty.clone()?;
        let default = param.default.as_ref().and_then(|default| self.default(param, default, &ty));
        Some(Param { ty, default, span })
    }

    /// A default is written out: it names no other parameter.
    fn default(&mut self, param: &tree::Param, default: &tree::Value, ty: &ParamType) -> Option<Value> {
        let declared = Some((param.ty.span, param.name.value.as_str()));
        if let (ValueKind::Name(word), ParamType::Words(words)) = (&default.kind, ty) {
            if words.contains(word) {
                return Some(Value::Word(word.clone()));
            }
            let name = &param.name.value;
            self.report(diagnostics::unknown_word(word, default.span, name, words, Some(param.ty.span)));
            return None;
        }
        if let ValueKind::Name(_) = default.kind {
            let declared = declared.map(|(span, _)| (span, format!("wants {}", diagnostics::described(ty))));
            let wanted = "a written value";
            self.report(diagnostics::wrong_type(default.span, "a name", wanted, declared));
            return None;
        }
        match self.value(default, Wanted::Of(ty, declared))?.term {
            Term::Known(value) => Some(value),
            Term::Param(_) | Term::Formal(_) => None,
        }
    }

    pub fn require(&mut self, require: &tree::Require, span: Span) -> Option<Require> {
        let otherwise = require.otherwise.as_ref().map(|text| self.template(text));
        Some(Require { cond: self.cond(&require.cond)?, otherwise, span })
    }

    pub fn nothing_to_do(&mut self, main: &File) {
        let has = |kind: fn(&ItemKind) -> bool| main.tree.items.iter().any(|item| kind(&item.kind));
        let unsure = has(|kind| matches!(kind, ItemKind::Broken | ItemKind::Require(_)));
        if !unsure && has(|kind| matches!(kind, ItemKind::Runbook(_))) {
            self.report(diagnostics::nothing_to_do(main.header()));
        }
    }

    pub fn step(&mut self, step: &tree::Step, span: Span, program: &mut Program) {
        let id = self.declared.steps.get_index_of(&step.id.value).and_then(|at| u16::try_from(at).ok());
        self.at = id.map_or(Within::Runbook, |id| Within::Step(StepId(id)));
        let on = step.on.as_ref().map_or(On::Nobody, |server| self.on(server));
        let resolved = Step {
            title: self.template(&step.title),
            body: self.block(&step.body, &on),
            handler: step.handler.as_ref().map(|handler| self.block(&handler.value, &on)),
            back_out: step.back_out.as_ref().map(|back_out| self.block(&back_out.value, &on)),
            span: step_line(step, span),
        };
        self.at = Within::Runbook;
        program.steps.entry(step.id.value.clone()).or_insert(resolved);
    }

    pub fn procedure(&mut self, signature: &'a Signature<'a>) -> (String, Procedure) {
        self.at = Within::Procedure(signature);
        self.file = signature.file;
        let formals = signature.formals.iter().map(|(name, formal)| {
            let ty = match &formal.kind {
                FormalKind::Value(ty) => Some(ty.clone()),
                FormalKind::Server | FormalKind::Broken => None,
            };
            (name.clone(), ty)
        });
        let formals = formals.collect();
        let body = self.block(&signature.tree.body, &On::Nobody);
        (signature.tree.name.value.clone(), Procedure { formals, body, span: signature.span })
    }
}
