//! What a runbook does on purpose: `# hsbrun: allow(lost-commits) because …` at the statement where the damage happens.

use crate::engine::{Code, InstrId};
use crate::lint::allow::Allow;
use crate::text::Span;

use super::{Property, Violation};

/// A broken property that the runbook says is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    pub violation: Violation,
    pub reason: String,
    /// Where the property is named.
    pub named: Span,
}

/// Takes out what is allowed where it happens; the others keep their order.
pub(super) fn take_out(broken: &mut Vec<Violation>, code: &Code, allows: &[Allow]) -> Vec<Allowed> {
    let mut allowed = Vec::new();
    for violation in std::mem::take(broken) {
        match allows.iter().find(|allow| violation.is_allowed(code, allow)) {
            Some(Allow { reason, named, .. }) => {
                allowed.push(Allowed { violation, reason: reason.clone(), named: *named });
            }
            None => broken.push(violation),
        }
    }
    told_once(allowed)
}

/// What is allowed where nobody was killed is not told a second time for a run that was.
fn told_once(mut allowed: Vec<Allowed>) -> Vec<Allowed> {
    let place = |one: &Allowed| (one.violation.property, one.violation.at);
    let anyway: Vec<_> = allowed.iter().filter(|one| one.violation.kills == 0).map(place).collect();
    allowed.retain(|one| one.violation.kills == 0 || !anyway.contains(&place(one)));
    allowed
}

impl Violation {
    /// Two Primaries are never allowed, whoever makes them.
    fn is_allowed(&self, code: &Code, allow: &Allow) -> bool {
        let never = self.damage.unwrap_or(self.property) == Property::TwoPrimaries;
        !never && allow.rule.code == self.property.rule().code && stands_in(code, self.at, allow)
    }
}

/// The statement, or a `do` that leads to it, is one that the comment reaches.
fn stands_in(code: &Code, at: InstrId, allow: &Allow) -> bool {
    let place = code.place(at);
    place.calls.iter().chain([&place.span]).any(|span| allow.reaches(*span))
}
