//! One statement, or what stands of it before its block: its words on one line where they fit, else broken before its
//! clauses, and before `and` and `or` where a clause is still too long. Comments inside it stay where they stand.

use super::WIDTH;
use super::outline::Outline;
use super::page::{INDENT, Line};
use super::token::Token;

/// The tokens from the first one up to a `{`, or up to where the next statement begins or a block ends. An empty block
/// is part of it: `if P is SERVING { } else {`.
pub(super) fn take<'a, 't>(tokens: &'a [Token<'t>], outline: &Outline) -> &'a [Token<'t>] {
    let mut len = 1;
    while let Some(skipped) = tokens[len..].iter().position(|token| !token.is_comment()) {
        let next = len + skipped;
        let token = &tokens[next];
        let opened = tokens[len - 1].text == "{";
        let empty = opened && token.text == "}" && next == len;
        let ends = opened || token.text == "}" || outline.start(token).is_some();
        if !empty && ends || outline.kept_at(token.start).is_some() {
            break;
        }
        len = next + 1;
    }
    &tokens[..len]
}

/// What a statement may be broken before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `fail if`, `within`, …: each clause on its own line.
    Clauses(&'static [&'static str]),
    /// `from`, `at most`, `after`: on one line always.
    Retry,
    /// `else` and `unknown` behind an empty block.
    Branches,
    Plain,
}

impl Form {
    fn of(first: &str) -> Form {
        match first {
            "ensure" => Form::Clauses(&["from", "by", "in", "fail", "within"]),
            "wait" | "confirm" | "assert" | "require" | "admin" | "sql" | "start" | "install" | "run" | "watchdog" => {
                Form::Clauses(&["in", "else", "fail", "within"])
            }
            "retry" => Form::Retry,
            "if" | "}" => Form::Branches,
            _ => Form::Plain,
        }
    }

    /// The words that begin its clauses, in their canonical order.
    fn words(self) -> &'static [&'static str] {
        match self {
            Form::Clauses(words) => words,
            // Its block stays behind them.
            Form::Retry => &["from", "at", "after", "{"],
            Form::Branches => &["else", "unknown"],
            Form::Plain => &[],
        }
    }
}

/// The head of a statement, or a clause of it.
type Clause<'a, 't> = Vec<&'a Token<'t>>;

/// The lines of a statement at a depth.
pub(super) fn lines(flow: &[Token<'_>], depth: usize, outline: &Outline) -> Vec<Line> {
    let form = Form::of(flow[0].text);
    let mut clauses = split(flow, form);
    let free = !flow.iter().any(Token::is_comment);
    if free {
        if form != Form::Branches {
            clauses[1..].sort_by_key(|clause| form.words().iter().position(|word| *word == clause[0].text));
        }
        let line = Line::code(depth * INDENT, written(&clauses.concat()));
        if line.fits() || form == Form::Retry {
            return vec![line];
        }
    }
    let indent = depth * INDENT;
    let within = if form == Form::Branches { indent } else { indent + INDENT };
    let mut made: Vec<Line> = Vec::new();
    for (at, clause) in joined(clauses, form).into_iter().enumerate() {
        let start = if at == 0 { indent } else { within };
        made.extend(Layout { start, deeper: indent + 2 * INDENT, behind: within, outline }.clause(&clause));
    }
    made
}

fn split<'a, 't>(flow: &'a [Token<'t>], form: Form) -> Vec<Clause<'a, 't>> {
    let mut clauses: Vec<Clause<'a, 't>> = vec![vec![&flow[0]]];
    let mut before = flow[0].text;
    for token in &flow[1..] {
        // What follows these is a word of the author's, whatever it looks like.
        let free = !matches!(before, "with" | "," | "from");
        if free && form.words().contains(&token.text) && (form != Form::Branches || before == "}") {
            clauses.push(Vec::new());
        }
        clauses.last_mut().expect("because there is a first clause").push(token);
        if !token.is_comment() {
            before = token.text;
        }
    }
    clauses
}

