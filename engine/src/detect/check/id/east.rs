//! Hungary, Romania, Moldova, Albania, Turkey, and the states of the former Soviet Union.

use super::super::{Candidate, Verdict};
use super::shared::{
    Plain, digits, is_day, is_part, is_ymd, missing, number, numbers, remainder, sum, two, value, verdict,
};

/// Hungarian tax number of a person: 2003. évi XCII. törvény: begins with 8.
pub(super) fn hu_tin(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [first, .., check] = *of;
        first == 8 && sum(of, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == check
    })
}

/// Hungarian tax number of a company: eight digits, in full with kind and county.
pub(super) fn hu_company(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        if is_part(candidate) {
            return None;
        }
        let text = plain.text().strip_prefix(b"HU").unwrap_or(plain.text());
        let of = numbers::<8>(text.get(..8)?)?;
        let kind = match numbers::<3>(text.get(8..)?) {
            Some([kind, ..]) => (1..=5).contains(&kind),
            None => text.len() == 8,
        };
        Some(kind && of != [0; 8] && sum(&of, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10))
    });
    verdict(right == Some(true))
}

/// Hungarian social security number (TAJ): 1996. évi XX. törvény.
pub(super) fn hu_taj(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [.., check] = *of;
        sum(of, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == check
    })
}

/// Romanian personal number: OUG 97/2005: sex and century, day of birth, county, serial, check digit.
pub(super) fn ro_cnp(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [sex, y1, y2, m1, m2, d1, d2, c1, c2, .., check] = *of;
        let right = match sum(of, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
            10 => 1,
            digit => digit,
        };
        let county = matches!(two(c1, c2), 1..=52 | 70 | 80..=83);
        sex != 0 && county && is_day(two(y1, y2), two(m1, m2), two(d1, d2)) && right == check
    })
}

/// Romanian company number: Legea 359/2004: two to ten digits.
pub(super) fn ro_cui(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        if is_part(candidate) {
            return None;
        }
        let text = plain.text().strip_prefix(b"RO").unwrap_or(plain.text());
        let mut padded = [b'0'; 10];
        let missing = padded
            .len()
            .checked_sub(text.len())
            .filter(|missing| *missing < 9)?;
        for (slot, byte) in padded.iter_mut().skip(missing).zip(text) {
            *slot = *byte;
        }
        let of = numbers::<10>(&padded)?;
        let [.., check] = of;
        let total = sum(&of, &[7, 5, 3, 2, 1, 7, 5, 3, 2]);
        Some(text.first() != Some(&b'0') && total * 10 % 11 % 10 == check)
    });
    verdict(right == Some(true))
}

/// Moldovan number of people and companies (IDNP, IDNO).
pub(super) fn md_idno(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [.., check] = *of;
        sum(of, &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 == check
    })
}

/// Turkish identity number: Nüfus ve Vatandaşlık İşleri: two check digits.
pub(super) fn tr_tckn(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [a, b, c, d, e, f, g, h, i, first, second] = *of;
        let odd = (a + c + e + g + i) * 7;
        let even = b + d + f + h;
        // Ten times the even places, so that the difference is never below nothing.
        let right = (odd + even * 9) % 10;
        a != 0 && right == first && (a + b + c + d + e + f + g + h + i + first) % 10 == second
    })
}

/// Turkish tax number: Gelir İdaresi Başkanlığı.
pub(super) fn tr_vkn(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [body @ .., check] = of;
        let counts = |(place, digit): (u32, &u32)| match (digit + 9 - place) % 10 {
            0 => 0,
            shifted => match shifted * (1 << (9 - place)) % 9 {
                0 => 9,
                rest => rest,
            },
        };
        let total: u32 = (0..9).zip(body).map(counts).sum();
        missing(total, 10) == *check
    })
}

