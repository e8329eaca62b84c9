//! Bech32 (BIP 173) and Bech32m (BIP 350): a name, `1`, words of five bits, six of them a checksum.

use super::super::{Candidate, Verdict};

/// The signs in order.
const SIGNS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// What an address of a chain begins with: Bitcoin, Litecoin, Cardano, and chains built with the Cosmos kit.
const NAMES: [&[u8]; 9] = [
    b"bc",
    b"ltc",
    b"addr",
    b"stake",
    b"cosmos",
    b"osmo",
    b"terra",
    b"inj",
    b"celestia",
];

/// Proves an address in one case whose checksum is right.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let mixed = value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    let Some(mark) = value.iter().rposition(|sign| *sign == b'1') else {
        return Verdict::Fails;
    };
    let (name, words) = value.split_at(mark);
    if mixed || words.len() < 14 || !NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return Verdict::Fails;
    }
    let high = name.iter().map(|sign| sign.to_ascii_lowercase() >> 5);
    let low = name.iter().map(|sign| sign & 31);
    let sum = high.chain([0]).chain(low).fold(1, step);
    let sum = words.iter().skip(1).try_fold(sum, |sum, sign| {
        let sign = sign.to_ascii_lowercase();
        let word = SIGNS.iter().position(|known| *known == sign)?;
        Some(step(sum, word as u8))
    });
    match sum {
        Some(1 | 0x2BC8_30A3) => Verdict::Proves,
        _ => Verdict::Fails,
    }
}

/// The checksum, one word further.
fn step(sum: u32, word: u8) -> u32 {
    const GENERATOR: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let top = sum >> 25;
    let sum = (sum & 0x01FF_FFFF) << 5 ^ u32::from(word);
    (0..5)
        .zip(GENERATOR)
        .filter(|(bit, _)| top >> bit & 1 == 1)
        .fold(sum, |sum, (_, generator)| sum ^ generator)
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::alone;
    use super::*;
    use Verdict::{Fails, Proves};

    /// The example of BIP 173, and one of BIP 350.
    const RIGHT: [&str; 3] = [
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ];

    #[test]
    fn the_standards_examples_are_proven() {
        for address in RIGHT {
            assert_eq!(alone(check, address), Proves, "{address}");
        }
    }

    #[test]
    fn every_wrong_sign_fails() {
        for place in 3..RIGHT[0].len() {
            for sign in SIGNS {
                let mut wrong = RIGHT[0].as_bytes().to_vec();
                wrong[place] = *sign;
                let wrong = String::from_utf8(wrong).unwrap();
                assert_eq!(alone(check, &wrong) == Proves, wrong == RIGHT[0], "{wrong}");
            }
        }
        for none in [
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7Kv8f3t4",
            "bc1",
            "bc1qqqqqq",
            "bc",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
    }
}
