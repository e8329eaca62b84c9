//! A payload: JSON, text, or JSON as long as it is.

use super::level::{Begins, Level, OpenText, Reads};
use super::map::{Map, Place};
use super::scribe::{Note, Ordinals, Purpose, Scribe};
use super::slot::SlotText;
use super::spared::Touch;
use super::unescape::Decoded;
use super::value::{Replaced, Separator};
use crate::act::LineEnds;
use crate::detect::{Hot, TextEnd};
use crate::error::{ErrorKind, Limit};
use crate::hold::Outlet;
use crate::path::{PathState, Tracker};
use crate::profile::{Due, Program, Records, Seen as SeenLanes, Walker};
use crate::rules::{Grammar, OnDeepNesting, Plan, Rules};
use crate::simd::{Before, Block, Scan, Start, WINDOW};
use crate::token::{Expect, Stack, Stop};
use crate::{Slot, Unscanned};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What payloads are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One document; anything else is refused.
    Document,
    /// Documents one after the other.
    Documents,
    /// JSON while it stays a prefix of JSON, then text.
    JsonThenText,
    /// Text.
    Text,
}

/// What a payload is read with.
pub(crate) struct Cx<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// What happens to findings.
    pub plan: &'a Plan,
    /// Takes edits.
    pub out: &'a mut Outlet,
    /// Takes notes.
    pub notes: &'a mut VecDeque<Note>,
    /// Document, line or event.
    pub record: &'a mut u64,
    /// Bytes that are not searched as they should be, by reason.
    pub unscanned: &'a mut BTreeMap<Unscanned, u64>,
    /// Whether somebody wants paths.
    pub wants_details: bool,
    /// Whether text may have line ends.
    pub line_ends: LineEnds,
    /// What happens to findings in what is never altered.
    pub spared: &'a Plan,
}

/// The payload that is being read.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(super) kind: Kind,
    pub(super) grammar: Grammar,
    /// The payload itself, where it is or may be text.
    pub(super) text: OpenText,
    pub(super) levels: Vec<Level>,
    pub(super) slot: SlotText,
    pub(super) tracker: Tracker,
    /// Where lanes may be, if they may be anywhere.
    pub(super) walker: Option<Box<Walker>>,
    /// A value that is replaced whole.
    pub(super) replaced: Option<Replaced>,
    /// What waits for the fate of the next member.
    pub(super) separator: Separator,
    pub(super) ordinal: Ordinals,
    /// The masked keys of the record, while what repeats a lane is read, which counts its own.
    pub(super) aside: Ordinals,
    /// Scratch: the open brackets where the tokenizer lags.
    pub(super) stack: Stack,
    /// Scratch: brackets on the way to a text.
    pub(super) skimmed: super::skim::Scratch,
    /// Scratch: where a decoded string is hot.
    pub(super) hot: Vec<usize>,
    /// Names of members that were asked about.
    pub(super) chains: super::names::Chains,
    /// Texts that had nothing in them.
    pub(super) memo: super::memo::Memo,
    /// Whether the text that was searched last had nothing in it.
    pub(super) had_nothing: bool,
    /// Whether what is searched is never altered.
    pub(super) touch: Touch,
    /// Bytes of the payload so far.
    len: u64,
    /// Where in the input a refusal lies, if that is before the piece with which it became known.
    pub(super) stopped: Option<u64>,
    /// What was held when it was refused: it is destroyed, unless it is read as text.
    pub(super) refused: Option<(u64, &'static str)>,
}

impl Body {
    /// A reader of payloads of a kind.
    pub(crate) fn new(kind: Kind, grammar: Grammar, rules: &Rules, plan: &Plan) -> Self {
        Self {
            kind,
            grammar,
            text: OpenText::new(Self::first_reads(kind)),
            levels: vec![Level::new(grammar, plan.limits.depth)],
            slot: SlotText::new(plan.views()),
            tracker: Tracker::new(&rules.paths),
            walker: None,
            replaced: None,
            separator: Separator::default(),
            ordinal: Ordinals::default(),
            aside: Ordinals::default(),
            stack: Stack::default(),
            skimmed: Default::default(),
            hot: Vec::new(),
            chains: Default::default(),
            memo: Default::default(),
            had_nothing: false,
            touch: Touch::Free,
            len: 0,
            stopped: None,
            refused: None,
        }
    }

