//! The command line as its users meet it: arguments, files and standard input in; standard output, standard error and
//! the exit code out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hsbrun::cli::exit::{PRECEDENCE, TABLE};
use tempfile::TempDir;

/// One call of hsbrun in a folder of its own, with nothing of the caller's environment that changes the output.
pub struct Test {
    folder: TempDir,
    args: Vec<String>,
    stdin: Vec<u8>,
    env: Vec<(String, String)>,
}

/// What came of it.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Test {
    pub fn new<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        let folder = TempDir::new().expect("because the system has room for a scratch folder");
        Self { folder, args: args.into_iter().map(str::to_owned).collect(), stdin: Vec::new(), env: Vec::new() }
    }

    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("because it lies in the folder")).expect("because it is ours");
        std::fs::write(path, content).expect("because the scratch folder is ours");
        self
    }

    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = text.as_ref().to_vec();
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The shipped runbooks.
    pub fn shipped(self) -> Self {
        ["hot-migration-netcopy.hsbrun", "pair.hsbrun"].into_iter().fold(self, |test, name| {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
            let text = std::fs::read(Path::new(path).join(name)).expect("because it is shipped");
            test.file(name, text)
        })
    }

    pub fn run(self) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hsbrun"));
        command.args(&self.args).current_dir(self.folder.path());
        for name in ["NO_COLOR", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG", "HSBRUN_LOG"] {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("because cargo has built the binary");
        let mut stdin = child.stdin.take().expect("because it is piped");
        // A child that ends without reading its input closes the pipe: no mistake of the test.
        let _ = stdin.write_all(&self.stdin);
        drop(stdin);
        let output = child.wait_with_output().expect("because the child is ours");
        Ran {
            stdout: String::from_utf8(output.stdout).expect("because hsbrun writes UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("because hsbrun writes UTF-8"),
            code: output.status.code().expect("because no signal was sent"),
        }
    }
}

impl Ran {
    #[track_caller]
    pub fn code(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn out(&self, part: &str) -> &Self {
        assert!(self.stdout.contains(part), "no {part:?} in stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn err(&self, part: &str) -> &Self {
        assert!(self.stderr.contains(part), "no {part:?} in stderr:\n{}", self.stderr);
        self
    }
}

/// Mistakes at three levels: a word, a name, a missing limit.
const WRONG: &str = "language 1
runbook \"Wrong\"
server S1: PRIMARY ACTIVE -> PRIMARY ACTIVE
step 1 \"Look\" on S1 {
    wait until S1 is PRIMRY ALONE within 1m
    wait until S1 is PRIMARY ACTIVE
}
on failure { }
";

/// Asks for one approval, and sends one command.
const SMALL: &str = "language 1
runbook \"Part the pair\"
server S1: PRIMARY ACTIVE -> PRIMARY ALONE
server S2: SECONDARY ACTIVE -> SECONDARY ALONE
param limit: duration = 1m
step 1 \"Disconnect\" on S1 {
    confirm agreed \"The users know\" within limit
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within limit
}
on failure { }
";

/// A site whose driver is there and whose servers are not.
const SITE: &str = "pair: test
servers:
  S1:
    odbc: \"Driver=/bin/sh;SERVER=127.0.0.1;PORT=1;UID=dba\"
  S2:
    odbc: \"Driver=/bin/sh;SERVER=127.0.0.1;PORT=2;UID=dba\"
watchdog: none
";

#[test]
fn the_shipped_runbooks_are_clean() {
    let ran = Test::new(["check", "hot-migration-netcopy.hsbrun", "pair.hsbrun"]).shipped().run();
    ran.code(0);
    assert_eq!(ran.stdout, "no findings in 2 files\n");
    assert_eq!(ran.stderr, "");
}

#[test]
fn findings_are_told_with_their_lines_and_counted() {
    let ran = Test::new(["check", "wrong.hsbrun"]).file("wrong.hsbrun", WRONG).run();
    ran.code(1).out("PRIMRY ALONE").out("[wrong.hsbrun:5:22]").out("did you mean `PRIMARY ALONE`?");
    ran.out("[wrong.hsbrun:6:").out("missing-within").out("2 errors\n");
    assert!(ran.stdout.is_ascii(), "no locale asks for more:\n{}", ran.stdout);
}

