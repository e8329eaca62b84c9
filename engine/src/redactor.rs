//! One stream: the order of the rooms and nothing else.

use crate::detect::Origin;
use crate::error::{CallerError, ErrorKind, SenderError};
use crate::frame::{Framer, Part, Resumed};
use crate::hold::{Edit, Fresh, Outlet, Pin, Text};
use crate::lane::{self, Around, Called, Lanes, Refused};
use crate::pauses::{Pauses, Trip};
use crate::profile::{Due, Given};
use crate::rules::{Grammar, OnBadRecord, Plan, Ruleset};
use crate::simd::{Planes, Scan};
use crate::text::{Body, Cx, Kind, Map, Note, Place, Purpose, Runs, Touch};
use crate::token::Stop;
use crate::{
    Action, Class, Error, Finding, Format, Function, Inner, Pos, Receipt, Ruling, Sink, Slot, State, Step,
    Tokens, Unscanned, Wait, act,
};
use std::collections::{BTreeMap, VecDeque};

/// What an NDJSON line that is refused ends with under [`OnBadRecord::Mask`].
const BAD_RECORD: &[u8] = b"[BAD_RECORD]";

/// One stream. See the crate's example.
///
/// After an error every call fails with [`CallerError::Poisoned`]: what was held is destroyed, and what had left
/// is all that ever leaves. Only a push or an end out of turn ([`CallerError::AnswerDue`],
/// [`CallerError::Finished`]) changes nothing.
///
/// ```
/// use lacuna::{Collect, Format, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
/// let mut out = Collect::default();
/// stream.push(br#"{"mail":"bob@example.com","#, &mut out)?;
/// let error = stream.push(b"}", &mut out).unwrap_err();
/// assert_eq!(error.to_string(), "unexpected byte at byte 26, record 0");
/// let error = stream.push(b"1", &mut out).unwrap_err();
/// assert_eq!(error.to_string(), "call after an error at byte 26, record 0");
/// assert_eq!(out.caller, br#"{"mail":"[EMAIL]","#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Redactor {
    rules: Ruleset,
    plan: Plan,
    /// What happens in what is never altered, if something is.
    spared: Option<Box<Plan>>,
    /// From this class on a finding under a signature refuses the stream.
    refused: Class,
    framer: Framer,
    body: Body,
    /// Text beside the payload: comments, event names.
    aside: Body,
    /// Texts over many events, where a profile says that there are some.
    lanes: Option<Box<Lanes>>,
    outlet: Outlet,
    notes: VecDeque<Note>,
    pauses: Pauses,
    /// Runs that are kept, but masked by a ruling, and not told yet.
    masked_runs: Vec<MaskedRun>,
    phase: Phase,
    /// The position of the next byte nobody has read.
    read: u64,
    /// Bytes that the framer could not name yet, at most 5. They lie before `read`.
    undecided: Vec<u8>,
    /// Where the payload has come to, if it has bytes: framing may follow before it is complete.
    payload_end: Option<u64>,
    record: u64,
    line: Line,
    grammar: Grammar,
    unscanned: BTreeMap<Unscanned, u64>,
    /// Whether somebody wants paths, once it was asked.
    wants_details: Option<bool>,
    /// Findings, by class.
    findings: Vec<u64>,
    bad_records: u64,
    tokens: Tokens,
    waits: BTreeMap<&'static str, Wait>,
}

/// What the stream waits for.
#[derive(Debug)]
enum Phase {
    /// The next chunk.
    Open,
    /// A ruling.
    Paused(Box<Trip>),
    /// A plan for a function.
    Called(Box<Asked>),
    /// An error waits for the notes before it.
    Failing(Error),
    /// Nothing: it is over.
    Ended,
    /// Nothing: it was refused.
    Poisoned,
}

/// A function that was called, and waits for its plan.
#[derive(Debug)]
struct Asked {
    /// The number of the call.
    id: u32,
    name: String,
    /// The error that comes after what the answer lets go on.
    then: Option<Error>,
}

/// Which run: no two of a detector begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MaskedRun {
    record: u64,
    /// Where it begins.
    from: u64,
    origin: Origin,
}

impl MaskedRun {
    fn of(note: &Note) -> Self {
        Self {
            record: note.record,
            from: note.raw.0,
            origin: note.origin,
        }
    }
}

/// The place of a byte of the input before another, in a payload that has no gaps.
fn before(raw: u64, place: Place) -> Place {
    let back = place.raw.saturating_sub(raw);
    Place {
        raw,
        outer: place.outer.saturating_sub(back),
    }
}

/// What is made of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// It is read.
    Read,
    /// A bad line: the rest is read as text.
    Text,
    /// A bad line: the rest goes.
    Gone,
}