    /// A reader of a lane: a string in quotes that stands for itself. Field rules say of it what they say of its place.
    pub(crate) fn of_lane(grammar: Grammar, state: PathState, rules: &Rules, plan: &Plan) -> Self {
        Self {
            tracker: Tracker::of_lane(state),
            ..Self::new(Kind::Document, grammar, rules, plan)
        }
    }

    /// Says how the text ends that ends next.
    pub(crate) fn ends_as(&mut self, end: TextEnd) {
        self.slot.ends_as(end);
    }

    /// Fragments of lanes are not searched here, but noted, where a program says that they are; what functions are given
    /// likewise.
    pub(crate) fn watch(&mut self, program: &Arc<Program>, records: Records) {
        self.walker = Some(Box::new(Walker::new(program, records)));
    }

    /// What is due next: a note said that something is.
    pub(crate) fn due(&mut self) -> Option<Due> {
        self.walker.as_mut()?.due()
    }

    /// Whether something is due.
    pub(crate) fn has_due(&self) -> bool {
        self.walker.as_ref().is_some_and(|walker| walker.has_due())
    }

    /// A reader of an object that a function is given: a record of its own, which ends where it is cut short.
    pub(crate) fn of_object(grammar: Grammar, state: PathState, rules: &Rules, plan: &Plan) -> Self {
        Self {
            tracker: Tracker::at(state),
            ..Self::new(Kind::JsonThenText, grammar, rules, plan)
        }
    }

    /// All of it is under a signature: nothing is altered.
    pub(crate) fn sign(&mut self) {
        self.touch = Touch::Signed;
    }

    /// What the payload that has ended said of lanes; nothing, if nobody asked.
    pub(crate) fn take_seen(&mut self) -> Option<SeenLanes> {
        self.walker.as_mut().map(|walker| walker.take())
    }

    /// Gives back what was taken.
    pub(crate) fn give_back(&mut self, seen: SeenLanes) {
        if let Some(walker) = &mut self.walker {
            walker.give_back(seen);
        }
    }

    fn first_reads(kind: Kind) -> Reads {
        match kind {
            Kind::Document | Kind::Documents => Reads::Json,
            Kind::JsonThenText => Reads::Undecided,
            Kind::Text => Reads::Text,
        }
    }

    /// Whether payloads are only ever JSON.
    fn is_strict(&self) -> bool {
        matches!(self.kind, Kind::Document | Kind::Documents)
    }

    /// What stands before the payload's next byte, for the scan of what follows.
    pub(crate) fn before(&self) -> (Before, Start) {
        self.levels
            .first()
            .map_or_else(Default::default, |level| (level.before, level.start()))
    }

    /// Reads the next bytes of the payload, `from..to` of a scan; `map` says where byte 0 of the scan lies.
    ///
    /// # Errors
    /// The position in the scan of the first byte that cannot be accepted, and why.
    pub(crate) fn read(
        &mut self,
        scan: &Scan<'_>,
        (from, to): (usize, usize),
        map: Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        self.len += (to - from) as u64;
        if let Some(walker) = &mut self.walker {
            walker.payload(scan.bytes.get(from..to).unwrap_or_default());
        }
        if self.is_strict() {
            return self.document(scan, (from, to), &map, cx);
        }
        let mut text = core::mem::replace(&mut self.text, OpenText::new(Reads::Nothing));
        let bytes = scan.bytes.get(from..to).unwrap_or_default();
        let own = map.slice(from, to);
        let planes = match begins_in_run(&text, scan, from) {
            true => Seen::Nowhere,
            false => Seen::Scan(scan, from),
        };
        let done = self.route(&mut text, 0, Slot::Text, bytes, &own, planes, cx);
        self.text = text;
        done.map_err(|stop| Stop {
            at: from + stop.at,
            ..stop
        })
    }

    /// Where in the input what was just refused lies, if that is before the bytes that were read.
    pub(crate) fn take_stopped(&mut self) -> Option<u64> {
        self.stopped.take()
    }

    /// How many bytes the payload has so far.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The payload ends at `end`.
    ///
    /// # Errors
    /// It is cut short, where it must be JSON.
    pub(crate) fn finish(&mut self, end: Place, cx: &mut Cx<'_>) -> Result<(), ErrorKind> {
        let done = if self.is_strict() {
            self.finish_document(end, cx)
        } else {
            let mut text = core::mem::replace(&mut self.text, OpenText::new(Reads::Nothing));
            self.finish_text(&mut text, 0, end, cx);
            Ok(())
        };
        // What is refused holds what it held.
        if done.is_ok() {
            self.reset();
        }
        done
    }

