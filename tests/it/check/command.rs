//! What can be checked, in which form, and how it ends.

use std::path::Path;
use std::process::Command;

use super::super::cli::Test;

const CLEAN: &str = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is SERVING\n";
const WRONG: &str = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is serving\n";
/// A password that is written down, in a file that others may read: two warnings.
const SITE: &str = "pair: p
servers:
  S1:
    odbc: \"Driver=d;SERVER=db1;PORT=1964;PWD=x\"
  S2:
    odbc: \"Driver=d;SERVER=db2;PORT=1964\"
";

#[test]
fn a_directory_stands_for_the_runbooks_in_it() {
    let test =
        Test::new(["check", "all", "--format", "short"]).file("all/a.hsbrun", CLEAN).file("all/b/c.hsbrun", WRONG);
    let ran = test.file("all/d.txt", WRONG).run();
    ran.code(1);
    assert_eq!(
        ran.stdout,
        "all/b/c.hsbrun:4:15: error HSB2006 misspelt-case: `serving` is written `SERVING`\n1 error in 2 files\n\
         --fix puts 1 right\n"
    );
}

#[test]
fn a_pattern_that_no_shell_has_expanded_is_followed() {
    let test = || Test::new(["check", "all/**/*.hsbrun"]).file("all/a.hsbrun", CLEAN).file("all/b/c.hsbrun", CLEAN);
    test().run().code(0).out("no findings in 2 files");
    let none = Test::new(["check", "*.hsb"]).file("a.hsbrun", CLEAN).run();
    none.code(2).out("HSB7911 nothing-to-check: `*.hsb` fits no file");
    Test::new(["check", "a[1].hsbrun"]).file("a[1].hsbrun", CLEAN).run().code(0).out("no findings");
}

#[test]
fn the_same_file_named_twice_is_checked_once() {
    let ran = Test::new(["check", "a.hsbrun", "a.hsbrun", "."]).file("a.hsbrun", WRONG).run();
    ran.code(1).out("1 error");
    assert_eq!(ran.stdout.matches("misspelt-case").count(), 1, "{}", ran.stdout);
}

#[test]
fn a_warning_does_not_fail_a_check_unless_warnings_are_denied() {
    let test = |args: &[&str]| {
        let args = ["check", "a.hsbrun", "--site", "site.yaml"].into_iter().chain(args.iter().copied());
        let two = CLEAN.replace("server S1: any\n", "server S1: any\nserver S2: any\n");
        Test::new(args).file("a.hsbrun", two).file("site.yaml", SITE).run()
    };
    test(&[]).code(0).out("warning HSB7112 written-password").out(" in 2 files");
    test(&["--deny", "warnings"]).code(1).out("warning HSB7112 written-password");
    test(&["--format", "junit"]).code(0).out("failures=\"0\"");
    test(&["--format", "junit", "--deny", "warnings"]).code(1).out("<failure type=\"HSB7112 written-password\"");
}

#[test]
fn a_site_is_laid_beside_every_runbook_or_checked_alone() {
    let needs = "language 1\nrunbook \"x\"\nserver S1: DOWN -> any\nserver S2: any\n\
                 step 1 \"x\" on S1 {\n    ensure S1 is SECONDARY ALONE by start within 5m\n}\non failure { }\n";
    let test = |args: &[&str]| {
        Test::new(args.iter().copied()).file("a.hsbrun", needs).file("b.hsbrun", needs).file("site.yaml", SITE).run()
    };
    let both = test(&["check", "a.hsbrun", "b.hsbrun", "--site", "site.yaml"]);
    both.code(1).out(" in 3 files");
    assert_eq!(both.stdout.matches("the site has no `start` for S1").count(), 2, "{}", both.stdout);
    test(&["check", "--site", "site.yaml"]).code(0).out("warning HSB7112");
    test(&["check", "a.hsbrun", "--site", "none.yaml"]).code(2).out("HSB7101");
    test(&["check", "a.hsbrun", "--site", "site.yaml", "--server", "S1=S2", "--server", "S2=S1"]).code(1).out("for S2");
}

#[test]
fn at_most_as_many_findings_are_written_as_are_asked_for_and_all_are_counted() {
    let text = format!("{CLEAN}{}", "require S1 is serving\n".repeat(5));
    let ran = Test::new(["check", "-", "--max-findings", "2"]).stdin(&text).run();
    ran.code(1).out("5 errors; the first 2 are shown (--max-findings)");
    assert_eq!(ran.stdout.matches("error HSB2006").count(), 2);
    let json = Test::new(["check", "-", "--max-findings", "2", "--format", "json"]).stdin(&text).run();
    assert_eq!(json.stdout.matches("\"HSB2006\"").count(), 5, "programs get all of them");
}

#[test]
fn a_report_for_a_program_has_nothing_else_on_standard_output() {
    for format in ["json", "sarif", "junit"] {
        let ran = Test::new(["check", "a.hsbrun", "none.hsbrun", "--format", format]).file("a.hsbrun", WRONG).run();
        let begins = if format == "junit" { "<?xml" } else { "{" };
        assert!(ran.code(2).stdout.starts_with(begins), "{}", ran.stdout);
        assert!(ran.stdout.contains("HSB7901") && ran.stderr.is_empty(), "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn what_is_silenced_is_counted_and_not_shown() {
    let site = SITE.replace("  S1:", "  # hsbrun: allow(written-password) because it is a test rig\n  S1:");
    let ran = Test::new(["check", "--site", "site.yaml", "--deny", "warnings"]).file("site.yaml", site).run();
    ran.code(0);
    assert_eq!(ran.stdout, "no findings\nnot shown: 1 allowed where they stand\n");
}

#[test]
fn check_without_anything_to_check_is_a_wrong_command_line() {
    Test::new(["check"]).run().code(2).err("required");
    Test::new(["check", "a.hsbrun", "--write-baseline"]).run().code(2).err("--baseline");
}

#[test]
fn the_commands_of_the_page_on_checking_do_what_it_says() {
    let page = include_str!("../../../docs/checking.md");
    let commands: Vec<&str> = page.lines().filter(|line| line.starts_with("hsbrun ")).collect();
    assert!(commands.len() >= 10, "{commands:?}");
    let shipped = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks").join(name);
        std::fs::read_to_string(path).expect("because it is shipped")
    };
    let folder = tempfile::TempDir::new().expect("because the system has room for a scratch folder");
    std::fs::create_dir(folder.path().join("runbooks")).expect("because it is ours");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("because it is ours");
    write("migration.hsbrun", &shipped("hot-migration-netcopy.hsbrun"));
    write("pair.hsbrun", &shipped("pair.hsbrun"));
    for name in ["hot-migration-netcopy.hsbrun", "pair.hsbrun"] {
        write(&format!("runbooks/{name}"), &shipped(name));
    }
    for name in ["site.yaml", "billing.yaml"] {
        write(name, &shipped("site.example.yaml"));
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_hsbrun")).parent().expect("because it lies in a folder");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    for command in commands {
        let told = Command::new("sh").args(["-c", command]).current_dir(folder.path()).env("PATH", &path).output();
        let told = told.expect("because there is a shell");
        let out = String::from_utf8_lossy(&told.stdout);
        assert!(told.status.success(), "{command}\n{out}{}", String::from_utf8_lossy(&told.stderr));
    }
    assert!(folder.path().join("hsbrun.sarif").exists() && folder.path().join(".hsbrun-baseline.json").exists());
}
