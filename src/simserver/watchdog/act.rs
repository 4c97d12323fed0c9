//! What a watchdog does, with the manuals' words for it in the log.

use std::process::{Command, Stdio};

use super::WatchRequest;
use super::decide::Action;
use super::orders::Orders;
use super::settings::Settings;
use crate::simserver::client::NoAnswer;
use crate::simserver::folder::{NAMES, server_dir};
use crate::simserver::process::Running;

/// What a refused `hsb connect` says where only a copy of the database helps. Source: 200 names 14525; SRC 14708;
/// 14524, of a database with another base, INF.
const NEEDS_COPY: [i32; 3] = [14524, 14525, 14708];

/// Does it; what a server refuses is in the log, and seen again in the next round.
pub(super) fn perform(action: Action, orders: &Orders, settings: &Settings) {
    let hand = Hand { orders, settings };
    match action {
        Action::Choose => hand.choose(),
        Action::Promote(at) => hand.promote(at),
        Action::Succeed(at) => {
            hand.tell(at, "SWITCH_PRIMARY", "hsb switch primary");
            hand.promote(at);
        }
        Action::Start(at) => hand.start(at),
        Action::Connect(at) => hand.connect(at),
    }
}

/// The installed binary, a plain start: what a `StartScript` does. It ends with the server in the background. None: there is
/// a process by now. Of two starts at once the second finds the process of the first.
///
/// # Errors
/// What the start said.
pub(super) fn start_server(orders: &Orders, at: usize) -> Result<Option<()>, String> {
    let _one = orders.starting.lock().expect("because no holder of it panics");
    if orders.servers.running(at) != Running::No {
        return Ok(None);
    }
    let WatchRequest { dir, program, .. } = &orders.request;
    let mut command = Command::new(program);
    command.args(["sim", "solid", "-c"]).arg(server_dir(dir, NAMES[at])).stdin(Stdio::null());
    match command.output() {
        Ok(output) if output.status.success() => Ok(Some(())),
        Ok(output) => Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(error.to_string()),
    }
}

struct Hand<'a> {
    orders: &'a Orders,
    settings: &'a Settings,
}

impl Hand<'_> {
    fn start(&self, at: usize) {
        let outcome = match start_server(self.orders, at) {
            Ok(Some(())) => "done".to_owned(),
            Ok(None) => "it runs".to_owned(),
            Err(why) => why,
        };
        self.orders.log.write(format!("{} START_SERVER: {outcome}", NAMES[at]));
    }

    fn promote(&self, at: usize) {
        self.tell(at, "SET_LOCAL_PRIMARY_ALONE", "hsb set primary alone");
    }

    /// The greater `hsb logpos` wins; of equals the first.
    fn choose(&self) {
        let position = |at| match self.ask(at, "hsb logpos") {
            Ok((0, text)) => Some(text.split(':').next().unwrap_or_default().to_owned()),
            Ok(_) | Err(_) => None,
        };
        let (Some(first), Some(second)) = (position(0), position(1)) else { return };
        self.tell(usize::from(second > first), "CHOOSE_SET_PRIMARY", "hsb set primary alone");
    }

    fn connect(&self, at: usize) {
        // What is under way is left alone.
        if self.ask(at, "hsb status connect").is_ok_and(|(_, text)| text != "BROKEN") {
            return;
        }
        let refused = self.tell(at, "CONNECT", "hsb connect");
        let copies = self.settings.sample.is_none() && self.settings.auto_netcopy;
        if copies && refused.is_some_and(|code| NEEDS_COPY.contains(&code)) {
            self.tell(at, "NETCOPY", "hsb netcopy");
        }
    }

    /// Sends a command; the code with which it was refused.
    fn tell(&self, at: usize, phrase: &str, command: &str) -> Option<i32> {
        let (outcome, refused) = match self.ask(at, command) {
            Ok((0, _)) => ("done".to_owned(), None),
            Ok((rc, text)) => (format!("{rc} {text}"), Some(rc)),
            Err(NoAnswer::Refused(text)) => (text, None),
            Err(NoAnswer::Unreachable) => ("no answer".to_owned(), None),
        };
        self.orders.log.write(format!("{} {phrase}: {outcome}", NAMES[at]));
        refused
    }

    fn ask(&self, at: usize, command: &str) -> Result<(i32, String), NoAnswer> {
        self.orders.servers.ask(at, command, self.settings)
    }
}
