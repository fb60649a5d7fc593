//! `hallgate`: the program. Everything is in the library beside it.

fn main() -> std::process::ExitCode {
    firmware_host::cli::main()
}
