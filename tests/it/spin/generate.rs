//! Small runbooks by chance: mostly sensible ones, in which something is missing.

use hsbrun::pair::model::Safeness;
use hsbrun::pair::{Command, State, StateSet};
use hsbrun::verify::Reference;

use super::small::{Cond, Joined, Limit, Sent, Small, Step, Stmt};
use crate::dice::Dice;

const STARTS: [[State; 2]; 8] = [
    [State::PrimaryActive, State::SecondaryActive],
    [State::PrimaryActive, State::SecondaryActive],
    [State::PrimaryActive, State::SecondaryActive],
    [State::SecondaryActive, State::PrimaryActive],
    [State::PrimaryAlone, State::SecondaryAlone],
    [State::PrimaryAlone, State::Down],
    [State::PrimaryUncertain, State::SecondaryAlone],
    [State::SecondaryAlone, State::SecondaryAlone],
];

const COMMANDS: [Command; 9] = [
    Command::Connect,
    Command::Disconnect,
    Command::SwitchPrimary,
    Command::SwitchSecondary,
    Command::SetPrimaryAlone,
    Command::SetSecondaryAlone,
    Command::SetStandalone,
    Command::Netcopy,
    Command::ShutdownForce,
];

/// A runbook that does something sensible, more or less.
pub fn small(seed: u64) -> Small {
    let mut dice = Dice::new(seed);
    let starts = dice.one_of(&STARTS);
    let silences = dice.roll(3) > 0;
    let mut states = starts;
    let mut steps = Vec::new();
    if silences {
        steps.push(Step { body: vec![Stmt::Send(Sent::WatchdogOff, 0)], handler: None });
    }
    for _ in 0..=dice.roll(3) {
        steps.push(step(&mut dice, &mut states));
    }
    let leaves = if silences { dice.roll(4) == 0 } else { false };
    let ending = |dice: &mut Dice| {
        let mut ending = vec![Stmt::Notify];
        if dice.roll(5) == 0 {
            ending.push(rescue(dice));
        }
        if silences {
            ending.push(if leaves { Stmt::LeaveWatchdogOff } else { Stmt::Send(Sent::WatchdogOn, 0) });
        }
        ending
    };
    let success = ending(&mut dice);
    let failure = ending(&mut dice);
    let says = dice.roll(3) > 0;
    let ends = states.map(|state| says.then(|| StateSet::of(state)));
    Small {
        starts,
        ends,
        steps,
        success,
        failure,
        auto_primary_alone: dice.roll(2) == 0,
        safeness: if dice.roll(3) == 0 { Safeness::OneSafe } else { Safeness::TwoSafe },
        reference: if dice.roll(3) == 0 { Reference::Missing } else { Reference::External },
        faults: if dice.roll(3) == 0 { 0 } else { 1 },
    }
}

/// One command; mostly what comes of it is waited for.
fn step(dice: &mut Dice, states: &mut [State; 2]) -> Step {
    let (sent, server, after) = action(dice, *states);
    let mut body = vec![Stmt::Send(sent, server)];
    *states = after;
    let reached = both(dice, after);
    let limit = if dice.roll(3) == 0 { Limit::Long } else { Limit::Short };
    match dice.roll(8) {
        0 => {}
        1 => body.push(Stmt::Assert(reached)),
        2 => body.push(Stmt::Wait(Cond { tests: vec![(server, StateSet::of(after[server]))], ..reached }, limit)),
        3 => {
            let then = vec![Stmt::Notify];
            let otherwise = vec![Stmt::Wait(reached.clone(), limit)];
            let unknown = (dice.roll(2) == 0).then(|| vec![Stmt::Stop]);
            body.push(Stmt::If { cond: reached, then, otherwise, unknown });
        }
        _ => body.push(Stmt::Wait(reached, limit)),
    }
    let handler = (dice.roll(3) == 0).then(|| handler(dice));
    Step { body, handler }
}

fn handler(dice: &mut Dice) -> Vec<Stmt> {
    let mut handler = Vec::new();
    if dice.roll(2) == 0 {
        handler.push(rescue(dice));
    }
    if dice.roll(3) == 0 {
        handler.push(Stmt::Retry);
    }
    handler.push(Stmt::Stop);
    handler
}

