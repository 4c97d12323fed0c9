//! Every answer that a pair may give to a request, worked out once for each request and pair.

use std::collections::HashMap;
use std::rc::Rc;

use crate::engine::model::{self, line_of, side_of};
use crate::engine::{Action, Answer, Clock, Clocks, Command, Decision, Outcome, Probe, Reading, Releases, Request};
use crate::pair::Measure;
use crate::pair::model::{Model, Side};

use super::harm::Harms;
use super::nodes::{AnswerId, Nodes, RequestId};
use super::pairs::{Change, PairId, Pairs};
use super::state::Cut;
use crate::engine::Quick;

/// One thing that may come of a command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) to: PairId,
    /// None: it was begun, and its answer comes later.
    pub(super) answer: Option<AnswerId>,
    /// Nobody can tell from the answer what happened.
    pub(super) lost: bool,
    pub(super) harms: Harms,
}

/// What a look shows.
#[derive(Debug)]
pub(super) struct Looked {
    /// At a pair that stays as it is.
    pub(super) whole: Rc<[AnswerId]>,
    /// While something happens that costs nothing.
    pub(super) torn: Rc<[Torn]>,
}

/// A look during which a pair becomes another one: the first probes see the one, the others the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Torn {
    /// By which of the changes.
    pub(super) change: u16,
    pub(super) answer: AnswerId,
}

/// Where somebody looks, and with which lines cut.
type Place = (RequestId, PairId, Cut);
/// What comes of a request in a situation.
type Known<K, V> = HashMap<K, Rc<[V]>, Quick>;

/// What was worked out so far.
#[derive(Debug)]
pub(super) struct Answers {
    releases: Releases,
    whole: Known<Place, AnswerId>,
    looked: HashMap<Place, Rc<Looked>, Quick>,
    struck: Known<Place, Torn>,
    sent: Known<Place, Sent>,
    started: HashMap<(RequestId, PairId), Option<AnswerId>, Quick>,
    /// What comes of requests that no pair answers.
    woken: Known<RequestId, (Clocks, AnswerId)>,
    decided: Known<RequestId, AnswerId>,
    nothing: Rc<[Torn]>,
}

impl Answers {
    pub(super) fn new(releases: Releases) -> Answers {
        Answers {
            releases,
            whole: HashMap::default(),
            looked: HashMap::default(),
            struck: HashMap::default(),
            sent: HashMap::default(),
            started: HashMap::default(),
            woken: HashMap::default(),
            decided: HashMap::default(),
            nothing: Rc::default(),
        }
    }

    /// A look at a pair; also one during which something happens that costs nothing.
    pub(super) fn looked(&mut self, nodes: &mut Nodes<'_>, pairs: &Pairs, place: Place, free: &[Change]) -> Rc<Looked> {
        if let Some(known) = self.looked.get(&place) {
            return Rc::clone(known);
        }
        let whole = self.whole(nodes, pairs, place);
        let looked = Rc::new(Looked { whole, torn: self.torn(nodes, pairs, place, free) });
        self.looked.insert(place, Rc::clone(&looked));
        looked
    }

    /// A look during which something goes wrong.
    pub(super) fn struck(
        &mut self,
        nodes: &mut Nodes<'_>,
        pairs: &Pairs,
        place: Place,
        faults: &[Change],
    ) -> Rc<[Torn]> {
        if let Some(known) = self.struck.get(&place) {
            return Rc::clone(known);
        }
        let struck = self.torn(nodes, pairs, place, faults);
        self.struck.insert(place, Rc::clone(&struck));
        struck
    }

    /// A look at a pair that stays as it is.
    fn whole(&mut self, nodes: &mut Nodes<'_>, pairs: &Pairs, place: Place) -> Rc<[AnswerId]> {
        if let Some(known) = self.whole.get(&place) {
            return Rc::clone(known);
        }
        let (request, pair, cut) = place;
        let probes = probes(nodes, request);
        let model = pairs.get(pair);
        let answers: Rc<[AnswerId]> = orders(model, model, &probes)
            .map(|order| nodes.answer_id(request, Answer::Looked(readings(model, &probes, cut, order))))
            .collect();
        self.whole.insert(place, Rc::clone(&answers));
        answers
    }

