//! All wording of what a search finds.

use std::cmp::Reverse;
use std::time::Duration;

use crate::diag::{Finding, Label, Rule, Severity};
use crate::engine::{Code, Event, InstrId};
use crate::pair::model::{Kind, Model, Side};

use super::remedy::{Remedy, remedy};
use super::{Property, Reference, Violation, What};

/// As many statements of a story are marked in the text.
const MOST_LABELS: usize = 2;

impl Property {
    /// Its stable code and name.
    #[must_use]
    pub fn rule(self) -> Rule {
        let (code, name) = match self {
            Property::TwoPrimaries => ("HSB4001", "two-primaries"),
            Property::LostCommits => ("HSB4002", "lost-commits"),
            Property::StalePromotion => ("HSB4003", "stale-promotion"),
            Property::NobodyServes => ("HSB4004", "nobody-serves"),
            Property::OutageWait => ("HSB4005", "outage-wait"),
            Property::UnsafeResume => ("HSB4006", "unsafe-resume"),
            Property::FailsUnprovoked => ("HSB4011", "fails-unprovoked"),
            Property::NeverSucceeds => ("HSB4012", "never-succeeds"),
            Property::WrongVersion => ("HSB4013", "wrong-version"),
            Property::RefusedCommand => ("HSB4014", "refused-command"),
            Property::DeadWait => ("HSB4015", "dead-wait"),
            Property::EndState => ("HSB4016", "end-state"),
            Property::WatchdogLeft => ("HSB4017", "watchdog-left"),
            Property::ConversionUnguarded => ("HSB4018", "conversion-unguarded"),
            Property::LogOverflow => ("HSB4019", "log-overflow"),
        };
        Rule { code, name, severity: Severity::Error }
    }
}

impl Violation {
    /// The finding: what is broken, at the statements that lead there.
    #[must_use]
    pub fn finding(&self, code: &Code) -> Finding {
        let rule = self.property.rule();
        let names = |side: Side| code.servers().get(side as usize).map_or("the other server", |it| it.name.as_str());
        let what = match &self.overflow {
            Some(overflow) => overflow.what(&names),
            None => what(self.property, self.damage, &self.story.end(), &names),
        };
        let finding = Finding::at(rule, code.place(self.at).span, what, label(self.property));
        let finding = self.way(code).into_iter().fold(finding, |finding, Label { span, text }| finding.and(span, text));
        let finding = finding.why(why(self.damage.unwrap_or(self.property)));
        match remedy(self, code) {
            Some(remedy) => finding.help(help(remedy, &names)),
            None => finding,
        }
    }

    /// The last commands of the story, each where it was sent.
    fn way(&self, code: &Code) -> Vec<Label> {
        let own = code.place(self.at).span;
        if let Some(overflow) = &self.overflow {
            return overflow.longest(code, self.at);
        }
        let mut labels: Vec<Label> = Vec::new();
        for at in self.story.entries.iter().rev().flat_map(|entry| sent(&entry.what)) {
            let span = code.place(at).span;
            if span != own && !labels.iter().any(|label| label.span == span) && labels.len() < MOST_LABELS {
                labels.push(Label { span, text: format!("sent before: {}", code.text(at)) });
            }
        }
        labels
    }

    /// What had to go wrong, and on which kind of pair: `1 fault; AutoPrimaryAlone no, 2-safe`.
    #[must_use]
    pub fn circumstances(&self) -> String {
        let count = |count: u8, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            many => Some(format!("{many} {what}s")),
        };
        let wrong: Vec<String> =
            [count(self.faults, "fault"), count(self.kills, "kill")].into_iter().flatten().collect();
        let wrong = if wrong.is_empty() { "nothing goes wrong".to_owned() } else { wrong.join(" and ") };
        format!("{wrong}; {}", self.configuration.words())
    }
}

