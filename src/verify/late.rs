//! Effects that come late (`Bounds::late`): a command that got no answer, and that was not done when hsbrun asked, takes effect
//! after that; at any time, or never. That is a fault: something was slower than hsbrun's patience. One command of a run is on its
//! way at a time.

use indexmap::IndexMap;

use crate::engine::model::{self, side_of};
use crate::engine::{Action, Command, Outcome, Releases, Request};
use crate::pair::model::{Phase, Side};
use crate::pair::{self, StartOptions};

use super::expand::{Explorer, Here, Label, Step};
use super::harm::Harms;
use super::nodes::RequestId;
use super::state::{Mark, State};
use crate::engine::Quick;

/// The commands that may come late, each with a number.
#[derive(Debug)]
pub(super) struct Lates {
    releases: Releases,
    known: IndexMap<Effect, RequestId, Quick>,
}

/// What a command does to a pair, however long its answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Effect {
    Admin(Side, pair::Command),
    Start(Side, StartOptions),
    Install { side: Side, previous: bool },
    Watchdog { on: bool },
}

/// A command that is on its way; a number, so that a state stays small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct OnItsWay(u8);

impl OnItsWay {
    pub(super) const NOTHING: OnItsWay = OnItsWay(0);

    pub(super) fn number(self) -> u8 {
        self.0
    }
}

impl Effect {
    /// None where nothing comes of it that could not happen anyway: the application commits at any time, and of other
    /// commands the model knows no effect.
    fn of(command: &Command) -> Option<Effect> {
        match (&command.action, command.server.map(side_of)) {
            (Action::Admin { text }, Some(side)) => Some(Effect::Admin(side, pair::Command::lookup(text)?)),
            (Action::Start { options }, Some(side)) => {
                Some(Effect::Start(side, StartOptions::of(options.iter().map(String::as_str))))
            }
            (Action::Install { previous }, Some(side)) => Some(Effect::Install { side, previous: *previous }),
            (Action::Watchdog { on }, _) => Some(Effect::Watchdog { on: *on }),
            (
                Action::Admin { .. }
                | Action::Start { .. }
                | Action::Install { .. }
                | Action::Sql { .. }
                | Action::Run { .. },
                _,
            ) => None,
        }
    }
}

impl Lates {
    pub(super) fn new(releases: Releases) -> Lates {
        Lates { releases, known: IndexMap::default() }
    }

    fn number(&mut self, request: RequestId, command: &Command) -> Option<OnItsWay> {
        let effect = Effect::of(command)?;
        let entry = self.known.entry(effect);
        let at = entry.index();
        entry.or_insert(request);
        Some(OnItsWay(u8::try_from(at + 1).expect("because the catalogue has far fewer commands than 255")))
    }

    fn get(&self, late: OnItsWay) -> Option<(Effect, RequestId)> {
        let (effect, request) = self.known.get_index(usize::from(late.0).checked_sub(1)?)?;
        Some((*effect, *request))
    }
}

impl Explorer<'_> {
    /// Of a state's steps: those behind which a command is on its way still, and the one by which it takes effect.
    pub(super) fn come_late(&mut self, here: &Here, steps: &mut Vec<Step>) {
        let Some(mut lates) = self.lates.take() else { return };
        if here.state.path.late == OnItsWay::NOTHING {
            self.sets_out(&mut lates, here, steps);
        } else {
            self.arrives(&lates, here.state, steps);
        }
        self.lates = Some(lates);
    }

    fn sets_out(&self, lates: &mut Lates, here: &Here, steps: &mut Vec<Step>) {
        let (state, request) = (here.state, here.node.request);
        let Request::Send(command) = self.nodes.request(request) else { return };
        let Some(late) = lates.number(request, command) else { return };
        let server_is_cut = command.server.is_some_and(|server| state.path.cut().has(side_of(server)));
        if state.path.has(Mark::Starting) || server_is_cut && matches!(command.action, Action::Admin { .. }) {
            return;
        }
        let open = |step: &&Step| self.leaves_it_open(state, step) && self.may_fail(here.node.part, step.to.path);
        let behind: Vec<Step> = steps.iter().filter(open).copied().collect();
        steps.extend(behind.into_iter().map(|step| {
            let path = here.wrong(self.pairs.get(state.pair), step.to.path).with_late(late);
            Step { to: State { path, ..step.to }, ..step }
        }));
    }

    /// It was sent, nobody knows its outcome, and it was not done.
    fn leaves_it_open(&self, from: State, step: &Step) -> bool {
        let no_answer = match step.label {
            Label::Answered { answer, .. } => {
                matches!(self.nodes.answer(answer), crate::engine::Answer::Outcome(Outcome::Unknown { .. }))
            }
            Label::Killed { performed, .. } => !performed,
            Label::Happens(_) | Label::Begun | Label::ComesLate(_) | Label::Stopped | Label::BacksOut => false,
        };
        no_answer && step.to.pair == from.pair
    }

    fn arrives(&mut self, lates: &Lates, state: State, steps: &mut Vec<Step>) {
        let Some((effect, request)) = lates.get(state.path.late) else { return };
        let Request::Send(command) = self.nodes.request(request).clone() else {
            unreachable!("because only a command comes late")
        };
        // Who was to do it is gone, and the session with it.
        for step in steps.iter_mut().filter(|step| is_gone(self, step.to, effect)) {
            step.to.path = step.to.path.with_late(OnItsWay::NOTHING);
        }
        let before = *self.pairs.get(state.pair);
        let mut after = before;
        let _nobody_hears_it = model::perform(&mut after, &command, lates.releases);
        if after != before {
            let path = state.path.with_late(OnItsWay::NOTHING);
            let to = State { pair: self.pairs.id(after), path, ..state };
            let harms = Harms::of(&before, &after);
            steps.push(Step { to, label: Label::ComesLate(request), harms, refused: None });
        }
    }
}

fn is_gone(explorer: &Explorer<'_>, to: State, effect: Effect) -> bool {
    match effect {
        Effect::Admin(side, _) => explorer.pairs.get(to.pair).phase(side) != Phase::Up,
        Effect::Start(..) | Effect::Install { .. } | Effect::Watchdog { .. } => false,
    }
}
