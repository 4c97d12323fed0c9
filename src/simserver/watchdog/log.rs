//! `hacmsg.out`: what the watchdog saw and did, and was told. `hactrace.out`: what it asked and was answered, where it is told
//! to trace.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// At so many bytes `hacmsg.out` becomes `hacmsg.bak`, over the one before. Source: 200 "HAC logging". Of the trace INF.
const LONGEST: u64 = 64 << 20;

/// A file of lines with their times, shared by the watchdog's threads. A line that cannot be written is dropped.
#[derive(Debug)]
struct Lines {
    path: PathBuf,
    /// The last line, without its time.
    last: Mutex<String>,
}

impl Lines {
    fn of(dir: &Path, name: &str) -> Lines {
        Lines { path: dir.join(name), last: Mutex::default() }
    }

    fn write(&self, text: String, repeats: Repeats) {
        let mut last = self.last.lock().expect("because no writer panics");
        if repeats == Repeats::Dropped && text == *last {
            return;
        }
        let _ = self.append(&text);
        *last = text;
    }

    fn append(&self, text: &str) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|file| file.len() >= LONGEST) {
            fs::rename(&self.path, self.path.with_extension("bak"))?;
        }
        let mut file: File = OpenOptions::new().create(true).append(true).open(&self.path)?;
        file.write_all(format!("{} {text}\n", jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S%.3f")).as_bytes())
    }
}

/// What becomes of a line that only says the last one again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeats {
    Written,
    Dropped,
}

/// `hacmsg.out`
#[derive(Debug)]
pub(super) struct Log(Lines);

impl Log {
    pub fn of(dir: &Path) -> Log {
        Log(Lines::of(dir, "hacmsg.out"))
    }

    pub fn write(&self, text: impl Into<String>) {
        self.0.write(text.into(), Repeats::Dropped);
    }
}

/// `hactrace.out`; off until it is asked for. Source: 100 `trace on hac`; what is in it INF.
#[derive(Debug)]
pub(super) struct Trace {
    lines: Lines,
    on: AtomicBool,
}

impl Trace {
    pub fn of(dir: &Path) -> Trace {
        Trace { lines: Lines::of(dir, "hactrace.out"), on: AtomicBool::new(false) }
    }

    pub fn set(&self, on: bool) {
        self.on.store(on, Ordering::SeqCst);
    }

    pub fn write(&self, text: impl Into<String>) {
        if self.on.load(Ordering::SeqCst) {
            self.lines.write(text.into(), Repeats::Written);
        }
    }
}
