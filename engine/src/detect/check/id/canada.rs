//! Canada.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, luhn, missing, numbers, sum, verdict};

/// Social insurance number: Employment and Social Development Canada; no number begins with 0 or 8.
pub(super) fn ca_sin(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| !matches!(of, [0 | 8, ..]) && luhn(of))
}

/// Business number, alone or with a program account such as `RC0001`: Canada Revenue Agency.
pub(super) fn ca_bn(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let number = plain.as_ref().and_then(|plain| plain.text().get(..9));
    verdict(
        number
            .and_then(numbers::<9>)
            .is_some_and(|of| of != [0; 9] && luhn(&of)),
    )
}

/// British Columbia personal health number: begins with 9.
pub(super) fn ca_bc_phn(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [first, body @ .., check] = of;
        let right = missing(sum(body, &[2, 4, 8, 5, 10, 9, 7, 3]), 11);
        *first == 9 && right == *check
    })
}
