//! `hacmsg.out`: what the watchdog saw and did.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// At so many bytes `hacmsg.out` becomes `hacmsg.bak`, over the one before. Source: RCL says 64 MB; less is ours.
const LONGEST: u64 = 1 << 20;

/// The log. A line that cannot be written is dropped; a line that only says the last one again is not written.
pub(super) struct Log {
    path: PathBuf,
    last: String,
}

impl Log {
    pub fn open(dir: &Path) -> Log {
        Log { path: dir.join("hacmsg.out"), last: String::new() }
    }

    pub fn write(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text == self.last {
            return;
        }
        let _ = self.append(&text);
        self.last = text;
    }

    fn append(&self, text: &str) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|file| file.len() >= LONGEST) {
            fs::rename(&self.path, self.path.with_extension("bak"))?;
        }
        let mut file: File = OpenOptions::new().create(true).append(true).open(&self.path)?;
        writeln!(file, "{} {text}", jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S%.3f"))
    }
}
