//! The rules about site files (`HSB7101` to `HSB7130`), and all their wording.

use std::path::Path;

use crate::diag::{Finding, Fix, Rule, Safety, Severity};
use crate::text::{Span, nearest};

use super::MAX_NODES;

const fn error(code: &'static str, name: &'static str) -> Rule {
    Rule { code, name, severity: Severity::Error }
}

const fn warning(code: &'static str, name: &'static str) -> Rule {
    Rule { code, name, severity: Severity::Warning }
}

const UNREADABLE_SITE: Rule = error("HSB7101", "unreadable-site");
const SITE_TOO_LARGE: Rule = error("HSB7102", "site-too-large");
const NOT_YAML: Rule = error("HSB7103", "not-yaml");
const EMPTY_SITE: Rule = error("HSB7104", "empty-site");
const UNKNOWN_SITE_KEY: Rule = error("HSB7105", "unknown-site-key");
const DUPLICATE_SITE_KEY: Rule = error("HSB7106", "duplicate-site-key");
const MISSING_SITE_KEY: Rule = error("HSB7107", "missing-site-key");
const WRONG_SITE_VALUE: Rule = error("HSB7108", "wrong-site-value");
const SHELL_LINE: Rule = error("HSB7109", "shell-line");
const WRONG_CONNECTION_STRING: Rule = error("HSB7110", "wrong-connection-string");
const PLAIN_PASSWORD: Rule = error("HSB7111", "plain-password");
const WRITTEN_PASSWORD: Rule = warning("HSB7112", "written-password");
const SSH_NOT_YET: Rule = error("HSB7113", "ssh-not-yet");
const TOO_MANY_FINDINGS: Rule = error("HSB7114", "too-many-site-findings");
const UNBOUND_SERVER: Rule = error("HSB7120", "unbound-server");
const SERVER_BOUND_TWICE: Rule = error("HSB7121", "server-bound-twice");
const UNKNOWN_BINDING: Rule = error("HSB7122", "unknown-binding");
const MISSING_COMMAND: Rule = error("HSB7123", "missing-site-command");
const DOWN_NOT_PROVABLE: Rule = error("HSB7124", "down-not-provable");
const MISSING_SPACE: Rule = error("HSB7125", "missing-space");
const MISSING_WATCHDOG: Rule = error("HSB7126", "missing-watchdog");
const UNKNOWN_PLACEHOLDER: Rule = error("HSB7127", "unknown-placeholder");
const NO_PLACE_FOR_OPTIONS: Rule = error("HSB7128", "no-place-for-options");
const INSTALLED_NOT_KNOWN: Rule = warning("HSB7129", "installed-not-known");
const SAME_ADDRESS: Rule = error("HSB7130", "same-address");
const SHELL_IN_ARGUMENTS: Rule = warning("HSB7131", "shell-in-arguments");
const SITE_OPEN_TO_OTHERS: Rule = warning("HSB7132", "site-open-to-others");
const MISSPELT_APPROVAL: Rule = warning("HSB7133", "misspelt-approval");

/// Every rule of this room.
pub const RULES: [Rule; 28] = [
    UNREADABLE_SITE,
    SITE_TOO_LARGE,
    NOT_YAML,
    EMPTY_SITE,
    UNKNOWN_SITE_KEY,
    DUPLICATE_SITE_KEY,
    MISSING_SITE_KEY,
    WRONG_SITE_VALUE,
    SHELL_LINE,
    WRONG_CONNECTION_STRING,
    PLAIN_PASSWORD,
    WRITTEN_PASSWORD,
    SSH_NOT_YET,
    TOO_MANY_FINDINGS,
    UNBOUND_SERVER,
    SERVER_BOUND_TWICE,
    UNKNOWN_BINDING,
    MISSING_COMMAND,
    DOWN_NOT_PROVABLE,
    MISSING_SPACE,
    MISSING_WATCHDOG,
    UNKNOWN_PLACEHOLDER,
    NO_PLACE_FOR_OPTIONS,
    INSTALLED_NOT_KNOWN,
    SAME_ADDRESS,
    SHELL_IN_ARGUMENTS,
    SITE_OPEN_TO_OTHERS,
    MISSPELT_APPROVAL,
];

