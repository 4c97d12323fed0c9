//! The command line as its users meet it: arguments, files and standard input in; standard output, standard error and
//! the exit code out.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use hsbrun::cli::exit::{PRECEDENCE, TABLE};
use tempfile::TempDir;

/// One call of hsbrun in a folder of its own, with nothing of the caller's environment that changes the output.
pub struct Test {
    folder: TempDir,
    args: Vec<String>,
    stdin: Vec<u8>,
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
        Self { folder, args: args.into_iter().map(str::to_owned).collect(), stdin: Vec::new() }
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

    pub fn run(self) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hsbrun"));
        command.args(&self.args).current_dir(self.folder.path());
        for name in ["NO_COLOR", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG", "HSBRUN_LOG", "XDG_STATE_HOME"] {
            command.env_remove(name);
        }
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

#[test]
fn a_file_that_does_not_exist_cannot_be_read() {
    let ran = Test::new(["check", "nowhere.hsbrun"]).run();
    ran.code(2).out("error HSB7901 unreadable-file: `nowhere.hsbrun` cannot be read: no such file or directory");
}

#[test]
fn a_directory_cannot_be_read() {
    Test::new(["check", "."]).run().code(2).out("`.` cannot be read: it is a directory");
}

#[test]
fn a_binary_file_is_said_to_be_no_text() {
    let ran = Test::new(["check", "a.bin"]).file("a.bin", b"\x7fELF\x02\x01\x00\x00").run();
    ran.code(2).out("HSB7902 not-text: `a.bin` is not a text in UTF-8: byte 7 does not fit");
    let ran = Test::new(["check", "-"]).stdin(b"step \xff\n").run();
    ran.code(2).out("`<standard input>` is not a text in UTF-8: byte 6 does not fit");
}

#[test]
fn a_wrong_command_line_is_explained() {
    Test::new(["chek"]).run().code(2).err("unrecognized subcommand 'chek'").err("'check'");
    Test::new(["check"]).run().code(2).err("<FILE>");
    Test::new([]).run().code(2).err("Usage: hsbrun");
}

#[test]
fn help_and_version_are_answers() {
    Test::new(["--help"]).run().code(0).out("Usage: hsbrun").out("hsbrun demo").out("docs/exit-codes.md");
    Test::new(["--version"]).run().code(0).out(concat!("hsbrun ", env!("CARGO_PKG_VERSION")));
    Test::new(["check", "--help"]).run().code(0).out("Examples:").out("hsbrun check runbooks/*.hsbrun");
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
