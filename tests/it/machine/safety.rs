//! What must not happen however unlucky the moment: a command where it must not be sent, and an outcome that is told
//! other than it is.

use hsbrun::engine::{Answer, Code, Machine, Outcome, Refuser, Resume, Settings};

use super::play::{Play, code, play, whole};

const APART: &str = "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN";

fn resumed<'a>(code: &'a Code, before: &Play<'_>, how: Resume, script: &str) -> Play<'a> {
    let mut play = Play::of(code, Machine::from(code, before.machine.durable().clone(), how));
    play.script(script);
    play
}

fn connecting(on_failure: &str) -> Code {
    code(&format!(
        "step 1 \"One\" on S1 {{\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n \
         admin 'hsb connect'\n}}\non failure {{ {on_failure} }}\n"
    ))
}

#[test]
fn a_refusal_by_the_guard_behind_a_command_in_doubt_is_no_doubt() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n admin 'hsb netcopy'\n}\n\
         on failure { on S2 { admin 'hsb set primary alone' } }\n",
    );
    let mut play = play(
        &code,
        &format!("send admin 'hsb disconnect' on S1: done; {APART}\nsend admin 'hsb netcopy' on S1: unknown"),
    );
    // What asking gives in the end; then what the guard sees before it is sent again.
    play.see_after(1, "S2=DOWN, S2 process=no");
    play.script("pause: look");
    assert_eq!(play.end(), "InDoubt, ending failed");
    assert_eq!(play.told("settled"), ["settled Repeat", "settled InDoubt"], "{}", play.lines.join("\n"));
    assert_eq!(play.told("failed Refused apart").len(), 1, "it was never sent");
}

#[test]
fn a_command_that_was_not_done_and_that_the_guard_does_not_let_through_again_fails_and_is_in_no_doubt() {
    let code = connecting("");
    let play = play(
        &code,
        &format!(
            "send admin 'hsb disconnect' on S1: done; {APART}
             send admin 'hsb connect' on S1: unknown; S2=DOWN, S2 process=no
             pause: look"
        ),
    );
    assert_eq!(play.told("settled"), ["settled Repeat", "settled NotDone"], "{}", play.lines.join("\n"));
    assert_eq!(play.end(), "Failed");
}

#[test]
fn a_kill_between_the_word_that_a_command_is_repeated_and_its_sending_leaves_no_mark_on_the_next_command() {
    let code = code(
        "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1 is PRIMARY ALONE within 1m\n admin 'hsb connect'\n \
         notify \"sent\"\n admin 'hsb connect'\n}\non failure { }\n",
    );
    let mut killed = play(
        &code,
        &format!("send admin 'hsb disconnect' on S1: done; {APART}\nsend admin 'hsb connect' on S1: unknown"),
    );
    killed.kill_behind("settled Repeat");
    killed.script("pause: look");
    let mut again = Play::of(&code, Machine::from(&code, killed.kept(), Resume::Killed));
    again.see(APART);
    again.see("S1.link=CONNECTING");
    again.script("notify sent: told; S1.link=BROKEN\nsend admin 'hsb connect' on S1: refused 30750");
    let refused = again.told("failed Refused at admin 'hsb connect' on S1");
    assert_eq!(refused.len(), 1, "a command that was sent once is refused as any other\n{}", again.lines.join("\n"));
}

#[test]
fn an_interrupt_lets_a_command_that_is_sent_again_be_answered_first() {
    let code = connecting("");
    let script = format!("send admin 'hsb disconnect' on S1: done; {APART}\nsend admin 'hsb connect' on S1: unknown");
    let mut answered = play(&code, &script);
    answered.machine.interrupt();
    answered.script("pause: look\nsend admin 'hsb connect' on S1: done");
    assert_eq!(answered.end(), "Stopped");
    let mut lost = play(&code, &script);
    lost.machine.interrupt();
    lost.script("pause: look\nsend admin 'hsb connect' on S1: unknown; S1=?\npause: settle");
    assert_eq!(lost.end(), "InDoubt", "{}", lost.lines.join("\n"));
}

const ENSURED: &str = "step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n wait until S1.link is BROKEN within 1m\n \
                       ensure S1 is PRIMARY ALONE from PRIMARY UNCERTAIN by admin 'hsb set primary alone' within 1m\n \
                       if this step fails {\n notify \"handled\"\n stop \"So.\"\n}\n}\non failure { }\n";
const UNCERTAIN: &str = "S1=PRIMARY UNCERTAIN, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN";

#[test]
fn the_effect_of_an_ensure_is_not_sent_where_the_guard_sees_another_state_than_it_names() {
    let code = code(ENSURED);
    let mut play = play(&code, "");
    // The wait, the ensure's own look; the guard's is the third.
    play.see_after(2, "S1=SECONDARY ALONE");
    play.script(&format!("send admin 'hsb disconnect' on S1: done; {UNCERTAIN}"));
    assert_eq!(play.asks(), "notify handled", "{}", play.lines.join("\n"));
    assert_eq!(play.told("failed").len(), 1);
    assert!(play.told("failed NotFrom").len() == 1, "{}", play.lines.join("\n"));
}

