//! Escapes, undone over pushes.

use super::map::{Map, Place, Runs};
use super::undo::undo_plain;
use crate::detect::stands_for;
use crate::token::Window;
use memchr::memchr;

/// Whether a wrong escape is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// RFC 8259, section 7: a wrong escape is an error.
    Strict,
    /// Text and code: a wrong escape is the characters it is made of.
    Lenient,
}

/// What counts the outermost slot's characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outer {
    /// This decoder makes the outermost slot's text: so many bytes so far.
    Makes(u64),
    /// It lies deeper: places are those of its source.
    Inherits,
}

/// Decoded text with the places of its bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decoded {
    /// UTF-8.
    pub bytes: Vec<u8>,
    /// Invariant: as many as `bytes`.
    pub runs: Runs,
    /// The indices of characters that text has as escapes of its own, in order: which escape it was is not known any more.
    pub undone: Vec<usize>,
    /// One past the last byte.
    pub end: Place,
}

impl Decoded {
    /// Its map.
    pub(crate) fn map(&self) -> Map<'_> {
        self.runs.map(self.end)
    }

    /// Forgets all but the capacity.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.runs.clear();
        self.undone.clear();
    }
}

/// An escape that is not complete, at most six characters: `\u` and four digits.
#[derive(Clone, Copy, Debug)]
struct Pending {
    /// What was seen of it, from its backslash.
    seen: [(u8, Place); 6],
    /// Invariant: `len <= 6`; 0 if nothing is pending.
    len: u8,
}

/// Undoes the escapes of one string.
#[derive(Clone, Debug)]
pub(crate) struct Unescape {
    escapes: Escapes,
    outer: Outer,
    pending: Pending,
    /// The first half of a surrogate pair, and where it began.
    high: Option<(u32, Place)>,
}

impl Unescape {
    /// At the start of a string.
    pub(crate) fn new(escapes: Escapes, outer: Outer) -> Self {
        Self {
            escapes,
            outer,
            pending: Pending {
                seen: [(0, Place::default()); 6],
                len: 0,
            },
            high: None,
        }
    }

    /// Where an incomplete escape, or half a surrogate pair, began: from there on nothing may leave.
    pub(crate) fn hold(&self) -> Option<Place> {
        self.high
            .map(|(_, at)| at)
            .or_else(|| self.pending.seen().first().map(|(_, at)| *at))
    }

