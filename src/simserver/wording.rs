//! The return codes that this server gives, by name. Their texts and sources stand in the catalogue.

use crate::pair;

/// A return code of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(pub i32);

impl Code {
    pub fn text(self) -> &'static str {
        pair::code(self.0).map_or("Operation failed.", |code| code.text)
    }
}

pub(super) const READ_ONLY: Code = Code(10013);
pub(super) const BACKUP_ACTIVE: Code = Code(10019);
pub(super) const BAD_DIRECTORY: Code = Code(10024);
pub(super) const NO_DIRECTORY: Code = Code(10030);
pub(super) const LOG_DISK_FULL: Code = Code(10040);
pub(super) const DATABASE_READ_ONLY: Code = Code(10041);
pub(super) const NO_PARAMETER: Code = Code(11027);
pub(super) const PARAMETER_READ_ONLY: Code = Code(11028);
pub(super) const BAD_VALUE: Code = Code(11029);
pub(super) const NO_PRIVILEGE: Code = Code(13047);
pub(super) const NO_SWITCH_YET: Code = Code(14009);
pub(super) const NO_COPY_DIRECTORY: Code = Code(14522);
pub(super) const REFUSED: Code = Code(14539);
pub(super) const NO_BACKUP: Code = Code(14553);
pub(super) const SECONDARY_IS_READ_ONLY: Code = Code(10045);
pub(super) const ABORTED: Code = Code(10047);
pub(super) const UNCERTAIN: Code = Code(10089);
pub(super) const FAILED: Code = Code(14501);
pub(super) const COMMUNICATION: Code = Code(14503);
pub(super) const BAD_LOGIN: Code = Code(14505);
pub(super) const CLOSED: Code = Code(14506);
pub(super) const USERS_LOGGED_IN: Code = Code(14512);
pub(super) const BAD_USER_ID: Code = Code(14515);
pub(super) const BAD_USER_NAME: Code = Code(14516);
pub(super) const SWITCH_ACTIVE: Code = Code(14523);
pub(super) const OTHER_BASE: Code = Code(14524);
pub(super) const NOT_SYNCHRONIZED: Code = Code(14525);
pub(super) const NOT_HOTSTANDBY: Code = Code(14527);
pub(super) const INVALID_ARGUMENT: Code = Code(14526);
pub(super) const NOT_WHILE_CONNECTED: Code = Code(14550);
pub(super) const ALREADY_PRIMARY: Code = Code(14535);
pub(super) const ALREADY_SECONDARY: Code = Code(14536);
pub(super) const BROKEN: Code = Code(14537);
pub(super) const STANDALONE_CANNOT_SWITCH: Code = Code(14548);
pub(super) const BACKUP_SERVER: Code = Code(14552);
pub(super) const BOTH_PRIMARY: Code = Code(14700);
pub(super) const BOTH_SECONDARY: Code = Code(14701);
pub(super) const CATCHUP_ACTIVE: Code = Code(14702);
pub(super) const COPY_ACTIVE: Code = Code(14703);
pub(super) const COPY_ONLY_ALONE: Code = Code(14704);
pub(super) const NO_STANDALONE_HERE: Code = Code(14705);
pub(super) const NOT_IN_STANDALONE: Code = Code(14707);
pub(super) const NOT_IN_LOG: Code = Code(14708);
pub(super) const NO_CONNECT_STRING: Code = Code(14709);
pub(super) const CONFLICT: Code = Code(14710);
pub(super) const SHUTTING_DOWN: Code = Code(14711);
pub(super) const ONLY_ON_PRIMARY: Code = Code(14712);
pub(super) const NO_SERVER: Code = Code(21306);
pub(super) const ALREADY_CONNECTED: Code = Code(30750);
pub(super) const DISCONNECT_ACTIVE: Code = Code(30752);
pub(super) const BAD_HSB_COMMAND: Code = Code(30758);
pub(super) const ALREADY_BROKEN: Code = Code(30768);
pub(super) const CONNECTION_ACTIVE: Code = Code(30769);
pub(super) const DISK_FULL: Code = Code(11002);
pub(super) const DATABASE_FULL: Code = Code(11003);
pub(super) const IN_BACKUP_SERVER_MODE: Code = Code(14542);
pub(super) const VERSION_MISMATCH: Code = Code(10058);
pub(super) const ALREADY_STANDALONE: Code = Code(30774);
pub(super) const ALREADY_PRIMARY_ALONE: Code = Code(30782);
pub(super) const ALREADY_SECONDARY_ALONE: Code = Code(30783);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_is_given_stands_in_the_catalogue() {
        let numbers: Vec<i32> = include_str!("wording.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("pub(super) const ")?.split_once("= Code(")?.1.strip_suffix(");"))
            .map(|number| number.parse().expect("because a constant holds a number"))
            .collect();
        assert!(numbers.len() > 30, "{numbers:?}");
        for number in numbers {
            assert!(pair::code(number).is_some(), "{number}");
        }
    }
}
