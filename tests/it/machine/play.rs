//! A scripted world. A script is lines of `request: answer`; looks are answered from a table of what is to be seen, which
//! the answers change (`send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE`). Setting a clock needs no line.
//!
//! `send …: done | refused CODE | unknown`, `pause: limit | look | settle | delay | on`, `ask ID: yes | no | late | park`,
//! `notify TEXT: told`. Behind a semicolon, what is to be seen from then on.

use std::collections::BTreeMap;

use hsbrun::engine::{
    Action, Answer, Clocks, Code, Decision, Durable, Event, Machine, Outcome, Part, PreflightFailure, Probe, Reading,
    Refuser, Request, Settings, lower,
};
use hsbrun::pair::{Measure, State, Status, StatusWord, Version};
use hsbrun::program::{Bindings, Loader, Program, ServerId, resolve};
use hsbrun::text::Source;

/// The shipped library, and no other file.
struct Shipped;

impl Loader for Shipped {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        match path {
            "pair.hsbrun" => Ok(Source::new(path, include_str!("../../../runbooks/pair.hsbrun"))),
            other => Err(format!("{other} is not there")),
        }
    }
}

/// The code of a runbook whose head (language, title, servers) is given: S1 is the Primary, S2 the Secondary.
pub fn code(items: &str) -> Code {
    code_with(items, &Settings::default())
}

pub fn code_with(items: &str, settings: &Settings) -> Code {
    let servers = "server S1: PRIMARY ACTIVE -> PRIMARY ACTIVE\nserver S2: SECONDARY ACTIVE -> SECONDARY ACTIVE\n";
    whole(&format!("language 1\nrunbook \"Test\"\n{servers}{items}"), settings)
}

/// The code of a whole runbook; versions that nobody gave are 7.0.
pub fn whole(text: &str, settings: &Settings) -> Code {
    let (program, bindings) = program(text);
    lower(&program, &bindings, settings)
}

/// A whole runbook with a value for each parameter.
pub fn program(text: &str) -> (Program, Bindings) {
    let resolved = resolve(Source::new("test.hsbrun", text), &mut Shipped);
    let Some(program) = resolved.program else {
        panic!("the runbook of this test has findings: {:#?}", resolved.findings)
    };
    let sampled = program.sample_bindings(&[], Version::new(7, 0, 0)).expect("because nothing was given");
    (program, sampled.bindings)
}

/// One play of a script.
pub struct Play<'a> {
    code: &'a Code,
    pub machine: Machine,
    seen: BTreeMap<String, String>,
    /// What happened and what was asked, a line each.
    pub lines: Vec<String>,
    /// What kept the run from starting.
    pub preflight: Vec<PreflightFailure>,
    folded: Durable,
    request: Option<Request>,
    /// What is to be seen from the next look but so many on.
    later: Option<(u32, String)>,
    /// A line, and what was kept right behind it.
    killed: Option<(String, Option<Durable>)>,
}

