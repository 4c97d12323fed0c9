//! A small runbook as Promela: its statements as instructions with numbers, and the rows of the transition table that
//! refuse commands. Everything that moves is written by hand, in the
//! `.pml` files beside this.

use std::fmt::Write as _;

use hsbrun::pair::model::Safeness;
use hsbrun::pair::transition::{Answered, Case, conflicts, of_command};
use hsbrun::pair::{Command, State, StateSet};
use hsbrun::verify::Reference;

use super::small::{Cond, Joined, Limit, Sent, Small, Stmt};

const PAIR: &str = include_str!("pair.pml");
const RUN: &str = include_str!("run.pml");
const DECIDE: &str = include_str!("decide.pml");
const SEARCH: &str = include_str!("search.pml");
const INFALLIBLE: &str = "because a String takes everything";

/// The commands of the subset, as Promela calls them.
const COMMANDS: [(&str, Command); 9] = [
    ("CONNECT", Command::Connect),
    ("DISCONNECT", Command::Disconnect),
    ("SWITCH_PRIMARY", Command::SwitchPrimary),
    ("SWITCH_SECONDARY", Command::SwitchSecondary),
    ("SET_PRIMARY_ALONE", Command::SetPrimaryAlone),
    ("SET_SECONDARY_ALONE", Command::SetSecondaryAlone),
    ("SET_STANDALONE", Command::SetStandalone),
    ("NETCOPY", Command::Netcopy),
    ("SHUTDOWN", Command::ShutdownForce),
];

/// The states in which a server answers, as Promela calls and numbers them; then the other two.
const STATES: [(&str, State); 8] = [
    ("PRIMARY_ACTIVE", State::PrimaryActive),
    ("PRIMARY_ALONE", State::PrimaryAlone),
    ("PRIMARY_UNCERTAIN", State::PrimaryUncertain),
    ("SECONDARY_ACTIVE", State::SecondaryActive),
    ("SECONDARY_ALONE", State::SecondaryAlone),
    ("STANDALONE", State::Standalone),
    ("OFFLINE", State::Offline),
    ("DOWN", State::Down),
];
const ANSWERING: usize = 6;

/// The model of a runbook beside its pair.
pub fn model(small: &Small) -> String {
    let program = Program::of(small);
    [header(small, &program).as_str(), &table(), PAIR, RUN, DECIDE, &program.text(), SEARCH].join("\n")
}

fn header(small: &Small, program: &Program) -> String {
    let [first, second] = small.starts;
    let joined = [first, second].contains(&State::PrimaryActive);
    let says = small.ends.iter().any(Option::is_some);
    let mut text = String::new();
    let mut define = |name: &str, value: String| writeln!(text, "#define {name} {value}").expect(INFALLIBLE);
    define("AUTO", u8::from(small.auto_primary_alone).to_string());
    define("ONE_SAFE", u8::from(small.safeness == Safeness::OneSafe).to_string());
    define("BLIND", u8::from(small.reference == Reference::Missing).to_string());
    define("FAULTS", small.faults.to_string());
    define("ANY", "256".to_owned());
    for (server, state) in small.starts.into_iter().enumerate() {
        define(&format!("STARTS_AS_{server}"), phase(state).to_owned());
        define(&format!("STARTS_AT_{server}"), served(state).to_owned());
        define(&format!("FROM_{server}"), set(StateSet::of(state)));
        define(&format!("TO_{server}"), small.ends[server].map_or_else(|| "ANY".to_owned(), set));
    }
    define("STARTS_JOINED", if joined { "CONNECTED" } else { "BROKEN" }.to_owned());
    define("ENDS_SAY", u8::from(says).to_string());
    define("C_WATCHDOG_ON", "0".to_owned());
    define("C_WATCHDOG_OFF", "1".to_owned());
    for (at, (name, _)) in COMMANDS.iter().enumerate() {
        define(&format!("C_{name}"), (at + 2).to_string());
    }
    define("C_START", (COMMANDS.len() + 2).to_string());
    define("C_LISTEN", (COMMANDS.len() + 3).to_string());
    define("SUCCEEDED_AT", program.succeeded_at.to_string());
    define("FAILED_AT", program.failed_at.to_string());
    define("PUT_BACK_AT", program.put_back_at.to_string());
    text
}

