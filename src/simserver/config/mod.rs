//! What a server reads from its `solid.ini`: its port, its peer, and in `[Sim]` how long things take and how it reads
//! what the sources leave open.

mod address;
mod levels;
mod reader;
mod setting;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Stop;
use super::ini::{Ini, wrong};
use super::stop::exit;
pub(super) use address::Address;
pub(super) use levels::{AckPolicy, Durability, Levels, Promise, Reach, SafenessLevel, Wishes};
use reader::Reader;
pub(super) use setting::{Counts, Row};

/// The settings of one server.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub dir: PathBuf,
    /// The text of `solid.ini` that this was read from.
    pub text: String,
    /// Clients and the peer connect here; on 127.0.0.1 unless told otherwise.
    pub listen: Address,
    /// `HotStandby.HSBEnabled`; factory value no.
    pub hotstandby: bool,
    /// `HotStandby.Connect`: the connect string of the peer.
    pub connect: Option<String>,
    /// `HotStandby.AutoPrimaryAlone`; factory value no.
    pub auto_primary_alone: bool,
    /// `HotStandby.SafenessLevel`, factory value 2safe, and `Logging.DurabilityLevel`, factory value 2.
    pub levels: Levels,
    /// `HotStandby.2SafeAckPolicy`; factory value 1.
    pub ack_policy: AckPolicy,
    /// `HotStandby.1SafeMaxDelay`: so long a commit may wait before it goes to the Secondary of a one-safe Primary.
    pub one_safe_max_delay: Duration,
    /// `HotStandby.PingInterval`, `HotStandby.PingTimeout`: how the link is watched.
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// `HotStandby.NetcopyRpcTimeout`: a netcopy fails when the other server is silent for so long.
    pub netcopy_rpc_timeout: Duration,
    /// `HotStandby.MaxLogSize` in bytes; a PRIMARY ALONE whose log reaches it becomes STANDALONE. 0: no limit.
    pub max_log_size: u64,
    /// `HotStandby.CopyDirectory`, where `hsb copy` is given none.
    pub copy_directory: Option<String>,
    /// `General.BackupDirectory`, where `backup` is given none.
    pub backup_directory: String,
    /// `General.BackupDeleteLog`; factory value yes.
    pub backup_deletes_log: bool,
    /// `IndexFile.FileSpec_1` and so on, factory value `solid.db`: the first file holds the whole database here, the others
    /// stand for theirs.
    pub files: Vec<String>,
    /// `General.ReadOnly`, also `-x read-only`.
    pub read_only: bool,
    pub sim: Sim,
    pub readings: Readings,
}

/// `[Sim]`: what a real server takes from its data and its disks. The sentences stand in `setting`.
#[derive(Debug, Clone)]
pub(super) struct Sim {
    pub accept_delay: Duration,
    pub backup_delay: Duration,
    pub connect_delay: Duration,
    pub disconnect_delay: Duration,
    pub catchup_delay: Duration,
    /// Transactions a second; 0: no limit.
    pub catchup_rate: u64,
    pub checkpoint_delay: Duration,
    pub switch_delay: Duration,
    pub netcopy_delay: Duration,
    /// Kilobytes a second; 0: no limit.
    pub netcopy_rate: u64,
    pub ship_delay: Duration,
    pub start_delay: Duration,
    pub convert_delay: Duration,
    pub stop_delay: Duration,
    pub max_lifetime: Duration,
    pub max_connections: usize,
    pub limits: Limits,
    pub sync: bool,
}

/// What a database may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Rows of one result.
    pub rows: usize,
    /// Bytes of memory; a quarter of it for one result.
    pub memory: usize,
    /// Bytes of log that the disk takes; none: no limit.
    pub log_disk: Option<u64>,
    /// Bytes of the database: what `FileSpec` allows its files together. The log is not part of it.
    pub database: u64,
}

