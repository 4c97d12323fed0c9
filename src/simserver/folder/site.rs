//! The site file of a pair in a folder. Texts go into it as double-quoted YAML, which every path survives.

use std::path::Path;

use super::up::Upgrade;
use super::{NAMES, USER, server_dir};
use crate::simserver::config::Config;

/// Where the pair is and what reaches it.
pub(super) struct Place<'a> {
    pub dir: &'a Path,
    pub program: &'a Path,
    pub ports: [u16; 2],
    pub driver: Option<&'a Path>,
}

/// The whole file; `config` is that of the servers.
pub(super) fn text(place: &Place<'_>, upgrade: Upgrade, config: &Config) -> String {
    let (_, to) = upgrade.versions();
    let pair = place.dir.file_name().map_or_else(|| "pair".into(), |name| name.to_string_lossy());
    let servers: String =
        NAMES.into_iter().zip(place.ports).map(|(name, port)| server(place, upgrade, name, port)).collect();
    let watchdog = |word| argv(place, &["watchdog", &path(place.dir), word]);
    format!(
        "# A simulated pair, made by `hsbrun sim up`. Everything in it is on this machine.\n\
         pair: {pair}\n\
         servers:\n{servers}\
         watchdog:\n  off: [{off}]\n  on: [{on}]\n  status: [{status}]\n\
         params: {{upgrade: {upgrade}, target: \"{to}\"}}\n\
         log_lasts: 12h\n\
         command_limit: 30m\n\
         call_limit: 30s\n\
         look_limit: 10s\n\
         settings: {{auto_primary_alone: {apa}, safeness: {safeness}}}\n",
        pair = quoted(&pair),
        off = watchdog("off"),
        on = watchdog("on"),
        status = watchdog("status"),
        upgrade = upgrade.word(),
        apa = if config.auto_primary_alone { "yes" } else { "no" },
        safeness = config.levels.safeness.word(),
    )
}

fn server(place: &Place<'_>, upgrade: Upgrade, name: &str, port: u16) -> String {
    let (from, _) = upgrade.versions();
    let dir = path(&server_dir(place.dir, name));
    format!(
        "  {name}:\n    odbc: {odbc}\n    password: {{file: {password}}}\n    host: local\n\
         \x20   running: {running}\n    start: {start}\n    install: {install}\n    previous: {previous}\n\
         \x20   installed: {installed}\n    space: {{log: {dir_quoted}, database: {dir_quoted}}}\n",
        odbc = quoted(&connection_string(place.driver, port)),
        password = quoted(&path(&place.dir.join("password"))),
        running = argv(place, &["runs", &dir]),
        start = argv(place, &["solid", "-c", &dir, "{options}"]),
        install = argv(place, &["install", &dir, "{target}"]),
        previous = argv(place, &["install", &dir, &from.to_string()]),
        installed = argv(place, &["installed", &dir]),
        dir_quoted = quoted(&dir),
    )
}

/// What was found to work with psqlodbc under either driver manager; without the password.
fn connection_string(driver: Option<&Path>, port: u16) -> String {
    let driver = driver.map_or_else(|| "{PostgreSQL Unicode}".to_owned(), path);
    format!(
        "DRIVER={driver};SERVER=127.0.0.1;PORT={port};DATABASE=hsb;UID={USER};SSLmode=disable;Protocol=7.4-0;\
         UseServerSidePrepare=0;UseDeclareFetch=0;pqopt={{application_name=hsbrun}}"
    )
}

/// `hsbrun sim` and those words, as a YAML list.
fn argv(place: &Place<'_>, words: &[&str]) -> String {
    let program = path(place.program);
    let all = [program.as_str(), "sim"].into_iter().chain(words.iter().copied());
    format!("[{}]", all.map(quoted).collect::<Vec<_>>().join(", "))
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("because a text is always JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_everything_that_a_run_needs() {
        let place = Place {
            dir: Path::new("/p/a \"b\""),
            program: Path::new("/bin/hsbrun"),
            ports: [20001, 20002],
            driver: Some(Path::new("/usr/lib/psqlodbcw.so")),
        };
        let ini = "[Com]\nListen=tcp 20001\n[HotStandby]\nSafenessLevel=1safe\n";
        let config = Config::parse(place.dir, ini).expect("because the file is sound");
        let text = text(&place, Upgrade::FixPack, &config);
        for line in [
            "    odbc: \"DRIVER=/usr/lib/psqlodbcw.so;SERVER=127.0.0.1;PORT=20001;DATABASE=hsb;UID=dba;",
            "    password: {file: \"/p/a \\\"b\\\"/password\"}",
            "    start: [\"/bin/hsbrun\", \"sim\", \"solid\", \"-c\", \"/p/a \\\"b\\\"/s2\", \"{options}\"]",
            "    previous: [\"/bin/hsbrun\", \"sim\", \"install\", \"/p/a \\\"b\\\"/s1\", \"7.0.2\"]",
            "  status: [[\"/bin/hsbrun\", \"sim\", \"watchdog\", \"/p/a \\\"b\\\"\", \"status\"]]",
            "params: {upgrade: fix_pack, target: \"7.0.3\"}",
            "settings: {auto_primary_alone: no, safeness: 1safe}",
        ] {
            assert!(text.contains(line), "{line}\nis not in\n{text}");
        }
    }
}
