//! The document by its planes alone.
//!
//! Under the structural grammar, where no rule depends on a path, most tokens need no answer: brackets are counted,
//! strings are searched only where they are hot, and where we are in the document is worked out when a finding asks
//! for it. What is rare (escapes, nested JSON, what lies over two windows) goes token by token, as everything does
//! elsewhere; both ways answer alike, and tests hold them against one another.

use super::body::{Body, Cx};
use super::level::own;
use super::map::{Map, Place};
use super::scribe::Scribe;
use super::unescape::{Decoded, Escapes, Outer, Unescape};
use crate::Slot;
use crate::detect::Hot;
use crate::error::{ErrorKind, Limit, SenderError};
use crate::path::{Paths, Tracker};
use crate::simd::Block;
use crate::token::{Bracket, Expect, Role, Stop, Token, Tokenizer, Window};

/// How far the tokenizer lags behind the search, and how it catches up.
pub(crate) struct Lag<'a> {
    /// The tokenizer that lags.
    pub tokenizer: &'a mut Tokenizer,
    /// What it reads.
    pub window: Window<'a>,
    /// How far it has come.
    pub at: &'a mut usize,
    /// How far it has to come: where the text begins whose findings ask.
    pub to: usize,
    /// Whether that text is a string.
    pub string: bool,
}

impl Lag<'_> {
    /// Catches up. The kind of the text it has come to.
    pub(crate) fn catch_up(self, paths: &Paths, tracker: &mut Tracker) -> Option<Slot> {
        // Inside brackets the structural grammar refuses nothing that the search has not refused.
        let _ = walk(self.tokenizer, &self.window, self.at, self.to, paths, tracker);
        let key = matches!(self.tokenizer.expect(), Expect::Key | Expect::KeyOrClose);
        self.string.then_some(if key { Slot::Key } else { Slot::Value })
    }
}

/// Follows the tokens that begin before `to`, without searching them.
fn walk(
    tokenizer: &mut Tokenizer,
    window: &Window<'_>,
    at: &mut usize,
    to: usize,
    paths: &Paths,
    tracker: &mut Tracker,
) -> Result<(), Stop> {
    while let Some(token) = tokenizer.next_before(window, at, to)? {
        match token {
            Token::Open(_, kind) => tracker.open(paths, kind),
            Token::Close(..) => tracker.close(),
            Token::Comma(_) => tracker.comma(paths),
            Token::String {
                role: Role::Key,
                from,
                to,
                ..
            } => {
                let name = window.bytes.get(from..to).unwrap_or_default();
                name_member(tracker, paths, name);
            }
            Token::Colon(_) | Token::String { .. } | Token::Bare { .. } => {}
        }
    }
    *at = to;
    Ok(())
}

/// A key was read that nothing in was masked.
fn name_member(tracker: &mut Tracker, paths: &Paths, name: &[u8]) {
    if memchr::memchr(b'\\', name).is_none() {
        return tracker.key(paths, name, name);
    }
    let mut decoded = Decoded::default();
    let mut unescape = Unescape::new(Escapes::Lenient, Outer::Makes(0));
    let map = Map::same(Place::default(), name.len());
    // What is lenient refuses nothing.
    let _ = unescape.feed(name, &map, &mut decoded);
    let _ = unescape.finish(map.end(), &mut decoded);
    tracker.key(paths, &decoded.bytes, &decoded.bytes);
}

/// A limit of keys that is less than this is found token by token: blocks would be too coarse.
const SHORT_KEY: u32 = 256;

/// Everything that ends a bare value.
fn structure(block: &Block) -> u64 {
    block.quote | block.open | block.close | block.colon | block.comma
}

