//! What a server reads from its `solid.ini`: its port, its peer, and in `[Sim]` how long things take.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Stop;
use super::ini::{Ini, wrong};
use super::stop::exit;

/// The settings of one server.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub dir: PathBuf,
    /// Clients and the peer connect here, on 127.0.0.1.
    pub port: u16,
    /// `HotStandby.HSBEnabled`; factory value no.
    pub hotstandby: bool,
    /// `HotStandby.Connect`: the connect string of the peer.
    pub connect: Option<String>,
    /// `HotStandby.AutoPrimaryAlone`; factory value no.
    pub auto_primary_alone: bool,
    /// `HotStandby.PingInterval`, `HotStandby.PingTimeout`: how the link is watched.
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// `HotStandby.NetcopyRpcTimeout`: a netcopy fails when the other server is silent for so long.
    pub netcopy_rpc_timeout: Duration,
    pub sim: Sim,
}

/// `[Sim]`: what a real server takes from its data and its disks.
#[derive(Debug, Clone)]
pub(super) struct Sim {
    /// Between the reply to an asynchronous command and its beginning; the statuses show the previous operation.
    pub accept_delay: Duration,
    pub connect_delay: Duration,
    pub disconnect_delay: Duration,
    /// A catchup lasts at least so long.
    pub catchup_delay: Duration,
    /// Transactions a second in a catchup; 0: as fast as it goes.
    pub catchup_rate: u64,
    pub switch_delay: Duration,
    /// A netcopy lasts at least so long.
    pub netcopy_delay: Duration,
    /// Kilobytes a second; 0: as fast as it goes.
    pub netcopy_rate: u64,
    pub start_delay: Duration,
    pub convert_delay: Duration,
    /// A converted database can still catch up. Not settled: the netcopy procedure says no (SEED), the one without
    /// netcopy yes (100, 200).
    pub convert_keeps_base: bool,
    /// A server started with backupserver alone converts an older copy that it receives. Not settled (INF: no).
    pub listener_converts: bool,
    /// Between the closing of the port and the end of the process.
    pub stop_delay: Duration,
    /// The server stops by itself after so long.
    pub max_lifetime: Duration,
    pub max_connections: usize,
    /// Rows of one result.
    pub max_rows: usize,
    /// Commits survive a power cut, not only the end of the process.
    pub sync: bool,
}

impl Config {
    /// Reads `solid.ini` in a directory.
    pub fn read(dir: &Path) -> Result<Config, Stop> {
        if !dir.is_dir() {
            return Err(Stop::new(exit::DIRECTORY, format!("{} is not a directory", dir.display())));
        }
        let path = dir.join("solid.ini");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Stop::new(exit::BAD_ARGUMENT, format!("{}: {error}", path.display())))?;
        Config::parse(dir, &text)
    }

    /// Reads the text of a `solid.ini`.
    pub fn parse(dir: &Path, text: &str) -> Result<Config, Stop> {
        let ini = Ini::parse(text)?;
        if let Some(entry) =
            ini.of_section("Sim").find(|entry| !SIM.iter().any(|name| name.eq_ignore_ascii_case(&entry.name)))
        {
            return Err(wrong(entry.line, format_args!("[Sim] has no '{}'", entry.name)));
        }
        let read = Reader { ini: &ini };
        let listen = ini.find("Com", "Listen").ok_or_else(|| {
            Stop::new(exit::BAD_ARGUMENT, "solid.ini: [Com] Listen is missing; write Listen=tcp 1964")
        })?;
        let listen = Address::parse(&listen.value).map_err(|what| wrong(listen.line, what))?;
        if let Some(peer) = ini.find("HotStandby", "Connect") {
            Address::parse(&peer.value).map_err(|what| wrong(peer.line, what))?;
        }
        Ok(Config {
            dir: dir.to_owned(),
            port: listen.port,
            hotstandby: read.yes("HotStandby", "HSBEnabled", false)?,
            connect: ini.find("HotStandby", "Connect").map(|entry| entry.value.clone()),
            auto_primary_alone: read.yes("HotStandby", "AutoPrimaryAlone", false)?,
            ping_interval: read.millis("HotStandby", "PingInterval", 1000)?,
            ping_timeout: read.millis("HotStandby", "PingTimeout", 4000)?,
            netcopy_rpc_timeout: read.millis("HotStandby", "NetcopyRpcTimeout", 30_000)?,
            sim: read.sim()?,
        })
    }
}

