//! The text of a `solid.ini`: sections and values with their lines. Knows no parameter.

use super::Stop;
use super::stop::exit;

/// The values of a `solid.ini`, in their order.
#[derive(Debug, Default)]
pub(super) struct Ini {
    entries: Vec<Entry>,
}

/// One line `Name=Value`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    section: String,
    pub name: String,
    pub value: String,
    /// From 1.
    pub line: usize,
}

impl Ini {
    /// Reads the text; a line that is neither section, value, comment nor blank stops the server.
    pub fn parse(text: &str) -> Result<Ini, Stop> {
        let mut section = None;
        let mut entries = Vec::new();
        for (at, written) in text.lines().enumerate() {
            let line = written.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with(';') || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                let name = name.strip_suffix(']').ok_or_else(|| wrong(at + 1, "a section without its closing ']'"))?;
                section = Some(name.trim().to_owned());
                continue;
            }
            let (name, value) =
                line.split_once('=').ok_or_else(|| wrong(at + 1, "neither [Section] nor Name=Value"))?;
            let section = section.clone().ok_or_else(|| wrong(at + 1, "a value above the first [Section]"))?;
            entries.push(Entry { section, name: name.trim().into(), value: value.trim().into(), line: at + 1 });
        }
        Ok(Ini { entries })
    }

    /// The values of a section, in their order.
    pub fn of_section(&self, section: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.section.eq_ignore_ascii_case(section))
    }

    /// The last value of that name, whatever its case.
    pub fn find(&self, section: &str, name: &str) -> Option<&Entry> {
        self.of_section(section).filter(|entry| entry.name.eq_ignore_ascii_case(name)).last()
    }
}

/// The text with one value changed: in its own line, at the end of its section, or in a section of its own.
pub(super) fn with_value(text: &str, section: &str, name: &str, value: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (mut own, mut inside, mut end) = (None, false, None);
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        if let Some(title) = line.strip_prefix('[') {
            inside = title.trim_end_matches(']').trim().eq_ignore_ascii_case(section);
        } else if inside && line.split_once('=').is_some_and(|(known, _)| known.trim().eq_ignore_ascii_case(name)) {
            own = Some(at);
        }
        if inside && !line.is_empty() {
            end = Some(at + 1);
        }
    }
    let line = format!("{name}={value}");
    match (own, end) {
        (Some(at), _) => lines[at] = line,
        (None, Some(at)) => lines.insert(at, line),
        (None, None) => lines.extend([format!("[{section}]"), line]),
    }
    lines.join("\n") + "\n"
}

/// A stop that names the line.
pub(super) fn wrong(line: usize, what: impl std::fmt::Display) -> Stop {
    Stop::new(exit::BAD_ARGUMENT, format!("solid.ini, line {line}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_names_are_found_whatever_their_case() {
        let ini = Ini::parse("; a comment\n[Com]\nListen = tcp 1964\r\n\n[HotStandby]\nHSBEnabled=yes\n")
            .expect("because every line is sound");
        assert_eq!(ini.find("com", "LISTEN").map(|entry| (entry.value.as_str(), entry.line)), Some(("tcp 1964", 3)));
        assert_eq!(ini.find("Com", "HSBEnabled"), None);
    }

    #[test]
    fn a_value_is_changed_where_it_stands_and_added_where_it_is_missing() {
        let text = "; mine\n[Com]\nlisten = tcp 1\n\n[Sim]\n";
        assert_eq!(with_value(text, "Com", "Listen", "tcp 2"), "; mine\n[Com]\nListen=tcp 2\n\n[Sim]\n");
        assert_eq!(with_value(text, "sim", "Sync", "yes"), "; mine\n[Com]\nlisten = tcp 1\n\n[Sim]\nSync=yes\n");
        assert_eq!(with_value("[Sim]\n", "Com", "Listen", "tcp 2"), "[Sim]\n[Com]\nListen=tcp 2\n");
    }

    #[test]
    fn a_broken_line_is_named() {
        let said = |text| Ini::parse(text).expect_err("because the line is broken").text;
        assert_eq!(said("[Com]\nListen\n"), "solid.ini, line 2: neither [Section] nor Name=Value");
        assert_eq!(said("[Com\n"), "solid.ini, line 1: a section without its closing ']'");
        assert_eq!(said("Listen=tcp 1\n"), "solid.ini, line 1: a value above the first [Section]");
    }
}
