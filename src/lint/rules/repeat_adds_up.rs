//! A statement that may be sent twice, and then does twice what it does once.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{Doubt, EffectKind};

pub fn of_program(scene: &Scene, found: &mut Found) {
    scene.each_stmt(&mut |stmt| {
        let Some(effect) = stmt.effect() else { return };
        let EffectKind::Sql { text, doubt: Some(Doubt::Repeat), .. } = &effect.kind else { return };
        if let Some(column) = counts_up(text) {
            found.report(diagnostics::repeat_adds_up(effect.span, &column));
        }
    });
}

/// The column that an UPDATE sets to something made of its own value: `SET N = N + 1`.
fn counts_up(sql: &str) -> Option<String> {
    let words: Vec<String> = tokens(sql);
    if !words.first()?.eq_ignore_ascii_case("UPDATE") {
        return None;
    }
    let same = |at: usize, word: &str| words.get(at).is_some_and(|other| other.eq_ignore_ascii_case(word));
    let mut assignments = words.iter().enumerate().filter(|(at, _)| same(at + 1, "="));
    let found = assignments.find(|(at, column)| {
        let from_itself = same(at + 2, column) && ["+", "-", "*", "/", "||"].iter().any(|sign| same(at + 3, sign));
        let own = |at: usize| same(at, column);
        from_itself || (["+", "*", "||"].iter().any(|sign| same(at + 3, sign)) && own(at + 4))
    });
    found.map(|(_, column)| column.clone())
}

/// Words and signs; what stands in quotes is one word.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut quote = None;
    let mut in_word = false;
    for c in sql.chars() {
        let of_word = quote.is_some() || c.is_alphanumeric() || "_.\"'".contains(c);
        match tokens.last_mut() {
            Some(last) if of_word && in_word => last.push(c),
            Some(last) if c == '|' && last == "|" => last.push(c),
            _ if c.is_whitespace() && quote.is_none() => {}
            _ => tokens.push(c.to_string()),
        }
        quote = match quote {
            None if c == '\'' || c == '"' => Some(c),
            Some(open) if open == c => None,
            other => other,
        };
        in_word = of_word;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::counts_up;

    #[test]
    fn an_update_of_a_column_from_itself_counts_up() {
        for sql in ["UPDATE T SET N = N + 1", "update T set A = 1, N=N-1 where X = ?", "UPDATE T SET N = 1 + N"] {
            assert_eq!(counts_up(sql).as_deref(), Some("N"), "{sql}");
        }
        assert_eq!(counts_up("UPDATE T SET S = S || 'x'").as_deref(), Some("S"));
    }

    #[test]
    fn an_update_to_a_value_does_not() {
        for sql in
            ["UPDATE T SET N = 5", "UPDATE T SET N = M + 1", "INSERT INTO T VALUES (1)", "UPDATE T SET N = ?", ""]
        {
            assert_eq!(counts_up(sql), None, "{sql}");
        }
    }
}
