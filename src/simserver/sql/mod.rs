//! The text of statements: split where a client sent several, read for what the server itself must know, and brought
//! from the driver's dialect (PostgreSQL) to the engine's.

mod functions;
mod replicable;
mod tokens;
mod users;

pub(super) use functions::answer_functions;
pub(super) use replicable::{Moment, NotHere, is_reserved, pin};
use tokens::Tokens;
pub(super) use users::{ADMIN_ROLES, UserChange};

use super::config::{Durability, SafenessLevel};

/// What a statement is, as far as the session must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sql {
    /// `ADMIN COMMAND '…'`: the text between the quotes.
    Admin(String),
    Begin,
    Commit,
    Rollback,
    /// `SET statement_timeout`, in milliseconds; 0: none.
    StatementTimeout(u64),
    /// `SET SAFENESS {1SAFE | 2SAFE | DEFAULT}` of this session (RCL); none: as the server's settings have it.
    Safeness(Option<SafenessLevel>),
    /// `SET DURABILITY {RELAXED | STRICT | DEFAULT}` of this session (RCL).
    Durability(Option<Durability>),
    /// Other settings, `SAVEPOINT`, `DEALLOCATE`: accepted and without effect here. The word is the command's tag.
    Ignored(&'static str),
    /// `SHOW name`
    Show(String),
    /// The driver's question about its large object type.
    LargeObjectType,
    /// `CREATE USER` and its like.
    Users(UserChange),
    /// Most likely only reads.
    Reads(String),
    Writes(String),
    Empty,
}

/// Splits what a client sent as one query. `ADMIN COMMAND` is never split, whatever is inside its quotes.
pub(super) fn split(text: &str) -> Vec<Sql> {
    pieces(text).into_iter().map(classify).collect()
}

/// The pieces between semicolons that stand outside quotes and comments.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, token) in Tokens::new(text) {
        if token == ";" {
            found.push(text[start..at].trim());
            start = at + 1;
        }
    }
    found.push(text[start..].trim());
    if found.len() > 1 {
        found.retain(|piece| !piece.is_empty());
    }
    found
}

fn classify(piece: &str) -> Sql {
    let words: Vec<&str> = Tokens::new(piece).map(|(_, token)| token).filter(|token| !is_blank(token)).collect();
    if let Some(change) = UserChange::read(&words) {
        return Sql::Users(change);
    }
    let upper = |at: usize| words.get(at).map(|word| word.to_ascii_uppercase()).unwrap_or_default();
    match upper(0).as_str() {
        "" => Sql::Empty,
        "ADMIN" if upper(1) == "COMMAND" && words.len() == 3 => match unquoted(words[2]) {
            Some(text) => Sql::Admin(text),
            None => Sql::Writes(piece.to_owned()),
        },
        "BEGIN" | "START" => Sql::Begin,
        "COMMIT" | "END" => Sql::Commit,
        "ROLLBACK" if upper(1) == "TO" => Sql::Ignored("ROLLBACK"),
        "ROLLBACK" | "ABORT" => Sql::Rollback,
        "SET" if upper(1) == "STATEMENT_TIMEOUT" => {
            Sql::StatementTimeout(words.last().and_then(|word| word.trim_matches('\'').parse().ok()).unwrap_or(0))
        }
        "SET" => level(&upper(1), &upper(2)).unwrap_or(Sql::Ignored("SET")),
        "SAVEPOINT" => Sql::Ignored("SAVEPOINT"),
        "RELEASE" => Sql::Ignored("RELEASE"),
        "DEALLOCATE" => Sql::Ignored("DEALLOCATE"),
        "SHOW" => Sql::Show(words[1..].join(" ").to_ascii_lowercase()),
        "SELECT" if words.contains(&"typbasetype") => Sql::LargeObjectType,
        "SELECT" | "VALUES" | "EXPLAIN" | "WITH" => Sql::Reads(to_engine(piece)),
        _ => Sql::Writes(to_engine(piece)),
    }
}

/// What a session asks for its commits. A word that is not known is left to the engine, which names it.
fn level(setting: &str, word: &str) -> Option<Sql> {
    Some(match (setting, word) {
        ("SAFENESS", "1SAFE") => Sql::Safeness(Some(SafenessLevel::OneSafe)),
        ("SAFENESS", "2SAFE") => Sql::Safeness(Some(SafenessLevel::TwoSafe)),
        ("SAFENESS", "DEFAULT") => Sql::Safeness(None),
        ("DURABILITY", "RELAXED") => Sql::Durability(Some(Durability::Relaxed)),
        ("DURABILITY", "STRICT") => Sql::Durability(Some(Durability::Strict)),
        ("DURABILITY", "DEFAULT") => Sql::Durability(None),
        ("SAFENESS" | "DURABILITY", _) => Sql::Writes(format!("SET {setting} {word}")),
        _ => return None,
    })
}

fn is_blank(token: &str) -> bool {
    token.starts_with(char::is_whitespace) || token.starts_with("--") || token.starts_with("/*")
}

