//! `cargo bench -p lacuna-benches --bench table [-- --quick]`: the engine beside parsers, in one process.
//!
//! One thread, CPU time, interleaved rounds, medians. Every run checks its own answer; a wrong one ends the
//! benchmark with an error. Before the table stands what compiling the default rules costs, and what one event of a
//! stream costs.

use lacuna_benches::{Size, compiling, events, rounds};
use std::{env, error::Error};

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test` and `cargo bench` add words of their own.
    let quick = env::args().any(|word| word == "--quick" || word == "--test");
    let size = if quick { Size::Quick } else { Size::Whole };
    println!("{}\n", compiling()?);
    for row in events(size)? {
        println!("{row}");
    }
    println!(
        "\n| input         | contender                         |    GB/s | min–max         | × simd-json |"
    );
    println!("| --- | --- | ---: | --- | ---: |");
    for row in rounds(size)? {
        println!("{row}");
    }
    Ok(())
}
