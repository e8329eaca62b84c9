//! Whether words are near a place in a window: most of what looks like a value that only a word makes one is none, and
//! its text need not be searched.

use super::body::{Body, Cx};
use super::fast::{Search, structure};
use crate::detect::{AHEAD, CONTEXT, Written};
use crate::token::{Bracket, Stack, Window};

/// How long a text is looked at whole.
const SHORT: usize = 192;

/// What is known of the names around a bracket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// The innermost bracket, by how many are open and where it opened.
    bracket: (u32, Option<usize>),
    /// Whether the names of members on the way to it have words.
    have: bool,
    /// The token that was asked about last, and whether its own name has, or those around, or all of its text if that is
    /// short.
    token: Option<(usize, bool)>,
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
            Some(Bracket::Object) => match name(search.window, token, written) {
                Some(name) => name,
                None => return true,
            },
            None => return true,
        };
        words.has_any(name) || self.names_around(token, search, stack, cx)
    }

    /// Whether the names of members on the way to the innermost bracket have words.
    fn names_around(
        &mut self,
        token: usize,
        search: &mut Search<'_, '_>,
        stack: &Stack,
        cx: &Cx<'_>,
    ) -> bool {
        let open = stack.len();
        let inner = search.skim.opens.at(open.saturating_sub(1) as usize);
        let bracket = (open, inner);
        // What opened in an earlier window is not told from another.
        if inner.is_none() || search.names.bracket != bracket {
            let words = &cx.rules.detectors.wanted;
            self.go(search, token, stack, cx);
            // The member's own name is another in each member.
            let have = self.tracker.keys_around().any(|key| words.has_any(key));
            search.names = Names {
                bracket,
                have,
                token: None,
            };
        }
        search.names.have
    }
}

/// The name of the member of an object of which a token is the value, as it is written; nothing for a key. `None` where it
/// is not seen, or has escapes.
fn name<'w>(window: &Window<'w>, token: usize, written: Written) -> Option<&'w [u8]> {
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
            let quote = window.opening(end.checked_sub(1)?)?;
            let name = window.bytes.get(quote + 1..end)?;
            (memchr::memchr(b'\\', name).is_none()).then_some(name)
        }
        _ => None,
    }
}
