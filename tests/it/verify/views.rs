//! What verify shows: charts, maps, coverage and the whole report, as the command gives them.

use std::fs;
use std::process::{Command, Output};

use hsbrun::verify::Property;
use serde_json::Value;

const GUIDE: &str = "tests/corpus/verify/guide.hsbrun";
const SHIPPED: &str = "runbooks/hot-migration-netcopy.hsbrun";
/// Nothing goes wrong by itself, and one branch only: a second, and stories enough.
const SMALL: [&str; 6] = ["--faults", "0", "--kills", "0", "--set", "upgrade=version_level"];

fn hsbrun(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hsbrun"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().expect("because the binary was built")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("because it writes UTF-8")
}

fn verify(file: &str, more: &[&str]) -> Output {
    hsbrun(&[&["verify", file], &SMALL[..], more].concat())
}

fn report(file: &str, more: &[&str]) -> Value {
    let output = verify(file, &[more, &["--format", "json"]].concat());
    serde_json::from_str(&text(&output)).expect("because it is JSON")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("because it is a list")
}

#[test]
fn a_chart_is_well_formed_runs_nothing_and_holds_every_entry_of_its_story() {
    let folder = tempfile::tempdir().expect("because there is room");
    let place = folder.path().to_string_lossy().into_owned();
    let report = report(GUIDE, &["--chart", &place]);
    let stories = list(&report["runs"][0]["broken"]);
    assert!(stories.len() > 1, "{report}");
    for story in stories {
        let name = format!(
            "{:02}-{}.svg",
            story["number"].as_u64().expect("it has a number"),
            story["property"].as_str().expect("it has a name")
        );
        let svg = fs::read_to_string(folder.path().join(&name)).expect("because the chart was written");
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|why| panic!("{name}: {why}"));
        let entries: Vec<String> = document
            .descendants()
            .filter(|node| node.attribute("id").is_some_and(|id| id.starts_with("entry-")))
            .map(|node| node.first_element_child().and_then(|title| title.text()).unwrap_or_default().to_owned())
            .collect();
        let rows = list(&story["story"]);
        assert_eq!(entries.len(), rows.len(), "{name}");
        for (entry, row) in entries.iter().zip(rows) {
            let (who, what) = (row["who"].as_str().expect("somebody"), row["what"].as_str().expect("something"));
            assert!(entry.contains(who) && entry.ends_with(what), "{name}: `{entry}` is not {row}");
        }
        let tags: Vec<&str> = document.descendants().map(|node| node.tag_name().name()).collect();
        assert!(!tags.iter().any(|tag| ["script", "foreignObject", "image", "a", "use"].contains(tag)), "{name}");
        assert!(tags.contains(&"desc"), "it is told for those who cannot see it");
    }
}