/// What the sources leave open, as this server reads it. The sentences stand in `setting`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Readings {
    pub begins_at_once: bool,
    pub backup_keeps_needed_log: bool,
    pub catchup_unseen_by_secondary: bool,
    pub connect_is_started_twice: bool,
    pub convert_keeps_base: bool,
    pub errors_have_sentences: bool,
    pub listener_converts: bool,
    pub listener_names_itself: bool,
    pub no_switch_in_engine_words: bool,
    pub already_is_zero: bool,
    pub standalone_when_active: bool,
    pub alone_in_transit: bool,
    pub no_copy_is_success: bool,
    pub switch_unconnected_promotes: bool,
    pub newline_at_end: bool,
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
        if let Some(entry) = ini.of_section("Sim").find(|entry| setting::find(&entry.name).is_none()) {
            return Err(wrong(entry.line, format_args!("[Sim] has no '{}'", entry.name)));
        }
        let read = Reader { ini: &ini };
        if let Some(peer) = ini.find("HotStandby", "Connect") {
            Address::parse(&peer.value).map_err(|what| wrong(peer.line, what))?;
        }
        let config = Config {
            dir: dir.to_owned(),
            text: text.to_owned(),
            listen: read.listen()?,
            hotstandby: read.yes("HotStandby", "HSBEnabled", false)?,
            connect: read.text("HotStandby", "Connect"),
            auto_primary_alone: read.yes("HotStandby", "AutoPrimaryAlone", false)?,
            levels: read.levels()?,
            ack_policy: read.ack_policy()?,
            one_safe_max_delay: read.millis("HotStandby", "1SafeMaxDelay", 5000)?,
            ping_interval: read.millis("HotStandby", "PingInterval", 1000)?,
            ping_timeout: read.millis("HotStandby", "PingTimeout", 4000)?,
            netcopy_rpc_timeout: read.millis("HotStandby", "NetcopyRpcTimeout", 30_000)?,
            max_log_size: read.bytes("HotStandby", "MaxLogSize", 0)?,
            copy_directory: read.text("HotStandby", "CopyDirectory"),
            backup_directory: read.text("General", "BackupDirectory").unwrap_or_else(|| "backup".into()),
            backup_deletes_log: read.yes("General", "BackupDeleteLog", true)?,
            files: read.files()?.0,
            read_only: read.yes("General", "ReadOnly", false)?,
            sim: read.sim()?,
            readings: read.readings()?,
        };
        read.refuse_unusable(config.hotstandby)?;
        Ok(config)
    }

    /// How long a one-safe commit may wait before it goes to the Secondary.
    pub fn ship_delay(&self) -> Duration {
        self.sim.ship_delay.min(self.one_safe_max_delay)
    }
}

/// Everything that `[Sim]` may hold.
pub(super) fn simulator_settings() -> impl Iterator<Item = &'static Row> {
    setting::all()
}

/// The settings of `solid.ini` that a pair is made with, beside `[Sim]` and what every pair has: section and name.
const OF_A_PAIR: &[(&str, &str)] = &[
    ("HotStandby", "1SafeMaxDelay"),
    ("HotStandby", "2SafeAckPolicy"),
    ("HotStandby", "AutoPrimaryAlone"),
    ("Logging", "DurabilityLevel"),
    ("HotStandby", "MaxLogSize"),
    ("HotStandby", "NetcopyRpcTimeout"),
    ("HotStandby", "PingInterval"),
    ("HotStandby", "PingTimeout"),
    ("Logging", "RelaxedMaxDelay"),
    ("HotStandby", "SafenessLevel"),
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
        let name = name.trim();
        let vendors = OF_A_PAIR.iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
        let (section, name) = vendors
            .copied()
            .or_else(|| setting::find(name).map(|row| ("Sim", row.name)))
            .ok_or_else(|| format!("there is no setting '{name}'"))?;
        let setting = Setting { section, name, value: value.trim().to_owned() };
        let probe = format!("[Com]\nListen=tcp 1\n[{section}]\n{setting}\n");
        match Config::parse(Path::new("."), &probe) {
            Ok(_) => Ok(setting),
            Err(stop) => Err(stop.text.split_once(": ").map_or(stop.text.clone(), |(_, what)| what.to_owned())),
        }
    }

    /// The names that there are, for help and for did-you-mean.
    pub fn names() -> impl Iterator<Item = &'static str> {
        OF_A_PAIR.iter().map(|(_, name)| *name).chain(setting::all().map(|row| row.name))
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

