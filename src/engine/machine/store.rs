//! Many machines in little room: what many of them share is kept once, and a machine is six numbers.

use std::hash::{BuildHasher, Hash};

use indexmap::IndexSet;

use crate::engine::durable::{Doubt, Refused, Started, Watchdog};
use crate::engine::news::AllNews;
use crate::engine::{Durable, End, Entry, InstrId, RunResult};
use crate::pair::State;
use crate::program::StepId;

use super::{Machine, Task};

/// The machines that were kept.
#[derive(Debug, Default)]
pub struct Store<S> {
    tasks: IndexSet<(Task, bool), S>,
    places: IndexSet<Place, S>,
    ways: IndexSet<Way, S>,
    doubts: IndexSet<Doubts, S>,
    news: IndexSet<AllNews, S>,
    courses: IndexSet<Course, S>,
}

/// A machine in a store. Of one store, equal machines are equal here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stored {
    task: u32,
    durable: StoredDurable,
}

/// What survives a kill of a machine, in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoredDurable {
    place: u32,
    way: u32,
    doubts: u32,
    news: u32,
    course: u32,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    at: InstrId,
    step: Option<StepId>,
    sent: Option<InstrId>,
    repeating: bool,
    failing: bool,
    refused: Refused,
    said: [Option<Option<State>>; 2],
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Way {
    entry: Option<Entry>,
    attempts: Vec<u16>,
    used: Vec<u32>,
    approved: Vec<bool>,
}

/// The commands of which something is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Doubts {
    doubt: Option<Doubt>,
    unsettled: Option<Doubt>,
    started: Started,
}

/// What has become of it otherwise: what few turns change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Course {
    fenced: [bool; 2],
    touched: bool,
    no_return: bool,
    watchdog: Watchdog,
    result: RunResult,
    ending_failed: bool,
    settles_to_undo: bool,
    backing_out: Option<StepId>,
    left_at: Option<InstrId>,
    ended: Option<End>,
}

/// What survives a kill, taken apart.
struct Parts {
    place: Place,
    way: Way,
    doubts: Doubts,
    news: AllNews,
    course: Course,
}

impl Parts {
    fn of(durable: Durable) -> Parts {
        let Durable {
            entry,
            at,
            doubt,
            unsettled,
            repeating,
            sent,
            failing,
            refused,
            step,
            attempts,
            used,
            approved,
            fenced,
            touched,
            no_return,
            watchdog,
            news,
            started,
            said,
            result,
            ending_failed,
            settles_to_undo,
            backing_out,
            left_at,
            ended,
        } = durable;
        Parts {
            place: Place { at, step, sent, repeating, failing, refused, said },
            way: Way { entry, attempts, used, approved },
            doubts: Doubts { doubt, unsettled, started },
            news,
            course: Course {
                fenced,
                touched,
                no_return,
                watchdog,
                result,
                ending_failed,
                settles_to_undo,
                backing_out,
                left_at,
                ended,
            },
        }
    }
}

impl Stored {
    /// What survives a kill of it.
    #[must_use]
    pub fn durable(self) -> StoredDurable {
        self.durable
    }
}

impl<S: BuildHasher> Store<S> {
    /// Keeps a machine. It is found sooner where one that was kept is much like it, such as that of the turn before.
    pub fn keep(&mut self, Machine { kept, task, interrupted }: Machine, like: Option<StoredDurable>) -> Stored {
        let durable = self.keep_durable(kept, like);
        Stored { task: number(self.tasks.insert_full((task, interrupted)).0), durable }
    }

    /// Keeps what survives a kill.
    pub fn keep_durable(&mut self, durable: Durable, like: Option<StoredDurable>) -> StoredDurable {
        let Parts { place, way, doubts, news, course } = Parts::of(durable);
        StoredDurable {
            place: keep(&mut self.places, place, like.map(|like| like.place)),
            way: keep(&mut self.ways, way, like.map(|like| like.way)),
            doubts: keep(&mut self.doubts, doubts, like.map(|like| like.doubts)),
            news: keep(&mut self.news, news, like.map(|like| like.news)),
            course: keep(&mut self.courses, course, like.map(|like| like.course)),
        }
    }

    /// A machine whose parts are kept all; whether it is kept itself only its keeper knows.
    #[must_use]
    pub fn find(&self, Machine { kept, task, interrupted }: Machine) -> Option<Stored> {
        let Parts { place, way, doubts, news, course } = Parts::of(kept);
        let durable = StoredDurable {
            place: number(self.places.get_index_of(&place)?),
            way: number(self.ways.get_index_of(&way)?),
            doubts: number(self.doubts.get_index_of(&doubts)?),
            news: number(self.news.get_index_of(&news)?),
            course: number(self.courses.get_index_of(&course)?),
        };
        Some(Stored { task: number(self.tasks.get_index_of(&(task, interrupted))?), durable })
    }

    /// A machine that was kept.
    #[must_use]
    pub fn get(&self, Stored { task, durable }: Stored) -> Machine {
        let (task, interrupted) = self.tasks[task as usize].clone();
        Machine { kept: self.durable(durable), task, interrupted }
    }

    /// What survives a kill, where that was kept or the machine was.
    #[must_use]
    pub fn durable(&self, stored: StoredDurable) -> Durable {
        let Place { at, step, sent, repeating, failing, refused, said } = self.places[stored.place as usize].clone();
        let Way { entry, attempts, used, approved } = self.ways[stored.way as usize].clone();
        let Doubts { doubt, unsettled, started } = self.doubts[stored.doubts as usize].clone();
        let news = self.news[stored.news as usize];
        let Course {
            fenced,
            touched,
            no_return,
            watchdog,
            result,
            ending_failed,
            settles_to_undo,
            backing_out,
            left_at,
            ended,
        } = self.courses[stored.course as usize].clone();
        Durable {
            entry,
            at,
            doubt,
            unsettled,
            repeating,
            sent,
            failing,
            refused,
            step,
            attempts,
            used,
            approved,
            fenced,
            touched,
            no_return,
            watchdog,
            news,
            started,
            said,
            result,
            ending_failed,
            settles_to_undo,
            backing_out,
            left_at,
            ended,
        }
    }
}

/// The number of a part. Most parts stay as they are in a turn, and to compare is cheaper than to hash.
fn keep<T: Hash + Eq, S: BuildHasher>(kept: &mut IndexSet<T, S>, part: T, like: Option<u32>) -> u32 {
    match like {
        Some(like) if kept[like as usize] == part => like,
        Some(_) | None => number(kept.insert_full(part).0),
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("because there are far fewer than 2^32")
}
