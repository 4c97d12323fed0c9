//! How to find out whether a command whose answer was lost has happened.
//!
//! Everything here is inferred from the transition table and from what verification found (INF); each rule says in
//! which states it may simply be sent again.

use super::{Act, Command, Seen, StartOptions, State, StatusWord};

/// What the pair shows of a command whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settled {
    Done,
    /// It had no effect. Where it may not be sent again, it counts as refused.
    NotDone,
    /// Under way, or the server is not in sight: ask again.
    Wait,
    /// Asking cannot tell. Asynchronous commands may show the old status for a while after they were accepted, so this
    /// is final only once it has stayed so for the site's `look_limit`.
    CannotTell,
}

/// Compares what was seen right before the intent with what is seen now.
#[must_use]
pub fn settled(act: Act, before: &Seen, now: &Seen) -> Settled {
    match act {
        Act::Admin(command) => match now.own.state {
            None if stops(command) && now.own.process == Some(false) => Settled::Done,
            None if stops(command) && has_closed_its_port(before, now) => Settled::Done,
            None => Settled::Wait,
            Some(State::Down) if stops(command) => Settled::Done,
            Some(State::Down) => Settled::NotDone,
            Some(state) => of_command(command, state, before, now),
        },
        Act::Start(options) => of_start(options, now),
        Act::Install => of_install(before, now),
    }
}

/// Whether a command that was not done, or cannot be told, may simply be sent again.
#[must_use]
pub fn repeatable(act: Act, before: &Seen, now: &Seen) -> bool {
    let Act::Admin(command) = act else {
        return act_on_the_machine_repeatable(act, now);
    };
    let Some(own) = now.own.state.filter(|state| state.answers()) else { return false };
    let peer_is_no_primary = now.peer.state.is_some_and(|peer| !peer.is_primary() && !peer.serves());
    match command {
        Command::Connect | Command::Disconnect | Command::SwitchSecondary => true,
        Command::SetSecondaryAlone | Command::Shutdown | Command::ShutdownForce => true,
        Command::SwitchPrimary => own == State::SecondaryActive && now.own.switch != Some(StatusWord::Active),
        Command::SetPrimaryAlone => {
            matches!(own, State::PrimaryUncertain | State::SecondaryAlone) && peer_is_no_primary
        }
        Command::SetStandalone => before.own.state == now.own.state && (own.serves() || peer_is_no_primary),
        Command::Netcopy => {
            own == State::PrimaryAlone && matches!(now.peer.state, Some(State::SecondaryAlone | State::Offline))
        }
        Command::HsbParameter | Command::Parameter | Command::Close | Command::Open | Command::Makecp => true,
        Command::Copy | Command::Backup | Command::Throwout => false,
        Command::State
        | Command::Role
        | Command::StatusConnect
        | Command::StatusSwitch
        | Command::StatusCatchup
        | Command::StatusCopy
        | Command::Cominfo
        | Command::Logpos
        | Command::Userlist
        | Command::Version
        | Command::Pid
        | Command::ServerStatus
        | Command::Info
        | Command::StatusBackup
        | Command::Perfmon
        | Command::Describe
        | Command::Errorcode
        | Command::Help => true,
    }
}

/// Whether a return code says that things are already as the command would make them: no refusal for `ensure`.
///
/// Source: SRC literals 307xx; 14535, 14536, 14540 and 10054 SRC symbols.
#[must_use]
pub fn already_so(act: Act, code: i32) -> bool {
    match act {
        Act::Admin(command) => matches!(
            (command, code),
            (Command::Connect, 30750)
                | (Command::Disconnect, 30768)
                | (Command::SetPrimaryAlone, 30782)
                | (Command::SetSecondaryAlone, 30783)
                | (Command::SetStandalone, 30774 | 14540)
                | (Command::SwitchPrimary, 14535)
                | (Command::SwitchSecondary, 14536)
        ),
        Act::Start(StartOptions { .. }) => code == 10054,
        Act::Install => false,
    }
}

/// Whether a return code says that the very same is under way: with `already_so`, what counts as done when a command
/// whose outcome was unknown is sent again. Source: RCL, SRC symbols.
#[must_use]
pub fn under_way(act: Act, code: i32) -> bool {
    match act {
        Act::Admin(command) => matches!(
            (command, code),
            (Command::Connect, 14702)
                | (Command::Disconnect, 30752)
                | (Command::SwitchPrimary | Command::SwitchSecondary, 14523)
                | (Command::Netcopy | Command::Copy, 14703)
                | (Command::Shutdown | Command::ShutdownForce, 14711)
        ),
        Act::Start(_) | Act::Install => false,
    }
}

