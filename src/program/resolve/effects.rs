//! Effects: to which server they go, and what the catalogue says of them.

use crate::pair::Command;
use crate::program::{Doubt, Effect, EffectKind, ServerTerm, ValueTerm, diagnostics};
use crate::syntax::tree::{self, Literal, Name};
use crate::text::{Span, Spanned};

use super::values::Wanted;
use super::{On, Resolver, Within};

/// The `-x` options of a server's start. Sources: domain facts, section on the command line [SEED][7,200][SRC], `convert`
/// [RCL]; `read-only` cannot be written as a word, and no runbook for a pair needs it.
const START_OPTIONS: [&str; 4] = ["autoconvert", "backupserver", "convert", "migratehsbg2"];

impl Resolver<'_> {
    /// An effect; none where a finding says why not.
    pub fn effect(&mut self, effect: &tree::Effect, on: &On) -> Option<Effect> {
        let kind = self.effect_kind(&effect.kind);
        let within = self.optional_limit(effect.within.as_ref());
        if let tree::EffectKind::Watchdog { .. } = effect.kind {
            return Some(Effect { kind: kind?, server: None, within: within.ok()?, span: effect.span });
        }
        let server = self.effect_server(effect.span, on);
        Some(Effect { kind: kind?, server: Some(server?), within: within.ok()?, span: effect.span })
    }

    fn effect_server(&mut self, at: Span, on: &On) -> Option<ServerTerm> {
        match on {
            On::Server(server) => Some(server.clone()),
            On::Broken => None,
            On::Nobody => {
                let in_procedure = matches!(self.at, Within::Procedure(_));
                self.report(diagnostics::no_server(at, in_procedure));
                None
            }
        }
    }

    fn effect_kind(&mut self, kind: &tree::EffectKind) -> Option<EffectKind> {
        match kind {
            tree::EffectKind::Admin { text, doubt } => self.admin(text, doubt.as_ref()),
            tree::EffectKind::Sql { text, values, doubt } => {
                let values = self.bound_values(text, values);
                let doubt = doubt.as_ref().map(|doubt| doubt.value);
                Some(EffectKind::Sql { text: text.value.clone(), values: values?, doubt })
            }
            tree::EffectKind::Start { options } => self.start(options),
            tree::EffectKind::Install { previous } => Some(EffectKind::Install { previous: *previous }),
            tree::EffectKind::Run { name, doubt } => {
                let doubt = doubt.as_ref().map(|doubt| doubt.value);
                Some(EffectKind::Run { name: name.value.clone(), doubt })
            }
            tree::EffectKind::Watchdog { on } => Some(EffectKind::Watchdog { on: *on }),
        }
    }

    fn admin(&mut self, text: &Literal, doubt: Option<&Spanned<Doubt>>) -> Option<EffectKind> {
        let command = Command::lookup(&text.value);
        match (command, doubt) {
            (None, None) => {
                self.report(diagnostics::unknown_command(&text.value, text.span));
                return None;
            }
            (Some(command), Some(doubt)) if is_settled_by_asking(command) => {
                self.report(diagnostics::doubt_in_catalogue(&text.value, text.span, doubt.span));
                return None;
            }
            (Some(_) | None, Some(_)) | (Some(_), None) => {}
        }
        Some(EffectKind::Admin { text: text.value.clone(), command, doubt: doubt.map(|doubt| doubt.value) })
    }

    fn start(&mut self, options: &[Name]) -> Option<EffectKind> {
        let mut sound = true;
        for (at, option) in options.iter().enumerate() {
            if !START_OPTIONS.contains(&option.value.as_str()) {
                self.report(diagnostics::unknown_start_option(&option.value, option.span, &START_OPTIONS));
                sound = false;
            } else if let Some(first) = options[..at].iter().find(|first| first.value == option.value) {
                self.report(diagnostics::duplicate_word(&option.value, option.span, first.span));
                sound = false;
            }
        }
        sound.then(|| EffectKind::Start { options: options.iter().map(|option| option.value.clone()).collect() })
    }

    /// The values of a statement, one for each `?` of it.
    pub fn bound_values(&mut self, sql: &Literal, values: &[tree::Value]) -> Option<Vec<ValueTerm>> {
        let placeholders = placeholders(&sql.value);
        if placeholders != values.len() {
            let at = values.last().map_or(sql.span, |last| sql.span.to(last.span));
            self.report(diagnostics::placeholder_count(at, placeholders, values.len()));
        }
        let bound: Vec<_> = values.iter().map(|value| self.value(value, Wanted::Any)).collect();
        bound.into_iter().collect()
    }
}

/// Whether the pair shows if such a command has happened.
fn is_settled_by_asking(command: Command) -> bool {
    let stops = matches!(command, Command::Shutdown | Command::ShutdownForce);
    stops || command.is_hotstandby() && !command.is_query() && command != Command::HsbParameter
}

/// The `?` of a statement that stand outside its quoted texts and names.
fn placeholders(sql: &str) -> usize {
    let mut quote = None;
    let mut count = 0;
    for c in sql.chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (None, '?') => count += 1,
            (Some(open), c) if open == c => quote = None,
            (None | Some(_), _) => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn a_question_mark_within_quotes_is_no_placeholder() {
        assert_eq!(placeholders("SELECT ? FROM T WHERE A = ? AND B = '?' AND \"C?\" = 1"), 2);
        assert_eq!(placeholders("SELECT 'it''s ?', ?"), 1);
    }
}