#[test]
fn the_effect_of_an_ensure_is_not_sent_again_in_another_state_than_it_names() {
    let code = code(ENSURED);
    let play = play(
        &code,
        &format!(
            "send admin 'hsb disconnect' on S1: done; {UNCERTAIN}
             send admin 'hsb set primary alone' on S1: unknown; S1=SECONDARY ALONE
             pause: look"
        ),
    );
    assert_eq!(play.asks(), "notify handled", "{}", play.lines.join("\n"));
    assert_eq!(play.told("settled"), ["settled NotDone"]);
}

const DOUBT: &str = "step 1 \"One\" on S1 {\n run tidy\n notify \"after\"\n}\non failure { on S1 { run fence } }\n";

#[test]
fn a_command_that_an_ending_sends_does_not_make_the_doubt_forgotten() {
    let code = code(DOUBT);
    let doubt = play(&code, "send run tidy on S1: unknown\nsend run fence on S1: done");
    assert_eq!(doubt.end(), "InDoubt");
    assert_eq!(doubt.machine.durable().in_doubt().map(|at| code.text(at)), Some("run tidy on S1"));
    assert_eq!(resumed(&code, &doubt, Resume::Done, "notify after: told").end(), "Done");
    let repeat = resumed(&code, &doubt, Resume::Repeat, "send run tidy on S1: done\nnotify after: told");
    assert_eq!(repeat.end(), "Done");
}

#[test]
fn a_doubt_in_an_ending_of_a_failed_run_does_not_make_it_done_when_it_goes_on() {
    let code = code("step 1 \"One\" { assert S1 is PRIMARY ALONE }\non failure { on S1 { run fence } }\n");
    let failed = play(&code, "send run fence on S1: unknown");
    assert_eq!(failed.end(), "Failed, ending failed");
    for how in [Resume::Stopped, Resume::Repeat] {
        let again = resumed(&code, &failed, how, "send run fence on S1: done");
        assert_eq!(again.told("step"), ["step 1 attempt 2"], "{how:?}");
        assert_eq!(again.end(), "Failed", "{how:?}");
    }
    assert_eq!(resumed(&code, &failed, Resume::Done, "").end(), "NotStarted", "its last check does not hold");
}

#[test]
fn a_failed_run_that_parks_in_its_ending_goes_on_there_and_stays_failed() {
    let code = code(
        "step 1 \"One\" { assert S1 is PRIMARY ALONE }\n\
         on failure {\n confirm fenced \"Is it off?\" within 1h\n notify \"rescued\"\n}\n",
    );
    let parked = play(&code, "ask fenced: park");
    assert_eq!(parked.end(), "Parked");
    let again = resumed(&code, &parked, Resume::Killed, "ask fenced: yes\nnotify rescued: told");
    assert_eq!(again.end(), "Failed", "{}", again.lines.join("\n"));
}

#[test]
fn a_server_that_has_answered_since_is_not_fenced_by_an_old_word() {
    let code = code(
        "procedure fence(S: server) {\n if S is DOWN { notify \"down\" } unknown { confirm fenced \"{S} is off\" within 1h }\n}\n\
         step 1 \"One\" {\n notify \"begun\"\n do fence(S2)\n notify \"fenced\"\n assert S2 is SECONDARY ALONE\n \
         notify \"answers\"\n do fence(S2)\n notify \"again\"\n}\non failure { }\n",
    );
    let play = play(
        &code,
        "notify begun: told; S2=?
         pause: look
         ask fenced(S2): yes
         notify fenced: told; S2=SECONDARY ALONE
         notify answers: told; S2=?
         pause: look",
    );
    assert_eq!(play.asks(), "ask fenced(S2)", "{}", play.lines.join("\n"));
}

#[test]
fn ends_that_may_be_any_do_not_make_a_pair_in_a_wrong_state_already_done() {
    let text = "language 1\nrunbook \"Test\"\nserver S1: SECONDARY ACTIVE -> any\nserver S2: PRIMARY ACTIVE -> any\n\
                step 1 \"One\" on S1 { admin 'hsb disconnect' }\non failure { }\n";
    let code = whole(text, &Settings::default());
    assert_eq!(play(&code, "").end(), "NotStarted");
}

#[test]
fn a_watchdog_that_its_machine_refuses_to_turn_off_may_be_off_at_another_one_and_is_turned_on_again() {
    let code = code("step 1 \"One\" { watchdog off }\non success { watchdog on }\non failure { watchdog on }\n");
    let answer = |by| Answer::Outcome(Outcome::Refused { by, code: Some(3), text: String::new() });
    let mut host = play(&code, "");
    host.answer(answer(Refuser::Host));
    assert_eq!(host.asks(), "send watchdog on");
    let mut guard = play(&code, "");
    guard.answer(answer(Refuser::Guard(None)));
    assert_eq!(guard.end(), "Failed", "nothing was sent, and there is nothing to be undone");
}
