//! Numbers as they are written within a country: groups, brackets, a trunk zero, an extension.

use super::super::{Candidate, Verdict};
use super::form::{Form, is_american};
use super::{goes_on, international};

/// Proves what hardly is anything but a telephone number; holds for groups that may be one.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(form) = Form::read(candidate.value) else {
        return Verdict::Fails;
    };
    if form.groups().len() < 2 || goes_on(candidate.before, candidate.value.first() == Some(&b'(')) {
        return Verdict::Fails;
    }
    // `1234-5678-9`: the rest of something longer.
    if form.groups() == [4, 4] && candidate.after.first() == Some(&b'-') && form.marks() == b"-" {
        return Verdict::Fails;
    }
    let verdict = verdict(&form);
    // More digits follow that were refused with these: groups that only may be a number are their rest.
    if verdict == Verdict::Holds && matches!(candidate.after, [b' ' | b'-' | b'.', b'0'..=b'9', ..]) {
        return Verdict::Fails;
    }
    // Ten digits in the groups of North America that nobody has there: with nothing around them, they are no number.
    let lonely = candidate.before.is_empty() && candidate.after.is_empty();
    if verdict == Verdict::Holds && lonely && form.groups() == [3, 3, 4] {
        return Verdict::Fails;
    }
    verdict
}

/// What groups of digits are.
pub(super) fn verdict(form: &Form) -> Verdict {
    let digits = form.digits();
    if form.is_filler() || form.is_date() || is_other(form) {
        return Verdict::Fails;
    }
    if let Some(rest) = exit(digits) {
        return international::verdict(form, rest);
    }
    let bracket = form.bracketed.map(|at| (at, form.groups().get(at).copied()));
    let proven = match (digits, form.groups()) {
        // The United States, Canada, and whoever shares their plan.
        (_, [3, 3, 4]) if is_american(digits) => true,
        ([1, rest @ ..], [1, 3, 3, 4]) if is_american(rest) => true,
        (_, [3, 3, 4] | [1 | 3, 3, 3, 4]) if form.extended => true,
        (_, [3, 3, 4] | [1, 3, 3, 4]) if digits.first() != Some(&0) => false,
        // A trunk zero and an area: most of the world.
        ([0, 1..=9, ..], groups) => match digits.len() {
            10..=12 => true,
            9 => groups.first() == Some(&2) || bracket.is_some() || groups == [3, 6] && form.marks() != b"-",
            _ => false,
        },
        // An area in brackets; one of four digits without a zero may be a year.
        (_, [.., last]) if bracket.is_some_and(|(at, len)| at == 0 && matches!(len, Some(2 | 3))) => {
            (8..=11).contains(&digits.len()) && *last >= 3
        }
        // Russia, Turkey and others: 532 123 45 67, 8 (495) 123-45-67.
        (_, [3, 3, 2, 2]) | ([0 | 7 | 8, ..], [1, 3, 3, 2, 2]) => true,
        // China's mobiles.
        ([1, 3..=9, ..], [3, 4, 4]) => true,
        // Brazil's.
        ([_, _, 9, ..], [2, 5, 4]) => form.marks() == b" -",
        _ => false,
    };
    match digits.len() {
        _ if proven => Verdict::Proves,
        6..=12 => Verdict::Holds,
        _ => Verdict::Fails,
    }
}

/// What follows the digits that are dialled to leave a country: `00`, and `011` in North America.
pub(super) fn exit(digits: &[u8]) -> Option<&[u8]> {
    match digits {
        [0, 0, rest @ ..] | [0, 1, 1, rest @ ..] if rest.len() > 9 && rest.first() != Some(&0) => Some(rest),
        _ => None,
    }
}

