//! The document by its planes alone.
//!
//! Under the structural grammar, where no rule depends on a path, most tokens need no answer: brackets are counted,
//! strings are searched only where they are hot, and where we are in the document is worked out when a finding asks
//! for it. What is rare (nested JSON, what lies over two windows) goes token by token, as everything does elsewhere;
//! both ways answer alike, and tests hold them against one another.

use super::body::{Body, Cx};
use super::level::own;
use super::map::Map;
use super::scribe::Scribe;
use super::skim::{Lag, Skim, Spot};
use super::slot::SlotText;
use super::unescape::{Decoded, Escapes, Outer, Unescape};
use crate::Slot;
use crate::detect::{Detectors, Hiding, Hot};
use crate::error::{ErrorKind, Limit, SenderError};
use crate::rules::Grammar;
use crate::simd::Block;
use crate::token::{Bracket, Expect, Stack, Stop, Window, walk};

/// A limit of keys that is less than this is found token by token: blocks would be too coarse.
const SHORT_KEY: u32 = 256;

/// The same for numbers: one that lies over two blocks may leave structure in both.
const SHORT_NUMBER: u32 = 128;

/// Everything that ends a bare value.
fn structure(block: &Block) -> u64 {
    block.quote | block.operator
}

/// Where a search has to look closer, but for brackets.
fn others(block: &Block, string: u64) -> u64 {
    // No text contains structure: a trigger that ends with it began outside.
    let hot = block.hot & !(block.quote | block.operator & !string);
    block.backslash | (block.control | block.lead) & string | hot
}

/// Whether what a block's bit says of a byte `at` in a string, which is one of [`others`], makes no difference: most of
/// what is hot is nothing, since the kernel errs on the safe side, and most escapes part lines.
fn is_nothing(block: &Block, bit: u64, at: usize, window: &Window<'_>, detectors: &Detectors) -> bool {
    if (block.control | block.lead) & bit != 0 {
        return false;
    }
    if block.backslash & bit != 0 {
        // One behind the quote may stand for a blank before JSON.
        let begins = at.checked_sub(1).is_none_or(|before| window.byte(before) == b'"');
        return !begins && block.hot & bit == 0 && detectors.escapes.is_plain(window.bytes, at);
    }
    let bytes = window.bytes;
    !(detectors.is_triggered(bytes, at) || detectors.may_be_triggered(bytes, at) && has_escapes(window, at))
}

/// Whether there are escapes in the string in which byte `at` is.
#[cold]
fn has_escapes(window: &Window<'_>, at: usize) -> bool {
    let from = window.opening(at).unwrap_or(window.from());
    let end = window.next(at, |block| block.quote).unwrap_or(window.bytes.len());
    window.any(from, end, |block| block.backslash)
}

/// What a search carries through a window.
struct Search<'w, 'm> {
    window: &'w Window<'w>,
    map: &'w Map<'m>,
    /// The position of the first token that begins in the window.
    from: usize,
    /// Everything before this position is read.
    done: usize,
    skim: Skim,
}

/// How a window goes on.
enum Next {
    /// By its planes.
    Search,
    /// Token by token, from where the tracker is.
    Tokens,
    /// Not at all: nothing follows.
    Nothing,
}

