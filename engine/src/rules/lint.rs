//! Which patterns are allowed, and how they are read: the one place that knows.
//!
//! A pattern is matched on bytes, as they come, by an automaton that never goes back. So classes and boundaries
//! are ASCII, nothing looks around, nothing refers back, and every pattern has a shortest match of at least one
//! byte and a longest one.

use regex_syntax::hir::{Class, Hir, HirKind};
use regex_syntax::{Error, ParserBuilder, ast};

/// The longest match a pattern may have, in bytes of decoded text: what a stream may have to hold for it.
pub(crate) const LONGEST_MATCH: usize = 2048;

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PatternFault {
    /// The byte of the pattern at which it goes wrong.
    pub(crate) at: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: &'static str,
}

/// Reads a pattern: with a finite longest match, never empty, bytes, ASCII classes.
///
/// # Errors
/// The first rule it breaks.
pub(crate) fn pattern(pattern: &str) -> Result<Hir, PatternFault> {
    let hir = read(pattern)?;
    let properties = hir.properties();
    match properties.minimum_len() {
        None => return Err(whole("the pattern can match nothing", "a class in it is empty")),
        Some(0) => {
            return Err(whole(
                "the pattern can match the empty text",
                "use `+` or `{1,n}` where it says `*`, `?` or `{0,n}`",
            ));
        }
        Some(_) => {}
    }
    match properties.maximum_len() {
        None => Err(whole(
            "the pattern has no longest match",
            "bound `*`, `+` and `{n,}` as in `{1,64}`, or match the prefix and use `run`",
        )),
        Some(longest) if longest > LONGEST_MATCH => Err(whole(
            &format!("the pattern's longest match is {longest} bytes, over {LONGEST_MATCH}"),
            "bound it, or match the prefix and use `run`",
        )),
        Some(_) => Ok(hir),
    }
}

/// Reads a run's alphabet: one class of single bytes. Bytes of characters beyond ASCII are all in it or none.
///
/// # Errors
/// It is no single class.
pub(crate) fn alphabet(class: &str) -> Result<[bool; 256], PatternFault> {
    let hir = read(class)?;
    let mut member = [false; 256];
    let mut insert = |start: u8, end: u8| {
        for slot in member
            .iter_mut()
            .take(usize::from(end) + 1)
            .skip(usize::from(start))
        {
            *slot = true;
        }
    };
    match hir.kind() {
        HirKind::Literal(literal) if literal.0.len() == 1 => {
            literal.0.iter().for_each(|byte| insert(*byte, *byte))
        }
        HirKind::Class(Class::Bytes(class)) => {
            class
                .ranges()
                .iter()
                .for_each(|range| insert(range.start(), range.end()));
        }
        _ => {
            return Err(whole(
                "an alphabet is one class of characters",
                "write it as `[A-Za-z0-9_-]`",
            ));
        }
    }
    Ok(member)
}

/// Parses as bytes with ASCII classes, and refuses what those cannot say.
fn read(pattern: &str) -> Result<Hir, PatternFault> {
    let hir = ParserBuilder::new()
        .utf8(false)
        .unicode(false)
        .nest_limit(64)
        .build()
        .parse(pattern)
        .map_err(|error| refused(&error))?;
    if hir.properties().look_set().contains_word_unicode() {
        return Err(unicode(0));
    }
    only_whole_characters(&hir)?;
    Ok(hir)
}

/// A pattern that fails to parse.
fn refused(error: &Error) -> PatternFault {
    match error {
        Error::Parse(error) => {
            let hint = match error.kind() {
                ast::ErrorKind::UnsupportedLookAround => {
                    "a pattern cannot look around: use `lead` for what stands before, `check`, or `\\b`"
                }
                ast::ErrorKind::UnsupportedBackreference => "a pattern cannot refer back to a group",
                ast::ErrorKind::NestLimitExceeded(_) => "groups nest at most 64 deep",
                ast::ErrorKind::ClassUnclosed => "close it with `]`, or write `\\[` for the character",
                ast::ErrorKind::GroupUnclosed => "close it with `)`, or write `\\(` for the character",
                ast::ErrorKind::GroupUnopened => "open it with `(`, or write `\\)` for the character",
                ast::ErrorKind::RepetitionMissing => "write `\\*`, `\\+` or `\\?` for the character",
                _ => "",
            };
            PatternFault {
                at: error.span().start.offset,
                message: format!("invalid pattern: {}", error.kind()),
                hint,
            }
        }
        Error::Translate(error) => unicode(error.span().start.offset),
        _ => whole("invalid pattern", ""),
    }
}

