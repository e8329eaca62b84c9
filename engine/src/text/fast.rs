//! The document by its planes alone.
//!
//! Under the structural grammar, where no rule depends on a path, most tokens need no answer: brackets are counted,
//! strings are searched only where they are hot, and where we are in the document is worked out when a finding asks
//! for it. What is rare (nested JSON, what lies over two windows) goes token by token, as everything does elsewhere;
//! both ways answer alike, and tests hold them against one another.

use super::body::{Body, Cx};
use super::closer::{are_plain, others};
use super::map::Map;
use super::names::Names;
use super::skim::{Skim, Spot};
use crate::detect::{Detectors, Written};
use crate::error::{ErrorKind, Limit, SenderError};
use crate::rules::Grammar;
use crate::simd::Block;
use crate::token::{Bracket, Expect, Stack, Stop, Window, walk};

/// A limit of keys that is less than this is found token by token: blocks would be too coarse.
const SHORT_KEY: u32 = 256;

/// The same for numbers: one that lies over two blocks may leave structure in both.
const SHORT_NUMBER: u32 = 128;

/// Everything that ends a bare value.
pub(super) fn structure(block: &Block) -> u64 {
    block.quote | block.operator
}

/// What a search carries through a window.
pub(super) struct Search<'w, 'm> {
    pub window: &'w Window<'w>,
    pub map: &'w Map<'m>,
    /// The position of the first token that begins in the window.
    from: usize,
    /// Everything before this position is read.
    pub done: usize,
    /// The brackets that are open there.
    pub stack: Stack,
    /// It ends where no more brackets than these would be open.
    floor: u32,
    /// The first bracket, counted from outside, for which a name on the way has led elsewhere than others would.
    pub deviates: usize,
    pub skim: Skim,
    pub names: Names,
}

