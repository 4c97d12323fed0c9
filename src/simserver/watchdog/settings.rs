//! `watchdog.ini` of a pair's folder: how its watchdog works. Read before each look, so that a change counts at once.

use std::path::Path;
use std::time::Duration;

use crate::simserver::Stop;
use crate::simserver::ini::{Entry, Ini};
use crate::simserver::stop::exit;

pub(in crate::simserver) const FILE: &str = "watchdog.ini";
const SECTION: &str = "HAController";

/// Names, and values where the file is silent. Source: RCL; 150 ms for `CheckTimeout` there, more is ours.
const FACTORY: [(&str, &str); 5] = [
    ("CheckInterval", "1000"),
    ("CheckTimeout", "1000"),
    ("EnableDBProcessControl", "yes"),
    ("EnableAutoNetcopy", "yes"),
    ("Ere", "yes"),
];

/// How the watchdog works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    /// Between two looks.
    pub check_interval: Duration,
    /// For one answer of a server.
    pub check_timeout: Duration,
    /// Starts servers that are gone.
    pub process_control: bool,
    pub auto_netcopy: bool,
    /// An external reference tells a server that is gone from a line that is cut: mere silence promotes nobody.
    pub ere: bool,
}

/// A file with every factory value.
pub(in crate::simserver) fn factory_text() -> String {
    let lines: String = FACTORY.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    format!("[{SECTION}]\n{lines}")
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
        let known = |entry: &&Entry| !FACTORY.iter().any(|(name, _)| name.eq_ignore_ascii_case(&entry.name));
        if let Some(entry) = ini.of_section(SECTION).find(known) {
            let names = FACTORY.map(|(name, _)| name).join(", ");
            return Err(wrong(entry.line, format!("[{SECTION}] has no '{}'; there are {names}", entry.name)));
        }
        Ok(Settings {
            check_interval: millis(&ini, "CheckInterval")?,
            check_timeout: millis(&ini, "CheckTimeout")?.max(Duration::from_millis(1)),
            process_control: yes(&ini, "EnableDBProcessControl")?,
            auto_netcopy: yes(&ini, "EnableAutoNetcopy")?,
            ere: yes(&ini, "Ere")?,
        })
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
    let factory = FACTORY.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
    ini.find(SECTION, name).map_or((0, factory), |entry| (entry.line, entry.value.as_str()))
}

fn wrong(line: usize, what: String) -> Stop {
    Stop::new(exit::BAD_ARGUMENT, format!("{FILE}, line {line}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_made_says_what_counts_without_it() {
        assert_eq!(Settings::parse(&factory_text()), Settings::parse(""));
        assert!(Settings::parse("").is_ok());
    }

    #[test]
    fn the_page_of_the_simulator_lists_every_setting_with_its_factory_value() {
        let page = include_str!("../../../docs/simulator.md");
        for (name, factory) in FACTORY {
            let kind = if factory == "yes" { "yes, no" } else { "milliseconds" };
            assert!(page.contains(&format!("| `{name}` | {kind} | {factory} |")), "{name}");
        }
    }

    #[test]
    fn a_wrong_name_or_value_is_named_with_its_line() {
        let said = |text| Settings::parse(text).expect_err("because the line is wrong").text;
        assert_eq!(said("[HAController]\nEre=maybe\n"), "watchdog.ini, line 2: Ere takes yes or no");
        assert!(said("[HAController]\nEnableNetcopy=no\n").starts_with("watchdog.ini, line 2: [HAController] has no"));
        assert_eq!(said("Ere=no\n"), "watchdog.ini, line 1: a value above the first [Section]");
    }
}
