//! Payment card numbers: ISO/IEC 7812, with the ranges and lengths the networks publish.

use super::{Candidate, Verdict};

/// A network's numbers: the first six digits from, to; lengths.
type Range = (u32, u32, &'static [usize]);

/// Issuer ranges. Lengths that a network allows but hardly issues are left out where the range is broad: a long
/// number in a broad range is more often a post's id that passes by chance.
const RANGES: &[Range] = &[
    // Visa
    (400_000, 499_999, &[13, 16, 19]),
    // Mastercard
    (510_000, 559_999, &[16]),
    (222_100, 272_099, &[16]),
    // American Express
    (340_000, 349_999, &[15]),
    (370_000, 379_999, &[15]),
    // Diners Club
    (300_000, 305_999, &[14]),
    (309_500, 309_599, &[14]),
    (360_000, 369_999, &[14]),
    (380_000, 399_999, &[14, 16]),
    // Discover
    (601_100, 601_199, &[16, 19]),
    (644_000, 659_999, &[16, 19]),
    // UnionPay
    (620_000, 629_999, &[16, 17, 18, 19]),
    // JCB
    (352_800, 358_999, &[16]),
    // Maestro, Switch, Solo, Dankort
    (501_800, 502_099, &[13, 14, 15, 16, 17, 18, 19]),
    (503_800, 503_899, &[13, 14, 15, 16, 17, 18, 19]),
    (589_300, 589_399, &[13, 14, 15, 16, 17, 18, 19]),
    (630_400, 630_499, &[13, 14, 15, 16, 17, 18, 19]),
    (633_110, 633_110, &[16, 18, 19]),
    (633_400, 633_499, &[16, 18, 19]),
    (675_900, 676_399, &[13, 14, 15, 16, 17, 18, 19]),
    (676_700, 676_799, &[16, 18, 19]),
    // Bankcard
    (560_221, 560_225, &[16]),
    (561_000, 561_099, &[16]),
    // Mir, RuPay, Hipercard, Troy, InstaPayment
    (220_000, 220_499, &[16]),
    (508_500, 508_999, &[16]),
    (606_282, 606_282, &[16]),
    (606_985, 608_500, &[16]),
    (979_200, 979_289, &[16]),
    (637_000, 639_999, &[16]),
];

/// More digits than this no card has.
const LONGEST: usize = 19;

/// Holds where the network knows the range and length, the check digit fits and the separators are one kind.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let mut digits = [0; LONGEST];
    let mut length = 0;
    let mut separator = None;
    // One kind of separator, four digits before the first and some between any two: else it is a list of numbers.
    let (mut group, mut least) = (0, 4);
    for byte in candidate.value {
        if byte.is_ascii_digit() {
            let Some(slot) = digits.get_mut(length) else {
                return Verdict::Fails;
            };
            *slot = byte - b'0';
            length += 1;
            group += 1;
            continue;
        }
        if group < least || separator.is_some_and(|known| known != byte) {
            return Verdict::Fails;
        }
        separator = Some(byte);
        (group, least) = (0, 1);
    }
    let digits = digits.get(..length).unwrap_or_default();
    // Nine in ten fail the check digit.
    if (separator.is_none() || group > 0)
        && luhn(digits)
        && digits.iter().any(|digit| Some(digit) != digits.first())
        && is_issued(digits)
        && !is_fraction(candidate.before)
    {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

/// Whether a network has numbers of this beginning and length.
fn is_issued(digits: &[u8]) -> bool {
    let issuer = digits
        .iter()
        .take(6)
        .fold(0, |number, digit| number * 10 + u32::from(*digit));
    RANGES
        .iter()
        .any(|(from, to, lengths)| (*from..=*to).contains(&issuer) && lengths.contains(&digits.len()))
}

/// ISO/IEC 7812-1 annex B: doubled from the right, every second one.
fn luhn(digits: &[u8]) -> bool {
    /// The sum of the digits of a doubled digit.
    const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let weighted = |(place, digit): (usize, &u8)| match place % 2 {
        0 => u32::from(*digit),
        _ => DOUBLED.get(usize::from(*digit)).map_or(0, |sum| u32::from(*sum)),
    };
    let sum: u32 = digits.iter().rev().enumerate().map(weighted).sum();
    sum.is_multiple_of(10)
}

/// Whether what stands before makes the digits the fraction of a number.
fn is_fraction(before: &[u8]) -> bool {
    matches!(before, [.., digit, b'.'] if digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;
    use Verdict::{Fails, Holds};

    #[test]
    fn test_numbers_of_every_network_hold() {
        for card in [
            "4111111111111111",
            "4222222222222",
            "5555 5555 5555 4444",
            "2223003122003222",
            "378282246310005",
            "3782-822463-10005",
            "30569309025904",
            "6011111111111117",
            "3530111333300000",
            "6200000000000005",
            "5019717010103742",
            "6304000000000000",
            "40128888 88881881",
            "2200000000000004",
        ] {
            assert_eq!(alone(check, card), Holds, "{card}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "4111111111111112", // check digit
            "411111111111111",  // length
            "1111111111111117", // no network
            "4444444444444444", // one digit, though 16 fours pass Luhn
            "4 111 1111 1111 1111",
            "4111-1111 1111-1111",
            "4111  1111 1111 1111",
            "0000000000000000",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "x = 0.", "4111111111111111", ""), Fails);
        assert_eq!(within(check, "paid. ", "4111111111111111", "."), Holds);
    }

    #[test]
    fn luhn_finds_every_single_wrong_digit() {
        let right = *b"4012888888881881";
        for place in 0..right.len() {
            for digit in b'0'..=b'9' {
                let mut card = right;
                card[place] = digit;
                assert_eq!(luhn(&card.map(|digit| digit - b'0')), card == right);
            }
        }
    }
}
