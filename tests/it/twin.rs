//! The twin, driven by hand as the machine would drive it.

pub mod shipped;
mod watchdog;

use std::time::Duration;

use hsbrun::engine::{
    Action, Answer, Clock, Clocks, Command, Decision, Outcome, Probe, Question, Reading, Refuser, Request, World,
};
use hsbrun::pair::model::{Fault, Safeness, Settings, Side};
use hsbrun::pair::{Measure, State, Status, StatusWord, Version};
use hsbrun::program::ServerId;
use hsbrun::twin::{Ledger, Mishap, Releases, Twin, TwinSettings};

const S1: ServerId = ServerId(0);
const S2: ServerId = ServerId(1);
const MINUTE: Duration = Duration::from_secs(60);

fn twin(settings: TwinSettings) -> Twin {
    Twin::new(settings).expect("because those states fit")
}

fn seeded(seed: u64) -> Twin {
    twin(TwinSettings { seed, ..TwinSettings::default() })
}

fn alone(seed: u64) -> Twin {
    twin(TwinSettings { seed, states: [State::PrimaryAlone, State::SecondaryAlone], ..TwinSettings::default() })
}

fn send(twin: &mut Twin, server: ServerId, action: Action) -> Outcome {
    let command = Command { server: Some(server), action, limit: 30 * MINUTE };
    match twin.answer(&Request::Send(command)) {
        Answer::Outcome(outcome) => outcome,
        answer => panic!("a command is answered with an outcome, not {answer:?}"),
    }
}

fn admin(twin: &mut Twin, server: ServerId, text: &str) -> Outcome {
    send(twin, server, Action::Admin { text: text.to_owned() })
}

fn done(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
}

fn refused(outcome: &Outcome) -> Option<i32> {
    match outcome {
        Outcome::Refused { code, .. } => *code,
        Outcome::Done { .. } | Outcome::Unknown { .. } => None,
    }
}

fn look(twin: &mut Twin, probe: Probe) -> Reading {
    match twin.answer(&Request::Look(vec![probe], Clocks::NONE)) {
        Answer::Looked(readings) => readings.into_iter().next().expect("because one probe was asked"),
        answer => panic!("a look is answered with readings, not {answer:?}"),
    }
}

fn state(twin: &mut Twin, server: ServerId) -> Reading {
    look(twin, Probe::State(server))
}

/// Waits as the machine does, until the probe reads as wanted.
fn wait(twin: &mut Twin, probe: &Probe, wanted: &Reading, limit: Duration) {
    twin.answer(&Request::Set(Clock::Limit, limit));
    while look(twin, probe.clone()) != *wanted {
        let woke = twin.answer(&Request::Pause(Clocks::of(Clock::Limit)));
        assert_eq!(woke, Answer::Woke(Clocks::NONE), "{probe:?} does not become {wanted:?}");
    }
}

fn wait_state(twin: &mut Twin, server: ServerId, state: State) {
    wait(twin, &Probe::State(server), &Reading::State(state), 30 * MINUTE);
}

fn start(options: &[&str]) -> Action {
    Action::Start { options: options.iter().map(|option| (*option).to_owned()).collect() }
}

/// One half of the hot migration: `worker` serves alone while `other` is upgraded, copied and connected.
fn upgrade(twin: &mut Twin, worker: ServerId, other: ServerId, options: &[&str]) {
    done(&admin(twin, worker, "hsb disconnect"));
    wait_state(twin, worker, State::PrimaryAlone);
    let _reply_or_broken_line = admin(twin, other, "shutdown force");
    wait_state(twin, other, State::Down);
    assert_eq!(refused(&admin(twin, worker, "hsb set primary alone")), Some(30782));
    done(&send(twin, other, Action::Install { previous: false }));
    done(&send(twin, other, start(options)));
    assert_eq!(state(twin, other), Reading::State(State::SecondaryAlone));
    done(&admin(twin, worker, "hsb netcopy"));
    wait(twin, &Probe::Status(worker, Status::Copy), &Reading::Status(StatusWord::Active), MINUTE);
    assert_eq!(state(twin, other), Reading::State(State::Offline));
    wait(twin, &Probe::Status(worker, Status::Copy), &Reading::Status(StatusWord::Success), 30 * MINUTE);
    wait_state(twin, other, State::SecondaryAlone);
    done(&admin(twin, worker, "hsb connect"));
    wait_state(twin, worker, State::PrimaryActive);
}

