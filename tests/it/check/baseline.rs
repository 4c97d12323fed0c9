//! Baselines: what was there stays quiet, what is new does not.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const HEAD: &str = "language 1\nrunbook \"x\"\nserver S1: any\n";

fn hsbrun(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_hsbrun"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("because cargo has built the binary");
    let text = |bytes| String::from_utf8(bytes).expect("because hsbrun writes UTF-8");
    (out.status.code().expect("because no signal was sent"), text(out.stdout), text(out.stderr))
}

fn folder(text: &str) -> TempDir {
    let folder = TempDir::new().expect("because the system has room for a scratch folder");
    fs::write(folder.path().join("a.hsbrun"), text).expect("because it is ours");
    folder
}

const CHECK: [&str; 4] = ["check", "a.hsbrun", "--baseline", "known.json"];

#[test]
fn what_was_there_stays_quiet_and_what_is_new_does_not() {
    let folder = folder(&format!("{HEAD}require S1 is serving\n"));
    let write: Vec<&str> = CHECK.into_iter().chain(["--write-baseline"]).collect();
    assert_eq!(hsbrun(folder.path(), &write).0, 0, "writing one is no failure");
    let (code, out, _) = hsbrun(folder.path(), &CHECK);
    assert_eq!((code, out.as_str()), (0, "no findings\nnot shown: 1 of the baseline\n"));
    // Lines above move it; a second one of its kind is new.
    let more = format!("# above\n{HEAD}require S1 is serving\nrequire S1 is offline\n");
    fs::write(folder.path().join("a.hsbrun"), more).expect("because it is ours");
    let (code, out, _) = hsbrun(folder.path(), &CHECK);
    assert!(code == 1 && out.contains("`offline`") && !out.contains("`serving`"), "{out}");
}

#[test]
fn what_is_gone_is_said_and_the_file_reads_as_a_list() {
    let folder = folder(&format!("{HEAD}require S1 is serving\n"));
    let write: Vec<&str> = CHECK.into_iter().chain(["--write-baseline"]).collect();
    hsbrun(folder.path(), &write);
    let text = fs::read_to_string(folder.path().join("known.json")).expect("because it was written");
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("{\"file\":\"a.hsbrun\",\"code\":\"HSB2006\","), "{text}");
    fs::write(folder.path().join("a.hsbrun"), format!("{HEAD}require S1 is SERVING\n")).expect("because it is ours");
    let (code, out, _) = hsbrun(folder.path(), &CHECK);
    assert_eq!(
        (code, out.as_str()),
        (0, "no findings\n1 finding of the baseline is gone: --write-baseline takes it out\n")
    );
}

#[test]
fn a_baseline_that_is_none_is_said_and_nothing_is_checked() {
    let folder = folder(&format!("{HEAD}require S1 is SERVING\n"));
    for (text, what) in
        [("{}", "missing field"), ("nonsense", "expected"), ("{\"format\":2,\"findings\":[]}", "format is 2")]
    {
        fs::write(folder.path().join("known.json"), text).expect("because it is ours");
        let (code, out, told) = hsbrun(folder.path(), &CHECK);
        assert!(code == 2 && out.is_empty() && told.contains("HSB7912") && told.contains(what), "{told}");
    }
    fs::remove_file(folder.path().join("known.json")).expect("because it is ours");
    assert_eq!(hsbrun(folder.path(), &CHECK).0, 2);
}
