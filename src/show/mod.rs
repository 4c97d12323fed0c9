//! What a person sees: findings with their source lines, the console of a run, summaries. The only room that knows
//! miette. It cannot influence a run, and what a server says is inert text here.

#![allow(clippy::disallowed_methods, reason = "consoles ask the terminal and the environment")]

mod chart;
mod clock;
mod console;
mod counterexample;
mod desk;
mod diagnostics;
mod failure;
mod finding;
mod handlers;
mod label;
mod ledger;
mod location;
mod look;
mod manual;
mod map;
mod page;
mod reached;
mod report;
mod screen;
mod sheet;
mod story;
mod summary;
mod telling;
mod verdict;
mod words;
mod wrap;

pub use crate::text::inert;
pub use chart::chart;
pub use clock::took;
pub use console::{Backstage, Console};
pub use counterexample::{counterexample, whole_story};
pub use desk::{Nobody, Terminal};
pub use finding::{MOST_FINDINGS, Printer};
pub use ledger::{Ledger, grouped, ledger};
pub use location::{Location, reasons};
pub use look::{Look, Paint};
pub use manual::manual;
pub use map::{Mapped, map, map_json, map_markdown};
pub use page::{Page, opening, paragraph};
pub use report::{labels, trace, verdict_json};
pub use screen::Progress;
pub use story::Story;
pub use summary::Summary;
pub use telling::{Kind as RowKind, Place, Row, Who, name_of, rows};
pub use verdict::{Verified, stories, verdict};
pub use words::Words;
