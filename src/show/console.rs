//! The console of a run and of a rehearsal: what happens, line by line, as it happens.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::time::Duration;

use crate::diag::Label;
use crate::engine::{
    Answer, Clock, Command, EndingKind, Event, Failure, FailureKind, InstrId, Outcome, Part, Probe, Reading, Refuser,
    Request, SettledVerdict,
};
use crate::pair::{self, State};
use crate::program::{ServerId, StepId};
use crate::run::{Interrupt, Observer};

use super::clock;
use super::failure::{self, Told};
use super::finding::Printer;
use super::look::Look;
use super::screen::{Progress, Screen};
use super::sheet::{Fresh, Mark, Sheet};
use super::story::Story;
use super::words::Words;
use crate::text::inert;

/// What a model knows of its servers beside what it was asked, by their names; shown when a step is done.
pub type Backstage = Rc<RefCell<Vec<(String, String)>>>;

/// Writes a run down as it happens.
pub struct Console<'a> {
    words: Words<'a>,
    sheet: Sheet,
    printer: Printer<'a>,
    screen: Screen,
    story: Story,
    /// As last said; whether it was printed since.
    states: Vec<(Option<State>, Fresh)>,
    /// The wait that is going on, and when it began.
    wait: Option<(InstrId, Duration)>,
    note: String,
    /// What was asked last.
    question: String,
    backstage: Option<Backstage>,
    said_backstage: String,
}

impl<'a> Console<'a> {
    #[must_use]
    pub fn new(
        words: Words<'a>,
        look: &'a Look,
        out: Box<dyn Write + Send>,
        progress: Progress,
        interrupt: Interrupt,
    ) -> Self {
        let ids = words.program.steps.keys().map(String::as_str);
        Self {
            words,
            sheet: Sheet::new(*look, ids),
            printer: Printer::new(look, words.sources),
            screen: Screen::new(out, *look, progress, interrupt),
            story: Story::default(),
            states: vec![(None, Fresh::Same); words.program.servers.len()],
            wait: None,
            note: String::new(),
            question: String::new(),
            backstage: None,
            said_backstage: String::new(),
        }
    }

    /// Shows what a model knows besides.
    #[must_use]
    pub fn with_backstage(mut self, backstage: Option<Backstage>) -> Self {
        self.backstage = backstage;
        self
    }

    /// What was seen, for the summary.
    #[must_use]
    pub fn into_story(self) -> Story {
        self.story
    }

    fn line(&self, elapsed: Duration, mark: Mark, text: &str) {
        self.screen.print(&self.sheet.line(elapsed, mark, text));
    }

    fn more(&self, text: &str) {
        if !text.is_empty() {
            self.screen.print(&self.sheet.more(text));
        }
    }

    fn heading(&self, elapsed: Duration, id: &str, title: &str) {
        self.screen.place(&format!("step {id}"));
        self.screen.print(&self.sheet.heading(elapsed, id, title));
    }

    /// Both states, once after all changes of a moment.
    fn say_states(&mut self, elapsed: Duration) {
        if self.states.iter().all(|(_, fresh)| *fresh == Fresh::Same) {
            return;
        }
        let names = self.words.program.servers.keys();
        let states: Vec<(&str, Option<State>, Fresh)> =
            names.zip(&self.states).map(|(name, (state, fresh))| (name.as_str(), *state, *fresh)).collect();
        self.screen.print(&self.sheet.pair(elapsed, &states));
        self.states.iter_mut().for_each(|(_, fresh)| *fresh = Fresh::Same);
    }

    /// What the model knows besides, where it has changed.
    fn say_backstage(&mut self, elapsed: Duration) {
        let Some(backstage) = &self.backstage else { return };
        let line = self.sheet.backstage(Duration::ZERO, &backstage.borrow());
        if line != self.said_backstage {
            self.screen.print(&self.sheet.backstage(elapsed, &backstage.borrow()));
            self.said_backstage = line;
        }
    }

    fn seen(&mut self, server: ServerId, state: Option<State>) {
        if let Some(known) = self.states.get_mut(usize::from(server.0)) {
            *known = (state, Fresh::New);
        }
    }

    fn step_began(&mut self, elapsed: Duration, step: StepId, attempt: u32) {
        let title = self.words.title(step);
        let title = if attempt > 1 { format!("{title} (attempt {attempt})") } else { title };
        self.heading(elapsed, self.words.step(step), &title);
    }

    fn wait_began(&mut self, elapsed: Duration, at: InstrId, limit: Duration) {
        self.wait = Some((at, elapsed));
        self.note.clear();
        self.screen.begin(&format!("until {}", self.words.held(at)), elapsed, Some(limit));
    }

    fn wait_done(&mut self, elapsed: Duration, at: InstrId) {
        self.screen.end();
        let began = self.wait.take().map_or(elapsed, |(_, began)| began);
        let took = elapsed.saturating_sub(began);
        let after = if took.is_zero() { String::new() } else { format!(", after {}", clock::took(took)) };
        self.line(elapsed, Mark::Good, &format!("{}{after}", self.words.held(at)));
    }

