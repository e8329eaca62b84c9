//! That the cut does not matter, and that JSON is what the standard says.

use super::dials::{Cuts, Dials};
use crate::{
    Collect, Error, ErrorKind, Format, Grammar, Hold, Limits, OnDeepNesting, Plan, Receipt, Redactor,
    Ruleset, State,
};
use core::str;

/// Streams longer than this are cut off: the interesting edges (a window of 8 KiB, 4 KiB clusters) fit well.
const LONGEST: usize = 20_000;

/// Any stream under any rules: the same whatever the cuts and the kernel, the bytes that have left after each
/// prefix too; and the receipt adds up.
///
/// # Panics
/// It is not.
pub fn fuzz_invariance(data: &[u8]) {
    let (dials, stream) = Dials::read(data);
    let stream = &stream[..stream.len().min(LONGEST)];
    let ones = Run::of(&dials, &dials.rules, stream, || 1);
    ones.must_add_up(stream);
    let mut sizes = dials.cuts.clone();
    let cut = Run::of(&dials, &dials.rules, stream, || sizes.next());
    let whole = Run::of(&dials, &dials.rules, stream, || usize::MAX);
    let mut sizes = Cuts::clone(&dials.cuts);
    let scalar = Run::of(&dials, &dials.scalar, stream, || sizes.next());
    for (name, other) in [("cut", cut), ("whole", whole), ("scalar", scalar)] {
        other.must_add_up(stream);
        ones.must_equal(&other, name, &dials);
    }
}

/// The full grammar accepts what another reader of JSON accepts, and returns it as it was.
///
/// `accepts` is to know nothing of depth, lone surrogates and the range of numbers, as `serde_json` does not where
/// it ignores a value. UTF-8 is seen to here.
///
/// # Panics
/// They differ.
pub fn fuzz_json(data: &[u8], accepts: impl Fn(&[u8]) -> bool) {
    let rules = empty();
    let most = Limits {
        depth: u32::MAX,
        nesting: u32::MAX,
        key: u32::MAX,
        number: u32::MAX,
        held: u32::MAX,
        lanes: u32::MAX,
        frame_line: u32::MAX,
        frame: u32::MAX,
    };
    let plan = Plan::new(rules)
        .with_grammar(Grammar::Full)
        .with_deep_nesting(OnDeepNesting::Text)
        .with_limits(most);
    let bare = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
    let good = str::from_utf8(data).is_ok() && accepts(bare);
    for size in [usize::MAX, 1, 63] {
        let mut stream = Redactor::new(rules, &plan, Format::Json);
        let mut out = Collect::default();
        let pushed = data.chunks(size.min(data.len().max(1))).try_for_each(|chunk| {
            let step = stream.push(chunk, &mut out)?;
            assert_eq!((step.consumed, step.state), (chunk.len(), State::Ready));
            Ok::<(), Error>(())
        });
        let ended = pushed.and_then(|()| stream.finish(&mut out));
        assert_eq!(ended.is_ok(), good, "in chunks of {size}: {ended:?}");
        assert!(
            !good || out.caller == data,
            "in chunks of {size} other bytes came out"
        );
        assert!(
            data.starts_with(&out.caller),
            "in chunks of {size} other bytes left"
        );
    }
}

/// The rule set that finds nothing.
fn empty() -> &'static Ruleset {
    static EMPTY: std::sync::OnceLock<Ruleset> = std::sync::OnceLock::new();
    EMPTY.get_or_init(|| Ruleset::builtin("empty").unwrap())
}

/// What a stream did.
struct Run {
    out: Collect,
    holds: Vec<Hold>,
    ended: Result<(), Error>,
    receipt: Receipt,
    /// After each push that was taken whole: bytes of input, bytes in each view, findings, holds.
    steps: Vec<(usize, [usize; 4])>,
}

