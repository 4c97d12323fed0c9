//! Old news does not count: whether what a status command shows is of the process that this run started last.

use crate::pair::{Act, Command, Seen, Sight, State, Status, StatusWord};
use crate::program::ServerId;

/// What is known of one status of one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum News {
    /// It counts as it stands.
    #[default]
    Current,
    /// This run started a process; right before, the status showed this (none: nothing yet, so that anything is new).
    Since(Option<StatusWord>),
    /// Nobody knows what the status showed before: only ACTIVE is new.
    Unseen,
}

/// How what is in progress on a server counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Activity {
    /// As each of the statuses does.
    #[default]
    ByStatuses,
    /// The way was left: that something is in progress counts, that nothing is does not yet.
    Old,
    /// As the statuses show it, old or not.
    Stands,
}

/// Of both servers, by `ServerId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct AllNews {
    /// Of link, copy, switch, catchup.
    statuses: [[News; 4]; 2],
    /// What is in progress, of all four.
    activity: [Activity; 2],
    /// Whether the server was connected right before the last connect or disconnect; none: not in sight, or none was sent.
    connected: [Option<bool>; 2],
}

impl News {
    /// After ACTIVE any word is new, as where there was none.
    fn simplest(self) -> News {
        if self == News::Since(Some(StatusWord::Active)) { News::Since(None) } else { self }
    }
}

impl Activity {
    /// A process was started.
    fn renewed(self) -> Activity {
        match self {
            Activity::ByStatuses => Activity::ByStatuses,
            Activity::Old | Activity::Stands => Activity::Old,
        }
    }
}

impl AllNews {
    pub(super) fn of(&self, server: ServerId, status: Status) -> News {
        index(status).map_or(News::Current, |at| self.statuses[server.0 as usize][at])
    }

    /// How what is in progress counts.
    pub(super) fn activity(&self, server: ServerId) -> Activity {
        self.activity[server.0 as usize]
    }

    /// A command was done, or may have been: what these statuses showed right before it is old.
    pub(super) fn started(&mut self, command: Command, own: ServerId, before: &Seen) {
        let peer = ServerId(1 - own.0);
        if !renewed_by(command).is_empty() {
            self.activity = self.activity.map(Activity::renewed);
        }
        if renewed_by(command).contains(&Status::Link) {
            for (server, sight) in [(own, &before.own), (peer, &before.peer)] {
                self.connected[server.0 as usize] = sight.state.filter(|state| state.answers()).map(connected);
            }
        }
        for status in renewed_by(command) {
            self.set(own, *status, since(&before.own, *status));
            if *status != Status::Copy {
                self.set(peer, *status, since(&before.peer, *status));
            }
        }
    }

    /// The way was left: for a handler, for `on failure`, for a back-out, before which a person may have done something. What
    /// connects and disconnects have come to by then counts when it has been looked at for `look_limit`.
    pub(super) fn age(&mut self) {
        for [link, _, _, catchup] in &mut self.statuses {
            (*link, *catchup) = (News::Unseen, News::Unseen);
        }
        self.activity = [Activity::Old; 2];
        self.connected = [None; 2];
    }

    /// A status was read: ACTIVE, or another value than before, is of the process.
    pub(super) fn saw(&mut self, server: ServerId, status: Status, word: StatusWord) {
        let next = match self.of(server, status) {
            News::Current => return,
            News::Since(before) if before != Some(word) || word == StatusWord::Active => News::Current,
            News::Unseen if word == StatusWord::Active => News::Current,
            old @ (News::Since(_) | News::Unseen) => old,
        };
        self.set(server, status, next);
        // Where the connection is gone, no catchup can be under way.
        if status == Status::Link && next == News::Current && word == StatusWord::Broken {
            self.set(server, Status::Catchup, News::Current);
        }
    }

    /// A state was read: a server that has become ACTIVE or ALONE since a connect or disconnect has come to that process's
    /// end, so that its link and catchup answer for it too. Source: PRIMARY ACTIVE only after catchup completes [100, 200].
    pub(super) fn saw_state(&mut self, server: ServerId, state: State) {
        if self.ends_with(server, state) {
            self.connected[server.0 as usize] = None;
            self.set(server, Status::Link, News::Current);
            self.set(server, Status::Catchup, News::Current);
        }
    }

