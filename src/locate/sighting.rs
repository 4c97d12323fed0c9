//! What is seen of a live pair, and which pairs of the model look like it.

use crate::engine::model::{reading, side_of};
use crate::engine::{Action, Answer, Clock, Clocks, Code, Probe, Reading, Releases, Request, World, in_progress};
use crate::pair::model::{Model, Side};
use crate::pair::{Measure, State, Status, StatusWord, Version};
use crate::program::ServerId;

/// The statuses that are asked; what is in progress follows from them.
const STATUSES: [Status; 4] = [Status::Link, Status::Copy, Status::Switch, Status::Catchup];

/// One look at a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    readings: Vec<(Probe, Reading)>,
    servers: Vec<ServerId>,
    /// The version that an upgrade brings, where the runbook installs one.
    new: Option<Version>,
}

/// How well a pair of the model looks like the one that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    Exactly,
    /// But for the result of a copy or a switch that may be older than the procedure.
    ButForOldResults,
}

impl Sighting {
    /// Looks at the pair, as a run does.
    pub fn look(world: &mut dyn World, code: &Code, releases: Releases) -> Sighting {
        world.answer(&Request::Set(Clock::Look, code.settings().look_limit));
        let probes = probes(code);
        let readings = match world.answer(&Request::Look(probes.clone(), Clocks::NONE)) {
            Answer::Looked(readings) => readings,
            answer @ (Answer::Begin | Answer::Set | Answer::Woke(_) | Answer::Decided(_) | Answer::Outcome(_)) => {
                unreachable!("because a world answers a look with one: {answer:?}")
            }
        };
        Sighting {
            readings: probes.into_iter().zip(readings).collect(),
            servers: servers(code).collect(),
            new: installs(code).then_some(releases.new),
        }
    }

    /// Looks again once `look_limit` is over since the last look: what a server had only just accepted can be seen by then.
    pub fn look_again(world: &mut dyn World, code: &Code, releases: Releases) -> Sighting {
        loop {
            match world.answer(&Request::Pause(Clocks::of(Clock::Look))) {
                Answer::Woke(over) if over.look => return Sighting::look(world, code, releases),
                Answer::Woke(_) => {}
                answer
                @ (Answer::Begin | Answer::Set | Answer::Looked(_) | Answer::Decided(_) | Answer::Outcome(_)) => {
                    unreachable!("because a world wakes who pauses: {answer:?}")
                }
            }
        }
    }

    /// Everything that was asked, in its order.
    #[must_use]
    pub fn readings(&self) -> &[(Probe, Reading)] {
        &self.readings
    }

    #[must_use]
    pub fn servers(&self) -> &[ServerId] {
        &self.servers
    }

    #[must_use]
    pub fn reading(&self, probe: &Probe) -> Option<&Reading> {
        self.readings.iter().find(|(asked, _)| asked == probe).map(|(_, reading)| reading)
    }

    #[must_use]
    pub fn state(&self, server: ServerId) -> Option<State> {
        self.reading(&Probe::State(server)).and_then(Reading::state)
    }

    /// The state of each server, where all are in sight.
    #[must_use]
    pub fn states(&self) -> Option<Vec<State>> {
        self.servers.iter().map(|server| self.state(*server)).collect()
    }

    #[must_use]
    pub fn status(&self, server: ServerId, status: Status) -> Option<StatusWord> {
        self.reading(&Probe::Status(server, status)).and_then(Reading::status)
    }

    /// Of the running process; of one that does not answer, what its machine says is installed.
    #[must_use]
    pub fn version(&self, server: ServerId) -> Option<Version> {
        let of = |probe| self.reading(&probe).and_then(Reading::version);
        of(Probe::Measure(server, Measure::Version)).or_else(|| of(Probe::Installed(server)))
    }

    /// Whether it acts; none: not known, or not asked.
    #[must_use]
    pub fn watchdog(&self) -> Option<bool> {
        self.reading(&Probe::Watchdog).and_then(Reading::yes)
    }

    /// The statuses of a server that say that something is in progress.
    #[must_use]
    pub fn in_progress(&self, server: ServerId) -> Vec<(Probe, Reading)> {
        let busy = |status: &Status| self.status(server, *status).is_some_and(|word| in_progress(*status, word));
        let probes = STATUSES.into_iter().filter(busy).map(|status| Probe::Status(server, status));
        probes.filter_map(|probe| Some((probe.clone(), self.reading(&probe)?.clone()))).collect()
    }

    /// Whether nothing that is known of both differs.
    #[must_use]
    pub fn is_like(&self, other: &Sighting) -> bool {
        let known = |reading: &Reading| !matches!(reading, Reading::Unknown(_));
        let same = |(one, two): (&(Probe, Reading), &(Probe, Reading))| one == two || !known(&one.1) || !known(&two.1);
        self.readings.iter().zip(&other.readings).all(same)
    }

    /// Whether a pair of the model looks like it. What is not known excludes nothing; the watchdog is judged apart.
    #[must_use]
    pub fn fit(&self, model: &Model) -> Option<Fit> {
        let fits = self.readings.iter().map(|(probe, seen)| self.fit_of(model, probe, seen));
        fits.reduce(|one, other| Some(one?.max(other?))).flatten()
    }

    fn fit_of(&self, model: &Model, probe: &Probe, seen: &Reading) -> Option<Fit> {
        if matches!(seen, Reading::Unknown(_)) {
            return Some(Fit::Exactly);
        }
        let equal = |is: bool| is.then_some(Fit::Exactly);
        match (probe, self.new) {
            (Probe::Watchdog, _) => Some(Fit::Exactly),
            (Probe::Measure(server, Measure::Version) | Probe::Installed(server), Some(new)) => {
                let software = model.software(side_of(*server));
                equal(seen.version().is_some_and(|seen| seen <= new && (seen == new) == (software == new)))
            }
            (Probe::Measure(_, Measure::Version) | Probe::Installed(_), None) => Some(Fit::Exactly),
            (Probe::Status(_, Status::Copy | Status::Switch), _) => fit_of_result(&of_model(model, probe), seen),
            (_, _) => equal(of_model(model, probe) == *seen),
        }
    }
}

/// The result of a copy or switch may be one of long ago, where the procedure has none yet.
fn fit_of_result(model: &Reading, seen: &Reading) -> Option<Fit> {
    if model == seen {
        return Some(Fit::Exactly);
    }
    let old = *model == Reading::Status(StatusWord::None) && *seen != Reading::Status(StatusWord::Active);
    old.then_some(Fit::ButForOldResults)
}

/// Positions and host commands are not asked.
fn of_model(model: &Model, probe: &Probe) -> Reading {
    let nowhere = |_: Side| String::new();
    reading(model, probe, nowhere, |_| false)
}

fn servers(code: &Code) -> impl Iterator<Item = ServerId> {
    (0u8..).map(ServerId).take(code.servers().len())
}

fn installs(code: &Code) -> bool {
    code.commands().any(|(_, command)| matches!(command.action, Action::Install { .. }))
}

fn probes(code: &Code) -> Vec<Probe> {
    let states = servers(code).map(Probe::State);
    let others = servers(code).flat_map(|server| {
        let statuses = STATUSES.into_iter().map(move |status| Probe::Status(server, status));
        statuses.chain([Probe::Measure(server, Measure::Version), Probe::Installed(server)])
    });
    states.chain(others).chain(code.silences_watchdog().then_some(Probe::Watchdog)).collect()
}
