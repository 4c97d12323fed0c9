//! The guard's question: would the pair refuse this command in the states seen?
//!
//! Knows only what is seen; what would have to be known besides (whose data is newer, which log is kept) refuses
//! nothing here.

use super::transition::{self, Case};
use super::{Act, Command, StartOptions, State, StatusWord, Version, code};

/// What is in sight of one server; none: not in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sight {
    /// `Down` is proven.
    pub state: Option<State>,
    pub link: Option<StatusWord>,
    pub copy: Option<StatusWord>,
    pub switch: Option<StatusWord>,
    pub catchup: Option<StatusWord>,
    /// Of the running software.
    pub version: Option<Version>,
    /// A server process exists, whatever its port says.
    pub process: Option<bool>,
    /// Somebody listens on its port; a server that stops closes it first.
    pub listens: Option<bool>,
    /// Of the software on the machine, as the site's `installed` command prints it.
    pub installed: Option<Version>,
    /// A host command that this run started for the server (`start`, `install`) still runs.
    pub host_command: Option<bool>,
}

/// What is in sight of the pair, seen from the server that a command goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seen {
    pub own: Sight,
    pub peer: Sight,
}

/// Why a command would be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code that the server would give.
    pub code: i32,
    pub text: &'static str,
    /// Makes two servers accept writes: no option lifts it.
    pub two_primaries: bool,
}

/// The parts of a `Sight` that are wanted, beside both states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Looks {
    /// `link`, `copy`, `switch` and `catchup` of the server that the act goes to.
    pub own_status: bool,
    /// The running version of both.
    pub versions: bool,
    /// `listens` of the server that the act goes to.
    pub own_port: bool,
    /// `process` and `host_command` of the server that the act goes to.
    pub own_process: bool,
    /// `installed` of the server that the act goes to.
    pub own_installed: bool,
}

/// What `refusal` wants to see for an act, and `settled` before and after it.
#[must_use]
pub fn looks(act: Act) -> Looks {
    match act {
        Act::Admin(command) => Looks {
            own_status: command.is_hotstandby() && !command.is_query(),
            versions: matches!(command, Command::Connect | Command::Netcopy),
            own_port: matches!(command, Command::Shutdown | Command::ShutdownForce),
            own_process: matches!(command, Command::Shutdown | Command::ShutdownForce),
            own_installed: false,
        },
        Act::Start(StartOptions { .. }) => Looks { own_process: true, ..Looks::default() },
        Act::Install => Looks { own_process: true, own_installed: true, ..Looks::default() },
    }
}

/// The refusal that the model knows for an act in what is seen; what is not in sight refuses nothing here.
#[must_use]
pub fn refusal(act: Act, seen: &Seen) -> Option<Refusal> {
    match act {
        Act::Admin(command) => {
            let two_primaries = makes_two_primaries(command, seen);
            match refused_in_sight(command, seen) {
                Some(number) => Some(Refusal { code: number, text: text_of(number), two_primaries }),
                None => two_primaries.then_some(TWO_PRIMARIES),
            }
        }
        Act::Start(StartOptions { .. }) => in_use(seen, "A server process runs on this database."),
        Act::Install => in_use(seen, "The software is in use: a server process runs."),
    }
}

fn refused_in_sight(command: Command, seen: &Seen) -> Option<i32> {
    let from = seen.own.state?;
    transition::refused(command, from, |case| holds(case, seen)).map(|(code, _)| code)
}

fn text_of(number: i32) -> &'static str {
    code(number).map_or("Operation refused.", |code| code.text)
}

/// What no server checks by itself. Source: 200 watchdog "Primary server fails"; the code is that of a connect then, 14700.
const TWO_PRIMARIES: Refusal =
    Refusal { code: 14700, text: "The other server accepts writes: two servers would.", two_primaries: true };

