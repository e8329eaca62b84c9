//! The full grammar in one walk over a window: how far it is kept.
//!
//! What the walk has accepted needs no tokens; where it stops the tokenizer says what is wrong, if anything is. So
//! it may stop early wherever it likes, and never late.

use super::{Bracket, Expect, Scalar, Stack, Window, is_delimiter};

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
    while let Some(byte) = window.bytes.get(at) {
        let next = match (expect, byte) {
            (_, b' ' | b'\t' | b'\n' | b'\r') => {
                at += 1;
                continue;
            }
            (Expect::CommaOrClose, b',') => {
                expect = match stack.top() {
                    Some(Bracket::Object) => Expect::Key,
                    _ => Expect::Value,
                };
                Some(at + 1)
            }
            (Expect::Key | Expect::KeyOrClose, b'"') => string(window, at).map(|end| {
                // Mostly the colon follows at once.
                let colon = window.byte(end) == b':';
                expect = if colon { Expect::Value } else { Expect::Colon };
                end + usize::from(colon)
            }),
            (Expect::Colon, b':') => {
                expect = Expect::Value;
                Some(at + 1)
            }
            (Expect::CommaOrClose | Expect::KeyOrClose, b'}')
            | (Expect::CommaOrClose | Expect::ValueOrClose, b']') => {
                stack.pop(Bracket::of(*byte)).then(|| {
                    expect = after_value(stack);
                    at + 1
                })
            }
            (Expect::Document | Expect::Value | Expect::ValueOrClose, byte) => match byte {
                b'"' => string(window, at).inspect(|_| expect = after_value(stack)),
                b'{' if stack.len() < depth => {
                    stack.push(Bracket::Object);
                    expect = Expect::KeyOrClose;
                    Some(at + 1)
                }
                b'[' if stack.len() < depth => {
                    stack.push(Bracket::Array);
                    expect = Expect::ValueOrClose;
                    Some(at + 1)
                }
                _ => scalar(window, at, *byte).inspect(|_| expect = after_value(stack)),
            },
            _ => None,
        };
        let Some(next) = next else { return at };
        at = next;
    }
    at
}

#[inline(always)]
fn after_value(stack: &Stack) -> Expect {
    if stack.len() == 0 {
        Expect::End
    } else {
        Expect::CommaOrClose
    }
}

/// The end of the string at a quote, if it is whole and right.
#[inline(always)]
fn string(window: &Window<'_>, quote: usize) -> Option<usize> {
    let from = quote + 1;
    let block = window.blocks.get(from / 64)?;
    let quotes = block.quote >> (from % 64);
    if quotes != 0 {
        let len = quotes.trailing_zeros();
        let odd = (block.control | block.backslash) >> (from % 64);
        let end = from + len as usize;
        if odd & ((1 << len) - 1) == 0 && end < window.bytes.len() {
            return Some(end + 1);
        }
    }
    long_string(window, from)
}

/// The end of a string that begins at `from`, if it is whole and right: one with escapes, or over several blocks.
#[cold]
#[inline(never)]
fn long_string(window: &Window<'_>, from: usize) -> Option<usize> {
    let end = window.next(from, |block| block.quote)?;
    if window.any(from, end, |block| block.control) {
        return None;
    }
    if window.any(from, end, |block| block.backslash) && !escapes_are_right(window.bytes.get(from..end)?) {
        return None;
    }
    Some(end + 1)
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

/// The end of the number or word at `at`, if it is whole and right.
#[inline(always)]
fn scalar(window: &Window<'_>, at: usize, first: u8) -> Option<usize> {
    let rest = window.bytes.get(at..)?;
    let mut scalar = Scalar::start(first)?;
    for (len, byte) in rest.iter().enumerate().skip(1) {
        match scalar.step(*byte) {
            Some(next) => scalar = next,
            None => {
                return (is_delimiter(*byte) && scalar.is_complete()).then_some(at + len);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Grammar;
    use crate::simd::{Anchors, Before, ByteSet, Kernels, Planes, Shapes};
    use crate::token::{Start, Tokenizer};
    use proptest::prelude::*;

    /// Where the tokenizer comes to, token by token, while all is right and whole.
    fn truth(window: &Window<'_>, depth: u32) -> usize {
        let mut tokenizer = Tokenizer::new(Grammar::Full, depth);
        let (mut at, mut begin) = (0, 0);
        loop {
            begin = super::super::skip_blanks(window, begin).unwrap_or(window.bytes.len());
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
                let scan = planes.scan(kernels, text.as_bytes(), &anchors, Before::Nothing);
                let window = Window::new(&scan, 0, text.len(), Start::Outside);
                let stop = walk(&window, 0, Expect::Document, &mut Stack::default(), depth);
                let truth = truth(&window, depth);
                let escapes = text.contains('\\');
                prop_assert!(stop == truth || escapes && stop <= truth, "{stop} for {truth} in {text}");
            }
        }
    }
}
