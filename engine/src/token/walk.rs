//! The full grammar in one walk over a window: how far it is kept.
//!
//! What the walk has accepted needs no tokens; where it stops the tokenizer says what is wrong, if anything is. So
//! it may stop early wherever it likes, and never late.

use super::{Bracket, Expect, Stack, Window, is_delimiter, skip_blanks};

/// Where the first token begins, at or after `at`, that is not whole in the window or not right there.
///
/// `expect` and `stack` are those of a tokenizer between two tokens at `at`; they move along. No value is opened
/// deeper than `depth`.
pub(crate) fn walk(
    window: &Window<'_>,
    mut at: usize,
    mut expect: Expect,
    stack: &mut Stack,
    depth: u32,
) -> usize {
    loop {
        // Where the token begins that stops the walk, if it does.
        at = match skip_blanks(window, at) {
            Some(at) => at,
            None => return window.bytes.len(),
        };
        let byte = window.byte(at);
        match expect {
            Expect::Key | Expect::KeyOrClose if byte == b'"' => {
                let Some(end) = string(window, at) else { return at };
                // Mostly the colon follows at once.
                let colon = window.byte(end) == b':';
                expect = if colon { Expect::Value } else { Expect::Colon };
                at = end + usize::from(colon);
                continue;
            }
            Expect::Colon if byte == b':' => {
                expect = Expect::Value;
                at += 1;
                continue;
            }
            Expect::CommaOrClose if byte == b',' => {
                expect = next_in(stack);
                at += 1;
                continue;
            }
            Expect::CommaOrClose | Expect::KeyOrClose if byte == b'}' => {
                if !stack.pop(Bracket::Object) {
                    return at;
                }
                at += 1;
            }
            Expect::CommaOrClose | Expect::ValueOrClose if byte == b']' => {
                if !stack.pop(Bracket::Array) {
                    return at;
                }
                at += 1;
            }
            Expect::Document | Expect::Value | Expect::ValueOrClose => {
                let end = match byte {
                    b'"' => string(window, at),
                    b'{' | b'[' => {
                        if stack.len() >= depth {
                            return at;
                        }
                        let kind = Bracket::of(byte);
                        stack.push(kind);
                        expect = match kind {
                            Bracket::Object => Expect::KeyOrClose,
                            Bracket::Array => Expect::ValueOrClose,
                        };
                        at += 1;
                        continue;
                    }
                    b'-' | b'0'..=b'9' => number(window.bytes, at),
                    b't' => word(window.bytes, at, b"true"),
                    b'f' => word(window.bytes, at, b"false"),
                    b'n' => word(window.bytes, at, b"null"),
                    _ => None,
                };
                let Some(end) = end else { return at };
                at = end;
            }
            _ => return at,
        }
        // A value is complete, and mostly a comma follows at once.
        if stack.len() == 0 {
            expect = Expect::End;
        } else if window.byte(at) == b',' {
            expect = next_in(stack);
            at += 1;
        } else {
            expect = Expect::CommaOrClose;
        }
    }
}

/// What follows a comma.
#[inline(always)]
fn next_in(stack: &Stack) -> Expect {
    match stack.top() {
        Some(Bracket::Object) => Expect::Key,
        _ => Expect::Value,
    }
}

/// The end of the string at a quote, if it is whole and right.
#[inline(always)]
fn string(window: &Window<'_>, quote: usize) -> Option<usize> {
    let from = quote + 1;
    let mut index = from / 64;
    let mut live = u64::MAX << (from % 64);
    let mut odd = 0;
    loop {
        let block = window.blocks.get(index)?;
        let quotes = block.quote & live;
        // Up to the quote, or all of the block.
        let before = quotes.wrapping_sub(1) & !quotes;
        odd |= (block.control | block.backslash) & live & before;
        if quotes != 0 {
            let end = index * 64 + quotes.trailing_zeros() as usize;
            if end >= window.bytes.len() || odd != 0 && !is_right(window, from, end) {
                return None;
            }
            return Some(end + 1);
        }
        index += 1;
        live = u64::MAX;
    }
}

