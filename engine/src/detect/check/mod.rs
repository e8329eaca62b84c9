//! What a pattern cannot say about a value: check digits, ranges, reserved values. One pure function a file.
//!
//! A check sees one candidate and answers at once; it allocates nothing and takes time linear in the candidate.

mod aws_key_id;
mod bic;
mod birth_date;
mod card;
mod credential;
mod crypto;
mod email;
mod email_unusual;
mod github;
mod iban;
mod id;
mod imei;
mod ipv4;
mod ipv6;
mod jwt_base64;
mod jwt_header;
mod label;
mod labelled;
mod mac;
mod numbered;
mod passport;
mod password;
mod phone;
mod placeholder;
mod plate;
mod random;
mod secret;
pub(crate) mod takes;
mod unfilled;
mod url_password;
mod us_ssn;
mod user_password;
mod vin;

/// What a check looks at, all of it decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    /// The match.
    pub(crate) value: &'a [u8],
    /// Up to 64 bytes before it, in the same text.
    pub(crate) before: &'a [u8],
    /// What follows it, as far as the longest match that begins where it does and one byte behind that; at most
    /// [`AFTER`] bytes.
    pub(crate) after: &'a [u8],
}

/// How many bytes after a match a check sees at most.
pub(crate) const AFTER: usize = 4;

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is none.
    Fails,
    /// It may be one: the detector's confidence stands.
    Holds,
    /// It is one: as sure as with a context word.
    Proves,
}

/// A check.
pub(crate) type Check = fn(&Candidate<'_>) -> Verdict;

/// Every check by its name in rules files, but those of identifiers.
const CHECKS: &[(&str, Check)] = &[
    ("account", numbered::account),
    ("aws_key_id", aws_key_id::check),
    ("basic_auth", user_password::basic),
    ("bic", bic::check),
    ("birth_date", birth_date::check),
    ("card", card::check),
    ("card_any", card::any),
    ("credential", credential::check),
    ("crypto_base58", crypto::base58),
    ("crypto_bech32", crypto::bech32),
    ("crypto_cash", crypto::cash),
    ("crypto_ethereum", crypto::ethereum),
    ("crypto_monero", crypto::monero),
    ("crypto_solana", crypto::solana),
    ("email", email::check),
    ("email_unusual", email_unusual::check),
    ("github", github::check),
    ("iban", iban::check),
    ("iban_form", iban::form),
    ("imei", imei::check),
    ("ipv4", ipv4::check),
    ("ipv6", ipv6::check),
    ("jwt_base64", jwt_base64::check),
    ("jwt_header", jwt_header::check),
    ("labelled", labelled::check),
    ("mac", mac::check),
    ("numbered", numbered::check),
    ("passport", passport::check),
    ("password", password::check),
    ("phone", phone::national),
    ("phone_international", phone::international),
    ("phone_plain", phone::plain),
    ("plate", plate::check),
    ("plate_named", plate::named),
    ("secret", secret::check),
    ("unfilled", unfilled::check),
    ("url_password", url_password::check),
    ("us_ssn", us_ssn::check),
    ("user_name", password::user),
    ("user_password", user_password::check),
    ("vin", vin::check),
];

/// The checks that may prove.
const PROVING: &[&str] = &[
    "basic_auth",
    "crypto_base58",
    "crypto_bech32",
    "crypto_cash",
    "crypto_ethereum",
    "crypto_monero",
    "github",
    "iban",
    "jwt_header",
    "phone",
    "phone_international",
    "vin",
];

/// Whether the check of a name may prove: another's proof counts as if it held.
pub(crate) fn proves(name: &str) -> bool {
    PROVING.contains(&name)
}

/// The check of a name.
pub(crate) fn by_name(name: &str) -> Option<Check> {
    let mut all = CHECKS.iter().chain(id::CHECKS);
    let found = all.find(|(known, _)| *known == name)?;
    Some(found.1)
}

/// The names of all checks.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().chain(id::CHECKS).map(|(name, _)| *name)
}

/// The digits of a value, as numbers.
fn digits(value: &[u8]) -> impl DoubleEndedIterator<Item = u8> + Clone {
    value
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| byte - b'0')
}

/// The number its digits make, as far as it fits; `None` where there are more than 19.
fn number(value: &[u8]) -> Option<u64> {
    digits(value).try_fold(0_u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// What a sign of base 64 stands for, of either alphabet.
fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Whether one of these words stands at the end of a text, with only blanks and `:`, `=`, `#` or quotes after it.
fn ends_with_word(before: &[u8], words: &[&str]) -> bool {
    let glue = |byte: &u8| matches!(byte, b' ' | b'\t' | b':' | b'=' | b'#' | b'"' | b'\'' | b'(');
    let end = before
        .iter()
        .rposition(|byte| !glue(byte))
        .map_or(0, |last| last + 1);
    let text = before.get(..end).unwrap_or_default();
    let Some(last) = text.last() else { return false };
    let ends = |word: &&&str| {
        word.bytes()
            .next_back()
            .is_some_and(|byte| byte.eq_ignore_ascii_case(last))
    };
    words.iter().filter(ends).any(|word| {
        let Some(start) = text.len().checked_sub(word.len()) else {
            return false;
        };
        let (head, tail) = text.split_at(start);
        tail.eq_ignore_ascii_case(word.as_bytes()) && !head.last().is_some_and(u8::is_ascii_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a check says to a value with nothing around it.
    pub(super) fn alone(check: Check, value: &str) -> Verdict {
        within(check, "", value, "")
    }

    /// What a check says to a value in a text.
    pub(super) fn within(check: Check, before: &str, value: &str, after: &str) -> Verdict {
        check(&Candidate {
            value: value.as_bytes(),
            before: before.as_bytes(),
            after: after.as_bytes(),
        })
    }

    #[test]
    fn names_are_sorted_and_found() {
        assert!(CHECKS.is_sorted_by_key(|entry| entry.0));
        assert!(id::CHECKS.is_sorted_by_key(|entry| entry.0));
        assert!(by_name("card").is_some() && by_name("Card").is_none());
    }

    #[test]
    fn words_end_a_text_whole() {
        assert!(ends_with_word(b"Version: ", &["version"]));
        assert!(ends_with_word(b"ip", &["ip"]));
        assert!(!ends_with_word(b"zip ", &["ip"]));
        assert!(!ends_with_word(b"", &["ip"]));
    }

    proptest::proptest! {
        #[test]
        fn no_check_panics(
            value in "[0-9A-Za-z@.:\\-+ (é_/=]{0,40}",
            before in "[a-z:. é]{0,12}",
            after in ".?",
        ) {
            for (_, check) in CHECKS.iter().chain(id::CHECKS) {
                let _ = within(*check, &before, &value, &after);
                let _ = alone(*check, &value);
            }
        }
    }
}
