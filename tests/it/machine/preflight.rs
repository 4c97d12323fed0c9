//! Preflight, and the start states looked at again right before the first command.

use hsbrun::engine::{PreflightFailure, Settings};

use super::play::{Play, code, play, whole};

const SILENCED: &str = r#"
step 1 "One" on S1 {
    watchdog off
    confirm ready "Ready" within 1h
    admin 'hsb disconnect'
    if this step fails {
        notify "handled"
        stop "So."
    }
}
on success { watchdog on }
on failure { watchdog on }
"#;

#[test]
fn everything_required_is_evaluated_and_all_failures_are_told_together() {
    let code = code(
        "require S1.version > 7.0\nrequire S1.link is CONNECTED\nrequire S2.log_space > 10 GiB else \"room\"\n\
         step 1 \"One\" { notify \"a\" }\non failure { notify \"failure\" }\n",
    );
    let mut play = Play::new(&code);
    play.see("S2=SECONDARY ALONE, S2.log_space=?");
    play.script("");
    assert_eq!(play.end(), "NotStarted");
    assert_eq!(play.told("preflight"), ["preflight 3 failures"], "two requires and one start state; no ending");
    assert!(play.told("ending").is_empty() && play.told("step").is_empty());
}

#[test]
fn what_is_required_and_not_known_fails() {
    let code = code("require S1.version < 7.0\nstep 1 \"One\" { notify \"a\" }\non failure { }\n");
    let mut play = Play::new(&code);
    play.see("S1.version=?");
    play.script("");
    assert_eq!(play.end(), "NotStarted");
    let unknown =
        play.preflight.iter().any(|it| matches!(it, PreflightFailure::Require { unknown: true, index: 0, .. }));
    assert!(unknown, "{:?}", play.preflight);
}

#[test]
fn requires_alone_make_a_runbook() {
    let servers = "language 1\nrunbook \"Health\"\nserver S1: any\nserver S2: any\n";
    let code = whole(&format!("{servers}require S1.version >= 6.5\n"), &Settings::default());
    assert_eq!(play(&code, "").end(), "Done");
}

const SWITCH: &str = "language 1\nrunbook \"Switch\"\nserver S1: PRIMARY ACTIVE -> SECONDARY ACTIVE at 7.0\n\
                      server S2: SECONDARY ACTIVE -> PRIMARY ACTIVE\nrequire S1.version < 7.0\n\
                      step 1 \"One\" on S2 { admin 'hsb switch primary' }\non failure { }\n";

#[test]
fn where_the_end_states_hold_already_a_run_says_so_and_does_nothing() {
    let code = whole(SWITCH, &Settings::default());
    let mut play = Play::new(&code);
    play.see("S1=SECONDARY ACTIVE, S2=PRIMARY ACTIVE, S1.version=7.0");
    play.script("");
    assert_eq!(play.end(), "AlreadyDone");
    assert!(play.told("intent").is_empty() && play.told("preflight").is_empty());
}

#[test]
fn an_end_state_at_another_version_is_not_the_end() {
    let code = whole(SWITCH, &Settings::default());
    let mut play = Play::new(&code);
    play.see("S1=SECONDARY ACTIVE, S2=PRIMARY ACTIVE");
    play.script("");
    assert_eq!(play.end(), "NotStarted");
}

#[test]
fn start_states_that_do_not_hold_any_more_before_the_first_command_put_the_watchdog_back_and_run_no_ending() {
    let code = code(SILENCED);
    let script = "send watchdog off: done
                  ask ready: yes; S1=PRIMARY ALONE, S2=DOWN
                  send watchdog on: done";
    let play = play(&code, script);
    assert_eq!(play.end(), "NotStarted", "{}", play.lines.join("\n"));
    assert!(play.told("ending").is_empty() && play.told("handler").is_empty());
    assert_eq!(play.told("preflight"), ["preflight 0 failures", "preflight 2 failures"]);
}

#[test]
fn something_in_progress_before_the_first_command_is_told_and_nothing_is_done() {
    let code = code(SILENCED);
    let script = "send watchdog off: done
                  ask ready: yes; S2.catchup=ACTIVE
                  send watchdog on: done";
    let play = play(&code, script);
    assert_eq!(play.end(), "NotStarted");
    assert!(play.preflight.iter().any(|it| matches!(it, PreflightFailure::Busy { .. })));
}

#[test]
fn a_watchdog_that_cannot_be_put_back_is_astray() {
    let code = code(SILENCED);
    let script = "send watchdog off: done\nask ready: yes; S1=PRIMARY ALONE\nsend watchdog on: refused 1";
    assert_eq!(play(&code, script).end(), "NotStarted, watchdog astray");
    let unknown = "send watchdog off: done\nask ready: yes; S1=PRIMARY ALONE, watchdog=?\nsend watchdog on: unknown\n\
                   pause: look\nsend watchdog on: unknown\npause: look";
    assert_eq!(play(&code, unknown).end(), "NotStarted, watchdog astray");
}

#[test]
fn a_watchdog_that_was_found_off_stays_off() {
    let code = code(SILENCED);
    let mut play = Play::new(&code);
    play.see("watchdog=no");
    play.script("send watchdog off: done\nask ready: yes; S1=PRIMARY ALONE");
    assert_eq!(play.end(), "NotStarted");
}

#[test]
fn start_states_that_are_not_known_before_the_first_command_are_looked_at_for_the_look_limit() {
    let code = code(SILENCED);
    let script = "send watchdog off: done\nask ready: yes; S1=?\npause: on; S1=PRIMARY ACTIVE";
    assert_eq!(play(&code, script).asks(), "send admin 'hsb disconnect' on S1");
    let script = "send watchdog off: done\nask ready: yes; S1=?\npause: look\nsend watchdog on: done";
    assert_eq!(play(&code, script).end(), "NotStarted");
}

#[test]
fn the_start_states_are_looked_at_again_before_the_first_command_only() {
    let code = code("step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n admin 'hsb connect'\n}\non failure { }\n");
    let script = "send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN";
    assert_eq!(play(&code, script).asks(), "send admin 'hsb connect' on S1");
}

#[test]
fn a_server_that_may_be_down_at_the_start_has_no_say_in_what_is_in_progress() {
    let text = "language 1\nrunbook \"Start\"\nserver S1: PRIMARY ALONE\nserver S2: DOWN -> SECONDARY ALONE\n\
                step 1 \"One\" on S2 { start }\non failure { }\n";
    let code = whole(text, &Settings::default());
    let mut play = Play::new(&code);
    play.see("S1=PRIMARY ALONE, S2=DOWN, S2 process=no, S2.link=?, S2.copy=?, S2.switch=?, S2.catchup=?");
    play.script("send start on S2: done; S2=SECONDARY ALONE");
    assert_eq!(play.end(), "Done", "{}", play.lines.join("\n"));
}
