//! The `hsbrun` command. Everything is in the library; an exit code is a value that `main` returns.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(hsbrun::cli::main())
}
