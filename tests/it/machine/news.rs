//! Old news does not count.

use hsbrun::engine::Machine;

use super::play::{Play, code};

const COPY: &str = r#"
step 1 "Part" on S1 {
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE within 1m
}
step 2 "Copy" on S1 {
    admin 'hsb netcopy'
    wait until S1.copy is SUCCESS fail if S1.copy is ERROR within 4h
    notify "copied"
}
on failure { notify "failure" }
"#;

/// The netcopy was accepted while that status was shown.
fn copying(code: &hsbrun::engine::Code, shown: &str) -> Play<'static> {
    let code: &'static hsbrun::engine::Code = Box::leak(Box::new(code.clone()));
    let mut play = Play::new(code);
    play.see(&format!("S1.copy={shown}"));
    play.script(
        "send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN
         send admin 'hsb netcopy' on S1: done",
    );
    play
}

#[test]
fn the_success_of_an_older_copy_does_not_end_the_wait() {
    let code = code(COPY);
    let mut play = copying(&code, "SUCCESS");
    play.script("pause: on\npause: on; S1.copy=ACTIVE, S2=OFFLINE\npause: on");
    assert_eq!(play.asks(), "pause");
    play.script("pause: on; S1.copy=SUCCESS, S2=SECONDARY ALONE");
    assert_eq!(play.asks(), "notify copied", "{}", play.lines.join("\n"));
}

#[test]
fn the_error_of_an_older_copy_does_not_fail_the_wait() {
    let code = code(COPY);
    let mut play = copying(&code, "ERROR");
    play.script("pause: on\npause: on; S1.copy=SUCCESS");
    assert_eq!(play.asks(), "notify copied", "another value than before is of the new copy");
}

#[test]
fn a_status_that_showed_nothing_before_is_new_with_its_first_word() {
    let code = code(COPY);
    let mut play = Play::new(&code);
    play.script(
        "send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN, S1.copy=?
         send admin 'hsb netcopy' on S1: done
         pause: on; S1.copy=SUCCESS",
    );
    assert_eq!(play.asks(), "notify copied");
}

#[test]
fn a_copy_that_shows_the_same_for_the_look_limit_is_settled_like_an_unknown_outcome_and_sent_again_once() {
    let code = code(COPY);
    let mut play = copying(&code, "SUCCESS");
    play.script("pause: on\npause: look\nsend admin 'hsb netcopy' on S1: done\npause: on; S1.copy=ACTIVE\npause: on; S1.copy=SUCCESS");
    assert_eq!(play.asks(), "notify copied", "{}", play.lines.join("\n"));
    assert_eq!(play.told("settled"), ["settled Repeat"]);
}

#[test]
fn a_copy_that_comes_in_unseen_ends_the_wait_where_its_receiver_had_waited_for_it() {
    let code = code(COPY);
    let mut play = Play::new(&code);
    play.see("S1.copy=SUCCESS");
    play.script(
        "send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE, S2=OFFLINE, S1.link=BROKEN
         send admin 'hsb netcopy' on S1: done; S2=SECONDARY ALONE
         pause: look",
    );
    assert_eq!(play.asks(), "notify copied", "{}", play.lines.join("\n"));
}

#[test]
fn a_copy_that_is_under_way_elsewhere_is_waited_for_further() {
    let code = code(COPY);
    let mut play = copying(&code, "SUCCESS");
    play.script("pause: look; S2=OFFLINE\npause: on; S1.copy=ACTIVE\npause: on; S1.copy=SUCCESS");
    assert_eq!(play.asks(), "notify copied", "{}", play.lines.join("\n"));
    assert!(play.told("settled").is_empty());
}

#[test]
fn a_copy_of_which_no_news_comes_twice_is_in_doubt() {
    let code = code(COPY);
    let mut play = copying(&code, "SUCCESS");
    play.script("pause: look\nsend admin 'hsb netcopy' on S1: done\npause: look\nnotify failure: told");
    assert_eq!(play.end(), "InDoubt", "{}", play.lines.join("\n"));
}

#[test]
fn a_link_that_shows_the_same_for_the_look_limit_counts_as_it_stands() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1.link is CONNECTED within 1m\n notify \"stands\"\n}\non failure { }\n",
    );
    let mut play = Play::new(&code);
    play.script("send admin 'hsb disconnect' on S1: done\npause: on");
    assert_eq!(play.asks(), "pause", "until then it is not known");
    play.script("pause: look");
    assert_eq!(play.asks(), "notify stands");
    assert_eq!(play.told("stands"), ["stands S1.link"]);
}

