//! Rows of "a failure means": endings, end states, and the watchdog's fate.

use super::play::{code, play};

#[test]
fn a_failure_in_on_success_makes_the_run_done_and_incomplete() {
    let code = code(
        "step 1 \"One\" { notify \"a\" }\non success {\n assert S1 is PRIMARY ALONE\n notify \"not reached\"\n}\non failure { }\n",
    );
    let play = play(&code, "notify a: told");
    assert_eq!(play.end(), "Done, ending failed");
    assert_eq!(play.told("ending"), ["ending Success"]);
}

#[test]
fn a_stop_in_on_success_makes_the_run_done_and_incomplete() {
    let code = code("step 1 \"One\" { notify \"a\" }\non success { stop \"Look at it.\" }\non failure { }\n");
    assert_eq!(play(&code, "notify a: told").end(), "Done, ending failed");
}

#[test]
fn a_failure_in_on_failure_keeps_the_result_and_is_reported_besides() {
    let code = code(
        "step 1 \"One\" { assert S1 is PRIMARY ALONE }\non failure {\n assert S2 is PRIMARY ALONE\n notify \"not reached\"\n}\n",
    );
    let play = play(&code, "");
    assert_eq!(play.end(), "Failed, ending failed");
    assert_eq!(play.told("failed").len(), 2);
}

#[test]
fn end_states_that_do_not_hold_after_the_last_step_lead_to_on_failure() {
    let code = code(
        "step 1 \"One\" { notify \"a\" }\non success { notify \"not reached\" }\non failure { notify \"failure\" }\n",
    );
    let play = play(&code, "notify a: told; S1=PRIMARY ALONE, S2=SECONDARY ALONE\nnotify failure: told");
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("failed EndState").len(), 2, "one for each server");
}

#[test]
fn end_states_that_are_not_known_are_looked_at_for_the_look_limit() {
    let code = code("step 1 \"One\" { notify \"a\" }\non failure { notify \"failure\" }\n");
    assert_eq!(play(&code, "notify a: told; S1=?\npause: on; S1=PRIMARY ACTIVE").end(), "Done");
    assert_eq!(play(&code, "notify a: told; S1=?\npause: look\nnotify failure: told").end(), "Failed");
}

const SILENCED: &str = "step 1 \"One\" {\n watchdog off\n assert S1 is PRIMARY ACTIVE\n}\n";

#[test]
fn a_watchdog_left_off_because_is_recorded_and_not_astray() {
    let text =
        format!("{SILENCED}on success {{ watchdog on }}\non failure {{ leave watchdog off because \"half done\" }}\n");
    let code = code(&text);
    let play = play(&code, "send watchdog off: done; S1=PRIMARY ALONE");
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("left off"), ["left off half done"]);
}

#[test]
fn a_watchdog_that_an_ending_could_not_turn_on_is_astray() {
    let text = format!("{SILENCED}on success {{ watchdog on }}\non failure {{ watchdog on }}\n");
    let code = code(&text);
    let play = play(&code, "send watchdog off: done\nsend watchdog on: refused 1");
    assert_eq!(play.end(), "Done, ending failed, watchdog astray");
}

#[test]
fn a_watchdog_turned_on_again_is_not_astray() {
    let text = format!("{SILENCED}on success {{ watchdog on }}\non failure {{ watchdog on }}\n");
    let code = code(&text);
    assert_eq!(play(&code, "send watchdog off: done\nsend watchdog on: done").end(), "Done");
}

#[test]
fn a_command_in_doubt_in_an_ending_keeps_the_result() {
    let code = code("step 1 \"One\" on S1 { assert S1 is PRIMARY ALONE }\non failure { on S1 { run tidy } }\n");
    let play = play(&code, "send run tidy on S1: unknown");
    assert_eq!(play.end(), "Failed, ending failed");
}
