//! `hsbrun check` as a whole process: on generated runbooks of 100, 1,000 and 10,000 steps; and, taking turns, on the
//! shipped runbook and on 10,000 steps against programs that look over files of their own kind.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::figures::{HSBRUN, in_turns, processes};
use crate::peers;

/// A sound runbook of that many steps, five lines each: a command, a wait, a branch every tenth step.
pub fn runbook(steps: usize) -> String {
    let mut text = String::from(
        "language 1\nrunbook \"Generated\"\n\nparam limit: duration = 1m\n\n\
         server S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n\n",
    );
    for step in 1..=steps {
        let (command, wanted) = match step % 2 {
            0 => ("connect", "S1 is PRIMARY ACTIVE and S2 is SECONDARY ACTIVE"),
            _ => ("disconnect", "S1 is PRIMARY ALONE and S2 is SECONDARY ALONE"),
        };
        write!(text, "step {step} \"Number {step}\" on S1 {{    # and again\n    admin 'hsb {command}'\n")
            .expect(INFALLIBLE);
        if step % 10 == 0 {
            text.push_str("    if S1.link is BROKEN {\n        stop \"{S1} is alone.\"\n    } unknown { }\n");
        }
        write!(text, "    wait until {wanted} within limit\n}}\n").expect(INFALLIBLE);
    }
    text.push_str("on failure {\n    notify \"It has stopped.\"\n}\n");
    text
}

const INFALLIBLE: &str = "because a String takes everything";

/// A justfile with a recipe of as many lines for each step, and as many lines in all.
fn justfile(steps: usize, lines: usize) -> String {
    let mut text = String::from("limit := '1m'\n\n");
    let each = (lines - 2) / steps.max(1);
    for step in 1..=steps {
        writeln!(text, "step_{step} server='S1':    # and again").expect(INFALLIBLE);
        for _ in 1..each {
            writeln!(text, "    echo connect {{{{server}}}} within {{{{limit}}}}").expect(INFALLIBLE);
        }
    }
    for _ in text.lines().count()..lines {
        text.push_str("# so that both have as many lines\n");
    }
    text
}

/// A playbook with a task for each step, in the style that ansible-lint asks for.
fn playbook(steps: usize) -> String {
    let mut text = String::from("---\n- name: Upgrade the pair\n  hosts: localhost\n  gather_facts: false\n  tasks:\n");
    for step in 1..=steps {
        write!(
            text,
            "    - name: Step {step}\n      ansible.builtin.command:\n        cmd: \"echo connect S1\"\n      \
             changed_when: false\n"
        )
        .expect(INFALLIBLE);
    }
    text
}

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/hot-migration-netcopy.hsbrun");
const LIBRARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/pair.hsbrun");
/// The guide's steps.
const STEPS: usize = 18;

pub fn measure() {
    let dir = tempfile::tempdir().expect("because there is room for a scratch folder");
    growth(dir.path());
    shipped(dir.path());
    large(dir.path());
}

fn growth(dir: &Path) {
    let mut first: Option<f64> = None;
    for (steps, runs) in [(100, 40), (1_000, 20), (10_000, 11)] {
        let path = dir.join(format!("{steps}.hsbrun"));
        let text = runbook(steps);
        let lines = text.lines().count();
        std::fs::write(&path, text).expect("because there is room");
        let figures = processes(runs, &["check", &path.display().to_string()]);
        let each = figures.median.as_secs_f64() / steps as f64;
        let growth =
            first.map_or(String::new(), |first| format!(", {:.2} x a step of 100 (at most 1.2)", each / first));
        println!("{steps:>6} steps, {lines:>6} lines: {figures}  {:.1} us a step{growth}", each * 1e6);
        first = first.or(Some(each));
    }
}

/// The shipped runbook and the library that it uses, against a justfile of as many lines; against one that only has as many
/// recipes as the guide has steps; and against a playbook with as many tasks.
fn shipped(dir: &Path) {
    let (justfile_path, playbook_path) = (dir.join("justfile"), dir.join("playbook.yml"));
    std::fs::write(&playbook_path, playbook(STEPS)).expect("because there is room");
    let lines: usize = [SHIPPED, LIBRARY].map(lines_of).iter().sum();
    for (lines, what) in [(lines, "as many lines"), (2 + 2 * STEPS, "as many recipes, of one line")] {
        std::fs::write(&justfile_path, justfile(STEPS, lines)).expect("because there is room");
        let mut just = Command::new(peers::peer("just"));
        just.arg("--justfile").arg(&justfile_path).arg("--summary");
        against(&format!("just --summary, {what}"), 40, SHIPPED, &mut just, 1.5);
    }
    let ansible = |program: &str| {
        let mut command = Command::new(peers::peer(program));
        let bin = peers::peer(program).parent().expect("because it lies in a folder").display().to_string();
        let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
        command.current_dir(dir).env("PATH", path).env("HOME", dir);
        command
    };
    let mut syntax = ansible("ansible-playbook");
    syntax.arg("--syntax-check").arg(&playbook_path);
    against("ansible-playbook --syntax-check", 9, SHIPPED, &mut syntax, 0.01);
    let mut lint = ansible("ansible-lint");
    lint.args(["--offline", "playbook.yml"]);
    against("ansible-lint", 5, SHIPPED, &mut lint, 0.002);
}

/// Ten thousand steps against a justfile of as many lines.
fn large(dir: &Path) {
    let (ours, theirs) = (dir.join("10000.hsbrun"), dir.join("large.just"));
    let lines = lines_of(&ours);
    std::fs::write(&theirs, justfile(10_000, lines)).expect("because there is room");
    let mut just = Command::new(peers::peer("just"));
    just.arg("--justfile").arg(&theirs).arg("--summary");
    against(&format!("just --summary, {lines} lines"), 15, &ours.display().to_string(), &mut just, 2.0);
}

fn lines_of(path: impl AsRef<Path>) -> usize {
    std::fs::read_to_string(path).expect("because it is there").lines().count()
}

fn against(name: &str, runs: usize, runbook: &str, theirs: &mut Command, at_most: f64) {
    let [ours, theirs] = in_turns(runs, Command::new(HSBRUN).args(["check", runbook]), theirs);
    println!("{name:<46} {theirs}");
    println!("{:<46} {ours}", "hsbrun check");
    let ratio = ours.median.as_secs_f64() / theirs.median.as_secs_f64();
    println!("{:<46} {ratio:.4} x  (at most {at_most})", "  ratio of the medians");
}
