//! The table of what is kept and what is begun anew: after a kill, after a stop, with `--done` and `--repeat`.

use hsbrun::engine::{Code, Machine, Resume};

use super::play::{Play, code, play};

/// A run that goes on after this one was killed or has ended.
fn resumed<'a>(code: &'a Code, before: &Play<'_>, how: Resume, seen: &str, script: &str) -> Play<'a> {
    let machine = Machine::from(code, before.machine.durable().clone(), how);
    let mut play = Play::of(code, machine);
    play.see(seen);
    play.script(script);
    play
}

const PLAIN: &str = r#"
step 1 "One" on S1 {
    confirm ready "Ready" within 1h
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE within 1m
    admin 'hsb connect'
    wait until S1 is PRIMARY ACTIVE within 1m
}
on failure { notify "failure" }
"#;

#[test]
fn killed_between_sending_and_recording_the_answer_it_asks_the_pair_first() {
    let code = code(PLAIN);
    let killed = play(&code, "ask ready: yes");
    assert_eq!(killed.asks(), "send admin 'hsb disconnect' on S1");
    let done = "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN";
    let happened = resumed(&code, &killed, Resume::Killed, done, "");
    assert_eq!(happened.told("settled"), ["settled Done"]);
    assert_eq!(happened.asks(), "send admin 'hsb connect' on S1", "{}", happened.lines.join("\n"));
    let not = resumed(&code, &killed, Resume::Killed, "", "pause: look");
    assert_eq!(not.asks(), "send admin 'hsb disconnect' on S1");
    assert_eq!(not.told("settled"), ["settled Repeat"]);
}

#[test]
fn killed_behind_a_recorded_answer_it_does_not_send_again() {
    let code = code(PLAIN);
    let killed = play(&code, "ask ready: yes\nsend admin 'hsb disconnect' on S1: done");
    let again = resumed(&code, &killed, Resume::Killed, "", "");
    assert_eq!(again.told("at"), ["at wait until S1 is PRIMARY ALONE"]);
    assert_eq!(again.asks(), "pause");
}

#[test]
fn killed_in_a_wait_it_looks_once_and_has_its_whole_limit_again() {
    let code = code(PLAIN);
    let killed = play(&code, "ask ready: yes\nsend admin 'hsb disconnect' on S1: done\npause: on");
    let again = resumed(&code, &killed, Resume::Killed, "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN", "");
    assert_eq!(again.asks(), "send admin 'hsb connect' on S1");
    assert_eq!(again.told("set limit"), ["set limit 60s"]);
}

#[test]
fn killed_in_an_ending_it_goes_on_there() {
    let code = code("step 1 \"One\" { assert S1 is PRIMARY ALONE }\non failure {\n notify \"a\"\n notify \"b\"\n}\n");
    let killed = play(&code, "notify a: told");
    assert_eq!(resumed(&code, &killed, Resume::Killed, "", "notify b: told").end(), "Failed");
}

/// A run that was killed right behind a line of what happened, while the turn went on, and is resumed.
fn killed_behind<'a>(code: &'a Code, line: &str, script: &str, then: &str) -> Play<'a> {
    let mut killed = Play::new(code);
    killed.kill_behind(line);
    killed.script(script);
    let mut again = Play::of(code, Machine::from(code, killed.kept(), Resume::Killed));
    again.see("S1=SECONDARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN");
    again.script(then);
    again
}

#[test]
fn killed_behind_a_refusal_and_before_the_failure_is_recorded_it_has_failed_all_the_same() {
    let code = code("step 1 \"One\" on S1 { admin 'hsb disconnect' }\non failure { notify \"failure\" }\n");
    let script = "send admin 'hsb disconnect' on S1: refused 14503";
    let again = killed_behind(&code, "outcome refused by Server 14503 ", script, "notify failure: told");
    assert_eq!(again.end(), "Failed", "{}", again.lines.join("\n"));
}

#[test]
fn killed_behind_a_refusal_that_says_already_so_an_ensure_goes_on() {
    let code = code(
        "step 1 \"One\" on S1 {\n run part\n ensure S1 is PRIMARY ALONE from PRIMARY UNCERTAIN by admin 'hsb set primary alone' within 1m\n\
         notify \"on\"\n}\non failure { notify \"failure\" }\n",
    );
    let script = "send run part on S1: done; S1=PRIMARY UNCERTAIN, S2=DOWN, S1.link=BROKEN
                  send admin 'hsb set primary alone' on S1: refused 30782";
    let again = killed_behind(&code, "outcome refused by Server 30782 ", script, "pause: on; S1=PRIMARY ALONE");
    assert_eq!(again.asks(), "notify on", "{}", again.lines.join("\n"));
}

#[test]
fn killed_behind_a_refusal_that_says_under_way_a_command_that_was_sent_again_is_done() {
    let code =
        code("step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n notify \"on\"\n}\non failure { notify \"failure\" }\n");
    let script = "send admin 'hsb disconnect' on S1: unknown
                  pause: look
                  send admin 'hsb disconnect' on S1: refused 30752";
    let again = killed_behind(&code, "outcome refused by Server 30752 ", script, "");
    assert_eq!(again.asks(), "notify on", "{}", again.lines.join("\n"));
}

