//! Interleaved rounds: what slows one contender down for a while slows the others down too.

use crate::{Contender, Input, contenders, inputs};
use core::fmt;
use lacuna::Ruleset;
use std::error::Error;

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Enough for figures that can be compared.
    Whole,
    /// Enough to see that it works, in a few seconds.
    Quick,
}

/// What one contender did on one input.
#[derive(Clone, Debug)]
pub struct Row {
    /// The input's name.
    pub input: &'static str,
    /// The contender.
    pub contender: Contender,
    /// Bytes of input a nanosecond, which is GB/s: the median of the rounds.
    pub speed: f64,
    /// The slowest and the fastest round.
    pub range: (f64, f64),
    /// The median, over the rounds, of this contender's speed to simd-json's of the same round.
    pub ratio: f64,
}

/// Runs everything and gives the rows, input by input.
///
/// # Errors
/// A contender refuses an input, or its answer is wrong.
pub fn rounds(size: Size) -> Result<Vec<Row>, Box<dyn Error>> {
    let (bytes, rounds) = match size {
        Size::Whole => (16 << 20, 15),
        Size::Quick => (1 << 18, 3),
    };
    let rules = Ruleset::builtin("default")?;
    let mut rows = Vec::new();
    for input in inputs(bytes) {
        rows.extend(measure(&input, &rules, rounds)?);
    }
    Ok(rows)
}

/// The rows of one input.
fn measure(input: &Input, rules: &Ruleset, rounds: usize) -> Result<Vec<Row>, Box<dyn Error>> {
    let contenders = contenders();
    let mut speeds: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    // The first round warms up and is left out.
    for round in 0..=rounds {
        for (contender, speeds) in contenders.iter().zip(&mut speeds) {
            let (time, answer) = contender.run(input, rules)?;
            contender.check(input, answer)?;
            if round > 0 {
                speeds.push(input.sample.bytes.len() as f64 / time);
            }
        }
    }
    let base = (contenders
        .iter()
        .position(|&contender| contender == Contender::SimdJson))
    .and_then(|at| speeds.get(at).cloned())
    .ok_or("there is nothing to compare with")?;
    let rows = contenders.into_iter().zip(speeds).map(|(contender, speeds)| {
        let ratios = speeds
            .iter()
            .zip(&base)
            .map(|(speed, base)| speed / base)
            .collect();
        let low = speeds.iter().copied().fold(f64::INFINITY, f64::min);
        let high = speeds.iter().copied().fold(0.0, f64::max);
        Row {
            input: input.name,
            contender,
            range: (low, high),
            speed: median(speeds),
            ratio: median(ratios),
        }
    });
    Ok(rows.collect())
}

/// The one in the middle; 0 of none.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            input,
            speed,
            range: (low, high),
            ratio,
            ..
        } = self;
        let name = self.contender.name();
        write!(
            f,
            "| {input:13} | {name:33} | {speed:7.2} | {low:7.2}–{high:<7.2} | {ratio:5.2} |"
        )
    }
}
