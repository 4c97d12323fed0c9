//! From ODBC's diagnostic records to a `Stop`: which class of failure it is, solidDB's code, and what to install where a
//! driver is missing.

use odbc_api::Error;

use super::{Stop, Target};

/// solidDB's codes for a lost line: `[SRC]` communication class 21308, 21318, 21328, 21329; 14503 link lost;
/// 14519 thrown out (the session is gone, and what it had sent may have happened).
const LINE_LOST: [i32; 6] = [14503, 14519, 21308, 21318, 21328, 21329];

/// What an error says, plainly.
struct Said {
    state: String,
    code: Option<i32>,
    message: String,
}

/// An error of connecting: nothing was sent.
pub(super) fn not_connected(error: &Error, target: &Target) -> Stop {
    let said = said(error, target);
    let why = match missing_driver(&said) {
        Some(explained) => explained,
        None => said.message,
    };
    Stop::NotConnected { why, code: said.code }
}

/// An error of a statement that was sent; `dead` is what the driver thinks of the connection afterwards.
pub(super) fn failed(error: &Error, target: &Target, dead: bool) -> Stop {
    let said = said(error, target);
    if dead || line_lost(&said) || !says_no(&said) {
        return Stop::Broken { why: said.message };
    }
    Stop::Refused { code: said.code, text: said.message }
}

/// An error of reading the reply: the statement was taken, and what came of it is not known.
pub(super) fn unread(error: &Error, target: &Target) -> Stop {
    Stop::Broken { why: format!("its reply cannot be read: {}", said(error, target).message) }
}

/// SQLSTATE class 08 is the connection's; HYT is a time-out, which leaves open what happened.
fn line_lost(said: &Said) -> bool {
    said.state.starts_with("08")
        || said.state.starts_with("HYT")
        || said.code.is_some_and(|code| LINE_LOST.contains(&code))
}

/// Whether an error is clearly a no: solidDB gave a code, or the class of the SQLSTATE is one of statements that are wrong
/// or must not be. HY000 without a code may be anything; 40003 and 25S01 say themselves that the outcome is not known.
fn says_no(said: &Said) -> bool {
    const NO: [&str; 14] = ["07", "0A", "21", "22", "23", "24", "25", "26", "28", "34", "3D", "40", "42", "44"];
    let open = ["40003", "25S01"].contains(&said.state.as_str());
    !open && (said.code.is_some() || NO.iter().any(|class| said.state.starts_with(class)))
}

fn said(error: &Error, target: &Target) -> Said {
    match error {
        Error::Diagnostics { record, .. } => {
            let message = target.hide(tidy(&String::from_utf8_lossy(&record.message)).as_str());
            let code = solid_code(record.native_error, &message);
            Said { state: record.state.as_str().to_owned(), code, message }
        }
        other => Said { state: String::new(), code: None, message: target.hide(&tidy(&other.to_string())) },
    }
}

/// One line, without the drivers' habits at its end.
fn tidy(message: &str) -> String {
    let lines: Vec<&str> = message
        .lines()
        .map(|line| line.trim().trim_end_matches(';'))
        .filter(|line| !line.is_empty() && *line != "Error while executing the query")
        .collect();
    lines.join("; ")
}

/// solidDB's own code: the native error where it looks like one, else the number in `SOLID … Error 14706:`, anywhere.
///
/// Source: the codes of `[SRC]` have five digits, 10002 to 30999, and psqlodbc carries no native code.
fn solid_code(native: i32, message: &str) -> Option<i32> {
    if (10_000..40_000).contains(&native) {
        return Some(native);
    }
    let mut words = message.split_whitespace().skip_while(|word| !word.ends_with("SOLID"));
    words.next()?;
    let number = words.skip_while(|word| *word != "Error").nth(1)?;
    number.trim_end_matches(|letter: char| !letter.is_ascii_digit()).parse().ok()
}

/// The driver manager's words for a driver that is not there: 01000 `Can't open lib`, IM002, IM003.
fn missing_driver(said: &Said) -> Option<String> {
    let missing = said.message.contains("Can't open lib")
        || said.state == "IM002"
        || said.state == "IM003"
        || said.message.contains("Data source name not found");
    missing.then(|| {
        format!(
            "the ODBC driver that the site file names is not installed ({}); install it and give its file in `odbc:` as \
             Driver=/path/to/driver.so (for simulated servers: apt-get install odbc-postgresql)",
            said.message
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_anywhere_in_the_message() {
        let text = "[unixODBC]ERROR: SOLID Database Error 14706: Invalid read replica login";
        assert_eq!(solid_code(1, text), Some(14706));
        assert_eq!(solid_code(21306, "x"), Some(21306));
        assert_eq!(solid_code(35, "server closed the connection"), None);
        assert_eq!(solid_code(1, "SOLID Error"), None);
        assert_eq!(solid_code(1, "SOLID Communication Error 21308; broken"), Some(21308));
    }

    #[test]
    fn only_a_clear_no_is_a_refusal() {
        let no = |state: &str, code| says_no(&Said { state: state.into(), code, message: String::new() });
        assert!(no("HY000", Some(14706)) && no("42000", None) && no("23000", None) && no("40001", Some(10047)));
        assert!(!no("HY000", None) && !no("40003", Some(10047)) && !no("25S01", None) && !no("57P01", None));
        assert!(!no("", None), "an error of the driver manager's caller");
    }

    #[test]
    fn a_message_becomes_one_line() {
        assert_eq!(tidy("ERROR: a: b;\nError while executing the query"), "ERROR: a: b");
        assert_eq!(tidy("a\n\n  b;\n"), "a; b");
    }
}
