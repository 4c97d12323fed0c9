//! The site file: where a runbook is applied. Hosts, paths, programs, passwords and habits of one place, read from YAML,
//! and what a program needs of a site that has not got it.
//!
//! Must not know how anything is performed: passwords are described here and read in `secret`, commands are argument
//! lists here and run in `host`. Nothing of serde_yaml leaves this room.
#![allow(clippy::disallowed_methods, reason = "reads the site file")]

mod argv;
mod check;
mod connection;
mod diagnostics;
mod fields;
mod model;
mod node;
mod read;
mod units;
mod uses;

pub use check::{Bound, bind_servers, check};
pub use connection::{Address, ConnectionString};
pub use diagnostics::RULES;
pub use model::{Argv, Host, Param, Password, Safeness, Server, Site, Space, Verify, Watchdog};
pub use read::read;

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::diag::Finding;
use crate::text::{Source, SourceMap};

/// A site file is a page or two; a longer one is not a site file.
pub const MAX_BYTES: usize = 64 * 1024;
/// Keys, values and list elements of a site file, aliases written out.
pub const MAX_NODES: usize = 10_000;
/// Findings of one reading; what follows is summed up in one more.
pub const MAX_FINDINGS: usize = 50;

/// Reads a site file and adds it to the sources, so that its findings can be drawn.
pub fn load(path: &Path, sources: &mut SourceMap) -> (Option<Site>, Vec<Finding>) {
    match text(path) {
        Ok(text) => {
            let id = sources.add(Source::new(path.display().to_string(), text));
            let (site, mut findings) = read(id, &sources.get(id).text);
            findings.extend(open_to_others(path, &findings));
            (site, findings)
        }
        Err(finding) => (None, vec![*finding]),
    }
}

/// Who but its owner may read or write it.
const OTHERS: u32 = 0o077;

/// That a site file may be read by others, where its findings say that it holds a password.
#[must_use]
pub fn open_to_others(path: &Path, findings: &[Finding]) -> Option<Finding> {
    let password = findings.iter().find(|finding| diagnostics::tells_of_password(finding))?;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    (mode & OTHERS != 0).then(|| diagnostics::open_to_others(password, path, mode))
}

/// The text of a site file.
///
/// # Errors
/// It cannot be read, is too large, or is no text.
pub fn text(path: &Path) -> Result<String, Box<Finding>> {
    let unreadable = |why: std::io::Error| Box::new(diagnostics::unreadable(path, &why));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_BYTES {
        return Err(Box::new(diagnostics::too_large(path, MAX_BYTES)));
    }
    String::from_utf8(bytes).map_err(|wrong| Box::new(diagnostics::not_text(path, wrong.utf8_error().valid_up_to())))
}
