//! Number plates, behind a word: letters and digits, whose order each country has its own.

use super::{Candidate, Verdict};

/// Holds for three to nine letters and digits of both kinds, and for digits that are no year.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let year = letters == 0 && digits == 4 && matches!(value, [b'1', b'9', ..] | [b'2', b'0', ..]);
    let rest = candidate
        .after
        .first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    if digits > 0 && (3..=9).contains(&(digits + letters)) && (letters > 0 || digits > 3) && !year && !rest {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;

    #[test]
    fn plates_hold_and_words_fail() {
        for plate in ["AB12 CDE", "B-XY 4821", "7ABC123", "WI 5520F", "482115"] {
            assert_eq!(alone(check, plate), Verdict::Holds, "{plate}");
        }
        for none in ["UNKNOWN", "2024", "A", "12", "ABCDEFGH12", ""] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
        assert_eq!(within(check, "", "AB12", "-"), Verdict::Fails);
    }
}
