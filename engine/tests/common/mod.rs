//! One stream in many cuts against the truth, for property tests and for cases.
#![allow(dead_code, reason = "each test file uses some of it")]

use lacuna::oracle::{self, Truth};
use lacuna::{
    Collect, Confidence, Error, Finding, FindingOwned, Format, Function, Kernels, Plan, Receipt, Redactor,
    Ruleset, Sink, State, View,
};

/// What a stream became.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    /// The caller's view.
    pub caller: Vec<u8>,
    /// The record view.
    pub record: Vec<u8>,
    /// In the order in which they were told.
    pub findings: Vec<FindingOwned>,
    /// Why it was refused, if it was.
    pub refused: Option<Error>,
    /// The functions that it called, in order.
    pub calls: Vec<Function>,
}

/// Takes everything, and wants no details.
#[derive(Default)]
struct Plain(Collect);

impl Sink for Plain {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.0.pass(view, bytes);
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        self.0.put(view, bytes);
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.finding(finding);
    }

    fn wants_details(&self) -> bool {
        false
    }
}

/// Pushes pieces and ends the stream.
pub fn run(rules: &Ruleset, plan: &Plan, format: Format, input: &[u8], cuts: &[usize]) -> (Got, Receipt) {
    let mut out = Collect::default();
    let (refused, receipt, calls) = feed(rules, plan, format, input, cuts, &mut out);
    (got(out, refused, calls), receipt)
}

/// The same without details.
fn run_plain(rules: &Ruleset, plan: &Plan, format: Format, input: &[u8], cuts: &[usize]) -> Got {
    let mut out = Plain::default();
    let (refused, _, calls) = feed(rules, plan, format, input, cuts, &mut out);
    got(out.0, refused, calls)
}

fn got(out: Collect, refused: Option<Error>, calls: Vec<Function>) -> Got {
    Got {
        calls,
        caller: out.caller,
        record: out.record,
        findings: out.findings,
        refused,
    }
}

