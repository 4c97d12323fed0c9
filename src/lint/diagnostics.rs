//! Every finding about what could hurt a pair or waste a window (`HSB3xxx`): the rules and all their wording. Callers hand
//! over what they have.

use std::ops::Range;
use std::time::Duration;

use crate::diag::{Finding, Rule, Severity};
use crate::pair::{Access, Act, Command, Patience, Refusal, State, StateSet, Status, already_so, code};
use crate::program::Value;
use crate::text::Span;

use super::known::{Begun, How};
use super::rules::{Place, Slow};
use super::scene::states;

macro_rules! rules {
    ($($constant:ident $code:literal $name:literal $severity:ident)*) => {
        $(pub const $constant: Rule = Rule { code: $code, name: $name, severity: Severity::$severity };)*
        /// Every rule of this room, by code.
        pub const ALL: &[Rule] = &[$($constant),*];
    };
}

rules! {
    DEPRECATED_COMMAND "HSB3001" "deprecated-command" Warning
    REFUSED_COMMAND "HSB3002" "refused-command" Error
    COMMAND_NOT_AWAITED "HSB3003" "command-not-awaited" Warning
    UNREAD_ANSWER "HSB3004" "unread-answer" Warning
    NETCOPY_NOT_VERIFIED "HSB3005" "netcopy-not-verified" Warning
    SWITCH_BEFORE_CATCHUP "HSB3006" "switch-before-catchup" Warning
    SHUTDOWN_NOT_CONFIRMED "HSB3007" "shutdown-not-confirmed" Warning
    FORCED_SHUTDOWN_WHILE_SERVING "HSB3008" "forced-shutdown-while-serving" Warning
    PROMOTION_WITHOUT_LOOK "HSB3009" "promotion-without-look" Warning
    CONNECT_ON_UPGRADED_SERVER "HSB3010" "connect-on-upgraded-server" Error
    STANDALONE_WITHOUT_COPY "HSB3011" "standalone-without-copy" Warning
    CONVERSION_UNGUARDED "HSB3012" "conversion-unguarded" Warning
    WATCHDOG_OFF_LATE "HSB3013" "watchdog-off-late" Warning
    WRITE_ON_SECONDARY "HSB3014" "write-on-secondary" Warning
    WATCHDOG_NEVER_OFF "HSB3015" "watchdog-never-off" Warning
    VERSION_NOT_INSTALLED "HSB3016" "version-not-installed" Warning
    STATUS_OF_OTHER_SERVER "HSB3017" "status-of-other-server" Warning
    ENSURE_OF_OTHER_SERVER "HSB3018" "ensure-of-other-server" Warning
    MISSING_FAILURE_CONDITION "HSB3020" "missing-failure-condition" Warning
    LIMIT_TOO_SHORT "HSB3021" "limit-too-short" Warning
    DEAD_WAIT "HSB3022" "dead-wait" Error
    END_STATE_NOT_REACHED "HSB3023" "end-state-not-reached" Error
    CATCHUP_END_MISREAD "HSB3024" "catchup-end-misread" Warning
    CONDITION_NEVER_TRUE "HSB3025" "condition-never-true" Warning
    CONDITION_ALWAYS_TRUE "HSB3026" "condition-always-true" Warning
    UNREACHABLE_STATEMENT "HSB3027" "unreachable-statement" Warning
    UNUSED_PARAMETER "HSB3030" "unused-parameter" Warning
    UNUSED_PROCEDURE "HSB3031" "unused-procedure" Warning
    STEP_WITHOUT_CHECK "HSB3032" "step-without-check" Warning
    BACK_OUT_MISSING "HSB3033" "back-out-missing" Warning
    STEPS_OUT_OF_ORDER "HSB3034" "steps-out-of-order" Warning
    STEP_NUMBER_GAP "HSB3035" "step-number-gap" Warning
    SECRET_IN_RUNBOOK "HSB3036" "secret-in-runbook" Warning
    PLACE_IN_RUNBOOK "HSB3037" "place-in-runbook" Warning
    HOLE_IN_SERVER_TEXT "HSB3038" "hole-in-server-text" Warning
    REPEAT_ADDS_UP "HSB3039" "repeat-adds-up" Warning
}