#[cfg(test)]
mod tests {
    use super::setting::Kind;
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let text = "[Com]\nListen=tcp 1964\n[HotStandby]\nHSBEnabled=yes\nConnect=tcp -c500 localhost 1965\n\
                    AutoPrimaryAlone=no\n[Sim]\nConnectDelay=7\n";
        let config = Config::parse(Path::new("/x"), text).expect("because the file is sound");
        assert_eq!((config.listen.port, config.hotstandby, config.auto_primary_alone), (1964, true, false));
        assert_eq!(config.sim.connect_delay, Duration::from_millis(7));
        let peer = Address::parse(config.connect.as_deref().unwrap_or_default());
        assert_eq!(peer, Ok(Address { host: "127.0.0.1".into(), port: 1965 }));
    }

    #[test]
    fn every_setting_of_sim_is_read_and_no_other_is_taken() {
        for row in setting::all() {
            let name = row.name;
            let given = |value: &str| Setting::parse(&format!("{name}={value}"));
            match row.kind {
                Kind::OneOf(words) => assert!(words.iter().all(|word| given(word).is_ok()), "{name}"),
                Kind::Millis | Kind::Number | Kind::YesNo => assert!(given(row.factory).is_ok(), "{name}"),
            }
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
        assert_eq!(
            said("[Com]\nListen=tcp 1\n[Sim]\nSwitchUnconnected=maybe\n"),
            "solid.ini, line 4: SwitchUnconnected must be refuse or promote, not 'maybe'"
        );
        assert!(said("").contains("[Com] Listen is missing"));
    }

    #[test]
    fn only_loopback_is_listened_to_unless_told_otherwise() {
        let parse = |text| Config::parse(Path::new("/x"), text);
        let said = parse("[Com]\nListen=tcp 0.0.0.0 1964\n").expect_err("because anyone could come").text;
        assert!(said.starts_with("solid.ini, line 2: 0.0.0.0 is not loopback. Passwords"), "{said}");
        assert!(parse("[Com]\nListen=tcp 0.0.0.0 1964\n[Sim]\nAnyAddress=yes\n").is_ok());
        assert!(parse("[Com]\nListen=tcp localhost 1964\n").is_ok());
    }

    #[test]
    fn a_size_may_have_a_unit() {
        let read = |value| {
            let text = format!("[Com]\nListen=tcp 1\n[HotStandby]\nMaxLogSize={value}\n");
            Config::parse(Path::new("/x"), &text).map(|config| config.max_log_size)
        };
        assert_eq!(
            [read("7"), read("2k"), read("3M")].map(|size| size.expect("because it is sound")),
            [7, 2048, 3 << 20]
        );
        assert!(read("much").is_err());
    }

    #[test]
    fn the_files_of_the_database_have_their_greatest_sizes_together() {
        let read = |lines: &str| {
            let text = format!("[Com]\nListen=tcp 1\n[IndexFile]\n{lines}\n");
            Config::parse(Path::new("/x"), &text).map(|config| (config.files, config.sim.limits.database))
        };
        let two = read("FileSpec_1=a.db 1M 1\nFileSpec_2=b.db 2048").expect("because it is sound");
        assert_eq!(two, (vec!["a.db".to_owned(), "b.db".to_owned()], (1 << 20) + 2048));
        assert_eq!(read("").map(|(_, size)| size), Ok(2_147_483_647));
        assert_eq!(read("FileSpec_1=a.db").map(|(_, size)| size), Ok(2_147_483_647));
        for wrong in ["a.db much", "a.db 0", "a.db 1M x", "a.db 1M 1 1", ""] {
            let said = read(&format!("FileSpec_1={wrong}")).expect_err("because it is no file and size").text;
            assert!(said.starts_with("solid.ini, line 4: FileSpec_1 must be a file and its greatest size"), "{said}");
        }
    }
}
