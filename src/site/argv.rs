//! Argument lists with places to fill: `{options}` becomes several arguments, `{name}` of a parameter a piece of one.

use super::Argv;

/// The element that stands for the `-x` options of a start.
pub(super) const OPTIONS: &str = "{options}";

/// Programs that run a line which is given to them as an argument.
const SHELLS: [&str; 10] = ["sh", "bash", "dash", "ksh", "zsh", "csh", "tcsh", "fish", "cmd", "powershell"];
/// The options by which they take it, in small letters.
const LINE_OPTIONS: [&str; 6] = ["-c", "-lc", "-ec", "/c", "-command", "-exc"];

impl Argv {
    /// The arguments with every place filled. `{options}` as a whole element becomes `-x` and the option for each;
    /// `{name}` is what `value` says of it, and stays as it is where that is nothing. `{{name}}` is `{name}`, unfilled.
    /// What is filled in is never split.
    #[must_use]
    pub fn fill(&self, options: &[String], value: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let mut args = Vec::with_capacity(self.args.len() + 2 * options.len());
        for arg in &self.args {
            if arg == OPTIONS {
                args.extend(options.iter().flat_map(|option| ["-x".to_owned(), option.clone()]));
            } else {
                args.push(filled(arg, &value));
            }
        }
        args
    }

    /// The names of the places, those of `{options}` elements left out.
    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        self.args.iter().filter(|arg| *arg != OPTIONS).flat_map(|arg| {
            pieces(arg).filter_map(|piece| match piece {
                Piece::Place(name) => Some(name),
                Piece::Chars(_) => None,
            })
        })
    }

    /// The shell that is given a line to run: `sh -c …`.
    pub(super) fn shell(&self) -> Option<&str> {
        let program = self.args.first()?;
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
        let is_shell = SHELLS.contains(&name.to_lowercase().trim_end_matches(".exe"));
        let takes_line = |arg: &String| LINE_OPTIONS.contains(&arg.to_lowercase().as_str());
        (is_shell && self.args.iter().skip(1).any(takes_line)).then_some(name)
    }

    /// Has it an element for options?
    pub(super) fn takes_options(&self) -> bool {
        self.args.iter().any(|arg| arg == OPTIONS)
    }
}

fn filled(arg: &str, value: &impl Fn(&str) -> Option<String>) -> String {
    pieces(arg)
        .map(|piece| match piece {
            Piece::Chars(chars) => chars.to_owned(),
            Piece::Place(name) => value(name).unwrap_or_else(|| format!("{{{name}}}")),
        })
        .collect()
}

enum Piece<'a> {
    Chars(&'a str),
    Place(&'a str),
}

/// An argument cut at its places. Braces around anything but a name are characters like others.
fn pieces(arg: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = arg;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(name) = rest.strip_prefix("{{").and_then(name_before_brace)
            && rest[name.len() + 3..].starts_with('}')
        {
            let whole = &rest[1..name.len() + 3];
            rest = &rest[name.len() + 4..];
            return Some(Piece::Chars(whole));
        }
        if let Some(name) = rest.strip_prefix('{').and_then(name_before_brace) {
            rest = &rest[name.len() + 2..];
            return Some(Piece::Place(name));
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find('{').map_or(rest.len(), |next| first + next);
        let (chars, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Chars(chars))
    })
}

/// The name at the start of a text, where `}` follows it.
fn name_before_brace(text: &str) -> Option<&str> {
    let name = &text[..text.find('}')?];
    let mut letters = name.chars();
    let sound =
        letters.next()?.is_ascii_alphabetic() && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    sound.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SourceId, Span};

    fn fill(args: &[&str], options: &[&str]) -> Vec<String> {
        let argv = Argv { args: args.iter().map(ToString::to_string).collect(), span: Span::new(SourceId(0), 0, 0) };
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        argv.fill(&options, |name| (name == "target").then(|| "7.0; rm -rf / {target}".to_owned()))
    }

    #[test]
    fn each_option_becomes_two_arguments_in_its_place() {
        let args = ["solid", "-c", "{options}", "end"];
        assert_eq!(
            fill(&args, &["autoconvert", "backupserver"]),
            ["solid", "-c", "-x", "autoconvert", "-x", "backupserver", "end"]
        );
        assert_eq!(fill(&args, &[]), ["solid", "-c", "end"]);
    }

    #[test]
    fn a_value_stays_within_its_argument_and_is_not_filled_again() {
        assert_eq!(fill(&["--to={target}!"], &[]), ["--to=7.0; rm -rf / {target}!"]);
    }

    #[test]
    fn braces_that_hold_no_name_are_characters() {
        let args = ["{\"a\":{}}", "{{target}}", "{", "{other}", "ä{target", "a{b}c{target"];
        assert_eq!(fill(&args, &[]), ["{\"a\":{}}", "{target}", "{", "{other}", "ä{target", "a{b}c{target"]);
    }
}