/// The text of a literal in single quotes.
fn unquoted(literal: &str) -> Option<String> {
    let inner = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

/// `$1` becomes `?1`; casts `::int4` and the `E` of escape strings go.
fn to_engine(piece: &str) -> String {
    let tokens: Vec<&str> = Tokens::new(piece).map(|(_, token)| token).collect();
    let mut text = String::with_capacity(piece.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        if token == "::" {
            at += cast_length(&tokens[at..]);
            continue;
        }
        let next = tokens.get(at + 1).copied().unwrap_or_default();
        if token.eq_ignore_ascii_case("E") && next.starts_with('\'') {
            text.push_str(&next.replace("\\\\", "\\"));
            at += 2;
            continue;
        }
        match token.strip_prefix('$') {
            Some(number) if !number.is_empty() => {
                text.push('?');
                text.push_str(number);
            }
            _ => text.push_str(token),
        }
        at += 1;
    }
    text
}

/// `::int4`, `::varchar(20)`: in tokens.
fn cast_length(tokens: &[&str]) -> usize {
    match tokens {
        [_, _, "(", rest @ ..] => 4 + rest.iter().position(|token| *token == ")").unwrap_or(rest.len()),
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_command_keeps_what_is_inside_its_quotes() {
        let admin = |text: &str| vec![Sql::Admin(text.into())];
        assert_eq!(split("ADMIN COMMAND 'hsb state'"), admin("hsb state"));
        assert_eq!(split("admin  command\n' hsb switch primary';"), admin(" hsb switch primary"));
        assert_eq!(split("ADMIN COMMAND 'a;b ''c'' $1 ?'"), admin("a;b 'c' $1 ?"));
        assert_eq!(split("ADMIN COMMAND \"hsb state\""), vec![Sql::Writes("ADMIN COMMAND \"hsb state\"".into())]);
    }

    #[test]
    fn what_the_driver_sends_at_its_start_is_understood() {
        let sent = "SET DateStyle = 'ISO';SET extra_float_digits = 2;show transaction_isolation";
        let expected = vec![Sql::Ignored("SET"), Sql::Ignored("SET"), Sql::Show("transaction_isolation".into())];
        assert_eq!(split(sent), expected);
        let asked = "select oid, typbasetype from pg_type where typname = 'lo'";
        assert_eq!(split(asked), vec![Sql::LargeObjectType]);
        assert_eq!(split("SET statement_timeout = 2000"), vec![Sql::StatementTimeout(2000)]);
    }

    #[test]
    fn a_session_asks_for_its_own_levels() {
        let one = |text: &str| split(text).pop();
        assert_eq!(one("set durability relaxed"), Some(Sql::Durability(Some(Durability::Relaxed))));
        assert_eq!(one("SET DURABILITY STRICT;"), Some(Sql::Durability(Some(Durability::Strict))));
        assert_eq!(one("SET SAFENESS 1SAFE"), Some(Sql::Safeness(Some(SafenessLevel::OneSafe))));
        assert_eq!(one("SET SAFENESS 2safe"), Some(Sql::Safeness(Some(SafenessLevel::TwoSafe))));
        assert_eq!(one("SET SAFENESS DEFAULT"), Some(Sql::Safeness(None)));
        assert_eq!(one("SET SAFENESS 3SAFE"), Some(Sql::Writes("SET SAFENESS 3SAFE".into())));
    }

    #[test]
    fn several_statements_are_split_outside_of_quotes_and_comments() {
        let expected = vec![Sql::Begin, Sql::Writes("INSERT INTO t VALUES ('a;b')".into()), Sql::Commit];
        assert_eq!(split("BEGIN; INSERT INTO t VALUES ('a;b'); COMMIT WORK;"), expected);
        assert_eq!(split("SELECT 1 -- ; no\n"), vec![Sql::Reads("SELECT 1 -- ; no".into())]);
        assert_eq!(split(" "), vec![Sql::Empty]);
    }

    #[test]
    fn the_dialect_of_the_driver_becomes_the_engines() {
        let reads = |text: &str| vec![Sql::Reads(text.into())];
        assert_eq!(
            split("SELECT a FROM t WHERE a = $1 AND b = '$2'"),
            reads("SELECT a FROM t WHERE a = ?1 AND b = '$2'")
        );
        assert_eq!(split("SELECT '5'::int4, 'x::y'"), reads("SELECT '5', 'x::y'"));
        assert_eq!(split("SELECT '5'::varchar(20), 1"), reads("SELECT '5', 1"));
        assert_eq!(split("SELECT E'a\\\\b'"), reads("SELECT 'a\\b'"));
    }

    #[test]
    fn an_unclosed_quote_reaches_to_the_end() {
        assert_eq!(split("SELECT 'a; b"), vec![Sql::Reads("SELECT 'a; b".into())]);
        assert_eq!(split("ADMIN COMMAND 'x"), vec![Sql::Writes("ADMIN COMMAND 'x".into())]);
    }
}
