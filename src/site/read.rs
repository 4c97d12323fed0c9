//! From the YAML tree to a `Site`. Every mistake is a finding at its place; a site with an error is none.

use std::path::PathBuf;
use std::time::Duration;

use indexmap::IndexMap;

use crate::diag::{Finding, Severity};
use crate::text::{LineColumn, Source, SourceId, Spanned};

use super::fields::{Fields, Reader, span_from};
use super::node::{self, Node, NodeKind};
use super::{
    Address, Argv, ConnectionString, Host, Param, Password, Safeness, Server, Site, Space, Verify, Watchdog,
    diagnostics, units,
};

const SITE_KEYS: [&str; 11] = [
    "pair",
    "servers",
    "watchdog",
    "notify",
    "params",
    "approve",
    "log_lasts",
    "command_limit",
    "call_limit",
    "look_limit",
    "settings",
];
const SERVER_KEYS: [&str; 11] = [
    "odbc",
    "password",
    "host",
    "address",
    "running",
    "start",
    "install",
    "previous",
    "installed",
    "space",
    "commands",
];

/// Reads a site file's text, which `id` names among the sources. Findings may be warnings beside a site.
#[must_use]
pub fn read(id: SourceId, text: &str) -> (Option<Site>, Vec<Finding>) {
    let source = Source::new("", text);
    let node = match node::parse(text) {
        Ok(node) => node,
        Err(wrong) => {
            let place = wrong.at.map(|(line, column)| span_from(id, &source, LineColumn { line, column }));
            return (None, vec![diagnostics::not_yaml(place, &wrong.why)]);
        }
    };
    let mut reader = Reader::new(id, &source);
    let site = site(&mut reader, &node);
    let findings = reader.findings();
    let sound = findings.iter().all(|finding| finding.rule.severity != Severity::Error);
    (site.filter(|_| sound), findings)
}

fn site(reader: &mut Reader<'_>, node: &Node) -> Option<Site> {
    if node.kind == NodeKind::Null {
        let whole = reader.whole();
        reader.report(diagnostics::empty(whole));
        return None;
    }
    let fields = reader.fields("the site file", None, node, &SITE_KEYS)?;
    let pair = fields.need(reader, "pair").and_then(|node| reader.spanned_text("pair", node));
    let servers = fields.need(reader, "servers").map(|node| servers(reader, node));
    let watchdog = fields.get("watchdog").map_or(Watchdog::Unsaid, |node| watchdog(reader, node));
    let notify = fields.get("notify").map_or(Vec::new(), |node| reader.argvs("notify", node));
    let params = fields.get("params").map_or(IndexMap::new(), |node| params(reader, node));
    let approve = fields.get("approve").map_or(Vec::new(), |node| approvals(reader, node));
    let log_lasts = fields.get("log_lasts").and_then(|node| reader.duration("log_lasts", node));
    let command_limit = limit(reader, fields, "command_limit", Duration::from_secs(30 * 60));
    let call_limit = limit(reader, fields, "call_limit", Duration::from_secs(30));
    let look_limit = limit(reader, fields, "look_limit", Duration::from_secs(10));
    let settings = fields.get("settings").map_or(Verify::default(), |node| settings(reader, node));
    Some(Site {
        pair: pair?,
        servers: servers?,
        watchdog,
        notify,
        params,
        approve,
        log_lasts,
        command_limit,
        call_limit,
        look_limit,
        settings,
        span: reader.whole(),
    })
}

fn limit(reader: &mut Reader<'_>, fields: Fields<'_>, key: &'static str, default: Duration) -> Duration {
    fields.get(key).and_then(|node| reader.duration(key, node)).unwrap_or(default)
}

fn servers(reader: &mut Reader<'_>, node: &Node) -> IndexMap<String, Server> {
    let mut servers = IndexMap::new();
    for (key, value) in reader.entries("servers", node).unwrap_or_default() {
        if let Some(server) = server(reader, key, value) {
            servers.entry(key.text.clone()).or_insert(server);
        }
    }
    one_address_each(reader, &servers);
    servers
}

