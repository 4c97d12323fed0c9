//! How to find out whether a command whose answer was lost has happened.

use super::{Act, Seen};

/// What the pair shows of a command whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settled {
    Done,
    NotDone,
    /// Under way: ask again.
    Wait,
    /// Asking cannot tell.
    CannotTell,
}

/// Compares what was seen right before the intent with what is seen now.
#[must_use]
pub fn settled(_act: Act, _before: &Seen, _now: &Seen) -> Settled {
    Settled::CannotTell
}

/// Whether a command that was not done, or cannot be told, may simply be sent again.
#[must_use]
pub fn repeatable(_act: Act, _before: &Seen, _now: &Seen) -> bool {
    false
}

/// Whether a return code says that things are already as the command would make them: no refusal for `ensure`.
#[must_use]
pub fn already_so(_act: Act, _code: i32) -> bool {
    false
}
