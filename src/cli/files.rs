//! Files that a command is to change: which ones are meant, and how one is replaced without ever being half written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::Finding;

use super::diagnostics;

/// What runbooks and libraries are called.
const ENDING: &str = "hsbrun";

/// The path itself; every runbook and library below it where it is a directory; every file that fits where it is a pattern
/// (no shell has expanded it) and no file is called so. Links to directories are not followed.
///
/// # Errors
/// A directory cannot be read, or there is nothing in it; nothing fits the pattern.
pub fn runbooks(given: &Path) -> Result<Vec<PathBuf>, Box<Finding>> {
    if given.is_dir() {
        return below(given);
    }
    match given.to_str() {
        Some(pattern) if pattern.contains(['*', '?', '[']) && !given.exists() => fitting(pattern),
        Some(_) | None => Ok(vec![given.to_owned()]),
    }
}

fn below(given: &Path) -> Result<Vec<PathBuf>, Box<Finding>> {
    let mut found = Vec::new();
    let mut folders = vec![given.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error| Box::new(diagnostics::unreadable(&folder.to_string_lossy(), &error));
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            if entry.file_type().map_err(unreadable)?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == ENDING) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        let what = "holds no `.hsbrun` file";
        return Err(Box::new(diagnostics::nothing_to_check(&given.to_string_lossy(), what)));
    }
    found.sort();
    Ok(found)
}

fn fitting(pattern: &str) -> Result<Vec<PathBuf>, Box<Finding>> {
    let nothing = |what: &str| Box::new(diagnostics::nothing_to_check(pattern, what));
    let paths = glob::glob(pattern).map_err(|error| nothing(&format!("is no pattern: {}", error.msg)))?;
    let found: Vec<PathBuf> = paths.filter_map(Result::ok).filter(|path| path.is_file()).collect();
    if found.is_empty() { Err(nothing("fits no file")) } else { Ok(found) }
}

/// Gives a file another text. The file has the old text or the new one at any moment, and keeps its permissions; of a
/// link, the file that it leads to is replaced.
///
/// # Errors
/// It, or its directory, cannot be written; the file is then as it was.
pub fn replace(file: &Path, text: &str) -> Result<(), Box<Finding>> {
    let replaced = file.canonicalize().and_then(|real| {
        let beside = beside(&real);
        written(&real, &beside, text).inspect_err(|_| {
            // It may never have been made; what went wrong before is what counts.
            let _ = fs::remove_file(&beside);
        })
    });
    replaced.map_err(|error| Box::new(diagnostics::unwritable(&file.to_string_lossy(), &error)))
}

/// Writes a file, new or not, as `replace` does.
///
/// # Errors
/// It, or its directory, cannot be written; where there was one, it is as it was.
pub fn write(file: &Path, text: &str) -> Result<(), Box<Finding>> {
    if file.exists() {
        return replace(file, text);
    }
    let beside = beside(file);
    let made = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    made.map_err(|error| Box::new(diagnostics::unwritable(&file.to_string_lossy(), &error)))
}

/// A name in the same directory that no other process takes.
fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    file.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn written(file: &Path, beside: &Path, text: &str) -> io::Result<()> {
    // Who may not write the file may still be allowed to replace it: that is not what a read-only file is for.
    let permissions = OpenOptions::new().write(true).open(file)?.metadata()?.permissions();
    let mut new = File::create_new(beside)?;
    new.set_permissions(permissions)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()?;
    fs::rename(beside, file)
}
