//! `parameter`, `describe` and `hsb parameter`: what stands in `solid.ini`, shown and changed at run time.

use super::{Reply, done, refused};
use crate::pair::Command;
use crate::simserver::config::{Address, Counts, simulator_settings};
use crate::simserver::ini::Ini;
use crate::simserver::server::Server;
use crate::simserver::wording::{self, Code};

/// When a change takes effect. Source: 100 HAG parameters (access modes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    ReadOnly,
    AtOnce,
    AtNextStart,
}

impl Access {
    fn word(self) -> &'static str {
        match self {
            Access::ReadOnly => "RO",
            Access::AtOnce => "RW",
            Access::AtNextStart => "RW/Startup",
        }
    }
}

#[derive(Debug)]
struct Parameter {
    section: &'static str,
    name: &'static str,
    access: Access,
    factory: &'static str,
    about: &'static str,
}

const fn row(
    section: &'static str,
    name: &'static str,
    access: Access,
    factory: &'static str,
    about: &'static str,
) -> Parameter {
    Parameter { section, name, access, factory, about }
}

use Access::{AtNextStart, AtOnce, ReadOnly};

/// Source: section 5 of the facts. Those marked so are shown and kept, and change nothing here.
#[rustfmt::skip]
const PARAMETERS: &[Parameter] = &[
    row("Com", "Listen", AtNextStart, "", "Where clients and the other server connect."),
    row("General", "BackupDeleteLog", AtOnce, "yes", "Whether a backup deletes the log that it copied."),
    row("General", "BackupDirectory", AtOnce, "backup", "Where a backup goes that is given no directory."),
    row("General", "ReadOnly", AtNextStart, "no", "Whether the database refuses every write."),
    row("HotStandby", "1SafeMaxDelay", AtOnce, "5000", "One-safe: milliseconds that a commit may wait before it goes to the Secondary."),
    row("HotStandby", "2SafeAckPolicy", AtOnce, "1", "Two-safe: when the Secondary has a commit; 1 when it has received it, 2 and 3 when it has executed and written it."),
    row("HotStandby", "AutoPrimaryAlone", AtOnce, "no", "Whether a Primary that loses its Secondary serves on by itself."),
    row("HotStandby", "CatchupSpeedRate", AtOnce, "70", "Without effect here; see CatchupRate in [Sim]."),
    row("HotStandby", "Connect", AtOnce, "", "The connect string of the other server."),
    row("HotStandby", "ConnectTimeout", AtOnce, "0", "Without effect here."),
    row("HotStandby", "CopyDirectory", AtOnce, "", "Where `hsb copy` goes that is given no directory."),
    row("HotStandby", "HSBEnabled", AtNextStart, "no", "Whether this is a HotStandby server."),
    row("HotStandby", "MaxLogSize", AtOnce, "0", "Bytes of log at which PRIMARY ALONE becomes STANDALONE; 0: no limit."),
    row("HotStandby", "NetcopyRpcTimeout", AtOnce, "30000", "Milliseconds of silence that end a netcopy."),
    row("HotStandby", "PingInterval", AtOnce, "1000", "Milliseconds between two signs of life."),
    row("HotStandby", "PingTimeout", AtOnce, "4000", "Milliseconds of silence that break the link."),
    row("HotStandby", "SafenessLevel", AtOnce, "2safe", "Whether a commit waits for the Secondary: 2safe it does, 1safe it does not; auto: see Logging.DurabilityLevel."),
    row("IndexFile", "FileSpec_1", AtNextStart, "solid.db 2147483647", "The file of the database and its greatest size in bytes; FileSpec_2 and so on stand beside it."),
    row("Logging", "DurabilityLevel", AtOnce, "2", "1 relaxed: a commit is acknowledged before it is written; 3 strict: after; 2 adaptive: relaxed in PRIMARY ACTIVE alone."),
    row("Logging", "LogEnabled", ReadOnly, "yes", "A HotStandby server does not start without its log."),
    row("Logging", "RelaxedMaxDelay", AtOnce, "5000", "Relaxed: milliseconds after which a commit is written at the latest."),
    row("Srv", "ReadThreadMode", ReadOnly, "2", "A HotStandby server starts with 2 alone."),
];

