//! Source text and where a piece of it stands. Knows nothing of the language.

mod inert;
mod nearest;
mod source;
mod span;

pub use inert::{inert, inert_in_place};
pub use nearest::{is_slip, nearest};
pub use source::{LineColumn, Source, SourceId, SourceMap};
pub use span::{Span, Spanned};
