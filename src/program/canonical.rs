//! The meaning of a program as one text, without places, comments and blanks, and its fingerprints. Names are written
//! out, so that a new parameter or procedure elsewhere does not change the text of a step.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};

use sha2::{Digest as _, Sha256};

use super::{
    Arg, Block, Cond, CondKind, Doubt, DurationTerm, Effect, EffectKind, Expected, FormalId, Operand, OperandKind,
    ParamId, ParamType, ProcedureId, Program, ServerId, ServerTerm, Step, StepId, Stmt, StmtKind, Template,
    TemplatePiece, Term, Value, ValueTerm,
};

impl Program {
    /// Names what a step means, the procedures that it calls included: SHA-256 in hex. What the runbook declares is not
    /// part of it. None where there is no such step.
    #[must_use]
    pub fn step_fingerprint(&self, id: StepId) -> Option<String> {
        let (name, step) = self.steps.get_index(id.0 as usize)?;
        let mut canon = Canon::new(self);
        canon.step(name, step);
        canon.called_procedures();
        Some(hex(&canon.text))
    }

    /// Names the whole meaning: SHA-256 in hex over the program without places, comments and blanks.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut canon = Canon::new(self);
        canon.program();
        canon.called_procedures();
        hex(&canon.text)
    }
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("because a String takes everything");
        hex
    })
}

struct Canon<'p> {
    program: &'p Program,
    text: String,
    /// Called so far, directly or not.
    called: BTreeSet<ProcedureId>,
}

impl<'p> Canon<'p> {
    fn new(program: &'p Program) -> Self {
        Self { program, text: String::new(), called: BTreeSet::new() }
    }

    /// One word; quoted, so that two words never read like one.
    fn word(&mut self, word: impl Display) {
        write!(self.text, "{:?} ", word.to_string()).expect("because a String takes everything");
    }

    fn open(&mut self, name: &str) {
        self.text.push('(');
        self.text.push_str(name);
        self.text.push(' ');
    }

    fn close(&mut self) {
        self.text.push(')');
    }

    /// `(name …)`
    fn group(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.open(name);
        inside(self);
        self.close();
    }

    fn program(&mut self) {
        let program = self.program;
        self.group("runbook", |canon| canon.word(&program.title));
        self.group("source", |canon| program.source.iter().for_each(|source| canon.word(source)));
        for (name, server) in &program.servers {
            self.group("server", |canon| {
                canon.word(name);
                canon.expected(&server.from);
                server.to.iter().for_each(|to| canon.expected(to));
            });
        }
        for (name, param) in &program.params {
            self.group("param", |canon| {
                canon.word(name);
                canon.ty(Some(&param.ty));
                param.default.iter().for_each(|default| canon.value(default));
            });
        }
        for require in &program.requires {
            self.group("require", |canon| {
                canon.cond(&require.cond);
                require.otherwise.iter().for_each(|text| canon.template(text));
            });
        }
        program.steps.iter().for_each(|(name, step)| self.step(name, step));
        let endings = [&program.on_success, &program.on_failure, &program.on_back_out];
        for (name, ending) in ["on-success", "on-failure", "on-back-out"].into_iter().zip(endings) {
            self.optional_block(name, ending.as_ref());
        }
    }

    /// The procedures that what is written calls, callers first: one pass, because a callee has the smaller id.
    fn called_procedures(&mut self) {
        let program = self.program;
        while let Some(id) = self.called.pop_last() {
            let (name, procedure) =
                program.procedures.get_index(id.0 as usize).expect("because a program calls its own procedures");
            self.group("procedure", |canon| {
                canon.word(name);
                procedure.formals.values().for_each(|ty| canon.ty(ty.as_ref()));
                canon.block(&procedure.body);
            });
        }
    }

    fn expected(&mut self, expected: &Expected) {
        self.group("states", |canon| {
            canon.word(expected.states.map_or_else(|| "any".to_owned(), |states| states.to_string()));
            expected.version.iter().for_each(|version| canon.value_term(version));
        });
    }

    /// None: a server.
    fn ty(&mut self, ty: Option<&ParamType>) {
        self.group("type", |canon| canon.word(ty.map_or_else(|| "server".to_owned(), ToString::to_string)));
    }

