//! One stream: the order of the rooms and nothing else.

mod lanes;
mod reading;
mod telling;

use crate::detect::Origin;
use crate::error::{CallerError, ErrorKind};
use crate::frame::{Framer, Resumed};
use crate::hold::{Fresh, Outlet};
use crate::lane::{Called, Lanes};
use crate::pauses::{Pauses, Trip};
use crate::rules::{Grammar, Plan, Ruleset};
use crate::text::{Body, Cx, Kind, Note, Place};
use crate::{
    Action, Class, Error, Format, Pos, Receipt, Ruling, Sink, State, Step, Tokens, Unscanned, Wait, act,
};
use std::collections::{BTreeMap, VecDeque};

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

/// What the payloads of a framing are.
fn kind_of(format: Format) -> Kind {
    match format {
        Format::Json | Format::Ndjson | Format::Array => Kind::Document,
        Format::Sequence => Kind::Documents,
        Format::Sse | Format::Aws => Kind::JsonThenText,
        Format::Text | Format::Auto => Kind::Text,
    }
}
