//! Secrets: values that do not show themselves, where they come from, and their removal from every text that leaves.
//!
//! Must not know the site file: which source a password has is said to it.
#![allow(clippy::disallowed_methods, reason = "reads the environment, files and the output of commands")]

mod encodings;
mod redactor;
mod source;

pub use redactor::Redactor;
pub use source::{Source, Stop};

use std::fmt;

/// What is shown in the place of a secret.
pub const MASK: &str = "***";

/// A value that shows itself to nobody who does not ask for it by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The value itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}
