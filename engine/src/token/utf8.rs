//! UTF-8, checked over pushes.

use crate::simd::Scan;

/// What is known of a character cut by the end of a push (Unicode 16, table 3-7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Utf8 {
    bytes: [u8; 4],
    /// Invariant: `len < 4`, and `bytes[..len]` is a proper prefix of some character.
    len: u8,
}

impl Utf8 {
    /// Checks the next bytes; the offset of the first byte that no valid text could have there.
    pub(crate) fn check(&mut self, mut bytes: &[u8]) -> Result<(), usize> {
        let mut done = 0;
        while self.len > 0 {
            let Some((first, rest)) = bytes.split_first() else {
                return Ok(());
            };
            let have = usize::from(self.len);
            if let Some(slot) = self.bytes.get_mut(have) {
                *slot = *first;
            }
            let known = self.bytes.get(..=have).unwrap_or_default();
            match core::str::from_utf8(known) {
                Ok(_) => self.len = 0,
                Err(error) if error.error_len().is_none() && error.valid_up_to() == 0 => self.len += 1,
                Err(_) => return Err(done),
            }
            bytes = rest;
            done += 1;
        }
        let Err(error) = core::str::from_utf8(bytes) else {
            return Ok(());
        };
        if let Some(len) = error.error_len() {
            // A lead byte that some character has is still possible; one that none has is not.
            let lead = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            return Err(done + error.valid_up_to() + if (0xC2..=0xF4).contains(&lead) { len } else { 0 });
        }
        let tail = bytes.get(error.valid_up_to()..).unwrap_or_default();
        for (slot, byte) in self.bytes.iter_mut().zip(tail) {
            *slot = *byte;
        }
        self.len = tail.len() as u8;
        Ok(())
    }

    /// Checks that `from..to` of a scan goes on as UTF-8: the first byte that no valid text could have there.
    pub(crate) fn check_scan(&mut self, scan: &Scan<'_>, from: usize, to: usize) -> Result<(), usize> {
        let bytes = scan.bytes.get(..to).unwrap_or(scan.bytes);
        let is_cut = self.is_cut();
        let mut check_from = |at: usize| {
            self.check(bytes.get(at..).unwrap_or_default())
                .map_err(|wrong| at + wrong)
        };
        if is_cut {
            return check_from(from);
        }
        let (mut at, mut base) = (from, from / 64 * 64);
        for high in scan.high(from, to) {
            let mut high = *high;
            while high != 0 {
                let next = base + high.trailing_zeros() as usize;
                high &= high - 1;
                // The first lies before, or all of it is read.
                if next < at {
                    continue;
                }
                match character(bytes.get(next..).unwrap_or_default()) {
                    Some(len) => at = next + len,
                    // It is wrong, or cut, or lies behind the end.
                    None if next < to => return check_from(next),
                    None => return Ok(()),
                }
            }
            base += 64;
        }
        Ok(())
    }

    /// Whether a character is cut here.
    pub(crate) fn is_cut(self) -> bool {
        self.len > 0
    }
}

