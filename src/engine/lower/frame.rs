//! What the terms of a program stand for: parameters bound, arguments of the call under way.

use std::time::Duration;

use crate::pair::Version;
use crate::program::{Arg, DurationTerm, FormalId, ServerId, ServerTerm, Term, Value, ValueTerm};

use super::Lower;

/// The arguments of the procedure call that is being inlined, by `FormalId`.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    args: Vec<Actual>,
}

#[derive(Debug, Clone)]
enum Actual {
    Server(ServerId),
    Value(Value),
}

impl Frame {
    fn server(&self, formal: FormalId) -> ServerId {
        match self.args.get(formal.0 as usize) {
            Some(Actual::Server(server)) => *server,
            Some(Actual::Value(_)) | None => unreachable!("because the resolver checked the arguments of every call"),
        }
    }

    fn value(&self, formal: FormalId) -> &Value {
        match self.args.get(formal.0 as usize) {
            Some(Actual::Value(value)) => value,
            Some(Actual::Server(_)) | None => unreachable!("because the resolver checked the arguments of every call"),
        }
    }

    /// The servers of the call, in their order.
    pub(super) fn servers(&self) -> impl Iterator<Item = ServerId> {
        self.args.iter().filter_map(|arg| match arg {
            Actual::Server(server) => Some(*server),
            Actual::Value(_) => None,
        })
    }
}

impl Lower<'_> {
    pub(super) fn call(&self, args: &[Arg]) -> Frame {
        let actual = |arg: &Arg| match arg {
            Arg::Server(term) => Actual::Server(self.server(term)),
            Arg::Value(term) => Actual::Value(self.value(&term.term)),
        };
        Frame { args: args.iter().map(actual).collect() }
    }

    pub(super) fn server(&self, term: &ServerTerm) -> ServerId {
        match term {
            Term::Known(server) => *server,
            Term::Formal(formal) => self.frame.server(*formal),
            Term::Param(_) => unreachable!("because no parameter is a server"),
        }
    }

    pub(super) fn value(&self, term: &Term<Value>) -> Value {
        match term {
            Term::Known(value) => value.clone(),
            Term::Formal(formal) => self.frame.value(*formal).clone(),
            Term::Param(param) => self.bindings.get(*param).clone(),
        }
    }

    pub(super) fn values(&self, terms: &[ValueTerm]) -> Vec<Value> {
        terms.iter().map(|term| self.value(&term.term)).collect()
    }

    pub(super) fn duration(&self, term: &DurationTerm) -> Duration {
        let value = match term {
            Term::Known(duration) => return *duration,
            Term::Formal(formal) => self.frame.value(*formal),
            Term::Param(param) => self.bindings.get(*param),
        };
        match value {
            Value::Duration(duration) => *duration,
            Value::Size(_) | Value::Text(_) | Value::Version(_) | Value::Word(_) | Value::Number(_) => {
                unreachable!("because the resolver checked that a limit is a duration")
            }
        }
    }

    pub(super) fn version(&self, term: &ValueTerm) -> Version {
        match self.value(&term.term) {
            Value::Version(version) => version,
            Value::Duration(_) | Value::Size(_) | Value::Text(_) | Value::Word(_) | Value::Number(_) => {
                unreachable!("because the resolver checked that `at` names a version")
            }
        }
    }
}