fn unicode(at: usize) -> PatternFault {
    PatternFault {
        at,
        message: "Unicode classes are not supported".to_owned(),
        hint: "patterns match bytes: use ASCII classes, and write other characters one by one outside of `[…]`",
    }
}

fn whole(message: &str, hint: &'static str) -> PatternFault {
    PatternFault {
        at: 0,
        message: message.to_owned(),
        hint,
    }
}

/// Refuses classes with some bytes beyond ASCII and not others, and literals that are parts of a character: a
/// match on half a character would leave the other half as invalid UTF-8.
fn only_whole_characters(hir: &Hir) -> Result<(), PatternFault> {
    let mut open = vec![hir];
    while let Some(hir) = open.pop() {
        let whole = match hir.kind() {
            HirKind::Literal(literal) => core::str::from_utf8(&literal.0).is_ok(),
            HirKind::Class(Class::Unicode(_)) => false,
            HirKind::Class(Class::Bytes(class)) => {
                let beyond: usize = class
                    .ranges()
                    .iter()
                    .filter(|range| range.end() >= 0x80)
                    .map(|range| usize::from(range.end()) - usize::from(range.start().max(0x80)) + 1)
                    .sum();
                beyond == 0 || beyond == 128
            }
            _ => true,
        };
        if !whole {
            return Err(unicode(0));
        }
        open.extend(hir.kind().subs());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, String) {
        let fault = pattern(text).unwrap_err();
        (fault.at, fault.message)
    }

    #[test]
    fn what_an_automaton_on_bytes_can_do_is_allowed() {
        for text in [
            "EMP-[0-9]{6}",
            r"(?i)\bpass(?:word)?\b",
            r"[^@\s]{1,64}@x",
            "größe",
            r"^a|b$",
            r"[a-z]{1,2048}",
            r"\d\w\s\x41",
        ] {
            assert!(pattern(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_it_cannot_is_refused_where_it_stands() {
        assert_eq!(fault("a(b").0, 1);
        assert_eq!(fault("ab[z-a]").0, 3);
        assert_eq!(fault(r"ab(?=c)").0, 2);
        assert_eq!(fault(r"ab(?<!c)").0, 2);
        assert_eq!(fault(r"(a)\1").0, 3);
        assert_eq!(fault(r"ab\p{L}").0, 2);
        assert_eq!(fault(r"ab[é]").0, 3);
        for unicode in [r"(?u)\w", r"(?u:\b)a", r"(?u:.)", r"\xFF", r"[\x80-\xBF]a"] {
            assert!(fault(unicode).1.contains("Unicode"), "{unicode}");
        }
        assert!(fault("a*").1.contains("empty"));
        assert!(fault(r"\b").1.contains("empty"));
        assert!(fault("a+").1.contains("no longest"));
        assert!(fault("a{2049}").1.contains("2049"));
        assert!(fault("[^\\x00-\\xFF]").1.contains("nothing"));
        assert!(pattern(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn an_alphabet_is_one_class() {
        let base64 = alphabet("[A-Za-z0-9+/]").unwrap();
        assert_eq!(base64.iter().filter(|member| **member).count(), 64);
        assert!(alphabet(r"[^\s]").unwrap()[0xC3]);
        assert!(alphabet("a").unwrap()[usize::from(b'a')]);
        for wrong in ["", "ab", "[a]+", "[a", "é", r"[\x80]"] {
            assert!(alphabet(wrong).is_err(), "{wrong}");
        }
    }
}
