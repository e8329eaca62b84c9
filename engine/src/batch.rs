//! NDJSON on several threads: the lines are read apart and merged in their order.
//!
//! Lines are independent of one another, so a block of whole lines is cut into pieces, each is read as a stream of
//! its own, and what they yield goes to the sink in the order of the input. A line that a block leaves open is read
//! as it comes, on the caller's thread: nothing is buffered to complete it.

use crate::frame::Resumed;
use crate::{CallerError, Confidence};
use crate::{
    Error, ErrorKind, Finding, Format, Inner, Plan, Pos, Receipt, Redactor, Ruleset, Sink, Slot, State, View,
};
use core::ops::Range;
use rayon::prelude::*;

/// Bytes of a piece, at least: smaller ones cost more to hand out than they save.
const LEAST: usize = 64 << 10;

/// Bytes of a piece, at most: what a thread holds beside the block.
const MOST: usize = 128 << 10;

/// A stream of lines, redacted on several threads: those of the rayon pool that [`Batch::push`] is called in.
///
/// Output, findings and refusals equal those of one [`Redactor`] over the same bytes; so does the receipt but for
/// its waits, which depend on the pushes.
///
/// ```
/// use lacuna::{Batch, Collect, Plan, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let mut batch = Batch::new(&rules, &Plan::new(&rules)).ok_or("these rules pause")?;
/// let mut out = Collect::default();
/// batch.push(b"{\"mail\":\"bob@example.com\"}\n{\"mail\":\"eve@exam", &mut out)?;
/// batch.push(b"ple.com\"}\n", &mut out)?;
/// batch.finish(&mut out)?;
/// assert_eq!(out.caller, b"{\"mail\":\"[EMAIL]\"}\n{\"mail\":\"[EMAIL]\"}\n");
/// assert_eq!((out.findings[1].record, batch.receipt().records), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Batch {
    rules: Ruleset,
    plan: Plan,
    /// The line that is read as it comes.
    open: Option<Redactor>,
    /// What was read of everything before it.
    done: Receipt,
    phase: Phase,
    /// Bytes of a piece, at least and at most.
    piece: (usize, usize),
}

/// What a batch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The first byte.
    Start,
    /// More.
    Open,
    /// Nothing: it is over.
    Ended,
    /// Nothing: it was refused.
    Poisoned,
}

