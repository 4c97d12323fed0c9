//! What the twin answers to probes. What a real pair would not tell, it does not tell either.

use std::time::Duration;

use crate::engine::{Clocks, Probe, Reading};
use crate::pair::model::Side;
use crate::pair::{Measure, State, Status};
use crate::program::ServerId;

use super::{LAST_MOMENT, Twin, pace, side_of};

/// Free room for the log and for the database, in bytes: enough for any runbook.
const ROOM: u64 = 1 << 40;

impl Twin {
    pub(super) fn look(&mut self, probe: &Probe, clocks: Clocks) -> Reading {
        let lasts = pace::probe(&mut self.dice);
        match server_asked(probe) {
            Some(server) if !self.line_up[side_of(server) as usize] => self.no_answer(clocks),
            Some(_) | None => {
                self.advance(lasts);
                self.reading(probe)
            }
        }
    }

    /// A server that does not answer costs the whole limit of a call, or what is left of the clocks.
    fn no_answer(&mut self, clocks: Clocks) -> Reading {
        let call = self.now + self.settings.call_limit;
        let clock = self.first_deadline(clocks).map(|end| end.max(self.now) + LAST_MOMENT);
        self.advance_to(clock.map_or(call, |clock| clock.min(call)));
        Reading::Unknown("the line is cut: no answer".to_owned())
    }

    fn reading(&self, probe: &Probe) -> Reading {
        match probe {
            Probe::State(server) => self.model.state(side_of(*server)).map_or_else(closed_port, Reading::State),
            Probe::Status(server, status) => self.status(side_of(*server), *status),
            Probe::Measure(server, measure) => self.measure(side_of(*server), *measure),
            Probe::Answers(server, _, _) => self.of_answering(side_of(*server), || Reading::Yes),
            Probe::Watchdog => yes_or_no(self.model.watchdog_is_on()),
            Probe::Installed(server) => Reading::Version(self.model.software(side_of(*server))),
            Probe::Listens(server) => yes_or_no(self.model.state(side_of(*server)).is_some_and(|it| it != State::Down)),
            Probe::Process(server) => yes_or_no(self.model.has_process(side_of(*server))),
            Probe::HostCommand(server) => yes_or_no(self.host_busy_until[side_of(*server) as usize] > self.now),
        }
    }

    fn status(&self, side: Side, status: Status) -> Reading {
        self.model.status(side, status).map_or_else(|| self.silent(side), Reading::Status)
    }

    fn measure(&self, side: Side, measure: Measure) -> Reading {
        match measure {
            Measure::Position => self.of_answering(side, || Reading::Position(self.position(side))),
            Measure::Version => self.of_answering(side, || Reading::Version(self.model.software(side))),
            Measure::LogSpace | Measure::DiskSpace => Reading::Size(ROOM),
        }
    }

    /// As `hsb logpos` writes it: greater as text means more transactions.
    pub(super) fn position(&self, side: Side) -> String {
        format!("{:021}", self.data.held(side).len())
    }

    fn of_answering(&self, side: Side, reading: impl FnOnce() -> Reading) -> Reading {
        let answers = self.model.state(side).is_some_and(|state| state.answers());
        if answers { reading() } else { self.silent(side) }
    }

    fn silent(&self, side: Side) -> Reading {
        self.model
            .state(side)
            .map_or_else(closed_port, |state| Reading::Unknown(format!("the server is {state} and answers nothing")))
    }

    /// How long it would take to notice that a server does not answer.
    pub(super) fn call_limit(&self) -> Duration {
        self.settings.call_limit
    }
}

fn closed_port() -> Reading {
    Reading::Unknown("its port is closed and its process is there".to_owned())
}

fn yes_or_no(yes: bool) -> Reading {
    if yes { Reading::Yes } else { Reading::No }
}

/// The server whose own line a probe needs; the machine answers the others.
fn server_asked(probe: &Probe) -> Option<ServerId> {
    match probe {
        Probe::State(server) | Probe::Status(server, _) | Probe::Answers(server, _, _) | Probe::Listens(server) => {
            Some(*server)
        }
        Probe::Measure(server, Measure::Position | Measure::Version) => Some(*server),
        Probe::Measure(_, Measure::LogSpace | Measure::DiskSpace)
        | Probe::Watchdog
        | Probe::Installed(_)
        | Probe::Process(_)
        | Probe::HostCommand(_) => None,
    }
}
