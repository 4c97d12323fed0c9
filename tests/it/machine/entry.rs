//! A run that begins at a later step, on what others have done.

use hsbrun::engine::{BackOutRefused, Code, Entry, Machine, Settings};
use hsbrun::pair::{State, Status};
use hsbrun::program::StepId;

use super::play::{Play, whole};

const TEXT: &str = r#"language 1
runbook "Test"
server S1: PRIMARY ACTIVE -> any
server S2: SECONDARY ACTIVE -> any
require S1.version > 9.0 else "no version is"
step prepare "Prepare" { watchdog off }
step 1 "Apart" on S1 {
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE within 1m
    back out { run together }
}
step 2 "Stop S2" on S2 {
    confirm ready "Ready" within 1m
    admin 'shutdown force'
    wait until S2 is DOWN within 1m
    back out { run restart }
}
on success { watchdog on }
on failure { leave watchdog off because "it is half done" }
on back out {
    watchdog on
    notify "backed out"
}
"#;

/// Behind step 1, with the watchdog off.
const APART: &str = "S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN, watchdog=no";

fn entry(step: u16) -> Entry {
    Entry { step: StepId(step), states: vec![State::PrimaryAlone, State::SecondaryAlone] }
}

fn entered<'a>(code: &'a Code, seen: &str, script: &str) -> Play<'a> {
    let mut play = Play::of(code, Machine::entering(code, entry(2)));
    play.see(seen);
    play.script(script);
    play
}

#[test]
fn a_run_that_begins_later_asks_no_require_and_turns_the_watchdog_on_that_others_have_silenced() {
    let code = whole(TEXT, &Settings::default());
    let script =
        "ask ready: yes\nsend admin 'shutdown force' on S2: done; S2=DOWN, S2 process=no\nsend watchdog on: done";
    let play = entered(&code, APART, script);
    assert_eq!(play.end(), "Done", "{}", play.lines.join("\n"));
    assert_eq!(play.lines[0], "entered 2");
    assert_eq!(play.told("step"), ["step 2 attempt 1", "step 2 done"]);
    assert_eq!(play.told("preflight"), ["preflight 0 failures"]);
}

#[test]
fn a_pair_that_is_not_what_it_was_located_in_is_left_alone_and_so_is_the_watchdog() {
    let code = whole(TEXT, &Settings::default());
    let moved = entered(&code, &APART.replace("S2=SECONDARY ALONE", "S2=DOWN"), "");
    assert_eq!((moved.end().as_str(), moved.told("intent").len()), ("NotStarted", 0));
    let busy = entered(&code, &format!("{APART}, S1.copy=ACTIVE"), "");
    assert_eq!(busy.end(), "NotStarted");
    let later = entered(&code, APART, "ask ready: yes; S1=PRIMARY ACTIVE, S2=SECONDARY ACTIVE");
    assert_eq!(later.end(), "NotStarted", "right before the first command it is looked at again");
    assert!(later.told("ending").is_empty() && later.told("intent").is_empty());
}

#[test]
fn a_back_out_undoes_what_this_run_began_and_leaves_the_watchdog_as_others_had_left_it() {
    let code = whole(TEXT, &Settings::default());
    let failed = entered(&code, APART, "ask ready: yes\nsend admin 'shutdown force' on S2: refused 13047");
    assert_eq!(failed.end(), "Failed");
    let machine = Machine::back_out(&code, failed.machine.durable().clone()).expect("because its steps have back-outs");
    let mut play = Play::of(&code, machine);
    play.see(APART);
    play.script("send run restart on S2: done\nnotify backed out: told");
    assert_eq!(play.end(), "BackedOut", "{}", play.lines.join("\n"));
    assert_eq!(play.told("backing out"), ["backing out 2"]);
    assert_eq!(play.told("already"), ["already watchdog on"]);
}

#[test]
fn a_point_of_no_return_that_is_skipped_is_passed() {
    let text =
        TEXT.replace("    admin 'hsb disconnect'\n", "    point of no return \"gone\"\n    admin 'hsb disconnect'\n");
    let code = whole(&text, &Settings::default());
    let failed = entered(&code, APART, "ask ready: no");
    let refused = Machine::back_out(&code, failed.machine.durable().clone());
    assert_eq!(refused, Err(BackOutRefused::PastThePointOfNoReturn));
}

const COPY: &str = r#"language 1
runbook "Test"
server S1: PRIMARY ALONE -> any
server S2: SECONDARY ALONE -> any
step 1 "Copy" on S1 {
    admin 'hsb netcopy'
    if this step fails {
        if S1.copy is ERROR {
            notify "an error"
        } unknown { }
        stop "no copy"
    }
}
step 2 "Check" on S1 { wait until S1.copy is SUCCESS within 1m }
step 3 "Connect" on S1 {
    admin 'hsb connect'
    if this step fails {
        retry from 1 at most 1 time
        stop "not connected"
    }
}
on failure { }
"#;

#[test]
fn a_step_that_asks_how_a_copy_went_needs_the_process_and_one_that_copies_again_does_not() {
    let code = whole(COPY, &Settings::default());
    let statuses = |step| code.unstarted_from(StepId(step)).into_iter().map(|it| it.status).collect::<Vec<_>>();
    assert_eq!(statuses(1), [Status::Copy]);
    assert_eq!(statuses(2), []);
    assert_eq!(statuses(0), [], "its handler asks so in every run");
}

#[test]
fn a_skipped_step_counts_as_begun() {
    let asks = "if step prepare is BEGUN and step 1 is BEGUN { run untidy } else { run tidy }";
    let text = TEXT.replace("    confirm ready", &format!("    {asks}\n    confirm ready"));
    let code = whole(&text, &Settings::default());
    assert_eq!(entered(&code, APART, "").asks(), "send run untidy on S2");
}
