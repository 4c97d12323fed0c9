//! Rows of "what happens in a step": what enters the step's handler, what does not, and what a retry does.

use super::play::{code, play};

/// A step with that body, whose handler notifies and stops.
fn step(body: &str) -> String {
    format!(
        "step 1 \"One\" on S1 {{\n{body}\nif this step fails {{\n notify \"handled\"\n stop \"It stays so.\"\n}}\n}}\n\
         on failure {{ notify \"failure\" }}\n"
    )
}

const HANDLED: &str = "notify handled: told\nnotify failure: told";

#[track_caller]
fn enters_the_handler(body: &str, script: &str, failed: &str) {
    let code = code(&step(body));
    let play = play(&code, &format!("{script}\n{HANDLED}"));
    assert_eq!(play.end(), "Failed", "{}", play.lines.join("\n"));
    assert_eq!(play.told("failed")[0], failed, "{}", play.lines.join("\n"));
    assert_eq!(play.told("failed").len(), 2, "the failure and the handler's stop are both reported");
    assert_eq!(play.told("handler"), ["handler 1"]);
}

#[test]
fn a_run_sends_its_commands_waits_and_ends() {
    let code = code(&step(
        "admin 'hsb disconnect'
         wait until S1 is PRIMARY ALONE within 1m
         admin 'hsb connect'
         wait until S1 is PRIMARY ACTIVE within 1m",
    ));
    let play = play(
        &code,
        "send admin 'hsb disconnect' on S1: done
         pause: on
         pause: on; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN
         send admin 'hsb connect' on S1: done; S1=PRIMARY ACTIVE, S2=SECONDARY ACTIVE, S1.link=CONNECTED",
    );
    assert_eq!(play.end(), "Done", "{}", play.lines.join("\n"));
    assert_eq!(play.told("step"), ["step 1 attempt 1", "step 1 done"]);
}

#[test]
fn a_command_refused_by_the_server_enters_the_handler() {
    enters_the_handler(
        "admin 'hsb disconnect'",
        "send admin 'hsb disconnect' on S1: refused 14503",
        "failed Refused at admin 'hsb disconnect' on S1",
    );
}

#[test]
fn a_command_refused_by_the_machine_with_an_exit_status_enters_the_handler() {
    enters_the_handler("run tidy", "send run tidy on S1: refused 3", "failed Refused at run tidy on S1");
}

#[test]
fn a_command_refused_by_the_guard_enters_the_handler() {
    // A netcopy while the servers are connected: 14704, and nothing is sent.
    enters_the_handler("admin 'hsb netcopy'", "", "failed Refused at admin 'hsb netcopy' on S1");
}

#[test]
fn the_failing_condition_of_a_wait_enters_the_handler() {
    enters_the_handler(
        "wait until S1 is PRIMARY ALONE fail if S2.link is BROKEN within 1m",
        "pause: on; S2.link=BROKEN",
        "failed FailIf at wait until S1 is PRIMARY ALONE",
    );
}

#[test]
fn the_failing_condition_is_looked_at_before_what_is_waited_for() {
    enters_the_handler(
        "wait until S1 is PRIMARY ACTIVE fail if S2 is SECONDARY ACTIVE within 1m",
        "",
        "failed FailIf at wait until S1 is PRIMARY ACTIVE",
    );
}

#[test]
fn the_limit_of_a_wait_enters_the_handler() {
    enters_the_handler(
        "wait until S1 is PRIMARY ALONE within 1m",
        "pause: on\npause: limit",
        "failed Limit at wait until S1 is PRIMARY ALONE",
    );
}

#[test]
fn a_server_that_a_wait_asks_and_that_is_proven_down_ends_it() {
    enters_the_handler(
        "wait until S1.link is BROKEN within 1m",
        "pause: on; S1=DOWN",
        "failed Down at wait until S1.link is BROKEN",
    );
}

#[test]
fn a_wait_that_speaks_of_down_does_not_end_with_it() {
    let code = code(&step("wait until S2 is DOWN within 1m\nwait until S2 is SECONDARY ACTIVE or DOWN within 1m"));
    let play = play(&code, "pause: on; S2=DOWN\nnotify failure: told");
    assert_eq!(play.told("waited").len(), 2, "{}", play.lines.join("\n"));
    assert_eq!(play.told("failed"), ["failed EndState apart at check the end states"]);
}

