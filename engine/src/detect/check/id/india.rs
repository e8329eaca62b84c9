//! India.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, is_at, luhn, numbers, signs, two, value, verdict, verhoeff};

/// Aadhaar: UIDAI: twelve digits, the first from 2, no palindrome, Verhoeff's digit.
pub(super) fn in_aadhaar(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let palindrome = of.iter().eq(of.iter().rev());
        matches!(of, [2..=9, ..]) && !palindrome && verhoeff(of) && !follows_digits(candidate.before)
    })
}

/// Whether what stands before makes the groups part of a longer number, such as a card's.
fn follows_digits(before: &[u8]) -> bool {
    matches!(before, [.., digit, b' ' | b'-'] if digit.is_ascii_digit())
}

/// Virtual identity number that stands for an Aadhaar: UIDAI.
pub(super) fn in_vid(candidate: &Candidate<'_>) -> Verdict {
    digits::<16>(candidate, |of| {
        let palindrome = of.iter().eq(of.iter().rev());
        matches!(of, [2..=9, ..]) && !palindrome && verhoeff(of)
    })
}

/// Permanent account number: Income Tax Department: the fourth letter is a kind of taxpayer, the number is not 0000.
pub(super) fn in_pan(candidate: &Candidate<'_>) -> Verdict {
    signs::<10>(candidate, |text| is_pan(text))
}

fn is_pan(text: &[u8]) -> bool {
    let number = text.get(5..9).and_then(numbers::<4>);
    let kind = text.get(3).is_some_and(|kind| b"ABCFGHJLPT".contains(kind));
    kind && number.is_some_and(|number| number != [0; 4])
}

/// Goods and services tax number: GSTN: state, permanent account number, count, a sign that is always `Z`, a check
/// sign: doubled from the right, the digits of base 36 added up. Proves one where the check sign fits.
pub(super) fn in_gstin(candidate: &Candidate<'_>) -> Verdict {
    let mut is_right = false;
    let form = signs::<15>(candidate, |text| {
        let state = numbers::<2>(text.get(..2).unwrap_or_default());
        let mut total = 0;
        for (at, byte) in text.iter().take(14).enumerate() {
            let product = value(*byte) * if at % 2 == 0 { 1 } else { 2 };
            total += product / 36 + product % 36;
        }
        let [.., check] = text;
        is_right = is_at(
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (36 - total % 36) % 36,
            *check,
        );
        state.is_some_and(|[s1, s2]| matches!(two(s1, s2), 1..=37 | 97))
    });
    match form {
        Verdict::Holds if is_right => Verdict::Proves,
        form => form,
    }
}

/// Voter's card: Election Commission of India: three letters, seven digits, the last by Luhn.
pub(super) fn in_epic(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let of = plain
        .as_ref()
        .and_then(|plain| numbers::<7>(plain.text().get(3..)?));
    verdict(of.is_some_and(|of| of != [0; 7] && luhn(&of)))
}

/// A vehicle's registration: Motor Vehicles Act, section 41: begins with a state or union territory.
pub(super) fn in_vehicle(candidate: &Candidate<'_>) -> Verdict {
    const STATES: &[u8] = b"ANAPARASBRCGCHDDDLDNGAGJHPHRJHJKKAKLLALDMHMLMNMPMZNLODORPBPYRJSKTGTNTRTSUAUKUPWB";
    let plain = Plain::of(candidate.value);
    let state = plain.as_ref().and_then(|plain| plain.text().get(..2));
    verdict(state.is_some_and(|state| STATES.as_chunks::<2>().0.iter().any(|known| known == state)))
}
