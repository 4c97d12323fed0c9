//! Site files: what is read, and what is said of one that is wrong.

use std::time::{Duration, Instant};

use hsbrun::diag::Finding;
use hsbrun::site::{self, Password, Safeness, Site, Watchdog};
use hsbrun::text::{Source, SourceMap};

const SMALL: &str = "pair: p\nservers:\n  S1:\n    odbc: \"Driver=x;UID=a\"\n";

fn read(text: &str) -> (SourceMap, Option<Site>, Vec<Finding>) {
    let mut sources = SourceMap::default();
    let id = sources.add(Source::new("site.yaml", text));
    let (site, findings) = site::read(id, text);
    (sources, site, findings)
}

fn sound(text: &str) -> Site {
    let (_, site, findings) = read(text);
    site.unwrap_or_else(|| panic!("a sound site was refused: {findings:#?}"))
}

/// Code, line and text under the first label of every finding.
fn said(text: &str) -> Vec<(&'static str, usize, String)> {
    let (sources, _, findings) = read(text);
    findings
        .iter()
        .map(|finding| {
            let Some(label) = finding.labels.first() else { return (finding.rule.name, 0, String::new()) };
            let at = sources.get(label.span.source).line_column(label.span.start);
            (finding.rule.name, at.line, sources.snippet(label.span).to_owned())
        })
        .collect()
}

