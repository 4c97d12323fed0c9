//! Back-outs: all steps that ever began, last first.

use hsbrun::engine::{BackOutRefused, Code, Machine, Resume};
use hsbrun::program::StepId;

use super::play::{Play, code, play};

const THREE: &str = r#"
step 1 "One" on S1 {
    notify "one"
    back out { notify "undo one" }
}
step 2 "Two" on S1 {
    run tidy
    back out { run untidy }
}
step 3 "Three" on S1 {
    notify "three"
    back out { notify "undo three" }
}
on success { }
on failure { notify "failure" }
on back out { notify "backed out" }
"#;

fn backing_out<'a>(code: &'a Code, before: &Play<'_>, script: &str) -> Play<'a> {
    let machine = Machine::back_out(code, before.machine.durable().clone()).expect("because every step has a back-out");
    let mut play = Play::of(code, machine);
    play.script(script);
    play
}

#[test]
fn a_back_out_undoes_every_step_that_began_the_failed_one_too_last_first() {
    let code = code(THREE);
    let failed = play(&code, "notify one: told\nsend run tidy on S1: refused 1\nnotify failure: told");
    let script = "send run untidy on S1: done\nnotify undo one: told\nnotify backed out: told";
    let play = backing_out(&code, &failed, script);
    assert_eq!(play.end(), "BackedOut", "{}", play.lines.join("\n"));
    assert_eq!(play.told("backing out"), ["backing out 2", "backing out 1"]);
}

#[test]
fn a_back_out_settles_what_is_in_doubt_first() {
    let code = code(&THREE.replace("run tidy", "admin 'hsb disconnect'").replace("run untidy", "notify \"undo two\""));
    let killed = play(&code, "notify one: told");
    assert_eq!(killed.asks(), "send admin 'hsb disconnect' on S1");
    let machine = Machine::back_out(&code, killed.machine.durable().clone()).expect("because every step has one");
    let mut play = Play::of(&code, machine);
    play.see("S1=PRIMARY ALONE, S1.link=BROKEN");
    play.script("");
    assert_eq!(play.told("settled"), ["settled Done"]);
    assert_eq!(play.asks(), "notify undo two", "{}", play.lines.join("\n"));
}

#[test]
fn a_back_out_of_a_run_that_was_killed_in_its_ending_is_in_doubt_where_it_cannot_settle() {
    let code = code(THREE);
    // Its outcome is unknown, nobody can be asked, and the run is killed in `on failure`.
    let killed = play(&code, "notify one: told\nsend run tidy on S1: unknown");
    assert_eq!(killed.asks(), "notify failure", "{}", killed.lines.join("\n"));
    let play = backing_out(&code, &killed, "notify failure: told");
    assert_eq!(play.end(), "InDoubt", "{}", play.lines.join("\n"));
    assert!(play.told("backing out").is_empty());
}

#[test]
fn a_back_out_that_is_killed_while_it_settles_goes_on_backing_out() {
    let code = code(&THREE.replace("run tidy", "admin 'hsb disconnect'").replace("run untidy", "notify \"undo two\""));
    let killed = play(&code, "notify one: told");
    let settles = Machine::back_out(&code, killed.machine.durable().clone()).expect("because every step has one");
    let mut before = Play::of(&code, settles);
    before.script("");
    assert_eq!(before.asks(), "pause", "{}", before.lines.join("\n"));
    let mut play = Play::of(&code, Machine::from(&code, before.machine.durable().clone(), Resume::Killed));
    play.see("S1=PRIMARY ALONE, S1.link=BROKEN");
    play.script("");
    assert_eq!(play.asks(), "notify undo two", "{}", play.lines.join("\n"));
}

