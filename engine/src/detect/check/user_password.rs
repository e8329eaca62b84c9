//! `user:password` as an argument of a command, and the same in base 64 after `Basic`.

use super::label;
use super::{Candidate, Verdict, password};

/// Fails where user or password stand for other ones: `$USER:$PASSWORD`, `<user:password>`, `username:token`.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let unquoted = |text: &[u8]| -> core::ops::Range<usize> {
        let quote = |byte: &u8| b"\"'".contains(byte);
        let from = text.iter().position(|byte| !quote(byte)).unwrap_or(text.len());
        let to = text
            .iter()
            .rposition(|byte| !quote(byte))
            .map_or(from, |last| last + 1);
        from..to
    };
    let value = value.get(unquoted(value)).unwrap_or_default();
    let Some(colon) = value.iter().position(|byte| *byte == b':') else {
        return Verdict::Fails;
    };
    let (user, secret) = value.split_at(colon);
    let secret = secret.get(1..).unwrap_or_default();
    let secret = secret.get(unquoted(secret)).unwrap_or_default();
    let whole = candidate.after.first().is_none_or(password::ends_value);
    let elsewhere = |text: &[u8]| {
        password::stands_for_one(text) || text.first().is_some_and(|first| b"$<{%".contains(first))
    };
    if !whole || elsewhere(user) || secret.len() < 4 || elsewhere(secret) || password::is_word(secret) {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

/// Proves base 64 of a user, a colon, and a password.
pub(super) fn basic(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    if !candidate.after.first().is_none_or(password::ends_value)
        || !label::read(candidate.before).name.eq_ignore_ascii_case(b"basic")
    {
        return Verdict::Fails;
    }
    let (mut bits, mut have, mut colon) = (0_u32, 0, false);
    for byte in value.iter().take_while(|byte| **byte != b'=') {
        let Some(sextet) = super::sextet(*byte) else {
            return Verdict::Fails;
        };
        bits = bits << 6 | sextet;
        have += 6;
        if have >= 8 {
            have -= 8;
            let decoded = (bits >> have & 0xFF) as u8;
            colon |= decoded == b':';
            if decoded < b' ' || decoded == 0x7F {
                return Verdict::Fails;
            }
        }
    }
    if colon { Verdict::Proves } else { Verdict::Fails }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;

    #[test]
    fn arguments_with_a_password_hold() {
        for right in [
            "elastic:P@ssw0rd$1",
            "'api:d2LkV78zLx!t'",
            "kevin:'pRf7vG2h1L8n'",
            "a@example.com:pQ9wTx",
        ] {
            assert_eq!(alone(check, right), Verdict::Holds, "{right}");
        }
        for wrong in [
            "$USER:$PASSWORD",
            "<user:password>",
            "username:token",
            "\"${u}:${p}\"",
            "me:****",
            "me",
            "me:x",
        ] {
            assert_eq!(alone(check, wrong), Verdict::Fails, "{wrong}");
        }
    }

    #[test]
    fn base_64_is_decoded() {
        assert_eq!(
            within(basic, "Authorization: Basic ", "YWxhZGRpbjpvcGVuc2VzYW1l", "\""),
            Verdict::Proves
        );
        assert_eq!(
            within(basic, "Authorization: Basic ", "YWxhZGRpbg==", "\""),
            Verdict::Fails
        );
        assert_eq!(
            within(basic, "", "YWxhZGRpbjpvcGVuc2VzYW1l", "\""),
            Verdict::Fails
        );
        assert_eq!(within(basic, "basic ", "understanding", " "), Verdict::Fails);
    }
}
