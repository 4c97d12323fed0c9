//! While something goes on: what both servers say of it, and what they refuse, as the model has it.

use hsbrun::pair::model::{Connection, Kind, Model, Move, Settings, Side};
use hsbrun::pair::transition::Case;
use hsbrun::pair::{Command, State, Version};

use super::scene::prepare;
use super::stage::Stage;
use crate::sim::client::Client;
use crate::sim::server::Server;

/// Where the first server is, what goes on, and whether the connect of it has come to its catchup.
const GOING_ON: [(State, Case); 10] = [
    (State::PrimaryAlone, Case::Connecting),
    (State::SecondaryAlone, Case::Connecting),
    (State::PrimaryUncertain, Case::Connecting),
    (State::PrimaryAlone, Case::CatchupActive),
    (State::PrimaryActive, Case::DisconnectActive),
    (State::SecondaryActive, Case::DisconnectActive),
    (State::PrimaryActive, Case::SwitchActive),
    (State::SecondaryActive, Case::SwitchActive),
    (State::PrimaryAlone, Case::SwitchActive),
    (State::PrimaryAlone, Case::CopyActive),
];

const ASKED: [Command; 15] = [
    Command::State,
    Command::Role,
    Command::StatusConnect,
    Command::StatusSwitch,
    Command::StatusCatchup,
    Command::StatusCopy,
    Command::Connect,
    Command::Disconnect,
    Command::SwitchPrimary,
    Command::SwitchSecondary,
    Command::SetPrimaryAlone,
    Command::SetSecondaryAlone,
    Command::SetStandalone,
    Command::Netcopy,
    Command::Copy,
];

#[test]
fn what_goes_on_is_seen_and_refuses_as_the_model_says() {
    let stage = Stage::new();
    let mut wrong = Vec::new();
    for (from, case) in GOING_ON {
        prepare(&stage, from, None, case);
        let model = model(from, case);
        for (side, server) in [(Side::First, stage.own()), (Side::Second, stage.peer())] {
            for command in ASKED {
                let expected = { model }.command(side, command).map(|reply| (reply.code, reply.text));
                let happens = expected.as_ref().is_some_and(|(code, _)| *code == 0) && !command.is_query();
                // What would be done is tried in scenes of its own.
                if happens {
                    continue;
                }
                let said = answer(server, command);
                if said != expected {
                    let text = command.text();
                    wrong.push(format!("{from}, {case:?}, {text} on {side:?}: expected {expected:?}, said {said:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn answer(server: &Server, command: Command) -> Option<(i32, String)> {
    let text = if command == Command::Copy { "hsb copy copies" } else { command.text() };
    Client::connect(server.port).ok().map(|client| client.admin(text))
}

fn model(from: State, case: Case) -> Model {
    let beside = match from {
        State::PrimaryActive => State::SecondaryActive,
        State::SecondaryActive => State::PrimaryActive,
        State::SecondaryAlone => State::PrimaryAlone,
        State::PrimaryAlone | State::PrimaryUncertain | State::Standalone | State::Offline | State::Down => {
            State::SecondaryAlone
        }
    };
    let mut model =
        Model::new(Settings::default(), [from, beside], [Version::new(7, 0, 0); 2]).expect("because those states fit");
    let (by, command) = match case {
        Case::Connecting | Case::CatchupActive if from.is_primary() => (Side::First, Command::Connect),
        Case::Connecting | Case::CatchupActive => (Side::Second, Command::Connect),
        Case::DisconnectActive => (Side::First, Command::Disconnect),
        Case::SwitchActive if from.is_primary() => (Side::First, Command::SwitchSecondary),
        Case::SwitchActive => (Side::First, Command::SwitchPrimary),
        Case::CopyActive => (Side::First, Command::Netcopy),
        other => panic!("{other:?} does not go on"),
    };
    assert_eq!(model.command(by, command).map(|reply| reply.code), Some(0));
    model.apply(Move::Begins);
    if case == Case::CatchupActive {
        model.apply(Move::CatchesUp);
        assert_eq!(model.connection(), Connection::Catchup);
    }
    assert!(model.operation().is_some_and(|now| now.kind != Kind::Copy));
    model
}
