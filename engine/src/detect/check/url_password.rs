//! The user information of a URL: RFC 3986 section 3.2.1, `user:password@`.

use super::{Candidate, Verdict, password};

/// Fails where the password's form says that it is elsewhere. Weak words hold: `admin:password@` is often true.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value.strip_suffix(b"@").unwrap_or(candidate.value);
    // A host follows.
    if candidate.after.first() == Some(&b'%') {
        return Verdict::Fails;
    }
    let colon = value.iter().position(|byte| *byte == b':');
    match colon.and_then(|colon| value.get(colon + 1..)) {
        Some(secret) if !secret.is_empty() && !password::stands_for_one(secret) => Verdict::Holds,
        _ => Verdict::Fails,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn passwords_hold_and_variables_fail() {
        for right in ["admin:password@", ":x1@", "u:a:b@"] {
            assert_eq!(alone(check, right), Verdict::Holds, "{right}");
        }
        for wrong in ["u:${PASS}@", "u:****@", "u:<password>@", "u:@", "u@", ""] {
            assert_eq!(alone(check, wrong), Verdict::Fails, "{wrong}");
        }
    }
}
