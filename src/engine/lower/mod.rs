//! From a resolved program to code. Total: what could be wrong was found when the program was resolved and bound.

mod cond;
mod effect;
mod flow;
mod frame;
pub(super) mod text;

use crate::program::{Bindings, Block, Expected, Program, StepId, Stmt};
use crate::text::{SourceId, Span};

use super::code::{ExpectedCode, Line, Marks, RequireCode, ServerCode, StepCode};
use super::instr::{Choice, Instr};
use super::machine::Asks;
use super::{Approval, Code, EndingKind, InstrId, Part, Place, Settings};
use frame::Frame;

/// Lowers a program. Total: what could be wrong was found when it was resolved and bound.
#[must_use]
pub fn lower(program: &Program, bindings: &Bindings, settings: &Settings) -> Code {
    let mut lower = Lower {
        program,
        bindings,
        settings,
        names: program.servers.keys().cloned().collect(),
        instrs: Vec::new(),
        lines: Vec::new(),
        approvals: Vec::new(),
        counters: 0,
        frame: Frame::default(),
        here: Here { part: Part::Preflight, step: None, calls: Vec::new(), surely: true, fences: Vec::new() },
    };
    lower.whole()
}

/// The lowering under way.
struct Lower<'a> {
    program: &'a Program,
    bindings: &'a Bindings,
    settings: &'a Settings,
    names: Vec<String>,
    instrs: Vec<Instr>,
    lines: Vec<Line>,
    approvals: Vec<Approval>,
    counters: usize,
    frame: Frame,
    here: Here,
}

/// What is true of the statement that is being lowered.
#[derive(Debug, Clone)]
struct Here {
    part: Part,
    step: Option<StepId>,
    calls: Vec<Span>,
    /// Not in an `unknown` branch.
    surely: bool,
    /// In `unknown` branches: the servers that their `if`s ask.
    fences: Vec<crate::program::ServerId>,
}

impl Lower<'_> {
    fn whole(&mut self) -> Code {
        let start = self.first_span();
        let preflight = self.emit(Instr::Preflight, start, "check what is required, and the start states");
        let (put_back, silence) = (self.watchdog(true, start), self.watchdog(false, start));
        let mut steps: Vec<StepCode> = (0..self.program.steps.len()).map(|at| self.step(step_id(at))).collect();
        self.enter(Part::EndStates, None);
        let end_states = self.emit(Instr::EndStates, start, "check the end states");
        for (at, step) in steps.iter_mut().enumerate() {
            self.apart(step_id(at), step);
        }
        self.enter(Part::BackOut, None);
        let start_states = self.emit(Instr::StartStates, start, "check the start states");
        let program = self.program;
        let marks = Marks {
            preflight,
            put_back,
            silence,
            end_states,
            start_states,
            success: self.ending(EndingKind::Success, program.on_success.as_ref()),
            failure: self.ending(EndingKind::Failure, program.on_failure.as_ref()),
            back_out: self.ending(EndingKind::BackOut, program.on_back_out.as_ref()),
        };
        let mut code = Code {
            title: program.title.clone(),
            requires: self.requires(),
            servers: self.servers(),
            instrs: std::mem::take(&mut self.instrs),
            lines: std::mem::take(&mut self.lines),
            approvals: std::mem::take(&mut self.approvals),
            counters: self.counters,
            settings: self.settings.clone(),
            steps,
            marks,
            asks: Asks::default(),
        };
        code.asks = Asks::of(&code);
        code
    }

    /// A place for what the machine does by itself.
    fn first_span(&self) -> Span {
        let servers = self.program.servers.values().map(|server| server.span);
        let requires = self.program.requires.iter().map(|require| require.span);
        let steps = self.program.steps.values().map(|step| step.span);
        servers.chain(requires).chain(steps).next().unwrap_or(Span::new(SourceId(0), 0, 0))
    }

    fn enter(&mut self, part: Part, step: Option<StepId>) {
        self.here = Here { part, step, calls: Vec::new(), surely: part == Part::Body, fences: Vec::new() };
    }

    fn step(&mut self, id: StepId) -> StepCode {
        let program = self.program;
        let (name, step) = program.steps.get_index(id.0 as usize).expect("because the id counts the steps");
        self.enter(Part::Body, Some(id));
        let title = self.fill(&step.title);
        let begin = self.emit(Instr::Begin(id), step.span, &format!("step {name}"));
        self.block(&step.body);
        let done = self.emit(Instr::StepDone(id), step.span, &format!("end of step {name}"));
        let last_check = self.last_check(begin, done);
        StepCode { id: name.clone(), title, span: step.span, begin, done, handler: None, back_out: None, last_check }
    }

    /// The handler and the back-out of a step, which stand apart from the way.
    fn apart(&mut self, id: StepId, code: &mut StepCode) {
        let step = &self.program.steps[id.0 as usize];
        if let Some(handler) = &step.handler {
            self.enter(Part::Handler, Some(id));
            code.handler = Some(self.next());
            self.block(handler);
        }
        if let Some(back_out) = &step.back_out {
            self.enter(Part::BackOut, Some(id));
            code.back_out = Some(self.next());
            self.block(back_out);
            self.emit(Instr::BackedOut(id), step.span, &format!("end of the back-out of step {}", code.id));
        }
    }

    fn ending(&mut self, kind: EndingKind, block: Option<&Block>) -> Option<InstrId> {
        let block = block?;
        self.enter(Part::Ending(kind), None);
        let begin = self.next();
        self.block(block);
        self.emit(Instr::EndingDone, block.span, "end of the ending");
        Some(begin)
    }

    /// The last check between two instructions that no jump leads around.
    fn last_check(&self, begin: InstrId, done: InstrId) -> Option<InstrId> {
        let mut last = None;
        let mut free_from = begin;
        for at in (begin.index()..done.index()).map(InstrId::from_index) {
            let instr = &self.instrs[at.index()];
            if let Instr::Jump(to) | Instr::If(Choice { otherwise: to, .. }) = instr {
                free_from = free_from.max(*to);
            } else if instr.is_check() && at >= free_from {
                last = Some(at);
            }
        }
        last
    }

    fn requires(&mut self) -> Vec<RequireCode> {
        let program = self.program;
        program
            .requires
            .iter()
            .map(|require| {
                let test = self.cond(&require.cond);
                RequireCode {
                    text: self.written(&test),
                    otherwise: require.otherwise.as_ref().map(|text| self.fill(text)),
                    span: require.span,
                    test,
                }
            })
            .collect()
    }

    fn servers(&self) -> Vec<ServerCode> {
        let expected = |expected: &Expected| ExpectedCode {
            states: expected.states,
            version: expected.version.as_ref().map(|version| self.version(version)),
        };
        self.program
            .servers
            .iter()
            .map(|(name, server)| ServerCode {
                name: name.clone(),
                from: expected(&server.from),
                to: server.to.as_ref().map(expected),
            })
            .collect()
    }

    fn block(&mut self, block: &Block) {
        block.stmts.iter().for_each(|stmt: &Stmt| self.stmt(stmt));
    }

    fn emit(&mut self, instr: Instr, span: Span, text: &str) -> InstrId {
        let at = self.next();
        self.instrs.push(instr);
        let Here { part, step, calls, .. } = self.here.clone();
        self.lines.push(Line { place: Place { span, calls, step, part }, text: text.to_owned() });
        at
    }

    /// Where the next instruction will stand.
    fn next(&self) -> InstrId {
        InstrId::from_index(self.instrs.len())
    }
}

fn step_id(at: usize) -> StepId {
    StepId(u16::try_from(at).expect("because the number of steps is bounded"))
}
