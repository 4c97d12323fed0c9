//! What a person sees: findings with their source lines, the console of a run, summaries. The only room that knows
//! miette. It cannot influence a run, and what a server says is inert text here.

#![allow(clippy::disallowed_methods, reason = "consoles ask the terminal and the environment")]

mod clock;
mod console;
mod counterexample;
mod desk;
mod diagnostics;
mod failure;
mod finding;
mod label;
mod ledger;
mod look;
mod manual;
mod page;
mod screen;
mod sheet;
mod story;
mod summary;
mod verdict;
mod words;
mod wrap;

pub use crate::text::inert;
pub use clock::took;
pub use console::{Backstage, Console};
pub use counterexample::{Row, counterexample, rows};
pub use desk::{Nobody, Terminal};
pub use finding::{MOST_FINDINGS, Printer};
pub use ledger::{Ledger, grouped, ledger};
pub use look::{Look, Paint};
pub use manual::manual;
pub use page::{Page, opening, paragraph};
pub use screen::Progress;
pub use story::Story;
pub use summary::Summary;
pub use verdict::{Verified, verdict, verdict_json};
pub use words::Words;