/// Of a finding in a procedure.
pub(super) const CALLED_FROM: &str = "called from here";

/// As a runbook calls it.
fn text_of(act: Act) -> &'static str {
    match act {
        Act::Admin(command) => command.text(),
        Act::Start(_) => "start",
        Act::Install => "install",
    }
}

fn written(limit: Duration) -> String {
    Value::Duration(limit).to_string()
}

/// With the place from which on a server is in those states, where there is one.
fn since(mut finding: Finding, since: Option<Span>, server: &str, in_states: StateSet) -> Finding {
    // One place may have changed both servers.
    if let Some(label) = finding.labels.iter_mut().skip(1).find(|label| Some(label.span) == since) {
        label.text.push_str(&format!(", {server} is {}", states(in_states)));
        return finding;
    }
    match since {
        Some(since) => finding.and(since, format!("from here {server} is {}", states(in_states))),
        None => finding,
    }
}

// ---- commands

pub(super) fn deprecated_command(at: Span, command: Command, instead: &str) -> Finding {
    Finding::at(DEPRECATED_COMMAND, at, format!("`{}` is deprecated", command.text()), "the manuals advise against it")
        .why("it copies to a directory of its own machine; getting the files to the other one is left to you")
        .help(format!("write `{instead}`: it copies over the network to the other server, which must run"))
}

/// What forbids a command.
pub(super) struct Forbids<'a> {
    /// The server that the command goes to.
    pub server: &'a str,
    pub other: &'a str,
    /// The server whose state forbids it.
    pub by: &'a str,
    pub states: StateSet,
    pub since: Option<Span>,
    /// The states of that server in which it is accepted.
    pub accepted: StateSet,
    pub other_accepts: bool,
}

pub(super) fn refused_command(at: Span, act: Act, refusal: &Refusal, forbids: &Forbids) -> Finding {
    let Forbids { server, by, .. } = forbids;
    let because = if by == server { "it" } else { by };
    let what = format!("{server} refuses `{}` here: {because} is {}", text_of(act), states(forbids.states));
    let finding = Finding::at(REFUSED_COMMAND, at, what, format!("refused with {}", refusal.code));
    since(finding, forbids.since, by, forbids.states)
        .why(format!("the run fails here every time: {}", meaning(refusal)))
        .help(how_to_be_accepted(act, refusal, forbids))
}

/// The first sentence of what a code means; where the guard has words of its own for two Primaries, these.
fn meaning(refusal: &Refusal) -> String {
    let known = code(refusal.code).filter(|code| !refusal.two_primaries || code.text == refusal.text);
    let text = known.map(|code| code.meaning);
    let sentence = text.unwrap_or(refusal.text).split(". ").next().unwrap_or_default().trim_end_matches('.');
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn how_to_be_accepted(act: Act, refusal: &Refusal, forbids: &Forbids) -> String {
    let Forbids { server, other, by, accepted, .. } = forbids;
    match act {
        _ if forbids.other_accepts => format!("send it to {other}, which accepts it here"),
        Act::Start(_) | Act::Install => format!("stop {server} first, and wait until it is DOWN"),
        Act::Admin(_) if refusal.two_primaries => {
            format!("let {other} give way first, or connect the two and use `hsb switch primary`")
        }
        Act::Admin(_) if already_so(act, refusal.code) => "leave it out: it is so already".to_owned(),
        Act::Admin(_) if accepted.is_empty() => format!("look at what {server} and {other} are in here"),
        Act::Admin(_) => format!("bring {by} to {accepted} first; it is accepted then"),
    }
}

/// Why it matters that nothing waits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unawaited {
    /// By what comes next.
    Overtaken(Span),
    /// By an assertion, which does not wait.
    LookedAtOnce(Span),
    /// The end states are looked at next.
    EndStates,
    /// A handler, a back-out or an ending is over.
    End(Span),
}

