//! What one look shows, with what the run knows besides: what is old news, what the failed command answered.

use crate::pair::{State, Status, StatusWord};
use crate::program::ServerId;

use super::durable::{Durable, Refused};
use super::news::{Activity, News};
use super::test::{PARTS, Test};
use super::truth::{Truth, all};
use super::{Probe, Reading};

#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) probes: &'a [Probe],
    pub(super) readings: &'a [Reading],
    pub(super) kept: &'a Durable,
}

impl<'a> View<'a> {
    /// What a probe gave, where it is known. Of a server proven DOWN or OFFLINE nothing else is.
    pub(super) fn reading(&self, probe: &Probe) -> Option<&'a Reading> {
        let asked_of_it = matches!(probe, Probe::Status(..) | Probe::Measure(..) | Probe::Answers(..));
        let gone = || probe.server().is_some_and(|server| self.is_gone(server));
        self.first(|asked| asked == probe).filter(|_| !(asked_of_it && gone()))
    }

    pub(super) fn state(&self, server: ServerId) -> Option<State> {
        self.first(|asked| matches!(asked, Probe::State(of) if *of == server)).and_then(Reading::state)
    }

    /// Some server is proven DOWN.
    pub(super) fn sees_down(&self) -> bool {
        self.readings.contains(&Reading::State(State::Down))
    }

    /// Proven DOWN or OFFLINE.
    fn is_gone(&self, server: ServerId) -> bool {
        self.state(server).is_some_and(|state| !state.answers())
    }

    /// What a status shows of the process that this run started last; old news is not known.
    pub(super) fn status(&self, server: ServerId, status: Status) -> Option<StatusWord> {
        self.shown(server, status).filter(|_| self.kept.news.of(server, status) == News::Current)
    }

    /// Whether that is in progress; `None`: whether nothing is.
    pub(super) fn activity(&self, server: ServerId, word: StatusWord) -> Truth {
        if word == StatusWord::None {
            return all(PARTS.into_iter().map(|status| match self.of_activity(server, status) {
                Some(shown) => (activity_of(status, shown) == StatusWord::None).into(),
                None => Truth::Unknown,
            }));
        }
        PARTS
            .into_iter()
            .map(|status| match self.of_activity(server, status) {
                Some(shown) => (activity_of(status, shown) == word).into(),
                None if can_show(status, word) => Truth::Unknown,
                None => Truth::False,
            })
            .fold(Truth::False, |so_far, truth| super::truth::any([so_far, truth].into_iter()))
    }

    /// What a status says of what is in progress.
    fn of_activity(&self, server: ServerId, status: Status) -> Option<StatusWord> {
        match self.kept.news.activity(server) {
            Activity::ByStatuses => self.status(server, status),
            Activity::Old => self.shown(server, status).filter(|shown| in_progress(status, *shown)),
            Activity::Stands => self.shown(server, status),
        }
    }

    /// What a condition asks that is seen and old.
    pub(super) fn old(&self, test: &Test) -> Vec<(ServerId, Status)> {
        let mut old = Vec::new();
        test.each(&mut |test| {
            if let Test::Status { server, status, .. } = test
                && self.is_old(*server, *status)
            {
                old.push((*server, *status));
            }
        });
        old
    }

    fn is_old(&self, server: ServerId, status: Status) -> bool {
        let seen_and_old =
            |status| self.kept.news.of(server, status) != News::Current && self.shown(server, status).is_some();
        match status {
            Status::Activity => match self.kept.news.activity(server) {
                Activity::ByStatuses => PARTS.into_iter().any(seen_and_old),
                Activity::Old => PARTS.into_iter().any(|status| self.shown(server, status).is_some()),
                Activity::Stands => false,
            },
            Status::Link | Status::Copy | Status::Switch | Status::Catchup => seen_and_old(status),
        }
    }

    /// Whether the failed command was refused, with one of these codes (none: with any).
    pub(super) fn refused(&self, codes: &[u32]) -> bool {
        match self.kept.refused {
            Refused::No => false,
            Refused::WithoutCode => codes.is_empty(),
            Refused::With(code) => codes.is_empty() || codes.iter().any(|wanted| i32::try_from(*wanted) == Ok(code)),
        }
    }

    /// Every probe with what it gave.
    pub(super) fn pairs(&self) -> Vec<(Probe, Reading)> {
        self.probes.iter().cloned().zip(self.readings.iter().cloned()).collect()
    }

    /// What a status shows, old or not.
    pub(super) fn shown(&self, server: ServerId, status: Status) -> Option<StatusWord> {
        let asks = |asked: &Probe| matches!(asked, Probe::Status(of, what) if (*of, *what) == (server, status));
        self.first(asks).and_then(Reading::status).filter(|_| !self.is_gone(server))
    }

    /// What the first probe of that kind gave.
    fn first(&self, is: impl FnMut(&Probe) -> bool) -> Option<&'a Reading> {
        self.probes.iter().position(is).and_then(|at| self.readings.get(at))
    }
}

/// What each word of a status says is in progress; other words say that nothing is.
const IN_PROGRESS: [(Status, StatusWord, StatusWord); 6] = [
    (Status::Link, StatusWord::Connecting, StatusWord::Connect),
    (Status::Link, StatusWord::Disconnecting, StatusWord::Disconnect),
    (Status::Link, StatusWord::Catchup, StatusWord::Catchup),
    (Status::Catchup, StatusWord::Active, StatusWord::Catchup),
    (Status::Copy, StatusWord::Active, StatusWord::Copy),
    (Status::Switch, StatusWord::Active, StatusWord::Switch),
];

/// Whether a status that shows this says that something is in progress.
#[must_use]
pub fn in_progress(status: Status, word: StatusWord) -> bool {
    activity_of(status, word) != StatusWord::None
}

/// What a status says is in progress.
fn activity_of(status: Status, word: StatusWord) -> StatusWord {
    let row = IN_PROGRESS.into_iter().find(|(asked, shown, _)| (*asked, *shown) == (status, word));
    row.map_or(StatusWord::None, |(_, _, activity)| activity)
}

/// Whether a status can say that this is in progress.
fn can_show(status: Status, activity: StatusWord) -> bool {
    IN_PROGRESS.into_iter().any(|(asked, _, says)| (asked, says) == (status, activity))
}