pub(super) fn unreadable(path: &Path, why: &std::io::Error) -> Finding {
    Finding::nowhere(UNREADABLE_SITE, format!("the site file {} cannot be read: {why}", path.display()))
        .why("without it nothing is known of the servers: not where they are, not how they are started")
        .help("give the path of a site file with --site; runbooks/site.example.yaml is one to start from")
}

pub(super) fn not_text(path: &Path, at: usize) -> Finding {
    Finding::nowhere(UNREADABLE_SITE, format!("{} is not a text: byte {at} is not UTF-8", path.display()))
        .help("save the site file as UTF-8")
}

pub(super) fn too_large(path: &Path, limit: usize) -> Finding {
    Finding::nowhere(SITE_TOO_LARGE, format!("{} is larger than {} KiB", path.display(), limit / 1024))
        .help("give the path of a site file; one is a page or two long")
}

pub(super) fn not_yaml(place: Option<Span>, why: &str) -> Finding {
    let what = format!("the site file cannot be read as YAML: {why}");
    let finding = match place {
        Some(span) => Finding::at(NOT_YAML, span, what, "here"),
        None => Finding::nowhere(NOT_YAML, what),
    };
    finding.help(format!(
        "write plain YAML: one document, no tags, no more than {MAX_NODES} keys and values; quote texts that hold `: ` or `#`"
    ))
}

pub(super) fn empty(span: Span) -> Finding {
    Finding::at(EMPTY_SITE, span, "the site file is empty", "nothing but blanks and comments")
        .help("start from runbooks/site.example.yaml")
}

pub(super) fn unknown_key(span: Span, what: &str, key: &str, known: &[&str]) -> Finding {
    let merge = key == "<<";
    let near = nearest(key, known.iter().copied()).filter(|_| !merge);
    let help = match near {
        _ if merge => "write the keys out: `<<` is not followed".to_owned(),
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    };
    Finding::at(UNKNOWN_SITE_KEY, span, format!("`{key}` is not a key of {what}"), "not known")
        .why("a key that nobody reads looks as if it had an effect")
        .help(help)
        .fix(near.map(|near| Fix::replace(Safety::Unsafe, span, near)))
}

pub(super) fn duplicate_key(first: Span, again: Span, what: &str, key: &str) -> Finding {
    Finding::at(DUPLICATE_SITE_KEY, again, format!("`{key}` is written twice in {what}"), "again here")
        .and(first, "first here")
        .why("one of the two would be ignored")
        .help("keep one of them")
}

pub(super) fn missing_key(span: Span, what: &str, key: &'static str) -> Finding {
    Finding::at(MISSING_SITE_KEY, span, format!("{what} has no `{key}`"), format!("`{key}` is missing"))
        .help(format!("add `{key}: …`; runbooks/site.example.yaml shows one"))
}

pub(super) fn wrong_value(span: Span, what: &str, found: String, expected: &str) -> Finding {
    Finding::at(WRONG_SITE_VALUE, span, format!("`{what}` cannot be {found}"), "this value")
        .help(format!("write {expected}"))
}

pub(super) fn shell_line(span: Span, what: &str) -> Finding {
    Finding::at(SHELL_LINE, span, format!("`{what}` is one text, not a list of arguments"), "one text")
        .why("hsbrun runs programs without a shell, so it would have to guess where an argument ends")
        .help("write a list: the program, then each argument, such as [/opt/site/tool, s1]")
}

pub(super) fn shell_in_arguments(span: Span, shell: &str, place: Option<&str>) -> Finding {
    let why = match place {
        Some(place) => format!("the shell reads what is filled in for `{{{place}}}` as commands, too"),
        None => "a shell hides which program failed, and goes on after a failure".to_owned(),
    };
    Finding::at(SHELL_IN_ARGUMENTS, span, format!("`{shell}` is given a line to run"), "a program for a shell")
        .why(why)
        .help("name the program itself; what needs a shell goes into a script file, which is named here")
}

