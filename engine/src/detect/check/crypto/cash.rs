//! Bitcoin Cash's addresses: `bitcoincash:`, words of five bits, eight of them a checksum of forty bits.

use super::super::{Candidate, Verdict};

/// The signs in order.
const SIGNS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// What is summed first, and often left out of what is written.
const NAME: &[u8] = b"bitcoincash";

/// Proves an address with the right checksum, with its name or without.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let words = match candidate.value.iter().position(|sign| *sign == b':') {
        Some(colon) => candidate.value.get(colon + 1..).unwrap_or_default(),
        None => candidate.value,
    };
    let name = NAME.iter().map(|sign| sign & 31).chain([0]).fold(1, step);
    let sum = words.iter().try_fold(name, |sum, sign| {
        let sign = sign.to_ascii_lowercase();
        let word = SIGNS.iter().position(|known| *known == sign)?;
        Some(step(sum, word as u8))
    });
    if words.len() >= 42 && sum == Some(1) {
        Verdict::Proves
    } else {
        Verdict::Fails
    }
}

/// The checksum, one word further.
fn step(sum: u64, word: u8) -> u64 {
    const GENERATOR: [u64; 5] = [
        0x98_F2BC_8E61,
        0x79_B76D_99E2,
        0xF3_3E5F_B3C4,
        0xAE_2EAB_E2A8,
        0x1E_4F43_E470,
    ];
    let top = sum >> 35;
    let sum = (sum & 0x07_FFFF_FFFF) << 5 ^ u64::from(word);
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

    /// An example of the CashAddr specification.
    const RIGHT: &str = "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a";

    #[test]
    fn the_specifications_example_is_proven() {
        assert_eq!(alone(check, RIGHT), Proves);
        assert_eq!(alone(check, &format!("bitcoincash:{RIGHT}")), Proves);
    }

    #[test]
    fn every_wrong_sign_fails() {
        for place in 0..RIGHT.len() {
            for sign in SIGNS {
                let mut wrong = RIGHT.as_bytes().to_vec();
                wrong[place] = *sign;
                let wrong = String::from_utf8(wrong).unwrap();
                assert_eq!(alone(check, &wrong) == Proves, wrong == RIGHT, "{wrong}");
            }
        }
        for none in ["", "bitcoincash:", "qpm2"] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
    }
}
