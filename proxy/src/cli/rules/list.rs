//! `lacuna rules list`: the detectors of a rule set.

use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::Output;
use crate::cli::{Ran, setup};
use clap::Args as ClapArgs;
use lacuna::{Fault, Ruleset};
use serde::Serialize;
use std::io::{self, Write};

/// `lacuna rules list`.
#[derive(ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Rules file, or builtin:default, builtin:secrets, builtin:pii, builtin:strict, builtin:empty
    #[arg(long, value_name = "FILE|builtin:NAME", default_value = "builtin:default")]
    rules: String,

    /// One JSON array instead of a table
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  lacuna rules list
  lacuna rules list --rules builtin:secrets
  lacuna rules list --rules rules.toml --json";

/// Characters of an example shown in the table.
const EXAMPLE_WIDTH: usize = 48;

/// One line of the list.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    entity: &'a str,
    class: &'a str,
    confidence: f64,
    context_confidence: f64,
    context: usize,
    example: Option<&'a str>,
}

/// Runs `lacuna rules list`.
pub fn run(args: &Args) -> Ran {
    let rules = setup::rules(&args.rules)
        .map_err(|faults| Failure::Usage(faults.0.iter().map(Fault::to_string).collect()))?;
    let rows = rows(&rules);
    let mut output = Output::stdout()?;
    let written = if args.json {
        json(&rows, &mut output)
    } else {
        table(&rows, &mut output)
    };
    written.map_err(|error| output.failure(error))?;
    output.commit()?;
    Ok(Outcome::Done)
}

fn rows(rules: &Ruleset) -> Vec<Row<'_>> {
    rules
        .source()
        .detectors
        .iter()
        .map(|detector| Row {
            id: &detector.id,
            entity: &detector.entity,
            class: rules.class_name(detector.class),
            confidence: detector.confidence.as_ratio(),
            context_confidence: detector.context_confidence.as_ratio(),
            context: detector.context.len(),
            example: detector.examples.first().map(String::as_str),
        })
        .collect()
}

fn json(rows: &[Row<'_>], to: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, rows)?;
    to.write_all(b"\n")
}

fn table(rows: &[Row<'_>], to: &mut impl Write) -> io::Result<()> {
    let width = |of: fn(&Row<'_>) -> usize, title: usize| rows.iter().map(of).max().unwrap_or(0).max(title);
    let id = width(|row| row.id.len(), "DETECTOR".len());
    let entity = width(|row| row.entity.len(), "ENTITY".len());
    let class = width(|row| row.class.len(), "CLASS".len());
    writeln!(
        to,
        "{:id$}  {:entity$}  {:class$}  CONFIDENCE  CONTEXT  EXAMPLE",
        "DETECTOR", "ENTITY", "CLASS"
    )?;
    for row in rows {
        writeln!(
            to,
            "{:id$}  {:entity$}  {:class$}  {:>10.2}  {:>7}  {}",
            row.id,
            row.entity,
            row.class,
            row.confidence,
            row.context,
            row.example.map(short).unwrap_or_default()
        )?;
    }
    Ok(())
}

/// An example on one line, cut to the table's width.
fn short(example: &str) -> String {
    let line: String = example.escape_debug().take(EXAMPLE_WIDTH + 1).collect();
    if line.chars().count() > EXAMPLE_WIDTH {
        line.chars().take(EXAMPLE_WIDTH - 1).chain(['…']).collect()
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_stays_on_its_line() {
        assert_eq!(short("a\nb"), "a\\nb");
        assert_eq!(short(&"x".repeat(100)).chars().count(), EXAMPLE_WIDTH);
        assert_eq!(short(&"x".repeat(EXAMPLE_WIDTH)), "x".repeat(EXAMPLE_WIDTH));
    }
}
