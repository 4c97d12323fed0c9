//! What a row speaks of is done to the first server, and what must be seen of it.

use hsbrun::pair::transition::{Answered, Case, Event, On, Transition};
use hsbrun::pair::{Command, StartOptions, State};

use super::scene::prepare;
use super::stage::{Stage, state};
use crate::sim::server::{Server, wait_for};

/// A row: where both servers end, and what is answered.
pub fn row(stage: &Stage, row: &Transition) {
    // A catchup that goes on for ever would not be completed: this one begins with the event.
    let case = if row.on == On::Event(Event::CatchupCompleted) { Case::Always } else { row.case };
    prepare(stage, row.from, Some(row.on), case);
    assert_eq!(state(stage.own()), Some(row.from), "before it");
    let peer_before = state(stage.peer()).expect("because it is up or down");
    let logged = stage.own().messages().len();
    match row.on {
        On::Command(command) => {
            let Answered::Reply { rc, text } = row.answer else { panic!("a command is answered") };
            assert_eq!(give(stage.own(), command, row.case), (rc, text.to_owned()));
            wait_for_its_end(stage, command, rc);
        }
        On::Start(options) => start(stage, options, row.answer),
        On::Event(event) => bring_about(stage, event, row.from),
    }
    // A row of one server says nothing of the other one where both are struck.
    let strikes_both = matches!(row.on, On::Event(Event::LinkBroken | Event::NetcopyAborted));
    let peer = match row.peer_to {
        None if strikes_both => None,
        None => Some(peer_before),
        Some(to) => Some(to),
    };
    wait_for(&format!("{} beside {peer:?}", row.to), || {
        state(stage.own()) == Some(row.to) && (peer.is_none() || state(stage.peer()) == peer)
    });
    if let Answered::Log(text) = row.answer {
        wait_for(&format!("'{text}' in the log"), || says(&stage.own().messages()[logged..], text));
    }
    if matches!(row.on, On::Event(Event::LogDiskFull)) {
        assert!(stage.own().client().refused("INSERT INTO T VALUES (0)").contains("10041"));
    }
}

/// A refusal changes nothing.
pub fn refusal(stage: &Stage, from: State, command: Command, case: Case, code: i32) {
    prepare(stage, from, Some(On::Command(command)), case);
    let seen = || [state(stage.own()), state(stage.peer())];
    let before = seen();
    assert_eq!(before[0], Some(from), "before it");
    let (rc, text) = give(stage.own(), command, case);
    assert_eq!((rc, text), (code, hsbrun::pair::code(code).map(|code| code.text.to_owned()).unwrap_or_default()));
    assert_eq!(seen(), before, "a refusal changes nothing");
}

/// The link is lost while the command is being done.
pub fn broken(stage: &Stage, row: &Transition, to: State) {
    let On::Command(command) = row.on else { panic!("only commands are done in their time") };
    let under_way = if command == Command::Disconnect { Case::DisconnectActive } else { Case::SwitchActive };
    prepare(stage, row.from, Some(row.on), under_way);
    stage.fault(&["link", "cut"]);
    wait_for(&format!("{to}"), || state(stage.own()) == Some(to));
    if under_way == Case::SwitchActive {
        stage.own().wait_for("hsb status switch", "ERROR 14537");
    }
}

/// RC and TEXT. A plain shutdown finds users only where that is the case.
fn give(server: &Server, command: Command, case: Case) -> (i32, String) {
    let user = (case == Case::UsersLoggedIn).then(|| server.client());
    let text = match (command, case) {
        (Command::Copy, Case::NoDirectory) => "hsb copy".to_owned(),
        (Command::Copy, Case::DirectoryMissing) => "hsb copy nowhere".to_owned(),
        (Command::Copy | Command::Backup, _) => format!("{} copies", command.text()),
        (Command::HsbParameter, _) => "hsb parameter connect tcp 127.0.0.1 1".to_owned(),
        (_, _) => command.text().to_owned(),
    };
    let client = server.client();
    if command == Command::Shutdown && user.is_none() {
        wait_for("nobody else is logged in", || client.sql("ADMIN COMMAND 'userlist'").len() == 1);
    }
    client.admin(&text)
}

/// What was only started is awaited, where no state tells that it is over.
fn wait_for_its_end(stage: &Stage, command: Command, rc: i32) {
    match command {
        _ if rc != 0 => {}
        Command::Netcopy | Command::Copy => stage.own().wait_for("hsb status copy", "SUCCESS"),
        Command::SwitchPrimary | Command::SwitchSecondary => stage.own().wait_for("hsb status switch", "SUCCESS"),
        Command::Disconnect => stage.own().wait_for("hsb status connect", "BROKEN"),
        _ => {}
    }
}

fn start(stage: &Stage, options: StartOptions, answer: Answered) {
    let mut words = Vec::new();
    for (given, word) in [(options.autoconvert, "autoconvert"), (options.backupserver, "backupserver")] {
        if given {
            words.extend(["-x", word]);
        }
    }
    let (status, said) = stage.own().start(&words);
    match answer {
        Answered::Exit { status: wanted, text } => {
            assert_eq!(wanted, status, "{said}");
            assert!(says(&said, text), "'{text}' is not in: {said}");
        }
        Answered::Nothing | Answered::Log(_) | Answered::Reply { .. } => assert_eq!(status, 0, "{said}"),
    }
}

fn bring_about(stage: &Stage, event: Event, from: State) {
    let (own, peer) = (stage.own(), stage.peer());
    match event {
        Event::Crash => own.kill(),
        Event::LinkBroken => stage.fault(&["link", "half-open"]),
        Event::CatchupAborted => {
            own.does("parameter Sim.CatchupDelay=600000");
            own.does("hsb connect");
            stage.wait_on_both("hsb status connect", "CATCHUP");
            stage.fault(&["link", "cut"]);
        }
        Event::CatchupCompleted => own.does("hsb connect"),
        Event::MaxLogSize => {
            own.client().sql("INSERT INTO T VALUES (1)");
            own.does("makecp");
        }
        Event::LogDiskFull => {
            let client = own.client();
            let full = (0..1000).find_map(|number| client.query(&format!("INSERT INTO T VALUES ({number})")).err());
            assert!(full.is_some_and(|error| error.to_string().contains("10040")));
        }
        Event::NetcopyStarted => {
            peer.does("parameter Sim.NetcopyDelay=600000");
            peer.does("hsb netcopy");
        }
        Event::NetcopyCompleted => {
            peer.does("hsb netcopy");
            peer.wait_for("hsb status copy", "SUCCESS");
        }
        Event::NetcopyAborted => {
            let sender = if from == State::PrimaryAlone { own } else { peer };
            stage.fault(&["copy-fails"]);
            sender.does("hsb netcopy");
            sender.wait_for("hsb status copy", "ERROR 14503");
        }
    }
}

/// Whether a text says what the table has of it: a literal up to its `%s`, or one of the numbers.
fn says(text: &str, wanted: &str) -> bool {
    let numbers: Vec<i32> =
        wanted.split(|c: char| !c.is_ascii_digit()).filter_map(|piece| piece.parse().ok()).collect();
    match numbers[..] {
        [] => text.contains(wanted.split("%s").next().unwrap_or(wanted).trim_end()),
        [first, last] if wanted.contains('-') => (first..=last).any(|number| text.contains(&number.to_string())),
        _ => numbers.iter().any(|number| text.contains(&number.to_string())),
    }
}
