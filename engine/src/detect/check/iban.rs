//! International bank account numbers: ISO 13616, lengths from the SWIFT registry.

use super::{Candidate, Verdict};

/// Countries and their lengths, sorted.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// The longest of them.
const LONGEST: usize = 33;

/// Holds for the form of an account number whose check digits need not fit: of use only behind the word.
pub(super) fn form(candidate: &Candidate<'_>) -> Verdict {
    let signs = candidate.value.iter().filter(|byte| !matches!(byte, b' ' | b'-'));
    let (length, digits) = signs.fold((0, 0), |(length, digits), sign| {
        (length + 1, digits + usize::from(sign.is_ascii_digit()))
    });
    let country = candidate
        .value
        .first_chunk()
        .map(|[one, two]: &[u8; 2]| [one.to_ascii_uppercase(), two.to_ascii_uppercase()]);
    let known = country.and_then(|country| length_of(&country));
    // A mistyped one is hardly more than two signs too long or too short.
    let about = known.is_some_and(|known| length + 2 >= known && length <= known + 2);
    if about && digits * 2 >= length && check(candidate) == Verdict::Fails {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

/// How long a country's numbers are.
fn length_of(country: &[u8]) -> Option<usize> {
    let found = LENGTHS.binary_search_by(|(known, _)| known.as_slice().cmp(country));
    found
        .ok()
        .and_then(|found| LENGTHS.get(found))
        .map(|entry| entry.1)
}

/// Proves where the country's length and the two check digits fit: one in a hundred does by chance, and the
/// country and length before it make that rare.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let mut signs = [0; LONGEST];
    let mut length = 0;
    for byte in candidate.value {
        if matches!(byte, b' ' | b'-') {
            continue;
        }
        let Some(slot) = signs.get_mut(length) else {
            return Verdict::Fails;
        };
        *slot = byte.to_ascii_uppercase();
        length += 1;
    }
    let signs = signs.get(..length).unwrap_or_default();
    let Some((head, rest)) = signs.split_at_checked(4) else {
        return Verdict::Fails;
    };
    if length_of(head.get(..2).unwrap_or_default()) != Some(length) {
        return Verdict::Fails;
    }
    // ISO 7064 mod 97-10 over the number that starts at the fifth character; letters count as 10 to 35. A remainder
    // is taken only where the next sign might not fit any more.
    let rest = rest.iter().chain(head).try_fold(0_u64, |rest, sign| {
        let rest = if rest < u64::MAX / 200 { rest } else { rest % 97 };
        match sign {
            b'0'..=b'9' => Some(rest * 10 + u64::from(sign - b'0')),
            b'A'..=b'Z' => Some(rest * 100 + u64::from(sign - b'A') + 10),
            _ => None,
        }
    });
    if rest.is_some_and(|rest| rest % 97 == 1) {
        Verdict::Proves
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn the_registrys_examples_hold() {
        for iban in [
            "GB82 WEST 1234 5698 7654 32",
            "DE89370400440532013000",
            "NO9386011117947",
            "FR1420041010050500013M02606",
            "MT84MALT011000012345MTLCAST001S",
            "GI75NWBK000000007099453",
            "de89 3704 0044 0532 0130 00",
        ] {
            assert_eq!(alone(check, iban), Verdict::Proves, "{iban}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "GB82 WEST 1234 5698 7654 33",
            "GB28 WEST 1234 5698 7654 32",
            "DE8937040044053201300",
            "ZZ89370400440532013000",
            "DE",
            "",
            "DE89370400440532013000A",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }

    #[test]
    fn every_country_has_its_length_and_its_check_digits() {
        for (country, length) in LENGTHS {
            let country = core::str::from_utf8(*country).unwrap();
            let body = &"1234567890123456789012345678901"[..length - 4];
            let right: Vec<String> = (2..=98)
                .map(|sum| format!("{country}{sum:02}{body}"))
                .filter(|iban| alone(check, iban) == Verdict::Proves)
                .collect();
            assert_eq!(right.len(), 1, "{country}");
            assert_eq!(alone(check, &right[0].to_lowercase()), Verdict::Proves);
            assert_eq!(alone(form, &right[0]), Verdict::Fails);
            for other in [&right[0][..length - 1], &format!("{}0", right[0])] {
                assert_eq!(alone(check, other), Verdict::Fails, "{other}");
                assert_eq!(alone(form, other), Verdict::Holds, "{other}");
            }
        }
    }

    #[test]
    fn countries_are_sorted_and_none_is_longer_than_the_longest() {
        assert!(LENGTHS.is_sorted_by_key(|entry| entry.0));
        assert_eq!(LENGTHS.iter().map(|entry| entry.1).max(), Some(LONGEST));
    }
}
