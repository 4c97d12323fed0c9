//! Every answer that a pair may give to a request, worked out once for each request and pair.

use std::collections::HashMap;
use std::rc::Rc;

use crate::engine::model::{self, line_of, side_of};
use crate::engine::{Action, Answer, Command, Outcome, Probe, Reading, Releases, Request};
use crate::pair::Measure;
use crate::pair::model::{Model, Side};

use super::harm::Harms;
use super::hash::Quick;
use super::nodes::{AnswerId, Nodes, RequestId};
use super::pairs::{PairId, Pairs};
use super::state::Cut;

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

/// What comes of a request in a situation.
type Known<K, V> = HashMap<K, Rc<[V]>, Quick>;

/// What was worked out so far.
#[derive(Debug)]
pub(super) struct Answers {
    releases: Releases,
    looked: Known<(RequestId, PairId, Cut), AnswerId>,
    torn: Known<(RequestId, [PairId; 2], Cut), AnswerId>,
    sent: Known<(RequestId, PairId, Cut), Sent>,
    nothing: Rc<[AnswerId]>,
}

impl Answers {
    pub(super) fn new(releases: Releases) -> Answers {
        Answers {
            releases,
            looked: HashMap::default(),
            torn: HashMap::default(),
            sent: HashMap::default(),
            nothing: Rc::default(),
        }
    }

    /// A look at a pair that stays as it is.
    pub(super) fn looked(
        &mut self,
        nodes: &mut Nodes<'_>,
        pairs: &Pairs,
        request: RequestId,
        pair: PairId,
        cut: Cut,
    ) -> Rc<[AnswerId]> {
        if let Some(known) = self.looked.get(&(request, pair, cut)) {
            return Rc::clone(known);
        }
        let probes = probes(nodes, request);
        let model = pairs.get(pair);
        let answers: Rc<[AnswerId]> =
            orders(model, model, &probes).map(|order| whole(nodes, &probes, |_| model, cut, order)).collect();
        self.looked.insert((request, pair, cut), Rc::clone(&answers));
        answers
    }

    /// A look during which a pair becomes another one: the first probes see the one, the others the other. Only what
    /// neither of them would show as a whole.
    pub(super) fn torn(
        &mut self,
        nodes: &mut Nodes<'_>,
        pairs: &Pairs,
        request: RequestId,
        [before, after]: [PairId; 2],
        cut: Cut,
    ) -> Rc<[AnswerId]> {
        if let Some(known) = self.torn.get(&(request, [before, after], cut)) {
            return Rc::clone(known);
        }
        let probes = probes(nodes, request);
        let whole_ones: Vec<AnswerId> = [before, after]
            .into_iter()
            .flat_map(|pair| self.looked(nodes, pairs, request, pair, cut).to_vec())
            .collect();
        let (old, new) = (pairs.get(before), pairs.get(after));
        let mut answers = Vec::new();
        for split in 1..probes.len() {
            for order in orders(old, new, &probes) {
                let answer = whole(nodes, &probes, |at| if at < split { old } else { new }, cut, order);
                if !whole_ones.contains(&answer) && !answers.contains(&answer) {
                    answers.push(answer);
                }
            }
        }
        // Of most looks nothing comes but what a whole one shows.
        let answers = if answers.is_empty() { Rc::clone(&self.nothing) } else { answers.into() };
        self.torn.insert((request, [before, after], cut), Rc::clone(&answers));
        answers
    }

    /// What may come of a command.
    pub(super) fn sent(
        &mut self,
        nodes: &mut Nodes<'_>,
        pairs: &mut Pairs,
        request: RequestId,
        pair: PairId,
        cut: Cut,
    ) -> Rc<[Sent]> {
        if let Some(known) = self.sent.get(&(request, pair, cut)) {
            return Rc::clone(known);
        }
        let Request::Send(command) = nodes.request(request).clone() else {
            unreachable!("because only a command is sent")
        };
        let before = *pairs.get(pair);
        let mut all: Vec<Sent> = Vec::new();
        for (to, outcome) in outcomes(&before, &command, self.releases, cut) {
            let lost = matches!(outcome, Some(Outcome::Unknown { .. }));
            let answer = outcome.map(|outcome| nodes.answer_id(Answer::Outcome(outcome)));
            let sent = Sent { to: pairs.id(to), answer, lost, harms: Harms::of(&before, &to) };
            if !all.iter().any(|known| (known.to, known.answer) == (sent.to, sent.answer)) {
                all.push(sent);
            }
        }
        let all: Rc<[Sent]> = all.into();
        self.sent.insert((request, pair, cut), Rc::clone(&all));
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

fn whole<'m>(
    nodes: &mut Nodes<'_>,
    probes: &[Probe],
    model: impl Fn(usize) -> &'m Model,
    cut: Cut,
    order: Order,
) -> AnswerId {
    let read = |(at, probe): (usize, &Probe)| {
        if line_of(probe).is_some_and(|server| cut.has(side_of(server))) {
            return Reading::Unknown("the line is cut: no answer".to_owned());
        }
        let model = model(at);
        model::reading(model, probe, |side| position(model, side, order), |side| model::is_starting(model, side))
    };
    nodes.answer_id(Answer::Looked(probes.iter().enumerate().map(read).collect()))
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
