//! Where a procedure stands that others have left half done, and how it may go on: for people and for programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::{Part, Probe, Reading};
use crate::locate::{Fit, Ground, Seen, Sighting, Verdict, Why};
use crate::pair::{State, Status};
use crate::program::{ServerId, StepId};
use crate::text::inert;
use crate::verify::{Kind, Spot, Violation};

use super::look::{Look, Paint};
use super::map::part;
use super::page::Page;
use super::telling::{Place as Line, place};
use super::words::{Words, serving};

/// As many statements of a step are named at which a run may stand.
const MOST_PLACES: usize = 2;
/// As many reasons are told why a step is not offered.
const MOST_REASONS: usize = 3;

/// What `locate` has to say.
#[derive(Debug, Clone, Copy)]
pub struct Location<'a> {
    pub words: Words<'a>,
    pub ground: &'a Ground<'a>,
    /// Of each step at whose beginning the pair may look so.
    pub verdicts: &'a [(StepId, Verdict)],
    /// The command that begins a run, without `--from`.
    pub command: &'a str,
    /// A second look, behind all that.
    pub again: &'a Sighting,
}

/// How it may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The pair is not what it was before it was explored.
    Moves,
    /// Nothing is left to do.
    Done,
    /// With the first step: nothing is done yet.
    First,
    From(StepId),
    Nowhere,
}

/// Where it may stand, as people count it: in a step only where it is neither before it nor behind it.
#[derive(Debug, Default)]
struct Stands {
    before: BTreeSet<StepId>,
    within: BTreeMap<StepId, Vec<Seen>>,
    /// Steps in which it stands only where something went wrong.
    wrong: BTreeSet<StepId>,
    /// Steps in whose back-out it may stand.
    back_outs: BTreeSet<StepId>,
}