fn feed(
    rules: &Ruleset,
    plan: &Plan,
    format: Format,
    input: &[u8],
    cuts: &[usize],
    out: &mut dyn Sink,
) -> (Option<Error>, Receipt, Vec<Function>) {
    let mut stream = Redactor::new(rules, plan, format);
    let mut refused = None;
    let mut from = 0;
    let mut calls = Vec::new();
    for cut in cuts.iter().copied().chain([input.len()]) {
        match push(&mut stream, plan, &input[from..cut], out, &mut calls) {
            Ok(()) => {}
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
        from = cut;
    }
    while refused.is_none() {
        match stream.finish(out) {
            Ok(step) if step.state == State::Ready => break,
            Ok(step) => called(&mut stream, plan, step.state, &mut calls),
            Err(error) => refused = Some(error),
        }
    }
    (refused, stream.receipt(), calls)
}

/// Pushes all of a chunk, answering calls as the plan says.
pub fn push(
    stream: &mut Redactor,
    plan: &Plan,
    mut chunk: &[u8],
    out: &mut dyn Sink,
    calls: &mut Vec<Function>,
) -> Result<(), Error> {
    loop {
        let step = stream.push(chunk, out)?;
        chunk = &chunk[step.consumed..];
        if step.state == State::Ready {
            assert!(chunk.is_empty(), "ready, but not all was taken");
            return Ok(());
        }
        called(stream, plan, step.state, calls);
    }
}

fn called(stream: &mut Redactor, plan: &Plan, state: State, calls: &mut Vec<Function>) {
    let State::Call(function) = state else {
        panic!("a pause: {state:?}")
    };
    stream.answer(&plan.for_function(&function.name)).unwrap();
    calls.push(function);
}

/// The same without its details.
fn without_details(got: &Got) -> Got {
    let mut got = got.clone();
    for finding in &mut got.findings {
        finding.path.clear();
        finding.inner = None;
        finding.confidence = Confidence::percent(0);
    }
    got
}

/// What has left after each prefix, byte by byte.
pub fn left(rules: &Ruleset, plan: &Plan, format: Format, input: &[u8]) -> Vec<usize> {
    let mut stream = Redactor::new(rules, plan, format);
    let mut out = Collect::default();
    let mut lens = Vec::new();
    for byte in input.chunks(1) {
        if push(&mut stream, plan, byte, &mut out, &mut Vec::new()).is_err() {
            break;
        }
        lens.push(out.caller.len());
    }
    lens
}

/// What has left after one push of a prefix.
pub fn left_at_once(rules: &Ruleset, plan: &Plan, format: Format, prefix: &[u8]) -> usize {
    let mut stream = Redactor::new(rules, plan, format);
    let mut out = Collect::default();
    let _ = push(&mut stream, plan, prefix, &mut out, &mut Vec::new());
    out.caller.len()
}

/// Everything that must hold of one input, in these cuts beside those that are always tried.
pub fn check(
    rules: &Ruleset,
    plan: &Plan,
    format: Format,
    input: &[u8],
    cuts: &[Vec<usize>],
) -> Result<Got, String> {
    let (whole, receipt) = run(rules, plan, format, input, &[]);
    let truth = oracle::redact(rules, plan, format, input);
    compare(&whole, &truth)?;
    receipt_adds_up(&receipt, input, &whole)?;
    let same = |what: &str, cuts: &[usize]| {
        let (got, receipt) = run(rules, plan, format, input, cuts);
        if got != whole {
            return Err(format!(
                "{what} {cuts:?} differs:\n{}\nfrom the whole:\n{}",
                show(&got),
                show(&whole)
            ));
        }
        // Where nobody wants paths, another way is taken to the words in them.
        let plain = without_details(&run_plain(rules, plan, format, input, cuts));
        if plain != without_details(&got) {
            return Err(format!(
                "without details {what} {cuts:?} differs:\n{}\nfrom\n{}",
                show(&plain),
                show(&got)
            ));
        }
        receipt_adds_up(&receipt, input, &got)
    };
    same("whole", &[])?;
    for cuts in cuts {
        same("cuts", cuts)?;
    }
    let all: Vec<usize> = (1..input.len()).collect();
    same("byte by byte", &all)?;
    if input.len() <= 80 {
        for cut in 1..input.len() {
            same("cut", &[cut])?;
        }
    }
    for kernels in Kernels::all() {
        let rules = rules.with_kernels(kernels);
        let (got, _) = run(&rules, plan, format, input, &[]);
        if got != whole {
            return Err(format!(
                "{kernels:?} differs:\n{}\nfrom\n{}",
                show(&got),
                show(&whole)
            ));
        }
    }
    let lens = left(rules, plan, format, input);
    let step = 1 + lens.len() / 100;
    for (at, len) in lens.iter().enumerate().step_by(step) {
        let once = left_at_once(rules, plan, format, &input[..=at]);
        if once != *len {
            return Err(format!(
                "after {} bytes {len} had left byte by byte, {once} at once",
                at + 1
            ));
        }
    }
    if whole.refused.is_none() {
        let one_text = receipt.grammar == "structural" && format == Format::Sequence && has_bare_run(input);
        if receipt.bad_records == 0 && parses(format, input) && !one_text && !parses(format, &whole.caller) {
            return Err(format!("valid becomes invalid:\n{}", show(&whole)));
        }
        if whole.findings.is_empty() && whole.caller != input && receipt.bad_records == 0 {
            return Err(format!("nothing found, and yet:\n{}", show(&whole)));
        }
    }
    Ok(whole)
}

/// Whether what the engine did is the truth.
pub fn compare(got: &Got, truth: &Truth) -> Result<(), String> {
    let fail = |what: &str| {
        Err(format!(
            "{what}\nengine:\n{}\ntruth:\n{:?}\n  caller {}\n  record {}\n  findings {:#?}",
            show(got),
            truth.refused,
            parts(&truth.caller),
            parts(&truth.record),
            truth.findings
        ))
    };
    if got.refused != truth.refused {
        return fail("refusals differ");
    }
    if !truth.admits(View::Caller, &got.caller) {
        return fail("the caller's views differ");
    }
    if !truth.admits(View::Record, &got.record) {
        return fail("the record views differ");
    }
    // What a refused unit named before the place it is refused at is told; text beside it may have been read before.
    let told = truth
        .calls
        .iter()
        .filter(|call| truth.refused.is_none_or(|error| call.at <= error.at));
    if !got.calls.iter().eq(told) {
        return fail(&format!(
            "the calls differ: {:?} and {:?}",
            got.calls, truth.calls
        ));
    }
    match truth.lacks(&got.findings) {
        Some(what) => fail(&what),
        None => Ok(()),
    }
}

fn parts(parts: &[oracle::Part]) -> String {
    let show = |part: &oracle::Part| match part {
        oracle::Part::All(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        oracle::Part::Beginning(bytes) => format!("beginning of {:?}", String::from_utf8_lossy(bytes)),
    };
    parts.iter().map(show).collect::<Vec<_>>().join(" + ")
}

/// A stream's outcome for people.
pub fn show(got: &Got) -> String {
    format!(
        "  {:?}\n  caller {:?}\n  record {:?}\n  findings {:#?}",
        got.refused,
        String::from_utf8_lossy(&got.caller),
        String::from_utf8_lossy(&got.record),
        got.findings
    )
}

/// scanned + masked + unscanned = input.
fn receipt_adds_up(receipt: &Receipt, input: &[u8], got: &Got) -> Result<(), String> {
    let unscanned: u64 = receipt.unscanned.values().sum();
    let sum = receipt.scanned + receipt.masked + unscanned;
    let whole = got.refused.is_some() || receipt.input == input.len() as u64;
    if sum == receipt.input && whole && receipt.complete == got.refused.is_none() {
        Ok(())
    } else {
        Err(format!("{receipt:?} does not add up for {} bytes", input.len()))
    }
}

/// Whether bare values follow one another in a sequence: the structural grammar takes these for text, since what looks
/// like four numbers may be one card's.
fn has_bare_run(input: &[u8]) -> bool {
    let values = serde_json::Deserializer::from_slice(input).into_iter::<serde_json::Value>();
    let is_bare: Vec<bool> = values
        .map_while(Result::ok)
        .map(|value| value.is_number() || value.is_boolean() || value.is_null())
        .collect();
    is_bare.windows(2).any(|two| two == [true, true])
}

/// Whether all documents of a stream are JSON, and what is in their strings and looks like JSON too.
fn parses(format: Format, input: &[u8]) -> bool {
    match format {
        Format::Json => serde_json::from_slice::<serde_json::Value>(input).is_ok(),
        Format::Ndjson => input
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.trim_ascii().is_empty())
            .all(|line| serde_json::from_slice::<serde_json::Value>(line).is_ok()),
        Format::Sequence => serde_json::Deserializer::from_slice(input)
            .into_iter::<serde_json::Value>()
            .all(|value| value.is_ok()),
        _ => false,
    }
}
