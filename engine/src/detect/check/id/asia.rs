//! Asia, but for India and Korea.

use super::super::{Candidate, Verdict};
use super::shared::{
    Plain, cross_sum, digits, is_at, is_day, is_full_ymd, is_ymd, iso_11_2, luhn, missing, number, numbers,
    place, signs, sum, two, unless, value, verdict,
};

/// Chinese citizen number: GB 11643: area, day of birth, serial, check sign.
pub(super) fn cn_id(candidate: &Candidate<'_>) -> Verdict {
    signs::<18>(candidate, |text| {
        let (body, last) = text.split_at(17);
        let (Some(body), Some(last)) = (numbers::<17>(body), last.first()) else {
            return false;
        };
        // Past the body stays what is put there: the check sign.
        let mut of = [if *last == b'X' { 10 } else { value(*last) }; 18];
        for (slot, digit) in of.iter_mut().zip(&body) {
            *slot = *digit;
        }
        let area = matches!(body, [1..=9, ..]);
        let check = last.is_ascii_digit() || *last == b'X';
        area && check && body.get(6..14).is_some_and(is_full_ymd) && iso_11_2(&of)
    })
}

/// Chinese credit code of an organisation: GB 32100: 31 signs, powers of three.
pub(super) fn cn_uscc(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    signs::<18>(candidate, |text| {
        let [body @ .., check] = text;
        let (mut weight, mut total) = (1, 0);
        for byte in body {
            let Some(at) = place(SIGNS, *byte) else {
                return false;
            };
            total += at * weight;
            weight = weight * 3 % 31;
        }
        let area = text.get(2..8).and_then(numbers::<6>).is_some();
        area && is_at(SIGNS, missing(total, 31), *check)
    })
}

/// Hong Kong identity card: one or two letters, six digits, a check sign in brackets.
pub(super) fn hk_id(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (body, check) = plain
            .text()
            .split_at_checked(plain.text().len().checked_sub(1)?)?;
        let (letters, rest) = body.split_at_checked(body.len().checked_sub(6)?)?;
        let rest = numbers::<6>(rest)?;
        let (one, other) = match letters {
            // A blank stands for the letter that is not there.
            [other] => (36, value(*other)),
            [one, other] => (value(*one), value(*other)),
            _ => return None,
        };
        let total = one * 9 + other * 8 + sum(&rest, &[7, 6, 5, 4, 3, 2]);
        let letters = letters.iter().all(u8::is_ascii_uppercase);
        Some(letters && place(b"0123456789A", *check.first()?) == Some(missing(total, 11)))
    });
    verdict(right == Some(true))
}

/// Taiwanese identity number: Ministry of the Interior: a letter for the place, sex, serial, check digit.
pub(super) fn tw_id(candidate: &Candidate<'_>) -> Verdict {
    /// In the order of the numbers from 10 on that they stand for.
    const PLACES: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (letter, rest) = plain.text().split_first()?;
        let at = place(PLACES, *letter)? + 10;
        let of = numbers::<9>(rest)?;
        let total = at / 10 + at % 10 * 9 + sum(&of, &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
        Some(matches!(of, [1 | 2 | 8 | 9, ..]) && total.is_multiple_of(10))
    });
    verdict(right == Some(true))
}

/// Taiwanese company number: Ministry of Finance: divisible by five since 2023; a 7 second to last may count as one more.
pub(super) fn tw_ubn(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let [.., seventh, _] = *of;
        let total = cross_sum(of, &[1, 2, 1, 2, 1, 2, 4, 1]);
        total.is_multiple_of(5) || seventh == 7 && (total + 1).is_multiple_of(5)
    })
}

/// Japanese individual number: 総務省令 85 of 2014, article 5.
pub(super) fn jp_my_number(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let [.., check] = *of;
        let rest = sum(of, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        let right = if rest < 2 { 0 } else { 11 - rest };
        right == check
    })
}

/// Japanese corporate number: 財務省令 70 of 2014: the check digit first.
pub(super) fn jp_corporate(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [check, rest @ ..] = of;
        9 - sum(rest, &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9 == *check
    })
}

/// Singaporean identity and foreigner's number: a letter for the kind and century, seven digits, a check letter.
pub(super) fn sg_nric(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (kind, rest) = plain.text().split_first()?;
        let (check, body) = rest.split_last()?;
        let total = sum(&numbers::<7>(body)?, &[2, 7, 6, 5, 4, 3, 2]);
        let (add, signs) = match kind {
            b'S' => (0, b"JZIHGFEDCBA"),
            b'T' => (4, b"JZIHGFEDCBA"),
            b'F' => (0, b"XWUTRQPNMLK"),
            b'G' => (4, b"XWUTRQPNMLK"),
            b'M' => (3, b"XWUTRQPNJLK"),
            _ => return None,
        };
        Some(is_at(signs, (total + add) % 11, *check))
    });
    verdict(right == Some(true))
}

