//! The machine is a plain, small value.

use std::hash::{DefaultHasher, Hash, Hasher};

use hsbrun::engine::{Answer, Machine};

use super::play::{code, play};

#[test]
fn a_machine_is_small() {
    assert!(size_of::<Machine>() < 1024, "{} bytes", size_of::<Machine>());
}

#[test]
fn two_machines_with_the_same_answers_are_equal_and_hash_alike() {
    let code = code("step 1 \"One\" on S1 { wait until S1 is PRIMARY ALONE within 1m }\non failure { }\n");
    let script = "pause: on\npause: on; S1=?\npause: on";
    let (one, two) = (play(&code, script).machine, play(&code, script).machine);
    let hash = |machine: &Machine| {
        let mut hasher = DefaultHasher::new();
        machine.hash(&mut hasher);
        hasher.finish()
    };
    assert_eq!(one, two);
    assert_eq!(hash(&one), hash(&two));
}

#[test]
fn looking_again_without_news_leads_to_the_same_machine() {
    let code = code("step 1 \"One\" on S1 { wait until S1 is PRIMARY ALONE within 1m }\non failure { }\n");
    let once = play(&code, "pause: on").machine;
    let often = play(&code, "pause: on\npause: on\npause: on").machine;
    assert_eq!(once, often, "a search over all answers would not end otherwise");
}

#[test]
fn a_new_machine_takes_begin() {
    let code = code("step 1 \"One\" { notify \"a\" }\non failure { }\n");
    let mut machine = Machine::new(&code);
    let turn = machine.next(&code, Answer::Begin);
    assert!(turn.events.is_empty(), "nothing has happened before the first look");
}
