//! Each property: a small runbook that breaks it, beside one that looks alike and holds.

use std::time::Duration;

use hsbrun::engine::{Settings, lower};
use hsbrun::explain::page;
use hsbrun::lint::allow::Allow;
use hsbrun::text::{SourceId, Span};
use hsbrun::verify::{Actor, Bounds, Property, What, verify};

use super::{Runbook, properties, told};

/// The watchdog is silenced, and stays so.
const SILENCED: &str = "step 0 \"Silence\" {\n    watchdog off\n}\n";
const ENDINGS: &str = "on success {\n    leave watchdog off because \"a test\"\n}\non failure {\n    leave watchdog off because \"a test\"\n}\n";

fn breaks(items: &str, faults: u8, property: Property) -> Runbook {
    let runbook = Runbook::text(&format!("{items}{ENDINGS}"));
    let report = runbook.explore(&runbook.usual(), faults, 0);
    assert!(properties(&report).contains(&property), "{:#?}", told(&runbook, &report));
    runbook
}

fn holds(items: &str, faults: u8, property: Property) {
    let runbook = Runbook::text(&format!("{items}{ENDINGS}"));
    let report = runbook.explore(&runbook.usual(), faults, 0);
    assert!(!properties(&report).contains(&property), "{:#?}", told(&runbook, &report));
}

#[test]
fn a_shutdown_of_the_primary_by_which_nobody_serves_is_found_and_one_of_the_secondary_is_not() {
    let stop = |server: &str| format!("{SILENCED}step 1 \"Stop\" on {server} {{\n    admin 'shutdown force'\n}}\n");
    breaks(&stop("S1"), 0, Property::NobodyServes);
    holds(&stop("S2"), 0, Property::NobodyServes);
}

#[test]
fn an_outage_that_a_run_in_doubt_leaves_counts_unless_the_other_server_cannot_be_started_to_compare() {
    let both_stopped = |between: &str, last: &str| {
        format!(
            "{SILENCED}step 1 \"Stop the Secondary\" on S2 {{\n    admin 'shutdown force'\n    \
             wait until S2 is DOWN within 10m\n{between}}}\n\
             step 2 \"Stop the Primary\" on S1 {{\n    admin 'shutdown force'\n    \
             wait until S1 is DOWN within 10m\n{last}}}\n\
             step 3 \"Serve again\" on S1 {{\n    \
             ensure S1 is SECONDARY ALONE by start within 10m\n    \
             ensure S1 is PRIMARY ALONE from SECONDARY ALONE by admin 'hsb set primary alone' within 1m\n}}\n"
        )
    };
    let (upgraded, in_doubt) = ("    install\n", "    run own in doubt ask\n");
    breaks(&both_stopped("", in_doubt), 0, Property::NobodyServes);
    holds(&both_stopped(upgraded, in_doubt), 0, Property::NobodyServes);
    breaks(&both_stopped(upgraded, "    stop \"As the author says.\"\n"), 0, Property::NobodyServes);
}

#[test]
fn a_promotion_beside_lost_commits_is_found_and_one_behind_a_switch_is_not() {
    let apart = format!(
        "{SILENCED}step 1 \"Part\" on S1 {{\n    admin 'hsb disconnect'\n    \
         wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n}}\n\
         step 2 \"Swap\" {{\n    on S1 {{\n        admin 'hsb set secondary alone'\n    }}\n    \
         on S2 {{\n        admin 'hsb set primary alone'\n    }}\n}}\n"
    );
    breaks(&apart, 0, Property::StalePromotion);
    let switched = format!(
        "{SILENCED}step 1 \"Switch\" on S2 {{\n    admin 'hsb switch primary'\n    \
         wait until S2 is PRIMARY ACTIVE and S1 is SECONDARY ACTIVE within 1m\n}}\n"
    );
    holds(&switched, 1, Property::StalePromotion);
}

#[test]
fn an_installation_over_a_server_that_may_still_stop_is_found_and_one_behind_a_wait_is_not() {
    let install = |wait: &str| {
        format!("{SILENCED}step 1 \"Install\" on S2 {{\n    admin 'shutdown force'\n{wait}    install\n}}\n")
    };
    breaks(&install(""), 0, Property::WrongVersion);
    holds(&install("    wait until S2 is DOWN within 10m\n"), 0, Property::WrongVersion);
}

