//! One JSON array whose elements are records, as an API writes it that streams without events.
//!
//! An element is a payload from its first byte on: it ends with its last bracket, or, if it has none, before the comma or
//! bracket behind it. What is not an array is one document, and one record: an API may answer with an error instead.
//! Brackets are counted here and not told apart; that they match is the tokenizer's knowledge.

use super::{Part, Supply};
use crate::error::{ErrorKind, SenderError};

/// How far an array is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Array {
    /// Before its bracket.
    #[default]
    Start,
    /// Before an element.
    Before,
    /// In an element.
    Element(Element),
    /// The payload's end is due.
    Ended,
    /// The record's end is due, and then something.
    Record(Next),
    /// Behind an element.
    After,
    /// It is no array: in a document.
    Document,
    /// Behind all of it.
    Done,
}

/// What comes behind a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another, or the array's end.
    More,
    /// Nothing.
    Nothing,
}

/// Where in an element a byte is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Brackets that are open.
    depth: u32,
    at: At,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Outside,
    InString,
    /// Behind a backslash in a string.
    Escaped,
}

impl Array {
    /// See [`super::Framer::next`].
    ///
    /// # Errors
    /// It ends too early, goes on behind its end, or two elements have no comma between them.
    pub(super) fn part(&mut self, rest: &[u8], supply: Supply) -> Result<Option<Part>, ErrorKind> {
        match *self {
            Self::Ended => {
                *self = Self::Record(Next::More);
                return Ok(Some(Part::EndPayload));
            }
            Self::Record(next) => {
                *self = match next {
                    Next::More => Self::After,
                    Next::Nothing => Self::Done,
                };
                return Ok(Some(Part::EndRecord));
            }
            _ => {}
        }
        let Some(&first) = rest.first() else {
            return match (supply, *self) {
                (Supply::Last, Self::Document) => {
                    *self = Self::Record(Next::Nothing);
                    Ok(Some(Part::EndPayload))
                }
                (Supply::More, _) | (_, Self::Start | Self::Done) => Ok(None),
                _ => Err(ErrorKind::Sender(SenderError::Truncated)),
            };
        };
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        match *self {
            Self::Start | Self::Before | Self::After | Self::Done if blanks > 0 => {
                return Ok(Some(Part::Framing(blanks)));
            }
            Self::Start if first == b'[' => *self = Self::Before,
            Self::Start | Self::Document => {
                *self = Self::Document;
                return Ok(Some(Part::Payload(rest.len())));
            }
            Self::Before | Self::After if first == b']' => *self = Self::Done,
            Self::Before => {
                *self = Self::Element(Element::default());
                return self.part(rest, supply);
            }
            Self::Element(mut element) => {
                let (count, is_over) = element.read(rest);
                *self = if is_over {
                    Self::Ended
                } else {
                    Self::Element(element)
                };
                if count == 0 {
                    return self.part(rest, supply);
                }
                return Ok(Some(Part::Payload(count)));
            }
            Self::After if first == b',' => *self = Self::Before,
            Self::After => return Err(ErrorKind::Sender(SenderError::UnexpectedByte)),
            _ => return Err(ErrorKind::Sender(SenderError::TrailingBytes)),
        }
        Ok(Some(Part::Framing(1)))
    }
}

impl Element {
    /// How many of some bytes are its, and whether it ends with them.
    fn read(&mut self, rest: &[u8]) -> (usize, bool) {
        for (at, byte) in rest.iter().enumerate() {
            match (self.at, byte) {
                (At::Escaped, _) => self.at = At::InString,
                (At::InString, b'\\') => self.at = At::Escaped,
                (At::InString, b'"') => self.at = At::Outside,
                (At::InString, _) => {}
                (At::Outside, b'"') => self.at = At::InString,
                (At::Outside, b'[' | b'{') => self.depth = self.depth.saturating_add(1),
                (At::Outside, b']' | b',') if self.depth == 0 => return (at, true),
                (At::Outside, b']' | b'}') if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                (At::Outside, _) => {}
            }
        }
        (rest.len(), false)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::super::tests::trace;
    use crate::Format;

    #[test]
    fn elements_are_records() {
        let told = |input: &[u8]| trace(Format::Array, input);
        assert_eq!(
            told(b" [{\"a\":\"]\\\"}\"}\n,\r\n[1,[2]] , 3 ]\n"),
            r#"F(_[) P({\"a\":\"]\\\"}\"}) ; . F(\n,\r\n) P([1,[2]]) ; . F(_,_) P(3_) ; . F(]\n)"#
        );
        assert_eq!(told(b"[]"), "F([])");
        assert_eq!(told(b""), "");
        assert_eq!(told(b"[,1,]"), "F([) ; . F(,) P(1) ; . F(,])");
        assert_eq!(
            told(b"\xEF\xBB\xBF{\"a\":[1]} "),
            r#"F(\xef\xbb\xbf) P({\"a\":[1]}_) ; ."#
        );
    }

    #[test]
    fn what_is_no_array_after_all_is_refused() {
        let told = |input: &[u8]| trace(Format::Array, input);
        assert_eq!(told(b"[1,2"), "F([) P(1) ; . F(,) P(2) !Sender(Truncated)@4");
        assert_eq!(told(b"[{}{}]"), "F([) P({}) ; . !Sender(UnexpectedByte)@3");
        assert_eq!(told(b"[1] 2"), "F([) P(1) ; . F(]_) !Sender(TrailingBytes)@4");
        assert_eq!(told(b"["), "F([) !Sender(Truncated)@1");
    }
}
