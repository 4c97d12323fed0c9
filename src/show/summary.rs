//! The last words of a run: how it ended, how the pair was left, why, and what to do next.

use crate::engine::RunResult;
use crate::pair::State;
use crate::program::StepId;
use crate::run::{Finished, Left};

use super::clock;
use super::diagnostics;
use super::finding::Printer;
use super::look::{Look, Paint};
use super::page::Page;
use super::story::{Story, Taken};
use super::words::{Words, serving};
use crate::text::inert;

/// So many of the longest steps are named.
const LONGEST: usize = 3;

/// What the summary is made from, beside the story.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'a> {
    pub words: Words<'a>,
    pub story: &'a Story,
    pub finished: &'a Finished,
    /// Where the record is; none in a rehearsal.
    pub journal: Option<&'a str>,
    /// Number, name and meaning of the exit code; none where it is 0.
    pub exit: Option<&'a str>,
    /// The servers are a model's.
    pub rehearsal: bool,
}

impl Summary<'_> {
    /// The summary as text.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        let mut page = Page::new(look);
        page.blank();
        if self.finished.end.result == RunResult::NotStarted {
            let printer = Printer::new(look, self.words.sources);
            let failures = self.story.preflight.iter();
            let finding = |failure| diagnostics::preflight(&self.words, failure, self.story.entered);
            let findings: Vec<_> = failures.map(finding).collect();
            page.text(&printer.findings(&findings));
        }
        let (paint, headline) = self.headline();
        page.headline(paint, &headline);
        page.row("the pair", &self.pair());
        page.row("", judgement(self.left()));
        self.reasons(&mut page);
        self.figures(&mut page);
        self.watchdog(&mut page);
        if !self.rehearsal {
            page.row("next", &self.next());
        }
        page.row("journal", self.journal.unwrap_or_default());
        page.row("exit code", self.exit.unwrap_or_default());
        page.done()
    }

    fn left(&self) -> Left {
        Left::of(&self.finished.left)
    }

    fn headline(&self) -> (Paint, String) {
        let after = clock::took(self.finished.elapsed);
        let place = self
            .story
            .last_step()
            .map(|step| format!(" in step {} \"{}\"", self.words.step(step), self.words.title(step)))
            .unwrap_or_default();
        let end = &self.finished.end;
        match end.result {
            RunResult::Done if self.only_looks() => (Paint::Good, format!("All checks hold; they took {after}.")),
            RunResult::NotStarted if self.only_looks() => (Paint::Bad, "Not all checks hold.".into()),
            RunResult::Done if end.ending_failed => {
                (Paint::Warn, format!("Done, but incomplete, after {after}: `on success` did not come to its end."))
            }
            RunResult::Done => (Paint::Good, format!("Done after {after}: the servers are in their end states.")),
            RunResult::AlreadyDone => {
                (Paint::Good, "Nothing to do: the servers are in their end states already.".into())
            }
            RunResult::NotStarted => (Paint::Bad, "Not started. Nothing was sent to a server.".into()),
            RunResult::Failed => (Paint::Bad, format!("Failed after {after}{place}.")),
            RunResult::InDoubt => (Paint::Bad, format!("In doubt after {after}{place}.")),
            RunResult::Parked => (Paint::Warn, format!("Parked after {after}{place}: it waits for an approval.")),
            RunResult::Stopped => (Paint::Warn, format!("Stopped by the operator after {after}{place}.")),
            RunResult::BackedOut => (Paint::Good, format!("Backed out after {after}: the pair is where it began.")),
        }
    }

    /// A runbook of checks alone.
    fn only_looks(&self) -> bool {
        self.words.program.steps.is_empty()
    }

    fn pair(&self) -> String {
        let servers = self.words.program.servers.keys().zip(&self.finished.left);
        let said: Vec<String> = servers
            .map(|(name, state)| {
                let word = state.map_or("not in sight", State::word);
                let means = serving(*state);
                if state.is_none() { format!("{name} {word}") } else { format!("{name} {word} ({means})") }
            })
            .collect();
        said.join(", ")
    }

    fn reasons(&self, page: &mut Page<'_>) {
        if self.finished.end.result == RunResult::Done && !self.finished.end.ending_failed {
            return;
        }
        if let (RunResult::Parked, Some((id, question))) = (self.finished.end.result, &self.story.asked) {
            page.row("waits for", &format!("{id}: {question}"));
        }
        let place =
            |step: &Option<StepId>| step.map(|step| format!("step {}: ", self.words.step(step))).unwrap_or_default();
        let why = self.story.failures.iter().map(|(step, told)| format!("{}{}", place(step), told.what));
        page.rows("why", &repeated(why));
        page.rows("it says", &repeated(self.story.stops.iter().cloned()));
        let handlers = self.story.handlers.iter().map(|step| format!("the handler of step {}", self.words.step(*step)));
        let endings = self.story.endings.iter().filter(|ending| self.words.says_something(**ending));
        let endings = endings.map(|ending| format!("`{}`", super::console::ending_name(*ending)));
        page.row("it did", &repeated(handlers.chain(endings)).join(", "));
        if self.finished.end.ending_failed {
            page.row("", "The ending did not come to its end: see what it says above.");
        }
    }

    fn figures(&self, page: &mut Page<'_>) {
        let story = self.story;
        if story.steps.is_empty() {
            return;
        }
        let done = story.steps.iter().filter(|taken| taken.done).count();
        let mut said =
            format!("{done} of {} done, {}", self.words.program.steps.len(), counted(story.commands, "command"));
        if story.retries > 0 {
            said.push_str(&format!(", {}", counted(story.retries, "retry").replace("retrys", "retries")));
        }
        page.row("steps", &said);
        let mut longest: Vec<&Taken> = story.steps.iter().filter(|taken| taken.took.as_secs() > 0).collect();
        longest.sort_by_key(|taken| std::cmp::Reverse(taken.took));
        for (at, taken) in longest.iter().take(LONGEST).enumerate() {
            let took = clock::took(taken.took);
            let text = format!("{took} in step {}: {}", self.words.step(taken.step), self.words.title(taken.step));
            page.row(if at == 0 { "longest" } else { "" }, &text);
        }
    }

    fn watchdog(&self, page: &mut Page<'_>) {
        if self.finished.end.watchdog_astray {
            page.row("watchdog", "It is not as the runbook means it to be. Look at it before you leave.");
        } else if let Some(because) = &self.story.left_watchdog_off {
            page.row("watchdog", &format!("left off: {}", inert(because)));
        }
    }

    /// What the operator does now.
    fn next(&self) -> String {
        match self.finished.end.result {
            RunResult::Done | RunResult::AlreadyDone | RunResult::BackedOut => String::new(),
            RunResult::NotStarted => "Put right what is listed above, then start again.".into(),
            RunResult::Parked => {
                "Decide on the approval that it waits for. The journal keeps where the run stands.".into()
            }
            RunResult::InDoubt => format!(
                "Find out by hand whether the command named above has taken effect before anything is sent again. {}",
                next_by(self.left())
            ),
            RunResult::Failed | RunResult::Stopped => next_by(self.left()).into(),
        }
    }
}

