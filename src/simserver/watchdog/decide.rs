//! What a watchdog does about what it sees: rules only, nothing is asked and nothing is sent here.
//!
//! Source: 200 "Summary of failure scenarios and HAC actions"; the order of the rules is INF: who serves goes before
//! what is started, what is started before what is connected.

use super::look::Seen;
use super::settings::Settings;
use crate::pair::State;

/// One thing to do; servers by their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Of two Secondaries the better one is set PRIMARY ALONE.
    Choose,
    Promote(usize),
    /// The sample's way to promote: by a switch first.
    Succeed(usize),
    Start(usize),
    Connect(usize),
}

/// Whether the process of a server is the watchdog's to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    Controlled,
    /// `hac shutdowndb` has stopped it.
    LeftAlone,
}

/// What is to be done next, if anything.
pub(super) fn next(seen: [Seen; 2], settings: &Settings, processes: [Process; 2]) -> Option<Action> {
    const SECONDARY: Seen = Seen::In(State::SecondaryAlone);
    if seen == [SECONDARY; 2] {
        return Some(Action::Choose);
    }
    let first = |rule: &dyn Fn(Seen, Seen) -> bool| [0, 1].into_iter().find(|at| rule(seen[*at], seen[1 - at]));
    let promoted = first(&|local, remote| is_to_serve(local, remote, settings)).map(Action::Promote);
    let gone = |local, remote| settings.process_control && local == Seen::Gone && !is_connected(remote);
    let apart = |local, remote| local == Seen::In(State::PrimaryAlone) && remote == SECONDARY;
    let to_start =
        || [0, 1].into_iter().find(|at| processes[*at] == Process::Controlled && gone(seen[*at], seen[1 - at]));
    promoted.or_else(|| to_start().map(Action::Start)).or_else(|| first(&apart).map(Action::Connect))
}

fn is_to_serve(local: Seen, remote: Seen, settings: &Settings) -> bool {
    match local {
        Seen::In(State::PrimaryUncertain) => !serves(remote),
        Seen::In(State::SecondaryAlone) => match remote {
            Seen::Gone | Seen::Offline => true,
            // Without an external reference nobody tells a dead server from a dead line.
            Seen::Silent => !settings.ere,
            Seen::In(_) => false,
        },
        Seen::In(State::Standalone) => matches!(remote, Seen::Offline | Seen::In(State::SecondaryAlone)),
        Seen::In(_) | Seen::Gone | Seen::Offline | Seen::Silent => false,
    }
}

pub(super) fn serves(seen: Seen) -> bool {
    matches!(seen, Seen::In(State::PrimaryActive | State::PrimaryAlone | State::Standalone))
}

/// It has not noticed yet that the other one is gone, so that what it becomes is not known.
fn is_connected(seen: Seen) -> bool {
    matches!(seen, Seen::In(State::PrimaryActive | State::SecondaryActive))
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{PrimaryActive, PrimaryAlone, PrimaryUncertain, SecondaryActive, SecondaryAlone, Standalone};

    fn next_with(ini: &str, seen: [Seen; 2]) -> Option<Action> {
        next(seen, &Settings::parse(ini).expect("because the text is sound"), [Process::Controlled; 2])
    }

    #[test]
    fn a_server_that_was_shut_down_by_command_is_not_started() {
        let settings = Settings::parse("").expect("because it is sound");
        let processes = [Process::LeftAlone, Process::Controlled];
        assert_eq!(next([Seen::Gone, Seen::In(PrimaryAlone)], &settings, processes), None);
        assert_eq!(next([Seen::Gone, Seen::Gone], &settings, processes), Some(Action::Start(1)));
    }

    #[test]
    fn each_failure_has_its_action() {
        let rows = [
            ([Seen::In(PrimaryActive), Seen::In(SecondaryActive)], None),
            ([Seen::In(SecondaryAlone), Seen::In(SecondaryAlone)], Some(Action::Choose)),
            ([Seen::Gone, Seen::In(SecondaryActive)], None),
            ([Seen::Gone, Seen::In(SecondaryAlone)], Some(Action::Promote(1))),
            ([Seen::Offline, Seen::In(SecondaryAlone)], Some(Action::Promote(1))),
            ([Seen::Silent, Seen::In(SecondaryAlone)], None),
            ([Seen::In(PrimaryUncertain), Seen::Gone], Some(Action::Promote(0))),
            ([Seen::In(PrimaryUncertain), Seen::In(SecondaryAlone)], Some(Action::Promote(0))),
            ([Seen::In(PrimaryUncertain), Seen::In(PrimaryAlone)], None),
            ([Seen::In(SecondaryAlone), Seen::In(Standalone)], Some(Action::Promote(1))),
            ([Seen::In(PrimaryAlone), Seen::Gone], Some(Action::Start(1))),
            ([Seen::Gone, Seen::Gone], Some(Action::Start(0))),
            ([Seen::In(PrimaryAlone), Seen::Silent], None),
            ([Seen::In(PrimaryAlone), Seen::In(PrimaryAlone)], None),
            ([Seen::In(SecondaryAlone), Seen::In(PrimaryAlone)], Some(Action::Connect(1))),
        ];
        for (seen, action) in rows {
            assert_eq!(next_with("", seen), action, "{seen:?}");
        }
    }

    #[test]
    fn without_an_external_reference_silence_is_enough_to_promote() {
        let seen = [Seen::Silent, Seen::In(SecondaryAlone)];
        assert_eq!(next_with("[HAController]\nEre=no\n", seen), Some(Action::Promote(1)));
    }

    #[test]
    fn without_process_control_nothing_is_started() {
        let seen = [Seen::In(PrimaryAlone), Seen::Gone];
        assert_eq!(next_with("[HAController]\nEnableDBProcessControl=no\n", seen), None);
    }
}
