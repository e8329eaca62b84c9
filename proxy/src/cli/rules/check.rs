//! `lacuna rules check`: everything that is wrong with a rules file, at once.

use super::progress;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::Output;
use crate::cli::{Ran, setup};
use lacuna::{Decoy, Fault, Inspected, Inspection};
use lacuna_corpus::DECOYS;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

/// `lacuna rules check`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Rules file, or builtin:default, builtin:secrets, builtin:pii, builtin:strict
    #[arg(value_name = "FILE|builtin:NAME")]
    rules: String,

    /// One JSON object instead of lines and a table
    #[arg(long)]
    json: bool,

    /// Warnings count as faults: exit code 2
    #[arg(long)]
    deny_warnings: bool,
}

const EXAMPLES: &str = "\
Examples:
  lacuna rules check rules.toml
  lacuna rules check rules.toml --deny-warnings
  lacuna rules check builtin:default
  lacuna rules check rules.toml --json | jq '.faults[]'

Reads every example and counter-example in each form in which it may come and cut
at every byte, prices each detector, and says all that is wrong at once, as
file:line:column: message (hint: ...).

Exit codes: 0 fine, warnings too; 2 faults, or warnings with --deny-warnings";

/// What is said, as JSON.
#[derive(Serialize)]
struct Said<'a> {
    faults: Vec<Place<'a>>,
    warnings: Vec<Place<'a>>,
    rules: Vec<Row<'a>>,
}

/// A fault or a warning.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
    hint: &'a str,
}

/// A detector.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    /// Bytes read for one byte of input at worst.
    verified: usize,
    /// Bytes of its automata.
    memory: usize,
    examples: usize,
    counter_examples: usize,
    readings: u64,
}

/// Runs `lacuna rules check`.
pub fn run(args: &Args) -> Ran {
    let decoys = decoys()?;
    let decoys: Vec<Decoy<'_>> = decoys.iter().map(|(kind, json)| Decoy { kind, json }).collect();
    let bar = progress("checking", 0);
    let told = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let seen = match args.rules.strip_prefix("builtin:") {
        Some(name) => Inspection::builtin(name, &decoys, &told),
        None => file(&args.rules, &decoys, &told)?,
    };
    bar.finish_and_clear();
    let bad = !seen.faults.is_empty() || args.deny_warnings && !seen.warnings.is_empty();
    let mut output = Output::stdout()?;
    let written = if args.json {
        json(&seen, &mut output)
    } else {
        // What is wrong goes where a failing command's words go; a closed stderr changes nothing.
        let mut errors = io::stderr().lock();
        for fault in &seen.faults {
            let _ = writeln!(errors, "{fault}");
        }
        for warning in &seen.warnings {
            let said = Fault {
                message: format!("warning: {}", warning.message),
                ..warning.clone()
            };
            let _ = writeln!(errors, "{said}");
        }
        table(&args.rules, &seen, &mut output)
    };
    written.map_err(|error| output.failure(error))?;
    output.commit()?;
    Ok(if bad { Outcome::Faults } else { Outcome::Done })
}

/// Inspects a file and what it names.
fn file(
    name: &str,
    decoys: &[Decoy<'_>],
    told: &(dyn Fn(usize, usize) + Sync),
) -> Result<Inspection, Failure> {
    let path = PathBuf::from(name);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::Usage(vec![format!(
            "{name}:1:1: cannot be read: {error} (hint: name a rules file, or builtin:default)"
        )])
    })?;
    Ok(Inspection::file(&text, name, &mut setup::load, decoys, told))
}

/// The decoys of the corpus, each with what it is.
fn decoys() -> Result<Vec<(String, String)>, Failure> {
    let kinds: BTreeMap<String, Vec<serde_json::Value>> = serde_json::from_str(DECOYS)
        .map_err(|error| Failure::Io("decoys".to_owned(), io::Error::other(error)))?;
    let of = |(kind, values): (String, Vec<serde_json::Value>)| {
        values
            .into_iter()
            .map(move |value| (kind.clone(), value.to_string()))
    };
    Ok(kinds.into_iter().flat_map(of).collect())
}

fn json(seen: &Inspection, to: &mut impl Write) -> io::Result<()> {
    fn place(fault: &Fault) -> Place<'_> {
        Place {
            file: &fault.file,
            line: fault.line,
            column: fault.column,
            message: &fault.message,
            hint: &fault.hint,
        }
    }
    let said = Said {
        faults: seen.faults.iter().map(place).collect(),
        warnings: seen.warnings.iter().map(place).collect(),
        rules: seen.rules.iter().map(row).collect(),
    };
    serde_json::to_writer_pretty(&mut *to, &said)?;
    to.write_all(b"\n")
}

fn row(rule: &Inspected) -> Row<'_> {
    Row {
        id: &rule.id,
        verified: rule.verified,
        memory: rule.memory,
        examples: rule.examples,
        counter_examples: rule.counter_examples,
        readings: rule.readings,
    }
}

fn table(name: &str, seen: &Inspection, to: &mut impl Write) -> io::Result<()> {
    let width = seen.rules.iter().map(|rule| rule.id.chars().count()).max();
    if let Some(width) = width.map(|width| width.max("RULE".len())) {
        writeln!(to, "{:width$}  VERIFIED  MEMORY KiB  EXAMPLES  COUNTER", "RULE")?;
        for rule in &seen.rules {
            let memory = rule.memory as f64 / 1024.0;
            writeln!(
                to,
                "{:width$}  {:>8}  {memory:>10.1}  {:>8}  {:>7}",
                rule.id, rule.verified, rule.examples, rule.counter_examples
            )?;
        }
        writeln!(
            to,
            "\nVERIFIED: bytes that the rule's automata read at worst for one byte of input;\nat most 16."
        )?;
    }
    let readings: u64 = seen.rules.iter().map(|rule| rule.readings).sum();
    let plural = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    };
    writeln!(
        to,
        "{name}: {}, {readings} readings of examples, {}, {}.",
        plural(seen.rules.len(), "detector"),
        plural(seen.faults.len(), "fault"),
        plural(seen.warnings.len(), "warning")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_decoys_and_each_is_json() {
        let decoys = decoys().unwrap();
        assert!(decoys.len() > 200);
        assert!(decoys.contains(&("float".to_owned(), "3.141592653589793".to_owned())));
    }
}
