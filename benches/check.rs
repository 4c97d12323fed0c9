//! `hsbrun check` as a whole process, on generated runbooks of 100, 1,000 and 10,000 steps, and on the shipped one.

use std::fmt::Write as _;

use crate::figures::processes;

/// A sound runbook of that many steps: each commands, waits, branches and handles its failure, as real ones do.
fn runbook(steps: usize) -> String {
    let mut text = String::from(
        "language 1\nrunbook \"Generated\"\n\nparam limit: duration = 1m\n\n\
         server S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n\n",
    );
    for step in 1..=steps {
        write!(
            text,
            "step {step} \"Disconnect and connect, {step}\" on S1 {{\n    \
                 admin 'hsb disconnect'    # and again\n    \
                 wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within limit\n    \
                 if S1.link is BROKEN {{\n        \
                     admin 'hsb connect'\n    \
                 }} else {{\n        \
                     notify \"{{S1}} is connected.\"\n    \
                 }}\n    \
                 wait until S1 is PRIMARY ACTIVE and S2 is SECONDARY ACTIVE fail if S1 is DOWN within 5m\n    \
                 if this step fails {{\n        \
                     retry at most 1 time after 10s\n        \
                     stop \"The servers do not connect.\"\n    \
                 }}\n    \
                 back out {{ }}\n\
             }}\n\n"
        )
        .expect("because a String takes everything");
    }
    text.push_str("on failure {\n    notify \"It has stopped.\"\n}\n");
    text
}

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
        let growth = previous.map_or(String::new(), |before| format!("  ({:.2} x of a step before)", each / before));
        println!("{steps:>6} steps, {lines:>6} lines: {figures}  {:.1} us a step{growth}", each * 1e6);
        previous = Some(each);
    }
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/hot-migration-netcopy.hsbrun");
    println!("the shipped migration:      {}", processes(30, &["check", shipped]));
}
