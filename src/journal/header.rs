//! The first record of a journal: who runs what, where, with which tool.

use serde_json::{Map, Value, json};

use super::FORMAT;

/// Texts of the first record, in its order. Secrets are masked by the journal's redactor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The version of hsbrun.
    pub tool: String,
    /// The person: user name, or user id.
    pub who: String,
    /// The machine that hsbrun runs on.
    pub machine: String,
    /// The process.
    pub pid: u32,
    /// The command line.
    pub arguments: Vec<String>,
    /// The name of the pair.
    pub pair: String,
    pub runbook: String,
    /// Of the program: a changed one is not resumed.
    pub fingerprint: String,
    /// The files that the program was read from.
    pub sources: Vec<String>,
    /// The runbook's servers and the site's that they are bound to.
    pub servers: Vec<(String, String)>,
    /// Parameters and their values.
    pub params: Vec<(String, String)>,
}

impl Header {
    pub(super) fn body(&self) -> Map<String, Value> {
        let pairs = |pairs: &[(String, String)]| -> Value {
            pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
        };
        super::words::object(json!({
            "format": FORMAT,
            "tool": self.tool,
            "who": self.who,
            "machine": self.machine,
            "pid": self.pid,
            "arguments": self.arguments,
            "pair": self.pair,
            "runbook": self.runbook,
            "fingerprint": self.fingerprint,
            "sources": self.sources,
            "servers": pairs(&self.servers),
            "params": pairs(&self.params),
        }))
    }
}
