//! Reports that programs read. SARIF is held against its schema, and read by a library of others; JUnit is read as XML.

use std::path::PathBuf;
use std::process::Command;

use hsbrun::report::{Report, Status, Told, Warnings, identify, json, junit, sarif};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::{bare, check, check_text, corpus};

/// A report on every broken file of the corpus, with one finding allowed and one in a baseline.
fn report() -> Report {
    let mut report = Report::default();
    for (path, text) in corpus("syntax/bad").into_iter().chain(corpus("resolve/bad")) {
        let name = path.file_name().expect("because a file has a name").to_string_lossy().into_owned();
        let checked = check(&bare(&text));
        report.files.push(name.clone());
        let told = checked.findings.iter().map(|finding| Told::new(finding, &checked.sources, &name, Status::Open));
        report.findings.extend(told);
    }
    report.findings[0].status = Status::Allowed { reason: "it is \"meant\" <here>".into() };
    report.findings[1].status = Status::Baseline;
    identify(&mut report.findings);
    assert!(report.findings.len() > 300, "only {} findings", report.findings.len());
    report
}

fn cargo(args: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let told = Command::new(cargo).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    String::from_utf8(told.expect("because cargo runs this test").stdout).expect("because cargo writes UTF-8")
}

/// The schema of SARIF 2.1.0, as a package of the development dependencies brings it.
fn schema() -> Value {
    let versions = cargo(&["-vV"]);
    let host = versions.lines().find_map(|line| line.strip_prefix("host: ")).expect("because cargo tells its host");
    // Packages of other platforms are not fetched.
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&metadata).expect("because cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("because there are packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("because it is depended on");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("because a package has a manifest"));
    let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json"));
    serde_json::from_str(&text.expect("because the package brings the schema")).expect("because a schema is JSON")
}

fn valid(schema: &Value, document: &Value) -> Result<(), String> {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    let mut schemas = boon::Schemas::new();
    let name = "sarif.json";
    compiler.add_resource(name, schema.clone()).expect("because it is a schema");
    let index = compiler.compile(name, &mut schemas).expect("because it is a schema");
    schemas.validate(document, index).map_err(|error| error.to_string())
}

#[test]
fn sarif_is_valid_for_its_schema_and_a_wrong_one_is_not() {
    let schema = schema();
    let mut log: Value = serde_json::from_str(&sarif(&report())).expect("because SARIF is JSON");
    assert_eq!(valid(&schema, &log), Ok(()));
    let empty: Value = serde_json::from_str(&sarif(&Report::default())).expect("because SARIF is JSON");
    assert_eq!(valid(&schema, &empty), Ok(()));
    log["runs"][0]["results"][0]["message"] = Value::Null;
    assert!(valid(&schema, &log).is_err(), "the schema says nothing at all");
}

#[test]
fn sarif_has_what_code_scanning_services_ask_for() {
    let report = report();
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&sarif(&report)).expect("because others read it");
    let run = &log.runs[0];
    let rules = run.tool.driver.rules.as_ref().expect("because there are rules");
    let results = run.results.as_ref().expect("because there are results");
    assert_eq!(results.len(), report.findings.len());
    for (result, told) in results.iter().zip(&report.findings) {
        let index = usize::try_from(result.rule_index.expect("because each has a rule")).expect("because it counts");
        let rule = &rules[index];
        assert_eq!((rule.id.as_str(), result.rule_id.as_deref()), (told.code, Some(told.code)));
        let help = rule.help.as_ref().and_then(|help| help.markdown.as_deref()).unwrap_or("");
        assert!(help.contains("## What it says") && rule.short_description.is_some(), "{}", told.code);
        let locations = result.locations.as_ref().expect("because each has a place");
        let place = locations[0].physical_location.as_ref().expect("because it is in a file");
        let uri = place.artifact_location.as_ref().and_then(|at| at.uri.as_deref()).expect("because it has a path");
        assert!(!uri.is_empty() && !uri.starts_with(['/', '.']) && !uri.contains(['<', ' ']), "{uri}");
        assert!(place.region.as_ref().is_some_and(|region| region.start_line.is_some_and(|line| line > 0)));
        let prints = result.partial_fingerprints.as_ref().expect("because each can be told from others");
        assert!(prints.contains_key("primaryLocationLineHash"));
    }
    let suppressed = |at: usize| results[at].suppressions.as_ref().map_or(0, Vec::len);
    assert_eq!((suppressed(0), suppressed(1), suppressed(2)), (1, 1, 0));
    assert!(results.iter().any(|result| result.fixes.is_some()), "no fix is told");
    assert!(results.iter().any(|result| result.related_locations.is_some()), "no other end is told");
}