impl Batch {
    /// A batch. `None` where the rules may pause: an allowance counts over the whole stream, one line after the other. Nor
    /// where the plan's profile says that texts go on from line to line.
    ///
    /// ```
    /// use lacuna::{Batch, Plan, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// assert!(Batch::new(&rules, &Plan::new(&rules)).is_some());
    /// let file = "extends = ['builtin:default']\n[[pause]]\nfindings = 9\n";
    /// let pausing = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
    /// assert!(Batch::new(&pausing, &Plan::new(&pausing)).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(rules: &Ruleset, plan: &Plan) -> Option<Self> {
        let has_lanes = plan
            .profile
            .as_ref()
            .is_some_and(|profile| profile.has_lanes() || profile.has_calls());
        if !rules.source().pauses.is_empty() || has_lanes {
            return None;
        }
        Some(Self {
            rules: rules.clone(),
            plan: plan.clone(),
            open: None,
            done: Redactor::new(rules, plan, Format::Ndjson).receipt(),
            phase: Phase::Start,
            piece: (LEAST, MOST),
        })
    }

    /// Takes the next block, of any length; larger ones keep more threads busy. All of its whole lines leave, in
    /// order, before it returns, and of its last line what may.
    ///
    /// ```
    /// use lacuna::{Batch, CallerError, Collect, ErrorKind, Plan, Ruleset, SenderError};
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut batch = Batch::new(&rules, &Plan::new(&rules)).ok_or("these rules pause")?;
    /// let mut out = Collect::default();
    /// let error = batch.push(b"[\"bob@example.com\"]\n[}\n[1]\n", &mut out).unwrap_err();
    /// assert_eq!(error.kind, ErrorKind::Sender(SenderError::MismatchedBracket));
    /// assert_eq!((error.at.0, error.record), (21, 1));
    /// assert_eq!(out.caller, b"[\"[EMAIL]\"]\n[");
    /// let error = batch.push(b"[1]\n", &mut out).unwrap_err();
    /// assert_eq!(error.kind, ErrorKind::Caller(CallerError::Poisoned));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A line is refused, as [`Redactor::push`] says: everything before it has left, and every later call fails.
    pub fn push(&mut self, block: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        self.must_be_open()?;
        let pushed = self.push_lines(block, sink);
        if pushed.is_err() {
            self.phase = Phase::Poisoned;
        }
        pushed
    }

    /// Ends the stream.
    ///
    /// ```
    /// use lacuna::{Batch, Collect, ErrorKind, Plan, Ruleset, SenderError};
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut batch = Batch::new(&rules, &Plan::new(&rules)).ok_or("these rules pause")?;
    /// let mut out = Collect::default();
    /// batch.push(b"[1]\n[2", &mut out)?;
    /// let error = batch.finish(&mut out).unwrap_err();
    /// assert_eq!(error.kind, ErrorKind::Sender(SenderError::Truncated));
    /// assert_eq!((error.at.0, error.record), (6, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn finish(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        self.must_be_open()?;
        let ended = self.end_line(sink);
        self.done.complete = ended.is_ok();
        self.phase = if ended.is_ok() {
            Phase::Ended
        } else {
            Phase::Poisoned
        };
        ended
    }

    /// What happened to every byte so far; `complete` once [`Self::finish`] was right.
    ///
    /// ```
    /// use lacuna::{Batch, Collect, Plan, Ruleset};
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut batch = Batch::new(&rules, &Plan::new(&rules)).ok_or("these rules pause")?;
    /// let mut out = Collect::default();
    /// batch.push(b"[1]\n[\"bob@example.com\"]", &mut out)?;
    /// assert_eq!((batch.receipt().input, batch.receipt().complete), (23, false));
    /// batch.finish(&mut out)?;
    /// let receipt = batch.receipt();
    /// assert_eq!((receipt.scanned, receipt.masked, receipt.records), (8, 15, 2));
    /// assert!(receipt.complete);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receipt(&self) -> Receipt {
        let mut receipt = self.done.clone();
        if let Some(open) = &self.open {
            add(&mut receipt, &open.receipt());
        }
        receipt
    }

    fn push_lines(&mut self, block: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        let mut rest = block;
        if self.open.is_some() {
            let Some(end) = memchr::memchr(b'\n', rest) else {
                return self.read_open(rest, sink);
            };
            let (line, more) = rest.split_at(end + 1);
            self.read_open(line, sink)?;
            self.end_line(sink)?;
            rest = more;
        }
        let whole = memchr::memrchr(b'\n', rest).map_or(0, |end| end + 1);
        let (lines, tail) = rest.split_at(whole);
        let mut pieces = cut(lines, self.piece);
        // The first bytes of a stream may be a byte order mark.
        let mut resumed = self.resumed();
        let jobs: Vec<(&[u8], Resumed)> = core::iter::from_fn(|| {
            let piece = pieces.next()?;
            let how = core::mem::replace(&mut resumed, Resumed::Within);
            Some((piece, how))
        })
        .collect();
        let paths = if sink.wants_details() {
            Paths::Wanted
        } else {
            Paths::Unwanted
        };
        // As many at a time as there are threads to read them: what they yield is held until it is merged. The next are
        // read meanwhile.
        let (rules, plan) = (&self.rules.clone(), &self.plan.clone());
        let read = |some: &[(&[u8], Resumed)]| -> Vec<Read> {
            some.par_iter()
                .map(|(piece, resumed)| read(rules, plan, piece, *resumed, paths))
                .collect()
        };
        let mut groups = jobs.chunks(2 * rayon::current_num_threads().max(1));
        let mut now = groups.next().map(|some| (some, read(some)));
        while let Some((some, yielded)) = now.take() {
            let later = groups.next();
            let mut next = None;
            rayon::in_place_scope(|scope| {
                if let Some(later) = later {
                    let (next, read) = (&mut next, &read);
                    scope.spawn(move |_| *next = Some((later, read(later))));
                }
                self.merge(some, &yielded, sink)
            })?;
            now = next;
        }
        if !tail.is_empty() {
            self.open = Some(Redactor::resumed(&self.rules, &self.plan, self.resumed()));
            self.read_open(tail, sink)?;
        }
        Ok(())
    }

    /// Tells the sink what some pieces yielded, in their order.
    fn merge(
        &mut self,
        some: &[(&[u8], Resumed)],
        yielded: &[Read],
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        for (yielded, (piece, _)) in yielded.iter().zip(some) {
            self.phase = Phase::Open;
            let base = self.base();
            yielded.tell(piece, base, sink);
            add(&mut self.done, &yielded.receipt);
            if let Err(error) = yielded.ended {
                return Err(base.shift(error));
            }
        }
        Ok(())
    }

    /// Whether a stream begins with the next byte.
    fn resumed(&self) -> Resumed {
        match self.phase {
            Phase::Start => Resumed::AtStart,
            _ => Resumed::Within,
        }
    }

    /// Reads bytes of the open line.
    fn read_open(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        let base = self.base();
        self.phase = Phase::Open;
        let Some(open) = &mut self.open else { return Ok(()) };
        let pushed = open.push(bytes, &mut Shifted { base, sink });
        pushed.map(|_| ()).map_err(|error| base.shift(error))
    }

    /// The open line, if there is one, is complete.
    fn end_line(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        let base = self.base();
        let Some(open) = &mut self.open else { return Ok(()) };
        let ended = open.finish(&mut Shifted { base, sink });
        let _ = ended.map_err(|error| base.shift(error))?;
        if let Some(open) = self.open.take() {
            add(&mut self.done, &open.receipt());
        }
        Ok(())
    }

    /// Where the next piece begins.
    fn base(&self) -> Base {
        Base {
            at: self.done.input,
            record: self.done.records,
        }
    }

    fn must_be_open(&self) -> Result<(), Error> {
        let kind = match self.phase {
            Phase::Start | Phase::Open => return Ok(()),
            Phase::Ended => CallerError::Finished,
            Phase::Poisoned => CallerError::Poisoned,
        };
        Err(Error {
            kind: ErrorKind::Caller(kind),
            at: Pos(self.receipt().input),
            record: self.receipt().records,
        })
    }
}

