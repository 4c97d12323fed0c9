//! Source text and where a piece of it stands. Knows nothing of the language.

mod nearest;
mod source;
mod span;

pub use nearest::nearest;
pub use source::{LineColumn, Source, SourceId, SourceMap};
pub use span::{Span, Spanned};