#[test]
fn a_fix_in_sarif_gives_what_hsbrun_makes_of_it() {
    let text = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is serving\n";
    let checked = check_text(text);
    let told = Told::new(&checked.findings[0], &checked.sources, "main.hsbrun", Status::Open);
    let report = Report { files: vec!["main.hsbrun".into()], findings: vec![told] };
    let log: Value = serde_json::from_str(&sarif(&report)).expect("because SARIF is JSON");
    let change = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let region = &change["deletedRegion"];
    let number = |key: &str| usize::try_from(region[key].as_u64().expect("because it is a number")).expect("small");
    assert_eq!((number("startLine"), number("endLine")), (4, 4));
    let line = text.lines().nth(3).expect("because there are four");
    assert_eq!(&line[number("startColumn") - 1..number("endColumn") - 1], "serving");
    assert_eq!(change["insertedContent"]["text"], "SERVING");
}

/// The elements of an XML text by their names, and their `message`s; panics where it is not well-formed.
fn elements(xml: &str) -> Vec<(String, Option<String>)> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    let mut depth = 0_i32;
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("not well-formed: {error}\n{xml}"));
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                depth += i32::from(matches!(event, Event::Start(_)));
                let attributes = tag.attributes().map(|attribute| attribute.expect("because it is well-formed"));
                let message = attributes.filter(|attribute| attribute.key.as_ref() == "message").last();
                let message = message.map(|attribute| {
                    quick_xml::escape::unescape(&attribute.value).expect("because it is well-formed").into_owned()
                });
                found.push((tag.name().as_ref().to_owned(), message));
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "as many ends as beginnings");
    found
}

fn count(elements: &[(String, Option<String>)], name: &str) -> usize {
    elements.iter().filter(|(found, _)| found == name).count()
}

#[test]
fn junit_is_well_formed_with_a_case_for_each_file_and_a_failure_for_each_finding() {
    let report = report();
    let found = elements(&junit(&report, Warnings::Tolerated));
    assert_eq!(count(&found, "failure"), report.open().count());
    assert!(count(&found, "testcase") >= report.files.len());
    for told in report.open() {
        let message = Some(hsbrun::text::inert(&told.what));
        assert!(found.iter().any(|(name, told)| name == "failure" && *told == message), "{message:?}");
    }
}

#[test]
fn junit_takes_names_and_texts_that_would_end_it() {
    let mut checked = check_text("language 1\nrunbook \"x\"\nserver S1: any\nrequire <\u{1}]]>&\"\n");
    checked.findings[0].what = "a \u{1b} & <b> \"c\" ]]>".into();
    let told = Told::new(&checked.findings[0], &checked.sources, "x", Status::Open);
    let told = Told { file: "a&<\"\u{7}.hsbrun".into(), ..told };
    let xml = junit(&Report { files: Vec::new(), findings: vec![told] }, Warnings::Tolerated);
    assert_eq!(count(&elements(&xml), "failure"), 1);
    assert!(!xml.contains(['\u{1}', '\u{7}', '\u{1b}']), "{xml:?}");
}

#[test]
fn warnings_are_failures_only_where_they_are_denied() {
    let site = "pair: p\nservers:\n  S1:\n    odbc: \"Driver=d;SERVER=a;PORT=1;PWD=x\"\n  S2:\n    odbc: \"Driver=d;SERVER=b;PORT=1\"\n";
    let beside = hsbrun::check::Beside { name: "site.yaml", text: site, servers: &[] };
    let checked = hsbrun::check::site_alone(&beside);
    let findings =
        checked.findings.iter().map(|finding| Told::new(finding, &checked.sources, "site.yaml", Status::Open));
    let report = Report { files: vec!["site.yaml".into()], findings: findings.collect() };
    let tolerated = elements(&junit(&report, Warnings::Tolerated));
    assert_eq!((count(&tolerated, "failure"), count(&tolerated, "system-out")), (0, 1));
    let denied = elements(&junit(&report, Warnings::Denied));
    assert_eq!((count(&denied, "failure"), count(&denied, "system-out")), (1, 0));
}

#[test]
fn json_has_the_keys_that_its_page_names_and_no_others() {
    let page = include_str!("../../../docs/findings.md");
    let value: Value = serde_json::from_str(&json(&report())).expect("because it is JSON");
    let mut keys = std::collections::BTreeSet::new();
    gather(&value, &mut keys);
    let named: std::collections::BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(key, _)| key.to_owned()))
        .collect();
    assert_eq!(keys, named, "docs/findings.md has a row for each key");
}

fn gather(value: &Value, keys: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            gather(value, keys);
        }),
        Value::Array(values) => values.iter().for_each(|value| gather(value, keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn a_fingerprint_stays_when_lines_come_above_and_tells_equal_lines_apart() {
    let prints = |text: &str| {
        let checked = check_text(text);
        let told = checked.findings.iter().map(|finding| Told::new(finding, &checked.sources, "a", Status::Open));
        let mut told: Vec<Told> = told.collect();
        identify(&mut told);
        told.into_iter().map(|told| told.fingerprint).collect::<Vec<_>>()
    };
    let text = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is serving\nrequire S1 is serving\n";
    let before = prints(text);
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert_eq!(
        before,
        prints(&text.replace("server S1", "# above\n\nserver S1").replace("require S1", "require   S1"))
    );
    assert_ne!(before, prints(&text.replace("serving", "offline")));
}
