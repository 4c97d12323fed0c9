//! The record of a run in a journal; and of a rehearsal, which needs none.

use std::time::Duration;

use crate::engine::Event;
use crate::journal::{Journal, Labels};

use super::drive::{Record, RecordStop};

/// Events go into a journal.
pub struct Journaled<'a> {
    journal: Journal,
    labels: Labels<'a>,
}

impl<'a> Journaled<'a> {
    #[must_use]
    pub fn new(journal: Journal, labels: Labels<'a>) -> Self {
        Self { journal, labels }
    }
}

impl Record for Journaled<'_> {
    fn record(&mut self, elapsed: Duration, event: &Event) -> Result<(), RecordStop> {
        self.journal.record(elapsed, event, &self.labels).map_err(|stop| RecordStop { why: stop.to_string() })
    }
}

/// Nothing is kept: what happens in a model is no record of anything.
#[derive(Debug, Clone, Copy)]
pub struct Nowhere;

impl Record for Nowhere {
    fn record(&mut self, _elapsed: Duration, _event: &Event) -> Result<(), RecordStop> {
        Ok(())
    }
}
