//! Conditions: three values, DOWN as evidence, what is in progress, comparisons.

use hsbrun::engine::{Machine, Resume};

use super::play::{Play, code};

/// Which branch an `if` takes after these readings; the look limit passes where it is not known.
#[track_caller]
fn takes(cond: &str, seen: &str) -> String {
    let code = code(&format!(
        "step 1 \"One\" {{\n notify \"a\"\n if {cond} {{ notify \"true\" }} else {{ notify \"false\" }} unknown {{ notify \"unknown\" }}\n}}\n\
         on failure {{ }}\n"
    ));
    let mut play = Play::new(&code);
    play.script("");
    play.see(seen);
    play.script("notify a: told");
    if play.asks() == "pause" {
        play.script("pause: look");
    }
    play.asks().trim_start_matches("notify ").to_owned()
}

#[test]
fn false_and_unknown_is_false_and_true_or_unknown_is_true() {
    assert_eq!(takes("S1 is PRIMARY ALONE and S2 is SECONDARY ALONE", "S2=?"), "false");
    assert_eq!(takes("S1 is PRIMARY ACTIVE or S2 is SECONDARY ALONE", "S2=?"), "true");
    assert_eq!(takes("S1 is PRIMARY ACTIVE and S2 is SECONDARY ALONE", "S2=?"), "unknown");
    assert_eq!(takes("S1 is PRIMARY ALONE or S2 is SECONDARY ALONE", "S2=?"), "unknown");
    assert_eq!(takes("(S1 is PRIMARY ALONE or S2 is SECONDARY ALONE) and S1 is DOWN", "S2=?"), "false");
}

#[test]
fn serving_is_by_state() {
    for (state, taken) in [("PRIMARY ACTIVE", "true"), ("STANDALONE", "true"), ("PRIMARY UNCERTAIN", "false")] {
        assert_eq!(takes("S1 is SERVING", &format!("S1={state}")), taken);
    }
}

#[test]
fn a_server_proven_down_makes_any_other_state_false_and_its_other_probes_unknown() {
    assert_eq!(takes("S1 is PRIMARY ACTIVE", "S1=DOWN"), "false");
    assert_eq!(takes("S1 is OFFLINE", "S1=DOWN"), "false");
    assert_eq!(takes("S1 is PRIMARY ACTIVE", "S1=OFFLINE"), "false");
    assert_eq!(takes("S1 is DOWN and S1.link is CONNECTED", "S1=DOWN"), "unknown");
}

#[test]
fn what_is_in_progress_is_made_of_the_four_statuses() {
    assert_eq!(takes("S1.activity is NONE", ""), "true");
    assert_eq!(takes("S1.activity is NONE", "S1.link=CONNECTING"), "false");
    assert_eq!(takes("S1.activity is CONNECT", "S1.link=CONNECTING"), "true");
    assert_eq!(takes("S1.activity is DISCONNECT or COPY", "S1.copy=ACTIVE"), "true");
    assert_eq!(takes("S1.activity is CATCHUP", "S1.link=CATCHUP, S1.catchup=ACTIVE"), "true");
    assert_eq!(takes("S1.activity is SWITCH", "S1.switch=ACTIVE"), "true");
    assert_eq!(takes("S1.activity is NONE", "S1.copy=?"), "unknown");
    assert_eq!(takes("S1.activity is NONE", "S1.copy=?, S1.link=CATCHUP"), "false");
    assert_eq!(takes("S1.activity is SWITCH", "S1.copy=?"), "false");
}

#[test]
fn versions_positions_and_room_are_compared() {
    assert_eq!(takes("S1.version < 7.0.3", "S1.version=7.0"), "true");
    assert_eq!(takes("S1.version = 7.0", "S1.version=7.0.0"), "true");
    assert_eq!(takes("S1.position >= S2.position", "S1.position=0012:SECONDARY, S2.position=0013:SECONDARY"), "false");
    assert_eq!(takes("S1.position >= S2.position", "S1.position=0012:SECONDARY, S2.position=?"), "unknown");
    assert_eq!(takes("S1.log_space > 10 GiB", "S1.log_space=10737418241"), "true");
    assert_eq!(takes("S1.disk_space <= 1 KiB", "S1.disk_space=1025"), "false");
}

#[test]
fn a_query_and_the_watchdog_answer_yes_or_no() {
    assert_eq!(takes("S1.answers('SELECT 1')", "S1.answers=yes"), "true");
    assert_eq!(takes("S1.answers('SELECT 1')", "S1.answers=no"), "false");
    assert_eq!(takes("S1.answers('SELECT 1')", ""), "unknown");
    assert_eq!(takes("watchdog is OFF", ""), "false");
    assert_eq!(takes("watchdog is OFF", "watchdog=no"), "true");
    assert_eq!(takes("watchdog is ON", "watchdog=?"), "unknown");
}

/// How far a run came, as its `on failure` sees it.
const FAR: &str = r#"
step 1 "One" on S1 { run one }
step 2 "Two" on S1 {
    run two
    if this step fails {
        retry from 1 at most 1 time
        stop "no two"
    }
}
on failure {
    if step 1 is BEGUN and step 2 is NOT BEGUN { notify "one" } else { notify "two" }
}
"#;

#[test]
fn a_step_is_begun_from_its_first_statement_on_and_whatever_is_repeated() {
    let code = code(FAR);
    let told = |script: &str| {
        let mut play = Play::new(&code);
        play.script(script);
        play.asks()
    };
    assert_eq!(told("send run one on S1: refused 1"), "notify one");
    assert_eq!(
        told("send run one on S1: done\nsend run two on S1: refused 1\nsend run one on S1: refused 1"),
        "notify two"
    );
}

#[test]
fn a_resumed_run_knows_how_far_it_came() {
    let code = code(FAR);
    let mut before = Play::new(&code);
    before.script("send run one on S1: done\nsend run two on S1: refused 1");
    let mut play = Play::of(&code, Machine::from(&code, before.machine.durable().clone(), Resume::Killed));
    play.script("");
    assert_eq!(play.told("settled"), ["settled InDoubt"], "killed while its answer was missing");
    assert_eq!(play.asks(), "notify two", "{}", play.lines.join("\n"));
}
