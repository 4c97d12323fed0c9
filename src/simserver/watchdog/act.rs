//! What a watchdog does, with the manuals' words for it in the log.

use std::process::{Command, Stdio};

use super::WatchRequest;
use super::decide::Action;
use super::log::Log;
use super::look::ask;
use super::settings::Settings;
use crate::simserver::Stop;
use crate::simserver::client::NoAnswer;
use crate::simserver::folder::{NAMES, server_dir};

/// What a refused `hsb connect` says where only a copy of the database helps. Source: 200 names 14525; SRC 14708;
/// 14524, of a database with another base, INF.
const NEEDS_COPY: [i32; 3] = [14524, 14525, 14708];

/// Does it; what a server refuses is in the log, and seen again in the next round.
pub(super) fn perform(action: Action, request: &WatchRequest, settings: &Settings, log: &mut Log) -> Result<(), Stop> {
    let mut hand = Hand { request, settings, log };
    match action {
        Action::Choose => hand.choose(),
        Action::Promote(at) => hand.tell(at, "SET_LOCAL_PRIMARY_ALONE", "hsb set primary alone").map(|_| ()),
        Action::Start(at) => {
            hand.start(at);
            Ok(())
        }
        Action::Connect(at) => hand.connect(at),
    }
}

/// The installed binary, a plain start: what a `StartScript` does. It ends with the server in the background.
///
/// # Errors
/// What the start said.
pub(super) fn start_server(request: &WatchRequest, at: usize) -> Result<(), String> {
    let dir = server_dir(&request.dir, NAMES[at]);
    let mut command = Command::new(&request.program);
    command.args(["sim", "solid", "-c"]).arg(dir).stdin(Stdio::null());
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(error.to_string()),
    }
}

struct Hand<'a> {
    request: &'a WatchRequest,
    settings: &'a Settings,
    log: &'a mut Log,
}

impl Hand<'_> {
    fn start(&mut self, at: usize) {
        let outcome = start_server(self.request, at).map_or_else(|why| why, |()| "done".to_owned());
        self.log.write(format!("{} START_SERVER: {outcome}", NAMES[at]));
    }

    /// The greater `hsb logpos` wins; of equals the first.
    fn choose(&mut self) -> Result<(), Stop> {
        let mut positions = Vec::new();
        for at in [0, 1] {
            let Ok((0, text)) = ask(&self.request.dir, at, "hsb logpos", self.settings)? else { return Ok(()) };
            positions.push(text.split(':').next().unwrap_or_default().to_owned());
        }
        let better = usize::from(positions[1] > positions[0]);
        self.tell(better, "CHOOSE_SET_PRIMARY", "hsb set primary alone").map(|_| ())
    }

    fn connect(&mut self, at: usize) -> Result<(), Stop> {
        // What is under way is left alone.
        let status = ask(&self.request.dir, at, "hsb status connect", self.settings)?;
        if status.is_ok_and(|(_, text)| text != "BROKEN") {
            return Ok(());
        }
        let refused = self.tell(at, "CONNECT", "hsb connect")?;
        if self.settings.auto_netcopy && refused.is_some_and(|code| NEEDS_COPY.contains(&code)) {
            self.tell(at, "NETCOPY", "hsb netcopy")?;
        }
        Ok(())
    }

    /// Sends a command; the code with which it was refused.
    fn tell(&mut self, at: usize, phrase: &str, command: &str) -> Result<Option<i32>, Stop> {
        let answer = ask(&self.request.dir, at, command, self.settings)?;
        let (outcome, refused) = match answer {
            Ok((0, _)) => ("done".to_owned(), None),
            Ok((rc, text)) => (format!("{rc} {text}"), Some(rc)),
            Err(NoAnswer::Refused(text)) => (text, None),
            Err(NoAnswer::Unreachable) => ("no answer".to_owned(), None),
        };
        self.log.write(format!("{} {phrase}: {outcome}", NAMES[at]));
        Ok(refused)
    }
}