    /// That state says that the last connect or disconnect has come to its end there.
    pub(super) fn ends_with(&self, server: ServerId, state: State) -> bool {
        let was = self.connected.get(server.0 as usize).copied().flatten();
        state.answers() && was.is_some_and(|was| was != connected(state))
    }

    /// What is known counts as it stands.
    pub(super) fn stands(&mut self, server: ServerId, status: Status) {
        self.set(server, status, News::Current);
        if status == Status::Activity {
            self.activity[server.0 as usize] = Activity::Stands;
        }
    }

    /// Forgets what is not asked any more, by server: statuses, and what is in progress; and what has become of what is forgotten.
    pub(super) fn forget(&mut self, statuses: &[[bool; 4]; 2], activity: [bool; 2]) {
        for server in 0..2 {
            if !activity[server] {
                self.activity[server] = Activity::default();
            }
            let by_statuses = activity[server] && self.activity[server] == Activity::ByStatuses;
            for (news, asked) in self.statuses[server].iter_mut().zip(statuses[server]) {
                *news = if asked || by_statuses { news.simplest() } else { News::Current };
            }
            let [link, _, _, catchup] = self.statuses[server];
            if (link, catchup) == (News::Current, News::Current) {
                self.connected[server] = None;
            }
        }
    }

    /// Something that a status shows is old on one of the servers.
    pub(super) fn any_old(&self, status: Status) -> bool {
        index(status).is_some_and(|at| self.statuses.iter().any(|of_server| of_server[at] != News::Current))
    }

    fn set(&mut self, server: ServerId, status: Status, news: News) {
        if let (Some(at), Some(of_server)) = (index(status), self.statuses.get_mut(server.0 as usize)) {
            of_server[at] = news;
        }
    }
}

/// A server in one of the two ACTIVE states follows, or is followed.
fn connected(state: State) -> bool {
    matches!(state, State::PrimaryActive | State::SecondaryActive)
}

/// The statuses that answer for the process which a command starts.
fn renewed_by(command: Command) -> &'static [Status] {
    match command.shown_by() {
        Some(Status::Link | Status::Catchup) => &[Status::Link, Status::Catchup],
        Some(Status::Copy) => &[Status::Copy],
        Some(Status::Switch) => &[Status::Switch],
        Some(Status::Activity) | None => &[],
    }
}

/// What link and catchup show on both servers is old once that was done.
pub(super) fn renews_the_link(act: Act) -> bool {
    matches!(act, Act::Admin(command) if renewed_by(command).contains(&Status::Link))
}

fn since(sight: &Sight, status: Status) -> News {
    match word(sight, status) {
        Some(word) => News::Since(Some(word)),
        // A server that has not copied or switched yet has no word for it; a link always has one.
        None if sight.state.is_some() && matches!(status, Status::Copy | Status::Switch) => News::Since(None),
        None => News::Unseen,
    }
}

fn word(sight: &Sight, status: Status) -> Option<StatusWord> {
    match status {
        Status::Link => sight.link,
        Status::Copy => sight.copy,
        Status::Switch => sight.switch,
        Status::Catchup => sight.catchup,
        Status::Activity => None,
    }
}

