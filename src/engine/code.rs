//! The program lowered to a flat list of instructions: parameters bound, procedure calls inlined, `choose` decided.

use std::time::Duration;

use crate::pair::{StateSet, Version};
use crate::program::{ServerId, StepId};
use crate::text::Span;

use super::instr::Instr;
use super::machine::Asks;
use super::test::Test;
use super::{Action, Command, EndingKind, InstrId};

/// What the site and the command line say of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// For `start`, `install`, `run` and `sql` without `within`.
    pub command_limit: Duration,
    /// For `admin`.
    pub call_limit: Duration,
    /// How long `assert` and `if` look on, and old news may stay the same.
    pub look_limit: Duration,
    /// Park where an approval is missing, declined or late.
    pub park: bool,
    /// The reason given with `--no-guard`.
    pub no_guard: Option<String>,
    /// How long one server can work alone before its log room is gone; none: not known.
    pub log_lasts: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            command_limit: Duration::from_secs(30 * 60),
            call_limit: Duration::from_secs(30),
            look_limit: Duration::from_secs(10),
            park: false,
            no_guard: None,
            log_lasts: None,
        }
    }
}

/// The lowered program. Immutable; machines are small copies of counters beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub(super) title: String,
    pub(super) instrs: Vec<Instr>,
    pub(super) lines: Vec<Line>,
    pub(super) servers: Vec<ServerCode>,
    pub(super) requires: Vec<RequireCode>,
    pub(super) steps: Vec<StepCode>,
    pub(super) approvals: Vec<Approval>,
    pub(super) counters: usize,
    pub(super) settings: Settings,
    pub(super) marks: Marks,
    /// Made of all the rest.
    pub(super) asks: Asks,
}

/// What is said of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) place: Place,
    pub(super) text: String,
}

/// Instructions that the machine goes to by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) preflight: InstrId,
    /// Puts the watchdog back where the start states do not hold any more.
    pub(super) put_back: InstrId,
    /// Puts the watchdog as it was in the step that is begun again.
    pub(super) silence: InstrId,
    pub(super) end_states: InstrId,
    pub(super) start_states: InstrId,
    pub(super) success: Option<InstrId>,
    pub(super) failure: Option<InstrId>,
    pub(super) back_out: Option<InstrId>,
}

/// A server of the runbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCode {
    pub name: String,
    pub from: ExpectedCode,
    /// None: it is only looked at.
    pub to: Option<ExpectedCode>,
}

/// What a server must be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedCode {
    /// None: `any`.
    pub states: Option<StateSet>,
    pub version: Option<Version>,
}

/// A preflight check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequireCode {
    pub(super) test: Test,
    /// The condition, as a person reads it.
    pub text: String,
    /// What the author says of it.
    pub otherwise: Option<String>,
    pub span: Span,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepCode {
    /// As written: `1`, `prepare`.
    pub id: String,
    pub title: String,
    pub span: Span,
    /// Where it begins; its first statement follows.
    pub begin: InstrId,
    pub(super) done: InstrId,
    pub(super) handler: Option<InstrId>,
    pub(super) back_out: Option<InstrId>,
    /// Its last check outside every branch.
    pub(super) last_check: Option<InstrId>,
}

/// Where an instruction comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Of the statement.
    pub span: Span,
    /// The calls that lead to it, outermost first.
    pub calls: Vec<Span>,
    /// None in preflight and endings.
    pub step: Option<StepId>,
    pub part: Part,
}

/// Which part of the runbook an instruction stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Preflight,
    Body,
    Handler,
    BackOut,
    Ending(EndingKind),
    /// The implicit assertion of the end states.
    EndStates,
}

/// A `confirm` of the lowered program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// `users_told`, or `converting(S2)`.
    pub id: String,
    pub text: String,
    /// On the way, in the branches chosen: may be given before the run.
    pub beforehand: bool,
    pub at: InstrId,
}

impl Code {
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where an instruction was written.
    #[must_use]
    pub fn place(&self, at: InstrId) -> &Place {
        &self.lines[at.index()].place
    }

    /// What an instruction does, for people: `admin 'hsb connect' on S1`.
    #[must_use]
    pub fn text(&self, at: InstrId) -> &str {
        &self.lines[at.index()].text
    }

    /// Every instruction, in its order.
    pub fn ids(&self) -> impl Iterator<Item = InstrId> + use<> {
        (0..self.instrs.len()).map(InstrId::from_index)
    }

    /// By `StepId`.
    #[must_use]
    pub fn steps(&self) -> &[StepCode] {
        &self.steps
    }

    #[must_use]
    pub fn step(&self, step: StepId) -> &StepCode {
        &self.steps[step.0 as usize]
    }

    /// By `ServerId`.
    #[must_use]
    pub fn servers(&self) -> &[ServerCode] {
        &self.servers
    }

    #[must_use]
    pub fn server_name(&self, server: ServerId) -> &str {
        &self.servers[server.0 as usize].name
    }

    pub(super) fn server_ids(&self) -> impl Iterator<Item = ServerId> + use<> {
        (0..self.servers.len()).map(|at| ServerId(u8::try_from(at).expect("because there are two servers at most")))
    }

