//! The programs that are compared with, installed once from PyPI into `target/bench-peers`; no test does this.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where they are installed.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-peers")
}

/// What is installed: the command runner `just` as its own release for this machine, and Ansible.
const PACKAGES: [&str; 3] = ["rust-just", "ansible-core", "ansible-lint"];

/// A program of another project, from PyPI, in an environment of its own.
pub fn peer(program: &str) -> PathBuf {
    let environment = folder();
    let binary = environment.join("bin").join(program);
    if !binary.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
        run(Command::new(environment.join("bin/pip")).args(["install", "--quiet"]).args(PACKAGES));
    }
    binary
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?} did not install what is compared with");
}