    /// Passes a piece without escapes, while nothing is pending: where its bytes lie.
    pub(crate) fn pass<'a>(&mut self, len: usize, map: &Map<'a>) -> Map<'a> {
        match &mut self.outer {
            Outer::Makes(count) => {
                let at = Place {
                    raw: map.at(0).raw,
                    outer: *count,
                };
                *count += len as u64;
                Map::same(at, len)
            }
            Outer::Inherits => *map,
        }
    }

    /// Undoes the escapes of the rest of a window by its planes, while nothing is pending, if they hide nothing; where the
    /// text is hot then.
    pub(crate) fn undo(
        &mut self,
        written: &Window<'_>,
        from: usize,
        map: &Map<'_>,
        out: &mut Decoded,
        hot: &mut Vec<usize>,
    ) -> Option<()> {
        let Outer::Makes(count) = &mut self.outer else {
            return None;
        };
        let begin = Place {
            outer: *count,
            ..map.as_same()?
        };
        undo_plain(written, from, begin, out, hot)?;
        *count = out.end.outer;
        Some(())
    }

    /// Appends what `piece` decodes to; the index of the first wrong byte.
    pub(crate) fn feed(&mut self, piece: &[u8], map: &Map<'_>, out: &mut Decoded) -> Result<(), usize> {
        let mut at = 0;
        while let Some(byte) = piece.get(at) {
            if self.pending.len > 0 {
                if self.escape(*byte, map.at(at), out).is_err() {
                    // What was seen of the escape is the end of what came before the wrong byte.
                    self.spill(out);
                    out.end = self.place(map.at(at));
                    return Err(at);
                }
                at += 1;
                continue;
            }
            if *byte == b'\\' {
                if let Some(stands_for) = piece.get(at + 1).and_then(|byte| stands_for(*byte)) {
                    let begin = map.at(at);
                    self.lone_high(out);
                    self.undone(&[stands_for], begin, out);
                    at += 2;
                    continue;
                }
                self.pending.push(*byte, map.at(at));
                at += 1;
                continue;
            }
            self.lone_high(out);
            let rest = piece.get(at..).unwrap_or_default();
            let run = memchr(b'\\', rest).unwrap_or(rest.len());
            self.plain(rest.get(..run).unwrap_or_default(), &map.slice(at, at + run), out);
            at += run;
        }
        // What is pending lies behind what was decoded.
        out.end = self.place(self.hold().unwrap_or(map.end()));
        Ok(())
    }

    /// What was fed last is only read up to a place: the rest of it is forgotten.
    pub(crate) fn stop_at(&mut self, place: Place) {
        self.pending.len = 0;
        self.high = None;
        if let Outer::Makes(count) = &mut self.outer {
            *count = place.outer;
        }
    }

    /// Ends the string at `end`. An escape that is cut short is the characters it is made of.
    ///
    /// # Errors
    /// Strictly, that is wrong.
    pub(crate) fn finish(&mut self, end: Place, out: &mut Decoded) -> Result<(), ()> {
        let is_cut = self.pending.len > 0;
        self.spill(out);
        self.lone_high(out);
        out.end = self.place(end);
        if is_cut && self.escapes == Escapes::Strict {
            return Err(());
        }
        Ok(())
    }

    /// One byte more of a pending escape, which lies at `at`.
    fn escape(&mut self, byte: u8, at: Place, out: &mut Decoded) -> Result<(), ()> {
        let begin = self.pending.begin().unwrap_or(at);
        if self.pending.len == 1 {
            if byte == b'u' {
                self.pending.push(byte, at);
                return Ok(());
            }
            let Some(stands_for) = stands_for(byte) else {
                return self.wrong(byte, at, out);
            };
            self.pending.len = 0;
            self.lone_high(out);
            self.undone(&[stands_for], begin, out);
            return Ok(());
        }
        if !byte.is_ascii_hexdigit() {
            return self.wrong(byte, at, out);
        }
        if self.pending.len < 6 {
            self.pending.push(byte, at);
        }
        if self.pending.len == 6 {
            let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
            let unit = self
                .pending
                .seen()
                .iter()
                .skip(2)
                .fold(0, |unit, (byte, _)| unit << 4 | digit(*byte));
            self.pending.len = 0;
            self.unit(unit, begin, out);
        }
        Ok(())
    }

    /// A UTF-16 code unit from `\uXXXX`.
    fn unit(&mut self, unit: u32, begin: Place, out: &mut Decoded) {
        if (0xDC00..0xE000).contains(&unit)
            && let Some((high, at)) = self.high.take()
        {
            let char = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
            self.char(
                char::from_u32(char).unwrap_or(char::REPLACEMENT_CHARACTER),
                at,
                out,
            );
            return;
        }
        self.lone_high(out);
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some((unit, begin));
        } else {
            self.char(
                char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
                begin,
                out,
            );
        }
    }

    /// A byte that no escape has there.
    fn wrong(&mut self, byte: u8, at: Place, out: &mut Decoded) -> Result<(), ()> {
        if self.escapes == Escapes::Strict {
            return Err(());
        }
        self.spill(out);
        if byte == b'\\' {
            self.pending.push(byte, at);
        } else {
            self.bytes(&[byte], at, out);
        }
        Ok(())
    }

    /// A pending escape turns out to be plain characters.
    fn spill(&mut self, out: &mut Decoded) {
        let pending = self.pending;
        self.pending.len = 0;
        if pending.len > 0 {
            self.lone_high(out);
        }
        for (byte, at) in pending.seen() {
            self.bytes(&[*byte], *at, out);
        }
    }

    /// A first half without a second is one unknown character.
    fn lone_high(&mut self, out: &mut Decoded) {
        if let Some((_, at)) = self.high.take() {
            self.char(char::REPLACEMENT_CHARACTER, at, out);
        }
    }

    fn char(&mut self, char: char, at: Place, out: &mut Decoded) {
        let mut utf8 = [0; 4];
        self.undone(char.encode_utf8(&mut utf8).as_bytes(), at, out);
    }

    /// A character that an escape stands for.
    fn undone(&mut self, bytes: &[u8], at: Place, out: &mut Decoded) {
        if self.escapes == Escapes::Lenient {
            out.undone.push(out.bytes.len());
        }
        self.bytes(bytes, at, out);
    }

    /// Bytes that all lie at one place.
    fn bytes(&mut self, bytes: &[u8], at: Place, out: &mut Decoded) {
        for byte in bytes {
            let at = self.place(at);
            if let Outer::Makes(count) = &mut self.outer {
                *count += 1;
            }
            out.bytes.push(*byte);
            out.runs.push(at, 1);
        }
    }

    /// Bytes that stand for themselves.
    fn plain(&mut self, bytes: &[u8], map: &Map<'_>, out: &mut Decoded) {
        out.bytes.extend_from_slice(bytes);
        map.each_run(|at, len| {
            out.runs.push(self.place(at), len);
            if let Outer::Makes(count) = &mut self.outer {
                *count += len as u64;
            }
        });
    }

    /// A place of the source as one of the result.
    fn place(&self, at: Place) -> Place {
        match self.outer {
            Outer::Makes(count) => Place {
                raw: at.raw,
                outer: count,
            },
            Outer::Inherits => at,
        }
    }
}

