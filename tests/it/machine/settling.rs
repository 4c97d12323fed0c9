//! Rows of "what happens in a step" that speak of an unknown outcome.

use super::play::{Play, code, play};

fn step(body: &str) -> String {
    format!(
        "step 1 \"One\" on S1 {{\n{body}\nnotify \"after\"\nif this step fails {{\n notify \"handled\"\n stop \"So.\"\n}}\n}}\n\
         on failure {{ notify \"failure\" }}\n"
    )
}

#[track_caller]
fn settles(body: &str, before: &str, script: &str, verdicts: &[&str]) -> String {
    let code = code(&step(body));
    let mut play = Play::new(&code);
    if !before.is_empty() {
        play.see(before);
    }
    play.script(script);
    let settled: Vec<&str> = play.told("settled").into_iter().map(|line| line.trim_start_matches("settled ")).collect();
    assert_eq!(settled, verdicts, "{}", play.lines.join("\n"));
    play.asks()
}

#[test]
fn what_may_still_be_done_is_neither_sent_again_nor_said_to_be_undone() {
    let code = code("step 1 \"One\" on S1 {\n admin 'hsb disconnect'\n}\non failure { notify \"failure\" }\n");
    let lost = "send admin 'hsb disconnect' on S1: unknown; S1 unanswered=yes\npause: look\n";
    let mut waits = play(&code, lost);
    assert_eq!(waits.asks(), "pause");
    waits.script("pause: on; S1 unanswered=no");
    assert_eq!(waits.asks(), "pause", "it may have been accepted only now");
    waits.script("pause: look");
    assert_eq!(waits.asks(), "send admin 'hsb disconnect' on S1", "it has come back, and was not done");
    let in_doubt = play(&code, &format!("{lost}pause: settle\nnotify failure: told"));
    assert_eq!(in_doubt.end(), "InDoubt");
    assert_eq!(in_doubt.told("settled"), ["settled InDoubt"]);
    let done = play(&code, &format!("{lost}pause: on; S1=PRIMARY ALONE, S1.link=BROKEN"));
    assert_eq!(done.told("settled"), ["settled Done"]);
}

#[test]
fn an_unknown_outcome_that_asking_shows_to_be_done_counts_as_answered() {
    let asks = settles(
        "admin 'hsb disconnect'",
        "",
        "send admin 'hsb disconnect' on S1: unknown; S1=PRIMARY ALONE, S1.link=BROKEN, S2=SECONDARY ALONE",
        &["Done"],
    );
    assert_eq!(asks, "notify after");
}

#[test]
fn an_unknown_outcome_is_asked_for_again_while_it_is_under_way() {
    let asks = settles(
        "admin 'hsb disconnect'",
        "",
        "send admin 'hsb disconnect' on S1: unknown; S1.link=DISCONNECTING
         pause: on
         pause: look
         pause: on; S1.link=BROKEN",
        &["Done"],
    );
    assert_eq!(asks, "notify after");
}

#[test]
fn an_unknown_outcome_is_asked_for_again_while_the_server_is_not_in_sight_within_the_limit_of_the_command() {
    let asks = settles(
        "admin 'hsb disconnect'",
        "",
        "send admin 'hsb disconnect' on S1: unknown; S1=?, S1.link=?
         pause: look
         pause: on; S1=PRIMARY ALONE, S1.link=BROKEN",
        &["Done"],
    );
    assert_eq!(asks, "notify after");
}

#[test]
fn a_server_that_stays_out_of_sight_leaves_its_command_in_doubt_and_the_handler_is_not_entered() {
    let code = code(&step("admin 'hsb disconnect'"));
    let play = play(
        &code,
        "send admin 'hsb disconnect' on S1: unknown; S1=?, S1.link=?
         pause: look
         pause: settle
         notify failure: told",
    );
    assert_eq!(play.end(), "InDoubt", "{}", play.lines.join("\n"));
    assert!(play.told("handler").is_empty());
}

#[test]
fn not_settled_but_repeatable_by_the_catalogue_it_is_sent_again_once() {
    let asks = settles(
        "admin 'hsb disconnect'",
        "",
        "send admin 'hsb disconnect' on S1: unknown
         pause: on
         pause: look
         send admin 'hsb disconnect' on S1: done",
        &["Repeat"],
    );
    assert_eq!(asks, "notify after");
}

#[test]
fn a_second_unknown_outcome_is_not_sent_a_third_time() {
    let code = code(&step("run tidy in doubt repeat"));
    let play = play(&code, "send run tidy on S1: unknown\nsend run tidy on S1: unknown\nnotify failure: told");
    assert_eq!(play.end(), "InDoubt", "{}", play.lines.join("\n"));
    assert_eq!(play.told("settled"), ["settled Repeat", "settled InDoubt"]);
}

