//! How long one server may work alone: the longest way along which it is PRIMARY ALONE throughout, by the limits of what stands
//! on it. Meanwhile it keeps every transaction for the other one, and the room for that is gone at some time.
//!
//! The steps that the search took say which statements can follow each other so; how long each takes is not explored.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::engine::{Code, InstrId, Part};
use crate::pair::State as ServerState;
use crate::pair::model::Side;

use super::expand::{Explorer, Label, Step};
use super::state::State;
use crate::engine::Quick;

/// Too long a time in which one server works alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overflow {
    pub side: Side,
    /// The limits on the way, together.
    pub at_most: Duration,
    /// As the site says.
    pub log_lasts: Duration,
    /// The statements on the way with a limit, in their order; repeated ones again.
    pub way: Vec<(InstrId, Duration)>,
    /// So many steps fail on the way, and are repeated or end the run.
    pub failures: u8,
}

/// Where a run stands. A back-out asks first what came of the command at which the run was left: that is no part of the way
/// there, as the operator came between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Station {
    at: InstrId,
    settles_to_undo: bool,
}

impl Station {
    fn of(explorer: &Explorer<'_>, state: State) -> Station {
        let node = explorer.nodes.get(state.node);
        Station { at: node.at, settles_to_undo: node.settles_to_undo }
    }
}

/// Where the run can stand while a server works alone, and where it can go on to meanwhile.
#[derive(Debug, Default)]
pub(super) struct Alone {
    /// With the first state of each.
    stands: BTreeMap<(Station, Side), u32>,
    goes: BTreeMap<(Station, Side), BTreeSet<Station>>,
    /// What was taken in already.
    seen: HashMap<(Station, Station), [bool; 2], Quick>,
}

impl Alone {
    /// A state was reached.
    pub(super) fn stands(&mut self, explorer: &Explorer<'_>, state: State, number: u32) {
        if explorer.nodes.end(state.node).is_some() {
            return;
        }
        let station = Station::of(explorer, state);
        for side in alone(explorer, state) {
            self.stands.entry((station, side)).and_modify(|first| *first = number.min(*first)).or_insert(number);
        }
    }

    /// A step was taken. What the operator does with a run that is over, or was killed, takes any time.
    pub(super) fn goes(&mut self, explorer: &Explorer<'_>, from: State, step: &Step) {
        let operated =
            matches!(step.label, Label::Killed { .. } | Label::Answered { killed: Some(_), .. } | Label::BacksOut);
        let (at, to) = (Station::of(explorer, from), Station::of(explorer, step.to));
        if at == to || operated {
            return;
        }
        for side in alone(explorer, from).filter(|side| is_alone(explorer, step.to, *side)) {
            let seen = &mut self.seen.entry((at, to)).or_default()[side as usize];
            if !std::mem::replace(seen, true) {
                self.goes.entry((at, side)).or_default().insert(to);
            }
        }
    }

    /// The longest way, with the fewest failures by which it is longer than that; and the state at which it becomes so.
    pub(super) fn overflow(&self, code: &Code, log_lasts: Duration, most: u8) -> Option<(Overflow, InstrId, u32)> {
        (0..=most).find_map(|failures| self.longer_than(code, log_lasts, failures))
    }

    fn longer_than(&self, code: &Code, log_lasts: Duration, failures: u8) -> Option<(Overflow, InstrId, u32)> {
        let mut ways = Ways { code, alone: self, most: failures, known: HashMap::new() };
        let starts = self.stands.keys().map(|(at, side)| {
            let point = Point { station: *at, side: *side, failures: 0, repeats: Vec::new() };
            (ways.longest(&point), point)
        });
        let (at_most, from) = starts.max_by_key(|(longest, _)| *longest).filter(|(longest, _)| *longest > log_lasts)?;
        let way = ways.way(from.clone());
        let mut sum = Duration::ZERO;
        let (crossing, _) = *way.iter().find(|(_, limit)| {
            sum += *limit;
            sum > log_lasts
        })?;
        let state = *self.stands.get(&(crossing, from.side))?;
        let way = way.into_iter().map(|(station, limit)| (station.at, limit)).collect();
        Some((Overflow { side: from.side, at_most, log_lasts, way, failures }, crossing.at, state))
    }
}

