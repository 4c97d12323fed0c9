//! What is in the tree: values, texts, spans, comments, clauses in any order, and the sound neighbours of what is broken.

use std::time::Duration;

use hsbrun::syntax::tree::{
    CondKind, Doubt, EffectKind, Ensure, File, Item, ItemKind, OperandKind, Piece, Step, StmtKind, ValueKind, Wait,
};
use hsbrun::syntax::{Parsed, parse};
use hsbrun::text::{SourceId, Span};

const EVERYTHING: &str = include_str!("../../corpus/syntax/ok/everything.hsbrun");

fn everything() -> File {
    parse(SourceId(0), EVERYTHING).tree
}

fn written(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn steps<'f>(file: &'f File) -> Vec<&'f Step> {
    let step = |item: &'f Item| if let ItemKind::Step(step) = &item.kind { Some(step) } else { None };
    file.items.iter().filter_map(step).collect()
}

/// The kinds of the statements of a step with this body.
fn stmts(body: &str) -> (Vec<StmtKind>, Parsed) {
    let text = format!("language 1\nrunbook \"x\"\nstep 1 \"x\" {{\n{body}\n}}\non failure {{\n}}\n");
    let parsed = parse(SourceId(0), &text);
    let stmts = steps(&parsed.tree)[0].body.stmts.iter().map(|stmt| stmt.kind.clone()).collect();
    (stmts, parsed)
}

#[test]
fn parameters_have_their_types_and_values() {
    let mut seen = Vec::new();
    for item in &everything().items {
        if let ItemKind::Param(param) = &item.kind {
            let words: Vec<&str> = param.ty.words.iter().map(|word| word.value.as_str()).collect();
            seen.push((
                param.name.value.clone(),
                words.join("|"),
                param.default.as_ref().map(|value| value.kind.clone()),
            ));
        }
    }
    let name = |word: &str| Some(ValueKind::Name(word.to_owned()));
    let expected = [
        ("upgrade", "version_level|fix_pack", None),
        ("answer", "yes|no", name("yes")),
        ("on_or_off", "on|off", name("off")),
        ("target", "version", Some(ValueKind::Version("7.0.3".to_owned()))),
        ("limit", "duration", Some(ValueKind::Duration(Duration::from_millis(250)))),
        ("room", "size", Some(ValueKind::Size(10 << 30))),
    ];
    for ((name, ty, default), found) in expected.into_iter().zip(&seen) {
        assert_eq!((name, ty, default), (found.0.as_str(), found.1.as_str(), found.2.clone()));
    }
    let Some(ValueKind::Text(note)) = &seen[6].2 else { panic!("because `note` is a text: {seen:?}") };
    let Piece::Hole(hole) = &note.pieces[1] else { panic!("because the second piece is a hole: {note:?}") };
    assert_eq!(note.pieces[0], Piece::Chars("a \"quoted\" {text} of ".to_owned()));
    assert_eq!((hole.value.as_str(), written(EVERYTHING, hole.span)), ("target", "target"));
    assert_eq!(note.pieces[2], Piece::Chars(" \\ end".to_owned()));
}

#[test]
fn servers_have_their_states_and_versions() {
    let file = everything();
    let mut servers = Vec::new();
    for item in &file.items {
        if let ItemKind::Server(server) = &item.kind {
            servers.push(server);
        }
    }
    let from: Vec<&str> = servers[0].from.states.iter().map(|state| state.value.as_str()).collect();
    assert_eq!(from, ["PRIMARY ACTIVE", "PRIMARY ALONE"]);
    let at = |value: &Option<hsbrun::syntax::tree::Value>| value.as_ref().map(|value| value.kind.clone());
    assert_eq!(at(&servers[0].from.at), Some(ValueKind::Version("6.5".to_owned())));
    assert_eq!(
        at(&servers[0].to.as_ref().expect("because it has an arrow").at),
        Some(ValueKind::Name("target".to_owned()))
    );
    assert!(servers[1].from.states.is_empty(), "`any` has no states");
    assert!(servers[2].to.is_none());
}

#[test]
fn clauses_in_any_order_give_the_same_tree() {
    let (one, first) = stmts("wait until S1 is DOWN fail if S2 is DOWN within 1m");
    let (other, second) = stmts("wait until S1 is DOWN\n    within 1m\n  # between\n    fail if S2 is DOWN");
    assert_eq!((first.findings.len(), second.findings.len()), (0, 0));
    let (StmtKind::Wait(one), StmtKind::Wait(other)) = (&one[0], &other[0]) else {
        panic!("because both are whole: {one:?} {other:?}")
    };
    let (Wait { fail_if: Some(_), within: Some(one), .. }, Wait { fail_if: Some(_), within: Some(other), .. }) =
        (&**one, &**other)
    else {
        panic!("because both have their clauses: {one:?} {other:?}")
    };
    assert_eq!(one.kind, other.kind);
    let (stmts, parsed) = stmts("ensure S1 is DOWN within 1m in doubt ask by run stop_it from OFFLINE or STANDALONE");
    assert_eq!(parsed.findings, []);
    let StmtKind::Ensure(ensure) = &stmts[0] else { panic!("because it is whole: {stmts:?}") };
    let Ensure { from, by, within: Some(_), .. } = &**ensure else { panic!("because it has a limit: {stmts:?}") };
    assert_eq!(from.len(), 2);
    let EffectKind::Run { doubt: Some(doubt), .. } = &by.kind else {
        panic!("because `in doubt` belongs to the command")
    };
    assert_eq!(doubt.value, Doubt::Ask);
}

