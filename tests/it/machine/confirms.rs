//! Approvals: asked once, kept for the run, declined, late, parked.

use hsbrun::engine::{Machine, Resume, Settings};

use super::play::{Play, code, code_with, play};

const ASKED: &str = r#"
step 1 "One" on S1 {
    confirm ready "Ready" within 1h
    assert S1 is PRIMARY ALONE
    if this step fails {
        retry at most 1 time
        stop "So."
    }
}
on failure { notify "failure" }
"#;

#[test]
fn an_approval_holds_for_the_run_and_is_not_asked_again_by_a_retry() {
    let code = code(ASKED);
    let play = play(&code, "ask ready: yes\nnotify failure: told");
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("approved"), ["approved ready by the test", "approved ready by earlier in this run"]);
}

#[test]
fn a_confirm_declined_enters_the_handler() {
    let code = code(ASKED);
    let play = play(&code, "ask ready: no\nask ready: no\nnotify failure: told");
    assert_eq!(play.told("failed Declined").len(), 2);
    assert_eq!(play.told("handler").len(), 2);
}

#[test]
fn a_confirm_whose_limit_is_over_enters_the_handler() {
    let code = code(ASKED);
    let play = play(&code, "ask ready: late\nask ready: late\nnotify failure: told");
    assert_eq!(play.told("failed ConfirmLate").len(), 2);
    assert_eq!(play.end(), "Failed");
}

#[test]
fn a_question_that_nobody_can_be_asked_parks_the_run_and_it_goes_on_there() {
    let code = code(ASKED);
    let parked = play(&code, "ask ready: park");
    assert_eq!(parked.end(), "Parked");
    assert!(parked.told("ending").is_empty());
    let machine = Machine::from(&code, parked.machine.durable().clone(), Resume::Killed);
    let mut resumed = Play::of(&code, machine);
    resumed.script("ask ready: yes; S1=PRIMARY ALONE");
    assert_eq!(resumed.told("waited").len(), 0);
    assert_eq!(resumed.told("at assert").len(), 1, "{}", resumed.lines.join("\n"));
}

#[test]
fn with_park_a_declined_or_late_confirm_parks() {
    let code = code_with(ASKED, &Settings { park: true, ..Settings::default() });
    assert_eq!(play(&code, "ask ready: late").end(), "Parked");
    assert_eq!(play(&code, "ask ready: no").end(), "Parked");
}

#[test]
fn an_interrupt_cuts_a_question_short() {
    let code = code(ASKED);
    let mut play = play(&code, "");
    play.machine.interrupt();
    play.script("ask ready: cut short\nnotify failure: told");
    assert_eq!(play.end(), "Stopped");
}

#[test]
fn an_approval_in_a_procedure_is_one_for_each_calls_servers() {
    let code = code(
        "procedure convert(S: server) {\n confirm converting \"{S} is converted\" within 1h\n}\n\
         step 1 \"One\" {\n do convert(S1)\n do convert(S2)\n do convert(S1)\n}\non failure { }\n",
    );
    let ids: Vec<&str> = code.approvals().iter().map(|approval| approval.id.as_str()).collect();
    assert_eq!(ids, ["converting(S1)", "converting(S2)"]);
    assert_eq!(code.approvals()[0].text, "S1 is converted");
    assert_eq!(play(&code, "ask converting(S1): yes\nask converting(S2): yes").end(), "Done");
}

#[test]
fn approvals_off_the_way_cannot_be_given_beforehand() {
    let code = code(
        "param how: word_a | word_b = word_a\n\
         procedure ask_me(S: server) {\n confirm inside \"a\" within 1h\n}\n\
         step 1 \"One\" on S1 {\n confirm plain \"a\" within 1h\n \
         if S1 is PRIMARY ACTIVE { confirm branch \"a\" within 1h } unknown { confirm guess \"a\" within 1h\n do ask_me(S1) }\n \
         choose how {\n word_a { confirm chosen \"a\" within 1h }\n word_b { confirm not_chosen \"a\" within 1h }\n }\n \
         assert S1 is PRIMARY ACTIVE\n \
         if this step fails {\n confirm handler \"a\" within 1h\n retry at most 1 time { confirm repair \"a\" within 1h }\n stop \"s\"\n}\n\
         back out { confirm undo \"a\" within 1h }\n}\non failure { }\n",
    );
    let beforehand = |wanted: bool| -> Vec<&str> {
        code.approvals().iter().filter(|it| it.beforehand == wanted).map(|it| it.id.as_str()).collect()
    };
    assert_eq!(beforehand(true), ["plain", "branch", "chosen"]);
    assert_eq!(beforehand(false), ["guess", "inside(S1)", "handler", "repair", "undo"]);
}
