//! The programs that are compared with, each installed once from its registry into `target/bench-peers`; no test does this.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where they are installed.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-peers")
}

/// The command runner `just`, from crates.io.
pub fn just() -> PathBuf {
    let binary = folder().join("just/bin/just");
    if !binary.exists() {
        let root = folder().join("just");
        run(Command::new("cargo").args(["install", "just", "--locked", "--root"]).arg(root));
    }
    binary
}

/// A program of Ansible, from PyPI, in an environment of its own.
pub fn ansible(program: &str) -> PathBuf {
    let environment = folder().join("ansible");
    let binary = environment.join("bin").join(program);
    if !binary.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
        run(Command::new(environment.join("bin/pip")).args(["install", "--quiet", "ansible-core", "ansible-lint"]));
    }
    binary
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?} did not install what is compared with");
}
