//! Follows a runbook on its way without mishaps, procedures written out where they are called, and hands to the rules
//! what is known at each effect, each look and each end. Handlers, back-outs and endings begin with nothing known.
//!
//! What a `choose` chooses by is the same in a whole run, so the runbook is followed once for each choice of words, as long
//! as these are few: what goes wrong in one of them goes wrong.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use crate::pair::{Act, StartOptions, StateSet};
use crate::program::{
    Arg, Block, Cond, CondKind, DurationTerm, Effect, EffectKind, ParamId, ParamType, Program, ServerId, ServerTerm,
    Step, Stmt, StmtKind, Term, Value, ValueTerm,
};
use crate::text::Span;

use super::assume::{any_part, if_false};
use super::found::Found;
use super::known::{Begun, How, Known, Possible};
use super::pairs::{Connecting, Pairs, Reaction};
use super::rules;
use super::scene::Scene;

/// An effect that is about to be sent.
pub struct Sent<'a, 'p> {
    pub effect: &'p Effect,
    /// None for what `pair` does not know: SQL, the site's commands, the watchdog.
    pub act: Option<Act>,
    /// None for the watchdog.
    pub server: Option<ServerId>,
    pub reaction: Option<&'a Reaction>,
    pub by: By,
    /// What it may take at most, as far as it is known: of an `ensure`, until what it says holds.
    pub within: Option<Duration>,
    /// The whole statement.
    pub span: Span,
    pub here: &'a Here,
}

/// A question to a person.
pub struct Question<'a> {
    pub within: Option<Duration>,
    pub span: Span,
    pub here: &'a Here,
}

/// Whether a statement sends its effect in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Itself,
    Ensure,
}

/// A condition that is looked at.
pub struct Look<'a, 'p> {
    pub cond: &'p Cond,
    pub how: How,
    pub fail_if: Option<&'p Cond>,
    /// What is waited for so long at most, as far as it is known.
    pub within: Option<Duration>,
    /// The whole statement.
    pub span: Span,
    pub possible: Possible,
    pub here: &'a Here,
}

/// A condition as a statement asks it.
struct Asked<'p> {
    cond: &'p Cond,
    how: How,
    fail_if: Option<&'p Cond>,
    within: Option<&'p DurationTerm>,
    span: Span,
}

/// Where a way ends.
pub struct End {
    pub at: Span,
    pub how: Ends,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Behind the last step; the end states are looked at next.
    AllDone,
    /// With a `stop` on the way.
    Stopped,
    /// A handler, a back-out or an ending is over.
    PartOver,
}

/// Which part of a runbook is being followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The steps, one after the other.
    Steps,
    Handler,
    BackOut,
    Ending,
}

/// Where a way is.
#[derive(Debug, Clone)]
pub struct Here {
    pub part: Part,
    /// The outermost call that led here.
    pub call: Option<Span>,
    formals: Rc<[Actual]>,
    /// Servers that an `if` asked about, in its `unknown` branch.
    unseen: [bool; 2],
}

/// What a formal parameter stands for.
#[derive(Debug, Clone)]
enum Actual {
    Server(ServerId),
    Value(Term<Value>),
    Nothing,
}

impl Here {
    fn new(part: Part) -> Here {
        Here { part, call: None, formals: Rc::new([]), unseen: [false; 2] }
    }

    pub fn server(&self, term: &ServerTerm) -> Option<ServerId> {
        match term {
            Term::Known(server) => Some(*server),
            Term::Formal(formal) => match self.formals.get(formal.0 as usize) {
                Some(Actual::Server(server)) => Some(*server),
                Some(Actual::Value(_) | Actual::Nothing) | None => None,
            },
            Term::Param(_) => None,
        }
    }

    fn value(&self, term: &Term<Value>) -> Option<Term<Value>> {
        match term {
            Term::Known(_) | Term::Param(_) => Some(term.clone()),
            Term::Formal(formal) => match self.formals.get(formal.0 as usize) {
                Some(Actual::Value(value)) => Some(value.clone()),
                Some(Actual::Server(_) | Actual::Nothing) | None => None,
            },
        }
    }
}

/// More choices of words than these are joined instead.
const MAX_CHOICES: usize = 16;

pub fn walk(program: &Program, scene: &Scene, found: &mut Found) {
    let mut walk = Walk { program, scene, found, reactions: HashMap::new(), chosen: HashMap::new() };
    for chosen in choices(program) {
        walk.chosen = chosen;
        walk.runbook();
    }
}

/// A word for each parameter that something is chosen by.
type Chosen = HashMap<ParamId, String>;