/// The settings of `solid.ini` that a pair is made with, beside what every pair has.
const SETTINGS: [(&str, &[&str]); 2] =
    [("HotStandby", &["AutoPrimaryAlone", "NetcopyRpcTimeout", "PingInterval", "PingTimeout"]), ("Sim", SIM)];

/// Everything that `[Sim]` may hold.
const SIM: &[&str] = &[
    "AcceptDelay",
    "CatchupDelay",
    "CatchupRate",
    "ConnectDelay",
    "ConvertDelay",
    "ConvertKeepsBase",
    "DisconnectDelay",
    "ListenerConverts",
    "MaxConnections",
    "MaxLifetime",
    "MaxRows",
    "NetcopyDelay",
    "NetcopyRate",
    "StartDelay",
    "StopDelay",
    "SwitchDelay",
    "Sync",
];

/// A setting for a new pair, as `Name=Value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    section: &'static str,
    name: &'static str,
    value: String,
}

impl Setting {
    /// Reads `Name=Value`, whatever the case of the name.
    ///
    /// # Errors
    /// There is no such setting, or its value is not of its type: what is wrong, in one line.
    pub fn parse(text: &str) -> Result<Setting, String> {
        let (name, value) = text.split_once('=').ok_or_else(|| format!("'{text}' is not Name=Value"))?;
        let found = SETTINGS.iter().find_map(|(section, names)| {
            names.iter().find(|known| known.eq_ignore_ascii_case(name.trim())).map(|known| (*section, *known))
        });
        let (section, name) = found.ok_or_else(|| format!("there is no setting '{}'", name.trim()))?;
        let setting = Setting { section, name, value: value.trim().to_owned() };
        let probe = format!("[Com]\nListen=tcp 1\n[{section}]\n{setting}\n");
        match Config::parse(Path::new("."), &probe) {
            Ok(_) => Ok(setting),
            Err(stop) => Err(stop.text.split_once(": ").map_or(stop.text.clone(), |(_, what)| what.to_owned())),
        }
    }

    /// The names that there are, for help and for did-you-mean.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SETTINGS.into_iter().flat_map(|(_, names)| names.iter().copied())
    }

    pub(super) fn section(&self) -> &'static str {
        self.section
    }
}

impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
}

/// Typed values out of an `Ini`.
struct Reader<'a> {
    ini: &'a Ini,
}

impl Reader<'_> {
    fn sim(&self) -> Result<Sim, Stop> {
        let millis = |name, factory| self.millis("Sim", name, factory);
        Ok(Sim {
            accept_delay: millis("AcceptDelay", 20)?,
            connect_delay: millis("ConnectDelay", 200)?,
            disconnect_delay: millis("DisconnectDelay", 100)?,
            catchup_delay: millis("CatchupDelay", 200)?,
            catchup_rate: self.number("Sim", "CatchupRate", 0)?,
            switch_delay: millis("SwitchDelay", 200)?,
            netcopy_delay: millis("NetcopyDelay", 200)?,
            netcopy_rate: self.number("Sim", "NetcopyRate", 0)?,
            start_delay: millis("StartDelay", 0)?,
            convert_delay: millis("ConvertDelay", 200)?,
            convert_keeps_base: self.yes("Sim", "ConvertKeepsBase", false)?,
            listener_converts: self.yes("Sim", "ListenerConverts", false)?,
            stop_delay: millis("StopDelay", 100)?,
            max_lifetime: millis("MaxLifetime", 6 * 3600 * 1000)?,
            max_connections: self.size("MaxConnections", 200)?,
            max_rows: self.size("MaxRows", 1_000_000)?,
            sync: self.yes("Sim", "Sync", false)?,
        })
    }

    fn yes(&self, section: &str, name: &str, factory: bool) -> Result<bool, Stop> {
        match self.ini.find(section, name) {
            None => Ok(factory),
            Some(entry) if entry.value.eq_ignore_ascii_case("yes") => Ok(true),
            Some(entry) if entry.value.eq_ignore_ascii_case("no") => Ok(false),
            Some(entry) => Err(wrong(entry.line, format_args!("{name} must be yes or no, not '{}'", entry.value))),
        }
    }

    fn number(&self, section: &str, name: &str, factory: u64) -> Result<u64, Stop> {
        let Some(entry) = self.ini.find(section, name) else { return Ok(factory) };
        let said = || wrong(entry.line, format_args!("{name} must be a number, not '{}'", entry.value));
        entry.value.parse().map_err(|_| said())
    }

    fn size(&self, name: &str, factory: usize) -> Result<usize, Stop> {
        let number = self.number("Sim", name, factory as u64)?;
        Ok(usize::try_from(number).unwrap_or(usize::MAX))
    }

    /// In milliseconds.
    fn millis(&self, section: &str, name: &str, factory: u64) -> Result<Duration, Stop> {
        self.number(section, name, factory).map(Duration::from_millis)
    }
}