fn phase(state: State) -> &'static str {
    match state {
        State::Down => "P_DOWN",
        State::Offline => "P_LISTENING",
        State::PrimaryActive
        | State::PrimaryAlone
        | State::PrimaryUncertain
        | State::SecondaryActive
        | State::SecondaryAlone
        | State::Standalone => "P_UP",
    }
}

/// A server that does not serve is SECONDARY ALONE when it does again.
fn served(state: State) -> &'static str {
    let state = if state.answers() { state } else { State::SecondaryAlone };
    word(state)
}

fn word(state: State) -> &'static str {
    STATES.iter().find(|(_, it)| *it == state).expect("because every state is in the list").0
}

fn set(states: StateSet) -> String {
    let bits = (0u32..).zip(STATES).filter(|(_, (_, state))| states.contains(*state)).map(|(at, _)| 1 << at);
    bits.sum::<u32>().to_string()
}

/// What refuses each command in each state: rows, in the order of their cases.
fn table() -> String {
    let mut text = String::new();
    for (name, command) in COMMANDS {
        for (word, state) in &STATES[..ANSWERING] {
            for (kind, prefix) in [("MODEL", "M"), ("SEEN", "S")] {
                let codes = refusals(command, *state);
                let rows: Vec<String> =
                    codes.iter().map(|(case, code)| format!("({prefix}_{case:?}(s) -> {code} : ")).collect();
                let closed = ")".repeat(rows.len());
                writeln!(text, "#define {kind}_{name}_FROM_{word}(s) ({}0{closed})", rows.concat()).expect(INFALLIBLE);
            }
        }
        let model = chain("hsb[s]", name, "MODEL", "0");
        let seen = chain("g_own", name, "SEEN", "(g_own == DOWN -> 21306 : (g_own == OFFLINE -> 14552 : 0))");
        write!(text, "#define MODEL_{name}(s) {model}\n#define SEEN_{name}(s) {seen}\n").expect(INFALLIBLE);
    }
    for kind in ["MODEL", "SEEN"] {
        let chosen: Vec<String> =
            COMMANDS.iter().map(|(name, _)| format!("(cmd == C_{name} -> {kind}_{name}(own) : ")).collect();
        let closed = ")".repeat(chosen.len());
        writeln!(text, "#define {kind}_CODE {}0{closed}", chosen.concat()).expect(INFALLIBLE);
    }
    text
}

/// By the state that it is in.
fn chain(of: &str, name: &str, kind: &str, otherwise: &str) -> String {
    let rows: Vec<String> = STATES[..ANSWERING]
        .iter()
        .map(|(word, _)| format!("({of} == {word} -> {kind}_{name}_FROM_{word}(s) : "))
        .collect();
    format!("{}{otherwise}{}", rows.concat(), ")".repeat(rows.len()))
}

/// The rows that refuse a command: whole ones, their failings, and the shared ones; the first case names the code.
fn refusals(command: Command, from: State) -> Vec<(Case, i32)> {
    let whole = of_command(command, from).filter_map(|row| match row.answer {
        Answered::Reply { rc, .. } if rc != 0 => Some((row.case, rc)),
        Answered::Reply { .. } | Answered::Nothing | Answered::Exit { .. } | Answered::Log(_) => None,
    });
    let own = of_command(command, from).flat_map(|row| row.fails.iter().map(|fail| (fail.case, fail.code)));
    let shared = conflicts().iter().filter(|it| it.command == command).map(|it| (it.case, it.code));
    let mut all: Vec<(Case, i32)> = whole.chain(own).chain(shared).collect();
    all.sort_by_key(|(case, _)| *case);
    all
}

/// An instruction.
struct Instr {
    kind: &'static str,
    section: &'static str,
    /// Of its step.
    handler: usize,
    /// Where an `if` goes that is false, a jump, a retry.
    target: usize,
    /// Where an `if` goes that cannot tell; 0: it fails.
    unknown: usize,
    send: Option<(Sent, usize)>,
    cond: Option<Cond>,
    long: bool,
}

/// The runbook in a line of instructions, the first of them for the preflight.
struct Program {
    instrs: Vec<Instr>,
    succeeded_at: usize,
    failed_at: usize,
    put_back_at: usize,
    section: &'static str,
    /// Where a retry goes back to.
    begin: usize,
}