impl<'a> Play<'a> {
    /// A new run on a healthy pair.
    pub fn new(code: &'a Code) -> Play<'a> {
        Play::of(code, Machine::new(code))
    }

    /// A machine that has not been asked yet, on a healthy pair.
    pub fn of(code: &'a Code, machine: Machine) -> Play<'a> {
        let folded = machine.durable().clone();
        let mut play = Play {
            code,
            machine,
            folded,
            seen: BTreeMap::new(),
            lines: Vec::new(),
            preflight: Vec::new(),
            request: None,
            later: None,
            killed: None,
        };
        for server in ["S1", "S2"] {
            play.see(&format!("{server}.link=CONNECTED, {server}.catchup=NOT ACTIVE"));
            play.see(&format!("{server}.copy=SUCCESS, {server}.switch=SUCCESS, {server} process=yes"));
            play.see(&format!(
                "{server} host=no, {server}.version=6.5, {server} installed=6.5, {server} unanswered=no"
            ));
        }
        play.see("S1=PRIMARY ACTIVE, S2=SECONDARY ACTIVE, watchdog=yes");
        play
    }

    /// From now on these are to be seen; `?` is unknown.
    pub fn see(&mut self, what: &str) {
        for pair in what.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (probe, reading) = pair.split_once('=').expect("because what is seen is written `probe=reading`");
            self.seen.insert(probe.trim().to_owned(), reading.trim().to_owned());
        }
    }

    /// After so many looks more, these are to be seen.
    pub fn see_after(&mut self, looks: u32, what: &str) {
        self.later = Some((looks, what.to_owned()));
    }

    /// The run will be killed right behind this line; what it kept then is `kept`.
    pub fn kill_behind(&mut self, line: &str) {
        self.killed = Some((line.to_owned(), None));
    }

    pub fn kept(&self) -> Durable {
        let (_, kept) = self.killed.as_ref().expect("because the test says where it is killed");
        kept.clone().expect("because that line was told")
    }

    /// Plays a script to its last line; what is asked then stays unanswered.
    pub fn script(&mut self, script: &str) -> &mut Self {
        if self.request.is_none() {
            self.answer(Answer::Begin);
        }
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.up_to_a_scripted_request();
            let request = self.request.clone().expect("because a script begins with a request");
            let asked = self.asked(&request);
            let Some(rest) = line.strip_prefix(&asked) else {
                panic!("the script says `{line}`, the machine asks `{asked}`\n{}", self.lines.join("\n"))
            };
            let (answer, seen) =
                rest.trim_start_matches(':').split_once(';').unwrap_or((rest.trim_start_matches(':'), ""));
            self.see(seen);
            self.answer(answer_of(&request, answer.trim()));
        }
        self.up_to_a_scripted_request();
        self
    }

    /// What is asked now.
    pub fn asks(&self) -> String {
        self.asked(self.request.as_ref().expect("because the play has begun"))
    }

    /// The end of the run: its result and what is said besides.
    pub fn end(&self) -> String {
        match self.request.as_ref().expect("because the play has begun") {
            Request::End(end) => {
                let failed = if end.ending_failed { ", ending failed" } else { "" };
                let astray = if end.watchdog_astray { ", watchdog astray" } else { "" };
                format!("{:?}{failed}{astray}", end.result)
            }
            other => panic!("the run goes on with {other:?}\n{}", self.lines.join("\n")),
        }
    }

    /// The lines of what happened that begin so.
    pub fn told(&self, begin: &str) -> Vec<&str> {
        self.lines.iter().map(String::as_str).filter(|line| line.starts_with(begin)).collect()
    }

    fn up_to_a_scripted_request(&mut self) {
        for _ in 0..1000 {
            let answer = match self.request.as_ref().expect("because the play has begun") {
                Request::Set(..) => Answer::Set,
                Request::Look(probes, _) => {
                    let probes = probes.clone();
                    self.time_passes();
                    Answer::Looked(probes.iter().map(|probe| self.reading(probe)).collect())
                }
                Request::Send(_) | Request::Pause(_) | Request::Ask(_) | Request::Notify(_) | Request::End(_) => return,
            };
            self.answer(answer);
        }
        panic!("the machine looks for ever\n{}", self.lines.join("\n"));
    }

    pub fn answer(&mut self, answer: Answer) {
        let mut copy = self.machine.clone();
        let turn = self.machine.next(self.code, answer.clone());
        assert_eq!(copy.next(self.code, answer), turn, "because the same answer leads to the same turn");
        for event in &turn.events {
            let line = self.happened(event);
            self.lines.push(line);
            if let Event::Preflight { failures } = event {
                self.preflight.extend(failures.iter().cloned());
            }
        }
        let first = self.lines.len() - turn.events.len();
        for (event, line) in turn.events.iter().zip(&self.lines[first..]) {
            self.folded.apply(self.code, event);
            if let Some((last, kept)) = &mut self.killed
                && kept.is_none()
                && last == line
            {
                *kept = Some(self.folded.clone());
            }
        }
        assert_eq!(&self.folded, self.machine.durable(), "because folding the events gives what the machine keeps");
        if let Request::Set(clock, limit) = &turn.request {
            self.lines.push(format!("set {clock:?} {limit:?}").to_lowercase());
        }
        self.request = Some(turn.request);
    }

    fn time_passes(&mut self) {
        match self.later.take() {
            Some((0, what)) => self.see(&what),
            Some((looks, what)) => self.later = Some((looks - 1, what)),
            None => {}
        }
    }

