//! E-mail addresses: RFC 5321 and 5322 as people use them, with host names of RFC 1123.

use super::{Candidate, Verdict};

/// Names of files that look like a domain's end: `icon@2x.png`, `bundle@1.js`. Padded with NUL.
const FILES: [[u8; 4]; 16] = [
    *b"png\0", *b"jpg\0", *b"jpeg", *b"gif\0", *b"svg\0", *b"webp", *b"ico\0", *b"css\0", *b"js\0\0",
    *b"mjs\0", *b"ts\0\0", *b"json", *b"html", *b"pdf\0", *b"scss", *b"map\0",
];

/// RFC 5321 section 4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// RFC 1035 section 2.3.4.
const LONGEST_DOMAIN: usize = 253;

/// Holds for a name before the `@` and a host name with a top level of letters after it.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(at) = candidate.value.iter().position(|byte| *byte == b'@') else {
        return Verdict::Fails;
    };
    let (local, domain) = candidate.value.split_at(at);
    let domain = domain.get(1..).unwrap_or_default();
    // What stands before the `@` is taken as it comes: `...bob@example.com` is still someone's address, and to mask
    // three dots more is better than to miss it. `git@github.com:owner` is where a program connects.
    let local_right = (1..=LONGEST_LOCAL).contains(&local.len())
        && local.iter().any(u8::is_ascii_alphanumeric)
        && local != b"git";
    // The rest of a longer one: its start was a candidate too.
    let rest = local.len() < LONGEST_LOCAL && candidate.before.last().is_some_and(is_local);
    if local_right && !rest && is_host(domain) {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

/// Whether it is a host name of several labels (letters, digits and inner hyphens, at most 63), the last one letters,
/// or an internationalised one, and no file's.
fn is_host(domain: &[u8]) -> bool {
    if domain.len() > LONGEST_DOMAIN {
        return false;
    }
    let mut label = Label::default();
    let mut labels = 1;
    for byte in domain {
        match byte {
            b'.' if !label.is_whole() => return false,
            b'.' => {
                label = Label::default();
                labels += 1;
                continue;
            }
            b'-' if label.len == 0 => return false,
            b'-' => label.of_letters = false,
            _ if byte.is_ascii_alphabetic() => {}
            _ if byte.is_ascii_digit() => label.of_letters = false,
            _ => return false,
        }
        label.len += 1;
        label.ends_in_hyphen = *byte == b'-';
    }
    let (_, top) = domain.split_at(domain.len() - label.len);
    let encoded = || {
        top.get(..4)
            .is_some_and(|mark| mark.eq_ignore_ascii_case(b"xn--"))
    };
    labels >= 2 && label.is_whole() && label.len >= 2 && (label.of_letters || encoded()) && !is_file(top)
}

/// Whether it is how the names of files end.
fn is_file(top: &[u8]) -> bool {
    let mut small = [0; 4];
    let Some(room) = small.get_mut(..top.len()) else {
        return false;
    };
    for (to, byte) in room.iter_mut().zip(top) {
        *to = byte.to_ascii_lowercase();
    }
    FILES.contains(&small)
}

/// A label as far as it was read.
struct Label {
    len: usize,
    of_letters: bool,
    ends_in_hyphen: bool,
}

impl Default for Label {
    fn default() -> Self {
        Self {
            len: 0,
            of_letters: true,
            ends_in_hyphen: false,
        }
    }
}

impl Label {
    /// Whether it may end here.
    fn is_whole(&self) -> bool {
        (1..=63).contains(&self.len) && !self.ends_in_hyphen
    }
}

/// What the catalogue's pattern takes before the `@`.
fn is_local(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._%+-".contains(byte)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;

    #[test]
    fn addresses_hold() {
        for address in [
            "bob@example.com",
            "first.last+tag@sub.example.co.uk",
            "a@xn--bcher-kva.example",
            "x_y%z@example.museum",
            "user@example.xn--p1ai",
        ] {
            assert_eq!(alone(check, address), Verdict::Holds, "{address}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "bob@example",
            "bob@-example.com",
            "bob@example-.com",
            "bob@example..com",
            "...@example.com",
            "@example.com",
            "bob@example.c0m",
            "icon@2x.png",
            "lib@1.2.3",
            "git@github.com",
            "",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
        assert_eq!(within(check, "g", "it@github.com", ":"), Verdict::Fails);
        assert_eq!(within(check, "=", "...bob@example.com", ""), Verdict::Holds);
    }
}
