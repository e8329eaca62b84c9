//! What stands directly behind a word such as `phone:`, however it is grouped.

use super::super::{Candidate, Verdict};
use super::form::Form;
use super::{goes_on, international};

/// Holds for six to fifteen digits that are no date, no amount and no filler.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(form) = Form::read(candidate.value) else {
        return Verdict::Fails;
    };
    if candidate.value.first() == Some(&b'+') {
        return international::check(candidate);
    }
    let bracketed = candidate.value.first() == Some(&b'(');
    let (groups, marks) = (form.groups(), form.marks());
    let fraction = groups.len() == 2 && marks == b".";
    let ssn = groups == [3, 2, 4] && marks == b"--";
    let address = marks == b"..." && groups.iter().all(|len| *len <= 3);
    // `1234567.89`, `12:30`, `100%`: more of it follows.
    let more = candidate
        .after
        .first()
        .is_some_and(|byte| b":%@_=".contains(byte));
    let length = if groups.len() == 1 && form.digits().first() == Some(&1) {
        7..=15
    } else {
        6..=15
    };
    let other = form.is_date() || form.is_filler() || fraction || ssn || address || more;
    if !other && length.contains(&form.digits().len()) && !goes_on(candidate.before, bracketed) {
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
    fn groups_of_any_kind_hold() {
        for number in [
            "60-56-85-91",
            "61 51 81",
            "0487 98 11 92",
            "(01792) 23 5231",
            "4673395",
            "3541 15 52-3456",
            "9 362 547-3541",
        ] {
            assert_eq!(within(check, "phone: ", number, ""), Holds, "{number}");
        }
        assert_eq!(alone(check, "+46 (0)179 459 33"), Verdict::Proves);
    }

    #[test]
    fn others_fail() {
        for none in [
            "2024-01-15",
            "12.3456",
            "10.0.0.1",
            "12345",
            "00000000",
            "123456789",
            "+99 983 453 999",
            "078-05-1120",
            "1234567890123456",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "tel 1.", "2345678", ""), Fails);
        assert_eq!(within(check, "call ", "123456", ":"), Fails);
    }
}