impl Body {
    /// Reads a window of the document.
    pub(super) fn fast(&mut self, window: &Window<'_>, map: &Map<'_>, cx: &mut Cx<'_>) -> Result<(), Stop> {
        let mut done = window.from();
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
        let limits = &cx.plan.limits;
        let complete = level.tokenizer.expect() == Expect::End;
        if complete || limits.key < SHORT_KEY || limits.number < SHORT_NUMBER {
            return self.token_by_token(done, window, map, cx);
        }
        let mut stack = core::mem::take(&mut self.stack);
        stack.copy_from(level.tokenizer.stack());
        // What the full grammar refuses is searched up to there; then the tokenizer says what it is.
        let right = match self.grammar {
            Grammar::Structural => window.bytes.len(),
            Grammar::Full => {
                let right = walk(window, done, level.tokenizer.expect(), &mut stack, limits.depth);
                stack.copy_from(level.tokenizer.stack());
                right
            }
        };
        let part = window.upto(right);
        let mut search = Search {
            window: &part,
            map,
            from: done,
            done,
            skim: Skim::new(
                done,
                &level.tokenizer,
                core::mem::take(&mut self.skimmed),
                cx.wants_paths,
            ),
        };
        let result = self.search(&mut search, &mut stack, cx);
        if let Ok(Next::Tokens) = result {
            self.stand(&search, &stack);
        }
        let at = match result {
            Ok(Next::Tokens) => Ok(search.skim.at),
            Ok(_) => Ok(right),
            Err(stop) => Err(stop),
        };
        self.stack = stack;
        self.skimmed = search.skim.into_scratch();
        self.token_by_token(at?, window, map, cx)
    }

    fn search(
        &mut self,
        search: &mut Search<'_, '_>,
        stack: &mut Stack,
        cx: &mut Cx<'_>,
    ) -> Result<Next, Stop> {
        let window = search.window;
        let len = window.bytes.len();
        let (chunks, _) = window.bytes.as_chunks();
        let most = cx.plan.limits.depth;
        // A string of so many blocks without structure may be a key past its limit.
        let long = u64::from(cx.plan.limits.key).saturating_sub(128);
        let mut inside = 0;
        let mut index = search.done / 64;
        while index * 64 < len
            && let Some(block) = window.blocks.get(index)
        {
            let base = index * 64;
            let string = window.inside(block);
            let mut brackets = block.bracket & !string;
            let mut others = others(block, string);
            // Only brackets, if anything, or only a string: most blocks are like that.
            if others == 0
                && base >= search.done
                && let Some(chunk) = chunks.get(index)
            {
                if structure(block) == 0 && string != 0 && inside + 64 <= long {
                    inside += 64;
                    index += 1;
                    continue;
                }
                if structure(block) != 0 {
                    brackets = stack.pass((chunk, base), brackets, most, &mut search.skim.opens);
                    inside = 0;
                    index += 1;
                    while brackets != 0 {
                        let at = base + brackets.trailing_zeros() as usize;
                        brackets &= brackets - 1;
                        match self.bracket(at, search, stack, cx)? {
                            Next::Search => {}
                            other => return Ok(other),
                        }
                    }
                    continue;
                }
            }
            index += 1;
            let mut live = u64::MAX >> (64 - (len - base).min(64));
            if structure(block) == 0 {
                if string == 0 && base >= search.done && stack.len() > 0 && len - base >= 64 {
                    // A long stretch without structure: it may be a number past its limit.
                    let from = window.last(base, structure).map_or(search.done, |at| at + 1);
                    self.go(search, from.max(search.done), stack, cx);
                    return Ok(Next::Tokens);
                }
                inside += 64;
                if string != 0 && inside > long && base >= search.done {
                    if stack.len() == 0 {
                        return Ok(Next::Tokens);
                    }
                    let quote = window.opening(base);
                    if let Some(quote) = quote.filter(|quote| *quote >= search.done)
                        && !self.slow_string(search, quote, stack, cx)?
                    {
                        return Ok(Next::Nothing);
                    }
                }
            } else {
                inside = 0;
            }
            if search.done > base {
                if search.done >= base + 64 {
                    index = search.done / 64;
                    continue;
                }
                live &= u64::MAX << (search.done - base);
            }
            (brackets, others) = (brackets & live, others & live);
            let mut events = brackets | others;
            while events != 0 {
                let bit = events & events.wrapping_neg();
                let at = base + events.trailing_zeros() as usize;
                events ^= bit;
                if brackets & bit != 0 {
                    match self.bracket(at, search, stack, cx)? {
                        Next::Search => continue,
                        other => return Ok(other),
                    }
                }
                if string & bit != 0 && is_nothing(block, bit, at, window, &cx.rules.detectors) {
                    continue;
                }
                if string & bit == 0
                    && block.backslash & bit == 0
                    && !cx.rules.detectors.is_triggered(window.bytes, at)
                {
                    continue;
                }
                if stack.len() == 0 {
                    // No brackets: whatever this is, it is short, or wrong.
                    return Ok(Next::Tokens);
                }
                let next = if string & bit != 0 {
                    self.hot_string(search, at, stack, cx)?
                } else {
                    self.hot_bare(search, at, stack, cx)
                };
                match next {
                    Next::Search => {}
                    other => return Ok(other),
                }
                if search.done >= base + 64 {
                    break;
                }
                if search.done > base {
                    events &= u64::MAX << (search.done - base);
                }
            }
        }
        // What is open at the end goes token by token.
        if stack.len() > 0
            && let Some(last) = len.checked_sub(1).filter(|last| *last >= window.from())
        {
            let in_string = window
                .blocks
                .get(last / 64)
                .is_some_and(|block| window.inside(block) >> (last % 64) & 1 == 1);
            let tail = if in_string {
                window.opening(last)
            } else {
                window.last(last, structure).map(|at| at + 1)
            };
            let tail = tail.unwrap_or(0).max(search.skim.at);
            self.go(search, tail, stack, cx);
        }
        Ok(Next::Tokens)
    }