fn one(text: &str) -> (&'static str, usize, String) {
    let mut all = said(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn the_example_is_read_whole() {
    let site = sound(include_str!("../../runbooks/site.example.yaml"));
    assert_eq!(site.pair.value, "billing");
    assert_eq!(site.servers.keys().collect::<Vec<_>>(), ["S1", "S2"]);
    let s1 = &site.servers["S1"];
    assert_eq!(s1.password, Some(Password::Env("BILLING_S1_PASSWORD".into())));
    assert_eq!(s1.address.as_ref().map(ToString::to_string).as_deref(), Some("db1:1964"));
    assert_eq!(s1.start.as_ref().map(|argv| argv.args.len()), Some(4));
    assert_eq!(s1.commands["fence"].args, ["/opt/site/power", "off", "db1"]);
    assert_eq!(site.log_lasts, Some(Duration::from_secs(86_400)));
    assert_eq!(site.settings.auto_primary_alone, Some(false));
    assert_eq!(site.settings.safeness, Some(Safeness::TwoSafe));
    let Watchdog::Commands { off, on, status, .. } = &site.watchdog else { panic!("it has a watchdog") };
    assert_eq!((off.len(), on.len(), status.len()), (2, 2, 1));
}

#[test]
fn values_are_kept_as_they_are_written() {
    let text = format!(
        "{SMALL}    start: [solid, 1964, 7.0, 0x10, true, ~x, \"\"]\nparams: {{a: 7.0, b: \"7.10\", c: 007, d: yes, e: 1e3}}\n"
    );
    let site = sound(&text);
    let params: Vec<&str> = site.params.values().map(|param| param.text.as_str()).collect();
    assert_eq!(params, ["7.0", "7.10", "007", "yes", "1e3"]);
    let start = site.servers["S1"].start.as_ref().expect("because it is written");
    assert_eq!(start.args, ["solid", "1964", "7.0", "0x10", "true", "~x", ""]);
}

#[test]
fn a_parameter_knows_where_it_is_written() {
    let text = format!("{SMALL}params:\n  ä: 1\n  target: 7.0   # new\n  quoted: \"x y\"\n");
    let (sources, site, _) = read(&text);
    let site = site.expect("because it is sound");
    let snippets: Vec<&str> = site.params.values().map(|param| sources.snippet(param.span)).collect();
    assert_eq!(snippets, ["1", "7.0", "\"x y\""]);
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let text = format!("\u{feff}{SMALL}bogus: 1\n").replace('\n', "\r\n");
    assert_eq!(one(&text), ("unknown-site-key", 5, "bogus".into()));
}

#[test]
fn every_mistake_is_reported_at_its_place() {
    let text = "\
pair: [a]
servers:
  S1:
    obdc: x
    password: secret
    start: solid -c /var
    running: []
  S2:
    odbc: \"nonsense\"
    host: {ssh: solid@db1}
    password: {env: A, file: B}
call_limit: 30
call_limit: 3s
watchdog: off
colour: red
";
    assert_eq!(
        said(text),
        [
            ("duplicate-site-key", 13, "call_limit".into()),
            ("unknown-site-key", 15, "colour".into()),
            ("wrong-site-value", 1, "[a]".into()),
            ("unknown-site-key", 4, "obdc".into()),
            ("missing-site-key", 3, "S1".into()),
            ("plain-password", 5, "secret".into()),
            ("wrong-connection-string", 9, "\"nonsense\"".into()),
            ("wrong-site-value", 11, "{env: A, file: B}".into()),
            ("wrong-site-value", 14, "off".into()),
            ("wrong-site-value", 12, "30".into()),
        ]
    );
}

#[test]
fn a_mistyped_key_gets_a_suggestion() {
    let (_, _, findings) = read(&format!("{SMALL}    runing: [a]\n"));
    assert_eq!(findings[0].help.as_deref(), Some("did you mean `running`?"));
}

#[test]
fn a_command_as_one_text_is_refused() {
    assert_eq!(one(&format!("{SMALL}    start: solid -c /var\n")), ("shell-line", 5, "solid -c /var".into()));
}

#[test]
fn ssh_is_refused_until_it_can_be_done() {
    assert_eq!(one(&format!("{SMALL}    host: {{ssh: solid@db1}}\n")), ("ssh-not-yet", 5, "solid@db1".into()));
}

#[test]
fn a_password_in_the_connection_string_is_taken_out_and_warned_of() {
    let (_, site, findings) = read("pair: p\nservers:\n  S1:\n    odbc: \"UID=a;PWD=hunter2\"\n");
    let site = site.expect("because it is only a warning");
    assert_eq!(findings[0].rule.name, "written-password");
    assert_eq!(site.servers["S1"].password, Some(Password::Written("hunter2".into())));
    assert!(!format!("{site:?}").contains("hunter2"), "a password must not show");
}

#[test]
fn what_is_no_site_file_is_said_so() {
    assert_eq!(one(""), ("empty-site", 1, String::new()));
    assert_eq!(one("# nothing\n").0, "empty-site");
    assert_eq!(one("just text").0, "wrong-site-value");
    assert_eq!(one("a: b: c\n").0, "not-yaml");
    assert_eq!(one("pair: \"open\n").0, "not-yaml");
    assert_eq!(one("pair: !secret x\nservers: {}\n").0, "not-yaml");
    assert_eq!(one("pair: p\n---\npair: q\n").0, "not-yaml");
    assert_eq!(one("\u{0}\u{1}").0, "not-yaml");
    assert_eq!(one(&"[".repeat(5000)).0, "not-yaml");
}

#[test]
fn a_bomb_of_aliases_is_stopped_soon() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{},", level - 1).repeat(10);
        text += &format!("a{level}: &a{level} [{before}]\n");
    }
    let began = Instant::now();
    assert_eq!(one(&text).0, "not-yaml");
    assert!(began.elapsed() < Duration::from_secs(2), "it took {:?}", began.elapsed());
}

#[test]
fn a_thousand_mistakes_are_summed_up() {
    let mut text = SMALL.to_owned();
    (0..1000).for_each(|at| text += &format!("wrong{at}: 1\n"));
    let all = said(&text);
    assert_eq!(all.len(), site::MAX_FINDINGS + 1);
    assert_eq!(all.last().map(|last| last.0), Some("too-many-site-findings"));
}

