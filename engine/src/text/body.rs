//! A payload: JSON, text, or JSON as long as it is.

use super::level::{Bare, Level, NumberSoFar, OpenString, OpenText, Reads, own};
use super::map::{Map, Place};
use super::scribe::{Note, Ordinals, Purpose, Scribe};
use super::slot::{PIECE, SlotText};
use super::unescape::Decoded;
use super::value::{Fate, Replaced, Separator};
use crate::detect::Hot;
use crate::error::{ErrorKind, Limit, SenderError};
use crate::hold::Outlet;
use crate::path::Tracker;
use crate::rules::{Grammar, OnDeepNesting, Plan, Rules};
use crate::simd::Block;
use crate::token::{Expect, Extent, Role, Stack, Stop, StringCarry, Token, Window, resolve};
use crate::{Slot, Unscanned};
use std::collections::{BTreeMap, VecDeque};

/// The planes of a piece. They live from its beginning to the end of the push: an idle stream has none.
#[derive(Debug, Default)]
struct Planes {
    blocks: Vec<Block>,
    strings: Vec<u64>,
}

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
    pub wants_paths: bool,
}

/// The payload that is being read.
#[derive(Debug)]
pub(crate) struct Body {
    pub(super) kind: Kind,
    grammar: Grammar,
    /// The payload itself, where it is or may be text.
    text: OpenText,
    pub(super) levels: Vec<Level>,
    pub(super) slot: SlotText,
    pub(super) tracker: Tracker,
    /// A value that is replaced whole.
    pub(super) replaced: Option<Replaced>,
    /// What waits for the fate of the next member.
    pub(super) separator: Separator,
    pub(super) ordinal: Ordinals,
    /// Scratch: the open brackets where the tokenizer lags.
    pub(super) stack: Stack,
    /// Scratch: planes of a piece, one for each level that is being read.
    planes: Vec<Planes>,
    /// Bytes of the payload so far.
    len: u64,
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
            replaced: None,
            separator: Separator::default(),
            ordinal: Ordinals::default(),
            stack: Stack::default(),
            planes: Vec::new(),
            len: 0,
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

    /// Reads the next bytes of the payload, which lie at `raw`; `join` says that they stand for one line end.
    pub(crate) fn read(&mut self, bytes: &[u8], map: Map<'_>, cx: &mut Cx<'_>) -> Result<(), Stop> {
        self.len += bytes.len() as u64;
        if self.is_strict() {
            return self.json(0, bytes, &map, cx);
        }
        let mut text = core::mem::replace(&mut self.text, OpenText::new(Reads::Nothing));
        let done = self.route(&mut text, 0, Slot::Text, bytes, &map, None, cx);
        self.text = text;
        done
    }