/// Every choice of words; one of none where they are too many.
fn choices(program: &Program) -> Vec<Chosen> {
    let mut choices = vec![Chosen::new()];
    for (at, param) in program.params.values().enumerate() {
        let ParamType::Words(words) = &param.ty else { continue };
        if choices.len() * words.len() > MAX_CHOICES {
            return vec![Chosen::new()];
        }
        let id = ParamId(u16::try_from(at).expect("because the number of parameters is bounded"));
        choices = choices.iter().flat_map(|chosen| words.iter().map(|word| with(chosen, id, word))).collect();
    }
    choices
}

fn with(chosen: &Chosen, param: ParamId, word: &str) -> Chosen {
    let mut chosen = chosen.clone();
    chosen.insert(param, word.to_owned());
    chosen
}

struct Walk<'w, 'p> {
    program: &'p Program,
    scene: &'w Scene<'p>,
    found: &'w mut Found,
    reactions: HashMap<(Act, ServerId, Connecting), Rc<Reaction>>,
    chosen: Chosen,
}

impl<'p> Walk<'_, 'p> {
    fn runbook(&mut self) {
        let program = self.program;
        let mut alive = Some(Known::at_start(program));
        for step in program.steps.values() {
            let entry = alive.unwrap_or_else(Known::nothing);
            alive = self.step(step, entry);
        }
        let end = program.steps.values().last().map(|step| step.span);
        if let (Some(known), Some(at)) = (&alive, end) {
            rules::at_end(&End { at, how: Ends::AllDone }, known, self.scene, self.found);
        }
        let success = alive.unwrap_or_else(Known::nothing);
        let endings = [
            (&program.on_success, Known { pending: Vec::new(), copies: Vec::new(), ..success }),
            (&program.on_failure, Known::nothing()),
            (&program.on_back_out, Known::nothing()),
        ];
        for (block, known) in endings {
            block.iter().for_each(|block| self.part(block, Part::Ending, known.clone()));
        }
    }

    fn step(&mut self, step: &'p Step, entry: Known) -> Option<Known> {
        let entry = entry.at_step();
        let failed = entry.after_failure();
        let exit = self.block(&step.body, &Here::new(Part::Steps), entry);
        step.handler.iter().for_each(|block| self.part(block, Part::Handler, failed.clone()));
        step.back_out.iter().for_each(|block| self.part(block, Part::BackOut, failed.clone()));
        exit
    }

    fn part(&mut self, block: &'p Block, part: Part, known: Known) {
        let here = Here::new(part);
        if let Some(known) = self.block(block, &here, known) {
            let at = Span { start: block.span.end.saturating_sub(1).max(block.span.start), ..block.span };
            rules::at_end(&End { at, how: Ends::PartOver }, &known, self.scene, self.found);
        }
    }

    /// What is known behind a block; none where no way leads there.
    fn block(&mut self, block: &'p Block, here: &Here, known: Known) -> Option<Known> {
        block.stmts.iter().try_fold(known, |known, stmt| self.stmt(stmt, here, known))
    }

    fn stmt(&mut self, stmt: &'p Stmt, here: &Here, mut known: Known) -> Option<Known> {
        match &stmt.kind {
            StmtKind::Effect(effect) => {
                let within = effect.within.as_ref().and_then(|term| self.duration(term, here));
                self.send(effect, By::Itself, (within, stmt.span), here, &mut known);
            }
            StmtKind::Assert { cond, .. } => {
                let asked = Asked { cond, how: How::Assert, fail_if: None, within: None, span: stmt.span };
                self.look(&asked, here, &mut known);
            }
            StmtKind::Wait { until, fail_if, within } => {
                let fail_if = fail_if.as_ref();
                let asked = Asked { cond: until, how: How::Wait, fail_if, within: Some(within), span: stmt.span };
                self.look(&asked, here, &mut known);
            }
            StmtKind::Ensure { .. } => known = self.ensure(stmt, here, known),
            StmtKind::If { arms, otherwise, unknown } => {
                return self.if_(stmt, arms, otherwise.as_ref(), unknown.as_ref(), here, known);
            }
            StmtKind::Choose { on, arms } => {
                if let Some(word) = self.word(on, here) {
                    let arm = arms.iter().find(|(known, _)| *known == word);
                    return arm.and_then(|(_, block)| self.block(block, here, known));
                }
                return joined(arms.iter().map(|(_, block)| self.block(block, here, known.clone())).collect());
            }
            StmtKind::Do { procedure, args } => {
                let (_, called) = self
                    .program
                    .procedures
                    .get_index(procedure.0 as usize)
                    .expect("because a sound program calls its own procedures");
                let formals = args.iter().map(|arg| actual(arg, here)).collect();
                let here = Here { call: here.call.or(Some(stmt.span)), formals, ..here.clone() };
                return self.block(&called.body, &here, known);
            }
            StmtKind::Retry { body, .. } => {
                body.iter().for_each(|body| {
                    self.block(body, here, known.clone());
                });
                known.pending.clear();
            }
            StmtKind::Confirm { within, .. } => {
                let question = Question { within: self.duration(within, here), span: stmt.span, here };
                rules::at_question(&question, self.scene, self.found);
                confirmed(here, &mut known);
            }
            StmtKind::PointOfNoReturn(_) => known.approved = true,
            StmtKind::Stop(_) => {
                let how = if here.part == Part::Steps { Ends::Stopped } else { Ends::PartOver };
                let end = End { at: stmt.span, how };
                rules::at_end(&end, &known, self.scene, self.found);
                return None;
            }
            StmtKind::Notify(_) | StmtKind::LeaveWatchdogOff(_) => {}
        }
        Some(known)
    }

    fn look(&mut self, asked: &Asked<'p>, here: &Here, known: &mut Known) {
        let Asked { cond, how, fail_if, within, span } = *asked;
        let before = known.clone();
        let possible = known.assume(cond, how, &|term| here.server(term));
        let within = within.and_then(|term| self.duration(term, here));
        let look = Look { cond, how, fail_if, within, span, possible, here };
        rules::at_look(&look, &before, self.scene, self.found);
    }

    fn ensure(&mut self, stmt: &'p Stmt, here: &Here, known: Known) -> Known {
        let StmtKind::Ensure { cond, from, by, fail_if, within } = &stmt.kind else { return known };
        let servers = |term: &ServerTerm| here.server(term);
        let mut sent = known.clone();
        sent.observe(cond, How::Ensure, &servers);
        sent.pairs = if_false(cond, known.pairs, &servers);
        if let (Some(states), Some(server)) = (from, by.server.as_ref().and_then(|term| here.server(term))) {
            sent.pairs = sent.pairs.with(server, *states);
        }
        let mut holds = known.clone();
        if !sent.pairs.is_empty() {
            let before = sent.pairs;
            let limit = (self.duration(within, here), stmt.span);
            self.send(by, By::Ensure, limit, here, &mut sent);
            holds.changed = holds.changed.or(sent.changed);
            sent.pairs = sent.pairs.or(before);
        }
        let mut both = Known { pairs: known.pairs.or(sent.pairs), ..holds };
        let fail_if = fail_if.as_ref();
        let asked = Asked { cond, how: How::Ensure, fail_if, within: Some(within), span: stmt.span };
        self.look(&asked, here, &mut both);
        both.upgraded = sent.upgraded;
        both.unlogged = sent.unlogged;
        both
    }

    fn if_(
        &mut self,
        stmt: &'p Stmt,
        arms: &'p [(Cond, Block)],
        otherwise: Option<&'p Block>,
        unknown: Option<&'p Block>,
        here: &Here,
        known: Known,
    ) -> Option<Known> {
        let servers = |term: &ServerTerm| here.server(term);
        let mut left = known.clone();
        let mut ways = Vec::new();
        // What a fault alone leads into is followed, but does not come back: the way without mishaps goes on beside it.
        let mut aside = Vec::new();
        for (cond, block) in arms {
            let mut taken = left.clone();
            let possible = taken.assume(cond, How::If, &servers);
            let look = Look { cond, how: How::If, fail_if: None, within: None, span: stmt.span, possible, here };
            rules::at_look(&look, &left, self.scene, self.found);
            let behind = self.block(block, here, taken);
            if possible == Possible::Yes {
                ways.push(behind)
            } else {
                aside.push(behind)
            }
            left.observe(cond, How::If, &servers);
            left.turn_into(if_false(cond, left.pairs, &servers), cond.span);
        }
        if left.pairs.is_empty() {
            let otherwise = otherwise.map(|block| self.block(block, here, Known { pairs: Pairs::all(), ..left }));
            aside.extend(otherwise);
        } else {
            ways.push(match otherwise {
                Some(block) => self.block(block, here, left),
                None => Some(left),
            });
        }
        if let Some(block) = unknown {
            let unseen: Vec<ServerId> = arms.iter().flat_map(|(cond, _)| asked(cond, here)).collect();
            let mut here = here.clone();
            unseen.into_iter().for_each(|server| here.unseen[server.0 as usize] = true);
            ways.push(self.block(block, &here, known));
        }
        joined(ways).or_else(|| joined(aside))
    }

    fn send(
        &mut self,
        effect: &'p Effect,
        by: By,
        (within, span): (Option<Duration>, Span),
        here: &Here,
        known: &mut Known,
    ) {
        let server = effect.server.as_ref().and_then(|term| here.server(term));
        let act = act(effect);
        let reaction = act.zip(server).map(|(act, server)| self.reaction(act, server, known.connecting));
        let sent = Sent { effect, act, server, reaction: reaction.as_deref(), by, within, span, here };
        rules::at_effect(&sent, known, self.scene, self.found);
        if let (Some(act), Some(server), Some(reaction)) = (act, server, reaction) {
            known.send(Begun { act, server, span: effect.span, call: here.call });
            let behind = reaction.behind(known.pairs);
            if !behind.is_empty() {
                known.turn_into(behind, effect.span);
            }
        }
        match &effect.kind {
            EffectKind::Install { previous: true } => {
                server.iter().for_each(|server| known.upgraded[server.0 as usize] = None);
            }
            EffectKind::Watchdog { on } => known.watchdog_off = !on,
            // What a command of the site does to the pair is not known.
            EffectKind::Run { .. } => known.turn_into(Pairs::all(), effect.span),
            EffectKind::Admin { .. }
            | EffectKind::Sql { .. }
            | EffectKind::Start { .. }
            | EffectKind::Install { previous: false } => {}
        }
    }

    fn reaction(&mut self, act: Act, server: ServerId, connecting: Connecting) -> Rc<Reaction> {
        let key = (act, server, connecting);
        if let Some(known) = self.reactions.get(&key) {
            return Rc::clone(known);
        }
        let of_other = self.reactions.get(&(act, Scene::other(server), connecting));
        let made = of_other.map_or_else(|| Reaction::of(act, server, connecting), |of_other| of_other.mirrored());
        Rc::clone(self.reactions.entry(key).or_insert(Rc::new(made)))
    }

    /// What is chosen by a value, where it is known.
    fn word(&self, on: &ValueTerm, here: &Here) -> Option<String> {
        match here.value(&on.term)? {
            Term::Known(Value::Word(word)) => Some(word),
            Term::Param(param) => self.chosen.get(&param).cloned(),
            Term::Known(
                Value::Duration(_) | Value::Size(_) | Value::Text(_) | Value::Version(_) | Value::Number(_),
            )
            | Term::Formal(_) => None,
        }
    }

    /// A limit: as written, or the parameter's default.
    fn duration(&self, term: &DurationTerm, here: &Here) -> Option<Duration> {
        let value = match term {
            Term::Known(limit) => return Some(*limit),
            Term::Param(param) => Term::Param(*param),
            Term::Formal(formal) => here.value(&Term::Formal(*formal))?,
        };
        let value = match value {
            Term::Known(value) => value,
            Term::Param(param) => self.program.params.get_index(param.0 as usize)?.1.default.clone()?,
            Term::Formal(_) => return None,
        };
        match value {
            Value::Duration(limit) => Some(limit),
            Value::Size(_) | Value::Text(_) | Value::Version(_) | Value::Word(_) | Value::Number(_) => None,
        }
    }
}

