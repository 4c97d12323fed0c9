//! The one table of the language's words. The parser's suggestions, the check for reserved names and the editors' files
//! are made of it; a test holds it against the grammar.

/// A word of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    pub word: &'static str,
    pub class: Class,
    /// A name may not be called so.
    pub reserved: bool,
}

/// What a word is for; decides how an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Begins an item of a file.
    Item,
    /// Begins a statement.
    Statement,
    /// Begins a clause of a statement.
    Clause,
    /// Stands in a fixed place inside an item, statement or clause.
    Fixed,
    /// Joins or makes conditions.
    Condition,
}

const fn reserved(word: &'static str, class: Class) -> Keyword {
    Keyword { word, class, reserved: true }
}

const fn free(word: &'static str, class: Class) -> Keyword {
    Keyword { word, class, reserved: false }
}

/// Every word of the language. Words that are not reserved stand in fixed places only.
pub const KEYWORDS: &[Keyword] = &[
    reserved("language", Class::Item),
    reserved("runbook", Class::Item),
    reserved("library", Class::Item),
    reserved("source", Class::Item),
    reserved("use", Class::Item),
    reserved("server", Class::Item),
    reserved("param", Class::Item),
    reserved("require", Class::Item),
    reserved("step", Class::Item),
    reserved("procedure", Class::Item),
    reserved("admin", Class::Statement),
    reserved("sql", Class::Statement),
    reserved("start", Class::Statement),
    reserved("install", Class::Statement),
    reserved("run", Class::Statement),
    reserved("watchdog", Class::Statement),
    reserved("notify", Class::Statement),
    reserved("confirm", Class::Statement),
    reserved("point", Class::Statement),
    reserved("assert", Class::Statement),
    reserved("wait", Class::Statement),
    reserved("ensure", Class::Statement),
    reserved("on", Class::Statement),
    reserved("if", Class::Statement),
    reserved("choose", Class::Statement),
    reserved("do", Class::Statement),
    reserved("retry", Class::Statement),
    reserved("stop", Class::Statement),
    reserved("leave", Class::Statement),
    reserved("back", Class::Statement),
    reserved("else", Class::Clause),
    reserved("unknown", Class::Clause),
    reserved("from", Class::Clause),
    reserved("by", Class::Clause),
    reserved("fail", Class::Clause),
    reserved("within", Class::Clause),
    reserved("with", Class::Clause),
    reserved("in", Class::Clause),
    reserved("at", Class::Clause),
    reserved("after", Class::Clause),
    reserved("because", Class::Clause),
    reserved("and", Class::Condition),
    reserved("or", Class::Condition),
    reserved("is", Class::Condition),
    reserved("refused", Class::Condition),
    reserved("success", Class::Fixed),
    reserved("failure", Class::Fixed),
    reserved("this", Class::Fixed),
    free("any", Class::Fixed),
    free("ask", Class::Fixed),
    free("doubt", Class::Fixed),
    free("fails", Class::Fixed),
    free("most", Class::Fixed),
    free("no", Class::Fixed),
    free("of", Class::Fixed),
    free("off", Class::Fixed),
    free("out", Class::Fixed),
    free("previous", Class::Fixed),
    free("repeat", Class::Fixed),
    free("return", Class::Fixed),
    free("time", Class::Fixed),
    free("times", Class::Fixed),
    free("until", Class::Fixed),
];

/// The words that states are made of, as the servers write them, with `OFFLINE`, `DOWN` and `SERVING`.
pub const STATE_WORDS: &[&str] =
    &["PRIMARY", "SECONDARY", "ACTIVE", "ALONE", "UNCERTAIN", "STANDALONE", "OFFLINE", "DOWN", "SERVING"];

/// The words of the status probes, of the watchdog and of a step.
pub const STATUS_WORDS: &[&str] = &[
    "CONNECTED",
    "CONNECTING",
    "CATCHUP",
    "DISCONNECTING",
    "BROKEN",
    "SUCCESS",
    "ERROR",
    "NOT",
    "NONE",
    "CONNECT",
    "DISCONNECT",
    "COPY",
    "SWITCH",
    "ON",
    "OFF",
    "BEGUN",
];

/// What can be asked of a server: `S.link`.
pub const PROBE_WORDS: &[&str] =
    &["link", "copy", "switch", "catchup", "activity", "position", "version", "log_space", "disk_space", "answers"];

/// The types of parameters; other types are lists of words.
pub const TYPES: &[&str] = &["duration", "size", "text", "version"];

/// Units of time, shortest first.
pub const TIME_UNITS: &[&str] = &["ms", "s", "m", "h", "d"];

/// Units of size, smallest first.
pub const SIZE_UNITS: &[&str] = &["KiB", "MiB", "GiB", "TiB"];

/// Where the words stand that are not reserved: `N` is a number, other signs are themselves.
pub const PHRASES: &[&str] = &[
    "wait until",
    "point of no return",
    "in doubt repeat",
    "in doubt ask",
    "at most N times",
    "at most N time",
    "watchdog off",
    "install previous",
    "back out",
    "this step fails",
    ": any",
    "-> any",
];

/// Whether a name may not be called so.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.reserved && keyword.word == word)
}

/// The words of a class.
pub fn words_of(class: Class) -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().filter(move |keyword| keyword.class == class).map(|keyword| keyword.word)
}

pub(super) fn class_of(word: &str) -> Option<Class> {
    KEYWORDS.iter().find(|keyword| keyword.word == word).map(|keyword| keyword.class)
}
