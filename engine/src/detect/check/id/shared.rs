//! What the checks of identifiers share: reading a value without its separators, and the arithmetic of check digits.

use super::super::{Candidate, Check, Verdict};

/// More letters and digits than this no identifier has.
const MOST: usize = 24;

/// A value without what separates its letters and digits; letters in upper case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain {
    bytes: [u8; MOST],
    len: usize,
}

impl Plain {
    /// Of a value of at most 24 letters and digits.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        let (mut bytes, mut len) = ([0; MOST], 0);
        for byte in value.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
            *bytes.get_mut(len)? = byte.to_ascii_uppercase();
            len += 1;
        }
        Some(Self { bytes, len })
    }

    /// Its letters and digits.
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The same without letters at its ends, such as a country's: what they may be, the pattern says.
    pub(super) fn inner(&self) -> &[u8] {
        let text = self.text();
        let start = text.iter().position(u8::is_ascii_digit).unwrap_or_default();
        let end = text
            .iter()
            .rposition(u8::is_ascii_digit)
            .map_or(0, |last| last + 1);
        text.get(start..end).unwrap_or_default()
    }
}

/// Holds where it is right.
pub(super) fn verdict(right: bool) -> Verdict {
    if right { Verdict::Holds } else { Verdict::Fails }
}

/// Asks a rule of a value that has exactly so many digits, not all of them the same, and no letters between them; and
/// that is not the fraction of a number.
pub(super) fn digits<const N: usize>(
    candidate: &Candidate<'_>,
    rule: impl FnOnce(&[u32; N]) -> bool,
) -> Verdict {
    let plain = Plain::of(candidate.value);
    let read = plain.as_ref().and_then(|plain| numbers::<N>(plain.inner()));
    let is_right = |digits: &[u32; N]| {
        digits.iter().any(|digit| Some(digit) != digits.first())
            && !is_fraction(candidate.before)
            && !is_part(candidate)
            && rule(digits)
    };
    verdict(read.as_ref().is_some_and(is_right))
}

/// Holds where a check fails: for what is taken at its word, so that a value that fits is not reported twice.
pub(super) fn unless(check: Check, candidate: &Candidate<'_>) -> Verdict {
    verdict(check(candidate) == Verdict::Fails)
}

/// Asks a rule of a value's letters and digits, of which there are exactly so many.
pub(super) fn signs<const N: usize>(
    candidate: &Candidate<'_>,
    rule: impl FnOnce(&[u8; N]) -> bool,
) -> Verdict {
    let plain = Plain::of(candidate.value);
    let signs = plain.as_ref().and_then(|plain| plain.text().try_into().ok());
    verdict(signs.is_some_and(rule))
}

/// Whether what stands before makes the digits the fraction of a number.
pub(super) fn is_fraction(before: &[u8]) -> bool {
    matches!(before, [.., digit, b'.' | b','] if digit.is_ascii_digit())
}

/// Countries whose letters stand before their VAT numbers.
const COUNTRIES: &[u8] = b"ATBEBGCYCZDEDKEEELESFIFRGBHRHUIEITLTLULVMTNLPLPTROSESISK";

/// Whether a value is part of another: without the country before it, of a VAT number; in groups of four after the
/// first two digits, of an IBAN.
pub(super) fn is_part(candidate: &Candidate<'_>) -> bool {
    let country = match candidate.before {
        [before @ .., one, other, b' ' | b'-'] if !before.last().is_some_and(u8::is_ascii_alphanumeric) => {
            let known = COUNTRIES.as_chunks::<2>().0;
            known.contains(&[*one, *other]) && candidate.value.first().is_some_and(u8::is_ascii_digit)
        }
        _ => false,
    };
    let iban = matches!(candidate.value, [a, b, c, d, b' ', e, f, g, h, b' ', ..]
        if [a, b].into_iter().all(u8::is_ascii_uppercase) && [c, d, e, f, g, h].into_iter().all(u8::is_ascii_digit));
    country || iban
}

/// Exactly so many digits, as numbers.
pub(super) fn numbers<const N: usize>(text: &[u8]) -> Option<[u32; N]> {
    let mut digits = [0; N];
    if text.len() != N || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    for (slot, byte) in digits.iter_mut().zip(text) {
        *slot = u32::from(byte - b'0');
    }
    Some(digits)
}

