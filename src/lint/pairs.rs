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

    /// Every pair of states, those too that can only be seen while one server does not know of the other yet.
    pub fn every() -> Pairs {
        Pairs(u64::MAX)
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
        Pairs(states.iter().fold(0, |bits, state| bits | self.0 & in_state(server, state)))
    }

    /// Those in which a server is in none of these states.
    pub fn without(self, server: ServerId, states: StateSet) -> Pairs {
        Pairs(self.0 & !self.with(server, states).0)
    }

    /// The states that a server can be in.
    pub fn of(self, server: ServerId) -> StateSet {
        State::ALL.into_iter().filter(|state| self.0 & in_state(server, *state) != 0).collect()
    }
}

/// The bits of all pairs in which a server is in that state.
fn in_state(server: ServerId, state: State) -> u64 {
    const OF_FIRST: u64 = 0xff;
    const OF_SECOND: u64 = 0x0101_0101_0101_0101;
    if server.0 == 0 { OF_FIRST << (state as usize * STATES) } else { OF_SECOND << (state as usize) }
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

    /// The same to the other server: neither is more than the other in a pair.
    pub fn mirrored(&self) -> Reaction {
        let turned = |[first, second]: [State; 2]| [second, first];
        Reaction {
            refusals: self.refusals.iter().map(|(pair, refusal)| (turned(*pair), refusal.clone())).collect(),
            after: self.after.iter().map(|(pair, after)| (turned(*pair), after.iter().map(turned).collect())).collect(),
        }
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

/// What a connect is answered in each of these pairs by a server whose software is newer than the other one's, where it
/// would be accepted otherwise. Source: `pair`, `Case::OwnNewer`.
pub fn refuses_the_newer(to: ServerId, pairs: Pairs) -> Option<Refusal> {
    let connect = Act::Admin(Command::Connect);
    let answer = |pair: [State; 2]| {
        let mut seen = seen(pair[to.0 as usize], pair[1 - to.0 as usize], Connecting::No);
        let of_same_age = refusal(connect, &seen);
        seen.own.version = Some(Version::new(2, 0, 0));
        seen.peer.version = Some(Version::new(1, 0, 0));
        refusal(connect, &seen).filter(|_| of_same_age.is_none())
    };
    let answers: Option<Vec<Refusal>> = pairs.iter().map(answer).collect();
    answers.and_then(|answers| answers.into_iter().next())
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
    use crate::pair::model::Side;
    use std::collections::HashSet;

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

    fn seen_of(model: &Model) -> Option<[State; 2]> {
        Some([model.state(Side::First)?, model.state(Side::Second)?])
    }

    /// Every pair of states that a model passes through by itself.
    fn passed(model: Model) -> Pairs {
        let mut known = HashSet::from([model]);
        let mut open = vec![model];
        while let Some(model) = open.pop() {
            for step in model.moves() {
                let mut next = model;
                next.apply(step);
                if known.insert(next) {
                    open.push(next);
                }
            }
        }
        known.iter().filter_map(seen_of).collect()
    }

    /// Models of that pair, with and without `AutoPrimaryAlone`.
    fn models(states: [State; 2]) -> impl Iterator<Item = Model> {
        let settings = |auto_primary_alone| Settings { auto_primary_alone, ..Settings::default() };
        let made = move |auto| Model::new(settings(auto), states, [Version::new(1, 0, 0); 2]);
        [true, false].into_iter().filter_map(made)
    }

    fn sides() -> [(Side, ServerId); 2] {
        [(Side::First, FIRST), (Side::Second, SECOND)]
    }

    #[test]
    fn whatever_a_command_does_to_the_model_is_foreseen_and_none_that_it_does_is_called_refused() {
        let mut done = 0;
        for (states, (side, id)) in Pairs::all().iter().flat_map(|states| sides().map(|side| (states, side))) {
            for (command, mut model) in
                Command::all().flat_map(|command| models(states).map(move |model| (command, model)))
            {
                if matches!(command, Command::Shutdown) {
                    model.command(side, Command::Close);
                    model.command(side, Command::Throwout);
                }
                let accepted = model.command(side, command).is_some_and(|reply| reply.code == 0);
                let reaction = Reaction::of(Act::Admin(command), id, Connecting::No);
                let refused = reaction.refused_in(states).filter(|refusal| !refusal.two_primaries);
                assert!(!accepted || refused.is_none(), "{} in {states:?}: {refused:?}", command.text());
                if accepted && reaction.refused_in(states).is_none() {
                    let foreseen = reaction.behind(one(states[0], states[1]));
                    let missed = Pairs(passed(model).0 & !foreseen.0);
                    let missed: Vec<_> = missed.iter().collect();
                    assert!(missed.is_empty(), "{} in {states:?}: {missed:?}", command.text());
                    done += 1;
                }
            }
        }
        assert!(done > 100, "{done}");
    }

    #[test]
    fn whatever_a_start_comes_to_is_foreseen() {
        let options = [(false, false), (true, false), (false, true), (true, true)];
        let options = options.map(|(autoconvert, backupserver)| StartOptions { autoconvert, backupserver });
        for (states, (side, id)) in Pairs::all().iter().flat_map(|states| sides().map(|side| (states, side))) {
            for (options, mut model) in
                options.into_iter().flat_map(|options| models(states).map(move |model| (options, model)))
            {
                let starts = model.start(side, options).status == 0;
                let reaction = Reaction::of(Act::Start(options), id, Connecting::No);
                assert_eq!(starts, reaction.refused_in(states).is_none(), "{states:?}");
                let missed = Pairs(passed(model).0 & !reaction.behind(one(states[0], states[1])).0);
                assert!(
                    !starts || missed.is_empty(),
                    "{options:?} in {states:?}: {:?}",
                    missed.iter().collect::<Vec<_>>()
                );
            }
        }
    }

    #[test]
    fn an_act_to_the_other_server_comes_to_the_same_with_the_two_exchanged() {
        let starts = [false, true].map(|backupserver| Act::Start(StartOptions { backupserver, ..Default::default() }));
        for act in Command::all().map(Act::Admin).chain(starts).chain([Act::Install]) {
            for connecting in [Connecting::No, Connecting::Perhaps] {
                let (own, mirrored) =
                    (Reaction::of(act, SECOND, connecting), Reaction::of(act, FIRST, connecting).mirrored());
                for pair in Pairs::all().iter() {
                    assert_eq!(own.refused_in(pair), mirrored.refused_in(pair), "{act:?} in {pair:?}");
                    let only = one(pair[0], pair[1]);
                    assert_eq!(own.behind(only), mirrored.behind(only), "{act:?} in {pair:?}");
                }
            }
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
