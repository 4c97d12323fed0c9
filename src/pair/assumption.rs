//! What the model takes to be so where no row of a table says it: each with its source, most of them inferred.

use super::Source;

/// One thing that the model, the guard or settling rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assumption {
    /// Short and stable, for reports that name what they rest on.
    pub name: &'static str,
    /// In one sentence or two.
    pub says: &'static str,
    pub source: Source,
}

/// Everything that is taken to be so.
#[must_use]
pub fn assumptions() -> &'static [Assumption] {
    ALL
}

const fn row(name: &'static str, says: &'static str, source: &'static str) -> Assumption {
    Assumption { name, says, source: Source(source) }
}

#[rustfmt::skip]
const ALL: &[Assumption] = &[
    row("accepted-shows-the-past",
        "An asynchronous command is accepted first; until it runs, the status commands show the operation before it.", "INF"),
    row("errors-are-codes",
        "A reply that says `already` or refuses carries its own number as RC; one that says `started` carries 0.", "INF"),
    row("receiver-reads-offline",
        "A Secondary that receives a netcopy loses its sessions, takes no connections and counts as OFFLINE.", "200 note; INF"),
    row("failed-netcopy-waits-again",
        "After a failed netcopy the target waits for another one; its database is incomplete.", "100,200 table; SRC 30254"),
    row("copy-comes-in-the-old-format",
        "A netcopy from an older server arrives in the older format; the receiver opens it only where it was started with autoconvert, else its process ends.",
        "INF"),
    row("listener-does-not-convert",
        "A server started with backupserver alone does not convert what it receives (a setting of the model).", "INF"),
    row("no-copy-to-an-older-level",
        "A netcopy to a server of an older version level is refused with 10058.", "INF"),
    row("own-conversion-parts-the-base",
        "Converting one's own database leaves it without a common base, so that only a netcopy joins it again (a setting of the model).",
        "SEED; 100,200 say otherwise; INF"),
    row("connect-checks-first",
        "What keeps servers from connecting (14524, 14525, 14708, the roles) is answered at once; what changes after that ends the connect without a word.",
        "200; INF"),
    row("disconnect-ends-a-connect",
        "`hsb disconnect` during a connect or its catchup ends it at once.", "INF"),
    row("failed-switch-parts",
        "A switch that fails leaves both servers in SECONDARY ALONE.", "100,200 table; of the Secondary INF"),
    row("crash-leaves-pending",
        "What was on its way to the Secondary when the connection broke is pending on an UNCERTAIN Primary: committed by a promotion or a connect, kept by `set secondary alone`.",
        "200 HotStandby server states"),
    row("uncertain-is-not-clean",
        "An UNCERTAIN Primary that is shut down leaves a database that must be recovered before a conversion.", "SRC 10089; SRC 10052"),
    row("shutdown-may-lose-its-answer",
        "The session that gives `shutdown` or `shutdown force` may break before the answer.", "INF"),
    row("stopping-holds-its-files",
        "A stopping server has closed its port and still holds its files: nothing may be installed or started over it.", "INF"),
    row("users-are-where-writes-go",
        "Users who keep a plain `shutdown` from happening are logged in only to a server that accepts writes.", "INF"),
    row("guard-two-primaries",
        "A command that promotes beside a server that accepts writes is never sent, though the server would do it.",
        "7 HAG Watchdog sample; 200 Network partitions"),
    row("guard-software-in-use",
        "Starting or installing over a process is refused with 10054.", "SRC; for an install INF"),
];

/// How the lost answer of one kind of command is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettlingRule {
    pub act: &'static str,
    /// What shows that it has happened.
    pub done: &'static str,
    /// What shows that it is under way.
    pub under_way: &'static str,
    /// Where it may be sent again.
    pub again: &'static str,
    pub source: Source,
}

/// The rules that `settled` and `repeatable` follow, for people.
#[must_use]
pub fn settling_rules() -> &'static [SettlingRule] {
    RULES
}

const fn rule(
    act: &'static str,
    done: &'static str,
    under_way: &'static str,
    again: &'static str,
    source: &'static str,
) -> SettlingRule {
    SettlingRule { act, done, under_way, again, source: Source(source) }
}

#[rustfmt::skip]
const RULES: &[SettlingRule] = &[
    rule("hsb connect", "the link is CONNECTED, CATCHUP or CONNECTING", "the link is DISCONNECTING", "the link is BROKEN", "SRC 30750; INF"),
    rule("hsb disconnect", "the link is BROKEN", "the link is DISCONNECTING", "the link is CONNECTED", "SRC 30768, 30752; INF"),
    rule("hsb switch primary", "the server is Primary", "the switch is ACTIVE", "it is SECONDARY ACTIVE and idle; never once the servers are parted", "SRC 14535, 14523; INF"),
    rule("hsb switch secondary", "the server is Secondary", "the switch is ACTIVE", "it is still Primary", "SRC 14536, 14523; INF"),
    rule("hsb set primary alone", "PRIMARY ALONE", "", "it is UNCERTAIN or SECONDARY ALONE, and the other one is in sight and no Primary", "SRC 30782; INF"),
    rule("hsb set secondary alone", "SECONDARY ALONE", "", "always", "SRC 30783; INF"),
    rule("hsb set standalone", "STANDALONE", "", "its state is as before, and the other one serves no writes", "SRC 30774; INF"),
    rule("hsb netcopy", "the copy is ACTIVE or shows another word than before, or the other server became OFFLINE or ceased to be", "", "it is PRIMARY ALONE and the other one SECONDARY ALONE or OFFLINE; costs a copy", "SRC 14703; INF"),
    rule("hsb copy", "the copy is ACTIVE or shows another word than before", "", "never", "INF"),
    rule("shutdown, shutdown force", "its process is gone, or it answered before and its port is closed now", "it does not answer and its port is open", "it still answers", "INF"),
    rule("start", "it is in any state but DOWN", "a process is there, or the start command still runs", "there is no process and no start command runs", "SRC 10054; INF"),
    rule("install", "another version is installed than before", "the install command still runs", "the installed version is known and the old one; without the site's `installed` a person decides", "INF"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_taken_to_be_so_has_a_source() {
        let sources = assumptions().iter().map(|row| (row.name, row.source));
        let rules = settling_rules().iter().map(|row| (row.act, row.source));
        for (name, source) in sources.chain(rules) {
            assert!(source.confidence().is_some(), "{name}");
        }
    }
}