    /// Back to the start of a payload.
    pub(crate) fn reset(&mut self) {
        self.text = OpenText::new(Self::first_reads(self.kind));
        self.levels.truncate(1);
        self.levels.iter_mut().for_each(Level::reset);
        self.tracker.reset();
        if let Some(walker) = &mut self.walker {
            walker.reset();
        }
        self.replaced = None;
        self.touch = Touch::Free;
        self.separator = Separator::default();
        self.ordinal = Ordinals::default();
        self.len = 0;
        self.stopped = None;
        self.refused = None;
    }

    /// The payload begins at an offset of its text.
    pub(crate) fn begin_at(&mut self, offset: u64) {
        self.len = offset;
    }

    /// The rest of the payload is not read: what is open is forgotten.
    pub(crate) fn abandon(&mut self) {
        self.slot.abandon();
        self.reset();
    }

    /// The rest of the payload is text, from here on; what was open ends.
    pub(crate) fn become_text(&mut self, at: Place, cx: &mut Cx<'_>) {
        self.close_levels(0, at, cx);
        self.kind = Kind::Text;
        // What follows is read once more from here.
        self.len = at.outer;
        self.text = OpenText::new(Reads::Text);
    }

    /// The kind of payloads, back to what it was.
    pub(crate) fn set_kind(&mut self, kind: Kind) {
        self.kind = kind;
        self.text = OpenText::new(Self::first_reads(kind));
    }

    /// The first position that may not leave yet, if something is held.
    pub(crate) fn hold(&self) -> Option<(u64, &'static str)> {
        let elsewhere = self.walker.as_ref().and_then(|walker| walker.hold());
        let elsewhere = elsewhere.map(|at| (at, "lane"));
        let own = self.own_hold();
        match (own, elsewhere) {
            (Some(own), Some(elsewhere)) if elsewhere.0 < own.0 => Some(elsewhere),
            (own, elsewhere) => own.or(elsewhere),
        }
    }