impl core::fmt::Debug for Batch {
    /// How far it has come, and nothing of what it holds.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Batch")
            .field("read", &self.receipt().input)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

/// Whether findings shall have paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paths {
    Wanted,
    Unwanted,
}

/// Pieces of whole lines.
fn cut(lines: &[u8], (least, most): (usize, usize)) -> impl Iterator<Item = &[u8]> {
    let share = lines.len() / (8 * rayon::current_num_threads().max(1));
    let size = share.clamp(least, most);
    let mut rest = lines;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let enough = rest.get(size..).unwrap_or_default();
        let end = memchr::memchr(b'\n', enough).map_or(rest.len(), |end| size + end + 1);
        let (piece, more) = rest.split_at(end);
        rest = more;
        Some(piece)
    })
}

/// What one piece yields, in the order in which it came.
struct Read {
    events: Vec<Event>,
    /// Bytes the engine made or had kept.
    made: Vec<u8>,
    /// The texts of findings.
    texts: String,
    told: Vec<Told>,
    receipt: Receipt,
    ended: Result<(), Error>,
}

/// One thing a piece yields.
enum Event {
    /// Bytes of the piece.
    Pass(View, Range<usize>),
    /// Some of [`Read::made`].
    Put(View, Range<usize>),
    /// The next of [`Read::told`].
    Finding,
}