/// What a digit or letter counts: `A` is 10, `Z` is 35; anything else counts nothing.
pub(super) fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    }
}

/// Whether a number is what a digit stands for.
pub(super) fn is(byte: u8, number: u32) -> bool {
    byte.is_ascii_digit() && u32::from(byte - b'0') == number
}

/// Where a byte stands in an alphabet.
pub(super) fn place(alphabet: &[u8], byte: u8) -> Option<u32> {
    let place = alphabet.iter().position(|other| *other == byte)?;
    u32::try_from(place).ok()
}

/// Whether a byte is the one at a place of an alphabet.
pub(super) fn is_at(alphabet: &[u8], at: u32, byte: u8) -> bool {
    place(alphabet, byte) == Some(at)
}

/// The sum of each digit times its weight; digits without a weight count nothing.
pub(super) fn sum(digits: &[u32], weights: &[u32]) -> u32 {
    let products = digits.iter().zip(weights);
    products.map(|(digit, weight)| digit * weight).sum()
}

/// The same with the digits of each product added up instead of the product.
pub(super) fn cross_sum(digits: &[u32], weights: &[u32]) -> u32 {
    let products = digits.iter().zip(weights).map(|(digit, weight)| digit * weight);
    products.map(|product| product / 10 + product % 10).sum()
}

/// What is missing to the next multiple; nothing at one.
pub(super) fn missing(sum: u32, modulus: u32) -> u32 {
    (modulus - sum % modulus) % modulus
}

/// The number that some digits make; for at most 19 of them.
pub(super) fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |number: u64, digit| {
        number.wrapping_mul(10).wrapping_add(u64::from(*digit))
    })
}

/// The remainder of the number that some digits make, however many there are.
pub(super) fn remainder(digits: &[u32], modulus: u64) -> u64 {
    let step = |rest, digit: &u32| (rest * 10 + u64::from(*digit)) % modulus;
    digits.iter().fold(0, step)
}

/// Two digits as a number.
pub(super) fn two(tens: u32, ones: u32) -> u32 {
    tens * 10 + ones
}

/// ISO/IEC 7812-1 annex B: every second digit doubled, from the right, its digits added up.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let doubled = |(place, digit): (usize, &u32)| match place % 2 {
        0 => *digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    sum.is_multiple_of(10)
}

/// GS1 General Specifications section 7.9.1: weights 1 and 3 in turn, from the right.
pub(super) fn gs1(digits: &[u32]) -> bool {
    let weighted = |(place, digit): (usize, &u32)| digit * if place % 2 == 0 { 1 } else { 3 };
    let sum: u32 = digits.iter().rev().enumerate().map(weighted).sum();
    sum.is_multiple_of(10)
}

/// ISO/IEC 7064, the hybrid system mod 11,10: of digits with the check digit last.
pub(super) fn iso_11_10(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let step = |product: u32, digit: &u32| match (product + digit) % 10 {
        0 => 10 * 2 % 11,
        rest => rest * 2 % 11,
    };
    (body.iter().fold(10, step) + check) % 10 == 1
}

/// ISO/IEC 7064, the pure system mod 11-2: of numbers with the check last, which is 10 for `X`.
pub(super) fn iso_11_2(digits: &[u32]) -> bool {
    let step = |rest: u32, digit: &u32| (rest * 2 + digit) % 11;
    digits.iter().fold(0, step) == 1
}

/// Verhoeff, "Error Detecting Decimal Codes", 1969: of digits with the check digit last.
pub(super) fn verhoeff(digits: &[u32]) -> bool {
    /// What a digit becomes, from place to place.
    const NEXT: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    /// The product of two in the group of the symmetries of a pentagon.
    fn times(one: u32, other: u32) -> u32 {
        match (one < 5, other < 5) {
            (true, true) => (one + other) % 5,
            (true, false) => 5 + (one + other - 5) % 5,
            (false, true) => 5 + (one - other) % 5,
            (false, false) => (one + 5 - other) % 5,
        }
    }
    let permuted = |(place, digit): (usize, &u32)| {
        let next = |digit: u32| NEXT.get(digit as usize).copied().unwrap_or_default();
        (0..place % 8).fold(*digit, |digit, _| next(digit))
    };
    let product = digits.iter().rev().enumerate().map(permuted).fold(0, times);
    product == 0
}

