//! `hsbrun fmt` as its users meet it: files, directories and standard input, and what stays as it was.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const WILD: &str = "language   1\nrunbook \"x\"\nserver S1:any\nrequire S1 is SERVING\n";
const TAME: &str = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is SERVING\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("because the system has room for a scratch folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("because it lies in the folder")).expect("because it is ours");
        fs::write(path, content).expect("because the scratch folder is ours");
    }
    folder
}

fn hsbrun(folder: &Path, args: &[&str], input: &str) -> (i32, String, String) {
    let given = folder.join(".input");
    fs::write(&given, input).expect("because the scratch folder is ours");
    let stdin = fs::File::open(&given).expect("because it was just written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_hsbrun"));
    command.arg("fmt").args(args).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::from(stdin));
    let Output { status, stdout, stderr } = command.output().expect("because cargo has built the binary");
    let text = |bytes| String::from_utf8(bytes).expect("because hsbrun writes UTF-8");
    (status.code().expect("because no signal was sent"), text(stdout), text(stderr))
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("because it is a text")
}

#[test]
fn a_file_is_replaced_and_keeps_its_permissions_and_its_links() {
    let folder = folder(&[("a.hsbrun", WILD.as_bytes())]);
    let path = folder.path().join("a.hsbrun");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("because it is ours");
    std::os::unix::fs::symlink("a.hsbrun", folder.path().join("link.hsbrun")).expect("because it is ours");
    let (code, out, _) = hsbrun(folder.path(), &["link.hsbrun"], "");
    assert_eq!((code, out.as_str()), (0, "formatted link.hsbrun\n"));
    assert_eq!(read(&folder, "a.hsbrun"), TAME);
    assert_eq!(fs::metadata(&path).expect("because it is there").permissions().mode() & 0o777, 0o640);
    assert!(folder.path().join("link.hsbrun").is_symlink());
    assert_eq!(hsbrun(folder.path(), &["a.hsbrun"], ""), (0, String::new(), String::new()));
    assert_eq!(fs::read_dir(folder.path()).expect("because it is ours").count(), 3, "something was left behind");
}

#[test]
fn check_shows_a_diff_and_changes_nothing() {
    let folder = folder(&[("a.hsbrun", WILD.as_bytes()), ("b.hsbrun", TAME.as_bytes())]);
    let (code, out, _) = hsbrun(folder.path(), &["--check", "a.hsbrun", "b.hsbrun"], "");
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "--- a.hsbrun\n+++ formatted\n@@ -1,4 +1,4 @@\n-language   1\n+language 1\n runbook \"x\"\n-server S1:any\n\
         +server S1: any\n require S1 is SERVING\n"
    );
    assert_eq!(read(&folder, "a.hsbrun"), WILD);
    assert_eq!(hsbrun(folder.path(), &["--check", "b.hsbrun"], "").0, 0);
}

#[test]
fn a_directory_stands_for_the_runbooks_in_it() {
    let files: [(&str, &[u8]); 3] =
        [("a.hsbrun", WILD.as_bytes()), ("sub/b.hsbrun", WILD.as_bytes()), ("sub/c.txt", WILD.as_bytes())];
    let folder = folder(&files);
    assert_eq!(hsbrun(folder.path(), &["."], "").0, 0);
    assert_eq!([read(&folder, "a.hsbrun"), read(&folder, "sub/b.hsbrun")], [TAME, TAME]);
    assert_eq!(read(&folder, "sub/c.txt"), WILD);
}

#[test]
fn standard_input_is_written_to_standard_output() {
    let folder = folder(&[]);
    assert_eq!(hsbrun(folder.path(), &["-"], WILD), (0, TAME.into(), String::new()));
    assert_eq!(hsbrun(folder.path(), &["-", "--check"], WILD).0, 1);
}

#[test]
fn a_file_that_is_no_text_is_reported_and_left_alone_and_the_others_are_formatted() {
    let folder = folder(&[("a.hsbrun", b"language   1\n\xff\n"), ("b.hsbrun", WILD.as_bytes())]);
    let (code, _, told) = hsbrun(folder.path(), &["a.hsbrun", "b.hsbrun", "none.hsbrun"], "");
    assert_eq!(code, 2);
    assert!(told.contains("not-utf8") && told.contains("none.hsbrun"), "{told}");
    assert_eq!(fs::read(folder.path().join("a.hsbrun")).expect("because it is there"), b"language   1\n\xff\n");
    assert_eq!(read(&folder, "b.hsbrun"), TAME);
}

#[test]
fn what_cannot_be_read_is_left_as_it_stands_and_said() {
    let folder = folder(&[]);
    let (code, out, told) = hsbrun(folder.path(), &["-"], &format!("{WILD}nonsense   here\n"));
    assert_eq!((code, out), (0, format!("{TAME}nonsense   here\n")));
    assert!(told.contains("hsbrun check"), "{told}");
}
