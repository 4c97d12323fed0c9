//! What the server answers besides the replies of the catalogue: refusals and errors, code and text.
//!
//! Source: section 4 of the facts; `SRC` and `7` unless said at the code.

/// A code of the vendor and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(pub i32, pub &'static str);

pub(super) const SECONDARY_IS_READ_ONLY: Code =
    Code(10045, "This operation cannot be executed on a HotStandby Secondary server.");
pub(super) const FAILED: Code = Code(14501, "Operation failed.");
pub(super) const COMMUNICATION: Code = Code(14503, "Communication error.");
pub(super) const BAD_LOGIN: Code = Code(14505, "Illegal user name or password.");
pub(super) const CLOSED: Code = Code(14506, "The server is closed, no new connections allowed");
pub(super) const USERS_LOGGED_IN: Code = Code(14512, "Users are logged in.");
pub(super) const BAD_USER_ID: Code = Code(14515, "Invalid user id.");
pub(super) const BAD_USER_NAME: Code = Code(14516, "Invalid user name.");
pub(super) const SWITCH_ACTIVE: Code = Code(14523, "Switch process is already active.");
pub(super) const OTHER_BASE: Code =
    Code(14524, "HotStandby databases have a different base database, database time stamps are different.");
pub(super) const NOT_SYNCHRONIZED: Code = Code(14525, "HotStandby databases are not properly synchronized.");
pub(super) const NOT_HOTSTANDBY: Code = Code(14527, "This is a non-HotStandby Server");
pub(super) const ALREADY_PRIMARY: Code = Code(14535, "Server is already a primary server.");
pub(super) const ALREADY_SECONDARY: Code = Code(14536, "Server is already a secondary server.");
pub(super) const BROKEN: Code = Code(14537, "BROKEN");
pub(super) const STANDALONE_CANNOT_SWITCH: Code = Code(14548, "Switch failed. The server is standalone.");
pub(super) const BACKUP_SERVER: Code = Code(14552, "Server is in backup server mode, no connections are allowed.");
pub(super) const BOTH_PRIMARY: Code = Code(14700, "Rejected connection, both servers in PRIMARY role.");
pub(super) const BOTH_SECONDARY: Code = Code(14701, "Rejected connection, both servers in SECONDARY role.");
pub(super) const CATCHUP_ACTIVE: Code = Code(14702, "Operation failed, catchup is active.");
pub(super) const COPY_ACTIVE: Code = Code(14703, "Operation failed, copy is active.");
pub(super) const COPY_ONLY_ALONE: Code =
    Code(14704, "HotStandby copy or netcopy is only allowed when primary is in alone state");
pub(super) const NO_STANDALONE_HERE: Code = Code(14705, "Setting to STANDALONE is not allowed in this state.");
pub(super) const NOT_IN_STANDALONE: Code = Code(14707, "Operation not allowed in the STANDALONE state.");
pub(super) const NOT_IN_LOG: Code = Code(14708, "Catchup failed, catchup position was not found from log files.");
pub(super) const NO_CONNECT_STRING: Code = Code(14709, "Hot Standby enabled, but connection string is not defined.");
pub(super) const CONFLICT: Code = Code(14710, "Hot Standby admin command conflict with an incoming admin command.");
pub(super) const SHUTTING_DOWN: Code = Code(14711, "Failed because server is shutting down.");
pub(super) const ONLY_ON_PRIMARY: Code = Code(14712, "Server is secondary. Use primary server for this operation");
pub(super) const NO_SERVER: Code = Code(21306, "Server not found, connection failed.");
pub(super) const ALREADY_CONNECTED: Code = Code(30750, "HotStandby connection is already active.");
pub(super) const DISCONNECT_ACTIVE: Code = Code(30752, "Operation failed, disconnect is active.");
pub(super) const BAD_HSB_COMMAND: Code = Code(30758, "Bad Hot Standby command.");
pub(super) const ALREADY_BROKEN: Code = Code(30768, "HotStandby connection is already broken.");
pub(super) const CONNECTION_ACTIVE: Code =
    Code(30769, "Operation failed, because connection between the servers is active.");
pub(super) const WRITE_FAILED: Code = Code(11002, "Disk full, or the file cannot be written.");
pub(super) const VERSION_MISMATCH: Code = Code(10058, "Database version does not match with SOLID version.");
pub(super) const IN_BACKUP_SERVER_MODE: Code = Code(14542, "Server in backupserver mode. Operation refused");
pub(super) const ALREADY_STANDALONE: Code = Code(30774, "Server is already STANDALONE.");
pub(super) const ALREADY_PRIMARY_ALONE: Code = Code(30782, "Server is already set to primary alone.");
pub(super) const ALREADY_SECONDARY_ALONE: Code = Code(30783, "Server is already set to secondary alone.");

/// Status values. Source: 200 "Displaying connect status information"; 7 "Checking HotStandby status".
pub(super) const STATUS_ACTIVE: Code = Code(14003, "ACTIVE");
pub(super) const STATUS_CONNECTING: Code = Code(14007, "CONNECTING");
pub(super) const STATUS_CATCHUP: Code = Code(14008, "CATCHUP");
pub(super) const STATUS_NO_SWITCH: Code = Code(14009, "NO SERVER SWITCH OCCURRED BEFORE");
pub(super) const STATUS_DISCONNECTING: Code = Code(14010, "DISCONNECTING");

/// What a peer refuses with, by its number.
pub(super) fn by_number(number: i32) -> Code {
    let known = [
        FAILED,
        COMMUNICATION,
        SWITCH_ACTIVE,
        OTHER_BASE,
        NOT_SYNCHRONIZED,
        NOT_HOTSTANDBY,
        IN_BACKUP_SERVER_MODE,
        BOTH_PRIMARY,
        BOTH_SECONDARY,
        CATCHUP_ACTIVE,
        COPY_ACTIVE,
        NOT_IN_STANDALONE,
        NOT_IN_LOG,
        CONFLICT,
    ];
    known.into_iter().find(|code| code.0 == number).unwrap_or(Code(number, "Operation failed."))
}