#[test]
fn catchup_is_not_known_after_a_connect_until_it_was_active_or_stayed_the_same() {
    let code = code(
        "step 1 \"Part\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n admin 'hsb connect'\n \
         wait until S1.catchup is NOT ACTIVE within 1h\n notify \"caught up\"\n}\non failure { }\n",
    );
    let mut play = Play::new(&code);
    play.script(
        "send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN
         send admin 'hsb connect' on S1: done
         pause: on
         pause: on; S1.link=CONNECTING",
    );
    assert_eq!(play.asks(), "pause", "it has not begun");
    play.script("pause: on; S1.link=CATCHUP, S1.catchup=ACTIVE\npause: on; S1.link=CONNECTED, S1.catchup=NOT ACTIVE");
    assert_eq!(play.asks(), "notify caught up");
}

/// The answer of a connect is lost, and it is sent again.
fn connected_twice(refused: &str, shown: &str) -> Play<'static> {
    let code = code(
        "step 1 \"Part\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n admin 'hsb connect'\n \
         wait until S1.catchup is NOT ACTIVE within 1h\n notify \"caught up\"\n}\non failure { }\n",
    );
    let mut play = Play::new(Box::leak(Box::new(code)));
    play.script(&format!(
        "send admin 'hsb disconnect' on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN
         send admin 'hsb connect' on S1: unknown
         pause: look
         send admin 'hsb connect' on S1: refused {refused}{shown}"
    ));
    assert_eq!(play.told("settled"), ["settled Repeat", "settled Done"], "{}", play.lines.join("\n"));
    play
}

#[test]
fn what_a_refusal_says_is_under_way_makes_old_news_of_what_was_seen_before() {
    let mut play = connected_twice("14702", "");
    assert_eq!(play.asks(), "pause", "no catchup has begun yet\n{}", play.lines.join("\n"));
    play.script("pause: on; S1.link=CATCHUP, S1.catchup=ACTIVE\npause: on; S1.link=CONNECTED, S1.catchup=NOT ACTIVE");
    assert_eq!(play.asks(), "notify caught up");
}

#[test]
fn where_a_refusal_says_that_it_is_so_already_what_is_seen_counts() {
    let connected = "; S1=PRIMARY ACTIVE, S2=SECONDARY ACTIVE, S1.link=CONNECTED, S2.link=CONNECTED";
    assert_eq!(connected_twice("30750", connected).asks(), "notify caught up");
}

#[test]
fn after_a_disconnect_nothing_is_in_progress_once_the_link_is_seen_broken() {
    let code = code(
        "step 1 \"Part\" on S1 {\n admin 'hsb disconnect'\n wait until S1.activity is NONE and S2.activity is NONE within 1m\n \
         notify \"idle\"\n}\non failure { }\n",
    );
    let mut play = Play::new(&code);
    play.script("send admin 'hsb disconnect' on S1: done\npause: on; S1.link=BROKEN\npause: on; S2.link=BROKEN");
    assert_eq!(play.asks(), "notify idle", "{}", play.lines.join("\n"));
}

#[test]
fn the_old_word_of_a_switch_counts_once_the_roles_have_changed() {
    let code = code(
        "step 1 \"Switch\" on S2 {\n admin 'hsb switch primary'\n wait until S2.switch is SUCCESS within 1m\n notify \"switched\"\n}\non failure { }\n",
    );
    let mut play = Play::new(&code);
    play.script(
        "send admin 'hsb switch primary' on S2: done; S1=SECONDARY ACTIVE, S2=PRIMARY ACTIVE\npause: on\npause: look",
    );
    assert_eq!(play.asks(), "notify switched", "{}", play.lines.join("\n"));
}

#[test]
fn an_assert_about_a_copy_of_which_no_news_comes_does_not_wait_for_ever() {
    let text =
        COPY.replace("wait until S1.copy is SUCCESS fail if S1.copy is ERROR within 4h", "assert S1.copy is SUCCESS");
    let code = code(&text);
    let mut play = copying(&code, "SUCCESS");
    play.script("pause: look; S2=OFFLINE\nnotify failure: told");
    assert_eq!(play.end(), "Failed", "{}", play.lines.join("\n"));
    assert_eq!(play.told("failed"), ["failed Unknown at assert S1.copy is SUCCESS"]);
}

#[test]
fn a_copy_that_the_operator_calls_done_counts_as_it_stands() {
    let code = code(COPY);
    let mut play = copying(&code, "SUCCESS");
    play.script("pause: look\nsend admin 'hsb netcopy' on S1: done\npause: look\nnotify failure: told");
    assert_eq!(play.end(), "InDoubt");
    let machine = hsbrun::engine::Machine::from(&code, play.machine.durable().clone(), hsbrun::engine::Resume::Done);
    let mut resumed = Play::of(&code, machine);
    resumed.see("S1=PRIMARY ALONE, S2=SECONDARY ALONE");
    resumed.script("");
    assert_eq!(resumed.asks(), "notify copied", "{}", resumed.lines.join("\n"));
}

