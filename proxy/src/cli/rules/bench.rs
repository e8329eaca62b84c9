//! `lacuna rules bench`: how fast a rule set is, and which rule is dear.

use super::cost::{self, Costs, Speed};
use super::{progress, read};
use crate::cli::Ran;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::options::{FormatWord, RuleOptions};
use crate::cli::output::Output;
use crate::cli::setup::Setup;
use lacuna::{Format, OnDeepNesting};
use lacuna_corpus::Density;
use std::io::{self, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;

/// `lacuna rules bench`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to measure on; - is standard input. Without one: 1 MiB of made customer records, 2 % sensitive
    #[arg(value_name = "FILE")]
    input: Option<PathBuf>,

    #[command(flatten)]
    rules: RuleOptions,

    /// How the input is divided into records
    #[arg(long, value_enum, default_value_t = FormatWord::Auto)]
    format: FormatWord,

    /// Rounds whose median counts, after one that warms up
    #[arg(long, value_name = "N", default_value = "11")]
    rounds: NonZeroU16,
}

const EXAMPLES: &str = "\
Examples:
  lacuna rules bench
  lacuna rules bench --rules builtin:secrets
  lacuna rules bench traffic.ndjson --format ndjson --rules rules.toml
  lacuna rules bench big.json --rounds 3";

/// The longest file, in bytes: it is held whole, and read by every rule in every round.
const MOST: usize = 64 << 20;

/// Bytes of the sample, and where its randomness begins: any number, always the same.
const SAMPLE: (usize, u64) = (1 << 20, 1);

/// Runs `lacuna rules bench`.
pub fn run(args: &Args) -> Ran {
    let setup = Setup::load(&args.rules, OnDeepNesting::Text)?;
    let (input, format, what) = match &args.input {
        Some(path) => {
            let input = read(
                path,
                MOST,
                "cut a part out of it: the figures do not grow with it",
            )?;
            let name = path.file_name().unwrap_or(path.as_os_str());
            (
                input,
                Format::from(args.format),
                name.to_string_lossy().into_owned(),
            )
        }
        None => {
            let (bytes, seed) = SAMPLE;
            let sample = lacuna_corpus::records(seed, bytes, Density::Light);
            (sample.bytes, Format::Ndjson, "made customer records".to_owned())
        }
    };
    if input.is_empty() {
        return Err(Failure::usage(format!(
            "{what}: is empty (hint: name a file with bytes in it)"
        )));
    }
    let rounds = usize::from(args.rounds.get());
    let progress = progress("measuring", cost::steps(&setup.rules, rounds));
    let costs = cost::measure(&setup.rules, &setup.plan, format, &input, rounds, || {
        progress.inc(1)
    });
    progress.finish_and_clear();
    let costs = costs?;
    let mut output = Output::stdout()?;
    let name = setup.rules.kernels().name();
    let rules = &args.rules.rules;
    let written = head(&what, input.len(), &costs, &mut output)
        .and_then(|()| {
            writeln!(
                output,
                "{rules}, {name} kernels, CPU time of one thread, median of {rounds}\n"
            )
        })
        .and_then(|()| table(&costs, &mut output));
    written.map_err(|error| output.failure(error))?;
    output.commit()?;
    Ok(Outcome::Done)
}

fn head(what: &str, bytes: usize, costs: &Costs, to: &mut impl Write) -> io::Result<()> {
    let size = match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    };
    writeln!(
        to,
        "{what}, {size} read as {}, {} findings",
        costs.format, costs.findings
    )
}

fn table(costs: &Costs, to: &mut impl Write) -> io::Result<()> {
    speed("all rules", costs.whole, to)?;
    speed("no rules", costs.none, to)?;
    if costs.rules.is_empty() {
        return Ok(());
    }
    let width = costs
        .rules
        .iter()
        .map(|cost| cost.id.chars().count())
        .max()
        .unwrap_or(0)
        .max("RULE".len());
    writeln!(
        to,
        "\n{:width$}   ns/KiB  candidates/KiB  ns/candidate  findings/MiB",
        "RULE"
    )?;
    for cost in &costs.rules {
        let each = cost.each().map_or("-".to_owned(), |each| format!("{each:.1}"));
        writeln!(
            to,
            "{:width$} {:>8.1}  {:>14.2}  {each:>12}  {:>12.1}",
            cost.id, cost.time, cost.candidates, cost.findings
        )?;
    }
    to.write_all(LEGEND.as_bytes())
}

fn speed(name: &str, speed: Speed, to: &mut impl Write) -> io::Result<()> {
    let Speed {
        median,
        range: (low, high),
    } = speed;
    writeln!(to, "{name:10} {median:6.3} GB/s   ({low:.3} to {high:.3})")
}

const LEGEND: &str = "
Time is that of a rule alone over that of no rules; alone it also pays for the
scan, which all rules share, so that the rows add up to more than all rules.
A candidate is a place where one of the rule's triggers is. Findings are those
of all rules together.
";