/// A finding, its texts being ranges of [`Read::texts`].
struct Told {
    record: u64,
    path: Range<usize>,
    slot: Slot,
    at: (u64, u64),
    inner: Option<(Range<usize>, u64, u64)>,
    detector: Range<usize>,
    entity: Range<usize>,
    class: Range<usize>,
    confidence: Confidence,
    action: Range<usize>,
    raw: (u64, u64),
}

/// Reads one piece as a stream of its own.
fn read(rules: &Ruleset, plan: &Plan, piece: &[u8], resumed: Resumed, paths: Paths) -> Read {
    let mut stream = Redactor::resumed(rules, plan, resumed);
    let mut taken = Taken {
        piece,
        paths,
        read: Read {
            events: Vec::new(),
            made: Vec::new(),
            texts: String::new(),
            told: Vec::new(),
            receipt: Receipt::default(),
            ended: Ok(()),
        },
    };
    let ended = stream
        .push(piece, &mut taken)
        .and_then(|_| stream.finish(&mut taken));
    // Rules that pause have no batch.
    debug_assert!(!matches!(&ended, Ok(step) if step.state != State::Ready));
    Read {
        receipt: stream.receipt(),
        ended: ended.map(|_| ()),
        ..taken.read
    }
}

/// Notes what a piece yields.
struct Taken<'a> {
    piece: &'a [u8],
    paths: Paths,
    read: Read,
}

impl Taken<'_> {
    fn text(&mut self, text: &str) -> Range<usize> {
        let from = self.read.texts.len();
        self.read.texts.push_str(text);
        from..self.read.texts.len()
    }
}

impl Sink for Taken<'_> {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        // A sub-slice says by its address where it lies.
        let from = (bytes.as_ptr() as usize).wrapping_sub(self.piece.as_ptr() as usize);
        let range = from..from.wrapping_add(bytes.len());
        if self.piece.get(range.clone()) != Some(bytes) {
            return self.put(view, bytes);
        }
        match self.read.events.last_mut() {
            Some(Event::Pass(same, last)) if *same == view && last.end == range.start => last.end = range.end,
            _ => self.read.events.push(Event::Pass(view, range)),
        }
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        let from = self.read.made.len();
        self.read.made.extend_from_slice(bytes);
        let to = self.read.made.len();
        match self.read.events.last_mut() {
            Some(Event::Put(same, last)) if *same == view => last.end = to,
            _ => self.read.events.push(Event::Put(view, from..to)),
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        let path = self.text(finding.path);
        let inner = finding
            .inner
            .as_ref()
            .map(|inner| (self.text(inner.path), inner.start, inner.end));
        let told = Told {
            record: finding.record,
            path,
            slot: finding.slot,
            at: (finding.start, finding.end),
            inner,
            detector: self.text(finding.detector),
            entity: self.text(finding.entity),
            class: self.text(finding.class),
            confidence: finding.confidence,
            action: self.text(finding.action),
            raw: (finding.raw_start, finding.raw_end),
        };
        self.read.told.push(told);
        self.read.events.push(Event::Finding);
    }

    fn wants_details(&self) -> bool {
        self.paths == Paths::Wanted
    }
}

