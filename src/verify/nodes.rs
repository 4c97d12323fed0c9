//! The machine as a graph: where a run can stand, and where each answer leads. What an answer leads to does not depend on
//! the pair, so it is worked out once, however many pairs are met there.

use indexmap::IndexSet;

use crate::engine::{
    Answer, Code, Durable, End, Event, Failure, FailureKind, InstrId, Live, Machine, Outcome, Part, Request, Store,
    Stored, StoredDurable, Turn,
};

use crate::pair::{Act, Command};

use super::behind::Behind;
use super::coverage::Coverage;
use super::edges::{Edge, Edges, Refused};
use super::within::Withins;
use crate::engine::Quick;

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
    pub(super) over: bool,
    /// A back-out has begun, which asks first what came of the command at which the run was left.
    pub(super) settles_to_undo: bool,
}

impl Node {
    /// A back-out is under way, also while it still asks what came of the last command.
    pub(super) fn backs_out(&self) -> bool {
        self.settles_to_undo || self.part == Part::BackOut
    }
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
    edges: Edges,
    coverage: Coverage,
    /// Where a run goes on that was killed, and the like.
    pub(super) behind: Behind,
    /// Where a run goes on that was killed on the way to where an answer leads.
    pub(super) within: Withins,
    /// What happened on the way that was followed last: where a kill may come within it, that is asked for next.
    latest: Option<(NodeId, AnswerId, Vec<Event>)>,
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
            edges: Edges::default(),
            coverage: Coverage::new(code),
            behind: Behind::default(),
            within: Withins::default(),
            latest: None,
        }
    }

    pub(super) fn code(&self) -> &'c Code {
        self.code
    }

    /// Where a run begins.
    pub(super) fn first(&mut self) -> NodeId {
        self.begin(Machine::new(self.code), None)
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
        AnswerId(index(self.answers.insert_full((request, answer)).0))
    }

    /// Takes in the places that others have met, and what they have seen.
    pub(super) fn take_in(&mut self, other: Nodes<'c>) {
        self.coverage.join(&other.coverage);
        for (machine, request) in &other.known {
            self.insert(&other.machines.get(*machine), other.request(*request).clone(), None);
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
        if let Some(edge) = self.edges.get(from, answer) {
            return edge;
        }
        let mut machine = self.machine(from);
        let (events, request) = self.run(&mut machine, self.answer(answer));
        self.coverage.saw(self.code, self.get(from).at, machine.at(), &events);
        let refused = events.iter().find_map(refused);
        let handler = events.iter().any(|event| matches!(event, Event::Handler { .. }));
        let step = events.iter().any(|event| matches!(event, Event::StepBegan { .. }));
        let guard = events.iter().any(|event| self.guards(event));
        let cuttable = events.iter().filter(|event| !event.only_shows()).nth(1).is_some();
        let to = self.add(&mut machine, request, Some(self.stored(from).durable()));
        let edge = Edge { to, handler, step, guard, refused, cuttable };
        self.edges.insert(from, answer, edge);
        self.latest = Some((from, answer, events));
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
        let mut machine = self.machine(from);
        let (events, request) = self.run(&mut machine, self.answer(answer));
        (machine, events, request)
    }

    /// What happened between a node and where an answer leads.
    pub(super) fn events_of(&mut self, from: NodeId, answer: AnswerId) -> Vec<Event> {
        match self.latest.take() {
            Some((node, followed, events)) if (node, followed) == (from, answer) => events,
            Some(_) | None => self.turn(from, answer).1,
        }
    }

    /// The node of a machine that has asked for that, where it was met.
    pub(super) fn find(&self, machine: &Machine, request: &Request) -> Option<NodeId> {
        let mut machine = machine.clone();
        machine.forget(self.code, &self.live);
        let request = RequestId(index(self.requests.get_index_of(request)?));
        let machine = self.machines.find(&machine)?;
        self.known.get_index_of(&(machine, request)).map(|at| NodeId(index(at)))
    }

    /// What survives a kill at a node.
    pub(super) fn durable(&self, node: NodeId) -> Durable {
        self.durable_of(self.stored(node).durable())
    }

    /// What survives a kill where that much is recorded.
    pub(super) fn durable_of(&self, recorded: StoredDurable) -> Durable {
        self.machines.durable(recorded)
    }

    /// Keeps what is recorded of a run that is killed within a turn.
    pub(super) fn keep_durable(&mut self, durable: &Durable, before: StoredDurable) -> StoredDurable {
        self.machines.keep_durable(durable, Some(before))
    }

    pub(super) fn stored(&self, node: NodeId) -> Stored {
        self.known[node.0 as usize].0
    }

    pub(super) fn machine(&self, node: NodeId) -> Machine {
        self.machines.get(self.stored(node))
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
        let edge = self.edges.get(from, answer);
        edge.expect("because it was followed when it was explored").to
    }

    /// Where a run begins, or goes on; `like`: what it began with.
    pub(super) fn begin(&mut self, mut machine: Machine, like: Option<StoredDurable>) -> NodeId {
        let (events, request) = self.run(&mut machine, &Answer::Begin);
        self.arrive((machine, events, request), like)
    }

    pub(super) fn arrive(
        &mut self,
        (mut machine, events, request): (Machine, Vec<Event>, Request),
        like: Option<StoredDurable>,
    ) -> NodeId {
        self.coverage.saw(self.code, machine.at(), machine.at(), &events);
        self.add(&mut machine, request, like)
    }

    /// Clocks are set and people are told at once: nothing of the pair is in that.
    pub(super) fn run(&self, machine: &mut Machine, answer: &Answer) -> (Vec<Event>, Request) {
        let Turn { mut events, mut request } = machine.answered(self.code, answer);
        while let Request::Set(..) | Request::Notify(_) = request {
            let turn = machine.next(self.code, Answer::Set);
            events.extend(turn.events);
            request = turn.request;
        }
        (events, request)
    }

    fn add(&mut self, machine: &mut Machine, request: Request, like: Option<StoredDurable>) -> NodeId {
        machine.forget(self.code, &self.live);
        self.insert(machine, request, like)
    }

    /// What can be forgotten of it is.
    fn insert(&mut self, machine: &Machine, request: Request, like: Option<StoredDurable>) -> NodeId {
        let over = matches!(request, Request::End(_));
        let request = RequestId(index(self.requests.insert_full(request).0));
        let (at, durable) = (machine.at(), machine.durable());
        let (acted, again) = (durable.has_acted(), durable.has_repeated());
        let settles_to_undo = durable.settles_to_undo();
        let machine = self.machines.keep(machine, like);
        let (index_of, new) = self.known.insert_full((machine, request));
        if new {
            self.facts.push(Node { request, at, part: self.code.place(at).part, acted, again, over, settles_to_undo });
        }
        NodeId(index(index_of))
    }
}

fn refused(event: &Event) -> Option<Refused> {
    let Event::Failed { failure: Failure { at, kind: FailureKind::Refused { by, code, .. } } } = event else {
        return None;
    };
    Some(Refused { at: *at, by: *by, code: *code })
}

pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).expect("because there are far fewer than 2^32")
}
