//! What the engine's values are called when a person reads them.

use crate::engine::{Action, Code, Command, EndingKind, InstrId, Probe, Reading};
use crate::pair::State;
use crate::program::{Program, ServerId, StepId, Value};
use crate::text::SourceMap;

use super::wrap::cut;
use crate::text::inert;

/// A value of a text longer than this is not shown whole.
const VALUE_WIDTH: usize = 200;

/// Everything that is needed to call things by their names.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    pub program: &'a Program,
    pub code: &'a Code,
    pub sources: &'a SourceMap,
}

impl Words<'_> {
    #[must_use]
    pub fn server(&self, id: ServerId) -> &str {
        self.code.server_name(id)
    }

    /// The step's id as written.
    #[must_use]
    pub fn step(&self, id: StepId) -> &str {
        &self.code.step(id).id
    }

    #[must_use]
    pub fn title(&self, id: StepId) -> String {
        inert(&self.code.step(id).title)
    }

    /// What an instruction does, with the names and values of this run.
    #[must_use]
    pub fn statement(&self, at: InstrId) -> String {
        inert(self.code.text(at))
    }

    /// The condition of a wait or an `ensure`.
    #[must_use]
    pub fn held(&self, at: InstrId) -> String {
        condition(&self.statement(at)).to_owned()
    }

    /// Why nothing is sent.
    #[must_use]
    pub fn already(&self, at: InstrId) -> String {
        let statement = self.statement(at);
        if statement.starts_with("watchdog") {
            format!("{statement}: nothing is sent, for this run did not turn it off")
        } else {
            format!("{} already: nothing is sent", condition(&statement))
        }
    }

    /// The step in whose text an instruction stands.
    #[must_use]
    pub fn step_of(&self, at: InstrId) -> Option<StepId> {
        self.code.place(at).step
    }

    /// Whether the runbook has that ending, with something in it.
    #[must_use]
    pub fn says_something(&self, ending: EndingKind) -> bool {
        let block = match ending {
            EndingKind::Success => &self.program.on_success,
            EndingKind::Failure => &self.program.on_failure,
            EndingKind::BackOut => &self.program.on_back_out,
        };
        block.as_ref().is_some_and(|block| !block.stmts.is_empty())
    }

    /// A command as a runbook writes it.
    #[must_use]
    pub fn command(&self, command: &Command) -> String {
        inert(&action(&command.action))
    }

    #[must_use]
    pub fn probe(&self, probe: &Probe) -> String {
        match probe {
            Probe::State(server) => self.server(*server).to_owned(),
            Probe::Status(server, status) => format!("{}.{}", self.server(*server), status.word()),
            Probe::Measure(server, measure) => format!("{}.{}", self.server(*server), measure.word()),
            Probe::Answers(server, _, _) => format!("{}.answers", self.server(*server)),
            Probe::Watchdog => "watchdog".to_owned(),
            Probe::Installed(server) => format!("the software on {}'s machine", self.server(*server)),
            Probe::Listens(server) => format!("{}'s port", self.server(*server)),
            Probe::Process(server) => format!("{}'s process", self.server(*server)),
            Probe::HostCommand(server) => format!("the command on {}'s machine", self.server(*server)),
            Probe::Unanswered(server) => format!("the call to {}", self.server(*server)),
        }
    }

    /// `S1.copy ACTIVE`, `S2 not known (why)`.
    #[must_use]
    pub fn reading(&self, probe: &Probe, reading: &Reading) -> String {
        format!("{} {}", self.probe(probe), what_was_read(probe, reading))
    }

    /// Each probe once, the last reading of it, in the order in which they were asked first.
    #[must_use]
    pub fn readings(&self, readings: &[(Probe, Reading)]) -> Vec<String> {
        last(readings).into_iter().map(|(probe, reading)| self.reading(probe, reading)).collect()
    }

    /// The same without the reasons why something is not known: `reasons` has them.
    #[must_use]
    pub fn readings_in_short(&self, readings: &[(Probe, Reading)]) -> Vec<String> {
        let in_short = |(probe, reading): (&Probe, &Reading)| match unknown(reading) {
            Some(_) => format!("{} not known", self.probe(probe)),
            None => self.reading(probe, reading),
        };
        last(readings).into_iter().map(in_short).collect()
    }

    /// Why something is not known, a sentence for each probe.
    #[must_use]
    pub fn reasons(&self, readings: &[(Probe, Reading)]) -> String {
        let why = |(probe, reading): (&Probe, &Reading)| {
            unknown(reading).map(|why| format!("{}: {}", self.probe(probe), inert(why)))
        };
        last(readings).into_iter().filter_map(why).collect::<Vec<_>>().join("\n")
    }
}

fn last(readings: &[(Probe, Reading)]) -> Vec<(&Probe, &Reading)> {
    let mut last: Vec<(&Probe, &Reading)> = Vec::new();
    for (probe, reading) in readings {
        match last.iter_mut().find(|(known, _)| *known == probe) {
            Some(known) => known.1 = reading,
            None => last.push((probe, reading)),
        }
    }
    last
}