pub(super) fn open_to_others(password: &Finding, path: &Path, mode: u32) -> Finding {
    let what = format!("{} holds a password, and others may read it", path.display());
    let finding = match password.labels.first() {
        Some(label) => Finding::at(SITE_OPEN_TO_OTHERS, label.span, what, format!("its mode is {mode:04o}")),
        None => Finding::nowhere(SITE_OPEN_TO_OTHERS, what),
    };
    finding
        .why("who has the password can do to the pair whatever hsbrun can")
        .help(format!("chmod 600 {}", path.display()))
}

/// Whether a finding says that the site holds a password.
pub(super) fn tells_of_password(finding: &Finding) -> bool {
    [WRITTEN_PASSWORD, PLAIN_PASSWORD].contains(&finding.rule)
}

pub(super) fn misspelt_approval(site: Span, id: &str, near: &str, asked: Span) -> Finding {
    Finding::at(MISSPELT_APPROVAL, site, format!("nothing asks for the approval `{id}`"), "approves nothing")
        .and(asked, format!("asks for `{near}`"))
        .why("a run without a terminal would wait there for an answer that was thought to be given")
        .help(format!("did you mean `{near}`?"))
}

pub(super) fn wrong_connection(span: Span, why: &str) -> Finding {
    Finding::at(WRONG_CONNECTION_STRING, span, format!("this is not a connection string: {why}"), "here").help(
        "write NAME=VALUE pairs with `;` between them, such as \"Driver=solidDB;NetworkName=tcp db1 1964;UID=admin\"",
    )
}

pub(super) fn plain_password(span: Span) -> Finding {
    Finding::at(PLAIN_PASSWORD, span, "a password is not written into the site file", "not a source of a password")
        .why("site files are shared and kept in version control")
        .help("say where it is: {env: NAME}, {file: PATH} with mode 0600, or {command: [PROGRAM, …]}")
}

pub(super) fn written_password(span: Span) -> Finding {
    Finding::at(WRITTEN_PASSWORD, span, "the password is written into the connection string", "holds a password")
        .why("site files are shared and kept in version control")
        .help("take it out and add `password: {env: NAME}`, `{file: PATH}` or `{command: [PROGRAM, …]}`")
}

pub(super) fn ssh_not_yet(span: Span, target: &str) -> Finding {
    Finding::at(SSH_NOT_YET, span, format!("host commands over ssh to {target} are not possible yet"), "ssh")
        .why("start, install and the proof that a server is DOWN need its machine")
        .help("run hsbrun where the commands can be local and write `host: local`; a command may call ssh itself")
}

pub(super) fn and_more(count: usize) -> Finding {
    Finding::nowhere(TOO_MANY_FINDINGS, format!("{count} more findings in the site file are not shown"))
        .help("correct those that are shown first")
}

pub(super) fn unbound_server(server: Span, site: Span, name: &str, candidates: &[&str]) -> Finding {
    let help = match nearest(name, candidates.iter().copied()).or(candidates.first().copied()) {
        Some(near) => format!("bind it with --server {name}={near}"),
        None => format!("add `{name}:` to the site's servers"),
    };
    Finding::at(UNBOUND_SERVER, server, format!("the site has no server {name}"), "declared here")
        .and(site, "this site does not name it")
        .help(help)
}

pub(super) fn bound_twice(first: Span, second: Span, names: (&str, &str), site_server: &str) -> Finding {
    let what = format!("{} and {} are both bound to the site's server {site_server}", names.0, names.1);
    Finding::at(SERVER_BOUND_TWICE, second, what, format!("bound to {site_server}"))
        .and(first, format!("bound to {site_server}, too"))
        .why("what is meant for one server of the pair would be done to the other")
        .help("bind each to a server of its own with --server NAME=SITE_NAME")
}

pub(super) fn same_address(places: (Span, Span), names: (&str, &str), address: &str) -> Finding {
    let what = format!("{} and {} are the same server, at {address}", names.0, names.1);
    Finding::at(SAME_ADDRESS, places.1, what, format!("{address}, again"))
        .and(places.0, format!("{} is there", names.0))
        .why("what is meant for one server of the pair would be done to the other")
        .help(format!("write where {} listens", names.1))
}