impl Body {
    /// Reads a window of the document.
    pub(super) fn fast(
        &mut self,
        window: &Window<'_>,
        strings: &[u64],
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let mut done = 0;
        // What is open from before goes on token by token.
        while self
            .levels
            .first()
            .is_some_and(|level| level.tokenizer.in_string() || level.tokenizer.in_bare())
        {
            if !self.token(0, window, map, &mut done, cx)? {
                return Ok(());
            }
        }
        let Some(level) = self.levels.first() else {
            return Ok(());
        };
        let complete = level.tokenizer.expect() == Expect::End;
        if complete || cx.plan.limits.key < SHORT_KEY {
            return self.token_by_token(done, window, map, cx);
        }
        let mut stack = core::mem::take(&mut self.stack);
        stack.copy_from(level.tokenizer.stack());
        let result = self.search(window, strings, map, done, &mut stack, cx);
        self.stack = stack;
        result
    }

    fn search(
        &mut self,
        window: &Window<'_>,
        strings: &[u64],
        map: &Map<'_>,
        mut done: usize,
        stack: &mut crate::token::Stack,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let depth = cx.plan.limits.depth;
        let len = window.bytes.len();
        let mut lag = done;
        let first = done / 64;
        let mut inside = 0;
        for (index, block) in window.blocks.iter().enumerate().skip(first) {
            let base = index * 64;
            if base >= len {
                break;
            }
            let string = strings.get(index).copied().unwrap_or_default();
            let mut events =
                block.open | block.close | block.hot | block.backslash | block.control | block.blank;
            if string == 0 && structure(block) == 0 && base >= done && stack.len() > 0 && len - base >= 64 {
                // A long stretch without structure: it may be a number past its limit.
                return self.token_by_token(lag, window, map, cx);
            }
            // A string as long as that may be a key past its limit.
            inside = if string == u64::MAX { inside + 64 } else { 0 };
            if inside + 128 > u64::from(cx.plan.limits.key) && inside > 0 && base >= done {
                let quote = window.last(base, |block, index| {
                    block.quote & strings.get(index).copied().unwrap_or(0)
                });
                if let Some(quote) = quote.filter(|quote| *quote >= done) {
                    if !self.slow_string(&mut lag, quote, window, map, cx)? {
                        return Ok(());
                    }
                    done = lag;
                }
            }
            if done > base {
                if done >= base + 64 {
                    continue;
                }
                events &= u64::MAX << (done - base);
            }
            while events != 0 {
                let bit = events & events.wrapping_neg();
                let at = base + events.trailing_zeros() as usize;
                events ^= bit;
                // No text contains structure: a trigger that ends with it began outside.
                if at < done || (block.quote | block.colon | block.comma) & bit != 0 {
                    continue;
                }
                // Most of what is hot is nothing: the kernel looks at little, and errs on the safe side.
                let cold = block.backslash | block.control | block.blank | block.open | block.close;
                if cold & bit == 0 && !cx.rules.detectors.is_triggered(window.bytes, at) {
                    continue;
                }
                if block.open & bit != 0 {
                    let before = window.bytes.get(lag..at).unwrap_or_default();
                    if stack.len() == 0 && !before.iter().all(u8::is_ascii_whitespace) {
                        // A document does not begin with its second value.
                        return self.token_by_token(lag, window, map, cx);
                    }
                    if stack.len() >= depth {
                        return Err(Stop {
                            at,
                            kind: ErrorKind::Limit(Limit::Depth),
                        });
                    }
                    stack.push(Bracket::of(window.byte(at)));
                    continue;
                }
                if stack.len() == 0 {
                    // No brackets: whatever this is, it is short, or wrong.
                    return self.token_by_token(lag, window, map, cx);
                }
                if block.close & bit != 0 {
                    if !stack.pop(Bracket::of(window.byte(at))) {
                        return Err(Stop {
                            at,
                            kind: ErrorKind::Sender(SenderError::MismatchedBracket),
                        });
                    }
                    if stack.len() == 0 {
                        return self.end_fast(at + 1, window);
                    }
                    continue;
                }
                if string & bit != 0 {
                    let quote = window.last(at, |block, index| {
                        block.quote & strings.get(index).copied().unwrap_or(0)
                    });
                    let Some(quote) = quote.filter(|quote| *quote >= done) else {
                        return self.token_by_token(lag, window, map, cx);
                    };
                    let end = window.next(quote + 1, |block| block.quote).unwrap_or(len);
                    let nested = |block: &Block| block.control | block.blank;
                    // An escape may stand for the blank or the bracket that nested JSON begins with.
                    let begins_escaped = window.byte(quote + 1) == b'\\'
                        && matches!(window.byte(quote + 2), b'n' | b'r' | b't' | b'u');
                    let slow = end == len || begins_escaped || window.any(quote + 1, end, nested);
                    if slow {
                        if !self.slow_string(&mut lag, quote, window, map, cx)? {
                            return Ok(());
                        }
                        done = lag;
                    } else if window.any(quote + 1, end, |block| block.backslash) {
                        let hot = window.any(quote + 1, end, |block| block.hot);
                        if !hot && cx.rules.detectors.escapes_are_plain(window.bytes, quote + 1, end) {
                            done = end + 1;
                            continue;
                        }
                        self.search_escaped(quote, quote + 1..end, &mut lag, window, map, cx);
                        done = end + 1;
                    } else {
                        self.search_text(Slot::Value, quote, quote + 1..end, &mut lag, window, map, cx);
                        done = end + 1;
                    }
                } else {
                    let from = window
                        .last(at, |block, _| structure(block))
                        .map_or(0, |at| at + 1)
                        .max(done);
                    let end = window.next(at, structure).unwrap_or(len);
                    if end == len || window.any(from, end, |block| block.backslash) {
                        self.catch_up(&mut lag, from, window, cx)?;
                        return self.token_by_token(lag, window, map, cx);
                    }
                    let text = window.bytes.get(from..end).unwrap_or_default();
                    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                    self.search_text(Slot::Number, from, from + blanks..end, &mut lag, window, map, cx);
                    done = end;
                }
            }
        }
        if stack.len() == 0 {
            return self.token_by_token(lag, window, map, cx);
        }
        // What is open at the end goes token by token.
        let tail = if self.ends_in_string(strings, len) {
            window.last(len - 1, |block, index| {
                block.quote & strings.get(index).copied().unwrap_or(0)
            })
        } else {
            window
                .last(len.saturating_sub(1), |block, _| structure(block))
                .map(|at| at + 1)
        };
        let tail = tail.unwrap_or(0).max(lag);
        self.catch_up(&mut lag, tail, window, cx)?;
        self.token_by_token(lag, window, map, cx)
    }

