//! Base58Check: Bitcoin's form, which Litecoin, Dogecoin, Dash, Zcash, Tron and others took over, and Ripple's with
//! another order of signs.

use super::super::{Candidate, Verdict};
use sha2::{Digest, Sha256};

/// The signs in Bitcoin's order.
const BITCOIN: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// And in Ripple's.
const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// The longest address: 26 bytes.
const LONGEST: usize = 26;

/// What an address begins with, by how long it is without the checksum: Bitcoin, Litecoin, Dogecoin, Dash, Tron;
/// Zcash has two bytes.
const VERSIONS: [u8; 10] = [0, 5, 0x30, 0x32, 0x1E, 0x16, 0x4C, 0x10, 0x41, 0x3C];
const ZCASH: [[u8; 2]; 2] = [[0x1C, 0xB8], [0x1C, 0xBD]];

/// Proves an address whose version somebody uses and whose checksum is that of the rest.
pub(in super::super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let signs = match candidate.value.first() {
        Some(b'r') => RIPPLE,
        _ => BITCOIN,
    };
    let mut room = [0; LONGEST];
    let Some(bytes) = decode(candidate.value, signs, &mut room) else {
        return Verdict::Fails;
    };
    let version = match bytes {
        [version, ..] if bytes.len() == 25 && core::ptr::eq(signs, RIPPLE) => *version == 0,
        [version, ..] if bytes.len() == 25 => VERSIONS.contains(version),
        [one, two, ..] if bytes.len() == 26 => ZCASH.contains(&[*one, *two]),
        _ => false,
    };
    let (body, sum) = bytes.split_at(bytes.len().saturating_sub(4));
    if version && Sha256::digest(Sha256::digest(body)).starts_with(sum) {
        Verdict::Proves
    } else {
        Verdict::Fails
    }
}

/// Holds for 32 bytes: a public key, which has no checksum.
pub(in super::super) fn solana(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let mixed = [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase]
        .iter()
        .all(|kind| value.iter().any(kind));
    let mut room = [0; 32];
    match decode(value, BITCOIN, &mut room) {
        Some(bytes) if bytes.len() == 32 && mixed => Verdict::Holds,
        _ => Verdict::Fails,
    }
}

/// The bytes that base 58 stands for, at the end of the room; `None` where a sign is none or there is no room.
fn decode<'a>(text: &[u8], signs: &[u8; 58], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let zeros = text
        .iter()
        .take_while(|sign| Some(*sign) == signs.first())
        .count();
    // How many bytes at the end of the room are in use.
    let mut used = 0;
    for sign in text {
        let mut carry = signs.iter().position(|known| known == sign)? as u32;
        let len = room.len();
        for (back, slot) in room.iter_mut().rev().enumerate() {
            if back >= used && carry == 0 {
                break;
            }
            used = used.max(back + 1);
            carry += u32::from(*slot) * 58;
            *slot = carry as u8;
            carry >>= 8;
        }
        if carry != 0 || used > len {
            return None;
        }
    }
    room.get(room.len().checked_sub(used + zeros)?..)
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::alone;
    use super::*;
    use Verdict::{Fails, Proves};

    /// The address of a version and 20 bytes.
    fn encode(version: &[u8], signs: &[u8; 58]) -> String {
        let mut bytes = version.to_vec();
        bytes.extend((1..=20).map(|byte: u8| byte.wrapping_mul(37)));
        let sum = Sha256::digest(Sha256::digest(&bytes));
        bytes.extend(&sum[..4]);
        let mut digits: Vec<u8> = Vec::new();
        for byte in &bytes {
            let mut carry = u32::from(*byte);
            for digit in &mut digits {
                carry += u32::from(*digit) << 8;
                *digit = (carry % 58) as u8;
                carry /= 58;
            }
            while carry > 0 {
                digits.push((carry % 58) as u8);
                carry /= 58;
            }
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let digits = core::iter::repeat_n(&0, zeros).chain(digits.iter().rev());
        digits
            .map(|digit| char::from(signs[usize::from(*digit)]))
            .collect()
    }

    #[test]
    fn every_version_is_proven_and_others_fail() {
        for version in 0..=255_u8 {
            let address = encode(&[version], BITCOIN);
            let known = VERSIONS.contains(&version);
            assert_eq!(alone(check, &address) == Proves, known, "{address}");
        }
        for version in ZCASH {
            assert_eq!(alone(check, &encode(&version, BITCOIN)), Proves);
        }
        assert_eq!(alone(check, &encode(&[0], RIPPLE)), Proves);
        // The first block's, as everybody knows it.
        assert_eq!(alone(check, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), Proves);
    }

    #[test]
    fn every_wrong_sign_fails() {
        let right = encode(&[0x30], BITCOIN);
        for place in 1..right.len() {
            for sign in BITCOIN {
                let mut wrong = right.clone().into_bytes();
                wrong[place] = *sign;
                let wrong = String::from_utf8(wrong).unwrap();
                assert_eq!(alone(check, &wrong) == Proves, wrong == right, "{wrong}");
            }
        }
        for none in ["", "1", "0OIl", &"z".repeat(40)] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
    }

    #[test]
    fn keys_of_32_bytes_hold() {
        assert_eq!(
            alone(solana, "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"),
            Verdict::Holds
        );
        assert_eq!(alone(solana, "7EcDhSYGxXyscszYEp35KHN8"), Fails);
        assert_eq!(alone(solana, &"1".repeat(32)), Fails);
    }
}
