//! `hsbrun explain` as its users meet it.

use hsbrun::explain::pages;

use crate::cli::Test;

#[test]
fn a_code_and_its_name_lead_to_the_same_page() {
    let by_code = Test::new(["explain", "HSB1030"]).run();
    by_code.code(0).out("What it says\n").out("Instead\n").out("    wait until");
    let by_name = Test::new(["explain", "missing-within"]).run();
    assert_eq!(by_code.stdout, by_name.stdout);
    assert!(!by_code.stdout.contains(['#', '\x1b']), "plain where there is no terminal:\n{}", by_code.stdout);
}

#[test]
fn all_codes_are_listed_one_a_line() {
    let ran = Test::new(["explain", "--all"]).run();
    ran.code(0).out("HSB1030  missing-within").out("warning\n");
    assert_eq!(ran.stdout.lines().count(), pages().count());
    assert!(ran.stdout.lines().all(|line| line.split_whitespace().count() == 3), "{}", ran.stdout);
}

#[test]
fn return_codes_states_and_exit_codes_are_explained() {
    Test::new(["explain", "14704"]).run().code(0).out("solidDB return code 14704").out("What to do\n");
    Test::new(["explain", "30151"]).run().code(0).out("Line 30151 of the server's log");
    Test::new(["explain", "PRIMARY UNCERTAIN"]).run().code(0).out("State PRIMARY UNCERTAIN");
    Test::new(["explain", "primary", "uncertain"]).run().code(0).out("State PRIMARY UNCERTAIN");
    Test::new(["explain", "exit", "21"])
        .run()
        .code(0)
        .out("Exit code 21 of hsbrun: `failed-degraded`")
        .out("\nFailed; ");
    Test::new(["explain", "exit", "failed-degraded"]).run().code(0).out("Exit code 21 of hsbrun");
    Test::new(["explain", "solid", "15"]).run().code(0).out("Exit status 15 of solidDB's process").out("autoconvert");
}

#[test]
fn what_nobody_knows_ends_with_2_and_what_was_meant() {
    Test::new(["explain", "mising-within"]).run().code(2).err("did you mean hsbrun explain missing-within?");
    Test::new(["explain", "PRIMRY UNCERTAIN"]).run().code(2).err("explain \"PRIMARY UNCERTAIN\"?");
    Test::new(["explain", "exit", "failed-degrade"]).run().code(2).err("explain \"exit failed-degraded\"?");
    Test::new(["explain", "99999"]).run().code(2).err("no page for `99999`").err("--all");
    Test::new(["explain"]).run().code(2).err("Usage");
}

#[test]
fn a_report_leads_to_the_pages_once() {
    let wrong = "language 1\nrunbook \"x\"\nserver S1: any -> any\nstep 1 \"a\" on S1 {\n    wait until S1 is DOWN\n    \
                 wait until S1 is DWN within 1m\n}\non failure { }\n";
    let ran = Test::new(["check", "a.hsbrun"]).file("a.hsbrun", wrong).run();
    ran.code(1).out("each code has a page, such as: hsbrun explain HSB");
    assert_eq!(ran.stdout.matches("hsbrun explain").count(), 1, "{}", ran.stdout);
    let one = Test::new(["check", "missing.hsbrun"]).run();
    one.code(2).out("more about it: hsbrun explain HSB7901");
}
