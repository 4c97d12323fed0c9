//! A parameter that is set for nothing.

use std::collections::HashSet;

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{
    Arg, Block, Cond, CondKind, DurationTerm, Effect, EffectKind, OperandKind, ParamType, Program, ServerTerm, Stmt,
    StmtKind, Template, TemplatePiece, Term, Value,
};

pub fn of_program(scene: &Scene, found: &mut Found) {
    let program = scene.program;
    of_runbook(program, scene, found);
    for (name, procedure) in &program.procedures {
        let mut used = Used::default();
        used.block(&procedure.body);
        for (at, formal) in procedure.formals.keys().enumerate() {
            if !used.formals.contains(&at) {
                let at = scene.word(procedure.span, formal);
                found.report(diagnostics::unused_formal(at, formal, name));
            }
        }
    }
}

fn of_runbook(program: &Program, scene: &Scene, found: &mut Found) {
    let mut used = Used::default();
    used.program(program);
    for (at, (name, param)) in program.params.iter().enumerate() {
        // The site's commands take them as arguments, but no limits.
        let for_site = used.site_commands && !matches!(param.ty, ParamType::Duration);
        if !used.params.contains(&at) && !for_site {
            found.report(diagnostics::unused_parameter(scene.word(param.span, name), name));
        }
    }
}

/// What a text uses.
#[derive(Default)]
struct Used {
    params: HashSet<usize>,
    formals: HashSet<usize>,
    /// Commands of the site are called.
    site_commands: bool,
}

impl Used {
    fn program(&mut self, program: &Program) {
        for server in program.servers.values() {
            let versions = server.to.iter().chain([&server.from]).filter_map(|expected| expected.version.as_ref());
            versions.for_each(|version| self.term(&version.term));
        }
        for require in &program.requires {
            self.cond(&require.cond);
            require.otherwise.iter().for_each(|text| self.template(text));
        }
        program.steps.values().for_each(|step| self.template(&step.title));
        program.runbook_blocks().for_each(|block| self.block(block));
        for procedure in program.procedures.values() {
            let mut inside = Used::default();
            inside.block(&procedure.body);
            self.site_commands |= inside.site_commands;
        }
    }

    fn block(&mut self, block: &Block) {
        block.each(&mut |stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        stmt.conds().for_each(|cond| self.cond(cond));
        stmt.effect().into_iter().for_each(|effect| self.effect(effect));
        match &stmt.kind {
            StmtKind::Notify(text) => {
                self.site_commands = true;
                self.template(text);
            }
            StmtKind::PointOfNoReturn(text) | StmtKind::Stop(text) | StmtKind::LeaveWatchdogOff(text) => {
                self.template(text);
            }
            StmtKind::Confirm { text, within, .. } => {
                self.template(text);
                self.limit(within);
            }
            StmtKind::Assert { otherwise, .. } => otherwise.iter().for_each(|text| self.template(text)),
            StmtKind::Wait { within, .. } | StmtKind::Ensure { within, .. } => self.limit(within),
            StmtKind::Choose { on, .. } => self.term(&on.term),
            StmtKind::Do { args, .. } => args.iter().for_each(|arg| match arg {
                Arg::Server(server) => self.server(server),
                Arg::Value(value) => self.term(&value.term),
            }),
            StmtKind::Retry { after, .. } => after.iter().for_each(|after| self.limit(after)),
            StmtKind::Effect(_) | StmtKind::If { .. } => {}
        }
    }

    fn effect(&mut self, effect: &Effect) {
        effect.server.iter().for_each(|server| self.server(server));
        effect.within.iter().for_each(|within| self.limit(within));
        match &effect.kind {
            EffectKind::Sql { values, .. } => values.iter().for_each(|value| self.term(&value.term)),
            EffectKind::Start { .. }
            | EffectKind::Install { .. }
            | EffectKind::Run { .. }
            | EffectKind::Watchdog { .. } => {
                self.site_commands = true;
            }
            EffectKind::Admin { .. } => {}
        }
    }

    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::And(parts) | CondKind::Or(parts) => parts.iter().for_each(|part| self.cond(part)),
            CondKind::Is { server, .. } | CondKind::Status { server, .. } => self.server(server),
            CondKind::Answers { server, values, .. } => {
                self.server(server);
                values.iter().for_each(|value| self.term(&value.term));
            }
            CondKind::Compare { left, right, .. } => [left, right].into_iter().for_each(|side| match &side.kind {
                OperandKind::Measure { server, .. } => self.server(server),
                OperandKind::Value(value) => self.term(&value.term),
            }),
            CondKind::Watchdog { .. } | CondKind::Refused { .. } | CondKind::Begun { .. } => {}
        }
    }

    fn template(&mut self, text: &Template) {
        text.pieces.iter().for_each(|piece| match piece {
            TemplatePiece::Chars(_) => {}
            TemplatePiece::Server(server) => self.server(server),
            TemplatePiece::Value(term) => self.term(term),
        });
    }

    fn server(&mut self, term: &ServerTerm) {
        self.place(term);
    }

    fn limit(&mut self, term: &DurationTerm) {
        self.place(term);
    }

    fn term(&mut self, term: &Term<Value>) {
        self.place(term);
    }

    fn place<T>(&mut self, term: &Term<T>) {
        match term {
            Term::Known(_) => {}
            Term::Param(param) => {
                self.params.insert(param.0 as usize);
            }
            Term::Formal(formal) => {
                self.formals.insert(formal.0 as usize);
            }
        }
    }
}
