//! What a search of the planes makes of a byte that may be something: mostly nothing.

use super::body::{Body, Cx};
use super::fast::{Next, Search};
use super::memo::Text;
use crate::detect::{Detectors, Written};
use crate::simd::Block;
use crate::token::Stop;

/// Where a search has to look closer, but for brackets.
#[inline]
pub(super) fn others(block: &Block, string: u64) -> u64 {
    // No text contains structure: a trigger that ends with it began outside.
    let hot = block.hot & !(block.quote | block.operator & !string);
    block.backslash | (block.control | block.lead) & string | hot
}

/// How many bytes behind an escape a text is as it is written: no match begins further before the end of its first
/// trigger, no run of a shape that is told by its place is longer, and no word counts that is further away.
const BEHIND: usize = 72;

impl Body {
    /// Looks closer at a byte that is one of [`others`].
    pub(super) fn closer(
        &mut self,
        (block, bit): (&Block, u64),
        at: usize,
        written: Written,
        search: &mut Search<'_, '_>,
        cx: &mut Cx<'_>,
    ) -> Result<Next, Stop> {
        let text = self.kept(at, written, search, cx);
        let nothing = match &text {
            Some(text) => {
                self.memo.has(search.window, text) || self.has_nothing(at, text, written, search, cx)
            }
            None => self.is_nothing((block, bit), at, written, search, cx),
        };
        if nothing {
            if let Some(text) = text {
                search.done = text.done();
            }
            return Ok(Next::Search);
        }
        if search.stack.len() == 0 {
            // No brackets: whatever this is, it is short, or wrong.
            return Ok(Next::Tokens);
        }
        self.had_nothing = false;
        let next = match written {
            Written::String => self.hot_string(search, at, cx)?,
            Written::Bare => self.hot_bare(search, at, cx),
        };
        if let Some(text) = text.filter(|_| self.had_nothing) {
            self.memo.learn(search.window, &text);
        }
        Ok(next)
    }

    /// Whether nothing is in a text from a byte on, one of [`others`], by these: it is kept then.
    fn has_nothing(
        &mut self,
        at: usize,
        text: &Text,
        written: Written,
        search: &mut Search<'_, '_>,
        cx: &Cx<'_>,
    ) -> bool {
        let window = search.window;
        let all = window.upto(text.end);
        let hot = |block: &Block| match written {
            Written::String => others(block, u64::MAX),
            Written::Bare => others(block, 0),
        };
        for at in all.each(at, hot) {
            let bit = 1 << (at % 64);
            let block = window.blocks.get(at / 64);
            if !block.is_some_and(|block| self.is_nothing((block, bit), at, written, search, cx)) {
                return false;
            }
        }
        self.memo.learn(window, text);
        true
    }

    /// Whether what a block's bit says of a byte, which is one of [`others`], makes no difference: most of what is hot is
    /// nothing, since the kernel errs on the safe side, and most escapes part lines.
    fn is_nothing(
        &mut self,
        (block, bit): (&Block, u64),
        at: usize,
        written: Written,
        search: &mut Search<'_, '_>,
        cx: &Cx<'_>,
    ) -> bool {
        let (window, detectors) = (search.window, &cx.rules.detectors);
        let bytes = window.bytes;
        if written == Written::String && (block.control | block.lead) & bit != 0 {
            return false;
        }
        if block.backslash & bit != 0 {
            return written == Written::String && block.hot & bit == 0 && are_plain(1, at, bytes, detectors);
        }
        let mut known = bytes;
        if written == Written::String {
            let from = window.opening(at).unwrap_or(0).max(at.saturating_sub(BEHIND));
            if window.any(from, at, |block| block.backslash) {
                // What an escape stands for is looked at where it is undone.
                return !detectors.may_be_triggered(bytes, at);
            }
            // Further than the next escape nothing is known.
            let end = window.next(at, |block| block.quote | block.backslash);
            known = match end {
                Some(end) if window.byte(end) == b'\\' => bytes.get(..end).unwrap_or_default(),
                _ => bytes,
            };
        }
        let near = |start| self.words_near(start, written, search, cx);
        !detectors.may_match(known, at, written, near)
    }
}

/// Whether some backslashes, of a block at `base`, make no difference: most part lines.
#[inline]
pub(super) fn are_plain(mut backslashes: u64, base: usize, bytes: &[u8], detectors: &Detectors) -> bool {
    while backslashes != 0 {
        let at = base + backslashes.trailing_zeros() as usize;
        backslashes &= backslashes - 1;
        // One behind the quote may stand for a blank before JSON.
        let begins = at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_none_or(|byte| *byte == b'"');
        if begins || !detectors.escapes.is_plain(bytes, at) {
            return false;
        }
    }
    true
}
