//! `watchdog.ini` of a pair's folder: how its watchdog works. Read before each look, so that a change counts at once.

use std::path::Path;
use std::time::Duration;

use crate::simserver::Stop;
use crate::simserver::config::Address;
use crate::simserver::ini::{Entry, Ini};
use crate::simserver::stop::exit;

pub(in crate::simserver) const FILE: &str = "watchdog.ini";
const SECTION: &str = "HAController";
/// Where the file has this section too, the watchdog is the manuals' sample.
const SAMPLE: &str = "Watchdog";

/// Names, and values where the file is silent. Source: RCL; 150 ms for `CheckTimeout` there, more is ours.
const FACTORY: [(&str, &str); 5] = [
    ("CheckInterval", "1000"),
    ("CheckTimeout", "1000"),
    ("EnableDBProcessControl", "yes"),
    ("EnableAutoNetcopy", "yes"),
    ("Ere", "yes"),
];

/// Those of the sample. Source: 100 "Watchdog section of the solid.ini configuration file" (names, `AutoSwitch`); the other
/// values INF.
const SAMPLE_FACTORY: [(&str, &str); 4] =
    [("AutoSwitch", "yes"), ("DualSecAutoSwitch", "no"), ("NumRetry", "3"), ("PingInterval", "1000")];

/// Where the HAC of each server takes commands; nowhere where the file is silent. Source: 100, 200 (`HAController.Listen`, one
/// for each node).
const LISTEN: [&str; 2] = ["ListenS1", "ListenS2"];

/// How the watchdog works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    /// Counts when it starts.
    pub listen: [Option<Address>; 2],
    /// Between two looks.
    pub check_interval: Duration,
    /// For one answer of a server.
    pub check_timeout: Duration,
    /// Starts servers that are gone.
    pub process_control: bool,
    pub auto_netcopy: bool,
    /// An external reference tells a server that is gone from a line that is cut: mere silence promotes nobody.
    pub ere: bool,
    /// It is the sample, and does what that does.
    pub sample: Option<Sample>,
}

/// How the sample works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sample {
    /// Between two looks.
    pub ping_interval: Duration,
    /// So many looks one after the other without an answer, and a server counts as down.
    pub num_retry: u32,
    /// Sets states itself; else it tells somebody to.
    pub auto_switch: bool,
    /// Chooses one of two Secondaries.
    pub dual_sec_auto_switch: bool,
}

/// A file with every factory value, and HAC's ports.
pub(in crate::simserver) fn factory_text(ports: [u16; 2]) -> String {
    let listen = LISTEN.iter().zip(ports).map(|(name, port)| format!("{name}=tcp 127.0.0.1 {port}\n"));
    let lines: String = listen.chain(factory_lines()).collect();
    format!("[{SECTION}]\n{lines}")
}

fn factory_lines() -> impl Iterator<Item = String> {
    FACTORY.iter().map(|(name, value)| format!("{name}={value}\n"))
}

impl Settings {
    /// Those of the folder; the factory values where it has no file.
    pub fn read(dir: &Path) -> Result<Settings, Stop> {
        let path = dir.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Stop::new(exit::FAILED, format!("{}: {error}", path.display()))),
        };
        Settings::parse(&text)
    }

    pub fn parse(text: &str) -> Result<Settings, Stop> {
        let ini = Ini::parse(text).map_err(|stop| Stop::new(stop.code, stop.text.replace("solid.ini", FILE)))?;
        let names = || FACTORY.iter().map(|(name, _)| *name).chain(LISTEN);
        let known = |entry: &&Entry| !names().any(|name| name.eq_ignore_ascii_case(&entry.name));
        if let Some(entry) = ini.of_section(SECTION).find(known) {
            let names = names().collect::<Vec<_>>().join(", ");
            return Err(wrong(entry.line, format!("[{SECTION}] has no '{}'; there are {names}", entry.name)));
        }
        let known = |entry: &&Entry| !SAMPLE_FACTORY.iter().any(|(name, _)| name.eq_ignore_ascii_case(&entry.name));
        if let Some(entry) = ini.of_section(SAMPLE).find(known) {
            let names = SAMPLE_FACTORY.map(|(name, _)| name).join(", ");
            return Err(wrong(entry.line, format!("[{SAMPLE}] has no '{}'; there are {names}", entry.name)));
        }
        let sample = if ini.of_section(SAMPLE).next().is_some() { Some(sample(&ini)?) } else { None };
        Ok(Settings {
            listen: [address(&ini, LISTEN[0])?, address(&ini, LISTEN[1])?],
            check_interval: match &sample {
                Some(sample) => sample.ping_interval,
                None => millis(&ini, "CheckInterval")?,
            },
            check_timeout: millis(&ini, "CheckTimeout")?.max(Duration::from_millis(1)),
            process_control: yes(&ini, "EnableDBProcessControl")?,
            auto_netcopy: yes(&ini, "EnableAutoNetcopy")?,
            ere: yes(&ini, "Ere")?,
            sample,
        })
    }
}

