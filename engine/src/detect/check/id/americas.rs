//! South and Central America, and the Caribbean, but for Brazil.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, is_ymd, luhn, missing, number, numbers, place, sum, two, value, verdict};

/// Argentine tax and labour number (CUIT, CUIL): AFIP, resolución general 10/97: kind, number, check digit.
pub(super) fn ar_cuit(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [k1, k2, .., check] = *of;
        let kind = matches!(two(k1, k2), 20 | 23..=27 | 30 | 33 | 34 | 50 | 51 | 55);
        let right = match missing(sum(of, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]), 11) {
            10 => 9,
            digit => digit,
        };
        kind && right == check
    })
}

/// Argentine bank account (CBU): BCRA: bank and branch with a check digit, account with another.
pub(super) fn ar_cbu(candidate: &Candidate<'_>) -> Verdict {
    digits::<22>(candidate, |of| {
        let (bank, account) = of.split_at(8);
        let right = |part: &[u32], weights: &[u32]| {
            let check = part.last().copied();
            check == Some(missing(sum(part, weights), 10))
        };
        right(bank, &[7, 1, 3, 9, 7, 1, 3]) && right(account, &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3])
    })
}

/// Chilean number of people and companies (RUN, RUT): Registro Civil; factors 2 to 7 from the right, `K` for 10.
pub(super) fn cl_rut(candidate: &Candidate<'_>) -> Verdict {
    weighted_from_right(candidate, 7..=8, b"0123456789K", |body| {
        missing(sum(body, &[2, 3, 4, 5, 6, 7, 2, 3]), 11)
    })
}

/// Guatemalan tax number (NIT): factors 2 and up from the right, `K` for 10.
pub(super) fn gt_nit(candidate: &Candidate<'_>) -> Verdict {
    weighted_from_right(candidate, 5..=8, b"0123456789K", |body| {
        missing(sum(body, &[2, 3, 4, 5, 6, 7, 8, 9]), 11)
    })
}

/// Paraguayan tax number (RUC): SET, "Cálculo del dígito verificador": factors 2 and up from the right.
pub(super) fn py_ruc(candidate: &Candidate<'_>) -> Verdict {
    weighted_from_right(candidate, 5..=8, b"0123456789", |body| {
        missing(sum(body, &[2, 3, 4, 5, 6, 7, 8, 9]), 11) % 10
    })
}

/// Colombian tax number (NIT): DIAN, orden administrativa 4 of 1989: primes from the right.
pub(super) fn co_nit(candidate: &Candidate<'_>) -> Verdict {
    weighted_from_right(candidate, 8..=10, b"0123456789", |body| {
        match sum(body, &[3, 7, 13, 17, 19, 23, 29, 37, 41, 43]) % 11 {
            rest @ (0 | 1) => rest,
            rest => 11 - rest,
        }
    })
}

/// A number of some digits, and one of the signs: the one that a rule says for the digits, read from the right.
fn weighted_from_right(
    candidate: &Candidate<'_>,
    lengths: core::ops::RangeInclusive<usize>,
    signs: &[u8],
    rule: impl FnOnce(&[u32]) -> u32,
) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (check, body) = plain.text().split_last()?;
        if !lengths.contains(&body.len()) || !body.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut from_right = [0; 12];
        for (slot, byte) in from_right.iter_mut().zip(body.iter().rev()) {
            *slot = u32::from(byte - b'0');
        }
        let is_plain = body.iter().any(|byte| Some(byte) != body.first());
        Some(is_plain && place(signs, *check) == Some(rule(from_right.get(..body.len())?)))
    });
    verdict(right == Some(true))
}

/// Cuban identity number: day of birth, century, number; no check digit.
pub(super) fn cu_ni(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| is_ymd(of))
}

/// Dominican identity card: Junta Central Electoral.
pub(super) fn do_cedula(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| luhn(of))
}

/// Dominican tax number (RNC): DGII.
pub(super) fn do_rnc(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [.., check] = *of;
        let rest = sum(of, &[7, 9, 8, 6, 5, 4, 3, 2]) % 11;
        let right = match rest {
            0 => 2,
            1 => 1,
            rest => 11 - rest,
        };
        right == check
    })
}

/// Ecuadorian identity card: Registro Civil: province, kind, number, Luhn's digit.
pub(super) fn ec_ci(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| is_ec_person(of))
}

fn is_ec_person(of: &[u32]) -> bool {
    matches!(of, [p1, p2, kind, ..] if is_province(*p1, *p2) && *kind < 7) && luhn(of)
}

fn is_province(p1: u32, p2: u32) -> bool {
    matches!(two(p1, p2), 1..=24 | 30 | 50)
}