pub(super) fn unknown_binding(name: &str, value: &str, what: &str, near: Option<&str>, known: &[&str]) -> Finding {
    let help = match near {
        Some(near) => format!("did you mean {near}?"),
        None => format!("there are: {}", known.join(", ")),
    };
    Finding::nowhere(UNKNOWN_BINDING, format!("--server {name}={value}: {what}")).help(help)
}

pub(super) fn binding_twice(name: &str) -> Finding {
    Finding::nowhere(UNKNOWN_BINDING, format!("--server {name}=… is given twice")).help("give it once")
}

pub(super) fn missing_command(used: Span, site: Span, server: &str, key: &str, near: Option<&str>) -> Finding {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `{key}: [PROGRAM, ARGUMENT, …]` to {server}"),
    };
    Finding::at(MISSING_COMMAND, used, format!("the site has no `{key}` for {server}"), "needs it")
        .and(site, format!("no `{key}` here"))
        .why("the run would end here, half way")
        .help(help)
}

pub(super) fn down_not_provable(used: Span, site: Span, server: &str, key: &str) -> Finding {
    let add = match key {
        "running" => "`running: [PROGRAM, …]`, which exits 0 when a server process exists and 1 when none does",
        _ => "`address: MACHINE:PORT`, where the server listens",
    };
    Finding::at(DOWN_NOT_PROVABLE, used, format!("this site cannot prove that {server} is DOWN"), "needs to know")
        .and(site, format!("no `{key}` here"))
        .why("silence is no proof: a server that is cut off, frozen or stopping still holds its files")
        .help(format!("add {add}"))
}

pub(super) fn missing_space(used: Span, site: Span, server: &str, key: &str) -> Finding {
    Finding::at(MISSING_SPACE, used, format!("the site does not say where {server}'s {key} is"), "asks for free room")
        .and(site, format!("no `space: {{{key}: …}}` here"))
        .help(format!("add `space: {{{key}: PATH}}` to {server}"))
}

pub(super) fn missing_watchdog(used: Span, site: Span, key: &str) -> Finding {
    Finding::at(
        MISSING_WATCHDOG,
        used,
        format!("the site does not say how the watchdog is asked or told: `{key}`"),
        "needs it",
    )
    .and(site, format!("no `{key}` here"))
    .why("a watchdog that acts during a procedure restarts, connects or promotes servers")
    .help(if key == "watchdog" {
        "add `watchdog: {off: …, on: …, status: …}`, or `watchdog: none` where there is none".to_owned()
    } else {
        format!("add `{key}: [PROGRAM, ARGUMENT, …]` to the watchdog")
    })
}

pub(super) fn unknown_placeholder(argv: Span, used: Span, name: &str, known: &[&str]) -> Finding {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None => format!("declare `param {name}` in the runbook, or write the braces twice: `{{{{{name}}}}}`"),
    };
    Finding::at(UNKNOWN_PLACEHOLDER, argv, format!("`{{{name}}}` stands for nothing here"), "in this command")
        .and(used, "used here")
        .help(help)
}

pub(super) fn no_place_for_options(used: Span, argv: Span, server: &str) -> Finding {
    Finding::at(
        NO_PLACE_FOR_OPTIONS,
        used,
        format!("{server}'s `start` has no place for options"),
        "starts with options",
    )
    .and(argv, "no element \"{options}\"")
    .why("the server would be started without them: without autoconvert it does not open an older database")
    .help("add the element \"{options}\" where the -x options go")
}

pub(super) fn installed_not_known(used: Span, site: Span, server: &str) -> Finding {
    Finding::at(INSTALLED_NOT_KNOWN, used, format!("the site cannot tell which software {server} has"), "installs")
        .and(site, "no `installed` here")
        .why("an install whose outcome is unknown would have to be settled by a person")
        .help("add `installed: [PROGRAM, …]`, which prints the version of the software")
}
