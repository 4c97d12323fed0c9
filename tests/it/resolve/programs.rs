//! What a sound program holds, and what its fingerprints tell apart.

use std::collections::BTreeSet;
use std::time::Duration;

use hsbrun::pair::{Command, State, StateSet, Version};
use hsbrun::program::{
    Arg, Block, CondKind, EffectKind, FormalId, ParamId, ParamType, Program, ServerId, StepId, StmtKind, Term, Value,
};

use indexmap::IndexMap;

use super::{MAIN, program, resolve_files};
use crate::support::expected::bare;

const RUNBOOK: &str = r#"language 1
runbook "A runbook"
source "A page"

server S1: PRIMARY ACTIVE -> SECONDARY ACTIVE at target
server S2: SECONDARY ACTIVE or DOWN -> PRIMARY ACTIVE

param target: version
param limit: duration = 4h
param upgrade: version_level | fix_pack = fix_pack

require S1.version < target else "nothing to upgrade on {S1}"

step prepare "Prepare" {
    notify "Up to {limit}."
    back out { }
}

step 1 "Upgrade" on S2 {
    admin 'shutdown force'
    on S1 {
        start with autoconvert within limit
    }
    install
    wait until S2 is SERVING fail if S2 is DOWN within limit
    do outer(S1, 30s)
    if this step fails {
        retry from prepare at most 2 times after 30s
        stop "It failed."
    }
    back out {
        do inner(S2, limit)
    }
}

procedure outer(S: server, time: duration) {
    do inner(S, time)
}

procedure inner(S: server, time: duration) {
    wait until S is SECONDARY ALONE within time
}

procedure unused(S: server) {
    on S {
        start
    }
}

on success {
    notify "Done."
}
on failure {
    notify "Failed."
}
"#;

fn body(program: &Program, step: &str) -> Block {
    program.steps[step].body.clone()
}

#[test]
fn servers_parameters_and_steps_keep_their_written_order() {
    let program = program(RUNBOOK);
    assert_eq!(program.servers.keys().collect::<Vec<_>>(), ["S1", "S2"]);
    assert_eq!(program.params.keys().collect::<Vec<_>>(), ["target", "limit", "upgrade"]);
    assert_eq!(program.steps.keys().collect::<Vec<_>>(), ["prepare", "1"]);
    assert_eq!((program.title.as_str(), program.source.as_deref()), ("A runbook", Some("A page")));
}

#[test]
fn states_and_versions_of_servers_are_looked_up() {
    let program = program(RUNBOOK);
    let (s1, s2) = (&program.servers["S1"], &program.servers["S2"]);
    assert_eq!(s2.from.states, Some([State::SecondaryActive, State::Down].into_iter().collect()));
    let to = s1.to.as_ref().expect("because S1 has end states");
    assert_eq!(to.version.as_ref().map(|version| &version.term), Some(&Term::Param(ParamId(0))));
}

#[test]
fn types_and_defaults_of_parameters_are_read() {
    let program = program(RUNBOOK);
    assert_eq!(program.params["target"].ty, ParamType::Version);
    assert_eq!(program.params["target"].default, None);
    assert_eq!(program.params["limit"].default, Some(Value::Duration(Duration::from_secs(4 * 60 * 60))));
    assert_eq!(program.params["upgrade"].default, Some(Value::Word("fix_pack".to_owned())));
}

#[test]
fn every_effect_names_the_server_that_it_goes_to() {
    let servers: Vec<_> = body(&program(RUNBOOK), "1")
        .stmts
        .into_iter()
        .filter_map(
            |stmt| if let StmtKind::Effect(effect) = stmt.kind { Some((effect.kind, effect.server)) } else { None },
        )
        .collect();
    let expected = [
        (
            EffectKind::Admin { text: "shutdown force".to_owned(), command: Some(Command::ShutdownForce), doubt: None },
            Some(Term::Known(ServerId(1))),
        ),
        (EffectKind::Start { options: vec!["autoconvert".to_owned()] }, Some(Term::Known(ServerId(0)))),
        (EffectKind::Install { previous: false }, Some(Term::Known(ServerId(1)))),
    ];
    assert_eq!(servers, expected);
}

#[test]
fn serving_is_written_out() {
    let body = body(&program(RUNBOOK), "1");
    let until = body
        .stmts
        .iter()
        .find_map(|stmt| if let StmtKind::Wait { until, .. } = &stmt.kind { Some(until) } else { None });
    let kind = until.map(|until| until.kind.clone());
    assert_eq!(kind, Some(CondKind::Is { server: Term::Known(ServerId(1)), states: StateSet::serving() }));
}