/// How a window goes on.
pub(super) enum Next {
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
        let mut right = None;
        loop {
            // What is open from before goes on token by token, and so does a value that its name leads to.
            while self.slot.has_label()
                || self
                    .levels
                    .first()
                    .is_some_and(|level| level.tokenizer.in_string() || level.tokenizer.in_bare())
            {
                if !self.token(0, window, map, &mut done, cx)? {
                    return Ok(());
                }
            }
            done = self.skip(window, done, 0, &mut right, map, cx)?;
            if !self.slot.has_label() {
                return self.token_by_token(done, window, map, cx);
            }
        }
    }

    /// Reads what a window has from `at` on, a place between two tokens, by its planes, while so many brackets and one more
    /// are open: where that ends, again a place between two tokens.
    ///
    /// `right` is how far the window is right by the full grammar, once that is known.
    pub(super) fn skip(
        &mut self,
        window: &Window<'_>,
        at: usize,
        floor: u32,
        right: &mut Option<usize>,
        map: &Map<'_>,
        cx: &mut Cx<'_>,
    ) -> Result<usize, Stop> {
        let Some(level) = self.levels.first() else {
            return Ok(at);
        };
        let limits = &cx.plan.limits;
        let complete = level.tokenizer.expect() == Expect::End;
        if complete || limits.key < SHORT_KEY || limits.number < SHORT_NUMBER {
            return Ok(at);
        }
        let mut stack = core::mem::take(&mut self.stack);
        stack.copy_from(level.tokenizer.stack());
        // What the full grammar refuses is searched up to there; then the tokenizer says what it is.
        let right = match self.grammar {
            Grammar::Structural => window.bytes.len(),
            Grammar::Full => {
                let expect = level.tokenizer.expect();
                *right.get_or_insert_with(|| walk(window, at, expect, &mut stack, limits.depth))
            }
        };
        if right <= at {
            self.stack = stack;
            return Ok(at);
        }
        stack.copy_from(level.tokenizer.stack());
        let part = window.upto(right);
        let mut search = Search {
            window: &part,
            map,
            from: at,
            done: at,
            stack,
            floor,
            deviates: self.deviates(cx),
            skim: Skim::new(
                at,
                &level.tokenizer,
                core::mem::take(&mut self.skimmed),
                cx.wants_details || cx.rules.paths.counts(),
            ),
            names: Names::default(),
        };
        let result = self.search(&mut search, cx);
        if let Ok(Next::Tokens) = result {
            self.stand(&search);
        }
        let at = match result {
            Ok(Next::Tokens) => Ok(search.skim.at),
            Ok(_) => Ok(right),
            Err(stop) => Err(stop),
        };
        self.stack = search.stack;
        self.skimmed = search.skim.into_scratch();
        at
    }

    fn search(&mut self, search: &mut Search<'_, '_>, cx: &mut Cx<'_>) -> Result<Next, Stop> {
        let window = search.window;
        let len = window.bytes.len();
        let most = cx.plan.limits.depth;
        // A string of so many blocks without structure may be a key past its limit.
        let long = u64::from(cx.plan.limits.key).saturating_sub(128);
        let mut inside = 0;
        let mut index = search.done / 64;
        while index * 64 < len {
            index = index.max(search.done / 64);
            if index * 64 >= search.done {
                let mut left;
                let knows = (&mut inside, long);
                (index, left) = quiet(search, index, &cx.rules.detectors, most, knows);
                if left != 0 {
                    let base = index * 64;
                    index += 1;
                    inside = 0;
                    while left != 0 {
                        let at = base + left.trailing_zeros() as usize;
                        left &= left - 1;
                        match self.bracket(at, search, cx)? {
                            Next::Search => {}
                            other => return Ok(other),
                        }
                    }
                    continue;
                }
            }
            let Some(block) = window.blocks.get(index).filter(|_| index * 64 < len) else {
                break;
            };
            let base = index * 64;
            let string = window.inside(block);
            let mut brackets = block.bracket & !string;
            let names = match cx.rules.paths.is_empty() {
                true => 0,
                false => block.hot & block.quote & !string,
            };
            let mut others = others(block, string) | names;
            index += 1;
            let mut live = u64::MAX >> (64 - (len - base).min(64));
            if structure(block) == 0 {
                if string == 0 && base >= search.done && search.stack.len() > 0 && len - base >= 64 {
                    // A long stretch without structure: it may be a number past its limit.
                    let from = window.last(base, structure).map_or(search.done, |at| at + 1);
                    self.go(search, from.max(search.done), cx);
                    return Ok(Next::Tokens);
                }
                inside += 64;
                if string != 0 && inside > long && base >= search.done {
                    if search.stack.len() == 0 {
                        return Ok(Next::Tokens);
                    }
                    let quote = window.opening(base);
                    if let Some(quote) = quote.filter(|quote| *quote >= search.done) {
                        match self.slow_string(search, quote, cx)? {
                            Next::Search => {}
                            other => return Ok(other),
                        }
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
                    match self.bracket(at, search, cx)? {
                        Next::Search => continue,
                        other => return Ok(other),
                    }
                }
                if names & bit != 0 {
                    match self.named(search, at, cx)? {
                        Next::Search => {}
                        other => return Ok(other),
                    }
                    if search.done >= base + 64 {
                        break;
                    }
                    if search.done > base {
                        events &= u64::MAX << (search.done - base);
                    }
                    continue;
                }
                let written = match string & bit != 0 {
                    true => Written::String,
                    false => Written::Bare,
                };
                match self.closer((block, bit), at, written, search, cx)? {
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
        if search.stack.len() > 0
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
            self.go(search, tail, cx);
        }
        Ok(Next::Tokens)
    }

    /// A bracket outside strings.
    #[inline(always)]
    fn bracket(&mut self, at: usize, search: &mut Search<'_, '_>, cx: &Cx<'_>) -> Result<Next, Stop> {
        let byte = search.window.byte(at);
        let kind = Bracket::of(byte);
        if is_open(byte) {
            if search.stack.len() == 0 && !search.is_blank_to(at) {
                // A document does not begin with its second value.
                return Ok(Next::Tokens);
            }
            if search.stack.len() >= cx.plan.limits.depth {
                return Err(Stop {
                    at,
                    kind: ErrorKind::Limit(Limit::Depth),
                });
            }
            search.skim.opens.open(search.stack.len(), at);
            search.stack.push(kind);
            return Ok(Next::Search);
        }
        if search.floor > 0 && search.stack.len() == search.floor {
            self.go(search, at, cx);
            return Ok(Next::Tokens);
        }
        if search.stack.pop(kind) {
            if search.stack.len() > 0 {
                return Ok(Next::Search);
            }
            return self.end_fast(at + 1, search.window).map(|()| Next::Nothing);
        }
        if search.stack.len() == 0 {
            return Ok(Next::Tokens);
        }
        Err(Stop {
            at,
            kind: ErrorKind::Sender(SenderError::MismatchedBracket),
        })
    }

    /// Brings the tracker to a token.
    pub(super) fn go(&mut self, search: &mut Search<'_, '_>, to: usize, cx: &Cx<'_>) {
        let spot = Spot {
            window: search.window,
            at: to,
            stack: &search.stack,
        };
        search.skim.go(spot, &cx.rules.paths, &mut self.tracker);
    }

    /// Brings the tokenizer to where the tracker is.
    pub(super) fn stand(&mut self, search: &Search<'_, '_>) {
        // Before the outermost bracket it has not moved.
        if search.stack.len() > 0
            && let Some(level) = self.levels.first_mut()
        {
            let expect = search.skim.expect(search.window, search.from, &search.stack);
            level.tokenizer.stand(expect, &search.stack);
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
}

impl Search<'_, '_> {
    /// Whether nothing stands between the tracker and a position.
    fn is_blank_to(&self, at: usize) -> bool {
        let before = self.window.bytes.get(self.skim.at..at).unwrap_or_default();
        before.iter().all(|byte| is_blank(*byte))
    }
}

/// Takes the blocks from one on in which there are only brackets, if anything, or only a string of at most `long` bytes,
/// of which so many are known: most are like that. The first that it did not take, and the brackets of that which are
/// left if it is one of these.
#[inline]
fn quiet(
    search: &mut Search<'_, '_>,
    mut index: usize,
    detectors: &Detectors,
    most: u32,
    (inside, long): (&mut u64, u64),
) -> (usize, u64) {
    let window = search.window;
    // Where strings are elsewhere than the planes say, what is rare is not known either.
    let Some(blocks) = window.blocks.get(index..).filter(|_| window.is_straight()) else {
        return (index, 0);
    };
    let chunks = window.bytes.as_chunks().0.get(index..).unwrap_or_default();
    let mut near = search.stack.near(search.floor.max(1)..most);
    let (mut known, mut left) = (*inside, 0);
    for (block, chunk) in blocks.iter().zip(chunks) {
        let base = index * 64;
        if block.rare | block.hot != 0 {
            let only_escapes = block.hot == 0 && block.rare == block.backslash & block.parity;
            if !(only_escapes && are_plain(block.backslash, base, window.bytes, detectors)) {
                break;
            }
        }
        if structure(block) == 0 {
            if block.parity == 0 || known + 64 > long {
                break;
            }
            known += 64;
        } else {
            let brackets = block.bracket & !block.parity;
            left = near.pass((chunk, base), brackets, &mut search.skim.opens);
            if left != 0 {
                break;
            }
            known = 0;
        }
        index += 1;
    }
    search.stack.set_near(near);
    *inside = known;
    (index, left)
}

/// Whether a byte is a blank to JSON: a form feed is none.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a bracket opens: `{` and `[` have bit 1, `}` and `]` do not.
fn is_open(byte: u8) -> bool {
    byte & 2 != 0
}
