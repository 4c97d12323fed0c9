//! What can be wrong with a runbook by one slip: each mutant is the text with one place changed, found in its syntax tree.

use std::collections::BTreeMap;

use hsbrun::syntax::parse;
use hsbrun::syntax::tree::{
    Block, Choose, Cond, CondKind, Effect, EffectKind, Ending, EndingKind, Ensure, File, ItemKind, Operand,
    OperandKind, Procedure, Retry, Step, Stmt, StmtKind, Value, ValueKind, Wait,
};
use hsbrun::text::{SourceId, Span};

/// A runbook or library with one slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// Its kind and line, and a letter where several have both: `wait-dropped 44`.
    pub id: String,
    /// What stood there, on one line.
    pub what: String,
    pub text: String,
}

/// Every mutant of a text that still parses, in the order of their lines.
pub fn mutants(text: &str) -> Vec<Mutant> {
    let parsed = parse(SourceId(0), text);
    assert!(parsed.findings.is_empty(), "what is mutated is sound: {:?}", parsed.findings);
    let mut maker = Maker { text, changes: Vec::new(), servers: servers(&parsed.tree) };
    maker.file(&parsed.tree);
    maker.changes.sort_by_key(|change| (change.edits[0].0.start, change.kind));
    let mut known: BTreeMap<String, u8> = BTreeMap::new();
    let mut mutants = Vec::new();
    for change in maker.changes {
        let changed = change.applied(text);
        if changed == text || !parse(SourceId(0), &changed).findings.is_empty() {
            continue;
        }
        let line = text[..change.edits[0].0.start as usize].matches('\n').count() + 1;
        let id = format!("{} {line}", change.kind);
        let nth = known.entry(id.clone()).and_modify(|nth| *nth += 1).or_insert(0);
        let letter = if *nth == 0 { String::new() } else { char::from(b'a' + *nth).to_string() };
        mutants.push(Mutant { id: format!("{id}{letter}"), what: change.what, text: changed });
    }
    mutants
}

/// Pieces of the text and what takes their place.
struct Change {
    kind: &'static str,
    what: String,
    edits: Vec<(Span, String)>,
}

impl Change {
    fn applied(&self, text: &str) -> String {
        let mut edits: Vec<&(Span, String)> = self.edits.iter().collect();
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut changed = text.to_owned();
        for (span, with) in edits {
            changed.replace_range(span.start as usize..span.end as usize, with);
        }
        changed
    }
}

/// Commands that somebody could take for another one.
const TAKEN_FOR: [(&str, &[&str]); 6] = [
    ("hsb disconnect", &["hsb set primary alone", "hsb switch secondary"]),
    ("hsb set primary alone", &["hsb set standalone", "hsb switch primary"]),
    ("hsb switch primary", &["hsb set primary alone", "hsb disconnect"]),
    ("hsb netcopy", &["hsb copy", "hsb connect"]),
    ("hsb connect", &["hsb netcopy", "hsb switch secondary"]),
    ("shutdown force", &["shutdown", "hsb disconnect"]),
];

/// A limit that everything overruns that takes any time at all.
const TOO_SHORT: &str = "1s";

struct Maker<'t> {
    text: &'t str,
    changes: Vec<Change>,
    /// The two names that can be taken for one another, where the walk is.
    servers: Option<[String; 2]>,
}

fn servers(tree: &File) -> Option<[String; 2]> {
    let names = tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Server(server) => Some(server.name.value.clone()),
        _ => None,
    });
    <[String; 2]>::try_from(names.collect::<Vec<_>>()).ok()
}

