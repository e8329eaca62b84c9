//! What rules cost: interleaved rounds, CPU time of one thread, medians.

use super::{compile, pour};
use crate::cli::exit::Failure;
use lacuna::{Finding, Format, Plan, Ruleset, Sink, Source, View};
use rustix::time::{ClockId, clock_gettime};
use std::collections::HashMap;
use std::hint::black_box;

/// Bytes of a chunk, as a gateway reads them.
const CHUNK: usize = 16 << 10;

/// What a rule set costs on an input.
pub struct Costs {
    /// All rules together.
    pub whole: Speed,
    /// No rules at all: parsing and passing on.
    pub none: Speed,
    /// Findings of all rules together.
    pub findings: u64,
    /// How the input was divided into records.
    pub format: &'static str,
    /// Each rule, dearest first.
    pub rules: Vec<Cost>,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Rounds whose median counts.
    pub rounds: usize,
    /// So many of the dearest rules are measured once more, as what all rules are without each of them.
    pub top: usize,
}

/// Bytes a nanosecond, which is GB/s.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// The median of the rounds.
    pub median: f64,
    /// The slowest and the fastest round.
    pub range: (f64, f64),
}

/// What one rule costs.
#[derive(Clone, Debug)]
pub struct Cost {
    /// A detector's id, or `(fields)` for all field rules.
    pub id: String,
    /// Nanoseconds a KiB that it takes alone, over no rules: the median of the rounds, at least 0.
    pub time: f64,
    /// Candidates a KiB: places where it is triggered.
    pub candidates: f64,
    /// Findings a MiB, as all rules together report them.
    pub findings: f64,
    /// Its part of what all rules take, each alone: 0 to 1.
    pub share: f64,
    /// By how much it slows all rules, as a part of the time that they take without it: the median of the rounds. Of the
    /// dearest only.
    pub slows: Option<f64>,
}

impl Cost {
    /// Nanoseconds a candidate; `None` where there is none.
    pub fn each(&self) -> Option<f64> {
        (self.candidates > 0.0).then(|| self.time / self.candidates)
    }
}

/// One rule set in the race.
struct Runner {
    rules: Ruleset,
    plan: Plan,
    /// What it answered the first time.
    answer: Option<Tally>,
    /// Nanoseconds, round by round.
    times: Vec<f64>,
}

/// What a run found and wrote: it must be the same in every round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    findings: u64,
    /// Of the findings' places.
    digest: u64,
    bytes: u64,
}

