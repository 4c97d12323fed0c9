//! Every exit code of every command, in one table. A number, once given, is never given to anything else;
//! `docs/exit-codes.md` is checked against this table.

use crate::engine::RunResult;
use crate::run::{Finished, Left};

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exit {
    Done,
    Findings,
    Unusable,
    NotExplored,
    NoStep,
    Preflight,
    ApprovalMissing,
    Locked,
    OutsideWindow,
    NotInstalled,
    FailedSafe,
    FailedDegraded,
    FailedNobodyServes,
    FailedUnknown,
    FailedTwoServe,
    DoneIncomplete,
    InDoubt,
    Parked,
    Interrupted,
    WatchdogAstray,
    JournalFailed,
    Internal,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub exit: Exit,
    pub code: u8,
    pub name: &'static str,
    /// When a command ends with it.
    pub meaning: &'static str,
}

const fn row(exit: Exit, code: u8, name: &'static str, meaning: &'static str) -> Row {
    Row { exit, code, name, meaning }
}

/// The table, by number.
pub const TABLE: [Row; 22] = [
    row(Exit::Done, 0, "done", "all was done; also: nothing was left to do, or the run was backed out as asked"),
    row(
        Exit::Findings,
        1,
        "findings",
        "a runbook or a site file has errors (with `--deny warnings` also warnings), `verify` found a property broken, or `fmt --check` or `check --diff` would change one; nothing was started",
    ),
    row(Exit::Unusable, 2, "unusable", "a file cannot be read, or the command line is wrong; nothing was started"),
    row(
        Exit::NotExplored,
        3,
        "not-explored",
        "`verify` found nothing broken, and could not explore everything within its bound on states; or `locate`, and found no step",
    ),
    row(Exit::NoStep, 4, "no-step", "`locate` found no step with which a run may begin on this pair"),
    row(
        Exit::Preflight,
        10,
        "preflight",
        "refused before the start: a `require`, a start state or another check of the preflight does not hold",
    ),
    row(
        Exit::ApprovalMissing,
        11,
        "approval-missing",
        "refused before the start: no terminal to ask on, and an approval was not given beforehand",
    ),
    row(Exit::Locked, 12, "locked", "refused before the start: another run has the pair"),
    row(Exit::OutsideWindow, 13, "outside-window", "refused before the start: not within the maintenance window"),
    row(Exit::NotInstalled, 14, "not-installed", "refused before the start: a driver or program is not installed"),
    row(Exit::FailedSafe, 20, "failed-safe", "failed; both servers are up and connected"),
    row(Exit::FailedDegraded, 21, "failed-degraded", "failed; exactly one server accepts writes, the pair is apart"),
    row(Exit::FailedNobodyServes, 22, "failed-nobody-serves", "failed; no server accepts writes"),
    row(Exit::FailedUnknown, 23, "failed-unknown", "failed; the state of a server is not known"),
    row(Exit::FailedTwoServe, 24, "failed-two-serve", "failed; both servers accept writes"),
    row(Exit::DoneIncomplete, 30, "done-incomplete", "the end states hold, but `on success` was not done to its end"),
    row(Exit::InDoubt, 31, "in-doubt", "whether a command has happened is not known, and asking the pair cannot tell"),
    row(Exit::Parked, 32, "parked", "the run waits for an approval that nobody could be asked for here"),
    row(
        Exit::Interrupted,
        33,
        "interrupted",
        "stopped by the operator (SIGINT, SIGTERM), or the terminal is gone (SIGHUP)",
    ),
    row(Exit::WatchdogAstray, 34, "watchdog-astray", "the watchdog was left other than the runbook means it to be"),
    row(Exit::JournalFailed, 35, "journal-failed", "stopped: the journal could not be written"),
    row(Exit::Internal, 70, "internal-error", "a bug in hsbrun; the message says what to do"),
];

/// Where more than one holds, the first of these counts.
pub const PRECEDENCE: [Exit; 12] = [
    Exit::FailedTwoServe,
    Exit::FailedNobodyServes,
    Exit::InDoubt,
    Exit::FailedUnknown,
    Exit::WatchdogAstray,
    Exit::FailedDegraded,
    Exit::FailedSafe,
    Exit::Interrupted,
    Exit::Parked,
    Exit::DoneIncomplete,
    Exit::Preflight,
    Exit::Done,
];

