//! HAC's own commands, which come over its ports, and what they ask of the watchdog beside its mode.
//!
//! Source: section 8 of the facts (100, 200). Their replies are INF.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::act::start_server;
use super::log::Log;
use super::look::Servers;
use super::settings::Settings;
use super::{Process, WatchRequest};
use crate::simserver::Stop;
use crate::simserver::folder::{NAMES, Switch, await_rest, watchdog};
use crate::simserver::wording::{self, Code};

/// What was asked for, and what all threads of the watchdog share.
#[derive(Debug)]
pub(super) struct Orders {
    pub request: WatchRequest,
    pub servers: Servers,
    pub log: Log,
    /// One start at a time.
    pub starting: Mutex<()>,
    suspended: AtomicBool,
    ended: AtomicBool,
    /// Servers that `hac shutdowndb` has stopped.
    left_down: [AtomicBool; 2],
}

/// A command of HAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    SetAutomatic,
    SetAdministrative,
    Suspend,
    Resume,
    ShutdownDb,
    RestartDb,
    Shutdown,
    TraceOn,
    TraceOff,
}

/// The words and their short forms.
const WORDS: [(&str, &str, Order); 7] = [
    ("setautomatic", "sam", Order::SetAutomatic),
    ("setadministrative", "sad", Order::SetAdministrative),
    ("suspend", "sp", Order::Suspend),
    ("resume", "rs", Order::Resume),
    ("shutdowndb", "sdd", Order::ShutdownDb),
    ("restartdb", "rsd", Order::RestartDb),
    ("shutdown", "sd", Order::Shutdown),
];

impl Order {
    /// `hac …`, `hacontroller …`; `hsb shutdowndb` on two pages of 200.
    fn read(text: &str) -> Option<Order> {
        let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["trace" | "tra", "on", "hac"] => return Some(Order::TraceOn),
            ["trace" | "tra", "off", "hac"] => return Some(Order::TraceOff),
            _ => {}
        }
        let [prefix, word] = words[..] else { return None };
        let order =
            WORDS.iter().find(|(long, short, _)| word == *long || word == *short).map(|(_, _, order)| *order)?;
        let known = matches!(prefix, "hac" | "hacontroller") || (prefix == "hsb" && order == Order::ShutdownDb);
        known.then_some(order)
    }
}

impl Orders {
    /// Nothing yet.
    ///
    /// # Errors
    /// A `solid.ini` of the pair is broken.
    pub fn none(request: &WatchRequest) -> Result<Orders, Stop> {
        Ok(Orders {
            request: request.clone(),
            servers: Servers::of(&request.dir)?,
            log: Log::of(&request.dir),
            starting: Mutex::default(),
            suspended: AtomicBool::default(),
            ended: AtomicBool::default(),
            left_down: Default::default(),
        })
    }

    pub fn is_suspended(&self) -> bool {
        self.suspended.load(Ordering::SeqCst)
    }

    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Whether a server that is gone may be started.
    pub fn processes(&self) -> [Process; 2] {
        self.left_down
            .each_ref()
            .map(|down| if down.load(Ordering::SeqCst) { Process::LeftAlone } else { Process::Controlled })
    }

    /// Does a command that came to the HAC of a server; RC and TEXT. What changes something is in the log. Source: 200 "HAC
    /// logging".
    pub fn obey(&self, at: usize, text: &str) -> (i32, String) {
        self.servers.trace.write(format!("HAC of {} is told: {text}", NAMES[at]));
        let Some(order) = Order::read(text) else { return refused(wording::REFUSED) };
        self.log.write(format!("HAC of {} is told: {}", NAMES[at], text.trim()));
        match self.perform(at, order) {
            Ok(said) => (0, said.to_owned()),
            Err(reply) => reply,
        }
    }

    fn perform(&self, at: usize, order: Order) -> Result<&'static str, (i32, String)> {
        let dir = &self.request.dir;
        let failed = |stop: Stop| (wording::FAILED.0, stop.to_string());
        match order {
            Order::SetAutomatic => watchdog(dir, Switch::On).map(|_| "Mode: AUTOMATIC").map_err(failed),
            Order::SetAdministrative => watchdog(dir, Switch::Off).map(|_| "Mode: ADMINISTRATIVE").map_err(failed),
            Order::Suspend => {
                self.suspended.store(true, Ordering::SeqCst);
                await_rest(dir).map(|()| "HAC is suspended").map_err(failed)
            }
            Order::Resume => {
                self.suspended.store(false, Ordering::SeqCst);
                Ok("HAC is resumed")
            }
            Order::ShutdownDb => self.shut_down(at),
            Order::RestartDb => self.restart(at),
            Order::Shutdown => {
                self.ended.store(true, Ordering::SeqCst);
                Ok("HAC is shutting down")
            }
            Order::TraceOn => {
                self.servers.trace.set(true);
                Ok("Trace: on")
            }
            Order::TraceOff => {
                self.servers.trace.set(false);
                Ok("Trace: off")
            }
        }
    }

    /// The equivalent of `shutdown force`; the server is not started again. Source: 100, 200.
    fn shut_down(&self, at: usize) -> Result<&'static str, (i32, String)> {
        self.left_down[at].store(true, Ordering::SeqCst);
        let settings = Settings::read(&self.request.dir).map_err(|stop| (wording::FAILED.0, stop.to_string()))?;
        // Its answer may be lost with the session.
        let _ = self.servers.ask(at, "shutdown force", &settings);
        self.log.write(format!("{} SHUTDOWN_LOCAL: done", NAMES[at]));
        Ok("Shutting down the local server")
    }

    /// Starts it where it is gone; one that runs is left alone (INF).
    fn restart(&self, at: usize) -> Result<&'static str, (i32, String)> {
        let outcome = start_server(self, at).map_err(|text| (wording::FAILED.0, text))?;
        // From here on it is again started where it is gone; not before, or two would start it.
        self.left_down[at].store(false, Ordering::SeqCst);
        outcome.ok_or_else(|| refused(wording::REFUSED))?;
        self.log.write(format!("{} START_SERVER: done", NAMES[at]));
        Ok("Local server started")
    }
}

fn refused(code: Code) -> (i32, String) {
    (code.0, code.text().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_in_full_and_in_short() {
        for text in ["hac setautomatic", " HAC  SAM ", "hacontroller sam"] {
            assert_eq!(Order::read(text), Some(Order::SetAutomatic), "{text}");
        }
        assert_eq!(Order::read("hsb shutdowndb"), Some(Order::ShutdownDb), "two pages of 200 write it so");
        assert_eq!(Order::read("trace on hac"), Some(Order::TraceOn));
        assert_eq!(Order::read("TRA off hac"), Some(Order::TraceOff));
        for text in ["hsb setautomatic", "trace on", "trace on sql", "hac", "hac dance", "sam", "hac sam now", ""] {
            assert_eq!(Order::read(text), None, "{text}");
        }
    }
}