impl Pending {
    fn push(&mut self, byte: u8, at: Place) {
        if let Some(slot) = self.seen.get_mut(usize::from(self.len)) {
            *slot = (byte, at);
            self.len += 1;
        }
    }

    fn seen(&self) -> &[(u8, Place)] {
        self.seen.get(..usize::from(self.len)).unwrap_or_default()
    }

    fn begin(&self) -> Option<Place> {
        self.seen().first().map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(text: &[u8], escapes: Escapes, cuts: &[usize]) -> Result<(Vec<u8>, Vec<u64>), usize> {
        let mut unescape = Unescape::new(escapes, Outer::Makes(0));
        let mut out = Decoded::default();
        let mut from = 0;
        let mut places = Vec::new();
        let mut bytes = Vec::new();
        for to in cuts.iter().copied().chain([text.len()]) {
            let map = Map::same(
                Place {
                    raw: from as u64,
                    outer: 0,
                },
                to - from,
            );
            out.clear();
            unescape
                .feed(&text[from..to], &map, &mut out)
                .map_err(|at| at + from)?;
            places.extend((0..out.bytes.len()).map(|at| out.map().at(at).raw));
            bytes.extend_from_slice(&out.bytes);
            from = to;
        }
        out.clear();
        let end = Place {
            raw: text.len() as u64,
            outer: 0,
        };
        unescape.finish(end, &mut out).map_err(|()| text.len())?;
        places.extend((0..out.bytes.len()).map(|at| out.map().at(at).raw));
        bytes.extend_from_slice(&out.bytes);
        Ok((bytes, places))
    }

    #[test]
    fn strict_agrees_with_serde_json_but_for_lone_surrogates() {
        let text = r#"a\n\u0041\ud83d\ude00\/\\\"é\t"#;
        let (bytes, places) = decode(text.as_bytes(), Escapes::Strict, &[]).unwrap();
        let truth: String = serde_json::from_str(&format!("\"{text}\"")).unwrap();
        assert_eq!(bytes, truth.as_bytes());
        assert_eq!(&places[..4], &[0, 1, 3, 9]);
        assert_eq!(
            decode(br"\ud83dx", Escapes::Strict, &[]).unwrap().0,
            "\u{FFFD}x".as_bytes()
        );
        assert_eq!(decode(br"ab\x", Escapes::Strict, &[]), Err(3));
        assert_eq!(decode(br"ab\u12", Escapes::Strict, &[]), Err(6));
    }

    #[test]
    fn lenient_keeps_what_is_no_escape() {
        for (text, truth) in [
            (r"C:\xy", r"C:\xy"),
            (r"a\u12g", r"a\u12g"),
            (r"\ud800\q", "\u{FFFD}\\q"),
            (r"a\", r"a\"),
        ] {
            assert_eq!(
                decode(text.as_bytes(), Escapes::Lenient, &[]).unwrap().0,
                truth.as_bytes(),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_cut_decodes_alike(text in r#"([\\un"/0dD8cCaA]|\\ud83d|\\ude00|\\n|\\\\|é){0,24}"#, cut in 0usize..80) {
            let text = text.as_bytes();
            for escapes in [Escapes::Strict, Escapes::Lenient] {
                let whole = decode(text, escapes, &[]);
                prop_assert_eq!(&decode(text, escapes, &[cut.min(text.len())]), &whole);
                prop_assert_eq!(&decode(text, escapes, &(1..text.len()).collect::<Vec<_>>()), &whole);
            }
        }
    }
}
