//! Why a journal cannot be written or read.

/// What ends a run (writing), or keeps one from being looked at (reading).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    #[error("the journal cannot be created in {folder}: {why}; nothing is done without a record")]
    NotCreated { folder: String, why: String },
    #[error(
        "another run has the pair {pair}: its journal is the last one in {folder}; wait for its end, or stop it with SIGTERM"
    )]
    Locked { pair: String, folder: String },
    #[error("the journal {path} cannot be written: {why}; nothing is done without a record")]
    NotWritten { path: String, why: String },
    #[error("{path} cannot be read: {why}")]
    Unreadable { path: String, why: String },
    #[error("{path} is not a journal of hsbrun: its first line is no `begin` record")]
    NotAJournal { path: String },
    #[error("{path} is a journal of format {found}, which this version does not know; it knows up to {known}")]
    Newer { path: String, found: u64, known: u64 },
    #[error("{path} is damaged in line {line}: {why}; what follows cannot be trusted")]
    Damaged { path: String, line: usize, why: String },
}
