//! The children of a node of pest's tree, in their order, words and punctuation passed over.

use std::iter::Peekable;

use crate::syntax::grammar::{Children, Node, Rule, Shape, children, shape};

/// See `parts`.
pub(super) struct Parts<'t>(Peekable<Children<'t>>);

pub(super) fn parts(node: Node<'_>) -> Parts<'_> {
    Parts(children(node).peekable())
}

impl<'t> Parts<'t> {
    /// The next child if it is of this rule; words and punctuation before it are passed over.
    pub(super) fn optional(&mut self, rule: Rule) -> Option<Node<'t>> {
        while let Some(next) = self.0.peek() {
            if next.as_rule() == rule {
                return self.0.next();
            }
            if !is_glue(next.as_rule()) {
                return None;
            }
            self.0.next();
        }
        None
    }

    /// The next child, which the grammar promises.
    pub(super) fn presume(&mut self, rule: Rule) -> Node<'t> {
        self.optional(rule).unwrap_or_else(|| panic!("because the grammar puts {rule:?} here"))
    }

    /// All children of this rule that follow.
    pub(super) fn many(&mut self, rule: Rule) -> Vec<Node<'t>> {
        std::iter::from_fn(|| self.optional(rule)).collect()
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        self.0.by_ref().find(|node| !is_glue(node.as_rule()))
    }
}

fn is_glue(rule: Rule) -> bool {
    match shape(rule) {
        Shape::Word(_) | Shape::Mark(_) => true,
        Shape::Thing(_) | Shape::Glue => rule == Rule::EOI,
    }
}