    /// A bracket outside strings.
    #[inline(always)]
    fn bracket(
        &mut self,
        at: usize,
        search: &mut Search<'_, '_>,
        stack: &mut Stack,
        cx: &Cx<'_>,
    ) -> Result<Next, Stop> {
        let byte = search.window.byte(at);
        let kind = Bracket::of(byte);
        if is_open(byte) {
            if stack.len() == 0 && !search.is_blank_to(at) {
                // A document does not begin with its second value.
                return Ok(Next::Tokens);
            }
            if stack.len() >= cx.plan.limits.depth {
                return Err(Stop {
                    at,
                    kind: ErrorKind::Limit(Limit::Depth),
                });
            }
            search.skim.opens.open(stack.len(), at);
            stack.push(kind);
            return Ok(Next::Search);
        }
        if stack.pop(kind) {
            if stack.len() > 0 {
                return Ok(Next::Search);
            }
            return self.end_fast(at + 1, search.window).map(|()| Next::Nothing);
        }
        if stack.len() == 0 {
            return Ok(Next::Tokens);
        }
        Err(Stop {
            at,
            kind: ErrorKind::Sender(SenderError::MismatchedBracket),
        })
    }

    /// A string has something in it at `at`.
    #[inline(never)]
    fn hot_string(
        &mut self,
        search: &mut Search<'_, '_>,
        at: usize,
        stack: &Stack,
        cx: &mut Cx<'_>,
    ) -> Result<Next, Stop> {
        let window = search.window;
        let len = window.bytes.len();
        let Some(quote) = window.opening(at).filter(|quote| *quote >= search.done) else {
            self.go(search, search.done, stack, cx);
            return Ok(Next::Tokens);
        };
        let end = window.next(quote + 1, |block| block.quote).unwrap_or(len);
        let [controls, escapes, hot] = window.either(quote + 1, end, |block| {
            [block.control, block.backslash, block.hot]
        });
        let is_odd = end == len || controls;
        if is_odd || may_be_json(window.bytes.get(quote + 1..end).unwrap_or_default()) {
            return Ok(match self.slow_string(search, quote, stack, cx)? {
                true => Next::Search,
                false => Next::Nothing,
            });
        }
        if escapes {
            let detectors = &cx.rules.detectors;
            let hiding = detectors.escapes.hiding(window.bytes, quote + 1, end);
            if hiding == Hiding::Anything
                || window.find(
                    quote + 1,
                    end,
                    |block| block.hot,
                    |at| detectors.may_be_triggered(window.bytes, at),
                )
            {
                self.search_escaped(quote, quote + 1..end, hiding, search, stack, cx);
            }
        } else if hot {
            self.search_text(Slot::Value, quote, quote + 1..end, search, stack, cx);
        }
        search.done = end + 1;
        Ok(Next::Search)
    }