/// A connect string `tcp [options] [host] port`. Source: 200 "Connect strings for ODBC clients".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub host: String,
    pub port: u16,
}

impl Address {
    pub fn parse(text: &str) -> Result<Address, String> {
        let mut words = text.split_whitespace().filter(|word| !word.starts_with('-'));
        let protocol = words.next().unwrap_or_default();
        if !protocol.eq_ignore_ascii_case("tcp") && !protocol.eq_ignore_ascii_case("tcpip") {
            return Err(format!("'{text}' is not a connect string; write tcp 127.0.0.1 1964"));
        }
        let rest: Vec<&str> = words.collect();
        let (host, port) = match rest[..] {
            [port] => ("127.0.0.1", port),
            [host, port] => (if host == "localhost" { "127.0.0.1" } else { host }, port),
            _ => return Err(format!("'{text}' is not a connect string; write tcp 127.0.0.1 1964")),
        };
        let port = port.parse().map_err(|_| format!("'{port}' is not a port"))?;
        Ok(Address { host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let text = "[Com]\nListen=tcp 1964\n[HotStandby]\nHSBEnabled=yes\nConnect=tcp -c500 localhost 1965\n\
                    AutoPrimaryAlone=no\n[Sim]\nConnectDelay=7\n";
        let config = Config::parse(Path::new("/x"), text).expect("because the file is sound");
        assert_eq!((config.port, config.hotstandby, config.auto_primary_alone), (1964, true, false));
        assert_eq!(config.sim.connect_delay, Duration::from_millis(7));
        let peer = Address::parse(config.connect.as_deref().unwrap_or_default());
        assert_eq!(peer, Ok(Address { host: "127.0.0.1".into(), port: 1965 }));
    }

    #[test]
    fn every_setting_of_sim_is_read_and_no_other_is_taken() {
        for name in SIM {
            let given = |value: &str| Setting::parse(&format!("{name}={value}"));
            assert!(given("1").is_ok() || given("yes").is_ok(), "{name}");
            assert!(given("x").is_err(), "{name}");
        }
        assert_eq!(Setting::parse("Slow=1"), Err("there is no setting 'Slow'".into()));
        assert_eq!(Setting::parse("Sync=1"), Err("Sync must be yes or no, not '1'".into()));
    }

    #[test]
    fn a_wrong_value_is_reported_at_its_line() {
        let said = |text| Config::parse(Path::new("/x"), text).expect_err("because a value is wrong").text;
        assert_eq!(said("[Com]\nListen=tcp x\n"), "solid.ini, line 2: 'x' is not a port");
        assert_eq!(
            said("[Com]\nListen=tcp 1\n[HotStandby]\nHSBEnabled=maybe\n"),
            "solid.ini, line 4: HSBEnabled must be yes or no, not 'maybe'"
        );
        assert_eq!(said("[Com]\nListen=tcp 1\n[Sim]\nSlow=1\n"), "solid.ini, line 4: [Sim] has no 'Slow'");
        assert!(said("").contains("[Com] Listen is missing"));
    }
}
