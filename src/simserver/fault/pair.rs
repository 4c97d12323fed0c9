//! Faults for the servers of a pair's folder, from outside.

use std::path::Path;

use super::{Fault, FaultFile};
use crate::simserver::Stop;
use crate::simserver::folder::{self, NAMES, expect_pair, server_dir};

/// Asks for a fault: on one server, or on both.
///
/// # Errors
/// The folder holds no pair, or no server of that name, or cannot be written.
pub fn add_fault(dir: &Path, server: Option<&str>, fault: Fault) -> Result<(), Stop> {
    each(dir, server, |file| file.add(fault)).map(|_| ())
}

/// What is asked for and not used up: a server's name with each.
///
/// # Errors
/// The folder holds no pair, or cannot be read.
pub fn faults(dir: &Path) -> Result<Vec<(&'static str, Fault)>, Stop> {
    let listed = each(dir, None, FaultFile::list)?;
    Ok(listed.into_iter().flat_map(|(name, faults)| faults.into_iter().map(move |fault| (name, fault))).collect())
}

/// Nothing goes wrong by order any more.
///
/// # Errors
/// The folder holds no pair, or cannot be written.
pub fn clear_faults(dir: &Path) -> Result<(), Stop> {
    each(dir, None, FaultFile::clear).map(|_| ())
}

fn each<T>(
    dir: &Path,
    wanted: Option<&str>,
    work: impl Fn(&FaultFile) -> std::io::Result<T>,
) -> Result<Vec<(&'static str, T)>, Stop> {
    expect_pair(dir)?;
    let chosen = NAMES.into_iter().filter(|name| wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name)));
    chosen
        .map(|name| {
            let server = server_dir(dir, name);
            let done = work(&FaultFile::of(&server)).map_err(|error| folder::io_stop(&server, error))?;
            Ok((name, done))
        })
        .collect()
}