fn index(status: Status) -> Option<usize> {
    match status {
        Status::Link => Some(0),
        Status::Copy => Some(1),
        Status::Switch => Some(2),
        Status::Catchup => Some(3),
        Status::Activity => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S1: ServerId = ServerId(0);

    fn after_a_copy(shown: Option<StatusWord>) -> AllNews {
        let mut news = AllNews::default();
        let own = Sight { state: Some(State::PrimaryAlone), copy: shown, ..Sight::default() };
        news.started(Command::Netcopy, S1, &Seen { own, peer: Sight::default() });
        news
    }

    #[test]
    fn the_same_word_as_before_the_command_stays_old_and_another_one_is_new() {
        let mut news = after_a_copy(Some(StatusWord::Success));
        news.saw(S1, Status::Copy, StatusWord::Success);
        assert_eq!(news.of(S1, Status::Copy), News::Since(Some(StatusWord::Success)));
        news.saw(S1, Status::Copy, StatusWord::Active);
        assert_eq!(news.of(S1, Status::Copy), News::Current);
    }

    #[test]
    fn the_first_word_is_new_where_there_was_none_before() {
        let mut news = after_a_copy(None);
        news.saw(S1, Status::Copy, StatusWord::Success);
        assert_eq!(news.of(S1, Status::Copy), News::Current);
    }

    #[test]
    fn of_a_server_out_of_sight_before_the_command_only_active_is_new() {
        let mut news = AllNews::default();
        news.started(Command::Connect, S1, &Seen::default());
        news.saw(S1, Status::Link, StatusWord::Broken);
        news.saw(S1, Status::Link, StatusWord::Connected);
        assert_eq!(news.of(S1, Status::Link), News::Unseen);
        news.saw(S1, Status::Catchup, StatusWord::Active);
        assert_eq!(news.of(S1, Status::Catchup), News::Current);
    }

    #[test]
    fn what_link_and_catchup_show_behind_a_failure_counts_when_it_stands() {
        let mut news = AllNews::default();
        news.age();
        news.saw(S1, Status::Link, StatusWord::Broken);
        assert_eq!([Status::Link, Status::Catchup].map(|status| news.of(S1, status)), [News::Unseen; 2]);
        assert_eq!([Status::Copy, Status::Switch].map(|status| news.of(S1, status)), [News::Current; 2]);
        news.stands(S1, Status::Link);
        assert_eq!(news.of(S1, Status::Link), News::Current);
    }

    #[test]
    fn a_server_that_has_become_active_since_the_connect_answers_for_it() {
        let mut news = AllNews::default();
        let alone = |state| Sight {
            state: Some(state),
            link: Some(StatusWord::Broken),
            catchup: Some(StatusWord::NotActive),
            ..Sight::default()
        };
        let before = Seen { own: alone(State::PrimaryAlone), peer: alone(State::SecondaryAlone) };
        let peer = ServerId(1);
        news.started(Command::Connect, S1, &before);
        news.saw_state(peer, State::SecondaryAlone);
        news.saw(peer, Status::Catchup, StatusWord::NotActive);
        assert_eq!(news.of(peer, Status::Catchup), News::Since(Some(StatusWord::NotActive)));
        news.saw_state(peer, State::SecondaryActive);
        assert_eq!(news.of(peer, Status::Catchup), News::Current);
        assert_eq!(news.of(S1, Status::Catchup), News::Since(Some(StatusWord::NotActive)));
    }

    #[test]
    fn a_link_that_breaks_after_a_disconnect_ends_the_wait_for_news_of_catchup() {
        let mut news = AllNews::default();
        let own = Sight {
            state: Some(State::PrimaryActive),
            link: Some(StatusWord::Connected),
            catchup: Some(StatusWord::NotActive),
            ..Sight::default()
        };
        news.started(Command::Disconnect, S1, &Seen { own, peer: own });
        news.saw(S1, Status::Link, StatusWord::Broken);
        assert_eq!(news.of(S1, Status::Catchup), News::Current);
    }

    #[test]
    fn what_is_not_kept_of_the_sight_before_a_command_makes_no_news() {
        let states = || [None].into_iter().chain(State::ALL.map(Some));
        let words = [None, Some(StatusWord::Connected), Some(StatusWord::Success), Some(StatusWord::NotActive)];
        let sights = words.into_iter().enumerate().map(|(at, link)| {
            let [copy, switch, catchup] = [1, 2, 3].map(|by| words[(at + by) % words.len()]);
            Sight { link, copy, switch, catchup, ..Sight::default() }
        });
        let sights: Vec<Sight> = sights.flat_map(|sight| states().map(move |state| Sight { state, ..sight })).collect();
        let told = |command, before: &Seen| {
            let mut news = AllNews::default();
            news.started(command, S1, before);
            news
        };
        for command in Command::all() {
            for (own, peer) in sights.iter().flat_map(|own| sights.iter().map(move |peer| (*own, *peer))) {
                let before = Seen { own, peer };
                let kept = crate::pair::asked_afterwards(crate::pair::Act::Admin(command), &before);
                assert_eq!(told(command, &before), told(command, &kept), "{command:?} {before:?}");
            }
        }
    }
}
