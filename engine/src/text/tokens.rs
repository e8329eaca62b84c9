//! The tokens of a payload, and what is done with each.

use super::body::Kind;
use super::body::{Body, Cx, Seen};
use super::level::{Bare, NumberSoFar, OpenString, Reads, own};
use super::map::{Map, Place};
use super::scribe::Ordinals;
use super::spared::{Looks, Touch, is_whole_word};
use super::unescape::Decoded;
use super::value::Fate;
use crate::Slot;
use crate::detect::{Hiding, Hot, TextEnd};
use crate::error::{ErrorKind, Limit, SenderError};
use crate::profile::{Sort, Spared};
use crate::rules::Grammar;
use crate::simd::{Planes, Scan};
use crate::token::{Expect, Extent, Role, Stop, Token, Window};

impl Body {
    /// Reads the document's next bytes, `from..to` of a scan.
    pub(super) fn document(
        &mut self,
        scan: &Scan<'_>,
        (from, to): (usize, usize),
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let Some(level) = self.levels.first_mut() else {
            return Ok(());
        };
        let wrong = level.utf8.check_scan(scan, from, to).map_err(|at| Stop {
            at,
            kind: ErrorKind::Sender(SenderError::InvalidUtf8),
        });
        let to = wrong.err().map_or(to, |stop| stop.at);
        let window = Window::new(scan, from, to, level.start());
        self.window(0, &window, map, cx)?;
        wrong.map_err(|stop| self.stop_before(0, stop, map, cx))
    }

    /// Reads the next bytes of a level of nested JSON.
    pub(super) fn json(
        &mut self,
        index: usize,
        bytes: &[u8],
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let mut from = 0;
        while from < bytes.len() {
            let Some(level) = self.levels.get(index) else {
                return Ok(());
            };
            let mut planes = Planes::new();
            let rest = bytes.get(from..).unwrap_or_default();
            let scan = cx.rules.scan(&mut planes, rest, (level.before, level.start()));
            let len = scan.bytes.len();
            let window = Window::new(&scan, 0, len, level.start());
            self.window(index, &window, &map.slice(from, from + len), cx)
                .map_err(|stop| Stop {
                    at: from + stop.at,
                    ..stop
                })?;
            from += len;
        }
        Ok(())
    }

    /// Reads a window of a level.
    fn window(
        &mut self,
        index: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let fast =
            index == 0 && self.kind != Kind::Documents && cx.rules.paths.is_empty() && self.walker.is_none();
        let done = if fast {
            self.fast(window, map, cx)
        } else {
            self.tokens(index, window, map, cx)
        };
        if let Some(level) = self.levels.get_mut(index) {
            let bytes = window.bytes.get(window.from()..).unwrap_or_default();
            level.before = level.before.after(bytes);
        }
        let Err(stop) = done else { return Ok(()) };
        // What is replaced goes up to the wrong byte.
        self.keep_replacing(index, map.at(stop.at), cx);
        Err(self.stop_before(index, stop, map, cx))
    }

    /// A level is refused: at a byte, or before it, where what is left of an escape that it cuts short meets a limit.
    fn stop_before(&mut self, index: usize, stop: Stop, map: &Map<'_>, cx: &mut Cx<'_>) -> Stop {
        let Err((last, kind)) = self.refuse(index, map.at(stop.at), cx) else {
            return stop;
        };
        self.stopped.get_or_insert(last);
        let at = (0..stop.at).rfind(|at| map.at(*at).raw <= last);
        Stop {
            at: at.unwrap_or(stop.at),
            kind,
        }
    }

    /// Reads the tokens of a window.
    fn tokens(
        &mut self,
        index: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let mut at = window.from();
        let may_skip = index == 0
            && self.kind != Kind::Documents
            && self.walker.is_none()
            && !cx.rules.paths_drop(cx.plan);
        let mut right = None;
        loop {
            if may_skip && let Some(floor) = self.quiet_from(cx) {
                at = self.skip(window, at, floor, &mut right, map, cx)?;
            }
            if !self.token(index, window, map, &mut at, cx)? {
                break;
            }
        }
        self.keep_replacing(index, map.at(window.bytes.len()), cx);
        Ok(())
    }

