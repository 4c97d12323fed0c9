//! `hsbrun check` as a whole process, on generated runbooks of 100, 1,000 and 10,000 steps, and on the shipped one.

use std::fmt::Write as _;

use crate::figures::processes;

/// A sound runbook of that many steps, five lines each: a command, a wait, a branch every tenth step.
fn runbook(steps: usize) -> String {
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

pub fn measure() {
    let dir = tempfile::tempdir().expect("because there is room for a scratch folder");
    let mut previous: Option<f64> = None;
    for (steps, runs) in [(100, 30), (1_000, 20), (10_000, 10)] {
        let path = dir.path().join(format!("{steps}.hsbrun"));
        let text = runbook(steps);
        let lines = text.lines().count();
        std::fs::write(&path, text).expect("because there is room");
        let figures = processes(runs, &["check", &path.display().to_string()]);
        let each = figures.median.as_secs_f64() / steps as f64;
        let growth =
            previous.map_or(String::new(), |before| format!(", {:.2} x a step of the one above", each / before));
        println!("{steps:>6} steps, {lines:>6} lines: {figures}  {:.1} us a step{growth}", each * 1e6);
        previous = Some(each);
    }
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/hot-migration-netcopy.hsbrun");
    println!("the shipped migration:      {}", processes(30, &["check", shipped]));
}