    /// What is between strings and structure has something in it at `at`.
    fn hot_bare(&mut self, search: &mut Search<'_, '_>, at: usize, stack: &Stack, cx: &mut Cx<'_>) -> Next {
        let window = search.window;
        let len = window.bytes.len();
        let from = window
            .last(at, structure)
            .map_or(window.from(), |at| at + 1)
            .max(search.done);
        let end = window.next(at, structure).unwrap_or(len);
        if end == len || window.any(from, end, |block| block.backslash) {
            self.go(search, from, stack, cx);
            return Next::Tokens;
        }
        let text = window.bytes.get(from..end).unwrap_or_default();
        let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.search_text(Slot::Number, from, from + blanks..end, search, stack, cx);
        search.done = end;
        Next::Search
    }

    /// Brings the tracker to a token.
    fn go(&mut self, search: &mut Search<'_, '_>, to: usize, stack: &Stack, cx: &Cx<'_>) {
        let spot = Spot {
            window: search.window,
            at: to,
            stack,
        };
        search.skim.go(spot, &cx.rules.paths, &mut self.tracker);
    }

    /// Brings the tokenizer to where the tracker is.
    fn stand(&mut self, search: &Search<'_, '_>, stack: &Stack) {
        // Before the outermost bracket it has not moved.
        if stack.len() > 0
            && let Some(level) = self.levels.first_mut()
        {
            let expect = search.skim.expect(search.window, search.from, stack);
            level.tokenizer.stand(expect, stack);
        }
    }

