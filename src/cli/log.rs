//! The diagnostic log, on standard error, and the removal of secrets from everything that leaves by a stream. The log
//! is not the run's record: that is the journal.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::OnceLock;

use tracing_subscriber::EnvFilter;

use crate::secret::Redactor;

/// Of this process; set once the passwords are known.
static REDACTOR: OnceLock<Redactor> = OnceLock::new();

/// `HSBRUN_LOG` decides, else the number of `-v`.
pub fn init(verbose: u8) {
    let wanted = std::env::var("HSBRUN_LOG").ok().filter(|filter| !filter.is_empty());
    let level = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = wanted
        .and_then(|filter| EnvFilter::try_new(filter).ok())
        .unwrap_or_else(|| EnvFilter::new(format!("hsbrun={level}")));
    let writer = || Redacted(io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_target(false).init();
}

/// From now on these secrets leave this process by no stream. The first call counts: one command reads one site.
pub fn hide(redactor: Redactor) {
    // A second set would be a second site, which no command reads.
    let _ = REDACTOR.set(redactor);
}

/// A text without the secrets that are known.
pub fn redacted(text: &str) -> Cow<'_, str> {
    REDACTOR.get().map_or(Cow::Borrowed(text), |redactor| redactor.redact(text))
}

/// Writes to standard error. A stream that is closed or full is nobody's mistake, and ends no run.
pub fn tell(text: &str) {
    let mut out = Redacted(io::stderr());
    let _ = out.write_all(text.as_bytes());
}

/// A stream that secrets do not pass. Every write is a whole message.
#[derive(Debug)]
pub struct Redacted<W>(pub W);

impl<W: Write> Write for Redacted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(redacted(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
