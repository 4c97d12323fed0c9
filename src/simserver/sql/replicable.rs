//! A write is executed again on the Secondary, so it must come out the same there: the time is written into it, chance
//! is refused. What belongs to the server itself is not for clients.

use super::tokens::Tokens;

/// Why a statement is not executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum NotHere {
    /// Comes out different each time.
    Chance,
    /// The server's own tables and settings.
    Reserved,
}

/// The moment of a statement, as SQL writes it.
#[derive(Debug, Clone, Copy)]
pub(in crate::simserver) struct Moment<'a> {
    /// `2026-01-31`
    pub date: &'a str,
    /// `23:59:59`
    pub time: &'a str,
}

/// Functions whose value depends on more than their arguments.
const CHANCE: [&str; 10] = [
    "RANDOM",
    "RANDOMBLOB",
    "DATETIME",
    "JULIANDAY",
    "STRFTIME",
    "UNIXEPOCH",
    "CHANGES",
    "TOTAL_CHANGES",
    "LAST_INSERT_ROWID",
    "LOAD_EXTENSION",
];
/// Statements that would reach past the database, or get between the server and its transactions.
const RESERVED: [&str; 5] = ["PRAGMA", "ATTACH", "DETACH", "VACUUM", "LOAD_EXTENSION"];

/// Whether a statement names the server's own tables.
pub(in crate::simserver) fn is_reserved(text: &str) -> bool {
    Tokens::new(text).any(|(_, token)| is_own_table(token))
}

fn is_own_table(token: &str) -> bool {
    token.trim_matches('"').to_ascii_uppercase().starts_with("_HSB_")
}

/// A write as it goes to the log: with the moment in the place of words that ask for it.
pub(in crate::simserver) fn pin(text: &str, moment: Moment<'_>) -> Result<String, NotHere> {
    let tokens: Vec<&str> = Tokens::new(text).map(|(_, token)| token).collect();
    let defines =
        tokens.first().is_some_and(|word| ["CREATE", "ALTER"].iter().any(|known| word.eq_ignore_ascii_case(known)));
    let mut pinned = String::with_capacity(text.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        let upper = token.to_ascii_uppercase();
        let called = tokens.get(at + 1) == Some(&"(");
        if is_own_table(token) || (at == 0 && RESERVED.contains(&upper.as_str())) {
            return Err(NotHere::Reserved);
        }
        if called && CHANCE.contains(&upper.as_str()) {
            return Err(NotHere::Chance);
        }
        match moment.word(&upper, called && tokens.get(at + 2) == Some(&")")) {
            Some(_) if defines => return Err(NotHere::Chance),
            Some((value, length)) => {
                pinned.push_str(&value);
                at += length;
            }
            None => {
                pinned.push_str(token);
                at += 1;
            }
        }
    }
    Ok(pinned)
}

impl Moment<'_> {
    /// The literal in the place of a word, and how many tokens it stands for.
    fn word(self, upper: &str, called_empty: bool) -> Option<(String, usize)> {
        let Moment { date, time } = self;
        match (upper, called_empty) {
            ("CURRENT_TIMESTAMP", _) => Some((format!("'{date} {time}'"), 1)),
            ("CURRENT_DATE", _) => Some((format!("'{date}'"), 1)),
            ("CURRENT_TIME", _) => Some((format!("'{time}'"), 1)),
            ("NOW", true) => Some((format!("'{date} {time}'"), 3)),
            ("CURDATE", true) => Some((format!("'{date}'"), 3)),
            ("CURTIME", true) => Some((format!("'{time}'"), 3)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Moment<'_> = Moment { date: "2026-01-31", time: "23:59:59" };

    #[test]
    fn the_time_is_written_into_a_write() {
        let pinned = pin("INSERT INTO t VALUES (CURRENT_TIMESTAMP, NOW(), 'NOW()')", MOMENT);
        assert_eq!(
            pinned.as_deref(),
            Ok("INSERT INTO t VALUES ('2026-01-31 23:59:59', '2026-01-31 23:59:59', 'NOW()')")
        );
        assert_eq!(pin("UPDATE t SET now = 1", MOMENT).as_deref(), Ok("UPDATE t SET now = 1"));
    }

    #[test]
    fn chance_and_the_servers_own_tables_are_refused() {
        assert_eq!(pin("INSERT INTO t VALUES (random())", MOMENT), Err(NotHere::Chance));
        assert_eq!(pin("CREATE TABLE t (a DEFAULT CURRENT_TIMESTAMP)", MOMENT), Err(NotHere::Chance));
        assert!(is_reserved("SELECT value FROM _hsb_meta") && !is_reserved("SELECT '_hsb_meta'"));
        assert_eq!(pin("DELETE FROM _hsb_log", MOMENT), Err(NotHere::Reserved));
        assert_eq!(pin("DELETE FROM \"_hsb_log\"", MOMENT), Err(NotHere::Reserved));
        assert_eq!(pin("PRAGMA journal_mode = DELETE", MOMENT), Err(NotHere::Reserved));
        assert_eq!(
            pin("INSERT INTO t VALUES ('random()')", MOMENT).as_deref(),
            Ok("INSERT INTO t VALUES ('random()')")
        );
    }
}
