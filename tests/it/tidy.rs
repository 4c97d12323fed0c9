//! What a compiler does not see: the floors of the house, who may name which crate, words that must not stay.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and its floor. A room imports only from floors below its own.
const FLOORS: [(&str, u8); 27] = [
    ("text", 0),
    ("diag", 1),
    ("syntax", 2),
    ("pair", 2),
    ("program", 3),
    ("explain", 3),
    ("format", 3),
    ("engine", 4),
    ("lint", 4),
    ("twin", 5),
    ("verify", 5),
    ("journal", 5),
    ("secret", 5),
    ("site", 5),
    ("odbc", 5),
    ("host", 5),
    ("run", 6),
    ("check", 6),
    ("report", 6),
    ("preflight", 6),
    ("replay", 6),
    ("locate", 6),
    ("show", 7),
    ("cli", 8),
    ("main", 9),
    ("lib", 9),
    // The wing stands beside the house: it sees `pair` and is seen by `cli` alone.
    ("simserver", 8),
];

/// A crate and the one room that may name it.
const CONTAINED: [(&str, &[&str]); 9] = [
    ("pest", &["syntax"]),
    ("pest_derive", &["syntax"]),
    ("miette", &["show"]),
    ("odbc_api", &["odbc"]),
    ("clap", &["cli"]),
    ("serde_yaml", &["site"]),
    ("tokio", &["simserver"]),
    ("pgwire", &["simserver"]),
    ("rusqlite", &["simserver"]),
];

/// Rooms below this floor do no IO; the ban is lifted only at or above it.
const IO_FLOOR: u8 = 5;

struct Room {
    name: String,
    path: PathBuf,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("because the folder is readable").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn rooms() -> Vec<Room> {
    let src = root().join("src");
    files(&src, &["rs"])
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).expect("because it was found there");
            let first = inside.iter().next().expect("because a file has a name").to_string_lossy();
            let text = fs::read_to_string(&path).expect("because the file was listed");
            Room { name: first.trim_end_matches(".rs").to_string(), path: path.clone(), text }
        })
        .collect()
}

fn floor(room: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(name, _)| *name == room)
        .unwrap_or_else(|| panic!("`{room}` has no floor: give it one in tests/it/tidy.rs and ARCHITECTURE.md"))
        .1
}

/// Lines of code: neither comments nor the insides of tests' text matter to a `crate::` path, so comments are enough.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_start())).filter(|(_, line)| !line.starts_with("//"))
}

/// The rooms that a line names by `crate::…`.
fn named_rooms(line: &str) -> Vec<&str> {
    let mut rooms = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &line[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            rooms.extend(group.split(['{', ',', '}']).map(|part| part.trim().split(':').next().unwrap_or("")));
        } else {
            rooms.push(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""));
        }
    }
    rooms.retain(|room| FLOORS.iter().any(|(name, _)| name == room));
    rooms
}

#[test]
fn no_arrow_runs_up_or_sideways() {
    let mut wrong = Vec::new();
    for room in rooms() {
        let own = floor(&room.name);
        for (line_number, line) in code_lines(&room.text) {
            for other in named_rooms(line) {
                let wing = room.name == "simserver" || other == "simserver";
                let allowed = if other == room.name {
                    true
                } else if wing {
                    (room.name == "simserver" && other == "pair") || room.name == "cli" || own == 9
                } else {
                    floor(other) < own
                };
                if !allowed {
                    wrong.push(format!("{}:{line_number}: {} imports {other}", room.path.display(), room.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "a room imports only from floors below its own:\n{}", wrong.join("\n"));
}

#[test]
fn each_crate_stays_in_its_room() {
    let mut wrong = Vec::new();
    for room in rooms() {
        for (line_number, line) in code_lines(&room.text) {
            for (name, homes) in CONTAINED {
                let named = line.match_indices(&format!("{name}::")).any(|(at, _)| {
                    !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
                });
                if named && !homes.contains(&room.name.as_str()) {
                    wrong.push(format!("{}:{line_number}: {name} belongs to {homes:?}", room.path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_ban_on_io_is_lifted_only_where_io_belongs() {
    for room in rooms() {
        let lifts = code_lines(&room.text).any(|(_, line)| line.contains("allow(clippy::disallowed_methods"));
        assert!(!lifts || floor(&room.name) >= IO_FLOOR, "{} lifts the ban on IO", room.path.display());
    }
}

#[test]
fn nothing_is_left_half_done() {
    // Written apart, so that this file does not find itself.
    let words =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("dbg", "!("), concat!("#[ign", "ore")];
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "runbooks", "grammar", "editors", "benches", "docs"] {
        for path in files(&root().join(folder), &["rs", "pest", "hsbrun", "md", "vim", "yaml", "sh"]) {
            let text = fs::read_to_string(&path).expect("because the file was listed");
            for (at, line) in text.lines().enumerate() {
                if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                    wrong.push(format!("{}:{}: {word}", path.display(), at + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("because a package has a manifest");
    let mut section = String::new();
    let mut previous = "";
    let mut wrong = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.to_string();
        } else if section.contains("dependencies]") && line.contains('=') && !previous.starts_with('#') {
            wrong.push(line);
        }
        previous = line;
    }
    assert!(wrong.is_empty(), "no comment above:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_of_a_room_says_what_it_is() {
    let silent: Vec<String> = rooms()
        .iter()
        .filter(|room| !room.text.trim_start().starts_with("//!"))
        .map(|room| room.path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of:\n{}", silent.join("\n"));
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut documents = files(&root().join("docs"), &["md"]);
    for folder in ["grammar", "editors", "runbooks", "benches", "tests"] {
        documents.extend(files(&root().join(folder), &["md"]));
    }
    documents.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)));
    for document in documents {
        let text = fs::read_to_string(&document).unwrap_or_else(|why| panic!("{}: {why}", document.display()));
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or("");
            let file = target.split('#').next().unwrap_or("");
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let folder = document.parent().expect("because a file stands in a folder");
            if !folder.join(file).exists() {
                wrong.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "dead links:\n{}", wrong.join("\n"));
}

#[test]
fn codes_and_names_of_findings_are_given_once() {
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    for room in rooms() {
        if room.path.file_name().is_none_or(|name| name != "diagnostics.rs") {
            continue;
        }
        for piece in room.text.split('"').skip(1).step_by(2) {
            let is_code =
                piece.len() == 7 && piece.starts_with("HSB") && piece[3..].bytes().all(|b| b.is_ascii_digit());
            if is_code && let Some(other) = seen.insert(piece.to_string(), room.path.clone()) {
                panic!("{piece} stands in {} and in {}", other.display(), room.path.display());
            }
        }
    }
}

#[test]
fn every_decision_stands_in_the_list_of_decisions() {
    let folder = root().join("docs/decisions");
    let list = fs::read_to_string(folder.join("README.md")).expect("because the decisions have a list");
    for path in files(&folder, &["md"]) {
        let name = path.file_name().expect("because a file has a name").to_string_lossy().into_owned();
        assert!(name == "README.md" || list.contains(&format!("]({name})")), "{name} is not in the list");
    }
}
