//! Where a command writes to: a file without a name, of which the end is read afterwards.
//!
//! Not a pipe: a server that puts itself into the background may keep its outputs for years. A reader would wait for it,
//! and a server that writes into a closed pipe is killed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{Mode, OFlags};

use super::KEPT_OUTPUT;

/// A new file, readable by nobody else, gone when nobody holds it.
pub(super) fn nameless() -> io::Result<File> {
    let folder = std::env::temp_dir();
    match rustix::fs::open(&folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(file.into()),
        Err(_) => unlinked(),
    }
}

/// The same on file systems without nameless files.
fn unlinked() -> io::Result<File> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("hsbrun-{}-{count}.out", process::id()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

/// The end of what was written so far, at most `KEPT_OUTPUT` bytes, from the start of a line where it was cut.
pub(super) fn tail(file: &File) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let len = file.metadata()?.len();
        let from = len.saturating_sub(KEPT_OUTPUT as u64);
        let mut bytes = vec![0; usize::try_from(len - from).unwrap_or(KEPT_OUTPUT)];
        let mut got = 0;
        while got < bytes.len() {
            match file.read_at(&mut bytes[got..], from + got as u64)? {
                0 => break,
                more => got += more,
            }
        }
        bytes.truncate(got);
        if from > 0 {
            let line = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            bytes.drain(..line);
        }
        Ok(bytes)
    };
    match read() {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(why) => format!("(its output cannot be read: {why})"),
    }
}
