//! The command line: one file a subcommand, one list of exit codes.

mod demo;
mod exit;
mod input;
mod lines;
mod options;
mod output;
mod redact;
mod restore;
mod rules;
mod serve;
mod setup;
mod stream;

use clap::{Parser, Subcommand};
use exit::{Failure, Outcome};
use std::process::ExitCode;

/// Masks sensitive values in JSON, events and text while they are in flight.
#[derive(Parser)]
#[command(name = "lacuna", version, about, after_help = EXAMPLES, subcommand_required = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  lacuna redact orders.json > masked.json
  kubectl logs -f pod/api | lacuna redact
  lacuna scan export.ndjson --fail-on-findings
  lacuna serve --upstream https://api.openai.com
  lacuna demo

Exit codes:
  0 done   1 findings and --fail-on-findings   2 usage, rules, key or configuration
  3 refused: what had left stays, nothing of the refused part follows   4 input or output failed";

/// Only subcommands that work are offered.
#[derive(Subcommand)]
enum Command {
    /// Copies a file or a pipe, with what is sensitive masked
    Redact(redact::RedactArgs),
    /// Lists what is sensitive, as JSON Lines
    Scan(redact::ScanArgs),
    /// Puts back what tokens stand for, where the key and the scope are right
    Restore(restore::RestoreArgs),
    /// Shows, explains and measures the rules
    Rules(rules::Args),
    /// Stands before an HTTP service and masks both directions
    Serve(serve::Args),
    /// Shows all of it on this machine, with invented traffic
    Demo(demo::Args),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors and go to stdout; a closed stdout is none either.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                exit::USAGE
            } else {
                exit::DONE
            });
        }
    };
    let result = match cli.command {
        Command::Redact(args) => redact::redact(&args),
        Command::Scan(args) => redact::scan(&args),
        Command::Restore(args) => restore::restore(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::from(exit::DONE),
        Ok(Outcome::Findings) => ExitCode::from(exit::FINDINGS),
        Ok(Outcome::Faults) => ExitCode::from(exit::USAGE),
        Err(failure) => {
            failure.tell();
            ExitCode::from(failure.code())
        }
    }
}

/// Every failure ends here.
type Ran = Result<Outcome, Failure>;