impl Exit {
    #[must_use]
    pub fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.exit == self).expect("because every exit has a row, which a test checks")
    }

    /// What a run came to, the most urgent of all that holds.
    #[must_use]
    pub fn of(finished: &Finished) -> Exit {
        let end = &finished.end;
        let result = match end.result {
            RunResult::Done if end.ending_failed => Exit::DoneIncomplete,
            RunResult::Done | RunResult::AlreadyDone | RunResult::BackedOut => Exit::Done,
            RunResult::NotStarted => Exit::Preflight,
            RunResult::InDoubt => Exit::InDoubt,
            RunResult::Parked => Exit::Parked,
            RunResult::Stopped => Exit::Interrupted,
            RunResult::Failed => match Left::of(&finished.left) {
                Left::Safe => Exit::FailedSafe,
                Left::Degraded => Exit::FailedDegraded,
                Left::NobodyServes => Exit::FailedNobodyServes,
                Left::Unknown => Exit::FailedUnknown,
                Left::TwoServe => Exit::FailedTwoServe,
            },
        };
        // A run that stopped, parked or is in doubt has left the pair somewhere, too; an outage is more urgent.
        let stands_still = matches!(end.result, RunResult::InDoubt | RunResult::Parked | RunResult::Stopped);
        let outage = match Left::of(&finished.left) {
            Left::TwoServe if stands_still => Some(Exit::FailedTwoServe),
            Left::NobodyServes if stands_still => Some(Exit::FailedNobodyServes),
            Left::Safe | Left::Degraded | Left::Unknown | Left::TwoServe | Left::NobodyServes => None,
        };
        let watchdog = end.watchdog_astray.then_some(Exit::WatchdogAstray);
        let holds = |exit: &Exit| *exit == result || [watchdog, outage].contains(&Some(*exit));
        PRECEDENCE.into_iter().find(holds).unwrap_or(result)
    }

    /// The number that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        self.row().code
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::End;
    use crate::pair::State;
    use std::time::Duration;

    fn exit(result: RunResult, ending_failed: bool, watchdog_astray: bool, states: [Option<State>; 2]) -> Exit {
        let end = End { result, ending_failed, watchdog_astray };
        Exit::of(&Finished { end, left: states.to_vec(), elapsed: Duration::ZERO })
    }

    #[test]
    fn the_most_urgent_of_what_holds_counts() {
        let whole = [Some(State::PrimaryActive), Some(State::SecondaryActive)];
        let nobody = [Some(State::SecondaryAlone), Some(State::Down)];
        assert_eq!(exit(RunResult::Done, false, false, whole), Exit::Done);
        assert_eq!(exit(RunResult::Done, true, false, whole), Exit::DoneIncomplete);
        assert_eq!(exit(RunResult::Done, true, true, whole), Exit::WatchdogAstray);
        assert_eq!(exit(RunResult::Failed, false, true, nobody), Exit::FailedNobodyServes);
        assert_eq!(exit(RunResult::Failed, true, false, whole), Exit::FailedSafe);
        assert_eq!(exit(RunResult::NotStarted, false, true, whole), Exit::WatchdogAstray);
        assert_eq!(exit(RunResult::InDoubt, false, true, [None, None]), Exit::InDoubt);
        assert_eq!(exit(RunResult::InDoubt, false, false, nobody), Exit::FailedNobodyServes);
        assert_eq!(exit(RunResult::Stopped, false, false, nobody), Exit::FailedNobodyServes);
        assert_eq!(exit(RunResult::Stopped, false, false, whole), Exit::Interrupted);
        let both = [Some(State::PrimaryAlone), Some(State::PrimaryAlone)];
        assert_eq!(exit(RunResult::Parked, false, false, both), Exit::FailedTwoServe);
        assert_eq!(exit(RunResult::NotStarted, false, false, nobody), Exit::Preflight, "not of its doing");
    }
}
