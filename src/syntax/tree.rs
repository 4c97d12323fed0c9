//! The syntax tree: what was written, in its order, with spans; nothing resolved, nothing lost.

use std::time::Duration;

use std::cmp::Ordering;

use crate::text::{Span, Spanned};

/// A name as written: of a server, parameter, procedure, approval, site command, step, word.
pub type Name = Spanned<String>;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub items: Vec<Item>,
    /// Every comment, in its order, `#` included, line end not.
    pub comments: Vec<Comment>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub text: String,
    pub span: Span,
    /// Nothing but blanks stands before it on its line.
    pub own_line: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub kind: ItemKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    Language(Spanned<u64>),
    Runbook(Text),
    Library(Text),
    Source(Text),
    Use(Text),
    Server(Server),
    Param(Param),
    Require(Require),
    Step(Step),
    Procedure(Procedure),
    Ending(Ending),
    /// What could not be read; a finding says why.
    Broken,
}

/// A text for people: pieces of characters (escapes undone) and holes `{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub pieces: Vec<Piece>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Chars(String),
    Hole(Name),
}

impl Text {
    /// The text where it has no holes.
    #[must_use]
    pub fn plain(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Chars(chars) => Some(chars.as_str()),
                Piece::Hole(_) => None,
            })
            .collect()
    }
}

/// A text for a server, quotes removed and `''` made one quote.
pub type Literal = Spanned<String>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub name: Name,
    pub from: States,
    pub to: Option<States>,
}

/// `any`, or words of states, with `at VERSION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// Empty stands for `any`.
    pub states: Vec<StateWords>,
    /// A version or the name of a parameter.
    pub at: Option<Value>,
    pub span: Span,
}

/// One to three words, blanks folded into one, case as written.
pub type StateWords = Spanned<String>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    pub name: Name,
    pub ty: Type,
    /// A default; a word of the type's list is a `ValueKind::Name`.
    pub default: Option<Value>,
}

/// One word is the name of a type, several are the words of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    pub words: Vec<Name>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Require {
    pub cond: Cond,
    pub otherwise: Option<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: Name,
    pub title: Text,
    pub on: Option<Name>,
    pub body: Block,
    /// `if this step fails { … }`, with the span of the whole.
    pub handler: Option<Spanned<Block>>,
    /// `back out { … }`, with the span of the whole.
    pub back_out: Option<Spanned<Block>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    pub name: Name,
    pub formals: Vec<Formal>,
    pub body: Block,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formal {
    pub name: Name,
    /// None: a server.
    pub ty: Option<Type>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub kind: EndingKind,
    pub body: Block,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndingKind {
    Success,
    Failure,
    BackOut,
}

/// Statements between braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    pub open: Span,
    /// Of an unclosed block: empty, where it was taken to end.
    pub close: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

/// The large ones stand apart: a block of one small statement would take as much memory as of one large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StmtKind {
    Effect(Effect),
    Notify(Text),
    Confirm(Confirm),
    PointOfNoReturn(Text),
    Assert {
        cond: Cond,
        otherwise: Option<Text>,
    },
    Wait(Box<Wait>),
    Ensure(Box<Ensure>),
    On {
        server: Name,
        body: Block,
    },
    If(If),
    Choose(Choose),
    Do {
        procedure: Name,
        args: Vec<Value>,
    },
    Retry(Retry),
    Stop(Text),
    LeaveWatchdogOff(Text),
    /// What could not be read; a finding says why.
    Broken,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub kind: EffectKind,
    pub within: Option<Value>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectKind {
    Admin { text: Literal, doubt: Option<Spanned<Doubt>> },
    Sql { text: Literal, values: Vec<Value>, doubt: Option<Spanned<Doubt>> },
    Start { options: Vec<Name> },
    Install { previous: bool },
    Run { name: Name, doubt: Option<Spanned<Doubt>> },
    Watchdog { on: bool },
}

/// `in doubt …`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    Repeat,
    Ask,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    pub id: Name,
    pub text: Text,
    /// Missing only in a broken file; a finding says so.
    pub within: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub until: Cond,
    pub fail_if: Option<Cond>,
    /// Missing only in a broken file; a finding says so.
    pub within: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ensure {
    pub cond: Cond,
    /// Empty: no `from`.
    pub from: Vec<StateWords>,
    pub by: Effect,
    pub fail_if: Option<Cond>,
    /// Missing only in a broken file; a finding says so.
    pub within: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct If {
    /// The `if` and every `else if`, in their order.
    pub arms: Vec<(Cond, Block)>,
    pub otherwise: Option<Block>,
    pub unknown: Option<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choose {
    pub name: Name,
    pub arms: Vec<(Name, Block)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    pub from: Option<Name>,
    pub times: Spanned<u64>,
    pub after: Option<Value>,
    pub body: Option<Block>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cond {
    pub kind: CondKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CondKind {
    /// Two or more. A mixture of `and` and `or` without parentheses is a finding; the tree then has the first joiner's.
    And(Vec<Cond>),
    Or(Vec<Cond>),
    Is {
        operand: Operand,
        states: Vec<StateWords>,
    },
    Compare {
        left: Box<Operand>,
        op: Spanned<Comparison>,
        right: Box<Operand>,
    },
    /// `refused [with CODE or …]`
    Refused {
        codes: Vec<Spanned<u64>>,
    },
    /// An operand alone: `S.answers('…')`; anything else is a finding of the resolver.
    Bare(Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Comparison {
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Equal => "=",
            Comparison::GreaterOrEqual => ">=",
            Comparison::Greater => ">",
        }
    }

    /// Whether it holds of two values in that order.
    #[must_use]
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Equal => ordering.is_eq(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
            Comparison::Greater => ordering.is_gt(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    pub kind: OperandKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperandKind {
    /// `S.word`, with the arguments of `answers`.
    Probe {
        server: Name,
        word: Name,
        args: Option<Box<(Literal, Vec<Value>)>>,
    },
    Watchdog,
    /// `step ID`
    Step(Name),
    Value(Value),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub kind: ValueKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueKind {
    Duration(Duration),
    /// Bytes.
    Size(u64),
    Version(String),
    Number(u64),
    Text(Text),
    Name(String),
}