#[test]
fn a_file_that_is_missing_huge_or_binary_is_named() {
    let folder = tempfile::tempdir().expect("because the scratch folder can be made");
    let check = |bytes: Option<&[u8]>| {
        let path = folder.path().join("site.yaml");
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).expect("because the scratch folder is ours");
        }
        let (site, findings) = site::load(&path, &mut SourceMap::default());
        assert!(site.is_none());
        findings[0].rule.name
    };
    assert_eq!(check(None), "unreadable-site");
    assert_eq!(check(Some(&vec![b'a'; 1_000_000])), "site-too-large");
    assert_eq!(check(Some(&[0xff, 0xfe, 0x00])), "unreadable-site");
}

#[test]
fn no_text_makes_the_reader_panic() {
    let example = include_str!("../../runbooks/site.example.yaml");
    for (at, _) in example.char_indices().step_by(211) {
        read(&example[..at]);
        for put in ["{", "\"", ": ", "\n- ", "&a *a ", "\t"] {
            read(&format!("{}{put}{}", &example[..at], &example[at..]));
        }
    }
}

/// Against programs.
mod against {
    use super::{SMALL, read};
    use hsbrun::diag::Finding;
    use hsbrun::program::{Loader, ServerId};
    use hsbrun::program::{Program, resolve};
    use hsbrun::site::{Site, bind_servers, check};
    use hsbrun::text::{Source, SourceMap};

    struct NoFiles;

    impl Loader for NoFiles {
        fn load(&mut self, _: &str, path: &str) -> Result<Source, String> {
            Err(format!("{path} is not here"))
        }
    }

    struct Laid {
        sources: SourceMap,
        program: Program,
        site: Site,
    }

    impl Laid {
        fn out(runbook: &str, site_text: &str) -> Laid {
            let resolved = resolve(Source::new("a.hsbrun", runbook), &mut NoFiles);
            let program = resolved.program.unwrap_or_else(|| panic!("{:#?}", resolved.findings));
            let mut sources = resolved.sources;
            let id = sources.add(Source::new("site.yaml", site_text));
            let (site, findings) = hsbrun::site::read(id, site_text);
            let site = site.unwrap_or_else(|| panic!("{findings:#?}"));
            Laid { sources, program, site }
        }

        fn bind(&self, given: &[(&str, &str)]) -> Vec<&'static str> {
            let given: Vec<(String, String)> =
                given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let (bound, findings) = bind_servers(&self.site, &self.program, &given);
            assert_eq!(bound.is_some(), findings.is_empty());
            findings.iter().map(|finding| finding.rule.name).collect()
        }

        /// The name and the first line of source of every finding.
        fn check(&self) -> Vec<(&'static str, String)> {
            let (bound, findings) = bind_servers(&self.site, &self.program, &[]);
            let bound = bound.unwrap_or_else(|| panic!("{findings:#?}"));
            let findings = check(&self.site, &self.program, &bound, None);
            findings.iter().map(|finding| (finding.rule.name, self.snippet(finding))).collect()
        }