    /// The same of what is read here: what is read elsewhere may be decided after this payload was refused.
    pub(super) fn own_hold(&self) -> Option<(u64, &'static str)> {
        let mut first: Option<(u64, &'static str)> = None;
        let mut add = |at: Option<u64>, why| {
            if let Some(at) = at
                && first.is_none_or(|(known, _)| at < known)
            {
                first = Some((at, why));
            }
        };
        add(self.slot.hold(), "candidate");
        // Nothing waits for the escapes of what is replaced whole.
        let outside = self.replaced.as_ref().map_or(usize::MAX, Replaced::level);
        for level in self.levels.iter().take(outside) {
            if let Some(string) = &level.string {
                add(string.unescape.hold().map(|place| place.raw), "escape");
                add(string.text.hold().map(|place| place.raw), "escape");
            }
        }
        add(self.text.hold().map(|place| place.raw), "escape");
        add(self.separator.hold(), "separator");
        add(self.replaced.as_ref().and_then(Replaced::hold), "field");
        match (first, self.refused) {
            (Some(first), Some(refused)) if refused.0 < first.0 => Some(refused),
            (first, refused) => first.or(refused),
        }
    }

    /// The first position at which something may have begun that will be told, if it may: also within what has left.
    pub(crate) fn needed(&self) -> Option<u64> {
        let hold = self.hold().map(|(at, _)| at);
        hold.into_iter().chain(self.slot.needed()).min()
    }

    /// Whether the payload is JSON so far, and not complete; not asked where it must be JSON.
    pub(crate) fn is_cut_short(&self) -> bool {
        let level = self.levels.first();
        self.kind == Kind::JsonThenText
            && self.text.reads == Reads::Json
            && level.is_some_and(|level| level.tokenizer.is_open())
    }

    /// Whether a document has begun in this payload.
    pub(crate) fn has_document(&self) -> bool {
        self.levels
            .first()
            .is_some_and(|level| level.tokenizer.expect() != Expect::Document || level.tokenizer.is_open())
    }

    /// Reads a text: decides what it is, then reads it as that.
    #[allow(
        clippy::too_many_arguments,
        reason = "one piece of text with its place and its planes"
    )]
    pub(super) fn route(
        &mut self,
        text: &mut OpenText,
        child: usize,
        kind: Slot,
        bytes: &[u8],
        map: &Map<'_>,
        seen: Seen<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        if let Some(looks) = text.looks {
            return self.spare(text, looks, child, kind, (bytes, map), cx);
        }
        let base = text.len;
        text.len += bytes.len() as u64;
        let mut from = 0;
        if text.reads == Reads::Undecided {
            let blanks = bytes
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            let is_first = text.front.bytes.is_empty();
            let blanks = if is_first { blanks.count() } else { 0 };
            // They are the text's if it turns out to be one.
            if blanks > 0 {
                if !self.slot.is_open() {
                    self.slot.begin(kind, map.at(0));
                }
                let front = bytes.get(..blanks).unwrap_or_default();
                self.plain(text, front, &map.slice(0, blanks), None, cx)?;
            }
            let Some(first) = bytes.get(blanks) else {
                return Ok(());
            };
            from = blanks;
            text.reads = match first {
                b'{' | b'[' if is_first && child as u32 > cx.plan.limits.nesting => {
                    if cx.plan.on_deep_nesting == OnDeepNesting::Refuse {
                        return Err(Stop {
                            at: blanks,
                            kind: ErrorKind::Limit(Limit::Nesting),
                        });
                    }
                    text.too_deep = Some((map.at(blanks).raw, cx.out.planned()));
                    Reads::Text
                }
                b'{' | b'[' => self.decide(text, child, bytes, (map, blanks), cx),
                _ if is_first => Reads::Text,
                _ => self.decide(text, child, bytes, (map, blanks), cx),
            };
            if text.reads == Reads::Undecided {
                return Ok(());
            }
            self.read_front(text, child, kind, cx)?;
        }
        let rest = bytes.get(from..).unwrap_or_default();
        match text.reads {
            Reads::Json => {
                let part = map.slice(from, bytes.len());
                let done = match seen {
                    Seen::Scan(scan, at) if child == 0 => {
                        // The scan's own positions, and back.
                        let begin = at + from;
                        let map = map.back(at);
                        self.document(scan, (begin, at + bytes.len()), &map, cx)
                            .map_err(|stop| Stop {
                                at: stop.at.saturating_sub(begin),
                                ..stop
                            })
                    }
                    _ => self.json(child, rest, &part, cx),
                };
                let Err(stop) = done else {
                    return Ok(());
                };
                let falls_back = matches!(stop.kind, ErrorKind::Sender(_) | ErrorKind::Limit(Limit::Depth));
                if !falls_back {
                    return Err(Stop {
                        at: from + stop.at,
                        ..stop
                    });
                }
                let at = part.at(stop.at);
                self.close_levels(child, at, cx);
                text.reads = Reads::Text;
                self.slot.begin(kind, at);
                // Offsets count in the whole text.
                self.slot
                    .skip(usize::try_from(base).unwrap_or(0) + from + stop.at);
                let text_from = from + stop.at;
                let rest = bytes.get(text_from..).unwrap_or_default();
                self.plain(text, rest, &map.slice(text_from, bytes.len()), None, cx)
            }
            Reads::Text => {
                if !self.slot.is_open() {
                    self.slot.begin(kind, map.at(from));
                }
                self.plain(text, rest, &map.slice(from, bytes.len()), seen.hot(from), cx)
            }
            Reads::Nothing | Reads::Undecided => Ok(()),
        }
    }

    /// What a text is read as that begins with a bracket, with what comes at an index of a piece; what does not say it is
    /// put to the front.
    fn decide(
        &mut self,
        text: &mut OpenText,
        child: usize,
        bytes: &[u8],
        (map, from): (&Map<'_>, usize),
        cx: &mut Cx<'_>,
    ) -> Reads {
        let rest = bytes.get(from..).unwrap_or_default();
        let begins = Begins::of(text.front.bytes.iter().chain(rest));
        let first = || match text.front.bytes.is_empty() {
            true => map.at(from),
            false => text.front.map().at(0),
        };
        match begins {
            Begins::Json => {
                self.finish_slot(first(), cx);
                self.enter(child, cx);
                Reads::Json
            }
            Begins::Text => {
                // No name leads to what begins with a bracket.
                self.slot.forget_name();
                Reads::Text
            }
            Begins::Perhaps => {
                let map = map.slice(from, bytes.len());
                text.front.bytes.extend_from_slice(rest);
                text.front.runs.extend(&map);
                text.front.end = map.end();
                Reads::Undecided
            }
        }
    }

    /// Reads what waited in front of a text, now that it is known what it is.
    pub(super) fn read_front(
        &mut self,
        text: &mut OpenText,
        child: usize,
        kind: Slot,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        if text.front.bytes.is_empty() {
            return Ok(());
        }
        let front = core::mem::take(&mut text.front);
        // What is at fault in it has come before this piece.
        let at_first = |stop: Stop| Stop { at: 0, ..stop };
        if text.reads == Reads::Json {
            return self.json(child, &front.bytes, &front.map(), cx).map_err(at_first);
        }
        if !self.slot.is_open() {
            self.slot.begin(kind, front.map().at(0));
        }
        self.plain(text, &front.bytes, &front.map(), None, cx)
    }

    /// Reads text: escapes that it contains are undone.
    fn plain(
        &mut self,
        text: &mut OpenText,
        bytes: &[u8],
        map: &Map<'_>,
        hot: Option<Hot<'_>>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let kind = self.slot_kind();
        if text.lenient.hold().is_none() && memchr::memchr(b'\\', bytes).is_none() {
            let (slot, mut to) = self.searched_as(kind, cx);
            slot.feed(bytes, *map, hot, &mut to);
            return Ok(());
        }
        let mut decoded = Decoded::default();
        for (index, piece) in bytes.chunks(WINDOW).enumerate() {
            let from = index * WINDOW;
            decoded.clear();
            let _ = text
                .lenient
                .feed(piece, &map.slice(from, from + piece.len()), &mut decoded);
            let (slot, mut to) = self.searched_as(kind, cx);
            slot.undo(&decoded.undone);
            slot.feed(&decoded.bytes, decoded.map(), None, &mut to);
        }
        Ok(())
    }

    /// The open text, and what writes down its findings as those of a kind of text.
    pub(super) fn searched_as<'a>(
        &'a mut self,
        kind: Slot,
        cx: &'a mut Cx<'_>,
    ) -> (&'a mut SlotText, Scribe<'a>) {
        let to = Scribe {
            rules: cx.rules,
            plan: match self.touch {
                Touch::Free => cx.plan,
                Touch::Spared | Touch::Signed => cx.spared,
            },
            touch: self.touch,
            out: cx.out,
            notes: cx.notes,
            tracker: &mut self.tracker,
            record: *cx.record,
            ordinal: &mut self.ordinal,
            slot: kind,
            wants_details: cx.wants_details,
            line_ends: cx.line_ends,
            levels: self.levels.len(),
            lag: None,
        };
        (&mut self.slot, to)
    }

    /// The kind of the open text.
    pub(super) fn slot_kind(&self) -> Slot {
        self.slot.kind().unwrap_or(Slot::Text)
    }

    /// A text is read as JSON, at a level.
    fn enter(&mut self, child: usize, cx: &mut Cx<'_>) {
        // What is nested must be JSON to be read as such; the outermost level is as the stream says.
        let grammar = if child == 0 { self.grammar } else { Grammar::Full };
        self.levels.truncate(child.max(1));
        if self.levels.len() <= child {
            self.levels.push(Level::new(grammar, cx.plan.limits.depth));
        }
        if child > 0 {
            self.tracker.enter(&cx.rules.paths);
        }
    }

    /// An element that pauses count begins.
    pub(super) fn count_elements(&mut self, at: Place, cx: &mut Cx<'_>) {
        let state = self.tracker.state();
        for pause in cx.rules.counts_element(state) {
            cx.notes.push_back(Note::element(
                Purpose::Element(pause),
                at.raw,
                *cx.record,
                self.tracker.paths(None),
            ));
        }
    }
}

