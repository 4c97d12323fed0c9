//! `do`: its arguments against the formals of the procedure.

use crate::program::{Arg, ProcedureId, ServerTerm, StmtKind, diagnostics};
use crate::syntax::tree::{self, Name, ValueKind};
use crate::text::{Span, Spanned};

use super::Resolver;
use super::declare::FormalKind;
use super::values::Wanted;

impl Resolver<'_> {
    pub fn call(&mut self, name: &Name, args: &[tree::Value], span: Span) -> Option<StmtKind> {
        let (at, signature) = self.signature(name)?;
        if args.len() != signature.formals.len() {
            let wanted = signature.formal_texts();
            self.report(diagnostics::wrong_argument_count(&name.value, span, args.len(), &wanted, signature.span));
            return None;
        }
        let resolved: Vec<Option<Arg>> = args
            .iter()
            .zip(&signature.formals)
            .map(|(arg, (formal, declared))| self.arg(arg, formal, &declared.kind, declared.span))
            .collect();
        let args_resolved: Vec<Arg> = resolved.into_iter().collect::<Option<_>>()?;
        self.check_servers_differ(args, &args_resolved, signature.span);
        let procedure = ProcedureId(u16::try_from(at).ok()?);
        Some(StmtKind::Do { procedure, args: args_resolved })
    }

    fn arg(&mut self, arg: &tree::Value, formal: &str, kind: &FormalKind, declared: Span) -> Option<Arg> {
        match kind {
            FormalKind::Broken => None,
            FormalKind::Value(ty) => self.value(arg, Wanted::Of(ty, Some((declared, formal)))).map(Arg::Value),
            FormalKind::Server => {
                if let ValueKind::Name(name) = &arg.kind {
                    return self.server(&Spanned::new(name.clone(), arg.span)).map(Arg::Server);
                }
                let found = self.typed(arg)?.described();
                let declared = Some((declared, format!("`{formal}` is a server")));
                self.report(diagnostics::wrong_type(arg.span, &found, "a server", declared));
                None
            }
        }
    }

    fn check_servers_differ(&mut self, written: &[tree::Value], args: &[Arg], procedure: Span) {
        let mut seen: Vec<(&ServerTerm, Span)> = Vec::new();
        for (written, arg) in written.iter().zip(args) {
            let (Arg::Server(server), ValueKind::Name(name)) = (arg, &written.kind) else { continue };
            if let Some((_, first)) = seen.iter().find(|(earlier, _)| *earlier == server) {
                self.report(diagnostics::one_server_twice(name, written.span, *first, procedure));
            }
            seen.push((server, written.span));
        }
    }
}
