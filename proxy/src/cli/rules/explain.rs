//! `lacuna rules explain`: what is found in a text and why, and how each detector looks for its values.

use super::page::{Page, Shown};
use super::{probe, read};
use crate::cli::Ran;
use crate::cli::exit::Outcome;
use crate::cli::options::{FormatWord, RuleOptions};
use crate::cli::output::Output;
use crate::cli::setup::Setup;
use lacuna::{Format, OnDeepNesting};
use std::path::PathBuf;

/// `lacuna rules explain`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to explain; - is standard input. Values of a file are never shown, only where they are
    #[arg(value_name = "FILE", required_unless_present = "text")]
    input: Option<PathBuf>,

    /// A text to explain, shown with its findings underlined
    #[arg(long, value_name = "T", conflicts_with = "input", allow_hyphen_values = true)]
    text: Option<String>,

    #[command(flatten)]
    rules: RuleOptions,

    /// How the input is divided into records
    #[arg(long, value_enum, default_value_t = FormatWord::Auto)]
    format: FormatWord,

    /// Also describe the detectors that had nothing to look at
    #[arg(long)]
    all: bool,
}

const EXAMPLES: &str = "\
Examples:
  lacuna rules explain --text 'write to ada@example.com'
  lacuna rules explain --text '4111 1111 1111 1111' --format text
  lacuna rules explain --text '{\"ssn\":\"123-45-6789\"}' --rules builtin:pii
  lacuna rules explain sample.json --rules rules.toml | less
  lacuna rules explain --text x --all";

/// The longest file, in bytes. It is read several times and by people: the list is for more.
const MOST: usize = 16 << 20;

/// Runs `lacuna rules explain`.
pub fn run(args: &Args) -> Ran {
    let setup = Setup::load(&args.rules, OnDeepNesting::Text)?;
    let file;
    let (input, shown) = match (&args.text, &args.input) {
        (Some(text), _) => (text.as_bytes(), Shown::Text(text)),
        (None, path) => {
            let path = path.clone().unwrap_or_else(|| "-".into());
            file = read(&path, MOST, "`lacuna scan` lists the findings of any file")?;
            (file.as_slice(), Shown::Nothing)
        }
    };
    let explanation = probe::explain(&setup.rules, &setup.plan, Format::from(args.format), input)?;
    let page = Page {
        rules: &setup.rules,
        plan: &setup.plan,
        name: &args.rules.rules,
        format: args.format,
        input: input.len(),
        shown,
        all: args.all,
    };
    let mut output = Output::stdout()?;
    let written = page.write(&explanation, &mut output);
    written.map_err(|error| output.failure(error))?;
    output.commit()?;
    Ok(Outcome::Done)
}
