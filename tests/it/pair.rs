//! The pair's tables as a page for people, and histories that the model must tell apart.

use std::fmt::Write as _;

use hsbrun::pair::model::{Fault, Installed, Model, Move, Phase, Safeness, Settings, Side};
use hsbrun::pair::transition::{Answered, Event, On, Transition, conflicts, extra_transitions, transitions};
use hsbrun::pair::{
    Command, Confidence, Source, StartOptions, State, Status, StatusWord, Version, assumptions, codes, exit_codes,
    messages, settling_rules,
};

const OWN: Side = Side::First;
const PEER: Side = Side::Second;
const OLD: Version = Version { major: 6, minor: 5, fix: 0, build: 0 };
const NEW: Version = Version { major: 7, minor: 0, fix: 0, build: 0 };

fn pair(own: State, peer: State) -> Model {
    with(Settings::default(), own, peer)
}

fn with(settings: Settings, own: State, peer: State) -> Model {
    Model::new(settings, [own, peer], [OLD; 2]).expect("because those states fit")
}

/// Gives a command and lets everything come to its end.
fn give(model: &mut Model, side: Side, command: Command) -> i32 {
    let code = model.command(side, command).expect("because that server answers").code;
    model.settle();
    code
}

fn start(model: &mut Model, side: Side, autoconvert: bool, backupserver: bool) -> i32 {
    let exit = model.start(side, StartOptions { autoconvert, backupserver });
    model.settle();
    exit.status
}

fn states(model: &Model) -> [Option<State>; 2] {
    Side::BOTH.map(|side| model.state(side))
}

const CONNECTED: [Option<State>; 2] = [Some(State::PrimaryActive), Some(State::SecondaryActive)];

#[test]
fn a_primary_that_worked_alone_catches_its_secondary_up() {
    let mut model = pair(State::PrimaryAlone, State::SecondaryAlone);
    assert_eq!(model.commit(OWN), Ok(()));
    assert!(model.is_ahead(OWN));
    assert_eq!(give(&mut model, OWN, Command::Connect), 0);
    assert_eq!(states(&model), CONNECTED);
    assert!(!model.is_ahead(OWN));
}

#[test]
fn a_primary_that_was_standalone_has_no_log_to_catch_up_with() {
    let mut model = pair(State::PrimaryAlone, State::SecondaryAlone);
    assert_eq!(give(&mut model, OWN, Command::SetStandalone), 0);
    assert_eq!(model.commit(OWN), Ok(()));
    assert_eq!(give(&mut model, OWN, Command::SetPrimaryAlone), 0);
    assert_eq!(give(&mut model, OWN, Command::Connect), 14708);
    assert_eq!(give(&mut model, OWN, Command::Netcopy), 0);
    assert_eq!(give(&mut model, OWN, Command::Connect), 0);
    assert_eq!(states(&model), CONNECTED);
}

#[test]
fn a_database_converted_on_its_own_has_another_base_until_a_netcopy() {
    let mut model = pair(State::PrimaryAlone, State::Down);
    assert_eq!(model.install(PEER, NEW), Installed::Replaced);
    assert_eq!(start(&mut model, PEER, false, false), 15);
    assert_eq!(start(&mut model, PEER, true, false), 0);
    assert_eq!(give(&mut model, OWN, Command::Connect), 14524);
    assert_eq!(give(&mut model, OWN, Command::Netcopy), 0);
    assert_eq!(give(&mut model, OWN, Command::Connect), 0);
    let keeps = Settings { conversion_keeps_base: true, ..Settings::default() };
    let mut model = with(keeps, State::PrimaryAlone, State::Down);
    model.install(PEER, NEW);
    start(&mut model, PEER, true, false);
    assert_eq!(give(&mut model, OWN, Command::Connect), 0);
}

#[test]
fn an_older_copy_is_opened_only_by_a_receiver_that_converts() {
    let received = |settings, autoconvert| {
        let mut model = with(settings, State::PrimaryAlone, State::Down);
        model.install(PEER, NEW);
        start(&mut model, PEER, autoconvert, true);
        assert_eq!(give(&mut model, OWN, Command::Netcopy), 0);
        model.state(PEER)
    };
    assert_eq!(received(Settings::default(), false), Some(State::Down));
    assert_eq!(received(Settings::default(), true), Some(State::SecondaryAlone));
    let converts = Settings { listener_converts: true, ..Settings::default() };
    assert_eq!(received(converts, false), Some(State::SecondaryAlone));
}

