//! The value of a name that says it is secret: `api_token = "…"`, `clientSecret: …`, `Authorization: Bearer …`.

use super::label::{self, Says, Tie};
use super::random::Looks;
use super::{Candidate, Verdict, password, placeholder};

/// The longest value the catalogue's patterns take: only such a one may stop inside of a longer text.
pub(super) const LONGEST: usize = 200;

/// Holds for a random value under a name that ends in `token`, `api_key`, `auth`, or in a plain `key` that something
/// qualifies; under `secret` also for one that a person made. Fails for words, identifiers, code and placeholders.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let label = label::read(candidate.before);
    if label.tie == Tie::None || !is_whole(candidate, LONGEST) || placeholder::stands_for_one(value) {
        return Verdict::Fails;
    }
    let looks = Looks::of(value);
    let named = |word: &[u8]| {
        label
            .name
            .windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    };
    let good = match label.says() {
        Says::Secret if looks.rising >= 7 && looks.letters > looks.digits && value.starts_with(b"abc") => {
            false
        }
        Says::Secret if looks.len >= 12 && is_drawn(value, &looks) => true,
        Says::Secret if named(b"secret") || named(b"psk") => {
            label.tie == Tie::Assigned && !looks.is_filler() && is_made(value, &looks)
        }
        // Without a qualifier only where it is assigned, and long.
        Says::Maybe => {
            let drawn = looks.len >= 20 && is_drawn(value, &looks);
            // A member `"key"` may be of anything; `key = "…"` is a key.
            let equals = candidate.before.iter().rfind(|byte| !b" \t\"'`".contains(byte));
            label.tie == Tie::Assigned
                && drawn
                && (label.name.len() > 3 || equals == Some(&b'=') && label.quote.is_some())
        }
        _ => false,
    };
    if good { Verdict::Holds } else { Verdict::Fails }
}

/// Whether it looks drawn at random: mixed, a UUID, or many digits.
pub(super) fn is_drawn(value: &[u8], looks: &Looks) -> bool {
    looks.is_random()
        || is_uuid(value) && !looks.is_filler()
        || looks.digits == looks.len && looks.len >= 15 && !looks.is_filler()
}

/// Whether a person may have made it up as a secret: words, but with digits and letters, or with a sign.
fn is_made(value: &[u8], looks: &Looks) -> bool {
    let words = value.iter().any(|byte| b"-_.".contains(byte));
    let mixed = looks.len >= 8
        && looks.digits > 0
        && (looks.turns >= 2 || looks.turns == 1 && !words && looks.digits >= 4 && looks.letters >= 4);
    !value.contains(&b'=')
        && (mixed || looks.signs > 0 && looks.letters > 0)
        && !password::is_code(value)
        && looks.same < 4
}

/// Whether the candidate is all of its value: begins like one and ends where one ends.
pub(super) fn is_whole(candidate: &Candidate<'_>, longest: usize) -> bool {
    let value = candidate.value;
    let goes_on = value.len() < longest && !candidate.after.first().is_none_or(password::ends_value);
    let begins = value
        .first()
        .is_some_and(|first| !b"=:>?)]}~|\"'`".contains(first));
    let ends = value.last().is_some_and(|last| !b"([{:?".contains(last)) && !value.ends_with(b"--");
    begins && ends && !goes_on && !password::stands_for_one(value)
}

/// Eight, four, four, four, twelve.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && (0..).zip(value).all(|(place, byte)| {
            if matches!(place, 8 | 13 | 18 | 23) {
                *byte == b'-'
            } else {
                byte.is_ascii_alphanumeric()
            }
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::within;
    use super::*;

    #[test]
    fn values_of_secret_names_hold() {
        for (before, value) in [
            ("herokuToken=\"", "46c10c08-2907-5c87-1132-bced27ee3b49"),
            ("client_secret: ", "8f2d0c1b7e6a4f53"),
            ("Authorization: Bearer ", "Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB"),
            ("jwt_secret = '", "development#2024"),
            ("acme_key = '", "yL2f3t1lcxA2bon0q9Zz"),
            ("set(\"API_KEY\", \"", "951bc382db9abad29c68634761dd6e19"),
            ("acme api key: ", "951bc382db9abad29c68634761dd6e19"),
            ("acme key = '", "951bc382db9abad29c68634761dd6e19"),
        ] {
            assert_eq!(
                within(check, before, value, "'"),
                Verdict::Holds,
                "{before}{value}"
            );
        }
    }

    #[test]
    fn other_names_and_other_values_fail() {
        for (before, value) in [
            ("public_key = '", "yL2f3t1lcxA2bon0q9Zz"),
            ("commit: ", "951bc382db9abad29c68634761dd6e19"),
            ("api_key = '", "YOUR_API_KEY_0123"),
            ("api_key = '", "xxxxxxxxxxxxxxxxxxxx"),
            ("token = ", "getTokenFromServer"),
            ("key: \"", "yL2f3t1lcxA2bon0q9Zz"),
            ("nextPageToken: \"", "yL2f3t1lcxA2bon0q9Zz"),
            ("https://example.com/", "yL2f3t1lcxA2bon0q9Zz"),
            ("secret_length = ", "X25519.secret_length"),
        ] {
            assert_eq!(
                within(check, before, value, "'"),
                Verdict::Fails,
                "{before}{value}"
            );
        }
        assert_eq!(
            within(check, "token=", "951bc382db9abad29c68634761dd6e19", "("),
            Verdict::Fails
        );
    }
}
