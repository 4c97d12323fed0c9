//! The rules of the syntax and all their wording. Callers hand over what they have.

use crate::diag::{Edit, Finding, Fix, Rule, Safety, Severity};
use crate::text::{Span, is_slip};

macro_rules! rules {
    ($($(#[$doc:meta])* $id:ident = $code:literal $name:literal;)*) => {
        $($(#[$doc])* pub const $id: Rule = Rule { code: $code, name: $name, severity: Severity::Error };)*
        /// Every rule of the syntax, in the order of the codes.
        pub const ALL: &[Rule] = &[$($id),*];
    };
}

rules! {
    /// The bytes are not UTF-8.
    NOT_UTF8 = "HSB1001" "not-utf8";
    /// The file holds NUL bytes.
    BINARY_FILE = "HSB1002" "binary-file";
    /// The file is larger than `MAX_BYTES`.
    FILE_TOO_LARGE = "HSB1003" "file-too-large";
    /// The file says nothing.
    EMPTY_FILE = "HSB1004" "empty-file";
    /// Braces or parentheses stand deeper than `MAX_NESTING`.
    NESTING_TOO_DEEP = "HSB1005" "nesting-too-deep";
    /// `language` names an edition that this hsbrun does not know.
    UNKNOWN_LANGUAGE = "HSB1006" "unknown-language";
    /// Something else was expected.
    UNEXPECTED = "HSB1010" "unexpected-word";
    /// A line begins with no word of the language.
    UNKNOWN_STATEMENT = "HSB1011" "unknown-statement";
    /// An item begins with no word of the language.
    UNKNOWN_ITEM = "HSB1012" "unknown-item";
    /// A block has no `}`.
    UNCLOSED_BLOCK = "HSB1013" "unclosed-block";
    /// A text has no closing quote on its line.
    UNCLOSED_TEXT = "HSB1014" "unclosed-text";
    /// A `(` has no `)`.
    UNCLOSED_PARENTHESIS = "HSB1015" "unclosed-parenthesis";
    /// A `}` closes nothing.
    STRAY_CLOSE = "HSB1016" "stray-close";
    /// A block has no `{` where it begins.
    MISSING_BRACE = "HSB1017" "missing-brace";
    /// Two statements or items stand on a line.
    TWO_ON_A_LINE = "HSB1018" "two-on-a-line";
    /// Words stand behind a whole statement.
    TRAILING_TEXT = "HSB1019" "trailing-text";
    /// A block belongs to no statement.
    BARE_BLOCK = "HSB1020" "bare-block";
    /// A text for people holds a backslash that escapes nothing.
    BAD_ESCAPE = "HSB1021" "bad-escape";
    /// A text for people holds a brace that is no `{name}`.
    BAD_HOLE = "HSB1022" "bad-hole";
    /// Double quotes where a server is spoken to, or single ones where a person is.
    WRONG_QUOTES = "HSB1023" "wrong-quotes";
    /// A word of the language is used as a name.
    RESERVED_NAME = "HSB1024" "reserved-name";
    /// A number has no unit, or none that is known.
    BAD_UNIT = "HSB1025" "bad-unit";
    /// A number is larger than can be counted.
    NUMBER_TOO_LARGE = "HSB1026" "number-too-large";
    /// A wait, ensure or confirm without a limit.
    MISSING_WITHIN = "HSB1030" "missing-within";
    /// An ensure that has no command.
    MISSING_BY = "HSB1031" "missing-by";
    /// A retry without `at most N times`.
    RETRY_WITHOUT_LIMIT = "HSB1032" "retry-without-limit";
    /// A clause stands twice on a statement.
    DUPLICATE_CLAUSE = "HSB1033" "duplicate-clause";
    /// A clause stands on a statement that has no use for it.
    MISPLACED_CLAUSE = "HSB1034" "misplaced-clause";
    /// A clause or branch belongs to no statement.
    STRAY_CLAUSE = "HSB1035" "stray-clause";
    /// `and` and `or` without parentheses.
    MIXED_AND_OR = "HSB1036" "mixed-and-or";
    /// A statement stands behind a step's handler or back-out.
    STATEMENT_AFTER_STEP_END = "HSB1040" "statement-after-step-end";
    /// A step has two handlers, or two back-outs.
    SECOND_STEP_END = "HSB1041" "second-step-end";
    /// A handler stands behind the back-out.
    HANDLER_AFTER_BACK_OUT = "HSB1042" "handler-after-back-out";
    /// A handler or back-out stands outside a step, or deeper in it.
    STEP_END_OUTSIDE_STEP = "HSB1043" "step-end-outside-step";
    /// A handler's last statement is not `stop`.
    HANDLER_WITHOUT_STOP = "HSB1044" "handler-without-stop";
    /// `retry` outside a handler.
    RETRY_OUTSIDE_HANDLER = "HSB1045" "retry-outside-handler";
    /// `refused` outside a handler.
    REFUSED_OUTSIDE_HANDLER = "HSB1046" "refused-outside-handler";
    /// A statement stands outside every step.
    STATEMENT_OUTSIDE_STEP = "HSB1047" "statement-outside-step";
    /// A declaration stands behind the first step.
    DECLARATION_AFTER_STEP = "HSB1050" "declaration-after-step";
    /// A library has something that only runbooks have.
    STEP_IN_LIBRARY = "HSB1051" "step-in-library";
    /// No `language`.
    MISSING_LANGUAGE = "HSB1052" "missing-language";
    /// `language` is not the first item.
    LATE_LANGUAGE = "HSB1053" "late-language";
    /// Neither `runbook` nor `library`.
    MISSING_RUNBOOK = "HSB1054" "missing-runbook";
    /// A second `language`, `runbook`, `library`, `source` or ending.
    SECOND_OF_ITS_KIND = "HSB1055" "second-of-its-kind";
    /// Steps without `on failure`.
    MISSING_ON_FAILURE = "HSB1056" "missing-on-failure";
}

/// The clauses of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    Within,
    FailIf,
    Else,
    InDoubt,
    From,
    By,
    AtMost,
    After,
}

impl Clause {
    fn words(self) -> &'static str {
        match self {
            Clause::Within => "within",
            Clause::FailIf => "fail if",
            Clause::Else => "else",
            Clause::InDoubt => "in doubt",
            Clause::From => "from",
            Clause::By => "by",
            Clause::AtMost => "at most",
            Clause::After => "after",
        }
    }

    /// The statements that take it.
    fn home(self) -> &'static str {
        match self {
            Clause::Within => "`wait`, `ensure`, `confirm`, `start`, `install`, `run` and `sql`",
            Clause::FailIf => "`wait` and `ensure`",
            Clause::Else => "`assert` and `require`",
            Clause::InDoubt => "`admin`, `sql` and `run`",
            Clause::From => "`ensure` and `retry`",
            Clause::By => "`ensure`",
            Clause::AtMost | Clause::After => "`retry`",
        }
    }
}

/// A word of the language for one that is probably meant to be it.
fn meant(at: Span, found: &str, word: &str) -> Fix {
    let safety = if is_slip(found, word) { Safety::Safe } else { Safety::Unsafe };
    Fix::replace(safety, at, word)
}

// ---- The bytes

pub(super) fn not_utf8(line: usize, offset: usize, byte: u8) -> Finding {
    Finding::nowhere(NOT_UTF8, format!("line {line} is not UTF-8: byte {offset} of the file is 0x{byte:02X}"))
        .why("a text read with the wrong letters may name another thing than its author meant")
        .help("save the file as UTF-8")
}

pub(super) fn binary_file(offset: usize) -> Finding {
    Finding::nowhere(BINARY_FILE, format!("this is not a text file: byte {offset} is NUL"))
        .help("give the `.hsbrun` file itself; UTF-16 is not read, save it as UTF-8")
}

pub(super) fn file_too_large(bytes: usize, limit: usize) -> Finding {
    let what = format!("the file has {bytes} bytes, and a runbook may have {limit}");
    Finding::nowhere(FILE_TOO_LARGE, what).help("check that this is the runbook; share procedures with `use \"…\"`")
}

pub(super) fn empty_file(at: Span) -> Finding {
    Finding::at(EMPTY_FILE, at, "the file says nothing", "a runbook begins here")
        .help("begin with `language 1` and `runbook \"What it does\"`")
}

pub(super) fn nesting_too_deep(at: Span, limit: usize) -> Finding {
    let what = format!("braces or parentheses stand more than {limit} deep");
    Finding::at(NESTING_TOO_DEEP, at, what, format!("this is number {}", limit + 1))
        .why("nobody can follow such a runbook while a pair is half migrated")
        .help("move the inner statements into a `procedure`")
}

pub(super) fn unknown_language(at: Span, found: u64, known: u64) -> Finding {
    let finding = Finding::at(
        UNKNOWN_LANGUAGE,
        at,
        format!("this hsbrun does not know language {found}"),
        format!("the newest that it knows is {known}"),
    )
    .why("what a word means may have changed, so nothing else of the file was looked at");
    if found > known { finding.help("use a newer hsbrun") } else { finding.help(format!("write `language {known}`")) }
}

// ---- Pieces that cannot be read

/// `expected` is a list for people, `found` what stands there; `instead` the candidate that was probably meant.
pub(super) fn unexpected(at: Span, expected: &str, found: &str, instead: Option<&str>) -> Finding {
    let what = format!("expected {expected}, found {found}");
    let finding = Finding::at(UNEXPECTED, at, what, "not expected here");
    match instead {
        Some(word) => finding.help(format!("did you mean `{word}`?")).fix(meant(at, found.trim_matches('`'), word)),
        None => finding,
    }
}

/// The line ends too early, behind `at`.
pub(super) fn ends_early(at: Span, expected: &str) -> Finding {
    let what = format!("expected {expected}, found the end of the line");
    Finding::at(UNEXPECTED, at, what, "it belongs behind this")
}

pub(super) fn unknown_statement(at: Span, word: &str, instead: Option<&str>) -> Finding {
    let finding =
        Finding::at(UNKNOWN_STATEMENT, at, format!("no statement begins with `{word}`"), "not a word of the language");
    match instead {
        Some(instead) => finding.help(format!("did you mean `{instead}`?")).fix(meant(at, word, instead)),
        None if matches!(word, "hsb" | "shutdown") => {
            finding.help("a command to a server is written `admin '…'`, in single quotes")
        }
        None => finding.help(
            "statements begin with admin, sql, start, install, run, watchdog, notify, confirm, point, assert, wait, \
             ensure, on, if, choose, do, retry, stop or leave",
        ),
    }
}

pub(super) fn unknown_item(at: Span, word: &str, instead: Option<&str>) -> Finding {
    let finding =
        Finding::at(UNKNOWN_ITEM, at, format!("nothing in a file begins with `{word}`"), "not a word of the language");
    match instead {
        Some(instead) => finding.help(format!("did you mean `{instead}`?")).fix(meant(at, word, instead)),
        None => finding.help(
            "a file has language, runbook, library, source, use, server, param, require, step, procedure, \
             on success, on failure and on back out",
        ),
    }
}

/// `end` is the word before which the block was taken to end, or nothing at the end of the file.
/// `suspect` is the `{` and `}` of a block inside it that may have taken its `}`.
pub(super) fn unclosed_block(open: Span, end: Span, word: &str, suspect: Option<(Span, Span)>) -> Finding {
    let place = if word.is_empty() {
        "the file ends here".to_owned()
    } else {
        format!("taken to end before this `{word}`, which stands in no block")
    };
    let finding = Finding::at(UNCLOSED_BLOCK, open, "this block has no `}`", "opened here").and(end, place);
    match suspect {
        Some((open, close)) => finding
            .and(open, "perhaps it is this block that has none")
            .and(close, "this `}` closes it, and is indented like another one's")
            .help("add the `}` of the inner block"),
        None => finding.help("close it with `}`"),
    }
}

pub(super) fn unclosed_text(open: Span, end: Span, quote: &str) -> Finding {
    let finding = Finding::at(UNCLOSED_TEXT, open, format!("this text has no closing `{quote}`"), "opened here")
        .and(end, "a text ends on its line");
    if quote == "'" {
        finding.help("close it with `'`; a quote inside is written `''`")
    } else {
        finding.help("close it with `\"`; a quote inside is written `\\\"`")
    }
}

pub(super) fn unclosed_parenthesis(open: Span, end: Span) -> Finding {
    Finding::at(UNCLOSED_PARENTHESIS, open, "this `(` has no `)`", "opened here")
        .and(end, "`)` was expected by here")
        .help("close it with `)`")
}

pub(super) fn stray_close(at: Span, closer: Option<Span>) -> Finding {
    let finding = Finding::at(STRAY_CLOSE, at, "this `}` closes nothing", "no block is open here");
    match closer {
        Some(closer) => finding.and(closer, "the last open block was closed here"),
        None => finding,
    }
    .help("remove it, or the `}` that came too early")
}

/// The block has its `}`.
pub(super) fn missing_open(last_word: Span) -> Finding {
    missing_brace(last_word).fix(behind(Safety::Unsafe, last_word, " {", "add the `{`"))
}

pub(super) fn missing_brace(last_word: Span) -> Finding {
    Finding::at(MISSING_BRACE, last_word, "a block begins without its `{`", "`{` belongs behind this")
        .help("end the line with ` {`")
}

/// Puts something behind a place.
fn behind(safety: Safety, place: Span, text: &str, what: &str) -> Fix {
    let span = Span { start: place.end, ..place };
    Fix { what: what.to_owned(), safety, edits: vec![Edit { span, text: text.to_owned() }] }
}

pub(super) fn late_brace(open: Span, end_of_head: Span) -> Finding {
    Finding::at(MISSING_BRACE, open, "this `{` stands on a line of its own", "the block was taken to begin here")
        .and(end_of_head, "`{` belongs here")
        .why("a statement ends with its line")
        .help("move the `{` to the end of the line before")
        .fix(Fix {
            what: "move the `{`".to_owned(),
            safety: Safety::Safe,
            edits: vec![
                Edit { span: Span { start: end_of_head.end, ..end_of_head }, text: " {".to_owned() },
                Edit { span: open, text: String::new() },
            ],
        })
}

/// `indent` is what the line begins with.
pub(super) fn two_on_a_line(second: Span, first: Span, indent: &str) -> Finding {
    let between = Span { start: first.end, end: second.start, ..first };
    let fix = Edit { span: between, text: format!("\n{indent}") };
    Finding::at(TWO_ON_A_LINE, second, "a second statement on a line", "begins here")
        .and(first, "the first one ends before it")
        .why("a run is followed, stopped and resumed by its lines")
        .help("begin a new line for it")
        .fix(Fix { what: "begin a new line".to_owned(), safety: Safety::Safe, edits: vec![fix] })
}

/// A quote in the middle of a text ended it.
pub(super) fn quote_in_text(at: Span, quote: Span) -> Finding {
    Finding::at(TRAILING_TEXT, at, "words stand behind the end of a text", "not part of the text")
        .and(quote, "the text ends with this quote")
        .help("a quote inside a text is written `\\\"`")
}

/// `word` was read as part of a condition or a state, and is no word of the language.
pub(super) fn no_such_word(at: Span, word: &str) -> Finding {
    let finding = Finding::at(UNEXPECTED, at, format!("the language has no `{word}`"), "not a word of the language");
    match word {
        "not" | "!=" | "!" => finding
            .why("what is not known to be DOWN need not be up: with unknown as a third value, `not` reads wrongly")
            .help("name the states that are meant, or use the `else` and `unknown` of an `if`"),
        "&&" | "&" => finding.help("write `and`").fix(Fix::replace(Safety::Safe, at, "and")),
        "||" | "|" => finding.help("write `or`").fix(Fix::replace(Safety::Safe, at, "or")),
        "==" => finding.help("write `=`").fix(Fix::replace(Safety::Safe, at, "=")),
        _ => finding.help("a statement ends with its line"),
    }
}

/// A word that was read as part of the state before it, and is a misspelt one of the language.
pub(super) fn misspelt_word(at: Span, word: &str, instead: &str) -> Finding {
    Finding::at(UNEXPECTED, at, format!("the language has no `{word}`"), "not a word of the language")
        .help(format!("did you mean `{instead}`?"))
        .fix(meant(at, word, instead))
}

pub(super) fn trailing_text(at: Span, found: &str) -> Finding {
    let what = format!("{found} stands behind a whole statement");
    Finding::at(TRAILING_TEXT, at, what, "the statement ends before this").help("remove it, or begin a new line")
}

pub(super) fn bare_block(at: Span) -> Finding {
    Finding::at(BARE_BLOCK, at, "this block belongs to no statement", "nothing stands before its `{`")
        .help("remove the braces, or write what the block is for: `if`, `on`, `back out`")
}

// ---- Texts, names and numbers

pub(super) fn bad_escape(at: Span, found: &str) -> Finding {
    Finding::at(BAD_ESCAPE, at, format!("`{found}` is no escape"), "a `\\` stands before `\"` or `\\` only")
        .help("write `\\\\` for a backslash")
}

pub(super) fn bad_hole(at: Span, found: Option<&str>) -> Finding {
    let what = found.map_or_else(
        || "this `{` begins no `{name}`".to_owned(),
        |found| format!("`{found}` does not name a parameter or server"),
    );
    Finding::at(BAD_HOLE, at, what, "in a text, `{name}` stands for a value")
        .help("write `{{` and `}}` for the braces themselves")
}

pub(super) fn stray_brace_in_text(at: Span) -> Finding {
    Finding::at(BAD_HOLE, at, "this `}` ends no `{name}`", "in a text, `{name}` stands for a value")
        .help("write `}}` for the brace itself")
}

pub(super) fn wrong_quotes(at: Span, found: &str, for_server: bool) -> Finding {
    let inner = found.trim_matches(['"', '\'']);
    // What is escaped or replaced in the one kind is not in the other.
    let plain = !inner.contains(['"', '\'', '\\', '{', '}']);
    let fix = |text: String| plain.then(|| Fix::replace(Safety::Safe, at, text));
    if for_server {
        Finding::at(WRONG_QUOTES, at, "a text for a server stands in double quotes", "single quotes belong here")
            .why("what stands in single quotes goes to the server as written, and nothing in it is replaced")
            .help(format!("write `'{inner}'`"))
            .fix(fix(format!("'{inner}'")))
    } else {
        Finding::at(WRONG_QUOTES, at, "a text for people stands in single quotes", "double quotes belong here")
            .why("what stands in single quotes goes to a server")
            .help(format!("write `\"{inner}\"`"))
            .fix(fix(format!("\"{inner}\"")))
    }
}

pub(super) fn reserved_name(at: Span, word: &str, expected: &str) -> Finding {
    let what = format!("`{word}` is a word of the language");
    Finding::at(RESERVED_NAME, at, what, format!("expected {expected}")).help("choose another name")
}

pub(super) fn bad_unit(at: Span, found: &str, instead: Option<&str>) -> Finding {
    // A size is well written, and no limit.
    if instead == Some(found) {
        return Finding::at(BAD_UNIT, at, format!("`{found}` is a size, where a duration belongs"), "a size")
            .help("write a duration: `30s`, `5m`, `4h`");
    }
    let finding =
        Finding::at(BAD_UNIT, at, format!("`{found}` has no unit that is known"), "neither a duration nor a size");
    match instead {
        Some(instead) => finding.help(format!("did you mean `{instead}`?")).fix(Fix::replace(
            same_measure(found, instead),
            at,
            instead,
        )),
        None => finding.help("durations are written `250ms`, `30s`, `5m`, `4h`, `1d`; sizes `10 GiB`, in KiB to TiB"),
    }
}

/// Another spelling of a unit means the same; of a size in powers of ten it does not.
fn same_measure(found: &str, instead: &str) -> Safety {
    let letters = |text: &str| text.to_ascii_lowercase().replace(' ', "");
    let is_size = instead.ends_with("iB");
    if is_size && letters(found) != letters(instead) { Safety::Unsafe } else { Safety::Safe }
}

pub(super) fn number_too_large(at: Span, found: &str) -> Finding {
    Finding::at(NUMBER_TOO_LARGE, at, format!("`{found}` is larger than can be counted"), "too large")
        .help("write a smaller number")
}

// ---- Clauses

pub(super) fn missing_within(at: Span, statement: &str) -> Finding {
    let what = format!("`{statement}` without `within`");
    let (why, help) = match statement {
        "confirm" => {
            ("a question that nobody answers would leave the pair as it is for ever", "add a limit: `within 30m`")
        }
        "ensure" => (
            "what never comes true would be waited for for ever, on a pair that is half changed",
            "add a limit: `within 30s`",
        ),
        _ => (
            "a wait without a limit waits for ever, and nobody is told that the pair is stuck",
            "add a limit: `within 5m`",
        ),
    };
    Finding::at(MISSING_WITHIN, at, what, "`within` and a limit belong behind this").why(why).help(help)
}

pub(super) fn missing_by(at: Span) -> Finding {
    Finding::at(MISSING_BY, at, "`ensure` without `by`", "`by` and a command belong behind this")
        .why("`ensure` brings its condition about; what only looks is `wait until` or `assert`")
        .help("add the command: `by admin '…'`, or write `wait until`")
}

pub(super) fn retry_without_limit(at: Span) -> Finding {
    Finding::at(RETRY_WITHOUT_LIMIT, at, "`retry` without a limit", "`at most N times` belongs behind this")
        .why("what fails for a reason that stays would be repeated for ever on a pair that is half changed")
        .help("add a limit: `at most 3 times`")
}

pub(super) fn duplicate_clause(at: Span, first: Span, clause: Clause) -> Finding {
    let words = clause.words();
    Finding::at(DUPLICATE_CLAUSE, at, format!("a second `{words}` on one statement"), "the second one")
        .and(first, "the first one")
        .help("keep one of them")
}

pub(super) fn misplaced_clause(at: Span, clause: Clause, statement: &str) -> Finding {
    let words = clause.words();
    let what = format!("`{words}` means nothing on `{statement}`");
    let finding = Finding::at(MISPLACED_CLAUSE, at, what, "belongs to other statements").fix(Fix::remove(
        Safety::Unsafe,
        at,
        format!("remove the `{words}`"),
    ));
    match (clause, statement) {
        (Clause::Within, "admin") => finding.help("an admin command is bounded by the site's `call_limit`; remove it"),
        (Clause::Within, "watchdog") => finding.help("the site's `command_limit` bounds it; remove it"),
        (Clause::Within, "assert") => finding.help("an assertion looks once; to wait for it write `wait until`"),
        _ => finding.help(format!("remove it: it belongs to {}", clause.home())),
    }
}

pub(super) fn stray_clause(at: Span, word: &str) -> Finding {
    let finding =
        Finding::at(STRAY_CLAUSE, at, format!("this `{word}` goes on with no statement"), "begins like a clause");
    match word {
        "else" | "unknown" => finding.help("after an `if` stand `else if`, then one `else`, then one `unknown`"),
        _ => finding.help("write it behind the statement that it belongs to"),
    }
}

pub(super) fn mixed_and_or(at: Span, word: &str, first: Span, first_word: &str) -> Finding {
    let what = "`and` and `or` are mixed without parentheses";
    Finding::at(MIXED_AND_OR, at, what, format!("`{word}` here"))
        .and(first, format!("`{first_word}` here"))
        .why("two people would read it in two ways, and a server may be promoted by the wrong one")
        .help("put parentheses around what belongs together")
}

// ---- Steps

pub(super) fn statement_after_step_end(at: Span, end: Span) -> Finding {
    let what = "a statement stands behind the step's handler or back-out";
    Finding::at(STATEMENT_AFTER_STEP_END, at, what, "would not be read as part of the step")
        .and(end, "this stands last in a step")
        .help("move the statement before it")
}

pub(super) fn second_step_end(at: Span, first: Span, what: &str) -> Finding {
    Finding::at(SECOND_STEP_END, at, format!("the step has two {what}"), "the second one")
        .and(first, "the first one")
        .why("which of them ran would decide what becomes of the pair")
        .help("keep one of them")
}

pub(super) fn handler_after_back_out(at: Span, back_out: Span) -> Finding {
    let what = "`if this step fails` stands behind `back out`";
    Finding::at(HANDLER_AFTER_BACK_OUT, at, what, "the handler")
        .and(back_out, "the back-out stands last")
        .help("move the handler before `back out`")
}

pub(super) fn step_end_outside_step(at: Span) -> Finding {
    let what = "`if this step fails` and `back out` stand last in a step, and nowhere else";
    Finding::at(STEP_END_OUTSIDE_STEP, at, what, "not the step's own block")
        .help("move it to the end of the step's block")
}

pub(super) fn handler_without_stop(at: Span, handler: Span) -> Finding {
    let what = "the handler does not end with `stop`";
    Finding::at(HANDLER_WITHOUT_STOP, at, what, "`stop \"…\"` belongs here, last")
        .and(handler, "this handler")
        .why("when every retry is used up, somebody must be told in what state the pair was left")
        .help("end it with `stop \"…\"`, which says who serves and who does not")
}

pub(super) fn retry_outside_handler(at: Span) -> Finding {
    Finding::at(RETRY_OUTSIDE_HANDLER, at, "`retry` outside `if this step fails`", "nothing has failed here")
        .help("move it into the step's `if this step fails { … }`")
}

pub(super) fn refused_outside_handler(at: Span) -> Finding {
    Finding::at(REFUSED_OUTSIDE_HANDLER, at, "`refused` outside `if this step fails`", "nothing was refused here")
        .help("ask it in the step's `if this step fails { … }`")
}

pub(super) fn statement_outside_step(at: Span, closer: Option<Span>) -> Finding {
    let finding = Finding::at(STATEMENT_OUTSIDE_STEP, at, "a statement stands outside every step", "in no block");
    match closer {
        Some(closer) => finding.and(closer, "the block before it ends with this `}`"),
        None => finding,
    }
    .help("move it into a `step`; if a `}` came too early, remove that")
}

// ---- The file

pub(super) fn declaration_after_step(at: Span, step: Span) -> Finding {
    Finding::at(DECLARATION_AFTER_STEP, at, "a declaration stands behind the first step", "declared here")
        .and(step, "the first step")
        .why("who reads the runbook must know what it needs before it begins")
        .help("move it before the first step")
}

pub(super) fn step_in_library(at: Span, library: Span, what: &str) -> Finding {
    Finding::at(STEP_IN_LIBRARY, at, format!("a library has no {what}"), "not for a library")
        .and(library, "the file says here that it is one")
        .help("keep only `use` and `procedure` in it, or write `runbook`")
}

pub(super) fn missing_language(at: Span) -> Finding {
    Finding::at(MISSING_LANGUAGE, at, "the file does not say its language", "`language 1` belongs before this")
        .why("a later hsbrun must know by which rules the runbook was written")
        .help("begin with `language 1`")
        .fix(Fix::replace(Safety::Safe, Span { end: at.start, ..at }, "language 1\n"))
}

pub(super) fn late_language(at: Span, first: Span) -> Finding {
    Finding::at(LATE_LANGUAGE, at, "`language` is not the first item", "belongs first")
        .and(first, "this stands before it")
        .help("move it to the top")
}

pub(super) fn missing_runbook(at: Span) -> Finding {
    let what = "the file is neither a runbook nor a library";
    Finding::at(MISSING_RUNBOOK, at, what, "`runbook \"…\"` belongs behind this")
        .help("add `runbook \"What it does\"`; a file of procedures only says `library \"…\"`")
}

pub(super) fn second_of_its_kind(at: Span, first: Span, what: &str) -> Finding {
    Finding::at(SECOND_OF_ITS_KIND, at, format!("a second {what}"), "the second one")
        .and(first, "the first one")
        .help("keep one of them")
}

pub(super) fn missing_on_failure(at: Span) -> Finding {
    let what = "a runbook with steps has no `on failure`";
    Finding::at(MISSING_ON_FAILURE, at, what, "the first step: from here on it can fail")
        .why("a run that fails leaves the pair half changed; the runbook must say what becomes of it and of the watchdog")
        .help("add `on failure { … }` at the end")
}
