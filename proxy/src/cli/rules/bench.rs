//! `lacuna rules bench`: how fast a rule set is, and which rule is dear.

use super::cost::{self, Cost, Costs, Effort, Speed};
use super::{progress, read};
use crate::cli::Ran;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::options::{FormatWord, RuleOptions};
use crate::cli::output::Output;
use crate::cli::setup::Setup;
use lacuna::{Format, OnDeepNesting};
use lacuna_corpus::Density;
use serde::Serialize;
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

    /// Rules that are listed, dearest first, and whose absence is measured too
    #[arg(long, value_name = "N", default_value = "25")]
    top: usize,

    /// Without FILE: records in which nothing is sensitive
    #[arg(long, conflicts_with = "input")]
    clean: bool,

    /// One JSON object, of all rules, instead of a table
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  lacuna rules bench
  lacuna rules bench --rules builtin:secrets
  lacuna rules bench traffic.ndjson --format ndjson --rules rules.toml
  lacuna rules bench big.json --rounds 3
  lacuna rules bench --clean --top 10
  lacuna rules bench --clean --json | jq '.rules[] | select(.slows > 0.03) | .id'";

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
            let (density, what) = match args.clean {
                true => (Density::Clean, "made records, nothing sensitive"),
                false => (Density::Light, "made customer records"),
            };
            let sample = lacuna_corpus::records(seed, bytes, density);
            (sample.bytes, Format::Ndjson, what.to_owned())
        }
    };
    if input.is_empty() {
        return Err(Failure::usage(format!(
            "{what}: is empty (hint: name a file with bytes in it)"
        )));
    }
    let rounds = usize::from(args.rounds.get());
    let effort = Effort {
        rounds,
        top: args.top,
    };
    let progress = progress("measuring", cost::steps(&setup.rules, effort));
    let costs = cost::measure(&setup.rules, &setup.plan, format, &input, effort, || {
        progress.inc(1)
    });
    progress.finish_and_clear();
    let costs = costs?;
    let mut output = Output::stdout()?;
    let name = setup.rules.kernels().name();
    let rules = &args.rules.rules;
    let written = if args.json {
        let said = Said {
            input: &what,
            bytes: input.len(),
            format: costs.format,
            rule_set: rules,
            kernels: name,
            rounds,
            findings: costs.findings,
            gb_per_second: costs.whole.median,
            gb_per_second_without_rules: costs.none.median,
            rules: costs.rules.iter().map(Row::of).collect(),
        };
        serde_json::to_writer_pretty(&mut output, &said)
            .map_err(io::Error::from)
            .and_then(|()| output.write_all(b"\n"))
    } else {
        head(&what, input.len(), &costs, &mut output)
            .and_then(|()| {
                writeln!(
                    output,
                    "{rules}, {name} kernels, CPU time of one thread, median of {rounds}\n"
                )
            })
            .and_then(|()| table(&costs, args.top, &mut output))
    };
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

/// What is said, as JSON.
#[derive(Serialize)]
struct Said<'a> {
    input: &'a str,
    bytes: usize,
    format: &'a str,
    rule_set: &'a str,
    kernels: &'a str,
    rounds: usize,
    findings: u64,
    gb_per_second: f64,
    gb_per_second_without_rules: f64,
    rules: Vec<Row<'a>>,
}

/// A rule.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    ns_per_kib: f64,
    share: f64,
    slows: Option<f64>,
    candidates_per_kib: f64,
    ns_per_candidate: Option<f64>,
    findings_per_mib: f64,
}

impl<'a> Row<'a> {
    fn of(cost: &'a Cost) -> Self {
        Self {
            id: &cost.id,
            ns_per_kib: cost.time,
            share: cost.share,
            slows: cost.slows,
            candidates_per_kib: cost.candidates,
            ns_per_candidate: cost.each(),
            findings_per_mib: cost.findings,
        }
    }
}

fn table(costs: &Costs, top: usize, to: &mut impl Write) -> io::Result<()> {
    speed("all rules", costs.whole, to)?;
    speed("no rules", costs.none, to)?;
    if costs.rules.is_empty() {
        return Ok(());
    }
    let shown = costs.rules.iter().take(top);
    let width = shown.clone().map(|cost| cost.id.chars().count()).max();
    let width = width.unwrap_or(0).max("RULE".len());
    writeln!(
        to,
        "\n{:width$}  SLOWS  SHARE   NS/KiB  CAND/KiB  NS/CAND  FOUND/MiB",
        "RULE"
    )?;
    for cost in shown {
        let each = cost.each().map_or("-".to_owned(), |each| format!("{each:.1}"));
        let slows = cost
            .slows
            .map_or("-".to_owned(), |slows| format!("{:.1}%", slows * 100.0));
        let share = cost.share * 100.0;
        writeln!(
            to,
            "{:width$} {slows:>6} {share:>5.1}% {:>8.1} {:>9.2} {each:>8} {:>10.1}",
            cost.id, cost.time, cost.candidates, cost.findings
        )?;
    }
    let (rest, count) = costs
        .rules
        .iter()
        .skip(top)
        .fold((0.0, 0), |(time, count), cost| (time + cost.share, count + 1));
    if count > 0 {
        writeln!(
            to,
            "\n... and {count} more, {:.1}% of the time of all.",
            rest * 100.0
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
SLOWS: how much longer all rules take than all without this one. NS/KiB is the
time of a rule alone over that of no rules, SHARE its part of all of those:
alone a rule also pays for the scan, which all rules share. CAND: places where
one of the rule's triggers is. FOUND: findings of all rules together.
";
