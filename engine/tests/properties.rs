//! Random documents, rules, plans and cuts against the truth.
//!
//! Every run has a fresh seed, which it prints: set `LACUNA_SEED` to repeat it, `PROPTEST_CASES` for more.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod common;
#[path = "common/make.rs"]
mod make;

use common::check;
use make::{RULES, SEED, cuts, input, knobs};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// A runner of this run's seed, for so many cases unless `PROPTEST_CASES` says otherwise.
fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    TestRunner::new(Config {
        cases: asked.unwrap_or(cases),
        rng_seed: RngSeed::Fixed(*SEED),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    })
}

#[test]
fn the_engine_equals_the_truth() {
    let strategy = (input(), knobs(), vec(vec(any::<prop::sample::Index>(), 1..6), 3));
    let result = runner(3000).run(&strategy, |((format, input), knobs, at)| {
        let (rules, plan) = knobs.plan();
        let cuts: Vec<Vec<usize>> = at.iter().map(|at| cuts(input.len(), at)).collect();
        check(rules, &plan, format, &input, &cuts).map_err(|what| {
            TestCaseError::fail(format!(
                "{what}\ninput {:?} as {format:?}\n{knobs:?}\n{}",
                String::from_utf8_lossy(&input),
                RULES[knobs.rules].0
            ))
        })?;
        Ok(())
    });
    if let Err(error) = result {
        panic!("LACUNA_SEED={}\n{error}", *SEED);
    }
}
