//! Vehicle identification numbers: ISO 3779, seventeen signs; in North America the ninth is a check digit.

use super::{Candidate, Verdict};

/// Proves one whose check digit fits; holds for seventeen letters and digits of those that are allowed.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = candidate.value;
    let signs = value.iter().map(|sign| {
        let sign = sign.to_ascii_uppercase();
        Some(match sign {
            b'0'..=b'9' => u32::from(sign - b'0'),
            b'A'..=b'H' => u32::from(sign - b'A') + 1,
            b'J'..=b'N' => u32::from(sign - b'J') + 1,
            b'P' => 7,
            b'R' => 9,
            b'S'..=b'Z' => u32::from(sign - b'S') + 2,
            _ => return None,
        })
    });
    let sum = signs
        .zip(WEIGHTS)
        .try_fold(0, |sum, (sign, weight)| Some(sum + sign? * weight));
    let digits = value.iter().filter(|sign| sign.is_ascii_digit()).count();
    // The last four are digits everywhere.
    let serial = value.iter().rev().take(4).all(u8::is_ascii_digit);
    let (Some(sum), 17, 4..=16, true) = (sum, value.len(), digits, serial) else {
        return Verdict::Fails;
    };
    let right = match sum % 11 {
        10 => b'X',
        digit => digit as u8 + b'0',
    };
    match value.get(8) {
        Some(sign) if sign.to_ascii_uppercase() == right => Verdict::Proves,
        _ => Verdict::Holds,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;
    use Verdict::{Fails, Holds, Proves};

    #[test]
    fn one_check_sign_of_eleven_is_proven() {
        let proven = "0123456789X"
            .chars()
            .filter(|sign| alone(check, &format!("1M8GDM9A{sign}KP042788")) == Proves);
        assert_eq!(proven.collect::<String>(), "X");
        assert_eq!(alone(check, "WVWZZZ1JZ3W386752"), Holds);
    }

    #[test]
    fn others_fail() {
        for none in [
            "1M8GDM9AXKP04278",
            "IM8GDM9AXKP042788",
            "11111111111111111",
            "1M8GDM9AXKP04278X",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
    }
}