fn sample(ini: &Ini) -> Result<Sample, Stop> {
    let (line, retries) = value(ini, "NumRetry");
    Ok(Sample {
        ping_interval: millis(ini, "PingInterval")?,
        num_retry: retries.parse().map_err(|_| wrong(line, "NumRetry takes a number".into()))?,
        auto_switch: yes(ini, "AutoSwitch")?,
        dual_sec_auto_switch: yes(ini, "DualSecAutoSwitch")?,
    })
}

/// On this machine alone: whoever reaches it can stop servers.
fn address(ini: &Ini, name: &str) -> Result<Option<Address>, Stop> {
    let Some(entry) = ini.find(SECTION, name) else { return Ok(None) };
    let address = Address::parse(&entry.value).map_err(|what| wrong(entry.line, what))?;
    if address.is_loopback() {
        Ok(Some(address))
    } else {
        Err(wrong(entry.line, format!("{name} takes 127.0.0.1 only")))
    }
}

fn millis(ini: &Ini, name: &str) -> Result<Duration, Stop> {
    let (line, value) = value(ini, name);
    value.parse().map(Duration::from_millis).map_err(|_| wrong(line, format!("{name} takes milliseconds")))
}

fn yes(ini: &Ini, name: &str) -> Result<bool, Stop> {
    let (line, value) = value(ini, name);
    match value.to_ascii_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(wrong(line, format!("{name} takes yes or no"))),
    }
}

/// With its line; the factory value stands in none.
fn value<'a>(ini: &'a Ini, name: &str) -> (usize, &'a str) {
    let own = |(known, _): &&(&str, &str)| *known == name;
    let section = if SAMPLE_FACTORY.iter().any(|row| own(&row)) { SAMPLE } else { SECTION };
    let factory = FACTORY.iter().chain(&SAMPLE_FACTORY).find(own).map_or("", |(_, value)| value);
    ini.find(section, name).map_or((0, factory), |entry| (entry.line, entry.value.as_str()))
}

fn wrong(line: usize, what: String) -> Stop {
    Stop::new(exit::BAD_ARGUMENT, format!("{FILE}, line {line}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_made_says_what_counts_without_it() {
        let made = Settings::parse(&factory_text([20_001, 20_002])).expect("because the file is sound");
        let port = |address: &Option<Address>| address.as_ref().map(|address| address.port);
        assert_eq!(made.listen.each_ref().map(port), [Some(20_001), Some(20_002)]);
        assert_eq!(Ok(Settings { listen: [None, None], ..made }), Settings::parse(""));
    }

    #[test]
    fn the_page_of_the_simulator_lists_every_setting_with_its_factory_value() {
        let page = include_str!("../../../docs/simulator.md");
        for name in LISTEN {
            assert!(page.contains(&format!("| `{name}` | connect string | none |")), "{name}");
        }
        for (name, factory) in FACTORY.into_iter().chain(SAMPLE_FACTORY) {
            let kind = match factory {
                "yes" | "no" => "yes, no",
                _ if name == "NumRetry" => "number",
                _ => "milliseconds",
            };
            assert!(page.contains(&format!("| `{name}` | {kind} | {factory} |")), "{name}");
        }
    }

    #[test]
    fn a_wrong_name_or_value_is_named_with_its_line() {
        let said = |text| Settings::parse(text).expect_err("because the line is wrong").text;
        assert_eq!(said("[HAController]\nEre=maybe\n"), "watchdog.ini, line 2: Ere takes yes or no");
        assert!(said("[HAController]\nEnableNetcopy=no\n").starts_with("watchdog.ini, line 2: [HAController] has no"));
        assert_eq!(
            said("[HAController]\nListenS1=tcp 0.0.0.0 1\n"),
            "watchdog.ini, line 2: ListenS1 takes 127.0.0.1 only"
        );
        assert!(said("[Watchdog]\nConnect1=tcp 1\n").starts_with("watchdog.ini, line 2: [Watchdog] has no 'Connect1'"));
        assert_eq!(said("[Watchdog]\nNumRetry=x\n"), "watchdog.ini, line 2: NumRetry takes a number");
        assert_eq!(said("Ere=no\n"), "watchdog.ini, line 1: a value above the first [Section]");
    }
}
