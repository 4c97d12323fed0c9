//! A server is to end at a version that nothing installs on it, though the other one gets it.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{Arg, Block, EffectKind, Program, ServerId, ServerTerm, StmtKind, Term};
use crate::text::Span;

pub fn of_program(scene: &Scene, found: &mut Found) {
    let program = scene.program;
    let mut installs = Installs { program, found: [None; 2], by_the_site: false };
    program.steps.values().for_each(|step| installs.block(&step.body, &[]));
    if installs.by_the_site {
        return;
    }
    for (at, (name, server)) in program.servers.iter().enumerate() {
        let Some(to) = &server.to else { continue };
        let (own, other) = (installs.found[at], installs.found[1 - at]);
        if let (Some(version), None, Some(other)) = (&to.version, own, other)
            && server.from.version.as_ref().is_none_or(|from| from.term != version.term)
        {
            found.report(diagnostics::version_not_installed(version.span, name, other));
        }
    }
}

/// Where software is installed on each server.
struct Installs<'p> {
    program: &'p Program,
    found: [Option<Span>; 2],
    /// A command of the site may do it, too.
    by_the_site: bool,
}

impl Installs<'_> {
    fn block(&mut self, block: &Block, formals: &[Option<ServerId>]) {
        let server = |term: &ServerTerm| match term {
            Term::Known(server) => Some(*server),
            Term::Formal(formal) => formals.get(formal.0 as usize).copied().flatten(),
            Term::Param(_) => None,
        };
        block.each(&mut |stmt| {
            if let StmtKind::Do { procedure, args } = &stmt.kind
                && let Some((_, called)) = self.program.procedures.get_index(procedure.0 as usize)
            {
                let given = args.iter().map(|arg| match arg {
                    Arg::Server(term) => server(term),
                    Arg::Value(_) => None,
                });
                let given: Vec<Option<ServerId>> = given.collect();
                self.block(&called.body, &given);
            }
            let Some(effect) = stmt.effect() else { return };
            self.by_the_site |= matches!(effect.kind, EffectKind::Run { .. });
            if effect.kind == (EffectKind::Install { previous: false })
                && let Some(server) = effect.server.as_ref().and_then(server)
            {
                self.found[server.0 as usize].get_or_insert(effect.span);
            }
        });
    }
}
