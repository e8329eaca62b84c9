//! The slow, obvious, whole-buffer truth that the engine must equal: for tests and fuzzing.
//!
//! It is written from `DESIGN.md`, "What is found", and not from the rooms it checks: it splits the framing, parses,
//! decodes and judges anew, byte by byte, trying every start and every end. It shares with the engine what both
//! are told and neither decides: the compiled rules, their automata and checks, the path tracker, and what an
//! action writes.

mod calls;
mod find;
mod frames;
mod framing;
mod json;
mod lanes;
mod slots;
mod spared;

use crate::error::{ErrorKind, SenderError};
use crate::frame::aws::EventHeader;
use crate::path::Tracker;
use crate::profile::Spared;
use crate::rules::{Grammar, OnBadRecord, Rules};
use crate::text::Touch;
use crate::{Error, FindingOwned, Format, Function, Plan, Pos, Ruleset, View};
use framing::Unit;
use std::collections::BTreeMap;

/// What an input becomes.
#[derive(Clone, Debug)]
pub struct Truth {
    /// The caller's view.
    pub caller: Vec<Part>,
    /// The record view; empty where the plan has none.
    pub record: Vec<Part>,
    /// What is found: in each text, in the order in which it is told.
    pub findings: Vec<Told>,
    /// The functions that are called, in order. Where the stream is refused, all that were named before.
    pub calls: Vec<Function>,
    /// Why and where the stream is refused. What had left is then a beginning of the output.
    pub refused: Option<Error>,
}

/// A stretch of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These bytes.
    All(Vec<u8>),
    /// Some first bytes of these: the rest was undecided when its unit was refused.
    Beginning(Vec<u8>),
}

/// A finding, and whether it must be told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The finding.
    pub finding: FindingOwned,
    /// Whether its unit was accepted: what was undecided when a unit was refused is not told.
    pub must: bool,
    /// Which text it lies in.
    text: u64,
    /// How many bytes there are from its end to where the next line of its event goes on, if it ends with a line.
    slack: u64,
}

impl Truth {
    /// Whether an output may stand in a view.
    pub fn admits(&self, view: View, output: &[u8]) -> bool {
        let parts = match view {
            View::Caller => &self.caller,
            View::Record => &self.record,
        };
        admits(parts, output)
    }

    /// What is wrong with a list of findings; the order of texts is not looked at, that of the findings in each is.
    pub fn lacks(&self, findings: &[FindingOwned]) -> Option<String> {
        let mut rest: Vec<(usize, &FindingOwned)> = findings.iter().enumerate().collect();
        // The last that was told of a text.
        let mut last = None;
        for told in &self.findings {
            match rest.iter().position(|(_, one)| told.is(one)) {
                Some(at) => {
                    let (at, _) = rest.remove(at);
                    if last.is_some_and(|(text, last)| text == told.text && at < last) {
                        return Some(format!("told too early: {:?}", told.finding));
                    }
                    last = Some((told.text, at));
                }
                None if told.must => return Some(format!("not told: {:?}", told.finding)),
                None => {}
            }
        }
        rest.first().map(|(_, one)| format!("told and not true: {one:?}"))
    }
}

impl Told {
    /// Whether it is this finding. Behind the last byte of a line of an event its end may be told as the place where
    /// the next line goes on.
    fn is(&self, other: &FindingOwned) -> bool {
        let over = other.raw_end.saturating_sub(self.finding.raw_end);
        if over > self.slack {
            return false;
        }
        let mut same = other.clone();
        same.raw_end -= over;
        if same == self.finding {
            return true;
        }
        same.end -= over.min(same.end);
        same == self.finding
    }
}

fn admits(parts: &[Part], output: &[u8]) -> bool {
    match parts.split_first() {
        None => output.is_empty(),
        Some((Part::All(bytes), later)) => output
            .strip_prefix(bytes.as_slice())
            .is_some_and(|rest| admits(later, rest)),
        Some((Part::Beginning(bytes), later)) => {
            let same = bytes
                .iter()
                .zip(output)
                .take_while(|(one, other)| one == other)
                .count();
            (0..=same).any(|len| admits(later, output.get(len..).unwrap_or_default()))
        }
    }
}

/// One decoded byte, and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Char {
    byte: u8,
    /// In the input.
    raw: (usize, usize),
    /// In the text of the outermost slot.
    outer: (usize, usize),
    /// The line feed between two data lines: it has no bytes that could go.
    is_join: bool,
    /// An escape stood for it.
    is_undone: bool,
}

/// What was refused: an index of the source, and why.
#[derive(Clone, Copy, Debug)]
struct Stop {
    at: usize,
    kind: ErrorKind,
}

