//! A random value under a name that says `key`, `token`, `secret`: for those whose own word is common in ordinary text.

use super::label::Says;
use super::{Candidate, Verdict, labelled};

/// Holds for a value that looks random, under a name that says that it is a credential.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    labelled::judge(candidate, Says::Maybe)
}

#[cfg(test)]
mod tests {
    use super::super::tests::within;
    use super::*;

    #[test]
    fn the_name_decides() {
        let value = "951bc382db9abad29c68634761dd6e19";
        for before in ["square_key = '", "token: ", "SECRET "] {
            assert_eq!(within(check, before, value, "'"), Verdict::Holds, "{before}");
        }
        for before in ["square = '", "square: ", "square ", "square/", "commit "] {
            assert_eq!(within(check, before, value, "'"), Verdict::Fails, "{before}");
        }
    }
}
