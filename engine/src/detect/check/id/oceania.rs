//! Australia and New Zealand.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, missing, numbers, place, sum, verdict};

/// Australian business number: Australian Business Register: 1 less at the first digit, weights, divisible by 89.
pub(super) fn au_abn(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let total = sum(of, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
        !matches!(of, [0, ..]) && (total - 10).is_multiple_of(89)
    })
}

/// Australian company number: ASIC.
pub(super) fn au_acn(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [.., check] = *of;
        missing(sum(of, &[8, 7, 6, 5, 4, 3, 2, 1]), 10) == check
    })
}

/// Australian tax file number: Australian Taxation Office: nine digits, or eight of those first given out.
pub(super) fn au_tfn(candidate: &Candidate<'_>) -> Verdict {
    let new = digits::<9>(candidate, |of| {
        sum(of, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
    });
    match new {
        Verdict::Fails => digits::<8>(candidate, |of| {
            sum(of, &[10, 7, 8, 4, 6, 3, 5, 1]).is_multiple_of(11)
        }),
        new => new,
    }
}

/// Australian Medicare card: Services Australia: the ninth digit checks the eight before, the issue is never 0, and a
/// person's place on the card may follow.
pub(super) fn au_medicare(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let of = numbers::<10>(text.get(..10)?)?;
        let [first, .., check, issue] = of;
        let right = sum(&of, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == check;
        let person = matches!(text.get(10..)?, [] | [b'1'..=b'9']);
        Some((2..=6).contains(&first) && right && issue > 0 && person)
    });
    verdict(right == Some(true))
}

/// New Zealand tax number: Inland Revenue: eight or nine digits from 10 to 150 million, check digit in two tries.
pub(super) fn nz_ird(candidate: &Candidate<'_>) -> Verdict {
    let rule = |of: &[u32; 9]| {
        let [first, second, .., check] = *of;
        let right = match missing(sum(of, &[3, 2, 7, 6, 5, 4, 3, 2]), 11) {
            10 => missing(sum(of, &[7, 4, 3, 2, 5, 2, 7, 6]), 11),
            digit => digit,
        };
        (first, second) != (0, 0) && (first == 0 || first == 1 && second < 5) && right == check
    };
    let long = digits::<9>(candidate, rule);
    match long {
        Verdict::Fails => digits::<8>(candidate, |of| {
            let mut padded = [0; 9];
            for (slot, digit) in padded.iter_mut().skip(1).zip(of) {
                *slot = *digit;
            }
            rule(&padded)
        }),
        long => long,
    }
}

/// New Zealand health index: HISO 10046: letters without I and O count from 1; a check digit, or since 2019 a check
/// letter after two digits and a letter.
pub(super) fn nz_nhi(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let [body @ .., check] = plain.text() else {
            return None;
        };
        let mut total = 0;
        for (weight, byte) in (2..=7).rev().zip(body) {
            let counts = match numbers::<1>(&[*byte]) {
                Some([digit]) => digit,
                None => place(SIGNS, *byte)? + 1,
            };
            total += counts * weight;
        }
        let is_old = body.get(3..).and_then(numbers::<3>).is_some();
        let is_new = body.get(3..5).and_then(numbers::<2>).is_some() && !is_old;
        let old = total % 11 != 0 && place(b"0123456789", *check) == Some((11 - total % 11) % 10);
        let new = place(SIGNS, *check).map(|at| at + 1) == Some(24 - total % 24);
        Some(body.len() == 6 && (is_old && old || is_new && new))
    });
    verdict(right == Some(true))
}
