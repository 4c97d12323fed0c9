//! `--late`: effects that come after hsbrun asked and found that a command was not done.

use hsbrun::verify::{Bounds, Property, Report, Violation, What, verify};

use super::replay::replayed;
use super::{Runbook, told};

/// It takes "S1 was not shut down" for the end of the story.
const SHUTDOWN: &str = "step 1 \"Look\" {
    watchdog off
    wait until watchdog is OFF and S1.activity is NONE within 5m
    assert S1 is PRIMARY ACTIVE and S2 is SECONDARY ACTIVE
}
step 2 \"Shut down S1\" on S1 {
    admin 'shutdown force'
    wait until S1 is DOWN within 5m
    if this step fails {
        stop \"S1 was not shut down.\"
    }
}
step 3 \"S2 serves\" on S2 {
    ensure S2 is PRIMARY ALONE from SECONDARY ALONE by admin 'hsb set primary alone' within 5m
    if this step fails {
        stop \"S1 is shut down, and S2 does not serve.\"
    }
}
on success { leave watchdog off because \"a person looks first\" }
on failure { leave watchdog off because \"a person looks first\" }
";

fn explored(runbook: &Runbook, late: bool) -> Report {
    let bounds = Bounds { faults: 0, kills: 0, late, ..Bounds::default() };
    verify(&runbook.code, &runbook.usual(), bounds, &[])
}

fn comes_late(violation: &Violation) -> bool {
    violation.story.entries.iter().any(|entry| matches!(entry.what, What::ComesLate { .. }))
}

#[test]
fn a_shutdown_that_comes_late_leaves_nobody_serving_and_only_where_that_is_asked_for() {
    let runbook = Runbook::text(SHUTDOWN);
    let (usual, late) = (explored(&runbook, false), explored(&runbook, true));
    let outages = |report: &Report| {
        report.broken.iter().filter(|one| one.property == Property::NobodyServes).cloned().collect::<Vec<_>>()
    };
    assert_eq!(outages(&usual), [], "{:#?}", told(&runbook, &usual));
    let outages = outages(&late);
    assert!(outages.iter().any(comes_late), "{:#?}", told(&runbook, &late));
    assert!(late.explored.states > usual.explored.states);
    for violation in outages.iter().filter(|violation| comes_late(violation)) {
        replayed(&runbook, violation);
    }
}
