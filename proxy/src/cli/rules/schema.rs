//! `lacuna rules schema`: the JSON Schema of a rules file.

use crate::cli::Ran;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::Output;
use lacuna::Source;
use serde_json::Value;
use std::io::{self, Write};

/// `lacuna rules schema`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

const EXAMPLES: &str = "\
Examples:
  lacuna rules schema > lacuna-rules.schema.json

An editor that checks TOML offers its keys and marks mistakes once it knows the
schema. Many read it from a comment in the rules file:
  #:schema ./lacuna-rules.schema.json";

/// Runs `lacuna rules schema`.
pub fn run(_: &Args) -> Ran {
    let schema: Value = serde_json::from_str(&Source::json_schema())
        .map_err(|error| Failure::Io("schema".to_owned(), io::Error::other(error)))?;
    let mut output = Output::stdout()?;
    let written = serde_json::to_writer_pretty(&mut output, &schema)
        .map_err(io::Error::from)
        .and_then(|()| output.write_all(b"\n"));
    written.map_err(|error| output.failure(error))?;
    output.commit()?;
    Ok(Outcome::Done)
}