    fn ends_in_string(&self, strings: &[u64], len: usize) -> bool {
        let last = len.saturating_sub(1);
        strings
            .get(last / 64)
            .is_some_and(|string| string >> (last % 64) & 1 == 1)
    }

    /// The outermost bracket closed: the rest must be blank.
    fn end_fast(&mut self, from: usize, window: &Window<'_>) -> Result<(), Stop> {
        if let Some(level) = self.levels.first_mut() {
            level.tokenizer.complete();
        }
        self.tracker.reset();
        let rest = window.bytes.get(from..).unwrap_or_default();
        match rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        {
            Some(skip) => Err(Stop {
                at: from + skip,
                kind: ErrorKind::Sender(SenderError::TrailingBytes),
            }),
            None => Ok(()),
        }
    }

    /// The rest of the window, token by token.
    fn token_by_token(
        &mut self,
        mut at: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        while self.token(0, window, map, &mut at, cx)? {}
        Ok(())
    }

    /// Reads the string at a quote with the tokenizer; whether something follows it in the window.
    fn slow_string(
        &mut self,
        lag: &mut usize,
        quote: usize,
        window: &Window<'_>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<bool, Stop> {
        self.catch_up(lag, quote, window, cx)?;
        let mut more = self.token(0, window, map, lag, cx)?;
        // What stands before a wrong byte comes first.
        while more
            && *lag < window.bytes.len()
            && self
                .levels
                .first()
                .is_some_and(|level| level.tokenizer.in_string())
        {
            more = self.token(0, window, map, lag, cx)?;
        }
        Ok(more && *lag < window.bytes.len())
    }

