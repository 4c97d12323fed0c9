//! Many machines in little room: what many of them share is kept once, and a machine is five numbers.

use std::hash::BuildHasher;

use indexmap::IndexSet;

use crate::engine::durable::{Doubt, Started};
use crate::engine::news::AllNews;
use crate::engine::{Durable, Entry};

use super::{Machine, Task};

/// The machines that were kept.
#[derive(Debug, Default)]
pub struct Store<S> {
    tasks: IndexSet<(Task, bool), S>,
    ways: IndexSet<Way, S>,
    doubts: IndexSet<Doubts, S>,
    news: IndexSet<AllNews, S>,
    rests: IndexSet<Durable, S>,
}

/// A machine in a store. Of one store, equal machines are equal here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stored {
    task: u32,
    way: u32,
    doubts: u32,
    news: u32,
    rest: u32,
}

/// How far a run has come.
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

/// A machine, taken apart.
struct Parts {
    task: (Task, bool),
    way: Way,
    doubts: Doubts,
    news: AllNews,
    /// What is left of it, without the others.
    rest: Durable,
}

impl Parts {
    fn of(Machine { mut kept, task, interrupted }: Machine) -> Parts {
        let way = Way {
            entry: kept.entry.take(),
            attempts: std::mem::take(&mut kept.attempts),
            used: std::mem::take(&mut kept.used),
            approved: std::mem::take(&mut kept.approved),
        };
        let doubts = Doubts {
            doubt: kept.doubt.take(),
            unsettled: kept.unsettled.take(),
            started: std::mem::take(&mut kept.started),
        };
        let news = std::mem::take(&mut kept.news);
        Parts { task: (task, interrupted), way, doubts, news, rest: kept }
    }
}

impl<S: BuildHasher> Store<S> {
    /// Keeps a machine.
    pub fn keep(&mut self, machine: Machine) -> Stored {
        let Parts { task, way, doubts, news, rest } = Parts::of(machine);
        Stored {
            task: number(self.tasks.insert_full(task).0),
            way: number(self.ways.insert_full(way).0),
            doubts: number(self.doubts.insert_full(doubts).0),
            news: number(self.news.insert_full(news).0),
            rest: number(self.rests.insert_full(rest).0),
        }
    }

    /// A machine whose parts are kept all; whether it is kept itself only its keeper knows.
    #[must_use]
    pub fn find(&self, machine: Machine) -> Option<Stored> {
        let Parts { task, way, doubts, news, rest } = Parts::of(machine);
        Some(Stored {
            task: number(self.tasks.get_index_of(&task)?),
            way: number(self.ways.get_index_of(&way)?),
            doubts: number(self.doubts.get_index_of(&doubts)?),
            news: number(self.news.get_index_of(&news)?),
            rest: number(self.rests.get_index_of(&rest)?),
        })
    }

    /// A machine that was kept.
    #[must_use]
    pub fn get(&self, stored: Stored) -> Machine {
        let (task, interrupted) = self.tasks[stored.task as usize].clone();
        Machine { kept: self.durable(stored), task, interrupted }
    }

    /// What survives a kill of a machine that was kept.
    #[must_use]
    pub fn durable(&self, stored: Stored) -> Durable {
        let Way { entry, attempts, used, approved } = self.ways[stored.way as usize].clone();
        let Doubts { doubt, unsettled, started } = self.doubts[stored.doubts as usize].clone();
        let news = self.news[stored.news as usize];
        Durable {
            entry,
            attempts,
            used,
            approved,
            doubt,
            unsettled,
            started,
            news,
            ..self.rests[stored.rest as usize].clone()
        }
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("because there are far fewer than 2^32")
}
