//! Sets of states of a pair, and what a command makes of one. Every fact stands in `pair`: what refuses a command in
//! the guard, where a command leads in the transition table, which states can stand beside each other in the model.

use std::sync::LazyLock;

use crate::pair::model::{Model, Settings};
use crate::pair::transition::{self, Answered, Event, On, Transition};
use crate::pair::{Act, Command, Refusal, Seen, Sight, StartOptions, State, StateSet, StatusWord, Version, refusal};
use crate::program::ServerId;

const STATES: usize = State::ALL.len();

/// Which states the two servers can be in, the one of them beside the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pairs(u64);

/// Every pair of states in which two servers can be: ACTIVE needs its other half.
static ALL: LazyLock<Pairs> = LazyLock::new(|| {
    let any = [Version::new(1, 0, 0); 2];
    let pairs = State::ALL.into_iter().flat_map(|first| State::ALL.map(|second| [first, second]));
    pairs.filter(|states| Model::new(Settings::default(), *states, any).is_some()).collect()
});

impl Pairs {
    pub const NONE: Pairs = Pairs(0);

    pub fn all() -> Pairs {
        *ALL
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn and(self, other: Pairs) -> Pairs {
        Pairs(self.0 & other.0)
    }

    pub fn or(self, other: Pairs) -> Pairs {
        Pairs(self.0 | other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = [State; 2]> {
        (0..STATES * STATES)
            .filter(move |at| self.0 & (1 << at) != 0)
            .map(|at| [State::ALL[at / STATES], State::ALL[at % STATES]])
    }

    /// Those in which a server is in one of these states.
    pub fn with(self, server: ServerId, states: StateSet) -> Pairs {
        self.iter().filter(|pair| states.contains(pair[server.0 as usize])).collect()
    }

    /// Those in which a server is in none of these states.
    pub fn without(self, server: ServerId, states: StateSet) -> Pairs {
        self.iter().filter(|pair| !states.contains(pair[server.0 as usize])).collect()
    }

    /// The states that a server can be in.
    pub fn of(self, server: ServerId) -> StateSet {
        self.iter().map(|pair| pair[server.0 as usize]).collect()
    }
}

impl FromIterator<[State; 2]> for Pairs {
    fn from_iter<I: IntoIterator<Item = [State; 2]>>(pairs: I) -> Self {
        let bit = |[first, second]: [State; 2]| 1 << (first as usize * STATES + second as usize);
        Pairs(pairs.into_iter().fold(0, |bits, pair| bits | bit(pair)))
    }
}

/// Whether a connect or its catchup may be going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connecting {
    No,
    Perhaps,
}

/// What an act to one server of a pair can come to, in each pair of states.
#[derive(Debug)]
pub struct Reaction {
    refusals: Vec<([State; 2], Refusal)>,
    after: Vec<([State; 2], Pairs)>,
}

impl Reaction {
    pub fn of(act: Act, to: ServerId, connecting: Connecting) -> Reaction {
        let mut reaction = Reaction { refusals: Vec::new(), after: Vec::new() };
        for pair in Pairs::all().iter() {
            let (own, peer) = (pair[to.0 as usize], pair[1 - to.0 as usize]);
            match refusal(act, &seen(own, peer, connecting)) {
                Some(refused) => reaction.refusals.push((pair, refused)),
                None => reaction.after.push((pair, turned(after(act, own, peer), to))),
            }
        }
        reaction
    }

    /// Where the act is refused in each of these pairs, what the first of them is answered.
    pub fn refuses_all(&self, pairs: Pairs) -> Option<&Refusal> {
        let all = pairs.iter().all(|pair| self.refused_in(pair).is_some());
        pairs.iter().next().filter(|_| all).and_then(|pair| self.refused_in(pair))
    }

    pub fn refused_in(&self, pair: [State; 2]) -> Option<&Refusal> {
        self.refusals.iter().find(|(refused, _)| *refused == pair).map(|(_, refusal)| refusal)
    }

    /// Whether there is a state of the other server beside which a server in this state does it.
    pub fn is_done_in(&self, server: ServerId, state: State) -> bool {
        self.after.iter().any(|(pair, _)| pair[server.0 as usize] == state)
    }

    /// What can be behind it, where it is done.
    pub fn behind(&self, pairs: Pairs) -> Pairs {
        let done = self.after.iter().filter(|(pair, _)| !pairs.and([*pair].into_iter().collect()).is_empty());
        done.fold(Pairs::NONE, |all, (_, after)| all.or(*after))
    }
}

/// What the guard would see of such a pair.
fn seen(own: State, peer: State, connecting: Connecting) -> Seen {
    let link = match own {
        State::PrimaryActive | State::SecondaryActive => Some(StatusWord::Connected),
        State::PrimaryAlone | State::PrimaryUncertain | State::SecondaryAlone | State::Standalone => {
            (connecting == Connecting::No).then_some(StatusWord::Broken)
        }
        State::Offline | State::Down => None,
    };
    let own = Sight { state: Some(own), link, ..Sight::default() };
    Seen { own, peer: Sight { state: Some(peer), ..Sight::default() } }
}

/// Own state first.
fn after(act: Act, own: State, peer: State) -> Vec<[State; 2]> {
    match act {
        Act::Admin(command) => after_command(command, own, peer),
        Act::Start(options) => after_start(options).into_iter().map(|state| [state, peer]).collect(),
        Act::Install => vec![[own, peer]],
    }
}

fn after_command(command: Command, own: State, peer: State) -> Vec<[State; 2]> {
    let done = transition::of_command(command, own).filter(|row| matches!(row.answer, Answered::Reply { rc: 0, .. }));
    let mut after: Vec<[State; 2]> = done.map(|row| to(row, peer)).collect();
    if after.is_empty() || command.is_asynchronous() {
        after.push([own, peer]);
    }
    // While it goes on.
    if command == Command::Netcopy {
        after.extend(rows(On::Event(Event::NetcopyStarted), peer).map(|row| [own, row.to]));
    }
    // How a server leaves may look to the other one like a crash: the manuals are not sure.
    if matches!(command, Command::Shutdown | Command::ShutdownForce) {
        after.extend(rows(On::Event(Event::Crash), own).map(|row| to(row, peer)));
    }
    after
}

/// A server that is started may be in any state that a start of that kind leads to, or not be up yet. What its database
/// is like is not known here.
fn after_start(options: StartOptions) -> Vec<State> {
    let of_kind = |row: &&Transition| match row.on {
        On::Start(started) => started.backupserver == options.backupserver,
        On::Command(_) | On::Event(_) => false,
    };
    let up = transition::transitions().iter().filter(of_kind).map(|row| row.to);
    up.chain([State::Down, State::Offline]).collect()
}

fn rows(on: On, from: State) -> impl Iterator<Item = &'static Transition> {
    transition::transitions().iter().filter(move |row| row.from == from && row.on == on)
}

fn to(row: &Transition, peer: State) -> [State; 2] {
    [row.to, row.peer_to.unwrap_or(peer)]
}

/// Pairs with the commanded server first, as pairs of the runbook's servers.
fn turned(pairs: Vec<[State; 2]>, to: ServerId) -> Pairs {
    let in_order = |[own, peer]: [State; 2]| if to.0 == 0 { [own, peer] } else { [peer, own] };
    pairs.into_iter().map(in_order).collect::<Pairs>().and(Pairs::all())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: ServerId = ServerId(0);
    const SECOND: ServerId = ServerId(1);

    fn one(first: State, second: State) -> Pairs {
        [[first, second]].into_iter().collect()
    }

    #[test]
    fn an_active_server_stands_beside_its_other_half_only() {
        let beside = Pairs::all().with(FIRST, StateSet::of(State::PrimaryActive));
        assert_eq!(beside, one(State::PrimaryActive, State::SecondaryActive));
        assert_eq!(Pairs::all().of(SECOND).iter().count(), STATES);
    }

    #[test]
    fn a_disconnect_leads_to_both_alone_or_is_not_over_yet() {
        let connected = one(State::PrimaryActive, State::SecondaryActive);
        for server in [FIRST, SECOND] {
            let reaction = Reaction::of(Act::Admin(Command::Disconnect), server, Connecting::No);
            let wanted = connected.or(one(State::PrimaryAlone, State::SecondaryAlone));
            assert_eq!(reaction.behind(connected), wanted);
        }
    }

    #[test]
    fn what_every_pair_refuses_is_refused_and_what_one_accepts_is_not() {
        let reaction = Reaction::of(Act::Admin(Command::Netcopy), FIRST, Connecting::No);
        let connected = one(State::PrimaryActive, State::SecondaryActive);
        assert_eq!(reaction.refuses_all(connected).map(|refused| refused.code), Some(14704));
        let or_alone = connected.or(one(State::PrimaryAlone, State::SecondaryAlone));
        assert_eq!(reaction.refuses_all(or_alone), None);
        assert_eq!(reaction.refuses_all(Pairs::NONE), None);
    }

    #[test]
    fn a_catchup_can_be_broken_off_where_one_may_be_going_on() {
        let parted = one(State::PrimaryAlone, State::SecondaryAlone);
        let code = |connecting| {
            let reaction = Reaction::of(Act::Admin(Command::Disconnect), FIRST, connecting);
            reaction.refuses_all(parted).map(|refused| refused.code)
        };
        assert_eq!(code(Connecting::No), Some(30768));
        assert_eq!(code(Connecting::Perhaps), None);
    }
}
