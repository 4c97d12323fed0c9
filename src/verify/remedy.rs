//! What would have prevented a story, where the story itself shows it. Only that is said which what happened before the
//! last step proves; where it could be one thing or another, nothing is.

use crate::engine::{Action, Code, Event, Request};
use crate::pair::model::{Kind, Phase, Side};
use crate::pair::{Act, Command, StartOptions};
use crate::program::ServerId;

use super::judge::could_serve;
use super::{Deed, Entry, Happening, Property, Story, Violation, What};

/// What would have prevented it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// The watchdog did it, and nothing turns it off.
    TurnWatchdogOff,
    /// The watchdog did it before it was off, and what it had done was not looked at.
    LookBehindWatchdogOff,
    /// The watchdog did it after the run had turned it on.
    LeaveWatchdogOff,
    /// The run itself made a server serve while the other one did.
    LookAtPeer(Side),
    /// It made a server serve that lacks commits of the other one, which could have been asked.
    ComparePositions(Side),
    /// … and the other one, which holds them, was down.
    StartInstead(Side),
    /// A copy went over a server that held more.
    CompareBeforeCopy(Side),
    /// A command, or an end, came while this was still in progress.
    AwaitEnd(Kind),
    /// A server was still stopping.
    AwaitDown(Side),
    /// The software is newer than the database, which a plain start does not convert.
    Convert(Side),
    /// The newer server was told to connect.
    ConnectFromOlder(Side),
    /// This server could serve, and nothing makes it.
    MakeServe(Side),
    /// … and has no process.
    StartAndMakeServe(Side),
    /// The wait goes on after that server went down.
    EndWaitWhenDown(Side),
    DecideOnWatchdog,
    AskBeforeConversion,
}

/// Where the checker can tell.
pub(super) fn remedy(violation: &Violation, code: &Code) -> Option<Remedy> {
    let story = &violation.story;
    match violation.damage.unwrap_or(violation.property) {
        Property::TwoPrimaries | Property::StalePromotion | Property::LostCommits => {
            by_watchdog(story, code).or_else(|| by_command(story))
        }
        Property::NobodyServes => idle_server(story),
        Property::OutageWait => {
            Side::BOTH.into_iter().find(|side| story.end().phase(*side) == Phase::Down).map(Remedy::EndWaitWhenDown)
        }
        Property::RefusedCommand | Property::FailsUnprovoked | Property::EndState => too_early(story),
        Property::WrongVersion => of_versions(story),
        Property::WatchdogLeft => Some(Remedy::DecideOnWatchdog),
        Property::ConversionUnguarded => Some(Remedy::AskBeforeConversion),
        Property::UnsafeResume | Property::NeverSucceeds | Property::DeadWait | Property::LogOverflow => None,
    }
}

/// The last of the watchdog's deeds led there.
fn by_watchdog(story: &Story, code: &Code) -> Option<Remedy> {
    let deed = |entry: &Entry| {
        matches!(entry.what, What::Happens(Happening::Watchdog(Deed::Promotes(_) | Deed::Netcopies(_))))
    };
    let at = story.entries.iter().rposition(deed)?;
    let turned = |on: bool| story.entries[..at].iter().any(|entry| turns_watchdog(entry, on));
    Some(match (code.silences_watchdog(), turned(true)) {
        (false, _) => Remedy::TurnWatchdogOff,
        (true, true) => Remedy::LeaveWatchdogOff,
        (true, false) => Remedy::LookBehindWatchdogOff,
    })
}

fn turns_watchdog(entry: &Entry, wanted: bool) -> bool {
    matches!(sent(entry), Some(Action::Watchdog { on }) if *on == wanted)
}