#[test]
fn killed_behind_a_failure_in_doubt_that_asking_then_settles_it_is_not_in_doubt_any_more() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n run tidy\n if this step fails {\n notify \"handled\"\n stop \"So.\"\n}\n}\n\
         on failure { notify \"failure\" }\n",
    );
    let mut killed = Play::new(&code);
    killed.kill_behind("failed InDoubt at admin 'hsb disconnect' on S1");
    killed.script("send admin 'hsb disconnect' on S1: unknown; S1=?\npause: settle");
    let mut again = Play::of(&code, Machine::from(&code, killed.kept(), Resume::Killed));
    again.see("S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN");
    again.kill_behind("outcome refused by Server 4 ");
    again.script("send run tidy on S1: refused 4");
    let mut last = Play::of(&code, Machine::from(&code, again.kept(), Resume::Killed));
    last.script("");
    assert_eq!(last.asks(), "notify handled", "{}", last.lines.join("\n"));
}

#[test]
fn killed_when_the_watchdog_was_put_back_it_has_not_started_and_sends_nothing() {
    let code = code(
        "step 1 \"One\" on S1 {\n watchdog off\n confirm ready \"Ready\" within 1h\n admin 'hsb disconnect'\n}\n\
         on success { watchdog on }\non failure { watchdog on }\n",
    );
    let mut killed = Play::new(&code);
    killed.script("send watchdog off: done\nask ready: yes; S1=PRIMARY ALONE");
    killed.kill_behind("outcome done");
    killed.script("send watchdog on: done");
    let mut again = Play::of(&code, Machine::from(&code, killed.kept(), Resume::Killed));
    again.script("");
    assert_eq!(again.end(), "NotStarted", "{}", again.lines.join("\n"));
    assert_eq!(again.lines.len(), 1, "{}", again.lines.join("\n"));
}

#[test]
fn killed_behind_the_word_that_a_command_was_not_done_it_asks_again_and_sends_nothing() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n \
         admin 'hsb set standalone'\n}\non failure { notify \"failure\" }\n",
    );
    // Meanwhile S1 was restarted: what was meant for a server that serves may not be sent again.
    let script = "send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN
        send admin 'hsb set standalone' on S1: unknown; S1=SECONDARY ALONE
        pause: look";
    let again = killed_behind(&code, "settled NotDone", script, "pause: look\nnotify failure: told");
    assert_eq!(again.told("settled"), ["settled NotDone"], "{}", again.lines.join("\n"));
    assert_eq!(again.end(), "Failed");
}

const STOPPED: &str = r#"
step 1 "One" on S1 {
    watchdog off
    confirm ready "Ready" within 1h
    notify "one"
}
step 2 "Two" on S1 {
    notify "two"
    run tidy
    assert S1 is PRIMARY ALONE
    if this step fails {
        retry at most 1 time
        stop "So."
    }
}
on success { watchdog on }
on failure { watchdog on }
"#;

const TO_THE_STOP: &str = "send watchdog off: done; watchdog=no
    ask ready: yes
    notify one: told
    notify two: told
    send run tidy on S1: done
    notify two: told
    send run tidy on S1: done
    send watchdog on: done; watchdog=yes";

#[test]
fn killed_when_the_watchdog_is_off_again_it_goes_on_with_the_step_that_is_begun_again() {
    let code = code(STOPPED);
    let stopped = play(&code, TO_THE_STOP);
    let mut killed = Play::of(&code, Machine::from(&code, stopped.machine.durable().clone(), Resume::Stopped));
    killed.kill_behind("outcome done");
    killed.script("send watchdog off: done");
    let mut again = Play::of(&code, Machine::from(&code, killed.kept(), Resume::Killed));
    again.see("watchdog=no");
    again.script("notify two: told");
    assert_eq!(again.told("step"), ["step 2 attempt 3"], "{}", again.lines.join("\n"));
}

#[test]
fn stopped_it_begins_the_failed_step_again_with_the_watchdog_as_it_was_in_the_step() {
    let code = code(STOPPED);
    let stopped = play(&code, TO_THE_STOP);
    assert_eq!(stopped.end(), "Failed");
    let again = resumed(&code, &stopped, Resume::Stopped, "", "send watchdog off: done\nnotify two: told");
    assert_eq!(again.told("step"), ["step 2 attempt 3"]);
    assert_eq!(again.asks(), "send run tidy on S1");
}

#[test]
fn retry_counts_and_approvals_are_kept_over_a_stop() {
    let code = code(STOPPED);
    let stopped = play(&code, TO_THE_STOP);
    let again = resumed(
        &code,
        &stopped,
        Resume::Stopped,
        "",
        "send watchdog off: done\nnotify two: told\nsend run tidy on S1: done\nsend watchdog on: done",
    );
    assert_eq!(again.end(), "Failed");
    assert!(again.told("retry").is_empty(), "it was used up before");
}

