//! Writing a journal: one line a record, in the file before the run goes on.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::engine::Event;

use super::line::{self, NO_SUM, Record};
use super::record::{self, Labels};
use super::{Header, Stop};

/// Runs of one pair that begin within the same second.
const MOST_IN_A_SECOND: u32 = 100;

/// Takes secrets out of a text.
pub type Redact = Box<dyn Fn(&str) -> Cow<'_, str> + Send>;

/// A journal that is being written.
pub struct Journal {
    path: PathBuf,
    file: File,
    redact: Redact,
    seq: u64,
    prev: String,
    /// After one write failed nothing more is written: a hole would be worse than an end.
    failed: Option<Stop>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).field("seq", &self.seq).finish_non_exhaustive()
    }
}

impl Journal {
    /// Creates a journal of its own name in a folder (made where it is not there) and writes its first record.
    ///
    /// # Errors
    /// When it cannot be created or written; then no run may begin.
    pub fn create(folder: &Path, header: &Header, redact: Redact) -> Result<Self, Stop> {
        let not_created =
            |why: io::Error| Stop::NotCreated { folder: folder.display().to_string(), why: why.to_string() };
        make_folder(folder).map_err(not_created)?;
        let (path, file) = new_file(folder, &header.pair).map_err(not_created)?;
        sync_folder(folder).map_err(not_created)?;
        let mut journal = Self { path, file, redact, seq: 0, prev: NO_SUM.to_owned(), failed: None };
        journal.append("begin", Duration::ZERO, header.body(), Kept::AtOnce)?;
        Ok(journal)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the run: the file's, without its ending.
    #[must_use]
    pub fn run(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Stores an event that happened so long after the beginning. When it returns, the record outlives this process;
    /// one that something depends on (`kept`) outlives a power cut, too, with all before it.
    ///
    /// # Errors
    /// When it is not stored: the run must stop.
    pub fn record(&mut self, elapsed: Duration, event: &Event, labels: &Labels<'_>) -> Result<(), Stop> {
        let (kind, body) = record::record(event, labels);
        self.append(kind, elapsed, body, kept(event))
    }

    fn append(&mut self, kind: &str, elapsed: Duration, mut body: Map<String, Value>, kept: Kept) -> Result<(), Stop> {
        if let Some(stop) = &self.failed {
            return Err(stop.clone());
        }
        body.values_mut().for_each(|value| redacted(value, &self.redact));
        let record = Record {
            seq: self.seq + 1,
            at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            kind: kind.to_owned(),
            body,
        };
        let (line, sum) = line::write(&record, &self.prev);
        let sync = |()| match kept {
            Kept::AtOnce => self.file.sync_data(),
            Kept::WithTheNext => Ok(()),
        };
        if let Err(why) = (&self.file).write_all(line.as_bytes()).and_then(sync) {
            let stop = Stop::NotWritten { path: self.path.display().to_string(), why: why.to_string() };
            self.failed = Some(stop.clone());
            return Err(stop);
        }
        self.seq = record.seq;
        self.prev = sum;
        Ok(())
    }
}

/// When a record is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Before the run goes on.
    AtOnce,
    /// With the next record that is kept at once, at the latest before the next command: nothing is done on the strength
    /// of it alone.
    WithTheNext,
}

/// What only looks, waits or moves on in the text is kept with the next: a sync takes milliseconds, and a wait looks
/// twenty times a second.
fn kept(event: &Event) -> Kept {
    match event {
        Event::Statement { .. }
        | Event::Seen { .. }
        | Event::Looked { .. }
        | Event::WaitBegan { .. }
        | Event::WaitDone { .. }
        | Event::StepBegan { .. }
        | Event::StepDone { .. }
        | Event::Stands { .. }
        | Event::AlreadySo { .. }
        | Event::Settling { .. }
        | Event::Preflight { .. } => Kept::WithTheNext,
        Event::Entered { .. }
        | Event::Intent { .. }
        | Event::Outcome { .. }
        | Event::Settled { .. }
        | Event::Approved { .. }
        | Event::Declined { .. }
        | Event::Notified { .. }
        | Event::PointOfNoReturn { .. }
        | Event::Handler { .. }
        | Event::Retry { .. }
        | Event::Failed { .. }
        | Event::Ending { .. }
        | Event::BackingOut { .. }
        | Event::LeftWatchdogOff { .. }
        | Event::Interrupted
        | Event::Ended { .. } => Kept::AtOnce,
    }
}

/// Every text in a value, however deep; keys are ours.
fn redacted(value: &mut Value, redact: &Redact) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(clean) = redact(text) {
                *text = clean;
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| redacted(element, redact)),
        Value::Object(fields) => fields.values_mut().for_each(|field| redacted(field, redact)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Journals name servers and programs: the folder is its owner's alone, where it is made here.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    match folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync_folder(parent),
        None => sync_folder(Path::new(".")),
    }
}

/// The name of a pair in names of files.
pub(super) fn file_name_of(pair: &str) -> String {
    pair.chars().take(40).map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// `20260114T093000Z-billing.jsonl`, or `…-2.jsonl` where that is taken.
fn new_file(folder: &Path, pair: &str) -> io::Result<(PathBuf, File)> {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let pair = file_name_of(pair);
    for nth in 1..=MOST_IN_A_SECOND {
        let nth = if nth == 1 { String::new() } else { format!("-{nth}") };
        let path = folder.join(format!("{stamp}-{pair}{nth}.jsonl"));
        match OpenOptions::new().append(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(why) if why.kind() == ErrorKind::AlreadyExists => {}
            Err(why) => return Err(why),
        }
    }
    Err(io::Error::other(format!("{MOST_IN_A_SECOND} runs began within one second")))
}

/// A name is in its folder for good only when the folder is synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_resumed_run_acts_upon_is_on_the_disk_before_the_run_goes_on() {
        use crate::engine::{InstrId, Outcome};
        let at = InstrId(0);
        assert_eq!(kept(&Event::Outcome { at, outcome: Outcome::Unknown { why: String::new() } }), Kept::AtOnce);
        assert_eq!(kept(&Event::PointOfNoReturn { text: String::new() }), Kept::AtOnce);
        assert_eq!(kept(&Event::Looked { at, readings: Vec::new() }), Kept::WithTheNext);
    }

    #[test]
    fn a_full_disk_ends_the_journal_for_good() {
        let file = OpenOptions::new().append(true).open("/dev/full").expect("because Linux has it");
        let redact: Redact = Box::new(|text| Cow::Borrowed(text));
        let mut journal =
            Journal { path: "/dev/full".into(), file, redact, seq: 0, prev: NO_SUM.to_owned(), failed: None };
        let first = journal.append("begin", Duration::ZERO, Map::new(), Kept::AtOnce);
        assert!(matches!(&first, Err(Stop::NotWritten { .. })), "{first:?}");
        journal.file = tempfile::tempfile().expect("because there is room for it");
        assert_eq!(journal.append("begin", Duration::ZERO, Map::new(), Kept::AtOnce), first, "no hole is left behind");
    }
}
