//! Strings and bare values in which a search of the planes has to look closer.

use super::body::{Body, Cx};
use super::fast::{Next, Search, is_blank, structure};
use super::level::own;
use super::map::Place;
use super::scribe::Scribe;
use super::skim::{Lag, Spot};
use super::slot::SlotText;
use super::undo::undo_plain;
use super::unescape::{Decoded, Escapes, Outer, Unescape};
use crate::Slot;
use crate::detect::{Detectors, Hiding, Hot};
use crate::token::{Expect, Stop, Window, skip_blanks};

impl Body {
    /// A string has something in it at `at`.
    #[inline(never)]
    pub(super) fn hot_string(
        &mut self,
        search: &mut Search<'_, '_>,
        at: usize,
        cx: &mut Cx<'_>,
    ) -> Result<Next, Stop> {
        let window = search.window;
        let len = window.bytes.len();
        let Some(quote) = window.opening(at).filter(|quote| *quote >= search.done) else {
            self.go(search, search.done, cx);
            return Ok(Next::Tokens);
        };
        let end = window.next(quote + 1, |block| block.quote).unwrap_or(len);
        let [controls, escapes, hot] = window.either(quote + 1, end, |block| {
            [block.control, block.backslash, block.hot]
        });
        // A key may be past its limit.
        let long = end - quote - 1 > cx.plan.limits.key as usize && may_be_key(window.bytes, end);
        let is_odd = end == len || controls || long;
        if is_odd || may_be_json(window.bytes.get(quote + 1..end).unwrap_or_default()) {
            return self.slow_string(search, quote, cx);
        }
        if escapes {
            let detectors = &cx.rules.detectors;
            let text = window.upto(end);
            let hiding = detectors
                .escapes
                .hiding(text.bytes, text.each(quote + 1, |block| block.backslash));
            // It may be a name that some path asks for, or some detector's lead.
            if hiding == Hiding::Anything && may_be_key(window.bytes, end) {
                return self.slow_string(search, quote, cx);
            }
            if hiding == Hiding::Anything
                || window.find(
                    quote + 1,
                    end,
                    |block| block.hot,
                    |at| detectors.may_be_triggered(window.bytes, at),
                )
            {
                self.search_escaped(quote, quote + 1..end, hiding, search, cx);
            }
        } else if hot && leads(window, quote, end, &cx.rules.detectors) || asks(search, quote, end, cx) {
            return self.slow_string(search, quote, cx);
        } else if hot {
            self.search_text(Slot::Value, quote, quote + 1..end, search, cx);
        }
        search.done = end + 1;
        Ok(Next::Search)
    }

    /// What is between strings and structure has something in it at `at`.
    pub(super) fn hot_bare(&mut self, search: &mut Search<'_, '_>, at: usize, cx: &mut Cx<'_>) -> Next {
        let window = search.window;
        let len = window.bytes.len();
        let from = window
            .last(at, structure)
            .map_or(window.from(), |at| at + 1)
            .max(search.done);
        let end = window.next(at, structure).unwrap_or(len);
        // A number may be past its limit.
        let long = end.saturating_sub(from) > cx.plan.limits.number as usize;
        if end == len || long || window.any(from, end, |block| block.backslash) {
            self.go(search, from, cx);
            return Next::Tokens;
        }
        let text = window.bytes.get(from..end).unwrap_or_default();
        let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
        self.search_text(Slot::Number, from, from + blanks..end, search, cx);
        search.done = end;
        Next::Search
    }

    /// A string ends at `at` that ends like a name that some path asks for.
    #[inline(never)]
    pub(super) fn named(
        &mut self,
        search: &mut Search<'_, '_>,
        at: usize,
        cx: &mut Cx<'_>,
    ) -> Result<Next, Stop> {
        let window = search.window;
        let quote = at.checked_sub(1).and_then(|at| window.opening(at));
        let Some(quote) = quote.filter(|quote| *quote >= search.done && search.stack.len() > 0) else {
            return Ok(Next::Search);
        };
        if asks(search, quote, at, cx) {
            return self.slow_string(search, quote, cx);
        }
        Ok(Next::Search)
    }

    /// The first bracket, counted from outside, for which a name on the way has led elsewhere than others would: as far as
    /// the tracker has come, or the value that is next.
    pub(super) fn deviates(&self, cx: &Cx<'_>) -> usize {
        let paths = &cx.rules.paths;
        // Elements may lead elsewhere without a name.
        match paths.counts() {
            true => 0,
            false => self.tracker.deviates_at(paths).unwrap_or(usize::MAX),
        }
    }

    /// Reads the string at a quote with the tokenizer. A key behind which some path asks goes on so.
    pub(super) fn slow_string(
        &mut self,
        search: &mut Search<'_, '_>,
        quote: usize,
        cx: &mut Cx<'_>,
    ) -> Result<Next, Stop> {
        let (window, map) = (search.window, search.map);
        self.go(search, quote, cx);
        self.stand(search);
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
        if self.slot.has_label() {
            return Ok(Next::Tokens);
        }
        let paths = &cx.rules.paths;
        if is_key && !paths.is_empty() {
            if paths.asks_at(self.tracker.state()) {
                return Ok(Next::Tokens);
            }
            search.deviates = self.deviates(cx);
        }
        Ok(match more && at < window.bytes.len() {
            true => Next::Search,
            false => Next::Nothing,
        })
    }

    /// If the text just searched was a key in which something was masked, paths show the replacement of its name.
    fn show_key(&mut self, name: &[u8], end: usize, search: &mut Search<'_, '_>, cx: &mut Cx<'_>) {
        let shown = core::mem::take(&mut self.ordinal.shown);
        if !shown.is_empty() {
            // A finding has brought the tracker to the key.
            search.skim.passed_key(end);
            self.tracker.key(&cx.rules.paths, name, &shown);
        }
    }

