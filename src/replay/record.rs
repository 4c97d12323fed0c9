//! From a story to a trace: what is open about each answer is found by asking the model again.

use indexmap::IndexMap;

use crate::engine::model::{self, line_of, side_of};
use crate::engine::{Answer, Code, Outcome, Probe, Reading, Request};
use crate::journal::Labels;
use crate::pair::model::{Model, Side};
use crate::verify::{Entry, Happening, Violation, What};

use super::told;
use super::trace::{Does, During, FORMAT, How, Lost, Pair, Step, Trace, VERSION};

impl Trace {
    /// The story of a violation, so that it can be gone again. `parameters` are all that the runbook was given.
    #[must_use]
    pub fn of(violation: &Violation, code: &Code, labels: &Labels<'_>, parameters: IndexMap<String, String>) -> Trace {
        let names: Vec<&str> = code.servers().iter().map(|server| server.name.as_str()).collect();
        let mut trace = Trace {
            format: FORMAT.to_owned(),
            version: VERSION,
            runbook: code.title().to_owned(),
            property: violation.property.word().to_owned(),
            place: labels.place(violation.at),
            parameters,
            pair: Pair::of(&violation.configuration, &names),
            steps: Vec::new(),
        };
        let mut before = Before { pair: violation.story.start, lines_cut: [false; 2], runs: false };
        for entry in &violation.story.entries {
            let does = does(&trace, &before, entry, labels);
            let then = told::pair(&entry.pair, entry.lines_cut);
            trace.steps.push(Step { at: labels.place(entry.at), does, then });
            let runs = match &entry.what {
                What::Begun { .. } => true,
                What::Happens(_) | What::ComesLate { .. } => before.runs,
                What::Stopped { .. } => before.runs,
                What::Answered { .. } | What::Killed { .. } | What::BacksOut { .. } => false,
            };
            before = Before { pair: entry.pair, lines_cut: entry.lines_cut, runs };
        }
        trace
    }
}

/// What was so before an entry.
struct Before {
    pair: Model,
    lines_cut: [bool; 2],
    /// A start command runs.
    runs: bool,
}

fn does(trace: &Trace, before: &Before, entry: &Entry, labels: &Labels<'_>) -> Does {
    match &entry.what {
        What::Happens(happening) => Does::Happens(trace.event(*happening)),
        What::Begun { request } => Does::Begins { asks: told::asked(request, labels) },
        What::Killed { performed, recorded, then, .. } => {
            Does::Killed { performed: performed.is_some(), recorded: *recorded, operator: *then }
        }
        What::ComesLate { request } => Does::ComesLate { sent: told::asked(request, labels) },
        What::Stopped { .. } => Does::Stopped,
        What::BacksOut { .. } => Does::BackedOut,
        What::Answered { request, answer, during, .. } => Does::Asks {
            asks: told::asked(request, labels),
            gets: told::got(request, answer, labels),
            how: Box::new(how(trace, before, entry, (request, answer, *during), labels)),
        },
    }
}

fn how(
    trace: &Trace,
    before: &Before,
    entry: &Entry,
    (request, answer, during): (&Request, &Answer, Option<Happening>),
    labels: &Labels<'_>,
) -> How {
    match (request, answer) {
        (Request::Look(probes, _), Answer::Looked(_)) => {
            let gets = told::got(request, answer, labels);
            let (seen_before, further) = ways(probes.len(), during.is_some())
                .find(|(split, further)| {
                    let readings = looked(probes, [&before.pair, &entry.pair], *split, before.lines_cut, *further);
                    told::got(request, &Answer::Looked(readings), labels) == gets
                })
                .expect("because the explorer answered by one of these ways");
            How {
                during: during.map(|happening| During { seen_before, event: trace.event(happening) }),
                further: further.map(|side| trace.pair.servers[side as usize].name.clone()),
                ..How::default()
            }
        }
        (Request::Send(_), Answer::Outcome(Outcome::Unknown { .. })) if !before.runs => {
            let lost = if entry.pair == before.pair { Lost::Command } else { Lost::Answer };
            How { lost: Some(lost), ..How::default() }
        }
        (_, Answer::Woke(over)) => {
            How { over: Some(told::clocks(*over).into_iter().map(str::to_owned).collect()), ..How::default() }
        }
        (_, Answer::Decided(decision)) => How { decides: Some(told::decided(decision).to_owned()), ..How::default() },
        (_, Answer::Begin | Answer::Set | Answer::Looked(_) | Answer::Outcome(_)) => How::default(),
    }
}

/// How many probes see the pair before what happens during the look, and which server's position is greater.
fn ways(probes: usize, torn: bool) -> impl Iterator<Item = (usize, Option<Side>)> {
    let splits = if torn { 1..probes } else { probes..probes + 1 };
    splits.flat_map(|split| [None, Some(Side::First), Some(Side::Second)].map(|further| (split, further)))
}

fn looked(
    probes: &[Probe],
    [before, after]: [&Model; 2],
    split: usize,
    lines_cut: [bool; 2],
    further: Option<Side>,
) -> Vec<Reading> {
    let look = |(at, probe): (usize, &Probe)| {
        let pair = if at < split { before } else { after };
        if line_of(probe).is_some_and(|server| lines_cut[side_of(server) as usize]) {
            return Reading::Unknown("the line is cut: no answer".to_owned());
        }
        let is_further = |side: Side| {
            further.map_or_else(|| pair.is_ahead(side) && !pair.is_ahead(side.other()), |further| further == side)
        };
        let position = |side| if is_further(side) { "2" } else { "1" }.to_owned();
        model::reading(pair, probe, position, |side| model::is_starting(pair, side))
    };
    probes.iter().enumerate().map(look).collect()
}
