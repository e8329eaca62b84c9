//! Number plates, behind a word: letters and digits, whose order each country has its own.

use super::{Candidate, Verdict};

/// Holds for three to nine letters and digits of both kinds, the letters being capitals, and for digits that are no year.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    judge(candidate, u8::is_ascii_uppercase)
}

/// The same with small letters too, two digits being needed: for what the name of a member says is one.
pub(super) fn named(candidate: &Candidate<'_>) -> Verdict {
    match candidate
        .value
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .count()
    {
        0 | 1 => Verdict::Fails,
        _ => judge(candidate, u8::is_ascii_alphabetic),
    }
}

fn judge(candidate: &Candidate<'_>, is_letter: fn(&u8) -> bool) -> Verdict {
    let value = candidate.value;
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| is_letter(byte)).count();
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
        for plate in ["app-456cv", "34 abc 1234", "AB12 CDE"] {
            assert_eq!(alone(named, plate), Verdict::Holds, "{plate}");
        }
        for none in ["unknown", "see box 1", "2024", "mine"] {
            assert_eq!(alone(named, none), Verdict::Fails, "{none}");
        }
    }
}
