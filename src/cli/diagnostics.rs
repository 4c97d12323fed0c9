//! Findings about the command line and the files that it names: HSB79xx.

use crate::diag::{Finding, Rule, Severity};
use crate::program::Program;

const UNREADABLE: Rule = Rule { code: "HSB7901", name: "unreadable-file", severity: Severity::Error };

const LIBRARY: Rule = Rule { code: "HSB7902", name: "library-alone", severity: Severity::Error };

const NO_SUCH_PAIR: Rule = Rule { code: "HSB7903", name: "no-such-pair", severity: Severity::Error };

const TOO_MANY_CHOICES: Rule = Rule { code: "HSB7905", name: "too-many-choices", severity: Severity::Error };

const ONLY_A_MAP: Rule = Rule { code: "HSB7908", name: "only-a-map", severity: Severity::Error };
const NOTHING_COMES_LATE: Rule = Rule { code: "HSB7909", name: "nothing-comes-late", severity: Severity::Error };
const NO_TRACE: Rule = Rule { code: "HSB7906", name: "no-trace", severity: Severity::Error };
const TRACE_DEPARTS: Rule = Rule { code: "HSB7907", name: "trace-departs", severity: Severity::Error };
const NOTHING_TO_EXPLAIN: Rule = Rule { code: "HSB7904", name: "nothing-to-explain", severity: Severity::Error };
const UNWRITABLE: Rule = Rule { code: "HSB7910", name: "unwritable-file", severity: Severity::Error };
const NOTHING_TO_CHECK: Rule = Rule { code: "HSB7911", name: "nothing-to-check", severity: Severity::Error };

pub fn unreadable(name: &str, why: &std::io::Error) -> Finding {
    let help = match why.kind() {
        std::io::ErrorKind::NotFound => "look at the path and the directory that you are in",
        std::io::ErrorKind::PermissionDenied => "make it readable for this user",
        std::io::ErrorKind::IsADirectory => "name the files in it",
        _ => "make sure that it is a file that can be read",
    };
    Finding::nowhere(UNREADABLE, format!("`{name}` cannot be read: {}", reason(why))).help(help)
}

/// A report that is only made of maps was asked for without one.
pub fn only_a_map() -> Finding {
    Finding::nowhere(ONLY_A_MAP, "only a map is written as Markdown").help("add --map, or choose --format json")
}

/// Effects that come late were asked for where nothing may go wrong.
pub fn nothing_comes_late() -> Finding {
    Finding::nowhere(NOTHING_COMES_LATE, "with `--faults 0` no effect comes late: each that does is a fault")
        .help("add --faults 1, or more, or leave --late out")
}

/// A file is no trace of a story.
pub fn no_trace(name: &str, why: &str) -> Finding {
    Finding::nowhere(NO_TRACE, format!("`{name}` is no trace of a story: {why}"))
        .help("`hsbrun verify FILE --trace DIR` writes them")
}

/// The way of a trace cannot be gone.
pub fn trace_departs(name: &str, why: &str) -> Finding {
    Finding::nowhere(TRACE_DEPARTS, format!("the way of `{name}` cannot be gone to its end: {why}"))
        .why("a trace tells how one text of a runbook breaks; what is behind this step does not happen any more")
        .help("if the runbook has changed since, let `hsbrun verify` look for stories again")
}

/// A file could not be replaced.
pub fn unwritable(name: &str, why: &std::io::Error) -> Finding {
    Finding::nowhere(UNWRITABLE, format!("`{name}` cannot be written: {}; it is as it was", reason(why)))
        .help("make the file and its directory writable for this user")
}

/// A directory or a pattern stands for no file.
pub fn nothing_to_check(name: &str, what: &str) -> Finding {
    Finding::nowhere(NOTHING_TO_CHECK, format!("`{name}` {what}"))
        .why("a check of nothing finds nothing, and looks as if all were well")
        .help("look at the path and the directory that you are in; runbooks and libraries end in `.hsbrun`")
}

/// The operating system's words without its number.
fn reason(why: &std::io::Error) -> String {
    let text = why.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// A finding about a whole file, with its name.
pub fn of_file(name: &str, finding: Finding) -> Finding {
    Finding { what: format!("{name}: {}", finding.what), ..finding }
}

/// A library was given where a runbook is wanted.
pub fn library(name: &str) -> Finding {
    Finding::nowhere(LIBRARY, format!("{name} is a library: there is nothing in it to run"))
        .help("name a runbook that uses it")
}

/// The declared start states cannot stand beside each other, so there is nothing to rehearse from.
pub fn no_such_pair(program: &Program) -> Finding {
    let what = "the servers' start states cannot stand beside each other";
    let mut servers = program.servers.iter();
    let finding = match servers.next() {
        Some((name, server)) => Finding::at(NO_SUCH_PAIR, server.from.span, what, format!("{name} begins in this")),
        None => Finding::nowhere(NO_SUCH_PAIR, what),
    };
    servers
        .fold(finding, |finding, (name, server)| finding.and(server.from.span, format!("and {name} in this")))
        .why("no pair is ever in them, so no run of this runbook would start")
        .help("declare states that a pair can be in, such as PRIMARY ACTIVE and SECONDARY ACTIVE")
}

/// `explain` was asked for what nobody knows.
pub fn nothing_to_explain(asked: &str, near: Option<&str>) -> Finding {
    let help = match near {
        Some(near) if near.contains(' ') => format!("did you mean hsbrun explain \"{near}\"?"),
        Some(near) => format!("did you mean hsbrun explain {near}?"),
        None => "hsbrun explain --all lists the codes of findings; also known: return codes (14704), states \
                 (PRIMARY UNCERTAIN), exit codes (exit 21, solid 15)"
            .to_owned(),
    };
    Finding::nowhere(NOTHING_TO_EXPLAIN, format!("there is no page for `{asked}`")).help(help)
}

/// The words of the parameters can be chosen in more ways than are explored by themselves.
pub fn too_many_choices(count: usize, most: usize) -> Finding {
    Finding::nowhere(TOO_MANY_CHOICES, format!("the parameters' words can be chosen in {count} ways, more than {most}"))
        .why("each choice is a program of its own, and each is explored")
        .help("choose some of them with `--set NAME=WORD`")
}
