//! `solmsg.out`: what the server has to say, with the message numbers of the vendor.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use crate::pair;

/// The message log of one server. A line that cannot be written is dropped: the log never stops the server.
#[derive(Debug)]
pub(super) struct Messages {
    file: Mutex<Option<File>>,
}

impl Messages {
    pub fn open(dir: &Path) -> Messages {
        let file = OpenOptions::new().create(true).append(true).open(dir.join("solmsg.out")).ok();
        Messages { file: Mutex::new(file) }
    }

    /// A message of the catalogue, as it stands there.
    pub fn note(&self, number: i32) {
        self.write(number, pair::message(number).map_or("", |message| message.text));
    }

    /// A message of the catalogue with a value in it.
    pub fn note_with(&self, number: i32, value: impl std::fmt::Display) {
        let text = pair::message(number).map_or("", |message| message.text);
        self.write(number, text.replace("%s", &value.to_string()).replace("%d", &value.to_string()));
    }

    /// One line: time, number, text.
    pub fn write(&self, number: i32, text: impl std::fmt::Display) {
        let line = format!("{} {number} {text}\n", jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S%.3f"));
        if let Some(file) = self.file.lock().expect("because no writer panics").as_mut() {
            let _ = file.write_all(line.as_bytes());
        }
    }
}