    fn step(&mut self, name: &str, step: &Step) {
        self.group("step", |canon| {
            canon.word(name);
            canon.template(&step.title);
            canon.block(&step.body);
            canon.optional_block("handler", step.handler.as_ref());
            canon.optional_block("back-out", step.back_out.as_ref());
        });
    }

    fn optional_block(&mut self, name: &str, block: Option<&Block>) {
        if let Some(block) = block {
            self.group(name, |canon| canon.block(block));
        }
    }

    fn block(&mut self, block: &Block) {
        self.group("block", |canon| block.stmts.iter().for_each(|stmt| canon.stmt(stmt)));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Effect(effect) => self.effect(effect),
            StmtKind::Notify(text) => self.group("notify", |canon| canon.template(text)),
            StmtKind::Confirm { id, text, within } => self.group("confirm", |canon| {
                canon.word(id);
                canon.template(text);
                canon.limit(within);
            }),
            StmtKind::PointOfNoReturn(text) => self.group("point-of-no-return", |canon| canon.template(text)),
            StmtKind::Assert { cond, otherwise } => self.group("assert", |canon| {
                canon.cond(cond);
                otherwise.iter().for_each(|text| canon.template(text));
            }),
            StmtKind::Wait { until, fail_if, within } => {
                self.group("wait", |canon| canon.wait(until, fail_if.as_ref(), within));
            }
            StmtKind::Ensure { cond, from, by, fail_if, within } => self.group("ensure", |canon| {
                canon.wait(cond, fail_if.as_ref(), within);
                from.iter().for_each(|from| canon.word(from));
                canon.effect(by);
            }),
            StmtKind::If { arms, otherwise, unknown } => self.group("if", |canon| {
                for (cond, block) in arms {
                    canon.cond(cond);
                    canon.block(block);
                }
                canon.optional_block("else", otherwise.as_ref());
                canon.optional_block("unknown", unknown.as_ref());
            }),
            StmtKind::Choose { on, arms } => self.group("choose", |canon| {
                canon.value_term(on);
                for (word, block) in arms {
                    canon.word(word);
                    canon.block(block);
                }
            }),
            StmtKind::Do { procedure, args } => self.call(*procedure, args),
            StmtKind::Retry { from, times, after, body } => self.group("retry", |canon| {
                canon.group("from", |canon| from.iter().for_each(|from| canon.step_name(*from)));
                canon.word(times);
                after.iter().for_each(|after| canon.limit(after));
                canon.optional_block("repair", body.as_ref());
            }),
            StmtKind::Stop(text) => self.group("stop", |canon| canon.template(text)),
            StmtKind::LeaveWatchdogOff(text) => self.group("leave-watchdog-off", |canon| canon.template(text)),
        }
    }

    fn step_name(&mut self, id: StepId) {
        let (name, _) =
            self.program.steps.get_index(id.0 as usize).expect("because a sound program speaks of its own steps");
        self.word(name);
    }

    fn wait(&mut self, cond: &Cond, fail_if: Option<&Cond>, within: &DurationTerm) {
        self.cond(cond);
        self.group("fail-if", |canon| fail_if.into_iter().for_each(|cond| canon.cond(cond)));
        self.limit(within);
    }

    fn call(&mut self, procedure: ProcedureId, args: &[Arg]) {
        self.called.insert(procedure);
        let name = self.program.procedures.get_index(procedure.0 as usize).map_or("", |(name, _)| name.as_str());
        self.group("do", |canon| {
            canon.word(name);
            for arg in args {
                match arg {
                    Arg::Server(server) => canon.server(server),
                    Arg::Value(value) => canon.value_term(value),
                }
            }
        });
    }

    fn effect(&mut self, effect: &Effect) {
        self.group("effect", |canon| {
            effect.server.iter().for_each(|server| canon.server(server));
            canon.effect_kind(&effect.kind);
            effect.within.iter().for_each(|within| canon.limit(within));
        });
    }

    fn effect_kind(&mut self, kind: &EffectKind) {
        match kind {
            EffectKind::Admin { text, doubt, .. } => self.group("admin", |canon| {
                canon.word(text);
                canon.doubt(*doubt);
            }),
            EffectKind::Sql { text, values, doubt } => self.group("sql", |canon| {
                canon.word(text);
                values.iter().for_each(|value| canon.value_term(value));
                canon.doubt(*doubt);
            }),
            EffectKind::Start { options } => {
                self.group("start", |canon| options.iter().for_each(|option| canon.word(option)));
            }
            EffectKind::Install { previous } => self.group("install", |canon| canon.word(previous)),
            EffectKind::Run { name, doubt } => self.group("run", |canon| {
                canon.word(name);
                canon.doubt(*doubt);
            }),
            EffectKind::Watchdog { on } => self.group("watchdog", |canon| canon.word(on)),
        }
    }

    fn doubt(&mut self, doubt: Option<Doubt>) {
        match doubt {
            None => {}
            Some(Doubt::Repeat) => self.group("in-doubt", |canon| canon.word("repeat")),
            Some(Doubt::Ask) => self.group("in-doubt", |canon| canon.word("ask")),
        }
    }

    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::And(parts) => self.group("and", |canon| parts.iter().for_each(|part| canon.cond(part))),
            CondKind::Or(parts) => self.group("or", |canon| parts.iter().for_each(|part| canon.cond(part))),
            CondKind::Is { server, states } => self.group("is", |canon| {
                canon.server(server);
                canon.word(states);
            }),
            CondKind::Status { server, words } => self.group("status", |canon| {
                canon.server(server);
                canon.word(words.status.word());
                words.words.iter().for_each(|word| canon.word(word.word()));
            }),
            CondKind::Answers { server, sql, values } => self.group("answers", |canon| {
                canon.server(server);
                canon.word(sql);
                values.iter().for_each(|value| canon.value_term(value));
            }),
            CondKind::Watchdog { on } => self.group("watchdog-is", |canon| canon.word(on)),
            CondKind::Begun { step, begun } => self.group("begun", |canon| {
                canon.step_name(*step);
                canon.word(begun);
            }),
            CondKind::Refused { codes } => {
                self.group("refused", |canon| codes.iter().for_each(|code| canon.word(code)));
            }
            CondKind::Compare { left, op, right } => self.group("compare", |canon| {
                canon.operand(left);
                canon.word(op.symbol());
                canon.operand(right);
            }),
        }
    }

    fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Measure { server, measure } => self.group("measure", |canon| {
                canon.server(server);
                canon.word(measure.word());
            }),
            OperandKind::Value(value) => self.value_term(value),
        }
    }

    // ---- terms

    fn server(&mut self, server: &ServerTerm) {
        let program = self.program;
        self.term("server-name", server, |canon, ServerId(id)| {
            canon.word(program.servers.get_index(*id as usize).map_or("", |(name, _)| name.as_str()));
        });
    }

    fn limit(&mut self, limit: &DurationTerm) {
        self.term("limit", limit, |canon, time| canon.word(Value::Duration(*time)));
    }

    fn value_term(&mut self, value: &ValueTerm) {
        self.value_of(&value.term);
    }

    fn value_of(&mut self, term: &Term<Value>) {
        self.term("value", term, Self::value);
    }

    fn term<T>(&mut self, name: &str, term: &Term<T>, known: impl FnOnce(&mut Self, &T)) {
        self.group(name, |canon| match term {
            Term::Known(value) => known(canon, value),
            Term::Param(ParamId(id)) => {
                let program = canon.program;
                let name = program.params.get_index(*id as usize).map_or("", |(name, _)| name.as_str());
                canon.group("param", |canon| canon.word(name));
            }
            Term::Formal(FormalId(id)) => canon.group("formal", |canon| canon.word(id)),
        });
    }

    fn value(&mut self, value: &Value) {
        let kind = match value {
            Value::Duration(_) => "duration",
            Value::Size(_) => "size",
            Value::Text(_) => "text",
            Value::Version(_) => "version",
            Value::Word(_) => "word",
            Value::Number(_) => "number",
        };
        self.group(kind, |canon| canon.word(value));
    }

    fn template(&mut self, template: &Template) {
        self.group("text", |canon| {
            for piece in &template.pieces {
                match piece {
                    TemplatePiece::Chars(chars) => canon.word(chars),
                    TemplatePiece::Server(server) => canon.server(server),
                    TemplatePiece::Value(value) => canon.value_of(value),
                }
            }
        });
    }
}