fn unknown(reading: &Reading) -> Option<&str> {
    match reading {
        Reading::Unknown(why) => Some(why),
        Reading::State(_)
        | Reading::Status(_)
        | Reading::Version(_)
        | Reading::Position(_)
        | Reading::Size(_)
        | Reading::Yes
        | Reading::No => None,
    }
}

fn what_was_read(probe: &Probe, reading: &Reading) -> String {
    match (reading, probe) {
        (Reading::State(state), _) => state.to_string(),
        (Reading::Status(word), _) => word.word().to_owned(),
        (Reading::Version(version), _) => version.to_string(),
        (Reading::Position(position), _) => inert(position),
        (Reading::Size(bytes), _) => size(*bytes),
        (Reading::Yes, Probe::Watchdog) => "ON".to_owned(),
        (Reading::No, Probe::Watchdog) => "OFF".to_owned(),
        (Reading::Yes, Probe::Listens(_)) => "is open".to_owned(),
        (Reading::No, Probe::Listens(_)) => "is closed".to_owned(),
        (Reading::Yes, Probe::Process(_)) => "exists".to_owned(),
        (Reading::No, Probe::Process(_)) => "does not exist".to_owned(),
        (Reading::Yes, Probe::HostCommand(_)) => "still runs".to_owned(),
        (Reading::No, Probe::HostCommand(_)) => "has ended".to_owned(),
        (Reading::Yes, Probe::Unanswered(_)) => "has not come back".to_owned(),
        (Reading::No, Probe::Unanswered(_)) => "is over".to_owned(),
        (Reading::Yes, _) => "yes".to_owned(),
        (Reading::No, _) => "no".to_owned(),
        (Reading::Unknown(why), _) => format!("not known ({})", inert(why)),
    }
}

/// A command as a runbook writes it, with its values.
fn action(action: &Action) -> String {
    match action {
        Action::Admin { text } => format!("admin '{text}'"),
        Action::Sql { text, values } if values.is_empty() => format!("sql '{text}'"),
        Action::Sql { text, values } => {
            let values: Vec<String> = values.iter().map(value).collect();
            format!("sql '{text}' with {}", values.join(", "))
        }
        Action::Start { options } if options.is_empty() => "start".to_owned(),
        Action::Start { options } => format!("start with {}", options.join(", ")),
        Action::Install { previous: false } => "install".to_owned(),
        Action::Install { previous: true } => "install previous".to_owned(),
        Action::Run { name } => format!("run {name}"),
        Action::Watchdog { on: true } => "watchdog on".to_owned(),
        Action::Watchdog { on: false } => "watchdog off".to_owned(),
    }
}

/// A value as a runbook writes it.
fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{}\"", cut(&inert(text), VALUE_WIDTH, "...")),
        Value::Duration(_) | Value::Size(_) | Value::Version(_) | Value::Word(_) | Value::Number(_) => {
            value.to_string()
        }
    }
}

/// Bytes in the largest unit of which there is at least one.
fn size(bytes: u64) -> String {
    let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.into_iter().find(|(_, bits)| bytes >> bits > 0) {
        Some((unit, bits)) if bytes.is_multiple_of(1 << bits) => format!("{} {unit}", bytes >> bits),
        Some((unit, bits)) => {
            let tenths = (u128::from(bytes) * 10) >> bits;
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

/// Of `wait until COND` and `ensure COND by …` the condition; anything else as it is.
fn condition(statement: &str) -> &str {
    let Some(rest) = statement.strip_prefix("wait until ").or_else(|| statement.strip_prefix("ensure ")) else {
        return statement;
    };
    let mut quote = None;
    for (at, character) in rest.char_indices() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ' ') if rest[at..].starts_with(" by ") => {
                return &rest[..at];
            }
            (None | Some(_), _) => {}
        }
    }
    rest
}

/// What a state means for writes, in one word or two.
#[must_use]
pub fn serving(state: Option<State>) -> &'static str {
    match state {
        None => "not in sight",
        Some(State::Down) => "no process",
        Some(State::Offline) => "takes no connections",
        Some(state) if state.serves() => "accepts writes",
        Some(_) => "reads only",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_values_read_as_in_a_runbook() {
        assert_eq!(size(10 << 30), "10 GiB");
        assert_eq!(size((10 << 30) + (1 << 29)), "10.5 GiB");
        assert_eq!(size(900), "900 bytes");
        assert_eq!(value(&Value::Text("a\x1b".into())), "\"a\\u{1b}\"");
    }

    #[test]
    fn the_condition_of_a_wait_ends_where_its_clauses_begin() {
        assert_eq!(condition("wait until S1 is DOWN"), "S1 is DOWN");
        assert_eq!(condition("ensure S1.answers('a by b') by admin 'hsb connect'"), "S1.answers('a by b')");
        assert_eq!(condition("watchdog on"), "watchdog on");
    }
}