#[test]
fn in_doubt_repeat_sends_a_command_of_the_site_again_once() {
    let asks =
        settles("run tidy in doubt repeat", "", "send run tidy on S1: unknown\nsend run tidy on S1: done", &["Repeat"]);
    assert_eq!(asks, "notify after");
}

#[test]
fn a_command_of_the_site_in_doubt_goes_past_the_handler_to_on_failure() {
    let code = code(&step("run tidy"));
    let play = play(&code, "send run tidy on S1: unknown\nnotify failure: told");
    assert_eq!(play.end(), "InDoubt");
    assert_eq!(play.told("failed"), ["failed InDoubt at run tidy on S1"]);
    assert!(play.told("handler").is_empty());
}

#[test]
fn a_statement_in_doubt_goes_past_the_handler_to_on_failure() {
    let code = code(&step("sql 'DELETE FROM t'"));
    let play = play(&code, "send sql 'DELETE FROM t' on S1: unknown\nnotify failure: told");
    assert_eq!(play.end(), "InDoubt");
}

#[test]
fn already_so_and_under_way_count_as_done_when_a_command_was_sent_again() {
    let asks = settles(
        "admin 'hsb disconnect'",
        "",
        "send admin 'hsb disconnect' on S1: unknown
         pause: look
         send admin 'hsb disconnect' on S1: refused 30752",
        &["Repeat", "Done"],
    );
    assert_eq!(asks, "notify after");
}

#[test]
fn a_command_that_was_not_done_and_may_not_be_sent_again_fails_the_step() {
    // Between its sending and now the link broke: a switch is never repeated there.
    let code = code(
        "step 1 \"One\" on S2 {\n admin 'hsb switch primary'\n if this step fails {\n notify \"handled\"\n stop \"So.\"\n}\n}\non failure { }\n",
    );
    let play = play(
        &code,
        "send admin 'hsb switch primary' on S2: unknown; S2=SECONDARY ALONE, S1=PRIMARY ALONE, S2.link=BROKEN
         pause: look
         notify handled: told",
    );
    assert_eq!(play.told("failed")[0], "failed NotDone at admin 'hsb switch primary' on S2");
    assert_eq!(play.end(), "Failed");
}

#[test]
fn a_start_whose_command_still_runs_is_waited_for() {
    let text = "step 1 \"One\" on S2 {\n admin 'shutdown force'\n wait until S2 is DOWN within 1m\n start\n notify \"after\"\n}\non failure { }\n";
    let code = code(text);
    let play = play(
        &code,
        "send admin 'shutdown force' on S2: done; S2=DOWN, S2 process=no, S1=PRIMARY ALONE
         send start on S2: unknown; S2=?, S2 process=yes, S2 host=yes
         pause: look
         pause: on; S2=SECONDARY ALONE, S2 host=no",
    );
    assert_eq!(play.asks(), "notify after");
    assert_eq!(play.told("settled"), ["settled Done"]);
}

#[test]
fn an_installation_is_settled_by_the_version_that_the_site_prints() {
    let text = "step 1 \"One\" on S2 {\n admin 'shutdown force'\n wait until S2 is DOWN within 1m\n install\n notify \"after\"\n}\non failure { }\n";
    let code = code(text);
    let script = "send admin 'shutdown force' on S2: done; S2=DOWN, S2 process=no, S1=PRIMARY ALONE\nsend install on S2: unknown";
    let done = play(&code, &format!("{script}; S2 installed=7.0"));
    assert_eq!((done.asks(), done.told("settled")), ("notify after".to_owned(), vec!["settled Done"]));
    let not_told = play(&code, &format!("{script}; S2 installed=?\npause: look"));
    assert_eq!(not_told.end(), "InDoubt", "without the site's word a person decides");
}

#[test]
fn a_watchdog_command_is_settled_by_the_sites_status_and_may_always_be_sent_again() {
    let text = "step 1 \"One\" {\n watchdog off\n notify \"after\"\n}\non success { watchdog on }\non failure { watchdog on }\n";
    let code = code(text);
    let done = play(&code, "send watchdog off: unknown; watchdog=no");
    assert_eq!((done.asks(), done.told("settled")), ("notify after".to_owned(), vec!["settled Done"]));
    let again = play(&code, "send watchdog off: unknown\npause: look\nsend watchdog off: done");
    assert_eq!((again.asks(), again.told("settled")), ("notify after".to_owned(), vec!["settled Repeat"]));
}

#[test]
fn an_ensure_whose_effect_nothing_can_be_asked_of_is_settled_by_what_it_ensures() {
    let text =
        "step 1 \"One\" on S2 {\n ensure S2 is DOWN by run fence within 1m\n notify \"after\"\n}\non failure { }\n";
    let code = code(text);
    let play = play(&code, "send run fence on S2: unknown; S2=DOWN");
    assert_eq!((play.asks(), play.told("settled")), ("notify after".to_owned(), vec!["settled Done"]));
}
