//! GitHub's tokens: six characters at the end are a checksum of the others.

use super::{Candidate, Verdict, unfilled};

/// The signs of base 62, in order.
const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Proves a classic token whose checksum fits. Others hold: the checksum's form is described in an article, not
/// promised, and tokens with a long prefix (`github_pat_`) may have another.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some((body, sum)) = candidate
        .value
        .get(4..)
        .and_then(|rest| rest.split_at_checked(30))
    else {
        return Verdict::Fails;
    };
    if unfilled::check(candidate) == Verdict::Fails {
        return Verdict::Fails; // `ghp_xxxx…` stands for a token.
    }
    if sum.len() == 6 && sum == checksum(body) {
        Verdict::Proves
    } else {
        Verdict::Holds
    }
}

/// CRC-32 in base 62, six digits.
fn checksum(body: &[u8]) -> [u8; 6] {
    let mut rest = crc32(body);
    let mut sum = [b'0'; 6];
    for digit in sum.iter_mut().rev() {
        *digit = SIGNS.get(rest as usize % 62).copied().unwrap_or(b'0');
        rest /= 62;
    }
    sum
}

/// CRC-32 as in ISO/IEC 3309, four bits at a time: thirty bytes do not need a larger table.
fn crc32(bytes: &[u8]) -> u32 {
    let half = |sum: u32| sum >> 4 ^ STEPS.get(sum as usize & 15).copied().unwrap_or(0);
    !bytes
        .iter()
        .fold(u32::MAX, |sum, byte| half(half(sum ^ u32::from(*byte))))
}

/// What four bits do to the sum.
const STEPS: [u32; 16] = {
    let mut steps = [0; 16];
    let mut index = 0;
    while index < steps.len() {
        let mut sum = index as u32;
        let mut bit = 0;
        while bit < 4 {
            sum = sum >> 1 ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
            bit += 1;
        }
        steps[index] = sum;
        index += 1;
    }
    steps
};

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        // A revoked token that the article on the format shows.
        assert_eq!(
            alone(check, concat!("ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17")),
            Verdict::Proves
        );
    }

    #[test]
    fn a_wrong_checksum_proves_nothing_and_fillers_fail() {
        assert_eq!(
            alone(check, concat!("ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq18")),
            Verdict::Holds
        );
        assert_eq!(alone(check, &format!("ghp_{}", "x".repeat(36))), Verdict::Fails);
        assert_eq!(alone(check, "ghp_"), Verdict::Fails);
    }
}