#[test]
fn a_conversion_cannot_be_undone_and_needs_a_clean_end() {
    let mut model = pair(State::PrimaryAlone, State::SecondaryAlone);
    model.fail(Fault::Crash { side: PEER, pending: false });
    model.install(PEER, NEW);
    assert_eq!(start(&mut model, PEER, true, false), 10, "10052: not closed cleanly");
    model.install(PEER, OLD);
    assert_eq!(start(&mut model, PEER, false, false), 0, "the old version recovers it");
    assert_eq!(give(&mut model, PEER, Command::ShutdownForce), 0);
    model.install(PEER, NEW);
    assert_eq!(start(&mut model, PEER, true, false), 0);
    give(&mut model, PEER, Command::ShutdownForce);
    model.install(PEER, OLD);
    assert_eq!(start(&mut model, PEER, true, false), 10, "10058: written by a newer version");
}

#[test]
fn an_uncertain_primary_that_is_shut_down_is_not_closed_cleanly() {
    let mut model = pair(State::PrimaryActive, State::SecondaryActive);
    model.fail(Fault::Crash { side: PEER, pending: false });
    assert_eq!(model.state(OWN), Some(State::PrimaryUncertain));
    assert_eq!(give(&mut model, OWN, Command::ShutdownForce), 0);
    model.install(OWN, NEW);
    assert_eq!(start(&mut model, OWN, true, false), 10);
}

#[test]
fn two_primaries_part_their_data_for_ever() {
    let mut model = pair(State::PrimaryAlone, State::SecondaryAlone);
    assert_eq!(give(&mut model, PEER, Command::SetPrimaryAlone), 0, "the server does not look at the other one");
    assert_eq!((model.commit(OWN), model.commit(PEER)), (Ok(()), Ok(())));
    assert_eq!(give(&mut model, OWN, Command::Connect), 14700);
    assert_eq!(give(&mut model, OWN, Command::SwitchSecondary), 0);
    assert_eq!(give(&mut model, PEER, Command::Connect), 14525);
}

#[test]
fn pending_transactions_are_committed_by_who_is_promoted_and_decided_by_a_connect() {
    let mut model = pair(State::PrimaryActive, State::SecondaryActive);
    model.fail(Fault::LinkBreaks { pending: true });
    assert_eq!(states(&model), [Some(State::PrimaryUncertain), Some(State::SecondaryAlone)]);
    assert!(model.has_pending(OWN) && !model.is_ahead(OWN));
    let mut promoted = model;
    assert_eq!(give(&mut promoted, OWN, Command::SetPrimaryAlone), 0);
    assert!(!promoted.has_pending(OWN) && promoted.is_ahead(OWN));
    let mut stepped_down = model;
    assert_eq!(give(&mut stepped_down, OWN, Command::SetSecondaryAlone), 0);
    assert!(stepped_down.has_pending(OWN), "they stay pending until a catchup decides");
    model.fail(Fault::LinkHeals);
    assert_eq!(give(&mut model, OWN, Command::Connect), 0);
    assert!(!model.has_pending(OWN) && !model.is_ahead(OWN));
}

#[test]
fn what_one_safe_has_not_sent_is_missing_on_the_other_server() {
    let one_safe = Settings { safeness: Safeness::OneSafe, ..Settings::default() };
    let mut model = with(one_safe, State::PrimaryActive, State::SecondaryActive);
    assert_eq!(model.commit(OWN), Ok(()));
    assert_eq!(model.moves(), [Move::Ships(OWN)]);
    model.fail(Fault::Crash { side: OWN, pending: false });
    assert!(model.is_ahead(OWN));
    assert_eq!(give(&mut model, PEER, Command::SetPrimaryAlone), 0);
    start(&mut model, OWN, false, false);
    assert_eq!(give(&mut model, PEER, Command::Connect), 14525);
}