#[test]
fn a_failure_in_a_back_out_stops_it_there_and_repeating_it_goes_on_from_there() {
    let code = code(THREE);
    let failed = play(&code, "notify one: told\nsend run tidy on S1: refused 1\nnotify failure: told");
    let first = backing_out(&code, &failed, "send run untidy on S1: refused 1\nnotify failure: told");
    assert_eq!(first.end(), "Failed");
    let script = "send run untidy on S1: done\nnotify undo one: told\nnotify backed out: told";
    assert_eq!(backing_out(&code, &first, script).end(), "BackedOut");
}

#[test]
fn a_back_out_that_does_not_reach_the_start_states_leads_to_on_failure() {
    let code = code(THREE);
    let failed = play(&code, "notify one: told\nsend run tidy on S1: refused 1\nnotify failure: told");
    let script = "send run untidy on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE\nnotify undo one: told\nnotify failure: told";
    let play = backing_out(&code, &failed, script);
    assert_eq!(play.end(), "Failed");
    assert_eq!(play.told("failed EndState").len(), 2);
}

#[test]
fn a_failure_in_on_back_out_keeps_the_result_and_is_reported_besides() {
    let code = code(&THREE.replace("notify \"backed out\"", "stop \"look\""));
    let failed = play(&code, "notify one: told\nsend run tidy on S1: refused 1\nnotify failure: told");
    let play = backing_out(&code, &failed, "send run untidy on S1: done\nnotify undo one: told");
    assert_eq!(play.end(), "BackedOut, ending failed");
}

#[test]
fn a_back_out_is_refused_past_the_point_of_no_return_and_where_a_step_has_none() {
    let passed = code(
        "step 1 \"One\" on S1 {\n point of no return \"Converted\"\n assert S1 is PRIMARY ALONE\n back out { }\n}\non failure { }\non back out { }\n",
    );
    let failed = play(&passed, "");
    let refused = Machine::back_out(&passed, failed.machine.durable().clone());
    assert_eq!(refused, Err(BackOutRefused::PastThePointOfNoReturn));
    let none = code("step 1 \"One\" on S1 { assert S1 is PRIMARY ALONE }\non failure { }\n");
    let failed = play(&none, "");
    let refused = Machine::back_out(&none, failed.machine.durable().clone());
    assert_eq!(refused, Err(BackOutRefused::NoBackOut(StepId(0))));
    assert_eq!(Machine::back_out(&none, Machine::new(&none).durable().clone()), Err(BackOutRefused::NothingBegan));
}

#[test]
fn an_approval_in_a_back_out_is_asked_though_it_was_given_on_the_way() {
    let code = code(
        "procedure ask_me(S: server) { confirm sure \"Sure\" within 1h }\n\
         step 1 \"One\" {\n do ask_me(S1)\n assert S1 is PRIMARY ALONE\n back out { do ask_me(S1) }\n}\n\
         on failure { }\non back out { }\n",
    );
    let failed = play(&code, "ask sure(S1): yes");
    assert_eq!(failed.end(), "Failed");
    assert_eq!(backing_out(&code, &failed, "ask sure(S1): yes").end(), "BackedOut");
}

#[test]
fn a_step_that_a_back_out_has_undone_has_still_begun() {
    let asks = "if step 2 is BEGUN { notify \"two\" } else { notify \"no two\" }\n if step 3 is NOT BEGUN { notify \"no three\" }";
    let code = code(&THREE.replace("notify \"failure\"", asks).replace("notify \"undo one\"", "run untidy"));
    let failed =
        play(&code, "notify one: told\nsend run tidy on S1: refused 1\nnotify two: told\nnotify no three: told");
    assert_eq!(failed.end(), "Failed");
    let first =
        backing_out(&code, &failed, "send run untidy on S1: refused 1\nnotify two: told\nnotify no three: told");
    assert_eq!(first.end(), "Failed", "{}", first.lines.join("\n"));
    let script =
        "send run untidy on S1: done\nsend run untidy on S1: refused 1\nnotify two: told\nnotify no three: told";
    let second = backing_out(&code, &failed, script);
    assert_eq!(second.end(), "Failed", "{}", second.lines.join("\n"));
}
