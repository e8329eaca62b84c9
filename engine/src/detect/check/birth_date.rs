//! Dates on which somebody may have been born.

use super::{Candidate, Verdict};

/// The years of anybody who lives, and some more.
const YEARS: core::ops::RangeInclusive<u32> = 1900..=2035;

/// Holds for a date with a day, a month and a year in some order, in digits or with the month as a word.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    // The time of day after it says nothing.
    let time = candidate
        .value
        .windows(2)
        .position(|pair| matches!(pair, [b'0'..=b'9', b'T']));
    let value = candidate
        .value
        .get(..time.map_or(candidate.value.len(), |at| at + 1))
        .unwrap_or_default();
    let mut numbers = [(0_u32, 0_usize); 3];
    let (mut count, mut within) = (0, false);
    for byte in value {
        if !byte.is_ascii_digit() {
            within = false;
            continue;
        }
        if !within {
            count += 1;
            within = true;
        }
        let Some((number, len)) = numbers.get_mut(count - 1) else {
            return Verdict::Fails;
        };
        *number = number.wrapping_mul(10).wrapping_add(u32::from(byte - b'0'));
        *len += 1;
    }
    let word = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count() >= 3;
    let day = |(number, len): (u32, usize)| (1..=31).contains(&number) && len <= 2;
    let month = |(number, len): (u32, usize)| (1..=12).contains(&number) && len <= 2;
    let year = |(number, len): (u32, usize)| len == 2 || len == 4 && YEARS.contains(&number);
    let [a, b, c] = numbers;
    let right = match count {
        1 if !word => {
            // 19800131, 31011980
            let (top, low) = (a.0 / 10_000, a.0 % 10_000);
            let both = |four: u32| {
                let (one, two) = ((four / 100, 2), (four % 100, 2));
                day(one) && month(two) || month(one) && day(two)
            };
            a.1 == 8 && (YEARS.contains(&top) && both(low) || YEARS.contains(&low) && both(top))
        }
        1 => YEARS.contains(&a.0),
        2 if word => day(a) && year(b) || year(a) && day(b),
        3 if !word => {
            let ends = (day(a) && month(b) || month(a) && day(b)) && year(c);
            ends || a.1 == 4 && year(a) && month(b) && day(c)
        }
        _ => false,
    };
    // `1.2.1990.5`, `10.0.0.1`: more of it follows or goes before.
    let row = matches!(candidate.before, [.., digit, b'.' | b'-' | b'/'] if digit.is_ascii_digit());
    if right && !row {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;
    use Verdict::{Fails, Holds};

    #[test]
    fn dates_hold() {
        for date in [
            "1980-01-31",
            "31.01.1980",
            "1/31/80",
            "19800131",
            "1980-01-31T00:00:00.000Z",
            "31011980",
            "January 31, 1980",
            "31st of January 1980",
            "31 janv. 1980",
        ] {
            assert_eq!(alone(check, date), Holds, "{date}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "1980-13-31",
            "32.01.1980",
            "10.0.0.1",
            "1980",
            "99999999",
            "31 January 1780",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "1.", "31.01.1980", ""), Fails);
    }

    #[test]
    fn every_day_of_a_year_holds_in_every_order() {
        for month in 1..=14 {
            for day in 0..=33 {
                let right = (1..=12).contains(&month) && (1..=31).contains(&day);
                assert_eq!(alone(check, &format!("1984-{month:02}-{day:02}")) == Holds, right);
                let either = right || (1..=12).contains(&day) && month <= 31;
                assert_eq!(
                    alone(check, &format!("{day:02}.{month:02}.1984")) == Holds,
                    either
                );
            }
        }
    }
}