/// Clauses that stay on the line of the one before: `in doubt` may not begin a line, and `} else` does not unless it must.
fn joined<'a, 't>(clauses: Vec<Clause<'a, 't>>, form: Form) -> Vec<Clause<'a, 't>> {
    let mut made: Vec<Clause<'a, 't>> = Vec::new();
    for clause in clauses {
        let last = made.last_mut().filter(|last| {
            let commented = last.last().is_some_and(|token| token.is_comment());
            let stays = match form {
                Form::Clauses(_) => clause[0].text == "in",
                Form::Branches => last.len() == 1,
                Form::Retry | Form::Plain => true,
            };
            stays && !commented
        });
        match last {
            Some(last) => last.extend(clause),
            None => made.push(clause),
        }
    }
    made
}

/// Where the lines of a clause begin.
struct Layout<'o> {
    start: usize,
    /// Of its second line and those after it.
    deeper: usize,
    /// Of a comment behind it, before the next clause.
    behind: usize,
    outline: &'o Outline,
}

impl Layout<'_> {
    fn clause(&self, clause: &[&Token<'_>]) -> Vec<Line> {
        let words = clause.iter().rposition(|token| !token.is_comment()).map_or(0, |last| last + 1);
        let (words, comments) = clause.split_at(words);
        let mut lines = if words.iter().any(|token| token.is_comment()) {
            self.at_comments(words)
        } else {
            let whole = Line::code(self.start, written(words));
            if whole.fits() { vec![whole] } else { self.at_joiners(words) }
        };
        for comment in comments {
            self.add_comment(&mut lines, comment, self.behind);
        }
        lines
    }

    fn add_comment(&self, lines: &mut Vec<Line>, comment: &Token<'_>, indent: usize) {
        match lines.last_mut().filter(|line| !comment.first && line.takes_comment()) {
            Some(line) => line.comment = comment.written(),
            None => lines.push(Line::comment(indent, comment.written())),
        }
    }

    /// Broken where its comments stand, and nowhere else.
    fn at_comments(&self, words: &[&Token<'_>]) -> Vec<Line> {
        let mut lines = Vec::new();
        for piece in words.chunk_by(|before, after| before.is_comment() == after.is_comment()) {
            if piece[0].is_comment() {
                piece.iter().for_each(|comment| self.add_comment(&mut lines, comment, self.deeper));
            } else {
                lines.push(self.line(lines.is_empty(), piece));
            }
        }
        lines
    }

    /// Broken before every `and` and `or` that joins conditions outside parentheses.
    fn at_joiners(&self, words: &[&Token<'_>]) -> Vec<Line> {
        let mut starts = vec![0];
        let mut parens = 0_usize;
        for (at, token) in words.iter().enumerate().skip(1) {
            match token.text {
                "(" => parens += 1,
                ")" => parens = parens.saturating_sub(1),
                "and" | "or" if parens == 0 && self.joins(words.get(at + 1).copied()) => starts.push(at),
                _ => {}
            }
        }
        let ends = starts.iter().skip(1).copied().chain([words.len()]);
        starts.iter().zip(ends).map(|(start, end)| self.line(*start == 0, &words[*start..end])).collect()
    }

    /// Whether a condition follows, not one more state of a list.
    fn joins(&self, next: Option<&Token<'_>>) -> bool {
        next.is_some_and(|next| next.text == "(" || self.outline.is_term(next))
    }

    fn line(&self, first: bool, words: &[&Token<'_>]) -> Line {
        Line::code(if first { self.start } else { self.deeper }, written(words))
    }
}

/// Words and signs on one line, with one blank between them where one belongs.
fn written(words: &[&Token<'_>]) -> String {
    let mut line = String::new();
    for (at, token) in words.iter().enumerate() {
        if at > 0 && blank(&words[..at], token.text) {
            line.push(' ');
        }
        line.push_str(&token.written());
    }
    line
}

fn blank(before: &[&Token<'_>], next: &str) -> bool {
    let last = before.last().map_or("", |token| token.text);
    match next {
        "," | ":" | ")" => false,
        _ if last == "(" => false,
        "(" => {
            let called = before.len() > 1 && matches!(before[before.len() - 2].text, "do" | "procedure");
            !called && !last.contains('.')
        }
        _ => true,
    }
}

impl Line {
    fn fits(&self) -> bool {
        self.indent + self.text.chars().count() <= WIDTH
    }
}
