//! Findings about the command line and the files that it names: HSB79xx.

use crate::diag::{Finding, Rule, Severity};

const UNREADABLE: Rule = Rule { code: "HSB7901", name: "unreadable-file", severity: Severity::Error };
const NOT_TEXT: Rule = Rule { code: "HSB7902", name: "not-text", severity: Severity::Error };
const TOO_LARGE: Rule = Rule { code: "HSB7903", name: "too-large", severity: Severity::Error };

pub fn unreadable(name: &str, why: &std::io::Error) -> Finding {
    let help = match why.kind() {
        std::io::ErrorKind::NotFound => "look at the path and the directory that you are in",
        std::io::ErrorKind::PermissionDenied => "make it readable for this user",
        std::io::ErrorKind::IsADirectory => "name the files in it",
        _ => "make sure that it is a file that can be read",
    };
    Finding::nowhere(UNREADABLE, format!("`{name}` cannot be read: {}", reason(why))).help(help)
}

/// The operating system's words without its number.
fn reason(why: &std::io::Error) -> String {
    let text = why.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

pub fn not_text(name: &str, offset: usize) -> Finding {
    Finding::nowhere(NOT_TEXT, format!("`{name}` is not a text in UTF-8: byte {} does not fit", offset + 1))
        .help("name a runbook; one in another encoding can be converted with iconv")
}

pub fn too_large(name: &str, limit: u64) -> Finding {
    Finding::nowhere(TOO_LARGE, format!("`{name}` has more than {} MiB", limit >> 20))
        .help("name a runbook; none is that large")
}