#[test]
fn what_a_runbook_calls_its_steps_is_inert_in_a_chart() {
    let folder = tempfile::tempdir().expect("because there is room");
    let place = folder.path().to_string_lossy().into_owned();
    let runbook = folder.path().join("evil.hsbrun");
    let title = "<script>alert(1)</script> & ]]> \u{202e}x";
    let text = format!(
        "language 1\nrunbook \"{title}\"\nserver S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n\
         step 1 \"{title}\" on S1 {{\n    watchdog off\n    admin 'hsb netcopy'\n}}\n\
         on success {{\n    watchdog on\n}}\non failure {{\n    watchdog on\n}}\n"
    );
    fs::write(&runbook, text).expect("because there is room");
    let output =
        hsbrun(&["verify", &runbook.to_string_lossy(), "--faults", "0", "--kills", "0", "--chart", &place, "--plain"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let svg = fs::read_to_string(folder.path().join("01-refused-command.svg")).expect("because it breaks");
    let document = roxmltree::Document::parse(&svg).expect("because it is well-formed");
    assert!(!document.descendants().any(|node| node.tag_name().name() == "script"), "{svg}");
    assert!(svg.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt;") && !svg.contains('\u{202e}'), "{svg}");
}

#[test]
fn a_report_has_a_verdict_for_every_property_and_says_what_it_rests_on() {
    let report = report(GUIDE, &[]);
    assert_eq!((&report["format"], &report["version"]), (&"hsbrun-verify".into(), &1.into()));
    let properties = list(&report["properties"]);
    assert_eq!(properties.len(), Property::ALL.len());
    for property in properties {
        let broken = property["verdict"] == "broken";
        assert_eq!(broken, !list(&property["stories"]).is_empty(), "{property}");
    }
    assert!(properties.iter().any(|property| property["verdict"] == "holds"), "{properties:?}");
    assert!(list(&report["assumptions"]).iter().any(|row| row["source"] == "INF"), "{}", report["assumptions"]);
    assert_eq!(list(&report["runs"][0]["explored"]).len(), 32, "each kind of pair is named");
    assert_eq!(report["runs"][0]["given"]["upgrade"], "version_level");
    let log = properties.iter().find(|property| property["name"] == "log-overflow").expect("it is one of them");
    assert_eq!(log["verdict"], "not-judged", "no site says how long a log lasts");
    let one = self::report(GUIDE, &["--property", "two-primaries"]);
    let verdicts: Vec<&Value> = list(&one["properties"]).iter().map(|property| &property["verdict"]).collect();
    assert_eq!(
        verdicts.iter().filter(|verdict| **verdict == "not-asked").count(),
        Property::ALL.len() - 1,
        "{verdicts:?}"
    );
}

#[test]
fn how_long_a_server_may_work_alone_is_judged_by_what_the_site_says() {
    let folder = tempfile::tempdir().expect("because there is room");
    let site = |lasts: &str| {
        let path = folder.path().join(format!("{lasts}.yaml"));
        let text = include_str!("../../../runbooks/site.example.yaml");
        let line = text.lines().find(|line| line.starts_with("log_lasts:")).expect("because the example says it");
        fs::write(&path, text.replace(line, &format!("log_lasts: {lasts}"))).expect("because there is room");
        path.to_string_lossy().into_owned()
    };
    let judged = |lasts: &str| report(SHIPPED, &["--site", &site(lasts), "--property", "log-overflow"]);
    assert_eq!(judged("1d")["holds"], true);
    let short = judged("6h");
    let alone = &short["runs"][0]["broken"][0]["alone"];
    assert_eq!((&alone["server"], &alone["log_lasts_seconds"]), (&"S1".into(), &21_600.into()), "{short}");
    let sum: u64 = list(&alone["way"]).iter().map(|waits| waits["seconds"].as_u64().expect("a number")).sum();
    assert_eq!(alone["at_most_seconds"], sum);
    assert!(list(&alone["way"]).iter().any(|waits| waits["seconds"] == 14_400), "a copy takes up to four hours");
}

#[test]
fn the_source_is_covered_but_for_handlers_of_what_never_goes_wrong() {
    let report = report(SHIPPED, &[]);
    let statements = list(&report["coverage"]);
    let reached = |one: &&Value| one["reached"] == true;
    assert!(statements.iter().filter(|one| one["part"] == "body").all(|one| reached(&one)), "{statements:#?}");
    let handlers: Vec<&Value> = statements.iter().filter(|one| one["part"] == "if this step fails").collect();
    assert!(!handlers.is_empty());
    let shown = text(&verify(GUIDE, &["--plain"]));
    assert!(shown.contains("every statement of the source"), "{shown}");
    let guide = self::report(GUIDE, &[]);
    // By the guard: with the code that solidDB would give, and without one where it cannot judge.
    let install = list(&guide["coverage"]).iter().find(|one| one["statement"] == "install on S2").expect("it is there");
    assert_eq!(install["refused"], serde_json::json!([null, 10054]));
    assert!(shown.contains("refused"), "{shown}");
}

#[test]
fn handlers_that_nothing_enters_are_said_by_their_steps() {
    let path = "tests/corpus/verify/breaks/dead-wait/a-handler-that-nothing-enters.hsbrun";
    let verify = |more: &[&str]| text(&hsbrun(&[&["verify", path, "--faults", "0", "--kills", "0"], more].concat()));
    let json: Value = serde_json::from_str(&verify(&["--format", "json"])).expect("because it is JSON");
    let told = list(&json["handlers"]).to_vec();
    let [handler] = told.as_slice() else { panic!("it has one handler: {told:?}") };
    assert_eq!((&handler["step"], &handler["line"]), (&"tell".into(), &16.into()));
    assert_eq!(handler["entered"], false);
    let shown = verify(&["--plain"]);
    assert!(shown.contains("handlers   never entered: that of step tell (line 16)"), "{shown}");
    let shipped = list(&report(SHIPPED, &[])["handlers"]).to_vec();
    assert!(shipped.len() > 10 && shipped.iter().any(|handler| handler["entered"] == true), "{shipped:?}");
}

#[test]
fn a_map_names_the_windows_that_a_change_board_asks_for() {
    let output = verify(SHIPPED, &["--map", "--plain"]);
    let shown = text(&output);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.lines().all(|line| line.is_ascii()), "{shown}");
    assert!(shown.contains("only one server holds every commit from step 1"), "{shown}");
    assert!(shown.contains("no server accepts writes"), "{shown}");
    assert!(!shown.contains("TWO WRITERS"), "{shown}");
    let map: Value = serde_json::from_str(&text(&verify(SHIPPED, &["--map", "--format", "json"]))).expect("it is JSON");
    let windows = list(&map["maps"][0]["windows"]);
    assert!(windows.iter().any(|window| window["lack"] == "one-copy"), "{windows:?}");
    assert!(
        windows.iter().all(|window| window["from"]["line"].as_u64() <= window["to"]["line"].as_u64()),
        "{windows:?}"
    );
    let steps = list(&map["maps"][0]["steps"]);
    let first = steps.iter().find(|stage| stage["step"] == "1" && stage["part"] == "body").expect("there is a step 1");
    let states: Vec<&Value> = list(&first["pairs"]).iter().map(|pair| &pair["states"]).collect();
    assert!(states.contains(&&serde_json::json!(["PRIMARY ACTIVE", "SECONDARY ACTIVE"])), "{states:?}");
    assert!(states.contains(&&serde_json::json!(["PRIMARY ALONE", "SECONDARY ALONE"])), "{states:?}");
}

#[test]
fn a_map_can_be_pasted_into_a_change_request() {
    let shown = text(&verify(SHIPPED, &["--map", "--format", "markdown"]));
    let table: Vec<&str> = shown.lines().filter(|line| line.starts_with('|')).collect();
    assert!(table.len() > 20, "{shown}");
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(table.iter().all(|line| cells(line) == 5), "{table:#?}");
    let refused = verify(SHIPPED, &["--format", "markdown"]);
    assert_eq!(refused.status.code(), Some(1), "only a map is written so");
}

#[test]
fn effects_that_come_late_are_refused_where_nothing_may_go_wrong() {
    for without in [["--faults", "0"].as_slice(), &["--map"]] {
        let refused = hsbrun(&[&["verify", SHIPPED, "--late"], without].concat());
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("nothing-comes-late") && said.contains("--faults 1"), "{said}");
    }
}

#[test]
fn a_story_that_was_written_is_rehearsed_and_one_of_another_runbook_is_refused_at_its_step() {
    let folder = tempfile::tempdir().expect("because there is room");
    let place = folder.path().to_string_lossy().into_owned();
    verify(GUIDE, &["--trace", &place]);
    let trace = folder.path().join("01-wrong-version.json").to_string_lossy().into_owned();
    let same = hsbrun(&["rehearse", GUIDE, "--trace", &trace, "--plain"]);
    assert_eq!(same.status.code(), Some(0), "{}", String::from_utf8_lossy(&same.stderr));
    let shown = text(&same);
    assert!(
        shown.contains("install on S2: refused with 10054") && shown.contains("The twin went the same way"),
        "{shown}"
    );
    let other = hsbrun(&["rehearse", "tests/corpus/verify/guide-processes.hsbrun", "--trace", &trace]);
    assert_eq!(other.status.code(), Some(1));
    let said = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(said.contains("HSB7907") && said.contains("of the trace"), "{said}");
}

#[test]
fn a_story_fits_into_80_and_120_columns_with_colour_and_without() {
    for columns in ["80", "120"] {
        let output = Command::new(env!("CARGO_BIN_EXE_hsbrun"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["verify", GUIDE])
            .args(SMALL)
            .env("COLUMNS", columns)
            .output()
            .expect("because the binary was built");
        let width = columns.parse::<usize>().expect("a number");
        for line in text(&output).lines() {
            assert!(line.chars().count() <= width, "{columns}: {line}");
        }
    }
}
