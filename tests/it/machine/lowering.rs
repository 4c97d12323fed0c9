//! From a program to code: what is filled in, inlined, decided, and what is said of an instruction.

use std::time::Duration;

use hsbrun::engine::{Action, Code, Part, Settings};

use super::play::{code, code_with};

fn texts(code: &Code) -> Vec<&str> {
    code.commands().map(|(at, _)| code.text(at)).collect()
}

#[test]
fn procedures_are_inlined_with_their_arguments_and_the_calls_that_lead_there() {
    let code = code(
        "procedure inner(S: server, limit: duration) {\n on S { admin 'hsb disconnect' }\n wait until S is DOWN within limit\n}\n\
         procedure outer(A: server) { do inner(A, 7s) }\n\
         step 1 \"One\" { do outer(S2) }\non failure { }\n",
    );
    assert_eq!(texts(&code), ["admin 'hsb disconnect' on S2"]);
    let (at, _) = code.commands().next().expect("because there is one");
    assert_eq!(code.place(at).calls.len(), 2);
    let wait =
        code.ids().find(|at| code.text(*at) == "wait until S2 is DOWN").expect("because the server is filled in");
    assert_eq!(code.limit(wait), Some(Duration::from_secs(7)));
}

#[test]
fn a_choose_keeps_the_branch_of_the_parameter() {
    let code = code(
        "param how: fast | slow = slow\nstep 1 \"One\" on S1 {\n choose how {\n fast { run quick }\n slow { run thorough }\n}\n}\non failure { }\n",
    );
    assert_eq!(texts(&code), ["run thorough on S1"]);
}

#[test]
fn texts_are_filled() {
    let code = code(
        "param target: version\nparam limit: duration = 90m\n\
         step 1 \"Bring {S2} to {target}\" {\n notify \"within {limit}\"\n}\non failure { }\n",
    );
    assert_eq!(code.steps()[0].title, "Bring S2 to 7.0");
    assert!(code.ids().any(|at| code.text(at) == "notify \"within 90m\""));
}

#[test]
fn limits_come_from_the_statement_or_from_the_site() {
    let settings =
        Settings { call_limit: Duration::from_secs(3), command_limit: Duration::from_secs(40), ..Settings::default() };
    let code = code_with(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n run part\n run other within 9s\n}\non failure { }\n",
        &settings,
    );
    let limits: Vec<u64> = code.commands().map(|(_, command)| command.limit.as_secs()).collect();
    assert_eq!(limits, [3, 40, 9]);
}

#[test]
fn an_instruction_says_what_it_does_and_where_it_stands() {
    let code = code(
        "step 1 \"One\" on S1 {\n wait until S1 is PRIMARY ALONE and (S2 is DOWN or S2.link is BROKEN) within 1m\n \
         if this step fails { stop \"So.\" }\n back out { run undo }\n}\n\
         on failure { }\non back out { }\n",
    );
    let part = |text: &str| {
        let at = code.ids().find(|at| code.text(*at) == text).unwrap_or_else(|| panic!("because `{text}` is there"));
        code.place(at).part
    };
    assert_eq!(part("wait until S1 is PRIMARY ALONE and (S2 is DOWN or S2.link is BROKEN)"), Part::Body);
    assert_eq!(part("stop \"So.\""), Part::Handler);
    assert_eq!(part("run undo on S1"), Part::BackOut);
}

#[test]
fn only_what_the_runbook_says_counts_among_its_commands() {
    let plain = code("step 1 \"One\" on S1 { run part }\non failure { }\n");
    assert!(!plain.silences_watchdog());
    assert_eq!(plain.commands().count(), 1);
    let silenced = code("step 1 \"One\" { watchdog off }\non success { watchdog on }\non failure { watchdog on }\n");
    assert!(silenced.silences_watchdog());
    assert!(silenced.commands().any(|(_, command)| command.action == Action::Watchdog { on: true }));
}

#[test]
fn the_effect_of_an_ensure_may_take_no_longer_than_the_ensure() {
    let code = code(
        "step 1 \"One\" on S1 {\n ensure S1 is DOWN by admin 'shutdown' within 10m\n \
         ensure S1 is PRIMARY ALONE by start within 3s\n}\non failure { }\n",
    );
    let limits: Vec<u64> = code.commands().map(|(_, command)| command.limit.as_secs()).collect();
    assert_eq!(limits, [30, 3], "the site's call_limit, and the ensure's own");
}