impl Maker<'_> {
    fn of(&self, span: Span) -> String {
        self.text[span.start as usize..span.end as usize].to_owned()
    }

    /// One line of it, for people.
    fn line(&self, span: Span) -> String {
        self.of(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn replace(&mut self, kind: &'static str, span: Span, with: impl Into<String>) {
        let what = self.line(span);
        self.changes.push(Change { kind, what, edits: vec![(span, with.into())] });
    }

    fn file(&mut self, tree: &File) {
        let steps: Vec<(Span, &Step)> = tree
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Step(step) => Some((item.span, step)),
                _ => None,
            })
            .collect();
        for pair in steps.windows(2) {
            let [(first, one), (second, two)] = pair else { continue };
            let edits = vec![(*first, self.of(*second)), (*second, self.of(*first))];
            let what = format!("step {} and step {}", one.id.value, two.id.value);
            self.changes.push(Change { kind: "steps-swapped", what, edits });
        }
        for item in &tree.items {
            match &item.kind {
                ItemKind::Param(param) => {
                    if let Some(Value { kind: ValueKind::Duration(_), span }) = &param.default {
                        let kind = Change {
                            kind: "limit-too-short",
                            what: format!("param {} = {}", param.name.value, self.of(*span)),
                            edits: vec![(*span, TOO_SHORT.into())],
                        };
                        self.changes.push(kind);
                    }
                }
                ItemKind::Require(_) => self.replace("require-dropped", item.span, ""),
                ItemKind::Step(step) => self.step(step),
                ItemKind::Procedure(procedure) => self.procedure(procedure),
                ItemKind::Ending(ending) => self.ending(ending),
                ItemKind::Language(_)
                | ItemKind::Runbook(_)
                | ItemKind::Library(_)
                | ItemKind::Source(_)
                | ItemKind::Use(_)
                | ItemKind::Server(_)
                | ItemKind::Broken => {}
            }
        }
    }

    fn step(&mut self, step: &Step) {
        if let Some(on) = &step.on {
            self.other_server(on.value.as_str(), on.span);
        }
        self.block(&step.body);
        if let Some(handler) = &step.handler {
            self.headed("handler-dropped", handler.span, "");
            self.block(&handler.value);
        }
        if let Some(undo) = &step.back_out {
            self.headed("back-out-dropped", undo.span, "");
            self.block(&undo.value);
        }
    }

    /// The same, of a block that is told by its first line.
    fn headed(&mut self, kind: &'static str, span: Span, with: &str) {
        self.replace(kind, span, with);
        if let Some(change) = self.changes.last_mut() {
            change.what = shortened(&change.what);
        }
    }

    fn procedure(&mut self, procedure: &Procedure) {
        let outer = self.servers.take();
        let formals = procedure.formals.iter().filter(|formal| formal.ty.is_none()).map(|it| it.name.value.clone());
        self.servers = <[String; 2]>::try_from(formals.collect::<Vec<_>>()).ok();
        self.block(&procedure.body);
        self.servers = outer;
    }

    fn ending(&mut self, ending: &Ending) {
        self.block(&ending.body);
        for stmt in &ending.body.stmts {
            if ending.kind == EndingKind::Failure {
                self.watchdog_on_instead(stmt);
            }
        }
    }

    fn watchdog_on_instead(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::LeaveWatchdogOff(_) => self.replace("watchdog-on-at-failure", stmt.span, "watchdog on"),
            StmtKind::If(branch) => {
                let arms = branch.arms.iter().map(|(_, block)| block);
                for block in arms.chain(branch.otherwise.iter()).chain(branch.unknown.iter()) {
                    block.stmts.iter().for_each(|stmt| self.watchdog_on_instead(stmt));
                }
            }
            _ => {}
        }
    }

    fn block(&mut self, block: &Block) {
        for pair in block.stmts.windows(2) {
            let [one, two] = pair else { continue };
            let edits = vec![(one.span, self.of(two.span)), (two.span, self.of(one.span))];
            let what = format!("{} / {}", shortened(&self.line(one.span)), shortened(&self.line(two.span)));
            self.changes.push(Change { kind: "swapped", what, edits });
        }
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Effect(effect) => {
                let dropped = if matches!(effect.kind, EffectKind::Watchdog { .. }) {
                    "watchdog-dropped"
                } else {
                    "command-dropped"
                };
                self.replace(dropped, span, "");
                self.effect(effect);
            }
            StmtKind::Confirm(_) => self.replace("confirm-dropped", span, ""),
            StmtKind::PointOfNoReturn(_) => self.replace("point-dropped", span, ""),
            StmtKind::Assert { cond, .. } => {
                self.replace("assert-dropped", span, "");
                self.cond(cond);
            }
            StmtKind::Wait(wait) => self.wait(span, wait),
            StmtKind::Ensure(ensure) => self.ensure(span, ensure),
            StmtKind::On { server, body } => {
                self.other_server(&server.value, server.span);
                self.block(body);
            }
            StmtKind::If(branch) => {
                for (cond, block) in &branch.arms {
                    self.cond(cond);
                    self.block(block);
                }
                if let [(_, guarded)] = branch.arms.as_slice()
                    && guarded.stmts.iter().any(|stmt| matches!(stmt.kind, StmtKind::Retry(_)))
                {
                    let inside = Span { start: guarded.open.end, end: guarded.close.start, ..guarded.open };
                    let with = self.of(inside);
                    self.headed("guard-dropped", span, with.trim());
                }
                for block in branch.otherwise.iter().chain(&branch.unknown).filter(|block| !block.stmts.is_empty()) {
                    self.headed("branch-emptied", block.open.to(block.close), "{ }");
                    self.block(block);
                }
            }
            StmtKind::Choose(choose) => self.choose(choose),
            StmtKind::Do { args, .. } => {
                self.replace("call-dropped", span, "");
                self.swap_arguments(span, args);
            }
            StmtKind::Retry(retry) => self.retry(span, retry),
            StmtKind::Stop(_) => self.replace("stop-dropped", span, ""),
            StmtKind::LeaveWatchdogOff(_) | StmtKind::Notify(_) | StmtKind::Broken => {}
        }
    }

    fn wait(&mut self, span: Span, wait: &Wait) {
        self.replace("wait-dropped", span, "");
        self.cond(&wait.until);
        self.fail_if(wait.fail_if.as_ref());
        self.within(wait.within.as_ref());
    }

    fn ensure(&mut self, span: Span, ensure: &Ensure) {
        self.replace("ensure-dropped", span, "");
        let command = self.of(ensure.by.span);
        self.replace("ensure-bare", span, command);
        if let (Some(first), Some(last)) = (ensure.from.first(), ensure.from.last()) {
            let clause = self.with_words_before("from", first.span.to(last.span));
            self.replace("from-dropped", clause, "");
        }
        self.cond(&ensure.cond);
        self.fail_if(ensure.fail_if.as_ref());
        self.within(ensure.within.as_ref());
        self.effect(&ensure.by);
    }

    fn retry(&mut self, span: Span, retry: &Retry) {
        self.headed("retry-dropped", span, "");
        if let Some(body) = &retry.body {
            self.headed("repair-dropped", body.open.to(body.close), "{ }");
            self.block(body);
        }
    }

    fn effect(&mut self, effect: &Effect) {
        match &effect.kind {
            EffectKind::Admin { text, .. } => {
                let others = TAKEN_FOR.iter().find(|(command, _)| *command == text.value).map_or(&[][..], |row| row.1);
                for other in others {
                    self.changes.push(Change {
                        kind: "other-command",
                        what: format!("{} -> {other}", text.value),
                        edits: vec![(text.span, format!("'{other}'"))],
                    });
                }
            }
            EffectKind::Start { options } => self.start(effect, options.iter().map(|it| it.value.as_str()).collect()),
            EffectKind::Install { previous: false } => {
                let head =
                    Span { end: effect.span.start + u32::try_from("install".len()).expect("short"), ..effect.span };
                self.replace("other-command", head, "install previous");
            }
            EffectKind::Install { previous: true } => self.replace("other-command", effect.span, "install"),
            EffectKind::Sql { .. } | EffectKind::Run { .. } | EffectKind::Watchdog { .. } => {}
        }
        self.within(effect.within.as_ref());
    }

    /// Without an option that it has, with one that it has not.
    fn start(&mut self, effect: &Effect, options: Vec<&str>) {
        let words = |options: &[&str]| {
            if options.is_empty() { "start".to_owned() } else { format!("start with {}", options.join(", ")) }
        };
        for dropped in &options {
            let rest: Vec<&str> = options.iter().copied().filter(|option| option != dropped).collect();
            self.replace("option-dropped", effect.span, words(&rest));
        }
        for added in ["autoconvert", "backupserver"].iter().filter(|added| !options.contains(added)) {
            let more: Vec<&str> = options.iter().copied().chain([*added]).collect();
            self.replace("option-added", effect.span, words(&more));
        }
    }

    /// The arms of a choice, taken for one another.
    fn choose(&mut self, choose: &Choose) {
        for pair in choose.arms.windows(2) {
            let [(one, first), (two, second)] = pair else { continue };
            let what = format!("{} / {}", one.value, two.value);
            let (first_span, second_span) = (first.open.to(first.close), second.open.to(second.close));
            let edits = vec![(first_span, self.of(second_span)), (second_span, self.of(first_span))];
            self.changes.push(Change { kind: "arms-swapped", what, edits });
        }
        for (_, block) in &choose.arms {
            self.block(block);
        }
    }

    fn swap_arguments(&mut self, span: Span, args: &[Value]) {
        let named = |value: &&Value| matches!(&value.kind, ValueKind::Name(name) if self.other(name).is_some());
        let servers: Vec<&Value> = args.iter().filter(named).collect();
        match servers.as_slice() {
            [one] => self.other_server(&self.of(one.span), one.span),
            [one, two] => {
                let edits = vec![(one.span, self.of(two.span)), (two.span, self.of(one.span))];
                let what = self.line(span);
                self.changes.push(Change { kind: "servers-swapped", what, edits });
            }
            _ => {}
        }
    }

    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::And(parts) | CondKind::Or(parts) => {
                for part in parts {
                    self.part_dropped(cond, parts, part);
                    self.cond(part);
                }
            }
            CondKind::Is { operand, .. } | CondKind::Bare(operand) => self.operand(operand),
            CondKind::Compare { left, right, .. } => {
                self.operand(left);
                self.operand(right);
            }
            CondKind::Refused { .. } => {}
        }
    }

    /// One part of a condition forgotten, with the word that joined it.
    fn part_dropped(&mut self, whole: &Cond, parts: &[Cond], part: &Cond) {
        let word = if matches!(whole.kind, CondKind::And(_)) { " and " } else { " or " };
        let rest: Vec<String> =
            parts.iter().filter(|other| *other != part).map(|other| self.of(self.bracketed(other.span))).collect();
        let what = self.line(part.span);
        self.changes.push(Change { kind: "test-dropped", what, edits: vec![(whole.span, rest.join(word))] });
    }

    /// With the parentheses around it, where it has some.
    fn bracketed(&self, span: Span) -> Span {
        let before = self.text[..span.start as usize].trim_end();
        let after = &self.text[span.end as usize..];
        let close = after.len() - after.trim_start().len();
        if before.ends_with('(') && after.trim_start().starts_with(')') {
            let start = u32::try_from(before.len() - 1).expect("because a runbook is short");
            return Span {
                start,
                end: span.end + u32::try_from(close + 1).expect("because a runbook is short"),
                ..span
            };
        }
        span
    }

    fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Probe { server, .. } => self.other_server(&server.value, server.span),
            OperandKind::Value(Value { kind: ValueKind::Name(name), span }) => self.other_server(name, *span),
            OperandKind::Value(_) | OperandKind::Watchdog | OperandKind::Step(_) => {}
        }
    }

    fn other(&self, name: &str) -> Option<String> {
        let [one, two] = self.servers.as_ref()?;
        if name == one { Some(two.clone()) } else { (name == two).then(|| one.clone()) }
    }

    fn other_server(&mut self, name: &str, span: Span) {
        if let Some(other) = self.other(name) {
            let whole = self.whole_line(span);
            self.changes.push(Change { kind: "wrong-server", what: whole, edits: vec![(span, other)] });
        }
    }

    /// The line on which it stands, with the place marked.
    fn whole_line(&self, span: Span) -> String {
        let start = self.text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[span.end as usize..].find(['\n', '#']).map_or(self.text.len(), |at| at + span.end as usize);
        let (before, after) = (&self.text[start..span.start as usize], &self.text[span.end as usize..end]);
        let marked = format!("{before}[{}]{after}", self.of(span));
        shortened(&marked.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn fail_if(&mut self, cond: Option<&Cond>) {
        if let Some(cond) = cond {
            let clause = self.with_words_before("fail if", cond.span);
            self.replace("fail-if-dropped", clause, "");
            self.cond(cond);
        }
    }

    fn within(&mut self, limit: Option<&Value>) {
        if let Some(limit) = limit {
            let what = format!("within {}", self.of(limit.span));
            self.changes.push(Change { kind: "limit-too-short", what, edits: vec![(limit.span, TOO_SHORT.into())] });
        }
    }

    /// A clause with the words that begin it.
    fn with_words_before(&self, words: &str, span: Span) -> Span {
        let start = self.text[..span.start as usize].rfind(words).expect("because the clause begins with them");
        Span { start: u32::try_from(start).expect("because a runbook is short"), ..span }
    }
}

/// The first line of something long.
fn shortened(line: &str) -> String {
    const WIDEST: usize = 60;
    if line.chars().count() <= WIDEST {
        line.to_owned()
    } else {
        format!("{}…", line.chars().take(WIDEST).collect::<String>())
    }
}
