//! Austria, Switzerland and Liechtenstein.

use super::super::{Candidate, Verdict};
use super::shared::{cross_sum, digits, gs1, is_dmy, luhn, missing, sum, two};

/// Austrian social insurance number: three digits, a check digit, the day of birth; months over 12 where the numbers
/// of a day ran out. Dachverband der Sozialversicherungsträger, "Aufbau der Versicherungsnummer".
pub(super) fn at_ssn(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [a, _, _, check, d1, d2, m1, m2, y1, y2] = *of;
        let spare = two(m1, m2).clamp(12, 15) - 12;
        let is_born = match spare {
            0 => is_dmy(&[d1, d2, m1, m2, y1, y2]),
            _ => (1..=31).contains(&two(d1, d2)) && two(m1, m2) < 16,
        };
        a != 0 && is_born && sum(of, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == check
    })
}

/// Austrian VAT number without `ATU`: Bundesministerium für Finanzen, "Berechnungsvorschrift der UID".
pub(super) fn at_vat(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let [.., check] = *of;
        missing(cross_sum(of, &[1, 2, 1, 2, 1, 2, 1]) + 4, 10) == check
    })
}

/// Austrian tax number: office, number, check digit.
pub(super) fn at_tin(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| luhn(of))
}

/// Swiss social insurance number: 756, the country in GS1's sense, nine digits, GS1's check digit. Eidgenössische
/// Ausgleichskassen, "AHV-Nummer".
pub(super) fn ch_ssn(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| matches!(of, [7, 5, 6, ..]) && gs1(of))
}

/// Swiss enterprise number without `CHE`: eCH-0097.
pub(super) fn ch_uid(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        sum(of, &[5, 4, 3, 2, 7, 6, 5, 4, 1]).is_multiple_of(11)
    })
}
