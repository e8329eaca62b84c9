//! Benchmarks: contenders run in interleaved rounds in one process, and every one checks its own answer.

mod clock;
mod contender;
mod input;
mod regexes;
mod rounds;

pub use self::{
    clock::CpuTime,
    contender::{Answer, Contender, contenders},
    input::{Input, inputs},
    rounds::{Row, Size, rounds},
};
