//! Numbered lines of a server's log (`solmsg.out`).

use super::super::Source;

/// A line that a server writes to its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    pub number: i32,
    /// `%s` stands for a value. Where the literal is not known, what it says.
    pub text: &'static str,
    pub source: Source,
}

/// The message of that number.
#[must_use]
pub fn message(number: i32) -> Option<&'static Message> {
    ALL.iter().find(|row| row.number == number)
}

/// Every message, by number.
#[must_use]
pub fn messages() -> &'static [Message] {
    ALL
}

const fn row(number: i32, text: &'static str, source: &'static str) -> Message {
    Message { number, text, source: Source(source) }
}

const ALL: &[Message] = &[
    row(30013, "New connections allowed.", "SRC"),
    row(30015, "No new connections allowed.", "SRC"),
    row(30102, "User '%s' issued a shutdown.", "SRC number; wording INF"),
    row(30105, "%s is shut down", "SRC"),
    row(30144, "Server in backupserver mode. Operation refused", "SRC"),
    row(30151, "Database started.", "SRC"),
    row(30201, "Database converted successfully.", "SRC"),
    row(30203, "Converting database ...", "SRC"),
    row(
        30204,
        "Database is of an older version and must be converted: start with -x convert.",
        "SRC number; wording INF",
    ),
    row(30206, "Database does not exist.", "SRC number; wording INF"),
    row(30230, "Recovery of the database started.", "SRC number; wording INF"),
    row(30232, "Recovery of the database completed.", "SRC number; wording INF"),
    row(30254, "Database is a broken HSB copy or netcopy database.", "SRC"),
    row(30280, "Checkpoint creation started.", "SRC number; wording INF"),
    row(30281, "Checkpoint creation completed.", "SRC number; wording INF"),
    row(30300, "Backup started.", "SRC number; wording INF"),
    row(30302, "Backup completed.", "SRC range 30300-30307; this number INF"),
    row(30303, "Backup failed. %s", "SRC range 30300-30307; this number INF"),
    row(30500, "Started as a HotStandby primary", "SRC"),
    row(30501, "Started as a HotStandby secondary", "SRC"),
    row(30502, "Database was not shut down properly, starting as a HotStandby secondary", "SRC number; wording INF"),
    row(30503, "Forcing HotStandby primary to start as a secondary", "SRC"),
    row(30504, "HotStandby role switched to secondary.", "SRC number; wording INF"),
    row(30505, "HotStandby role switched to primary.", "SRC number; wording INF"),
    row(30507, "HotStandby server set to PRIMARY ALONE.", "SRC"),
    row(30508, "HotStandby server set to SECONDARY ALONE", "SRC"),
    row(30509, "HotStandby switch to secondary failed with error %d.", "SRC number; wording INF"),
    row(30510, "HotStandby switch to primary failed with error %d.", "SRC number; wording INF"),
    row(30511, "Failed to start HotStandby, error %d.", "SRC number; wording INF"),
    row(30514, "Both databases are primary, starting as a secondary.", "SRC number; wording INF"),
    row(30515, "Both databases are primary.", "SRC number; wording INF"),
    row(30516, "HotStandby connection rejected with error %d.", "SRC number; wording INF"),
    row(30518, "HotStandby role switched to standalone.", "SRC number; wording INF"),
    row(30530, "Sending catchup data.", "SRC number; wording INF"),
    row(30531, "HotStandby catchup completed successfully", "SRC"),
    row(30532, "HotStandby catchup ended abnormally, status %d.", "SRC number; wording INF"),
    row(30533, "HotStandby catchup cannot be started, a full synchronization is required.", "SRC number; wording INF"),
    row(30534, "HotStandby catchup ended abnormally, error %d.", "SRC number; wording INF"),
    row(30535, "HotStandby catchup ended abnormally, communication error.", "SRC number; wording INF"),
    row(30536, "HotStandby catchup ended abnormally, error %d.", "SRC number; wording INF"),
    row(30537, "HotStandby catchup ended abnormally, error %d in the secondary.", "SRC number; wording INF"),
    row(30538, "Catchup size is greater than the configured maximum, stopping HotStandby.", "SRC number; wording INF"),
    row(30539, "File error in HotStandby catchup.", "SRC number; wording INF"),
    row(30540, "Receiving catchup data.", "SRC number; wording INF"),
    row(30541, "HotStandby log is corrupt; restart the secondary and run netcopy.", "SRC number; wording INF"),
    row(30550, "HotStandby connection to the secondary is broken.", "SRC number; wording INF"),
    row(30551, "HotStandby connected.", "SRC number; wording INF"),
    row(30552, "HotStandby connected to the primary.", "SRC number; wording INF"),
    row(30553, "HotStandby connected to the secondary.", "SRC number; wording INF"),
    row(
        30554,
        "HotStandby connection broke with an open transaction; the operator must resolve it.",
        "SRC number; wording INF",
    ),
    row(30555, "HotStandby ping timeout", "SRC"),
    row(30557, "HotStandby databases are not properly synchronized.", "SRC number; wording INF"),
    row(30558, "HotStandby connection timed out.", "SRC number; wording INF"),
    row(30570, "Network backup completed.", "SRC"),
    row(30571, "Started to receive network backup.", "SRC"),
    row(30572, "Database started using a HotStandby copy/netcopy.", "SRC"),
    row(30573, "Network backup failed. %s", "SRC"),
    row(30583, "HotStandby copy failed. %s", "SRC"),
    row(30585, "Database starts to listen for netcopy.", "SRC"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_a_source_and_the_numbers_rise() {
        for row in messages() {
            assert!(row.source.confidence().is_some(), "{} has no source", row.number);
        }
        assert!(messages().is_sorted_by_key(|row| row.number));
    }
}
