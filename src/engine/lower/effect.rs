//! Effects: what is sent to whom, for how long.

use std::time::Duration;

use crate::program::{Doubt, Effect, EffectKind, ServerId};
use crate::text::Span;

use crate::engine::instr::{Instr, Sending};
use crate::engine::{Action, Command, InstrId};

use super::Lower;
use super::text;

impl Lower<'_> {
    pub(super) fn effect(&self, effect: &Effect) -> Sending {
        let server = effect.server.as_ref().map(|server| self.server(server));
        let (action, doubt) = self.action(&effect.kind);
        let limit = match (&effect.within, &action) {
            (Some(within), _) => self.duration(within),
            (None, Action::Admin { .. }) => self.settings.call_limit,
            (None, _) => self.settings.command_limit,
        };
        Sending {
            act: action.act(),
            expects: server.and_then(|server| self.expects(server, &action)),
            command: Command { server, action, limit },
            doubt,
        }
    }

    /// The effect of an `ensure`, whose limit bounds the answer to its effect too.
    pub(super) fn ensured(&self, effect: &Effect, within: Duration) -> Sending {
        let mut sending = self.effect(effect);
        sending.command.limit = match sending.command.action {
            Action::Admin { .. } => sending.command.limit.min(within),
            Action::Sql { .. }
            | Action::Start { .. }
            | Action::Install { .. }
            | Action::Run { .. }
            | Action::Watchdog { .. } => within,
        };
        sending
    }

    /// A command of the machine itself.
    pub(super) fn watchdog(&mut self, on: bool, span: Span) -> InstrId {
        let command = Command { server: None, action: Action::Watchdog { on }, limit: self.settings.command_limit };
        let sending = Sending { command, act: None, doubt: Doubt::Repeat, expects: None };
        let text = self.sending_text(&sending);
        self.emit(Instr::Command(sending), span, &text)
    }

    pub(super) fn sending_text(&self, sending: &Sending) -> String {
        let action = text::action(&sending.command.action);
        match sending.command.server {
            Some(server) => format!("{action} on {}", self.names[server.0 as usize]),
            None => action,
        }
    }

    fn action(&self, kind: &EffectKind) -> (Action, Doubt) {
        match kind {
            EffectKind::Admin { text, doubt, .. } => {
                (Action::Admin { text: text.clone() }, doubt.unwrap_or(Doubt::Ask))
            }
            EffectKind::Sql { text, values, doubt } => {
                (Action::Sql { text: text.clone(), values: self.values(values) }, doubt.unwrap_or(Doubt::Ask))
            }
            EffectKind::Start { options } => (Action::Start { options: options.clone() }, Doubt::Ask),
            EffectKind::Install { previous } => (Action::Install { previous: *previous }, Doubt::Ask),
            EffectKind::Run { name, doubt } => (Action::Run { name: name.clone() }, doubt.unwrap_or(Doubt::Ask)),
            EffectKind::Watchdog { on } => (Action::Watchdog { on: *on }, Doubt::Repeat),
        }
    }

    /// The version that an installation leaves behind, where the runbook declares it.
    fn expects(&self, server: ServerId, action: &Action) -> Option<crate::pair::Version> {
        let declared = &self.program.servers[server.0 as usize];
        let expected = match action {
            Action::Install { previous: true } => Some(&declared.from),
            Action::Install { previous: false } => declared.to.as_ref(),
            Action::Admin { .. }
            | Action::Sql { .. }
            | Action::Start { .. }
            | Action::Run { .. }
            | Action::Watchdog { .. } => None,
        };
        expected?.version.as_ref().map(|version| self.version(version))
    }
}
