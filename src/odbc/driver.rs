//! Which ODBC drivers this machine has.

use std::path::{Path, PathBuf};

use odbc_api::environment;

/// A driver that the driver manager knows by a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    pub name: String,
    /// Its file, as odbcinst.ini says: perhaps without a folder.
    pub file: Option<String>,
}

/// Where distributions put drivers whose file odbcinst.ini names without a folder.
const FOLDERS: [&str; 6] = [
    "/usr/lib/x86_64-linux-gnu/odbc",
    "/usr/lib/aarch64-linux-gnu/odbc",
    "/usr/lib64",
    "/usr/lib/odbc",
    "/usr/lib",
    "/usr/local/lib",
];

/// The drivers of odbcinst.ini.
///
/// # Errors
/// The driver manager's words.
pub fn drivers() -> Result<Vec<Driver>, String> {
    let known = environment().and_then(odbc_api::Environment::drivers).map_err(|error| error.to_string())?;
    Ok(known
        .into_iter()
        .map(|info| Driver { name: info.description, file: info.attributes.get("Driver").cloned() })
        .collect())
}

/// The absolute path of a driver's file, such as `psqlodbcw.so`: named so in odbcinst.ini, or in a usual folder.
#[must_use]
pub fn find_driver(file: &str) -> Option<PathBuf> {
    let listed = drivers().unwrap_or_default().into_iter().filter_map(|driver| driver.file).map(PathBuf::from);
    let usual = FOLDERS.iter().map(|folder| Path::new(folder).join(file));
    listed
        .filter(|path| path.is_absolute() && path.file_name().is_some_and(|name| name == file))
        .chain(usual)
        .find(|path| path.is_file())
}
