//! Texts made to hurt: nesting, length, numbers. None may panic, overflow the stack or take long.

use std::time::Duration;

use hsbrun::syntax::{MAX_NESTING, parse};
use hsbrun::text::SourceId;
use rustix::time::{ClockId, clock_gettime};

fn codes(text: &str) -> Vec<&'static str> {
    parse(SourceId(0), text).findings.iter().map(|finding| finding.rule.code).collect()
}

const HEAD: &str = "language 1\nrunbook \"Nested\"\n";

#[test]
fn a_hundred_thousand_braces_or_parentheses_are_one_finding() {
    for opener in
        ["{", "(", "{\n", "if S1 is DOWN {\n", "assert (((", "{ # }\n", "\"x\" {", "x \" {\n", "choose a { b "]
    {
        assert_eq!(codes(&format!("{HEAD}{}", opener.repeat(100_000))), ["HSB1005"], "{opener:?}");
    }
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    for (open, close) in [("if S1 is DOWN {\n", "}\n"), ("{", "}"), ("on S1 {\nchoose a {\nb {\n", "}\n}\n}\n")] {
        let braces = open.matches('{').count();
        let deep = (MAX_NESTING - 1) / braces;
        let text = format!("{HEAD}step 1 \"x\" {{\n{}{}}}\n", open.repeat(deep), close.repeat(deep));
        assert!(!codes(&text).contains(&"HSB1005"), "{open:?}");
    }
    let parens = format!("{HEAD}require {}S1 is DOWN{}\n", "(".repeat(MAX_NESTING), ")".repeat(MAX_NESTING));
    assert_eq!(codes(&parens), [""; 0]);
    let both = format!("{HEAD}step 1 \"x\" {{\n assert {}S1 is DOWN{}\n}}\n", "(".repeat(64), ")".repeat(64));
    assert_eq!(codes(&both), ["HSB1005"]);
}

#[test]
fn steps_that_are_never_closed_do_not_nest() {
    let text = format!("{HEAD}{}", "step 1 \"x\" {\n if S1 is DOWN {\n".repeat(500));
    let parsed = parse(SourceId(0), &text);
    assert_eq!(parsed.tree.items.len(), 502);
    assert!(!parsed.findings.iter().any(|finding| finding.rule.code == "HSB1005"));
}

#[test]
fn numbers_beyond_counting_are_reported_once_and_saturate() {
    let huge = "9".repeat(30);
    let text =
        format!("{HEAD}param a: duration = {huge}d\nparam b: size = {huge} TiB\nparam c: size = 99999999999 TiB\n");
    assert_eq!(codes(&text), ["HSB1026"; 3]);
    assert_eq!(codes(&format!("language {huge}\n")), ["HSB1006"]);
}

/// A runbook of many steps, four lines each.
fn many_steps(steps: usize) -> String {
    let step = |id| {
        format!(
            "step {id} \"Wait\" on S1 {{\n    admin 'hsb disconnect'\n    wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n}}\n"
        )
    };
    let body: String = (1..=steps).map(step).collect();
    format!("{HEAD}server S1: any -> any\nserver S2: any -> any\n{body}on failure {{\n    notify \"x\"\n}}\n")
}

/// What it costs this thread, not how long it lasts: other tests run beside it. The least of several.
fn cost(text: &str) -> Duration {
    let spent = || {
        let spent = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(spent.tv_sec.cast_unsigned(), u32::try_from(spent.tv_nsec).expect("because a second has no more"))
    };
    let once = || {
        let before = spent();
        let _parsed = parse(SourceId(0), text);
        spent() - before
    };
    (0..5).map(|_| once()).min().expect("because there are several")
}

#[test]
fn the_cost_grows_with_the_length_and_not_faster() {
    for text in [
        many_steps(60),
        format!("{HEAD}{}", "step 1 \"x\" {\n  frobnicate (\n  wait until\n".repeat(100)),
        format!("{HEAD}{}", "}\n".repeat(400)),
        format!("{HEAD}step 1 \"x\" {{\n{}", "wait until S1 is A or\n".repeat(100)),
        format!("{HEAD}step 1 \"x\" {{\n{}", "assert \"a\n".repeat(100)),
        format!("{HEAD}step 1 \"x\" {{\n{}", "# a comment\n\n".repeat(2_000)),
        format!("{HEAD}step 1 \"x\" {{\n{}}}", "if S1 is DOWN { } \n\n\n".repeat(150)),
    ] {
        let short = cost(&text);
        let long = cost(&text.repeat(8));
        assert!(long < short * 24 + Duration::from_millis(50), "{short:?} {long:?}: {}", &text[..80]);
    }
}

#[test]
fn broken_blocks_in_broken_blocks_are_read_once() {
    let deep = MAX_NESTING - 2;
    let text = format!("{HEAD}step 1 \"x\" {{\n{}", "choose a {\n broken if (\n x {\n".repeat(deep / 2));
    assert!(cost(&text) < Duration::from_millis(500));
}

#[test]
fn the_deepest_runbook_needs_little_stack_and_a_tiny_stack_gives_a_finding() {
    let open = "if S1 is DOWN {\n} else if S2 is DOWN {\n".repeat(MAX_NESTING - 1);
    let text = format!("{HEAD}step 1 \"x\" {{\n{open}{}}}\n", "}\n".repeat(MAX_NESTING - 1));
    for (stack, code) in [(1 << 20, "HSB1056"), (160 << 10, "HSB1005")] {
        let text = text.clone();
        let thread = std::thread::Builder::new().stack_size(stack).spawn(move || codes(&text));
        let found = thread.expect("because a thread can be started").join().expect("because nothing panics");
        assert_eq!(found, [code], "on a stack of {stack} bytes");
    }
}
