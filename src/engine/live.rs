//! What of a run's past can still matter, by where it stands: for whoever compares machines. Two machines that differ only
//! in what is dead go on alike. Worked out once from the code, as a compiler works out which variables live.

use crate::pair::Status;
use crate::program::ServerId;

use super::code::Part;
use super::instr::Instr;
use super::test::{PARTS, Test};
use super::{Code, InstrId, Probe};

/// What lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// By instruction, where the run can only go on.
    going_on: Vec<LiveAt>,
    /// By instruction, where it can be backed out besides: from anywhere, as it may be killed anywhere.
    undoable: Vec<LiveAt>,
    /// Where it is over and can be backed out.
    over: LiveAt,
}

/// What lives at one instruction: what may be asked for there or behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LiveAt {
    /// Of retries, by counter.
    pub(super) counters: Vec<bool>,
    /// By approval.
    pub(super) approvals: Vec<bool>,
    /// By server and status, in the order of `PARTS`.
    pub(super) statuses: [[bool; 4]; 2],
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
        back_outs.iter().for_each(|begin| over.take_in(&undoable[begin.index()]));
        Live { going_on, undoable, over }
    }

    /// Where a run stands that can only go on.
    pub(super) fn at(&self, at: InstrId) -> &LiveAt {
        &self.going_on[at.index()]
    }

    /// Where a run stands that can be backed out besides.
    pub(super) fn undoable_at(&self, at: InstrId) -> &LiveAt {
        &self.undoable[at.index()]
    }

    /// Where a run is over that can be backed out.
    pub(super) fn over(&self) -> &LiveAt {
        &self.over
    }
}

/// What lives at each instruction, from each of which the run may go there, too.
fn followed(code: &Code, anywhere: &[InstrId]) -> Vec<LiveAt> {
    let next: Vec<Vec<InstrId>> = code.ids().map(|at| [successors(code, at).as_slice(), anywhere].concat()).collect();
    let mut live: Vec<LiveAt> = code.ids().map(|at| LiveAt::of(code, at)).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for at in code.ids().collect::<Vec<_>>().into_iter().rev() {
            for follower in &next[at.index()] {
                let behind = live[follower.index()].clone();
                changed |= live[at.index()].join(code, at, &behind);
            }
        }
    }
    live
}

impl LiveAt {
    fn nothing(code: &Code) -> LiveAt {
        LiveAt {
            counters: vec![false; code.counters],
            approvals: vec![false; code.approvals.len()],
            statuses: [[false; 4]; 2],
            refusal: false,
            said: [false; 2],
            fences: false,
        }
    }

    fn of(code: &Code, at: InstrId) -> LiveAt {
        let mut live = LiveAt::nothing(code);
        live.asks(code.instr(at).tests());
        match code.instr(at) {
            Instr::Retry(retry) => live.counters[retry.counter] = true,
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
            test.each(&mut |test| {
                if let Test::Status { server, status, .. } = test {
                    self.asks_status(*server, *status);
                }
                self.refusal |= matches!(test, Test::Refused { .. });
            });
        }
    }

    fn asks_status(&mut self, server: ServerId, asked: Status) {
        for (at, part) in PARTS.into_iter().enumerate() {
            self.statuses[server.0 as usize][at] |= asked == part || asked == Status::Activity;
        }
    }

    /// Takes in what lives behind it; true where that is new.
    fn join(&mut self, code: &Code, at: InstrId, behind: &LiveAt) -> bool {
        let before = self.clone();
        let mut behind = behind.clone();
        // A step's handler is told anew what failed its body.
        behind.refusal &= code.part(at) != Part::Body;
        // Whatever looks at a state, or sends, says it anew.
        for server in [ServerId(0), ServerId(1)] {
            behind.said[server.0 as usize] &= !looks_at(code.instr(at), server);
        }
        self.take_in(&behind);
        *self != before
    }

    fn take_in(&mut self, other: &LiveAt) {
        let join = |own: &mut [bool], other: &[bool]| own.iter_mut().zip(other).for_each(|(own, it)| *own |= *it);
        join(&mut self.counters, &other.counters);
        join(&mut self.approvals, &other.approvals);
        (0..2).for_each(|server| join(&mut self.statuses[server], &other.statuses[server]));
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
pub(super) fn successors(code: &Code, at: InstrId) -> Vec<InstrId> {
    let marks = &code.marks;
    let mut next = match code.instr(at) {
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
    };
    match code.part(at) {
        Part::Body => {
            let handler = code.place(at).step.and_then(|step| code.step(step).handler);
            next.extend(handler.into_iter().chain(marks.failure).chain([marks.put_back]));
        }
        Part::Handler | Part::BackOut | Part::EndStates => next.extend(marks.failure),
        Part::Preflight | Part::Ending(_) => {}
    }
    next
}
