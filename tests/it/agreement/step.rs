//! What is done to both: a command, a commit, a fault, a start.

use hsbrun::pair::model::{Connection, Fault, Model, Phase, Side};
use hsbrun::pair::{Command, StartOptions, State};

use super::rig::Rig;
use crate::dice::Dice;

#[derive(Debug, Clone, Copy)]
pub enum Step {
    Command(Side, Command),
    Commit(Side),
    Kill(Side),
    Start(Side, StartOptions),
    CutLink,
    HealLink,
    /// Its process stands still (SIGSTOP) until a server that was connected to it has noticed, and goes on (SIGCONT).
    Freeze(Side),
}

const COMMANDS: [Command; 24] = [
    Command::Connect,
    Command::Connect,
    Command::Connect,
    Command::Disconnect,
    Command::Disconnect,
    Command::SwitchPrimary,
    Command::SwitchPrimary,
    Command::SwitchSecondary,
    Command::SetPrimaryAlone,
    Command::SetPrimaryAlone,
    Command::SetPrimaryAlone,
    Command::SetSecondaryAlone,
    Command::SetSecondaryAlone,
    Command::SetStandalone,
    Command::Netcopy,
    Command::Netcopy,
    Command::Netcopy,
    Command::Shutdown,
    Command::ShutdownForce,
    Command::Close,
    Command::Open,
    Command::Throwout,
    Command::Role,
    Command::State,
];

impl Step {
    /// The step at that place of a sequence: some sequences begin on the way to a state that is rare else.
    pub fn next(seed: u64, at: usize, model: &Model, dice: &mut Dice) -> Step {
        let beginning: &[Step] = match seed % 4 {
            1 => &[Step::Command(Side::First, Command::Disconnect), Step::Command(Side::First, Command::SetStandalone)],
            3 => &[Step::Kill(Side::Second)],
            _ => &[],
        };
        beginning.get(at).copied().unwrap_or_else(|| Step::any(model, dice))
    }

    /// Something that may do something: a server that is down is more likely to be started than commanded, one in a rare
    /// state is commanded more often.
    fn any(model: &Model, dice: &mut Dice) -> Step {
        let is_rare = |side: &Side| matches!(model.state(*side), Some(State::Standalone | State::PrimaryUncertain));
        let rare = Side::BOTH.into_iter().find(is_rare);
        let side = rare.filter(|_| dice.roll(2) == 0).unwrap_or_else(|| dice.one_of(&Side::BOTH));
        let down = Side::BOTH.into_iter().find(|side| model.phase(*side) == Phase::Down);
        if let Some(down) = down.filter(|_| dice.roll(2) == 0) {
            return Step::Start(down, StartOptions { autoconvert: false, backupserver: dice.roll(4) == 0 });
        }
        if !model.link_is_up() && dice.roll(4) == 0 {
            return Step::HealLink;
        }
        match dice.roll(20) {
            0..4 => Step::Commit(side),
            4 if model.has_process(side) => Step::Kill(side),
            5 if model.link_is_up() => Step::CutLink,
            7 if model.has_process(side) && dice.roll(4) == 0 => Step::Freeze(side),
            6 if dice.roll(4) == 0 => Step::Start(side, StartOptions { autoconvert: false, backupserver: false }),
            _ => Step::Command(side, dice.one_of(&COMMANDS)),
        }
    }

    /// What it comes to, in words; `settle` is the caller's.
    pub fn on_model(self, model: &mut Model) -> String {
        match self {
            Step::Command(side, command) => match model.command(side, command) {
                Some(reply) => format!("{} {}", reply.code, reply.text),
                None => "no answer".into(),
            },
            Step::Commit(side) => match model.commit(side) {
                Ok(()) => "committed".into(),
                Err(code) => format!("refused with {code}"),
            },
            Step::Kill(side) => {
                model.fail(Fault::Crash { side, pending: false });
                String::new()
            }
            Step::Start(side, options) => format!("exit {}", model.start(side, options).status),
            Step::CutLink => {
                model.fail(Fault::LinkBreaks { pending: false });
                String::new()
            }
            Step::HealLink => {
                model.fail(Fault::LinkHeals);
                String::new()
            }
            // For the model the link broke for a while: the ping timeout of the one, the closed line of the other.
            Step::Freeze(_) => {
                if model.connection() == Connection::Connected {
                    model.fail(Fault::LinkBreaks { pending: false });
                    model.fail(Fault::LinkHeals);
                }
                String::new()
            }
        }
    }

    /// The same on the processes; `before` is the model before the step.
    pub fn on_processes(self, rig: &mut Rig, before: &Model) -> String {
        match self {
            Step::Command(side, Command::Shutdown) => rig.shutdown(side, before.state(side)),
            Step::Command(side, Command::Throwout) => rig.command(side, "throwout all"),
            Step::Command(side, command) => rig.command(side, command.text()),
            Step::Commit(side) => rig.commit(side),
            Step::Kill(side) => rig.kill(side),
            Step::Start(side, options) => rig.start(side, options.backupserver),
            Step::CutLink => rig.link("cut"),
            Step::HealLink => rig.link("resume"),
            Step::Freeze(side) => rig.freeze(side, before.connection() == Connection::Connected),
        }
    }
}
