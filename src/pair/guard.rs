//! The guard's question: would the pair refuse this command in the states seen?

use super::{Act, State, StatusWord, Version};

/// What is in sight of one server; none: not in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sight {
    /// `Down` is proven.
    pub state: Option<State>,
    pub link: Option<StatusWord>,
    pub copy: Option<StatusWord>,
    pub switch: Option<StatusWord>,
    pub catchup: Option<StatusWord>,
    pub version: Option<Version>,
}

/// What is in sight of the pair, seen from the server that a command goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seen {
    pub own: Sight,
    pub peer: Sight,
}

/// Why a command would be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code that the server would give.
    pub code: i32,
    pub text: &'static str,
    /// Makes two servers accept writes: no option lifts it.
    pub two_primaries: bool,
}

/// The parts of a `Sight` that are wanted before an act, beside both states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Looks {
    pub own_status: bool,
    pub versions: bool,
}

/// What `refusal` wants to see for an act.
#[must_use]
pub fn looks(_act: Act) -> Looks {
    Looks::default()
}

/// The refusal that the model knows for an act in what is seen; what is not in sight refuses nothing here.
#[must_use]
pub fn refusal(_act: Act, _seen: &Seen) -> Option<Refusal> {
    None
}
