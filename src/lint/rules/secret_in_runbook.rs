//! A password in a runbook.

use crate::lint::assume::each_part;
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{CondKind, EffectKind, Value};
use crate::text::Span;

/// What stands before a password in connection strings and in SQL, in small letters.
const BEFORE: [&str; 5] = ["pwd=", "password=", "passwd=", "identified by ", "password "];
/// Names of parameters that hold one.
const NAMES: [&str; 5] = ["password", "passwd", "pwd", "secret", "token"];

pub fn of_program(scene: &Scene, found: &mut Found) {
    for (name, param) in &scene.program.params {
        let is_one = named_so(name);
        let text = match &param.default {
            Some(Value::Text(text)) => Some(text.as_str()),
            Some(Value::Duration(_) | Value::Size(_) | Value::Version(_) | Value::Word(_) | Value::Number(_))
            | None => None,
        };
        if let Some(word) = text.and_then(held) {
            found.report(diagnostics::secret_in_runbook(param.span, word.trim()));
        } else if let Some(word) = is_one.filter(|_| text.is_some()) {
            found.report(diagnostics::secret_in_runbook(param.span, word));
        }
    }
    scene.each_stmt(&mut |stmt| {
        let Some(effect) = stmt.effect() else { return };
        if let EffectKind::Admin { text, .. } | EffectKind::Sql { text, .. } = &effect.kind {
            report(text, scene.quoted(effect.span).unwrap_or(effect.span), found);
        }
    });
    scene.each_cond(&mut |cond| {
        each_part(cond, &mut |part| {
            if let CondKind::Answers { sql, .. } = &part.kind {
                report(sql, scene.quoted(part.span).unwrap_or(part.span), found);
            }
        });
    });
}

fn report(text: &str, at: Span, found: &mut Found) {
    if let Some(word) = held(text) {
        found.report(diagnostics::secret_in_runbook(at, word.trim()));
    }
}

/// The word that a password follows; a place to fill is none.
fn held(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    BEFORE.into_iter().find(|before| {
        lower.match_indices(before).any(|(at, _)| {
            let starts_a_word = !lower[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
            let rest = lower[at + before.len()..].trim_start();
            // After the word alone only something in quotes is one: a column may be called so.
            let quoted = *before != "password " || rest.starts_with(['\'', '"']);
            starts_a_word && quoted && rest.starts_with(|c: char| c != '?' && c != ';' && c != '{')
        })
    })
}

fn named_so(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    NAMES.into_iter().find(|word| lower.split('_').any(|part| part == *word))
}

#[cfg(test)]
mod tests {
    use super::held;

    #[test]
    fn a_password_is_known_by_what_stands_before_it() {
        assert_eq!(held("tcp db1 1964;UID=dba;PWD=dba"), Some("pwd="));
        assert_eq!(held("ALTER USER A IDENTIFIED BY hunter2"), Some("identified by "));
        assert_eq!(held("SET PASSWORD 'hunter2'"), Some("password "));
    }

    #[test]
    fn a_column_a_place_and_an_empty_value_are_none() {
        for text in
            ["SELECT PASSWORD FROM T", "UPDATE T SET PASSWORD = ?", "UID=a;PWD=;X=1", "PWD={p}", "", "RESETPWD=1"]
        {
            assert_eq!(held(text), None, "{text}");
        }
    }
}
