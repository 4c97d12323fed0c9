//! What of a run's past can still matter, by where it stands: for whoever compares machines. Two machines that differ only
//! in what is dead go on alike. Worked out once from the code, as a compiler works out which variables live.

use crate::pair::Status;
use crate::program::ServerId;

use super::code::Part;
use super::instr::Instr;
use super::news::renews_the_link;
use super::retries::Retries;
use super::test::{PARTS, Test};
use super::{Code, InstrId, Probe};

/// What lives.
#[derive(Debug, Clone)]
pub struct Live {
    /// Of retries, by which of them are used up besides.
    pub(super) retries: Retries,
    /// By instruction, where the run can only go on.
    going_on: Vec<LiveAt>,
    /// By instruction, where it can be backed out besides: from anywhere, as it may be killed anywhere.
    undoable: Vec<LiveAt>,
    /// Where it is over and can be backed out.
    over: LiveAt,
    /// Where a back-out asks first what came of the command that the run left in doubt.
    settling: LiveAt,
}

/// What lives at one instruction: what may be asked for there or behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LiveAt {
    /// By approval.
    pub(super) approvals: Vec<bool>,
    /// By server and status, in the order of `PARTS`.
    pub(super) statuses: [[bool; 4]; 2],
    /// By server, what is in progress.
    pub(super) activity: [bool; 2],
    /// By step, whether it has begun.
    pub(super) begun: Vec<bool>,
    /// What the failed command answered.
    pub(super) refusal: bool,
    /// By server, the state said last: a `confirm` takes it in that stands behind this without a look at it between.
    pub(super) said: [bool; 2],
    /// An approval that makes a server count as DOWN was given, and a command may go by it.
    pub(super) fences: bool,
}

impl Live {
    /// Follows every way through the code.
    #[must_use]
    pub fn of(code: &Code) -> Live {
        let going_on = followed(code, &[]);
        let back_outs: Vec<InstrId> = code.steps.iter().filter_map(|step| step.back_out).collect();
        let undoable = if back_outs.is_empty() { going_on.clone() } else { followed(code, &back_outs) };
        let mut over = LiveAt::nothing(code);
        back_outs.iter().for_each(|begin| over.take_in(&undoable[begin.index()].before_a_back_out()));
        let mut settling = over.clone();
        code.marks.failure.iter().for_each(|begin| settling.take_in(&undoable[begin.index()].where_the_way_is_left()));
        Live { retries: Retries::of(code), going_on, undoable, over, settling }
    }

    /// Where a run stands that can only go on.
    pub(super) fn at(&self, at: InstrId) -> &LiveAt {
        &self.going_on[at.index()]
    }

    /// Where a run stands that can be backed out besides.
    pub(super) fn undoable_at(&self, at: InstrId) -> &LiveAt {
        &self.undoable[at.index()]
    }

    /// Where a back-out asks first what came of a command.
    pub(super) fn settling(&self) -> &LiveAt {
        &self.settling
    }

    /// Where a run is over that can be backed out.
    pub(super) fn over(&self) -> &LiveAt {
        &self.over
    }
}

/// What lives at each instruction, from each of which the run may be backed out, which begins with one of these.
fn followed(code: &Code, back_outs: &[InstrId]) -> Vec<LiveAt> {
    let ways: Vec<Ways> = code.ids().map(|at| Ways::of(code, at)).collect();
    let mut live: Vec<LiveAt> = code.ids().map(|at| LiveAt::of(code, at)).collect();
    let mut changed = true;
    while changed {
        changed = false;
        let mut undone = LiveAt::nothing(code);
        back_outs.iter().for_each(|next| undone.take_in(&live[next.index()].before_a_back_out()));
        for at in code.ids().collect::<Vec<_>>().into_iter().rev() {
            let ways = &ways[at.index()];
            let mut behind = undone.clone();
            ways.next.iter().for_each(|next| behind.take_in(&live[next.index()].behind(code, at)));
            ways.failing.iter().for_each(|next| behind.take_in(&live[next.index()].where_the_way_is_left()));
            behind.join(&live[at.index()], code.part(at), ways.looks);
            changed |= live[at.index()] != behind;
            live[at.index()] = behind;
        }
    }
    live
}

