//! What is not held against a runbook, each beside what still is.

use std::time::Duration;

use hsbrun::engine::Settings;
use hsbrun::pair::model::Safeness;
use hsbrun::verify::{Known, Property, Reference};

use super::{Runbook, USUAL, properties, told};

/// The watchdog is silenced, and the servers are parted; both steps can be undone.
const PARTED: &str = "step 0 \"Silence\" {\n    watchdog off\n    \
                      wait until watchdog is OFF and S1.activity is NONE and S2.activity is NONE within 5m\n    \
                      back out { }\n}\n\
                      step 1 \"Part\" on S1 {\n    admin 'hsb disconnect'\n    \
                      wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n    \
                      back out {\n        wait until S1.activity is NONE within 1m\n    }\n}\n";

const LEFT_OFF: &str = "on success {\n    leave watchdog off because \"a test\"\n}\n\
                        on back out {\n    leave watchdog off because \"a test\"\n}\n";

fn broken(runbook: &Runbook, known: Known, faults: u8, kills: u8) -> Vec<Property> {
    let report = runbook.explore(&runbook.configurations(known)[..1], faults, kills);
    eprintln!("{:#?}", told(runbook, &report));
    properties(&report)
}

#[test]
fn the_watchdog_alone_answers_a_broken_link_where_it_was_turned_on_beside_a_whole_pair_and_nowhere_else() {
    let blind = Known { reference: Some(Reference::Missing), ..USUAL };
    let ending = |turns_on: &str| {
        let failure = format!("on failure {{\n    {turns_on}\n}}\n");
        Runbook::text(&format!("{PARTED}{LEFT_OFF}{failure}"))
    };
    // A disconnect in doubt fails the run: it is settled anew when the run is backed out, and the watchdog acts meanwhile.
    let whole = "if S1.activity is NONE and S1 is PRIMARY ACTIVE and S2 is SECONDARY ACTIVE {\n        watchdog on\n    } else {\n        \
                 leave watchdog off because \"a test\"\n    } unknown {\n        leave watchdog off because \"a test\"\n    }";
    assert!(!broken(&ending(whole), blind, 2, 0).contains(&Property::TwoPrimaries));
    assert!(broken(&ending("watchdog on"), blind, 2, 0).contains(&Property::TwoPrimaries));
}

#[test]
fn what_an_ending_does_behind_a_silenced_watchdog_is_its_own_doing_whatever_fault_it_met() {
    // The Primary of a 1-safe pair crashes in the ending, with a commit that was not sent; the ending promotes the other one.
    let promotes = "step 0 \"Silence\" {\n    watchdog off\n}\n\
                    step 1 \"Work\" on S1 {\n    admin 'backup'\n}\n\
                    on success {\n    leave watchdog off because \"a test\"\n    on S2 {\n        \
                    ensure S2 is SERVING from SECONDARY ALONE by admin 'hsb set primary alone' within 1m\n    }\n}\n\
                    on failure {\n    leave watchdog off because \"a test\"\n}\n";
    let one_safe = Known { safeness: Some(Safeness::OneSafe), ..USUAL };
    assert!(broken(&Runbook::text(promotes), one_safe, 1, 0).contains(&Property::LostCommits));
}

#[test]
fn a_run_and_its_back_out_are_two_ways_on_which_a_server_works_alone() {
    let settings = Settings { log_lasts: Some(Duration::from_secs(12 * 3600)), ..Settings::default() };
    let waits_for = |undone_within: &str| {
        let join = format!(
            "step 2 \"Join\" on S1 {{\n    confirm before \"The disks are changed\" within 8h\n    admin 'hsb connect'\n    \
             back out {{\n        confirm behind \"The disks are changed back\" within {undone_within}\n    }}\n}}\n"
        );
        let failure = "on failure {\n    leave watchdog off because \"a test\"\n}\n";
        Runbook::text_at_a_site(&format!("{PARTED}{join}{LEFT_OFF}{failure}"), &settings)
    };
    // Killed while it connects, the run is settled at that command when it is backed out.
    assert!(!broken(&waits_for("8h"), USUAL, 0, 1).contains(&Property::LogOverflow));
    assert!(broken(&waits_for("13h"), USUAL, 0, 1).contains(&Property::LogOverflow));
}