/// The same where the check letter is none.
pub(super) fn sg_nric_other(candidate: &Candidate<'_>) -> Verdict {
    unless(sg_nric, candidate)
}

/// Singaporean entity number: ACRA: of a business, a local company or another entity, with a check letter.
pub(super) fn sg_uen(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (check, body) = plain.text().split_last()?;
        if let Some(of) = numbers::<8>(body) {
            let total = sum(&of, &[10, 4, 9, 3, 8, 2, 7, 1]);
            return Some(is_at(b"XMKECAWLJDB", total % 11, *check));
        }
        if let Some(of) = numbers::<9>(body) {
            let total = sum(&of, &[10, 8, 6, 4, 9, 7, 5, 3, 1]);
            let year = number(of.get(..4)?);
            return Some((1800..2100).contains(&year) && is_at(b"ZKCMDNERGWH", total % 11, *check));
        }
        let [b'R' | b'S' | b'T', year @ ..] = body else {
            return None;
        };
        numbers::<2>(year.get(..2)?)?;
        numbers::<4>(year.get(4..)?)?;
        let mut total = 0;
        for (byte, weight) in body.iter().zip([4, 3, 5, 3, 10, 2, 2, 5, 7]) {
            total += place(SIGNS, *byte)? * weight;
        }
        Some(is_at(SIGNS, (total + 6) % 11, *check))
    });
    verdict(right == Some(true))
}

/// Thai number of people and taxpayers: Department of Provincial Administration.
pub(super) fn th_pin(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [first, p1, p2, .., check] = *of;
        let total = sum(of, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
        // Provinces are numbered from 10 to 27, 30 to 58, 60 to 67, 70 to 77, 80 to 86, 90 to 96; companies have 0 first.
        let province = matches!(two(p1, p2), 10..=27 | 30..=58 | 60..=67 | 70..=77 | 80..=86 | 90..=96);
        (first == 0 || first < 9 && province) && (11 - total % 11) % 10 == check
    })
}

/// Malaysian identity card: Jabatan Pendaftaran Negara: day of birth, place of birth, serial; no check digit.
pub(super) fn my_nric(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let [_, _, _, _, _, _, p1, p2, ..] = *of;
        let place = matches!(two(p1, p2), 1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99);
        is_ymd(of) && place
    })
}

/// Indonesian citizen number: Permendagri 40/2012: district, day of birth with 40 added for women, serial.
pub(super) fn id_nik(candidate: &Candidate<'_>) -> Verdict {
    digits::<16>(candidate, |of| {
        let [p1, p2, c1, c2, _, _, d1, d2, m1, m2, y1, y2, s @ ..] = *of;
        let born = is_day(two(y1, y2), two(m1, m2), two(d1, d2) % 40);
        matches!(two(p1, p2), 11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
            && two(c1, c2) > 0
            && born
            && number(&s) > 0
    })
}

/// Indonesian tax number: Direktorat Jenderal Pajak: nine digits by Luhn, office, branch.
pub(super) fn id_npwp(candidate: &Candidate<'_>) -> Verdict {
    digits::<15>(candidate, |of| {
        of.get(..9).is_some_and(luhn) && !matches!(of, [0, 0, 0, 0, 0, 0, 0, 0, 0, ..])
    })
}

/// Israeli identity number, leading zeros included, and company number: Population Authority: Luhn.
pub(super) fn il_id(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| luhn(of))
}

/// Filipino tax number: Bureau of Internal Revenue: nine digits, perhaps a branch.
pub(super) fn ph_tin(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let of = numbers::<9>(text.get(..9)?)?;
        let [.., check] = of;
        let branch = text.get(9..)?;
        let right = sum(&of, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == check;
        Some(
            of != [0; 9]
                && right
                && matches!(branch.len(), 0 | 3 | 5)
                && branch.iter().all(u8::is_ascii_digit),
        )
    });
    verdict(right == Some(true))
}

/// Pakistani identity card: NADRA: province, district, family, sex; no check digit.
pub(super) fn pk_cnic(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [first, .., last] = *of;
        (1..=7).contains(&first) && last != 0
    })
}

/// Vietnamese tax number: Tổng cục Thuế: ten digits, perhaps a branch of three.
pub(super) fn vn_mst(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (of, branch) = plain.text().split_at_checked(10)?;
        let of = numbers::<10>(of)?;
        let [.., check] = of;
        let right = 10 - sum(&of, &[31, 29, 23, 19, 17, 13, 7, 5, 3]) % 11;
        let branch = branch.is_empty() || numbers::<3>(branch).is_some_and(|of| number(&of) > 0);
        Some(number(&of) % 10_000_000 > 9 && branch && right == check)
    });
    verdict(right == Some(true))
}
