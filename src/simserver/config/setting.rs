//! The settings of the simulator itself, `[Sim]` of `solid.ini`: one table for reading them, for help and for the docs.

/// One setting.
#[derive(Debug)]
pub(in crate::simserver) struct Row {
    pub name: &'static str,
    pub kind: Kind,
    pub factory: &'static str,
    pub counts: Counts,
    /// In one sentence, for the docs.
    pub about: &'static str,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum Kind {
    /// Milliseconds.
    Millis,
    Number,
    YesNo,
    /// A word of the list; the first is the factory value.
    OneOf(&'static [&'static str]),
}

/// From when on a new value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum Counts {
    AtOnce,
    /// A server reads it when it starts.
    FromTheNextStart,
}

const fn row(name: &'static str, kind: Kind, factory: &'static str, about: &'static str) -> Row {
    Row { name, kind, factory, counts: Counts::AtOnce, about }
}

/// Read once.
const fn of_start(name: &'static str, kind: Kind, factory: &'static str, about: &'static str) -> Row {
    Row { name, kind, factory, counts: Counts::FromTheNextStart, about }
}

/// Where the sources disagree or are silent; the first word is the cautious reading.
const fn reading(name: &'static str, words: &'static [&'static str], about: &'static str) -> Row {
    Row { name, kind: Kind::OneOf(words), factory: words[0], counts: Counts::AtOnce, about }
}

/// The same, read once.
const fn of_start_reading(name: &'static str, words: &'static [&'static str], about: &'static str) -> Row {
    Row { counts: Counts::FromTheNextStart, ..reading(name, words, about) }
}

use Kind::{Millis, Number, YesNo};

/// Everything that `[Sim]` may hold, by name.
#[rustfmt::skip]
pub(super) const SIM: &[Row] = &[
    row("AcceptDelay", Millis, "20", "Between the reply to an asynchronous command and its beginning."),
    of_start("AnyAddress", YesNo, "no", "Allows `Listen` to name an address other than loopback: passwords then cross the network in clear text."),
    row("BackupDelay", Millis, "200", "A backup or `hsb copy` lasts at least so long."),
    row("CatchupDelay", Millis, "200", "A catchup lasts at least so long."),
    row("CatchupRate", Number, "0", "Transactions a second in a catchup; 0: as fast as it goes."),
    row("CheckpointDelay", Millis, "1000", "Between two checkpoints that the server makes by itself."),
    row("ConnectDelay", Millis, "200", "From the beginning of `hsb connect` to its catchup."),
    row("ConvertDelay", Millis, "200", "A conversion lasts so long."),
    row("DisconnectDelay", Millis, "100", "`hsb disconnect` lasts so long."),
    of_start("License", YesNo, "yes", "Without a licence the server does not start (exit 14)."),
    row("LogDelay", Millis, "100", "Relaxed durability: a commit is written so long after it was acknowledged, at the latest after `RelaxedMaxDelay`."),
    of_start("LogDisk", Number, "0", "Kilobytes of log that the disk takes; when it is full the server is read-only (10040, then 10041); 0: no limit."),
    row("MaxConnections", Number, "200", "Clients logged in at once; one more gets 14506."),
    of_start("MaxLifetime", Millis, "21600000", "The server stops by itself after so long."),
    of_start("MaxMemory", Number, "262144", "Kilobytes that the database engine may take; a result may take a quarter of it."),
    of_start("MaxRows", Number, "1000000", "Rows of one result."),
    row("NetcopyDelay", Millis, "200", "A netcopy lasts at least so long."),
    row("NetcopyRate", Number, "0", "Kilobytes a second in a netcopy; 0: as fast as it goes."),
    row("ShipDelay", Millis, "100", "One-safe: a commit goes to the Secondary so long after it was acknowledged, at the latest after `1SafeMaxDelay`."),
    of_start("StartDelay", Millis, "0", "A start lasts at least so long."),
    row("StopDelay", Millis, "100", "Between the closing of the port and the end of the process."),
    row("SwitchDelay", Millis, "200", "A switch lasts so long."),
    of_start("Sync", YesNo, "no", "Commits survive a power cut, not only the end of the process."),
];

/// The readings of what is not settled, part of `[Sim]` too.
#[rustfmt::skip]
pub(super) const READINGS: &[Row] = &[
    reading("AcceptedShowsPrevious", &["yes", "no"], "Until an accepted operation begins, its status shows the one before (INF); `no`: it shows ACTIVE, or CONNECTING, at once."),
    reading("BackupDeletesNeededLog", &["yes", "no"], "`backup` deletes the log that it copied even where the other server still needs it (100 names no exception); `no`: PRIMARY ALONE keeps it."),
    reading("CatchupSeenBySecondary", &["yes", "no"], "`hsb status connect` says CATCHUP on both servers (200); `no`: on the Primary alone (7), the Secondary says CONNECTING."),
    reading("ConnectDuringCatchup", &["refuse", "started"], "`hsb connect` during a catchup answers 14702 (100, 200 command page); `started`: as if it were the first (200 task page)."),
    reading("ConvertKeepsBase", &["no", "yes"], "A database that was converted can still catch up: `no` SEED, `yes` 100 and 200."),
    reading("ErrorText", &["number", "sentence"], "`hsb status copy` and `switch` after a failure: `ERROR 14503`, or with the sentence behind it (INF)."),
    of_start_reading("ListenerConverts", &["no", "yes"], "A server started with backupserver alone converts an older copy that it receives (INF)."),
    reading("ListenerRefuses", &["silent", "named"], "`hsb connect` to a server that waits for a netcopy: 14503, since it accepts no connections (7, 200), or 14542 (INF)."),
    reading("NoSwitchYet", &["upper", "engine"], "Text of 14009: `NO SERVER SWITCH OCCURRED BEFORE` (7) or `No role switches since the server startup` (SRC)."),
    reading("RcOfAlready", &["code", "zero"], "A reply that says `already` has its own number as RC (INF); `zero`: RC 0."),
    reading("StandaloneWhenActive", &["refuse", "allow"], "`hsb set standalone` on PRIMARY ACTIVE: 14705 (SRC); `allow`: STANDALONE, and the Secondary goes alone (100, 200 table)."),
    reading("StateInTransit", &["before", "alone"], "`hsb state` during a switch or a disconnect shows the state before it (INF), or the role with ALONE (INF)."),
    reading("StatusCopyBeforeAny", &["not_active", "success"], "`hsb status copy` before any copy: RC 0 with NOT ACTIVE, or with SUCCESS (INF)."),
    reading("SwitchUnconnected", &["refuse", "promote"], "`hsb switch primary` on SECONDARY ALONE: 14537 (7), or it becomes PRIMARY ALONE (7, 200)."),
    reading("TrailingNewline", &["no", "yes"], "TEXT ends with a newline, as the literals of SRC do."),
];

/// The row of that name, whatever its case.
pub(super) fn find(name: &str) -> Option<&'static Row> {
    all().find(|row| row.name.eq_ignore_ascii_case(name))
}

pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    SIM.iter().chain(READINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(kind: Kind) -> String {
        match kind {
            Kind::Millis => "milliseconds".into(),
            Kind::Number => "number".into(),
            Kind::YesNo => "yes, no".into(),
            Kind::OneOf(words) => words.join(", "),
        }
    }

    fn table(rows: &[Row]) -> String {
        let counts = |row: &Row| match row.counts {
            Counts::AtOnce => "at once",
            Counts::FromTheNextStart => "at a start",
        };
        let line = |row: &Row| {
            let (name, factory, about) = (row.name, row.factory, row.about);
            format!("| `{name}` | {} | {factory} | {} | {about} |\n", words(row.kind), counts(row))
        };
        rows.iter().map(line).collect()
    }

    #[test]
    fn the_page_of_the_simulator_lists_every_setting() {
        let page = include_str!("../../../docs/simulator.md");
        for rows in [SIM, READINGS] {
            let wanted = table(rows);
            assert!(page.contains(&wanted), "docs/simulator.md lacks this table:\n{wanted}");
        }
    }

    #[test]
    fn no_name_stands_twice_and_each_table_is_in_order() {
        for rows in [SIM, READINGS] {
            assert!(rows.is_sorted_by_key(|row| row.name));
        }
        for row in all() {
            assert_eq!(all().filter(|other| other.name.eq_ignore_ascii_case(row.name)).count(), 1, "{}", row.name);
        }
    }
}
