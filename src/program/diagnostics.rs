//! Every finding about names and types (`HSB2xxx`) and about parameter values (`HSB70xx`): the rules and all their
//! wording. Callers hand over what they have; nothing here decides whether something is wrong.

use crate::diag::{Finding, Fix, Rule, Safety, Severity};
use crate::pair::{Command, Measure, State, Status, StatusWord};
use crate::text::{Span, is_slip, nearest};

use super::bind::Origin;
use super::upgrade::{FIX_PACK, Misfit, Spoken};
use super::{Comparison, ParamType};

macro_rules! rules {
    ($($constant:ident $code:literal $name:literal)*) => {
        $(pub const $constant: Rule = Rule { code: $code, name: $name, severity: Severity::Error };)*
        /// Every rule of this room, by code.
        pub const ALL: &[Rule] = &[$($constant),*];
    };
}

rules! {
    UNKNOWN_SERVER "HSB2001" "unknown-server"
    UNKNOWN_NAME "HSB2002" "unknown-name"
    UNKNOWN_PROCEDURE "HSB2003" "unknown-procedure"
    UNKNOWN_STEP "HSB2004" "unknown-step"
    UNKNOWN_STATE "HSB2005" "unknown-state"
    MISSPELT_CASE "HSB2006" "misspelt-case"
    UNKNOWN_PROBE "HSB2007" "unknown-probe"
    UNKNOWN_STATUS_WORD "HSB2008" "unknown-status-word"
    UNKNOWN_TYPE "HSB2009" "unknown-type"
    UNKNOWN_WORD "HSB2010" "unknown-word"
    UNKNOWN_START_OPTION "HSB2011" "unknown-start-option"
    UNKNOWN_COMMAND "HSB2012" "unknown-command"
    DOUBT_IN_CATALOGUE "HSB2013" "doubt-in-catalogue"
    GLOBAL_IN_PROCEDURE "HSB2014" "global-in-procedure"
    DUPLICATE_NAME "HSB2020" "duplicate-name"
    DUPLICATE_STEP "HSB2021" "duplicate-step"
    DUPLICATE_WORD "HSB2022" "duplicate-word"
    DUPLICATE_APPROVAL "HSB2023" "duplicate-approval"
    TOO_MANY_SERVERS "HSB2024" "too-many-servers"
    SERVER_LIKE_STATE "HSB2025" "server-like-state"
    WRONG_TYPE "HSB2030" "wrong-type"
    WRONG_COMPARISON "HSB2031" "wrong-comparison"
    NOT_A_CONDITION "HSB2032" "not-a-condition"
    BAD_VERSION "HSB2033" "bad-version"
    HOLE_NOT_HERE "HSB2034" "hole-not-here"
    WRONG_ARGUMENT_COUNT "HSB2035" "wrong-argument-count"
    ONE_SERVER_TWICE "HSB2036" "one-server-twice"
    PLACEHOLDER_COUNT "HSB2037" "placeholder-count"
    BAD_NUMBER "HSB2038" "bad-number"
    MISSING_ARM "HSB2040" "missing-arm"
    NOT_A_CHOICE "HSB2041" "not-a-choice"
    RETRY_FROM_LATER "HSB2042" "retry-from-later-step"
    RECURSION "HSB2043" "recursion"
    NO_SERVER "HSB2050" "no-server"
    ONLY_LOOKED_AT "HSB2051" "only-looked-at"
    MISSING_FROM "HSB2052" "missing-from"
    FROM_WITHOUT_SERVER "HSB2053" "from-without-server"
    NOTHING_STARTED "HSB2054" "nothing-started"
    FATE_OUTSIDE_ENDING "HSB2060" "watchdog-fate-outside-ending"
    FATE_OPEN "HSB2061" "watchdog-fate-open"
    MISSING_ENDING "HSB2062" "missing-ending"
    WATCHDOG_OFF_IN_ENDING "HSB2063" "watchdog-off-in-ending"
    UNREADABLE_USE "HSB2070" "unreadable-use"
    CIRCULAR_USE "HSB2071" "circular-use"
    NOT_A_LIBRARY "HSB2072" "not-a-library"
    TOO_MANY_FILES "HSB2073" "too-many-files"
    PROGRAM_TOO_LARGE "HSB2074" "program-too-large"
    NOTHING_TO_DO "HSB2075" "nothing-to-do"
    CALLS_TOO_DEEP "HSB2076" "calls-too-deep"
    TOO_MANY_FINDINGS "HSB2077" "too-many-findings"
    UNKNOWN_PARAMETER_VALUE "HSB7001" "unknown-parameter"
    WRONG_PARAMETER_VALUE "HSB7002" "wrong-parameter-value"
    MISSING_PARAMETER_VALUE "HSB7003" "missing-parameter-value"
    NOT_A_FIX_PACK "HSB7004" "not-a-fix-pack"
}