#[test]
fn a_procedure_stands_before_those_that_call_it() {
    let program = program(RUNBOOK);
    let place = |name: &str| program.procedures.get_index_of(name).expect("because it is declared");
    assert!(place("inner") < place("outer"));
    for (name, procedure) in &program.procedures {
        for stmt in &procedure.body.stmts {
            if let StmtKind::Do { procedure, .. } = &stmt.kind {
                assert!((procedure.0 as usize) < place(name), "{name}");
            }
        }
    }
}

#[test]
fn arguments_are_passed_in_the_order_of_the_formals() {
    let program = program(RUNBOOK);
    let outer = &program.procedures["outer"];
    let StmtKind::Do { procedure, args } = &outer.body.stmts[0].kind else { panic!("because outer calls inner") };
    assert_eq!(program.procedures.get_index(procedure.0 as usize).map(|(name, _)| name.as_str()), Some("inner"));
    let Arg::Value(time) = &args[1] else { panic!("because the second one is a value") };
    assert_eq!((&args[0], &time.term), (&Arg::Server(Term::Formal(FormalId(0))), &Term::Formal(FormalId(1))));
}

#[test]
fn a_retry_knows_its_step() {
    let program = program(RUNBOOK);
    let handler = program.steps["1"].handler.as_ref().expect("because the step has a handler");
    let StmtKind::Retry { from, times, after, .. } = &handler.stmts[0].kind else { panic!("because it begins so") };
    assert_eq!((*from, *times, after.clone()), (Some(StepId(0)), 2, Some(Term::Known(Duration::from_secs(30)))));
}

#[test]
fn an_empty_back_out_is_not_a_missing_one() {
    let program = program(RUNBOOK);
    assert_eq!(program.steps["prepare"].back_out.as_ref().map(|block| block.stmts.len()), Some(0));
    assert!(program.steps["prepare"].handler.is_none());
}

#[test]
fn a_version_is_the_same_however_many_zeros_it_is_written_with() {
    let text = RUNBOOK.replace("param target: version", "param target: version = 7.0.0");
    assert_eq!(program(&text).params["target"].default, Some(Value::Version(Version::new(7, 0, 0))));
}

// ---- fingerprints

#[test]
fn places_comments_and_blanks_do_not_change_the_fingerprint() {
    let plain = program(RUNBOOK).fingerprint();
    let commented = RUNBOOK.replace("    install\n", "\n\n    install    # the new one\n    # and on\n");
    let spaced = RUNBOOK.replace("within limit", "\n        within   limit").replace('\n', "\r\n");
    assert_eq!(program(&commented).fingerprint(), plain);
    assert_eq!(program(&spaced).fingerprint(), plain);
    assert_eq!(plain.len(), 64);
}

#[test]
fn every_change_of_the_meaning_changes_the_fingerprint() {
    let changes = [
        ("A runbook", "Another runbook"),
        ("A page", "Another page"),
        ("PRIMARY ACTIVE -> SECONDARY ACTIVE at target", "PRIMARY ACTIVE -> SECONDARY ACTIVE"),
        ("SECONDARY ACTIVE or DOWN", "SECONDARY ACTIVE"),
        ("= 4h", "= 5h"),
        ("= fix_pack", "= version_level"),
        ("version_level | fix_pack", "fix_pack | version_level"),
        ("S1.version < target", "S1.version <= target"),
        ("nothing to upgrade on {S1}", "nothing to upgrade on {S2}"),
        ("nothing to upgrade on {S1}", "nothing to upgrade on {{S1}}"),
        ("step prepare \"Prepare\"", "step prepare \"Get ready\""),
        ("    back out { }\n", ""),
        ("shutdown force", "shutdown"),
        ("with autoconvert within limit", "within limit"),
        ("with autoconvert within limit", "with autoconvert"),
        ("    install\n", "    install previous\n"),
        ("S2 is SERVING", "S2 is PRIMARY ALONE"),
        ("fail if S2 is DOWN within limit", "within limit"),
        ("outer(S1, 30s)", "outer(S2, 30s)"),
        ("outer(S1, 30s)", "outer(S1, 31s)"),
        ("outer(S1, 30s)", "outer(S1, limit)"),
        ("retry from prepare at most", "retry at most"),
        ("at most 2 times", "at most 3 times"),
        ("times after 30s", "times"),
        ("It failed.", "It went wrong."),
        ("wait until S is SECONDARY ALONE within time", "wait until S is SECONDARY ALONE within 1m"),
        ("Done.", "Finished."),
    ];
    let mut seen = BTreeSet::from([program(RUNBOOK).fingerprint()]);
    for (from, to) in changes {
        let changed = RUNBOOK.replacen(from, to, 1);
        assert_ne!(changed, RUNBOOK, "{from}");
        assert!(seen.insert(program(&changed).fingerprint()), "`{from}` to `{to}` makes no difference");
    }
}

