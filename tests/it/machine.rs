//! The machine: a runbook's text and a scripted world in, requests and events out. Every row of the tables in
//! "What happens when something fails" of the grammar has a test that is named for it.

mod any_answers;
mod back_out;
mod commands;
mod conditions;
mod confirms;
mod endings;
mod entry;
mod forgetting;
mod handlers;
mod kills;
mod lowering;
mod news;
mod play;
mod preflight;
mod resume;
mod safety;
mod settling;
mod shipped;
mod values;
