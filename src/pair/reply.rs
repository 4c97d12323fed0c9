//! The texts of status replies, read and written. One table for who asks and for who answers.

use super::{Command, Status, StatusWord};

impl Status {
    /// The command that asks for it; none for `activity`, which the four say together.
    #[must_use]
    pub fn command(self) -> Option<Command> {
        match self {
            Status::Link => Some(Command::StatusConnect),
            Status::Copy => Some(Command::StatusCopy),
            Status::Switch => Some(Command::StatusSwitch),
            Status::Catchup => Some(Command::StatusCatchup),
            Status::Activity => None,
        }
    }
}

/// What a server answers: RC and TEXT. `error` is the number that an `ERROR` names. None where the status has no such
/// word.
///
/// Source: 200 "Displaying connect status information", 7 "Checking HotStandby status", SRC literals; RC of NOT ACTIVE,
/// and the answer of `status copy` before any copy, INF.
#[must_use]
pub fn status_reply(status: Status, word: StatusWord, error: i32) -> Option<(i32, String)> {
    let fixed = fixed_replies(status).iter().find(|(_, _, known)| *known == word);
    let failed = matches!(status, Status::Copy | Status::Switch) && word == StatusWord::Error;
    match fixed {
        Some((rc, text, _)) => Some((*rc, (*text).to_owned())),
        None => failed.then(|| (error, format!("ERROR {error}"))),
    }
}

/// The word that a reply stands for; `NONE` where a copy or switch never was. None where the reply is none of these.
///
/// RC decides, and TEXT where RC is 0; case and blanks do not count. Source: as for `status_reply`.
#[must_use]
pub fn status_word(status: Status, rc: i32, text: &str) -> Option<StatusWord> {
    let text = text.trim().to_uppercase();
    let known = fixed_replies(status).iter().find(|(code, words, _)| *code == rc && (rc != 0 || *words == text));
    let failed = matches!(status, Status::Copy | Status::Switch) && text.starts_with("ERROR");
    known.map(|(_, _, word)| *word).or(failed.then_some(StatusWord::Error))
}

/// Whether a row of a command's reply says that it was done: RC is 0, or the word of a status command has that RC.
/// Source: as for `status_reply`.
#[must_use]
pub fn is_done(command: Option<Command>, rc: i32, text: &str) -> bool {
    let asked = Status::ALL.into_iter().find(|status| command.is_some() && status.command() == command);
    rc == 0 || asked.is_some_and(|status| status_word(status, rc, text).is_some())
}

/// The part of a reply to `hsb logpos` that is compared: what stands before the role. None where it has no such part.
/// Source: 200 "Choosing which server to make primary"; SRC.
#[must_use]
pub fn position(text: &str) -> Option<&str> {
    let digits = text.trim().split(':').next().unwrap_or_default();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn fixed_replies(status: Status) -> &'static [(i32, &'static str, StatusWord)] {
    match status {
        Status::Link => &[
            (0, "CONNECTED", StatusWord::Connected),
            (14007, "CONNECTING", StatusWord::Connecting),
            (14008, "CATCHUP", StatusWord::Catchup),
            (14010, "DISCONNECTING", StatusWord::Disconnecting),
            (14537, "BROKEN", StatusWord::Broken),
        ],
        Status::Switch => &[
            (0, "SUCCESS", StatusWord::Success),
            (14003, "ACTIVE", StatusWord::Active),
            (14009, "NO SERVER SWITCH OCCURRED BEFORE", StatusWord::None),
        ],
        Status::Catchup => &[(14003, "ACTIVE", StatusWord::Active), (0, "NOT ACTIVE", StatusWord::NotActive)],
        Status::Copy => &[
            (0, "SUCCESS", StatusWord::Success),
            (14003, "ACTIVE", StatusWord::Active),
            (0, "NOT ACTIVE", StatusWord::None),
        ],
        Status::Activity => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_status_is_read_as_it_was_written() {
        for status in [Status::Link, Status::Copy, Status::Switch, Status::Catchup] {
            for word in status.words() {
                let (rc, text) = status_reply(status, *word, 14503).expect("because it is a word of that status");
                assert_eq!(status_word(status, rc, &format!(" {}\n", text.to_lowercase())), Some(*word), "{text}");
            }
        }
    }

    #[test]
    fn an_error_names_its_number() {
        assert_eq!(status_reply(Status::Copy, StatusWord::Error, 14510), Some((14510, "ERROR 14510".to_owned())));
        assert_eq!(status_word(Status::Switch, 14537, "ERROR 14537"), Some(StatusWord::Error));
        assert_eq!(status_word(Status::Catchup, 14527, "This is a non-HotStandby Server"), None);
    }

    #[test]
    fn a_switch_that_never_was_is_known_by_its_number_alone() {
        assert_eq!(
            status_word(Status::Switch, 14009, "No role switches since the server startup"),
            Some(StatusWord::None)
        );
    }

    #[test]
    fn the_word_of_a_status_is_no_refusal_whatever_its_code() {
        assert!(is_done(Some(Command::StatusConnect), 14537, "BROKEN"));
        assert!(is_done(Some(Command::StatusCopy), 14510, "ERROR 14510"));
        assert!(!is_done(Some(Command::StatusConnect), 14527, "This is a non-HotStandby Server"));
        assert!(!is_done(Some(Command::SwitchPrimary), 14537, "BROKEN") && !is_done(None, 14537, "BROKEN"));
    }

    #[test]
    fn a_position_is_compared_without_its_role() {
        assert_eq!(position("000000000000000000871:PRIMARY"), Some("000000000000000000871"));
        assert_eq!(position("PRIMARY"), None);
    }
}