/// How long the character is that some bytes begin with, if it is whole and none of ASCII's.
///
/// Source: Unicode 16, table 3-7.
#[inline]
fn character(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0xC2..=0xDF, 0x80..=0xBF, ..] => Some(2),
        [0xE0, 0xA0..=0xBF, 0x80..=0xBF, ..]
        | [0xE1..=0xEC | 0xEE..=0xEF, 0x80..=0xBF, 0x80..=0xBF, ..]
        | [0xED, 0x80..=0x9F, 0x80..=0xBF, ..] => Some(3),
        [0xF0, 0x90..=0xBF, 0x80..=0xBF, 0x80..=0xBF, ..]
        | [0xF1..=0xF3, 0x80..=0xBF, 0x80..=0xBF, 0x80..=0xBF, ..]
        | [0xF4, 0x80..=0x8F, 0x80..=0xBF, 0x80..=0xBF, ..] => Some(4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Anchors, Before, ByteSet, Kernels, Planes, Shapes, Start};

    #[test]
    fn characters_are_those_of_the_standard_library() {
        for first in 0x80..=0xFF {
            for second in 0..=0xFF {
                for third in [0, 0x7F, 0x80, 0xBF, 0xC0, 0xFF] {
                    for fourth in [0, 0x7F, 0x80, 0xBF, 0xC0, 0xFF] {
                        let bytes = [first, second, third, fourth];
                        let truth = (2..=4).find(|len| core::str::from_utf8(&bytes[..*len]).is_ok());
                        assert_eq!(character(&bytes), truth, "{bytes:x?}");
                        let cut = (2..=3).find(|len| core::str::from_utf8(&bytes[..*len]).is_ok());
                        assert_eq!(character(&bytes[..3]), cut, "{bytes:x?}");
                    }
                }
            }
        }
    }

    /// Checks a piece with each kernel; they agree.
    fn check_scan(utf8: &mut Utf8, bytes: &[u8]) -> Result<(), usize> {
        let anchors = Anchors::new(Shapes::NONE, &[], ByteSet::EMPTY);
        let before = *utf8;
        let mut results = Kernels::all().map(|kernels| {
            // It lies behind bytes of others.
            let behind = [&[0xC3; 70], bytes].concat();
            let mut planes = Planes::new();
            let scan = planes.scan(kernels, &behind, &anchors, Before::Nothing, Start::Outside);
            let mut utf8 = before;
            let result = utf8.check_scan(&scan, 70, behind.len());
            (result.map_err(|at| at - 70), utf8)
        });
        let (result, after) = results.next().unwrap();
        assert!(results.all(|other| other == (result, after)));
        *utf8 = after;
        result
    }

    /// The first byte at which no continuation is valid text, by brute force.
    fn truth(bytes: &[u8]) -> Result<(), usize> {
        (1..=bytes.len())
            .find(|end| match core::str::from_utf8(&bytes[..*end]) {
                Ok(_) => false,
                Err(error) => error.error_len().is_some(),
            })
            .map_or(Ok(()), |end| Err(end - 1))
    }

    #[test]
    fn every_cut_finds_the_first_impossible_byte() {
        let samples: [&[u8]; 12] = [
            b"plain",
            "\u{e9}\u{20ac}\u{1F600}x".as_bytes(),
            b"a\xFFb",
            b"a\x80b",
            b"a\xC0\xAFb",
            b"\xE0\x80\x80",
            b"\xED\xA0\x80",
            b"\xF0\x90A",
            b"\xF4\x90\x80\x80",
            b"\xF0\x9F\x98",
            b"\xC3",
            b"\xE2\x82\xAC\xE2(",
        ];
        for bytes in samples {
            for cut in 0..=bytes.len() {
                let mut utf8 = Utf8::default();
                let got = utf8
                    .check(&bytes[..cut])
                    .and_then(|()| utf8.check(&bytes[cut..]).map_err(|at| at + cut));
                assert_eq!(got, truth(bytes), "{bytes:?} cut at {cut}");
                let mut scanned = Utf8::default();
                let scan = check_scan(&mut scanned, &bytes[..cut])
                    .and_then(|()| check_scan(&mut scanned, &bytes[cut..]).map_err(|at| at + cut));
                assert_eq!(scan, got, "{bytes:?} cut at {cut}");
                assert!(got.is_err() || scanned == utf8, "{bytes:?} cut at {cut}");
                assert_eq!(
                    got.is_ok() && utf8.is_cut(),
                    got.is_ok() && core::str::from_utf8(bytes).is_err()
                );
            }
            let mut utf8 = Utf8::default();
            let got = bytes
                .iter()
                .enumerate()
                .try_for_each(|(at, byte)| utf8.check(&[*byte]).map_err(|_| at));
            assert_eq!(got, truth(bytes), "{bytes:?} byte by byte");
        }
    }
}