/// A list of candidates ends here.
const MAX_LISTED: usize = 12;
/// No more candidates than these are compared with a mistyped word.
const MAX_COMPARED: usize = 300;

/// `did you mean …`, or the candidates where none is near.
fn candidates<'a>(word: &str, kind: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied().take(MAX_COMPARED)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("there are no {kind} here"),
        None if known.len() > MAX_LISTED => format!("known {kind}: {}, …", known[..MAX_LISTED].join(", ")),
        None => format!("known {kind}: {}", known.join(", ")),
    }
}

/// `did you mean …` with the change that writes it, or the candidates where none is near. Which name is meant decides what
/// is done to which server: somebody reads it.
fn suggest<'a>(
    finding: Finding,
    at: Span,
    word: &str,
    kind: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Finding {
    let known: Vec<&str> = known.into_iter().collect();
    let near = nearest(word, known.iter().copied().take(MAX_COMPARED));
    let fix = near.map(|near| Fix::replace(Safety::Unsafe, at, near));
    finding.help(candidates(word, kind, known)).fix(fix)
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

// ---- names

pub(super) fn unknown_server<'a>(name: &str, at: Span, known: impl IntoIterator<Item = &'a str>) -> Finding {
    let what = format!("no server is called `{name}`");
    suggest(Finding::at(UNKNOWN_SERVER, at, what, "not a server of this runbook"), at, name, "servers", known)
}

pub(super) fn not_a_server(name: &str, at: Span, what: &str, declared: Span) -> Finding {
    Finding::at(WRONG_TYPE, at, format!("`{name}` is no server"), "a server is wanted here")
        .and(declared, format!("`{name}` is {what}"))
        .help("name one of the servers")
}

pub(super) fn unknown_name<'a>(name: &str, at: Span, known: impl IntoIterator<Item = &'a str>) -> Finding {
    let what = format!("nothing is called `{name}`");
    suggest(Finding::at(UNKNOWN_NAME, at, what, "neither a parameter nor a server"), at, name, "names", known)
}

pub(super) fn global_in_procedure(name: &str, at: Span, declared: Span, is_server: Option<&ParamType>) -> Finding {
    let ty = is_server.map_or_else(|| "server".to_owned(), ToString::to_string);
    Finding::at(
        GLOBAL_IN_PROCEDURE,
        at,
        format!("a procedure does not see the runbook's `{name}`"),
        "not a parameter of this procedure",
    )
    .and(declared, "declared for the runbook")
    .why("a procedure is read by what it is given, so that it can serve any runbook")
    .help(format!("give the procedure a parameter, `{name}: {ty}`, and pass it in every `do`"))
}

pub(super) fn step_in_procedure(id: &str, at: Span) -> Finding {
    Finding::at(
        GLOBAL_IN_PROCEDURE,
        at,
        format!("a procedure does not see the runbook's step `{id}`"),
        "no step of this procedure",
    )
    .why("a procedure is read by what it is given, so that it can serve any runbook")
    .help("ask it where the procedure is called, and call another one in each case")
}

pub(super) fn unknown_procedure<'a>(name: &str, at: Span, known: impl IntoIterator<Item = &'a str>) -> Finding {
    let what = format!("no procedure is called `{name}`");
    let finding = Finding::at(UNKNOWN_PROCEDURE, at, what, "neither in this file nor in one that it uses");
    suggest(finding, at, name, "procedures", known)
}

pub(super) fn procedure_not_used(name: &str, at: Span, declared: Span, file: &str) -> Finding {
    Finding::at(UNKNOWN_PROCEDURE, at, format!("this file does not use the file of `{name}`"), "not known here")
        .and(declared, format!("it is in `{file}`"))
        .help(format!("add a `use` of `{file}` to this file"))
}

/// What a step is wanted for: where a retry goes back to, and what a condition asks.
pub(super) const STEP_RETRIED: &str = "a retry goes back to a step of this runbook";
pub(super) const STEP_ASKED: &str = "only a step of this runbook can have begun";

