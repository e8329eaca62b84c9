//! Monero's addresses: base 58 in blocks of eight bytes as eleven signs, and four bytes of Keccak-256.

use super::super::{Candidate, Verdict};
use super::keccak::keccak256;

/// The signs in order.
const SIGNS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The longest: network, two keys, a payment id, the checksum.
const LONGEST: usize = 77;

/// Proves an address of the main network: standard, integrated, or a sub-address.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let mut bytes = [0; LONGEST];
    let len = match candidate.value.len() {
        95 => 69,
        106 => 77,
        _ => return Verdict::Fails,
    };
    let slots = bytes.get_mut(..len).unwrap_or_default();
    for (signs, slots) in candidate.value.chunks(11).zip(slots.chunks_mut(8)) {
        let Some(number) = block(signs) else {
            return Verdict::Fails;
        };
        let number = number.to_be_bytes();
        let (spare, rest) = number.split_at(number.len() - slots.len());
        if spare.iter().any(|byte| *byte != 0) {
            return Verdict::Fails;
        }
        slots.copy_from_slice(rest);
    }
    let (body, sum) = bytes.get(..len).unwrap_or_default().split_at(len - 4);
    let network = matches!((body.first(), len), (Some(18 | 42), 69) | (Some(19), 77));
    if network && keccak256(body).starts_with(sum) {
        Verdict::Proves
    } else {
        Verdict::Fails
    }
}

/// The number that signs stand for.
fn block(signs: &[u8]) -> Option<u128> {
    signs.iter().try_fold(0_u128, |number, sign| {
        let digit = SIGNS.iter().position(|known| known == sign)?;
        number.checked_mul(58)?.checked_add(digit as u128)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::alone;
    use super::*;
    use Verdict::{Fails, Proves};

    /// The address of a network byte, and keys of no one.
    fn encode(network: u8, len: usize) -> String {
        let mut bytes = vec![network];
        bytes.extend((1..len - 4).map(|byte| (byte * 73) as u8));
        let sum = keccak256(&bytes);
        bytes.extend(&sum[..4]);
        let mut text = String::new();
        for eight in bytes.chunks(8) {
            let mut number = eight
                .iter()
                .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            let signs = [0, 2, 3, 5, 6, 7, 9, 10, 11][eight.len()];
            let mut block = vec![0; signs];
            for slot in block.iter_mut().rev() {
                *slot = SIGNS[(number % 58) as usize];
                number /= 58;
            }
            text.push_str(core::str::from_utf8(&block).unwrap());
        }
        text
    }

    #[test]
    fn addresses_are_proven_and_every_wrong_sign_fails() {
        assert_eq!(alone(check, &encode(42, 69)), Proves);
        assert_eq!(alone(check, &encode(19, 77)), Proves);
        assert_eq!(alone(check, &encode(24, 69)), Fails);
        let right = encode(18, 69);
        for place in 0..right.len() {
            for sign in SIGNS {
                let mut wrong = right.clone().into_bytes();
                wrong[place] = *sign;
                let wrong = String::from_utf8(wrong).unwrap();
                assert_eq!(alone(check, &wrong) == Proves, wrong == right, "{wrong}");
            }
        }
        for none in ["", "4", &"4".repeat(95), &"z".repeat(106)] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
    }
}