/// `parameter`, `parameter SECTION`, `parameter SECTION.NAME`, `parameter SECTION.NAME=VALUE`.
pub(super) fn parameter(server: &Server, argument: &str) -> Reply {
    if let Some((name, value)) = argument.split_once('=') {
        return match change(server, name.trim(), value.trim().trim_matches(['"', '\''])) {
            Ok(text) => vec![(0, text)],
            Err(code) => refused(code),
        };
    }
    let lines: Reply = all()
        .filter(|row| row.is_named(argument))
        .map(|row| (0, format!("{}.{}={}", row.section, row.name, row.value(server))))
        .collect();
    if lines.is_empty() { refused(wording::NO_PARAMETER) } else { lines }
}

/// `describe parameter SECTION.NAME`
pub(super) fn describe(server: &Server, argument: &str) -> Reply {
    let words: Vec<&str> = argument.split_whitespace().collect();
    let wanted = match words[..] {
        [] => "",
        [word, name] if word.eq_ignore_ascii_case("parameter") => name,
        _ => return refused(wording::INVALID_ARGUMENT),
    };
    let found: Vec<Parameter> = all().filter(|row| row.is_named(wanted)).collect();
    if found.is_empty() {
        return refused(wording::NO_PARAMETER);
    }
    let lines = found.iter().flat_map(|row| {
        [
            format!("{}.{}: {}", row.section, row.name, row.about),
            format!("access {}, factory value '{}', value '{}'", row.access.word(), row.factory, row.value(server)),
        ]
    });
    lines.map(|line| (0, line)).collect()
}

/// `hsb parameter connect STRING`: at run time alone. Source: 100,200 HOTSTANDBY; 14550 RCL.
pub(super) fn set_connect(server: &Server, argument: &str) -> Reply {
    let (name, value) = argument.split_once(' ').unwrap_or((argument, ""));
    let value = value.trim().trim_matches(['"', '\'']);
    if !name.eq_ignore_ascii_case("connect") || Address::parse(value).is_err() {
        return refused(wording::INVALID_ARGUMENT);
    }
    match connect_may_change(server) {
        Ok(()) => {
            server.hsb().connect = Some(value.to_owned());
            let rows = done(Command::HsbParameter);
            rows.into_iter().map(|(rc, text)| (rc, text.replace("%s", value))).collect()
        }
        Err(code) => refused(code),
    }
}

fn connect_may_change(server: &Server) -> Result<(), Code> {
    let hsb = server.hsb();
    if hsb.connected() || hsb.busy.is_some() { Err(wording::NOT_WHILE_CONNECTED) } else { Ok(()) }
}

/// Takes effect and is kept in `solid.ini`, where nothing else is touched. Source: 7; literal SRC 30785.
fn change(server: &Server, name: &str, value: &str) -> Result<String, Code> {
    let row = all().find(|row| row.is_called(name)).ok_or(wording::NO_PARAMETER)?;
    if row.access == Access::ReadOnly {
        return Err(wording::PARAMETER_READ_ONLY);
    }
    let is_connect = (row.section, row.name) == ("HotStandby", "Connect");
    if is_connect {
        connect_may_change(server)?;
    }
    server.change_setting(row.section, row.name, value).map_err(|_| wording::BAD_VALUE)?;
    if is_connect {
        server.hsb().connect = Some(value.to_owned());
    }
    let text = Command::Parameter.success().unwrap_or_default();
    Ok(text.replacen("%s", &format!("{}.{}", row.section, row.name), 1).replacen("%s", value, 1))
}

fn all() -> impl Iterator<Item = Parameter> {
    let listed = PARAMETERS.iter().map(|one| row(one.section, one.name, one.access, one.factory, one.about));
    listed.chain(simulator_settings().map(|setting| {
        let access = match setting.counts {
            Counts::AtOnce => AtOnce,
            Counts::FromTheNextStart => AtNextStart,
        };
        row("Sim", setting.name, access, setting.factory, setting.about)
    }))
}

impl Parameter {
    /// Whether it is that one, of that section, or nothing is asked.
    fn is_named(&self, wanted: &str) -> bool {
        wanted.is_empty() || self.section.eq_ignore_ascii_case(wanted) || self.is_called(wanted)
    }

    fn is_called(&self, wanted: &str) -> bool {
        wanted.split_once('.').is_some_and(|(section, name)| {
            self.section.eq_ignore_ascii_case(section.trim()) && self.name.eq_ignore_ascii_case(name.trim())
        })
    }

    fn value(&self, server: &Server) -> String {
        let ini = Ini::parse(&server.config().text).unwrap_or_default();
        ini.find(self.section, self.name).map_or_else(|| self.factory.to_owned(), |entry| entry.value.clone())
    }
}