#[test]
fn a_failed_switch_leaves_two_secondaries() {
    let mut model = pair(State::PrimaryActive, State::SecondaryActive);
    model.command(PEER, Command::SwitchPrimary);
    assert_eq!(model.commit(OWN), Ok(()), "accepted is not begun");
    model.apply(Move::Begins);
    assert_eq!(model.commit(OWN), Err(10013));
    model.fail(Fault::SwitchFails);
    assert_eq!(states(&model), [Some(State::SecondaryAlone); 2]);
    assert_eq!(model.status(PEER, Status::Switch), Some(StatusWord::Error));
    assert_eq!(give(&mut model, OWN, Command::Connect), 14701);
}

#[test]
fn while_a_command_is_only_accepted_the_status_is_that_of_the_one_before() {
    let mut model = pair(State::PrimaryAlone, State::SecondaryAlone);
    assert_eq!(model.status(OWN, Status::Copy), Some(StatusWord::None));
    give(&mut model, OWN, Command::Netcopy);
    model.command(OWN, Command::Netcopy);
    assert_eq!(model.status(OWN, Status::Copy), Some(StatusWord::Success));
    assert_eq!(model.command(OWN, Command::Connect).map(|reply| reply.code), Some(14703));
    model.apply(Move::Begins);
    assert_eq!(model.status(OWN, Status::Copy), Some(StatusWord::Active));
    assert_eq!(model.phase(PEER), Phase::Receiving);
}

#[test]
fn a_connect_that_was_accepted_can_end_without_a_word() {
    let mut model = pair(State::PrimaryAlone, State::SecondaryAlone);
    model.command(OWN, Command::Connect);
    model.fail(Fault::Crash { side: PEER, pending: false });
    assert!(model.is_quiescent());
    assert_eq!(model.status(OWN, Status::Link), Some(StatusWord::Broken));
}

#[test]
fn a_plain_shutdown_is_refused_while_users_are_logged_in() {
    let mut model = pair(State::PrimaryAlone, State::SecondaryAlone);
    assert_eq!(give(&mut model, OWN, Command::Shutdown), 14512);
    assert_eq!(give(&mut model, OWN, Command::Close), 0);
    assert_eq!(give(&mut model, OWN, Command::Throwout), 0);
    assert_eq!(model.commit(OWN), Err(14506));
    assert_eq!(give(&mut model, OWN, Command::Shutdown), 0);
    assert_eq!(model.state(OWN), Some(State::Down));
}

/// The page of all rows. `UPDATE_EXPECT=1 cargo test` writes it anew.
#[test]
fn the_page_of_facts_says_what_the_tables_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/facts.md");
    let page = page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &page).expect("because the page can be written");
    }
    let stored = std::fs::read_to_string(path).expect("because the page is there");
    assert!(stored == page, "docs/facts.md is not what the tables say; UPDATE_EXPECT=1 cargo test writes it anew");
}

fn page() -> String {
    let mut page = String::from(
        "# What hsbrun knows of solidDB\n\n\
         Written from the tables of `src/pair/` by a test; do not edit it here. Tags of the sources: `SEED` the guide's page\n\
         \"Hot migration procedure using netcopy\"; `7`, `100`, `200` the vendor's manuals of that version; `SRC` numbers and\n\
         literals of the vendor's GPL release of the engine core; `EXP` a public client of a real server; `RCL` recalled, not\n\
         read again; `INF` inferred, a choice of this tool. A row is as sure as its weakest source.\n",
    );
    commands(&mut page);
    return_codes(&mut page);
    rows(&mut page, "Transitions", transitions());
    rows(&mut page, "Transitions that complete the table", extra_transitions());
    refusals(&mut page);
    taken_to_be_so(&mut page);
    processes(&mut page);
    page
}

