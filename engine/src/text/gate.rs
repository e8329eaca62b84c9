//! Whether words are near a place in a window: most of what looks like a value that only a word makes one is none, and
//! its text need not be searched.

use super::body::{Body, Cx};
use super::fast::{Search, structure};
use crate::detect::{AHEAD, CONTEXT, Lexicon, Written};
use crate::token::{Bracket, Stack, Window};

/// How long a text is looked at whole.
const SHORT: usize = 192;

/// What is known of the names around brackets of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// By how many brackets are open around one: which it is, 0 where nothing is known of it.
    brackets: [u16; KNOWN],
    /// Whether the names of members on the way to it have words: a bit each.
    have: u32,
    /// The token that was asked about last, and whether its own name has, or those around, or all of its text if that is
    /// short.
    token: Option<(usize, bool)>,
}

/// Of how many brackets, from outside, names are known.
const KNOWN: usize = 32;

impl Names {
    /// What is known of a bracket with so many around it, which opened at a place of the window, or before it.
    fn around(&self, level: usize, opened: Option<usize>) -> Option<bool> {
        (*self.brackets.get(level)? == mark(opened)).then_some(self.have >> level & 1 == 1)
    }

    /// Names on the way to a bracket have words, or have none.
    fn learn(&mut self, level: usize, opened: Option<usize>, have: bool) {
        if let Some(bracket) = self.brackets.get_mut(level) {
            *bracket = mark(opened);
            self.have = self.have & !(1 << level) | u32::from(have) << level;
        }
    }
}

/// A number for a bracket of a window, by where it opened: never 0.
fn mark(opened: Option<usize>) -> u16 {
    // A window has 16 KiB.
    opened.map_or(1, |at| at as u16 + 2)
}

/// Names that were asked about, and whether they have words: most come again.
#[derive(Clone)]
pub(super) struct Asked([(u128, u8, bool); 16]);

impl core::fmt::Debug for Asked {
    fn fmt(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        to.write_str("Asked(..)")
    }
}

impl Default for Asked {
    fn default() -> Self {
        // A name of no bytes has none.
        Self([(0, 0, false); 16])
    }
}

impl Asked {
    /// Whether a name has words.
    fn has_any(&mut self, name: &[u8], words: &Lexicon) -> bool {
        let mut bytes = [0; 16];
        let Some(to) = bytes.get_mut(..name.len()) else {
            return words.has_any(name);
        };
        to.copy_from_slice(name);
        let (bytes, len) = (u128::from_le_bytes(bytes), name.len() as u8);
        let mixed = (bytes as u64 ^ (bytes >> 64) as u64 ^ u64::from(len)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let Some(known) = self.0.get_mut((mixed >> 60) as usize) else {
            return words.has_any(name);
        };
        if (known.0, known.1) != (bytes, len) {
            *known = (bytes, len, words.has_any(name));
        }
        known.2
    }
}

impl Body {
    /// Whether words may be near a match that begins at `start`, of those that some detectors need. It may say so where none
    /// are.
    pub(super) fn words_near(
        &mut self,
        start: usize,
        written: Written,
        search: &mut Search<'_, '_>,
        stack: &Stack,
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
        let here = || words.has_any(window.bytes.get(from..to).unwrap_or_default());
        if known.is_some() {
            return !is_whole && here();
        }
        let named = self.is_named(token, written, search, stack, cx);
        let have = named || is_whole && here();
        search.names.token = Some((token, have));
        have || !is_whole && here()
    }

    /// Whether the name of the member of which a token is the value has words, or one around it.
    fn is_named(
        &mut self,
        token: usize,
        written: Written,
        search: &mut Search<'_, '_>,
        stack: &Stack,
        cx: &Cx<'_>,
    ) -> bool {
        let words = &cx.rules.detectors.wanted;
        let name = match stack.outward(0) {
            Some(Bracket::Array) => &[][..],
            Some(Bracket::Object) => match name(search.window, token, written, search.skim.at) {
                Some(name) => name,
                None => return true,
            },
            None => return true,
        };
        self.asked.has_any(name, words) || self.names_around(token, search, stack, cx)
    }

    /// Whether the names of members on the way to the innermost bracket have words.
    fn names_around(
        &mut self,
        token: usize,
        search: &mut Search<'_, '_>,
        stack: &Stack,
        cx: &Cx<'_>,
    ) -> bool {
        let Some(inner) = (stack.len() as usize).checked_sub(1) else {
            return false;
        };
        let opened = search.skim.opens.at(inner);
        if let Some(have) = search.names.around(inner, opened) {
            return have;
        }
        let have = self.read_around(inner, search, stack, cx).unwrap_or_else(|| {
            self.go(search, token, stack, cx);
            let words = &cx.rules.detectors.wanted;
            self.tracker.keys_around().any(|key| words.has_any(key))
        });
        search.names.learn(inner, opened, have);
        have
    }

    /// The same by what is seen of the window and what the tracker has: `None` where that is not enough.
    fn read_around(
        &mut self,
        inner: usize,
        search: &mut Search<'_, '_>,
        stack: &Stack,
        cx: &Cx<'_>,
    ) -> Option<bool> {
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
        let (from, mut have) = known.unwrap_or((0, false));
        for level in from + 1..=inner {
            let opened = skim.opens.at(level);
            if !have && stack.outward((inner + 1 - level) as u32)? == Bracket::Object {
                let name = match opened {
                    _ if level < tracked => self.tracker.key_around(level - 1),
                    Some(at) => name(window, at, Written::String, skim.at)?,
                    None => return None,
                };
                have = self.asked.has_any(name, words);
            }
            names.learn(level, opened, have);
        }
        Some(have)
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
            let quote = window.opening(end.checked_sub(1)?).filter(|quote| *quote >= from)?;
            let name = window.bytes.get(quote + 1..end)?;
            (memchr::memchr(b'\\', name).is_none()).then_some(name)
        }
        _ => None,
    }
}