impl Location<'_> {
    /// The last step that is offered: the less is done again, the better.
    #[must_use]
    pub fn next(&self) -> Next {
        let offered = self.verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Offered(_)));
        match offered.map(|(step, _)| *step).max() {
            _ if !self.ground.sighting().is_like(self.again) => Next::Moves,
            _ if self.ground.is_at_the_end() => Next::Done,
            _ if self.ground.is_at_the_start() => Next::First,
            Some(step) => Next::From(step),
            None => Next::Nowhere,
        }
    }

    /// A run may begin, or nothing is left to do.
    #[must_use]
    pub fn may_go_on(&self) -> bool {
        match self.next() {
            Next::Done | Next::First | Next::From(_) => true,
            Next::Moves | Next::Nowhere => false,
        }
    }

    /// What was seen of the servers, in a line.
    #[must_use]
    pub fn seen(words: Words<'_>, sighting: &Sighting) -> String {
        let state = |server: &ServerId| sighting.state(*server).map_or("not in sight", State::word);
        let said = |server: &ServerId| format!("{} {}", words.server(*server), state(server));
        sighting.servers().iter().map(said).collect::<Vec<_>>().join(", ")
    }

    /// For people.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        let mut page = Page::new(look);
        let (paint, headline) = self.headline();
        page.headline(paint, &headline);
        for server in self.ground.sighting().servers() {
            page.row(self.words.server(*server), &self.server(*server));
        }
        page.row("watchdog", &self.watchdog());
        page.rows("stands", &self.stands());
        let not: Vec<String> =
            self.verdicts.iter().filter_map(|(step, verdict)| self.not_offered(*step, verdict)).collect();
        page.rows("begin with", &self.offered());
        page.rows("not with", &not);
        self.left_to_do(&mut page);
        page.done()
    }

    fn headline(&self) -> (Paint, String) {
        match self.next() {
            Next::Moves => (Paint::Warn, "The pair has changed while it was explored: look again.".into()),
            Next::Done => (Paint::Good, "The procedure is done: nothing is left to do.".into()),
            Next::First => (Paint::Good, "Nothing is done yet: a run begins with the first step.".into()),
            Next::From(step) => (Paint::Good, format!("A run may begin with step {}.", self.step(step))),
            Next::Nowhere if self.ground.best().is_none() => {
                (Paint::Bad, "No run of this runbook comes by a pair like this one: a person must decide.".into())
            }
            Next::Nowhere => (Paint::Warn, "No run may begin on this pair now.".into()),
        }
    }

    /// `5 "Bring up server S2"`.
    fn step(&self, step: StepId) -> String {
        format!("{} \"{}\"", self.words.step(step), self.words.title(step))
    }

    /// `step 3`, `steps 1, 2`; none: there are none.
    fn steps(&self, steps: &BTreeSet<StepId>) -> Option<String> {
        let ids: Vec<&str> = steps.iter().map(|step| self.words.step(*step)).collect();
        let noun = if ids.len() == 1 { "step" } else { "steps" };
        (!ids.is_empty()).then(|| format!("{noun} {}", ids.join(", ")))
    }

    fn server(&self, server: ServerId) -> String {
        let sighting = self.ground.sighting();
        let state = match sighting.reading(&Probe::State(server)) {
            Some(Reading::Unknown(why)) => return format!("not in sight: {}", inert(why)),
            _ => sighting.state(server),
        };
        let word = state.map_or_else(String::new, |state| state.to_string());
        let version = sighting.version(server).map(|version| format!("version {version}"));
        let statuses = [Status::Link, Status::Copy, Status::Switch, Status::Catchup].into_iter().filter_map(|status| {
            let word = sighting.status(server, status)?;
            Some(format!("{} {}", status.word(), word.word()))
        });
        let said: Vec<String> = version.into_iter().chain(statuses).collect();
        let more = if said.is_empty() { String::new() } else { format!("; {}", said.join(", ")) };
        format!("{word} ({}){more}", serving(state))
    }

    fn watchdog(&self) -> String {
        match self.ground.sighting().reading(&Probe::Watchdog) {
            Some(Reading::Unknown(why)) => format!("not known: {}", inert(why)),
            Some(Reading::Yes) => "ON".to_owned(),
            Some(_) => "OFF".to_owned(),
            None => String::new(),
        }
    }

    fn stands(&self) -> Vec<String> {
        let stands = self.folded();
        let mut said: Vec<String> = Vec::new();
        if self.ground.is_at_the_start() {
            said.push("before the first step".to_owned());
        }
        said.extend(stands.before.iter().filter(|step| **step != StepId(0)).map(|step| match step.0.checked_sub(1) {
            Some(done) => format!("behind step {}, before step {}", self.words.step(StepId(done)), self.step(*step)),
            None => format!("before step {}", self.step(*step)),
        }));
        for (step, seen) in &stands.within {
            let places: Vec<String> = seen.iter().take(MOST_PLACES).map(|seen| self.at(seen)).collect();
            said.push(format!("in step {}, {}", self.words.step(*step), places.join(", or ")));
        }
        if self.places().iter().any(|seen| !seen.rank.wrong && is_behind(seen)) {
            said.push("behind the last step".to_owned());
        }
        if let Some(wrong) = self.steps(&stands.wrong) {
            let how = if said.is_empty() {
                "only where something went wrong: in"
            } else {
                "where something went wrong: also in"
            };
            said.push(format!("{how} {wrong}"));
        }
        if let Some(back_outs) = self.steps(&stands.back_outs) {
            said.push(format!("where a run was being backed out: in the back-out of {back_outs}"));
        }
        if self.ground.best().is_some_and(|best| best.fit == Fit::ButForOldResults) {
            said.push("the result of a copy or switch that is shown is older than that".to_owned());
        }
        said
    }

    fn places(&self) -> Vec<Seen> {
        self.ground.places()
    }

    fn folded(&self) -> Stands {
        let mut stands = Stands::default();
        let places = self.places();
        let of = |wrong: bool| places.iter().filter(move |seen| seen.rank.wrong == wrong);
        let steps = |seen: &Seen| seen.standing.step.map(|step| (step, *seen));
        for (step, seen) in of(false).filter_map(steps) {
            match seen.standing.spot {
                Spot::Begins => {
                    stands.before.insert(step);
                }
                Spot::Within if matches!(seen.standing.part, Part::Body | Part::Handler) => {
                    stands.within.entry(step).or_default().push(seen);
                }
                Spot::Within | Spot::Done | Spot::Stopped => {}
            }
        }
        let before = stands.before.clone();
        let next = |step: &StepId| StepId(step.0 + 1);
        stands.within.retain(|step, _| !before.contains(step) && !before.contains(&next(step)));
        for (step, seen) in of(true).filter_map(steps) {
            if seen.standing.backs_out {
                let undone = self.words.step_of(seen.standing.at).filter(|_| seen.standing.part == Part::BackOut);
                stands.back_outs.extend(undone);
                continue;
            }
            if !before.contains(&step) && !before.contains(&next(&step)) && !stands.within.contains_key(&step) {
                stands.wrong.insert(step);
            }
        }
        stands
    }

    fn at(&self, seen: &Seen) -> String {
        let line = place(self.words, seen.standing.at);
        format!("line {} ({})", line.short(), self.words.statement(seen.standing.at))
    }

    fn offered(&self) -> Vec<String> {
        let offered = self.verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Offered(_)));
        offered.map(|(step, _)| format!("step {}", self.step(*step))).collect()
    }

    fn not_offered(&self, step: StepId, verdict: &Verdict) -> Option<String> {
        let Verdict::Refused(why) = verdict else { return None };
        let reasons = reasons(self.words, why);
        let more = reasons.len().saturating_sub(MOST_REASONS);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let told = reasons.into_iter().take(MOST_REASONS).collect::<Vec<_>>().join("; ");
        Some(format!("step {}: {told}{more}", self.words.step(step)))
    }

    fn left_to_do(&self, page: &mut Page<'_>) {
        let first = match self.next() {
            Next::First => StepId(0),
            Next::From(step) => step,
            Next::Moves | Next::Done | Next::Nowhere => return,
        };
        let steps: Vec<String> =
            self.remaining(first).map(|step| format!("{} {}", self.words.step(step), self.words.title(step))).collect();
        page.rows("to do", &steps);
        page.row("asks for", &self.approvals(first).join(", "));
        page.row("ends with", &self.ends().join(", "));
        page.row("command", &self.command(first));
    }

    fn remaining(&self, first: StepId) -> impl Iterator<Item = StepId> {
        let count = u16::try_from(self.words.code.steps().len()).unwrap_or(u16::MAX);
        (first.0..count).map(StepId)
    }

    fn approvals(&self, first: StepId) -> Vec<String> {
        let still = |at| self.words.step_of(at).is_some_and(|step| step >= first);
        let asked = self.words.code.approvals().iter().filter(|approval| approval.beforehand && still(approval.at));
        asked.map(|approval| approval.id.clone()).collect()
    }

    fn ends(&self) -> Vec<String> {
        let servers = self.words.code.servers().iter();
        let end = servers.filter_map(|server| {
            let to = server.to.as_ref()?;
            let states = to.states.map_or("any state".to_owned(), |states| states.to_string());
            let version = to.version.map(|version| format!(" at {version}")).unwrap_or_default();
            Some(format!("{} {states}{version}", server.name))
        });
        end.collect()
    }

    fn command(&self, first: StepId) -> String {
        if first == StepId(0) {
            self.command.to_owned()
        } else {
            format!("{} --from {}", self.command, self.words.step(first))
        }
    }
}