fn table(page: &mut String, title: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    write!(page, "\n## {title}\n\n").expect("because a string takes everything");
    let mut line = |cells: &[String]| {
        writeln!(page, "| {} |", cells.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
            .expect("because a string takes everything");
    };
    line(&head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    line(&vec!["---".to_owned(); head.len()]);
    rows.into_iter().for_each(|row| line(&row));
}

fn sure(source: Source) -> String {
    source.confidence().map_or("", Confidence::word).to_owned()
}

fn commands(page: &mut String) {
    let rows = Command::all().map(|command| {
        let answer = match (command.success(), command.is_asynchronous()) {
            (None, _) => "data".to_owned(),
            (Some(text), false) => format!("done: {text}"),
            (Some(text), true) => format!("started: {text}"),
        };
        let source = command.source();
        vec![format!("`{}`", command.text()), command.about().into(), answer, source.0.into(), sure(source)]
    });
    table(page, "Commands", &["command", "what it does", "answer", "source", "confidence"], rows);
}

fn return_codes(page: &mut String) {
    let rows = codes().map(|code| {
        let meaning = [Some(code.meaning), code.unsettled].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let source = code.source;
        vec![code.number.to_string(), code.text.into(), meaning, code.remedy.into(), source.0.into(), sure(source)]
    });
    table(page, "Return codes", &["code", "text", "meaning", "what to do", "source", "confidence"], rows);
}

fn rows(page: &mut String, title: &str, of: &[Transition]) {
    let rows = of.iter().map(|row| {
        let peer = row.peer_to.map_or_else(String::new, |state| format!(", the other one {state}"));
        let fails = row.fails.iter().map(|fail| format!("{} {}", fail.code, fail.case.text())).collect::<Vec<_>>();
        vec![
            row.from.to_string(),
            on(row.on),
            row.case.text().into(),
            format!("{}{peer}", row.to),
            answer(row.answer),
            fails.join("; "),
            row.note.into(),
            row.source.0.into(),
            sure(row.source),
        ]
    });
    let head = ["from", "on", "when", "to", "answer", "refused or failed", "note", "source", "confidence"];
    table(page, title, &head, rows);
}

fn on(on: On) -> String {
    match on {
        On::Command(command) => format!("`{}`", command.text()),
        On::Start(StartOptions { autoconvert: true, .. }) => "start with autoconvert".into(),
        On::Start(StartOptions { backupserver: true, .. }) => "start with backupserver".into(),
        On::Start(StartOptions { .. }) => "start".into(),
        On::Event(event) => match event {
            Event::Crash => "crash",
            Event::LinkBroken => "the link breaks",
            Event::CatchupAborted => "the catchup fails",
            Event::CatchupCompleted => "the catchup ends",
            Event::MaxLogSize => "MaxLogSize is reached",
            Event::LogDiskFull => "the log's disk is full",
            Event::NetcopyStarted => "a netcopy begins",
            Event::NetcopyCompleted => "the netcopy ends",
            Event::NetcopyAborted => "the netcopy fails",
        }
        .into(),
    }
}

fn answer(answered: Answered) -> String {
    match answered {
        Answered::Nothing => String::new(),
        Answered::Reply { rc, text } => format!("{rc} {text}"),
        Answered::Exit { status, text } => format!("exit status {status}: {text}"),
        Answered::Log(text) => format!("log: {text}"),
    }
}

fn refusals(page: &mut String) {
    let rows = conflicts().iter().map(|conflict| {
        let (code, case) = (conflict.code.to_string(), conflict.case.text().to_owned());
        let source = conflict.source;
        vec![format!("`{}`", conflict.command.text()), case, code, source.0.into(), sure(source)]
    });
    table(page, "Refusals in any state", &["command", "when", "code", "source", "confidence"], rows);
}

fn taken_to_be_so(page: &mut String) {
    let rows = assumptions().iter().map(|row| {
        let source = row.source;
        vec![row.name.into(), row.says.into(), source.0.into(), sure(source)]
    });
    table(page, "Taken to be so", &["name", "what is taken to be so", "source", "confidence"], rows);
    let rows = settling_rules().iter().map(|row| {
        let source = row.source;
        vec![row.act.into(), row.done.into(), row.under_way.into(), row.again.into(), source.0.into(), sure(source)]
    });
    let head = ["command", "done", "under way", "sent again", "source", "confidence"];
    table(page, "How a lost answer is settled", &head, rows);
}

fn processes(page: &mut String) {
    let rows = exit_codes().iter().map(|row| {
        vec![row.number.to_string(), row.meaning.into(), row.remedy.into(), row.source.0.into(), sure(row.source)]
    });
    table(page, "Exit codes of the server", &["status", "meaning", "what to do", "source", "confidence"], rows);
    let rows = messages()
        .iter()
        .map(|row| vec![row.number.to_string(), row.text.into(), row.source.0.into(), sure(row.source)]);
    table(page, "Lines of the server's log", &["number", "text", "source", "confidence"], rows);
}