#[test]
fn a_procedure_that_nothing_calls_has_no_meaning() {
    let changed = RUNBOOK.replace("    on S {\n        start\n    }", "    on S {\n        install\n    }");
    assert_ne!(changed, RUNBOOK);
    assert_eq!(program(&changed).fingerprint(), program(RUNBOOK).fingerprint());
}

#[test]
fn a_step_has_a_fingerprint_of_its_own_with_the_procedures_that_it_calls() {
    let steps = |text: &str| {
        let program = program(text);
        [0, 1].map(|at| program.step_fingerprint(StepId(at)).expect("because there are two steps"))
    };
    let before = steps(RUNBOOK);
    let declared =
        steps(&RUNBOOK.replace("param target: version", "param before: size = 1 GiB\nparam target: version"));
    assert_eq!(declared, before);
    let called = steps(&RUNBOOK.replace("SECONDARY ALONE within time", "SECONDARY ALONE or DOWN within time"));
    assert_eq!(called[0], before[0]);
    assert_ne!(called[1], before[1]);
    assert_eq!(program(RUNBOOK).step_fingerprint(StepId(2)), None);
}

#[test]
fn a_damaged_runbook_gives_findings_and_no_panic() {
    let fixture = include_str!("../../corpus/resolve/ok/everything.hsbrun");
    let files = bare(fixture);
    let main = files[MAIN].clone();
    let resolve = |text: String| {
        let mut files = files.clone();
        files[MAIN] = text;
        resolve_files(files)
    };
    assert!(resolve(main.clone()).program.is_some());
    let lines: Vec<&str> = main.split_inclusive('\n').collect();
    for at in (0..lines.len()).step_by(2) {
        let resolved = resolve([&lines[..at], &lines[at + 1..]].concat().concat());
        assert_eq!(resolved.program.is_none(), !resolved.findings.is_empty(), "without line {}", at + 1);
    }
    for (at, c) in main.char_indices().step_by(41) {
        let resolved = resolve(format!("{}{}", &main[..at], &main[at + c.len_utf8()..]));
        assert_eq!(resolved.program.is_none(), !resolved.findings.is_empty(), "without the character at {at}");
    }
}

#[test]
fn every_shipped_runbook_resolves_without_a_finding() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
    let mut files = IndexMap::new();
    for entry in std::fs::read_dir(folder).expect("because runbooks are shipped") {
        let path = entry.expect("because the folder can be read").path();
        if path.extension().is_some_and(|extension| extension == "hsbrun") {
            let name = path.file_name().expect("because it is a file").to_string_lossy().into_owned();
            files.insert(name, std::fs::read_to_string(&path).expect("because a runbook is a text"));
        }
    }
    assert!(files.len() >= 2);
    for at in 0..files.len() {
        files.move_index(at, 0);
        let resolved = resolve_files(files.clone());
        assert!(resolved.findings.is_empty(), "{}: {:#?}", files[0], resolved.findings);
    }
}

/// The places of a name in a text where it is one: not in comments, and in texts only as `{name}`.
fn places(text: &str, name: &str) -> Vec<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .map(|(at, _)| at)
        .filter(|at| {
            let (before, after) = (&text[..*at], &text[at + name.len()..]);
            let line = before.rsplit('\n').next().unwrap_or("");
            let quoted = line.matches(['"', '\'']).count() % 2 == 1;
            let whole = !before.ends_with(part) && !after.starts_with(part);
            whole && !line.contains('#') && (!quoted || before.ends_with('{') && after.starts_with('}'))
        })
        .collect()
}

#[test]
fn a_misspelt_name_is_found_wherever_it_stands() {
    let mut files = bare(include_str!("../../corpus/resolve/ok/everything.hsbrun"));
    let main = files[MAIN].clone();
    for name in ["A1", "B1", "old", "new", "kind", "limit", "room", "marker", "whole", "prepare", "both", "far_away"] {
        let places = places(&main, name);
        assert!(!places.is_empty(), "{name}");
        for at in places {
            files[MAIN] = format!("{}{name}_{}", &main[..at], &main[at + name.len()..]);
            let resolved = resolve_files(files.clone());
            let near = format!("`{name}");
            let says = resolved.findings.iter().any(|finding| {
                let texts = finding.labels.iter().map(|label| label.text.as_str()).chain(finding.help.as_deref());
                finding.what.contains(&near) || texts.into_iter().any(|text| text.contains(&near))
            });
            assert!(says, "{name} at {at}: {:#?}", resolved.findings);
        }
    }
}