    /// Searches a whole text of a token; where we are is worked out if it has findings.
    fn search_text(
        &mut self,
        kind: Slot,
        token: usize,
        text: core::ops::Range<usize>,
        search: &mut Search<'_, '_>,
        cx: &mut Cx<'_>,
    ) {
        let place = own(0, search.map, text.start, text.end, 0);
        let hot = Hot::Planes {
            blocks: search.window.blocks,
            at: text.start,
        };
        let end = text.end;
        let bytes = search.window.bytes.get(text).unwrap_or_default();
        self.searched(kind, token, search, cx, |slot, to| {
            slot.whole(kind, bytes, place, hot, to)
        });
        self.show_key(bytes, end, search, cx);
    }

    /// Searches a whole string with escapes that cannot be JSON.
    #[inline(never)]
    fn search_escaped(
        &mut self,
        token: usize,
        text: core::ops::Range<usize>,
        hiding: Hiding,
        search: &mut Search<'_, '_>,
        cx: &mut Cx<'_>,
    ) {
        let Some(level) = self.levels.first_mut() else {
            return;
        };
        let mut decoded = core::mem::take(&mut level.decoded);
        let mut hot = core::mem::take(&mut self.hot);
        let end = text.end;
        let map = search.map.slice(text.start, end);
        let written = search.window.upto(end);
        if hiding == Hiding::Nothing
            && let Some(place) = map.as_same()
            && undo_plain(
                &written,
                text.start,
                Place { outer: 0, ..place },
                &mut decoded,
                &mut hot,
            )
            .is_some()
        {
            self.searched(Slot::Value, token, search, cx, |slot, to| {
                slot.whole(Slot::Value, &decoded.bytes, decoded.map(), Hot::Listed(&hot), to)
            });
        } else {
            decoded.clear();
            let mut unescape = Unescape::new(Escapes::Lenient, Outer::Makes(0));
            // What is lenient refuses nothing.
            let bytes = written.bytes.get(text.start..).unwrap_or_default();
            let _ = unescape.feed(bytes, &map, &mut decoded);
            let _ = unescape.finish(map.end(), &mut decoded);
            self.searched(Slot::Value, token, search, cx, |slot, to| {
                if memchr::memchr(b'\\', &decoded.bytes).is_none() {
                    return slot.all(Slot::Value, (&decoded.bytes, &[]), decoded.map(), to);
                }
                let mut twice = Decoded::default();
                let mut unescape = Unescape::new(Escapes::Lenient, Outer::Inherits);
                let _ = unescape.feed(&decoded.bytes, &decoded.map(), &mut twice);
                let _ = unescape.finish(decoded.end, &mut twice);
                slot.all(Slot::Value, (&twice.bytes, &twice.undone), twice.map(), to)
            });
        }
        self.hot = hot;
        self.show_key(&decoded.bytes, end, search, cx);
        if let Some(level) = self.levels.first_mut() {
            level.decoded = decoded;
        }
    }

    /// Has a text read whose findings ask where it is: at a token.
    fn searched(
        &mut self,
        kind: Slot,
        token: usize,
        search: &mut Search<'_, '_>,
        cx: &mut Cx<'_>,
        read: impl FnOnce(&mut SlotText, &mut Scribe<'_>) -> bool,
    ) {
        let lag = Lag {
            skim: &mut search.skim,
            to: Spot {
                window: search.window,
                at: token,
                stack: &search.stack,
            },
            string: kind != Slot::Number,
        };
        let (slot, to) = self.searched_as(kind, cx);
        let mut to = Scribe { lag: Some(lag), ..to };
        self.had_nothing = read(slot, &mut to);
    }
}

/// Whether a string that ends before a quote is a key, as far as is seen.
fn may_be_key(bytes: &[u8], quote: usize) -> bool {
    let mut behind = bytes.get(quote + 1..).unwrap_or_default().iter();
    behind
        .find(|byte| !is_blank(**byte))
        .is_none_or(|byte| *byte == b':')
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

/// Whether a string that ends at a quote may be a key, as far as the window has what follows: at the window's end the
/// tracker is brought behind it anyway. Without the full grammar a key may lack its colon.
fn is_key(window: &Window<'_>, end: usize) -> bool {
    skip_blanks(window, end + 1).is_some_and(|next| !matches!(window.byte(next), b',' | b'}' | b']'))
}

/// Whether the string between two quotes is a key, as far as is seen, and some detector's lead may be in it.
fn leads(window: &Window<'_>, quote: usize, end: usize, detectors: &Detectors) -> bool {
    may_be_key(window.bytes, end)
        && window.find(
            quote + 1,
            end,
            |block| block.hot,
            |at| detectors.may_label(window.bytes.get(..end).unwrap_or_default(), at),
        )
}

/// Whether the string between two quotes is a key that some path may ask for there, as it is written.
fn asks(search: &mut Search<'_, '_>, quote: usize, end: usize, cx: &Cx<'_>) -> bool {
    let (paths, window) = (&cx.rules.paths, search.window);
    let name = window.bytes.get(quote + 1..end).unwrap_or_default();
    if paths.is_empty() || !is_key(window, end) || !paths.asks_for(name) {
        return false;
    }
    let depth = search.stack.len() as usize;
    let Some(outside) = depth.checked_sub(1).filter(|_| search.deviates >= depth) else {
        return true;
    };
    // No name on the way to its object has led elsewhere than others would.
    let deviates = paths.deviates(paths.plain(outside), name);
    search.deviates = if deviates { depth } else { usize::MAX };
    deviates
}
