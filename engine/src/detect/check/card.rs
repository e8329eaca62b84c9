//! Payment card numbers: ISO/IEC 7812, with the ranges and lengths the networks publish.

use super::{Candidate, Verdict};

/// A network's numbers: the first six digits from, to; lengths.
type Range = (u32, u32, &'static [usize]);

/// Issuer ranges. Lengths that a network allows but hardly issues are left out where the range is broad: a long
/// number in a broad range is more often a post's id that passes by chance.
const RANGES: &[Range] = &[
    // Visa
    (400_000, 499_999, &[13, 16]),
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
    (601_100, 601_199, &[16]),
    (644_000, 659_999, &[16]),
    // UnionPay
    (620_000, 629_999, &[16, 17, 18, 19]),
    // JCB
    (352_800, 358_999, &[16]),
    (180_000, 180_099, &[15]),
    (213_100, 213_199, &[15]),
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
    (817_200, 817_201, &[16]),
    (820_000, 820_999, &[16]),
    // Elo
    (504_175, 504_175, &[16]),
    (506_699, 506_778, &[16]),
    (509_000, 509_999, &[16]),
    (627_780, 627_780, &[16]),
    (636_297, 636_368, &[16]),
    // Verve
    (506_099, 506_198, &[16, 19]),
    // UzCard, Humo
    (860_002, 860_099, &[16]),
    (986_001, 986_099, &[16]),
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
    let Some(digits) = read(candidate.value, &mut digits) else {
        return Verdict::Fails;
    };
    // Thirteen and fourteen digits in a row are the number of an article oftener than Visa's of old or Diners Club's.
    let article = digits.len() < 15 && digits.len() == candidate.value.len();
    // Nine in ten fail the check digit.
    if !article && luhn(digits) && is_mixed(digits) && is_issued(digits) && !is_fraction(candidate.before) {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

/// Holds for twelve to nineteen digits with the check digit of a card, whoever issued it: of use only where a word says
/// that it is one. New networks come, and generators do not know the ranges. The time in milliseconds and microseconds
/// is none.
pub(super) fn any(candidate: &Candidate<'_>) -> Verdict {
    let mut digits = [0; LONGEST];
    match read(candidate.value, &mut digits) {
        Some([1, ..]) if matches!(candidate.value.len(), 13 | 16) => Verdict::Fails,
        Some(digits)
            if digits.len() >= 12 && luhn(digits) && is_mixed(digits) && !is_fraction(candidate.before) =>
        {
            Verdict::Holds
        }
        _ => Verdict::Fails,
    }
}

/// The digits of a number in groups; `None` where they are no one's groups.
fn read<'a>(value: &[u8], room: &'a mut [u8; LONGEST]) -> Option<&'a [u8]> {
    let mut length = 0;
    let mut separator = None;
    // One kind of separator, four digits before the first and some between any two: else it is a list of numbers.
    let (mut group, mut least) = (0, 4);
    for byte in value {
        if byte.is_ascii_digit() {
            *room.get_mut(length)? = byte - b'0';
            length += 1;
            group += 1;
            continue;
        }
        if group < least || separator.is_some_and(|known| known != byte) {
            return None;
        }
        separator = Some(byte);
        (group, least) = (0, 1);
    }
    (separator.is_none() || group > 0)
        .then(|| room.get(..length))
        .flatten()
}

/// Whether not all digits are the same.
fn is_mixed(digits: &[u8]) -> bool {
    digits.iter().any(|digit| Some(digit) != digits.first())
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
pub(super) fn luhn(digits: &[u8]) -> bool {
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
            "4222 2222 2222 2",
            "5555 5555 5555 4444",
            "2223003122003222",
            "378282246310005",
            "3782-822463-10005",
            "3056 9309 0259 04",
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
            "4222222222222",    // as good as an article's
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

    /// A number that begins so, with the right check digit.
    fn numbered(issuer: u32, length: usize) -> String {
        let body = format!("{issuer:06}{}", &"4071936285047"[..length - 7]);
        let digits: Vec<u8> = body.bytes().map(|digit| digit - b'0').collect();
        let right = (0..10).find(|last| luhn(&[&digits[..], &[*last]].concat()));
        format!("{body}{}", right.unwrap())
    }

    #[test]
    fn every_range_ends_where_it_ends() {
        let known = |issuer: u32, length: usize| {
            let within =
                |(from, to, lengths): &&Range| (*from..=*to).contains(&issuer) && lengths.contains(&length);
            length > 14 && RANGES.iter().any(|range| within(&range))
        };
        for (from, to, _) in RANGES {
            for issuer in [from - 1, *from, *to, to + 1] {
                for length in 12..=LONGEST {
                    let card = numbered(issuer, length);
                    assert_eq!(alone(check, &card) == Holds, known(issuer, length), "{card}");
                    let time = card.starts_with('1') && matches!(length, 13 | 16);
                    assert_eq!(alone(any, &card) == Holds, !time, "{card}");
                    let last = card.len() - 1;
                    for digit in 0..10 {
                        let other = format!("{}{digit}", &card[..last]);
                        assert_eq!(alone(any, &other) == Holds, other == card && !time, "{other}");
                    }
                }
            }
        }
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
