//! The gateway and the command line of Lacuna.
//!
//! Imports go down only: `cli` and `wire` compose, `pipeline` is the order of service and the only caller of
//! the engine on the network path, `transport` owns the sockets and knows neither engine nor policy.

mod cli;
mod pipeline;
mod transport;
mod wire;

fn main() -> std::process::ExitCode {
    cli::main()
}