fn unawaited(finding: Finding, why: Unawaited) -> Finding {
    match why {
        Unawaited::Overtaken(next) => finding.and(next, "would meet it half-way"),
        Unawaited::LookedAtOnce(look) => finding.and(look, "looks once, and may come too early"),
        Unawaited::EndStates => finding,
        Unawaited::End(end) => finding.and(end, "is over, and nobody knows how it went"),
    }
}

pub(super) fn command_not_awaited(begun: &Begun, server: &str, pair: String, why: Unawaited) -> Finding {
    let text = text_of(begun.act);
    let what = match begun.act {
        Act::Start(_) => format!("nothing waits until {server} is up"),
        Act::Admin(_) | Act::Install => format!("nothing waits for the end of `{text}`"),
    };
    let label = match begun.act {
        Act::Start(_) => "its database may be recovered for minutes before it answers",
        Act::Admin(_) | Act::Install => "the server answers when it has begun, not when it is over",
    };
    let finding = unawaited(Finding::at(COMMAND_NOT_AWAITED, begun.span, what, label), why);
    let reason = match why {
        Unawaited::EndStates => "the end states are looked at once, right after the last step, and the run fails",
        Unawaited::Overtaken(_) | Unawaited::LookedAtOnce(_) => {
            "it works when the servers are quick, and fails on the night"
        }
        Unawaited::End(_) => "the run ends while the pair still changes",
    };
    let help = match begun.act {
        Act::Start(_) => format!("add `wait until {server} is SECONDARY ALONE within …` behind it"),
        Act::Admin(_) | Act::Install => {
            format!("add `wait until …` behind it, with the states that {pair} are to reach")
        }
    };
    finding.why(reason).help(help)
}

pub(super) fn unread_answer(at: Span, command: Command, server: &str) -> Finding {
    let text = command.text();
    let help = match Status::ALL.into_iter().find(|status| status.command() == Some(command)) {
        Some(status @ (Status::Copy | Status::Switch)) => {
            let asked = format!("{server}.{}", status.word());
            format!("write `wait until {asked} is SUCCESS fail if {asked} is ERROR within …`")
        }
        Some(status) => format!("say what it must be: `assert {server}.{} is …`", status.word()),
        None => how_to_ask(command, server),
    };
    Finding::at(UNREAD_ANSWER, at, format!("nobody reads what `{text}` answers"), "asks, and goes on whatever is said")
        .why("the step is done as soon as the server answers anything: ERROR as well as SUCCESS")
        .help(help)
}

/// In the language, what a command asks that is no status.
fn how_to_ask(command: Command, server: &str) -> String {
    if [Command::State, Command::Role].contains(&command) {
        format!("say what it must be, such as `assert {server} is PRIMARY ALONE`")
    } else if command == Command::Logpos {
        "compare the two: `assert S1.position >= S2.position`".to_owned()
    } else if command == Command::Version {
        format!("say what it must be: `assert {server}.version = …`")
    } else if command == Command::Userlist {
        "leave it out, or let a person look: `confirm users_gone \"…\" within …`".to_owned()
    } else {
        "leave it out; what must hold is asked by `assert` or `wait until`".to_owned()
    }
}

pub(super) fn netcopy_not_verified(begun: &Begun, server: &str, before: Option<Span>) -> Finding {
    let text = text_of(begun.act);
    let what = format!("nothing checks whether `{text}` succeeded");
    let finding = Finding::at(NETCOPY_NOT_VERIFIED, begun.span, what, "the server answers when it has begun");
    let finding = match before {
        Some(before) => finding.and(before, "comes next, whatever became of the copy"),
        None => finding,
    };
    finding
        .why("a copy that broke off leaves the other server with half a database, which does not start any more")
        .help(format!("add `wait until {server}.copy is SUCCESS fail if {server}.copy is ERROR within …` behind it"))
}

