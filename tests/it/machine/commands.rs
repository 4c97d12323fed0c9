//! The guard before each command, and what commands lead to when all is well.

use hsbrun::engine::{GuardRule, Settings};
use hsbrun::verify::Property;

use super::play::{Play, code, code_with, play, whole};

fn unguarded() -> Settings {
    Settings { no_guard: Some("the manual's support said so".to_owned()), ..Settings::default() }
}

fn one(on: &str, command: &str) -> String {
    format!("step 1 \"One\" on {on} {{ {command} }}\non failure {{ }}\n")
}

#[test]
fn what_the_model_refuses_in_the_states_seen_is_not_sent_and_has_the_servers_code() {
    let play_code = code(&one("S1", "admin 'hsb netcopy'"));
    let play = play(&play_code, "");
    assert_eq!(play.end(), "Failed");
    assert!(play.told("intent").is_empty());
    assert!(play.told("outcome refused by Guard 14704").len() == 1, "{}", play.lines.join("\n"));
}

#[test]
fn without_the_guard_it_is_sent() {
    let code = code_with(&one("S1", "admin 'hsb netcopy'"), &unguarded());
    assert_eq!(play(&code, "").asks(), "send admin 'hsb netcopy' on S1");
}

const BOTH: &str = "step 1 \"One\" on S1 {\n run part\n on S2 { admin 'hsb set primary alone' }\n}\non failure { }\n";

#[test]
fn a_second_primary_is_never_made_not_even_without_the_guard() {
    for settings in [Settings::default(), unguarded()] {
        let code = code_with(BOTH, &settings);
        let play = play(&code, "send run part on S1: done; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S2.link=BROKEN");
        assert_eq!(play.end(), "Failed", "{}", play.lines.join("\n"));
        assert_eq!(play.told("intent"), ["intent run part on S1"]);
        let said = play.told("outcome refused by Guard").join("");
        assert!(said.ends_with("seen: S1 PRIMARY ALONE, S2 SECONDARY ALONE"), "{said}");
    }
}

#[test]
fn the_guard_calls_what_it_keeps_from_happening_as_verify_does() {
    let rules = [GuardRule::Refused, GuardRule::TwoPrimaries, GuardRule::OwnOutOfSight, GuardRule::PeerOutOfSight];
    assert_eq!(rules.map(GuardRule::letter), ['a', 'b', 'c', 'd']);
    for word in rules.into_iter().filter_map(GuardRule::keeps) {
        assert!(Property::from_word(word).is_some(), "{word}");
    }
    assert!(!GuardRule::TwoPrimaries.can_be_lifted());
}

#[test]
fn a_command_to_a_server_out_of_sight_is_not_sent() {
    let text = "step 1 \"One\" on S1 {\n run part\n admin 'hsb disconnect'\n}\non failure { }\n";
    let guarded = code(text);
    assert_eq!(play(&guarded, "send run part on S1: done; S1=?").end(), "Failed");
    let lifted = code_with(text, &unguarded());
    let play = play(&lifted, "send run part on S1: done; S1=?");
    assert_eq!(play.asks(), "send admin 'hsb disconnect' on S1");
}

#[test]
fn a_command_to_a_server_proven_down_is_not_sent() {
    let text = "step 1 \"One\" on S1 {\n run part\n sql 'DELETE FROM t'\n}\non failure { }\n";
    let code = code(text);
    let play = play(&code, "send run part on S1: done; S1=DOWN");
    assert_eq!(play.end(), "Failed");
    assert!(play.told("outcome refused by Guard - S1 is DOWN").len() == 1, "{}", play.lines.join("\n"));
}

#[test]
fn a_server_is_not_made_to_accept_writes_while_the_other_one_is_out_of_sight() {
    for settings in [Settings::default(), unguarded()] {
        let code = code_with(BOTH, &settings);
        let play = play(&code, "send run part on S1: done; S1=?, S2=SECONDARY ALONE, S2.link=BROKEN");
        assert_eq!(play.end(), "Failed", "{}", play.lines.join("\n"));
        assert_eq!(play.told("intent").len(), 1);
    }
}

const FENCED: &str = r#"
step 1 "One" on S2 {
    run part
    if S1 is SERVING {
        stop "It serves."
    } unknown {
        confirm fenced "S1 is switched off" within 30m
    }
    run more
    admin 'hsb set primary alone'
}
on failure { }
"#;

#[test]
fn a_confirm_in_the_unknown_branch_of_an_if_about_a_server_makes_it_count_as_down() {
    let code = code(FENCED);
    let script = "send run part on S2: done; S1=?, S2=SECONDARY ALONE, S2.link=BROKEN
                  pause: look
                  ask fenced: yes
                  send run more on S2: done";
    assert_eq!(play(&code, script).asks(), "send admin 'hsb set primary alone' on S2");
}