/// The servers that work alone.
fn alone(explorer: &Explorer<'_>, state: State) -> impl Iterator<Item = Side> {
    Side::BOTH.into_iter().filter(move |side| is_alone(explorer, state, *side))
}

fn is_alone(explorer: &Explorer<'_>, state: State, side: Side) -> bool {
    explorer.pairs.get(state.pair).state(side) == Some(ServerState::PrimaryAlone)
}

/// A place on a way, and what was used up on the way there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Point {
    station: Station,
    side: Side,
    failures: u8,
    /// How often each step was repeated from, by its number; none yet: empty.
    repeats: Vec<u8>,
}

struct Ways<'a> {
    code: &'a Code,
    alone: &'a Alone,
    /// As many steps may fail.
    most: u8,
    /// The longest way from each point and where it goes first; none: what follows the point is being looked at.
    known: HashMap<Point, Option<(Duration, Option<Point>)>>,
}

/// Of a point: what follows it comes between the two.
enum Visit {
    Enter(Point),
    Leave(Point),
}

impl Ways<'_> {
    /// The limits from there on, together. Not by calling itself: a way is as long as its runbook.
    fn longest(&mut self, point: &Point) -> Duration {
        let mut open = vec![Visit::Enter(point.clone())];
        while let Some(visit) = open.pop() {
            match visit {
                Visit::Enter(point) if self.known.contains_key(&point) => {}
                Visit::Enter(point) => {
                    self.known.insert(point.clone(), None);
                    let next = self.next(&point);
                    open.push(Visit::Leave(point));
                    open.extend(next.into_iter().map(Visit::Enter));
                }
                Visit::Leave(point) => {
                    // Whatever came back without a failure stands on the way already, and is not counted twice.
                    let next = self.next(&point).into_iter().filter_map(|to| Some((self.longest_known(&to)?, to)));
                    let own = self.code.lasts_at_most(point.station.at);
                    let longest = next.max_by_key(|(longest, _)| *longest);
                    let (behind, to) = longest.map_or((Duration::ZERO, None), |(longest, to)| (longest, Some(to)));
                    self.known.insert(point, Some((own + behind, to)));
                }
            }
        }
        self.longest_known(point).expect("because it was left")
    }

    fn longest_known(&self, point: &Point) -> Option<Duration> {
        let known = self.known.get(point)?.as_ref()?;
        Some(known.0)
    }

    fn next(&self, point: &Point) -> Vec<Point> {
        let next = self.alone.goes.get(&(point.station, point.side)).into_iter().flatten();
        next.filter_map(|to| self.go(point, *to)).collect()
    }

    /// A step into a handler is a failure; one out of it is a repeat, of which a step has so many.
    fn go(&self, from: &Point, to: Station) -> Option<Point> {
        let (here, there) = (self.code.place(from.station.at), self.code.place(to.at));
        let enters = there.part == Part::Handler && (here.part != Part::Handler || here.step != there.step);
        let failures = from.failures + u8::from(enters);
        let mut repeats = from.repeats.clone();
        if let (Part::Handler, Part::Body, Some(step)) = (here.part, there.part, here.step) {
            let at = usize::from(step.0);
            repeats.resize(repeats.len().max(at + 1), 0);
            repeats[at] += 1;
            if u32::from(repeats[at]) > self.code.repeats(step) {
                return None;
            }
        }
        (failures <= self.most).then_some(Point { station: to, side: from.side, failures, repeats })
    }

    fn way(&self, from: Point) -> Vec<(Station, Duration)> {
        let mut way = Vec::new();
        let mut next = Some(from);
        while let Some(point) = next {
            let limit = self.code.lasts_at_most(point.station.at);
            way.extend((!limit.is_zero()).then_some((point.station, limit)));
            next = self.known.get(&point).and_then(|known| known.as_ref()?.1.clone());
        }
        way
    }
}