/// What is written down while an input is read.
struct Work<'a> {
    rules: &'a Rules,
    plan: std::sync::Arc<Plan>,
    /// By view: which input bytes go.
    gone: [Vec<bool>; 2],
    /// By view: what is put before an input byte.
    put: [BTreeMap<usize, Vec<u8>>; 2],
    /// Each with the text it lies in.
    findings: Vec<(u64, FindingOwned)>,
    /// Whether the text that is searched stands between structure and no quotes are around it.
    is_bare: bool,
    /// The detectors whose lead is in the name of the member whose value is read, and before its colon.
    label: Vec<u16>,
    name: Vec<u16>,
    /// Which bytes of the text that is searched it has as escapes of its own.
    undone: Vec<bool>,
    /// In how many strings within strings the text that is searched lies.
    strings: usize,
    /// Whether line ends in text are framing.
    is_framed: bool,
    /// How many texts there were.
    texts: u64,
    class_names: Vec<String>,
    record: u64,
    /// Masked keys of the record so far, by view.
    ordinals: [u64; 2],
    /// Those of the record, while what repeats a lane is read.
    aside: [u64; 2],
    tracker: Tracker,
    /// Whether records are counted by the documents in the stream.
    counts_documents: bool,
    /// Documents that came to their end.
    documents: u64,
    /// Where the payload ends in the input.
    payload_end: usize,
    /// Whether what is read of it ends at a byte that is no UTF-8.
    is_cut: bool,
    /// Where texts come in fragments.
    lanes: Option<lanes::Lanes>,
    /// Whether the text that is searched may have been cut short at its end.
    may_be_cut: bool,
    /// What functions are called, and given.
    calls: calls::Calls,
    /// What framing says of the event that is read.
    event: Option<(EventHeader, Box<[u8]>)>,
    /// Whether an event is read that the stream's end cuts short, and lanes are looked for.
    is_unended: bool,
    /// What the string that begins is, if a profile says that it is never altered.
    spared: Option<Spared>,
    /// What happens to findings in it.
    sparing: std::sync::Arc<Plan>,
    /// Whether what is searched is never altered.
    touch: Touch,
    /// Where fragments lie, each with what says the same in another way.
    mirrors: Vec<((usize, usize), (usize, usize))>,
    /// What refuses the stream under a signature: where it begins, and in which record.
    refusals: Vec<(usize, u64)>,
}