#[test]
fn a_fenced_server_counts_as_down_only_until_it_answers() {
    let code = code(FENCED);
    let script = "send run part on S2: done; S1=?, S2=SECONDARY ALONE, S2.link=BROKEN
                  pause: look
                  ask fenced: yes; S1=SECONDARY ALONE
                  send run more on S2: done; S1=?";
    let play = play(&code, script);
    assert_eq!(play.end(), "Failed", "{}", play.lines.join("\n"));
}

#[test]
fn a_command_of_the_site_may_go_to_a_server_out_of_sight() {
    let text = "step 1 \"One\" on S1 {\n run part\n on S2 { run fence }\n}\non failure { }\n";
    let code = code(text);
    assert_eq!(play(&code, "send run part on S1: done; S2=?").asks(), "send run fence on S2");
}

#[test]
fn watchdog_on_does_nothing_unless_this_run_turned_it_off() {
    let code = code("step 1 \"One\" { notify \"a\" }\non success { watchdog on }\non failure { watchdog on }\n");
    let play = play(&code, "notify a: told");
    assert_eq!(play.end(), "Done");
    assert_eq!(play.told("already"), ["already watchdog on"]);
}

#[test]
fn an_ensure_that_holds_sends_nothing() {
    let code = code(&one("S1", "ensure S1 is PRIMARY ACTIVE by admin 'hsb connect' within 1m"));
    let play = play(&code, "");
    assert_eq!(play.end(), "Done");
    assert!(play.told("intent").is_empty());
}

#[test]
fn an_ensure_that_is_not_known_sends_nothing_and_looks_again() {
    let text = "step 1 \"One\" on S1 {\n run part\n ensure S1 is PRIMARY ALONE by admin 'hsb disconnect' within 1m\n}\non failure { }\n";
    let code = code(text);
    let known = play(&code, "send run part on S1: done; S1=?\npause: on\npause: on; S1=PRIMARY ACTIVE");
    assert_eq!(known.asks(), "send admin 'hsb disconnect' on S1");
    let never = play(&code, "send run part on S1: done; S1=?\npause: on\npause: limit");
    assert_eq!(never.end(), "Failed");
    assert_eq!(never.told("intent").len(), 1);
}

const FROM: &str = "step 1 \"One\" on S1 {\n run part\n \
                    ensure S1 is PRIMARY ALONE from PRIMARY UNCERTAIN by admin 'hsb set primary alone' within 1m\n}\non failure { }\n";

#[test]
fn an_ensure_from_a_state_fails_in_any_other() {
    let code = code(FROM);
    let play = play(&code, "send run part on S1: done; S1=SECONDARY ALONE, S2=DOWN");
    assert_eq!(play.end(), "Failed");
    assert!(play.told("failed NotFrom").len() == 1, "{}", play.lines.join("\n"));
}

#[test]
fn an_already_so_code_is_no_refusal_of_an_ensure() {
    let code = code(FROM);
    let script = "send run part on S1: done; S1=PRIMARY UNCERTAIN, S2=DOWN, S1.link=BROKEN
                  send admin 'hsb set primary alone' on S1: refused 30782
                  pause: on; S1=PRIMARY ALONE";
    let play = play(&code, script);
    assert_eq!(play.told("waited").len(), 1, "{}", play.lines.join("\n"));
}

#[test]
fn an_already_so_code_is_a_refusal_of_a_plain_command() {
    let text = "step 1 \"One\" on S1 {\n run part\n admin 'hsb set primary alone'\n}\non failure { }\n";
    let code = code_with(text, &unguarded());
    let script = "send run part on S1: done; S1=PRIMARY UNCERTAIN, S2=DOWN, S1.link=BROKEN
                  send admin 'hsb set primary alone' on S1: refused 30782";
    assert_eq!(play(&code, script).end(), "Failed");
}

#[test]
fn a_server_alone_in_its_runbook_is_guarded_without_the_other() {
    let text = "language 1\nrunbook \"One\"\nserver S1: PRIMARY ACTIVE -> PRIMARY ACTIVE\n\
                step 1 \"One\" on S1 { sql 'SELECT 1' }\non failure { }\n";
    let code = whole(text, &Settings::default());
    let mut play = Play::new(&code);
    play.script("send sql 'SELECT 1' on S1: done");
    assert_eq!(play.end(), "Done");
}

#[test]
fn only_a_server_out_of_sight_is_fenced_by_a_confirm() {
    let text =
        FENCED.replace("if S1 is SERVING {", "if S1 is SERVING or S2 is SERVING {").replace("on S2 {", "on S1 {");
    let code = code(&text);
    // S2 answered when the question was asked, so that its silence afterwards proves nothing.
    let script = "send run part on S1: done; S1=?, S2=SECONDARY ALONE
                  pause: look
                  ask fenced: yes; S1=SECONDARY ALONE, S2=?, S1.link=BROKEN
                  send run more on S1: done";
    let play = play(&code, script);
    assert_eq!(play.end(), "Failed", "{}", play.lines.join("\n"));
}
