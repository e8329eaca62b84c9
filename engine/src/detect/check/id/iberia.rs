//! Spain, Portugal and Andorra.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, missing, number, numbers, place, sum, value, verdict};

/// The letter of a number: Real Decreto 1553/2005, article 11: its remainder by 23.
const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// A natural person's tax number: the identity card's eight digits or, after `K`, `L` or `M`, seven, and the letter.
pub(super) fn es_nif(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (letter, body) = plain.text().split_last()?;
        let body = match body {
            [b'K' | b'L' | b'M', rest @ ..] if rest.len() == 7 => number(&numbers::<7>(rest)?),
            _ => number(&numbers::<8>(body)?),
        };
        Some(LETTERS.get((body % 23) as usize) == Some(letter))
    });
    verdict(right == Some(true))
}

/// A foreigner's number: `X`, `Y` and `Z` stand for 0, 1 and 2.
pub(super) fn es_nie(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (letter, body) = plain.text().split_last()?;
        let (first, rest) = body.split_first()?;
        let first = place(b"XYZ", *first)?;
        let body = u64::from(first) * 10_000_000 + number(&numbers::<7>(rest)?);
        Some(LETTERS.get((body % 23) as usize) == Some(letter))
    });
    verdict(right == Some(true))
}

/// A company's tax number: Orden EHA/451/2008: a letter for its kind, seven digits, a check digit or letter.
pub(super) fn es_cif(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (kind, rest) = plain.text().split_first()?;
        let (check, body) = rest.split_last()?;
        let [a, b, c, d, e, f, g] = numbers::<7>(body)?;
        let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
        let total = doubled(a) + b + doubled(c) + d + doubled(e) + f + doubled(g);
        let at = missing(total, 10);
        let digit = place(b"0123456789", *check) == Some(at);
        let letter = place(b"JABCDEFGHI", *check) == Some(at);
        Some(match kind {
            b'A' | b'B' | b'E' | b'H' => digit,
            b'P' | b'Q' | b'R' | b'S' | b'N' | b'W' => letter,
            b'C' | b'D' | b'F' | b'G' | b'J' | b'U' | b'V' => digit || letter,
            _ => false,
        })
    });
    verdict(right == Some(true))
}

/// Social security number: Tesorería General: province, number, the remainder of both by 97.
pub(super) fn es_nuss(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let (body, check) = of.split_at(10);
        let (province, rest) = body.split_at(2);
        let rest = number(rest);
        // A number that is shorter is written with zeros that do not count.
        let whole = match rest {
            0..10_000_000 => number(province) * 10_000_000 + rest,
            _ => number(body),
        };
        (1..=66).contains(&number(province)) && whole % 97 == number(check)
    })
}

/// Bank account (CCC): Consejo Superior Bancario: bank and branch, two check digits, account.
pub(super) fn es_ccc(candidate: &Candidate<'_>) -> Verdict {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let check_of = |of: &[u32]| match missing(sum(of, &WEIGHTS), 11) {
        10 => 1,
        digit => digit,
    };
    digits::<20>(candidate, |of| {
        let (bank, rest) = of.split_at(8);
        let (checks, account) = rest.split_at(2);
        let mut padded = [0; 10];
        for (slot, digit) in padded.iter_mut().skip(2).zip(bank) {
            *slot = *digit;
        }
        checks == [check_of(&padded), check_of(account)]
    })
}

/// Portuguese tax number: Autoridade Tributária; Decreto-Lei 14/2013.
pub(super) fn pt_nif(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [first, .., check] = *of;
        first != 0 && missing(sum(of, &[9, 8, 7, 6, 5, 4, 3, 2]), 11) % 10 == check
    })
}

/// Portuguese citizen card: eight digits, a check digit, version and check digit: Luhn over digits and letters.
pub(super) fn pt_cc(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        numbers::<9>(text.get(..9)?)?;
        let doubled = |(at, byte): (usize, &u8)| match (at % 2, value(*byte)) {
            (0, counts) if counts * 2 > 9 => counts * 2 - 9,
            (0, counts) => counts * 2,
            (_, counts) => counts,
        };
        let total: u32 = text.iter().enumerate().map(doubled).sum();
        let is_digit = text.last()?.is_ascii_digit();
        Some(text.len() == 12 && is_digit && total.is_multiple_of(10))
    });
    verdict(right == Some(true))
}

/// Portuguese social security number: Instituto da Segurança Social: primes.
pub(super) fn pt_niss(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [first, .., check] = *of;
        let total = sum(of, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2]);
        matches!(first, 1 | 2) && 9 - total % 10 == check
    })
}
