//! Which retries a run can still come to, by where it stands and by which of them are used up: of the others it does not matter
//! how often they were used.

use std::cell::RefCell;
use std::collections::HashMap;

use super::instr::Instr;
use super::live::successors;
use super::{Code, InstrId, Quick};

/// So many counters fit into a set; a runbook with more keeps them all.
const MOST: usize = u64::BITS as usize;

/// What is known of them.
#[derive(Debug, Clone)]
pub(super) struct Retries {
    /// By counter, how often it may be used.
    times: Vec<u32>,
    /// By instruction.
    ways: Vec<Way>,
    /// By the set of those that are used up: of each instruction, those that are come to from there.
    known: RefCell<HashMap<u64, Vec<u64>, Quick>>,
}

/// Where a run goes on from an instruction.
#[derive(Debug, Clone)]
struct Way {
    next: Vec<InstrId>,
    /// By which counter it goes, and where it goes on once that is used up.
    retry: Option<(usize, InstrId)>,
}

impl Retries {
    pub(super) fn of(code: &Code) -> Retries {
        let mut times = vec![0; code.counters];
        let ways = code.ids().map(|at| {
            let retry = match code.instr(at) {
                Instr::Retry(retry) => {
                    times[retry.counter] = retry.times;
                    Some((retry.counter, retry.used_up))
                }
                _ => None,
            };
            Way { next: successors(code, at).collect(), retry }
        });
        Retries { ways: ways.collect(), times, known: RefCell::default() }
    }

    /// Forgets how often those were used that a run which stands there does not come to.
    pub(super) fn forget(&self, at: InstrId, used: &mut [u32]) {
        if self.times.len() > MOST || used.iter().all(|used| *used == 0) {
            return;
        }
        let counters = || (0..).zip(&self.times);
        let used_up = counters().filter(|(counter, times)| used[*counter] >= **times).map(|(counter, _)| bit(counter));
        let come_to = self.come_to(at, used_up.sum());
        for (counter, used) in used.iter_mut().enumerate() {
            *used = if come_to & bit(counter) == 0 { 0 } else { *used };
        }
    }

    fn come_to(&self, at: InstrId, used_up: u64) -> u64 {
        let mut known = self.known.borrow_mut();
        known.entry(used_up).or_insert_with(|| self.worked_out(used_up))[at.index()]
    }

    /// Follows every way backwards until nothing is new.
    fn worked_out(&self, used_up: u64) -> Vec<u64> {
        let mut come_to = vec![0; self.ways.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for at in (0..self.ways.len()).rev() {
                let Way { next, retry } = &self.ways[at];
                let behind = |next: &[InstrId]| next.iter().fold(0, |so_far, next| so_far | come_to[next.index()]);
                let now = match retry {
                    Some((counter, otherwise)) if used_up & bit(*counter) != 0 => bit(*counter) | behind(&[*otherwise]),
                    Some((counter, _)) => bit(*counter) | behind(next),
                    None => behind(next),
                };
                changed |= come_to[at] != now;
                come_to[at] = now;
            }
        }
        come_to
    }
}

fn bit(counter: usize) -> u64 {
    1 << counter
}