/// Where a run may stand behind an instruction, and at the state of which servers that one looks.
struct Ways {
    next: Vec<InstrId>,
    failing: Vec<InstrId>,
    looks: [bool; 2],
}

impl Ways {
    fn of(code: &Code, at: InstrId) -> Ways {
        let looks = [ServerId(0), ServerId(1)].map(|server| looks_at(code.instr(at), server));
        Ways { next: next(code, at), failing: failing(code, at), looks }
    }
}

impl LiveAt {
    fn nothing(code: &Code) -> LiveAt {
        LiveAt {
            approvals: vec![false; code.approvals.len()],
            statuses: [[false; 4]; 2],
            activity: [false; 2],
            begun: vec![false; code.steps.len()],
            refusal: false,
            said: [false; 2],
            fences: false,
        }
    }

    fn of(code: &Code, at: InstrId) -> LiveAt {
        let mut live = LiveAt::nothing(code);
        live.asks(code.instr(at).tests());
        match code.instr(at) {
            Instr::Confirm(confirm) => {
                live.approvals[confirm.approval] = true;
                confirm.fences.iter().for_each(|server| live.said[server.0 as usize] = true);
            }
            Instr::Ensure(_) | Instr::Command(_) => live.fences = true,
            Instr::Wait(_)
            | Instr::Assert { .. }
            | Instr::If(_)
            | Instr::Preflight
            | Instr::Begin(_)
            | Instr::StepDone(_)
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
            | Instr::EndingDone => {}
        }
        live
    }

    fn asks<'t>(&mut self, tests: impl IntoIterator<Item = &'t Test>) {
        for test in tests {
            test.each(&mut |test| match test {
                Test::Status { server, status, .. } => self.asks_status(*server, *status),
                Test::Begun { step, .. } => self.begun[step.0 as usize] = true,
                Test::Refused { .. } => self.refusal = true,
                Test::And(_)
                | Test::Or(_)
                | Test::Is { .. }
                | Test::Answers(_)
                | Test::Watchdog { .. }
                | Test::Compare { .. } => {}
            });
        }
    }

    fn asks_status(&mut self, server: ServerId, asked: Status) {
        let server = server.0 as usize;
        match PARTS.into_iter().position(|part| part == asked) {
            Some(at) => self.statuses[server][at] = true,
            None => self.activity[server] = true,
        }
    }

    /// Of what lives behind an instruction, what lives at it; and what it asks itself.
    fn join(&mut self, asked: &LiveAt, part: Part, looks: [bool; 2]) {
        // A step's handler is told anew what failed its body.
        self.refusal &= part != Part::Body;
        // Whatever looks at a state, or sends, says it anew.
        self.said.iter_mut().zip(looks).for_each(|(said, looks)| *said &= !looks);
        self.take_in(asked);
    }

    /// What lives of it where that instruction was done: a connect or disconnect makes what link and catchup show old anew.
    fn behind(&self, code: &Code, at: InstrId) -> LiveAt {
        match code.instr(at) {
            Instr::Command(sending) if sending.act.is_some_and(renews_the_link) => self.with_the_link_renewed(),
            _ => self.clone(),
        }
    }

    /// What lives of it where the way is left: `AllNews::age`.
    fn where_the_way_is_left(&self) -> LiveAt {
        LiveAt { activity: [false; 2], ..self.with_the_link_renewed() }
    }

    /// The same before a back-out, which asks for approvals anew.
    fn before_a_back_out(&self) -> LiveAt {
        let mut live = self.where_the_way_is_left();
        live.approvals.fill(false);
        live
    }

    fn with_the_link_renewed(&self) -> LiveAt {
        let mut live = self.clone();
        for [link, _, _, catchup] in &mut live.statuses {
            (*link, *catchup) = (false, false);
        }
        live
    }

    fn take_in(&mut self, other: &LiveAt) {
        let join = |own: &mut [bool], other: &[bool]| own.iter_mut().zip(other).for_each(|(own, it)| *own |= *it);
        join(&mut self.approvals, &other.approvals);
        (0..2).for_each(|server| join(&mut self.statuses[server], &other.statuses[server]));
        join(&mut self.activity, &other.activity);
        join(&mut self.begun, &other.begun);
        join(&mut self.said, &other.said);
        self.refusal |= other.refusal;
        self.fences |= other.fences;
    }
}

