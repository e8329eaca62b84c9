//! `lacuna redact` and `lacuna scan`: the same stream, with and without a body.

use super::Ran;
use super::exit::{Failure, Outcome};
use super::input::Input;
use super::lines::Lines;
use super::options::{AUTO, FormatWord, StreamOptions};
use super::output::Output;
use super::setup::Setup;
use super::stream::{Outputs, Stream};
use clap::Args;
use lacuna::{Batch, Format, OnDeepNesting, Plan, Profile, Receipt, Redactor, Ruleset};
use std::io::Write;

/// `lacuna redact`.
#[derive(Args)]
#[command(after_help = REDACT_EXAMPLES)]
pub struct RedactArgs {
    #[command(flatten)]
    stream: StreamOptions,
}

const REDACT_EXAMPLES: &str = "\
Examples:
  lacuna redact orders.json -o masked.json --receipt receipt.json
  tail -f app.ndjson | lacuna redact --format ndjson --on-bad-record text
  lacuna redact export.ndjson --format ndjson --threads 8 -o masked.ndjson
  curl -sN https://example.com/v1/stream | lacuna redact --format sse
  lacuna redact dump.json --rules rules.toml --key-file lacuna.key --findings found.jsonl > masked.json";

/// `lacuna scan`.
#[derive(Args)]
#[command(after_help = SCAN_EXAMPLES)]
pub struct ScanArgs {
    #[command(flatten)]
    stream: StreamOptions,

    /// Exit with 1 if there is any finding, kept ones included
    #[arg(long)]
    fail_on_findings: bool,
}

const SCAN_EXAMPLES: &str = "\
Examples:
  lacuna scan export.ndjson
  lacuna scan fixtures.json --fail-on-findings > findings.jsonl
  git diff --cached | lacuna scan --format text --rules builtin:secrets --fail-on-findings
  lacuna scan big.json -o findings.jsonl --receipt receipt.json";

/// Runs `lacuna redact`.
pub fn redact(args: &RedactArgs) -> Ran {
    run(&args.stream, Direction::There, Product::Body).map(|_| Outcome::Done)
}

/// Runs `lacuna scan`.
pub fn scan(args: &ScanArgs) -> Ran {
    let count = run(&args.stream, Direction::There, Product::Findings)?;
    Ok(if args.fail_on_findings && count > 0 {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}

/// Which way a stream goes.
#[derive(Clone, Copy)]
pub enum Direction<'a> {
    /// Values are masked.
    There,
    /// Tokens are restored, of these classes; of all, if there are none.
    Back(&'a [String]),
}

/// What goes to `-o` or standard output.
pub enum Product {
    /// The masked copy.
    Body,
    /// The list of findings.
    Findings,
}

/// Runs one stream. The number of findings.
pub fn run(options: &StreamOptions, direction: Direction<'_>, product: Product) -> Result<u64, Failure> {
    let setup = Setup::load(&options.rules, OnDeepNesting::Text)?;
    let setup = match direction {
        Direction::There => setup,
        Direction::Back(show) => setup.restoring(show)?,
    };
    // The input first: where there is none, no output is created or emptied.
    let mut input = Input::open(&options.input)?;
    let mut plan = plan(setup.plan, options);
    let mut format = Format::from(options.format);
    if let Some(profile) = profile(options, &mut input)? {
        // Events that come as lines are told from documents by what they say.
        if options.format == FormatWord::Auto && is_line(input.peek(is_told)?) {
            format = Format::Ndjson;
        }
        // Framings that no first bytes tell, and that have no word: a profile names them.
        if let Some(framing) = profile.framing().filter(|_| options.format == FormatWord::Auto) {
            let first = input.peek(|first| !first.trim_ascii_start().is_empty())?;
            let is_array = first.trim_ascii_start().first() == Some(&b'[');
            if framing != Format::Array || is_array {
                format = framing;
            }
        }
        plan = plan.with_profile(profile);
    }
    let listing = options.findings.as_deref().map(Output::direct).transpose()?;
    let receipt = options.receipt.as_deref().map(Output::direct).transpose()?;
    let main = options
        .output
        .as_deref()
        .map_or_else(Output::stdout, Output::atomic)?;
    let mut to = match product {
        Product::Body => Outputs::new(Some(main), listing.into_iter().collect()),
        Product::Findings => Outputs::new(None, listing.into_iter().chain([main]).collect()),
    };
    let (ran, made) = match lines(&setup.rules, &plan, options) {
        Some(batch) => {
            let mut lines = Lines::new(batch, options.threads)?;
            let ran = lines.run(&mut input, options.chunk, &mut to);
            (ran, lines.batch.receipt())
        }
        None => {
            let mut stream = Stream {
                redactor: Redactor::new(&setup.rules, &plan, format),
                rules: &setup.rules,
                plan: &plan,
                on_pause: options.on_pause,
            };
            let ran = stream.run(&mut input, options.chunk, &mut to);
            (ran, stream.redactor.receipt())
        }
    };
    drop(input);
    let receipted = receipt.map_or(Ok(()), |file| write_receipt(file, &made));
    let count = to.count();
    ran?;
    // No receipt, no success: a file under its final name says that its receipt was written.
    receipted?;
    to.commit()?;
    Ok(count)
}

/// A batch, where there are records to share among threads and nothing counts from one to the next.
fn lines(rules: &Ruleset, plan: &Plan, options: &StreamOptions) -> Option<Batch> {
    if options.threads.get() == 1 || Format::from(options.format) != Format::Ndjson {
        return None;
    }
    Batch::new(rules, plan)
}

fn plan(plan: Plan, options: &StreamOptions) -> Plan {
    let plan = plan.with_bad_record(options.on_bad_record.into());
    match options.grammar {
        Some(word) => plan.with_grammar(word.into()),
        None => plan,
    }
}

/// What is known of the stream's protocol: what is named; else what events may say, or what the first record says it is.
fn profile(options: &StreamOptions, input: &mut Input) -> Result<Option<Profile>, Failure> {
    if options.profile != AUTO {
        return Ok(Profile::builtin(&options.profile));
    }
    Ok(match Format::from(options.format) {
        Format::Sse => Some(Profile::auto()),
        Format::Text => None,
        _ => match recognise(input.peek(is_told)?) {
            None if options.format == FormatWord::Auto => Some(Profile::auto()),
            recognised => recognised,
        },
    })
}

/// Whether the first bytes tell what protocol's record an input begins with, or that it is none's: a line is there, or its
/// first member is nobody's. Until then what comes waits, 4 KiB at most.
fn is_told(first: &[u8]) -> bool {
    !Profile::may_begin(first) || first.trim_ascii_start().contains(&b'\n')
}

/// The protocol whose record an input begins with.
fn recognise(first: &[u8]) -> Option<Profile> {
    Profile::recognise(first).filter(|_| Profile::may_begin(first))
}

/// Whether an input begins with a line that is a record of a protocol.
fn is_line(first: &[u8]) -> bool {
    let line = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.len() < first.len()
        && Profile::may_begin(line)
        && line.first() == Some(&b'{')
        && line.trim_ascii_end().last() == Some(&b'}')
        && Profile::recognise(line).is_some_and(|profile| profile.has_lanes())
}

fn write_receipt(mut file: Output, receipt: &Receipt) -> Result<(), Failure> {
    let written = serde_json::to_writer_pretty(&mut file, receipt).map_err(Into::into);
    let written = written.and_then(|()| file.write_all(b"\n"));
    written.map_err(|error| file.failure(error))?;
    file.commit()
}
