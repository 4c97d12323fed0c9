//! The shipped runbook holds.

use std::time::Duration;

use hsbrun::engine::Settings;
use hsbrun::program::Loader;
use hsbrun::verify::{Known, Overflow, Reference};

use super::{Folder, Runbook, USUAL, told};

fn migration(upgrade: &str) -> Runbook {
    Runbook::file("runbooks", "hot-migration-netcopy.hsbrun", &[("upgrade", upgrade)])
}

#[test]
fn the_shipped_migration_holds_on_every_kind_of_pair_where_nothing_but_answers_and_the_interpreter_fail() {
    for upgrade in ["version_level", "fix_pack"] {
        let runbook = migration(upgrade);
        let report = runbook.explore(&runbook.configurations(Known::default()), 0, 1);
        assert!(report.broken.is_empty(), "{upgrade}: {:#?}", told(&runbook, &report));
        assert_eq!(report.explored.succeeded, report.explored.configurations, "{upgrade}: it does not always succeed");
        assert_eq!(report.explored.configurations, 32);
    }
}

#[test]
fn the_shipped_migration_holds_with_any_one_fault() {
    let runbook = migration("version_level");
    let report = runbook.explore(&runbook.usual(), 1, 0);
    assert!(report.broken.is_empty(), "{:#?}", told(&runbook, &report));
    let without_reference = Known { reference: Some(Reference::Missing), auto_primary_alone: Some(true), ..USUAL };
    let other = migration("fix_pack");
    let report = other.explore(&other.configurations(without_reference)[..1], 1, 0);
    assert!(report.broken.is_empty(), "{:#?}", told(&other, &report));
}

#[test]
fn the_shipped_migration_holds_with_any_two_faults() {
    let runbook = migration("fix_pack");
    let report = runbook.explore(&runbook.usual(), 2, 0);
    assert!(report.broken.is_empty(), "{:#?}", told(&runbook, &report));
}

/// What is reported of a log that lasts so long.
fn overflow(log_lasts: Duration) -> Option<Overflow> {
    let source = Folder("runbooks").load("", "hot-migration-netcopy.hsbrun").expect("because the file is there");
    let settings = Settings { log_lasts: Some(log_lasts), ..Settings::default() };
    let runbook = Runbook::at_a_site(source, "runbooks", &[("upgrade", "version_level")], &settings);
    let report = runbook.explore(&runbook.usual(), 1, 1);
    report.broken.into_iter().find_map(|violation| violation.overflow)
}

#[test]
fn the_longest_way_of_the_shipped_migration_ends_where_a_killed_run_can_come_back_to_a_statement() {
    let longest = overflow(Duration::ZERO).expect("because it takes longer than that");
    let limits: Duration = longest.way.iter().map(|(_, limit)| *limit).sum();
    assert_eq!(longest.at_most, limits);
    let enough = overflow(longest.at_most);
    assert!(enough.is_none(), "the longest way is a back-out, which no failed step makes longer: {enough:?}");
}

#[test]
fn the_shipped_migration_holds_beside_the_log_room_of_the_example_without_an_external_reference() {
    let settings = Settings { log_lasts: Some(Duration::from_secs(24 * 3600)), ..Settings::default() };
    let source = Folder("runbooks").load("", "hot-migration-netcopy.hsbrun").expect("because the file is there");
    let runbook = Runbook::at_a_site(source, "runbooks", &[("upgrade", "version_level")], &settings);
    let kinds = runbook.configurations(Known { reference: Some(Reference::Missing), ..USUAL });
    let report = runbook.explore(&kinds[..1], 1, 0);
    assert!(report.broken.is_empty(), "{:#?}", told(&runbook, &report));
}
