//! E-mail addresses with letters beyond ASCII (RFC 6531), or with an apostrophe or `&` inside of the name.

use super::{Candidate, Verdict};

/// Holds for an address that is not plain ASCII, or has such a sign between two letters.
///
/// Letters of the scripts that part words by blanks belong to a name. In Chinese, Japanese and Korean text an address
/// follows directly: there, only that part is one which is ASCII, and that is not found here.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(at) = candidate.value.iter().position(|byte| *byte == b'@') else {
        return Verdict::Fails;
    };
    let (local, domain) = candidate.value.split_at(at);
    let domain = domain.get(1..).unwrap_or_default();
    let beyond = |text: &[u8]| text.iter().any(|byte| !byte.is_ascii());
    let spaced = |text: &[u8]| {
        text.iter()
            .all(|byte| *byte < 0xE3 || *byte >= 0xEE && *byte < 0xEF)
    };
    let sign = |byte: &u8| matches!(byte, b'\'' | b'&');
    let letter =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    let ends = letter(local.first()) && letter(local.last());
    let inner = !local.windows(2).any(|pair| pair.iter().all(sign));
    let unusual = beyond(local) || beyond(domain) || local.iter().any(sign);
    let top = domain.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let one_script = top.iter().all(u8::is_ascii) || !top.iter().any(u8::is_ascii) && top.len() >= 4;
    let labels = domain
        .split(|byte| *byte == b'.')
        .all(|label| letter(label.first()) && letter(label.last()));
    // A longer one: the match is its rest.
    let rest = candidate
        .before
        .last()
        .is_some_and(|byte| !byte.is_ascii() || byte.is_ascii_alphanumeric());
    let goes_on = candidate
        .after
        .first()
        .is_some_and(|byte| !byte.is_ascii() || byte.is_ascii_alphanumeric());
    let right = ends && inner && unusual && one_script && labels && spaced(local) && spaced(domain);
    if right && !rest && !goes_on {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;
    use Verdict::{Fails, Holds};

    #[test]
    fn unusual_addresses_hold() {
        for address in [
            "o'brien@example.com",
            "jörg@example.com",
            "почта@пример.рф",
            "info@bücher.example",
            "r&d@example.com",
        ] {
            assert_eq!(alone(check, address), Holds, "{address}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "bob@example.com",
            "'bob@example.com",
            "联系bob@example.com",
            "jörg@example.é",
            "jörg@.com",
            "@",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "", "jörg@example.co", "m"), Fails);
    }
}