#[test]
fn a_netcopy_without_a_disconnect_is_refused_and_one_behind_it_is_not() {
    let copy = |before: &str| format!("{SILENCED}step 1 \"Copy\" on S1 {{\n{before}    admin 'hsb netcopy'\n}}\n");
    breaks(&copy(""), 0, Property::RefusedCommand);
    let parted = "    admin 'hsb disconnect'\n    wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n";
    holds(&copy(parted), 0, Property::RefusedCommand);
}

#[test]
fn the_shortest_story_says_who_did_what_and_what_the_servers_are_in() {
    let runbook = breaks(
        &format!("{SILENCED}step 1 \"Stop\" on S1 {{\n    admin 'shutdown force'\n}}\n"),
        0,
        Property::NobodyServes,
    );
    let report = runbook.explore(&runbook.usual(), 0, 0);
    let violation = report.broken.iter().find(|one| one.property == Property::NobodyServes).expect("it was found");
    let actors: Vec<Actor> = violation.story.entries.iter().map(hsbrun::verify::Entry::actor).collect();
    assert!(actors.contains(&Actor::Hsbrun), "{actors:?}");
    assert!(violation.story.entries.iter().any(|entry| matches!(entry.what, What::Happens(_))), "a server stops");
    let last = violation.story.entries.last().expect("because something happened");
    assert!(!last.pair.serves(hsbrun::pair::model::Side::First) && last.lines_cut == [false; 2]);
}

#[test]
fn two_primaries_stay_a_story_whatever_a_comment_says_and_other_damage_does_not() {
    let swap = "step 1 \"Part, and swap a role beside the watchdog\" on S1 {\n    admin 'hsb disconnect'\n    \
                wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n    \
                admin 'hsb set secondary alone'\n    admin 'hsb set primary alone'\n}\n";
    let runbook = breaks(swap, 0, Property::TwoPrimaries);
    let everywhere = |property: Property| Allow {
        rule: page(property.word()).expect("because each property has a page"),
        reason: "a test".to_owned(),
        named: Span::new(SourceId(0), 0, 1),
        comment: Span::new(SourceId(0), 0, 1),
        only: true,
        covers: Some(Span::new(SourceId(0), 0, 10_000)),
    };
    let allows = [Property::TwoPrimaries, Property::StalePromotion].map(everywhere);
    let report = verify(&runbook.code, &runbook.usual(), Bounds { faults: 0, kills: 0, ..Bounds::default() }, &allows);
    let left = properties(&report);
    assert!(left.contains(&Property::TwoPrimaries) && !left.contains(&Property::StalePromotion), "{left:?}");
    assert!(report.allowed.iter().all(|it| it.violation.property == Property::StalePromotion));
    assert!(!report.allowed.is_empty());
}

#[test]
fn the_longest_way_of_a_long_runbook_is_added_up_whatever_its_length() {
    const STEPS: usize = 1_000;
    let waits: String = (0..STEPS)
        .map(|at| format!("step {} \"Wait\" {{\n    wait until S1 is PRIMARY ALONE within 1m\n}}\n", at + 2))
        .collect();
    let items = format!(
        "{SILENCED}step 1 \"Part\" on S1 {{\n    admin 'hsb disconnect'\n    \
         wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n}}\n{waits}{ENDINGS}"
    );
    let runbook = Runbook::text(&items);
    let bindings =
        runbook.program.sample_bindings(&[], runbook.releases.new).expect("because nothing is asked").bindings;
    let settings = Settings { log_lasts: Some(Duration::from_secs(12 * 3600)), ..Settings::default() };
    let code = lower(&runbook.program, &bindings, &settings);
    let usual = runbook.usual();
    let bounds = Bounds { faults: 0, kills: 0, ..Bounds::default() };
    let overflow = std::thread::scope(|scope| {
        // Less than a frame for each statement would need.
        let small = std::thread::Builder::new().stack_size(256 * 1024);
        let found = small.spawn_scoped(scope, || verify(&code, &usual, bounds, &[]));
        let report = found.expect("because a thread can be had").join().expect("because it does not panic");
        report.broken.into_iter().find_map(|violation| violation.overflow)
    });
    let overflow = overflow.expect("because a thousand minutes are more than twelve hours");
    assert!(overflow.at_most >= Duration::from_secs(STEPS as u64 * 60), "{:?}", overflow.at_most);
    assert!(overflow.way.len() >= STEPS);
}