/// Reads a whole input.
pub fn redact(rules: &Ruleset, plan: &Plan, format: Format, input: &[u8]) -> Truth {
    let (format, units) = framing::split(format, input, plan);
    let compiled = rules.rules();
    let mut work = Work {
        rules: compiled,
        plan: std::sync::Arc::new(plan.clone()),
        gone: [vec![false; input.len()], vec![false; input.len()]],
        put: Default::default(),
        findings: Vec::new(),
        is_bare: false,
        label: Vec::new(),
        name: Vec::new(),
        undone: Vec::new(),
        strings: 0,
        is_framed: format != Format::Text,
        texts: 0,
        class_names: compiled.source.classes.clone(),
        record: 0,
        ordinals: [0; 2],
        aside: [0; 2],
        tracker: Tracker::new(&compiled.paths),
        counts_documents: format == Format::Sequence,
        documents: 0,
        payload_end: input.len(),
        is_cut: false,
        lanes: None,
        may_be_cut: false,
        calls: calls::Calls::default(),
        event: None,
        is_unended: false,
        spared: None,
        sparing: std::sync::Arc::new(plan.sparing()),
        touch: Touch::Free,
        mirrors: Vec::new(),
        refusals: Vec::new(),
    };
    let grammar = plan.grammar.unwrap_or(match format {
        Format::Json | Format::Sequence => Grammar::Full,
        _ => Grammar::Structural,
    });
    let mut has_lanes = false;
    if let Some((program, records)) = plan.watched(format) {
        has_lanes = format.has_events() && !program.lanes.is_empty();
        work.lanes = Some(lanes::Lanes::new(program, records, grammar));
    }
    let mut refused = None;
    // Up to where the output is certain, and the stretches of it that are not.
    let mut cuts: Vec<Cut> = Vec::new();
    let mut told = Vec::new();
    let cut_at = match units.as_slice() {
        [.., Unit::Refused(at, _)] => *at,
        _ => usize::MAX,
    };
    let unended = matches!(units.last(), Some(Unit::Unended)).then(|| units.len().saturating_sub(2));
    for (index, unit) in units.into_iter().enumerate() {
        let mut must = true;
        let lines = match &unit {
            Unit::Payload(chars, _) => between_lines(chars),
            _ => Vec::new(),
        };
        match unit {
            Unit::Aside(ref chars) | Unit::CutAside(ref chars) => {
                must = matches!(unit, Unit::Aside(_));
                let tracker = core::mem::replace(&mut work.tracker, Tracker::new(&compiled.paths));
                work.strings = 0;
                work.plain(chars);
                work.tracker = tracker;
            }
            Unit::Payload(chars, end) => {
                let place = |stop: Stop| chars.get(stop.at).map_or(end, |char| char.raw.0);
                must = end < cut_at;
                work.begin_record();
                work.payload_end = end;
                work.is_unended = unended == Some(index) && has_lanes;
                if let Some(lanes) = &mut work.lanes {
                    let bytes: Vec<u8> = chars.iter().map(|char| char.byte).collect();
                    lanes.walker.payload(&bytes);
                }
                match work.payload(format, grammar, &chars) {
                    Ok(()) => {}
                    Err(stop) if format == Format::Ndjson && plan.on_bad_record != OnBadRecord::Stop => {
                        let from = chars.first().map_or(end, |char| char.raw.0);
                        match plan.on_bad_record {
                            OnBadRecord::Mask => {
                                must = false;
                                let at = place(stop);
                                (at..end).for_each(|byte| work.remove(byte));
                                cuts.push(Cut { from, to: at });
                            }
                            _ => {
                                work.tracker.reset();
                                work.strings = 0;
                                work.plain(chars.get(stop.at..).unwrap_or_default());
                            }
                        }
                    }
                    Err(stop) if work.is_unended && is_truncated(stop) => {
                        must = false;
                        refused = Some((input.len(), stop.kind));
                    }
                    Err(stop) => {
                        must = false;
                        refused = Some((place(stop), stop.kind));
                    }
                }
                work.end_event(input, &chars);
            }
            Unit::Record | Unit::Unended => {
                work.record += 1;
            }
            Unit::Event(header, says) => work.event = Some((header, says)),
            Unit::Refused(at, kind) => refused = Some((at, kind)),
        }
        told.extend(work.findings.drain(..).map(|(text, finding)| {
            let end = finding.raw_end as usize;
            let between = lines.iter().find(|(from, to)| (*from..*to).contains(&end));
            Told {
                finding,
                must,
                text,
                slack: between.map_or(0, |(_, to)| (to - end) as u64),
            }
        }));
        if refused.is_some() {
            break;
        }
    }
    // What had left of lanes that were open is a beginning of what they would have become.
    work.end_lanes();
    work.empty_mirrors();
    told.extend(work.findings.drain(..).map(|(text, finding)| Told {
        finding,
        must: refused.is_none(),
        text,
        slack: 0,
    }));
    let mut record = work.record;
    let first = work.refusals.iter().min().copied();
    if let Some((at, refusing)) = first.filter(|(at, _)| refused.is_none_or(|(other, _)| *at < other)) {
        refused = Some((at, ErrorKind::Refused));
        record = refusing;
        told.iter_mut().for_each(|told: &mut Told| told.must = false);
    }
    if refused.is_none() && format == Format::Json && work.documents == 0 {
        refused = Some((input.len(), ErrorKind::Sender(SenderError::Empty)));
    }
    if let Some((at, _)) = refused {
        // Text beside a payload is read before it here.
        told.retain(|told: &Told| told.finding.raw_start < at as u64);
    }
    let views = plan.views();
    let view = |view: usize| {
        if view >= views {
            return Vec::new();
        }
        if format == Format::Aws {
            return work.frame_parts(view, input, refused.map(|(at, _)| at));
        }
        match refused {
            Some((at, _)) => {
                let all = work.output(view, input, 0, at, &[]);
                let bytes = all.into_iter().flat_map(|part| match part {
                    Part::All(bytes) | Part::Beginning(bytes) => bytes,
                });
                // Bad lines before it make every beginning of what is certain possible too.
                if cuts.is_empty() {
                    vec![Part::Beginning(bytes.collect())]
                } else {
                    let mut parts = work.output(view, input, 0, at, &cuts);
                    if let Some(Part::All(last)) = parts.pop() {
                        parts.push(Part::Beginning(last));
                    }
                    parts
                }
            }
            None => work.output(view, input, 0, input.len(), &cuts),
        }
    };
    Truth {
        caller: view(0),
        record: view(1),
        findings: told,
        calls: work.calls.told,
        refused: refused.map(|(at, kind)| Error {
            kind,
            at: Pos(at as u64),
            record,
        }),
    }
}

/// Whether what was read is cut short.
fn is_truncated(stop: Stop) -> bool {
    stop.kind == ErrorKind::Sender(SenderError::Truncated)
}

