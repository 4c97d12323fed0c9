//! Programs beyond every measure: each limit is a finding, and none takes long.

use hsbrun::program::Resolved;
use indexmap::IndexMap;

use super::{MAIN, resolve_files, resolve_text};

const HEAD: &str = "language 1\nrunbook \"R\"\nserver S1: any -> any\n";
const TAIL: &str = "on failure {\n    notify \"It failed.\"\n}\n";

fn codes(resolved: &Resolved) -> Vec<&str> {
    resolved.findings.iter().map(|finding| finding.rule.code).collect()
}

/// `count` procedures, each calling the next one `calls` times.
fn chain(count: usize, calls: usize) -> String {
    let procedures: String = (0..count)
        .map(|at| {
            let call = format!("    do p{}(S)\n", at + 1).repeat(calls);
            format!("procedure p{at}(S: server) {{\n{call}}}\n")
        })
        .collect();
    let last = format!("procedure p{count}(S: server) {{\n    on S {{\n        start\n    }}\n}}\n");
    format!("{HEAD}step 1 \"One\" {{\n    do p0(S1)\n}}\n{procedures}{last}{TAIL}")
}

#[test]
fn calls_that_double_at_each_level_are_too_large_written_out() {
    assert_eq!(codes(&resolve_text(&chain(40, 2))), ["HSB2074"]);
    assert!(resolve_text(&chain(10, 2)).program.is_some());
    let together = chain(17, 2).replacen("    do p0(S1)\n", "    do p0(S1)\n    do p0(S1)\n", 1);
    assert_eq!(codes(&resolve_text(&together)), ["HSB2074"]);
}

#[test]
fn calls_are_not_followed_too_deep() {
    assert_eq!(codes(&resolve_text(&chain(200, 1))), ["HSB2076"]);
    assert_eq!(codes(&resolve_text(&chain(500, 1))), ["HSB2076"], "once is enough");
}

#[test]
fn too_many_files_are_not_read() {
    let mut files = IndexMap::from([(MAIN.to_owned(), String::new())]);
    let mut uses = String::new();
    for at in 0..100 {
        uses.push_str(&format!("use \"lib{at}.hsbrun\"\n"));
        files.insert(format!("lib{at}.hsbrun"), format!("language 1\nlibrary \"L{at}\"\n"));
    }
    files[MAIN] = format!("language 1\nrunbook \"R\"\n{uses}server S1: any\nrequire S1 is DOWN\n");
    assert_eq!(codes(&resolve_files(files)), ["HSB2073"]);
}

#[test]
fn too_many_parameters_of_a_procedure_are_reported() {
    let formals: Vec<String> = (0..300).map(|at| format!("p{at}: text")).collect();
    let text = format!("language 1\nlibrary \"L\"\nprocedure p({}) {{\n}}\n", formals.join(", "));
    assert_eq!(codes(&resolve_text(&text)), ["HSB2074"]);
}

#[test]
fn thousands_of_steps_are_a_program() {
    let steps: String =
        (0..2_000).map(|at| format!("step {at} \"Step {at}\" on S1 {{\n    start\n    install\n}}\n")).collect();
    let program = resolve_text(&format!("{HEAD}{steps}{TAIL}")).program.expect("because it is sound");
    assert_eq!(program.steps.len(), 2_000);
}

#[test]
fn a_text_that_is_wrong_everywhere_is_not_looked_through_to_its_end() {
    let params: String = (0..1_000).map(|at| format!("param parameter_{at}: duration\n")).collect();
    let waits: String = (0..1_000).map(|at| format!("    wait until S1 is DOWN within paramete_{at}\n")).collect();
    let resolved = resolve_text(&format!("{HEAD}{params}step 1 \"One\" {{\n{waits}}}\n{TAIL}"));
    let codes = codes(&resolved);
    assert_eq!((codes.len(), codes[0], codes[200]), (201, "HSB2002", "HSB2077"));
}