fn judgement(left: Left) -> &'static str {
    match left {
        Left::Safe => "",
        Left::Degraded => {
            "One server accepts writes; it keeps a log for the other one, which grows until that is back."
        }
        Left::NobodyServes => "No server accepts writes: this is an outage.",
        Left::TwoServe => "Both servers accept writes, and neither gets the other's commits.",
        Left::Unknown => "A server is not in sight: whether it accepts writes is not known.",
    }
}

fn next_by(left: Left) -> &'static str {
    match left {
        Left::Safe => {
            "Nothing is urgent: the pair is whole. Put right what stopped it; a new run begins with its start states."
        }
        Left::Degraded => {
            "The service is up. Put right what stopped it, and bring the other server back before the log's disk is full."
        }
        Left::NobodyServes => {
            "Ask both servers with ADMIN COMMAND 'hsb state' and 'hsb logpos'. Promote only the one with the greater \
             position, and only when the other one is not serving."
        }
        Left::TwoServe => "Stop the applications now, then decide which server's commits are kept.",
        Left::Unknown => {
            "Look at the server on its own machine. Do not promote the other one before you know that it is not serving."
        }
    }
}

/// What comes several times is said once, with how often.
fn repeated(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut said: Vec<(String, usize)> = Vec::new();
    for text in texts {
        match said.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += 1,
            None => said.push((text, 1)),
        }
    }
    said.into_iter().map(|(text, count)| if count > 1 { format!("{text} ({count} times)") } else { text }).collect()
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
