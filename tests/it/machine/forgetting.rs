//! What of a run's past cannot matter any more is forgotten before two machines are compared, and nothing else.

use hsbrun::engine::{Code, Live, Machine};

use super::play::{code, play};

const RETRIES: &str = r#"
step 1 "One" on S1 {
    run one
    if this step fails {
        retry at most 2 times
        stop "One failed."
    }
}
step 2 "Two" on S1 {
    run two
    if this step fails {
        retry from 1 at most 1 time
        stop "Two failed."
    }
}
on failure { }
"#;

const LEFT: &str = r#"
step 1 "Part" on S1 {
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE fail if S1.link is BROKEN within 1m
    if this step fails {
        wait until S1.activity is NONE within 1m
        stop "It did not part."
    }
}
on failure { }
"#;

/// What is left of a machine that took these answers.
fn left(code: &Code, script: &str) -> Machine {
    let mut machine = play(code, script).machine;
    machine.forget(code, &Live::of(code));
    machine
}

const ONCE: &str = "send run one on S1: refused 1\n";
const ON: &str = "send run one on S1: done\n";
const BACK: &str = "send run two on S1: refused 1\nsend run one on S1: done\n";

#[test]
fn how_often_a_retry_was_used_is_kept_while_the_run_can_come_back_to_it() {
    let code = code(RETRIES);
    assert_ne!(left(&code, &[ONCE, ON].concat()), left(&code, ON));
}

#[test]
fn how_often_a_retry_was_used_is_forgotten_when_what_led_back_to_it_is_used_up() {
    let code = code(RETRIES);
    assert_eq!(left(&code, &[ONCE, ON, BACK].concat()), left(&code, &[ON, BACK].concat()));
    assert_ne!(left(&code, &[ON, BACK].concat()), left(&code, ON), "that one itself is asked for still");
}

#[test]
fn what_the_link_showed_before_a_failure_is_forgotten_behind_it() {
    let code = code(LEFT);
    let parting = "send admin 'hsb disconnect' on S1: done\n";
    let seen = format!("{parting}pause: on; S1.link=DISCONNECTING\npause: limit");
    let unseen = format!("{parting}pause: limit; S1.link=DISCONNECTING");
    assert_ne!(
        left(&code, &format!("{parting}pause: on; S1.link=DISCONNECTING")),
        left(&code, &format!("{parting}pause: on"))
    );
    assert_eq!(left(&code, &seen), left(&code, &unseen));
}
