//! The installed software of a server: a file that names its version, as `install` leaves it.

use std::path::Path;

use super::Stop;
use super::stop::exit;
use crate::pair::Version;

const FILE: &str = "software";

/// Installs that version in a server's directory, over whatever is there.
///
/// # Errors
/// The directory cannot be written.
pub fn install(dir: &Path, version: Version) -> Result<(), Stop> {
    let path = dir.join(FILE);
    std::fs::write(&path, format!("{version}\n"))
        .map_err(|error| Stop::new(exit::FAILED, format!("{}: {error}", path.display())))
}

/// The version installed in a server's directory.
///
/// # Errors
/// Nothing is installed there, or the file does not name a version.
pub fn installed(dir: &Path) -> Result<Version, Stop> {
    let path = dir.join(FILE);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Stop::new(exit::FAILED, format!("no software is installed: {}: {error}", path.display())))?;
    Version::parse(&text)
        .ok_or_else(|| Stop::new(exit::FAILED, format!("{}: '{}' is not a version", path.display(), text.trim())))
}