    /// With how many open brackets one is open below which no path asks for what has no name, between two tokens.
    fn quiet_from(&self, cx: &Cx<'_>) -> Option<u32> {
        let tokenizer = &self.levels.first()?.tokenizer;
        let paths = &cx.rules.paths;
        if tokenizer.in_string()
            || tokenizer.in_bare()
            || self.replaced.is_some()
            || self.slot.has_label()
            || paths.asks_at(self.tracker.state())
        {
            return None;
        }
        let loud = self.tracker.loud_brackets(paths) as u32;
        let open = tokenizer.stack().len();
        (loud < open || open == 0).then_some(loud + 1)
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
        // Behind what follows its name, the value has come.
        let ends_member = match token {
            Token::Colon(_) => false,
            Token::String { role, extent, .. } => role == Role::Value && extent.ends,
            _ => true,
        };
        let mut opened = Sort::Value;
        if index == 0
            && let Some(walker) = &mut self.walker
        {
            match token {
                Token::Open(at, kind) => opened = walker.open(kind, map.at(at).raw),
                Token::Close(at, _) => walker.close(map.at(at + 1).raw),
                Token::Comma(_) => walker.comma(),
                Token::Colon(_) | Token::String { .. } | Token::Bare { .. } => {}
            }
        }
        match token {
            Token::Open(at, kind) => {
                self.open(index, map.at(at), kind, cx);
                self.object_opened(index, map.at(at), opened);
                self.tracker.open(&cx.rules.paths, kind);
            }
            Token::Close(at, _) => {
                self.tracker.close();
                self.separator.close();
                let end = map.at(at + 1);
                self.end_container(index, end, cx);
                self.tell_due(end, cx);
            }
            Token::Colon(_) => self.slot.colon(),
            Token::Comma(at) => {
                self.comma(map.at(at), map.at(at + 1), cx);
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
        if ends_member {
            self.slot.forget_name();
            if index == 0 && self.tracker.is_repeat() {
                self.tracker.end_repeat();
                self.slot.ends_as(TextEnd::Whole);
                self.ordinal = core::mem::take(&mut self.aside);
            }
        }
        let Some(level) = self.levels.get_mut(index) else {
            return Ok(false);
        };
        if index == 0 && level.tokenizer.expect() == Expect::End && self.kind == Kind::Documents {
            level.tokenizer.reset();
            self.tracker.reset();
            if let Some(walker) = &mut self.walker {
                walker.reset();
            }
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
            let sort = self.sort_of(index, role);
            let fate = match (role, sort) {
                (Role::Key, _) => {
                    self.ordinal.shown.clear();
                    self.key_begins(quote, cx);
                    Fate::Search
                }
                (Role::Value, Sort::Lane(lane)) => self.fragment_begins(lane, map.at(from), cx),
                (Role::Value, Sort::Arguments(lane)) => self.given_begins(lane, map.at(from), cx),
                (Role::Value, _) => self.string_begins(index, quote, cx),
            };
            let escaped = window.any(from, to, |block| block.backslash);
            // Blanks before nested JSON are its own; before anything else they are the text's.
            let text = window.bytes.get(from..to).unwrap_or_default();
            let first = text
                .iter()
                .find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            let nested = role == Role::Value && matches!(first, Some(b'{' | b'['));
            if extent.ends && !escaped && fate == Fate::Lane {
                self.fragment_ends(index, map.at(to), map.at(to + 1), cx);
                return Ok(());
            }
            let spared = match sort {
                Sort::Spared(spared) if fate == Fate::Search && self.replaced.is_none() => Some(spared),
                _ => None,
            };
            let may_pass = matches!(spared, Some(Spared::Sealed | Spared::Media(_)));
            if spared == Some(Spared::Signed) {
                self.touch = Touch::Signed;
            }
            if extent.ends && !escaped && !nested && fate == Fate::Search && !may_pass {
                self.note_value(index, role, text);
                if role == Role::Value {
                    self.fragment_ends(index, map.at(to), map.at(to + 1), cx);
                }
                // The common case: nothing to undo, and mostly nothing to search.
                let labelled = role == Role::Value && self.slot.has_label();
                if role == Role::Key {
                    self.slot.forget_name();
                }
                if self.replaced.is_none() && (labelled || window.any(from, to, |block| block.hot)) {
                    let kind = if role == Role::Key { Slot::Key } else { Slot::Value };
                    let place = own(index, map, from, to, 0);
                    self.end_as(sort);
                    if spared.is_some_and(|spared| is_whole_word(spared, text)) {
                        self.touch = Touch::Spared;
                    }
                    let (slot, mut to) = self.searched_as(kind, cx);
                    slot.whole(
                        kind,
                        text,
                        place,
                        Hot::Planes {
                            blocks: window.blocks,
                            at: from,
                        },
                        &mut to,
                    );
                    slot.ends_as(TextEnd::Whole);
                    if role == Role::Key {
                        slot.ends_name();
                    }
                }
                if role == Role::Key {
                    let name = window.bytes.get(from..to).unwrap_or_default();
                    self.key_ends(index, name, cx);
                }
                if spared.is_some() {
                    self.touch = Touch::Free;
                }
                return Ok(());
            }
            let reads = match (fate, role) {
                (Fate::Replace | Fate::Lane, _) => Reads::Nothing,
                (Fate::Search, _) if self.replaced.is_some() => Reads::Nothing,
                (Fate::Mask, _) | (_, Role::Key) => Reads::Text,
                (Fate::Search, Role::Value) => Reads::Undecided,
            };
            let begin = own(index, map, from, from, 0).at(0);
            let grammar = if index == 0 { self.grammar } else { Grammar::Full };
            if let Some(level) = self.levels.get_mut(index) {
                level.key.clear();
                let mut string = OpenString::new(role, begin, index, grammar, reads);
                string.text.looks = spared.filter(|spared| *spared != Spared::Signed).map(Looks::So);
                level.string = Some(string);
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
        let done = self.string_piece(
            index,
            &mut string,
            &mut decoded,
            (&window.upto(to), from),
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
        let over = (from..to).find(is_over)?;
        // All bytes of a character that an escape stands for lie where it begins: the first of them is over.
        let place = map.at(over).raw;
        (from..=over).find(|at| map.at(*at).raw == place)
    }

    /// A part of an open string: decoded, then read as what it is. It ends at `end`, and its quote before `after`.
    #[allow(clippy::too_many_arguments, reason = "a part of a string with its place")]
    fn string_piece(
        &mut self,
        index: usize,
        string: &mut OpenString,
        decoded: &mut Decoded,
        (window, from): (&Window<'_>, usize),
        map: &Map<'_>,
        extent: Extent,
        (end, after): (Place, Place),
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        decoded.clear();
        let piece = window.bytes.get(from..).unwrap_or_default();
        let wrong = |at| Stop {
            at,
            kind: ErrorKind::Sender(SenderError::InvalidEscape),
        };
        let kind = if string.role == Role::Key {
            Slot::Key
        } else {
            Slot::Value
        };
        let to = window.bytes.len();
        let closed = string.unescape.hold().is_none();
        let direct = closed && !window.any(from, to, |block| block.backslash);
        let mut hot = core::mem::take(&mut self.hot);
        let hides = &cx.rules.detectors.escapes;
        let undone = !direct
            && closed
            && hides.hiding(window.bytes, window.each(from, |block| block.backslash)) == Hiding::Nothing
            && string
                .unescape
                .undo(window, from, map, decoded, &mut hot)
                .is_some();
        let fed = if direct && !piece.is_empty() {
            let own = string.unescape.pass(piece.len(), map);
            self.add_to_key(index, string.role, piece, cx);
            self.note_value(index, string.role, piece);
            let routed = self.route(
                &mut string.text,
                index + 1,
                kind,
                piece,
                &own,
                Seen::Planes(window.blocks, from),
                cx,
            );
            if let Err(stop) = &routed {
                string.unescape.stop_at(own.at(stop.at));
            }
            routed.map(|()| own.end().outer)
        } else {
            let (fed, seen) = match undone {
                true => (Ok(()), Seen::Listed(&hot)),
                false => {
                    decoded.clear();
                    (string.unescape.feed(piece, map, decoded), Seen::Nowhere)
                }
            };
            let ended = if extent.ends && fed.is_ok() {
                string.unescape.finish(end, decoded)
            } else {
                Ok(())
            };
            self.add_to_key(index, string.role, &decoded.bytes, cx);
            self.note_value(index, string.role, &decoded.bytes);
            let routed = self.route(
                &mut string.text,
                index + 1,
                kind,
                &decoded.bytes,
                &decoded.map(),
                seen,
                cx,
            );
            // A limit met inside is reported at the byte that completes the character.
            if let Err(stop) = routed {
                let decoded = decoded.map();
                string.unescape.stop_at(decoded.at(stop.at));
                let last = decoded.last_of(stop.at);
                let at = (0..piece.len()).rfind(|at| map.at(*at).raw <= last);
                if at.is_none() {
                    // What was left of an escape before this piece is at fault.
                    self.stopped.get_or_insert(last);
                }
                return Err(Stop {
                    at: at.unwrap_or(0),
                    ..stop
                });
            }
            fed.map_err(wrong)?;
            ended.map_err(|()| wrong(piece.len()))?;
            Ok(decoded.end.outer)
        };
        self.hot = hot;
        let outer = fed?;
        if extent.ends {
            let end = if index == 0 {
                Place { raw: end.raw, outer }
            } else {
                end
            };
            if index == 0 && self.tracker.is_repeat() {
                self.end_as(Sort::Repeat);
            }
            self.finish_text(&mut string.text, index + 1, end, cx);
            match string.role {
                Role::Key => {
                    let name = self
                        .levels
                        .get_mut(index)
                        .map(|level| core::mem::take(&mut level.key))
                        .unwrap_or_default();
                    self.slot.ends_name();
                    self.key_ends(index, &name, cx);
                }
                Role::Value => {
                    if index == 0 && self.touch == Touch::Signed && self.walker.is_some() {
                        self.touch = Touch::Free;
                    }
                    self.fragment_ends(index, end, after, cx);
                    self.end_replaced_value(index, after, cx);
                }
            }
        }
        Ok(())
    }

    /// What a string or bare value that begins is to lanes.
    fn sort_of(&mut self, index: usize, role: Role) -> Sort {
        let replaced = self.replaced.is_some();
        match &mut self.walker {
            Some(walker) if index == 0 && role == Role::Value => match walker.begins() {
                Sort::Lane(_) | Sort::Arguments(_) if replaced => Sort::Value,
                Sort::Repeat => {
                    self.tracker.begin_repeat();
                    self.slot.forget_name();
                    self.aside = core::mem::take(&mut self.ordinal);
                    Sort::Repeat
                }
                sort => sort,
            },
            _ => Sort::Value,
        }
    }

    /// What says the same as a lane ends as that does: perhaps cut short.
    fn end_as(&mut self, sort: Sort) {
        if sort == Sort::Repeat {
            self.slot.ends_as(TextEnd::Cut);
        }
    }

    /// A fragment of a lane begins: it is not searched here.
    fn fragment_begins(&mut self, lane: u16, begin: Place, cx: &Cx<'_>) -> Fate {
        self.forget_separator(cx);
        let state = self.tracker.state();
        if let Some(walker) = &mut self.walker {
            walker.fragment_begins(lane, begin.raw, state);
        }
        Fate::Lane
    }

    /// A string ends at its quote, which ends at `after`: if it is a fragment of a lane, or of what a function is given,
    /// that ends; if it is a function's name, that is known.
    fn fragment_ends(&mut self, index: usize, end: Place, after: Place, cx: &mut Cx<'_>) {
        if index == 0
            && let Some(walker) = &mut self.walker
        {
            walker.fragment_ends(end.raw);
            walker.string_ends(after.raw);
            // An object that is given ends with its bracket.
            if self.replaced.is_none() {
                walker.given_ends(end.raw);
            }
            self.tell_due(after, cx);
        }
    }

    /// A piece of a string that lanes may ask for.
    fn note_value(&mut self, index: usize, role: Role, bytes: &[u8]) {
        if index == 0
            && role == Role::Value
            && let Some(walker) = &mut self.walker
        {
            walker.value(bytes);
        }
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
            let _ = self.sort_of(index, Role::Value);
            let fate = self.bare_begins(index, map.at(from), first, cx);
            let is_field = fate == Fate::Mask;
            let searched = (fate == Fate::Search || is_field) && !is_word && self.replaced.is_none();
            // Whole and cold: there is nothing in it. One that is too long is held like any other.
            let cold = extent.ends
                && !is_field
                && (to - from) as u64 <= u64::from(cx.plan.limits.number)
                && !self.slot.has_label()
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
                let begin = own(index, map, from, to, 0).at(0);
                self.slot.begin(Slot::Number, begin);
                if is_field {
                    self.mask_field(begin, cx);
                }
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
        if index == 0
            && let Some(walker) = &mut self.walker
        {
            walker.value(text);
        }
        if level.bare == Bare::Searched {
            let place = own(index, map, from, to, self.slot.len());
            let (slot, mut to) = self.searched_as(Slot::Number, cx);
            slot.feed(
                text,
                place,
                Some(Hot::Planes {
                    blocks: window.blocks,
                    at: from,
                }),
                &mut to,
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
    pub(super) fn end_bare(&mut self, index: usize, end: Place, cx: &mut Cx<'_>) {
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
            let (slot, mut to) = self.searched_as(Slot::Number, cx);
            slot.finish(end, &mut to);
        }
        self.end_replaced_value(index, end, cx);
    }

    /// A key is complete: its decoded name.
    fn key_ends(&mut self, index: usize, name: &[u8], cx: &mut Cx<'_>) {
        if index == 0
            && let Some(walker) = &mut self.walker
        {
            walker.key(name);
        }
        let shown = core::mem::take(&mut self.ordinal.shown);
        let shown = if shown.is_empty() { name } else { &shown };
        self.tracker.key(&cx.rules.paths, name, shown);
    }
}
