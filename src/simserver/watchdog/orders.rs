//! HAC's own commands, which come over its ports, and what they ask of the watchdog beside its mode.
//!
//! Source: section 8 of the facts (100, 200). Their replies are INF.

use std::sync::atomic::{AtomicBool, Ordering};

use super::act::start_server;
use super::look::ask;
use super::settings::Settings;
use super::{Process, WatchRequest};
use crate::simserver::folder::{NAMES, Switch, await_rest, server_dir, watchdog};
use crate::simserver::process::{Running, running};
use crate::simserver::wording::{self, Code};

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Orders {
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
        let [prefix, word] = &words[..] else { return None };
        let order = WORDS.iter().find(|(long, short, _)| word == long || word == short).map(|(_, _, order)| *order)?;
        let known =
            matches!(prefix.as_str(), "hac" | "hacontroller") || (prefix == "hsb" && order == Order::ShutdownDb);
        known.then_some(order)
    }
}

impl Orders {
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

    /// Does a command that came to the HAC of a server; RC and TEXT.
    pub fn obey(&self, request: &WatchRequest, at: usize, text: &str) -> (i32, String) {
        let Some(order) = Order::read(text) else { return refused(wording::REFUSED) };
        match self.perform(request, at, order) {
            Ok(said) => (0, said.to_owned()),
            Err(reply) => reply,
        }
    }

    fn perform(&self, request: &WatchRequest, at: usize, order: Order) -> Result<&'static str, (i32, String)> {
        let dir = &request.dir;
        let failed = |stop: crate::simserver::Stop| (wording::FAILED.0, stop.to_string());
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
            Order::ShutdownDb => self.shut_down(request, at),
            Order::RestartDb => self.restart(request, at),
            Order::Shutdown => {
                self.ended.store(true, Ordering::SeqCst);
                Ok("HAC is shutting down")
            }
        }
    }

    /// The equivalent of `shutdown force`; the server is not started again. Source: 100, 200.
    fn shut_down(&self, request: &WatchRequest, at: usize) -> Result<&'static str, (i32, String)> {
        let failed = |text: String| (wording::FAILED.0, text);
        self.left_down[at].store(true, Ordering::SeqCst);
        let settings = Settings::read(&request.dir).map_err(|stop| failed(stop.to_string()))?;
        // Its answer may be lost with the session.
        let _ = ask(&request.dir, at, "shutdown force", &settings).map_err(|stop| failed(stop.to_string()))?;
        Ok("Shutting down the local server")
    }

    /// Starts it where it is gone; one that runs is left alone (INF).
    fn restart(&self, request: &WatchRequest, at: usize) -> Result<&'static str, (i32, String)> {
        if running(&server_dir(&request.dir, NAMES[at])) != Running::No {
            return Err(refused(wording::REFUSED));
        }
        self.left_down[at].store(false, Ordering::SeqCst);
        start_server(request, at).map(|()| "Local server started").map_err(|text| (wording::FAILED.0, text))
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
        for text in ["hsb setautomatic", "hac", "hac dance", "sam", "hac sam now", ""] {
            assert_eq!(Order::read(text), None, "{text}");
        }
    }
}
