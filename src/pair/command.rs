//! The commands of a server, and how their texts are recognised. What is known of each stands in `catalogue`.

use std::time::Duration;

use super::catalogue::{self, Arguments, Entry, Reply};
use super::{Source, Status};

/// A command of the catalogue (`ADMIN COMMAND '…'`). Status questions are commands too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    Connect,
    Disconnect,
    SwitchPrimary,
    SwitchSecondary,
    SetPrimaryAlone,
    SetSecondaryAlone,
    SetStandalone,
    Netcopy,
    Copy,
    State,
    Role,
    StatusConnect,
    StatusSwitch,
    StatusCatchup,
    StatusCopy,
    Cominfo,
    Logpos,
    HsbParameter,
    Shutdown,
    ShutdownForce,
    Close,
    Open,
    Throwout,
    Userlist,
    Version,
    Pid,
    /// `status`: the server's own report, not one of the `hsb status` questions.
    ServerStatus,
    Info,
    Backup,
    StatusBackup,
    Makecp,
    Perfmon,
    Parameter,
    Describe,
    Errorcode,
    Help,
}

/// What a runbook does to a server, as the pair sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    Admin(Command),
    Start(StartOptions),
    /// The software is replaced.
    Install,
}

/// The `-x` options of a start that change what it does to the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StartOptions {
    pub autoconvert: bool,
    pub backupserver: bool,
}

/// A time-out of the servers, at its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// As `solid.ini` calls it.
    pub setting: &'static str,
    pub limit: Duration,
    pub source: Source,
}

const PING: Patience = Patience {
    setting: "HotStandby.PingTimeout",
    limit: Duration::from_secs(4),
    source: Source("7 HotStandby parameters; that it bounds these commands INF"),
};
const NETCOPY_RPC: Patience = Patience {
    setting: "HotStandby.NetcopyRpcTimeout",
    limit: Duration::from_secs(30),
    source: Source("200; default RCL"),
};

impl StartOptions {
    /// Reads them off the words after `-x`; other options change nothing for the pair.
    #[must_use]
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> StartOptions {
        words.into_iter().fold(StartOptions::default(), |options, word| StartOptions {
            autoconvert: options.autoconvert || word.eq_ignore_ascii_case("autoconvert"),
            backupserver: options.backupserver || word.eq_ignore_ascii_case("backupserver"),
        })
    }
}

impl Command {
    /// The command of that text, with or without its arguments, whatever its case and blanks; the abbreviations of the
    /// manuals are known. Source: 200 "ADMIN COMMAND syntax" (abbreviations), 7 and 200 (case); SEED step 10 (a blank
    /// in front).
    #[must_use]
    pub fn lookup(text: &str) -> Option<Command> {
        Command::with_argument(text).map(|(command, _)| command)
    }

    /// The command of that text, and its arguments as written, joined by single blanks.
    #[must_use]
    pub fn with_argument(text: &str) -> Option<(Command, String)> {
        let spelled = spelled_out(text);
        if let Some(asked) = spelled.strip_suffix(" help")
            && is_first_word(asked.split(' ').next().unwrap_or_default())
        {
            return Some((Command::Help, asked.to_owned()));
        }
        let entry =
            catalogue::ALL.iter().filter(|entry| takes(entry, &spelled)).max_by_key(|entry| entry.text.len())?;
        let own_words = entry.text.split(' ').count();
        let arguments: Vec<&str> = text.split_whitespace().skip(own_words).collect();
        Some((entry.command, arguments.join(" ")))
    }

    /// The texts of all commands, for "did you mean".
    pub fn texts() -> impl Iterator<Item = &'static str> {
        catalogue::ALL.iter().map(|entry| entry.text)
    }

    /// Every command, in the order of the catalogue.
    pub fn all() -> impl Iterator<Item = Command> {
        catalogue::ALL.iter().map(|entry| entry.command)
    }

    /// As the manuals write it: `hsb connect`.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.entry().text
    }

    /// What it asks for or does, in one sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.entry().about
    }

    /// What the server answers, with RC 0, when it did it or started it; `%s` stands for a value. None where the answer
    /// is data.
    #[must_use]
    pub fn success(self) -> Option<&'static str> {
        match self.entry().reply {
            Reply::Done(text) | Reply::Started(text, _) => Some(text),
            Reply::Data => None,
        }
    }

    /// The reply says only that it was started.
    #[must_use]
    pub fn is_asynchronous(self) -> bool {
        matches!(self.entry().reply, Reply::Started(..))
    }

    /// The status that shows how an asynchronous command fares; none where the reply means that it is done, and for
    /// `backup`, which has a status command of its own (`status backup`).
    #[must_use]
    pub fn shown_by(self) -> Option<Status> {
        match self.entry().reply {
            Reply::Started(_, status) => status,
            Reply::Done(_) | Reply::Data => None,
        }
    }

    /// Only asks, and changes nothing.
    #[must_use]
    pub fn is_query(self) -> bool {
        self.entry().reply == Reply::Data
    }

    /// Makes its server accept writes.
    #[must_use]
    pub fn promotes(self) -> bool {
        matches!(self, Command::SetPrimaryAlone | Command::SetStandalone | Command::SwitchPrimary)
    }

    /// Starts with `hsb`: answered with 14527 by a server that is no HotStandby server. Source: 100.
    #[must_use]
    pub fn is_hotstandby(self) -> bool {
        self.text().starts_with("hsb ")
    }

    /// What the manuals say to use instead, where they call it deprecated.
    #[must_use]
    pub fn deprecated(self) -> Option<&'static str> {
        (self == Command::Copy).then_some("hsb netcopy")
    }

    /// How long the servers themselves may take before they find that it fails; none where nothing is known, or where
    /// they take as long as it needs.
    #[must_use]
    pub fn patience(self) -> Option<Patience> {
        match self {
            Command::Netcopy => Some(NETCOPY_RPC),
            Command::Connect | Command::Disconnect | Command::SwitchPrimary | Command::SwitchSecondary => Some(PING),
            Command::SetPrimaryAlone
            | Command::SetSecondaryAlone
            | Command::SetStandalone
            | Command::Copy
            | Command::State
            | Command::Role
            | Command::StatusConnect
            | Command::StatusSwitch
            | Command::StatusCatchup
            | Command::StatusCopy
            | Command::Cominfo
            | Command::Logpos
            | Command::HsbParameter
            | Command::Shutdown
            | Command::ShutdownForce
            | Command::Close
            | Command::Open
            | Command::Throwout
            | Command::Userlist
            | Command::Version
            | Command::Pid
            | Command::ServerStatus
            | Command::Info
            | Command::Backup
            | Command::StatusBackup
            | Command::Makecp
            | Command::Perfmon
            | Command::Parameter
            | Command::Describe
            | Command::Errorcode
            | Command::Help => None,
        }
    }

    #[must_use]
    pub fn arguments(self) -> Arguments {
        self.entry().arguments
    }

    #[must_use]
    pub fn source(self) -> Source {
        self.entry().source
    }

    fn entry(self) -> &'static Entry {
        &catalogue::ALL[self as usize]
    }
}