        fn snippet(&self, finding: &Finding) -> String {
            assert!(finding.labels.len() >= 2, "both ends are labelled: {finding:?}");
            self.sources.snippet(finding.labels[0].span).to_owned()
        }
    }

    fn runbook(servers: &str, body: &str) -> String {
        let left = "{\n    leave watchdog off because \"it is a test\"\n}\n";
        format!(
            "language 1\nrunbook \"t\"\nparam target: version = 7.0\n{servers}\n\
             step 1 \"s\" on S1 {{\n{body}\n    back out {{ }}\n}}\n\
             on success {left}on failure {left}on back out {left}"
        )
    }

    const S1: &str = "server S1: PRIMARY ALONE -> any";

    fn checked(body: &str, site: &str) -> Vec<(&'static str, String)> {
        Laid::out(&runbook(S1, body), site).check()
    }

    #[test]
    fn a_small_site_is_enough_for_a_program_that_needs_little() {
        assert_eq!(checked("    admin 'hsb connect'", SMALL), []);
    }

    #[test]
    fn every_need_of_the_program_is_reported_where_it_arises() {
        let body = "    start with autoconvert\n    install\n    install previous\n    run fence\n    watchdog off\n    assert S1.log_space > 1 GiB";
        let names: Vec<(&str, String)> = checked(body, SMALL);
        let wanted = [
            ("missing-site-command", "start with autoconvert"),
            ("down-not-provable", "start with autoconvert"),
            ("down-not-provable", "start with autoconvert"),
            ("missing-site-command", "install"),
            ("installed-not-known", "install"),
            ("missing-site-command", "install previous"),
            ("missing-site-command", "run fence"),
            ("missing-watchdog", "watchdog off"),
            ("missing-watchdog", "watchdog off"),
            ("missing-space", "S1.log_space"),
        ];
        assert_eq!(names, wanted.map(|(name, text)| (name, text.to_owned())));
    }

    #[test]
    fn a_site_without_a_watchdog_serves_a_program_that_silences_one() {
        assert_eq!(checked("    watchdog off", &format!("{SMALL}watchdog: none\n")), []);
    }

    #[test]
    fn options_and_parameters_need_their_places() {
        let site = format!(
            "{SMALL}    address: a:1\n    running: [r]\n    installed: [i]\n    start: [s, \"{{target}}\"]\n    install: [i, \"{{tarjet}}\"]\n"
        );
        let names = checked("    start with autoconvert\n    install", &site);
        assert_eq!(
            names,
            [
                ("no-place-for-options", "start with autoconvert".to_owned()),
                ("unknown-placeholder", "[i, \"{tarjet}\"]".to_owned()),
            ]
        );
    }

    #[test]
    fn a_server_that_the_site_lacks_is_unbound() {
        let laid = Laid::out(&runbook("server S1: any -> any\nserver P: any", "    admin 'hsb connect'"), SMALL);
        assert_eq!(laid.bind(&[]), ["unbound-server"]);
        assert_eq!(laid.bind(&[("P", "S1")]), ["server-bound-twice"]);
        assert_eq!(laid.bind(&[("P", "S9")]), ["unknown-binding"]);
        assert_eq!(laid.bind(&[("Q", "S1")]), ["unknown-binding", "unbound-server"]);
        assert_eq!(laid.bind(&[("P", "S1"), ("P", "S1")]), ["unknown-binding", "server-bound-twice"]);
    }

    #[test]
    fn one_file_serves_both_directions() {
        let two = format!("{SMALL}  S2:\n    odbc: \"Driver=y\"\n");
        let laid = Laid::out(&runbook("server S1: any -> any\nserver S2: any", "    admin 'hsb connect'"), &two);
        let swapped = [("S1".to_owned(), "S2".to_owned()), ("S2".to_owned(), "S1".to_owned())];
        let (bound, findings) = bind_servers(&laid.site, &laid.program, &swapped);
        let bound = bound.unwrap_or_else(|| panic!("{findings:?}"));
        assert_eq!((bound.name(ServerId(0)), bound.name(ServerId(1))), ("S2", "S1"));
        assert_eq!(bound.server(&laid.site, ServerId(0)).odbc.value.to_string(), "Driver=y;");
    }

    #[test]
    fn the_example_serves_the_shipped_runbook() {
        struct Folder;
        impl Loader for Folder {
            fn load(&mut self, _: &str, path: &str) -> Result<Source, String> {
                let path = format!("{}/runbooks/{path}", env!("CARGO_MANIFEST_DIR"));
                std::fs::read_to_string(&path).map(|text| Source::new(path, text)).map_err(|why| why.to_string())
            }
        }
        let main = Source::new("hot", include_str!("../../runbooks/hot-migration-netcopy.hsbrun"));
        let program = resolve(main, &mut Folder).program.expect("because the shipped runbook is sound");
        let (_, site, _) = read(include_str!("../../runbooks/site.example.yaml"));
        let site = site.expect("because the example is sound");
        let (bound, _) = bind_servers(&site, &program, &[]);
        assert_eq!(check(&site, &program, &bound.expect("because the names are equal"), None), []);
    }
}