pub(super) fn switch_before_catchup(at: Span, connect: Span) -> Finding {
    Finding::at(
        SWITCH_BEFORE_CATCHUP,
        at,
        "the roles are switched while a catchup may be going on",
        "refused with 14702 until it is over",
    )
    .and(connect, "begins a catchup, and nothing waits for its end")
    .why("after a long time apart a catchup takes long, too: the switch fails on the night and not in the test")
    .help("wait before it, until the Primary is PRIMARY ACTIVE and the Secondary is SECONDARY ACTIVE")
}

pub(super) fn shutdown_not_confirmed(begun: &Begun, server: &str, why: Unawaited) -> Finding {
    let finding = Finding::at(
        SHUTDOWN_NOT_CONFIRMED,
        begun.span,
        format!("nothing waits until {server} is DOWN"),
        "the server answers before it writes its buffers and ends",
    );
    let finding = match why {
        Unawaited::Overtaken(next) => finding.and(next, "would find its process still running"),
        Unawaited::LookedAtOnce(_) | Unawaited::EndStates | Unawaited::End(_) => unawaited(finding, why),
    };
    finding
        .why("a server that is stopping holds its files: nothing may be installed, copied or started over it")
        .help(format!("add `wait until {server} is DOWN within …` behind it"))
}

pub(super) fn forced_shutdown_while_serving(
    at: Span,
    server: &str,
    in_states: StateSet,
    from: Option<Span>,
) -> Finding {
    let finding = Finding::at(
        FORCED_SHUTDOWN_WHILE_SERVING,
        at,
        format!("`shutdown force` on {server} while it serves"),
        "aborts every open transaction",
    );
    since(finding, from, server, in_states)
        .why("the users of this server lose what they have not committed, and until another one serves nobody can work")
        .help(format!("send `close` to {server} before it, or ask in this step: `confirm users_gone \"…\" within …`"))
}

pub(super) fn promotion_without_look(at: Span, command: Command, server: &str, other: Option<&str>) -> Finding {
    let what = match other {
        Some(other) => format!("{server} is made to serve, and {other} may be serving"),
        None => format!("{server} is made to serve, and nothing looks at the other server of the pair"),
    };
    let help = match other {
        Some(other) => format!("put `assert {other} is SECONDARY ALONE or DOWN` before it"),
        None => "declare the other server, too, and assert that it is SECONDARY ALONE or DOWN".to_owned(),
    };
    Finding::at(PROMOTION_WITHOUT_LOOK, at, what, "makes it accept writes, whatever the other one does")
        .why(format!(
            "`{}` checks nothing: where both accept writes, the commits of one of them are lost in the end",
            command.text()
        ))
        .help(help)
}

pub(super) fn connect_on_upgraded_server(
    at: Span,
    (server, other): (&str, &str),
    refusal: &Refusal,
    installed: Span,
) -> Finding {
    Finding::at(
        CONNECT_ON_UPGRADED_SERVER,
        at,
        format!("{server} is the newer one of the two, and is told to connect"),
        format!("refused with {}", refusal.code),
    )
    .and(installed, format!("{server} gets the new version here, {other} has the old one"))
    .why("between two versions only the older server may begin: the guide says not to connect from the newer Secondary")
    .help(format!("send it to {other}"))
}

pub(super) fn standalone_without_copy(begun: &Begun, (server, other): (&str, &str), connect: Option<Span>) -> Finding {
    let finding = Finding::at(
        STANDALONE_WITHOUT_COPY,
        begun.span,
        format!("{server} keeps no log for {other} from here on, and {other} gets no full copy"),
        "the log for the other server is dropped",
    );
    let finding = match connect {
        Some(connect) => finding.and(connect, "refused with 14708, for the log is gone"),
        None => finding,
    };
    finding.why("what is committed while it is STANDALONE can reach the other server by a full copy only").help(
        format!("use `hsb set primary alone`, which keeps the log, or `hsb netcopy` on {server} before it connects"),
    )
}

pub(super) fn conversion_unguarded(at: Span, option: &str) -> Finding {
    Finding::at(
        CONVERSION_UNGUARDED,
        at,
        "a database is converted for good, and nobody was asked",
        format!("`{option}`: the old version does not open it any more"),
    )
    .why("if the new version does not work, there is no way back but a backup that somebody must have made")
    .help("put `confirm converting \"A backup of the database exists\" within …` before it")
}

