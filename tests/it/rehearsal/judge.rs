//! A runbook's rehearsal in the twin, and a judge who asks the twin's data only: not the machine, not the checker.

use std::time::Duration;

use hsbrun::diag::Severity;
use hsbrun::engine::{
    Answer, BackOutRefused, Code, Event, Machine, Releases, Request, Resume, RunResult, Settings, World, lower,
};
use hsbrun::pair::model::{Fault, Model, Phase, Side};
use hsbrun::pair::{StartOptions, State};
use hsbrun::program::{Bindings, Expected, Given, Loader, Origin, ParamType, Program, Term, Value, resolve};
use hsbrun::text::Source;
use hsbrun::twin::{Mishap, Twin, TwinSettings};
use indexmap::IndexMap;

use super::scenario::{Blow, Scenario, When};

/// Files in memory, by name; the first is the runbook.
#[derive(Clone)]
pub struct Files(pub IndexMap<String, String>);

impl Loader for Files {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok(Source::new(path, text.as_str()))
    }
}

/// A runbook with each value of its enumerated parameter.
pub struct Runbook {
    pub program: Program,
    pub branches: Vec<Branch>,
}

pub struct Branch {
    pub bindings: Bindings,
    pub code: Code,
}

impl Runbook {
    /// # Errors
    /// The codes of what `check` finds.
    pub fn new(files: &Files) -> Result<Runbook, Vec<&'static str>> {
        let (name, text) = files.0.first().expect("because there is a runbook");
        let resolved = resolve(Source::new(name.as_str(), text.as_str()), &mut files.clone());
        let Some(program) = resolved.program else {
            let errors = resolved.findings.iter().filter(|finding| finding.rule.severity == Severity::Error);
            let mut codes: Vec<&str> = errors.map(|finding| finding.rule.code).collect();
            codes.sort_unstable();
            codes.dedup();
            return Err(codes);
        };
        let words = program.params.iter().find_map(|(name, param)| match &param.ty {
            ParamType::Words(words) => Some((name.clone(), words.clone())),
            _ => None,
        });
        let branch = |given: &[Given]| {
            let releases = Releases::sample(&program, given);
            let bindings = program.sample_bindings(given, releases.new).expect("because samples fit").bindings;
            Branch { code: lower(&program, &bindings, &Settings::default()), bindings }
        };
        let branches = match words {
            None => vec![branch(&[])],
            Some((name, words)) => words
                .iter()
                .map(|word| branch(&[Given { name: name.clone(), text: word.clone(), from: Origin::CommandLine }]))
                .collect(),
        };
        Ok(Runbook { program, branches })
    }

    fn branch(&self, scenario: &Scenario) -> &Branch {
        &self.branches[scenario.branch % self.branches.len()]
    }
}

/// What a judge calls dangerous, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Danger {
    TwoPrimaries,
    LostCommits,
    NobodyServes,
    FalseSuccess,
    WatchdogAstray,
    LongOutage,
    NeverEnds,
    FailsUnprovoked,
    NoBackOut,
}

impl Danger {
    pub const ALL: [Danger; 9] = [
        Danger::TwoPrimaries,
        Danger::LostCommits,
        Danger::NobodyServes,
        Danger::FalseSuccess,
        Danger::WatchdogAstray,
        Danger::LongOutage,
        Danger::NeverEnds,
        Danger::FailsUnprovoked,
        Danger::NoBackOut,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Danger::TwoPrimaries => "two primaries",
            Danger::LostCommits => "lost commits",
            Danger::NobodyServes => "nobody serves",
            Danger::FalseSuccess => "false success",
            Danger::WatchdogAstray => "watchdog astray",
            Danger::LongOutage => "long outage",
            Danger::NeverEnds => "never ends",
            Danger::FailsUnprovoked => "fails unprovoked",
            Danger::NoBackOut => "no back-out",
        }
    }
}

/// What a rehearsal came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// In their order.
    pub dangers: Vec<Danger>,
    /// How the run ended; none where it did not.
    pub result: Option<RunResult>,
    /// How long it took.
    pub lasted: Duration,
}

/// The pair goes on for so long when the run is over: what is in progress ends, and the watchdog has done what it will.
const AFTERWARDS: Duration = Duration::from_secs(30 * 60);
/// Nobody accepts writes for so long: somebody is woken.
const LONG: Duration = Duration::from_secs(5 * 60);
/// More turns than any run has that ends.
const MOST_TURNS: usize = 60_000;

struct Run<'a> {
    branch: &'a Branch,
    code: &'a Code,
    program: &'a Program,
    twin: Twin,
    machine: Machine,
    /// Blows that have not fallen, in the order of the scenario.
    pending: Vec<(When, Blow)>,
    /// How long the undisturbed runbook takes.
    usual: Duration,
    sent: usize,
    /// When the last answer to a command came.
    answered: Duration,
    seen: Seen,
}

