//! UTF-8, checked over pushes.

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

    /// Whether a character is cut here.
    pub(crate) fn is_cut(self) -> bool {
        self.len > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
