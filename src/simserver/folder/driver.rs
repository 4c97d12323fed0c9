//! The ODBC driver that reaches the servers: psqlodbc, as a distribution installs it.

use std::path::{Path, PathBuf};

const FILES: [&str; 2] = ["psqlodbcw.so", "psqlodbca.so"];

/// Looks for psqlodbc where distributions put ODBC drivers.
#[must_use]
pub fn find() -> Option<PathBuf> {
    let usual = ["/usr/lib/odbc", "/usr/lib64", "/usr/local/lib", "/usr/lib", "/opt/homebrew/lib"];
    let folders = usual.iter().map(PathBuf::from).chain(below(Path::new("/usr/lib")));
    folders.flat_map(|folder| FILES.map(|file| folder.join(file))).find(|path| path.is_file())
}

/// `/usr/lib/<machine>/odbc`, `/usr/lib/<machine>`
fn below(lib: &Path) -> impl Iterator<Item = PathBuf> {
    let machines = std::fs::read_dir(lib).into_iter().flatten().flatten().map(|entry| entry.path());
    machines.flat_map(|machine| [machine.join("odbc"), machine])
}