pub(super) fn watchdog_off_late(at: Span, changed: Span) -> Finding {
    Finding::at(WATCHDOG_OFF_LATE, at, "the watchdog is turned off when the pair has been changed already", "too late")
        .and(changed, "changes the pair while the watchdog acts")
        .why("it takes what a runbook does for a failure: it restarts, promotes and connects servers under its hands")
        .help("turn it off in the first step, before anything changes")
}

pub(super) fn watchdog_never_off(at: Span, first: Option<Span>) -> Finding {
    let finding = Finding::at(
        WATCHDOG_NEVER_OFF,
        at,
        "no step turns the watchdog off",
        "decides what becomes of it, for nothing",
    );
    let finding = match first {
        Some(first) => finding.and(first, "begins with the watchdog as it is"),
        None => finding,
    };
    finding
        .why("a watchdog that acts takes what a runbook does for a failure: it restarts, promotes and connects servers")
        .help("begin the first step with `watchdog off`")
}

pub(super) fn version_not_installed(at: Span, server: &str, other: Span) -> Finding {
    Finding::at(
        VERSION_NOT_INSTALLED,
        at,
        format!("{server} is to end at this version, and nothing installs it there"),
        "asserted when all steps are done",
    )
    .and(other, "installed on the other server only")
    .why("every run fails at its very end, with one server upgraded and the other not")
    .help(format!("add `install` on {server} where it is DOWN"))
}

pub(super) fn status_of_other_server(at: Span, server: &str, other: &str) -> Finding {
    Finding::at(
        STATUS_OF_OTHER_SERVER,
        at,
        format!("{server} is asked about a copy that {other} has made"),
        format!("speaks of copies from {server}"),
    )
    .why("the server that sends a copy knows how it went; the other one tells of a copy of its own, perhaps of last year")
    .help(format!("ask {other}, or send the copy from {server}"))
}

pub(super) fn ensure_of_other_server(at: Span, asked: Span, server: &str) -> Finding {
    Finding::at(
        ENSURE_OF_OTHER_SERVER,
        at,
        format!("what is ensured of {server} is not brought about on {server}"),
        "goes to the other server",
    )
    .and(asked, format!("asks {server}"))
    .why("one server is changed, and the run waits for the other one until its limit is over")
    .help(format!("put it into `on {server} {{ … }}`, or ask for the server that the command goes to"))
}

pub(super) fn write_on_secondary(
    at: Span,
    server: &str,
    in_states: StateSet,
    from: Option<Span>,
    other_serves: Option<&str>,
) -> Finding {
    let what = format!("{server} takes no writes here: it is {}", states(in_states));
    let finding = since(Finding::at(WRITE_ON_SECONDARY, at, what, "writes"), from, server, in_states);
    let help = match other_serves {
        Some(other) => format!("send it to {other}, which serves"),
        None => "send it to the server that serves".to_owned(),
    };
    finding.why(why_no_writes(in_states)).help(help)
}

fn why_no_writes(in_states: StateSet) -> &'static str {
    let all = |test: fn(State) -> bool| in_states.iter().all(test);
    if all(|state| state.access() == Access::Nothing) {
        "a server that is not up takes no statement: the run fails here every time"
    } else if all(|state| state == State::PrimaryUncertain) {
        "it does not know whether the other server serves, and takes no writes before it is told to: the run fails here"
    } else if all(|state| matches!(state, State::SecondaryActive | State::SecondaryAlone)) {
        "a Secondary only reads; it gets its rows from the Primary, and answers 10045 to a write"
    } else {
        "only PRIMARY ACTIVE, PRIMARY ALONE and STANDALONE take writes: the run fails here every time"
    }
}

// ---- waits and conditions