/// Russian tax number (INN): ФНС, приказ ММВ-7-6/435@: ten digits of a company, twelve of a person.
pub(super) fn ru_inn(candidate: &Candidate<'_>) -> Verdict {
    let company = digits::<10>(candidate, |of| {
        let [.., check] = *of;
        sum(of, &[2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == check
    });
    match company {
        Verdict::Fails => digits::<12>(candidate, |of| {
            let [.., first, second] = *of;
            sum(of, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == first
                && sum(of, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == second
        }),
        company => company,
    }
}

/// Russian pension insurance number (SNILS): постановление ПФР 192п: check digits for numbers above 001-001-998.
pub(super) fn ru_snils(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let (body, check) = of.split_at(9);
        let total = sum(body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
        number(body) > 1_001_998 && u64::from(total % 101 % 100) == number(check)
    })
}

/// Russian register number (OGRN): приказ Минфина 165н: 13 digits of a company, 15 of an entrepreneur.
pub(super) fn ru_ogrn(candidate: &Candidate<'_>) -> Verdict {
    let company = digits::<13>(candidate, |of| {
        let [first, body @ .., check] = of;
        let rest = number(&[*first]) * 100_000_000_000 % 11;
        *first != 0 && (rest + number(body) % 11) % 11 % 10 == u64::from(*check)
    });
    match company {
        Verdict::Fails => digits::<15>(candidate, |of| {
            let [body @ .., check] = of;
            matches!(body, [3 | 4, ..]) && remainder(body, 13) % 10 == u64::from(*check)
        }),
        company => company,
    }
}

/// Ukrainian tax number of a person: Державна податкова служба: days since 1900, serial, check digit.
pub(super) fn ua_rntrc(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [first, rest @ .., check] = of;
        // The first weighs -1.
        let total = sum(rest, &[5, 7, 9, 4, 6, 10, 5, 7]) + 10 * first;
        total % 11 % 10 == *check
    })
}

/// Ukrainian company number: Державна служба статистики: weights by the number's range, and once more with 2 added.
pub(super) fn ua_edrpou(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let (body, check) = of.split_at(7);
        let weights = match number(of) {
            30_000_000..60_000_000 => [7, 1, 2, 3, 4, 5, 6],
            _ => [1, 2, 3, 4, 5, 6, 7],
        };
        let right = match sum(body, &weights) % 11 {
            10 => sum(body, &weights.map(|weight| weight + 2)) % 11 % 10,
            digit => digit,
        };
        check == [right]
    })
}

/// Belarusian tax number: Министерство по налогам и сборам: nine digits, of which the first two may be letters.
pub(super) fn by_unp(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text: [u8; 9] = plain.text().try_into().ok()?;
        let (head, rest) = text.split_at(2);
        let rest = numbers::<7>(rest)?;
        let [one, other] = head else { return None };
        let other = match other {
            b'0'..=b'9' => value(*other),
            _ => super::shared::place(b"ABCEHKMOPT", *other)?,
        };
        let kind =
            b"1234567ABCEHKM".contains(one) && one.is_ascii_digit() == head.iter().all(u8::is_ascii_digit);
        let total = value(*one) * 29 + other * 23 + sum(&rest, &[19, 17, 13, 7, 5, 3]);
        Some(kind && total % 11 == *rest.last()?)
    });
    verdict(right == Some(true))
}

/// Kazakh identification number: постановление 853 of 2013: day of birth or foundation, serial, check digit in two
/// tries.
pub(super) fn kz_iin(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let [.., check] = *of;
        let right = match sum(of, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11 {
            10 => sum(of, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11,
            digit => digit,
        };
        is_ymd(of) && right == check
    })
}

/// Azerbaijani tax number: Dövlət Vergi Xidməti: eight digits, a check digit, 1 for companies and 2 for people.
pub(super) fn az_voen(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [.., check, kind] = *of;
        matches!(kind, 1 | 2) && sum(of, &[4, 1, 8, 6, 2, 7, 5, 3]) % 11 == check
    })
}
