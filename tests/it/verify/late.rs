//! `--late`: effects that come after hsbrun asked and found that a command was not done.

use hsbrun::verify::{Bounds, Happening, Property, Report, Violation, What, verify};

use super::replay::replayed;
use super::{Runbook, told};

/// S2 serves for a while, and then S1 again.
const THERE_AND_BACK: &str = "step 1 \"Look, and part them\" on S1 {
    watchdog off
    wait until watchdog is OFF and S1.activity is NONE within 5m
    assert S1 is PRIMARY ACTIVE and S2 is SECONDARY ACTIVE
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 5m
}
step 2 \"S2 serves\" {
    on S1 { admin 'hsb set secondary alone' }
    wait until S1 is SECONDARY ALONE within 5m
    on S2 { admin 'hsb set primary alone' }
    wait until S2 is PRIMARY ALONE within 5m
}
step 3 \"S1 serves again\" {
    on S2 { admin 'hsb set secondary alone' }
    wait until S2 is SECONDARY ALONE within 5m
    on S1 { admin 'hsb set primary alone' }
    wait until S1 is PRIMARY ALONE within 5m
}
on success { leave watchdog off because \"a person looks first\" }
on failure { leave watchdog off because \"a person looks first\" }
";

fn explored(runbook: &Runbook, faults: u8, late: bool) -> Report {
    let bounds = Bounds { faults, kills: 0, late, ..Bounds::default() };
    verify(&runbook.code, &runbook.usual(), bounds, &[])
}

fn comes_late(violation: &Violation) -> bool {
    violation.story.entries.iter().any(|entry| matches!(entry.what, What::ComesLate { .. }))
}

#[test]
fn a_promotion_that_comes_late_makes_two_primaries_and_only_where_that_is_asked_for() {
    let runbook = Runbook::text(THERE_AND_BACK);
    let (usual, late) = (explored(&runbook, 1, false), explored(&runbook, 1, true));
    let two = |report: &Report| {
        report.broken.iter().filter(|one| one.property == Property::TwoPrimaries).cloned().collect::<Vec<_>>()
    };
    assert_eq!(two(&usual), [], "{:#?}", told(&runbook, &usual));
    let two = two(&late);
    assert!(!two.is_empty() && two.iter().all(comes_late), "{:#?}", told(&runbook, &late));
    assert!(late.explored.states > usual.explored.states);
    two.iter().for_each(|violation| replayed(&runbook, violation));
}

#[test]
fn what_comes_late_is_the_one_thing_that_goes_wrong() {
    let runbook = Runbook::text(THERE_AND_BACK);
    let (without, with) = (explored(&runbook, 0, false), explored(&runbook, 0, true));
    assert_eq!(without.explored, with.explored, "where nothing goes wrong, nothing comes late");
    let told = explored(&runbook, 1, true).broken;
    let of_late: Vec<&Violation> = told.iter().filter(|one| comes_late(one)).collect();
    assert!(!of_late.is_empty());
    let else_wrong =
        |what: &What| matches!(what, What::Happens(Happening::Fault(_) | Happening::LineBreaks(_) | Happening::Slow));
    for violation in of_late {
        let wrong: Vec<_> = violation.story.entries.iter().filter(|entry| else_wrong(&entry.what)).collect();
        assert!(wrong.is_empty() && violation.faults == 1, "{wrong:#?}");
    }
}