/// Ecuadorian tax number (RUC): SRI: a person's, a company's or a public body's, and its branch.
pub(super) fn ec_ruc(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [p1, p2, kind, _, _, _, _, _, _, _, b1, b2, b3] = *of;
        let branch = (b1, b2, b3) != (0, 0, 0);
        let right = match kind {
            0..=5 => of.get(..10).is_some_and(is_ec_person),
            6 if of.get(..10).is_some_and(luhn) => true,
            6 => sum(of, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
            9 => sum(of, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
            _ => false,
        };
        branch && right && is_province(p1, p2)
    })
}

/// Peruvian tax number (RUC): SUNAT.
pub(super) fn pe_ruc(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [k1, k2, .., check] = *of;
        let right = (11 - sum(of, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10;
        matches!(two(k1, k2), 10 | 15..=17 | 20) && right == check
    })
}

/// Peruvian identity card with its check sign, a digit or a letter: RENIEC.
pub(super) fn pe_dni(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (check, body) = plain.text().split_last()?;
        let rest = sum(&numbers::<8>(body)?, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        let signs = [b"65432110987", b"KJIHGFEDCBA"];
        Some(signs.iter().any(|signs| signs.get(rest as usize) == Some(check)))
    });
    verdict(right == Some(true))
}

/// Salvadoran tax number (NIT): municipality, day, number, check digit; two rules, by the number's age.
pub(super) fn sv_nit(candidate: &Candidate<'_>) -> Verdict {
    digits::<14>(candidate, |of| {
        let [m1, .., n1, n2, n3, check] = *of;
        let right = if number(&[n1, n2, n3]) <= 100 {
            sum(of, &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11 % 10
        } else {
            missing(sum(of, &[2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]), 11) % 10
        };
        matches!(m1, 0 | 1 | 9) && right == check
    })
}

/// Uruguayan tax number (RUT): DGI.
pub(super) fn uy_rut(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let [k1, k2, .., check] = *of;
        let right = missing(sum(of, &[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]), 11);
        (1..=22).contains(&two(k1, k2)) && right == check
    })
}

/// Uruguayan identity card: DNIC.
pub(super) fn uy_ci(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let [.., check] = *of;
        missing(sum(of, &[2, 9, 8, 7, 6, 3, 4]), 10) == check
    })
}

/// Venezuelan tax number (RIF): SENIAT: the kind of taxpayer as a letter, a number, a check digit.
pub(super) fn ve_rif(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (kind, rest) = plain.text().split_first()?;
        let of = numbers::<9>(rest)?;
        let kind = match kind {
            b'V' => 4,
            b'E' => 8,
            b'J' | b'C' => 12,
            b'P' => 16,
            b'G' => 20,
            _ => return None,
        };
        let [.., check] = of;
        let right = match missing(kind + sum(&of, &[3, 2, 7, 6, 5, 4, 3, 2]), 11) {
            10 => 0,
            digit => digit,
        };
        Some(right == check)
    });
    verdict(right == Some(true))
}

/// Mexican population code (CURP): Secretaría de Gobernación, "Instructivo normativo": letters of the name, day of
/// birth, sex, state, letters, a sign against doubles, a check digit.
pub(super) fn mx_curp(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let is_born = is_ymd(&numbers::<6>(text.get(4..10)?)?);
        let mut total = 0;
        for (weight, byte) in (2..=18).rev().zip(text) {
            // After N comes the letter that ASCII lacks.
            let shift = u32::from(*byte > b'N');
            total += weight * (value(*byte) + shift);
        }
        let state = text.get(11..13)?;
        let last = text.get(17).copied().map(value)?;
        Some(text.len() == 18 && is_born && STATES.contains(&state) && missing(total, 10) == last)
    });
    verdict(right == Some(true))
}

/// Mexican states in a CURP.
const STATES: [&[u8]; 33] = [
    b"AS", b"BC", b"BS", b"CC", b"CL", b"CM", b"CS", b"CH", b"DF", b"DG", b"GT", b"GR", b"HG", b"JC", b"MC",
    b"MN", b"MS", b"NT", b"NL", b"OC", b"PL", b"QT", b"QR", b"SP", b"SL", b"SR", b"TC", b"TS", b"TL", b"VZ",
    b"YN", b"ZS", b"NE",
];

/// Mexican tax number (RFC): SAT: letters of the name, the day of birth or foundation, three signs. The last is a check
/// sign, but the office itself has issued others.
pub(super) fn mx_rfc(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let day = text.len().checked_sub(9)?;
        Some(is_ymd(&numbers::<6>(text.get(day..day + 6)?)?))
    });
    verdict(right == Some(true))
}
