//! Numbers with their country's code: ITU-T E.123, `+`, or `00` as many dial it.

use super::super::{Candidate, Verdict};
use super::codes;
use super::form::Form;

/// The fewest and the most digits of any number, with its code.
const LENGTHS: core::ops::RangeInclusive<usize> = 7..=15;

/// Proves a number of a length that its country has; holds for one in groups that is about as long.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    // `1e+49`, `a+b`: no sign of a number that begins here.
    if candidate.before.last().is_some_and(u8::is_ascii_alphanumeric) {
        return Verdict::Fails;
    }
    match Form::read(candidate.value) {
        Some(form) => verdict(&form, form.digits()),
        None => Verdict::Fails,
    }
}

/// What digits are that begin with a country's code.
pub(super) fn verdict(form: &Form, digits: &[u8]) -> Verdict {
    let zero = form.without_zero();
    let digits = if zero.digits().len() < form.digits().len() && digits.len() == form.digits().len() {
        zero.digits()
    } else {
        digits
    };
    let Some((code, least, most)) = codes::of(digits) else {
        return Verdict::Fails;
    };
    // Many write the zero that is dialled at home, without brackets.
    let zero = usize::from(digits.get(code) == Some(&0));
    let rest = digits.len() - code;
    let fits = (least..=most + zero).contains(&rest);
    let grouped = form.groups().len() >= 3 || form.extended;
    let one_digit = digits.iter().skip(code).all(|digit| digits.last() == Some(digit));
    match () {
        _ if one_digit || !LENGTHS.contains(&digits.len()) => Verdict::Fails,
        // `+1234567` is what came to something.
        _ if form.groups().len() == 1 && digits.len() < 8 => Verdict::Fails,
        _ if fits => Verdict::Proves,
        _ if grouped && rest + 2 >= least && rest <= most + 2 && digits.len() >= 9 => Verdict::Holds,
        _ => Verdict::Fails,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{alone, within};
    use super::*;
    use Verdict::{Fails, Holds, Proves};

    #[test]
    fn numbers_of_many_countries_are_proven() {
        for number in [
            "+14155550132",
            "+1 (415) 555-0132",
            "+1-415-555-0132x4321",
            "+442079460958",
            "+44 (0)20 7946 0958",
            "+44 020 7946 0958",
            "+49 30 901820",
            "+33 1 84 17 61 18",
            "+39 06 6982",
            "+351 912 345 678",
            "+91 98765 43210",
            "+81 3-1234-5678",
            "+86 138 0013 8000",
            "+972-50-123-4567",
            "+998 90 123 45 67",
            "+55 (11) 98456-5666",
            "+61267881324",
        ] {
            assert_eq!(alone(check, number), Proves, "{number}");
        }
        // A digit too few, as people and generators write.
        assert_eq!(alone(check, "+55.45-678 5120"), Holds);
    }

    #[test]
    fn others_fail() {
        for none in [
            "+99 983 453 999",
            "+34983",
            "+3498345399967810",
            "+0123456789",
            "+1 415 555",
            "+1500000",
            "+2100000000",
            "+6838851",
            "+4400000000000",
            "+44 (20",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "1e", "+442079460958", ""), Fails);
    }

    #[test]
    fn every_length_of_a_country_is_proven_and_none_beside() {
        for (code, lengths) in [("1", 10..=10), ("44", 9..=10), ("372", 7..=8), ("998", 9..=9)] {
            for len in 3..=15 - code.len() {
                let number = format!("+{code}{}", &"234567924681357"[..len]);
                let wanted = if lengths.contains(&len) { Proves } else { Fails };
                assert_eq!(alone(check, &number), wanted, "{number}");
            }
        }
    }
}