impl super::Overflow {
    fn what<'n>(&self, name: &dyn Fn(Side) -> &'n str) -> String {
        let (at_most, lasts) = (written(self.at_most), written(self.log_lasts));
        format!("{} may work alone for {at_most}, and its log room lasts {lasts}", name(self.side))
    }

    /// Those that may take longest, but for where it becomes too long.
    fn longest(&self, code: &Code, at: InstrId) -> Vec<Label> {
        let mut of: Vec<(InstrId, Duration, usize)> = Vec::new();
        for (at, limit) in &self.way {
            match of.iter_mut().find(|(known, ..)| known == at) {
                Some((.., times)) => *times += 1,
                None => of.push((*at, *limit, 1)),
            }
        }
        of.retain(|(known, ..)| *known != at);
        of.sort_by_key(|(_, limit, times)| Reverse(*limit * u32::try_from(*times).unwrap_or(u32::MAX)));
        let label = |(at, limit, times): (InstrId, Duration, usize)| {
            let again = if times == 1 { String::new() } else { format!(", {times} times") };
            Label { span: code.place(at).span, text: format!("up to {}{again}: {}", written(limit), code.text(at)) }
        };
        of.into_iter().take(MOST_LABELS).map(label).collect()
    }
}

impl super::Configuration {
    /// How this pair behaves, for people.
    #[must_use]
    pub fn words(&self) -> String {
        let yes_or_no = |yes: bool| if yes { "yes" } else { "no" };
        let mut words = vec![
            format!("AutoPrimaryAlone {}", yes_or_no(self.model.auto_primary_alone)),
            match self.model.safeness {
                crate::pair::model::Safeness::OneSafe => "1-safe".to_owned(),
                crate::pair::model::Safeness::TwoSafe => "2-safe".to_owned(),
            },
        ];
        if self.reference == Reference::Missing {
            words.push("no external reference".to_owned());
        }
        if self.model.conversion_keeps_base {
            words.push("a converted database can catch up".to_owned());
        }
        if self.model.listener_converts {
            words.push("a listening server converts by itself".to_owned());
        }
        words.join(", ")
    }
}

/// Rounded up to minutes.
fn written(time: Duration) -> String {
    let minutes = time.as_secs().div_ceil(60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

fn sent(what: &What) -> Option<InstrId> {
    let What::Answered { events, .. } = what else { return None };
    events.iter().find_map(|event| if let Event::Intent { at, .. } = event { Some(*at) } else { None })
}

fn what<'n>(property: Property, damage: Option<Property>, end: &Model, name: &dyn Fn(Side) -> &'n str) -> String {
    let ahead = Side::BOTH.into_iter().find(|side| end.is_ahead(*side)).unwrap_or(Side::First);
    match property {
        Property::TwoPrimaries => format!("{} and {} accept writes at once", name(Side::First), name(Side::Second)),
        Property::LostCommits => "committed transactions are lost".to_owned(),
        Property::StalePromotion => {
            format!("{} is promoted while {} holds commits that it lacks", name(ahead.other()), name(ahead))
        }
        Property::NobodyServes => "the run is over, no server accepts writes, and one could".to_owned(),
        Property::OutageWait => "no server accepts writes, and this waits for what nothing brings about".to_owned(),
        Property::UnsafeResume => {
            let damage = damage.map_or("damage", Property::word);
            format!("killed and resumed, the run does what it does not do without the kill: {damage}")
        }
        Property::FailsUnprovoked => "nothing goes wrong, and the run fails".to_owned(),
        Property::NeverSucceeds => "no path comes to success".to_owned(),
        Property::WrongVersion => "software and database do not fit each other".to_owned(),
        Property::RefusedCommand => "the pair refuses this command where it stands".to_owned(),
        Property::DeadWait => "nothing that the pair can do brings this about".to_owned(),
        Property::EndState => "success is reported, and the end states do not hold".to_owned(),
        Property::WatchdogLeft => "the watchdog is left off, and the runbook does not say so".to_owned(),
        Property::ConversionUnguarded => "a database is converted for good, and nobody was asked".to_owned(),
        Property::LogOverflow => "a server may work alone for longer than its log room lasts".to_owned(),
    }
}

fn label(property: Property) -> &'static str {
    match property {
        Property::TwoPrimaries
        | Property::LostCommits
        | Property::StalePromotion
        | Property::UnsafeResume
        | Property::ConversionUnguarded => "the run stands here when it happens",
        Property::NobodyServes | Property::FailsUnprovoked | Property::EndState | Property::WatchdogLeft => {
            "the run gets no further than this"
        }
        Property::OutageWait | Property::DeadWait | Property::NeverSucceeds => "this",
        Property::WrongVersion | Property::RefusedCommand => "this is refused, or comes to nothing",
        Property::LogOverflow => "it may become too long here",
    }
}

