//! A token whose form says what it is: only fillers in that form are none.

use super::random::Looks;
use super::{Candidate, Verdict};

/// Fails where what follows the prefix is one sign over and over, a sequence, or says that it stands for a token.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let looks = Looks::of(value);
    // The end is as long as what is drawn in most forms, and no prefix lies in it.
    let end = value.get(value.len() / 2..).unwrap_or_default();
    let few = Looks::of(end).distinct < if end.len() < 16 { 5 } else { 6 } && end.len() > 7;
    // The end of a longer value, or a file's name.
    let part = candidate
        .after
        .first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
        || candidate.before.last() == Some(&b'.') && candidate.after.first() == Some(&b'.');
    let crosses = |sign: u8| {
        end.windows(4)
            .any(|four| four.iter().all(|byte| byte.eq_ignore_ascii_case(&sign)))
    };
    if few || part || looks.counting >= 10 || looks.rising >= 20 || crosses(b'x') {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn fillers_fail() {
        for filler in [
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "glpat-XXXXXXXXXXX-XXXXXXXX",
            "GR134894112312312312312312312",
            "sk_abcdefghijklmnopqrstuvwxyz123",
            "",
        ] {
            assert_eq!(
                alone(check, filler),
                if filler.is_empty() {
                    Verdict::Holds
                } else {
                    Verdict::Fails
                }
            );
        }
        assert_eq!(alone(check, "dop_v1_8f2d0c1b7e6a4f53a9d8e7"), Verdict::Holds);
    }
}