/// It looks at the state of that server.
fn looks_at(instr: &Instr, server: ServerId) -> bool {
    let asks = |test: &Test| test.probes().contains(&Probe::State(server));
    match instr {
        Instr::Wait(wait) => wait.until.servers().contains(&server),
        Instr::Assert { test, .. } => asks(test),
        Instr::If(choice) => choice.arms.iter().any(|(test, _)| asks(test)),
        Instr::Ensure(ensure) => ensure.test.servers().contains(&server),
        Instr::Command(sending) => sending.command.server.is_some(),
        Instr::Preflight | Instr::EndStates | Instr::StartStates => true,
        Instr::Begin(_)
        | Instr::StepDone(_)
        | Instr::Jump(_)
        | Instr::Confirm(_)
        | Instr::Notify(_)
        | Instr::Point(_)
        | Instr::Stop(_)
        | Instr::Retry(_)
        | Instr::Again(_)
        | Instr::LeaveWatchdogOff(_)
        | Instr::BackedOut(_)
        | Instr::EndingDone => false,
    }
}

/// Where a run may stand next: by its own way, and where it fails.
pub(super) fn successors(code: &Code, at: InstrId) -> impl Iterator<Item = InstrId> {
    next(code, at).into_iter().chain(failing(code, at))
}

/// By its own way.
fn next(code: &Code, at: InstrId) -> Vec<InstrId> {
    let marks = &code.marks;
    match code.instr(at) {
        Instr::Preflight => code.steps.iter().map(|step| step.begin).collect(),
        Instr::Jump(to) => vec![*to],
        Instr::If(choice) => {
            let arms = choice.arms.iter().map(|(_, arm)| *arm);
            arms.chain([choice.otherwise]).chain(choice.unknown).collect()
        }
        Instr::Retry(retry) => vec![at.following(), retry.used_up],
        Instr::Again(from) => vec![code.step(*from).begin],
        Instr::Stop(_) | Instr::EndingDone => Vec::new(),
        Instr::EndStates => marks.success.into_iter().collect(),
        Instr::StartStates => marks.back_out.into_iter().collect(),
        Instr::BackedOut(_) => code.steps.iter().filter_map(|step| step.back_out).chain([marks.start_states]).collect(),
        Instr::Command(_) if at == marks.put_back => Vec::new(),
        Instr::Command(_) if at == marks.silence => code.steps.iter().map(|step| step.begin).collect(),
        Instr::Begin(_)
        | Instr::StepDone(_)
        | Instr::Command(_)
        | Instr::Ensure(_)
        | Instr::Wait(_)
        | Instr::Assert { .. }
        | Instr::Confirm(_)
        | Instr::Notify(_)
        | Instr::Point(_)
        | Instr::LeaveWatchdogOff(_) => vec![at.following()],
    }
}

/// Where it fails.
fn failing(code: &Code, at: InstrId) -> Vec<InstrId> {
    let marks = &code.marks;
    match code.part(at) {
        Part::Body => {
            let handler = code.place(at).step.and_then(|step| code.step(step).handler);
            handler.into_iter().chain(marks.failure).chain([marks.put_back]).collect()
        }
        Part::Handler | Part::BackOut | Part::EndStates => marks.failure.into_iter().collect(),
        Part::Preflight | Part::Ending(_) => Vec::new(),
    }
}
