//! Digits alone. Whether they are a telephone number only a word can say; what is said here is whether they may be one.

use super::super::{Candidate, Verdict};
use super::form::{Form, is_american};
use super::{goes_on, international, national};

/// Holds for digits as some plan has them. Nine digits, and others that are as good as any number, hold only where
/// something stands before them.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(form) = Form::read(candidate.value) else {
        return Verdict::Fails;
    };
    // A number of which a fraction follows: nothing stands before it.
    let fraction = candidate.before.is_empty() && candidate.after.first() == Some(&b'.');
    if form.groups().len() != 1 || fraction || goes_on(candidate.before, false) || form.is_filler() {
        return Verdict::Fails;
    }
    let digits = form.digits();
    if let Some(rest) = national::exit(digits) {
        return match international::verdict(&form, rest) {
            Verdict::Fails => Verdict::Fails,
            _ => Verdict::Holds,
        };
    }
    let likely = match digits {
        // North America, and China's mobiles behind the same first digit.
        [1, rest @ ..] if is_american(rest) => true,
        [1, 3..=9, ..] if digits.len() == 11 => true,
        // Ten digits are a number in North America, in India and in Turkey; whose, nobody need know.
        [2..=9, ..] if digits.len() == 10 => true,
        // A trunk zero, and what follows it.
        [0, 1..=9, ..] => (10..=11).contains(&digits.len()),
        // Russia's mobiles and cities.
        [7 | 8, 3 | 4 | 8 | 9, ..] => digits.len() == 11,
        _ => false,
    };
    let possible = match digits {
        [0, 1..=9, ..] => (9..=12).contains(&digits.len()),
        // A ten-digit number that begins with 1 is the time in seconds.
        [1, ..] => digits.len() == 11,
        [2..=9, ..] => (8..=13).contains(&digits.len()),
        _ => false,
    };
    if likely || possible && !candidate.before.is_empty() {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{alone, within};
    use super::*;
    use Verdict::{Fails, Holds};

    #[test]
    fn digits_of_a_plan_hold() {
        for number in [
            "4155550132",
            "14155550132",
            "02079460958",
            "09171234567",
            "13800138000",
            "89161234567",
            "00442079460958",
            "2121234567",
        ] {
            assert_eq!(alone(check, number), Holds, "{number}");
        }
        for number in ["983456572", "61234567"] {
            assert_eq!(alone(check, number), Fails, "{number}");
            assert_eq!(within(check, "tel ", number, ""), Holds, "{number}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "1700000000",
            "1700000000000",
            "1234567890",
            "12345678901",
            "9123456789",
            "10000000146",
            "15053212345678",
            "0000000000",
            "532123456",
            "1155550132",
            "555-0132",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "0.", "4155550132", ""), Fails);
        assert_eq!(within(check, "tel ", "1700000000", ""), Fails);
        assert_eq!(within(check, "", "4155550132", "."), Fails);
    }
}
