//! Telephone numbers: ITU-T E.164, and the North American Numbering Plan for its forms.

use super::{Candidate, Verdict, digits};

/// Holds for a plausible length, and for numbers of a North American form where area and exchange are assigned.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    // An extension (`x123`) is not part of the number.
    let end = value
        .iter()
        .position(|byte| byte.eq_ignore_ascii_case(&b'x') || byte.eq_ignore_ascii_case(&b'e'));
    let value = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
    let digits = digits(value);
    let length = digits.clone().count();
    let international = value.first() == Some(&b'+') || value.starts_with(b"00");
    let first = digits.clone().next();
    let one_digit = digits.clone().all(|digit| Some(digit) == first);
    let joined = matches!(candidate.before, [.., digit, b'-' | b'.' | b'/' | b' '] if digit.is_ascii_digit() && !international)
        || international && candidate.before.last().is_some_and(u8::is_ascii_alphanumeric);
    let right = !one_digit
        && !joined
        && balanced(value)
        && match (international, length) {
            // North America: +1 and ten digits, or nothing.
            (true, _) if value.starts_with(b"+1") => length == 11 && is_american(digits.skip(1)),
            // Country codes do not start with 0; the shortest whole numbers in use have seven digits.
            (true, 7..=15) => value.first() != Some(&b'+') || first != Some(0),
            (true, _) => false,
            (false, 11) if first == Some(1) => is_american(digits.skip(1)),
            (false, 10) if is_three_three_four(value) => is_american(digits),
            (false, 7..=13) => true,
            (false, _) => false,
        };
    if right { Verdict::Holds } else { Verdict::Fails }
}

/// Ten digits: area and exchange start with 2 to 9, and an area is no service code such as 911.
fn is_american(mut digits: impl Iterator<Item = u8>) -> bool {
    let mut next = || digits.next().unwrap_or(0);
    let area = [next(), next(), next()];
    area[0] >= 2 && !(area[1] == 1 && area[2] == 1) && next() >= 2
}

/// Whether ten digits are grouped as North America does.
fn is_three_three_four(value: &[u8]) -> bool {
    let mut groups = value
        .split(|byte| !byte.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .map(<[u8]>::len);
    groups.by_ref().take(3).eq([3, 3, 4]) && groups.next().is_none()
}

/// Whether every bracket is closed, one at a time.
fn balanced(value: &[u8]) -> bool {
    let end = value.iter().try_fold(0_u8, |open, byte| match (byte, open) {
        (b'(', 0) => Some(1),
        (b')', 1) => Some(0),
        (b'(' | b')', _) => None,
        _ => Some(open),
    });
    end == Some(0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;

    #[test]
    fn numbers_hold() {
        for number in [
            "+442079460958",
            "+1 415 555 0132",
            "(415) 555-0132",
            "415-555-0132",
            "1-415-555-0132",
            "+49 30 901820",
            "030 90 18 20 00",
            "+90 (532) 123 45 67",
            "415.555.0132x99",
            "0044 20 7946 0958",
        ] {
            assert_eq!(alone(check, number), Verdict::Holds, "{number}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "+1 115 555 0132",
            "+1 415 155 0132",
            "+1 911 555 0132",
            "+1 415 555 013",
            "115-555-0132",
            "415-155-0132",
            "+0123456789",
            "+1234567890123456",
            "555-01",
            "0000000000",
            "(415 555-0132",
            "",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
        assert_eq!(within(check, "2024-", "415-555-0132", ""), Verdict::Fails);
    }
}
