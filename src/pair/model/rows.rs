//! Every row of the transition table, driven through the model.

use super::super::transition::{Answered, Case, Event, On, Transition, extra_transitions, transitions};
use super::super::{Command, State, Version};
use super::*;

const OWN: Side = Side::First;
const PEER: Side = Side::Second;

/// What the model leaves out: backups, connect strings, directories, servers without HotStandby.
const LEFT_OUT: [Case; 5] =
    [Case::BackupActive, Case::NoConnectString, Case::NoDirectory, Case::DirectoryMissing, Case::HsbDisabled];

/// A pair in which the case holds for the first server, in that state.
fn scene(from: State, on: On, case: Case) -> Model {
    let settings = Settings { auto_primary_alone: case == Case::AutoPrimaryAlone, ..Settings::default() };
    let binaries = [Version::new(7, 0, 0); 2];
    let peer = match case {
        Case::PeerPrimary => State::PrimaryAlone,
        Case::PeerSecondary => State::SecondaryAlone,
        Case::PeerUnreachable | Case::PeerAbsent | Case::PeerDown => State::Down,
        _ => beside(from),
    };
    let mut model = Model::new(settings, [from, peer], binaries).expect("because the states fit");
    match case {
        Case::OwnNewer => model.server_mut(OWN).binary = Version::new(7, 0, 1),
        Case::DifferentBase => model.same_base = false,
        Case::NotSynchronized => model.server_mut(PEER).ahead = true,
        Case::LogGone => {
            model.server_mut(OWN).ahead = true;
            model.server_mut(OWN).log = false;
        }
        Case::IncompleteFile | Case::NothingToOpen => model.server_mut(OWN).incomplete = true,
        Case::OlderFormat | Case::OlderFormatClean => model.server_mut(OWN).format = (6, 5),
        Case::OlderFormatNotClean => {
            model.server_mut(OWN).format = (6, 5);
            model.server_mut(OWN).clean = false;
        }
        Case::NewerFormat => model.server_mut(OWN).format = (7, 5),
        Case::NoOtherUsers => model.server_mut(OWN).emptied = true,
        Case::CatchupActive | Case::Connecting => {
            let primary = if from.is_primary() { OWN } else { PEER };
            given(&mut model, primary, Command::Connect);
            model.apply(Move::Begins);
            model.apply(Move::CatchesUp);
        }
        Case::CopyActive => {
            given(&mut model, OWN, Command::Netcopy);
            model.apply(Move::Begins);
        }
        Case::SwitchActive => {
            let command = if from.is_primary() { Command::SwitchSecondary } else { Command::SwitchPrimary };
            given(&mut model, OWN, command);
            model.apply(Move::Begins);
        }
        _ => {}
    }
    if on == On::Event(Event::NetcopyCompleted) || (on == On::Event(Event::NetcopyAborted) && from == State::Offline) {
        given(&mut model, PEER, Command::Netcopy);
        model.apply(Move::Begins);
    }
    model
}

fn beside(state: State) -> State {
    match state {
        State::PrimaryActive => State::SecondaryActive,
        State::SecondaryActive => State::PrimaryActive,
        State::PrimaryAlone | State::PrimaryUncertain | State::Standalone => State::SecondaryAlone,
        State::SecondaryAlone | State::Offline | State::Down => State::PrimaryAlone,
    }
}

fn given(model: &mut Model, side: Side, command: Command) {
    let reply = model.command(side, command).expect("because that server answers");
    assert_eq!(reply.code, 0, "{}: {}", command.text(), reply.text);
}

/// Lets the row's event or command happen to the first server.
fn happen(model: &mut Model, row: &Transition) {
    match row.on {
        On::Command(command) => {
            let reply = model.command(OWN, command).expect("because the server answers in that state");
            assert_eq!(Answered::Reply { rc: reply.code, text: leak(&reply.text) }, row.answer, "{row:?}");
            model.settle();
        }
        On::Start(options) => {
            let exit = model.start(OWN, options);
            let wanted = match row.answer {
                Answered::Exit { status, .. } => status,
                Answered::Nothing | Answered::Log(_) | Answered::Reply { .. } => 0,
            };
            assert_eq!(exit.status, wanted, "{row:?}");
            model.settle();
        }
        On::Event(Event::Crash) => model.fail(Fault::Crash { side: OWN, pending: false }),
        On::Event(Event::LinkBroken) => model.fail(Fault::LinkBreaks { pending: false }),
        On::Event(Event::CatchupAborted) => {
            given(model, OWN, Command::Connect);
            model.apply(Move::Begins);
            model.apply(Move::CatchesUp);
            model.fail(Fault::LinkBreaks { pending: false });
        }
        On::Event(Event::CatchupCompleted) => model.apply(Move::Ends),
        On::Event(Event::MaxLogSize) => model.fail(Fault::MaxLogSize(OWN)),
        On::Event(Event::LogDiskFull) => {
            model.fail(Fault::LogDiskFull(OWN));
            assert_eq!(model.commit(OWN), Err(10041));
        }
        On::Event(Event::NetcopyStarted) => {
            given(model, PEER, Command::Netcopy);
            model.apply(Move::Begins);
        }
        On::Event(Event::NetcopyCompleted) => model.apply(Move::Ends),
        On::Event(Event::NetcopyAborted) => {
            if row.from == State::PrimaryAlone {
                given(model, OWN, Command::Netcopy);
                model.apply(Move::Begins);
            }
            model.fail(Fault::CopyFails);
        }
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn rows() -> impl Iterator<Item = &'static Transition> {
    transitions().iter().chain(extra_transitions())
}

#[test]
fn the_model_goes_where_every_row_of_the_table_says() {
    for row in rows().filter(|row| !LEFT_OUT.contains(&row.case)) {
        let mut model = scene(row.from, row.on, row.case);
        let peer_before = model.state(PEER);
        happen(&mut model, row);
        assert_eq!(model.state(OWN), Some(row.to), "{row:?}");
        let peer_to = row.peer_to.or(peer_before);
        // A row of one server says nothing of the other one where both are struck.
        let strikes_both = matches!(row.on, On::Event(Event::LinkBroken | Event::NetcopyAborted));
        assert!(model.state(PEER) == peer_to || (strikes_both && row.peer_to.is_none()), "{row:?}\n{model:?}");
    }
}

#[test]
fn the_model_refuses_and_fails_as_every_row_of_the_table_says() {
    let mut left_out = 0;
    for row in rows() {
        let On::Command(command) = row.on else { continue };
        for fail in row.fails {
            let reader = fail.case == Case::UsersLoggedIn && !row.from.serves();
            if LEFT_OUT.contains(&fail.case) || reader {
                left_out += 1;
                continue;
            }
            let mut model = scene(row.from, row.on, fail.case);
            let before = model;
            let reply = model.command(OWN, command).expect("because the server answers in that state");
            if fail.case == Case::LinkLost {
                assert_eq!(reply.code, 0, "{row:?}");
                model.apply(Move::Begins);
                model.fail(Fault::LinkBreaks { pending: false });
            } else {
                assert_eq!(reply.code, fail.code, "{row:?}\n{fail:?}");
                assert_eq!(model, before, "a refusal changes nothing: {row:?}");
            }
            assert_eq!(model.state(OWN), Some(fail.to), "{row:?}\n{fail:?}");
        }
    }
    assert_eq!(left_out, 8, "what the model leaves out is counted, so that a new row is not left out unseen");
}