    /// The push ends: scratch goes.
    pub(crate) fn rest(&mut self) {
        self.planes = Vec::new();
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
            self.reset(cx);
        }
        done
    }

    /// Back to the start of a payload.
    pub(crate) fn reset(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
        self.text = OpenText::new(Self::first_reads(self.kind));
        self.levels.truncate(1);
        self.levels.iter_mut().for_each(Level::reset);
        self.tracker.reset();
        self.replaced = None;
        self.separator = Separator::default();
        self.ordinal = Ordinals::default();
        self.len = 0;
    }

    /// The payload begins at an offset of its text.
    pub(crate) fn begin_at(&mut self, offset: u64) {
        self.len = offset;
    }

    /// The rest of the payload is not read: what is open is forgotten.
    pub(crate) fn abandon(&mut self, cx: &mut Cx<'_>) {
        self.slot.abandon();
        self.reset(cx);
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
                add(string.text.lenient.hold().map(|place| place.raw), "escape");
            }
        }
        add(self.text.lenient.hold().map(|place| place.raw), "escape");
        add(self.separator.hold(), "separator");
        add(self.replaced.as_ref().and_then(Replaced::hold), "field");
        first
    }

    fn finish_document(&mut self, end: Place, cx: &mut Cx<'_>) -> Result<(), ErrorKind> {
        let truncated = Err(ErrorKind::Sender(SenderError::Truncated));
        let Some(level) = self.levels.first() else {
            return Ok(());
        };
        if level.utf8.is_cut() {
            return truncated;
        }
        if level.tokenizer.in_bare() {
            if !level.tokenizer.bare_may_end() {
                return truncated;
            }
            self.end_bare(0, end, cx);
        }
        let Some(level) = self.levels.first() else {
            return Ok(());
        };
        if level.tokenizer.is_open() {
            return truncated;
        }
        Ok(())
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
    fn route(
        &mut self,
        text: &mut OpenText,
        child: usize,
        kind: Slot,
        bytes: &[u8],
        map: &Map<'_>,
        hot: Option<Hot<'_>>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let base = text.len;
        text.len += bytes.len() as u64;
        let mut from = 0;
        if text.reads == Reads::Undecided {
            let blanks = bytes
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
                .count();
            if !self.slot.is_open() {
                self.slot.begin(kind, map.at(0));
            }
            // They are the text's if it turns out to be one.
            if blanks > 0 {
                let front = bytes.get(..blanks).unwrap_or_default();
                self.plain(text, front, &map.slice(0, blanks), None, cx)?;
            }
            let Some(first) = bytes.get(blanks) else {
                return Ok(());
            };
            from = blanks;
            text.reads = match first {
                b'{' | b'[' if child as u32 <= cx.plan.limits.nesting => {
                    self.finish_slot(map.at(blanks), cx);
                    self.enter(child, cx);
                    Reads::Json
                }
                b'{' | b'[' => {
                    if cx.plan.on_deep_nesting == OnDeepNesting::Refuse {
                        return Err(Stop {
                            at: blanks,
                            kind: ErrorKind::Limit(Limit::Nesting),
                        });
                    }
                    text.too_deep = Some((map.at(blanks).raw, cx.out.planned()));
                    Reads::Text
                }
                _ => Reads::Text,
            };
        }
        let rest = bytes.get(from..).unwrap_or_default();
        match text.reads {
            Reads::Json => {
                let part = map.slice(from, bytes.len());
                let Err(stop) = self.json(child, rest, &part, cx) else {
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
                let hot = hot.map(|hot| Hot {
                    at: hot.at + from,
                    ..hot
                });
                self.plain(text, rest, &map.slice(from, bytes.len()), hot, cx)
            }
            Reads::Nothing | Reads::Undecided => Ok(()),
        }
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
            let Self {
                slot,
                tracker,
                ordinal,
                ..
            } = self;
            slot.feed(bytes, *map, hot, &mut scribe(tracker, ordinal, kind, cx));
            return Ok(());
        }
        let mut decoded = Decoded::default();
        for (index, piece) in bytes.chunks(PIECE).enumerate() {
            let from = index * PIECE;
            decoded.clear();
            let _ = text
                .lenient
                .feed(piece, &map.slice(from, from + piece.len()), &mut decoded);
            let Self {
                slot,
                tracker,
                ordinal,
                ..
            } = self;
            slot.feed(
                &decoded.bytes,
                decoded.map(),
                None,
                &mut scribe(tracker, ordinal, kind, cx),
            );
        }
        Ok(())
    }

    fn slot_kind(&self) -> Slot {
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

    /// Everything open from a level on ends here.
    fn close_levels(&mut self, from: usize, at: Place, cx: &mut Cx<'_>) {
        while self.levels.len() > from {
            let index = self.levels.len() - 1;
            let Some(mut level) = self.levels.pop() else { break };
            if let Some(mut string) = level.string.take() {
                let mut decoded = Decoded::default();
                // An escape cut short is text here.
                let _ = string.unescape.finish(at, &mut decoded);
                if !decoded.bytes.is_empty() {
                    let _ = self.route(
                        &mut string.text,
                        index + 1,
                        Slot::Value,
                        &decoded.bytes,
                        &decoded.map(),
                        None,
                        cx,
                    );
                }
                // The string counts its own characters.
                self.finish_text(&mut string.text, index + 1, decoded.end, cx);
            }
            let end = Place {
                outer: if index == 0 { self.slot.len() } else { at.outer },
                ..at
            };
            self.finish_slot(end, cx);
            self.end_replaced(index, at, cx);
            if index > 0 {
                self.tracker.leave();
            } else {
                self.tracker.reset();
                level.reset();
                self.levels.push(level);
                break;
            }
        }
    }

    /// A text ends.
    fn finish_text(&mut self, text: &mut OpenText, child: usize, end: Place, cx: &mut Cx<'_>) {
        match text.reads {
            Reads::Json => {
                if self
                    .levels
                    .get(child)
                    .is_some_and(|level| level.tokenizer.in_bare())
                {
                    self.end_bare(child, end, cx);
                }
                self.close_levels(child, end, cx);
            }
            Reads::Text | Reads::Undecided => {
                let mut decoded = Decoded::default();
                let _ = text.lenient.finish(end, &mut decoded);
                let kind = self.slot_kind();
                let Self {
                    slot,
                    tracker,
                    ordinal,
                    ..
                } = self;
                let mut to = scribe(tracker, ordinal, kind, cx);
                if !decoded.bytes.is_empty() {
                    slot.feed(&decoded.bytes, decoded.map(), None, &mut to);
                }
                if slot.is_open() {
                    slot.finish(end, &mut to);
                }
            }
            Reads::Nothing => {}
        }
        if let Some((begin, planned)) = text.too_deep.take() {
            // What of it is masked counts as that.
            let masked = cx.out.planned() - planned;
            *cx.unscanned.entry(Unscanned::BeyondDepth).or_default() +=
                end.raw.saturating_sub(begin).saturating_sub(masked);
        }
    }

    /// Reads a level's next bytes as JSON.
    fn json(&mut self, index: usize, bytes: &[u8], map: &Map<'_>, cx: &mut Cx<'_>) -> Result<(), Stop> {
        let mut from = 0;
        for piece in bytes.chunks(PIECE) {
            let part = map.slice(from, from + piece.len());
            let mut wrong = None;
            let mut piece = piece;
            if index == 0
                && let Some(level) = self.levels.first_mut()
                && let Err(at) = level.utf8.check(piece)
            {
                wrong = Some(Stop {
                    at,
                    kind: ErrorKind::Sender(SenderError::InvalidUtf8),
                });
                piece = piece.get(..at).unwrap_or_default();
            }
            let done = self.window(index, piece, &part, cx);
            if let Err(stop) = &done {
                // What is replaced goes up to the wrong byte.
                self.keep_replacing(index, part.at(stop.at), cx);
            }
            done.and(wrong.map_or(Ok(()), Err)).map_err(|stop| Stop {
                at: from + stop.at,
                ..stop
            })?;
            from += piece.len();
        }
        Ok(())
    }

    /// Reads a piece of at most [`PIECE`] bytes.
    fn window(&mut self, index: usize, piece: &[u8], map: &Map<'_>, cx: &mut Cx<'_>) -> Result<(), Stop> {
        let count = piece.len().div_ceil(64);
        let mut planes = self.planes.pop().unwrap_or_default();
        if planes.blocks.len() < count {
            planes.blocks.resize(count, Block::default());
            planes.strings.resize(count, 0);
        }
        let Planes { blocks, strings } = &mut planes;
        let blocks = blocks.get_mut(..count).unwrap_or_default();
        cx.rules.kernels.scan(piece, &cx.rules.detectors.anchors, blocks);
        let carry = self
            .levels
            .get(index)
            .map(|level| level.carry)
            .unwrap_or_default();
        let carry: StringCarry = resolve(blocks, piece.len(), carry, strings);
        let window = Window { bytes: piece, blocks };
        let fast = index == 0
            && self.grammar == Grammar::Structural
            && self.kind != Kind::Documents
            && cx.rules.paths.is_empty();
        let done = if fast {
            self.fast(&window, strings, map, cx)
        } else {
            self.tokens(index, &window, map, cx)
        };
        if let Some(level) = self.levels.get_mut(index) {
            level.carry = carry;
        }
        self.planes.push(planes);
        done
    }

    /// Reads the tokens of a window.
    fn tokens(
        &mut self,
        index: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let mut at = 0;
        while self.token(index, window, map, &mut at, cx)? {}
        self.keep_replacing(index, map.at(window.bytes.len()), cx);
        Ok(())
    }

    /// Reads the next token of a window; whether there was one.
    pub(super) fn token(
        &mut self,
        index: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        at: &mut usize,
        cx: &mut Cx<'_>,
    ) -> Result<bool, Stop> {
        let Some(level) = self.levels.get_mut(index) else {
            return Ok(false);
        };
        let Some(token) = level.tokenizer.next(window, at)? else {
            return Ok(false);
        };
        match token {
            Token::Open(at, kind) => {
                self.open(index, map.at(at), map.at(at + 1), kind, cx);
                self.tracker.open(&cx.rules.paths, kind);
            }
            Token::Close(at, _) => {
                self.tracker.close();
                self.separator.close();
                self.end_container(index, map.at(at + 1), cx);
            }
            Token::Colon(_) => {}
            Token::Comma(at) => {
                self.comma(index, map.at(at), map.at(at + 1), cx);
                self.tracker.comma(&cx.rules.paths);
            }
            Token::String {
                role,
                from,
                to,
                extent,
            } => {
                self.string(index, window, map, role, from, to, extent, cx)?;
            }
            Token::Bare { from, to, extent } => self.bare(index, window, map, from, to, extent, cx)?,
        }
        let Some(level) = self.levels.get_mut(index) else {
            return Ok(false);
        };
        if index == 0 && level.tokenizer.expect() == Expect::End && self.kind == Kind::Documents {
            level.tokenizer.reset();
            self.tracker.reset();
            self.ordinal = Ordinals::default();
            *cx.record += 1;
        }
        Ok(true)
    }

    /// A string, or a part of one.
    #[allow(clippy::too_many_arguments, reason = "a token with its window and its place")]
    fn string(
        &mut self,
        index: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        role: Role,
        from: usize,
        to: usize,
        extent: Extent,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        if role == Role::Key
            && let Some(over) = self.key_limit(index, map, from, to, extent, cx)
        {
            // What comes before the limit is read first.
            let extent = Extent {
                ends: false,
                ..extent
            };
            self.string(index, window, map, role, from, over, extent, cx)?;
            return Err(Stop {
                at: over,
                kind: ErrorKind::Limit(Limit::Key),
            });
        }
        if extent.begins {
            let quote = map.at(from.saturating_sub(1));
            let fate = match role {
                Role::Key => {
                    self.ordinal.shown.clear();
                    self.key_begins(index, quote, cx);
                    Fate::Search
                }
                Role::Value => self.value_begins(index, quote, map.at(from), Slot::Value, cx),
            };
            let escaped = window.any(from, to, |block| block.backslash);
            // Blanks before nested JSON are its own; before anything else they are the text's.
            let text = window.bytes.get(from..to).unwrap_or_default();
            let first = text
                .iter()
                .find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            let nested = role == Role::Value && matches!(first, Some(b'{' | b'['));
            if extent.ends && !escaped && !nested && fate == Fate::Search {
                // The common case: nothing to undo, and mostly nothing to search.
                if self.replaced.is_none() && window.any(from, to, |block| block.hot) {
                    let kind = if role == Role::Key { Slot::Key } else { Slot::Value };
                    let place = own(index, map, from, to, 0);
                    let Self {
                        slot,
                        tracker,
                        ordinal,
                        ..
                    } = self;
                    let mut to = scribe(tracker, ordinal, kind, cx);
                    slot.whole(
                        kind,
                        text,
                        place,
                        Hot {
                            blocks: window.blocks,
                            at: from,
                        },
                        &mut to,
                    );
                }
                if role == Role::Key {
                    let name = window.bytes.get(from..to).unwrap_or_default();
                    self.key_ends(name, cx);
                }
                return Ok(());
            }
            let reads = match (fate, role) {
                (Fate::Replace, _) => Reads::Nothing,
                (Fate::Search, _) if self.replaced.is_some() => Reads::Nothing,
                (Fate::Mask, _) | (_, Role::Key) => Reads::Text,
                (Fate::Search, Role::Value) => Reads::Undecided,
            };
            let begin = own(index, map, from, from, 0).at(0);
            let grammar = if index == 0 { self.grammar } else { Grammar::Full };
            if let Some(level) = self.levels.get_mut(index) {
                level.key.clear();
                level.string = Some(OpenString::new(role, begin, index, grammar, reads));
            }
            if fate == Fate::Mask {
                self.slot.begin(Slot::Value, begin);
                self.mask_field(begin, cx);
            }
        }
        let Some(level) = self.levels.get_mut(index) else {
            return Ok(());
        };
        let (Some(mut string), mut decoded) = (level.string.take(), core::mem::take(&mut level.decoded))
        else {
            return Ok(());
        };
        let piece = window.bytes.get(from..to).unwrap_or_default();
        let done = self.string_piece(
            index,
            &mut string,
            &mut decoded,
            piece,
            &map.slice(from, to),
            extent,
            (map.at(to), map.at(to + usize::from(extent.ends))),
            cx,
        );
        decoded.clear();
        if let Some(level) = self.levels.get_mut(index) {
            level.decoded = decoded;
            if !extent.ends || done.is_err() {
                level.string = Some(string);
            }
        }
        done.map_err(|stop| Stop {
            at: from + stop.at,
            ..stop
        })
    }

    /// The first byte of a key in `from..to` that is beyond its limit.
    fn key_limit(
        &self,
        index: usize,
        map: &Map<'_>,
        from: usize,
        to: usize,
        extent: Extent,
        cx: &Cx<'_>,
    ) -> Option<usize> {
        let open = self.levels.get(index).and_then(|level| level.string.as_ref());
        let begin = match open {
            Some(string) if !extent.begins => string.begin.raw,
            _ => map.at(from).raw,
        };
        let most = u64::from(cx.plan.limits.key);
        let is_over = |at: &usize| map.at(*at + 1).raw.saturating_sub(begin) > most;
        if map.at(to).raw.saturating_sub(begin) <= most {
            return None;
        }
        (from..to).find(is_over)
    }

    /// A part of an open string: decoded, then read as what it is. It ends at `end`, and its quote before `after`.
    #[allow(clippy::too_many_arguments, reason = "a part of a string with its place")]
    fn string_piece(
        &mut self,
        index: usize,
        string: &mut OpenString,
        decoded: &mut Decoded,
        piece: &[u8],
        map: &Map<'_>,
        extent: Extent,
        (end, after): (Place, Place),
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        decoded.clear();
        let wrong = |at| Stop {
            at,
            kind: ErrorKind::Sender(SenderError::InvalidEscape),
        };
        let kind = if string.role == Role::Key {
            Slot::Key
        } else {
            Slot::Value
        };
        let direct = string.unescape.hold().is_none() && memchr::memchr(b'\\', piece).is_none();
        let fed = if direct && !piece.is_empty() {
            let own = string.unescape.pass(piece.len(), map);
            self.add_to_key(index, string.role, piece, cx);
            let routed = self.route(&mut string.text, index + 1, kind, piece, &own, None, cx);
            if let Err(stop) = &routed {
                string.unescape.stop_at(own.at(stop.at));
            }
            routed.map(|()| own.end().outer)
        } else {
            let fed = string.unescape.feed(piece, map, decoded);
            let ended = if extent.ends && fed.is_ok() {
                string.unescape.finish(end, decoded)
            } else {
                Ok(())
            };
            self.add_to_key(index, string.role, &decoded.bytes, cx);
            let routed = self.route(
                &mut string.text,
                index + 1,
                kind,
                &decoded.bytes,
                &decoded.map(),
                None,
                cx,
            );
            // A limit met inside is reported at the byte that completes the character.
            routed.map_err(|stop| {
                string.unescape.stop_at(decoded.map().at(stop.at));
                let end = decoded.map().at(stop.at + 1).raw;
                let at = (0..piece.len()).rfind(|at| map.at(*at).raw < end);
                Stop {
                    at: at.unwrap_or(0),
                    ..stop
                }
            })?;
            fed.map_err(wrong)?;
            ended.map_err(|()| wrong(piece.len()))?;
            Ok(decoded.end.outer)
        };
        let outer = fed?;
        if extent.ends {
            let end = if index == 0 {
                Place { raw: end.raw, outer }
            } else {
                end
            };
            self.finish_text(&mut string.text, index + 1, end, cx);
            match string.role {
                Role::Key => {
                    let name = self
                        .levels
                        .get_mut(index)
                        .map(|level| core::mem::take(&mut level.key))
                        .unwrap_or_default();
                    self.key_ends(&name, cx);
                }
                Role::Value => self.end_replaced_value(index, after, cx),
            }
        }
        Ok(())
    }

    fn add_to_key(&mut self, index: usize, role: Role, bytes: &[u8], cx: &Cx<'_>) {
        if role == Role::Key
            && let Some(level) = self.levels.get_mut(index)
        {
            let room = (cx.plan.limits.key as usize).saturating_sub(level.key.len());
            level.key.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        }
    }

    /// A number, a word, or what stands in their place.
    #[allow(clippy::too_many_arguments, reason = "a token with its window and its place")]
    fn bare(
        &mut self,
        index: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        from: usize,
        to: usize,
        extent: Extent,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let grammar = if index == 0 { self.grammar } else { Grammar::Full };
        if extent.begins {
            let first = window.byte(from);
            let is_word = grammar == Grammar::Full && !matches!(first, b'-' | b'0'..=b'9');
            let fate = self.bare_begins(index, map.at(from), first, cx);
            let searched = fate == Fate::Search && !is_word && self.replaced.is_none();
            // Whole and cold: there is nothing in it. One that is too long is held like any other.
            let cold = extent.ends
                && (to - from) as u64 <= u64::from(cx.plan.limits.number)
                && !window.any(from, to, |block| block.hot);
            if let Some(level) = self.levels.get_mut(index) {
                level.number = (!is_word).then(NumberSoFar::default);
                level.bare = if searched && !cold {
                    Bare::Searched
                } else {
                    Bare::No
                };
            }
            if searched && !cold {
                self.slot.begin(Slot::Number, own(index, map, from, to, 0).at(0));
            }
        }
        let Some(level) = self.levels.get_mut(index) else {
            return Ok(());
        };
        let text = window.bytes.get(from..to).unwrap_or_default();
        // Searched or not, held or not: whether a number is too long must not depend on the cut.
        let over = level.over_number(text, cx.plan.limits.number);
        let to = over.map_or(to, |over| from + over);
        let text = text.get(..to - from).unwrap_or_default();
        if level.bare == Bare::Searched {
            let place = own(index, map, from, to, self.slot.len());
            let Self {
                slot,
                tracker,
                ordinal,
                ..
            } = self;
            slot.feed(
                text,
                place,
                Some(Hot {
                    blocks: window.blocks,
                    at: from,
                }),
                &mut scribe(tracker, ordinal, Slot::Number, cx),
            );
        }
        if over.is_some() {
            return Err(Stop {
                at: to,
                kind: ErrorKind::Limit(Limit::Number),
            });
        }
        if extent.ends {
            self.end_bare(index, map.at(to), cx);
        }
        Ok(())
    }

    /// A bare value ends.
    fn end_bare(&mut self, index: usize, end: Place, cx: &mut Cx<'_>) {
        let Some(level) = self.levels.get_mut(index) else {
            return;
        };
        if level.tokenizer.in_bare() {
            level.tokenizer.end_bare();
        }
        if core::mem::take(&mut level.bare) == Bare::Searched {
            let end = if index == 0 {
                Place {
                    raw: end.raw,
                    outer: self.slot.len(),
                }
            } else {
                end
            };
            let Self {
                slot,
                tracker,
                ordinal,
                ..
            } = self;
            slot.finish(end, &mut scribe(tracker, ordinal, Slot::Number, cx));
        }
        self.end_replaced_value(index, end, cx);
    }

    /// A key is complete: its decoded name.
    fn key_ends(&mut self, name: &[u8], cx: &mut Cx<'_>) {
        let shown = core::mem::take(&mut self.ordinal.shown);
        let shown = if shown.is_empty() { name } else { &shown };
        self.tracker.key(&cx.rules.paths, name, shown);
    }

    /// Ends the open text, if one is open.
    fn finish_slot(&mut self, end: Place, cx: &mut Cx<'_>) {
        let kind = self.slot_kind();
        let Self {
            slot,
            tracker,
            ordinal,
            ..
        } = self;
        if slot.is_open() {
            slot.finish(end, &mut scribe(tracker, ordinal, kind, cx));
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

/// What writes down the findings of a text of a kind.
pub(super) fn scribe<'a>(
    tracker: &'a mut Tracker,
    ordinal: &'a mut Ordinals,
    slot: Slot,
    cx: &'a mut Cx<'_>,
) -> Scribe<'a> {
    Scribe {
        rules: cx.rules,
        plan: cx.plan,
        out: cx.out,
        notes: cx.notes,
        tracker,
        record: *cx.record,
        ordinal,
        slot,
        wants_paths: cx.wants_paths,
        lag: None,
    }
}
