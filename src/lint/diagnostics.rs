//! Every finding about what could hurt a pair or waste a window (`HSB3xxx`): the rules and all their wording. Callers hand
//! over what they have.

use crate::diag::{Finding, Rule, Severity};
use crate::pair::{Command, Refusal, StateSet};
use crate::text::Span;

use super::scene::states;

macro_rules! rules {
    ($($constant:ident $code:literal $name:literal $severity:ident)*) => {
        $(pub const $constant: Rule = Rule { code: $code, name: $name, severity: Severity::$severity };)*
        /// Every rule of this room, by code.
        pub const ALL: &[Rule] = &[$($constant),*];
    };
}

rules! {
    DEPRECATED_COMMAND "HSB3001" "deprecated-command" Warning
    REFUSED_COMMAND "HSB3002" "refused-command" Error
}

/// Of a finding in a procedure.
pub(super) const CALLED_FROM: &str = "called from here";

// ---- commands

pub(super) fn deprecated_command(at: Span, command: Command, instead: &str) -> Finding {
    Finding::at(DEPRECATED_COMMAND, at, format!("`{}` is deprecated", command.text()), "the manuals advise against it")
        .why("it copies to a directory of its own machine; getting the files to the other one is left to you")
        .help(format!("write `{instead}`: it copies over the network to the other server, which must run"))
}

/// What forbids a command.
pub(super) struct Forbids<'a> {
    /// The server that the command goes to.
    pub server: &'a str,
    pub other: &'a str,
    /// The server whose state forbids it.
    pub by: &'a str,
    pub states: StateSet,
    pub since: Option<Span>,
    /// The states in which it is accepted, where its own server's state forbids it.
    pub accepted: Option<StateSet>,
    pub other_accepts: bool,
}

pub(super) fn refused_command(at: Span, text: &str, refusal: &Refusal, forbids: &Forbids) -> Finding {
    let Forbids { server, other, by, .. } = forbids;
    let because = if by == server { "it" } else { by };
    let what = format!("{server} refuses `{text}` here: {because} is {}", states(forbids.states));
    let finding = Finding::at(REFUSED_COMMAND, at, what, format!("refused with {}", refusal.code));
    let finding = match forbids.since {
        Some(since) => finding.and(since, format!("from here {by} is {}", states(forbids.states))),
        None => finding,
    };
    let help = match forbids.accepted {
        _ if forbids.other_accepts => format!("send it to {other}, which accepts it here"),
        Some(accepted) => format!("bring {server} to {accepted} first; it accepts it there"),
        None => format!("bring {by} to another state first"),
    };
    finding.why(format!("the run fails here every time, with \"{}\"", refusal.text.trim_end_matches('.'))).help(help)
}