impl Read {
    /// Tells a sink, as of a piece that begins at a base.
    fn tell(&self, piece: &[u8], base: Base, sink: &mut dyn Sink) {
        let text = |range: &Range<usize>| self.texts.get(range.clone()).unwrap_or_default();
        let mut told = self.told.iter();
        for event in &self.events {
            match event {
                Event::Pass(view, range) => sink.pass(*view, piece.get(range.clone()).unwrap_or_default()),
                Event::Put(view, range) => sink.put(*view, self.made.get(range.clone()).unwrap_or_default()),
                Event::Finding => {
                    let Some(told) = told.next() else { continue };
                    sink.finding(&Finding {
                        record: base.record + told.record,
                        path: text(&told.path),
                        slot: told.slot,
                        start: told.at.0,
                        end: told.at.1,
                        inner: told.inner.as_ref().map(|(path, start, end)| Inner {
                            path: text(path),
                            start: *start,
                            end: *end,
                        }),
                        detector: text(&told.detector),
                        entity: text(&told.entity),
                        class: text(&told.class),
                        confidence: told.confidence,
                        action: text(&told.action),
                        raw_start: base.at + told.raw.0,
                        raw_end: base.at + told.raw.1,
                    });
                }
            }
        }
    }
}

/// Where a piece begins in the stream.
#[derive(Clone, Copy, Debug)]
struct Base {
    at: u64,
    record: u64,
}

impl Base {
    /// An error of a piece as one of the stream.
    fn shift(self, error: Error) -> Error {
        Error {
            at: Pos(error.at.0 + self.at),
            record: error.record + self.record,
            ..error
        }
    }
}

/// A sink for a stream that begins at a base.
struct Shifted<'a> {
    base: Base,
    sink: &'a mut dyn Sink,
}

impl Sink for Shifted<'_> {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.sink.pass(view, bytes);
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        self.sink.put(view, bytes);
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.sink.finding(&Finding {
            record: self.base.record + finding.record,
            raw_start: self.base.at + finding.raw_start,
            raw_end: self.base.at + finding.raw_end,
            ..finding.clone()
        });
    }

    fn wants_details(&self) -> bool {
        self.sink.wants_details()
    }
}

