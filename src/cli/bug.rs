//! A bug of ours becomes a message that says so, and an exit code of its own.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

use super::exit::Exit;
use super::log::tell;

/// Runs a command; a panic in it is reported and gives the exit code of an internal error.
pub fn catch(command: impl FnOnce() -> u8) -> u8 {
    panic::set_hook(Box::new(|info| tell(&message(info))));
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| Exit::Internal.code())
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let what = info
        .payload()
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| info.payload().downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no words".into());
    let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
    format!(
        "\nhsbrun: internal error: {what}\n  at {place}, version {version}\n\n\
         This is a bug in hsbrun, not a mistake of yours. If a run was under way, it has stopped where it stood and the\n\
         servers are as the last command left them: the journal has every command that was sent. Ask both servers with\n\
         ADMIN COMMAND 'hsb state' before doing anything else. Please report the three lines above with the runbook.\n",
        version = env!("CARGO_PKG_VERSION"),
    )
}