#[test]
fn a_locale_of_utf_8_gets_drawn_lines_and_nobody_gets_colours_without_a_terminal() {
    let ran = Test::new(["check", "wrong.hsbrun"]).file("wrong.hsbrun", WRONG).env("LANG", "C.UTF-8").run();
    ran.code(1).out("\u{256d}\u{2500}[wrong.hsbrun:5:22]");
    assert!(!ran.stdout.contains('\x1b'));
}

#[test]
fn what_two_runbooks_use_is_told_once() {
    let using = "language 1\nrunbook \"Uses\"\nuse \"lib.hsbrun\"\nserver S1: any\nrequire S1 is SERVING\n";
    let broken = "language 1\nlibrary \"Broken\"\nprocedure p(S: server) {\n    wait until S is DOWN\n}\n";
    let ran = Test::new(["check", "a.hsbrun", "b/../b.hsbrun", "lib.hsbrun"])
        .file("a.hsbrun", using)
        .file("b.hsbrun", using)
        .file("b/keep", "")
        .file("lib.hsbrun", broken)
        .run();
    ran.code(1);
    assert_eq!(ran.stdout.matches("missing-within").count(), 1, "{}", ran.stdout);
}

#[test]
fn a_runbook_that_comes_back_by_another_path_is_recognised() {
    let ran = Test::new(["check", "./sub/../a.hsbrun"])
        .file("a.hsbrun", "language 1\nrunbook \"A\"\nuse \"sub/b.hsbrun\"\nserver S1: any\nrequire S1 is SERVING\n")
        .file("sub/b.hsbrun", "language 1\nlibrary \"B\"\nuse \"../a.hsbrun\"\n")
        .run();
    ran.code(1);
    assert_eq!(ran.stdout.matches("error HSB").count(), 1, "one circle, one finding:\n{}", ran.stdout);
}

#[test]
fn an_unreadable_file_does_not_hide_the_findings_of_others() {
    let ran = Test::new(["check", "wrong.hsbrun", "nowhere.hsbrun"]).file("wrong.hsbrun", WRONG).run();
    ran.code(2).out("HSB7901").out("PRIMRY ALONE").out("2 errors in 2 files");
}

#[test]
fn standard_input_is_checked_with_crlf_and_a_byte_order_mark() {
    let text = format!("\u{feff}{}", SMALL.replace('\n', "\r\n"));
    Test::new(["check", "-"]).stdin(text).run().code(0).out("no findings");
}

#[test]
fn of_very_many_findings_the_first_are_drawn_and_all_are_counted() {
    let ran = Test::new(["check", "-"]).stdin("serverr S1\n".repeat(150)).run();
    let ran = ran.code(1).out("; the first 100 are shown (--max-findings)");
    assert_eq!(ran.stdout.matches("<standard input>:").count(), 100, "{}", ran.stdout);
}

#[test]
fn a_stream_that_is_full_changes_no_exit_code() {
    for (args, code) in
        [(&["check", "nowhere"][..], 2), (&["rehearse", "nowhere"], 2), (&["sim", "status", "nowhere"], 1)]
    {
        let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("because Linux has it");
        let mut command = Command::new(env!("CARGO_BIN_EXE_hsbrun"));
        let status = command.args(args).stdout(full()).stderr(full()).status().expect("because cargo has built it");
        assert_eq!(status.code(), Some(code), "{args:?}");
    }
}