/// Nobody serves: one of them is told to.
fn rescue(dice: &mut Dice) -> Stmt {
    let server = dice.roll(2);
    let alone = StateSet::of(State::SecondaryAlone).with(State::PrimaryUncertain);
    let own = (server, alone);
    let tests = if dice.roll(2) == 0 { vec![own] } else { vec![own, (1 - server, StateSet::of(State::Down))] };
    Stmt::If {
        cond: Cond { tests, joined: Joined::And },
        then: vec![Stmt::Send(Sent::Admin(Command::SetPrimaryAlone), server)],
        otherwise: vec![Stmt::Notify],
        unknown: (dice.roll(2) == 0).then(|| vec![Stmt::Notify]),
    }
}

fn both(dice: &mut Dice, states: [State; 2]) -> Cond {
    let first = dice.roll(2);
    let test = |server: usize| (server, StateSet::of(states[server]));
    let joined = if dice.roll(6) == 0 { Joined::Or } else { Joined::And };
    Cond { tests: vec![test(first), test(1 - first)], joined }
}

/// A command, the server that it is for, and what the pair comes to where all goes well.
type Action = (Sent, usize, [State; 2]);

fn action(dice: &mut Dice, states: [State; 2]) -> Action {
    let sensible = sensible(states);
    if sensible.is_empty() || dice.roll(10) == 0 {
        return (Sent::Admin(dice.one_of(&COMMANDS)), dice.roll(2), states);
    }
    dice.one_of(&sensible)
}

/// What may be done with a pair in these states.
fn sensible(states: [State; 2]) -> Vec<Action> {
    use State::{
        Down, Offline, PrimaryActive, PrimaryAlone, PrimaryUncertain, SecondaryActive, SecondaryAlone, Standalone,
    };
    let mut all = Vec::new();
    for own in 0..2 {
        let mut add = |sent: Sent, own_after: State, peer_after: State| {
            let after = if own == 0 { [own_after, peer_after] } else { [peer_after, own_after] };
            all.push((sent, own, after));
        };
        let admin = Sent::Admin;
        let peer = states[1 - own];
        match (states[own], peer) {
            (PrimaryActive, _) => {
                add(admin(Command::Disconnect), PrimaryAlone, SecondaryAlone);
                add(admin(Command::ShutdownForce), Down, SecondaryAlone);
                add(admin(Command::SwitchSecondary), SecondaryActive, PrimaryActive);
            }
            (SecondaryActive, _) => {
                add(admin(Command::SwitchPrimary), PrimaryActive, SecondaryActive);
                add(admin(Command::ShutdownForce), Down, PrimaryAlone);
                add(admin(Command::Disconnect), SecondaryAlone, PrimaryAlone);
            }
            (PrimaryAlone, SecondaryAlone) => {
                add(admin(Command::Connect), PrimaryActive, SecondaryActive);
                add(admin(Command::Netcopy), PrimaryAlone, SecondaryAlone);
                add(admin(Command::SetStandalone), Standalone, SecondaryAlone);
                add(admin(Command::SetSecondaryAlone), SecondaryAlone, SecondaryAlone);
            }
            (PrimaryAlone, Offline) => add(admin(Command::Netcopy), PrimaryAlone, SecondaryAlone),
            (SecondaryAlone, PrimaryAlone) => {
                add(admin(Command::Connect), SecondaryActive, PrimaryActive);
                add(admin(Command::ShutdownForce), Down, PrimaryAlone);
                add(admin(Command::SetPrimaryAlone), PrimaryAlone, PrimaryAlone);
            }
            (SecondaryAlone, Down | SecondaryAlone) => add(admin(Command::SetPrimaryAlone), PrimaryAlone, peer),
            (PrimaryUncertain, _) => {
                add(admin(Command::SetPrimaryAlone), PrimaryAlone, peer);
                add(admin(Command::Connect), PrimaryActive, SecondaryActive);
            }
            (Standalone, _) => add(admin(Command::SetPrimaryAlone), PrimaryAlone, peer),
            (Down, _) => {
                add(Sent::Start, SecondaryAlone, peer);
                add(Sent::Listen, Offline, peer);
            }
            (PrimaryAlone | SecondaryAlone | Offline, _) => {}
        }
    }
    all
}
