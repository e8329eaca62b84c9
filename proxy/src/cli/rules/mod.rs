//! `lacuna rules`: what a rule set looks for, why it finds what it finds, and what that costs. One file a
//! subcommand; `probe` and `cost` do the work of `explain` and `bench`, `page` and `bench` print it.

mod bench;
mod check;
mod cost;
mod explain;
mod list;
mod page;
mod probe;
mod schema;

use super::Ran;
use super::exit::Failure;
use super::input::Input;
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lacuna::{Format, Kernels, Plan, Receipt, Redactor, Ruleset, Sink, Source, State};
use std::io::{self, IsTerminal};
use std::path::Path;

/// `lacuna rules`.
#[derive(clap::Args)]
#[command(subcommand_required = true, after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  lacuna rules list
  lacuna rules list --rules builtin:secrets
  lacuna rules list --rules rules.toml --json
  lacuna rules check rules.toml
  lacuna rules explain --text 'my card is 4111 1111 1111 1111'
  lacuna rules bench --rules rules.toml
  lacuna rules schema > lacuna-rules.schema.json";

/// Only subcommands that work are offered.
#[derive(Subcommand)]
enum Command {
    /// Lists the detectors of a rule set
    List(list::Args),
    /// Says everything that is wrong with a rules file, and what each of its detectors costs at worst
    Check(check::Args),
    /// Says what is found in a text and why, and how each detector looks for its values
    Explain(explain::Args),
    /// Measures a rule set and each of its rules
    Bench(bench::Args),
    /// Prints the JSON Schema of a rules file, for editors
    Schema(schema::Args),
}

/// Runs `lacuna rules`.
pub fn run(args: &Args) -> Ran {
    match &args.command {
        Command::List(args) => list::run(args),
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Schema(args) => schema::run(args),
    }
}

/// Reads a file, or standard input for `-`, of at most `most` bytes.
///
/// # Errors
/// It cannot be read; or it is longer, which is a mistake in usage with a hint.
fn read(path: &Path, most: usize, hint: &str) -> Result<Vec<u8>, Failure> {
    let mut input = Input::open(path)?;
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = input.read(&mut buffer)?;
        if count == 0 {
            return Ok(bytes);
        }
        bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
        if bytes.len() > most {
            let (name, most) = (path.display(), most >> 20);
            return Err(Failure::usage(format!("{name}: over {most} MiB (hint: {hint})")));
        }
    }
}

/// A bar on stderr, if that is a terminal, that leaves nothing behind.
fn progress(doing: &str, steps: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template(&format!("{doing} {{wide_bar}} {{percent}} % {{eta}}")) {
        bar.set_style(style);
    }
    bar
}

/// Compiles rules that were derived from others.
///
/// # Errors
/// A pattern that the original could have and this cannot: there is none known.
fn compile(source: Source, kernels: Kernels) -> Result<Ruleset, Failure> {
    match Ruleset::from_source(source) {
        Ok(rules) => Ok(rules.with_kernels(kernels)),
        Err(faults) => Err(Failure::Usage(faults.0.iter().map(ToString::to_string).collect())),
    }
}

/// Runs one whole stream over an input in memory, in chunks of `chunk` bytes (at least 1). The rules must not pause.
///
/// # Errors
/// The engine refuses the input.
fn pour(
    (rules, plan): (&Ruleset, &Plan),
    format: Format,
    input: &[u8],
    chunk: usize,
    sink: &mut dyn Sink,
) -> Result<Receipt, Failure> {
    let mut stream = Redactor::new(rules, plan, format);
    for part in input.chunks(chunk.max(1)) {
        ready(stream.push(part, sink)?.state)?;
    }
    ready(stream.finish(sink)?.state)?;
    Ok(stream.receipt())
}

/// Nobody answers here.
fn ready(state: State) -> Result<(), Failure> {
    match state {
        State::Ready => Ok(()),
        State::Paused(hold) => Err(Failure::Refused(format!("a pause at {}", hold.at))),
        State::Call(function) => Err(Failure::Refused(format!("a call at {}", function.at))),
    }
}