impl Program {
    fn of(small: &Small) -> Program {
        let mut program = Program {
            instrs: Vec::new(),
            succeeded_at: 0,
            failed_at: 0,
            put_back_at: 0,
            section: "PREFLIGHT",
            begin: 0,
        };
        program.emit("K_SKIP");
        let mut begins = Vec::new();
        program.section = "BODY";
        for step in &small.steps {
            let begin = program.instrs.len();
            program.block(&step.body);
            begins.push(begin..program.instrs.len());
        }
        program.section = "ENDSTATES";
        program.emit("K_ENDS");
        program.section = "HANDLER";
        for (step, body) in small.steps.iter().zip(begins) {
            let Some(handler) = &step.handler else { continue };
            let at = program.instrs.len();
            program.begin = body.start;
            program.block(handler);
            program.instrs[body].iter_mut().for_each(|instr| instr.handler = at);
        }
        program.section = "ENDING";
        program.succeeded_at = program.ending(&small.success);
        program.failed_at = program.ending(&small.failure);
        program.section = "PREFLIGHT";
        program.put_back_at = program.instrs.len();
        program.send(Sent::WatchdogOn, 0);
        program
    }

    fn ending(&mut self, stmts: &[Stmt]) -> usize {
        let at = self.instrs.len();
        self.block(stmts);
        self.emit("K_DONE");
        at
    }

    fn emit(&mut self, kind: &'static str) -> usize {
        let section = self.section;
        self.instrs.push(Instr {
            kind,
            section,
            handler: 0,
            target: 0,
            unknown: 0,
            send: None,
            cond: None,
            long: false,
        });
        self.instrs.len() - 1
    }

    fn send(&mut self, sent: Sent, server: usize) {
        let at = self.emit("K_COMMAND");
        self.instrs[at].send = Some((sent, server));
    }

    fn check(&mut self, kind: &'static str, cond: &Cond) -> usize {
        let at = self.emit(kind);
        self.instrs[at].cond = Some(cond.clone());
        at
    }

    fn block(&mut self, stmts: &[Stmt]) {
        stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Send(sent, server) => self.send(*sent, *server),
            Stmt::Wait(cond, limit) => {
                let at = self.check("K_WAIT", cond);
                self.instrs[at].long = *limit == Limit::Long;
            }
            Stmt::Assert(cond) => drop(self.check("K_ASSERT", cond)),
            Stmt::If { cond, then, otherwise, unknown } => self.branch(cond, [then, otherwise], unknown.as_deref()),
            Stmt::Notify | Stmt::LeaveWatchdogOff => drop(self.emit("K_SKIP")),
            Stmt::Stop => drop(self.emit("K_STOP")),
            Stmt::Retry => {
                let (at, begin) = (self.emit("K_RETRY"), self.begin);
                self.instrs[at].target = begin;
            }
        }
    }

    fn branch(&mut self, cond: &Cond, [then, otherwise]: [&[Stmt]; 2], unknown: Option<&[Stmt]>) {
        let head = self.check("K_IF", cond);
        self.block(then);
        let mut jumps = vec![self.emit("K_JUMP")];
        self.instrs[head].target = self.instrs.len();
        self.block(otherwise);
        jumps.push(self.emit("K_JUMP"));
        if let Some(unknown) = unknown {
            self.instrs[head].unknown = self.instrs.len();
            self.block(unknown);
            jumps.push(self.emit("K_JUMP"));
        }
        let end = self.instrs.len();
        jumps.into_iter().for_each(|jump| self.instrs[jump].target = end);
    }

    /// `fetch` and `test`, and what is asked of a number without them.
    fn text(&self) -> String {
        let mut text = String::from("inline fetch() {\n");
        let facts: Vec<Vec<(&str, String)>> = self.instrs.iter().map(Instr::facts).collect();
        for at in 0..facts[0].len() {
            let values: Vec<&str> = facts.iter().map(|of| of[at].1.as_str()).collect();
            writeln!(text, "    {} = {};", facts[0][at].0, by_number(&values)).expect(INFALLIBLE);
        }
        text.push_str("    skip\n}\ninline test() {\n");
        let tests: Vec<[String; 2]> =
            self.instrs.iter().map(|instr| instr.cond.as_ref().map_or(NOTHING.map(str::to_owned), tested)).collect();
        for (at, name) in ["verdict", "gone"].into_iter().enumerate() {
            let values: Vec<&str> = tests.iter().map(|of| of[at].as_str()).collect();
            writeln!(text, "    {name} = {};", by_number(&values)).expect(INFALLIBLE);
        }
        text.push_str("    skip\n}\n");
        let waits = self.any(|instr| (instr.kind == "K_WAIT").then(String::new));
        let lines = self.any(|instr| match instr.send {
            Some((Sent::Admin(_), server)) => Some(format!(" && cut[{server}]")),
            Some((Sent::WatchdogOn | Sent::WatchdogOff | Sent::Start | Sent::Listen, _)) | None => None,
        });
        let starts = self.any(|instr| match instr.send {
            Some((Sent::Start | Sent::Listen, server)) => Some(format!(" && IS_STARTING({server})")),
            Some((Sent::WatchdogOn | Sent::WatchdogOff | Sent::Admin(_), _)) | None => None,
        });
        for (name, cases) in [("IS_WAIT", waits), ("LINE_IS_CUT", lines), ("STARTING_STILL", starts)] {
            writeln!(text, "#define {name} ({cases})").expect(INFALLIBLE);
        }
        text
    }

    /// The instructions of which that is so, and what else must be.
    fn any(&self, which: impl Fn(&Instr) -> Option<String>) -> String {
        let found = self.instrs.iter().enumerate().filter_map(|(at, instr)| Some((at, which(instr)?)));
        let cases: Vec<String> = found.map(|(at, more)| format!("(pc == {at}{more})")).collect();
        if cases.is_empty() { "0".to_owned() } else { cases.join(" || ") }
    }
}