/// How a step is asked.
pub(super) fn begun_or_not(id: &str) -> String {
    format!("write `step {id} is BEGUN` or `step {id} is NOT BEGUN`")
}

pub(super) fn unknown_step<'a>(id: &str, at: Span, role: &str, known: impl IntoIterator<Item = &'a str>) -> Finding {
    let what = format!("no step is called `{id}`");
    suggest(Finding::at(UNKNOWN_STEP, at, what, role), at, id, "steps", known)
}

pub(super) fn unknown_state(word: &str, at: Span) -> Finding {
    let finding =
        Finding::at(UNKNOWN_STATE, at, format!("no state is called `{word}`"), "not what a server says of itself");
    let halves: Vec<&str> =
        State::ALL.map(State::word).into_iter().filter(|state| state.split(' ').any(|half| half == word)).collect();
    let upper = word.to_uppercase();
    if let Some(status) =
        Status::ALL.into_iter().find(|status| status.words().iter().any(|known| known.word() == upper))
    {
        return finding.help(format!("`{upper}` is a word of a status: write `.{}` behind the server", status.word()));
    }
    if !halves.is_empty() {
        return finding.help(format!("`{word}` is a part of {}: write the whole state", quoted(&halves)));
    }
    suggest(finding, at, word, "states", State::ALL.map(State::word).into_iter().chain(["SERVING"]))
}

pub(super) fn misspelt_case(word: &str, right: &str, at: Span) -> Finding {
    Finding::at(MISSPELT_CASE, at, format!("`{word}` is written `{right}`"), "in capitals, as the server writes it")
        .why("one spelling can be searched for, and laid beside the manual")
        .help(format!("write `{right}`"))
        .fix(Fix::replace(Safety::Safe, at, right))
}

pub(super) fn unknown_probe(word: &str, at: Span) -> Finding {
    let known = Status::ALL.map(Status::word).into_iter().chain(Measure::ALL.map(Measure::word)).chain(["answers"]);
    let what = format!("a server cannot be asked for `{word}`");
    let finding = Finding::at(UNKNOWN_PROBE, at, what, "no such probe");
    if word == "state" {
        finding.help("ask for the state without it: `SERVER is STATE`")
    } else {
        suggest(finding, at, word, "probes", known)
    }
}

pub(super) fn unknown_status_word(status: Status, word: &str, at: Span) -> Finding {
    let upper = word.to_uppercase();
    let what = format!("`{}` never answers `{word}`", status.word());
    let finding = Finding::at(UNKNOWN_STATUS_WORD, at, what, "not a word of this status");
    if State::from_word(&upper).is_some() {
        return finding.help(format!("`{upper}` is a state: leave out `.{}`", status.word()));
    }
    suggest(finding, at, word, "words", status.words().iter().copied().map(StatusWord::word))
}

pub(super) fn not_one_of_two(of: &str, word: &str, both: [&'static str; 2], at: Span) -> Finding {
    let finding =
        Finding::at(UNKNOWN_STATUS_WORD, at, format!("{of} is never `{word}`"), format!("not a word of {of}"));
    suggest(finding, at, word, "words", both)
}

pub(super) fn unknown_type(word: &str, at: Span) -> Finding {
    let known = ["duration", "size", "text", "version"];
    let what = format!("no type is called `{word}`");
    let finding = Finding::at(UNKNOWN_TYPE, at, what, "the type of a value is wanted here");
    match nearest(word, known) {
        Some(near) => {
            let safety = if is_slip(word, near) { Safety::Safe } else { Safety::Unsafe };
            finding.help(format!("did you mean `{near}`?")).fix(Fix::replace(safety, at, near))
        }
        None => finding.help(format!("write one of {}, or two or more words: `yes | no`", known.join(", "))),
    }
}

pub(super) fn unknown_word(word: &str, at: Span, name: &str, words: &[String], declared: Option<Span>) -> Finding {
    let finding = Finding::at(UNKNOWN_WORD, at, format!("`{word}` is no word of `{name}`"), "never its value");
    let finding = match declared {
        Some(declared) => finding.and(declared, format!("`{name}` is one of {}", words.join(", "))),
        None => finding,
    };
    suggest(finding, at, word, "words", words.iter().map(String::as_str))
}

pub(super) fn unknown_start_option(word: &str, at: Span, known: &[&str]) -> Finding {
    let finding = Finding::at(UNKNOWN_START_OPTION, at, format!("the server has no `-x {word}`"), "not a start option");
    suggest(finding, at, word, "start options", known.iter().copied())
}

pub(super) fn unknown_command(text: &str, at: Span) -> Finding {
    let texts = Command::texts();
    let near = nearest(text, texts);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "add `in doubt ask`, or `in doubt repeat` where sending it twice does what sending it once does".to_owned()
        }
    };
    Finding::at(
        UNKNOWN_COMMAND,
        at,
        format!("`{text}` is not in the command catalogue"),
        "nothing says how to find out whether it has happened",
    )
    .why("when the line breaks before the answer, hsbrun must know whether the command may be sent again")
    .help(help)
    .fix(near.map(|near| Fix::replace(Safety::Unsafe, at, format!("'{near}'"))))
}