/// Whether there is such a day; a year of two digits is taken for one that may be a leap year if some century has it.
pub(super) fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether six digits are a day as year, month, day, the year without its century.
pub(super) fn is_ymd(digits: &[u32]) -> bool {
    matches!(digits, [a, b, c, d, e, f, ..] if is_day(two(*a, *b), two(*c, *d), two(*e, *f)))
}

/// Whether six digits are a day as day, month, year, the year without its century.
pub(super) fn is_dmy(digits: &[u32]) -> bool {
    matches!(digits, [a, b, c, d, e, f, ..] if is_day(two(*e, *f), two(*c, *d), two(*a, *b)))
}

/// Whether eight digits are a day of 1850 to 2099 as year, month, day.
pub(super) fn is_full_ymd(digits: &[u32]) -> bool {
    let year = digits.get(..4).map(number).unwrap_or_default();
    let year = u32::try_from(year).unwrap_or_default();
    let rest = |place: usize| digits.get(place).copied().unwrap_or_default();
    (1850..2100).contains(&year) && is_day(year, two(rest(4), rest(5)), two(rest(6), rest(7)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each of some digits replaced by each other one.
    fn wrong(right: &[u32]) -> impl Iterator<Item = Vec<u32>> {
        (0..right.len()).flat_map(move |place| {
            (0..10)
                .filter(move |digit| *digit != right[place])
                .map(move |digit| {
                    let mut digits = right.to_vec();
                    digits[place] = digit;
                    digits
                })
        })
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        type System = (fn(&[u32]) -> bool, &'static [u32]);
        let systems: [System; 6] = [
            (luhn, &[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3]),
            (gs1, &[4, 0, 0, 6, 3, 8, 1, 3, 3, 3, 9, 3, 1]),
            (iso_11_10, &[0, 7, 9, 4, 5]),
            (iso_11_2, &[0, 7, 9, 4, 0]),
            (verhoeff, &[2, 3, 6, 3]),
            (verhoeff, &[1, 2, 3, 4, 5, 1]),
        ];
        for (system, right) in systems {
            assert!(system(right), "{right:?}");
            for wrong in wrong(right) {
                assert!(!system(&wrong), "{wrong:?}");
            }
        }
    }

    #[test]
    fn verhoeff_notices_neighbours_that_changed_places() {
        for body in 0..10_000_u32 {
            let mut digits = vec![body / 1000, body / 100 % 10, body / 10 % 10, body % 10, 0];
            let right: Vec<u32> = (0..10)
                .filter(|check| {
                    digits[4] = *check;
                    verhoeff(&digits)
                })
                .collect();
            assert_eq!(right.len(), 1, "{body}");
            digits[4] = right[0];
            for place in 0..4 {
                let mut other = digits.clone();
                other.swap(place, place + 1);
                assert_eq!(verhoeff(&other), other == digits, "{other:?}");
            }
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let days = |year| {
            let all = (0..14).flat_map(|month| (0..33).map(move |day| (month, day)));
            all.filter(|(month, day)| is_day(year, *month, *day)).count()
        };
        assert_eq!(
            [1900, 2000, 2023, 2024, 0, 99].map(days),
            [365, 366, 365, 366, 366, 365]
        );
        assert!(is_ymd(&[8, 5, 0, 7, 3, 0]) && !is_ymd(&[8, 5, 0, 7, 3, 2]));
        assert!(is_dmy(&[3, 1, 1, 2, 9, 9]) && !is_dmy(&[3, 1, 1, 1, 9, 9]));
        assert!(is_full_ymd(&[1, 9, 8, 5, 0, 2, 2, 8]) && !is_full_ymd(&[1, 7, 8, 5, 0, 2, 2, 8]));
    }

    #[test]
    fn a_value_is_read_without_its_separators() {
        let plain = Plain::of(b"12.ab-3/4").unwrap();
        assert_eq!(plain.text(), b"12AB34");
        assert_eq!(Plain::of(b"CHE-12.3 TVA").unwrap().inner(), b"123");
        assert!(Plain::of(&[b'1'; 25]).is_none());
        assert_eq!(numbers::<3>(b"123"), Some([1, 2, 3]));
        assert_eq!(numbers::<3>(b"12a"), None);
        assert_eq!(numbers::<3>(b"1234"), None);
    }
}