/// Adds what happened to the bytes of a piece.
fn add(to: &mut Receipt, piece: &Receipt) {
    to.input += piece.input;
    to.scanned += piece.scanned;
    to.masked += piece.masked;
    to.records += piece.records;
    to.bad_records += piece.bad_records;
    to.tokens.add(piece.tokens);
    for (reason, count) in &piece.unscanned {
        *to.unscanned.entry(*reason).or_default() += count;
    }
    for (class, count) in &piece.findings {
        *to.findings.entry(class.clone()).or_default() += count;
    }
    for (why, wait) in &piece.waits {
        let known = to.waits.entry(why).or_default();
        known.pushes += wait.pushes;
        known.most = known.most.max(wait.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, Collect, FindingOwned, OnBadRecord};
    use lacuna_corpus::{Density, Rng, records};

    /// What one stream or batch came to; waits depend on the pushes.
    #[derive(Debug, PartialEq)]
    struct Came {
        caller: String,
        record: String,
        findings: Vec<FindingOwned>,
        ended: Result<(), Error>,
        receipt: Receipt,
    }

    impl Came {
        fn new(out: Collect, ended: Result<(), Error>, receipt: Receipt) -> Self {
            let text = |bytes: Vec<u8>| bytes.escape_ascii().to_string();
            Self {
                caller: text(out.caller),
                record: text(out.record),
                findings: out.findings,
                ended,
                receipt: Receipt {
                    waits: Default::default(),
                    ..receipt
                },
            }
        }
    }

    fn one_thread(rules: &Ruleset, plan: &Plan, input: &[u8]) -> Came {
        let mut stream = Redactor::new(rules, plan, Format::Ndjson);
        let mut out = Collect::default();
        let pushed = stream.push(input, &mut out).map(|_| ());
        let ended = pushed.and_then(|()| stream.finish(&mut out).map(|_| ()));
        Came::new(out, ended, stream.receipt())
    }

    fn batch(rules: &Ruleset, plan: &Plan, blocks: &[&[u8]], piece: (usize, usize)) -> Came {
        let mut batch = Batch::new(rules, plan).unwrap();
        batch.piece = piece;
        let mut out = Collect::default();
        let pushed = blocks.iter().try_for_each(|block| batch.push(block, &mut out));
        let ended = pushed.and_then(|()| batch.finish(&mut out));
        Came::new(out, ended, batch.receipt())
    }

    /// Lines of all kinds, some of them bad.
    fn lines(rng: &mut Rng) -> Vec<u8> {
        let mut input = Vec::new();
        if rng.chance(20) {
            input.extend_from_slice(b"\xEF\xBB\xBF");
        }
        for _ in 0..rng.under(60) {
            let line: &[u8] = match rng.under(12) {
                0 => b"",
                1 => b"{\"mail\":\"bob@example.com\"}\r",
                2 => b"{\"a\":[4111111111111111,{\"b\":\"GB29 NWBK 6016 1331 9268 19\"}]}",
                3 => b"{\"bob@example.com\":1,\"eve@example.com\":2}",
                4 => b"  {\"a\":\"{\\\"b\\\":\\\"bob@example.com\\\"}\"} ",
                5 if rng.chance(10) => b"{\"bad\":[}",
                6 if rng.chance(10) => b"\xEF\xBB\xBF{}",
                _ => b"{\"note\":\"nothing to see\",\"n\":[1,2,3]}",
            };
            input.extend_from_slice(line);
            input.push(b'\n');
        }
        if rng.chance(50) {
            input.extend_from_slice(b"{\"last\":\"eve@example.com\"}");
        }
        input
    }

    #[test]
    fn any_number_of_threads_equals_one() {
        let rules = Ruleset::builtin("default").unwrap();
        for seed in 0..200 {
            let mut rng = Rng::new(seed);
            let input = lines(&mut rng);
            let plan = Plan::new(&rules)
                .with_bad_record([OnBadRecord::Stop, OnBadRecord::Mask, OnBadRecord::Text][rng.under(3)]);
            let plan = if rng.chance(50) {
                plan.with_record(vec![Action::Placeholder; 4])
            } else {
                plan
            };
            let truth = one_thread(&rules, &plan, &input);
            let (mut blocks, mut rest) = (Vec::new(), input.as_slice());
            while !rest.is_empty() {
                let (block, more) = rest.split_at(rng.between(1, rest.len().min(700)));
                blocks.push(block);
                rest = more;
            }
            for threads in [1, 2, 3] {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                for piece in [(1, 1), (20, 200), (LEAST, MOST)] {
                    let came = pool.install(|| batch(&rules, &plan, &blocks, piece));
                    assert_eq!(came, truth, "seed {seed}, {threads} threads, pieces of {piece:?}");
                }
            }
        }
    }

    #[test]
    fn many_records_come_in_their_order() {
        let rules = Ruleset::builtin("default").unwrap();
        let plan = Plan::new(&rules);
        let input = records(7, 900_000, Density::Light).bytes;
        let truth = one_thread(&rules, &plan, &input);
        assert!(truth.findings.len() > 500);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let blocks: Vec<&[u8]> = input.chunks(400_000).collect();
        let came = pool.install(|| batch(&rules, &plan, &blocks, (LEAST, MOST)));
        assert!(came == truth);
    }

    #[test]
    fn rules_that_pause_have_no_batch_and_what_is_over_is_over() {
        let text = "extends = [\"builtin:default\"]\n[[pause]]\nclass = \"restricted\"\nfindings = 1\n";
        let pausing = Ruleset::compile(text, "rules.toml", &mut |path, _| Err(path.to_owned())).unwrap();
        assert!(Batch::new(&pausing, &Plan::new(&pausing)).is_none());
        let rules = Ruleset::builtin("default").unwrap();
        let mut over = Batch::new(&rules, &Plan::new(&rules)).unwrap();
        let mut out = Collect::default();
        over.finish(&mut out).unwrap();
        assert!(over.receipt().complete);
        let again = over.push(b"{}\n", &mut out).unwrap_err();
        assert_eq!(again.kind, ErrorKind::Caller(CallerError::Finished));
    }
}