pub(super) fn doubt_in_catalogue(text: &str, at: Span, doubt: Span) -> Finding {
    Finding::at(DOUBT_IN_CATALOGUE, doubt, format!("`{text}` needs no `in doubt`"), "the catalogue says it already")
        .and(at, "a command of the catalogue")
        .why("the pair itself shows whether this command has happened; two answers could contradict each other")
        .help("leave out `in doubt …`")
        .fix(Fix::remove(Safety::Unsafe, doubt, "leave out `in doubt …`"))
}

// ---- declarations

pub(super) fn duplicate_name(name: &str, at: Span, first: Span) -> Finding {
    Finding::at(DUPLICATE_NAME, at, format!("`{name}` is declared twice"), "a second time")
        .and(first, "first declared here")
        .help("rename one of them")
}

pub(super) fn duplicate_step(id: &str, at: Span, first: Span) -> Finding {
    Finding::at(DUPLICATE_STEP, at, format!("there are two steps `{id}`"), "a second time")
        .and(first, "the first one")
        .why("the run, its journal and `retry from` know a step by its id")
        .help("number one of them anew")
}

pub(super) fn duplicate_word(word: &str, at: Span, first: Span) -> Finding {
    Finding::at(DUPLICATE_WORD, at, format!("`{word}` stands here twice"), "a second time")
        .and(first, "the first one")
        .help("remove one of them")
}

pub(super) fn duplicate_approval(id: &str, at: Span, first: Span) -> Finding {
    Finding::at(DUPLICATE_APPROVAL, at, format!("the approval `{id}` is asked for twice"), "would not be asked again")
        .and(first, "once given here, it holds for the run")
        .why("the second question would pass without anybody reading it")
        .help("give the second approval a name of its own")
}

pub(super) fn too_many_servers(at: Span, first: Span, second: Span) -> Finding {
    Finding::at(TOO_MANY_SERVERS, at, "a pair has two servers", "a third server")
        .and(first, "the first")
        .and(second, "the second")
        .help("write one runbook for each pair")
}

pub(super) fn server_like_state(name: &str, at: Span) -> Finding {
    Finding::at(
        SERVER_LIKE_STATE,
        at,
        format!("no server may be called `{name}`"),
        format!("`{}` begins the word of a state", name.to_uppercase()),
    )
    .why("roles are states and change while the runbook runs; a server keeps its name")
    .help("name the server after the machine, or `S1`")
}

// ---- values

pub(super) fn wrong_type(at: Span, found: &str, wanted: &str, declared: Option<(Span, String)>) -> Finding {
    let finding = Finding::at(WRONG_TYPE, at, format!("{found} where {wanted} is wanted"), format!("not {wanted}"));
    let finding = match declared {
        Some((span, label)) => finding.and(span, label),
        None => finding,
    };
    match how_to_write_number(found, wanted).or(how_to_write_kind(found, wanted)) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// Something that is well written, and of another kind.
fn how_to_write_kind(found: &str, wanted: &str) -> Option<&'static str> {
    match (found, wanted) {
        ("a size", "a duration") => Some("write a time: `30s`, `5m`, `4h`"),
        ("a duration", "a size") => Some("write an amount of bytes: `512 MiB`, `10 GiB`"),
        ("a text", words) if words.starts_with("one of ") => Some("write the word without quotes"),
        _ => None,
    }
}

/// A bare number where it should say what it counts.
fn how_to_write_number(found: &str, wanted: &str) -> Option<&'static str> {
    match (found, wanted) {
        ("a number", "a version") => Some("a version has a dot: `7.0`"),
        ("a number", "a duration") => Some("write it with its unit: `30s`, `5m`, `4h`"),
        ("a number", "a size") => Some("write it with its unit: `512 MiB`, `10 GiB`"),
        _ => None,
    }
}

