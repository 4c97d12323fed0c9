//! Each step of the sequences, in which the model and the processes agree, is one that the explorer knows.

use std::time::Duration;

use hsbrun::engine::model::{perform, server_of};
use hsbrun::engine::{Action, Command, Outcome, Releases};
use hsbrun::pair::Command::Throwout;
use hsbrun::pair::model::{Connection, Fault, Model, Side};
use hsbrun::verify::{Happening, Reference, happenings};

use super::step::Step;
use super::{LONG, STEPS, beginning, settle};
use crate::dice::Dice;

/// The pairs that the explorer comes to by a step.
fn stepped(before: &Model, step: Step) -> Vec<Model> {
    let sent = |side: Side, action: Action| {
        let command = Command { server: Some(server_of(side)), action, limit: Duration::from_secs(30) };
        let mut after = *before;
        let outcome = perform(&mut after, &command, Releases::fix_pack());
        let changed = after != *before;
        assert!(!changed || !matches!(outcome, Some(Outcome::Refused { .. })), "what is refused changes nothing");
        vec![after]
    };
    let happens = |wanted: Happening| happened(before, wanted);
    match step {
        Step::Command(side, Throwout) => sent(side, Action::Admin { text: "throwout all".to_owned() }),
        Step::Command(side, command) => sent(side, Action::Admin { text: command.text().to_owned() }),
        Step::Start(side, options) => {
            let options = if options.backupserver { vec!["backupserver".to_owned()] } else { Vec::new() };
            sent(side, Action::Start { options })
        }
        Step::Commit(side) => happens(Happening::Commit(side)),
        Step::Kill(side) => happens(Happening::Fault(Fault::Crash { side, pending: false })),
        Step::CutLink => happens(Happening::Fault(Fault::LinkBreaks { pending: false })),
        Step::HealLink => happens(Happening::Fault(Fault::LinkHeals)),
        // A frozen server that was connected is for the other one a link that broke for a while.
        Step::Freeze(_) if before.connection() == Connection::Connected => {
            let broken = happens(Happening::Fault(Fault::LinkBreaks { pending: false }));
            broken.iter().flat_map(|pair| happened(pair, Happening::Fault(Fault::LinkHeals))).collect()
        }
        Step::Freeze(_) => vec![*before],
    }
}

/// The pairs that the explorer comes to when that happens.
fn happened(before: &Model, wanted: Happening) -> Vec<Model> {
    let known = happenings(before, Reference::External);
    let to: Vec<Model> = known.into_iter().filter(|(what, _)| *what == wanted).map(|(_, to)| to).collect();
    // What would change nothing is no step.
    if to.is_empty() { vec![*before] } else { to }
}

/// Whether the explorer comes from a pair to another one by a step, and by what goes on by itself after it.
fn knows(before: &Model, step: Step, after: &Model) -> bool {
    let mut met = stepped(before, step);
    let mut next = 0;
    while let Some(pair) = met.get(next).copied() {
        next += 1;
        for (what, to) in happenings(&pair, Reference::External) {
            if matches!(what, Happening::Move(_)) && !met.contains(&to) {
                met.push(to);
            }
        }
    }
    met.contains(after)
}

/// The same sequences as those in which the processes are compared with the model: each step, from one rest to the next.
#[test]
fn every_step_of_random_sequences_is_known_to_the_explorer() {
    let mut changed = 0;
    for seed in 0..LONG {
        let mut dice = Dice::new(seed);
        let mut model = beginning(&mut dice);
        // The processes have no watchdog.
        model.set_watchdog(false);
        for at in 0..STEPS {
            let step = Step::next(seed, at, &model, &mut dice);
            let before = model;
            step.on_model(&mut model);
            settle(&mut model);
            assert!(knows(&before, step, &model), "seed {seed}, {step:?}\nfrom {before:?}\nto {model:?}");
            changed += usize::from(before != model);
        }
    }
    assert!(changed > 10_000, "only {changed} steps changed anything");
}