/// Two names for one server: what is meant for one of the pair would be done to the other.
fn one_address_each(reader: &mut Reader<'_>, servers: &IndexMap<String, Server>) {
    for (at, (name, server)) in servers.iter().enumerate() {
        let same =
            servers.iter().take(at).find(|(_, other)| other.address.is_some() && other.address == server.address);
        if let (Some((first, other)), Some(address)) = (same, &server.address) {
            let places = (other.odbc.span, server.odbc.span);
            reader.report(diagnostics::same_address(places, (first, name), &address.to_string()));
        }
    }
}

fn server(reader: &mut Reader<'_>, key: &node::Key, node: &Node) -> Option<Server> {
    let what = format!("server {}", key.text);
    let fields = reader.fields(&what, Some(key.id), node, &SERVER_KEYS)?;
    let argv = |reader: &mut Reader<'_>, key: &str| fields.get(key).and_then(|node| reader.argv(key, node));
    let odbc = fields.need(reader, "odbc").and_then(|node| connection(reader, node));
    let password = fields.get("password").and_then(|node| password(reader, node));
    let (odbc, written) = odbc?;
    let address = match fields.get("address") {
        Some(node) => address(reader, node),
        None => odbc.value.address(),
    };
    Some(Server {
        password: password.or(written.map(Password::Written)),
        host: fields.get("host").map_or(Host::Local, |node| host(reader, node)),
        address,
        running: argv(reader, "running"),
        start: argv(reader, "start"),
        install: argv(reader, "install"),
        previous: argv(reader, "previous"),
        installed: argv(reader, "installed"),
        space: fields.get("space").map_or(Space::default(), |node| space(reader, node)),
        commands: fields.get("commands").map_or(IndexMap::new(), |node| commands(reader, node)),
        span: reader.span(key.id),
        odbc,
    })
}

/// The connection string, and the password that stood in it.
fn connection(reader: &mut Reader<'_>, node: &Node) -> Option<(Spanned<ConnectionString>, Option<String>)> {
    let text = reader.spanned_text("odbc", node)?;
    match ConnectionString::parse(&text.value) {
        Ok((string, password)) => {
            if password.is_some() {
                reader.report(diagnostics::written_password(text.span));
            }
            Some((Spanned::new(string, text.span), password))
        }
        Err(why) => {
            reader.report(diagnostics::wrong_connection(text.span, &why));
            None
        }
    }
}

fn password(reader: &mut Reader<'_>, node: &Node) -> Option<Password> {
    let fields = match &node.kind {
        NodeKind::Map(_) => reader.fields("password", Some(node.id), node, &["env", "file", "command"])?,
        NodeKind::Null | NodeKind::Scalar(_) | NodeKind::Seq(_) => {
            let span = reader.span(node.id);
            reader.report(diagnostics::plain_password(span));
            return None;
        }
    };
    match (fields.get("env"), fields.get("file"), fields.get("command")) {
        (Some(node), None, None) => reader.text("env", node).map(Password::Env),
        (None, Some(node), None) => reader.text("file", node).map(|path| Password::File(PathBuf::from(path))),
        (None, None, Some(node)) => reader.argv("command", node).map(Password::Command),
        (None, None, None) | (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
            reader.wrong(node, "password", "exactly one of `env: NAME`, `file: PATH`, `command: [PROGRAM, …]`");
            None
        }
    }
}

fn host(reader: &mut Reader<'_>, node: &Node) -> Host {
    let expected = "`local`, or `{ssh: user@machine}`";
    match &node.kind {
        NodeKind::Scalar(word) if word == "local" => return Host::Local,
        NodeKind::Map(_) => {
            let Some(fields) = reader.fields("host", Some(node.id), node, &["ssh"]) else { return Host::Local };
            if let Some(target) = fields.need(reader, "ssh").and_then(|target| reader.spanned_text("ssh", target)) {
                reader.report(diagnostics::ssh_not_yet(target.span, &target.value));
                return Host::Ssh(target.value);
            }
        }
        NodeKind::Scalar(_) | NodeKind::Null | NodeKind::Seq(_) => reader.wrong(node, "host", expected),
    }
    Host::Local
}

