//! The server's own SQL functions, answered before the engine sees the statement.

use super::tokens::Tokens;

/// A statement with `HOTSTANDBY_STATE()` and `HOTSTANDBY_CONNECTSTATUS()` in it replaced by what they answer.
/// Source: 200 "SQL functions".
pub(in crate::simserver) fn answer_functions(text: &str, state: &str, connect_status: &str) -> String {
    let tokens: Vec<&str> = Tokens::new(text).map(|(_, token)| token).collect();
    let mut answered = String::with_capacity(text.len());
    let mut at = 0;
    while at < tokens.len() {
        let called = tokens.get(at + 1) == Some(&"(") && tokens.get(at + 2) == Some(&")");
        let value = match tokens[at].to_ascii_uppercase().as_str() {
            "HOTSTANDBY_STATE" if called => Some(state),
            "HOTSTANDBY_CONNECTSTATUS" if called => Some(connect_status),
            _ => None,
        };
        match value {
            Some(value) => {
                answered.push_str(&format!("'{value}'"));
                at += 3;
            }
            None => {
                answered.push_str(tokens[at]);
                at += 1;
            }
        }
    }
    answered
}

#[cfg(test)]
mod tests {
    use super::answer_functions;

    #[test]
    fn only_calls_outside_of_quotes_are_answered() {
        let answered = answer_functions("SELECT hotstandby_state(), 'HOTSTANDBY_STATE()'", "PRIMARY ALONE", "BROKEN");
        assert_eq!(answered, "SELECT 'PRIMARY ALONE', 'HOTSTANDBY_STATE()'");
    }
}