/// What lies between the lines of a payload: from where one ends to where the next goes on.
fn between_lines(chars: &[Char]) -> Vec<(usize, usize)> {
    let joins = chars.iter().enumerate().filter(|(_, char)| char.is_join);
    joins
        .map(|(at, join)| {
            let before = at.checked_sub(1).and_then(|at| chars.get(at));
            let after = chars.get(at + 1);
            (
                before.map_or(join.raw.0, |char| char.raw.1),
                after.map_or(join.raw.1, |char| char.raw.0),
            )
        })
        .collect()
}

/// A bad line: what leaves of it before the marker is not known here.
#[derive(Clone, Copy, Debug)]
struct Cut {
    from: usize,
    to: usize,
}

/// What a bad line ends with.
const BAD_RECORD: &[u8] = b"[BAD_RECORD]";

impl Work<'_> {
    /// A record begins.
    fn begin_record(&mut self) {
        self.ordinals = [0; 2];
        self.tracker.reset();
        if let Some(lanes) = &mut self.lanes {
            lanes.walker.reset();
        }
    }

    fn remove(&mut self, byte: usize) {
        for gone in &mut self.gone {
            if let Some(gone) = gone.get_mut(byte) {
                *gone = true;
            }
        }
    }

    /// Reads a payload; where and why it is refused, if it is.
    fn payload(&mut self, format: Format, grammar: Grammar, chars: &[Char]) -> Result<(), Stop> {
        self.strings = 0;
        match format {
            Format::Text | Format::Auto => {
                self.plain(chars);
                return Ok(());
            }
            Format::Sse | Format::Aws => {
                let first = chars.iter().position(|char| !json::is_blank(char.byte));
                let is_json =
                    |at: usize| matches!(chars[at].byte, b'{' | b'[') && json::begins_json(&chars[at..]);
                if !first.is_some_and(is_json) {
                    self.plain(chars);
                    return Ok(());
                }
            }
            _ => {}
        }
        // What cannot be UTF-8 ends what is read; then it is the error, unless there was one before.
        let bytes: Vec<u8> = chars.iter().map(|char| char.byte).collect();
        let sound = (1..=bytes.len())
            .find(|end| {
                let known = bytes.get(..*end).unwrap_or_default();
                core::str::from_utf8(known).is_err_and(|error| error.error_len().is_some())
            })
            .map_or(bytes.len(), |end| end - 1);
        let read = chars.get(..sound).unwrap_or_default();
        if let Some(wrong) = chars.get(sound) {
            self.payload_end = wrong.raw.0;
        }
        self.is_cut = core::str::from_utf8(&bytes).is_err();
        let result = self.json(read, grammar, 0, format == Format::Sequence);
        let result = match result {
            Err(stop) if stop.at < sound => Err(stop),
            _ if sound < bytes.len() => Err(Stop {
                at: sound,
                kind: ErrorKind::Sender(SenderError::InvalidUtf8),
            }),
            Ok(()) if core::str::from_utf8(&bytes).is_err() => Err(Stop {
                at: sound,
                kind: ErrorKind::Sender(SenderError::Truncated),
            }),
            result => result,
        };
        match result {
            // A lane's event that the stream's end cuts short is no clean end.
            Err(stop) if self.is_unended && is_truncated(stop) => Err(stop),
            Err(stop) if matches!(format, Format::Sse | Format::Aws) && json::falls_back(stop.kind) => {
                self.tracker.reset();
                self.strings = 0;
                self.plain(chars.get(stop.at..).unwrap_or_default());
                Ok(())
            }
            result => result,
        }
    }

    /// The output of a stretch of input, in which some lines are cut.
    fn output(&self, view: usize, input: &[u8], from: usize, to: usize, cuts: &[Cut]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut at = from;
        for cut in cuts {
            parts.push(Part::All(self.bytes(view, input, at, cut.from)));
            parts.push(Part::Beginning(self.bytes(view, input, cut.from, cut.to)));
            parts.push(Part::All(BAD_RECORD.to_vec()));
            at = cut.to;
        }
        let mut last = self.bytes(view, input, at, to);
        if to == input.len() {
            last.extend_from_slice(self.put[view].get(&to).map_or(&[], Vec::as_slice));
        }
        parts.push(Part::All(last));
        parts
    }

    fn bytes(&self, view: usize, input: &[u8], from: usize, to: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for (at, byte) in input.iter().enumerate().take(to).skip(from) {
            out.extend_from_slice(self.put[view].get(&at).map_or(&[], Vec::as_slice));
            if !self.gone[view][at] {
                out.push(*byte);
            }
        }
        out
    }
}
