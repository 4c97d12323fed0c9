//! How a state and a case of the table are brought about, with what an administrator has: commands, starts, faults.

use hsbrun::pair::State;
use hsbrun::pair::transition::{Case, Event, On};

use super::stage::{FIX_PACK, NEWER, OLDER, Stage};

/// For something that is to go on as long as the scene does.
const FOR_EVER: &str = "600000";

/// The first server in that state and case, with what the event needs.
pub fn prepare(stage: &Stage, from: State, on: Option<On>, case: Case) {
    stage.reset(&settings(on, case));
    before_the_start(stage, case);
    match from {
        State::Down => leave_down(stage, case),
        State::Offline => {
            promote_peer(stage);
            stage.own().must_start(&["-x", "backupserver"]);
        }
        State::PrimaryActive
        | State::PrimaryAlone
        | State::PrimaryUncertain
        | State::SecondaryActive
        | State::SecondaryAlone
        | State::Standalone => bring_up(stage, from, case),
    }
    make_hold(stage, from, case);
}

fn settings(on: Option<On>, case: Case) -> Vec<&'static str> {
    let mut settings = Vec::new();
    if case == Case::AutoPrimaryAlone {
        settings.push("AutoPrimaryAlone=yes");
    }
    match on {
        Some(On::Event(Event::LinkBroken)) => settings.extend(["PingInterval=100", "PingTimeout=1500"]),
        Some(On::Event(Event::MaxLogSize)) => settings.extend(["MaxLogSize=1", "CheckpointDelay=600000"]),
        Some(On::Event(Event::LogDiskFull)) => settings.push("LogDisk=1"),
        Some(_) | None => {}
    }
    settings
}

fn before_the_start(stage: &Stage, case: Case) {
    match case {
        Case::DifferentBase => stage.take_database(stage.own(), "foreign"),
        Case::NoConnectString => {
            stage.edit_ini(stage.own(), &format!("Connect=tcp 127.0.0.1 {}\n", stage.peer().port), "");
        }
        Case::HsbDisabled => stage.edit_ini(stage.own(), "HSBEnabled=yes", "HSBEnabled=no"),
        Case::OwnNewer => stage.own().install(FIX_PACK),
        Case::PeerOlderLevel => stage.peer().install(OLDER),
        _ => {}
    }
}

fn promote_peer(stage: &Stage) {
    stage.peer().must_start(&[]);
    stage.peer().does("hsb set primary alone");
}

fn leave_down(stage: &Stage, case: Case) {
    promote_peer(stage);
    match case {
        Case::NothingToOpen | Case::IncompleteFile => {
            stage.own().must_start(&["-x", "backupserver"]);
            stage.fault(&["copy-fails", "--server", "S2"]);
            stage.peer().does("hsb netcopy");
            stage.peer().wait_for("hsb status copy", "ERROR 14503");
            stage.own().kill();
        }
        Case::OlderFormat | Case::OlderFormatClean => stage.own().install(NEWER),
        Case::OlderFormatNotClean => {
            stage.own().must_start(&[]);
            stage.own().kill();
            stage.own().install(NEWER);
        }
        Case::NewerFormat => stage.own().install(OLDER),
        _ => {}
    }
}

fn bring_up(stage: &Stage, from: State, case: Case) {
    let (own, peer) = (stage.own(), stage.peer());
    match case {
        Case::PeerUnreachable | Case::PeerAbsent | Case::PeerDown if from != State::PrimaryUncertain => {
            own.must_start(&[]);
        }
        Case::PeerOlderLevel => {
            own.must_start(&[]);
            peer.must_start(&["-x", "backupserver"]);
        }
        _ => stage.start_both(),
    }
    let connect = |primary: &crate::sim::server::Server| {
        primary.does("hsb set primary alone");
        primary.does("hsb connect");
    };
    match from {
        State::PrimaryActive => {
            connect(own);
            stage.wait_for_states(State::PrimaryActive, State::SecondaryActive);
        }
        State::SecondaryActive => {
            connect(peer);
            stage.wait_for_states(State::SecondaryActive, State::PrimaryActive);
        }
        State::PrimaryUncertain => {
            connect(own);
            stage.wait_for_states(State::PrimaryActive, State::SecondaryActive);
            if case == Case::PeerUnreachable {
                peer.kill();
                return stage.wait_for_states(State::PrimaryUncertain, State::Down);
            }
            stage.fault(&["link", "cut"]);
            stage.wait_for_states(State::PrimaryUncertain, State::SecondaryAlone);
            stage.fault(&["link", "resume"]);
        }
        State::PrimaryAlone => own.does("hsb set primary alone"),
        State::Standalone => own.does("hsb set standalone"),
        State::SecondaryAlone if matches!(case, Case::PeerSecondary | Case::PeerUnreachable) => {}
        State::SecondaryAlone => peer.does("hsb set primary alone"),
        State::Offline | State::Down => panic!("{from} is not brought up"),
    }
}

/// What goes on, or has happened, beside the state.
fn make_hold(stage: &Stage, from: State, case: Case) {
    let (own, peer) = (stage.own(), stage.peer());
    let primary = if from.is_primary() { own } else { peer };
    match case {
        Case::CatchupActive => {
            primary.does(&format!("parameter Sim.CatchupDelay={FOR_EVER}"));
            primary.does("hsb connect");
            stage.wait_on_both("hsb status connect", "CATCHUP");
        }
        Case::Connecting => {
            primary.does(&format!("parameter Sim.ConnectDelay={FOR_EVER}"));
            primary.does("hsb connect");
            stage.wait_on_both("hsb status connect", "CONNECTING");
        }
        Case::CopyActive => {
            own.does(&format!("parameter Sim.NetcopyDelay={FOR_EVER}"));
            own.does("hsb netcopy");
            own.wait_for("hsb status copy", "ACTIVE");
            stage.wait_for_states(from, State::Offline);
        }
        Case::SwitchActive => begin_switch(own, from),
        Case::PeerCommanded => {
            if from == State::PrimaryAlone {
                peer.does("hsb set primary alone");
            }
            begin_switch(peer, State::PrimaryAlone);
        }
        Case::DisconnectActive => {
            own.does(&format!("parameter Sim.DisconnectDelay={FOR_EVER}"));
            own.does("hsb disconnect");
            stage.wait_on_both("hsb status connect", "DISCONNECTING");
        }
        Case::BackupActive => {
            own.does(&format!("parameter Sim.BackupDelay={FOR_EVER}"));
            own.does("backup copies");
            own.wait_for("status backup", "ACTIVE");
        }
        Case::PeerPrimary => peer.does("hsb set primary alone"),
        Case::PeerStandalone => peer.does("hsb set standalone"),
        Case::NotSynchronized => {
            peer.does("hsb set primary alone");
            peer.client().sql("INSERT INTO T VALUES (1)");
            peer.does("hsb set secondary alone");
        }
        Case::LogGone => {
            own.does("hsb set standalone");
            own.client().sql("INSERT INTO T VALUES (1)");
            own.does("hsb set primary alone");
        }
        _ => {}
    }
}

pub fn begin_switch(server: &crate::sim::server::Server, from: State) {
    server.does(&format!("parameter Sim.SwitchDelay={FOR_EVER}"));
    server.does(if from.is_primary() { "hsb switch secondary" } else { "hsb switch primary" });
    server.wait_for("hsb status switch", "ACTIVE");
}