/// A command of the run led there: the last promotion, or the copy that began.
fn by_command(story: &Story) -> Option<Remedy> {
    let (before, last) = last_step(story)?;
    if let Some(side) = Side::BOTH.into_iter().find(|side| last.pair.phase(*side) == Phase::Receiving) {
        let overwritten = before.phase(side) != Phase::Receiving && before.is_ahead(side);
        return overwritten.then_some(Remedy::CompareBeforeCopy(side));
    }
    let Some(Action::Admin { text }) = sent(last) else { return None };
    if !matches!(Command::lookup(text), Some(Command::SetPrimaryAlone | Command::SetStandalone)) {
        return None;
    }
    let side = addressed(last)?;
    let peer = side.other();
    match (before.serves(peer), before.is_ahead(peer), before.phase(peer)) {
        (true, ..) => Some(Remedy::LookAtPeer(peer)),
        (false, true, Phase::Up) => Some(Remedy::ComparePositions(side)),
        (false, true, Phase::Down) => Some(Remedy::StartInstead(peer)),
        (
            false,
            true,
            Phase::Starting | Phase::StartingToListen | Phase::Listening | Phase::Receiving | Phase::Stopping,
        )
        | (false, false, _) => None,
    }
}

/// A server that could serve at the end.
fn idle_server(story: &Story) -> Option<Remedy> {
    let end = story.end();
    let side = Side::BOTH.into_iter().find(|side| could_serve(&end, *side))?;
    Some(if end.has_process(side) { Remedy::MakeServe(side) } else { Remedy::StartAndMakeServe(side) })
}

/// Something was still in progress when it was refused, failed or ended.
fn too_early(story: &Story) -> Option<Remedy> {
    let failed = |entry: &&Entry| events(entry).iter().any(|event| matches!(event, Event::Failed { .. }));
    let pair = story.entries.iter().find(failed).map_or_else(|| story.end(), |entry| entry.pair);
    if let Some(operation) = pair.operation() {
        return Some(Remedy::AwaitEnd(operation.kind));
    }
    Side::BOTH.into_iter().find(|side| pair.phase(*side) == Phase::Stopping).map(Remedy::AwaitDown)
}

fn of_versions(story: &Story) -> Option<Remedy> {
    let last = story.entries.iter().rfind(|entry| sent(entry).is_some())?;
    let (side, action) = (addressed(last)?, sent(last)?);
    let newer = last.pair.software(side).level() > last.pair.database_level(side);
    match action.act()? {
        Act::Install if last.pair.phase(side) == Phase::Stopping => Some(Remedy::AwaitDown(side)),
        Act::Start(options) if newer && options == StartOptions::default() => Some(Remedy::Convert(side)),
        Act::Admin(Command::Connect) => Some(Remedy::ConnectFromOlder(side.other())),
        Act::Install | Act::Start(_) | Act::Admin(_) => None,
    }
}

/// The last step, and the pair before it.
fn last_step(story: &Story) -> Option<(crate::pair::model::Model, &Entry)> {
    let (last, before) = story.entries.split_last()?;
    Some((before.last().map_or(story.start, |entry| entry.pair), last))
}

/// What an entry has hsbrun send.
fn sent(entry: &Entry) -> Option<&Action> {
    command(entry).map(|command| &command.action)
}

fn addressed(entry: &Entry) -> Option<Side> {
    let ServerId(number) = command(entry)?.server?;
    Some(Side::BOTH[usize::from(number)])
}

fn command(entry: &Entry) -> Option<&crate::engine::Command> {
    let request = match &entry.what {
        What::Answered { request, .. } | What::Begun { request } => Some(request),
        What::Killed { performed, .. } => performed.as_ref(),
        What::Happens(_) | What::ComesLate { .. } | What::Stopped { .. } | What::BacksOut { .. } => None,
    };
    let Request::Send(command) = request? else { return None };
    Some(command)
}

fn events(entry: &Entry) -> &[Event] {
    match &entry.what {
        What::Answered { events, .. }
        | What::Killed { events, .. }
        | What::Stopped { events }
        | What::BacksOut { events } => events,
        What::Begun { .. } | What::ComesLate { .. } | What::Happens(_) => &[],
    }
}
