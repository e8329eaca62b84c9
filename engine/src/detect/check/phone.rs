//! Telephone numbers: ITU-T E.164, and the North American Numbering Plan for its forms.

use super::{Candidate, Verdict};

/// Holds for a plausible length, and for numbers of a North American form where area and exchange are assigned.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(number) = Number::read(candidate.value) else {
        return Verdict::Fails;
    };
    let international = candidate.value.first() == Some(&b'+') || candidate.value.starts_with(b"00");
    let joined = matches!(candidate.before, [.., digit, b'-' | b'.' | b'/' | b' '] if digit.is_ascii_digit() && !international)
        || international && candidate.before.last().is_some_and(u8::is_ascii_alphanumeric);
    let right = !number.one_digit
        && !joined
        && match (international, number.length) {
            // North America: +1 and ten digits, or nothing.
            (true, length) if candidate.value.starts_with(b"+1") => {
                length == 11 && is_american(candidate.value, 1)
            }
            // Country codes do not start with 0; the shortest whole numbers in use have seven digits.
            (true, 7..=15) => candidate.value.first() != Some(&b'+') || number.first != b'0',
            (true, _) => false,
            (false, 11) if number.first == b'1' => is_american(candidate.value, 1),
            (false, 10) if number.groups == 0x334 => is_american(candidate.value, 0),
            (false, 7..=13) => true,
            (false, _) => false,
        };
    if right { Verdict::Holds } else { Verdict::Fails }
}

/// A number as it is written, without its extension.
struct Number {
    /// How many digits it has.
    length: u32,
    /// The first of them; 0 if there is none.
    first: u8,
    /// Whether all are the same.
    one_digit: bool,
    /// How long its groups of digits are: the last in the lowest four bits, 15 for 15 and more; 8 groups at most.
    groups: u32,
}

impl Number {
    /// Reads it; `None` where a bracket is not closed, or one opens in another.
    fn read(value: &[u8]) -> Option<Self> {
        let first = value.iter().find(|byte| byte.is_ascii_digit()).copied();
        let first = first.unwrap_or_default();
        let (mut length, mut one_digit, mut groups, mut group, mut open) = (0, true, 0_u32, 0, false);
        let add = |groups: u32, group: u32| match group {
            0 => groups,
            // What was pushed out at the top stays there.
            _ => groups << 4 | groups & 0xF000_0000 | group.min(0xF),
        };
        for byte in value {
            if byte.is_ascii_digit() {
                one_digit &= *byte == first;
                length += 1;
                group += 1;
                continue;
            }
            groups = add(groups, core::mem::take(&mut group));
            match (byte, open) {
                (b'(', false) => open = true,
                (b')', true) => open = false,
                (b'(' | b')', _) => return None,
                // An extension (`x123`) is not part of the number.
                (b'x' | b'X' | b'e' | b'E', _) => break,
                _ => {}
            }
        }
        (!open).then_some(Self {
            length,
            first,
            one_digit,
            groups: add(groups, group),
        })
    }
}

/// Whether ten digits, from one of the first two on, are a North American number: area and exchange start with 2 to 9,
/// and the area is no service code such as 911.
fn is_american(value: &[u8], from: usize) -> bool {
    let mut digits = value.iter().filter(|byte| byte.is_ascii_digit()).skip(from);
    let mut next = || digits.next().copied().unwrap_or_default();
    let area = [next(), next(), next()];
    area[0] >= b'2' && !(area[1] == b'1' && area[2] == b'1') && next() >= b'2'
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
