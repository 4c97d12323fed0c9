//! Many kinds of pair, on all cores. What comes of it does not depend on how many there are.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::engine::Code;

use super::expand::Explorer;
use super::nodes::Nodes;
use super::{Bounds, Configuration, Explored, Violation, search, take_in};

/// More threads than this are not worth their memory.
const MOST_THREADS: usize = 8;

/// A search of more states than this goes on while no other one is as large: beside it, the others take little room.
const LARGE: usize = 1_000_000;

/// Where the searches that have become large wait for each other. The one that has passed has two threads.
#[derive(Debug)]
pub(super) struct Gate {
    /// So many states make a search large.
    pub(super) large: usize,
    turn: Mutex<()>,
}

/// The one search that may be large.
pub(super) type Turn<'g> = MutexGuard<'g, ()>;

impl Default for Gate {
    fn default() -> Gate {
        Gate::of(LARGE)
    }
}

impl Gate {
    pub(super) fn of(large: usize) -> Gate {
        Gate { large, turn: Mutex::new(()) }
    }

    /// Waits until a search that has become large may go on.
    pub(super) fn pass(&self) -> Turn<'_> {
        // There is nothing behind the lock that a panic could have left half done.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was found in some of the kinds of pair.
struct Part<'c> {
    nodes: Nodes<'c>,
    explored: Explored,
    broken: Vec<Violation>,
}

/// Explores a program in each kind of pair: what is broken in the order of the kinds, each by the story of the first of them.
pub(super) fn explore<'c>(
    code: &'c Code,
    configurations: &[Configuration],
    bounds: Bounds,
) -> (Nodes<'c>, Explored, Vec<Violation>) {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    explore_with(code, configurations, bounds, cores.min(MOST_THREADS))
}

fn explore_with<'c>(
    code: &'c Code,
    configurations: &[Configuration],
    bounds: Bounds,
    threads: usize,
) -> (Nodes<'c>, Explored, Vec<Violation>) {
    let (next, gate) = (AtomicUsize::new(0), Gate::default());
    let work = || one_after_another(code, configurations, bounds, &next, &gate);
    let others = threads.min(configurations.len()).saturating_sub(1);
    let parts = thread::scope(|scope| {
        let others: Vec<_> = (0..others).map(|_| scope.spawn(work)).collect();
        let mut parts = vec![work()];
        parts.extend(others.into_iter().map(|other| match other.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        }));
        parts
    });
    joined(parts, configurations)
}

/// Explores the kinds that nobody else has taken, until there is none left.
fn one_after_another<'c>(
    code: &'c Code,
    configurations: &[Configuration],
    bounds: Bounds,
    next: &AtomicUsize,
    gate: &Gate,
) -> Part<'c> {
    let mut part = Part { nodes: Nodes::new(code), explored: Explored::default(), broken: Vec::new() };
    while let Some(configuration) = configurations.get(next.fetch_add(1, Ordering::Relaxed)) {
        let mut explorer = Explorer::new(part.nodes, configuration, bounds);
        if let Some(found) = search::search(&mut explorer, configuration, bounds, gate) {
            part.explored.add(&found, explorer.pairs.len());
            let broken = &mut part.broken;
            found.broken.iter().for_each(|one| take_in(broken, &mut explorer, configuration, &found, one));
        }
        part.nodes = explorer.into_nodes();
    }
    part
}

/// Each thread takes the kinds in their order, so that what it tells first is of the first kind that it has met.
fn joined<'c>(parts: Vec<Part<'c>>, configurations: &[Configuration]) -> (Nodes<'c>, Explored, Vec<Violation>) {
    let mut parts = parts.into_iter();
    let Part { mut nodes, mut explored, mut broken } = parts.next().expect("because this thread has worked, too");
    for part in parts {
        nodes.take_in(part.nodes);
        explored.join(part.explored);
        broken.extend(part.broken);
    }
    explored.places = nodes.len();
    broken.sort_by_key(|one| configurations.iter().position(|kind| *kind == one.configuration));
    let mut told: Vec<Violation> = Vec::new();
    for one in broken {
        match told.iter_mut().find(|known| known.is_like(one.property, one.at, one.kills > 0)) {
            Some(known) => known.configurations += one.configurations,
            None => told.push(one),
        }
    }
    (nodes, explored, told)
}

#[cfg(test)]
pub(super) mod tests {
    use crate::engine::{Releases, Settings, lower};
    use crate::program::{Loader, resolve};
    use crate::text::Source;
    use crate::verify::Known;

    use super::*;

    /// Where S1 is lost, S2 lacks some of its commits in 1-safe pairs only.
    const RUNBOOK: &str = r#"language 1
runbook "A test"
server S1: PRIMARY ACTIVE -> any
server S2: SECONDARY ACTIVE -> any
step 0 "Silence" {
    watchdog off
}
step 1 "Take over" on S2 {
    admin 'makecp'
    wait until S2 is SECONDARY ALONE within 1m
    admin 'hsb set primary alone'
}
on success {
    leave watchdog off because "a test"
}
on failure {
    leave watchdog off because "a test"
}
"#;

    struct Nothing;

    impl Loader for Nothing {
        fn load(&mut self, _from: &str, _path: &str) -> Result<Source, String> {
            Err("it uses no library".to_owned())
        }
    }

    /// A small runbook that breaks something, and the kinds of pair that it may be run on.
    pub(in crate::verify) fn sample() -> (Code, Vec<Configuration>) {
        let resolved = resolve(Source::new("test.hsbrun", RUNBOOK), &mut Nothing);
        let program = resolved.program.unwrap_or_else(|| panic!("it has findings: {:#?}", resolved.findings));
        let new = Releases::sample(&program, &[]).new;
        let bindings = program.sample_bindings(&[], new).expect("because it has no parameters").bindings;
        let code = lower(&program, &bindings, &Settings::default());
        let kinds = Configuration::all(&code, Releases::bound(&program, &bindings), Known::default());
        (code, kinds)
    }

    #[test]
    fn the_same_is_found_and_counted_on_any_number_of_cores() {
        let (code, kinds) = sample();
        let bounds = Bounds { kills: 0, ..Bounds::default() };
        let (nodes, explored, broken) = explore_with(&code, &kinds, bounds, 1);
        assert!(broken.iter().any(|one| one.configurations < kinds.len()), "something is broken in some kinds only");
        for threads in [2, 5] {
            let (others, same, told) = explore_with(&code, &kinds, bounds, threads);
            assert_eq!((explored, &broken, nodes.coverage()), (same, &told, others.coverage()), "{threads} threads");
        }
    }
}