impl Sink for Tally {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.put(view, bytes);
    }

    fn put(&mut self, _: View, bytes: &[u8]) {
        self.bytes += black_box(bytes).len() as u64;
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.findings += 1;
        // FNV-1a over two words: equal places in equal order, equal digest.
        for word in [finding.raw_start, finding.raw_end] {
            self.digest = (self.digest ^ word).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn wants_details(&self) -> bool {
        false
    }
}

/// How many findings each detector has.
#[derive(Default)]
struct PerDetector(HashMap<String, u64>);

impl Sink for PerDetector {
    fn pass(&mut self, _: View, _: &[u8]) {}

    fn put(&mut self, _: View, _: &[u8]) {}

    fn finding(&mut self, finding: &Finding<'_>) {
        let name = if finding.detector.starts_with("field:") {
            FIELDS
        } else {
            finding.detector
        };
        match self.0.get_mut(name) {
            Some(count) => *count += 1,
            None => {
                self.0.insert(name.to_owned(), 1);
            }
        }
    }
}

/// What the field rules together are called.
const FIELDS: &str = "(fields)";

/// Measures a rule set on an input that is not empty, in rounds after one that warms up. `step` is called after each of
/// the steps, of which there are [`steps`].
///
/// # Errors
/// The engine refuses the input; or a run finds something else than in the round before.
pub fn measure(
    rules: &Ruleset,
    plan: &Plan,
    format: Format,
    input: &[u8],
    effort: Effort,
    mut step: impl FnMut(),
) -> Result<Costs, Failure> {
    let source = quiet(rules.source());
    let mut found = PerDetector::default();
    let whole = compile(source.clone(), rules.kernels())?;
    let receipt = pour((&whole, plan), format, input, CHUNK, &mut found)?;

    let mut parts = vec![String::new(), String::new()];
    let mut runners = vec![
        Runner::new(whole, plan),
        Runner::new(compile(none(&source), rules.kernels())?, plan),
    ];
    for (id, part) in each(&source) {
        runners.push(Runner::new(compile(part, rules.kernels())?, plan));
        parts.push(id);
    }
    race(&mut runners, format, input, effort.rounds, &mut step)?;

    let bytes = input.len() as f64;
    let speed = |runner: Option<&Runner>| {
        Speed::of(
            runner.map(|runner| runner.times.as_slice()).unwrap_or_default(),
            bytes,
        )
    };
    let (whole, none) = (speed(runners.first()), speed(runners.get(1)));
    let floor = runners
        .get(1)
        .map(|runner| runner.times.clone())
        .unwrap_or_default();
    let (kib, mib) = (bytes / 1024.0, bytes / 1_048_576.0);
    let costs = parts.into_iter().zip(&runners).skip(2).map(|(id, runner)| {
        let over = runner
            .times
            .iter()
            .zip(&floor)
            .map(|(time, floor)| time - floor)
            .collect();
        Cost {
            time: (median(over) / kib).max(0.0),
            candidates: runner.rules.triggered(input) as f64 / kib,
            findings: found.0.get(&id).copied().unwrap_or_default() as f64 / mib,
            id,
            share: 0.0,
            slows: None,
        }
    });
    let mut costs: Vec<Cost> = costs.collect();
    let all: f64 = costs.iter().map(|cost| cost.time).sum();
    costs
        .iter_mut()
        .for_each(|cost| cost.share = if all > 0.0 { cost.time / all } else { 0.0 });
    costs.sort_by(|one, other| other.time.total_cmp(&one.time));
    // Alone a rule also pays for what all rules share: what it costs among them shows where it is missing.
    let dearest = costs.iter_mut().take(effort.top);
    let mut missing = vec![Runner::new(compile(source.clone(), rules.kernels())?, plan)];
    let mut slowed = Vec::new();
    for cost in dearest {
        missing.push(Runner::new(
            compile(without(&source, &cost.id), rules.kernels())?,
            plan,
        ));
        slowed.push(cost);
    }
    race(&mut missing, format, input, effort.rounds, &mut step)?;
    let all = missing
        .first()
        .map(|runner| runner.times.clone())
        .unwrap_or_default();
    for (cost, runner) in slowed.into_iter().zip(missing.iter().skip(1)) {
        let parts = all.iter().zip(&runner.times).map(|(all, less)| all / less - 1.0);
        cost.slows = Some(median(parts.collect()));
    }
    Ok(Costs {
        whole,
        none,
        findings: found.0.values().sum(),
        format: receipt.format,
        rules: costs,
    })
}

/// How many steps a measurement has.
pub fn steps(rules: &Ruleset, effort: Effort) -> usize {
    let source = rules.source();
    let rules = source.detectors.len() + usize::from(!source.fields.is_empty());
    (2 + rules + 1 + rules.min(effort.top)) * (effort.rounds + 1)
}

/// Runs rule sets in turn, so that what disturbs the machine disturbs all of them; the first round warms up.
fn race(
    runners: &mut [Runner],
    format: Format,
    input: &[u8],
    rounds: usize,
    step: &mut impl FnMut(),
) -> Result<(), Failure> {
    for round in 0..=rounds {
        for runner in &mut *runners {
            let time = runner.run(format, input)?;
            if round > 0 {
                runner.times.push(time);
            }
            step();
        }
    }
    Ok(())
}

/// A rule set without one of its rules.
fn without(source: &Source, id: &str) -> Source {
    let mut less = source.clone();
    if id == FIELDS {
        less.fields.clear();
    } else {
        less.detectors.retain(|rule| rule.id != id);
    }
    less
}

impl Runner {
    fn new(rules: Ruleset, plan: &Plan) -> Self {
        Self {
            rules,
            plan: plan.clone(),
            answer: None,
            times: Vec::new(),
        }
    }

    /// Runs once: nanoseconds.
    fn run(&mut self, format: Format, input: &[u8]) -> Result<f64, Failure> {
        let mut tally = Tally::default();
        let begun = cpu_time();
        pour((&self.rules, &self.plan), format, input, CHUNK, &mut tally)?;
        let time = (cpu_time() - begun).max(1) as f64;
        match self.answer.replace(tally) {
            Some(before) if before != tally => Err(Failure::Refused(format!(
                "two rounds found different things, {} and {} findings: no figure counts (hint: report it, it is a \
                 fault of the engine)",
                before.findings, tally.findings
            ))),
            _ => Ok(time),
        }
    }
}

impl Speed {
    /// The speed of runs over `bytes` that took these nanoseconds.
    fn of(times: &[f64], bytes: f64) -> Self {
        let speeds: Vec<f64> = times.iter().map(|time| bytes / time).collect();
        let range = speeds
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(low, high), speed| {
                (low.min(*speed), high.max(*speed))
            });
        Self {
            median: median(speeds),
            range,
        }
    }
}

