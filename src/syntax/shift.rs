//! Moves a tree to where it stands in a longer text.

use super::tree::{
    Block, Choose, Cond, CondKind, Confirm, Effect, EffectKind, Ensure, If, Item, ItemKind, Name, Operand, OperandKind,
    Piece, Retry, States, Stmt, StmtKind, Text, Type, Value, ValueKind, Wait,
};
use crate::text::Span;

/// Something that has places in a text.
trait Placed {
    /// Moves all of them by so many bytes.
    fn shift(&mut self, by: u32);
}

/// Moves items by so many bytes.
pub(super) fn shift(items: &mut [Item], by: u32) {
    items.iter_mut().for_each(|item| item.shift(by));
}

impl Placed for Span {
    fn shift(&mut self, by: u32) {
        self.start += by;
        self.end += by;
    }
}

impl<T: Placed> Placed for Option<T> {
    fn shift(&mut self, by: u32) {
        self.iter_mut().for_each(|inner| inner.shift(by));
    }
}

impl<T: Placed> Placed for Box<T> {
    fn shift(&mut self, by: u32) {
        self.as_mut().shift(by);
    }
}

impl<T: Placed> Placed for Vec<T> {
    fn shift(&mut self, by: u32) {
        self.iter_mut().for_each(|inner| inner.shift(by));
    }
}

impl<T: Placed, U: Placed> Placed for (T, U) {
    fn shift(&mut self, by: u32) {
        self.0.shift(by);
        self.1.shift(by);
    }
}

/// What has its places in these fields, and in no others.
macro_rules! placed {
    ($($type:ty { $($field:ident)* })*) => {
        $(impl Placed for $type {
            fn shift(&mut self, by: u32) {
                $(self.$field.shift(by);)*
            }
        })*
    };
}

placed! {
    Item { span kind }
    Text { span pieces }
    Name { span }
    States { span states at }
    Type { span words }
    super::tree::Server { name from to }
    super::tree::Param { name ty default }
    super::tree::Require { cond otherwise }
    super::tree::Procedure { name formals body }
    super::tree::Formal { span name ty }
    super::tree::Ending { body }
    Block { open close stmts }
    Stmt { span kind }
    Effect { span within kind }
    Confirm { id text within }
    Wait { until fail_if within }
    Ensure { cond from by fail_if within }
    If { arms otherwise unknown }
    Choose { name arms }
    Retry { from times after body }
    Cond { span kind }
    Operand { span kind }
    Value { span kind }
    crate::text::Spanned<u64> { span }
    crate::text::Spanned<super::tree::Doubt> { span }
    crate::text::Spanned<super::tree::Comparison> { span }
    crate::text::Spanned<Block> { span value }
}

impl Placed for super::tree::Step {
    fn shift(&mut self, by: u32) {
        self.id.shift(by);
        self.title.shift(by);
        self.on.shift(by);
        self.body.shift(by);
        self.handler.shift(by);
        self.back_out.shift(by);
    }
}

impl Placed for ItemKind {
    fn shift(&mut self, by: u32) {
        match self {
            ItemKind::Language(number) => number.shift(by),
            ItemKind::Runbook(text) | ItemKind::Library(text) | ItemKind::Source(text) | ItemKind::Use(text) => {
                text.shift(by);
            }
            ItemKind::Server(server) => server.shift(by),
            ItemKind::Param(param) => param.shift(by),
            ItemKind::Require(require) => require.shift(by),
            ItemKind::Step(step) => step.shift(by),
            ItemKind::Procedure(procedure) => procedure.shift(by),
            ItemKind::Ending(ending) => ending.shift(by),
            ItemKind::Broken => {}
        }
    }
}

impl Placed for Piece {
    fn shift(&mut self, by: u32) {
        match self {
            Piece::Hole(name) => name.shift(by),
            Piece::Chars(_) => {}
        }
    }
}

impl Placed for StmtKind {
    fn shift(&mut self, by: u32) {
        match self {
            StmtKind::Effect(effect) => effect.shift(by),
            StmtKind::Notify(text)
            | StmtKind::PointOfNoReturn(text)
            | StmtKind::Stop(text)
            | StmtKind::LeaveWatchdogOff(text) => text.shift(by),
            StmtKind::Confirm(confirm) => confirm.shift(by),
            StmtKind::Assert { cond, otherwise } => {
                cond.shift(by);
                otherwise.shift(by);
            }
            StmtKind::Wait(wait) => wait.shift(by),
            StmtKind::Ensure(ensure) => ensure.shift(by),
            StmtKind::On { server, body } => {
                server.shift(by);
                body.shift(by);
            }
            StmtKind::If(branch) => branch.shift(by),
            StmtKind::Choose(choose) => choose.shift(by),
            StmtKind::Do { procedure, args } => {
                procedure.shift(by);
                args.shift(by);
            }
            StmtKind::Retry(retry) => retry.shift(by),
            StmtKind::Broken => {}
        }
    }
}

impl Placed for EffectKind {
    fn shift(&mut self, by: u32) {
        match self {
            EffectKind::Admin { text, doubt } => {
                text.shift(by);
                doubt.shift(by);
            }
            EffectKind::Sql { text, values, doubt } => {
                text.shift(by);
                values.shift(by);
                doubt.shift(by);
            }
            EffectKind::Start { options } => options.shift(by),
            EffectKind::Run { name, doubt } => {
                name.shift(by);
                doubt.shift(by);
            }
            EffectKind::Install { .. } | EffectKind::Watchdog { .. } => {}
        }
    }
}

impl Placed for CondKind {
    fn shift(&mut self, by: u32) {
        match self {
            CondKind::And(terms) | CondKind::Or(terms) => terms.shift(by),
            CondKind::Is { operand, states } => {
                operand.shift(by);
                states.shift(by);
            }
            CondKind::Compare { left, op, right } => {
                left.shift(by);
                op.shift(by);
                right.shift(by);
            }
            CondKind::Refused { codes } => codes.shift(by),
            CondKind::Bare(operand) => operand.shift(by),
        }
    }
}

impl Placed for OperandKind {
    fn shift(&mut self, by: u32) {
        match self {
            OperandKind::Probe { server, word, args } => {
                server.shift(by);
                word.shift(by);
                args.shift(by);
            }
            OperandKind::Value(value) => value.shift(by),
            OperandKind::Watchdog => {}
            OperandKind::Step(id) => id.shift(by),
        }
    }
}

impl Placed for ValueKind {
    fn shift(&mut self, by: u32) {
        match self {
            ValueKind::Text(text) => text.shift(by),
            ValueKind::Duration(_)
            | ValueKind::Size(_)
            | ValueKind::Version(_)
            | ValueKind::Number(_)
            | ValueKind::Name(_) => {}
        }
    }
}
