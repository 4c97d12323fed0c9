//! Where texts come from: files, standard input, and for `use` the directory of the file that says it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::diag::Finding;
use crate::program::Loader;
use crate::syntax::{MAX_BYTES, decode};
use crate::text::Source;

use super::diagnostics;

/// Far more than any runbook may have: its real size is told, and a mistaken path does not fill the memory.
const READ_LIMIT: u64 = 16 * MAX_BYTES as u64;

/// Reads a file, or standard input for `-`.
pub fn read(path: &Path) -> Result<Source, Box<Finding>> {
    if path == Path::new("-") {
        return bounded(io::stdin(), "<standard input>");
    }
    let name = path.to_string_lossy();
    let file = open(path).map_err(|error| Box::new(diagnostics::unreadable(&name, &error)))?;
    bounded(file, &name)
}

fn open(path: &Path) -> io::Result<File> {
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
    }
    File::open(path)
}

fn bounded(from: impl Read, name: &str) -> Result<Source, Box<Finding>> {
    // Otherwise it is asked for 32 bytes, 64, and so on.
    let mut bytes = Vec::with_capacity(16 << 10);
    from.take(READ_LIMIT).read_to_end(&mut bytes).map_err(|error| Box::new(diagnostics::unreadable(name, &error)))?;
    let text = decode(&bytes).map_err(|finding| Box::new(diagnostics::of_file(name, *finding)))?;
    Ok(Source::new(name, text))
}

/// Loads `use` files: relative to the using file, inside the file system, never from the network. One file that is
/// reached by two paths keeps the name that it was first read under.
#[derive(Debug, Default)]
pub struct Files {
    names: HashMap<PathBuf, String>,
}

impl Files {
    /// For a runbook at that path: a file that uses it again is recognised.
    #[must_use]
    pub fn of(main: &Path) -> Self {
        let mut files = Self::default();
        if let Ok(real) = main.canonicalize() {
            files.names.insert(real, main.to_string_lossy().into_owned());
        }
        files
    }
}

impl Loader for Files {
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String> {
        if path.contains("://") {
            return Err("a runbook uses files of its own machine only, nothing from the network".into());
        }
        if Path::new(path).is_absolute() {
            return Err("the path is absolute; write it relative to the file that uses it".into());
        }
        let joined = normal(&Path::new(from).parent().unwrap_or(Path::new("")).join(path));
        let mut source = read(&joined).map_err(|finding| finding.what)?;
        let real = joined.canonicalize().unwrap_or_else(|_| joined.clone());
        source.name = self.names.entry(real).or_insert(source.name).clone();
        Ok(source)
    }
}

/// Without `.` and, where it can be told from the text alone, without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.components().next_back(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_normalised_without_asking_the_file_system() {
        for (given, normalised) in [("a/./b/../c", "a/c"), ("../x", "../x"), ("./pair", "pair"), ("a/../../b", "../b")]
        {
            assert_eq!(normal(Path::new(given)), Path::new(normalised), "{given}");
        }
    }

    #[test]
    fn the_network_and_absolute_paths_are_refused() {
        let mut files = Files::default();
        assert!(files.load("a.hsbrun", "https://example.org/pair.hsbrun").is_err());
        assert!(files.load("a.hsbrun", "/etc/pair.hsbrun").is_err());
    }
}