/// In small letters, abbreviations written out, words parted by one blank.
fn spelled_out(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut spelled = words.next().unwrap_or_default().to_lowercase();
    if let Some((_, long)) = catalogue::ABBREVIATIONS.iter().find(|(short, _)| *short == spelled) {
        spelled = (*long).to_owned();
    }
    for word in words {
        spelled.push(' ');
        spelled.push_str(&word.to_lowercase());
    }
    spelled
}

fn is_first_word(word: &str) -> bool {
    Command::texts().any(|text| text.split(' ').next() == Some(word))
}

/// Whether a text that is spelled out is this command with as many arguments as it takes.
fn takes(entry: &Entry, spelled: &str) -> bool {
    let Some(rest) = spelled.strip_prefix(entry.text) else { return false };
    match entry.arguments {
        Arguments::None => rest.is_empty(),
        Arguments::Optional(_) => rest.is_empty() || rest.starts_with(' '),
        Arguments::Required(_) => rest.starts_with(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_the_catalogue_finds_its_own_command() {
        for command in Command::all() {
            let text = match command.arguments() {
                Arguments::Required(_) => format!("{} x", command.text()),
                Arguments::None | Arguments::Optional(_) => command.text().to_owned(),
            };
            assert_eq!(Command::lookup(&text), Some(command), "{text}");
        }
    }

    #[test]
    fn the_catalogue_stands_in_the_order_of_the_commands() {
        for (at, entry) in catalogue::ALL.iter().enumerate() {
            assert_eq!(entry.command as usize, at, "{}", entry.text);
        }
    }

    #[test]
    fn case_blanks_and_abbreviations_do_not_matter() {
        assert_eq!(Command::lookup(" hsb switch primary"), Some(Command::SwitchPrimary));
        assert_eq!(Command::lookup("hsb  Set\tPrimary\nAlone "), Some(Command::SetPrimaryAlone));
        assert_eq!(Command::lookup("HotStandby state"), Some(Command::State));
        assert_eq!(Command::lookup("sd force"), Some(Command::ShutdownForce));
        assert_eq!(Command::lookup("mcp"), Some(Command::Makecp));
        assert_eq!(Command::lookup("pmon -c"), Some(Command::Perfmon));
    }

    #[test]
    fn arguments_are_told_from_the_command() {
        let found = Command::with_argument;
        assert_eq!(found("hsb copy /var/Copy"), Some((Command::Copy, "/var/Copy".to_owned())));
        assert_eq!(found("throwout all"), Some((Command::Throwout, "all".to_owned())));
        assert_eq!(found("errorcode 14704"), Some((Command::Errorcode, "14704".to_owned())));
        assert_eq!(found("backup dir"), Some((Command::Backup, "dir".to_owned())));
        assert_eq!(found("status backup"), Some((Command::StatusBackup, String::new())));
        assert_eq!(found("hsb help"), Some((Command::Help, "hsb".to_owned())));
    }

    #[test]
    fn what_is_no_command_is_not_found() {
        for text in ["", "hsb", "hsb conect", "hsb connect now", "errorcode", "throwout", "hsb logspace", "'hsb state'"]
        {
            assert_eq!(Command::lookup(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_only_asks_promotes_nothing_and_is_shown_by_nothing() {
        for command in Command::all().filter(|command| command.is_query()) {
            assert!(!command.promotes() && command.shown_by().is_none(), "{}", command.text());
        }
    }

    #[test]
    fn every_row_of_the_catalogue_has_a_source() {
        for command in Command::all() {
            assert!(command.source().confidence().is_some(), "{}", command.text());
            assert!(command.patience().is_none_or(|patience| patience.source.confidence().is_some()));
        }
    }
}