/// The other server accepts writes, and this one would begin to. A switch between connected servers makes none; between
/// unconnected ones it may, by one reading of the manuals. Source: 7 HAG Watchdog sample; 200 Network partitions.
fn makes_two_primaries(command: Command, seen: &Seen) -> bool {
    let begins = seen.own.state.is_none_or(|state| !state.serves());
    let connected = seen.own.state == Some(State::SecondaryActive);
    let by_switch = command == Command::SwitchPrimary;
    command.promotes() && begins && !(by_switch && connected) && seen.peer.state.is_some_and(State::serves)
}

/// A start or an install where a process runs. Source: SRC 10054; for an install INF.
fn in_use(seen: &Seen, text: &'static str) -> Option<Refusal> {
    let runs = seen.own.process == Some(true) || seen.own.state.is_some_and(|state| state != State::Down);
    runs.then_some(Refusal { code: 10054, text, two_primaries: false })
}

/// Whether a case holds in what is seen; none where that cannot be seen from outside.
fn holds(case: Case, seen: &Seen) -> Option<bool> {
    let link = |words: &[StatusWord]| seen.own.link.map(|word| words.contains(&word));
    let active = |status: Option<StatusWord>| status.map(|word| word == StatusWord::Active);
    let peer = |is: fn(State) -> bool| seen.peer.state.map(is);
    match case {
        Case::Always | Case::WrongRole | Case::Already | Case::NotAlone => Some(true),
        Case::SwitchActive => active(seen.own.switch),
        Case::CopyActive => active(seen.own.copy),
        Case::CatchupActive => either(active(seen.own.catchup), link(&[StatusWord::Catchup, StatusWord::Connecting])),
        Case::DisconnectActive => link(&[StatusWord::Disconnecting]),
        Case::Connected => connected(seen),
        Case::NotConnected => link(&[StatusWord::Broken]),
        Case::Connecting => link(&[StatusWord::Catchup, StatusWord::Connecting]),
        Case::PeerAbsent | Case::PeerDown => peer(|state| state == State::Down),
        Case::PeerUnreachable => peer(|state| !state.answers()),
        Case::PeerPrimary => peer(State::is_primary),
        Case::PeerSecondary => peer(State::is_secondary),
        Case::PeerStandalone => peer(|state| state == State::Standalone),
        Case::OwnNewer => versions(seen).map(|(own, peer)| own > peer),
        Case::PeerOlderLevel => versions(seen).map(|(own, peer)| peer.level() < own.level()),
        Case::BackupActive
        | Case::PeerCommanded
        | Case::NoConnectString
        | Case::DifferentBase
        | Case::NotSynchronized
        | Case::LogGone
        | Case::CanConnect
        | Case::PeerListens
        | Case::LinkLost
        | Case::UsersLoggedIn
        | Case::NoOtherUsers
        | Case::NoDirectory
        | Case::DirectoryMissing
        | Case::HsbEnabled
        | Case::HsbDisabled
        | Case::NothingToOpen
        | Case::IncompleteFile
        | Case::OlderFormat
        | Case::OlderFormatNotClean
        | Case::OlderFormatClean
        | Case::NewerFormat
        | Case::AutoPrimaryAlone
        | Case::NoAutoPrimaryAlone => None,
    }
}

/// By its state a server is connected, or by its link.
fn connected(seen: &Seen) -> Option<bool> {
    match seen.own.state {
        Some(State::PrimaryActive | State::SecondaryActive) => Some(true),
        Some(
            State::PrimaryAlone
            | State::PrimaryUncertain
            | State::SecondaryAlone
            | State::Standalone
            | State::Offline
            | State::Down,
        )
        | None => seen.own.link.map(|word| word == StatusWord::Connected),
    }
}

fn versions(seen: &Seen) -> Option<(Version, Version)> {
    seen.own.version.zip(seen.peer.version)
}