pub(super) fn missing_failure_condition(
    at: Span,
    status: Status,
    failure: &str,
    command: Option<Span>,
    within: Option<Duration>,
) -> Finding {
    let finding = Finding::at(
        MISSING_FAILURE_CONDITION,
        at,
        format!("a failed {} does not end this wait", status.word()),
        "goes on to its limit",
    );
    let finding = match command {
        Some(command) => finding.and(command, "can fail after it has been accepted"),
        None => finding,
    };
    let wasted = within.map_or_else(|| "the whole limit".to_owned(), |within| format!("up to {}", written(within)));
    finding
        .why(format!("{wasted} of the window would pass before anybody learns of it"))
        .help(format!("add `fail if {failure}`"))
}

pub(super) fn limit_too_short(
    at: Span,
    within: Duration,
    command: Command,
    patience: &Patience,
    begun: Option<Span>,
) -> Finding {
    let own = written(patience.limit);
    let finding = Finding::at(
        LIMIT_TOO_SHORT,
        at,
        format!("{} is less than the servers take to notice a failure", written(within)),
        format!("`{}` is {own} by default", patience.setting),
    );
    begun
        .into_iter()
        .fold(finding, |finding, begun| finding.and(begun, format!("`{}` is begun here", command.text())))
        .why("the step fails while the servers still try, and the next one meets the command under way")
        .help(format!("wait longer than {own}"))
}

pub(super) fn over_too_soon(at: Span, within: Duration, slow: Slow, begun: Option<Span>) -> Finding {
    let (what, takes) = match slow {
        Slow::Answer => ("a person's answer", "a person reads the question, and looks before the answer"),
        Slow::Shutdown => ("a shutdown", "buffers and a last checkpoint are written first"),
        Slow::Start => ("a start", "the database is recovered first, and may be converted"),
        Slow::Installation => ("an installation", "the software is copied first"),
    };
    let finding =
        Finding::at(LIMIT_TOO_SHORT, at, format!("{} is too short for {what}", written(within)), takes.to_owned());
    begun
        .into_iter()
        .fold(finding, |finding, begun| finding.and(begun, "it is begun here".to_owned()))
        .why("the step fails though nothing is wrong, and the next one meets what is under way")
        .help(format!("allow {} at the very least, and as much as it takes on a bad day", written(slow.least())))
}

pub(super) fn dead_wait(at: Span, how: How, servers: &[(&str, StateSet, Option<Span>)]) -> Finding {
    let is = servers.iter().map(|(name, in_states, _)| format!("{name} is {}", states(*in_states)));
    let is = is.collect::<Vec<_>>().join(", ");
    let label = match how {
        How::Wait | How::Ensure => "waits to its limit, and fails",
        How::Assert | How::If => "false here",
    };
    let finding = Finding::at(DEAD_WAIT, at, format!("this never comes true: {is}"), label);
    let finding =
        servers.iter().fold(finding, |finding, (name, in_states, from)| since(finding, *from, name, *in_states));
    finding
        .why("the run fails here every time, even when nothing goes wrong")
        .help("send the command that brings it about before it, or ask for the state that is meant")
}

pub(super) fn end_state_not_reached(at: Span, server: &str, in_states: StateSet, from: Option<Span>) -> Finding {
    let what = format!("{server} does not end so: after the last step it is {}", states(in_states));
    since(Finding::at(END_STATE_NOT_REACHED, at, what, "asserted when all steps are done"), from, server, in_states)
        .why("every run fails at its very end, with the window used up")
        .help("add the step that is missing, or say in which state the runbook leaves the server")
}

pub(super) fn catchup_end_misread(at: Span, server: &str, connect: Span) -> Finding {
    Finding::at(
        CATCHUP_END_MISREAD,
        at,
        "a catchup that has ended need not have succeeded",
        "true as well when the link broke on the way",
    )
    .and(connect, "begins the catchup")
    .why("the next step would take two servers for connected that are not")
    .help(format!("add `and {server}.link is CONNECTED`"))
}

pub(super) fn condition_never_true(at: Span, behind: Option<Span>) -> Finding {
    let (what, label) = match behind {
        Some(_) => ("this branch is never taken", "the ones before it leave nothing to it"),
        None => ("this condition is never true", "contradicts itself"),
    };
    let finding = never_true(at, what, label.to_owned());
    let finding = match behind {
        Some(behind) => finding.and(behind, "looked at first"),
        None => finding,
    };
    finding.help("join alternatives with `or`; look at the narrower case first")
}