/// The end states hold, or the run is over.
fn is_behind(seen: &Seen) -> bool {
    seen.standing.spot == Spot::Done || matches!(seen.standing.part, Part::EndStates)
}

/// What speaks against beginning with a step, a clause each.
#[must_use]
pub fn reasons(words: Words<'_>, why: &[Why]) -> Vec<String> {
    why.iter().map(|why| reason(words, why)).collect()
}

fn reason(words: Words<'_>, why: &Why) -> String {
    match why {
        Why::Elsewhere => {
            "no run comes by a pair like this one at its beginning, as long as nothing goes wrong".to_owned()
        }
        Why::Moves => "the pair has changed while it was explored".to_owned(),
        Why::NotInSight { server, .. } => format!("{} is not in sight", words.server(*server)),
        Why::Busy { server, readings } => {
            let name = words.server(*server);
            let read = words.readings(readings).join(", ");
            format!("something is in progress on {name} ({read}); look again when it is over")
        }
        Why::WatchdogActs => "the watchdog acts, and a skipped step silences it; turn it off first".to_owned(),
        Why::WatchdogNotKnown { why } => format!("whether the watchdog acts is not known ({})", inert(why)),
        Why::Unstarted(unstarted) => {
            let Line { line, .. } = place(words, unstarted.at);
            let what = unstarted.status.word();
            format!("line {line} asks how a {what} went that such a run would not have started")
        }
        Why::Breaks(violation) => breaks(words, violation),
        Why::NeverSucceeds => "no way from there comes to success".to_owned(),
        Why::NotExplored => "not everything behind it could be explored".to_owned(),
    }
}

