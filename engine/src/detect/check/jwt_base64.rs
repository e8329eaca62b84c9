//! A JSON Web Token that was encoded in base 64 once more: what is inside is base 64 again, and begins a JSON object.

use super::{Candidate, Verdict};

/// Holds where the first bytes decode to `eyJ` and more of the base 64 alphabet.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let inner = |four: &[u8]| {
        let sextets = four.iter().map(|byte| super::sextet(*byte));
        let bits = sextets.fold(Some(0_u32), |bits, sextet| Some(bits? << 6 | sextet?))?;
        let [_, bytes @ ..] = bits.to_be_bytes();
        bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(byte))
            .then_some(())
    };
    let (fours, _) = value.as_chunks::<4>();
    if value.starts_with(b"ZXlK") && fours.iter().all(|four| inner(four).is_some()) {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn what_is_inside_decides() {
        assert_eq!(
            alone(check, "ZXlKaGJHY2lPaUpJVXpJMU5pSjkuZXlKemRXSWlP"),
            Verdict::Holds
        );
        assert_eq!(
            alone(check, "ZXlKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            Verdict::Fails
        );
        assert_eq!(alone(check, ""), Verdict::Fails);
    }
}
