//! Redacts a file with rules of one's own and says what was found:
//! `cargo run -p lacuna --example own_rules -- RULES FILE`.

use lacuna::{Format, Plan, Reader, Redactor, Ruleset};
use std::{env, error::Error, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let [rules, file] = [1, 2].map(|at| env::args().nth(at).unwrap_or_default());
    let rules = Ruleset::compile(&fs::read_to_string(&rules)?, &rules, &mut |_, _| {
        Err("not here".into())
    })?;
    let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Auto);
    let mut masked = Reader::new(stream, fs::File::open(file)?)
        .on_finding(|finding| eprintln!("{} {} {}", finding.entity, finding.path, finding.action));
    io::copy(&mut masked, &mut io::stdout())?;
    Ok(())
}
