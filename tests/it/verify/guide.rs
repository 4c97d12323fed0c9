//! The guide's own procedure, to the letter, breaks as it is known to break.

use hsbrun::verify::{Property, Report, Violation};

use super::{Runbook, properties, told};

fn explored(file: &str, faults: u8) -> (Runbook, Report) {
    let runbook = Runbook::file("tests/corpus/verify", file, &[("upgrade", "version_level")]);
    let report = runbook.explore(&runbook.usual(), faults, 0);
    (runbook, report)
}

fn of(report: &Report, property: Property) -> Vec<&Violation> {
    report.broken.iter().filter(|violation| violation.property == property).collect()
}

#[test]
fn to_the_letter_the_new_software_is_installed_over_a_server_that_still_stops() {
    let (runbook, report) = explored("guide.hsbrun", 0);
    let wrong = of(&report, Property::WrongVersion);
    let statements: Vec<&str> = wrong.iter().map(|violation| runbook.code.text(violation.at)).collect();
    assert_eq!(statements.first(), Some(&"install on S2"), "{:#?}", told(&runbook, &report));
    assert_eq!((wrong[0].faults, wrong[0].kills), (0, 0));
}

#[test]
fn with_waits_for_processes_the_switch_is_refused_since_the_catchup_has_not_begun() {
    let (runbook, report) = explored("guide-processes.hsbrun", 0);
    let refused = of(&report, Property::RefusedCommand);
    let statements: Vec<&str> = refused.iter().map(|violation| runbook.code.text(violation.at)).collect();
    assert!(statements.contains(&"admin 'hsb switch primary' on S2"), "{:#?}", told(&runbook, &report));
}

#[test]
fn with_one_fault_the_watchdog_promotes_a_server_that_lacks_commits() {
    let (runbook, report) = explored("guide-processes.hsbrun", 1);
    let found = properties(&report);
    for property in [Property::StalePromotion, Property::LostCommits, Property::NobodyServes] {
        assert!(found.contains(&property), "{}: {:#?}", property.word(), told(&runbook, &report));
    }
}
