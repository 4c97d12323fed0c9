//! The shipped runbook, inside this binary.

use crate::program::Loader;
use crate::text::Source;

use super::exit::Exit;
use super::loaded::{self, Loaded};

/// The name under which it is shown.
pub const NAME: &str = "hot-migration-netcopy.hsbrun";

const FILES: [(&str, &str); 2] = [
    (NAME, include_str!("../../runbooks/hot-migration-netcopy.hsbrun")),
    ("pair.hsbrun", include_str!("../../runbooks/pair.hsbrun")),
];

/// Reads the shipped files, and nothing else.
struct Shipped;

impl Loader for Shipped {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        file(path).ok_or_else(|| format!("{path} is not one of the shipped runbooks"))
    }
}

fn file(name: &str) -> Option<Source> {
    FILES.iter().find(|(known, _)| *known == name).map(|(name, text)| Source::new(*name, *text))
}

/// The shipped hot migration.
pub fn load() -> Result<Loaded, Exit> {
    loaded::resolve(file(NAME).expect("because it is shipped"), &mut Shipped)
}
