//! AWS access key ids: four letters for the kind, then base 32 that holds the account's number.

use super::{Candidate, Verdict};

/// Fails for text that only fills the form: base 32 of ten bytes at random has many different signs.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let body = candidate.value.get(4..).unwrap_or_default();
    let base32 = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7');
    if body.len() != 16 || !body.iter().all(base32) {
        return Verdict::Fails;
    }
    let different = body
        .iter()
        .fold(0_u64, |seen, byte| seen | 1 << (byte & 63))
        .count_ones();
    // Sixteen random signs of 32 have fewer than 6 different ones once in about 10^9.
    if different < 6 {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn ids_hold_and_fillers_fail() {
        assert_eq!(alone(check, "AKIAIOSFODNN7EXAMPLE"), Verdict::Holds);
        for none in [
            "AKIAXXXXXXXXXXXXXXXX",
            "AKIAABABABABABABABAB",
            "AKIA1111111111111111",
            "AKIA",
            "",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }
}