    fn asked(&self, request: &Request) -> String {
        match request {
            Request::Look(..) | Request::Set(..) => "look".to_owned(),
            Request::Send(command) => {
                let on = command.server.map_or(String::new(), |server| format!(" on {}", self.name(server)));
                format!("send {}{on}", action(&command.action))
            }
            Request::Pause(_) => "pause".to_owned(),
            Request::Ask(question) => format!("ask {}", question.id),
            Request::Notify(text) => format!("notify {text}"),
            Request::End(end) => format!("end {:?}", end.result),
        }
    }

    fn name(&self, server: ServerId) -> &str {
        self.code.server_name(server)
    }

    fn reading(&self, probe: &Probe) -> Reading {
        let text = self.seen.get(&self.probe(probe)).map_or("?", String::as_str);
        match (probe, text) {
            (_, "?") => Reading::Unknown("not seen".to_owned()),
            (_, "yes") => Reading::Yes,
            (_, "no") => Reading::No,
            (Probe::State(_), word) => {
                Reading::State(State::from_word(word).expect("because the script names a state"))
            }
            (Probe::Status(_, status), word) => Reading::Status(status_word(*status, word)),
            (Probe::Measure(_, Measure::Position), text) => Reading::Position(text.to_owned()),
            (Probe::Measure(_, Measure::LogSpace | Measure::DiskSpace), text) => {
                Reading::Size(text.parse().expect("because the script gives bytes"))
            }
            (_, text) => Reading::Version(Version::parse(text).expect("because the script gives a version")),
        }
    }

    fn probe(&self, probe: &Probe) -> String {
        match probe {
            Probe::State(server) => self.name(*server).to_owned(),
            Probe::Status(server, status) => format!("{}.{}", self.name(*server), status.word()),
            Probe::Measure(server, measure) => format!("{}.{}", self.name(*server), measure.word()),
            Probe::Answers(server, ..) => format!("{}.answers", self.name(*server)),
            Probe::Watchdog => "watchdog".to_owned(),
            Probe::Installed(server) => format!("{} installed", self.name(*server)),
            Probe::Listens(server) => format!("{} listens", self.name(*server)),
            Probe::Process(server) => format!("{} process", self.name(*server)),
            Probe::HostCommand(server) => format!("{} host", self.name(*server)),
            Probe::Unanswered(server) => format!("{} unanswered", self.name(*server)),
        }
    }

    fn happened(&self, event: &Event) -> String {
        let at = |at| self.code.text(at);
        let step = |step| &self.code.step(step).id;
        match event {
            Event::Entered { entry } => format!("entered {}", step(entry.step)),
            Event::Preflight { failures } => format!("preflight {} failures", failures.len()),
            Event::StepBegan { step: id, attempt } => format!("step {} attempt {attempt}", step(*id)),
            Event::StepDone { step: id } => format!("step {} done", step(*id)),
            Event::Statement { at: id } => format!("at {}", at(*id)),
            Event::Seen { server, state } => {
                format!("seen {} {}", self.name(*server), state.map_or("?", State::word))
            }
            Event::Looked { readings, .. } => {
                let probes: Vec<String> = readings.iter().map(|(probe, _)| self.probe(probe)).collect();
                format!("looked {}", probes.join(" "))
            }
            Event::WaitBegan { limit, .. } => format!("waiting {limit:?}"),
            Event::WaitDone { .. } => "waited".to_owned(),
            Event::Intent { at: id, .. } => format!("intent {}", at(*id)),
            Event::Outcome { outcome, .. } => match outcome {
                Outcome::Done { .. } => "outcome done".to_owned(),
                Outcome::Refused { by, code, text } => {
                    let by = if matches!(by, Refuser::Guard(_)) { "Guard".to_owned() } else { format!("{by:?}") };
                    format!("outcome refused by {by} {} {text}", code.map_or("-".to_owned(), |code| code.to_string()))
                }
                Outcome::Unknown { .. } => "outcome unknown".to_owned(),
            },
            Event::Settling { at: id } => format!("settling {}", at(*id)),
            Event::Settled { verdict, .. } => format!("settled {verdict:?}"),
            Event::Stands { server, status } => format!("stands {}.{}", self.name(*server), status.word()),
            Event::AlreadySo { at: id } => format!("already {}", at(*id)),
            Event::Approved { id, by } => format!("approved {id} by {by}"),
            Event::Declined { id, .. } => format!("declined {id}"),
            Event::Notified { text } => format!("notified {text}"),
            Event::PointOfNoReturn { text } => format!("point {text}"),
            Event::Handler { step: id } => format!("handler {}", step(*id)),
            Event::Retry { from, nth, of, .. } => format!("retry from {} {nth} of {of}", step(*from)),
            Event::Failed { failure } => {
                let kind = format!("{:?}", failure.kind);
                let kind = kind.split([' ', '{']).next().expect("because a split gives one piece").to_owned();
                let part = if self.code.place(failure.at).part == Part::Body { "" } else { " apart" };
                format!("failed {kind}{part} at {}", at(failure.at))
            }
            Event::Ending { ending } => format!("ending {ending:?}"),
            Event::BackingOut { step: id } => format!("backing out {}", step(*id)),
            Event::LeftWatchdogOff { because } => format!("left off {because}"),
            Event::Interrupted => "interrupted".to_owned(),
            Event::Ended { end } => format!("ended {:?}", end.result),
        }
    }
}

