//! A pair of servers in a folder: made and started, looked at, stopped. Everything is on 127.0.0.1.
//!
//! ```text
//! DIR/s1, DIR/s2   the servers' own folders
//! DIR/site.yaml    the site file that runs a runbook on them
//! DIR/password     of the user dba
//! DIR/watchdog     on or off
//! DIR/watchdog.ini how the watchdog works, where it is a process; then also
//! DIR/watchdog.ack whether it may be acting, DIR/watchdog.pid, and DIR/hacmsg.out, what it saw and did
//! ```

mod down;
mod driver;
mod port;
mod site;
mod status;
mod up;
mod watchdog;

use std::path::{Path, PathBuf};

pub use down::{Ended, down};
pub use driver::find as find_driver;
pub use status::{ServerStatus, status};
pub use up::{Up, UpRequest, Upgrade, up};
pub(super) use watchdog::{PID, acknowledge, await_rest, is_on};
pub use watchdog::{Switch, watchdog};

use super::Stop;
use super::stop::exit;

/// The servers of a pair, as the site file names them.
pub(super) const NAMES: [&str; 2] = ["S1", "S2"];
pub(super) const USER: &str = "dba";
pub(super) const PASSWORD: &str = "dba";

/// Where a server works.
pub(super) fn server_dir(dir: &Path, name: &str) -> PathBuf {
    dir.join(name.to_lowercase())
}

/// Both servers' folders must be there.
pub(super) fn expect_pair(dir: &Path) -> Result<(), Stop> {
    let missing = NAMES.iter().find(|name| !server_dir(dir, name).join("solid.ini").is_file());
    match missing {
        None => Ok(()),
        Some(name) => Err(Stop::new(
            exit::FAILED,
            format!(
                "{} holds no pair: there is no {}; make one with `hsbrun sim up DIR`",
                dir.display(),
                server_dir(dir, name).join("solid.ini").display()
            ),
        )),
    }
}

pub(super) fn io_stop(path: &Path, error: std::io::Error) -> Stop {
    Stop::new(exit::FAILED, format!("{}: {error}", path.display()))
}
