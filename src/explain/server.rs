//! Pages made from the tables of `pair`: return codes, messages of the log, states, exit statuses of the server.

use crate::pair::{self, Access, Source, State, code, exit_code, message, state_meaning};

/// A number as it stands in the `RC` column.
pub(super) fn code_page(number: i32) -> Option<String> {
    let code = code(number)?;
    let unsettled = code.unsettled.map_or_else(String::new, |text| format!("\n\nNot settled: {text}"));
    let title = format!("solidDB return code {number}");
    let meaning = format!("{}{unsettled}", code.meaning);
    Some(sheet(&title, &[("The server's words", code.text), ("What it means", &meaning)], code.remedy, code.source))
}

/// A numbered line of the server's log.
pub(super) fn message_page(number: i32) -> Option<String> {
    let message = message(number)?;
    let title = format!("Line {number} of the server's log");
    let remedy = "Look for it in `solmsg.out` of the server, beside the lines around it.";
    Some(sheet(&title, &[("The server's words", message.text)], remedy, message.source))
}

/// What the server's process ends with when a start does not end in a running server.
pub(super) fn exit_page(number: i32) -> Option<String> {
    let exit = exit_code(number)?;
    let title = format!("Exit status {number} of solidDB's process");
    Some(sheet(&title, &[("What it means", exit.meaning)], exit.remedy, exit.source))
}

/// A state, written in any case.
pub(super) fn state_page(asked: &str) -> Option<String> {
    let words: Vec<&str> = asked.split_whitespace().collect();
    let state = State::from_word(&words.join(" ").to_uppercase())?;
    let row = state_meaning(state);
    let access = match state.access() {
        Access::Writes => "It reads and writes: a runbook calls it `SERVING`.",
        Access::Reads => "It reads, and refuses writes.",
        Access::Nothing => "It takes no connections.",
    };
    let meaning = format!("{} {access}", row.meaning);
    Some(sheet(&format!("State {state}"), &[("What it means", &meaning)], row.remedy, row.source))
}

/// The states, as candidates for what was mistyped.
pub(super) fn state_words() -> impl Iterator<Item = &'static str> {
    State::ALL.into_iter().map(State::word)
}

fn sheet(title: &str, said: &[(&str, &str)], remedy: &str, source: Source) -> String {
    let part = |(head, text): (&str, &str)| format!("\n## {head}\n\n{text}\n");
    let body: String = said.iter().copied().chain([("What to do", remedy)]).map(part).collect();
    format!("# {title}\n{body}\n## Source\n\n{}\n", sureness(source))
}

fn sureness(source: Source) -> String {
    let sure = match source.confidence() {
        Some(pair::Confidence::Read) => "read in the vendor's manual or tables",
        Some(pair::Confidence::Recalled) => "recalled, at least in part: check it before you rely on it",
        Some(pair::Confidence::Inferred) | None => "inferred, at least in part: nobody has read it anywhere",
    };
    format!("{} ({sure})", source.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::{codes, exit_codes, messages};

    #[test]
    fn every_row_of_the_tables_has_a_page() {
        assert!(codes().all(|row| code_page(row.number).is_some_and(|page| page.contains(row.remedy))));
        assert!(messages().iter().all(|row| message_page(row.number).is_some_and(|page| page.contains(row.text))));
        assert!(exit_codes().iter().all(|row| exit_page(row.number).is_some_and(|page| page.contains(row.remedy))));
    }

    #[test]
    fn a_state_is_found_in_any_case_and_with_any_blanks() {
        for state in State::ALL {
            let asked = state.word().to_lowercase().replace(' ', "  ");
            assert!(state_page(&asked).is_some_and(|page| page.contains(state.word())), "{state}");
        }
        assert_eq!(state_page("PRIMARY"), None);
    }

    #[test]
    fn a_page_says_how_sure_it_is() {
        let page = code_page(14704).expect("because it is in the table");
        assert!(page.contains("## Source\n\n"), "{page}");
        assert!(sureness(Source("INF")).contains("inferred"));
    }
}
