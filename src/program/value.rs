//! Values, their types, and places that are filled when the parameters are bound.

use std::time::Duration;

use crate::pair::Version;
use crate::text::Span;

use super::ServerId;

/// A parameter, in the order of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamId(pub u16);

/// A formal parameter of the procedure in which it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormalId(pub u8);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ParamType {
    Duration,
    Size,
    Text,
    Version,
    /// `a | b | c`
    Words(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    Duration(Duration),
    /// Bytes.
    Size(u64),
    Text(String),
    Version(Version),
    Word(String),
    Number(u64),
}

/// Known now, or once the parameters are bound and the procedure is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term<T> {
    Known(T),
    Param(ParamId),
    Formal(FormalId),
}

pub type ServerTerm = Term<ServerId>;
pub type DurationTerm = Term<Duration>;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ValueTerm {
    pub term: Term<Value>,
    pub span: Span,
}