#[test]
fn what_follows_or_is_a_list_unless_it_is_tested_itself() {
    for (text, tests) in [
        ("S1 is A or B", 1),
        ("S1 is A or S2 is B", 2),
        ("S1 is A or B or S2 is C or D", 2),
        ("S1 is A or S2.link is B", 2),
        ("S1 is A or x = y", 2),
        ("S1 is A or watchdog is ON", 2),
        ("S1 is A or refused", 2),
    ] {
        let (stmts, _) = stmts(&format!("assert {text}"));
        let StmtKind::Assert { cond, .. } = &stmts[0] else { panic!("because {text} is a condition: {stmts:?}") };
        let found = if let CondKind::Or(terms) = &cond.kind { terms.len() } else { 1 };
        assert_eq!(found, tests, "{text}");
    }
    let (stmts, parsed) = stmts("assert S1 is A or B and S2 is C");
    assert_eq!(parsed.findings, [], "a list binds tighter than `and`");
    assert!(matches!(&stmts[0], StmtKind::Assert { cond, .. } if matches!(cond.kind, CondKind::And(_))));
}

#[test]
fn a_states_blanks_are_folded_and_its_case_is_kept() {
    let (stmts, _) = stmts("assert S1 is primary \t alone");
    let StmtKind::Assert { cond, .. } = &stmts[0] else { panic!("because it is whole: {stmts:?}") };
    let CondKind::Is { states, operand } = &cond.kind else { panic!("because it asks a state: {cond:?}") };
    assert_eq!(states[0].value, "primary alone");
    assert!(matches!(&operand.kind, OperandKind::Value(value) if value.kind == ValueKind::Name("S1".to_owned())));
}

#[test]
fn every_span_is_what_was_written_without_blanks_around_it() {
    for item in &everything().items {
        let text = written(EVERYTHING, item.span);
        assert_eq!(text, text.trim());
        let ItemKind::Step(step) = &item.kind else { continue };
        assert!(text.starts_with("step ") && text.ends_with('}'), "{text}");
        assert_eq!((written(EVERYTHING, step.body.open), written(EVERYTHING, step.body.close)), ("{", "}"));
        for stmt in &step.body.stmts {
            let text = written(EVERYTHING, stmt.span);
            assert_eq!(text, text.trim());
        }
    }
    let file = everything();
    let last = steps(&file)[2];
    let end = |end: &Option<hsbrun::text::Spanned<_>>| end.as_ref().map(|end| written(EVERYTHING, end.span).len());
    assert!(end(&last.handler) > end(&last.back_out));
}

#[test]
fn comments_are_kept_with_their_places() {
    let text =
        "#! doc\nlanguage 1 # behind\nrunbook \"a # b\"\n  # own\nfrobnicate # broken\nstep 1 \"x\" { # open\n}\n# end";
    let comments = parse(SourceId(0), text).tree.comments;
    let seen: Vec<(&str, bool)> = comments.iter().map(|comment| (comment.text.as_str(), comment.own_line)).collect();
    let expected = [
        ("#! doc", true),
        ("# behind", false),
        ("# own", true),
        ("# broken", false),
        ("# open", false),
        ("# end", true),
    ];
    assert_eq!(seen, expected);
    assert!(comments.iter().all(|comment| written(text, comment.span) == comment.text));
}

#[test]
fn the_neighbours_of_what_is_broken_are_sound() {
    let (found, parsed) =
        stmts("admin 'a'\nfrobnicate {\n  admin 'lost'\n}\nadmin 'b'\nwait untl S1 is DOWN\nadmin 'c'");
    let admin: Vec<&StmtKind> = found.iter().filter(|kind| matches!(kind, StmtKind::Effect(_))).collect();
    assert_eq!((admin.len(), found.len(), parsed.findings.len()), (3, 5, 2));
    assert!(matches!(found[1], StmtKind::Broken) && matches!(found[3], StmtKind::Broken));
}

#[test]
fn an_unclosed_block_ends_before_the_next_item() {
    let text = "language 1\nrunbook \"x\"\nstep 1 \"a\" {\n  notify \"x\"\nstep 2 \"b\" {\n}\n";
    let parsed = parse(SourceId(0), text);
    let steps = steps(&parsed.tree);
    assert_eq!(steps.len(), 2);
    assert!(steps[0].body.close.is_empty());
    assert!(text[steps[0].body.close.start as usize..].starts_with("step 2"));
}

#[test]
fn what_was_read_wrongly_is_not_in_the_tree_to_be_blamed_again() {
    for line in ["wait until S1 is PRIMARY ALONE wihtin 1m", "assert not S1 is DOWN", "assert S1.answers('SELECT 1'"] {
        let (found, parsed) = stmts(line);
        assert_eq!(found, [StmtKind::Broken], "{line}");
        assert_eq!(parsed.findings.len(), 1, "{line}");
    }
    let parsed = parse(SourceId(0), "language 1\nrunbook \"x\"\nparam a: duration = 5 min\n");
    let ItemKind::Param(param) = &parsed.tree.items[2].kind else { panic!("because the parameter keeps its name") };
    assert_eq!((param.name.value.as_str(), &param.default), ("a", &None));
    let (found, _) = stmts("notify \"said \"no\" to us\"");
    assert!(matches!(found[0], StmtKind::Notify(_)), "the statement itself is sound");
}
