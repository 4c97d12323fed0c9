//! Values for parameters: who wins, what is wrong, and what stands in for what is missing.

use hsbrun::diag::Finding;
use hsbrun::pair::Version;
use hsbrun::program::{Given, Origin, ParamId, Program, Value};
use hsbrun::text::{SourceId, Span};

use super::program;

fn runbook() -> Program {
    program(
        r#"language 1
runbook "Parameters"
server S1: any
param upgrade: version_level | fix_pack
param target: version
param limit: duration = 4h
param room: size = 10 GiB
param marker: text
require S1 is DOWN
"#,
    )
}

fn given(values: &[(&str, &str, Origin)]) -> Vec<Given> {
    let given =
        |(name, text, from): &(&str, &str, Origin)| Given { name: (*name).into(), text: (*text).into(), from: *from };
    values.iter().map(given).collect()
}

/// The runbook's own first letter stands for a place in a site file.
const SITE: Origin = Origin::Site(Span { source: SourceId(0), start: 0, end: 1 });

const ALL: [(&str, &str, Origin); 3] =
    [("upgrade", "fix_pack", SITE), ("target", "7.0.3", SITE), ("marker", "a b", Origin::CommandLine)];

fn words(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{} {} [{}]", finding.rule.code, finding.what, finding.help.as_deref().unwrap_or("")))
        .collect()
}

#[test]
fn a_value_given_later_wins_over_an_earlier_one_and_over_the_default() {
    let mut values = given(&ALL);
    values.extend(given(&[("limit", "1h", SITE), ("limit", "90s", Origin::CommandLine)]));
    let bindings = runbook().bind(&values).expect("because every value is right");
    let shown: Vec<String> = (0..5).map(|at| bindings.get(ParamId(at)).to_string()).collect();
    assert_eq!(shown, ["fix_pack", "7.0.3", "90s", "10 GiB", "a b"]);
}

#[test]
fn every_wrong_value_is_reported_with_how_to_write_it() {
    let values = given(&[
        ("upgrade", "fixpack", Origin::CommandLine),
        ("target", "seven", SITE),
        ("limit", "4", Origin::CommandLine),
        ("room", "10 GB", SITE),
        ("tarjet", "7.0", Origin::CommandLine),
    ]);
    let findings = runbook().bind(&values).expect_err("because every value is wrong");
    assert_eq!(
        words(&findings),
        [
            "HSB7001 the runbook has no parameter `tarjet`, set on the command line [did you mean `target`?]",
            "HSB7002 `fixpack`, set on the command line, is no value for `upgrade` [did you mean `fix_pack`?]",
            "HSB7002 `seven`, set in the site file, is no value for `target` [write numbers joined by dots, like `7.0` or `7.0.3`]",
            "HSB7002 `4`, set on the command line, is no value for `limit` [write a number with ms, s, m, h or d: `4m` is 4 minutes]",
            "HSB7002 `10 GB`, set in the site file, is no value for `room` [write a number with KiB, MiB, GiB or TiB: `10GiB`]",
            "HSB7003 `marker` has no value [add `--set marker=TEXT`, or put it under `params:` in the site file]",
        ]
    );
    let labels: Vec<usize> = findings.iter().map(|finding| finding.labels.len()).collect();
    assert_eq!(labels, [0, 1, 2, 1, 2, 1], "each points at its declaration, and at the site file");
}

#[test]
fn samples_stand_in_for_what_nobody_gave_and_has_no_default() {
    let values = given(&[("marker", "x", SITE)]);
    let sampled = runbook().sample_bindings(&values, Version::new(7, 0, 0)).expect("because the value is right");
    let samples: Vec<(&str, String)> =
        sampled.samples.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect();
    assert_eq!(samples, [("upgrade", "version_level".to_owned()), ("target", "7.0".to_owned())]);
    assert_eq!(sampled.bindings.get(ParamId(4)), &Value::Text("x".to_owned()));
}

#[test]
fn samples_do_not_excuse_a_wrong_value() {
    let values = given(&[("room", "much", Origin::CommandLine)]);
    let findings = runbook().sample_bindings(&values, Version::new(7, 0, 0)).expect_err("because `much` is no size");
    assert_eq!(findings.iter().map(|finding| finding.rule.code).collect::<Vec<_>>(), ["HSB7002"]);
}

#[test]
fn a_fix_pack_to_the_first_version_of_a_level_is_told_where_each_is_said() {
    let mut values = given(&ALL);
    values.extend(given(&[("upgrade", "fix_pack", Origin::CommandLine), ("target", "7.0", SITE)]));
    let findings = runbook().bind(&values).expect_err("because nothing lies before 7.0 on its level");
    let [finding] = findings.as_slice() else { panic!("one is told: {findings:?}") };
    assert_eq!(finding.rule.code, "HSB7004");
    let labels: Vec<&str> = finding.labels.iter().map(|label| label.text.as_str()).collect();
    assert_eq!(labels, ["`target` is 7.0, set in the site file", "`upgrade` is fix_pack, set on the command line"]);
    let Origin::Site(written) = SITE else { panic!("it is the site's") };
    assert_eq!(finding.labels[0].span, written, "the place in the site file comes first");
    for (upgrade, target) in [("fix_pack", "7.0.1"), ("fix_pack", "7.0.0.1"), ("version_level", "7.0")] {
        let values = [values.clone(), given(&[("upgrade", upgrade, SITE), ("target", target, SITE)])].concat();
        assert!(runbook().bind(&values).is_ok(), "{upgrade} to {target}");
    }
    let nothing_said = given(&[("upgrade", "fix_pack", SITE)]);
    assert_eq!(runbook().check_given(&nothing_said), [], "the target may come from the command line");
}
