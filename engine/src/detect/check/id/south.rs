//! Italy, San Marino, Malta, Greece and Cyprus.

use super::super::{Candidate, Verdict};
use super::shared::{digits, is_at, is_dmy, luhn, number, numbers, signs, sum, unless, value};

/// Italian tax code: decreto ministeriale 12 marzo 1974: letters of the names, year, month as a letter, day with 40
/// added for women, town, check letter. Where two would be the same, letters stand for digits.
pub(super) fn it_fiscal_code(candidate: &Candidate<'_>) -> Verdict {
    /// What the letters count at odd places; a digit counts like the letter of its number.
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    const DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
    signs::<16>(candidate, |text| {
        let mut code = *text;
        for at in DIGITS {
            let Some(slot) = code.get_mut(at) else {
                return false;
            };
            match b"LMNPQRSTUV".iter().position(|letter| letter == slot) {
                Some(digit) => *slot = b'0' + digit as u8,
                None if slot.is_ascii_digit() => {}
                None => return false,
            }
        }
        let letters = (0..16)
            .zip(&code)
            .all(|(at, byte)| DIGITS.contains(&at) || byte.is_ascii_uppercase());
        let [.., month, d1, d2, _, _, _, _, check] = code;
        let Some(day) = numbers::<2>(&[d1, d2]).map(|of| number(&of)) else {
            return false;
        };
        let total: u32 = (1..16)
            .zip(text)
            .map(|(place, byte)| {
                let at = if byte.is_ascii_digit() {
                    value(*byte)
                } else {
                    value(*byte) - 10
                };
                match place % 2 {
                    0 => at,
                    _ => ODD.get(at as usize).copied().unwrap_or_default(),
                }
            })
            .sum();
        letters
            && b"ABCDEHLMPRST".contains(&month)
            && matches!(day, 1..=31 | 41..=71)
            && is_at(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", total % 26, check)
    })
}

/// Italian VAT number, also a company's tax code: Agenzia delle Entrate: number, office, Luhn's digit.
pub(super) fn it_vat(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let (body, rest) = of.split_at(7);
        let office = rest.get(..3).map(number);
        number(body) > 0 && matches!(office, Some(1..=100 | 120 | 121 | 888 | 999)) && luhn(of)
    })
}

/// Greek social security number: ΗΔΙΚΑ: day of birth, serial, Luhn's digit.
pub(super) fn gr_amka(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| is_dmy(of) && luhn(of))
}

/// The same where day or check digit are none.
pub(super) fn gr_amka_other(candidate: &Candidate<'_>) -> Verdict {
    unless(gr_amka, candidate)
}

/// Greek tax number: ΑΑΔΕ: powers of two.
pub(super) fn gr_tin(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [.., check] = *of;
        sum(of, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == check
    })
}

/// Cypriot tax number: Tax Department: eight digits, of which each second counts otherwise, and a check letter.
pub(super) fn cy_tic(candidate: &Candidate<'_>) -> Verdict {
    const EVEN: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    signs::<9>(candidate, |text| {
        let [body @ .., check] = text;
        let Some(of) = numbers::<8>(body) else {
            return false;
        };
        let counts = |(place, digit): (usize, &u32)| match place % 2 {
            0 => EVEN.get(*digit as usize).copied().unwrap_or_default(),
            _ => *digit,
        };
        let total: u32 = of.iter().enumerate().map(counts).sum();
        let kind = !matches!(of, [1, 2, ..]);
        kind && is_at(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", total % 26, *check)
    })
}

/// Maltese VAT number without `MT`: Commissioner for Revenue.
pub(super) fn mt_vat(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        !matches!(of, [0, ..]) && sum(of, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37)
    })
}
