//! US Social Security numbers: the ranges the Social Security Administration never assigns.

use super::{Candidate, Verdict};

/// Printed on samples and in advertisements, and void since.
const VOID: [u32; 3] = [78_051_120, 219_099_999, 457_555_462];

/// Holds for nine digits, plain or 3-2-4 with one kind of separator, in ranges that are assigned.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let (separator, digits) = match candidate.value {
        [a, b, c, separator, d, e, other, f, g, h, i] if separator == other => {
            (Some(separator), [a, b, c, d, e, f, g, h, i])
        }
        [a, b, c, d, e, f, g, h, i] => (None, [a, b, c, d, e, f, g, h, i]),
        _ => return Verdict::Fails,
    };
    let is_right = separator.is_none_or(|separator| !separator.is_ascii_alphanumeric());
    if !is_right || !digits.iter().all(|digit| digit.is_ascii_digit()) {
        return Verdict::Fails;
    }
    let number = digits
        .iter()
        .fold(0, |number, digit| number * 10 + u32::from(**digit - b'0'));
    let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    let assigned = !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0;
    // Without separators a run up or down, or of one digit, is a filler.
    let filler = separator.is_none() && (number == 123_456_789 || number % 111_111_111 == 0);
    // A number goes on before or after: part of a longer one, such as a phone number or an id.
    let joined = separator.is_some()
        && (matches!(candidate.before, [.., digit, b'-' | b'.'] if digit.is_ascii_digit())
            || matches!(candidate.after, [b'-', digit, ..] if digit.is_ascii_digit()));
    if assigned && !filler && !joined && !VOID.contains(&number) {
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
    fn assigned_ranges_hold() {
        for ssn in [
            "123-45-6789",
            "078051121",
            "001 01 0001",
            "899.99.9999",
            "665-01-0001",
        ] {
            assert_eq!(alone(check, ssn), Verdict::Holds, "{ssn}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "999-12-3456",
            "123-00-4567",
            "123-45-0000",
            "078-05-1120",
            "219099999",
            "123456789",
            "111111111",
            "123-45.6789",
            "12345678",
            "1234-5-6789",
            "12-345-6789",
            "",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
        assert_eq!(within(check, "1-", "123-45-6789", ""), Verdict::Fails);
    }

    #[test]
    fn every_number_holds_that_its_parts_allow() {
        let mut held = 0_u32;
        for area in (0..1000).step_by(3) {
            for (group, serial) in [(0, 1), (1, 0), (1, 1), (99, 9999), (50, 5000)] {
                let ssn = format!("{area:03}-{group:02}-{serial:04}");
                let assigned = area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
                assert_eq!(alone(check, &ssn) == Verdict::Holds, assigned, "{ssn}");
                held += u32::from(assigned);
            }
        }
        assert_eq!(held, 3 * (300 - 2));
    }
}