fn never_true(at: Span, what: &str, label: String) -> Finding {
    Finding::at(CONDITION_NEVER_TRUE, at, what, label)
        .why("what is to happen then never happens, and nobody notices before the night")
}

fn has_begun(step: &str) -> String {
    format!("step {step} has begun by then")
}

/// It asks that a step has not begun, and stands behind its beginning.
pub(super) fn begun_by_then(at: Span, step: &str) -> Finding {
    never_true(at, "this condition is never true", has_begun(step)).help("ask for a later step, or leave it out")
}

/// `step`: one that has begun by then.
pub(super) fn condition_always_true(at: Span, step: Option<&str>) -> Finding {
    let label = step.map_or("holds whatever the servers are in".to_owned(), has_begun);
    Finding::at(CONDITION_ALWAYS_TRUE, at, "this condition is always true", label)
        .why("it looks like a check and checks nothing")
        .help("ask for what must be so, or leave it out")
}

pub(super) fn unreachable_statement(at: Span, end: Span) -> Finding {
    Finding::at(UNREACHABLE_STATEMENT, at, "no way leads here", "never done")
        .and(end, "always ends the run")
        .why("somebody reads it as a part of the procedure, and it never happens")
        .help("move it before what ends the run, or leave it out")
}

pub(super) fn unreachable_step(at: Span, end: Span) -> Finding {
    Finding::at(UNREACHABLE_STATEMENT, at, "no way leads to this step", "never begun, nor what comes after it")
        .and(end, "always ends the run")
        .why("somebody reads it as a part of the procedure, and it never happens")
        .help("stop in a branch, for the case that is meant")
}

pub(super) fn unreachable_handler(at: Span, step: Span) -> Finding {
    Finding::at(UNREACHABLE_STATEMENT, at, "no way leads to this handler", "never entered")
        .and(step, "nothing in this step can fail")
        .why("somebody reads it as a part of the procedure, and it never happens")
        .help("put it under the step whose failure it is meant for, or leave it out")
}

// ---- the runbook as a whole

pub(super) fn unused_parameter(at: Span, name: &str) -> Finding {
    Finding::at(UNUSED_PARAMETER, at, format!("nothing uses `{name}`"), "its value has no effect")
        .why("whoever sets it before the window believes that it changes something")
        .help("use it where it was meant to be used, or leave it out")
}

pub(super) fn unused_formal(at: Span, name: &str, procedure: &str) -> Finding {
    Finding::at(UNUSED_PARAMETER, at, format!("`{procedure}` does not use its `{name}`"), "what is given has no effect")
        .why("whoever calls it believes that it changes something")
        .help("use it where it was meant to be used, or leave it out, also in every `do`")
}

pub(super) fn unused_procedure(at: Span, name: &str) -> Finding {
    Finding::at(UNUSED_PROCEDURE, at, format!("nothing calls `{name}`"), "never done")
        .why("a repair that nobody calls looks as if it were there on the night")
        .help(format!("call it where it is needed, `do {name}(…)`, or leave it out"))
}

pub(super) fn step_without_check(begun: &Begun, server: &str, next: Span) -> Finding {
    let text = text_of(begun.act);
    Finding::at(
        STEP_WITHOUT_CHECK,
        begun.span,
        format!("nothing checks what came of `{text}`"),
        "the step ends without a check",
    )
    .and(next, "goes on from there in another step")
    .why("a step is where a run is taken up again: it must end with what the next one can rely on")
    .help(format!("add `assert {server} is …` behind it, or write `ensure … by admin '{text}' within …`"))
}

pub(super) fn back_out_missing(at: Span, id: &str, example: Span, point: Option<Span>) -> Finding {
    let finding =
        Finding::at(BACK_OUT_MISSING, at, format!("step {id} does not say how it is backed out"), "has no `back out`")
            .and(example, "another step does");
    let finding = match point {
        Some(point) => finding.and(point, "only from here on nothing can be backed out"),
        None => finding,
    };
    finding
        .why("once this step has begun the whole back-out is refused, that of the other steps too")
        .help("add `back out { … }` at its end; `back out { }` where nothing needs to be undone")
}

