//! The format found from a stream's first bytes, with no second thoughts.
//!
//! Blanks in front are framing in every format it can find, so they pass before it is known.

use super::{
    Part, Supply,
    sse::{Head, head},
};
use crate::{ErrorKind, Format, SenderError};

/// More blanks than this in front, and it is text: what hides behind them was not meant to be found.
const BLANKS: usize = 512;

/// The search for the format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Auto {
    /// Blanks passed, ≤ [`BLANKS`]. A byte order mark is none.
    blanks: usize,
    /// Where the next byte is. Only a line's start can be an SSE field.
    at: At,
}

/// Where in a line a byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Within,
}

impl Default for Auto {
    fn default() -> Self {
        Self {
            blanks: 0,
            at: At::Start,
        }
    }
}

impl Auto {
    /// See [`super::Framer::next`]. After [`Part::Found`] this has done its work.
    ///
    /// # Errors
    /// [`SenderError::NotText`].
    pub(super) fn part(&mut self, rest: &[u8], supply: Supply) -> Result<Option<Part>, ErrorKind> {
        if self.blanks == BLANKS {
            return Ok(Some(Part::Found(Format::Text)));
        }
        let front = rest.get(..BLANKS - self.blanks).unwrap_or(rest);
        let blanks = front.iter().take_while(|&&byte| is_blank(byte)).count();
        if let Some(last) = blanks.checked_sub(1).and_then(|last| front.get(last)) {
            self.blanks += blanks;
            self.at = if matches!(last, b'\n' | b'\r') {
                At::Start
            } else {
                At::Within
            };
            return Ok(Some(Part::Framing(blanks)));
        }
        Ok(Some(match self.sign(rest) {
            Sign::Format(format) => Part::Found(format),
            Sign::NotText => return Err(ErrorKind::Sender(SenderError::NotText)),
            Sign::Open if supply == Supply::Last => Part::Found(Format::Text),
            Sign::Open if rest.is_empty() => return Ok(None),
            Sign::Open => Part::Undecided(rest.len()),
        }))
    }

    /// What `rest` says, which does not start with a blank.
    fn sign(&self, rest: &[u8]) -> Sign {
        match *rest {
            [] => Sign::Open,
            [b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n', ..] => {
                Sign::Format(Format::Sequence)
            }
            // UTF-16 and -32 without a mark, and most binary formats, begin with a NUL or soon have one; gzip and
            // the UTF-16 marks are two bytes.
            [0, ..] | [0x1F, 0x8B, ..] | [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Sign::NotText,
            [0x1F | 0xFE | 0xFF] => Sign::Open,
            _ if self.at == At::Within => Sign::Format(Format::Text),
            _ => match head(rest) {
                Head::Comment | Head::Data | Head::Named(_) => Sign::Format(Format::Sse),
                Head::Open => Sign::Open,
                Head::Other => Sign::Format(Format::Text),
            },
        }
    }
}

/// What the first bytes that are not blank say.
enum Sign {
    /// This format.
    Format(Format),
    /// It must be decoded first.
    NotText,
    /// Nothing yet; text if nothing follows.
    Open,
}

/// Whether JSON and SSE both let it stand in front.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::super::tests::trace;
    use super::*;

    /// What `auto` finds in `input`, or why it refuses it.
    fn found(input: &[u8]) -> String {
        let told = trace(Format::Auto, input);
        told.split(' ')
            .find(|part| part.starts_with(['=', '!']))
            .unwrap()
            .to_owned()
    }

    #[test]
    fn one_byte_tells_json() {
        for start in [
            "{",
            "[",
            "\"",
            "-",
            "0",
            "9",
            "t",
            "f",
            "n",
            " \t\r\n[",
            "\u{FEFF}{",
            "\u{FEFF} 1",
        ] {
            assert_eq!(found(start.as_bytes()), "=Sequence", "{start:?}");
        }
    }

    #[test]
    fn a_field_at_a_lines_start_tells_sse() {
        for start in [
            ":",
            "data:",
            "event:x",
            "id:",
            "retry:1",
            "\n\r\ndata:{}",
            " \n: ping",
            "\u{FEFF}data:",
            "\u{FEFF}:",
        ] {
            assert_eq!(found(start.as_bytes()), "=Sse", "{start:?}");
        }
        for start in [
            "data",
            "data :",
            "data\n",
            "retry",
            "i",
            "ide:",
            "Data:",
            " data:",
            "\t:",
            "database: x",
        ] {
            assert_eq!(found(start.as_bytes()), "=Text", "{start:?}");
        }
    }

    #[test]
    fn the_rest_is_text_or_refused() {
        for start in [
            &b""[..],
            b"x",
            b"\x1F",
            b"\x1FA",
            b"\xFF",
            b"\xFF\xFF",
            b"\xFE",
            b"\xEF",
            b"\xEF\xBB",
            b"  ",
        ] {
            assert_eq!(found(start), "=Text", "{start:?}");
        }
        // A mark is one only as the first thing, and once.
        assert_eq!(found(b" \xEF\xBB\xBF{"), "=Text");
        assert_eq!(found(b"\xEF\xBB\xBF\xEF\xBB\xBF{"), "=Text");
        for start in [
            &b"\x1F\x8B\x08"[..],
            b"\0{",
            b"\xFF\xFE{\0",
            b"\xFE\xFF\0{",
            b"\n\0",
            b"\xEF\xBB\xBF\0",
        ] {
            assert!(found(start).starts_with("!Sender(NotText)"), "{start:?}");
        }
    }

    #[test]
    fn after_512_blanks_it_is_text() {
        let after = |blanks: usize| found(&[&vec![b' '; blanks][..], b"{}"].concat());
        assert_eq!(after(BLANKS - 1), "=Sequence");
        assert_eq!(after(BLANKS), "=Text");
    }

    #[test]
    fn what_follows_is_in_the_found_format() {
        let told = |input: &[u8]| trace(Format::Auto, input);
        assert_eq!(told(b" {}\n"), r"F(_) =Sequence P({}\n) ;");
        assert_eq!(
            told(b"\n:a\n\ndata: 1"),
            r"F(\n) =Sse F(:) A(a) | F(\n\ndata:_) P(1) ; ."
        );
        assert_eq!(told(b"\r\rhi"), r"F(\r\r) =Text P(hi) ; .");
        assert_eq!(told(b"\xEF\xBB"), r"=Text P(\xef\xbb) ; .");
        assert_eq!(told(b""), "=Text ; .");
    }
}
