//! Typed values out of a `solid.ini`, with the line of what is wrong.

use std::time::Duration;

use super::levels::{AckPolicy, Durability, Levels, SafenessLevel};
use super::setting::{self, Kind};
use super::{Address, Limits, Readings, Sim};
use crate::simserver::Stop;
use crate::simserver::ini::{Ini, wrong};
use crate::simserver::stop::exit;

/// Typed values out of an `Ini`.
pub(super) struct Reader<'a> {
    pub ini: &'a Ini,
}

impl Reader<'_> {
    pub fn listen(&self) -> Result<Address, Stop> {
        let listen = self.ini.find("Com", "Listen").ok_or_else(|| {
            Stop::new(exit::BAD_ARGUMENT, "solid.ini: [Com] Listen is missing; write Listen=tcp 1964")
        })?;
        if let Some(protocol) = Address::protocol_not_spoken(&listen.value) {
            let text = format!("the protocol {protocol} is not simulated; write tcp 127.0.0.1 1964");
            return Err(Stop::new(exit::COMMUNICATION, wrong(listen.line, text).text));
        }
        let address = Address::parse(&listen.value).map_err(|what| wrong(listen.line, what))?;
        let any = self.own_yes("AnyAddress")?;
        if any || address.is_loopback() {
            return Ok(address);
        }
        Err(wrong(
            listen.line,
            format_args!(
                "{} is not loopback. Passwords and data of this simulator cross the network in clear text, and whoever \
                 reaches it can guess passwords as often as he likes. Write 127.0.0.1, or AnyAddress=yes in [Sim]",
                address.host
            ),
        ))
    }

    /// Source: 10092 and 14706 SRC, texts SRC and RCL.
    pub fn refuse_unusable(&self, hotstandby: bool) -> Result<(), Stop> {
        if hotstandby && !self.yes("Logging", "LogEnabled", true)? {
            return Err(Stop::database(
                "SOLID Database Error 10092: HotStandby cannot operate when logging is disabled.",
            ));
        }
        if hotstandby && self.number("Srv", "ReadThreadMode", 2)? != 2 {
            return Err(Stop::database(
                "SOLID Server Error 14706: Invalid read thread mode for HotStandby, only mode 2 is supported.",
            ));
        }
        if !self.own_yes("License")? {
            return Err(Stop::new(
                exit::LICENSE,
                "The licence file solid.lic is missing or does not allow this server.",
            ));
        }
        Ok(())
    }

    pub fn sim(&self) -> Result<Sim, Stop> {
        Ok(Sim {
            accept_delay: self.own_millis("AcceptDelay")?,
            backup_delay: self.own_millis("BackupDelay")?,
            connect_delay: self.own_millis("ConnectDelay")?,
            disconnect_delay: self.own_millis("DisconnectDelay")?,
            catchup_delay: self.own_millis("CatchupDelay")?,
            catchup_rate: self.own_number("CatchupRate")?,
            checkpoint_delay: self.own_millis("CheckpointDelay")?,
            switch_delay: self.own_millis("SwitchDelay")?,
            netcopy_delay: self.own_millis("NetcopyDelay")?,
            netcopy_rate: self.own_number("NetcopyRate")?,
            ship_delay: self.own_millis("ShipDelay")?,
            start_delay: self.own_millis("StartDelay")?,
            convert_delay: self.own_millis("ConvertDelay")?,
            stop_delay: self.own_millis("StopDelay")?,
            max_lifetime: self.own_millis("MaxLifetime")?,
            max_connections: size(self.own_number("MaxConnections")?),
            limits: self.limits()?,
            sync: self.own_yes("Sync")?,
        })
    }

    pub fn levels(&self) -> Result<Levels, Stop> {
        let safeness = match self.ini.find("HotStandby", "SafenessLevel") {
            None => SafenessLevel::TwoSafe,
            Some(entry) => SafenessLevel::parse(&entry.value).ok_or_else(|| {
                wrong(entry.line, format_args!("SafenessLevel must be 1safe, 2safe or auto, not '{}'", entry.value))
            })?,
        };
        let write_delay = self.own_millis("LogDelay")?.min(self.millis("Logging", "RelaxedMaxDelay", 5000)?);
        let durability = self.one_of_three("Logging", "DurabilityLevel", 2, Durability::of_number)?;
        Ok(Levels { safeness, durability, write_delay })
    }

    /// `FileSpec_N=NAME [BYTES [DEVICE]]`: the names, and what the files may hold together. Source: 100 (arguments, factory
    /// value, the sum).
    pub fn files(&self) -> Result<(Vec<String>, u64), Stop> {
        let (mut names, mut size) = (Vec::new(), 0_u64);
        while let Some(entry) = self.ini.find("IndexFile", &format!("FileSpec_{}", names.len() + 1)) {
            let (name, own) = file_spec(&entry.value).ok_or_else(|| {
                wrong(
                    entry.line,
                    format_args!("{} must be a file and its greatest size, such as solid.db 2147483647", entry.name),
                )
            })?;
            names.push(name.to_owned());
            size = size.saturating_add(own);
        }
        Ok(if names.is_empty() { (vec!["solid.db".to_owned()], LARGEST_FILE) } else { (names, size) })
    }

    pub fn ack_policy(&self) -> Result<AckPolicy, Stop> {
        self.one_of_three("HotStandby", "2SafeAckPolicy", 1, AckPolicy::of_number)
    }

    /// What 1, 2 or 3 mean.
    fn one_of_three<T>(&self, section: &str, name: &str, factory: u64, read: fn(u64) -> Option<T>) -> Result<T, Stop> {
        let number = self.number(section, name, factory)?;
        read(number).ok_or_else(|| {
            let line = self.ini.find(section, name).map_or(0, |entry| entry.line);
            wrong(line, format_args!("{name} must be 1, 2 or 3, not '{number}'"))
        })
    }

    fn limits(&self) -> Result<Limits, Stop> {
        let log_disk = self.own_number("LogDisk")?;
        let (_, database) = self.files()?;
        Ok(Limits {
            rows: size(self.own_number("MaxRows")?),
            memory: size(self.own_number("MaxMemory")?.saturating_mul(1024)),
            log_disk: (log_disk > 0).then(|| log_disk.saturating_mul(1024)),
            database,
        })
    }

    pub fn readings(&self) -> Result<Readings, Stop> {
        Ok(Readings {
            begins_at_once: self.other_reading("AcceptedShowsPrevious")?,
            backup_keeps_needed_log: self.other_reading("BackupDeletesNeededLog")?,
            catchup_unseen_by_secondary: self.other_reading("CatchupSeenBySecondary")?,
            connect_is_started_twice: self.other_reading("ConnectDuringCatchup")?,
            convert_keeps_base: self.other_reading("ConvertKeepsBase")?,
            errors_have_sentences: self.other_reading("ErrorText")?,
            listener_converts: self.other_reading("ListenerConverts")?,
            listener_names_itself: self.other_reading("ListenerRefuses")?,
            no_switch_in_engine_words: self.other_reading("NoSwitchYet")?,
            already_is_zero: self.other_reading("RcOfAlready")?,
            standalone_when_active: self.other_reading("StandaloneWhenActive")?,
            alone_in_transit: self.other_reading("StateInTransit")?,
            no_copy_is_success: self.other_reading("StatusCopyBeforeAny")?,
            switch_unconnected_promotes: self.other_reading("SwitchUnconnected")?,
            newline_at_end: self.other_reading("TrailingNewline")?,
        })
    }

    /// Whether a reading has another than its factory word.
    fn other_reading(&self, name: &str) -> Result<bool, Stop> {
        let row = setting::find(name).expect("because every reading has its row");
        let Kind::OneOf(words) = row.kind else { panic!("because a reading is one of its words") };
        let Some(entry) = self.ini.find("Sim", name) else { return Ok(false) };
        match words.iter().position(|word| word.eq_ignore_ascii_case(&entry.value)) {
            Some(at) => Ok(at > 0),
            None => {
                Err(wrong(entry.line, format_args!("{name} must be {}, not '{}'", words.join(" or "), entry.value)))
            }
        }
    }

    fn own_yes(&self, name: &str) -> Result<bool, Stop> {
        self.yes("Sim", name, factory(name) == "yes")
    }

    fn own_number(&self, name: &str) -> Result<u64, Stop> {
        self.number("Sim", name, factory(name).parse().expect("because the factory value is a number"))
    }

    fn own_millis(&self, name: &str) -> Result<Duration, Stop> {
        self.own_number(name).map(Duration::from_millis)
    }

    pub fn text(&self, section: &str, name: &str) -> Option<String> {
        self.ini.find(section, name).map(|entry| entry.value.clone()).filter(|value| !value.is_empty())
    }

    pub fn yes(&self, section: &str, name: &str, factory: bool) -> Result<bool, Stop> {
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

    /// With `K` or `M` behind it, so many thousands or millions.
    pub fn bytes(&self, section: &str, name: &str, factory: u64) -> Result<u64, Stop> {
        let Some(entry) = self.ini.find(section, name) else { return Ok(factory) };
        let said = || wrong(entry.line, format_args!("{name} must be a number of bytes, not '{}'", entry.value));
        in_bytes(&entry.value).ok_or_else(said)
    }

    /// In milliseconds.
    pub fn millis(&self, section: &str, name: &str, factory: u64) -> Result<Duration, Stop> {
        self.number(section, name, factory).map(Duration::from_millis)
    }
}

/// What a file may hold whose size is not given. Source: 100.
const LARGEST_FILE: u64 = 2_147_483_647;

fn file_spec(value: &str) -> Option<(&str, u64)> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let (name, size) = match words[..] {
        [name] => (name, LARGEST_FILE),
        [name, size] => (name, in_bytes(size)?),
        [name, size, device] if device.parse::<u32>().is_ok() => (name, in_bytes(size)?),
        _ => return None,
    };
    (size > 0).then_some((name, size))
}

/// With `K` or `M` behind it, so many thousands or millions.
fn in_bytes(text: &str) -> Option<u64> {
    let upper = text.to_ascii_uppercase();
    let (digits, unit) = match upper.strip_suffix(['K', 'M']) {
        Some(digits) => (digits, if upper.ends_with('K') { 1 << 10 } else { 1 << 20 }),
        None => (upper.as_str(), 1),
    };
    digits.trim().parse().ok().and_then(|number: u64| number.checked_mul(unit))
}

fn factory(name: &str) -> &'static str {
    setting::find(name).expect("because every setting has its row").factory
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
