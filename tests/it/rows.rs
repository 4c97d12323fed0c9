//! The manuals' table is the judge of the processes too: each of its rows is brought about on a pair of them, and each way
//! in which a row says that it fails. A row that is added and does not hold on the processes fails here.

mod happen;
mod midway;
mod scene;
mod stage;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hsbrun::pair::transition::{
    Case, Conflict, Failing, On, Transition, conflicts, extra_transitions, of_command, transitions,
};
use hsbrun::pair::{Command, State};

use self::stage::Stage;

/// Something that the table says.
#[derive(Debug, Clone, Copy)]
enum Item {
    Row(&'static Transition),
    Fail(&'static Transition, &'static Failing),
    Conflict(&'static Conflict),
}

/// Refusals that never show. The model has one operation at a time for both servers, and real ones do not ask each other
/// before the first three; where the last two hold, a row of the state refuses first (a server that copies is Primary).
const NEVER_SEEN: [(Command, Case); 5] = [
    (Command::SwitchPrimary, Case::PeerCommanded),
    (Command::SwitchSecondary, Case::PeerCommanded),
    (Command::Copy, Case::PeerCommanded),
    (Command::SwitchPrimary, Case::CopyActive),
    (Command::SetPrimaryAlone, Case::CopyActive),
];

fn items() -> Vec<Item> {
    let rows = || transitions().iter().chain(extra_transitions());
    let fails = rows().flat_map(|row| row.fails.iter().map(move |fail| Item::Fail(row, fail)));
    let conflicts = conflicts().iter().filter(|one| !NEVER_SEEN.contains(&(one.command, one.case)));
    rows().map(Item::Row).chain(fails).chain(conflicts.map(Item::Conflict)).collect()
}

#[test]
fn every_row_of_the_table_holds_on_the_processes() {
    let (items, next, wrong) = (items(), AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let stage = Stage::new();
                while let Some(item) = items.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if catch_unwind(AssertUnwindSafe(|| item.hold(&stage))).is_err() {
                        wrong.lock().expect("because nobody panics with it").push(format!("{item:?}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("because nobody panicked with it");
    assert!(wrong.is_empty(), "of {} do not hold (why, stands above):\n{}", items.len(), wrong.join("\n"));
}

impl Item {
    fn hold(self, stage: &Stage) {
        match self {
            Item::Row(row) => happen::row(stage, row),
            Item::Fail(row, fail) if fail.case == Case::LinkLost => happen::broken(stage, row, fail.to),
            Item::Fail(row, fail) => {
                let On::Command(command) = row.on else { panic!("only commands are refused") };
                happen::refusal(stage, row.from, command, fail.case, fail.code);
            }
            Item::Conflict(conflict) => {
                let from = state_for(conflict.command, conflict.case);
                happen::refusal(stage, from, conflict.command, conflict.case, conflict.code);
            }
        }
    }
}

/// A state in which the case can hold, and in which no row refuses the command by itself.
fn state_for(command: Command, case: Case) -> State {
    let from = match (command, case) {
        (Command::SwitchPrimary, Case::SwitchActive | Case::DisconnectActive) => State::SecondaryActive,
        (Command::SwitchPrimary, _) | (Command::Connect, Case::PeerCommanded) => State::SecondaryAlone,
        (Command::Connect, Case::SwitchActive) => State::PrimaryAlone,
        (_, Case::SwitchActive | Case::DisconnectActive | Case::Connected) => State::PrimaryActive,
        (Command::SetPrimaryAlone, Case::CatchupActive) => State::SecondaryAlone,
        (_, _) => State::PrimaryAlone,
    };
    assert!(command == Command::HsbParameter || command == Command::Backup || of_command(command, from).count() > 0);
    from
}