/// Where a piece of a text was scanned: at a position of a scan.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    /// As part of the payload.
    Scan(&'a Scan<'a>, usize),
    /// As part of another text, of which these are the planes.
    Planes(&'a [Block], usize),
    /// As it is written: it is hot at these bytes.
    Listed(&'a [usize]),
    /// Nowhere.
    Nowhere,
}

impl<'a> Seen<'a> {
    /// Where the piece is hot from its byte `from` on, if that is known.
    fn hot(self, from: usize) -> Option<Hot<'a>> {
        let (blocks, at) = match self {
            Self::Scan(scan, at) => (scan.blocks, at),
            Self::Planes(blocks, at) => (blocks, at),
            Self::Listed(hot) if from == 0 => return Some(Hot::Listed(hot)),
            Self::Listed(_) | Self::Nowhere => return None,
        };
        let at = at + from;
        Some(Hot::Planes { blocks, at })
    }
}

/// Whether a text begins right behind what may be part of a run: its runs count from its first byte, those of the scan
/// do not.
fn begins_in_run(text: &OpenText, scan: &Scan<'_>, from: usize) -> bool {
    let before = from.checked_sub(1).and_then(|at| scan.bytes.get(at));
    let in_run = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    in_run && text.len == 0 && text.reads == Reads::Text
}