#[test]
fn the_limit_of_an_ensure_enters_the_handler() {
    enters_the_handler(
        "ensure S1 is PRIMARY ALONE by admin 'hsb disconnect' within 1m",
        "send admin 'hsb disconnect' on S1: done\npause: on\npause: limit",
        "failed Limit at ensure S1 is PRIMARY ALONE by admin 'hsb disconnect' on S1",
    );
}

#[test]
fn the_failing_condition_of_an_ensure_enters_the_handler() {
    enters_the_handler(
        "ensure S1 is PRIMARY ALONE by admin 'hsb disconnect' fail if S2 is DOWN within 1m",
        "send admin 'hsb disconnect' on S1: done\npause: on; S2=DOWN",
        "failed FailIf at ensure S1 is PRIMARY ALONE by admin 'hsb disconnect' on S1",
    );
}

#[test]
fn an_assert_that_is_false_enters_the_handler() {
    enters_the_handler(
        "assert S1 is PRIMARY ALONE else \"not alone\"",
        "",
        "failed AssertFalse at assert S1 is PRIMARY ALONE",
    );
}

#[test]
fn an_assert_unknown_for_the_look_limit_enters_the_handler() {
    enters_the_handler(
        "notify \"a\"\nassert S1 is PRIMARY ACTIVE",
        "notify a: told; S1=?\npause: on\npause: look",
        "failed Unknown at assert S1 is PRIMARY ACTIVE",
    );
}

#[test]
fn an_assert_that_is_known_again_before_the_look_limit_goes_on() {
    let code = code(&step("notify \"a\"\nassert S1 is PRIMARY ACTIVE"));
    let play = play(&code, "notify a: told; S1=?\npause: on; S1=PRIMARY ACTIVE");
    assert_eq!(play.end(), "Done", "{}", play.lines.join("\n"));
}

#[test]
fn an_if_unknown_for_the_look_limit_without_an_unknown_branch_enters_the_handler() {
    enters_the_handler(
        "notify \"a\"\nif S1 is PRIMARY ALONE { notify \"yes\" } else { notify \"no\" }",
        "notify a: told; S1=?\npause: look",
        "failed Unknown at if S1 is PRIMARY ALONE",
    );
}

#[test]
fn an_if_unknown_for_the_look_limit_takes_its_unknown_branch_never_else() {
    let code = code(&step(
        "notify \"a\"\nif S1 is PRIMARY ALONE { notify \"yes\" } else { notify \"no\" } unknown { notify \"who knows\" }",
    ));
    let play = play(&code, "notify a: told; S1=?\npause: look\nnotify who knows: told; S1=PRIMARY ACTIVE");
    assert_eq!(play.end(), "Done", "{}", play.lines.join("\n"));
}

#[test]
fn an_if_takes_the_first_arm_that_is_true() {
    let code = code(&step(
        "if S1 is PRIMARY ALONE { notify \"one\" } else if S2 is SECONDARY ACTIVE { notify \"two\" } else { notify \"three\" }",
    ));
    assert_eq!(play(&code, "notify two: told").end(), "Done");
}

#[test]
fn a_stop_in_the_step_does_not_enter_the_handler() {
    let code = code(&step("if S1 is PRIMARY ACTIVE { stop \"enough\" }"));
    let play = play(&code, "notify failure: told");
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("failed"), ["failed Stop at stop \"enough\""]);
}

#[test]
fn without_a_handler_a_failure_leads_to_on_failure() {
    let code = code("step 1 \"One\" on S1 {\n assert S1 is PRIMARY ALONE\n}\non failure { notify \"failure\" }\n");
    let play = play(&code, "notify failure: told");
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("ending"), ["ending Failure"]);
}

#[test]
fn an_interrupt_does_not_enter_the_handler_and_ends_stopped() {
    let code = code(&step("wait until S1 is PRIMARY ALONE within 1m"));
    let mut play = play(&code, "pause: on");
    play.machine.interrupt();
    play.script("pause: on\nnotify failure: told");
    assert_eq!(play.end(), "Stopped");
    assert!(play.told("handler").is_empty());
    assert_eq!(play.told("interrupted").len(), 1);
}