    /// What neither of two pairs would show as a whole.
    fn torn(&mut self, nodes: &mut Nodes<'_>, pairs: &Pairs, place: Place, changes: &[Change]) -> Rc<[Torn]> {
        let (request, pair, cut) = place;
        let mut torn = Vec::new();
        for (at, change) in (0..).zip(changes) {
            let whole_ones = [self.whole(nodes, pairs, place), self.whole(nodes, pairs, (request, change.to, cut))];
            let mut answers = Vec::new();
            for looked in between(nodes, [pairs.get(pair), pairs.get(change.to)], &whole_ones, request, cut) {
                let answer = nodes.answer_id(request, Answer::Looked(looked));
                if !whole_ones.iter().any(|ones| ones.contains(&answer)) && !answers.contains(&answer) {
                    answers.push(answer);
                }
            }
            torn.extend(answers.into_iter().map(|answer| Torn { change: at, answer }));
        }
        // Of most looks nothing comes but what a whole one shows.
        if torn.is_empty() { Rc::clone(&self.nothing) } else { torn.into() }
    }

    /// How a start command ends that was begun; none: its server is still starting.
    pub(super) fn started(
        &mut self,
        nodes: &mut Nodes<'_>,
        pairs: &Pairs,
        (request, pair): (RequestId, PairId),
        side: Side,
    ) -> Option<AnswerId> {
        *self.started.entry((request, pair)).or_insert_with(|| {
            let model = pairs.get(pair);
            let over = || nodes.answer_id(request, Answer::Outcome(model::start_over(model, side)));
            (!model::is_starting(model, side)).then(over)
        })
    }

    /// Which clocks may be over when a pause ends.
    pub(super) fn woken(
        &mut self,
        nodes: &mut Nodes<'_>,
        request: RequestId,
        clocks: Clocks,
    ) -> Rc<[(Clocks, AnswerId)]> {
        let woken = self.woken.entry(request).or_insert_with(|| {
            let over = wakings(clocks).into_iter();
            over.map(|over| (over, nodes.answer_id(request, Answer::Woke(over)))).collect()
        });
        Rc::clone(woken)
    }

    /// A person says yes; or no, or nothing within the limit.
    pub(super) fn decided(&mut self, nodes: &mut Nodes<'_>, request: RequestId) -> Rc<[AnswerId]> {
        let decided = self.decided.entry(request).or_insert_with(|| {
            let by = || "verify".to_owned();
            let decisions = [Decision::Approved { by: by() }, Decision::Declined { by: by() }, Decision::Late];
            decisions.into_iter().map(|decision| nodes.answer_id(request, Answer::Decided(decision))).collect()
        });
        Rc::clone(decided)
    }

    /// What may come of a command.
    pub(super) fn sent(&mut self, nodes: &mut Nodes<'_>, pairs: &mut Pairs, place: Place) -> Rc<[Sent]> {
        if let Some(known) = self.sent.get(&place) {
            return Rc::clone(known);
        }
        let (request, pair, cut) = place;
        let Request::Send(command) = nodes.request(request).clone() else {
            unreachable!("because only a command is sent")
        };
        let before = *pairs.get(pair);
        let mut all: Vec<Sent> = Vec::new();
        for (to, outcome) in outcomes(&before, &command, self.releases, cut) {
            let lost = matches!(outcome, Some(Outcome::Unknown { .. }));
            let answer = outcome.map(|outcome| nodes.answer_id(request, Answer::Outcome(outcome)));
            let sent = Sent { to: pairs.id(to), answer, lost, harms: Harms::of(&before, &to) };
            if !all.iter().any(|known| (known.to, known.answer) == (sent.to, sent.answer)) {
                all.push(sent);
            }
        }
        let all: Rc<[Sent]> = all.into();
        self.sent.insert(place, Rc::clone(&all));
        all
    }
}

/// How the positions of two servers whose data has parted may stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    ByData,
    FirstGreater,
    SecondGreater,
}

/// Where each holds what the other one lacks, either may be the further one.
fn orders(before: &Model, after: &Model, probes: &[Probe]) -> impl Iterator<Item = Order> + use<> {
    let asked = |side| {
        probes
            .iter()
            .any(|probe| matches!(probe, Probe::Measure(server, Measure::Position) if side_of(*server) == side))
    };
    let parted = |model: &Model| Side::BOTH.into_iter().all(|side| model.is_ahead(side));
    let open = Side::BOTH.into_iter().all(asked) && (parted(before) || parted(after));
    let orders: &[Order] = if open { &[Order::FirstGreater, Order::SecondGreater] } else { &[Order::ByData] };
    orders.iter().copied()
}

