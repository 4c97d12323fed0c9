//! The machine as a graph: where a run can stand, and where each answer leads. What an answer leads to does not depend on
//! the pair, so it is worked out once, however many pairs are met there.

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::engine::{
    Answer, Clocks, Code, Durable, End, Event, Failure, FailureKind, InstrId, Live, Machine, Outcome, Part, Refuser,
    Request, Resume, RunResult, Store, Stored, Turn,
};

use crate::pair::{Act, Command};

use super::coverage::Coverage;
use super::hash::Quick;
use super::within::Withins;

/// Where a run stands: a machine and what it has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NodeId(pub(super) u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RequestId(pub(super) u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct AnswerId(pub(super) u32);

/// What is worth knowing of a node at each visit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) request: RequestId,
    pub(super) at: InstrId,
    pub(super) part: Part,
    /// A command has been sent to a server.
    pub(super) acted: bool,
    /// The command that is asked for was sent before, and its answer was lost.
    pub(super) again: bool,
    /// The run has ended.
    over: bool,
    /// A back-out has begun, which asks first what came of the command at which the run was left.
    pub(super) settles_to_undo: bool,
    /// Where a run goes on that was killed here.
    resumed: Option<NodeId>,
    /// Where a run is backed out that was killed here, or is over; within: none where it cannot be.
    backed_out: Option<Option<NodeId>>,
    /// Where a run goes that the operator stops here.
    stopped: Option<Option<NodeId>>,
}

impl Node {
    /// A back-out is under way, also while it still asks what came of the last command.
    pub(super) fn backs_out(&self) -> bool {
        self.settles_to_undo || self.part == Part::BackOut
    }
}

/// What an answer led to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) to: NodeId,
    /// A handler was entered on the way.
    pub(super) handler: bool,
    /// A step began on the way.
    pub(super) step: bool,
    /// A person approved something, or a backup was begun.
    pub(super) guard: bool,
    pub(super) refused: Option<Refused>,
    /// More than one record was written on the way that says more than what is seen: a kill may come between.
    pub(super) cuttable: bool,
}

/// A command that was refused, and failed its statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Refused {
    pub(super) at: InstrId,
    pub(super) by: Refuser,
    pub(super) code: Option<i32>,
}

/// Every node that was met.
#[derive(Debug)]
pub(super) struct Nodes<'c> {
    code: &'c Code,
    live: Live,
    machines: Store<Quick>,
    known: IndexSet<(Stored, RequestId), Quick>,
    facts: Vec<Node>,
    requests: IndexSet<Request, Quick>,
    /// Each answer to each request.
    answers: IndexSet<(RequestId, Answer), Quick>,
    /// By answer, which of its request's answers it is.
    ordinals: Vec<u32>,
    /// By request, how many answers are known.
    counts: Vec<u32>,
    edges: Edges,
    coverage: Coverage,
    /// Where a run goes on that was killed on the way to where an answer leads.
    pub(super) within: Withins,
}

impl<'c> Nodes<'c> {
    pub(super) fn new(code: &'c Code) -> Nodes<'c> {
        Nodes {
            code,
            live: Live::of(code),
            machines: Store::default(),
            known: IndexSet::default(),
            facts: Vec::new(),
            requests: IndexSet::default(),
            answers: IndexSet::default(),
            ordinals: Vec::new(),
            counts: Vec::new(),
            edges: Edges::default(),
            coverage: Coverage::new(code),
            within: Withins::default(),
        }
    }

    pub(super) fn code(&self) -> &'c Code {
        self.code
    }

    /// Where a run begins.
    pub(super) fn first(&mut self) -> NodeId {
        self.begin(Machine::new(self.code))
    }

