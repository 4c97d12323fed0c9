//! A name in braces in a text for a server: nothing fills it.

use crate::diag::{Edit, Fix, Safety};
use crate::lint::assume::each_part;
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{Cond, CondKind, EffectKind, Stmt};
use crate::text::Span;

pub fn of_program(scene: &Scene, found: &mut Found) {
    let program = scene.program;
    let mut of_runbook = Holes {
        values: program.params.keys().map(String::as_str).collect(),
        servers: program.servers.keys().map(String::as_str).collect(),
        scene,
        found,
    };
    program.requires.iter().for_each(|require| of_runbook.cond(&require.cond));
    program.runbook_blocks().for_each(|block| block.each(&mut |stmt| of_runbook.stmt(stmt)));
    for procedure in program.procedures.values() {
        let names = |of_server: bool| {
            let formals = procedure.formals.iter().filter(move |(_, ty)| ty.is_none() == of_server);
            formals.map(|(name, _)| name.as_str()).collect()
        };
        let mut inside = Holes { values: names(false), servers: names(true), scene, found: &mut *of_runbook.found };
        procedure.body.each(&mut |stmt| inside.stmt(stmt));
    }
}

/// Looks for the names of one scope.
struct Holes<'a, 'p> {
    values: Vec<&'p str>,
    servers: Vec<&'p str>,
    scene: &'a Scene<'p>,
    found: &'a mut Found,
}

/// What kind of text it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Admin,
    Query,
    Statement { has_values: bool },
}

impl Holes<'_, '_> {
    fn stmt(&mut self, stmt: &Stmt) {
        stmt.conds().for_each(|cond| self.cond(cond));
        let Some(effect) = stmt.effect() else { return };
        match &effect.kind {
            EffectKind::Sql { values, .. } => {
                self.look(effect.span, Text::Statement { has_values: !values.is_empty() });
            }
            EffectKind::Admin { .. } => self.look(effect.span, Text::Admin),
            EffectKind::Start { .. }
            | EffectKind::Install { .. }
            | EffectKind::Run { .. }
            | EffectKind::Watchdog { .. } => {}
        }
    }

    fn cond(&mut self, cond: &Cond) {
        each_part(cond, &mut |part| {
            if let CondKind::Answers { .. } = &part.kind {
                self.look(part.span, Text::Query);
            }
        });
    }

    fn look(&mut self, span: Span, kind: Text) {
        let Some(quoted) = self.scene.quoted(span) else { return };
        let text = self.scene.text(quoted);
        let Some((at, name)) = self.first_hole(text) else { return };
        let start = quoted.start as usize + at;
        let hole = Span::new(span.source, start, start + name.len() + 2);
        let finding = diagnostics::hole_in_server_text(hole, name, kind != Text::Admin);
        // One place, bare, in a statement that has no values yet: there is one way to write it.
        let bare = !text[..at].ends_with('\'') && !text[at + name.len() + 2..].contains(['{', '?']);
        let can_be_bound = kind == Text::Statement { has_values: false } && bare && self.values.contains(&name);
        let fix = can_be_bound.then(|| bound(hole, quoted, name));
        self.found.report(finding.fix(fix));
    }

    /// The first `{name}` of something that is in scope.
    fn first_hole<'t>(&self, text: &'t str) -> Option<(usize, &'t str)> {
        let mut holes = text.match_indices('{').filter_map(|(at, _)| {
            let (name, _) = text[at + 1..].split_once('}')?;
            Some((at, name))
        });
        holes.find(|(_, name)| self.values.contains(name) || self.servers.contains(name))
    }
}

fn bound(hole: Span, quoted: Span, name: &str) -> Fix {
    let behind = quoted.end as usize + 1;
    Fix {
        what: format!("write `?`, and `with {name}` behind the statement"),
        safety: Safety::Unsafe,
        edits: vec![
            Edit { span: hole, text: "?".to_owned() },
            Edit { span: Span::new(hole.source, behind, behind), text: format!(" with {name}") },
        ],
    }
}