pub(super) fn bad_version(text: &str, at: Span) -> Finding {
    Finding::at(BAD_VERSION, at, format!("`{text}` is no version"), "at most four numbers, each below 65536")
        .help("write it like `7.0` or `7.0.3`")
}

pub(super) fn hole_not_here(name: &str, at: Span, place: &str) -> Finding {
    Finding::at(HOLE_NOT_HERE, at, format!("{place} cannot hold `{{{name}}}`"), "a text without parameters is wanted")
        .help("for the characters themselves write `{{` and `}}`")
}

pub(super) fn bad_number(at: Span, what: String, label: &str, help: String) -> Finding {
    Finding::at(BAD_NUMBER, at, what, label).help(help)
}

pub(super) fn retry_times(at: Span, times: u64, most: u32) -> Finding {
    let what = if times == 0 { "a retry that is never made" } else { "a retry without a limit worth the name" };
    bad_number(at, what.to_owned(), "how often, in the whole run", format!("write a number from 1 to {most}"))
}

pub(super) fn code_too_large(at: Span) -> Finding {
    bad_number(
        at,
        "no server answers with such a code".to_owned(),
        "too large",
        "write the number of the server's return code".to_owned(),
    )
}

pub(super) fn wrong_argument_count(name: &str, at: Span, given: usize, wanted: &[String], declared: Span) -> Finding {
    Finding::at(
        WRONG_ARGUMENT_COUNT,
        at,
        format!("`{name}` takes {}, not {given}", counted(wanted.len(), "argument")),
        format!("{} given", counted(given, "argument")),
    )
    .and(declared, format!("takes ({})", wanted.join(", ")))
    .help("give one argument for each of them, in their order")
}

pub(super) fn one_server_twice(name: &str, at: Span, first: Span, procedure: Span) -> Finding {
    Finding::at(ONE_SERVER_TWICE, at, format!("`{name}` is given twice"), "the same server again")
        .and(first, "given here already")
        .and(procedure, "its servers are meant to be different")
        .why("a procedure for two servers would act on one as if it were the pair")
        .help("give it the other server")
}

pub(super) fn placeholder_count(at: Span, placeholders: usize, values: usize) -> Finding {
    Finding::at(
        PLACEHOLDER_COUNT,
        at,
        format!("{placeholders} `?` and {}", counted(values, "value")),
        "one value belongs to each `?`",
    )
    .help("values never stand in the statement itself: write `?` and give the value behind it")
}

// ---- conditions