fn stops(command: Command) -> bool {
    matches!(command, Command::Shutdown | Command::ShutdownForce)
}

/// It answered right before, and now its machine says that nobody listens: it stops, however long that takes. A frozen
/// server keeps its port.
fn has_closed_its_port(before: &Seen, now: &Seen) -> bool {
    before.own.state.is_some_and(State::answers) && now.own.listens == Some(false)
}

/// A server in a state that is not DOWN.
fn of_command(command: Command, own: State, before: &Seen, now: &Seen) -> Settled {
    match command {
        Command::Connect => by_link(now, Settled::Done, Settled::NotDone),
        Command::Disconnect => by_link(now, Settled::NotDone, Settled::Done),
        Command::SwitchPrimary => reached(own.is_primary(), before, now),
        Command::SwitchSecondary => reached(own.is_secondary(), before, now),
        Command::SetPrimaryAlone => done_if(own == State::PrimaryAlone),
        Command::SetSecondaryAlone => done_if(own == State::SecondaryAlone),
        Command::SetStandalone => done_if(own == State::Standalone),
        Command::Netcopy => copied(before, now),
        Command::Copy => copy_changed(before, now),
        Command::Shutdown | Command::ShutdownForce => Settled::NotDone,
        Command::HsbParameter
        | Command::Close
        | Command::Open
        | Command::Throwout
        | Command::Backup
        | Command::Makecp
        | Command::Parameter => Settled::CannotTell,
        Command::State
        | Command::Role
        | Command::StatusConnect
        | Command::StatusSwitch
        | Command::StatusCatchup
        | Command::StatusCopy
        | Command::Cominfo
        | Command::Logpos
        | Command::Userlist
        | Command::Version
        | Command::Pid
        | Command::ServerStatus
        | Command::Info
        | Command::StatusBackup
        | Command::Perfmon
        | Command::Describe
        | Command::Errorcode
        | Command::Help => Settled::NotDone,
    }
}

/// `joined` where the link stands or is about to, `parted` where it is broken; while it is being cut, neither.
fn by_link(now: &Seen, joined: Settled, parted: Settled) -> Settled {
    match now.own.link {
        Some(StatusWord::Connected | StatusWord::Catchup | StatusWord::Connecting) => joined,
        Some(StatusWord::Broken) => parted,
        Some(_) | None => Settled::Wait,
    }
}

fn done_if(reached: bool) -> Settled {
    if reached { Settled::Done } else { Settled::NotDone }
}

/// A switch: its end, its status, or no sign of it. Where the status has become SUCCESS, it has ended since the state was
/// read: one is asked after the other.
fn reached(role: bool, before: &Seen, now: &Seen) -> Settled {
    if role {
        return Settled::Done;
    }
    let has_ended = now.own.switch == Some(StatusWord::Success) && before.own.switch != now.own.switch;
    if has_ended || now.own.switch == Some(StatusWord::Active) { Settled::Wait } else { Settled::NotDone }
}

/// A netcopy has begun if it is active, if the target has become OFFLINE or is no longer so, or if the status is another
/// one than before. SUCCESS before and after says nothing.
fn copied(before: &Seen, now: &Seen) -> Settled {
    let offline = |seen: &Seen| seen.peer.state.map(|state| state == State::Offline);
    let turned = offline(before).zip(offline(now)).is_some_and(|(then, since)| then != since);
    let arrived = now.peer.state.is_some_and(|state| matches!(state, State::SecondaryAlone | State::Offline));
    if turned && arrived { Settled::Done } else { copy_changed(before, now) }
}

fn copy_changed(before: &Seen, now: &Seen) -> Settled {
    match (before.own.copy, now.own.copy) {
        (_, Some(StatusWord::Active)) => Settled::Done,
        (Some(then), Some(since)) if then != since => Settled::Done,
        (Some(_), Some(_)) => Settled::CannotTell,
        (_, None) => Settled::Wait,
        (None, Some(_)) => Settled::CannotTell,
    }
}

