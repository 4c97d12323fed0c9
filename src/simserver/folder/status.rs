//! What the two servers of a folder are in.

use std::path::Path;
use std::time::Duration;

use super::{NAMES, PASSWORD, USER, expect_pair, server_dir};
use crate::pair::Version;
use crate::simserver::Stop;
use crate::simserver::client::{self, Login, NoAnswer};
use crate::simserver::config::Config;
use crate::simserver::process::{Running, running};
use crate::simserver::software;

/// What is seen of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// As in the site file.
    pub name: &'static str,
    /// A state's word, `DOWN`, or why it is not known.
    pub state: String,
    /// Of the running software, else of the installed.
    pub version: Option<Version>,
    /// `hsb status connect`
    pub link: Option<String>,
    pub pid: Option<u32>,
    /// 0: not known.
    pub port: u16,
}

/// For one answer of a server.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks at both.
///
/// # Errors
/// The folder holds no pair.
pub fn status(dir: &Path) -> Result<Vec<ServerStatus>, Stop> {
    expect_pair(dir)?;
    Ok(NAMES.iter().map(|name| look(&server_dir(dir, name), name)).collect())
}

fn look(dir: &Path, name: &'static str) -> ServerStatus {
    let config = Config::read(dir);
    let port = config.as_ref().map_or(0, |config| config.listen.port);
    let installed = software::installed(dir).ok();
    let seen = |state: String, pid| ServerStatus { name, state, version: installed, link: None, pid, port };
    let pid = match (running(dir), &config) {
        (Running::No, Ok(_)) => return seen("DOWN".into(), None),
        (Running::No, Err(stop)) => return seen(format!("DOWN, and cannot start: {stop}"), None),
        (Running::Unknown(why), _) => return seen(format!("not known: {why}"), None),
        (Running::Yes(pid), Err(stop)) => return seen(format!("runs, but where cannot be read: {stop}"), pid),
        (Running::Yes(pid), Ok(_)) => pid,
    };
    let ask = |command| client::admin(&Login { port, user: USER, password: PASSWORD }, command, PATIENCE);
    match ask("hsb state") {
        Ok((_, state)) => {
            let version = ask("version").ok().and_then(|(_, text)| Version::in_reply(&text));
            let link = ask("hsb status connect").ok().map(|(_, text)| text);
            ServerStatus { version, link, ..seen(state, pid) }
        }
        Err(NoAnswer::Refused(text)) if text.contains("14552") => seen("OFFLINE".into(), pid),
        Err(NoAnswer::Refused(text)) => seen(format!("refuses: {text}"), pid),
        Err(NoAnswer::Unreachable) => seen("runs, takes no connections (starting, converting or stopping)".into(), pid),
    }
}