    fn looked(&mut self, readings: &[(Probe, Reading)]) {
        self.note = self.words.readings_in_short(readings).join(", ");
        self.screen.note(&self.note);
    }

    fn intent(&mut self, elapsed: Duration, command: &Command) {
        let text = self.words.command(command);
        let text = match command.server {
            Some(server) => format!("{}: {text}", self.words.server(server)),
            None => text,
        };
        self.line(elapsed, Mark::Sent, &text);
        self.screen.begin(&text, elapsed, Some(command.limit));
    }

    fn outcome(&mut self, elapsed: Duration, outcome: &Outcome) {
        self.screen.end();
        match outcome {
            Outcome::Done { text } => self.more(&inert(text)),
            Outcome::Refused { by: Refuser::Server, code, text } => {
                let code = code.map(|code| format!("{code} ")).unwrap_or_default();
                self.more(&format!("refused: {code}{}", inert(text)));
            }
            Outcome::Refused { by: Refuser::Host, code, text } => {
                let status = code.map(|code| format!("exit status {code}: ")).unwrap_or_default();
                self.more(&format!("{status}{}", inert(text)));
            }
            // It was not sent, and the failure says why.
            Outcome::Refused { by: Refuser::Guard(_), .. } => {}
            Outcome::Unknown { why } => {
                self.line(elapsed, Mark::Doubt, &format!("no answer: {}", inert(why)));
            }
        }
    }

    fn settled(&self, elapsed: Duration, verdict: SettledVerdict) {
        self.screen.end();
        let (mark, text) = match verdict {
            SettledVerdict::Done => (Mark::Good, "the pair shows that it has happened"),
            SettledVerdict::NotDone => (Mark::Note, "the pair shows that it has not happened"),
            SettledVerdict::Repeat => (Mark::Again, "it may be sent again, and is, once"),
            SettledVerdict::InDoubt => (Mark::Doubt, "the pair cannot tell; the command stays in doubt"),
        };
        self.line(elapsed, mark, text);
    }

    fn failed(&mut self, elapsed: Duration, failure: &Failure) {
        self.screen.end();
        let told = failure::tell(&self.words, &failure.kind, &self.words.statement(failure.at));
        let place = self.words.code.place(failure.at);
        let stopped = matches!(failure.kind, FailureKind::Stop { .. });
        let headline = match (place.part, place.step) {
            _ if stopped => format!("stopped: {}", told.what),
            (Part::Body | Part::Handler, Some(step)) => {
                format!("step {} failed: {}", self.words.step(step), told.short)
            }
            (Part::BackOut, Some(step)) => format!("backing out step {} failed: {}", self.words.step(step), told.short),
            (Part::Preflight | Part::Body | Part::Handler | Part::BackOut | Part::Ending(_) | Part::EndStates, _) => {
                told.short.clone()
            }
        };
        self.line(elapsed, Mark::Bad, &headline);
        if !stopped {
            self.explain(&told, failure);
        }
        self.wait = None;
        self.story.failed(self.words.step_of(failure.at), stopped, told);
    }

    /// The source line, what the code means, what was last read, and both servers.
    fn explain(&self, told: &Told, failure: &Failure) {
        let place = self.words.code.place(failure.at);
        let mut labels = vec![Label { span: place.span, text: told.label.clone() }];
        labels.extend(place.calls.iter().rev().map(|call| Label { span: *call, text: "called here".into() }));
        let mut out = format!("\n{}", self.printer.places(&labels));
        for (word, text) in self.meaning(failure) {
            out.push_str(&self.printer.said(word, &text));
        }
        if !told.read.is_empty() {
            out.push_str(&self.printer.said("last read", &told.read.join(", ")));
        }
        let pair: Vec<String> = self
            .words
            .program
            .servers
            .keys()
            .zip(&self.states)
            .map(|(name, (state, _))| format!("{name} {}", state.map_or("not in sight", State::word)))
            .collect();
        out.push_str(&self.printer.said("the pair", &pair.join(", ")));
        out.push('\n');
        self.screen.print(&out);
    }

    /// What the server's code or the process's exit status means, and what to do about it.
    fn meaning(&self, failure: &Failure) -> Vec<(&'static str, String)> {
        let FailureKind::Refused { by, code, .. } = &failure.kind else { return Vec::new() };
        let row = match by {
            Refuser::Server | Refuser::Guard(_) => code.and_then(pair::code).map(|row| (row.meaning, row.remedy)),
            Refuser::Host => code.and_then(pair::exit_code).map(|row| (row.meaning, row.remedy)),
        };
        let of_code = row.map(|(meaning, remedy)| [("meaning", meaning), ("what to do", remedy)]);
        let of_code = of_code.into_iter().flatten().map(|(label, text)| (label, text.to_owned()));
        let of_guard = match by {
            Refuser::Guard(Some(rule)) => failure::guard(*rule),
            Refuser::Guard(None) | Refuser::Server | Refuser::Host => Vec::new(),
        };
        of_code.chain(of_guard).collect()
    }