    /// Brings the tokenizer to `to`.
    fn catch_up(
        &mut self,
        lag: &mut usize,
        to: usize,
        window: &Window<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let Self { levels, tracker, .. } = self;
        let Some(level) = levels.first_mut() else {
            return Ok(());
        };
        walk(&mut level.tokenizer, window, lag, to, &cx.rules.paths, tracker)
    }

    /// If the text just searched was a key in which something was masked, paths show the replacement.
    fn show_key(&mut self, lag: &mut usize, window: &Window<'_>, cx: &mut Cx<'_>) {
        let shown = core::mem::take(&mut self.ordinal.shown);
        if shown.is_empty() {
            return;
        }
        // A finding has brought the tokenizer to the key: it reads it, and nothing else.
        if let Some(level) = self.levels.first_mut() {
            let _ = level.tokenizer.next(window, lag);
        }
        self.tracker.key(&cx.rules.paths, &shown, &shown);
    }

    /// Searches a whole text; where we are is worked out if it has findings.
    #[allow(clippy::too_many_arguments, reason = "a text with its window and its place")]
    fn search_text(
        &mut self,
        kind: Slot,
        token: usize,
        text: core::ops::Range<usize>,
        lag: &mut usize,
        window: &Window<'_>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) {
        let Self {
            levels,
            tracker,
            slot,
            ordinal,
            ..
        } = self;
        let Some(level) = levels.first_mut() else { return };
        let place = own(0, map, text.start, text.end, 0);
        let hot = Hot {
            blocks: window.blocks,
            at: text.start,
        };
        let bytes = window.bytes.get(text).unwrap_or_default();
        let string = kind != Slot::Number;
        let tokenizer = &mut level.tokenizer;
        let behind = Lag {
            tokenizer,
            window: *window,
            at: &mut *lag,
            to: token,
            string,
        };
        let mut to = Scribe {
            lag: Some(behind),
            ..super::body::scribe(tracker, ordinal, kind, cx)
        };
        slot.whole(kind, bytes, place, hot, &mut to);
        self.show_key(lag, window, cx);
    }

    /// Searches a whole string with escapes that cannot be JSON.
    fn search_escaped(
        &mut self,
        token: usize,
        text: core::ops::Range<usize>,
        lag: &mut usize,
        window: &Window<'_>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) {
        let Self {
            levels,
            tracker,
            slot,
            ordinal,
            ..
        } = self;
        let Some(level) = levels.first_mut() else { return };
        let mut decoded = core::mem::take(&mut level.decoded);
        decoded.clear();
        let place = map.slice(text.start, text.end);
        let mut unescape = Unescape::new(Escapes::Lenient, Outer::Makes(0));
        // What is lenient refuses nothing.
        let _ = unescape.feed(window.bytes.get(text).unwrap_or_default(), &place, &mut decoded);
        let _ = unescape.finish(place.end(), &mut decoded);
        let tokenizer = &mut level.tokenizer;
        let behind = Lag {
            tokenizer,
            window: *window,
            at: &mut *lag,
            to: token,
            string: true,
        };
        let mut to = Scribe {
            lag: Some(behind),
            ..super::body::scribe(tracker, ordinal, Slot::Value, cx)
        };
        let end = decoded.end;
        if memchr::memchr(b'\\', &decoded.bytes).is_none() {
            slot.all(Slot::Value, &decoded.bytes, decoded.map(), &mut to);
        } else {
            let mut twice = Decoded::default();
            let mut unescape = Unescape::new(Escapes::Lenient, Outer::Inherits);
            let _ = unescape.feed(&decoded.bytes, &decoded.map(), &mut twice);
            let _ = unescape.finish(end, &mut twice);
            slot.all(Slot::Value, &twice.bytes, twice.map(), &mut to);
        }
        if let Some(level) = levels.first_mut() {
            level.decoded = decoded;
        }
        self.show_key(lag, window, cx);
    }
}