pub(super) fn wrong_comparison(at: Span, what: String, left: (Span, String), right: (Span, String)) -> Finding {
    let help = if left.1 == POSITION || right.1 == POSITION {
        Some("compare it with the other server's position")
    } else {
        how_to_write_number(&left.1, &right.1).or(how_to_write_number(&right.1, &left.1))
    };
    let finding =
        Finding::at(WRONG_COMPARISON, at, what, "cannot be compared so").and(left.0, left.1).and(right.0, right.1);
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// What a position is called.
pub(super) const POSITION: &str = "a log position";

pub(super) fn wrong_operator(at: Span, op: Comparison, what: &str) -> Finding {
    Finding::at(WRONG_COMPARISON, at, format!("{what} has no order"), format!("`{}` needs one", op.symbol()))
        .help("compare with `=`")
}

pub(super) fn not_compared(at: Span, what: String, help: String) -> Finding {
    Finding::at(WRONG_COMPARISON, at, what, "cannot be compared").help(help)
}

pub(super) fn same_position(at: Span, first: Span) -> Finding {
    Finding::at(WRONG_COMPARISON, at, "a position compared with itself", "the same server")
        .and(first, "its own position")
        .why("a log position tells which of two servers is further; it says nothing of one alone")
        .help("compare with the other server's position")
}

pub(super) fn not_a_condition(at: Span, what: String, help: String) -> Finding {
    Finding::at(NOT_A_CONDITION, at, what, "says neither yes nor no").help(help)
}

pub(super) fn probe_takes_nothing(word: &str, at: Span) -> Finding {
    Finding::at(
        WRONG_ARGUMENT_COUNT,
        at,
        format!("`.{word}` takes nothing in parentheses"),
        "only `answers` takes a query",
    )
    .help("leave out `(…)`")
}

pub(super) fn answers_wants_query(at: Span) -> Finding {
    Finding::at(WRONG_ARGUMENT_COUNT, at, "`.answers` wants a query", "which query?")
        .help("write `.answers('SELECT …')`, with values for its `?` behind the query")
}

// ---- flow

pub(super) fn missing_arm(name: &str, at: Span, missing: &[&str], declared: Span) -> Finding {
    let plural = if missing.len() == 1 { "an arm" } else { "arms" };
    Finding::at(MISSING_ARM, at, format!("no arm for {}", quoted(missing)), format!("`{name}` can be more than this"))
        .and(declared, "its words")
        .why("a choose says what happens for each word, so that nothing is left to chance on the night")
        .help(format!("add {plural} for {}", quoted(missing)))
}

pub(super) fn not_a_choice(name: &str, at: Span, ty: &str, declared: Span) -> Finding {
    Finding::at(NOT_A_CHOICE, at, format!("`{name}` has no words to choose from"), "words are wanted here")
        .and(declared, format!("it is {ty}"))
        .help("choose on a parameter like `param upgrade: version_level | fix_pack`")
}

pub(super) fn retry_from_later(id: &str, at: Span, later: Span, here: Span) -> Finding {
    Finding::at(RETRY_FROM_LATER, at, format!("a retry cannot go forward to step {id}"), "a later step")
        .and(later, format!("step {id}"))
        .and(here, "the step that failed")
        .why("going forward would skip what the steps between do and check")
        .help("go back to this step or an earlier one")
}

pub(super) fn recursion(cycle: &[(String, Span)]) -> Finding {
    let (name, at) = &cycle[0];
    let through = cycle.iter().map(|(name, _)| name.as_str()).chain([name.as_str()]).collect::<Vec<_>>().join(" → ");
    let what = format!("`{name}` calls itself: {through}");
    let first = Finding::at(RECURSION, *at, what, format!("calls `{}`", cycle[1 % cycle.len()].0));
    let with_all = cycle.iter().enumerate().skip(1).fold(first, |finding, (at, (_, span))| {
        finding.and(*span, format!("calls `{}`", cycle[(at + 1) % cycle.len()].0))
    });
    with_all
        .why("a runbook's paths can be counted; a procedure that calls itself has no end")
        .help("break the circle; to try again, use `retry` in `if this step fails`")
}

// ---- effects

pub(super) fn no_server(at: Span, in_procedure: bool) -> Finding {
    let why = "nothing says which server this goes to";
    let help = if in_procedure {
        "put it into `on SERVER { … }`, with a server that the procedure is given"
    } else {
        "add `on SERVER` to the step, or put it into `on SERVER { … }`"
    };
    Finding::at(NO_SERVER, at, why, "goes to which server?").help(help)
}

pub(super) fn only_looked_at(name: &str, at: Span, effect: Option<Span>, declared: Span) -> Finding {
    let label = if effect.is_some() { "this procedure changes it" } else { "this changes it" };
    let finding = Finding::at(ONLY_LOOKED_AT, at, format!("`{name}` may only be looked at"), label);
    let finding = match effect {
        Some(effect) => finding.and(effect, "here"),
        None => finding,
    };
    finding
        .and(declared, "declared without `->`")
        .why("a server without end states is one that the runbook promises not to change")
        .help(format!("say what `{name}` is to be in at the end, behind `->`, or leave it alone"))
}

pub(super) fn missing_from(command: &str, at: Span, cond: Span) -> Finding {
    Finding::at(
        MISSING_FROM,
        at,
        format!("nothing says in which state `{command}` may be sent"),
        "makes a server accept writes",
    )
    .and(cond, "sent in every state but this")
    .why("a server that lacks commits would be promoted as readily as the right one")
    .help("name the states in which it is safe: `from PRIMARY UNCERTAIN`, before `by`")
}

pub(super) fn from_without_server(at: Span) -> Finding {
    Finding::at(FROM_WITHOUT_SERVER, at, "`from` asks for the state of a server", "the watchdog has none")
        .help("leave out `from …`")
}

pub(super) fn nothing_started(status: Status, at: Span, call: Option<Span>) -> Finding {
    let (what, command) = match status {
        Status::Switch => ("switch", "hsb switch primary"),
        Status::Copy | Status::Link | Status::Catchup | Status::Activity => ("copy", "hsb netcopy"),
    };
    let finding = Finding::at(
        NOTHING_STARTED,
        at,
        format!("no path to here has started a {what}"),
        format!("would speak of an older {what}"),
    );
    let finding = match call {
        Some(call) => finding.and(call, "called from here"),
        None => finding,
    };
    finding
        .why(format!("the status is that of the last {what}, which may be days old"))
        .help(format!("ask after `admin '{command}'`, or ask for what is in progress: `.activity is …`"))
}

// ---- the watchdog and the endings

pub(super) fn fate_outside_ending(at: Span, what: &str) -> Finding {
    Finding::at(
        FATE_OUTSIDE_ENDING,
        at,
        format!("{what} outside the endings"),
        "the watchdog's fate is decided in an ending",
    )
    .why("a watchdog that acts while the pair is half changed restarts and promotes servers")
    .help("move it into `on success`, `on failure` or `on back out` itself")
}

pub(super) fn watchdog_off_in_ending(at: Span, ending: Span) -> Finding {
    Finding::at(WATCHDOG_OFF_IN_ENDING, at, "`watchdog off` in an ending", "it has been turned off, or never was")
        .and(ending, "an ending decides what becomes of it")
        .help("write `leave watchdog off because \"…\"`")
}

pub(super) fn fate_open(ending: Span, name: &str, at: Span, label: &str, off: Span) -> Finding {
    Finding::at(FATE_OPEN, at, format!("`{name}` leaves the watchdog's fate open"), label)
        .and(ending, "must decide on every path, before anything that can fail")
        .and(off, "turned off here")
        .why("nobody would know whether the watchdog is to act on this pair")
        .help("begin the ending with `watchdog on`, or `leave watchdog off because \"…\"`")
}

pub(super) fn missing_ending(name: &str, at: Span, back_out: Option<Span>) -> Finding {
    let finding = Finding::at(MISSING_ENDING, at, format!("no `{name}` decides on the watchdog"), "turned off here");
    let finding = match back_out {
        Some(back_out) => finding.and(back_out, "a back-out can end the run"),
        None => finding,
    };
    finding
        .why("the run would end with the watchdog off and nobody told")
        .help(format!("add an ending `{name}` with `watchdog on`, or `leave watchdog off because \"…\"`"))
}

// ---- files

pub(super) fn unreadable_use(path: &str, at: Span, reason: &str) -> Finding {
    Finding::at(UNREADABLE_USE, at, format!("`{path}` cannot be used"), reason)
        .help("a path is looked up from the folder of the file that uses it")
}

pub(super) fn circular_use(path: &str, at: Span, through: &[Span]) -> Finding {
    let first = Finding::at(CIRCULAR_USE, at, format!("`{path}` uses itself"), "closes the circle");
    through
        .iter()
        .fold(first, |finding, span| finding.and(*span, "on the way"))
        .help("move what both need into a third file")
}

pub(super) fn not_a_library(path: &str, at: Span, header: Span) -> Finding {
    Finding::at(NOT_A_LIBRARY, at, format!("`{path}` is no library"), "only libraries are used")
        .and(header, "a runbook")
        .help("move its procedures into a file that begins with `library \"…\"`")
}

pub(super) fn too_many_files(at: Span, most: usize) -> Finding {
    Finding::at(TOO_MANY_FILES, at, format!("more than {most} files"), "not read any more")
        .help("put procedures that belong together into one library")
}

pub(super) fn program_too_large(at: Span, most: usize) -> Finding {
    Finding::at(
        PROGRAM_TOO_LARGE,
        at,
        format!("more than {most} statements, with every procedure written out"),
        "grows beyond it here",
    )
    .why("nobody can review such a runbook, nor can its paths be explored")
    .help("write several runbooks that are run one after the other")
}

pub(super) fn too_many(at: Span, what: &str, most: usize) -> Finding {
    Finding::at(PROGRAM_TOO_LARGE, at, format!("more than {most} {what}"), "not looked at any more")
        .why("nobody can review such a runbook, nor can its paths be explored")
        .help("write several runbooks that are run one after the other")
}

pub(super) fn calls_too_deep(at: Span, most: usize) -> Finding {
    Finding::at(CALLS_TOO_DEEP, at, format!("procedures call each other more than {most} deep"), "not followed further")
        .why("a reader must follow every call to know what is sent to the pair")
        .help("write the statements where they are needed")
}

pub(super) fn too_many_findings(at: Span, most: usize) -> Finding {
    Finding::at(TOO_MANY_FINDINGS, at, format!("more than {most} findings"), "not looked at from here on")
        .help("mend the first ones, and check again")
}

pub(super) fn nothing_to_do(at: Span) -> Finding {
    Finding::at(NOTHING_TO_DO, at, "a runbook that does nothing", "neither a `require` nor a `step`")
        .help("add a step, or begin the file with `library` where others are to use its procedures")
}

// ---- parameter values

pub(super) fn unknown_parameter_value<'a>(
    name: &str,
    origin: Origin,
    known: impl IntoIterator<Item = &'a str>,
) -> Finding {
    Finding::nowhere(UNKNOWN_PARAMETER_VALUE, format!("the runbook has no parameter `{name}`, set {origin}"))
        .help(candidates(name, "parameters", known))
}

