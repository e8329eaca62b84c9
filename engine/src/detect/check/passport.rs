//! Passport numbers behind the word: at most nine letters and digits (ICAO Doc 9303).

use super::{Candidate, Verdict, numbered};

/// Holds for seven to nine signs, six digits among them, that are not the form of one country alone: a capital and seven
/// or eight digits, or nine digits, are found as India's, the United States' and others'.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let (mut letters, mut digits) = (0, 0);
    for byte in value {
        letters += usize::from(byte.is_ascii_alphabetic());
        digits += usize::from(byte.is_ascii_digit());
    }
    let own = letters == 1 && value.first().is_some_and(u8::is_ascii_uppercase) && matches!(digits, 7 | 8);
    if (7..=9).contains(&(letters + digits)) && digits >= 6 && letters > 0 && !own {
        numbered::check(candidate)
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn numbers_hold_and_those_of_one_country_fail() {
        for number in ["XG9382049", "P4789023X", "AB123987", "C4821173X", "c01234565"] {
            assert_eq!(alone(check, number), Verdict::Holds, "{number}");
        }
        for none in ["A1234567", "A12803456", "912803456", "ABC12", "ABCDEFG123456", ""] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }
}
