//! Ethereum's addresses: `0x` and forty hex digits, whose case is a checksum (EIP-55).

use super::super::{Candidate, Verdict};
use super::keccak::keccak256;

/// Proves digits in the case that their digest asks for; holds for digits of one case, which have no checksum.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let digits = candidate.value.get(2..).unwrap_or_default();
    if digits.len() != 40 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Verdict::Fails;
    }
    let first = digits.first();
    if digits.iter().all(|digit| Some(digit) == first) {
        return Verdict::Fails; // Where nobody is: `0x000…`.
    }
    let has = |kind: fn(&u8) -> bool| digits.iter().any(kind);
    if !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)) {
        return Verdict::Holds;
    }
    let mut small = [0; 40];
    for (slot, digit) in small.iter_mut().zip(digits) {
        *slot = digit.to_ascii_lowercase();
    }
    let digest = keccak256(&small);
    let halves = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let right = digits
        .iter()
        .zip(halves)
        .all(|(digit, half)| digit.is_ascii_digit() || digit.is_ascii_uppercase() == (half >= 8));
    if right { Verdict::Proves } else { Verdict::Fails }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::alone;
    use super::*;
    use Verdict::{Fails, Holds, Proves};

    /// An example of EIP-55.
    const RIGHT: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    #[test]
    fn the_case_is_the_checksum() {
        assert_eq!(alone(check, RIGHT), Proves);
        assert_eq!(alone(check, &RIGHT.to_lowercase()), Holds);
        for place in 2..RIGHT.len() {
            let mut wrong = RIGHT.as_bytes().to_vec();
            wrong[place] ^= if wrong[place].is_ascii_alphabetic() {
                0x20
            } else {
                0
            };
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(alone(check, &wrong) == Proves, wrong == RIGHT, "{wrong}");
        }
    }

    #[test]
    fn others_fail() {
        for none in ["", "0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA"] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(alone(check, &format!("0x{}", "0".repeat(40))), Fails);
    }
}