    /// The outermost bracket closed: the rest must be blank.
    #[inline(never)]
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
        search: &mut Search<'_, '_>,
        quote: usize,
        stack: &Stack,
        cx: &mut Cx<'_>,
    ) -> Result<bool, Stop> {
        let (window, map) = (search.window, search.map);
        self.go(search, quote, stack, cx);
        self.stand(search, stack);
        let mut at = quote;
        let mut more = self.token(0, window, map, &mut at, cx)?;
        // What stands before a wrong byte comes first.
        while more
            && at < window.bytes.len()
            && self
                .levels
                .first()
                .is_some_and(|level| level.tokenizer.in_string())
        {
            more = self.token(0, window, map, &mut at, cx)?;
        }
        let is_key = self
            .levels
            .first()
            .is_some_and(|level| level.tokenizer.expect() == Expect::Colon);
        if is_key {
            search.skim.passed_key(at.saturating_sub(1));
        } else {
            search.skim.passed(at);
        }
        search.done = at;
        Ok(more && at < window.bytes.len())
    }

    /// If the text just searched was a key in which something was masked, paths show the replacement.
    fn show_key(&mut self, end: usize, search: &mut Search<'_, '_>, cx: &mut Cx<'_>) {
        let shown = core::mem::take(&mut self.ordinal.shown);
        if !shown.is_empty() {
            // A finding has brought the tracker to the key.
            search.skim.passed_key(end);
            self.tracker.key(&cx.rules.paths, &shown, &shown);
        }
    }

    /// Searches a whole text of a token; where we are is worked out if it has findings.
    fn search_text(
        &mut self,
        kind: Slot,
        token: usize,
        text: core::ops::Range<usize>,
        search: &mut Search<'_, '_>,
        stack: &Stack,
        cx: &mut Cx<'_>,
    ) {
        let place = own(0, search.map, text.start, text.end, 0);
        let hot = Hot::Planes {
            blocks: search.window.blocks,
            at: text.start,
        };
        let end = text.end;
        let bytes = search.window.bytes.get(text).unwrap_or_default();
        self.searched(kind, token, search, stack, cx, |slot, to| {
            slot.whole(kind, bytes, place, hot, to);
        });
        self.show_key(end, search, cx);
    }

    /// Searches a whole string with escapes that cannot be JSON.
    #[inline(never)]
    fn search_escaped(
        &mut self,
        token: usize,
        text: core::ops::Range<usize>,
        hiding: Hiding,
        search: &mut Search<'_, '_>,
        stack: &Stack,
        cx: &mut Cx<'_>,
    ) {
        let Some(level) = self.levels.first_mut() else {
            return;
        };
        let mut decoded = core::mem::take(&mut level.decoded);
        decoded.clear();
        let (start, end) = (text.start, text.end);
        let place = search.map.slice(start, end);
        let mut unescape = Unescape::new(Escapes::Lenient, Outer::Makes(0));
        // What is lenient refuses nothing.
        let _ = unescape.feed(
            search.window.bytes.get(text).unwrap_or_default(),
            &place,
            &mut decoded,
        );
        let _ = unescape.finish(place.end(), &mut decoded);
        let mut hot = core::mem::take(&mut self.hot);
        hot.clear();
        if hiding == Hiding::Nothing {
            // What is hot as it is written is hot where it lies in the text.
            let written = search.window.upto(end);
            let next = |from| written.next(from, |block| block.hot);
            let (mut at, mut len) = (next(start), 0);
            decoded.map().each_run(|run, count| {
                let begin = start + (run.raw - place.at(0).raw) as usize;
                while let Some(hot_at) = at.filter(|at| *at < begin + count) {
                    hot.extend(hot_at.checked_sub(begin).map(|by| len + by));
                    at = next(hot_at + 1);
                }
                len += count;
            });
        }
        self.searched(Slot::Value, token, search, stack, cx, |slot, to| {
            if memchr::memchr(b'\\', &decoded.bytes).is_none() {
                return match hiding {
                    Hiding::Nothing => {
                        slot.whole(Slot::Value, &decoded.bytes, decoded.map(), Hot::Listed(&hot), to)
                    }
                    _ => slot.all(Slot::Value, &decoded.bytes, decoded.map(), to),
                };
            }
            let mut twice = Decoded::default();
            let mut unescape = Unescape::new(Escapes::Lenient, Outer::Inherits);
            let _ = unescape.feed(&decoded.bytes, &decoded.map(), &mut twice);
            let _ = unescape.finish(decoded.end, &mut twice);
            slot.all(Slot::Value, &twice.bytes, twice.map(), to);
        });
        self.hot = hot;
        if let Some(level) = self.levels.first_mut() {
            level.decoded = decoded;
        }
        self.show_key(end, search, cx);
    }

    /// Has a text read whose findings ask where it is: at a token.
    fn searched(
        &mut self,
        kind: Slot,
        token: usize,
        search: &mut Search<'_, '_>,
        stack: &Stack,
        cx: &mut Cx<'_>,
        read: impl FnOnce(&mut SlotText, &mut Scribe<'_>),
    ) {
        let lag = Lag {
            skim: &mut search.skim,
            to: Spot {
                window: search.window,
                at: token,
                stack,
            },
            string: kind != Slot::Number,
        };
        let (slot, to) = self.searched_as(kind, cx);
        let mut to = Scribe { lag: Some(lag), ..to };
        read(slot, &mut to);
    }
}

impl Search<'_, '_> {
    /// Whether nothing stands between the tracker and a position.
    fn is_blank_to(&self, at: usize) -> bool {
        let before = self.window.bytes.get(self.skim.at..at).unwrap_or_default();
        before.iter().all(u8::is_ascii_whitespace)
    }
}

/// Whether a string begins with a bracket, behind blanks: an escape may stand for either.
fn may_be_json(text: &[u8]) -> bool {
    let first = text.iter().position(|byte| *byte != b' ');
    match first.and_then(|at| text.get(at..)) {
        Some([b'{' | b'[', ..]) => true,
        Some([b'\\', escape, ..]) => matches!(escape, b'n' | b'r' | b't' | b'u'),
        // Blanks all along: which they are is not decided.
        None => !text.is_empty(),
        Some(_) => false,
    }
}

/// Whether a bracket opens: `{` and `[` have bit 1, `}` and `]` do not.
fn is_open(byte: u8) -> bool {
    byte & 2 != 0
}