fn why(property: Property) -> &'static str {
    match property {
        Property::TwoPrimaries => {
            "each takes commits that the other one never gets: whichever is kept, those of the other are lost"
        }
        Property::LostCommits => "the application was told that they are safe",
        Property::StalePromotion => {
            "from the first commit on each server holds some that the other one lacks, and one of them must be given up"
        }
        Property::NobodyServes => "the application stands still until somebody is found who can help",
        Property::OutageWait => "the application stands still until the limit is over",
        Property::UnsafeResume => "a machine that crashes in the night must not make it worse",
        Property::FailsUnprovoked => "the window is lost, and nothing was wrong with the pair",
        Property::NeverSucceeds => "the window is lost, whatever happens",
        Property::WrongVersion => "the server does not come up, or its copy was made for nothing",
        Property::RefusedCommand => "the step fails, though nothing is wrong with the pair",
        Property::DeadWait => "it only ever ends by its limit",
        Property::EndState => "whoever relies on the report finds a pair that is something else",
        Property::WatchdogLeft => "nobody notices until the next failure, which nothing answers then",
        Property::ConversionUnguarded => "the old version cannot open the database again",
        Property::LogOverflow => {
            "it keeps every transaction for the other one; without room it becomes STANDALONE or read-only, and only a copy helps"
        }
    }
}

fn help<'n>(remedy: Remedy, name: &dyn Fn(Side) -> &'n str) -> String {
    match remedy {
        Remedy::TurnWatchdogOff => {
            "begin the first step with `watchdog off`, and let each ending decide on it".to_owned()
        }
        Remedy::LookBehindWatchdogOff => format!(
            "behind `watchdog off`, wait until nothing is in progress and assert who serves, before anything changes: \
             what it did until then shows in the states of {} and {}",
            name(Side::First),
            name(Side::Second)
        ),
        Remedy::LeaveWatchdogOff => {
            "turn the watchdog on only where both servers are seen connected, else `leave watchdog off because \"…\"`"
                .to_owned()
        }
        Remedy::LookAtPeer(peer) => format!("put `assert {} is SECONDARY ALONE or DOWN` before it", name(peer)),
        Remedy::ComparePositions(side) => {
            let (side, peer) = (name(side), name(side.other()));
            format!("put `assert {side}.position >= {peer}.position` before it")
        }
        Remedy::StartInstead(peer) => {
            let peer = name(peer);
            format!(
                "start {peer} and let it serve: it holds every commit; where it cannot be started, let a person decide"
            )
        }
        Remedy::CompareBeforeCopy(target) => {
            let (target, source) = (name(target), name(target.other()));
            format!("put `assert {source}.position >= {target}.position` before the copy")
        }
        Remedy::AwaitEnd(kind) => format!("wait before it until {} is over", in_progress(kind)),
        Remedy::AwaitDown(side) => format!("put `wait until {} is DOWN within …` before it", name(side)),
        Remedy::Convert(side) => {
            format!("start {} with `autoconvert`: its database is of the version before", name(side))
        }
        Remedy::ConnectFromOlder(side) => format!("send `hsb connect` to {}, the older of the two", name(side)),
        Remedy::MakeServe(side) => {
            format!("let this way end with {side} serving: it is up, and holds every commit", side = name(side))
        }
        Remedy::StartAndMakeServe(side) => {
            format!("let this way end with {side} started and serving: it holds every commit", side = name(side))
        }
        Remedy::EndWaitWhenDown(side) => format!("add `fail if {} is DOWN` to the wait", name(side)),
        Remedy::DecideOnWatchdog => "end it with `watchdog on`, or with `leave watchdog off because \"…\"`".to_owned(),
        Remedy::AskBeforeConversion => {
            "put `confirm converting \"A backup of the database exists\" within …` before it".to_owned()
        }
    }
}

fn in_progress(kind: Kind) -> &'static str {
    match kind {
        Kind::Connect => "the connect, with its catchup,",
        Kind::Disconnect => "the disconnect",
        Kind::Switch => "the switch of roles",
        Kind::StepDown => "`hsb set secondary alone`",
        Kind::Netcopy => "the netcopy",
        Kind::Copy => "the copy",
    }
}
