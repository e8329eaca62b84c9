//! US bank routing numbers: the American Bankers Association's nine digits.

use super::{Candidate, Verdict, digits};

/// Holds for nine digits of a Federal Reserve district, of thrift institutions, electronic or government ones, whose
/// weighted sum is a multiple of ten.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    const WEIGHTS: [u32; 9] = [3, 7, 1, 3, 7, 1, 3, 7, 1];
    let (mut sum, mut len, mut district) = (0, 0, 0);
    for (place, digit) in digits(candidate.value).enumerate() {
        sum += WEIGHTS.get(place).copied().unwrap_or(0) * u32::from(digit);
        if place < 2 {
            district = district * 10 + digit;
        }
        len += 1;
    }
    let known = matches!(district, 1..=12 | 21..=32 | 61..=72 | 80);
    if len == 9 && known && sum > 0 && sum.is_multiple_of(10) {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn one_check_digit_of_ten_holds_in_every_district() {
        for district in 0..100 {
            let holds = (0..10)
                .filter(|digit| alone(check, &format!("{district:02}100004{digit}")) == Verdict::Holds);
            let known = matches!(district, 1..=12 | 21..=32 | 61..=72 | 80);
            assert_eq!(holds.count(), usize::from(known), "{district}");
        }
        assert_eq!(alone(check, "0210-0002-1"), Verdict::Holds);
    }

    #[test]
    fn others_fail() {
        for none in ["000000000", "02100002", "0210000211", "421000021", ""] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }
}