pub(super) fn wrong_parameter_value(name: &str, text: &str, origin: Origin, ty: &ParamType, declared: Span) -> Finding {
    let finding = Finding::nowhere(WRONG_PARAMETER_VALUE, format!("`{text}`, set {origin}, is no value for `{name}`"));
    let finding = match origin {
        Origin::Site(written) => finding.and(written, "set here"),
        Origin::CommandLine => finding,
    };
    finding.and(declared, format!("`{name}` is {}", described(ty))).help(how_to_write(ty, text))
}

pub(super) fn missing_parameter_value(name: &str, ty: &ParamType, declared: Span) -> Finding {
    Finding::at(MISSING_PARAMETER_VALUE, declared, format!("`{name}` has no value"), "neither given nor with a default")
        .help(format!("add `--set {name}={}`, or put it under `params:` in the site file", example(ty)))
}

pub(super) fn not_a_fix_pack(misfit: &Misfit<'_>) -> Finding {
    let Misfit { kind, target, version } = misfit;
    let place = |spoken: &Spoken<'_>| match spoken.from {
        Some(Origin::Site(written)) => written,
        Some(Origin::CommandLine) | None => spoken.declared,
    };
    let has = |spoken: &Spoken<'_>, value: &str| match spoken.from {
        Some(origin) => format!("`{}` is {value}, set {origin}", spoken.name),
        None => format!("`{}` is {value}", spoken.name),
    };
    let what = format!("no fix pack leads to {version}, which is the first of its version level");
    Finding::at(NOT_A_FIX_PACK, place(target), what, has(target, &version.to_string()))
        .and(place(kind), has(kind, FIX_PACK))
        .why("from a version level to the next one databases are converted, and a fix pack's branch does not do it")
        .help(format!(
            "set `{}` to a fix pack of that level, such as {version}.3, or choose another kind of upgrade for `{}`",
            target.name, kind.name
        ))
}