/// A driver's thread may be at work when a run ends: what libraries tear down on an orderly exit would end it in an abort.
#[test]
fn nothing_that_libraries_do_on_exit_is_run_and_all_that_was_said_is_out() {
    let folder = TempDir::new().expect("because the system has room for a scratch folder");
    let (source, library) = (folder.path().join("exit.c"), folder.path().join("exit.so"));
    let code = "#include <stdlib.h>\n__attribute__((destructor)) static void at_exit(void) { abort(); }\n";
    std::fs::write(&source, code).expect("because the scratch folder is ours");
    let made = Command::new("gcc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(made.is_ok_and(|status| status.success()), "gcc (Debian's package `gcc`)");
    let library = library.to_str().expect("because the scratch folder's name is text");
    assert!(!Command::new("true").env("LD_PRELOAD", library).status().expect("because every system has it").success());

    Test::new(["explain", "14704"]).env("LD_PRELOAD", library).run().code(0).out("14704");
    Test::new(["rehearse", "a.hsbrun"])
        .file("a.hsbrun", SMALL)
        .env("LD_PRELOAD", library)
        .run()
        .code(0)
        .out("servers are in their end states");
}

#[test]
fn a_file_that_does_not_exist_cannot_be_read() {
    let ran = Test::new(["check", "nowhere.hsbrun"]).run();
    ran.code(2).out("error HSB7901 unreadable-file: `nowhere.hsbrun` cannot be read: no such file or directory");
}

#[test]
fn a_directory_without_a_runbook_is_a_mistake() {
    Test::new(["check", "."]).run().code(2).out("`.` holds no `.hsbrun` file");
}

#[test]
fn what_is_no_text_is_named_with_its_place() {
    let ran = Test::new(["check", "a.bin"]).file("a.bin", b"\x7fELF\x02\x01\x00\x00").run();
    ran.code(2).out("HSB1002 binary-file: a.bin: this is not a text file");
    Test::new(["check", "-"]).stdin(b"step \xff\n").run().code(2).out("not-utf8: <standard input>: line 1");
    let ran = Test::new(["check", "big.hsbrun"]).file("big.hsbrun", vec![b'#'; 10_000_000]).run();
    ran.code(2).out("HSB1003 file-too-large: big.hsbrun: the file has 10000000 bytes");
    Test::new(["check", "empty.hsbrun"]).file("empty.hsbrun", "").run().code(1).out("the file says nothing");
}

#[test]
fn a_wrong_command_line_is_explained() {
    Test::new(["chek"]).run().code(2).err("unrecognized subcommand 'chek'").err("'check'");
    Test::new(["check"]).run().code(2).err("<FILE>");
    Test::new([]).run().code(2).err("Usage: hsbrun");
    Test::new(["run", "a.hsbrun"]).run().code(2).err("--site <SITE.yaml>");
    Test::new(["rehearse", "a.hsbrun", "--set", "upgrade"]).run().code(2).err("write it as NAME=VALUE");
}

#[test]
fn help_and_version_are_answers() {
    Test::new(["--help"]).run().code(0).out("Usage: hsbrun").out("hsbrun demo").out("docs/exit-codes.md");
    Test::new(["--version"]).run().code(0).out(concat!("hsbrun ", env!("CARGO_PKG_VERSION")));
    for command in ["check", "rehearse", "run", "demo"] {
        Test::new([command, "--help"]).run().code(0).out("Examples:").out(&format!("hsbrun {command}"));
    }
}

#[test]
fn the_help_of_a_command_begins_with_what_the_list_says_of_it() {
    let list = Test::new(["-h"]).run().stdout;
    let lines = list.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<_> = lines.filter_map(|line| line.strip_prefix("  ")?.split_once("  ")).collect();
    assert!(commands.len() > 8, "{list}");
    for (name, says) in commands.into_iter().filter(|(name, _)| !["help", ""].contains(name)) {
        let ran = Test::new([name, "-h"]).run();
        assert!(ran.stdout.starts_with(says.trim_start()), "{name}: {}", ran.stdout);
    }
}

#[test]
fn a_rehearsal_shows_every_step_both_servers_and_the_ledger() {
    let ran = Test::new(["rehearse", "hot-migration-netcopy.hsbrun", "--set", "upgrade=fix_pack"]).shipped().run();
    ran.code(0).out("samples    target = 7.0.3").out("Done after ");
    let titles = ["1        Disconnect the Primary", "10       Perform a role switch", "18       Connect the servers"];
    titles.into_iter().for_each(|title| assert!(ran.stdout.contains(title), "{title}\n{}", ran.stdout));
    ran.out("| S1 PRIMARY ALONE      | S2 DOWN").out("| S1 SECONDARY ACTIVE   | S2 PRIMARY ACTIVE");
    ran.out("lost                  0").out("doubled               0");
    assert_eq!(ran.stderr, "");
}

#[test]
fn the_same_seed_gives_the_same_rehearsal_and_another_one_another() {
    let output =
        |seed: &str| Test::new(["rehearse", "hot-migration-netcopy.hsbrun", "--seed", seed]).shipped().run().stdout;
    assert_eq!(output("7"), output("7"));
    assert_ne!(output("7").replace("seed 7", ""), output("8").replace("seed 8", ""));
}

#[test]
fn a_rehearsal_on_a_one_safe_pair_says_so_and_loses_nothing_where_nothing_fails() {
    let rehearse = |level: &'static str| {
        Test::new(["rehearse", "hot-migration-netcopy.hsbrun", "--safeness", level]).shipped().run()
    };
    rehearse("1safe").code(0).out("seed 1, SafenessLevel 1safe").out("lost                  0");
    assert!(!rehearse("2safe").stdout.contains("SafenessLevel"));
    rehearse("3safe").code(2).err("1safe");
}

#[test]
fn a_rehearsal_is_written_like_this() {
    let ran = Test::new(["rehearse", "small.hsbrun"]).file("small.hsbrun", SMALL).run();
    ran.code(0);
    expect("rehearsal.txt", &ran.stdout);
}

#[test]
fn a_failed_rehearsal_is_written_like_this() {
    let text = SMALL.replace("admin 'hsb disconnect'", "admin 'hsb netcopy'");
    let ran = Test::new(["rehearse", "small.hsbrun"]).file("small.hsbrun", text).run();
    ran.code(20);
    expect("failure.txt", &ran.stdout);
}

#[test]
fn values_that_do_not_fit_are_refused_before_anything() {
    let wrong =
        |set: &'static str| Test::new(["rehearse", "small.hsbrun", "--set", set]).file("small.hsbrun", SMALL).run();
    wrong("limit=soon").code(1).err("limit").err("soon");
    wrong("lmit=5m").code(1).err("lmit").err("did you mean `limit`");
}

#[test]
fn a_library_alone_is_nothing_to_rehearse() {
    let ran = Test::new(["rehearse", "pair.hsbrun"]).shipped().run();
    ran.code(1).err("HSB7902 library-alone: pair.hsbrun is a library");
}

#[test]
fn without_a_terminal_a_missing_approval_refuses_the_run() {
    let small = || Test::new(["run", "small.hsbrun", "--site", "site.yaml"]).file("small.hsbrun", SMALL);
    let ran = small().file("site.yaml", SITE).run();
    ran.code(11).err("HSB5010 approval-missing").err("--approve agreed").err("[small.hsbrun:7:5]").err("Not started");
    assert_eq!(ran.stdout, "", "nothing was begun");
}

#[test]
fn an_approval_that_nobody_asks_for_is_a_slip() {
    let ran = Test::new(["run", "small.hsbrun", "--site", "site.yaml", "--approve", "agred"])
        .file("small.hsbrun", SMALL)
        .file("site.yaml", SITE)
        .run();
    ran.code(11).err("HSB5012 unknown-approval: --approve agred").err("did you mean --approve agreed?");
}

#[test]
fn a_run_whose_servers_do_not_answer_is_not_started() {
    let ran = Test::new(["run", "small.hsbrun", "--site", "site.yaml", "--approve", "agreed"])
        .file("small.hsbrun", SMALL)
        .file("site.yaml", SITE)
        .run();
    ran.code(10).out("HSB5003 not-in-start-state: whether S1 is in its start state is not known");
    ran.out("whether S2 is in its start state is not known");
    ran.out("Not started. Nothing was sent to a server.").out(".hsbrun/").out("exit code  10 preflight");
}

#[test]
fn a_running_command_that_does_not_say_is_found_before_the_start() {
    let site = SITE.replace("UID=dba\"\n", "UID=dba\"\n    running: [/bin/sh, -c, \"exit 2\"]\n");
    let ran = Test::new(["run", "small.hsbrun", "--site", "site.yaml", "--approve", "agreed"])
        .file("small.hsbrun", SMALL)
        .file("site.yaml", site)
        .run();
    ran.code(10).err("HSB5016 process-not-known: whether a process of S1 exists is not known").err("of S2 exists");
    ran.err("exit status 2").err("[site.yaml:5:14]").err("Not started: nothing was sent");
    assert_eq!(ran.stdout, "", "nothing was begun");
}

#[test]
fn all_that_is_wrong_with_a_site_is_told_together() {
    let site = SITE.replace("  S2:", "  S3:").replace("UID=dba\"\n  S3", "UID=dba\"\n    colour: red\n  S3");
    let ran = Test::new(["run", "small.hsbrun", "--site", "site.yaml"])
        .file("small.hsbrun", SMALL)
        .file("site.yaml", site)
        .run();
    ran.code(1).err("colour");
    let site = SITE.replace("  S2:", "  S3:");
    let ran = Test::new(["run", "small.hsbrun", "--site", "site.yaml"])
        .file("small.hsbrun", SMALL)
        .file("site.yaml", site)
        .run();
    ran.code(1).err("the site has no server S2").err("--server S2=S3").err("HSB5010 approval-missing");
    Test::new(["run", "small.hsbrun", "--site", "no.yaml"]).file("small.hsbrun", SMALL).run().code(2).err("no.yaml");
}

#[test]
fn a_driver_that_is_not_there_is_named_with_what_to_install() {
    let site = SITE.replace("/bin/sh", "/nowhere/psqlodbcw.so");
    let ran = Test::new(["run", "small.hsbrun", "--site", "site.yaml", "--approve", "agreed"])
        .file("small.hsbrun", SMALL)
        .file("site.yaml", site)
        .run();
    ran.code(14).err("HSB5011 driver-missing").err("apt-get install odbc-postgresql");
}

#[test]
fn a_journal_that_cannot_be_made_refuses_the_run() {
    let ran =
        Test::new(["run", "small.hsbrun", "--site", "site.yaml", "--approve", "agreed", "--journal", "small.hsbrun"])
            .file("small.hsbrun", SMALL)
            .file("site.yaml", SITE)
            .run();
    ran.code(10).err("journal");
}

#[test]
fn the_demo_needs_no_set_up() {
    for upgrade in ["version_level", "fix_pack"] {
        let ran = Test::new(["demo", "--upgrade", upgrade]).run();
        ran.code(0).out("Hot migration with netcopy").out("20 of 20 done").out("lost                  0");
    }
}

#[test]
fn each_stage_can_be_printed() {
    let small = |stage| Test::new(["debug", stage, "small.hsbrun"]).file("small.hsbrun", SMALL).run();
    small("tree").code(0).out("Confirm");
    small("program").code(0).out("fingerprint");
    small("machine").code(0).out("hsb disconnect");
}

/// Compares with a file of `tests/corpus/cli`; `UPDATE_EXPECT=1` rewrites it.
#[track_caller]
fn expect(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/cli").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().expect("because it lies in a folder")).expect("because it is ours");
        std::fs::write(&path, found).expect("because it is ours");
    }
    let expected = std::fs::read_to_string(&path).expect("because UPDATE_EXPECT=1 has written it once");
    assert_eq!(found, expected, "{}\n{found}", path.display());
}

#[test]
fn every_exit_code_is_in_the_docs_and_the_docs_have_no_others() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exit-codes.md");
    let docs = std::fs::read_to_string(path).expect("because the docs are part of the package");
    let documented: Vec<&str> = docs.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    let table: Vec<String> = TABLE
        .iter()
        .map(|row| format!("| {} | `{}` | {} |", row.code, row.name, row.meaning.replace('|', "\\|")))
        .collect();
    assert_eq!(documented, table);
    let order: Vec<String> = PRECEDENCE.iter().map(|exit| exit.code().to_string()).collect();
    assert!(docs.contains(&order.join(", ")), "the order in which they count: {}", order.join(", "));
}

#[test]
fn no_exit_code_is_given_twice_and_the_table_is_in_order() {
    for pair in TABLE.windows(2) {
        assert!(pair[0].code < pair[1].code, "{} and {}", pair[0].name, pair[1].name);
        assert!(pair[0].exit < pair[1].exit, "the enum's order is the table's");
    }
}