fn address(reader: &mut Reader<'_>, node: &Node) -> Option<Address> {
    let text = reader.text("address", node)?;
    let address = Address::parse(&text);
    if address.is_none() {
        reader.wrong(node, "address", "a machine and a port such as db1:1964");
    }
    address
}

fn space(reader: &mut Reader<'_>, node: &Node) -> Space {
    let Some(fields) = reader.fields("space", Some(node.id), node, &["log", "database"]) else {
        return Space::default();
    };
    let mut path = |key: &str| fields.get(key).and_then(|node| reader.text(key, node)).map(PathBuf::from);
    Space { log: path("log"), database: path("database") }
}

fn commands(reader: &mut Reader<'_>, node: &Node) -> IndexMap<String, Argv> {
    let mut commands = IndexMap::new();
    for (key, value) in reader.entries("commands", node).unwrap_or_default() {
        if let Some(argv) = reader.argv(&key.text, value) {
            commands.entry(key.text.clone()).or_insert(argv);
        }
    }
    commands
}

fn watchdog(reader: &mut Reader<'_>, node: &Node) -> Watchdog {
    match &node.kind {
        NodeKind::Scalar(word) if word == "none" => return Watchdog::None,
        NodeKind::Map(_) => {}
        NodeKind::Scalar(_) | NodeKind::Null | NodeKind::Seq(_) => {
            reader.wrong(node, "watchdog", "`none`, or the commands `off`, `on` and `status`");
            return Watchdog::Unsaid;
        }
    }
    let Some(fields) = reader.fields("watchdog", Some(node.id), node, &["off", "on", "status"]) else {
        return Watchdog::Unsaid;
    };
    let mut argvs = |key: &str| fields.get(key).map_or(Vec::new(), |node| reader.argvs(key, node));
    let (off, on, status) = (argvs("off"), argvs("on"), argvs("status"));
    Watchdog::Commands { off, on, status, span: reader.span(node.id) }
}

fn params(reader: &mut Reader<'_>, node: &Node) -> IndexMap<String, Param> {
    let mut params = IndexMap::new();
    for (key, value) in reader.entries("params", node).unwrap_or_default() {
        let what = format!("parameter {}", key.text);
        if let Some(text) = reader.spanned_text(&what, value) {
            params.entry(key.text.clone()).or_insert(Param { text: text.value, span: text.span });
        }
    }
    params
}

fn approvals(reader: &mut Reader<'_>, node: &Node) -> Vec<Spanned<String>> {
    match &node.kind {
        NodeKind::Seq(elements) => {
            elements.iter().filter_map(|element| reader.spanned_text("approve", element)).collect()
        }
        NodeKind::Null | NodeKind::Scalar(_) | NodeKind::Map(_) => {
            reader.wrong(node, "approve", "a list of approvals such as [users_told, converting(S2)]");
            Vec::new()
        }
    }
}

fn settings(reader: &mut Reader<'_>, node: &Node) -> Verify {
    let Some(fields) = reader.fields("settings", Some(node.id), node, &["auto_primary_alone", "safeness"]) else {
        return Verify::default();
    };
    let auto_primary_alone = fields
        .get("auto_primary_alone")
        .and_then(|node| word(reader, node, "auto_primary_alone", "yes or no", units::yes_or_no));
    let safeness =
        fields.get("safeness").and_then(|node| word(reader, node, "safeness", "1safe, 2safe or auto", safeness));
    Verify { auto_primary_alone, safeness }
}

fn word<T>(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
    expected: &str,
    known: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = reader.text(what, node)?;
    let value = known(&text);
    if value.is_none() {
        reader.wrong(node, what, expected);
    }
    value
}

fn safeness(word: &str) -> Option<Safeness> {
    match word {
        "1safe" => Some(Safeness::OneSafe),
        "2safe" => Some(Safeness::TwoSafe),
        "auto" => Some(Safeness::Auto),
        _ => None,
    }
}
