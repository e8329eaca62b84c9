//! International Mobile Equipment Identity: 3GPP TS 23.003 section 6, a reporting body, fourteen digits, a check digit.

use super::{Candidate, Verdict, card, digits};

/// Holds for fifteen digits with a reporting body that exists and the check digit of ISO/IEC 7812.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let mut all = [0; 15];
    let mut len = 0;
    for digit in digits(candidate.value) {
        if let Some(slot) = all.get_mut(len) {
            *slot = digit;
        }
        len += 1;
    }
    let body = matches!(
        all,
        [0, 1, ..]
            | [3, 3 | 5, ..]
            | [4, 4 | 5 | 9, ..]
            | [5, 0..=4, ..]
            | [8, 6, ..]
            | [9, 0 | 1 | 8 | 9, ..]
    );
    let same = all.iter().all(|digit| Some(digit) == all.first());
    if len == 15 && body && !same && card::luhn(&all) {
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
    fn one_check_digit_of_ten_holds() {
        let right: Vec<u8> = (0..10)
            .filter(|digit| alone(check, &format!("35209900176148{digit}")) == Verdict::Holds)
            .collect();
        assert_eq!(right, [1]);
        assert_eq!(alone(check, "35-209900-176148-1"), Verdict::Holds);
    }

    #[test]
    fn others_fail() {
        for none in [
            "000000000000000",
            "20209900176148",
            "352099001761",
            "720990017614812",
            "",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }
}
