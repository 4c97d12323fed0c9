//! The formatter: its style by examples, and its laws over every runbook at hand, broken ones too, and over made ones.

mod command;
pub mod law;
mod laws;
mod made;
mod style;
