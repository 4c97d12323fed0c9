//! What of the sight right before an act is ever asked for behind it: by `settled` and `repeatable`, and by whoever tells the
//! news of the process that it starts from what was shown before. All else of it is dead.

use super::{Act, Command, Seen, Sight, State, Status};

/// Stands for every state of which only is asked whether it is in sight, or whether its server answers.
const ANY: State = State::Standalone;

/// Two sights that are alike in this settle alike, whatever is seen behind the act, and make the same news.
#[must_use]
pub fn asked_afterwards(act: Act, before: &Seen) -> Seen {
    let own = match act {
        Act::Admin(command) => return of_command(command, before),
        Act::Install => Sight { installed: before.own.installed, ..Sight::default() },
        Act::Start(_) => Sight::default(),
    };
    Seen { own, peer: Sight::default() }
}

fn of_command(command: Command, before: &Seen) -> Seen {
    let Seen { own, peer } = before;
    let alone = |state| Seen { own: Sight { state, ..Sight::default() }, peer: Sight::default() };
    match (command, command.shown_by()) {
        (_, Some(Status::Link | Status::Catchup)) => {
            let kept = |sight: &Sight| Sight {
                state: sight.state.filter(|state| state.answers()).map(connection),
                link: sight.link,
                catchup: sight.catchup,
                ..Sight::default()
            };
            Seen { own: kept(own), peer: kept(peer) }
        }
        (_, Some(Status::Switch)) => {
            let kept =
                |sight: &Sight| Sight { state: sight.state.map(|_| ANY), switch: sight.switch, ..Sight::default() };
            Seen { own: kept(own), peer: kept(peer) }
        }
        (_, Some(Status::Copy)) => Seen {
            own: Sight { state: own.state.map(|_| ANY), copy: own.copy, ..Sight::default() },
            peer: Sight { state: peer.state.map(offline), ..Sight::default() },
        },
        (Command::Shutdown | Command::ShutdownForce, _) => {
            alone(own.state.filter(|state| state.answers()).map(|_| ANY))
        }
        (Command::SetStandalone, _) => alone(own.state),
        (_, Some(Status::Activity) | None) => Seen::default(),
    }
}

/// Whether it follows or is followed.
fn connection(state: State) -> State {
    if matches!(state, State::PrimaryActive | State::SecondaryActive) { State::PrimaryActive } else { ANY }
}

/// Whether it waits for a copy.
fn offline(state: State) -> State {
    if state == State::Offline { state } else { ANY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::{StartOptions, StatusWord, Version, repeatable, settled};

    const WORDS: [Option<StatusWord>; 6] = [
        None,
        Some(StatusWord::Connected),
        Some(StatusWord::Broken),
        Some(StatusWord::Active),
        Some(StatusWord::Success),
        Some(StatusWord::NotActive),
    ];

    /// Draws without luck: the same sights in every run.
    struct Draws(u64);

    impl Draws {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).expect("because 31 bits fit") % most
        }

        fn word(&mut self) -> Option<StatusWord> {
            WORDS[self.below(WORDS.len())]
        }

        fn yes(&mut self) -> Option<bool> {
            [None, Some(false), Some(true)][self.below(3)]
        }

        fn version(&mut self) -> Option<Version> {
            [None, Some(Version::new(6, 5, 0)), Some(Version::new(7, 0, 0))][self.below(3)]
        }

        fn sight(&mut self) -> Sight {
            let state = self.below(State::ALL.len() + 1);
            Sight {
                state: State::ALL.get(state).copied(),
                link: self.word(),
                copy: self.word(),
                switch: self.word(),
                catchup: self.word(),
                version: self.version(),
                process: self.yes(),
                listens: self.yes(),
                installed: self.version(),
                host_command: self.yes(),
            }
        }

        fn seen(&mut self) -> Seen {
            Seen { own: self.sight(), peer: self.sight() }
        }
    }

    #[test]
    fn what_is_not_kept_of_the_sight_before_an_act_settles_nothing() {
        let acts = Command::all().map(Act::Admin).chain([Act::Install, Act::Start(StartOptions::default())]);
        let mut draws = Draws(1);
        for act in acts {
            for _ in 0..4_000 {
                let (before, now) = (draws.seen(), draws.seen());
                let kept = asked_afterwards(act, &before);
                let whole = (settled(act, &before, &now), repeatable(act, &before, &now));
                assert_eq!(
                    whole,
                    (settled(act, &kept, &now), repeatable(act, &kept, &now)),
                    "{act:?} {before:?} {now:?}"
                );
                assert_eq!(kept, asked_afterwards(act, &kept), "what is kept is kept");
            }
        }
    }
}