/// What the pair knows of an effect.
pub fn act(effect: &Effect) -> Option<Act> {
    match &effect.kind {
        EffectKind::Admin { command, .. } => command.map(Act::Admin),
        EffectKind::Start { options } => Some(Act::Start(StartOptions::of(options.iter().map(String::as_str)))),
        EffectKind::Install { .. } => Some(Act::Install),
        EffectKind::Sql { .. } | EffectKind::Run { .. } | EffectKind::Watchdog { .. } => None,
    }
}

fn actual(arg: &Arg, here: &Here) -> Actual {
    match arg {
        Arg::Server(term) => here.server(term).map_or(Actual::Nothing, Actual::Server),
        Arg::Value(ValueTerm { term, .. }) => here.value(term).map_or(Actual::Nothing, Actual::Value),
    }
}

/// A person answered. Where an `if` could not see a server, that server counts as one that does not serve.
fn confirmed(here: &Here, known: &mut Known) {
    known.approved = true;
    known.approved_in_step = true;
    for server in [ServerId(0), ServerId(1)].into_iter().filter(|server| here.unseen[server.0 as usize]) {
        let others = known.pairs.without(server, StateSet::serving());
        known.pairs = if others.is_empty() { Pairs::all().without(server, StateSet::serving()) } else { others };
    }
}

/// The servers whose state a condition asks for.
pub fn asked(cond: &Cond, here: &Here) -> Vec<ServerId> {
    let mut servers = Vec::new();
    any_part(cond, |part| {
        if let CondKind::Is { server, .. } = &part.kind {
            servers.extend(here.server(server));
        }
        false
    });
    servers
}

fn joined(ways: Vec<Option<Known>>) -> Option<Known> {
    ways.into_iter().flatten().reduce(Known::or)
}