/// A type with its article: `a duration`, `one of yes, no`.
pub(super) fn described(ty: &ParamType) -> String {
    match ty {
        ParamType::Duration => "a duration".to_owned(),
        ParamType::Size => "a size".to_owned(),
        ParamType::Text => "a text".to_owned(),
        ParamType::Version => "a version".to_owned(),
        ParamType::Words(words) => format!("one of {}", words.join(", ")),
    }
}

fn example(ty: &ParamType) -> &str {
    match ty {
        ParamType::Duration => "4h",
        ParamType::Size => "10GiB",
        ParamType::Text => "TEXT",
        ParamType::Version => "7.0",
        ParamType::Words(words) => words.first().map_or("WORD", String::as_str),
    }
}

fn how_to_write(ty: &ParamType, text: &str) -> String {
    let digits = text.trim().trim_end_matches(|c: char| !c.is_ascii_digit());
    let bare = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match ty {
        ParamType::Duration if bare => format!("write a number with ms, s, m, h or d: `{digits}m` is {digits} minutes"),
        ParamType::Duration => "write a number with ms, s, m, h or d, like `30s` or `4h`".to_owned(),
        ParamType::Size if bare => format!("write a number with KiB, MiB, GiB or TiB: `{digits}GiB`"),
        ParamType::Size => "write a number with KiB, MiB, GiB or TiB, like `10GiB`".to_owned(),
        ParamType::Version => "write numbers joined by dots, like `7.0` or `7.0.3`".to_owned(),
        ParamType::Words(words) => candidates(text, "words", words.iter().map(String::as_str)),
        ParamType::Text => "write a text on one line".to_owned(),
    }
}
