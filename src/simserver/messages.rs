//! `solmsg.out`: what the server has to say, with the message numbers of the vendor.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::wording::Code;
use crate::pair;

/// At so many bytes `solmsg.out` becomes `solmsg.bak`, over the one before. Source: RCL `Srv.MessageLogSize`.
const LONGEST: u64 = 1 << 20;

/// The message log of one server, shared by its parts. A line that cannot be written is dropped: the log never stops the
/// server.
#[derive(Debug, Clone)]
pub(super) struct Messages {
    path: PathBuf,
    file: Arc<Mutex<Option<File>>>,
}

impl Messages {
    pub fn open(dir: &Path) -> Messages {
        let path = dir.join("solmsg.out");
        let file = append_to(&path).ok();
        Messages { path, file: Arc::new(Mutex::new(file)) }
    }

    /// A message of the catalogue, as it stands there.
    pub fn note(&self, number: i32) {
        self.write(number, pair::message(number).map_or("", |message| message.text));
    }

    /// An error that befell the server itself, by its code.
    pub fn error(&self, code: Code) {
        self.write(code.0, code.text());
    }

    /// A message of the catalogue with a value in it.
    pub fn note_with(&self, number: i32, value: impl std::fmt::Display) {
        let text = pair::message(number).map_or("", |message| message.text);
        self.write(number, text.replace("%s", &value.to_string()).replace("%d", &value.to_string()));
    }

    /// One line: time, number, text.
    pub fn write(&self, number: i32, text: impl std::fmt::Display) {
        let line = format!("{} {number} {text}\n", jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S%.3f"));
        let mut file = self.file.lock().expect("because no writer panics");
        if file.as_ref().and_then(|file| file.metadata().ok()).is_some_and(|file| file.len() >= LONGEST) {
            let _ = std::fs::rename(&self.path, self.path.with_extension("bak"));
            *file = append_to(&self.path).ok();
        }
        if let Some(file) = file.as_mut() {
            let _ = file.write_all(line.as_bytes());
        }
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_has_grown_long_is_put_aside() {
        let dir = tempfile::tempdir().expect("because there is room");
        let size = |name: &str| std::fs::metadata(dir.path().join(name)).map_or(0, |file| file.len());
        std::fs::write(dir.path().join("solmsg.out"), vec![b'x'; 1 << 20]).expect("because there is room");
        let messages = Messages::open(dir.path());
        messages.note_with(30102, "DBA");
        assert_eq!(size("solmsg.bak"), 1 << 20);
        let text = std::fs::read_to_string(dir.path().join("solmsg.out")).expect("because it was written");
        assert!(text.trim_end().ends_with(" 30102 User 'DBA' issued a shutdown."), "{text}");
    }
}