#[test]
fn with_done_it_goes_on_behind_the_failed_step_if_its_last_check_holds_now() {
    let code = code(STOPPED);
    let stopped = play(&code, TO_THE_STOP);
    let holds = resumed(&code, &stopped, Resume::Done, "S1=PRIMARY ALONE", "");
    assert_eq!(holds.told("step"), ["step 2 done"]);
    let not = resumed(&code, &stopped, Resume::Done, "", "");
    assert_eq!(not.end(), "NotStarted", "nothing was done, and it can be resumed again");
    let known_later = resumed(&code, &stopped, Resume::Done, "S1=?", "pause: on; S1=PRIMARY ALONE");
    assert_eq!(known_later.told("step"), ["step 2 done"]);
}

#[test]
fn a_check_that_did_not_hold_can_be_tried_again() {
    let code = code(STOPPED);
    let stopped = play(&code, TO_THE_STOP);
    let refused = resumed(&code, &stopped, Resume::Done, "", "");
    let again = resumed(&code, &refused, Resume::Stopped, "", "send watchdog off: done\nnotify two: told");
    assert_eq!(again.told("step"), ["step 2 attempt 3"]);
}

const DOUBT: &str = r#"
step 1 "One" on S1 {
    run tidy
    notify "after"
    if this step fails { stop "So." }
}
on failure { notify "failure" }
"#;

#[test]
fn a_run_in_doubt_goes_on_at_its_statement_with_done_or_with_repeat() {
    let code = code(DOUBT);
    let doubt = play(&code, "send run tidy on S1: unknown\nnotify failure: told");
    assert_eq!(doubt.end(), "InDoubt");
    assert_eq!(resumed(&code, &doubt, Resume::Done, "", "notify after: told").end(), "Done");
    let repeat = resumed(&code, &doubt, Resume::Repeat, "", "send run tidy on S1: done\nnotify after: told");
    assert_eq!(repeat.end(), "Done");
}

#[test]
fn a_command_sent_again_at_the_operators_word_that_stays_unknown_is_in_doubt_again() {
    let code = code(DOUBT);
    let doubt = play(&code, "send run tidy on S1: unknown\nnotify failure: told");
    let repeat = resumed(&code, &doubt, Resume::Repeat, "", "send run tidy on S1: unknown\nnotify failure: told");
    assert_eq!(repeat.end(), "InDoubt");
    assert_eq!(resumed(&code, &repeat, Resume::Done, "", "notify after: told").end(), "Done");
}

#[test]
fn killed_after_a_refusal_was_recorded_it_does_not_send_again_but_enters_the_handler() {
    let code = code(
        "step 1 \"One\" on S1 {\n run tidy\n if this step fails {\n notify \"handled\"\n stop \"So.\"\n}\n}\non failure { }\n",
    );
    let killed = play(&code, "send run tidy on S1: refused 4");
    assert_eq!(killed.asks(), "notify handled");
    let again = resumed(&code, &killed, Resume::Killed, "", "notify handled: told");
    assert_eq!(again.end(), "Failed");
    assert!(again.told("intent").is_empty());
}

#[test]
fn killed_behind_the_word_that_a_process_is_started_once_more_the_next_command_is_a_first_one() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n admin 'hsb netcopy'\n \
         wait until S1.copy is SUCCESS within 4h\n admin 'hsb connect'\n if this step fails {\n notify \"handled\"\n stop \"So.\"\n}\n}\n\
         on failure { notify \"failure\" }\n",
    );
    let alone = "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN";
    let mut killed = Play::new(&code);
    killed.kill_behind("settled Repeat");
    killed.script(&format!(
        "send admin 'hsb disconnect' on S1: done; {alone}\nsend admin 'hsb netcopy' on S1: done\npause: look"
    ));
    let mut again = Play::of(&code, Machine::from(&code, killed.kept(), Resume::Killed));
    again.see(alone);
    // The copy is seen to be done, and the guard knows why the connect would be refused.
    again.script("pause: on; S1.copy=ACTIVE\npause: on; S1.copy=SUCCESS, S1=STANDALONE");
    assert_eq!(again.asks(), "notify handled", "{}", again.lines.join("\n"));
}

#[test]
fn the_process_that_the_run_started_is_known_after_a_kill() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n admin 'hsb netcopy'\n \
         wait until S1.copy is SUCCESS within 4h\n notify \"copied\"\n}\non failure { }\n",
    );
    let alone = "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN";
    let script =
        format!("send admin 'hsb disconnect' on S1: done; {alone}\nsend admin 'hsb netcopy' on S1: done\npause: on");
    let killed = play(&code, &script);
    let again = resumed(&code, &killed, Resume::Killed, alone, "pause: on");
    assert_eq!(again.asks(), "pause", "the SUCCESS of an older copy is still old news");
}
