//! Statements, branches and calls as instructions and jumps.

use crate::program::{Arg, Block, Cond, DurationTerm, ProcedureId, ServerId, StepId, Stmt, StmtKind, Template};
use crate::text::Span;

use crate::engine::instr::{Choice, Confirm, Ensure, Instr, Retry, Wait};
use crate::engine::test::Test;
use crate::engine::{Approval, InstrId, Part, Question};

use super::{Lower, text};

impl Lower<'_> {
    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Effect(effect) => {
                let sending = self.effect(effect);
                let text = self.sending_text(&sending);
                self.emit(Instr::Command(sending), span, &text);
            }
            StmtKind::Notify(text) => self.said(text, "notify", span, Instr::Notify),
            StmtKind::PointOfNoReturn(text) => self.said(text, "point of no return", span, Instr::Point),
            StmtKind::Stop(text) => self.said(text, "stop", span, Instr::Stop),
            StmtKind::LeaveWatchdogOff(text) => {
                self.said(text, "leave watchdog off because", span, Instr::LeaveWatchdogOff);
            }
            StmtKind::Confirm { id, text, within } => self.confirm(id, text, within, span),
            StmtKind::Assert { cond, otherwise } => {
                let test = self.cond(cond);
                let text = format!("assert {}", self.written(&test));
                let otherwise = otherwise.as_ref().map(|text| self.fill(text));
                self.emit(Instr::Assert { test, otherwise }, span, &text);
            }
            StmtKind::Wait { until, fail_if, within } => self.wait(until, fail_if.as_ref(), within, span),
            StmtKind::Ensure { .. } => self.ensure(stmt),
            StmtKind::If { arms, otherwise, unknown } => {
                self.choice(arms, otherwise.as_ref(), unknown.as_ref(), span);
            }
            StmtKind::Choose { on, arms } => {
                let word = text::word(&self.value(&on.term));
                if let Some((_, block)) = arms.iter().find(|(arm, _)| *arm == word) {
                    self.block(block);
                }
            }
            StmtKind::Do { procedure, args } => self.inline(*procedure, args, span),
            StmtKind::Retry { from, times, after, body } => {
                self.retry(*from, *times, after.as_ref(), body.as_ref(), span);
            }
        }
    }

    fn said(&mut self, template: &Template, word: &str, span: Span, instr: impl FnOnce(String) -> Instr) {
        let text = self.fill(template);
        let line = format!("{word} \"{text}\"");
        self.emit(instr(text), span, &line);
    }

    fn wait(&mut self, until: &Cond, fail_if: Option<&Cond>, within: &DurationTerm, span: Span) {
        let wait = Wait {
            until: self.cond(until),
            fail_if: fail_if.map(|cond| self.cond(cond)),
            within: self.duration(within),
        };
        let text = format!("wait until {}", self.written(&wait.until));
        self.emit(Instr::Wait(wait), span, &text);
    }

    fn ensure(&mut self, stmt: &Stmt) {
        let StmtKind::Ensure { cond, from, by, fail_if, within } = &stmt.kind else { return };
        let ensure = Ensure {
            test: self.cond(cond),
            from: *from,
            by: self.ensured(by, self.duration(within)),
            fail_if: fail_if.as_ref().map(|cond| self.cond(cond)),
            within: self.duration(within),
        };
        let text = format!("ensure {} by {}", self.written(&ensure.test), self.sending_text(&ensure.by));
        self.emit(Instr::Ensure(Box::new(ensure)), stmt.span, &text);
    }

    fn confirm(&mut self, name: &str, template: &Template, within: &DurationTerm, span: Span) {
        let servers: Vec<ServerId> = if self.here.calls.is_empty() { vec![] } else { self.frame.servers().collect() };
        let id = if servers.is_empty() {
            name.to_owned()
        } else {
            format!("{name}({})", text::list(servers.iter().map(|server| &self.names[server.0 as usize])))
        };
        let beforehand = self.here.part == Part::Body && self.here.surely;
        let question = Question { id: id.clone(), text: self.fill(template), limit: self.duration(within), beforehand };
        let approval = self.approval(&question);
        let line = format!("confirm {id}");
        let fences = self.here.fences.clone();
        self.emit(Instr::Confirm(Confirm { question, approval, fences }), span, &line);
    }

    /// The index of an approval, each id once.
    fn approval(&mut self, question: &Question) -> usize {
        let at = self.next();
        if let Some(known) = self.approvals.iter().position(|approval| approval.id == question.id) {
            self.approvals[known].beforehand |= question.beforehand;
            return known;
        }
        let Question { id, text, beforehand, .. } = question.clone();
        self.approvals.push(Approval { id, text, beforehand, at });
        self.approvals.len() - 1
    }

    fn choice(&mut self, arms: &[(Cond, Block)], otherwise: Option<&Block>, unknown: Option<&Block>, span: Span) {
        let tests: Vec<Test> = arms.iter().map(|(cond, _)| self.cond(cond)).collect();
        let text = format!("if {}", self.written(&tests[0]));
        let head = self.emit(Instr::Jump(InstrId(0)), span, &text);
        let mut jumps = Vec::new();
        let mut starts = Vec::new();
        for (_, block) in arms {
            starts.push(self.arm(block, &mut jumps));
        }
        let otherwise = otherwise.map(|block| self.arm(block, &mut jumps));
        let unknown = unknown.map(|block| {
            let before = self.here.clone();
            self.here.surely = false;
            self.here.fences.extend(tests.iter().flat_map(Test::servers));
            let start = self.arm(block, &mut jumps);
            self.here = before;
            start
        });
        let end = self.next();
        jumps.into_iter().for_each(|jump: InstrId| self.instrs[jump.index()] = Instr::Jump(end));
        let arms = tests.into_iter().zip(starts).collect();
        self.instrs[head.index()] = Instr::If(Choice { arms, otherwise: otherwise.unwrap_or(end), unknown });
    }

    /// A block and the jump behind it.
    fn arm(&mut self, block: &Block, jumps: &mut Vec<InstrId>) -> InstrId {
        let start = self.next();
        self.block(block);
        jumps.push(self.emit(Instr::Jump(InstrId(0)), block.span, "end of the block"));
        start
    }

    fn inline(&mut self, procedure: ProcedureId, args: &[Arg], span: Span) {
        let program = self.program;
        let frame = self.call(args);
        let outer = std::mem::replace(&mut self.frame, frame);
        self.here.calls.push(span);
        self.block(&program.procedures[procedure.0 as usize].body);
        self.here.calls.pop();
        self.frame = outer;
    }

    fn retry(
        &mut self,
        from: Option<StepId>,
        times: u32,
        after: Option<&DurationTerm>,
        body: Option<&Block>,
        span: Span,
    ) {
        let step = self.here.step.expect("because the resolver takes a retry in a step's handler only");
        let from = from.unwrap_or(step);
        let after = after.map(|after| self.duration(after));
        let line = format!("retry from {}", self.program.steps.get_index(from.0 as usize).map_or("", |(id, _)| id));
        let head = self.emit(Instr::Jump(InstrId(0)), span, &line);
        if let Some(block) = body {
            self.block(block);
        }
        self.emit(Instr::Again(from), span, "go back");
        let counter = self.counters;
        self.counters += 1;
        let used_up = self.next();
        self.instrs[head.index()] = Instr::Retry(Retry { counter, step, from, times, after, used_up });
    }
}