fn breaks(words: Words<'_>, violation: &Violation) -> String {
    let property = violation.property.word();
    let line = place(words, violation.at);
    let when = match (violation.property.kind(), violation.faults + violation.kills) {
        (Kind::Mistake, _) | (Kind::Damage, 0) => "where nothing more goes wrong",
        (Kind::Damage, _) => "where one more thing goes wrong",
    };
    format!(
        "{property} could be reached from there at line {} ({}), {when}",
        line.short(),
        words.statement(violation.at)
    )
}

/// The same for programs.
#[derive(Debug, Serialize)]
struct Report<'a> {
    format: &'static str,
    version: u32,
    runbook: &'a str,
    /// `done`, `first`, `from`, `nowhere`, `moves`
    verdict: &'static str,
    /// The step with which a run may best begin.
    from: Option<&'a str>,
    servers: Vec<ServerReport<'a>>,
    watchdog: Option<bool>,
    places: Vec<PlaceReport<'a>>,
    steps: Vec<StepReport<'a>>,
    to_do: Vec<ToDo<'a>>,
    approvals: Vec<String>,
    ends: Vec<String>,
    states_explored: usize,
}

#[derive(Debug, Serialize)]
struct ServerReport<'a> {
    server: &'a str,
    state: Option<&'static str>,
    version: Option<String>,
    in_progress: Vec<String>,
}

#[derive(Debug, Serialize)]
struct PlaceReport<'a> {
    step: Option<&'a str>,
    /// `begins`, `within`, `done`, `stopped`
    spot: &'static str,
    part: &'static str,
    file: String,
    line: usize,
    statement: String,
    /// Only where something went wrong, or a person stopped it.
    wrong: bool,
    /// In a back-out, or behind one.
    backs_out: bool,
}

#[derive(Debug, Serialize)]
struct StepReport<'a> {
    step: &'a str,
    title: String,
    offered: bool,
    why: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ToDo<'a> {
    step: &'a str,
    title: String,
}

impl Location<'_> {
    /// For programs.
    #[must_use]
    pub fn json(&self) -> String {
        let next = self.next();
        let (verdict, first) = match next {
            Next::Moves => ("moves", None),
            Next::Done => ("done", None),
            Next::First => ("first", Some(StepId(0))),
            Next::From(step) => ("from", Some(step)),
            Next::Nowhere => ("nowhere", None),
        };
        let sighting = self.ground.sighting();
        let to_do = |step| ToDo { step: self.words.step(step), title: self.words.title(step) };
        let report = Report {
            format: "hsbrun-location",
            version: 1,
            runbook: self.words.code.title(),
            verdict,
            from: first.map(|step| self.words.step(step)),
            servers: sighting.servers().iter().map(|server| self.server_report(*server)).collect(),
            watchdog: sighting.watchdog(),
            places: self.places().iter().map(|seen| self.place_report(seen)).collect(),
            steps: self.verdicts.iter().map(|(step, verdict)| self.step_report(*step, verdict)).collect(),
            to_do: first.into_iter().flat_map(|first| self.remaining(first)).map(to_do).collect(),
            approvals: first.map(|first| self.approvals(first)).unwrap_or_default(),
            ends: self.ends(),
            states_explored: self.ground.explored.states,
        };
        serde_json::to_string_pretty(&report).expect("because it is made of texts and numbers") + "\n"
    }

    fn server_report(&self, server: ServerId) -> ServerReport<'_> {
        let sighting = self.ground.sighting();
        ServerReport {
            server: self.words.server(server),
            state: sighting.state(server).map(State::word),
            version: sighting.version(server).map(|version| version.to_string()),
            in_progress: self.words.readings(&sighting.in_progress(server)),
        }
    }

    fn place_report(&self, seen: &Seen) -> PlaceReport<'_> {
        let standing = seen.standing;
        let Line { file, line, .. } = place(self.words, standing.at);
        PlaceReport {
            step: standing.step.map(|step| self.words.step(step)),
            spot: match standing.spot {
                Spot::Begins => "begins",
                Spot::Within => "within",
                Spot::Done => "done",
                Spot::Stopped => "stopped",
            },
            part: part(standing.part),
            file,
            line,
            statement: self.words.statement(standing.at),
            wrong: seen.rank.wrong,
            backs_out: standing.backs_out,
        }
    }

    fn step_report(&self, step: StepId, verdict: &Verdict) -> StepReport<'_> {
        let why = match verdict {
            Verdict::Offered(_) => Vec::new(),
            Verdict::Refused(why) => reasons(self.words, why),
        };
        let offered = matches!(verdict, Verdict::Offered(_));
        StepReport { step: self.words.step(step), title: self.words.title(step), offered, why }
    }
}
