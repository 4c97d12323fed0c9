//! The shipped runbook on a pair where everything goes well.