/// As `hsb logpos`: compared as text.
fn position(model: &Model, side: Side, order: Order) -> String {
    let further = match order {
        Order::ByData => model.is_ahead(side) && !model.is_ahead(side.other()),
        Order::FirstGreater => side == Side::First,
        Order::SecondGreater => side == Side::Second,
    };
    if further { "2".to_owned() } else { "1".to_owned() }
}

fn probes(nodes: &Nodes<'_>, request: RequestId) -> Vec<Probe> {
    let Request::Look(probes, _) = nodes.request(request) else { unreachable!("because only a look asks probes") };
    probes.clone()
}

/// Looks of which the first probes see the one pair and the others the other; the whole looks may be among them.
fn between(
    nodes: &Nodes<'_>,
    [before, after]: [&Model; 2],
    [whole_before, whole_after]: &[Rc<[AnswerId]>; 2],
    request: RequestId,
    cut: Cut,
) -> Vec<Vec<Reading>> {
    let probes = probes(nodes, request);
    let mixed = |old: &[Reading], new: &[Reading], split: usize| [&old[..split], &new[split..]].concat();
    let orders: Vec<Order> = orders(before, after, &probes).collect();
    if let ([Order::ByData], [old], [new]) = (&orders[..], &whole_before[..], &whole_after[..]) {
        let (Answer::Looked(old), Answer::Looked(new)) = (nodes.answer(*old), nodes.answer(*new)) else {
            unreachable!("because a look is answered by readings")
        };
        // Left of the first difference and right of the last one a split shows a whole look.
        let differs = |at: &usize| old[*at] != new[*at];
        let Some(first) = (0..probes.len()).find(differs) else { return Vec::new() };
        return (first + 1..probes.len()).filter(|split| differs(&(split - 1))).map(|at| mixed(old, new, at)).collect();
    }
    let both = |order: &Order| [before, after].map(|model| readings(model, &probes, cut, *order));
    let both: Vec<[Vec<Reading>; 2]> = orders.iter().map(both).collect();
    (1..probes.len()).flat_map(|split| both.iter().map(move |[old, new]| mixed(old, new, split))).collect()
}

fn readings(model: &Model, probes: &[Probe], cut: Cut, order: Order) -> Vec<Reading> {
    let read = |probe: &Probe| {
        if line_of(probe).is_some_and(|server| cut.has(side_of(server))) {
            return Reading::Unknown("the line is cut: no answer".to_owned());
        }
        model::reading(model, probe, |side| position(model, side, order), |side| model::is_starting(model, side))
    };
    probes.iter().map(read).collect()
}

/// Which clocks may be over when a pause ends. A delay is slept through.
fn wakings(clocks: Clocks) -> Vec<Clocks> {
    if clocks.delay {
        return vec![Clocks::of(Clock::Delay)];
    }
    let running = [Clock::Limit, Clock::Settle, Clock::Look].into_iter().filter(|clock| clocks.contains(*clock));
    let mut sets = vec![Clocks::NONE];
    for clock in running {
        let with: Vec<Clocks> = sets.iter().map(|set| set.with(clock)).collect();
        sets.extend(with);
    }
    sets
}

/// What may come of a command: what the model says, its answer lost, or the command lost. None: a start that has begun.
fn outcomes(before: &Model, command: &Command, releases: Releases, cut: Cut) -> Vec<(Model, Option<Outcome>)> {
    let lost = || Some(model::unknown("the line broke before the answer"));
    let over_the_line = matches!(command.action, Action::Admin { .. } | Action::Sql { .. });
    let side = command.server.map(side_of);
    if over_the_line && side.is_some_and(|side| cut.has(side)) {
        return vec![(*before, lost())];
    }
    let mut after = *before;
    let outcome = model::perform(&mut after, command, releases);
    let mut all = vec![(after, outcome.clone())];
    if outcome.is_some() {
        all.push((after, lost()));
    }
    all.push((*before, lost()));
    all
}
