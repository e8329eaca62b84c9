//! The gateway and the command line of Lacuna.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