fn either(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        (None, _) | (_, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(own: State, peer: State) -> Seen {
        let link = match own {
            State::PrimaryActive | State::SecondaryActive => StatusWord::Connected,
            _ => StatusWord::Broken,
        };
        let own = Sight { state: Some(own), link: Some(link), ..Sight::default() };
        Seen { own, peer: Sight { state: Some(peer), ..Sight::default() } }
    }

    fn given(command: Command, seen: &Seen) -> Option<i32> {
        refusal(Act::Admin(command), seen).map(|refusal| refusal.code)
    }

    #[test]
    fn a_netcopy_while_connected_is_refused_and_on_a_secondary_too() {
        assert_eq!(given(Command::Netcopy, &seen(State::PrimaryActive, State::SecondaryActive)), Some(14704));
        assert_eq!(given(Command::Netcopy, &seen(State::SecondaryAlone, State::PrimaryAlone)), Some(14712));
        assert_eq!(given(Command::Netcopy, &seen(State::PrimaryAlone, State::SecondaryAlone)), None);
        assert_eq!(given(Command::Netcopy, &seen(State::PrimaryAlone, State::Offline)), None);
        assert_eq!(given(Command::Netcopy, &seen(State::PrimaryAlone, State::Down)), Some(21306));
    }

    #[test]
    fn a_netcopy_onto_older_software_is_refused() {
        let mut seen = seen(State::PrimaryAlone, State::SecondaryAlone);
        seen.own.version = Some(Version::new(7, 0, 0));
        seen.peer.version = Some(Version::new(6, 5, 0));
        assert_eq!(given(Command::Netcopy, &seen), Some(10058));
        (seen.own.version, seen.peer.version) = (seen.peer.version, seen.own.version);
        assert_eq!(given(Command::Netcopy, &seen), None);
    }

    #[test]
    fn connect_on_the_newer_secondary_is_refused_and_on_the_older_primary_is_not() {
        let mut on_secondary = seen(State::SecondaryAlone, State::PrimaryAlone);
        on_secondary.own.version = Some(Version::new(7, 0, 3));
        on_secondary.peer.version = Some(Version::new(7, 0, 2));
        assert_eq!(given(Command::Connect, &on_secondary), Some(14501));
        let on_primary = Seen {
            own: Sight { version: on_secondary.peer.version, ..seen(State::PrimaryAlone, State::Down).own },
            peer: Sight { state: Some(State::SecondaryAlone), version: on_secondary.own.version, ..Sight::default() },
        };
        assert_eq!(given(Command::Connect, &on_primary), None);
    }

    #[test]
    fn connect_is_refused_by_what_the_other_server_is() {
        assert_eq!(given(Command::Connect, &seen(State::PrimaryActive, State::SecondaryActive)), Some(30750));
        assert_eq!(given(Command::Connect, &seen(State::PrimaryAlone, State::PrimaryAlone)), Some(14700));
        assert_eq!(given(Command::Connect, &seen(State::SecondaryAlone, State::SecondaryAlone)), Some(14701));
        assert_eq!(given(Command::Connect, &seen(State::PrimaryAlone, State::Down)), Some(14503));
        assert_eq!(given(Command::Connect, &seen(State::PrimaryUncertain, State::SecondaryAlone)), None);
    }

    #[test]
    fn what_is_in_progress_refuses_before_what_the_other_server_is() {
        let mut copying = seen(State::PrimaryAlone, State::Offline);
        copying.own.copy = Some(StatusWord::Active);
        assert_eq!(given(Command::Connect, &copying), Some(14703));
        let mut catching_up = seen(State::SecondaryAlone, State::PrimaryAlone);
        catching_up.own.link = Some(StatusWord::Catchup);
        assert_eq!(given(Command::SwitchPrimary, &catching_up), Some(14702));
        let mut switching = seen(State::SecondaryActive, State::PrimaryActive);
        switching.own.switch = Some(StatusWord::Active);
        assert_eq!(given(Command::SwitchPrimary, &switching), Some(14523));
        let mut copying = seen(State::PrimaryAlone, State::SecondaryAlone);
        copying.own.copy = Some(StatusWord::Active);
        assert_eq!(given(Command::SwitchSecondary, &copying), Some(14703));
    }

    #[test]
    fn a_disconnect_ends_a_catchup_though_the_state_is_alone() {
        let mut catching_up = seen(State::PrimaryAlone, State::SecondaryAlone);
        assert_eq!(given(Command::Disconnect, &catching_up), Some(30768));
        catching_up.own.link = Some(StatusWord::Catchup);
        assert_eq!(given(Command::Disconnect, &catching_up), None);
    }

    #[test]
    fn a_switch_of_the_unconnected_is_refused() {
        let refused = refusal(Act::Admin(Command::SwitchPrimary), &seen(State::SecondaryAlone, State::SecondaryAlone));
        assert_eq!(refused.map(|refusal| (refusal.code, refusal.two_primaries)), Some((14537, false)));
        assert_eq!(given(Command::SwitchPrimary, &seen(State::SecondaryActive, State::PrimaryActive)), None);
    }

    #[test]
    fn nothing_may_make_a_second_server_accept_writes() {
        for command in [Command::SetPrimaryAlone, Command::SetStandalone, Command::SwitchPrimary] {
            for peer in [State::PrimaryAlone, State::Standalone] {
                let refused = refusal(Act::Admin(command), &seen(State::SecondaryAlone, peer));
                assert!(refused.is_some_and(|refusal| refusal.two_primaries), "{command:?} beside {peer}");
            }
            for peer in [State::SecondaryAlone, State::Down, State::Offline] {
                let refused = refusal(Act::Admin(command), &seen(State::SecondaryAlone, peer));
                assert!(!refused.is_some_and(|refusal| refusal.two_primaries), "{command:?} beside {peer}");
            }
        }
        let connected =
            refusal(Act::Admin(Command::SetPrimaryAlone), &seen(State::SecondaryActive, State::PrimaryActive));
        assert_eq!(connected.map(|refusal| (refusal.code, refusal.two_primaries)), Some((30769, true)));
    }

    #[test]
    fn set_primary_alone_says_what_is_so_already() {
        assert_eq!(given(Command::SetPrimaryAlone, &seen(State::PrimaryAlone, State::Down)), Some(30782));
        assert_eq!(given(Command::SetPrimaryAlone, &seen(State::PrimaryActive, State::SecondaryActive)), Some(30769));
        assert_eq!(given(Command::SetPrimaryAlone, &seen(State::PrimaryUncertain, State::SecondaryAlone)), None);
    }

    #[test]
    fn a_server_that_is_not_there_or_listens_for_a_netcopy_takes_no_command() {
        assert_eq!(given(Command::ShutdownForce, &seen(State::Down, State::PrimaryAlone)), Some(21306));
        assert_eq!(given(Command::ShutdownForce, &seen(State::Offline, State::PrimaryAlone)), Some(14552));
        assert_eq!(given(Command::ShutdownForce, &seen(State::SecondaryActive, State::PrimaryActive)), None);
    }

    #[test]
    fn nothing_is_started_or_installed_over_a_process() {
        let stopping = Seen { own: Sight { process: Some(true), ..Sight::default() }, peer: Sight::default() };
        let runs = seen(State::SecondaryAlone, State::PrimaryAlone);
        for act in [Act::Start(StartOptions::default()), Act::Install] {
            for seen in [&stopping, &runs] {
                assert_eq!(refusal(act, seen).map(|refusal| refusal.code), Some(10054), "{act:?}");
            }
            assert_eq!(refusal(act, &seen(State::Down, State::PrimaryAlone)), None);
        }
    }

    #[test]
    fn what_is_not_in_sight_refuses_nothing() {
        for command in Command::all() {
            assert_eq!(refusal(Act::Admin(command), &Seen::default()), None, "{}", command.text());
        }
    }
}
