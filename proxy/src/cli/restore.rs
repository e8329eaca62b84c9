//! `lacuna restore`: a stream on the way back, in which what tokens stand for comes back.

use super::Ran;
use super::exit::Outcome;
use super::options::StreamOptions;
use super::redact::{Direction, Product, run};
use clap::Args;

/// `lacuna restore`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct RestoreArgs {
    #[command(flatten)]
    stream: StreamOptions,

    /// Classes whose values may be seen; the others are treated as the rules say, and their tokens stay. All of them, if
    /// none is named
    #[arg(long, value_name = "CLASS")]
    show: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  lacuna redact order.json --rules tokens.toml --key-file lacuna.key > masked.json
  lacuna restore masked.json --rules tokens.toml --key-file lacuna.key
  curl -sN https://example.com/v1/stream | lacuna restore --key-file lacuna.key --scope acme/ada/42 --format sse
  lacuna restore answer.json --key-file lacuna.key --show confidential --findings tokens.jsonl";

/// Runs `lacuna restore`.
pub fn restore(args: &RestoreArgs) -> Ran {
    run(&args.stream, Direction::Back(&args.show), Product::Body).map(|_| Outcome::Done)
}
