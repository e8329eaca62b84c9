//! `cargo bench -p lacuna-benches --bench rooms [-- FILTER | --test]`: the rooms of the engine, one by one.
//!
//! CPU time of one thread. Every bench checks its own answer once before it is measured; a wrong one ends the run.

use core::hint::black_box;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, Throughput};
use lacuna::{Collect, Format, Grammar, Kernels, Plan, Redactor, Ruleset};
use lacuna_benches::{Contender, CpuTime, Input, inputs};
use std::error::Error;
use std::time::Duration;

/// Bytes of each input: beyond the second-level cache, as a stream is.
const BYTES: usize = 1 << 20;

/// Bytes of a chunk: a read of a gateway, an Ethernet frame, a token of a model.
const CHUNKS: [usize; 3] = [16 << 10, 1400, 64];

/// The rule sets that are compiled, and how many findings each has in [`TEXT`].
const RULES: [(&str, usize); 3] = [("default", 3), ("secrets", 1), ("pii", 2)];

/// Two values of a person and one secret.
const TEXT: &[u8] = b"write to ada@example.com, card 4111 1111 1111 1111, key AKIAIOSFODNN7EXAMPLE.";

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default()
        .with_measurement(Cpu)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let rules = Ruleset::builtin("default")?;
    let inputs = inputs(BYTES);
    scan(&mut criterion, &rules, &inputs)?;
    redactor(&mut criterion, &rules, &inputs)?;
    compile(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

/// The kernels: planes and triggers, and a look at each trigger. What follows from them is not in it.
fn scan(criterion: &mut Criterion<Cpu>, rules: &Ruleset, inputs: &[Input]) -> Result<(), Box<dyn Error>> {
    for input in inputs {
        let bytes = input.sample.bytes.as_slice();
        let mut group = criterion.benchmark_group(format!("scan/{}", input.name));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut counts = Vec::new();
        for kernels in Kernels::all() {
            let rules = rules.with_kernels(kernels);
            counts.push(rules.triggered(bytes));
            group.bench_function(kernels.name(), |bencher| {
                bencher.iter(|| rules.triggered(black_box(bytes)))
            });
        }
        group.finish();
        // Each value that was planted has a trigger at least, whatever the instructions.
        let least = input.sample.planted.len() as u64;
        if counts
            .iter()
            .any(|count| *count < least || counts.first() != Some(count))
        {
            return Err(format!("{}: triggers {counts:?}, planted {least}", input.name).into());
        }
    }
    Ok(())
}

/// The whole engine, by the size of chunks.
fn redactor(criterion: &mut Criterion<Cpu>, rules: &Ruleset, inputs: &[Input]) -> Result<(), Box<dyn Error>> {
    for input in inputs {
        let mut group = criterion.benchmark_group(format!("redactor/{}", input.name));
        group.throughput(Throughput::Bytes(input.sample.bytes.len() as u64));
        for chunk in CHUNKS {
            let contender = Contender::Lacuna(Grammar::Structural, chunk);
            let (_, answer) = contender.run(input, rules)?;
            contender.check(input, answer)?;
            group.bench_function(BenchmarkId::from_parameter(chunk), |bencher| {
                // It measures the stream alone; what it takes to check the answer is not in it.
                bencher.iter_custom(|times| (0..times).map(|_| time(contender, input, rules)).sum());
            });
        }
        group.finish();
    }
    Ok(())
}

/// Nanoseconds of one run.
#[allow(clippy::expect_used, reason = "a bench has nobody to tell but who started it")]
fn time(contender: Contender, input: &Input, rules: &Ruleset) -> f64 {
    contender
        .run(input, rules)
        .expect("it took the input when it was checked")
        .0
}

/// From a rule set's text to what streams share. The catalogue itself is read once and not in it.
fn compile(criterion: &mut Criterion<Cpu>) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for (name, findings) in RULES {
        let found = found(&Ruleset::builtin(name)?)?;
        if found != findings {
            return Err(format!("{name}: {found} findings, not {findings}").into());
        }
        group.bench_function(name, |bencher| bencher.iter(|| Ruleset::builtin(black_box(name))));
    }
    group.finish();
    Ok(())
}

/// How many findings a rule set has in [`TEXT`].
fn found(rules: &Ruleset) -> Result<usize, lacuna::Error> {
    let mut out = Collect::default();
    let mut stream = Redactor::new(rules, &Plan::new(rules), Format::Text);
    let _ = stream.push(TEXT, &mut out)?;
    let _ = stream.finish(&mut out)?;
    Ok(out.findings.len())
}

/// Measures CPU time of this thread, in nanoseconds, which a busy machine does not distort.
struct Cpu;

/// It writes nanoseconds.
static WALL: WallTime = WallTime;

impl Measurement for Cpu {
    type Intermediate = CpuTime;
    type Value = f64;

    fn start(&self) -> CpuTime {
        CpuTime::now()
    }

    fn end(&self, begun: CpuTime) -> f64 {
        begun.elapsed()
    }

    fn add(&self, one: &f64, other: &f64) -> f64 {
        one + other
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, nanoseconds: &f64) -> f64 {
        *nanoseconds
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WALL.formatter()
    }
}
