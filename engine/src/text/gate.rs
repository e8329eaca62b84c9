//! Whether words are near a place in a window: most of what looks like a value that only a word makes one is none, and
//! its text need not be searched.

use super::body::{Body, Cx};
use super::fast::{Search, structure};
use super::names::{Chain, KNOWN};
use crate::detect::{AHEAD, CONTEXT, Written};
use crate::token::{Bracket, Window};

/// How long a text is looked at whole.
const SHORT: usize = 192;

impl Body {
    /// Whether words may be near a match that begins at `start`, of those that some detectors need. It may say so where none
    /// are.
    pub(super) fn words_near(
        &mut self,
        start: usize,
        written: Written,
        search: &mut Search<'_, '_>,
        cx: &Cx<'_>,
    ) -> bool {
        let window = search.window;
        let words = &cx.rules.detectors.wanted;
        let token = match written {
            Written::String => window.opening(start),
            Written::Bare => window.last(start, structure).map(|at| at + 1),
        };
        let Some(token) = token.filter(|token| *token >= search.done) else {
            return true;
        };
        let asked = search.names.token.filter(|(asked, _)| *asked == token);
        let known = asked.map(|(_, have)| have);
        if known == Some(true) {
            return true;
        }
        let end = match written {
            Written::String => window.next(start, |block| block.quote),
            Written::Bare => window.next(start, structure),
        };
        let (from, to) = match end {
            // A short text is looked at whole, once.
            Some(end) if end - token <= SHORT => (token, end),
            Some(end) => (token.max(start.saturating_sub(CONTEXT)), end.min(start + AHEAD)),
            None if start + AHEAD <= window.bytes.len() => {
                (token.max(start.saturating_sub(CONTEXT)), start + AHEAD)
            }
            None => return true,
        };
        let is_whole = from == token && Some(to) == end;
        // An escape may part two words, or be a part of one.
        let here = || {
            words.has_any(window.bytes.get(from..to).unwrap_or_default())
                || window.any(from, to, |block| block.backslash)
        };
        if known.is_some() {
            return !is_whole && here();
        }
        let named = self.is_named(token, written, search, cx);
        let have = named || is_whole && here();
        search.names.token = Some((token, have));
        have || !is_whole && here()
    }

    /// Whether the name of the member of which a token is the value has words, or one around it.
    fn is_named(&mut self, token: usize, written: Written, search: &mut Search<'_, '_>, cx: &Cx<'_>) -> bool {
        let words = &cx.rules.detectors.wanted;
        let name = match search.stack.outward(0) {
            Some(Bracket::Array) => &[][..],
            Some(Bracket::Object) => match name(search.window, token, written, search.skim.at) {
                Some(name) => name,
                None => return true,
            },
            None => return true,
        };
        self.chains.has_any(name, words) || self.names_around(token, search, cx).have
    }

    /// What is known of the names of members on the way to the innermost bracket.
    pub(super) fn names_around(&mut self, token: usize, search: &mut Search<'_, '_>, cx: &Cx<'_>) -> Chain {
        let Some(inner) = (search.stack.len() as usize).checked_sub(1) else {
            return Chain::NONE;
        };
        let opened = search.skim.opens.at(inner);
        if let Some(chain) = search.names.around(inner, opened) {
            return chain;
        }
        let chain = self.read_around(inner, search, cx).unwrap_or_else(|| {
            self.go(search, token, cx);
            let words = &cx.rules.detectors.wanted;
            Chain::unknown(self.tracker.keys_around().any(|key| words.has_any(key)))
        });
        search.names.learn(inner, opened, chain);
        chain
    }

    /// The same by what is seen of the window and what the tracker has: `None` where that is not enough.
    fn read_around(&mut self, inner: usize, search: &mut Search<'_, '_>, cx: &Cx<'_>) -> Option<Chain> {
        let words = &cx.rules.detectors.wanted;
        let Search {
            window, skim, names, ..
        } = search;
        if inner >= KNOWN {
            return None;
        }
        let tracked = skim.opens.before(skim.at, inner + 1);
        if self.tracker.open_brackets() < tracked {
            return None;
        }
        let known = (0..inner)
            .rev()
            .find_map(|level| Some((level, names.around(level, skim.opens.at(level))?)));
        let (from, mut chain) = known.unwrap_or((0, Chain::NONE));
        for level in from + 1..=inner {
            let opened = skim.opens.at(level);
            if search.stack.outward((inner + 1 - level) as u32)? == Bracket::Object {
                let name = match opened {
                    _ if level < tracked => self.tracker.key_around(level - 1),
                    Some(at) => name(window, at, Written::String, skim.at)?,
                    None => return None,
                };
                chain = self.chains.longer(chain, name, words);
            }
            names.learn(level, opened, chain);
        }
        Some(chain)
    }
}

/// The name of the member of an object of which a token is the value, as it is written; nothing for a key. `None` where it
/// is not seen from a position on, or has escapes.
fn name<'w>(window: &Window<'w>, token: usize, written: Written, from: usize) -> Option<&'w [u8]> {
    let before = match written {
        Written::String => window.solid_before(token)?,
        // A bare value begins behind its colon, or blanks behind it.
        Written::Bare => token.checked_sub(1)?,
    };
    match window.byte(before) {
        b',' | b'{' => Some(&[]),
        b':' => {
            let end = window
                .solid_before(before)
                .filter(|end| window.byte(*end) == b'"')?;
            let quote = window
                .opening(end.checked_sub(1)?)
                .filter(|quote| *quote >= from)?;
            let name = window.bytes.get(quote + 1..end)?;
            (memchr::memchr(b'\\', name).is_none()).then_some(name)
        }
        _ => None,
    }
}
