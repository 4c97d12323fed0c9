//! A server's data: the numbers of the transactions that it holds, in the order in which it got them.

use std::ops::Range;

/// A sequence of transaction numbers, kept as runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Commits {
    runs: Vec<Range<u64>>,
}

impl Commits {
    /// How many there are, repeated ones counted each time.
    pub(super) fn len(&self) -> u64 {
        self.runs.iter().map(length).sum()
    }

    /// Adds these at the end, in their order.
    pub(super) fn push(&mut self, run: Range<u64>) {
        if run.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.end == run.start => last.end = run.end,
            Some(_) | None => self.runs.push(run),
        }
    }

    /// The other one begins with exactly this.
    pub(super) fn is_start_of(&self, other: &Commits) -> bool {
        let Some((last, before)) = self.runs.split_last() else { return true };
        let Some((beside, beginning)) = other.runs.get(..self.runs.len()).and_then(<[_]>::split_last) else {
            return false;
        };
        before == beginning && last.start == beside.start && last.end <= beside.end
    }

    /// Adds what the other one holds behind the first so many.
    pub(super) fn extend_from(&mut self, other: &Commits, mut skip: u64) {
        for run in &other.runs {
            let skipped = skip.min(length(run));
            skip -= skipped;
            self.push(run.start + skipped..run.end);
        }
    }

    /// How many of these it holds, each counted once.
    pub(super) fn count_of(&self, wanted: &Commits) -> u64 {
        let (own, wanted) = (self.sorted(), wanted.sorted());
        let shared = |left: &Range<u64>, right: &Range<u64>| left.start.max(right.start)..left.end.min(right.end);
        own.iter().flat_map(|left| wanted.iter().map(move |right| length(&shared(left, right)))).sum()
    }

    /// How many numbers it holds more than once, counted as often as they are too many.
    pub(super) fn repeated(&self) -> u64 {
        self.len() - self.sorted().iter().map(length).sum::<u64>()
    }

    /// Each number once, in rising order.
    fn sorted(&self) -> Vec<Range<u64>> {
        let mut runs = self.runs.clone();
        runs.sort_by_key(|run| run.start);
        let mut joined: Vec<Range<u64>> = Vec::new();
        for run in runs {
            match joined.last_mut() {
                Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
                Some(_) | None => joined.push(run),
            }
        }
        joined
    }
}

fn length(run: &Range<u64>) -> u64 {
    run.end.saturating_sub(run.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(runs: &[(u64, u64)]) -> Commits {
        let mut commits = Commits::default();
        runs.iter().for_each(|(start, end)| commits.push(*start..*end));
        commits
    }

    #[test]
    fn a_beginning_is_known_and_a_fork_too() {
        let whole = of(&[(0, 10), (12, 20)]);
        for start in [of(&[]), of(&[(0, 3)]), of(&[(0, 10)]), of(&[(0, 10), (12, 15)]), whole.clone()] {
            assert!(start.is_start_of(&whole), "{start:?}");
        }
        for fork in [of(&[(0, 11)]), of(&[(1, 10)]), of(&[(0, 10), (13, 14)]), of(&[(0, 10), (12, 20), (30, 31)])] {
            assert!(!fork.is_start_of(&whole), "{fork:?}");
        }
    }

    #[test]
    fn a_catchup_sends_what_lies_behind_the_position() {
        let source = of(&[(0, 10), (12, 20)]);
        for position in 0..=source.len() {
            let mut target = Commits::default();
            target.extend_from(&source, 0);
            assert_eq!(target, source);
            let mut part = Commits::default();
            part.extend_from(&source, position);
            assert_eq!(part.len(), source.len() - position);
        }
    }

    #[test]
    fn what_stands_twice_is_counted_as_too_many() {
        let doubled = of(&[(0, 10), (5, 8), (20, 21)]);
        assert_eq!((doubled.len(), doubled.repeated()), (14, 3));
        assert_eq!(doubled.count_of(&of(&[(7, 9), (20, 30)])), 3);
    }
}
