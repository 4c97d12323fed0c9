//! The live pair laid over what the explorer reached.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::engine::{Code, Entry, Probe, Reading};
use crate::lint::allow::Allow;
use crate::pair::Version;
use crate::pair::model::Model;
use crate::program::StepId;
use crate::verify::{self, Bounds, Configuration, Explored, Root, Spot, Standing, Takes};

use super::sighting::{Fit, Sighting};
use super::verdict::{Verdict, Why};

/// How much has to be supposed for a place: the less the likelier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rank {
    pub fit: Fit,
    /// Something went wrong, or was lost, or a person said no.
    pub wrong: bool,
    /// Something is in progress that cannot be seen yet, or is about to end.
    pub unsettled: bool,
}

/// A place at which the procedure may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub standing: Standing,
    pub rank: Rank,
}

/// Everything that the explorer knows of a pair that looks like this one.
#[derive(Debug, Clone)]
pub struct Ground<'c> {
    code: &'c Code,
    sighting: Sighting,
    seen: Vec<Seen>,
    bounds: Bounds,
    pub explored: Explored,
}

impl<'c> Ground<'c> {
    /// Explores a program in each configuration, with as much going wrong as the bounds say.
    #[must_use]
    pub fn new(code: &'c Code, configurations: &[Configuration], sighting: Sighting, bounds: Bounds) -> Ground<'c> {
        let configurations = that_differ(configurations);
        let stood = verify::stand(code, &configurations, bounds, |model| sighting.fit(model).is_some());
        let seen = stood.standings.into_iter().filter_map(|standing| {
            let fit = sighting.fit(&standing.pair)?;
            let rank = Rank { fit, wrong: standing.takes.wrong, unsettled: !standing.pair.is_quiescent() };
            Some(Seen { standing, rank })
        });
        Ground { code, seen: seen.collect(), sighting, bounds, explored: stood.explored }
    }

    #[must_use]
    pub fn sighting(&self) -> &Sighting {
        &self.sighting
    }

    /// The least that has to be supposed; none: the explorer knows no such pair.
    #[must_use]
    pub fn best(&self) -> Option<Rank> {
        self.seen.iter().map(|seen| seen.rank).min()
    }

    /// Where it may stand, in the order of the program, the likeliest of each place; not what needs an older result, or
    /// something unseen, where another place does without.
    #[must_use]
    pub fn places(&self) -> Vec<Seen> {
        let mut places = IndexMap::new();
        for seen in self.likely() {
            let Standing { at, step, spot, backs_out, .. } = seen.standing;
            let known = places.entry((at, step, spot, backs_out)).or_insert(*seen);
            known.rank = known.rank.min(seen.rank);
        }
        let mut places: Vec<Seen> = places.into_values().collect();
        places.sort_by_key(|seen| (seen.standing.step, seen.standing.at, seen.standing.spot as u8));
        places
    }

    /// Nothing need have been done: it looks as before the first step.
    #[must_use]
    pub fn is_at_the_start(&self) -> bool {
        let before = |seen: &Seen| seen.standing.step.is_none_or(|step| step == StepId(0) && begins(seen));
        self.expected().any(|seen| !seen.rank.wrong && before(seen))
    }

    /// A run that came to success leaves it so, and the watchdog too.
    #[must_use]
    pub fn is_at_the_end(&self) -> bool {
        let watchdog = self.sighting.watchdog();
        let as_left = |model: &Model| watchdog.is_none_or(|on| on == model.watchdog_is_on());
        self.expected().any(|seen| seen.standing.spot == Spot::Done && as_left(&seen.standing.pair))
    }

    /// The later steps at whose beginning the pair may look so, in their order.
    #[must_use]
    pub fn near(&self) -> BTreeSet<StepId> {
        let Some(best) = self.best() else { return BTreeSet::new() };
        let near = self.likely().filter(|seen| seen.rank.wrong <= best.wrong && begins(seen));
        near.filter_map(|seen| seen.standing.step).filter(|step| *step != StepId(0)).collect()
    }

    /// Whether a run may begin with a step: cheap reasons first, and only where there are none is explored what comes of it.
    #[must_use]
    pub fn judge(&self, step: StepId, allows: &[Allow]) -> Verdict {
        let mut why = self.out_of_sight();
        let Some(states) = self.sighting.states().filter(|_| why.is_empty()) else { return Verdict::Refused(why) };
        let entry = Entry { step, states };
        if !self.near().contains(&step) {
            why.push(Why::Elsewhere);
        }
        why.extend(self.busy());
        why.extend(self.watchdog(&entry));
        if why.is_empty() {
            why.extend(self.code.unstarted_from(step).into_iter().map(Why::Unstarted));
        }
        if why.is_empty() {
            why.extend(self.explore(&entry, allows));
        }
        if why.is_empty() { Verdict::Offered(entry) } else { Verdict::Refused(why) }
    }

    /// Those that need no older result and nothing unseen, where others do without.
    fn likely(&self) -> impl Iterator<Item = &Seen> {
        let best = self.best();
        let is = move |rank: Rank| best.is_some_and(|it| rank.fit == it.fit && rank.unsettled <= it.unsettled);
        self.seen.iter().filter(move |seen| is(seen.rank))
    }

    fn expected(&self) -> impl Iterator<Item = &Seen> {
        let best = self.best();
        self.seen.iter().filter(move |seen| Some(seen.rank) == best)
    }

    fn out_of_sight(&self) -> Vec<Why> {
        let servers = self.sighting.servers().iter();
        let unknown = servers.filter_map(|server| match self.sighting.reading(&Probe::State(*server)) {
            Some(Reading::Unknown(why)) => Some(Why::NotInSight { server: *server, why: why.clone() }),
            Some(_) | None => None,
        });
        unknown.collect()
    }

    fn busy(&self) -> Vec<Why> {
        let of = |server| (server, self.sighting.in_progress(server));
        let busy = self.sighting.servers().iter().copied().map(of).filter(|(_, readings)| !readings.is_empty());
        busy.map(|(server, readings)| Why::Busy { server, readings }).collect()
    }

    fn watchdog(&self, entry: &Entry) -> Option<Why> {
        if !entry.silences_watchdog(self.code) {
            return None;
        }
        match self.sighting.reading(&Probe::Watchdog) {
            Some(Reading::No) => None,
            Some(Reading::Unknown(why)) => Some(Why::WatchdogNotKnown { why: why.clone() }),
            Some(_) | None => Some(Why::WatchdogActs),
        }
    }

    /// Success is wanted of the pairs for which the least has to be supposed; damage of none that looks so, with no more going
    /// wrong in all than the bounds say.
    fn explore(&self, entry: &Entry, allows: &[Allow]) -> Vec<Why> {
        let mut roots: IndexMap<(Configuration, Model), Takes> = IndexMap::new();
        let best = self.best();
        // A killed run goes on from its journal, wherever it began: what verify says of kills holds for it, too.
        let bounds = Bounds { kills: 0, ..self.bounds };
        for Seen { standing, rank } in &self.seen {
            let mut pair = standing.pair;
            if let Some(on) = self.sighting.watchdog() {
                pair.set_watchdog(on);
            }
            let faults = standing.takes.faults.min(bounds.faults);
            let takes = Takes { wrong: Some(*rank) != best, faults, kills: 0 };
            let known = roots.entry((standing.configuration, pair)).or_insert(takes);
            *known = takes.min(*known);
        }
        let root = |((configuration, pair), takes)| Root { configuration, pair, takes };
        let roots: Vec<Root> = roots.into_iter().map(root).collect();
        let report = verify::verify_from(self.code, entry, &roots, bounds, allows);
        let mut why: Vec<Why> = report.broken.into_iter().map(|broken| Why::Breaks(Box::new(broken))).collect();
        if report.explored.succeeded == 0 {
            why.push(Why::NeverSucceeds);
        }
        if report.explored.cut_short > 0 {
            why.push(Why::NotExplored);
        }
        why
    }
}

/// Where all versions are of one level nothing is converted, and the readings of the manuals about that come to the same.
fn that_differ(configurations: &[Configuration]) -> Vec<Configuration> {
    let converts = |one: &&Configuration| {
        let levels = one.versions.map(Version::level);
        levels[0] != levels[1] || one.releases.old.level() != one.releases.new.level()
    };
    let plain = |one: &&Configuration| !one.model.conversion_keeps_base && !one.model.listener_converts;
    configurations.iter().filter(|one| converts(one) || plain(one)).copied().collect()
}

fn begins(seen: &Seen) -> bool {
    seen.standing.spot == Spot::Begins
}
