//! The resolved program: names, units, types, servers, parameters and step ids looked up, `use` files joined.
//! Nothing changes a program after it is resolved. The same value is checked, explored, rehearsed, run and resumed.

mod bind;
mod canonical;
mod cond;
pub mod diagnostics;
mod flow;
mod resolve;
mod stmt;
mod upgrade;
mod value;

use indexmap::IndexMap;

use crate::pair::StateSet;
use crate::text::Span;

pub use bind::{Bindings, Given, Origin, Sampled};
pub use cond::{Cond, CondKind, Operand, OperandKind, StatusWords};
pub use flow::Failing;
pub use resolve::{Loader, Resolved, resolve};
pub use stmt::{Arg, Block, Effect, EffectKind, Stmt, StmtKind, Template, TemplatePiece};
pub use upgrade::FIX_PACK;
pub use value::{DurationTerm, FormalId, ParamId, ParamType, ServerTerm, Term, Value, ValueTerm};

pub use crate::syntax::tree::{Comparison, Doubt};

/// A server of the runbook, in the order of declaration. At most two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(pub u8);

/// A step, in the order of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(pub u16);

/// A procedure, in the order in which the program came to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcedureId(pub u16);

/// A whole runbook with everything that it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub title: String,
    /// The manual's page that it follows.
    pub source: Option<String>,
    /// By name, in their written order; `ServerId` is the index.
    pub servers: IndexMap<String, Server>,
    /// By name, in their written order; `ParamId` is the index.
    pub params: IndexMap<String, Param>,
    pub requires: Vec<Require>,
    /// By id as written (`1`, `prepare`); `StepId` is the index.
    pub steps: IndexMap<String, Step>,
    /// By name; `ProcedureId` is the index. A callee stands before its callers: there is no recursion.
    pub procedures: IndexMap<String, Procedure>,
    pub on_success: Option<Block>,
    pub on_failure: Option<Block>,
    pub on_back_out: Option<Block>,
}

impl Program {
    /// The blocks of the steps: body, handler and back-out of each, in their order.
    pub fn step_blocks(&self) -> impl Iterator<Item = &Block> {
        self.steps.values().flat_map(|step| [Some(&step.body), step.handler.as_ref(), step.back_out.as_ref()]).flatten()
    }

    /// The blocks of the steps and of the endings; not those of procedures.
    pub fn runbook_blocks(&self) -> impl Iterator<Item = &Block> {
        let endings = [&self.on_success, &self.on_failure, &self.on_back_out];
        self.step_blocks().chain(endings.into_iter().flatten())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub from: Expected,
    /// None: the server is only looked at.
    pub to: Option<Expected>,
    pub span: Span,
}

/// What a server must be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// None: `any`, which includes that it does not answer.
    pub states: Option<StateSet>,
    pub version: Option<ValueTerm>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    pub ty: ParamType,
    pub default: Option<Value>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Require {
    pub cond: Cond,
    pub otherwise: Option<Template>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub title: Template,
    pub body: Block,
    pub handler: Option<Block>,
    /// None: the step has no back-out; an empty block says that nothing needs undoing.
    pub back_out: Option<Block>,
    /// Of the line that names the step.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// By name; `FormalId` is the index. None: a server.
    pub formals: IndexMap<String, Option<ParamType>>,
    pub body: Block,
    pub span: Span,
}