    pub(super) fn get(&self, node: NodeId) -> Node {
        self.facts[node.0 as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn request(&self, request: RequestId) -> &Request {
        &self.requests[request.0 as usize]
    }

    pub(super) fn answer(&self, answer: AnswerId) -> &Answer {
        &self.answers[answer.0 as usize].1
    }

    pub(super) fn answer_id(&mut self, request: RequestId, answer: Answer) -> AnswerId {
        let (at, new) = self.answers.insert_full((request, answer));
        if new {
            let count = &mut self.counts[request.0 as usize];
            self.ordinals.push(*count);
            *count += 1;
        }
        AnswerId(index(at))
    }

    /// Takes in the places that others have met, and what they have seen.
    pub(super) fn take_in(&mut self, other: Nodes<'c>) {
        self.coverage.join(&other.coverage);
        for (machine, request) in &other.known {
            self.insert(other.machines.get(*machine), other.request(*request).clone());
        }
    }

    pub(super) fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// How the run ended, if it did.
    pub(super) fn end(&self, node: NodeId) -> Option<&End> {
        let node = &self.facts[node.0 as usize];
        let Request::End(end) = self.request(node.over.then_some(node.request)?) else { return None };
        Some(end)
    }

    pub(super) fn follow(&mut self, from: NodeId, answer: AnswerId) -> Edge {
        let ordinal = self.ordinals[answer.0 as usize];
        if let Some(edge) = self.edges.get(from, ordinal) {
            return edge;
        }
        let (machine, events, request) = self.turn(from, answer);
        self.coverage.saw(self.code, self.get(from).at, machine.at(), &events);
        let refused = events.iter().find_map(refused);
        let handler = events.iter().any(|event| matches!(event, Event::Handler { .. }));
        let step = events.iter().any(|event| matches!(event, Event::StepBegan { .. }));
        let guard = events.iter().any(|event| self.guards(event));
        let cuttable = events.iter().filter(|event| !event.only_shows()).nth(1).is_some();
        let edge = Edge { to: self.add(machine, request), handler, step, guard, refused, cuttable };
        self.edges.insert(from, ordinal, edge);
        edge
    }

    /// What makes a conversion that cannot be undone one that was meant.
    fn guards(&self, event: &Event) -> bool {
        let backup = Some(Act::Admin(Command::Backup));
        let backs_up = |at| self.code.command(at).and_then(|command| command.action.act()) == backup;
        let done = matches!(event, Event::Outcome { at, outcome: Outcome::Done { .. } } if backs_up(*at));
        done || matches!(event, Event::Approved { .. })
    }

    /// What happened between a node and where an answer leads, and what is asked there.
    pub(super) fn turn(&self, from: NodeId, answer: AnswerId) -> (Machine, Vec<Event>, Request) {
        self.run(self.machine(from), self.answer(answer).clone())
    }

    /// The node of a machine that has asked for that, where it was met.
    pub(super) fn find(&self, machine: &Machine, request: &Request) -> Option<NodeId> {
        let mut machine = machine.clone();
        machine.forget(self.code, &self.live);
        let request = RequestId(index(self.requests.get_index_of(request)?));
        let machine = self.machines.find(machine)?;
        self.known.get_index_of(&(machine, request)).map(|at| NodeId(index(at)))
    }

    /// What survives a kill at a node.
    pub(super) fn durable(&self, node: NodeId) -> Durable {
        self.machines.durable(self.known[node.0 as usize].0)
    }

    fn machine(&self, node: NodeId) -> Machine {
        self.machines.get(self.known[node.0 as usize].0)
    }

    /// A node in full.
    pub(super) fn described(&self, node: NodeId) -> String {
        format!("{:?} {:?}", self.machine(node), self.request(self.get(node).request))
    }

    /// A machine as the nodes keep it, in full.
    pub(super) fn forgotten(&self, machine: &Machine) -> String {
        let mut machine = machine.clone();
        machine.forget(self.code, &self.live);
        format!("{machine:?}")
    }

    /// Where an answer leads that was followed before.
    pub(super) fn followed(&self, from: NodeId, answer: AnswerId) -> NodeId {
        let edge = self.edges.get(from, self.ordinals[answer.0 as usize]);
        edge.expect("because it was followed when it was explored").to
    }

    /// Where a run goes on that was killed at this node, before what it asks for was done.
    pub(super) fn resumed(&mut self, node: NodeId) -> NodeId {
        if let Some(known) = self.get(node).resumed {
            return known;
        }
        let resumed = self.begin(Machine::from(self.code, self.durable(node), Resume::Killed));
        self.facts[node.0 as usize].resumed = Some(resumed);
        resumed
    }

    /// Where a run goes that is backed out: one that failed or was stopped, or that was killed at this node before what it
    /// asks for was done.
    pub(super) fn backed_out(&mut self, node: NodeId) -> Option<NodeId> {
        if let Some(known) = self.get(node).backed_out {
            return known;
        }
        let backed_out = self.back_out_turn(node).map(|turn| self.arrive(turn));
        self.facts[node.0 as usize].backed_out = Some(backed_out);
        backed_out
    }

    /// What a back-out does first.
    pub(super) fn back_out_turn(&self, node: NodeId) -> Option<(Machine, Vec<Event>, Request)> {
        self.back_out_of(&self.durable(node))
    }

    /// What a back-out does first of a run of which that much is recorded.
    pub(super) fn back_out_of(&self, durable: &Durable) -> Option<(Machine, Vec<Event>, Request)> {
        let machine = Machine::back_out(self.code, durable.clone()).ok().filter(|_| has_failed(durable))?;
        Some(self.run(machine, Answer::Begin))
    }

    /// Where a run goes that the operator stops at this node, to back it out; none where it cannot be backed out.
    ///
    /// A command that is under way is finished first.
    pub(super) fn stopped(&mut self, node: NodeId) -> Option<NodeId> {
        if let Some(known) = self.get(node).stopped {
            return known;
        }
        let stopped = self.stop_turn(node).map(|turn| self.arrive(turn));
        self.facts[node.0 as usize].stopped = Some(stopped);
        stopped
    }

    /// What a run does first that the operator stops.
    pub(super) fn stop_turn(&self, node: NodeId) -> Option<(Machine, Vec<Event>, Request)> {
        let mut machine = self.machine(node);
        if machine.durable().back_out_refused(self.code).is_some() {
            return None;
        }
        machine.interrupt();
        Some(if machine.can_stop(self.code) {
            self.run(machine, Answer::Woke(Clocks::NONE))
        } else {
            (machine, Vec::new(), self.request(self.get(node).request).clone())
        })
    }

    pub(super) fn begin(&mut self, machine: Machine) -> NodeId {
        let turn = self.run(machine, Answer::Begin);
        self.arrive(turn)
    }

    pub(super) fn arrive(&mut self, (machine, events, request): (Machine, Vec<Event>, Request)) -> NodeId {
        self.coverage.saw(self.code, machine.at(), machine.at(), &events);
        self.add(machine, request)
    }

    /// Clocks are set and people are told at once: nothing of the pair is in that.
    fn run(&self, mut machine: Machine, answer: Answer) -> (Machine, Vec<Event>, Request) {
        let Turn { mut events, mut request } = machine.next(self.code, answer);
        while let Request::Set(..) | Request::Notify(_) = request {
            let turn = machine.next(self.code, Answer::Set);
            events.extend(turn.events);
            request = turn.request;
        }
        (machine, events, request)
    }

    fn add(&mut self, mut machine: Machine, request: Request) -> NodeId {
        machine.forget(self.code, &self.live);
        self.insert(machine, request)
    }

    /// What can be forgotten of it is.
    fn insert(&mut self, machine: Machine, request: Request) -> NodeId {
        let over = matches!(request, Request::End(_));
        let (request, new) = self.requests.insert_full(request);
        if new {
            self.counts.push(0);
        }
        let request = RequestId(index(request));
        let (at, durable) = (machine.at(), machine.durable());
        let (acted, again) = (durable.has_acted(), durable.has_repeated());
        let settles_to_undo = durable.settles_to_undo();
        let machine = self.machines.keep(machine);
        let (index_of, new) = self.known.insert_full((machine, request));
        if new {
            self.facts.push(Node {
                request,
                at,
                part: self.code.place(at).part,
                acted,
                again,
                over,
                settles_to_undo,
                resumed: None,
                backed_out: None,
                stopped: None,
            });
        }
        NodeId(index(index_of))
    }
}

/// Where answers lead, as far as they were followed.
#[derive(Debug, Default)]
struct Edges {
    /// By node and by which of its request's answers.
    known: HashMap<(NodeId, u32), Way, Quick>,
    /// Each refusal once; the number of one is the place here, plus one.
    refusals: IndexSet<Refused, Quick>,
}

/// An edge in little room: there are some for each node.
#[derive(Debug, Clone, Copy)]
struct Way {
    to: NodeId,
    refusal: u32,
    marks: u8,
}

const HANDLER: u8 = 1;
const STEP: u8 = 2;
const GUARD: u8 = 4;
const CUTTABLE: u8 = 8;

impl Edges {
    fn get(&self, from: NodeId, ordinal: u32) -> Option<Edge> {
        let Way { to, refusal, marks } = *self.known.get(&(from, ordinal))?;
        let refused = (refusal as usize).checked_sub(1).map(|at| self.refusals[at]);
        let has = |mark| marks & mark != 0;
        Some(Edge { to, handler: has(HANDLER), step: has(STEP), guard: has(GUARD), cuttable: has(CUTTABLE), refused })
    }

    fn insert(&mut self, from: NodeId, ordinal: u32, Edge { to, handler, step, guard, cuttable, refused }: Edge) {
        let refusal = refused.map_or(0, |refused| index(self.refusals.insert_full(refused).0 + 1));
        let marks = [(handler, HANDLER), (step, STEP), (guard, GUARD), (cuttable, CUTTABLE)];
        let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).sum();
        self.known.insert((from, ordinal), Way { to, refusal, marks });
    }
}

/// It is under way, or came to no good end: nobody backs out a run that has succeeded, or that was backed out.
fn has_failed(durable: &Durable) -> bool {
    durable.ended().is_none_or(|end| match end.result {
        RunResult::Failed | RunResult::InDoubt | RunResult::Stopped | RunResult::Parked => true,
        RunResult::Done | RunResult::AlreadyDone | RunResult::NotStarted | RunResult::BackedOut => false,
    })
}

fn refused(event: &Event) -> Option<Refused> {
    let Event::Failed { failure: Failure { at, kind: FailureKind::Refused { by, code, .. } } } = event else {
        return None;
    };
    Some(Refused { at: *at, by: *by, code: *code })
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("because there are far fewer than 2^32")
}
