//! The header of a JSON Web Signature or Encryption: RFC 7515 section 4, RFC 7516.

use super::{Candidate, Verdict};

/// Proves where the text before the first dot is base64url of a JSON object with a member `alg`.
///
/// A header is read to its end, but not as all of JSON: strings, and how deep in brackets they are.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let encoded = candidate
        .value
        .split(|byte| *byte == b'.')
        .next()
        .unwrap_or_default();
    match find_alg(Decoded::new(encoded)) {
        Some(true) => Verdict::Proves,
        _ => Verdict::Fails,
    }
}

/// Whether a JSON object has a member `alg`; `None` where it is no object.
fn find_alg(mut bytes: impl Iterator<Item = Option<u8>>) -> Option<bool> {
    const ALG: &[u8] = b"alg";
    if bytes.next()?? != b'{' {
        return None;
    }
    let mut depth = 1_u32;
    let mut found = false;
    // The string last read: its length, whether it is `alg` so far; only a `:` after it makes it a name.
    let mut last_is_alg = false;
    while let Some(byte) = bytes.next() {
        match byte? {
            b'"' => {
                let mut length = 0;
                last_is_alg = true;
                loop {
                    let byte = bytes.next()??;
                    match byte {
                        b'"' => break,
                        b'\\' => {
                            last_is_alg = false;
                            bytes.next()??;
                        }
                        byte if byte < b' ' => return None,
                        byte => last_is_alg &= ALG.get(length) == Some(&byte),
                    }
                    length += 1;
                }
                last_is_alg &= length == ALG.len();
                continue;
            }
            b':' => found |= depth == 1 && last_is_alg,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    let blank = bytes.all(|byte| byte.is_some_and(|byte| byte.is_ascii_whitespace()));
                    return blank.then_some(found);
                }
            }
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b',' | b'+' | b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {}
            _ => return None,
        }
        last_is_alg = false;
    }
    None
}

/// The bytes base64url text stands for (RFC 4648 section 5, without padding); `None` for a foreign character.
struct Decoded<'a> {
    signs: core::slice::Iter<'a, u8>,
    /// Bits read and not yet given. Invariant: fewer than 8.
    held: u32,
    bits: u32,
}

impl<'a> Decoded<'a> {
    fn new(encoded: &'a [u8]) -> Self {
        Self {
            signs: encoded.iter(),
            held: 0,
            bits: 0,
        }
    }
}

impl Iterator for Decoded<'_> {
    type Item = Option<u8>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.bits < 8 {
            let sign = *self.signs.next()?;
            let Some(value) = sextet(sign) else {
                return Some(None);
            };
            self.held = self.held << 6 | value;
            self.bits += 6;
        }
        self.bits -= 8;
        let byte = self.held >> self.bits;
        self.held &= (1 << self.bits) - 1;
        Some(u8::try_from(byte).ok())
    }
}

/// What a sign of the alphabet counts.
fn sextet(sign: u8) -> Option<u32> {
    Some(u32::from(match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn headers_prove() {
        for header in [
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.", // {"alg":"HS256","typ":"JWT"}
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.", // RFC 7515 appendix A.1
            "eyJhbGciOiJub25lIn0.",                  // RFC 7519 section 6.1
        ] {
            assert_eq!(alone(check, header), Verdict::Proves, "{header}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "eyJhIjoxfQ.",           // {"a":1}
            "eyJ4IjoiYWxnIn0.",      // {"x":"alg"}
            "eyJ4Ijp7ImFsZyI6MX19.", // {"x":{"alg":1}}
            "eyJhbGciOiJIUzI1Ni.",   // cut short
            "eyJhbGciOiJub25lIn0+.",
            "",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }
}