impl Redactor {
    /// A stream in a framing.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let stream = |format| Redactor::new(&rules, &Plan::new(&rules), format);
    /// assert_eq!(stream(Format::Sequence).redact(b"[4111111111111111][2]")?, b"[0][2]");
    /// assert_eq!(stream(Format::Text).redact(b"[4111111111111111][2]")?, b"[[CREDIT_CARD]][2]");
    /// assert_eq!(stream(Format::Json).redact(b"[4111111111111111][2]").unwrap_err().at.0, 18);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(rules: &Ruleset, plan: &Plan, format: Format) -> Self {
        let grammar = plan.grammar.unwrap_or(match format {
            Format::Json | Format::Sequence | Format::Auto => Grammar::Full,
            _ => Grammar::Structural,
        });
        let compiled = rules.rules();
        let mut this = Self {
            framer: Framer::new(format, &plan.limits),
            body: Body::new(kind_of(format), grammar, compiled, plan),
            aside: Body::new(Kind::Text, grammar, compiled, plan),
            lanes: None,
            outlet: Outlet::new(plan.views()),
            notes: VecDeque::new(),
            pauses: Pauses::new(&compiled.source.pauses),
            masked_runs: Vec::new(),
            phase: Phase::Open,
            read: 0,
            undecided: Vec::new(),
            payload_end: None,
            record: 0,
            line: Line::Read,
            grammar,
            unscanned: BTreeMap::new(),
            wants_details: None,
            findings: Vec::new(),
            bad_records: 0,
            tokens: Tokens::default(),
            waits: BTreeMap::new(),
            rules: rules.clone(),
            plan: plan.clone(),
            spared: None,
            refused: rules.class("restricted").unwrap_or_else(|| {
                let classes = compiled.source.classes.len();
                Class(u8::try_from(classes.saturating_sub(1)).unwrap_or(u8::MAX))
            }),
        };
        this.watch(format);
        this
    }

    /// Looks for what the plan's profile knows of a framing: where lanes are, which functions are called, what is never
    /// altered.
    fn watch(&mut self, format: Format) {
        let Some((program, records)) = self.plan.watched(format) else {
            return;
        };
        if program.spares() {
            self.spared = Some(Box::new(self.plan.sparing()));
        }
        self.body.watch(program, records);
        if !program.lanes.is_empty() {
            self.lanes = Some(Box::new(Lanes::new(program, self.grammar)));
        }
    }

    /// A stream of lines that begins where another one stood between two of them.
    pub(crate) fn resumed(rules: &Ruleset, plan: &Plan, resumed: Resumed) -> Self {
        let stream = Self::new(rules, plan, Format::Ndjson);
        Self {
            framer: stream.framer.resumed(resumed),
            ..stream
        }
    }

    /// Takes the next chunk; what may leave goes to the sink before it returns.
    ///
    /// ```
    /// use lacuna::{Collect, Format, Plan, Redactor, Ruleset, State, Step};
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
    /// let mut out = Collect::default();
    /// let step = stream.push(b"to bob@exam", &mut out)?;
    /// assert_eq!(step, Step { consumed: 11, state: State::Ready });
    /// assert_eq!(out.caller, b"to ");
    /// stream.push(b"ple.com or by post", &mut out)?;
    /// assert_eq!(out.caller, b"to [EMAIL] or by ");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The stream is refused: what is held is destroyed, and every later call fails.
    pub fn push(&mut self, chunk: &[u8], sink: &mut dyn Sink) -> Result<Step, Error> {
        self.must_be_open()?;
        let base = self.read;
        let fresh = Fresh {
            bytes: chunk,
            at: Pos(base),
        };
        let result = self.read_chunk(chunk, fresh, sink);
        let consumed = usize::try_from(self.read.saturating_sub(base))
            .unwrap_or(chunk.len())
            .min(chunk.len());
        match result {
            Ok(state) => {
                self.outlet.keep(Fresh {
                    bytes: chunk.get(..consumed).unwrap_or(chunk),
                    at: Pos(base),
                });
                self.note_wait();
                Ok(Step { consumed, state })
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    /// Ends the stream. Answers like [`Self::push`] until it is [`State::Ready`].
    ///
    /// ```
    /// use lacuna::{Collect, Format, Plan, Redactor, Ruleset, State};
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
    /// let mut out = Collect::default();
    /// stream.push(b"to bob@example.com", &mut out)?;
    /// assert_eq!(out.caller, b"to ");
    /// assert_eq!(stream.finish(&mut out)?.state, State::Ready);
    /// assert_eq!(out.caller, b"to [EMAIL]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::push`]; also a stream cut short.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> Result<Step, Error> {
        self.must_be_open()?;
        let fresh = Fresh {
            bytes: &[],
            at: Pos(self.read),
        };
        match self.read_end(fresh, sink) {
            Ok(state) => {
                if state == State::Ready {
                    self.outlet.end(sink);
                    self.phase = Phase::Ended;
                }
                Ok(Step { consumed: 0, state })
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    /// Answers a pause. Then offer the rest of the chunk, or finish again.
    ///
    /// ```
    /// use lacuna::{Collect, ErrorKind, Format, Plan, Redactor, Ruleset, Ruling};
    ///
    /// let file = "extends = ['builtin:default']\n[[pause]]\nclass = 'confidential'\nfindings = 1\n";
    /// let rules = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
    /// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
    /// let mut out = Collect::default();
    /// let chunk = br#"["bob@example.com","eve@example.com","ada@example.com"]"#;
    /// let step = stream.push(chunk, &mut out)?;
    /// stream.rule(Ruling::Release)?;
    /// stream.push(&chunk[step.consumed..], &mut out)?;
    /// assert_eq!(out.caller, br#"["[EMAIL]","eve@example.com","[EMAIL]"]"#);
    /// # let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
    /// # stream.push(chunk, &mut out)?;
    /// # assert_eq!(stream.rule(Ruling::Refuse).unwrap_err().kind, ErrorKind::Refused);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// No pause waits, or the ruling is [`Ruling::Refuse`].
    pub fn rule(&mut self, ruling: Ruling) -> Result<(), Error> {
        let trip = match core::mem::replace(&mut self.phase, Phase::Open) {
            Phase::Paused(trip) => trip,
            other => return Err(self.nothing_to_answer(&other)),
        };
        match ruling {
            Ruling::Refuse => {
                let at = Pos(trip.at);
                return Err(self.fail(Error {
                    kind: ErrorKind::Refused,
                    at,
                    record: trip.record,
                }));
            }
            Ruling::Release => {
                if let Some(cluster) = trip.cluster {
                    self.release(cluster);
                }
            }
            Ruling::Mask => {}
        }
        self.pauses.ruled(trip.rule, ruling);
        if let Some(phase) = trip.then {
            self.phase = Phase::Failing(phase);
        }
        Ok(())
    }

    /// A person released a cluster: it stays as it is in the caller's view.
    fn release(&mut self, cluster: u64) {
        self.outlet.release_cluster(cluster);
        self.body.release_cluster(cluster);
        self.aside.release_cluster(cluster);
        if let Some(lanes) = &mut self.lanes {
            lanes.release_cluster(cluster);
        }
        // A finding that is kept may begin where the cluster does.
        let of_cluster = |note: &&mut Note| note.cluster == cluster && !note.kept[0];
        for note in self.notes.iter_mut().filter(of_cluster) {
            note.action = Action::Keep.name();
        }
    }

    /// Answers a call with the plan for its function: of it the treatments count, for the caller's view, while what the
    /// function is given passes. Then offer the rest of the chunk, also if that is empty, or finish again.
    ///
    /// ```
    /// use lacuna::{CallerError, Collect, ErrorKind, Format, Plan, Profile, Redactor, Ruleset, State};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules)
    ///     .with_profile(Profile::builtin("mcp").ok_or("no such profile")?)
    ///     .with_function("send", vec![lacuna::Action::Keep; 4]);
    /// let call = br#"{"method":"tools/call","params":{"name":"send","arguments":{"to":"bob@example.com"}}}"#;
    /// let mut stream = Redactor::new(&rules, &plan, Format::Json);
    /// let mut out = Collect::default();
    /// let step = stream.push(call, &mut out)?;
    /// let State::Call(function) = step.state else { return Err("nothing is called".into()) };
    /// assert_eq!((function.name.as_str(), function.at.0), ("send", 46));
    /// assert_eq!(out.caller, &call[..46]);
    /// stream.answer(&plan.for_function(&function.name))?;
    /// let step = stream.push(&call[step.consumed..], &mut out)?;
    /// assert_eq!(step.state, State::Ready);
    /// assert_eq!(out.caller, call);
    /// let error = stream.answer(&plan).unwrap_err();
    /// assert_eq!(error.kind, ErrorKind::Caller(CallerError::NothingToAnswer));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// No call waits.
    pub fn answer(&mut self, plan: &Plan) -> Result<(), Error> {
        let asked = match core::mem::replace(&mut self.phase, Phase::Open) {
            Phase::Called(asked) => asked,
            other => return Err(self.nothing_to_answer(&other)),
        };
        let Asked { id, name, then } = *asked;
        let plan = self.plan.treating_as(plan);
        if let Some(lanes) = &mut self.lanes {
            lanes.called(Called { id, name, plan });
        }
        if let Some(error) = then {
            self.phase = Phase::Failing(error);
        }
        Ok(())
    }

    /// What happened to every byte so far; `complete` once [`Self::finish`] was ready.
    ///
    /// ```
    /// use lacuna::{Collect, Format, Plan, Redactor, Ruleset};
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
    /// let mut out = Collect::default();
    /// stream.push(br#"["bob@example.com","#, &mut out)?;
    /// stream.push(b"x", &mut out).unwrap_err();
    /// let receipt = stream.receipt();
    /// assert_eq!((receipt.scanned, receipt.masked, receipt.input), (4, 15, 19));
    /// assert!(!receipt.complete, "a refused stream has a receipt, and is no success");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receipt(&self) -> Receipt {
        let input = self.read;
        let unscanned: u64 = self.unscanned.values().sum();
        let over = !matches!(
            self.phase,
            Phase::Open | Phase::Paused(_) | Phase::Called(_) | Phase::Failing(_)
        );
        let destroyed = if over {
            input - self.outlet.left().min(input)
        } else {
            0
        };
        // What was not searched and is destroyed after all counts once.
        let masked = self.outlet.masked() + destroyed;
        let masked = masked.min(input.saturating_sub(unscanned));
        Receipt {
            input,
            scanned: input.saturating_sub(masked).saturating_sub(unscanned),
            masked,
            unscanned: self.unscanned.clone(),
            records: self.record,
            findings: self.findings_by_name(),
            bad_records: self.bad_records,
            tokens: self.tokens,
            format: match self.framer.format() {
                Format::Auto => "auto",
                Format::Json => "json",
                Format::Sequence => "seq",
                Format::Ndjson => "ndjson",
                Format::Sse => "sse",
                Format::Text => "text",
                Format::Array => "array",
                Format::Aws => "aws",
            },
            grammar: match self.grammar {
                Grammar::Full => "full",
                Grammar::Structural => "structural",
            },
            waits: self.waits.clone(),
            complete: matches!(self.phase, Phase::Ended),
        }
    }

    /// Its plan.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Reads a chunk. An error comes after everything before it.
    fn read_chunk(&mut self, chunk: &[u8], fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<State, Error> {
        match self.read_parts(chunk, fresh, sink) {
            Err(error) if matches!(self.phase, Phase::Open) => self.fail_after_notes(error, fresh, sink),
            other => other,
        }
    }

    /// Tells and releases everything before an error, then fails: a pause may come first.
    fn fail_after_notes(
        &mut self,
        error: Error,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<State, Error> {
        self.read = self.read.max(error.at.0);
        self.phase = Phase::Failing(error);
        self.settle(fresh, sink)?.ok_or(error)
    }

    /// Reads a chunk part by part.
    fn read_parts(&mut self, chunk: &[u8], fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<State, Error> {
        let mut at = 0;
        if let Some(state) = self.settle(fresh, sink)? {
            return Ok(state);
        }
        while at < chunk.len() {
            let most = self.unwatched();
            if self.undecided.is_empty() {
                let rest = chunk.get(at..).unwrap_or_default();
                let rest = rest.get(..most).unwrap_or(rest);
                let (named, state) = self.read_window(rest, fresh, sink)?;
                at += named;
                if let Some(state) = state {
                    return Ok(state);
                }
                if named == 0 {
                    // A window holds more than a framer ever leaves: this is all there is.
                    self.undecided = rest.to_vec();
                    self.read += rest.len() as u64;
                    at += rest.len();
                }
                continue;
            }
            // What could not be named comes again, with what follows it.
            let mut joined = core::mem::take(&mut self.undecided);
            let before = joined.len();
            let more = chunk.get(at..chunk.len().min(at + most.min(6)));
            joined.extend_from_slice(more.unwrap_or_default());
            self.read -= before as u64;
            let mut done = 0;
            while done < before {
                let mut planes = Planes::new();
                let rest = joined.get(done..).unwrap_or_default();
                let scan = self.rules.rules().scan(&mut planes, rest, self.body.before());
                match self.part(&scan, 0, fresh, sink)? {
                    Named::Bytes(count) => {
                        self.read += count as u64;
                        done += count;
                        if let Some(state) = self.settle(fresh, sink)? {
                            self.undecided = joined.get(done..before).unwrap_or_default().to_vec();
                            return Ok(state);
                        }
                    }
                    Named::Nothing => break,
                    Named::NotYet => {
                        let rest = joined.get(done..).unwrap_or_default();
                        self.undecided = rest.to_vec();
                        self.read += rest.len() as u64;
                        done += rest.len();
                    }
                }
            }
            at += done.saturating_sub(before);
        }
        Ok(State::Ready)
    }

    /// How many bytes may be held.
    fn most_held(&self) -> u64 {
        let lanes = self
            .lanes
            .as_ref()
            .map_or(0, |_| lane::HELD * u64::from(self.plan.limits.lanes));
        let frame = match self.framer.format() {
            Format::Aws => u64::from(self.plan.limits.frame),
            _ => 0,
        };
        u64::from(self.plan.limits.held) + lanes + frame
    }

    /// How many bytes may be read before it must be seen whether too much is held, or an allowance of bytes has run
    /// out: where that is known, and what was found until then, must not depend on the cut. At least 1.
    fn unwatched(&self) -> usize {
        let most = self.outlet.left() + self.most_held();
        let most = self.pauses.bytes_left().map_or(most, |bytes| bytes.min(most));
        usize::try_from(most.saturating_sub(self.read)).map_or(usize::MAX, |bytes| bytes.saturating_add(1))
    }

    /// Reads one window part by part, as far as its parts can be named: how many bytes that is. What is final
    /// leaves.
    fn read_window(
        &mut self,
        rest: &[u8],
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(usize, Option<State>), Error> {
        let mut planes = Planes::new();
        let scan = self.rules.rules().scan(&mut planes, rest, self.body.before());
        let mut from = 0;
        // Where something may pause, everything before it must have left.
        let each = !self.pauses.is_empty();
        while let Named::Bytes(count) = self.part(&scan, from, fresh, sink)? {
            self.read += count as u64;
            from += count;
            if (each || self.body.has_due())
                && let Some(state) = self.settle(fresh, sink)?
            {
                return Ok((from, Some(state)));
            }
        }
        Ok((from, self.settle(fresh, sink)?))
    }

    /// Reads the end of the stream. An error comes after everything before it.
    fn read_end(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<State, Error> {
        match self.read_last_parts(fresh, sink) {
            Err(error) if matches!(self.phase, Phase::Open) => self.fail_after_notes(error, fresh, sink),
            other => other,
        }
    }

    /// Reads what the framer says of the end.
    fn read_last_parts(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<State, Error> {
        if let Some(state) = self.settle(fresh, sink)? {
            return Ok(state);
        }
        loop {
            let rest = core::mem::take(&mut self.undecided);
            let begin = self.read - rest.len() as u64;
            let part = self.framer.finish(&rest).map_err(|kind| Error {
                kind,
                at: Pos(begin),
                record: self.record,
            })?;
            let Some(part) = part else { break };
            if part == Part::EndPayload && self.lanes.is_some() && self.body.is_cut_short() {
                // Nobody ended this event: neither has its text ended where it breaks off.
                return Err(self.error(ErrorKind::Sender(SenderError::Truncated)));
            }
            self.read = begin;
            let mut planes = Planes::new();
            let scan = self.rules.rules().scan(&mut planes, &rest, self.body.before());
            let Named::Bytes(count) = self.take(part, &scan, 0, fresh, sink)? else {
                continue;
            };
            self.read += rest.len() as u64;
            self.undecided = rest.get(count..).unwrap_or_default().to_vec();
            if let Some(state) = self.settle(fresh, sink)? {
                return Ok(state);
            }
        }
        self.end_lanes(fresh, sink);
        if let Some(state) = self.settle(fresh, sink)? {
            return Ok(state);
        }
        if self.framer.format() == Format::Json && self.record == 0 {
            return Err(self.error(ErrorKind::Sender(SenderError::Empty)));
        }
        Ok(State::Ready)
    }

    /// Names the next part of a scan and reads it.
    fn part(
        &mut self,
        scan: &Scan<'_>,
        from: usize,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Named, Error> {
        match self.framer.next(scan.bytes.get(from..).unwrap_or_default()) {
            Ok(Some(part)) => self.take(part, scan, from, fresh, sink),
            Ok(None) => Ok(Named::Nothing),
            Err(kind) => Err(Error {
                kind,
                at: Pos(self.read),
                record: self.record,
            }),
        }
    }

    /// Reads a part that begins at a position of a scan: how many bytes it had.
    fn take(
        &mut self,
        part: Part,
        scan: &Scan<'_>,
        from: usize,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Named, Error> {
        let here = |body: &Body, count: usize| {
            Map::same(
                Place {
                    raw: self.read,
                    outer: body.len(),
                },
                count,
            )
        };
        if let Part::Framing(count) | Part::Join(count) | Part::Aside(count) = part
            && self.framer.format() == Format::Sse
        {
            self.outlet
                .pin(self.read, self.read + count as u64, Pin::of(part));
        }
        match part {
            Part::Undecided(_) => return Ok(Named::NotYet),
            Part::Found(format) => {
                self.grammar = self.plan.grammar.unwrap_or(match format {
                    Format::Sequence => Grammar::Full,
                    _ => Grammar::Structural,
                });
                self.body = Body::new(kind_of(format), self.grammar, self.rules.rules(), &self.plan);
                if format == Format::Text {
                    self.body.begin_at(self.read);
                }
                self.watch(format);
            }
            Part::Unit => self.outlet.unit_begins(self.read),
            Part::UnitEnds => self.outlet.unit_ends(self.read),
            Part::Framing(count) => return Ok(Named::Bytes(count)),
            Part::Payload(count) => {
                let map = here(&self.body, count).back(from);
                self.payload_end = Some(self.read + count as u64);
                self.payload(scan, (from, from + count), map, fresh, sink)?;
                return Ok(Named::Bytes(count));
            }
            Part::Join(count) => {
                self.end_line(sink)?;
                let at = Place {
                    raw: self.read,
                    outer: self.body.len(),
                };
                let end = Place {
                    raw: self.read + count as u64,
                    outer: at.outer + 1,
                };
                let mut runs = Runs::default();
                runs.push(at, 1);
                self.payload_end = Some(end.raw);
                let mut planes = Planes::new();
                let feed = self.rules.rules().scan(&mut planes, b"\n", self.body.before());
                self.payload(&feed, (0, 1), runs.map(end), fresh, sink)?;
                return Ok(Named::Bytes(count));
            }
            Part::EndPayload => self.end_payload(fresh, sink)?,
            Part::Aside(count) => {
                let map = here(&self.aside, count).back(from);
                let wants_details = self.wants_details(sink);
                let (body, mut cx) = self.split(Which::Aside, wants_details);
                // Text is never refused.
                let _ = body.read(scan, (from, from + count), map, &mut cx);
                return Ok(Named::Bytes(count));
            }
            Part::EndAside => {
                let end = here(&self.aside, 0).end();
                let wants_details = self.wants_details(sink);
                let (body, mut cx) = self.split(Which::Aside, wants_details);
                let _ = body.finish(end, &mut cx);
            }
            Part::EndRecord => self.record += 1,
        }
        Ok(Named::Bytes(0))
    }

    /// A line of a payload ends, and the next begins.
    fn end_line(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        let end = Place {
            raw: self.payload_end.unwrap_or(self.read),
            outer: self.body.len(),
        };
        let wants_details = self.wants_details(sink);
        let (body, mut cx) = self.split(Which::Body, wants_details);
        match body.end_line(end, &mut cx) {
            Ok(()) => Ok(()),
            Err((raw, kind)) => self.bad_payload(kind, Place { raw, ..end }, sink),
        }
    }

    /// Reads bytes of a payload: `from..to` of a scan, whose byte 0 lies where `map` says.
    fn payload(
        &mut self,
        scan: &Scan<'_>,
        (from, to): (usize, usize),
        map: Map<'_>,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        if self.line == Line::Gone {
            self.outlet
                .remove(self.plan.views(), map.at(from).raw, map.end().raw);
            return Ok(());
        }
        let wants_details = self.wants_details(sink);
        let (body, mut cx) = self.split(Which::Body, wants_details);
        let Err(Stop { at, kind }) = body.read(scan, (from, to), map, &mut cx) else {
            return Ok(());
        };
        let place = body
            .take_stopped()
            .map_or(map.at(at), |raw| before(raw, map.at(at)));
        self.bad_payload(kind, place, sink)?;
        match self.line {
            Line::Gone => self.outlet.remove(self.plan.views(), place.raw, map.end().raw),
            _ => {
                self.read_again(place, map.at(at).raw, fresh, sink);
                let (body, mut cx) = self.split(Which::Body, wants_details);
                // Text is never refused.
                let _ = body.read(scan, (at, to), map, &mut cx);
            }
        }
        Ok(())
    }

    /// Reads what came of a bad line before what is read now, as text: the rest of an escape that was no text of its
    /// own. It is held.
    fn read_again(&mut self, from: Place, to: u64, fresh: Fresh<'_>, sink: &mut dyn Sink) {
        let bytes = self.outlet.bytes(from.raw, to, fresh);
        if bytes.is_empty() {
            return;
        }
        let mut planes = Planes::new();
        let scan = self.rules.rules().scan(&mut planes, &bytes, self.body.before());
        let wants_details = self.wants_details(sink);
        let (body, mut cx) = self.split(Which::Body, wants_details);
        // Text is never refused.
        let _ = body.read(&scan, (0, bytes.len()), Map::same(from, bytes.len()), &mut cx);
    }

    /// A payload ends.
    fn end_payload(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<(), Error> {
        let end = Place {
            raw: self.payload_end.take().unwrap_or(self.read),
            outer: self.body.len(),
        };
        let wants_details = self.wants_details(sink);
        if self.line != Line::Gone {
            let counts =
                matches!(self.framer.format(), Format::Json | Format::Sequence) && self.body.has_document();
            let (body, mut cx) = self.split(Which::Body, wants_details);
            let done = body.finish(end, &mut cx);
            if let Err(kind) = done {
                let at = body.take_stopped().map_or(end, |raw| before(raw, end));
                self.bad_payload(kind, at, sink)?;
                if self.line == Line::Text {
                    self.read_again(at, end.raw, fresh, sink);
                    let (body, mut cx) = self.split(Which::Body, wants_details);
                    // Text is never refused.
                    let _ = body.finish(end, &mut cx);
                }
            }
            self.record += u64::from(counts);
        }
        if self.line != Line::Read {
            self.line = Line::Read;
            self.body.set_kind(kind_of(self.framer.format()));
        }
        self.end_event(fresh, sink)
    }

    /// An event is complete: what it said goes to its lanes.
    fn end_event(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<(), Error> {
        let Some(mut seen) = self.body.take_seen() else {
            return Ok(());
        };
        if let Some((header, says)) = self.framer.event() {
            seen.event = Some((header, says.into()));
        }
        let done = self.with_lanes(fresh, sink, |lanes, around| lanes.end_event(&seen, around));
        self.body.give_back(seen);
        match done {
            Some(Err(refused)) => Err(self.refused(refused, self.record)),
            _ => Ok(()),
        }
    }

    /// What is in a lane of a record is refused: it lies before what was read since.
    fn refused(&mut self, Refused { at, kind }: Refused, record: u64) -> Error {
        self.read = self.read.min(at);
        Error {
            kind,
            at: Pos(at),
            record,
        }
    }

    /// Does what is due in a record: a function is called, or what it is given can be read.
    fn do_due(&mut self, record: u64, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<Option<State>, Error> {
        match self.body.due() {
            Some(Due::Call { id, name, at }) => {
                let named = self.read - self.undecided.len() as u64;
                let hold = self.first_held(named).0;
                let upto = hold.min(at);
                let most = self.pauses.bytes(self.outlet.left(), upto).map(|trip| trip.at);
                self.outlet
                    .release(most.map_or(upto, |most| most.min(upto)), fresh, sink);
                let then = match core::mem::replace(&mut self.phase, Phase::Open) {
                    Phase::Failing(error) => Some(error),
                    _ => None,
                };
                let function = Function {
                    name: name.clone(),
                    record,
                    at: Pos(at),
                };
                self.phase = Phase::Called(Box::new(Asked { id, name, then }));
                Ok(Some(State::Call(function)))
            }
            Some(Due::Given(given)) => self.read_given(&given, record, fresh, sink).map(|()| None),
            None => Ok(None),
        }
    }

    /// Reads what a function is given. What is found in it is told before what comes after it.
    fn read_given(
        &mut self,
        given: &Given,
        record: u64,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        let later = core::mem::take(&mut self.notes);
        let own = core::mem::replace(&mut self.record, record);
        let done = self.with_lanes(fresh, sink, |lanes, around| lanes.read_known(given, around));
        self.record = own;
        match done {
            // What comes after what is refused was not read.
            Some(Err(refused)) => Err(self.refused(refused, record)),
            _ => {
                self.notes.extend(later);
                Ok(())
            }
        }
    }

    /// The stream is complete: so is every lane.
    fn end_lanes(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) {
        let _ = self.with_lanes(fresh, sink, |lanes, around| lanes.finish(around));
    }

    /// Has the lanes do something, if there are any.
    fn with_lanes<T>(
        &mut self,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
        then: impl FnOnce(&mut Lanes, &mut Around<'_>) -> T,
    ) -> Option<T> {
        let wants_details = self.wants_details(sink);
        let lanes = self.lanes.as_mut()?;
        let mut around = Around {
            rules: self.rules.rules(),
            plan: &self.plan,
            spared: self.spared.as_deref().unwrap_or(&self.plan),
            out: &mut self.outlet,
            fresh,
            notes: &mut self.notes,
            record: self.record,
            unscanned: &mut self.unscanned,
            wants_details,
        };
        Some(then(lanes, &mut around))
    }

    /// A payload is refused at a place: so is the stream, unless it is a line that may be.
    fn bad_payload(&mut self, kind: ErrorKind, at: Place, sink: &mut dyn Sink) -> Result<(), Error> {
        let error = Error {
            kind,
            at: Pos(at.raw),
            record: self.record,
        };
        let refusable = matches!(kind, ErrorKind::Sender(_) | ErrorKind::Limit(_));
        if self.framer.format() != Format::Ndjson
            || !refusable
            || self.plan.on_bad_record == OnBadRecord::Stop
        {
            // What is left of an escape may lie in an earlier push.
            self.read = self.read.min(at.raw);
            return Err(error);
        }
        self.bad_records += 1;
        if self.plan.on_bad_record == OnBadRecord::Text {
            let wants_details = self.wants_details(sink);
            let (body, mut cx) = self.split(Which::Body, wants_details);
            body.become_text(at, &mut cx);
            self.line = Line::Text;
            return Ok(());
        }
        // What is undecided of the line goes with the rest of it.
        let from = self
            .body
            .hold()
            .map_or(at.raw, |(hold, _)| hold.min(at.raw))
            .max(self.outlet.left());
        self.outlet.replace(self.plan.views(), from, at.raw, BAD_RECORD);
        self.body.abandon();
        self.line = Line::Gone;
        Ok(())
    }

    /// Tells what is final and lets it leave; a pause, if an allowance runs out; a call, if a function is called.
    fn settle(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<Option<State>, Error> {
        loop {
            match self.tell_until_stop(sink) {
                Told::All => break,
                Told::Due(record) => {
                    if let Some(state) = self.do_due(record, fresh, sink)? {
                        return Ok(Some(state));
                    }
                }
                Told::Trip(trip) => {
                    if let Some(state) = self.pause(trip, fresh, sink) {
                        return Ok(Some(state));
                    }
                }
            }
        }
        let named = self.read - self.undecided.len() as u64;
        let hold = self.first_held(named).0;
        if let Phase::Failing(error) = self.phase
            && error.kind == ErrorKind::Refused
        {
            // Nothing leaves of what refuses it, and nothing behind it.
            self.outlet.release(error.at.0.min(hold), fresh, sink);
            return Err(error);
        }
        let upto = match self.pauses.bytes(self.outlet.left(), hold) {
            None => hold,
            Some(trip) => {
                self.outlet.release(trip.at, fresh, sink);
                let hold = trip.describe_bytes(self.record);
                // An error that waits is not forgotten.
                let then = match self.phase {
                    Phase::Failing(error) => Some(error),
                    _ => None,
                };
                self.phase = Phase::Paused(Box::new(Trip { then, ..trip }));
                return Ok(Some(State::Paused(hold)));
            }
        };
        self.outlet.release(upto, fresh, sink);
        if self.outlet.is_broken() {
            return Err(self.error(ErrorKind::Limit(crate::Limit::Frame)));
        }
        if let Phase::Failing(error) = self.phase {
            return Err(error);
        }
        let held = self.read.saturating_sub(self.outlet.left());
        if held > self.most_held() {
            return Err(self.error(ErrorKind::Limit(crate::Limit::Held)));
        }
        Ok(None)
    }

    /// Pauses at the first note.
    fn pause(&mut self, trip: Trip, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Option<State> {
        let named = self.read - self.undecided.len() as u64;
        let hold = self.first_held(named).0;
        let note = self.notes.front()?;
        let upto = note.cluster.min(hold);
        let hold = trip.describe(note, &self.rules.rules().detector(note.origin), note.class);
        self.outlet.release(upto, fresh, sink);
        let then = match core::mem::replace(&mut self.phase, Phase::Open) {
            Phase::Failing(error) => Some(error),
            _ => None,
        };
        self.phase = Phase::Paused(Box::new(Trip { then, ..trip }));
        Some(State::Paused(hold))
    }

    /// Tells of the notes up to one at which an allowance has run out, which stays the first, and is told when it is ruled
    /// on; or up to one that says that something is due.
    fn tell_until_stop(&mut self, sink: &mut dyn Sink) -> Told {
        while let Some(mut note) = self.notes.pop_front() {
            if self.refuses(&note) {
                self.notes.clear();
                self.phase = Phase::Failing(Error {
                    kind: ErrorKind::Refused,
                    at: Pos(note.raw.0),
                    record: note.record,
                });
                return Told::All;
            }
            if note.purpose == Purpose::Due {
                return Told::Due(note.record);
            }
            if let Some(tripped) = self.pauses.count(&mut note) {
                self.notes.push_front(note);
                return Told::Trip(tripped);
            }
            if self.pauses.masks(&note) {
                self.mask_kept(&mut note);
            }
            if note.purpose == Purpose::Tell {
                let run = MaskedRun::of(&note);
                self.masked_runs.retain(|other| *other != run);
            }
            self.tell(&note, sink);
        }
        Told::All
    }

    /// Whether a finding may neither stay nor be replaced: it is restricted and under a signature, or a ruling masks what is
    /// never altered.
    fn refuses(&self, note: &Note) -> bool {
        match note.touch {
            Touch::Free => false,
            Touch::Spared => self.pauses.masks(note),
            Touch::Signed => note.class >= self.refused || self.pauses.masks(note),
        }
    }

    /// A ruling says that a kept finding is masked.
    fn mask_kept(&mut self, note: &mut Note) {
        note.action = Action::Placeholder.name();
        let run = MaskedRun::of(note);
        let mut masked = self.masked_runs.iter();
        // What begins in something that is replaced is part of it.
        let within = note.within || masked.any(|other| other.record == run.record && other.from <= run.from);
        let mut end = note.raw.1;
        if note.purpose == Purpose::Count {
            // It is replaced here as far as it is not held. The text it lies in sees to the rest, unless it has ended.
            let mut later = self.notes.iter_mut();
            if let Some(told) =
                later.find(|later| later.purpose == Purpose::Tell && MaskedRun::of(later) == run)
            {
                told.action = note.action;
                end = told.raw.1;
            }
            let held = self.body.mask_run(run.from, run.origin);
            let held = held.or_else(|| self.aside.mask_run(run.from, run.origin));
            let held = held.map(|passed| passed.raw).or_else(|| {
                let lanes = self.lanes.as_mut()?;
                lanes.mask_run(run.from, run.origin)
            });
            end = held.unwrap_or(end);
            self.masked_runs.push(run);
        }
        let text = match note.slot {
            _ if within => Text::Nothing,
            Slot::Number => Text::Bytes(b"0".as_slice().into()),
            _ => act::placeholder(self.rules.rules().entity(note.origin)),
        };
        // What lies over many events goes from its own stretches of them.
        let lanes = self.lanes.as_ref();
        let stretches = lanes.and_then(|lanes| lanes.stretches(note.raw.0, end));
        let stretches = stretches.unwrap_or_else(|| vec![(note.raw.0, end)]);
        for (view, _) in note.kept.iter().enumerate().filter(|(_, kept)| **kept) {
            let mut text = text.clone();
            for (from, to) in stretches.iter().copied() {
                let edit = Edit {
                    from,
                    to,
                    text: core::mem::replace(&mut text, Text::Nothing),
                    cluster: note.cluster,
                };
                self.outlet.edit_as_ruled(view, edit);
            }
        }
    }

    /// Tells the sink of a finding.
    fn tell(&mut self, note: &Note, sink: &mut dyn Sink) {
        if matches!(note.purpose, Purpose::Count | Purpose::Element(_) | Purpose::Due) {
            return;
        }
        match note.origin {
            Origin::FORGED => self.tokens.forged += 1,
            Origin::Token(_) if note.action == Action::Restore.name() => self.tokens.restored += 1,
            Origin::Token(_) => self.tokens.kept += 1,
            _ => {}
        }
        let class = usize::from(note.class.0);
        if self.findings.len() <= class {
            self.findings.resize(class + 1, 0);
        }
        if let Some(count) = self.findings.get_mut(class) {
            *count += 1;
        }
        let class = self.rules.class_name(note.class);
        let detector = self.rules.rules().detector(note.origin);
        let (path, inner) = &note.paths;
        sink.finding(&Finding {
            record: note.record,
            path,
            slot: note.slot,
            start: note.outer.0,
            end: note.outer.1,
            inner: inner.as_deref().map(|path| Inner {
                path,
                start: note.inner.0,
                end: note.inner.1,
            }),
            detector: &detector,
            entity: self.rules.rules().entity(note.origin),
            class,
            confidence: note.confidence,
            action: note.action,
            raw_start: note.raw.0,
            raw_end: note.raw.1,
        });
    }

    /// Findings by the name of their class.
    fn findings_by_name(&self) -> BTreeMap<String, u64> {
        let mut findings = BTreeMap::new();
        for (class, count) in (0..=u8::MAX).map(Class).zip(&self.findings) {
            if *count > 0 {
                *findings
                    .entry(self.rules.class_name(class).to_owned())
                    .or_default() += *count;
            }
        }
        findings
    }

    /// The first position before `named` that may not leave, and why.
    fn first_held(&self, named: u64) -> (u64, &'static str) {
        let mut first = (named, "framing");
        let lanes = self.lanes.as_ref().and_then(|lanes| lanes.hold());
        let lanes = lanes.map(|at| (at, "lane"));
        for hold in [self.body.hold(), self.aside.hold(), lanes] {
            if let Some(hold) = hold.filter(|(at, _)| *at < first.0) {
                first = hold;
            }
        }
        let whole = self.outlet.whole(first.0);
        if whole < first.0 && first.1 == "framing" {
            first.1 = "frame";
        }
        (whole, first.1)
    }

    /// Remembers that bytes wait at the end of a push.
    fn note_wait(&mut self) {
        let held = self.read.saturating_sub(self.outlet.left());
        if held == 0 {
            return;
        }
        let why = match self.phase {
            Phase::Paused(_) => "pause",
            Phase::Called(_) => "call",
            _ => self.first_held(self.read - self.undecided.len() as u64).1,
        };
        let wait = self.waits.entry(why).or_default();
        wait.pushes += 1;
        wait.most = wait.most.max(held);
    }

    fn wants_details(&mut self, sink: &mut dyn Sink) -> bool {
        let pauses = !self.pauses.is_empty();
        *self
            .wants_details
            .get_or_insert_with(|| pauses || sink.wants_details())
    }

    /// One of the bodies, and what it reads with.
    fn split(&mut self, which: Which, wants_details: bool) -> (&mut Body, Cx<'_>) {
        let cx = Cx {
            rules: self.rules.rules(),
            plan: &self.plan,
            spared: self.spared.as_deref().unwrap_or(&self.plan),
            out: &mut self.outlet,
            notes: &mut self.notes,
            record: &mut self.record,
            unscanned: &mut self.unscanned,
            wants_details,
            line_ends: match (which, self.framer.format()) {
                (Which::Body, Format::Text) => act::LineEnds::Text,
                _ => act::LineEnds::Framing,
            },
        };
        let body = match which {
            Which::Body => &mut self.body,
            Which::Aside => &mut self.aside,
        };
        (body, cx)
    }

    fn must_be_open(&mut self) -> Result<(), Error> {
        let kind = match self.phase {
            Phase::Open | Phase::Failing(_) => return Ok(()),
            Phase::Paused(_) | Phase::Called(_) => CallerError::AnswerDue,
            Phase::Ended => CallerError::Finished,
            Phase::Poisoned => CallerError::Poisoned,
        };
        Err(self.error(ErrorKind::Caller(kind)))
    }

    /// The error of an answer in a phase that waits for none: the stream is refused.
    fn nothing_to_answer(&mut self, phase: &Phase) -> Error {
        let kind = match phase {
            Phase::Poisoned => CallerError::Poisoned,
            _ => CallerError::NothingToAnswer,
        };
        self.fail(self.error(ErrorKind::Caller(kind)))
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error {
            kind,
            at: Pos(self.read),
            record: self.record,
        }
    }

    /// Destroys what is held; nothing leaves any more.
    fn fail(&mut self, error: Error) -> Error {
        self.outlet.destroy();
        self.undecided.clear();
        self.notes.clear();
        if let Some(lanes) = &mut self.lanes {
            lanes.destroy();
        }
        self.phase = Phase::Poisoned;
        error
    }
}

impl core::fmt::Debug for Redactor {
    /// Where it stands, and nothing of what it holds.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (read, left) = (self.read, self.outlet.left());
        f.debug_struct("Redactor")
            .field("read", &read)
            .field("left", &left)
            .finish_non_exhaustive()
    }
}

/// Which body reads.
#[derive(Clone, Copy, Debug)]
enum Which {
    Body,
    Aside,
}

/// How far the notes were told.
#[derive(Debug)]
enum Told {
    /// All of them.
    All,
    /// Up to one at which an allowance has run out.
    Trip(Trip),
    /// Up to where something is due, in a record.
    Due(u64),
}

/// How many bytes a part had.
#[derive(Clone, Copy, Debug)]
enum Named {
    Bytes(usize),
    NotYet,
    Nothing,
}

impl Pin {
    /// How a part that is no payload stays.
    fn of(part: Part) -> Self {
        match part {
            Part::Aside(_) => Self::Aside,
            Part::Join(_) => Self::Join,
            _ => Self::Framing,
        }
    }
}

/// What the payloads of a framing are.
fn kind_of(format: Format) -> Kind {
    match format {
        Format::Json | Format::Ndjson | Format::Array => Kind::Document,
        Format::Sequence => Kind::Documents,
        Format::Sse | Format::Aws => Kind::JsonThenText,
        Format::Text | Format::Auto => Kind::Text,
    }
}