    /// By the `index` of a preflight failure.
    #[must_use]
    pub fn requires(&self) -> &[RequireCode] {
        &self.requires
    }

    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Every `confirm`, in the order of the lowered program, each id once.
    #[must_use]
    pub fn approvals(&self) -> &[Approval] {
        &self.approvals
    }

    /// Whether an instruction is a statement that somebody wrote: no turn of the way, and nothing that the machine does of
    /// itself.
    #[must_use]
    pub fn is_statement(&self, at: InstrId) -> bool {
        let marks = &self.marks;
        let own = [marks.preflight, marks.put_back, marks.silence, marks.end_states, marks.start_states];
        self.instr(at).is_statement() && !own.contains(&at)
    }

    /// Every command that may be sent, with its instruction; not those with which the machine puts the watchdog back.
    pub fn commands(&self) -> impl Iterator<Item = (InstrId, &Command)> {
        self.ids()
            .filter(|at| *at != self.marks.put_back && *at != self.marks.silence)
            .filter_map(|at| Some((at, &self.instr(at).sending()?.command)))
    }

    /// A wait, an `ensure` or an assertion: it looks whether something holds.
    #[must_use]
    pub fn is_check(&self, at: InstrId) -> bool {
        self.instr(at).is_check()
    }

    /// The command that an instruction sends.
    #[must_use]
    pub fn command(&self, at: InstrId) -> Option<&Command> {
        Some(&self.instr(at).sending()?.command)
    }

    /// Whether the handler of that instruction's step asks for a refusal with this code.
    #[must_use]
    pub fn expects_refusal(&self, at: InstrId, code: Option<i32>) -> bool {
        let step = self.place(at).step;
        let in_handler = |at: &InstrId| self.part(*at) == Part::Handler && self.place(*at).step == step;
        self.ids().filter(in_handler).any(|at| {
            let Instr::If(choice) = self.instr(at) else { return false };
            choice.arms.iter().any(|(test, _)| test.speaks_of_refusal(code))
        })
    }

    /// Whether the runbook switches the watchdog off anywhere.
    #[must_use]
    pub fn silences_watchdog(&self) -> bool {
        self.commands().any(|(_, command)| command.action == Action::Watchdog { on: false })
    }

    /// The limit of a `wait`, an `ensure` or a `confirm`.
    #[must_use]
    pub fn limit(&self, at: InstrId) -> Option<Duration> {
        match self.instr(at) {
            Instr::Wait(wait) => Some(wait.within),
            Instr::Ensure(ensure) => Some(ensure.within),
            Instr::Confirm(confirm) => Some(confirm.question.limit),
            Instr::Preflight
            | Instr::Begin(_)
            | Instr::StepDone(_)
            | Instr::Command(_)
            | Instr::Assert { .. }
            | Instr::If(_)
            | Instr::Jump(_)
            | Instr::Notify(_)
            | Instr::Point(_)
            | Instr::Stop(_)
            | Instr::Retry(_)
            | Instr::Again(_)
            | Instr::LeaveWatchdogOff(_)
            | Instr::EndStates
            | Instr::BackedOut(_)
            | Instr::StartStates
            | Instr::EndingDone => None,
        }
    }

    /// As long a run can stand at a statement: its own limit, that of its command, and the pause of a `retry`.
    #[must_use]
    pub fn lasts_at_most(&self, at: InstrId) -> Duration {
        let command = self.command(at).filter(|command| !matches!(command.action, Action::Watchdog { .. }));
        let pause = if let Instr::Retry(retry) = self.instr(at) { retry.after } else { None };
        [self.limit(at), command.map(|command| command.limit), pause].into_iter().flatten().sum()
    }

    /// How often the handler of a step may go back to a step, all its retries together.
    #[must_use]
    pub fn repeats(&self, step: StepId) -> u32 {
        let of_its_handler = |at: &InstrId| self.part(*at) == Part::Handler && self.place(*at).step == Some(step);
        let times = |at| if let Instr::Retry(retry) = self.instr(at) { retry.times } else { 0 };
        self.ids().filter(of_its_handler).map(times).sum()
    }

    pub(super) fn instr(&self, at: InstrId) -> &Instr {
        &self.instrs[at.index()]
    }

    pub(super) fn part(&self, at: InstrId) -> Part {
        self.place(at).part
    }

    /// The end of the ending that an instruction stands in; elsewhere the instruction itself.
    pub(super) fn end_of_ending(&self, at: InstrId) -> InstrId {
        let Part::Ending(_) = self.part(at) else { return at };
        let ends = |at: &InstrId| *self.instr(*at) == Instr::EndingDone;
        self.ids().skip(at.index()).find(ends).unwrap_or(at)
    }

    pub(super) fn ending(&self, kind: EndingKind) -> Option<InstrId> {
        match kind {
            EndingKind::Success => self.marks.success,
            EndingKind::Failure => self.marks.failure,
            EndingKind::BackOut => self.marks.back_out,
        }
    }
}

impl InstrId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    pub(super) fn from_index(at: usize) -> InstrId {
        InstrId(u32::try_from(at).expect("because a program has far fewer instructions than 2^32"))
    }

    pub(super) fn following(self) -> InstrId {
        InstrId(self.0 + 1)
    }
}
