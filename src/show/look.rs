//! What the output may look like: colours, characters, width.

use std::io::IsTerminal;
use std::os::fd::AsFd;

/// Text on a terminal is not wider than this, even where the terminal is.
const WIDEST: usize = 120;
/// Where nothing says how wide it is.
const USUAL: usize = 100;
/// Narrower than this is drawn as if it were this wide.
const NARROWEST: usize = 40;

/// How to write to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Colours and a line that is drawn anew: only on a terminal.
    pub terminal: bool,
    pub colour: bool,
    /// Line drawing beyond ASCII.
    pub unicode: bool,
    /// In characters.
    pub width: usize,
}

/// What a piece of text is, and so how it is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Strong,
    Faint,
    Good,
    Bad,
    Warn,
    Accent,
}

impl Look {
    #[must_use]
    pub fn stdout() -> Self {
        Self::of(&std::io::stdout())
    }

    #[must_use]
    pub fn stderr() -> Self {
        Self::of(&std::io::stderr())
    }

    /// Plain text of a fixed width, for logs and tests.
    #[must_use]
    pub fn plain() -> Self {
        Self { terminal: false, colour: false, unicode: false, width: USUAL }
    }

    fn of<S: IsTerminal + AsFd>(stream: &S) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let terminal = stream.is_terminal() && !std::env::var("TERM").is_ok_and(|term| term == "dumb");
        Self {
            terminal,
            colour: terminal && !set("NO_COLOR"),
            unicode: speaks_utf8(),
            width: width(stream).clamp(NARROWEST, WIDEST),
        }
    }

    /// The text in the colour of what it is.
    #[must_use]
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Strong => "1",
            Paint::Faint => "2",
            Paint::Good => "32",
            Paint::Bad => "1;31",
            Paint::Warn => "33",
            Paint::Accent => "36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// One of two spellings of the same sign.
    #[must_use]
    pub fn sign<'a>(&self, unicode: &'a str, ascii: &'a str) -> &'a str {
        if self.unicode { unicode } else { ascii }
    }
}

/// The first of the locale's variables that is set decides.
fn speaks_utf8() -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8"))
}

fn width<S: IsTerminal + AsFd>(stream: &S) -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.or_else(|| {
        let size = rustix::termios::tcgetwinsize(stream).ok()?;
        (size.ws_col > 0).then_some(usize::from(size.ws_col))
    })
    .unwrap_or(USUAL)
}