#[test]
fn two_servers_at_one_address_are_one_server_and_a_finding() {
    let text = "pair: p\nservers:\n  S1:\n    odbc: \"Driver=x;NetworkName=tcp db1 1964\"\n  \
                S2:\n    odbc: \"Driver=y;Server=db1;Port=1964\"\n";
    let (name, line, _) = one(text);
    assert_eq!((name, line), ("same-address", 6));
}

#[test]
fn a_line_for_a_shell_is_warned_of_and_a_script_is_not() {
    for argv in ["[sh, -c, \"echo {target}\"]", "[/bin/bash, -lc, x]", "[cmd.exe, /C, x]", "[/usr/bin/env/ksh, -c, x]"]
    {
        let text = format!("{SMALL}    start: {argv}\n");
        let (_, site, findings) = read(&text);
        assert!(site.is_some(), "{argv}: it is only a warning");
        assert_eq!(findings.iter().map(|finding| finding.rule.name).collect::<Vec<_>>(), ["shell-in-arguments"]);
    }
    for argv in ["[sh, /opt/site/start.sh, \"{target}\"]", "[/opt/solid/bin/solid, -c, /var/solid]", "[bash]"] {
        assert_eq!(said(&format!("{SMALL}    start: {argv}\n")), [], "{argv}");
    }
}

#[test]
fn a_site_file_with_a_password_belongs_to_its_owner_alone() {
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("because the scratch folder can be made");
    let path = folder.path().join("site.yaml");
    let names = |text: &str, mode: u32| {
        write(&path, text).expect("because the folder is ours");
        set_permissions(&path, Permissions::from_mode(mode)).expect("because the file is ours");
        let (_, findings) = site::load(&path, &mut SourceMap::default());
        findings.iter().map(|finding| finding.rule.name).collect::<Vec<_>>()
    };
    let with_password = "pair: p\nservers:\n  S1:\n    odbc: \"UID=a;PWD=hunter2\"\n";
    assert_eq!(names(with_password, 0o644), ["written-password", "site-open-to-others"]);
    assert_eq!(names(with_password, 0o600), ["written-password"]);
    assert_eq!(names(SMALL, 0o644), [""; 0]);
}

/// What is said of a site beside a runbook that asks for the approval `users_told` and takes a limit.
fn said_beside(more: &str) -> Vec<&'static str> {
    let text = format!("{SMALL}{more}");
    let runbook = "language 1\nrunbook \"R\"\nparam limit: duration = 5m\nserver S1: any -> any\nstep 1 \"Ask\" {\n    \
                   confirm users_told \"Users know\" within limit\n}\non failure {\n    notify \"It failed.\"\n}\n";
    let program =
        hsbrun::program::resolve(Source::new("r", runbook), &mut Nothing).program.expect("because it is sound");
    let (_, site, _) = read(&text);
    let site = site.expect("because it is sound");
    let (bound, _) = site::bind_servers(&site, &program, &[]);
    let findings = site::check(&site, &program, &bound.expect("because the names are equal"), None);
    findings.iter().map(|finding| finding.rule.name).collect()
}

struct Nothing;

impl hsbrun::program::Loader for Nothing {
    fn load(&mut self, _from: &str, _path: &str) -> Result<Source, String> {
        Err("there are no other files".into())
    }
}

#[test]
fn an_approval_of_nearly_the_right_name_is_told_and_a_strangers_is_not() {
    assert_eq!(said_beside("approve: [user_told]\n"), ["misspelt-approval"]);
    assert_eq!(said_beside("approve: [users_told, convert_s2]\n"), [""; 0]);
}

#[test]
fn values_that_the_runbook_cannot_take_are_told_when_the_site_is_checked() {
    assert_eq!(said_beside("params: {limit: 10}\n"), ["wrong-parameter-value"]);
    assert_eq!(said_beside("params: {limt: 10m}\n"), ["unknown-parameter"]);
    assert_eq!(said_beside("params: {target: 7.0}\n"), [""; 0], "for another runbook");
    assert_eq!(said_beside("params: {limit: 10m}\n"), [""; 0]);
}