impl Run {
    fn of(dials: &Dials, rules: &Ruleset, stream: &[u8], mut size: impl FnMut() -> usize) -> Self {
        let mut redactor = Redactor::new(rules, &dials.plan, dials.format);
        let mut run = Self {
            out: Collect::default(),
            holds: Vec::new(),
            ended: Ok(()),
            receipt: Receipt::default(),
            steps: vec![(0, [0; 4])],
        };
        run.ended = run.drive(&mut redactor, dials, stream, &mut size);
        run.receipt = redactor.receipt();
        run
    }

    fn drive(
        &mut self,
        redactor: &mut Redactor,
        dials: &Dials,
        stream: &[u8],
        size: &mut dyn FnMut() -> usize,
    ) -> Result<(), Error> {
        let mut at = 0;
        while at < stream.len() {
            let mut chunk = &stream[at..at.saturating_add(size()).min(stream.len())];
            at += chunk.len();
            loop {
                let step = redactor.push(chunk, &mut self.out)?;
                chunk = &chunk[step.consumed..];
                match step.state {
                    State::Paused(hold) => {
                        self.holds.push(hold);
                        redactor.rule(dials.ruling)?;
                    }
                    State::Ready => break,
                    State::Call(_) => panic!("a call without a profile"),
                }
            }
            assert!(chunk.is_empty(), "{} bytes were not taken", chunk.len());
            let findings = self.out.findings.len();
            let left = [
                self.out.caller.len(),
                self.out.record.len(),
                findings,
                self.holds.len(),
            ];
            self.steps.push((at, left));
        }
        loop {
            match redactor.finish(&mut self.out)?.state {
                State::Paused(hold) => {
                    self.holds.push(hold);
                    redactor.rule(dials.ruling)?;
                }
                State::Ready => return Ok(()),
                State::Call(_) => panic!("a call without a profile"),
            }
        }
    }

    fn must_add_up(&self, stream: &[u8]) {
        let receipt = &self.receipt;
        let unscanned: u64 = receipt.unscanned.values().sum();
        assert_eq!(
            receipt.scanned + receipt.masked + unscanned,
            receipt.input,
            "{receipt:?}"
        );
        assert_eq!(receipt.complete, self.ended.is_ok(), "{receipt:?}");
        assert!(receipt.input <= stream.len() as u64, "{receipt:?}");
        assert!(
            !receipt.complete || receipt.input == stream.len() as u64,
            "{receipt:?}"
        );
    }

    fn must_equal(&self, other: &Self, name: &str, dials: &Dials) {
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        assert_eq!(
            text(&self.out.caller),
            text(&other.out.caller),
            "caller's view, {name}, {dials:?}"
        );
        assert_eq!(
            text(&self.out.record),
            text(&other.out.record),
            "record view, {name}, {dials:?}"
        );
        assert_eq!(
            self.out.findings, other.out.findings,
            "findings, {name}, {dials:?}"
        );
        assert_eq!(self.holds, other.holds, "pauses, {name}, {dials:?}");
        assert_eq!(self.ended, other.ended, "end, {name}, {dials:?}");
        // How often bytes waited depends on the pushes; and where a person refuses, how much had been read by then.
        let refused = matches!(self.ended, Err(error) if error.kind == ErrorKind::Refused);
        let plain = |receipt: &Receipt| Receipt {
            waits: Default::default(),
            input: if refused { 0 } else { receipt.input },
            masked: if refused { 0 } else { receipt.masked },
            records: if refused { 0 } else { receipt.records },
            bad_records: if refused { 0 } else { receipt.bad_records },
            ..receipt.clone()
        };
        assert_eq!(
            plain(&self.receipt),
            plain(&other.receipt),
            "receipt, {name}, {dials:?}"
        );
        for (at, left) in &other.steps {
            let (_, same) = self.steps.iter().find(|(here, _)| here == at).unwrap_or_else(|| {
                panic!("{name} took {at} bytes, which is after the end of single ones, {dials:?}")
            });
            // Several pushes may end at the same place: an empty one changes nothing.
            assert_eq!(same, left, "what has left after {at} bytes, {name}, {dials:?}");
        }
    }
}