fn migrate(twin: &mut Twin, options: &[&str]) {
    upgrade(twin, S1, S2, options);
    done(&admin(twin, S2, "hsb switch primary"));
    wait_state(twin, S2, State::PrimaryActive);
    upgrade(twin, S2, S1, options);
}

#[test]
fn the_hot_migration_keeps_every_acknowledged_commit() {
    for seed in 0..20 {
        for (releases, options) in [(Releases::version_level(), &["autoconvert"][..]), (Releases::fix_pack(), &[])] {
            let mut twin =
                twin(TwinSettings { seed, releases, versions: [releases.old; 2], ..TwinSettings::default() });
            migrate(&mut twin, options);
            let Ledger { acknowledged, found, lost, doubled } = twin.ledger();
            assert!(acknowledged > 2_000, "the application wrote only {acknowledged}");
            assert_eq!((found, lost, doubled), ([acknowledged; 2], 0, 0), "seed {seed}");
            assert_eq!(twin.server(S1).version, releases.new);
            assert_eq!(twin.server(S2).state, Some(State::PrimaryActive));
            assert!(twin.elapsed() < 60 * MINUTE, "{:?}", twin.elapsed());
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_migration() {
    let run = |seed| {
        let mut twin = seeded(seed);
        migrate(&mut twin, &["autoconvert"]);
        (twin.elapsed(), twin.ledger())
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3).0, run(4).0);
}

#[test]
fn the_status_before_a_command_is_still_shown_right_after_it() {
    let mut twin = alone(1);
    done(&admin(&mut twin, S1, "hsb netcopy"));
    wait(&mut twin, &Probe::Status(S1, Status::Copy), &Reading::Status(StatusWord::Success), 30 * MINUTE);
    done(&admin(&mut twin, S1, "hsb netcopy"));
    assert_eq!(look(&mut twin, Probe::Status(S1, Status::Copy)), Reading::Status(StatusWord::Success));
    wait(&mut twin, &Probe::Status(S1, Status::Copy), &Reading::Status(StatusWord::Active), MINUTE);
}

#[test]
fn connecting_shows_its_stages_and_alone_until_the_catchup_is_over() {
    let mut twin = alone(5);
    twin.advance(10 * MINUTE);
    done(&admin(&mut twin, S1, "hsb connect"));
    let link = Probe::Status(S1, Status::Link);
    for word in [StatusWord::Connecting, StatusWord::Catchup] {
        wait(&mut twin, &link, &Reading::Status(word), MINUTE);
        assert_eq!(state(&mut twin, S1), Reading::State(State::PrimaryAlone));
    }
    wait(&mut twin, &link, &Reading::Status(StatusWord::Connected), MINUTE);
    assert_eq!(state(&mut twin, S2), Reading::State(State::SecondaryActive));
}

#[test]
fn a_stopping_server_is_not_down_before_its_process_is_gone() {
    let mut twin = alone(2);
    let _reply_or_broken_line = admin(&mut twin, S2, "shutdown force");
    assert!(matches!(state(&mut twin, S2), Reading::Unknown(_)));
    assert_eq!(look(&mut twin, Probe::Process(S2)), Reading::Yes);
    assert_eq!(refused(&send(&mut twin, S2, start(&[]))), Some(10), "a start meets the process that still stops");
    wait_state(&mut twin, S2, State::Down);
    assert_eq!(look(&mut twin, Probe::Process(S2)), Reading::No);
    assert_eq!(refused(&admin(&mut twin, S2, "hsb state")), Some(21306));
    assert!(matches!(look(&mut twin, Probe::Measure(S2, Measure::Version)), Reading::Unknown(_)));
}

#[test]
fn a_plain_start_after_a_new_version_level_ends_with_15() {
    let mut twin = alone(3);
    let _reply_or_broken_line = admin(&mut twin, S2, "shutdown force");
    wait_state(&mut twin, S2, State::Down);
    done(&send(&mut twin, S2, Action::Install { previous: false }));
    assert_eq!(look(&mut twin, Probe::Installed(S2)), Reading::Version(Version::new(7, 0, 0)));
    let outcome = send(&mut twin, S2, start(&[]));
    assert!(matches!(outcome, Outcome::Refused { by: Refuser::Host, code: Some(15), .. }), "{outcome:?}");
    done(&send(&mut twin, S2, start(&["autoconvert"])));
    assert_eq!(refused(&admin(&mut twin, S2, "hsb connect")), Some(14501), "not on the newer Secondary");
}

#[test]
fn nothing_is_installed_over_a_running_server() {
    let mut twin = alone(3);
    let outcome = send(&mut twin, S2, Action::Install { previous: false });
    assert!(matches!(outcome, Outcome::Refused { by: Refuser::Host, .. }), "{outcome:?}");
    assert_eq!(twin.server(S2).version, Version::new(6, 5, 0));
}

#[test]
fn a_broken_netcopy_leaves_a_target_that_only_another_netcopy_mends() {
    let mut twin = alone(4);
    done(&admin(&mut twin, S1, "hsb netcopy"));
    wait_state(&mut twin, S2, State::Offline);
    twin.inject(twin.elapsed(), Mishap::Pair(Fault::Crash { side: Side::Second, pending: false }));
    wait_state(&mut twin, S2, State::Down);
    assert_eq!(look(&mut twin, Probe::Status(S1, Status::Copy)), Reading::Status(StatusWord::Error));
    assert_eq!(refused(&send(&mut twin, S2, start(&[]))), Some(24));
    done(&send(&mut twin, S2, start(&["backupserver"])));
    assert_eq!(state(&mut twin, S2), Reading::State(State::Offline));
    assert_eq!(refused(&admin(&mut twin, S2, "hsb state")), Some(14552));
    done(&admin(&mut twin, S1, "hsb netcopy"));
    wait_state(&mut twin, S2, State::SecondaryAlone);
    done(&admin(&mut twin, S1, "hsb connect"));
    wait_state(&mut twin, S2, State::SecondaryActive);
    assert_eq!(twin.ledger().lost, 0);
}

#[test]
fn two_primaries_part_their_data_and_a_connect_says_so() {
    let mut twin = alone(6);
    twin.advance(MINUTE);
    done(&admin(&mut twin, S2, "hsb set primary alone"));
    twin.inject(twin.elapsed(), Mishap::Pair(Fault::LogDiskFull(Side::First)));
    twin.advance(MINUTE);
    assert_eq!(refused(&admin(&mut twin, S1, "hsb connect")), Some(14700));
    done(&admin(&mut twin, S1, "hsb switch secondary"));
    wait_state(&mut twin, S1, State::SecondaryAlone);
    assert_eq!(refused(&admin(&mut twin, S2, "hsb connect")), Some(14525));
    assert!(twin.ledger().lost > 0, "what only S1 holds is not on the server that serves");
    done(&admin(&mut twin, S2, "hsb netcopy"));
    wait(&mut twin, &Probe::Status(S2, Status::Copy), &Reading::Status(StatusWord::Success), 30 * MINUTE);
    done(&admin(&mut twin, S2, "hsb connect"));
    wait_state(&mut twin, S2, State::PrimaryActive);
    let ledger = twin.ledger();
    assert_eq!(ledger.found[0], ledger.found[1]);
    assert!(ledger.lost > 0 && ledger.doubled == 0, "{ledger:?}");
}

#[test]
fn a_crash_of_the_secondary_leaves_the_primary_uncertain_and_its_pending_commit_is_kept() {
    let mut twin = seeded(7);
    twin.inject(MINUTE, Mishap::Pair(Fault::Crash { side: Side::Second, pending: true }));
    twin.advance(2 * MINUTE);
    assert_eq!(state(&mut twin, S1), Reading::State(State::PrimaryUncertain));
    assert_eq!(
        refused(&send(&mut twin, S1, Action::Sql { text: "DELETE FROM t".into(), values: vec![] })),
        Some(10089)
    );
    let before = twin.server(S1).transactions;
    done(&admin(&mut twin, S1, "hsb set primary alone"));
    assert_eq!(twin.server(S1).transactions, before + 1);
    done(&send(&mut twin, S2, start(&[])));
    done(&admin(&mut twin, S1, "hsb connect"));
    wait_state(&mut twin, S2, State::SecondaryActive);
    assert_eq!(twin.ledger().lost, 0);
}

#[test]
fn what_a_one_safe_primary_had_not_sent_is_lost_with_it() {
    let settings = Settings { safeness: Safeness::OneSafe, ..Settings::default() };
    let mut twin = twin(TwinSettings { model: settings, commits_per_second: 1_000, ..TwinSettings::default() });
    twin.inject(MINUTE, Mishap::Pair(Fault::Crash { side: Side::First, pending: false }));
    twin.advance(2 * MINUTE);
    assert_eq!(state(&mut twin, S2), Reading::State(State::SecondaryAlone));
    done(&admin(&mut twin, S2, "hsb set primary alone"));
    assert!(twin.ledger().lost > 0);
    done(&send(&mut twin, S1, start(&[])));
    assert_eq!(refused(&admin(&mut twin, S2, "hsb connect")), Some(14525));
}

#[test]
fn a_lost_answer_is_unknown_and_the_command_has_happened() {
    let mut twin = alone(8);
    twin.inject(Duration::ZERO, Mishap::LosesAnswer);
    twin.advance(Duration::from_secs(1));
    let outcome = admin(&mut twin, S2, "hsb set primary alone");
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    assert_eq!(state(&mut twin, S2), Reading::State(State::PrimaryAlone));
    twin.inject(twin.elapsed(), Mishap::LosesCommand);
    twin.advance(Duration::from_secs(1));
    let outcome = admin(&mut twin, S2, "hsb set secondary alone");
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    assert_eq!(state(&mut twin, S2), Reading::State(State::PrimaryAlone));
}

#[test]
fn behind_a_cut_line_a_look_takes_no_longer_than_its_clocks_and_a_moment() {
    let mut twin = alone(9);
    twin.inject(Duration::ZERO, Mishap::LineBreaks(S1));
    twin.advance(Duration::from_secs(1));
    let began = twin.elapsed();
    assert!(matches!(state(&mut twin, S1), Reading::Unknown(_)));
    assert_eq!(twin.elapsed() - began, Duration::from_secs(30), "the site's call_limit");
    twin.answer(&Request::Set(Clock::Limit, Duration::from_secs(2)));
    let began = twin.elapsed();
    let looked = twin.answer(&Request::Look(vec![Probe::State(S1), Probe::State(S2)], Clocks::of(Clock::Limit)));
    let Answer::Looked(readings) = looked else { panic!("a look is answered with readings") };
    assert!(matches!(readings[0], Reading::Unknown(_)));
    assert_eq!(readings[1], Reading::State(State::SecondaryAlone));
    assert!(twin.elapsed() - began < Duration::from_millis(2_300));
}

#[test]
fn a_pause_adapts_and_ends_with_its_clock() {
    let mut twin = alone(10);
    twin.answer(&Request::Set(Clock::Limit, MINUTE));
    let began = twin.elapsed();
    let mut pauses = 0;
    while twin.answer(&Request::Pause(Clocks::of(Clock::Limit))) == Answer::Woke(Clocks::NONE) {
        pauses += 1;
    }
    assert_eq!(twin.elapsed() - began, MINUTE);
    assert!((50..500).contains(&pauses), "{pauses} looks in a minute");
}

#[test]
fn a_delay_is_slept_through_at_once() {
    let mut twin = alone(11);
    twin.answer(&Request::Set(Clock::Delay, MINUTE));
    let woke = twin.answer(&Request::Pause(Clocks::of(Clock::Delay)));
    assert_eq!(woke, Answer::Woke(Clocks::of(Clock::Delay)));
    assert_eq!(twin.elapsed(), MINUTE);
}

#[test]
fn approvals_are_granted_but_those_that_are_declined() {
    let declined = vec!["converting".to_owned()];
    let mut twin = twin(TwinSettings { declined, ..TwinSettings::default() });
    let mut ask = |id: &str, limit| {
        let question = Question { id: id.to_owned(), text: String::new(), limit, beforehand: true };
        twin.answer(&Request::Ask(question))
    };
    assert!(matches!(ask("users_told", 30 * MINUTE), Answer::Decided(Decision::Approved { .. })));
    assert!(matches!(ask("converting", 30 * MINUTE), Answer::Decided(Decision::Declined { .. })));
    assert_eq!(ask("users_told", Duration::from_secs(1)), Answer::Decided(Decision::Late));
}

#[test]
fn the_watchdog_is_what_it_was_told() {
    let mut twin = seeded(12);
    assert_eq!(look(&mut twin, Probe::Watchdog), Reading::Yes);
    let off = Command { server: None, action: Action::Watchdog { on: false }, limit: MINUTE };
    twin.answer(&Request::Send(off));
    assert_eq!(look(&mut twin, Probe::Watchdog), Reading::No);
}

#[test]
fn an_installation_past_its_limit_goes_on_and_is_seen() {
    let mut twin = twin(TwinSettings { states: [State::PrimaryAlone, State::Down], ..TwinSettings::default() });
    let action = Action::Install { previous: false };
    let command = Command { server: Some(S2), action, limit: Duration::from_secs(1) };
    let answer = twin.answer(&Request::Send(command));
    assert!(matches!(answer, Answer::Outcome(Outcome::Unknown { .. })), "{answer:?}");
    assert_eq!(look(&mut twin, Probe::HostCommand(S2)), Reading::Yes);
    wait(&mut twin, &Probe::HostCommand(S2), &Reading::No, 5 * MINUTE);
    assert_eq!(look(&mut twin, Probe::Installed(S2)), Reading::Version(Version::new(7, 0, 0)));
}

/// Commands, faults and time in any order: the twin's data and its model never contradict each other (the twin panics
/// where they do), and nothing acknowledged is doubled.
#[test]
fn the_data_bears_the_model_out_whatever_happens() {
    let texts: Vec<&str> = hsbrun::pair::Command::texts().collect();
    for seed in 0..60_u64 {
        let safeness = if seed % 2 == 0 { Safeness::TwoSafe } else { Safeness::OneSafe };
        let model = Settings { safeness, auto_primary_alone: seed % 3 == 0, ..Settings::default() };
        let mut twin = twin(TwinSettings { seed, model, ..TwinSettings::default() });
        let mut roll = seed;
        let mut next = |sides: usize| {
            roll = roll.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(roll >> 33).expect("because it has 31 bits") % sides
        };
        for _ in 0..150 {
            let server = ServerId(u8::try_from(next(2)).expect("because it is 0 or 1"));
            let side = if next(2) == 0 { Side::First } else { Side::Second };
            let pending = next(2) == 0;
            match next(8) {
                0 => twin.inject(twin.elapsed(), Mishap::Pair(Fault::Crash { side, pending })),
                1 => twin.inject(twin.elapsed(), Mishap::Pair(Fault::LinkBreaks { pending })),
                2 => twin.inject(twin.elapsed(), Mishap::Pair(Fault::LinkHeals)),
                3 => drop(send(&mut twin, server, start(&["autoconvert"]))),
                4 => drop(send(&mut twin, server, start(&["backupserver", "autoconvert"]))),
                5 => twin.advance(Duration::from_secs(next(120) as u64)),
                _ => drop(admin(&mut twin, server, texts[next(texts.len())])),
            }
        }
        assert_eq!(twin.ledger().doubled, 0, "seed {seed}");
    }
}

#[test]
fn any_two_states_that_can_stand_beside_each_other_make_a_twin() {
    for (one, two) in State::ALL.into_iter().flat_map(|one| State::ALL.map(|two| (one, two))) {
        let settings = TwinSettings { states: [one, two], ..TwinSettings::default() };
        let active = |state| matches!(state, State::PrimaryActive | State::SecondaryActive);
        let fits = if active(one) || active(two) { one != two && active(one) && active(two) } else { true };
        let twin = Twin::new(settings);
        assert_eq!(twin.is_some(), fits, "{one} beside {two}");
        let Some(mut twin) = twin else { continue };
        assert_eq!((state(&mut twin, S1), state(&mut twin, S2)), (Reading::State(one), Reading::State(two)));
        twin.advance(MINUTE);
    }
}

#[test]
fn a_pair_that_starts_uncertain_has_a_transaction_on_its_way() {
    let states = [State::PrimaryUncertain, State::SecondaryAlone];
    let mut twin = twin(TwinSettings { states, commits_per_second: 0, ..TwinSettings::default() });
    let before = twin.server(S1).transactions;
    done(&admin(&mut twin, S1, "hsb connect"));
    wait_state(&mut twin, S1, State::PrimaryActive);
    assert_eq!((twin.server(S1).transactions, twin.server(S2).transactions), (before + 1, before + 1));
}