#[test]
fn what_is_in_progress_counts_as_it_stands_after_the_look_limit_and_settles_nothing() {
    let text = COPY.replace(
        "wait until S1.copy is SUCCESS fail if S1.copy is ERROR within 4h",
        "wait until S1.activity is NONE within 4h\nnotify \"idle\"\nwait until S1.copy is SUCCESS within 4h",
    );
    let code = code(&text);
    let mut play = copying(&code, "SUCCESS");
    play.script("pause: on\npause: look\nnotify idle: told");
    assert_eq!(play.told("stands"), ["stands S1.activity"]);
    assert!(play.told("settling").is_empty());
    assert_eq!(play.asks(), "pause", "the copy itself is still not known");
}

#[test]
fn a_new_process_makes_what_is_in_progress_unknown_again() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1.activity is NONE within 1m\n admin 'hsb connect'\n \
         wait until S1.activity is NONE within 1m\n notify \"idle\"\n}\non failure { }\n",
    );
    let mut play = Play::new(&code);
    let alone = "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S2.link=BROKEN, S1.link=BROKEN";
    play.script(&format!(
        "send admin 'hsb disconnect' on S1: done\npause: on; {alone}\nsend admin 'hsb connect' on S1: done\npause: on"
    ));
    assert_eq!(play.asks(), "pause");
}

const LEFT: &str = r#"
step 1 "Part" on S1 {
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE within 1m
    if this step fails {
        if S1.activity is DISCONNECT { notify "it parts" }
        wait until S1.activity is NONE within 1m
        notify "quiet"
        stop "It did not part."
    }
}
on failure {
    wait until S1.activity is NONE and S1.link is CONNECTED within 1m
    notify "failure"
}
"#;

#[test]
fn behind_a_failure_that_nothing_is_in_progress_counts_when_it_has_been_looked_at_for_the_look_limit() {
    let code = code(LEFT);
    let mut play = Play::new(&code);
    play.script("send admin 'hsb disconnect' on S1: done; S1.link=BROKEN\npause: limit");
    assert_eq!(play.asks(), "pause", "{}", play.lines.join("\n"));
    play.script("pause: look");
    assert_eq!(play.asks(), "notify quiet", "{}", play.lines.join("\n"));
    let mut at_once = Play::new(&code);
    at_once
        .script("send admin 'hsb disconnect' on S1: done; S1.link=DISCONNECTING\npause: limit\nnotify it parts: told");
    at_once.script("pause: on; S1.link=CONNECTED\npause: look\nnotify quiet: told");
    assert_eq!(at_once.asks(), "pause", "and so does on failure: {}", at_once.lines.join("\n"));
    at_once.script("pause: on\npause: look\nnotify failure: told");
    assert_eq!(at_once.end(), "Failed");
}

#[test]
fn a_run_that_has_sent_nothing_to_a_server_has_no_old_news() {
    let code = code(&LEFT.replace("admin 'hsb disconnect'", "notify \"begun\""));
    let mut play = Play::new(&code);
    play.script("notify begun: told\npause: limit\nnotify quiet: told\nnotify failure: told");
    assert_eq!(play.end(), "Failed", "{}", play.lines.join("\n"));
}

#[test]
fn before_a_back_out_that_nothing_is_in_progress_is_old_again_and_so_it_is_behind_a_new_process() {
    let code = code(
        "step 1 \"Part\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n stop \"So.\"\n back out {\n \
         wait until S1.activity is NONE within 1m\n admin 'hsb connect'\n wait until S1.activity is NONE within 1m\n notify \"idle\"\n}\n}\n\
         on failure { wait until S1.activity is NONE within 1m }\non back out { }\n",
    );
    let alone = "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S2.link=BROKEN, S1.link=BROKEN";
    let mut failed = Play::new(&code);
    failed.script(&format!("send admin 'hsb disconnect' on S1: done; {alone}\npause: look"));
    assert_eq!(failed.end(), "Failed", "{}", failed.lines.join("\n"));
    let machine = Machine::back_out(&code, failed.machine.durable().clone()).expect("because the step has a back-out");
    let mut back = Play::of(&code, machine);
    back.see(alone);
    back.script("");
    assert_eq!(back.asks(), "pause", "the back-out looks anew: {}", back.lines.join("\n"));
    back.script("pause: look\nsend admin 'hsb connect' on S1: done");
    assert_eq!(back.asks(), "pause", "and so does what follows the connect: {}", back.lines.join("\n"));
    back.script("pause: look");
    assert_eq!(back.asks(), "notify idle", "{}", back.lines.join("\n"));
}