#[test]
fn an_interrupt_lets_the_command_under_way_finish_first() {
    let code = code(&step("admin 'hsb disconnect'\nnotify \"not reached\""));
    let mut play = play(&code, "");
    assert_eq!(play.asks(), "send admin 'hsb disconnect' on S1");
    play.machine.interrupt();
    play.script("send admin 'hsb disconnect' on S1: unknown; S1.link=BROKEN, S1=PRIMARY ALONE\nnotify failure: told");
    assert_eq!(play.told("settled"), ["settled Done"], "an unknown outcome is settled first");
    assert_eq!(play.end(), "Stopped");
}

#[test]
fn an_interrupt_in_an_ending_changes_nothing() {
    let code = code(&step("assert S1 is PRIMARY ALONE"));
    let mut play = play(&code, "notify handled: told");
    play.machine.interrupt();
    play.script("notify failure: told");
    assert_eq!(play.end(), "Failed");
}

const RETRIES: &str = r#"
step 1 "One" on S1 {
    notify "one"
}
step 2 "Two" on S1 {
    run tidy
    if this step fails {
        if refused with 7 {
            retry from 1 at most 1 time
        }
        retry at most 2 times after 30s {
            notify "repair"
        }
        stop "Used up."
    }
}
on failure { }
"#;

#[test]
fn a_retry_waits_repairs_and_begins_the_step_again_while_its_count_lasts() {
    let code = code(RETRIES);
    let script = "
        notify one: told
        send run tidy on S1: refused 9
        pause: delay
        notify repair: told
        send run tidy on S1: refused
        pause: on
        pause: delay
        notify repair: told
        send run tidy on S1: refused 9";
    let play = play(&code, script);
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("retry"), ["retry from 2 1 of 2", "retry from 2 2 of 2"]);
    assert_eq!(play.told("step 2"), ["step 2 attempt 1", "step 2 attempt 2", "step 2 attempt 3"]);
    assert_eq!(*play.told("failed").last().expect("because it failed"), "failed Stop apart at stop \"Used up.\"");
}

#[test]
fn retry_counts_hold_over_the_whole_run_and_are_not_reset_by_another_retry() {
    let code = code(RETRIES);
    let script = "
        notify one: told
        send run tidy on S1: refused 9
        pause: delay
        notify repair: told
        send run tidy on S1: refused 7
        notify one: told
        send run tidy on S1: refused 7
        pause: delay
        notify repair: told
        send run tidy on S1: refused 7";
    let play = play(&code, script);
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("retry"), ["retry from 2 1 of 2", "retry from 1 1 of 1", "retry from 2 2 of 2"]);
    assert_eq!(play.told("step 1"), ["step 1 attempt 1", "step 1 done", "step 1 attempt 2", "step 1 done"]);
}

#[test]
fn a_retry_that_succeeds_lets_the_run_succeed() {
    let code = code(RETRIES);
    let script = "notify one: told\nsend run tidy on S1: refused 7\nnotify one: told\nsend run tidy on S1: done";
    assert_eq!(play(&code, script).end(), "Done");
}

#[test]
fn refused_is_false_where_the_step_failed_otherwise() {
    let code = code(
        "step 1 \"One\" on S1 {\n assert S1 is PRIMARY ALONE\n if this step fails {\n if refused { notify \"refused\" } \
         else { notify \"failed\" }\n stop \"so\"\n}\n}\non failure { }\n",
    );
    assert_eq!(play(&code, "notify failed: told").end(), "Failed");
}

#[test]
fn a_failure_in_a_handler_ends_it_as_stop_does_and_both_are_reported() {
    let code = code(
        "step 1 \"One\" on S1 {\n assert S1 is PRIMARY ALONE\n if this step fails {\n run tidy\n notify \"not reached\"\n \
         stop \"so\"\n}\n}\non failure { notify \"failure\" }\n",
    );
    let play = play(&code, "send run tidy on S1: refused 1\nnotify failure: told");
    assert_eq!(play.end(), "Failed");
    assert_eq!(
        play.told("failed"),
        ["failed AssertFalse at assert S1 is PRIMARY ALONE", "failed Refused apart at run tidy on S1"]
    );
}

#[test]
fn a_failure_in_the_block_of_a_retry_ends_it_as_stop_does() {
    let code = code(
        "step 1 \"One\" on S1 {\n assert S1 is PRIMARY ALONE\n if this step fails {\n retry at most 3 times {\n run tidy\n }\n \
         stop \"so\"\n}\n}\non failure { notify \"failure\" }\n",
    );
    let play = play(&code, "send run tidy on S1: refused 1\nnotify failure: told");
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("step 1"), ["step 1 attempt 1"]);
}
