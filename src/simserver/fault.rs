//! Faults that are asked for from outside: a file in a server's folder says what is to go wrong there.
//!
//! The file outlives the process, so that a fault can wait for a server that is down. Whoever reads or writes it holds
//! its lock. What a fault does to the server stands where the server does that work.

mod file;
mod gate;
mod pair;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::pair::Command;

pub(super) use file::FaultFile;
pub(super) use gate::{Gate, Watch};
pub use pair::{add_fault, clear_faults, faults};

/// Something that goes wrong by order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The link to the peer, as this server has it, until another condition is asked for.
    Link(LinkCondition),
    /// So often.
    Counted(FaultKind, u32),
}

/// What befalls all traffic that a server receives from its peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkCondition {
    Whole,
    /// Each message comes so much later.
    Slow(Duration),
    /// The connection stands and nothing arrives; what was held comes when the link is whole again.
    HalfOpen,
    /// Connections are closed, and no new ones come about.
    Cut,
}

/// What goes wrong once, and is then used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A netcopy that this server sends breaks after its first block.
    CopyFails,
    /// A catchup that this server sends breaks when it begins.
    CatchupFails,
    /// A switch that was commanded on this server breaks on its way: both servers end as Secondaries.
    SwitchFails,
    /// The connection is closed after the command was done, in the place of its answer.
    AnswerLost(Command),
    /// The connection is closed in the place of the command.
    CommandLost(Command),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Link(LinkCondition::Whole) => f.write_str("link resume"),
            Fault::Link(LinkCondition::Slow(delay)) => write!(f, "link slow {}", delay.as_millis()),
            Fault::Link(LinkCondition::HalfOpen) => f.write_str("link half-open"),
            Fault::Link(LinkCondition::Cut) => f.write_str("link cut"),
            Fault::Counted(FaultKind::CopyFails, count) => write!(f, "copy-fails {count}"),
            Fault::Counted(FaultKind::CatchupFails, count) => write!(f, "catchup-fails {count}"),
            Fault::Counted(FaultKind::SwitchFails, count) => write!(f, "switch-fails {count}"),
            Fault::Counted(FaultKind::AnswerLost(command), count) => {
                write!(f, "answer-lost {count} {}", command.text())
            }
            Fault::Counted(FaultKind::CommandLost(command), count) => {
                write!(f, "command-lost {count} {}", command.text())
            }
        }
    }
}

impl FromStr for Fault {
    type Err = ();

    /// Reads what `Display` writes.
    fn from_str(line: &str) -> Result<Fault, ()> {
        let (word, rest) = line.trim().split_once(' ').ok_or(())?;
        if word == "link" {
            return condition(rest).map(Fault::Link).ok_or(());
        }
        let (count, command) = rest.split_once(' ').unwrap_or((rest, ""));
        let count = count.parse().map_err(|_| ())?;
        let command = || Command::all().find(|known| known.text() == command).ok_or(());
        let kind = match word {
            "copy-fails" => FaultKind::CopyFails,
            "catchup-fails" => FaultKind::CatchupFails,
            "switch-fails" => FaultKind::SwitchFails,
            "answer-lost" => FaultKind::AnswerLost(command()?),
            "command-lost" => FaultKind::CommandLost(command()?),
            _ => return Err(()),
        };
        Ok(Fault::Counted(kind, count))
    }
}

fn condition(text: &str) -> Option<LinkCondition> {
    match text.split_once(' ').unwrap_or((text, "")) {
        ("resume", _) => Some(LinkCondition::Whole),
        ("half-open", _) => Some(LinkCondition::HalfOpen),
        ("cut", _) => Some(LinkCondition::Cut),
        ("slow", millis) => millis.parse().ok().map(|millis| LinkCondition::Slow(Duration::from_millis(millis))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_as_it_was_written() {
        let faults = [
            Fault::Link(LinkCondition::Whole),
            Fault::Link(LinkCondition::Slow(Duration::from_millis(250))),
            Fault::Link(LinkCondition::HalfOpen),
            Fault::Link(LinkCondition::Cut),
            Fault::Counted(FaultKind::CopyFails, 1),
            Fault::Counted(FaultKind::CatchupFails, 2),
            Fault::Counted(FaultKind::SwitchFails, 3),
            Fault::Counted(FaultKind::AnswerLost(Command::SetPrimaryAlone), 4),
            Fault::Counted(FaultKind::CommandLost(Command::ShutdownForce), 5),
        ];
        for fault in faults {
            assert_eq!(fault.to_string().parse(), Ok(fault), "{fault}");
        }
        for wrong in ["", "copy-fails", "copy-fails x", "link", "link slow", "answer-lost 1 no such thing", "flood 1"] {
            assert_eq!(wrong.parse::<Fault>(), Err(()), "{wrong}");
        }
    }
}
