//! One run at a time of a pair: two that act on one pair would each undo what the other one waits for.
//!
//! A file beside the journals, locked for as long as the process lives. Runs from other machines, or with their journals
//! elsewhere, are not seen by it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::Stop;
use super::write::{file_name_of, make_folder};

/// The right to run on a pair; given back when it is dropped, and when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the right to run on a pair.
    ///
    /// # Errors
    /// `Locked` where another run has it; `NotCreated` where the folder or the file cannot be made.
    pub fn take(folder: &Path, pair: &str) -> Result<Lock, Stop> {
        let not_created =
            |why: io::Error| Stop::NotCreated { folder: folder.display().to_string(), why: why.to_string() };
        make_folder(folder).map_err(not_created)?;
        let path = folder.join(format!(".{}.lock", file_name_of(pair)));
        let opened = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = opened.map_err(not_created)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Lock { _file: file }),
            Err(Errno::WOULDBLOCK) => Err(Stop::Locked { pair: pair.to_owned(), folder: folder.display().to_string() }),
            Err(why) => Err(not_created(why.into())),
        }
    }
}
