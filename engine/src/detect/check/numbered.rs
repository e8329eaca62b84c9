//! What stands behind a word such as `account number`: letters and digits of an office's own making.

use super::{Candidate, Verdict};

/// Holds for letters and digits with at least four of them, two digits among them, that are neither a date, nor a
/// year, nor a time, nor a filler, and that end where they seem to end.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let count = |kind: fn(&u8) -> bool| value.iter().filter(|byte| kind(byte)).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    let signs = digits + letters;
    let first = value.iter().find(|byte| byte.is_ascii_alphanumeric());
    let same = value
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .all(|byte| Some(byte) == first);
    let year = letters == 0 && digits == 4 && matches!(value, [b'1', b'9', ..] | [b'2', b'0', ..]);
    // Words in small letters with a number (`step2`, `md5sum`) are names.
    let word = value.iter().filter(|byte| byte.is_ascii_lowercase()).count() > 2 && digits < 4;
    // `12:30`, `3.14`, `50%`, `a@b`, `f(`: more of it follows.
    let more = matches!(
        candidate.after,
        [b':' | b'%' | b'@' | b'=' | b'(' | b'_' | b'\\', ..]
    ) || matches!(candidate.before, [.., byte, b'.' | b',' | b':'] if byte.is_ascii_digit());
    let few = digits < 3 || signs < 4;
    if few || same || year || word || more || is_date(value) {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

/// The same for accounts, but for eight to seventeen digits alone: those are a detector's of their own.
pub(super) fn account(candidate: &Candidate<'_>) -> Verdict {
    let digits = candidate.value.iter().all(u8::is_ascii_digit);
    match candidate.value.len() {
        8..=17 if digits => Verdict::Fails,
        _ => check(candidate),
    }
}

/// Whether it is a date in digits, such as `2024-01-15`.
fn is_date(value: &[u8]) -> bool {
    matches!(
        value,
        [
            b'1' | b'2',
            b'0' | b'9',
            _,
            _,
            b'-' | b'/' | b'.',
            b'0' | b'1',
            _,
            b'-' | b'/' | b'.',
            b'0'..=b'3',
            _,
            ..
        ] | [
            b'0'..=b'3',
            _,
            b'-' | b'/' | b'.',
            b'0'..=b'3',
            _,
            b'-' | b'/' | b'.',
            b'1' | b'2',
            b'0' | b'9',
            _,
            _
        ]
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;
    use Verdict::{Fails, Holds};

    #[test]
    fn numbers_of_offices_hold() {
        for number in [
            "89456L",
            "108965",
            "PHX-839221",
            "3847283911",
            "XG9382049",
            "D245-938-19-203",
            "77422-AZC",
        ] {
            assert_eq!(alone(check, number), Holds, "{number}");
        }
        assert_eq!(within(check, "no. ", "108965", "."), Holds);
        assert_eq!(alone(account, "108965"), Holds);
        assert_eq!(alone(check, "10896552"), Holds);
        assert_eq!(alone(account, "10896552"), Fails);
    }

    #[test]
    fn others_fail() {
        for none in [
            "number",
            "2024",
            "2024-01-15",
            "15.01.2024",
            "0000000",
            "XXXXXX",
            "md5sum",
            "12",
            "A1",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "3.", "14159", ""), Fails);
        assert_eq!(within(check, "at ", "1230", ":"), Fails);
    }
}
