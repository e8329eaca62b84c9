//! Telephone numbers: ITU-T E.164, and the North American Numbering Plan for its forms.

use super::{Candidate, Verdict};

/// Holds for a plausible length, and for numbers of a North American form where area and exchange are assigned.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(number) = Number::read(candidate.value) else {
        return Verdict::Fails;
    };
    let international = candidate.value.first() == Some(&b'+') || candidate.value.starts_with(b"00");
    let first = number.digits.first().copied();
    let joined = matches!(candidate.before, [.., digit, b'-' | b'.' | b'/' | b' '] if digit.is_ascii_digit() && !international)
        || international && candidate.before.last().is_some_and(u8::is_ascii_alphanumeric);
    let right = !number.one_digit
        && !joined
        && match (international, number.length) {
            // North America: +1 and ten digits, or nothing.
            (true, length) if candidate.value.starts_with(b"+1") => length == 11 && number.is_american(1),
            // Country codes do not start with 0; the shortest whole numbers in use have seven digits.
            (true, 7..=15) => candidate.value.first() != Some(&b'+') || first != Some(b'0'),
            (true, _) => false,
            (false, 11) if first == Some(b'1') => number.is_american(1),
            (false, 10) if number.groups == 0x334 => number.is_american(0),
            (false, 7..=13) => true,
            (false, _) => false,
        };
    if right { Verdict::Holds } else { Verdict::Fails }
}

/// A number as it is written, without its extension.
struct Number {
    /// How many digits it has.
    length: usize,
    /// The first of them.
    digits: [u8; 5],
    /// Whether all are the same.
    one_digit: bool,
    /// How long its groups of digits are: the last in the lowest four bits, 15 for 15 and more; 8 groups at most.
    groups: u32,
}

impl Number {
    /// Reads it; `None` where a bracket is not closed, or one opens in another.
    fn read(value: &[u8]) -> Option<Self> {
        let mut number = Self {
            length: 0,
            digits: [0; 5],
            one_digit: true,
            groups: 0,
        };
        let (mut open, mut in_group) = (false, false);
        for byte in value {
            if byte.is_ascii_digit() {
                if let Some(slot) = number.digits.get_mut(number.length) {
                    *slot = *byte;
                }
                number.one_digit &= number.digits.first() == Some(byte);
                number.length += 1;
                if !in_group {
                    number.groups = number.groups << 4 | number.groups & 0xF000_0000;
                }
                number.groups += u32::from(number.groups & 0xF < 0xF);
                in_group = true;
                continue;
            }
            in_group = false;
            match (byte, open) {
                (b'(', false) => open = true,
                (b')', true) => open = false,
                (b'(' | b')', _) => return None,
                // An extension (`x123`) is not part of the number.
                (b'x' | b'X' | b'e' | b'E', _) => break,
                _ => {}
            }
        }
        (!open).then_some(number)
    }

    /// Whether area and exchange, the digits from one on, start with 2 to 9, and the area is no service code such as
    /// 911.
    fn is_american(&self, from: usize) -> bool {
        let Some([area, second, third, exchange]) = self.digits.get(from..from + 4) else {
            return false;
        };
        *area >= b'2' && (*second, *third) != (b'1', b'1') && *exchange >= b'2'
    }
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
