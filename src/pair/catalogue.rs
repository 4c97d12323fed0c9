//! What is known of each command: its text, its arguments, what it answers. Names and literals only; what a command
//! does to the pair stands in `transition`.

use super::{Command, Source, Status};

/// One row of the catalogue.
#[derive(Debug)]
pub(super) struct Entry {
    pub command: Command,
    /// As the manuals write it, in small letters, words parted by one blank.
    pub text: &'static str,
    pub arguments: Arguments,
    pub reply: Reply,
    /// In one sentence.
    pub about: &'static str,
    pub source: Source,
}

/// What may follow the text; the word is what help calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arguments {
    None,
    Optional(&'static str),
    Required(&'static str),
}

/// What the answer with RC 0 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// What was asked for.
    Data,
    /// It is done.
    Done(&'static str),
    /// It has begun; the status shows how it fares.
    Started(&'static str, Option<Status>),
}

/// Fixed short names of first words. Source: 200 (`hsb`, `bak`), the others RCL.
pub(super) const ABBREVIATIONS: [(&str, &str); 12] = [
    ("hotstandby", "hsb"),
    ("bak", "backup"),
    ("mcp", "makecp"),
    ("sd", "shutdown"),
    ("sta", "status"),
    ("to", "throwout"),
    ("ul", "userlist"),
    ("ver", "version"),
    ("par", "parameter"),
    ("pmon", "perfmon"),
    ("clo", "close"),
    ("ope", "open"),
];

const fn row(
    command: Command,
    text: &'static str,
    arguments: Arguments,
    reply: Reply,
    about: &'static str,
    source: &'static str,
) -> Entry {
    Entry { command, text, arguments, reply, about, source: Source(source) }
}

use Arguments::{None as Bare, Optional, Required};
use Reply::{Data, Done, Started};

/// Every command, in the order of `Command`.
#[rustfmt::skip]
pub(super) const ALL: [Entry; 36] = [
    row(Command::Connect, "hsb connect", Bare,
        Started("Started the process of connecting the servers.", Some(Status::Link)),
        "Connects the two servers; after the catchup they are PRIMARY ACTIVE and SECONDARY ACTIVE.",
        "200 Connecting HotStandby servers; SRC 30763; SEED note step 8 (not on the newer Secondary)"),
    row(Command::Disconnect, "hsb disconnect", Bare,
        Started("Started the process of disconnecting the servers.", Some(Status::Link)),
        "Parts the two servers in good order: the Primary goes to PRIMARY ALONE, the Secondary to SECONDARY ALONE.",
        "200 Running the new primary in PRIMARY ALONE; SRC 30760"),
    row(Command::SwitchPrimary, "hsb switch primary", Bare,
        Started("Started the process of switching the role to primary.", Some(Status::Switch)),
        "Makes this Secondary the Primary, and the Primary the Secondary.",
        "200 Switching server states; SRC 30761"),
    row(Command::SwitchSecondary, "hsb switch secondary", Bare,
        Started("Started the process of switching the role to secondary.", Some(Status::Switch)),
        "Makes this Primary the Secondary; connected, the other server becomes the Primary.",
        "200 Switching server states; 7 HAG Watchdog sample; SRC 30762"),
    row(Command::SetPrimaryAlone, "hsb set primary alone", Bare,
        Done("HotStandby server set to PRIMARY ALONE."),
        "Makes this server accept writes on its own; it does not look whether the other one does so too.",
        "200 HAC actions; SRC 30507"),
    row(Command::SetSecondaryAlone, "hsb set secondary alone", Bare,
        Done("HotStandby server set to SECONDARY ALONE"),
        "Makes this server a Secondary that is not connected.",
        "200 HotStandby server states; SRC 30508"),
    row(Command::SetStandalone, "hsb set standalone", Bare,
        Done("HotStandby server is set to STANDALONE."),
        "Lets this server work without HotStandby: it keeps no log for the other one, which then needs a full copy.",
        "200 Bringing the secondary back online; SRC 30759"),
    row(Command::Netcopy, "hsb netcopy", Bare,
        Started("Copy started.", Some(Status::Copy)),
        "Copies the whole database over the one of the running other server.",
        "100,200 Copying a primary database; SEED; SRC 30764; which literal netcopy uses INF"),
    row(Command::Copy, "hsb copy", Optional("directory"),
        Started("Copy started.", Some(Status::Copy)),
        "Copies the database files to a directory, for a Secondary that is down.",
        "200 Copying a database file; SRC 30764"),
    row(Command::State, "hsb state", Bare, Data,
        "The state of this server.",
        "100,200 HotStandby server states"),
    row(Command::Role, "hsb role", Bare, Data,
        "The role of this server: PRIMARY, SECONDARY or STANDALONE.",
        "RCL; role names SRC"),
    row(Command::StatusConnect, "hsb status connect", Bare, Data,
        "Whether the two servers are connected.",
        "200 Displaying connect status information; SRC"),
    row(Command::StatusSwitch, "hsb status switch", Bare, Data,
        "How the last switch of the roles went.",
        "7 Checking HotStandby status"),
    row(Command::StatusCatchup, "hsb status catchup", Bare, Data,
        "Whether a catchup is going on.",
        "7,100 Checking HotStandby status"),
    row(Command::StatusCopy, "hsb status copy", Bare, Data,
        "How the last copy or netcopy from this server went.",
        "7,100 Checking HotStandby status"),
    row(Command::Cominfo, "hsb cominfo", Bare, Data,
        "The connect string to the other server; no proof that they are connected.",
        "200 Reconnecting to primary servers"),
    row(Command::Logpos, "hsb logpos", Bare, Data,
        "The position in the log, to be compared as text with the other server's while both are SECONDARY ALONE.",
        "200 Choosing which server to make primary; SRC"),
    row(Command::HsbParameter, "hsb parameter", Required("connect STRING"),
        Done("Parameter Connect is set to '%s'."),
        "Sets the connect string to the other server.",
        "100,200 HOTSTANDBY; SRC 30767"),
    row(Command::Shutdown, "shutdown", Bare, Done(""),
        "Stops the server; refused while users are logged in.",
        "100 AG; 200 Shutting down"),
    row(Command::ShutdownForce, "shutdown force", Bare, Done(""),
        "Throws all users out, aborts their transactions and stops the server.",
        "100,200; SEED"),
    row(Command::Close, "close", Bare, Done("No new connections allowed."),
        "Refuses new connections; those that exist stay.",
        "100,200; SRC 30015"),
    row(Command::Open, "open", Bare, Done("New connections allowed."),
        "Takes new connections again.",
        "100,200; SRC 30013"),
    row(Command::Throwout, "throwout", Required("user or all"), Done(""),
        "Drops sessions and rolls back their transactions.",
        "100,200"),
    row(Command::Userlist, "userlist", Bare, Data,
        "The sessions of this server.",
        "200; layout RCL"),
    row(Command::Version, "version", Bare, Data,
        "The version of the running software.",
        "200; layout RCL"),
    row(Command::Pid, "pid", Bare, Data,
        "The process id of the server.",
        "200; layout RCL"),
    row(Command::ServerStatus, "status", Bare, Data,
        "The server's report of itself: since when, memory, database and log size, users.",
        "200; lines RCL"),
    row(Command::Info, "info", Optional("option"), Data,
        "Single facts of the server, such as `primarystarttime`.",
        "100 Displaying role start time; RCL"),
    row(Command::Backup, "backup", Optional("[-s] directory"),
        Started("Backup started.", None),
        "Makes a checkpoint and copies the database files, by default deleting the logs that it copied.",
        "100 AG What happens during backup; literal INF"),
    row(Command::StatusBackup, "status backup", Bare, Data,
        "How the last backup went.",
        "RCL"),
    row(Command::Makecp, "makecp", Bare, Done("Checkpoint made."),
        "Makes a checkpoint.",
        "SRC refusals; literal INF"),
    row(Command::Perfmon, "perfmon", Optional("option"), Data,
        "Counters of the server, those of HotStandby among them.",
        "SRC names; EXP usage"),
    row(Command::Parameter, "parameter", Optional("SECTION.NAME=VALUE"),
        Done("Parameter %s is set to %s."),
        "Shows a parameter of solid.ini, or sets it at run time.",
        "7; SRC 30785"),
    row(Command::Describe, "describe", Optional("parameter SECTION.NAME"), Data,
        "What a parameter is, and whether it can be set at run time.",
        "200"),
    row(Command::Errorcode, "errorcode", Required("number"), Data,
        "The text of a return code.",
        "200 grammar"),
    row(Command::Help, "help", Optional("command"), Data,
        "The commands of this server.",
        "200; 7"),
];
