//! The United Kingdom and Ireland.

use super::super::{Candidate, Verdict};
use super::shared::{
    Plain, digits, is_at, is_day, is_part, number, numbers, place, signs, sum, value, verdict,
};

/// NHS number: NHS Data Dictionary; a remainder of 10 is never issued.
pub(super) fn uk_nhs(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        sum(of, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// National Insurance number: HMRC, NIM39110: prefixes that are never used.
pub(super) fn uk_nino(candidate: &Candidate<'_>) -> Verdict {
    signs::<9>(candidate, |text| {
        let [one, two, .., last] = text;
        let body = text.get(2..8).and_then(numbers::<6>);
        let is_prefix = !b"DFIQUV".contains(one) && !b"DFIOQUV".contains(two);
        let void = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&[*one, *two]);
        let letters = one.is_ascii_uppercase() && two.is_ascii_uppercase();
        body.is_some() && letters && is_prefix && !void && (b'A'..=b'D').contains(last)
    })
}

/// Unique taxpayer reference, perhaps with `K`: HMRC: the check digit first, of ten digits or the last ten of 13.
pub(super) fn uk_utr(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let text = text.strip_prefix(b"K").unwrap_or(text);
        let text = text.strip_suffix(b"K").unwrap_or(text);
        let text = if text.len() == 13 { text.get(3..)? } else { text };
        let [check, rest @ ..] = numbers::<10>(text)?;
        let total = sum(&rest, &[6, 7, 8, 9, 10, 5, 4, 3, 2]);
        let right = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1]
            .get((total % 11) as usize)
            .copied()?;
        Some(total > 0 && check == right)
    });
    verdict(right == Some(true))
}

/// VAT number without `GB`: HMRC: two check digits, in an old and a new way; a branch's three digits may follow.
pub(super) fn uk_vat(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text().strip_prefix(b"GB").unwrap_or(plain.text());
        let branch = text.len() == 9 || text.len() == 12 && text.iter().all(u8::is_ascii_digit);
        let branch = branch && !is_part(candidate);
        let of = numbers::<9>(text.get(..9)?)?;
        let total = sum(&of, &[8, 7, 6, 5, 4, 3, 2, 10, 1]);
        // The ways to write a check of 97 less the sum, with and without 55 more.
        let is_right = matches!(total % 97, 0 | 42 | 55);
        Some(branch && of != [0; 9] && is_right)
    });
    verdict(right == Some(true))
}

/// Unique pupil number: Department for Education: a check letter, twelve digits, the last perhaps a letter.
pub(super) fn uk_upn(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    signs::<13>(candidate, |text| {
        let [check, body @ .., last] = text;
        let (Some(of), Some(last)) = (
            numbers::<11>(body),
            place(b"0123456789ABCDEFGHJKLMNPQRTUVWXYZ", *last),
        ) else {
            return false;
        };
        let last = if last > 9 { last - 10 } else { last };
        let total = sum(&of, &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) + last * 13;
        is_at(SIGNS, total % 23, *check)
    })
}

/// Driver number: DVLA: five letters of the name filled up with 9, then the day of birth with the year around it and
/// 5 added to the month of women, two initials, three signs.
pub(super) fn uk_driving(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let (name, rest) = text.split_at_checked(5)?;
        let (born, rest) = rest.split_at_checked(6)?;
        let [decade, m1, m2, d1, d2, year] = numbers::<6>(born)?;
        let letters = name.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        let is_name = letters > 0 && name.iter().skip(letters).all(|byte| *byte == b'9');
        let is_initial = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'9';
        let [i1, i2, rest @ ..] = rest else {
            return None;
        };
        let month = m1 % 5 * 10 + m2;
        let is_born = m1 != 4 && is_day(decade * 10 + year, month, d1 * 10 + d2);
        Some(is_name && is_born && is_initial(i1) && is_initial(i2) && matches!(rest.len(), 3 | 5))
    });
    verdict(right == Some(true))
}

/// A postcode's form: Royal Mail, "Programmers' guide": what its letters may be.
pub(super) fn uk_postcode(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let (out, inner) = text.split_at_checked(text.len().checked_sub(3)?)?;
        let [digit, one, other] = inner else { return None };
        let is_unit = |byte: &u8| byte.is_ascii_uppercase() && !b"CIKMOV".contains(byte);
        let area = out.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        let (area, district) = out.split_at(area);
        let is_area = match area {
            [first] => b"BEGLMNSW".contains(first),
            [first, second] => !b"QVX".contains(first) && !b"IJZ".contains(second),
            [b'G', b'I', b'R'] => true,
            _ => false,
        };
        let is_district = match (area.len(), district) {
            (3, []) | (1 | 2, [b'0'..=b'9']) | (1 | 2, [b'0'..=b'9', b'0'..=b'9']) => true,
            (1, [b'0'..=b'9', letter]) => b"ABCDEFGHJKPSTUW".contains(letter),
            (2, [b'0'..=b'9', letter]) => b"ABEHMNPRVWXY".contains(letter),
            _ => false,
        };
        Some(digit.is_ascii_digit() && is_unit(one) && is_unit(other) && is_area && is_district)
    });
    verdict(right == Some(true))
}

/// A vehicle's registration mark of the scheme of 2001: DVLA, INF104: the age is 02 to 29 or 51 to 79.
pub(super) fn uk_plate(candidate: &Candidate<'_>) -> Verdict {
    signs::<7>(candidate, |text| {
        let age = text.get(2..4).and_then(numbers::<2>).map(|of| number(&of));
        matches!(age, Some(2..=29 | 51..=79))
    })
}

/// Irish personal public service number: Department of Social Protection: seven digits, a check letter, perhaps one
/// letter more that counts too.
pub(super) fn ie_pps(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"WABCDEFGHIJKLMNOPQRSTUV";
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (body, letters) = plain.text().split_at_checked(7)?;
        let (check, more) = letters.split_first()?;
        let more = match more {
            [] | [b'W'] | [b'T'] => 0,
            [more] if more.is_ascii_uppercase() => value(*more) - 9,
            _ => return None,
        };
        let total = sum(&numbers::<7>(body)?, &[8, 7, 6, 5, 4, 3, 2]) + more * 9;
        Some(is_at(SIGNS, total % 23, *check))
    });
    verdict(right == Some(true))
}

/// Irish VAT number without `IE`: Revenue: as a personal number, or in the old form with a letter or sign second.
pub(super) fn ie_vat(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let value = value.strip_prefix(b"IE").unwrap_or(value);
    let [first, second, body @ .., check] = value else {
        return Verdict::Fails;
    };
    if second.is_ascii_digit() {
        return ie_pps(&Candidate { value, ..*candidate });
    }
    let Some([a, b, c, d, e]) = numbers::<5>(body) else {
        return Verdict::Fails;
    };
    let Some(last) = numbers::<1>(&[*first]) else {
        return Verdict::Fails;
    };
    let [last] = last;
    let total = sum(&[0, a, b, c, d, e, last], &[8, 7, 6, 5, 4, 3, 2]);
    verdict(is_at(
        b"WABCDEFGHIJKLMNOPQRSTUV",
        total % 23,
        check.to_ascii_uppercase(),
    ))
}
