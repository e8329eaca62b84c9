//! Benchmarks: contenders run in interleaved rounds in one process, and every one checks its own answer.

mod clock;
mod compiling;
mod contender;
mod events;
mod input;
mod regexes;
mod rounds;

pub use self::{
    clock::CpuTime,
    compiling::{Compiling, compiling},
    contender::{Answer, Contender, contenders},
    events::{Events, events},
    input::{Input, inputs},
    rounds::{Row, Size, rounds},
};
