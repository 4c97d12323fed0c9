//! The trace: what `--trace` writes and `rehearse --trace` reads. `docs/verify.md` describes it for other readers.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::engine::Releases;
use crate::pair::model::{Safeness, Settings, Side};
use crate::pair::{State, Version};
use crate::twin::TwinSettings;
use crate::verify::{Configuration, Happening, Reference, Then};

use super::events;

/// What a trace calls itself.
pub const FORMAT: &str = "hsbrun-trace";
/// The version of the format that is written and read.
pub const VERSION: u32 = 1;
/// The server that a runbook of one server does not name.
const OTHER: &str = "(other)";

/// A story, so exactly that it can be gone again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub format: String,
    pub version: u32,
    /// The title of the runbook.
    pub runbook: String,
    /// What the story breaks, and where.
    pub property: String,
    pub place: String,
    /// As `--set` takes them.
    pub parameters: IndexMap<String, String>,
    pub pair: Pair,
    pub(super) steps: Vec<Step>,
}

/// The pair at the start, and how it behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub servers: [Server; 2],
    pub auto_primary_alone: bool,
    /// `1-safe` or `2-safe`.
    pub safeness: String,
    pub external_reference: bool,
    pub conversion_keeps_base: bool,
    pub listener_converts: bool,
    /// What `install previous` and `install` bring.
    pub releases: [String; 2],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    pub name: String,
    pub state: String,
    /// Of its software.
    pub version: String,
}

/// One step, and what the pair is in behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Step {
    /// Where the run stands, for people.
    pub(super) at: String,
    #[serde(flatten)]
    pub(super) does: Does,
    pub(super) then: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "kebab-case")]
pub(super) enum Does {
    /// hsbrun asks, and gets an answer.
    Asks {
        asks: Value,
        gets: Value,
        #[serde(flatten)]
        how: Box<How>,
    },
    /// hsbrun sends a start command, which runs.
    Begins {
        asks: Value,
    },
    /// What was sent before, got no answer and was not done, is done now.
    ComesLate {
        sent: Value,
    },
    /// The interpreter is killed; `performed`: what it had sent was done.
    Killed {
        performed: bool,
        /// So many of the records that the last answer leads to are written, not counting those that only say what is seen;
        /// none: all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recorded: Option<u8>,
        #[serde(default)]
        operator: Then,
    },
    /// The operator stops the run.
    Stopped,
    /// The operator backs the run out.
    BackedOut,
    Happens(Event),
}

/// What is open about an answer, where the pair alone does not decide it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct How {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lost: Option<Lost>,
    /// Something happens between two probes: so many see the pair before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) during: Option<During>,
    /// The server whose position is greater, where the data has parted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) further: Option<String>,
    /// The clocks that are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) over: Option<Vec<String>>,
    /// What a person says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) decides: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Lost {
    /// It was done.
    Answer,
    /// It was not.
    Command,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct During {
    pub(super) seen_before: usize,
    #[serde(flatten)]
    pub(super) event: Event,
}

/// What happens without hsbrun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) server: Option<String>,
    /// A transaction was on its way to the Secondary.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) pending: bool,
}

/// Why a text is no trace that can be gone.
#[derive(Debug, Error)]
pub enum Unreadable {
    #[error("it is not JSON of a trace: {0}")]
    NotATrace(#[from] serde_json::Error),
    #[error("it calls itself `{format}` version {version}; `{FORMAT}` version {VERSION} is read")]
    OtherFormat { format: String, version: u32 },
    #[error("its pair has the {what} `{word}`, which there is not")]
    UnknownWord { what: &'static str, word: String },
}

/// Only what every version of the format has.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl Trace {
    /// # Errors
    /// The text is no trace, or of another version.
    pub fn read(text: &str) -> Result<Trace, Unreadable> {
        let Head { format, version } = serde_json::from_str(text)?;
        if (format.as_str(), version) != (FORMAT, VERSION) {
            return Err(Unreadable::OtherFormat { format, version });
        }
        let trace: Trace = serde_json::from_str(text)?;
        trace.pair.configuration()?;
        Ok(trace)
    }

    /// As it is stored: JSON, a field a line.
    #[must_use]
    pub fn written(&self) -> String {
        serde_json::to_string_pretty(self).expect("because it is made of texts and numbers") + "\n"
    }

    /// How many steps it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    pub(super) fn side(&self, name: &str) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.pair.servers[*side as usize].name == name)
    }

    pub(super) fn event(&self, happening: Happening) -> Event {
        let (what, side, pending) = events::word(happening);
        let server = side.map(|side| self.pair.servers[side as usize].name.clone());
        Event { what: what.to_owned(), server, pending }
    }

    pub(super) fn happening(&self, event: &Event) -> Option<Happening> {
        let side = match &event.server {
            Some(name) => Some(self.side(name)?),
            None => None,
        };
        events::happening((event.what.as_str(), side, event.pending))
    }
}

const ONE_SAFE: &str = "1-safe";
const TWO_SAFE: &str = "2-safe";

impl Pair {
    /// Of a configuration, with the names of the runbook's servers.
    #[must_use]
    pub fn of(configuration: &Configuration, names: &[&str]) -> Pair {
        let server = |side: Side| Server {
            name: names.get(side as usize).copied().unwrap_or(OTHER).to_owned(),
            state: configuration.states[side as usize].word().to_owned(),
            version: configuration.versions[side as usize].to_string(),
        };
        let model = configuration.model;
        Pair {
            servers: Side::BOTH.map(server),
            auto_primary_alone: model.auto_primary_alone,
            safeness: if model.safeness == Safeness::OneSafe { ONE_SAFE } else { TWO_SAFE }.to_owned(),
            external_reference: configuration.reference == Reference::External,
            conversion_keeps_base: model.conversion_keeps_base,
            listener_converts: model.listener_converts,
            releases: [configuration.releases.old, configuration.releases.new].map(|version| version.to_string()),
        }
    }

    /// The configuration that it was made of.
    ///
    /// # Errors
    /// A state, version or safeness is no such word.
    pub fn configuration(&self) -> Result<Configuration, Unreadable> {
        let unknown = |what, word: &str| Unreadable::UnknownWord { what, word: word.to_owned() };
        let state = |server: &Server| State::from_word(&server.state).ok_or_else(|| unknown("state", &server.state));
        let version = |word: &str| Version::parse(word).ok_or_else(|| unknown("version", word));
        let [first, second] = &self.servers;
        let safeness = match self.safeness.as_str() {
            ONE_SAFE => Safeness::OneSafe,
            TWO_SAFE => Safeness::TwoSafe,
            other => return Err(unknown("safeness", other)),
        };
        Ok(Configuration {
            model: Settings {
                auto_primary_alone: self.auto_primary_alone,
                safeness,
                conversion_keeps_base: self.conversion_keeps_base,
                listener_converts: self.listener_converts,
            },
            reference: if self.external_reference { Reference::External } else { Reference::Missing },
            states: [state(first)?, state(second)?],
            versions: [version(&first.version)?, version(&second.version)?],
            releases: Releases { old: version(&self.releases[0])?, new: version(&self.releases[1])? },
        })
    }
}

/// A twin of that pair; its pace and its seed mean nothing.
pub(super) fn twin(configuration: &Configuration) -> TwinSettings {
    TwinSettings {
        model: configuration.model,
        states: configuration.states,
        versions: configuration.versions,
        releases: configuration.releases,
        ..TwinSettings::default()
    }
}