pub(super) fn no_back_out_at_all(at: Span, first: Option<Span>) -> Finding {
    let finding =
        Finding::at(BACK_OUT_MISSING, at, "no step before this one can be backed out", "ends what never was possible");
    let finding = match first {
        Some(first) => finding.and(first, "has no `back out`, nor has any other step"),
        None => finding,
    };
    finding
        .why("whoever reads it believes that the run can be backed out up to here; `hsbrun back-out` would refuse it")
        .help("give every step before it a `back out { … }`, or leave the point of no return out")
}

pub(super) fn steps_out_of_order((at, number): (Span, u32), (before, earlier): (Span, u32)) -> Finding {
    Finding::at(STEPS_OUT_OF_ORDER, at, format!("step {number} stands behind step {earlier}"), "performed after it")
        .and(before, "performed first")
        .why("steps are performed as they are written; with the manual at hand somebody will look at the wrong one")
        .help("put them into their order, or give this one a word for a name")
}

pub(super) fn step_number_gap(at: Span, missing: Range<u32>, before: Span, source: &str) -> Finding {
    let what = if missing.len() == 1 {
        format!("there is no step {}", missing.start)
    } else {
        format!("there are no steps {} to {}", missing.start, missing.end - 1)
    };
    Finding::at(STEP_NUMBER_GAP, at, what, "the next number")
        .and(before, "the number before")
        .why(format!("the runbook says that it follows \"{source}\", and a step of it seems to be missing"))
        .help("add the step, or a step of that number whose title says why nothing is to be done")
}

pub(super) fn secret_in_runbook(at: Span, word: &str) -> Finding {
    Finding::at(SECRET_IN_RUNBOOK, at, "a password in a runbook", format!("behind `{word}`"))
        .why("runbooks are read, mailed and kept in version control, and every run writes it to its journal")
        .help("let a command of the site file do it, which gets the password where it is kept: `run NAME`")
}

fn kind_of(place: Place) -> &'static str {
    match place {
        Place::Host => "a host",
        Place::Path => "a path",
    }
}

pub(super) fn place_in_runbook(at: Span, place: Place) -> Finding {
    let kind = kind_of(place);
    Finding::at(PLACE_IN_RUNBOOK, at, format!("{kind} in a runbook"), "this site's")
        .why("on another pair the same runbook would act on this one's machines or files")
        .help("let a command of the site file do it, which knows its machine: `run NAME`")
}

pub(super) fn place_in_parameter(at: Span, name: &str, place: Place) -> Finding {
    let kind = kind_of(place);
    Finding::at(PLACE_IN_RUNBOOK, at, format!("{kind} in a runbook"), "this site's")
        .why("on another pair the same runbook would act on this one's machines or files")
        .help(format!("leave out the default, and put `{name}` under `params:` in the site file"))
}

pub(super) fn hole_in_server_text(at: Span, name: &str, is_sql: bool) -> Finding {
    let help = if is_sql {
        format!("write `?` in its place, and give the value behind the statement: `with {name}`")
    } else {
        format!("write the value itself, or let a command of the site file do it, which takes `{{{name}}}`: `run NAME`")
    };
    Finding::at(
        HOLE_IN_SERVER_TEXT,
        at,
        format!("`{{{name}}}` goes to the server as it is written"),
        "nothing is filled in",
    )
    .why("values never become a part of a statement, so that no value can change what it does")
    .help(help)
}

pub(super) fn repeat_adds_up(at: Span, column: &str) -> Finding {
    Finding::at(
        REPEAT_ADDS_UP,
        at,
        format!("sent twice, this changes `{column}` twice"),
        format!("`{column}` is made of its old value"),
    )
    .why("when the line breaks before the answer, hsbrun sends it again: `in doubt repeat` says that this does no harm")
    .help("set it to a value, or write `in doubt ask`")
}