/// Whether a string with escapes or control characters is right.
#[cold]
#[inline(never)]
fn is_right(window: &Window<'_>, from: usize, end: usize) -> bool {
    let text = window.bytes.get(from..end).unwrap_or_default();
    !window.any(from, end, |block| block.control) && escapes_are_right(text)
}

/// The end of the number at `at`, if it is whole and right (RFC 8259, section 6).
#[inline(always)]
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let digits = |mut at: usize| {
        while byte(at).is_ascii_digit() {
            at += 1;
        }
        at
    };
    let first = at + usize::from(byte(at) == b'-');
    let mut end = digits(first);
    if end == first || byte(first) == b'0' && end > first + 1 {
        return None;
    }
    if byte(end) == b'.' {
        let fraction = end + 1;
        end = digits(fraction);
        if end == fraction {
            return None;
        }
    }
    if matches!(byte(end), b'e' | b'E') {
        let power = end + 1 + usize::from(matches!(byte(end + 1), b'+' | b'-'));
        end = digits(power);
        if end == power {
            return None;
        }
    }
    ends(bytes, end)
}

/// The end of a word at `at`, if it is whole and right.
#[inline(always)]
fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    let rest = bytes.get(at..)?;
    if !rest.starts_with(word) {
        return None;
    }
    ends(bytes, at + word.len())
}

/// The end itself, if a value may end there and something follows that says so.
#[inline(always)]
fn ends(bytes: &[u8], end: usize) -> Option<usize> {
    bytes.get(end).filter(|byte| is_delimiter(**byte)).map(|_| end)
}

/// Whether every escape is one of RFC 8259, section 7.
fn escapes_are_right(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let len = match rest.get(at + 1..).unwrap_or_default() {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_hexdigit()) => 6,
            _ => return false,
        };
        rest = rest.get(at + len..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Grammar;
    use crate::simd::{Anchors, Before, ByteSet, Kernels, Planes, Shapes, Start};
    use crate::token::Tokenizer;
    use proptest::prelude::*;

    /// Where the tokenizer comes to, token by token, while all is right and whole.
    fn truth(window: &Window<'_>, depth: u32) -> usize {
        let mut tokenizer = Tokenizer::new(Grammar::Full, depth);
        let (mut at, mut begin) = (0, 0);
        loop {
            begin = skip_blanks(window, begin).unwrap_or(window.bytes.len());
            match tokenizer.next(window, &mut at) {
                Ok(Some(_)) if !tokenizer.in_string() && !tokenizer.in_bare() => begin = at,
                Ok(None) if !tokenizer.in_string() && !tokenizer.in_bare() => return window.bytes.len(),
                _ => return begin,
            }
        }
    }

    proptest! {
        #[test]
        fn stops_where_the_tokenizer_does(
            text in "([\\[\\]{}:,\" \\\\]|null|true|-?[0-9]{1,3}|1e5|\"[a-z]{0,70}\"|\"\\\\u00e9\\\\n\"|\\{\"a\":|\\[1,)\
                     {0,40}",
            depth in 1u32..6,
        ) {
            for kernels in Kernels::all() {
                let anchors = Anchors::new(Shapes::NONE, &[], ByteSet::EMPTY);
                let mut planes = Planes::new();
                let scan = planes.scan(kernels, text.as_bytes(), &anchors, Before::Nothing, Start::Outside);
                let window = Window::new(&scan, 0, text.len(), Start::Outside);
                let stop = walk(&window, 0, Expect::Document, &mut Stack::default(), depth);
                let truth = truth(&window, depth);
                let escapes = text.contains('\\');
                prop_assert!(stop == truth || escapes && stop <= truth, "{stop} for {truth} in {text}");
            }
        }
    }
}