#[derive(Debug, Default)]
struct Seen {
    two_primaries: bool,
    declared_off: bool,
    /// A handler or ending has begun since, and a blow has fallen after that.
    late: bool,
    in_handler: bool,
    struck: bool,
    stopped: bool,
    lost_a_command: bool,
    /// Something else than the operator's stop.
    hurt: bool,
    serving_since: Duration,
    outage: Duration,
    cut: bool,
}

/// Rehearses it, and judges.
pub fn rehearse(runbook: &Runbook, scenario: &Scenario, usual: Duration) -> Option<Verdict> {
    let branch = runbook.branch(scenario);
    let settings = TwinSettings::for_program(&runbook.program, &branch.bindings, scenario.seed)?;
    let settings = TwinSettings { model: scenario.model, watchdog: scenario.watchdog, ..settings };
    let run = Run {
        branch,
        code: &branch.code,
        program: &runbook.program,
        twin: Twin::new(settings)?,
        machine: Machine::new(&branch.code),
        pending: scenario.blows.clone(),
        usual,
        sent: 0,
        answered: Duration::ZERO,
        seen: Seen::default(),
    };
    Some(run.judged())
}

impl Run<'_> {
    fn judged(mut self) -> Verdict {
        let Some(result) = self.drive() else {
            return Verdict { dangers: vec![Danger::NeverEnds], ..Verdict::default() };
        };
        let mut dangers = Vec::new();
        let lasted = self.twin.elapsed();
        if result == RunResult::Done && !self.seen.late && !self.is_at_its_end() {
            dangers.push(Danger::FalseSuccess);
        }
        let result = if self.seen.stopped { self.back_out(result, &mut dangers) } else { result };
        if !self.seen.lost_a_command && self.is_watchdog_astray(result) {
            dangers.push(Danger::WatchdogAstray);
        }
        let provoked = self.seen.struck || self.seen.stopped;
        if !provoked && !matches!(result, RunResult::Done | RunResult::AlreadyDone) {
            dangers.push(Danger::FailsUnprovoked);
        }
        self.twin.spare();
        for _ in 0..60 {
            self.twin.advance(AFTERWARDS / 60);
            self.watch();
        }
        self.of_the_pair(result, &mut dangers);
        if self.seen.outage > LONG {
            dangers.push(Danger::LongOutage);
        }
        dangers.sort_unstable();
        dangers.dedup();
        Verdict { dangers, result: Some(result), lasted }
    }

    fn of_the_pair(&self, result: RunResult, dangers: &mut Vec<Danger>) {
        let model = self.twin.model();
        if self.seen.two_primaries {
            dangers.push(Danger::TwoPrimaries);
        }
        let ledger = self.twin.ledger();
        if ledger.lost > 0 || ledger.doubled > 0 {
            dangers.push(Danger::LostCommits);
        }
        let serves = Side::BOTH.iter().any(|side| model.serves(*side));
        let judged = result != RunResult::NotStarted && !self.seen.late && !self.seen.cut;
        if judged && !serves && Side::BOTH.iter().any(|side| could_serve(model, *side)) {
            dangers.push(Danger::NobodyServes);
        }
    }

    /// To its end; none where it has none.
    fn drive(&mut self) -> Option<RunResult> {
        let mut answer = Answer::Begin;
        for _ in 0..MOST_TURNS {
            let turn = self.machine.next(self.code, answer);
            self.note(&turn.events);
            if let Request::End(end) = turn.request {
                self.watch();
                return Some(end.result);
            }
            let sends = matches!(turn.request, Request::Send(_));
            let mut killed = self.strike(|when, run| sends && when == When::Before(run.sent));
            self.twin.advance(Duration::ZERO);
            answer = self.twin.answer(&turn.request);
            if sends {
                self.sent += 1;
                self.answered = self.twin.elapsed();
            }
            killed |= self.strike(|when, run| run.is_due(when));
            self.watch();
            if killed {
                self.machine = Machine::from(self.code, self.machine.durable().clone(), Resume::Killed);
                answer = Answer::Begin;
            }
        }
        None
    }

    fn is_due(&self, when: When) -> bool {
        match when {
            When::Part(part) => self.twin.elapsed().as_millis() * 1000 >= self.usual.as_millis() * u128::from(part),
            When::Sent(nth, after) => {
                self.sent > nth + 1 || (self.sent == nth + 1 && self.twin.elapsed() >= self.answered + after)
            }
            When::Before(_) => false,
        }
    }

    /// Lets fall what is due; whether the interpreter was killed.
    fn strike(&mut self, due: impl Fn(When, &Self) -> bool) -> bool {
        let mut killed = false;
        let mut at = 0;
        while let Some((when, blow)) = self.pending.get(at).copied() {
            if !due(when, self) {
                at += 1;
                continue;
            }
            self.pending.remove(at);
            killed |= self.falls(blow);
        }
        killed
    }

    fn falls(&mut self, blow: Blow) -> bool {
        let now = self.twin.elapsed();
        self.seen.struck = true;
        self.seen.late |= self.seen.in_handler;
        self.seen.lost_a_command |= matches!(blow, Blow::Mishap(Mishap::LosesAnswer | Mishap::LosesCommand));
        self.seen.hurt |= blow != Blow::BackedOut;
        match blow {
            Blow::Mishap(mishap) => self.twin.inject(now, mishap),
            Blow::LineBreaks(server, heals) => {
                self.twin.inject(now, Mishap::LineBreaks(server));
                self.twin.inject(now + heals, Mishap::LineHeals(server));
            }
            Blow::LinkBreaks { pending, heals } => {
                self.twin.inject(now, Mishap::Pair(Fault::LinkBreaks { pending }));
                self.twin.inject(now + heals, Mishap::Pair(Fault::LinkHeals));
            }
            Blow::Killed(away) => {
                self.twin.advance(away);
                return true;
            }
            Blow::BackedOut => {
                self.machine.interrupt();
                self.seen.stopped = true;
            }
        }
        false
    }

    fn note(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::LeftWatchdogOff { .. } => self.seen.declared_off = true,
                Event::Handler { .. } | Event::Ending { .. } => self.seen.in_handler = true,
                Event::StepBegan { .. } => self.seen.in_handler = false,
                _ => {}
            }
        }
    }

    fn watch(&mut self) {
        let model = self.twin.model();
        let serving = Side::BOTH.iter().filter(|side| model.serves(**side)).count();
        self.seen.two_primaries |= serving == 2;
        self.seen.cut = !model.link_is_up() && serving == 0;
        let now = self.twin.elapsed();
        if serving > 0 {
            self.seen.serving_since = now;
        }
        self.seen.outage = self.seen.outage.max(now - self.seen.serving_since);
    }

    /// Undoes what was stopped.
    fn back_out(&mut self, result: RunResult, dangers: &mut Vec<Danger>) -> RunResult {
        if !matches!(result, RunResult::Stopped | RunResult::Failed) {
            return result;
        }
        self.pending.clear();
        match Machine::back_out(self.code, self.machine.durable().clone()) {
            Ok(machine) => {
                self.machine = machine;
                self.seen.declared_off = false;
                let result = self.drive();
                if result != Some(RunResult::BackedOut) && !self.seen.hurt {
                    dangers.push(Danger::NoBackOut);
                }
                result.unwrap_or(RunResult::Failed)
            }
            Err(BackOutRefused::NoBackOut(_)) => {
                dangers.push(Danger::NoBackOut);
                result
            }
            Err(BackOutRefused::PastThePointOfNoReturn | BackOutRefused::NothingBegan) => result,
        }
    }

    /// The watchdog is off and no ending has said so, or on though one has said that it stays off.
    fn is_watchdog_astray(&self, result: RunResult) -> bool {
        let on = self.twin.model().watchdog_is_on();
        match result {
            RunResult::Done | RunResult::BackedOut | RunResult::NotStarted | RunResult::AlreadyDone => !on,
            RunResult::Failed | RunResult::InDoubt | RunResult::Parked | RunResult::Stopped => {
                on == self.seen.declared_off
            }
        }
    }

    /// In the declared end states, of the declared versions.
    fn is_at_its_end(&self) -> bool {
        let model = self.twin.model();
        let ends = self.program.servers.values().zip(Side::BOTH);
        ends.filter_map(|(server, side)| Some((server.to.as_ref()?, side))).all(|(end, side)| {
            let state = end.states.is_none_or(|states| model.state(side).is_some_and(|state| states.contains(state)));
            state && self.version(end).is_none_or(|version| model.software(side) == version)
        })
    }

    fn version(&self, end: &Expected) -> Option<hsbrun::pair::Version> {
        let value = match &end.version.as_ref()?.term {
            Term::Known(value) => value,
            Term::Param(param) => self.branch.bindings.get(*param),
            Term::Formal(_) => return None,
        };
        match value {
            Value::Version(version) => Some(*version),
            _ => None,
        }
    }
}

/// It has every commit, and it runs or its software would open its database.
fn could_serve(model: &Model, side: Side) -> bool {
    let has_all = model.is_complete(side) && !model.is_ahead(side.other());
    let runs = model.phase(side) == Phase::Up && model.state(side) != Some(State::SecondaryActive);
    let starts = || !model.has_process(side) && { *model }.start(side, StartOptions::default()).status == 0;
    has_all && (runs || starts())
}
