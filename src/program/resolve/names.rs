//! What a name stands for where it is written.

use crate::program::{FormalId, ParamId, ParamType, ServerId, ServerTerm, Term, diagnostics};
use crate::syntax::tree::Name;
use crate::text::Span;

use super::declare::{FormalKind, Signature};
use super::files::File;
use super::{On, Resolver, Within};

/// What a name stands for.
pub(super) enum Meaning {
    Server(ServerTerm),
    Value(Place, ParamType),
    /// Its declaration has a finding; another one here would be a consequence.
    Broken,
    Unknown,
}

/// Where a value comes from when the program runs.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Param(ParamId),
    Formal(FormalId),
}

impl Place {
    pub fn term<T>(self) -> Term<T> {
        match self {
            Place::Param(id) => Term::Param(id),
            Place::Formal(id) => Term::Formal(id),
        }
    }
}

impl<'a> Resolver<'a> {
    pub fn meaning(&self, name: &str) -> Meaning {
        let found = match self.at {
            Within::Procedure(signature) => formal(signature, name),
            Within::Runbook | Within::Step(_) => self.global(name),
        };
        match found {
            Some(meaning) => meaning,
            None if self.declared.files.get(self.file).broken_words.contains(name) => Meaning::Broken,
            None => Meaning::Unknown,
        }
    }

    fn global(&self, name: &str) -> Option<Meaning> {
        if let Some(at) = self.declared.servers.get_index_of(name) {
            return Some(u8::try_from(at).map_or(Meaning::Broken, |at| Meaning::Server(Term::Known(ServerId(at)))));
        }
        let (at, _, param) = self.declared.params.get_full(name)?;
        let id = u16::try_from(at).ok().map(ParamId);
        let known = id.zip(param.ty.clone());
        Some(known.map_or(Meaning::Broken, |(id, ty)| Meaning::Value(Place::Param(id), ty)))
    }

    /// Where a name that has a meaning here is declared.
    pub fn declaration(&self, name: &str) -> Option<Span> {
        match self.at {
            Within::Procedure(signature) => signature.formals.get(name).map(|formal| formal.span),
            Within::Runbook | Within::Step(_) => self.global_declaration(name),
        }
    }

    fn global_declaration(&self, name: &str) -> Option<Span> {
        let param = self.declared.params.get(name).map(|param| param.span);
        self.declared.servers.get(name).copied().or(param)
    }

    /// Reports a name that stands for nothing here.
    pub fn unknown(&mut self, name: &Name, wanted_server: bool) {
        let at = name.span;
        if matches!(self.at, Within::Procedure(_))
            && let Some(declared) = self.global_declaration(&name.value)
        {
            let ty = self.declared.params.get(&name.value).and_then(|param| param.ty.as_ref());
            let finding = diagnostics::global_in_procedure(&name.value, at, declared, ty);
            self.report(finding);
            return;
        }
        let names = self.visible(wanted_server);
        let finding = if wanted_server {
            diagnostics::unknown_server(&name.value, at, names)
        } else {
            diagnostics::unknown_name(&name.value, at, names)
        };
        self.report(finding);
    }

    /// The names in scope, for "did you mean".
    fn visible(&self, only_servers: bool) -> Vec<&'a str> {
        match self.at {
            Within::Procedure(signature) => {
                let formals = signature.formals.iter();
                let fitting = formals.filter(|(_, formal)| !only_servers || matches!(formal.kind, FormalKind::Server));
                fitting.map(|(name, _)| name.as_str()).collect()
            }
            Within::Runbook | Within::Step(_) => {
                let params = self.declared.params.keys().filter(|_| !only_servers);
                self.declared.servers.keys().chain(params).map(String::as_str).collect()
            }
        }
    }

    /// The server of that name; none where a finding says why not.
    pub fn server(&mut self, name: &Name) -> Option<ServerTerm> {
        match self.meaning(&name.value) {
            Meaning::Server(server) => Some(server),
            Meaning::Value(_, ty) => {
                let declared = self.declaration(&name.value).unwrap_or(name.span);
                let what = diagnostics::described(&ty);
                self.report(diagnostics::not_a_server(&name.value, name.span, &what, declared));
                None
            }
            Meaning::Broken => None,
            Meaning::Unknown => {
                self.unknown(name, true);
                None
            }
        }
    }

    /// The server that commands go to from here.
    pub fn on(&mut self, name: &Name) -> On {
        self.server(name).map_or(On::Broken, On::Server)
    }

    /// The procedure of that name, with its place in the program; none where a finding says why not.
    pub fn signature(&mut self, name: &Name) -> Option<(usize, &'a Signature<'a>)> {
        let declared = self.declared;
        let file: &File = declared.files.get(self.file);
        if let Some((at, _, signature)) = declared.procedures.get_full(&name.value) {
            if signature.file != self.file && !file.uses.contains(&signature.file) && !file.uses_unknown {
                let from = &declared.files.sources.get(signature.file).name;
                let span = signature.tree.name.span;
                self.report(diagnostics::procedure_not_used(&name.value, name.span, span, from));
                return None;
            }
            return Some((at, signature));
        }
        let may_be_declared = file.uses_unknown
            || file.broken_words.contains(&name.value)
            || file.uses.iter().any(|used| declared.files.get(*used).broken_words.contains(&name.value));
        if !may_be_declared {
            let known = declared
                .procedures
                .iter()
                .filter(|(_, signature)| signature.file == self.file || file.uses.contains(&signature.file));
            let finding =
                diagnostics::unknown_procedure(&name.value, name.span, known.map(|(known, _)| known.as_str()));
            self.report(finding);
        }
        None
    }
}

fn formal(signature: &Signature, name: &str) -> Option<Meaning> {
    let (at, _, formal) = signature.formals.get_full(name)?;
    let Ok(id) = u8::try_from(at).map(FormalId) else { return Some(Meaning::Broken) };
    Some(match &formal.kind {
        FormalKind::Server => Meaning::Server(Term::Formal(id)),
        FormalKind::Value(ty) => Meaning::Value(Place::Formal(id), ty.clone()),
        FormalKind::Broken => Meaning::Broken,
    })
}