/// Plays a whole script on a healthy pair, and gives the play.
pub fn play<'a>(code: &'a Code, script: &str) -> Play<'a> {
    let mut play = Play::new(code);
    play.script(script);
    play
}

fn status_word(status: Status, word: &str) -> StatusWord {
    *status.words().iter().find(|known| known.word() == word).expect("because the script names a word of the status")
}

fn action(action: &Action) -> String {
    match action {
        Action::Admin { text } => format!("admin '{text}'"),
        Action::Sql { text, .. } => format!("sql '{text}'"),
        Action::Start { options } => format!("start {}", options.join(" ")).trim_end().to_owned(),
        Action::Install { previous: false } => "install".to_owned(),
        Action::Install { previous: true } => "install previous".to_owned(),
        Action::Run { name } => format!("run {name}"),
        Action::Watchdog { on: true } => "watchdog on".to_owned(),
        Action::Watchdog { on: false } => "watchdog off".to_owned(),
    }
}

fn answer_of(request: &Request, answer: &str) -> Answer {
    let by = || "the test".to_owned();
    match (request, answer) {
        (Request::Notify(_), "told") => Answer::Set,
        (Request::Send(_), "done") => Answer::Outcome(Outcome::Done { text: String::new() }),
        (Request::Send(_), "unknown") => Answer::Outcome(Outcome::Unknown { why: "the line broke".to_owned() }),
        (Request::Send(_), refused) => {
            let code = refused.strip_prefix("refused").expect("because a command has three outcomes").trim();
            let code = (!code.is_empty()).then(|| code.parse().expect("because a code is a number"));
            Answer::Outcome(Outcome::Refused { by: Refuser::Server, code, text: String::new() })
        }
        (Request::Pause(clocks), over) => Answer::Woke(woke(*clocks, over)),
        (Request::Ask(_), "yes") => Answer::Decided(Decision::Approved { by: by() }),
        (Request::Ask(_), "no") => Answer::Decided(Decision::Declined { by: by() }),
        (Request::Ask(_), "late") => Answer::Decided(Decision::Late),
        (Request::Ask(_), "park") => Answer::Decided(Decision::Park),
        (Request::Ask(_), "cut short") => Answer::Woke(Clocks::NONE),
        (request, answer) => panic!("the script answers `{answer}` to {request:?}"),
    }
}

fn woke(paused: Clocks, over: &str) -> Clocks {
    let over = match over {
        "on" => Clocks::NONE,
        "limit" => Clocks { limit: true, ..Clocks::NONE },
        "look" => Clocks { look: true, ..Clocks::NONE },
        "settle" => Clocks { settle: true, ..Clocks::NONE },
        "delay" => Clocks { delay: true, ..Clocks::NONE },
        other => panic!("the script wakes for `{other}`"),
    };
    let waits = (!over.limit || paused.limit) && (!over.look || paused.look);
    assert!(waits && (!over.settle || paused.settle), "the machine pauses for {paused:?}, not for {over:?}");
    over
}
