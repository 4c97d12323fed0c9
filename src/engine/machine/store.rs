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

/// A part of what survives a kill.
trait Part: Hash + Eq {
    fn of(durable: &Durable) -> Self;

    /// It is this part of that, too.
    fn is_of(&self, durable: &Durable) -> bool;
}

impl Part for Place {
    fn of(durable: &Durable) -> Place {
        let Durable { at, step, sent, repeating, failing, refused, said, .. } = *durable;
        Place { at, step, sent, repeating, failing, refused, said }
    }

    fn is_of(&self, durable: &Durable) -> bool {
        *self == Place::of(durable)
    }
}

impl Part for Way {
    fn of(Durable { entry, attempts, used, approved, .. }: &Durable) -> Way {
        Way { entry: entry.clone(), attempts: attempts.clone(), used: used.clone(), approved: approved.clone() }
    }

    fn is_of(&self, Durable { entry, attempts, used, approved, .. }: &Durable) -> bool {
        self.attempts == *attempts && self.used == *used && self.approved == *approved && self.entry == *entry
    }
}

impl Part for Doubts {
    fn of(durable: &Durable) -> Doubts {
        let Durable { doubt, unsettled, started, .. } = *durable;
        Doubts { doubt, unsettled, started }
    }

    fn is_of(&self, Durable { doubt, unsettled, started, .. }: &Durable) -> bool {
        self.doubt == *doubt && self.unsettled == *unsettled && self.started == *started
    }
}

impl Part for AllNews {
    fn of(durable: &Durable) -> AllNews {
        durable.news
    }

    fn is_of(&self, durable: &Durable) -> bool {
        *self == durable.news
    }
}

impl Part for Course {
    fn of(durable: &Durable) -> Course {
        let Durable { fenced, touched, no_return, watchdog, result, ending_failed, .. } = *durable;
        let Durable { settles_to_undo, backing_out, left_at, ref ended, .. } = *durable;
        let ended = ended.clone();
        Course {
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
        }
    }

    fn is_of(&self, durable: &Durable) -> bool {
        *self == Course::of(durable)
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
    pub fn keep(&mut self, machine: &Machine, like: Option<StoredDurable>) -> Stored {
        let durable = self.keep_durable(&machine.kept, like);
        Stored { task: number(self.tasks.insert_full((machine.task.clone(), machine.interrupted)).0), durable }
    }

    /// Keeps what survives a kill.
    pub fn keep_durable(&mut self, durable: &Durable, like: Option<StoredDurable>) -> StoredDurable {
        StoredDurable {
            place: keep(&mut self.places, durable, like.map(|like| like.place)),
            way: keep(&mut self.ways, durable, like.map(|like| like.way)),
            doubts: keep(&mut self.doubts, durable, like.map(|like| like.doubts)),
            news: keep(&mut self.news, durable, like.map(|like| like.news)),
            course: keep(&mut self.courses, durable, like.map(|like| like.course)),
        }
    }

    /// A machine whose parts are kept all; whether it is kept itself only its keeper knows.
    #[must_use]
    pub fn find(&self, machine: &Machine) -> Option<Stored> {
        let durable = &machine.kept;
        let task = self.tasks.get_index_of(&(machine.task.clone(), machine.interrupted))?;
        let durable = StoredDurable {
            place: find(&self.places, durable)?,
            way: find(&self.ways, durable)?,
            doubts: find(&self.doubts, durable)?,
            news: find(&self.news, durable)?,
            course: find(&self.courses, durable)?,
        };
        Some(Stored { task: number(task), durable })
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
fn keep<T: Part, S: BuildHasher>(kept: &mut IndexSet<T, S>, durable: &Durable, like: Option<u32>) -> u32 {
    match like {
        Some(like) if kept[like as usize].is_of(durable) => like,
        Some(_) | None => number(kept.insert_full(T::of(durable)).0),
    }
}

fn find<T: Part, S: BuildHasher>(kept: &IndexSet<T, S>, durable: &Durable) -> Option<u32> {
    kept.get_index_of(&T::of(durable)).map(number)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("because there are far fewer than 2^32")
}