/// CPU time this thread has used, in nanoseconds: it does not grow while other processes run.
fn cpu_time() -> i128 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
}

/// The one in the middle; 0 of none.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}

/// A rule set that never pauses.
fn quiet(source: &Source) -> Source {
    Source {
        pauses: Vec::new(),
        ..source.clone()
    }
}

/// A rule set without rules.
fn none(source: &Source) -> Source {
    Source {
        detectors: Vec::new(),
        fields: Vec::new(),
        allow: Vec::new(),
        ..source.clone()
    }
}

/// A rule set for each rule alone, with its name; the field rules together are one.
fn each(source: &Source) -> Vec<(String, Source)> {
    let alone = |number: usize| {
        let rule = source.detectors.get(number)?;
        let mut part = none(source);
        // An entry for another detector would be one for all of them, where that one is not.
        part.allow = source
            .allow
            .iter()
            .filter(|allow| allow.detector.as_ref().is_none_or(|id| *id == rule.id))
            .cloned()
            .collect();
        part.detectors = vec![rule.clone()];
        Some((rule.id.clone(), part))
    };
    let mut parts: Vec<(String, Source)> = (0..source.detectors.len()).filter_map(alone).collect();
    if !source.fields.is_empty() {
        let fields = Source {
            fields: source.fields.clone(),
            ..none(source)
        };
        parts.push((FIELDS.to_owned(), fields));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_measured_alone() {
        let text = "extends = ['builtin:secrets']\n[[field]]\npath = '$.a'\nclass = 'restricted'\n[[allow]]\n\
                    value = 'x'\ndetector = 'jwt'\n[[pause]]\nclass = 'restricted'\nfindings = 1\n";
        let rules = Ruleset::compile(text, "t", &mut |_, _| Err(String::new())).unwrap();
        let plan = Plan::new(&rules);
        let input = br#"{"a":"1","key":"AKIAIOSFODNN7EXAMPLE","b":["AKIAIOSFODNN7EXAMPLE"]}"#;
        let mut done = 0;
        let effort = Effort { rounds: 2, top: 3 };
        let costs = measure(&rules, &plan, Format::Json, input, effort, || done += 1).unwrap();
        assert_eq!(done, steps(&rules, effort));
        assert_eq!(costs.rules.iter().filter(|cost| cost.slows.is_some()).count(), 3);
        let shares: f64 = costs.rules.iter().map(|cost| cost.share).sum();
        assert!((shares - 1.0).abs() < 1e-9 || shares == 0.0, "{shares}");
        assert_eq!(costs.rules.len(), rules.source().detectors.len() + 1);
        assert_eq!(costs.findings, 3);
        let found = |id: &str| costs.rules.iter().find(|cost| cost.id == id).unwrap().clone();
        let mib = input.len() as f64 / 1_048_576.0;
        assert_eq!((found("aws-access-key-id").findings * mib).round(), 2.0);
        assert_eq!((found(FIELDS).findings * mib).round(), 1.0);
        assert!(found("aws-access-key-id").candidates > 0.0 && found("jwt").each().is_none());
        assert!(costs.rules.is_sorted_by(|one, other| one.time >= other.time));
    }

    #[test]
    fn another_answer_is_an_error() {
        let rules = Ruleset::builtin("pii").unwrap();
        let mut runner = Runner::new(rules.clone(), &Plan::new(&rules));
        runner.run(Format::Text, b"ada@example.com").unwrap();
        runner.run(Format::Text, b"ada@example.com").unwrap();
        assert!(runner.run(Format::Text, b"ada@example.org.").is_err());
    }
}