impl Instr {
    /// By the names of `run.pml`.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let (cmd, own) = self.send.map_or(("WATCHDOG_ON", 0), |(sent, server)| (name_of(sent), server));
        let tests = self.cond.as_ref().map_or(&[][..], |cond| &cond.tests);
        let (asks, first) =
            if self.kind == "K_ENDS" { (2, 0) } else { (tests.len(), tests.first().map_or(0, |it| it.0)) };
        vec![
            ("kind", self.kind.to_owned()),
            ("section", self.section.to_owned()),
            ("handler", self.handler.to_string()),
            ("target", self.target.to_string()),
            ("first_unknown", self.unknown.to_string()),
            ("cmd", format!("C_{cmd}")),
            ("own", own.to_string()),
            ("asks", asks.to_string()),
            ("first_asked", first.to_string()),
            ("long_wait", u8::from(self.long).to_string()),
        ]
    }
}

/// The value that belongs to `pc`; the commonest stands at the end.
fn by_number(values: &[&str]) -> String {
    let count = |value: &str| values.iter().filter(|it| **it == value).count();
    let usual = values.iter().copied().max_by_key(|value| count(value)).expect("because there are instructions");
    let others = values.iter().enumerate().filter(|(_, value)| **value != usual);
    let rows: Vec<String> = others.map(|(at, value)| format!("(pc == {at} -> {value} : ")).collect();
    format!("{}{usual}{}", rows.concat(), ")".repeat(rows.len()))
}

fn name_of(sent: Sent) -> &'static str {
    match sent {
        Sent::WatchdogOn => "WATCHDOG_ON",
        Sent::WatchdogOff => "WATCHDOG_OFF",
        Sent::Start => "START",
        Sent::Listen => "LISTEN",
        Sent::Admin(command) => {
            COMMANDS.iter().find(|(_, it)| *it == command).expect("because the subset has no other").0
        }
    }
}

/// Of an instruction that tests nothing.
const NOTHING: [&str; 2] = ["0", "0"];

/// What a condition is worth, and whether a server that it asks is gone for good.
fn tested(cond: &Cond) -> [String; 2] {
    let reading = |at: usize| format!("look[{at}]");
    let test = |(at, (_, states)): (usize, &(usize, StateSet))| format!("IS({}, {})", reading(at), set(*states));
    let tests: Vec<String> = cond.tests.iter().enumerate().map(test).collect();
    let word = if cond.joined == Joined::And { "AND" } else { "OR" };
    let verdict = match tests.as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{word}({one}, {other})"),
        _ => unreachable!("because a pair has two servers"),
    };
    let gone: Vec<String> = cond
        .tests
        .iter()
        .enumerate()
        .filter(|(_, (server, _))| !cond.speaks_of_down(*server))
        .map(|(at, _)| format!("{} == DOWN", reading(at)))
        .collect();
    let gone = if gone.is_empty() { "0".to_owned() } else { gone.join(" || ") };
    [verdict, format!("({gone})")]
}