fn of_start(_options: StartOptions, now: &Seen) -> Settled {
    let command_runs = now.own.host_command == Some(true);
    match (now.own.state, now.own.process) {
        (Some(State::Down), _) | (None, Some(false)) => {
            if command_runs {
                Settled::Wait
            } else {
                Settled::NotDone
            }
        }
        (Some(_), _) => Settled::Done,
        (None, Some(true) | None) => Settled::Wait,
    }
}

fn of_install(before: &Seen, now: &Seen) -> Settled {
    if now.own.host_command == Some(true) {
        return Settled::Wait;
    }
    match (before.own.installed, now.own.installed) {
        (Some(then), Some(since)) if then != since => Settled::Done,
        (Some(_), Some(_)) => Settled::NotDone,
        (None, _) | (_, None) => Settled::CannotTell,
    }
}

/// A start where nothing runs; an install where the version was seen to be the old one.
fn act_on_the_machine_repeatable(act: Act, now: &Seen) -> bool {
    let idle = now.own.host_command != Some(true);
    match act {
        Act::Start(_) => idle && (now.own.state == Some(State::Down) || now.own.process == Some(false)),
        Act::Install => idle && now.own.installed.is_some() && now.own.state.is_none_or(|state| state == State::Down),
        Act::Admin(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::{Sight, Version};

    fn seen(own: State, peer: State) -> Seen {
        let sight = |state| Sight { state: Some(state), ..Sight::default() };
        Seen { own: sight(own), peer: sight(peer) }
    }

    fn settle(command: Command, before: &Seen, now: &Seen) -> (Settled, bool) {
        let act = Act::Admin(command);
        (settled(act, before, now), repeatable(act, before, now))
    }

    #[test]
    fn a_disconnect_is_settled_by_the_link() {
        let before = seen(State::PrimaryActive, State::SecondaryActive);
        let with = |word| {
            let mut now = before;
            now.own.link = Some(word);
            settle(Command::Disconnect, &before, &now)
        };
        assert_eq!(with(StatusWord::Broken).0, Settled::Done);
        assert_eq!(with(StatusWord::Disconnecting).0, Settled::Wait);
        assert_eq!(with(StatusWord::Connected), (Settled::NotDone, true));
    }

    #[test]
    fn a_connect_is_settled_by_the_link_and_safe_to_repeat() {
        let before = seen(State::PrimaryAlone, State::SecondaryAlone);
        let with = |word| {
            let mut now = before;
            now.own.link = Some(word);
            settle(Command::Connect, &before, &now)
        };
        for word in [StatusWord::Connected, StatusWord::Catchup, StatusWord::Connecting] {
            assert_eq!(with(word).0, Settled::Done);
        }
        assert_eq!(with(StatusWord::Broken), (Settled::NotDone, true));
    }

    #[test]
    fn a_shutdown_is_done_when_the_process_or_its_port_is_gone_and_not_before() {
        let before = seen(State::SecondaryAlone, State::PrimaryAlone);
        let down = seen(State::Down, State::PrimaryAlone);
        assert_eq!(settle(Command::ShutdownForce, &before, &down).0, Settled::Done);
        let mut stopping = before;
        stopping.own = Sight { process: Some(true), ..Sight::default() };
        assert_eq!(settle(Command::ShutdownForce, &before, &stopping).0, Settled::Wait, "it may be frozen");
        stopping.own.listens = Some(false);
        assert_eq!(settle(Command::ShutdownForce, &before, &stopping).0, Settled::Done);
        assert_eq!(settle(Command::ShutdownForce, &before, &before), (Settled::NotDone, true));
    }

    #[test]
    fn a_promotion_is_repeated_only_beside_a_server_that_is_no_primary() {
        let before = seen(State::SecondaryAlone, State::Down);
        assert_eq!(settle(Command::SetPrimaryAlone, &before, &before), (Settled::NotDone, true));
        let beside_a_primary = seen(State::SecondaryAlone, State::PrimaryAlone);
        assert_eq!(settle(Command::SetPrimaryAlone, &before, &beside_a_primary), (Settled::NotDone, false));
        let mut blind = before;
        blind.peer.state = None;
        assert_eq!(settle(Command::SetPrimaryAlone, &before, &blind), (Settled::NotDone, false));
        let done = seen(State::PrimaryAlone, State::Down);
        assert_eq!(settle(Command::SetPrimaryAlone, &before, &done).0, Settled::Done);
    }

    #[test]
    fn a_switch_is_never_repeated_once_the_servers_are_parted() {
        let before = seen(State::SecondaryActive, State::PrimaryActive);
        assert_eq!(settle(Command::SwitchPrimary, &before, &before), (Settled::NotDone, true));
        let parted = seen(State::SecondaryAlone, State::SecondaryAlone);
        assert_eq!(settle(Command::SwitchPrimary, &before, &parted), (Settled::NotDone, false));
        let mut switching = before;
        switching.own.switch = Some(StatusWord::Active);
        assert_eq!(settle(Command::SwitchPrimary, &before, &switching), (Settled::Wait, false));
        let done = seen(State::PrimaryActive, State::SecondaryActive);
        assert_eq!(settle(Command::SwitchPrimary, &before, &done).0, Settled::Done);
    }

    #[test]
    fn an_old_success_of_a_copy_proves_nothing() {
        let mut before = seen(State::PrimaryAlone, State::SecondaryAlone);
        before.own.copy = Some(StatusWord::Success);
        assert_eq!(settle(Command::Netcopy, &before, &before), (Settled::CannotTell, true));
        for (word, peer) in [
            (StatusWord::Active, State::SecondaryAlone),
            (StatusWord::Error, State::SecondaryAlone),
            (StatusWord::Success, State::Offline),
        ] {
            let mut now = before;
            (now.own.copy, now.peer.state) = (Some(word), Some(peer));
            assert_eq!(settle(Command::Netcopy, &before, &now).0, Settled::Done, "{word:?} {peer}");
        }
    }

    #[test]
    fn a_target_that_listened_before_proves_a_netcopy_only_when_it_no_longer_listens() {
        let mut before = seen(State::PrimaryAlone, State::Offline);
        before.own.copy = Some(StatusWord::None);
        assert_eq!(settle(Command::Netcopy, &before, &before), (Settled::CannotTell, true));
        let mut now = before;
        now.peer.state = Some(State::SecondaryAlone);
        assert_eq!(settle(Command::Netcopy, &before, &now).0, Settled::Done);
    }

    #[test]
    fn a_command_to_a_server_that_is_down_was_not_done_and_is_not_repeated() {
        let before = seen(State::PrimaryAlone, State::SecondaryAlone);
        let down = seen(State::Down, State::SecondaryAlone);
        for command in [Command::Connect, Command::Netcopy, Command::SetPrimaryAlone] {
            assert_eq!(settle(command, &before, &down), (Settled::NotDone, false));
        }
    }

    #[test]
    fn a_start_is_settled_by_the_process_and_its_own_command() {
        let act = Act::Start(StartOptions::default());
        let before = seen(State::Down, State::PrimaryAlone);
        assert_eq!((settled(act, &before, &before), repeatable(act, &before, &before)), (Settled::NotDone, true));
        let mut starting = before;
        starting.own.host_command = Some(true);
        assert_eq!((settled(act, &before, &starting), repeatable(act, &before, &starting)), (Settled::Wait, false));
        assert_eq!(settled(act, &before, &seen(State::Offline, State::PrimaryAlone)), Settled::Done);
    }

    #[test]
    fn an_install_is_settled_by_the_version_and_without_one_by_a_person() {
        let mut before = seen(State::Down, State::PrimaryAlone);
        assert_eq!(
            (settled(Act::Install, &before, &before), repeatable(Act::Install, &before, &before)),
            (Settled::CannotTell, false)
        );
        before.own.installed = Some(Version::new(6, 5, 0));
        assert_eq!(
            (settled(Act::Install, &before, &before), repeatable(Act::Install, &before, &before)),
            (Settled::NotDone, true)
        );
        let mut now = before;
        now.own.installed = Some(Version::new(7, 0, 0));
        assert_eq!(settled(Act::Install, &before, &now), Settled::Done);
    }

    #[test]
    fn what_is_so_already_is_told_by_its_code() {
        assert!(already_so(Act::Admin(Command::SetPrimaryAlone), 30782));
        assert!(!already_so(Act::Admin(Command::SetPrimaryAlone), 30769));
        assert!(already_so(Act::Start(StartOptions::default()), 10054));
        assert!(!already_so(Act::Install, 10054));
        assert!(under_way(Act::Admin(Command::Netcopy), 14703));
    }
}
