//! The `hsbrun` command. Everything is in the library; an exit code is a value that `main` ends with.

fn main() {
    let code = hsbrun::cli::main();
    hsbrun::cli::leave(code);
}
