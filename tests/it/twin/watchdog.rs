//! The watchdog that acts in the twin: as the simulator's on real processes (`sim/watchdog.rs`), in virtual time.

use std::time::Duration;

use hsbrun::engine::{Action, World};
use hsbrun::pair::State;
use hsbrun::pair::model::{Fault, Side};
use hsbrun::twin::{Mishap, Twin, TwinSettings, Watchdog};

use super::{MINUTE, S1, S2, admin, done, send, twin};

fn watched(watchdog: Watchdog) -> Twin {
    twin(TwinSettings { watchdog, ..TwinSettings::default() })
}

fn states(twin: &Twin) -> [Option<State>; 2] {
    [twin.server(S1).state, twin.server(S2).state]
}

fn fail(twin: &mut Twin, fault: Fault) {
    twin.inject(twin.elapsed(), Mishap::Pair(fault));
}

const HEALED: [Option<State>; 2] = [Some(State::PrimaryActive), Some(State::SecondaryActive)];
const SUCCEEDED: [Option<State>; 2] = [Some(State::SecondaryActive), Some(State::PrimaryActive)];

#[test]
fn a_crashed_secondary_is_started_and_connected_and_a_crashed_primary_is_succeeded() {
    let mut twin = watched(Watchdog::Acts);
    fail(&mut twin, Fault::Crash { side: Side::Second, pending: true });
    twin.advance(2 * MINUTE);
    assert_eq!(states(&twin), HEALED);
    fail(&mut twin, Fault::Crash { side: Side::First, pending: false });
    twin.advance(2 * MINUTE);
    assert_eq!(states(&twin), SUCCEEDED);
    assert_eq!(twin.ledger().lost, 0);
}

#[test]
fn of_two_secondaries_the_one_that_is_further_is_chosen() {
    let mut twin = watched(Watchdog::Acts);
    send(&mut twin, S1, Action::Watchdog { on: false });
    done(&admin(&mut twin, S2, "hsb switch primary"));
    twin.advance(MINUTE);
    done(&admin(&mut twin, S2, "hsb disconnect"));
    twin.advance(MINUTE);
    done(&admin(&mut twin, S2, "hsb set secondary alone"));
    assert_eq!(states(&twin), [Some(State::SecondaryAlone); 2]);
    send(&mut twin, S1, Action::Watchdog { on: true });
    twin.advance(MINUTE);
    assert_eq!(states(&twin), SUCCEEDED);
    assert_eq!(twin.ledger().lost, 0);
}

#[test]
fn what_does_not_connect_is_copied() {
    let mut twin = watched(Watchdog::Acts);
    send(&mut twin, S1, Action::Watchdog { on: false });
    done(&admin(&mut twin, S1, "hsb disconnect"));
    twin.advance(MINUTE);
    let _reply_or_broken_line = admin(&mut twin, S2, "shutdown force");
    twin.advance(MINUTE);
    done(&send(&mut twin, S2, Action::Install { previous: false }));
    done(&send(&mut twin, S2, Action::Start { options: vec!["autoconvert".into()] }));
    send(&mut twin, S1, Action::Watchdog { on: true });
    twin.advance(10 * MINUTE);
    assert_eq!(states(&twin), HEALED);
}

#[test]
fn off_and_where_it_is_a_word_only_it_does_nothing() {
    let mut silent = watched(Watchdog::Acts);
    send(&mut silent, S1, Action::Watchdog { on: false });
    for mut twin in [silent, watched(Watchdog::Idle)] {
        fail(&mut twin, Fault::Crash { side: Side::Second, pending: false });
        twin.advance(10 * MINUTE);
        assert_eq!(states(&twin), [Some(State::PrimaryUncertain), Some(State::Down)]);
    }
}

#[test]
fn a_broken_link_promotes_nobody_unless_there_is_no_external_reference() {
    for (watchdog, second) in
        [(Watchdog::Acts, State::SecondaryAlone), (Watchdog::ActsWithoutReference, State::PrimaryAlone)]
    {
        let mut twin = watched(watchdog);
        fail(&mut twin, Fault::LinkBreaks { pending: false });
        twin.advance(10 * MINUTE);
        assert_eq!(states(&twin), [Some(State::PrimaryAlone), Some(second)], "{watchdog:?}");
    }
}

#[test]
fn a_spared_twin_meets_nothing_more_that_goes_wrong() {
    let mut twin = watched(Watchdog::Idle);
    twin.inject(MINUTE, Mishap::Pair(Fault::Crash { side: Side::Second, pending: false }));
    twin.inject(Duration::ZERO, Mishap::Pair(Fault::SwitchFails));
    twin.inject(Duration::ZERO, Mishap::LosesCommand);
    twin.advance(Duration::from_secs(1));
    twin.spare();
    done(&admin(&mut twin, S2, "hsb switch primary"));
    twin.advance(2 * MINUTE);
    assert_eq!(states(&twin), SUCCEEDED);
}
