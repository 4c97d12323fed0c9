//! The pair as a pure state machine: states, the command catalogue, return codes, transitions, and how an unknown
//! outcome is settled. One table, each row with its source in the vendor's manuals and how sure it is.
//!
//! Knows nothing of runbooks. Everything that speaks of solidDB reads it: the resolver, the guard, settling, the twin,
//! `explain`. The simulated server shares the catalogue (names, codes, texts, local refusals) and nothing else.

mod assumption;
mod before;
mod catalogue;
mod code;
mod command;
mod guard;
mod meaning;
pub mod model;
mod reply;
mod settle;
mod source;
mod state;
mod status;
pub mod transition;
mod version;

pub use assumption::{Assumption, SettlingRule, assumptions, settling_rules};
pub use before::asked_afterwards;
pub use catalogue::Arguments;
pub use code::{Code, ExitCode, Message, code, codes, exit_code, exit_codes, message, messages};
pub use command::{Act, Command, Patience, StartOptions};
pub use guard::{Looks, Refusal, Seen, Sight, looks, refusal};
pub use meaning::{StateMeaning, state_meaning};
pub use reply::{is_done, position, status_reply, status_word};
pub use settle::{Settled, already_so, repeatable, settled, under_way};
pub use source::{Confidence, Source};
pub use state::{Access, State, StateSet};
pub use status::{Measure, Status, StatusWord};
pub use version::Version;
