//! The `hsbrun` command. Everything is in the library; an exit code is a value that `main` returns.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A check and a verification make and drop millions of small values: a sixth of a long check's time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(hsbrun::cli::main())
}
