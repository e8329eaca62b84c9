//! France and Monaco.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, is_fraction, is_part, luhn, number, numbers, place, verdict};

/// Registration number of a person (NIR): Insee; sex, year and month of birth, department and town, order, key.
/// Corsica's departments `2A` and `2B` count as 19 and 18.
pub(super) fn fr_nir(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let mut text: [u8; 15] = plain.text().try_into().ok()?;
        let [_, _, _, _, _, tens, ones, ..] = &mut text;
        match (*tens, *ones) {
            (b'2', b'A') => (*tens, *ones) = (b'1', b'9'),
            (b'2', b'B') => (*tens, *ones) = (b'1', b'8'),
            _ => {}
        }
        let of = numbers::<15>(&text)?;
        let (body, key) = of.split_at(13);
        let month = number(of.get(3..5)?);
        let is_month = matches!(month, 1..=12 | 20 | 30..=42 | 50..=99);
        let whole = !is_fraction(candidate.before);
        Some(
            whole && matches!(body, [1..=4 | 7 | 8, ..]) && is_month && 97 - number(body) % 97 == number(key),
        )
    });
    verdict(right == Some(true))
}

/// Tax reference of a person (SPI): Direction générale des Finances publiques: the remainder by 511.
pub(super) fn fr_nif(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let (body, key) = of.split_at(10);
        matches!(body, [0..=3, ..]) && number(body) % 511 == number(key)
    })
}

/// Company (SIREN): Insee.
pub(super) fn fr_siren(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| luhn(of))
}

/// Establishment (SIRET): Insee; La Poste's have a sum divisible by five instead.
pub(super) fn fr_siret(candidate: &Candidate<'_>) -> Verdict {
    digits::<14>(candidate, |of| {
        let is_post = of.starts_with(&[3, 5, 6, 0, 0, 0, 0, 0, 0]);
        let total: u32 = of.iter().sum();
        luhn(of) && of.get(..9).is_some_and(luhn) || is_post && total.is_multiple_of(5)
    })
}

/// VAT number without `FR`: a key and the SIREN; the key is its remainder by 97, or has a letter.
pub(super) fn fr_vat(candidate: &Candidate<'_>) -> Verdict {
    /// The signs of keys of the second kind.
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text().strip_prefix(b"FR").unwrap_or(plain.text());
        if is_part(candidate) {
            return None;
        }
        let (key, siren) = text.split_at_checked(2)?;
        let siren = numbers::<9>(siren)?;
        let [one, other] = [key.first()?, key.last()?].map(|sign| place(SIGNS, *sign));
        let (one, other) = (u64::from(one?), u64::from(other?));
        let value = number(&siren);
        if let Some(key) = numbers::<2>(key) {
            // Monaco's companies have no SIREN.
            let is_company = luhn(&siren) || siren.starts_with(&[0, 0, 0]);
            return Some(is_company && value != 0 && (12 + 3 * (value % 97)) % 97 == number(&key));
        }
        let check = if one < 10 {
            one * 24 + other - 10
        } else {
            (one * 34 + other).checked_sub(100)?
        };
        Some(luhn(&siren) && (value + 1 + check / 11) % 11 == check % 11)
    });
    verdict(right == Some(true))
}
