//! A host, a path or an address in a runbook, which then serves one site only.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{EffectKind, Value};
use crate::text::Span;

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Host,
    Path,
}

/// The protocols that a connect string begins with. Source: 200 "Connect strings".
const PROTOCOLS: [&str; 5] = ["tcp", "tcpip", "upipe", "unix", "nmpipe"];

pub fn of_program(scene: &Scene, found: &mut Found) {
    for (name, param) in &scene.program.params {
        if let Some(Value::Text(text)) = &param.default
            && let Some((place, _)) = named(text)
        {
            let at = scene.quoted(param.span).unwrap_or(param.span);
            found.report(diagnostics::place_in_parameter(at, name, place));
        }
    }
    scene.each_stmt(&mut |stmt| {
        let Some(effect) = stmt.effect() else { return };
        let EffectKind::Admin { text, .. } = &effect.kind else { return };
        if let Some((place, range)) = named(text) {
            let whole = scene.quoted(effect.span).unwrap_or(effect.span);
            let start = whole.start as usize + range.start;
            let at = Span::new(whole.source, start, whole.start as usize + range.end);
            let at = if scene.text(at) == &text[range] { at } else { whole };
            found.report(diagnostics::place_in_runbook(at, place));
        }
    });
}

/// The first word of a text that names a place, with its bytes.
fn named(text: &str) -> Option<(Place, std::ops::Range<usize>)> {
    let words: Vec<(usize, &str)> = text
        .split(|c: char| c.is_whitespace() || c == '=' || c == ';' || c == ',')
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect();
    let range = |(at, word): (usize, &str)| at..at + word.len();
    for (at, (start, word)) in words.iter().copied().enumerate() {
        if is_path(word) {
            return Some((Place::Path, range((start, word))));
        }
        if is_address(word) {
            return Some((Place::Host, range((start, word))));
        }
        let follows = || words[at + 1..].iter().copied().find(|(_, word)| !word.starts_with('-'));
        if PROTOCOLS.iter().any(|protocol| word.eq_ignore_ascii_case(protocol))
            && let Some(host) = follows()
        {
            return Some((Place::Host, range(host)));
        }
    }
    None
}

fn is_path(word: &str) -> bool {
    let drive = word.as_bytes();
    let has_drive =
        drive.len() > 2 && drive[0].is_ascii_alphabetic() && drive[1] == b':' && matches!(drive[2], b'\\' | b'/');
    has_drive || word.starts_with("\\\\") || word.starts_with('/') && word.len() > 1
}

/// Four numbers joined by dots, with a port or without, or a name with a port.
fn is_address(word: &str) -> bool {
    let (host, port) = word.split_once(':').map_or((word, None), |(host, port)| (host, Some(port)));
    let parts: Vec<&str> = host.split('.').collect();
    let numbers = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    let is_port = |port: &str| port.len() >= 2 && port.parse::<u16>().is_ok();
    let named = host.starts_with(|c: char| c.is_ascii_alphabetic())
        && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    match port {
        None => numbers,
        Some(port) => is_port(port) && (numbers || named),
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, named};

    fn found(text: &str) -> Option<(Place, &str)> {
        named(text).map(|(place, range)| (place, &text[range]))
    }

    #[test]
    fn hosts_and_paths_are_known_by_their_form() {
        assert_eq!(found("hsb parameter connect tcp db2 1964"), Some((Place::Host, "db2")));
        assert_eq!(found("hsb parameter connect tcp -c500 db2 1964"), Some((Place::Host, "db2")));
        assert_eq!(found("backup /var/solid/backup"), Some((Place::Path, "/var/solid/backup")));
        assert_eq!(found("backup C:\\backup"), Some((Place::Path, "C:\\backup")));
        assert_eq!(found("10.1.2.3"), Some((Place::Host, "10.1.2.3")));
        assert_eq!(found("db1:1964"), Some((Place::Host, "db1:1964")));
    }

    #[test]
    fn commands_versions_and_times_are_no_places() {
        for text in ["hsb netcopy", "throwout all", "7.0.0.3 FP", "12:30", "parameter Logging.LogDir", "a/b", "/", ""] {
            assert_ne!(found(text).map(|(place, _)| place), Some(Place::Path), "{text}");
        }
        assert_eq!(found("12:30"), None);
    }
}
