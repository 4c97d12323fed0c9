//! YAML as a small tree that keeps two things which serde_yaml drops: scalars as they were written (`7.0`, not a
//! number), and where each of them stands. Knows no key of the site file.
//!
//! serde_yaml tells a place only with an error. So every key and value has a number, in the order of reading, and the
//! place of one is found by reading the text again with an error raised at its number.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::MAX_NODES;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The number of a key or value within its file, in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub id: NodeId,
    pub kind: NodeKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// Nothing was written, or `~`, `null`.
    Null,
    Scalar(String),
    Seq(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub text: String,
    pub id: NodeId,
}

/// Why a text is not YAML that can be used, and where (line and column from 1).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unusable {
    pub why: String,
    pub at: Option<(usize, usize)>,
}

/// Reads a text.
pub(super) fn parse(text: &str) -> Result<Node, Unusable> {
    let unusable = |error: serde_yaml::Error| Unusable { why: plain_words(&error), at: place(text, &error) };
    let mut count = 0;
    let mut node = Shape { count: &mut count, stop_at: None }.deserialize(deserializer(text)).map_err(unusable)?;
    AsWritten(&mut node).deserialize(deserializer(text)).map_err(unusable)?;
    Ok(node)
}

/// Line and column (from 1) where a key or value of a text that was read begins.
pub(super) fn locate(text: &str, id: NodeId) -> Option<(usize, usize)> {
    let mut count = 0;
    let stopped = Shape { count: &mut count, stop_at: Some(id.0) }.deserialize(deserializer(text));
    stopped.err().and_then(|error| place(text, &error))
}

/// The YAML reader takes no byte-order mark.
fn deserializer(text: &str) -> serde_yaml::Deserializer<'_> {
    serde_yaml::Deserializer::from_str(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))
}

/// Line and column of an error, the byte-order mark counted as a character.
fn place(text: &str, error: &serde_yaml::Error) -> Option<(usize, usize)> {
    let at = error.location()?;
    let shift = usize::from(at.line() == 1 && text.starts_with(BYTE_ORDER_MARK));
    Some((at.line(), at.column() + shift))
}

/// The parser's words without the place, which a label shows.
fn plain_words(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Reads the shape; texts of scalars that look like numbers or truth values come with `AsWritten`.
struct Shape<'c> {
    count: &'c mut usize,
    stop_at: Option<usize>,
}

impl Shape<'_> {
    fn number<E: serde::de::Error>(&mut self) -> Result<NodeId, E> {
        let id = *self.count;
        *self.count += 1;
        if self.stop_at == Some(id) {
            return Err(E::custom("the place that was looked for"));
        }
        if id >= MAX_NODES {
            return Err(E::custom(format_args!("more than {MAX_NODES} keys and values")));
        }
        Ok(NodeId(id))
    }

    fn again(&mut self) -> Shape<'_> {
        Shape { count: self.count, stop_at: self.stop_at }
    }

    fn leaf<E: serde::de::Error>(mut self, kind: NodeKind) -> Result<Node, E> {
        Ok(Node { id: self.number()?, kind })
    }
}

impl<'de> DeserializeSeed<'de> for Shape<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shape<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain text, list or map")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Node, E> {
        self.leaf(NodeKind::Scalar(String::new()))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Node, E> {
        self.leaf(NodeKind::Scalar(String::new()))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Node, E> {
        self.leaf(NodeKind::Scalar(String::new()))
    }

    fn visit_i128<E: serde::de::Error>(self, _: i128) -> Result<Node, E> {
        self.leaf(NodeKind::Scalar(String::new()))
    }

    fn visit_u128<E: serde::de::Error>(self, _: u128) -> Result<Node, E> {
        self.leaf(NodeKind::Scalar(String::new()))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Node, E> {
        self.leaf(NodeKind::Scalar(String::new()))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Node, E> {
        self.leaf(NodeKind::Scalar(text.to_owned()))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Node, E> {
        self.leaf(NodeKind::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Node, E> {
        self.leaf(NodeKind::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Node, A::Error> {
        let id = self.number()?;
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element_seed(self.again())? {
            elements.push(element);
        }
        Ok(Node { id, kind: NodeKind::Seq(elements) })
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Node, A::Error> {
        let id = self.number()?;
        let mut entries = Vec::new();
        while let Some(key) = map.next_key_seed(KeyShape(self.again()))? {
            let value = map.next_value_seed(self.again())?;
            entries.push((key, value));
        }
        Ok(Node { id, kind: NodeKind::Map(entries) })
    }
}

/// A key, as written.
struct KeyShape<'c>(Shape<'c>);

impl<'de> DeserializeSeed<'de> for KeyShape<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyShape<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain text as a key")
    }

    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<Key, E> {
        Ok(Key { text: text.to_owned(), id: self.0.number()? })
    }
}

/// Fills in the scalars of a tree whose shape is known. A scalar is asked for as a text, and so given as written.
struct AsWritten<'n>(&'n mut Node);

impl<'de> DeserializeSeed<'de> for AsWritten<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match &self.0.kind {
            NodeKind::Null => deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ()),
            NodeKind::Scalar(_) => deserializer.deserialize_str(self),
            NodeKind::Seq(_) | NodeKind::Map(_) => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for AsWritten<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was read before")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.0.kind = NodeKind::Scalar(text.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let NodeKind::Seq(elements) = &mut self.0.kind else { return Err(A::Error::custom("it was no list before")) };
        for element in elements {
            seq.next_element_seed(AsWritten(element))?;
        }
        // The reader insists on seeing the end of the list.
        seq.next_element::<IgnoredAny>().map(|_| ())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let NodeKind::Map(entries) = &mut self.0.kind else { return Err(A::Error::custom("it was no map before")) };
        for (_, value) in entries {
            map.next_key::<IgnoredAny>()?;
            map.next_value_seed(AsWritten(value))?;
        }
        map.next_key::<IgnoredAny>().map(|_| ())
    }
}