    fn may_begin(&mut self, elapsed: Duration) {
        let text = match self.story.entered {
            Some(step) => format!("the pair is as it was located: step {} may begin", self.words.step(step)),
            None => "the start states and every `require` hold".to_owned(),
        };
        self.line(elapsed, Mark::Good, &text);
    }

    fn ending(&mut self, elapsed: Duration, ending: EndingKind) {
        if !self.words.says_something(ending) {
            return;
        }
        let name = ending_name(ending);
        self.heading(elapsed, "", name);
        self.screen.place(name);
    }
}

/// As a runbook writes it.
#[must_use]
pub fn ending_name(ending: EndingKind) -> &'static str {
    match ending {
        EndingKind::Success => "on success",
        EndingKind::Failure => "on failure",
        EndingKind::BackOut => "on back out",
    }
}

impl Observer for Console<'_> {
    fn event(&mut self, elapsed: Duration, event: &Event) {
        self.story.event(elapsed, event);
        self.screen.at(elapsed);
        if !matches!(event, Event::Seen { .. } | Event::Looked { .. }) {
            self.say_states(elapsed);
        }
        match event {
            Event::Preflight { failures } if failures.is_empty() => self.may_begin(elapsed),
            // All of them are told together, behind the run.
            Event::Entered { .. } | Event::Preflight { .. } | Event::Ended { .. } => {}
            Event::StepDone { .. } => self.say_backstage(elapsed),
            Event::StepBegan { step, attempt } => self.step_began(elapsed, *step, *attempt),
            Event::Statement { at } => self.screen.begin(&self.words.statement(*at), elapsed, None),
            Event::Seen { server, state } => self.seen(*server, *state),
            Event::Looked { readings, .. } => self.looked(readings),
            Event::WaitBegan { at, limit } => self.wait_began(elapsed, *at, *limit),
            Event::WaitDone { at } => self.wait_done(elapsed, *at),
            Event::Intent { command, .. } => self.intent(elapsed, command),
            Event::Outcome { outcome, .. } => self.outcome(elapsed, outcome),
            Event::Settling { .. } => self.screen.begin("asking the pair whether it has happened", elapsed, None),
            Event::Settled { verdict, .. } => self.settled(elapsed, *verdict),
            Event::Stands { server, status } => {
                let what = format!("{}.{}", self.words.server(*server), status.word());
                self.line(elapsed, Mark::Note, &format!("{what} has stayed the same; it counts as it stands"));
            }
            Event::AlreadySo { at } => self.line(elapsed, Mark::Good, &self.words.already(*at)),
            Event::Approved { id, by } => {
                let text = format!("{}: {} - approved by {}", inert(id), self.question, inert(by));
                self.line(elapsed, Mark::Good, &text);
            }
            Event::Declined { id, by } => {
                let text = format!("{}: {} - declined by {}", inert(id), self.question, inert(by));
                self.line(elapsed, Mark::Bad, &text);
            }
            Event::Notified { text } => self.line(elapsed, Mark::Note, &format!("notify: {}", inert(text))),
            Event::PointOfNoReturn { text } => {
                self.line(elapsed, Mark::Note, &format!("point of no return: {}", inert(text)));
            }
            Event::Handler { step } => {
                self.line(elapsed, Mark::Again, &format!("what step {} does when it fails:", self.words.step(*step)));
            }
            Event::Retry { from, nth, of, .. } => {
                self.line(elapsed, Mark::Again, &format!("retry {nth} of {of}, from step {}", self.words.step(*from)));
            }
            Event::Failed { failure } => self.failed(elapsed, failure),
            Event::Ending { ending } => self.ending(elapsed, *ending),
            Event::BackingOut { step } => {
                self.heading(elapsed, self.words.step(*step), &format!("back out: {}", self.words.title(*step)));
            }
            Event::LeftWatchdogOff { because } => {
                self.line(elapsed, Mark::Note, &format!("the watchdog stays off: {}", inert(because)));
            }
            Event::Interrupted => {
                self.screen.answered_interrupt();
                self.line(elapsed, Mark::Note, "interrupted: the run stops here");
            }
        }
    }

    fn asking(&mut self, elapsed: Duration, request: &Request) {
        self.say_states(elapsed);
        self.screen.at(elapsed);
        if let Request::Set(Clock::Delay, delay) = request {
            self.screen.begin("the pause before the retry", elapsed, Some(*delay));
        }
        if let Request::Ask(question) = request {
            // The terminal is the person's now.
            self.screen.end();
            self.question = inert(&question.text);
            self.story.asked = Some((inert(&question.id), self.question.clone()));
        }
    }

    fn answered(&mut self, elapsed: Duration, _answer: &Answer) {
        self.screen.at(elapsed);
    }
}