/// Whether the groups are those of something else.
fn is_other(form: &Form) -> bool {
    let (groups, marks) = (form.groups(), form.marks());
    let dots = marks.iter().filter(|mark| **mark == b'.').count();
    let slashes = marks.iter().filter(|mark| **mark == b'/').count();
    let first = form.group(0);
    let later_threes = groups.iter().skip(1).all(|len| *len == 3);
    match (groups, form.bracketed) {
        // A social security number; card numbers and the like; ISBN.
        ([3, 2, 4] | [4, 4, 4, _, ..] | [_, .., 4, 4, 4], _) => true,
        ([4, 4, 4], _) => form.digits().first() != Some(&0),
        ([3, ..], None) if matches!(first, 978 | 979) && form.digits().len() == 13 => true,
        // One fraction, or an address of a machine, or thousands; coordinates.
        ([_, _], _) if dots == 1 => true,
        ([..=3, ..=3, ..=3, ..=3], _) if dots == 3 => true,
        (_, None) if dots > 0 && later_threes => true,
        ([..=2, ..] | [_, _], None) if dots > 0 && dots < marks.len() && slashes == 0 => true,
        (_, None) if dots > 0 && dots < marks.len() && slashes == 0 => form.digits().first() != Some(&0),
        // A single digit before: a trunk digit, or thousands and ISBN.
        ([1, ..], None) => {
            form.digits().len() < 10
                || !matches!(first, 0 | 1 | 7 | 8)
                || (first == 0 && marks.first() == Some(&b'-'))
        }
        // A house and a ZIP code: nobody has five and four.
        ([5, 4], None) => true,
        // A single digit at the end: a check digit, but for the exchange's `-0`. Banks have 0711-0130-7.
        ([.., 1], _) => form.digits().first() != Some(&0) || groups == [4, 4, 1],
        _ => slashes > 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{alone, within};
    use super::*;
    use Verdict::{Fails, Holds, Proves};

    #[test]
    fn distinctive_forms_are_proven() {
        for number in [
            "(415) 555-0132",
            "415.555.0132",
            "1-415-555-0132",
            "062-085-9260x155",
            "020 7946 0958",
            "(01632) 960 001",
            "0044 20 7946 0958",
            "001-668-040-8670x1711",
            "01 84 17 61 18",
            "01.84.17.61.18",
            "030/901820-0",
            "030 90 18 20 00",
            "0393 1144137",
            "06-24312407",
            "03-1234-5678",
            "0812 3406 7891",
            "040 123456",
            "068.129-2531",
            "010-1234-5678",
            "0 (532) 1234567",
            "532 123 45 67",
            "8 (495) 123-45-67",
            "138 0013 8000",
            "11 98456-5666",
            "(71) 4233-6306",
            "(37) 788-063",
            "(03) 5327 5996",
            "02/123.45.67",
        ] {
            assert_eq!(alone(check, number), Proves, "{number}");
        }
    }

    #[test]
    fn groups_that_may_be_anything_hold() {
        for number in [
            "510-070-889",
            "467 3395",
            "555-0132",
            "60-56-85-91",
            "61 51 81",
            "975 97 287",
            "98480 22338",
            "9472 7916",
            "418 8764312",
        ] {
            assert_eq!(alone(check, number), Holds, "{number}");
        }
        assert_eq!(within(check, "fax ", "223-087-9502", ""), Holds);
        assert_eq!(alone(check, "223-087-9502"), Fails);
    }

    #[test]
    fn others_fail() {
        for none in [
            "2024-01-15",
            "15.01.2024",
            "01/02/2024",
            "1990-1995",
            "2024-01-15 10",
            "192.168.100.200",
            "078-05-1120",
            "4111 1111 1111 1111",
            "978-3-16-148410-0",
            "0-306-40615-2",
            "12.345678",
            "1.234.567",
            "914.325.776",
            "1 234 567 890",
            "1 234 567",
            "40.7128 74.0060",
            "123-456-7890",
            "000-000-0000",
            "123.456.789-00",
            "12 34",
            "4155550132",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        for (before, value) in [
            ("2024-", "415-555-0132"),
            ("+49 ", "(30) 901-8200"),
            ("a-", "415-555-0132"),
            ("12 ", "415-555-0132"),
            ("$", "415 555 0132"),
            ("€", "415 555 0132"),
        ] {
            assert_eq!(within(check, before, value, ""), Fails, "{before}{value}");
        }
        assert_eq!(within(check, "tel ", "1234-5678", "-"), Fails);
        assert_eq!(within(check, "tel ", "4111 1111", " 1111"), Fails);
        assert_eq!(within(check, "53703 ", "(608) 555-0132", ""), Proves);
        assert_eq!(within(check, "at\n", "(608) 555-0132", "-"), Proves);
    }

    #[test]
    fn every_area_of_north_america_is_proven_or_not() {
        for area in 0..1000 {
            let number = format!("({area:03}) 555-0132");
            let digits: Vec<u8> = format!("{area:03}5550132")
                .bytes()
                .map(|digit| digit - b'0')
                .collect();
            let american = is_american(&digits);
            let number = number.replace(['(', ')'], "");
            let trunk = (10..100).contains(&area);
            assert_eq!(alone(check, &number) == Proves, american || trunk, "{area}");
        }
    }
}
