//! IPv4 addresses in dotted form (RFC 6943 section 3.1.1, strict).

use super::{Candidate, Verdict, ends_with_word, number};

/// Words after which four dotted numbers are a version.
const VERSION: [&str; 8] = [
    "version", "ver", "v", "release", "build", "revision", "firmware", "chrome",
];

/// Holds for four numbers of at most 255 without leading zeros that are no version and no part of a longer row.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(address) = without_prefix_length(candidate.value, 32) else {
        return Verdict::Fails;
    };
    // `1.3.6.1.4.1` is an object identifier: only its start could pass here, and only its rest is refused.
    let row = matches!(candidate.before, [.., digit, b'.'] if digit.is_ascii_alphanumeric());
    // `Chrome/120.0.6099.1`, `foo-1.2.3.4`, `v1.2.3.4`: a program's name runs into the number.
    let named = matches!(candidate.before, [.., name, b'/' | b'-'] if name.is_ascii_alphabetic())
        && !matches!(candidate.before, [.., b'p' | b'P', b'-']);
    // `4.1.2.8.3.6`: digits that somebody dotted, or an object identifier. `8.8.8.8.` ends a sentence.
    let dotted = address.len() == 7
        && candidate.after.first() == Some(&b'.')
        && address
            .iter()
            .step_by(2)
            .any(|octet| Some(octet) != address.first());
    if is_address(address) && !row && !named && !dotted && !ends_with_word(candidate.before, &VERSION) {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

/// An address without the `/24` of a network; `None` where the number is too large.
pub(super) fn without_prefix_length(value: &[u8], longest: u64) -> Option<&[u8]> {
    match value.iter().position(|byte| *byte == b'/') {
        None => Some(value),
        Some(slash) => {
            let (address, length) = value.split_at(slash);
            (number(length)? <= longest).then_some(address)
        }
    }
}

/// Four numbers from 0 to 255, each in its shortest form.
fn is_address(address: &[u8]) -> bool {
    let (mut dots, mut digits, mut octet) = (0, 0, 0_u32);
    for byte in address {
        match byte {
            b'.' if digits > 0 => (dots, digits, octet) = (dots + 1, 0, 0),
            b'0'..=b'9' if digits == 0 || octet > 0 => {
                digits += 1;
                octet = octet * 10 + u32::from(byte - b'0');
                if octet > 255 {
                    return false;
                }
            }
            _ => return false,
        }
    }
    dots == 3 && digits > 0
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;

    #[test]
    fn addresses_hold() {
        for address in [
            "192.0.2.1",
            "0.0.0.0",
            "255.255.255.255",
            "198.51.100.200",
            "192.0.2.0/24",
        ] {
            assert_eq!(alone(check, address), Verdict::Holds, "{address}");
        }
        assert_eq!(within(check, "http://", "192.0.2.1", "/"), Verdict::Holds);
        assert_eq!(within(check, "from ip-", "192.0.2.1", ""), Verdict::Holds);
    }

    #[test]
    fn every_octet_is_what_parse_says() {
        for octet in 0..1000 {
            for written in [format!("{octet}"), format!("{octet:03}")] {
                let strict = written
                    .parse::<u8>()
                    .is_ok_and(|number| number.to_string() == written);
                for address in [format!("{written}.2.3.4"), format!("1.2.3.{written}")] {
                    assert_eq!(is_address(address.as_bytes()), strict, "{address}");
                }
            }
        }
    }

    #[test]
    fn dotted_digits_fail() {
        assert_eq!(within(check, "no. ", "4.1.2.8", "."), Verdict::Fails);
        assert_eq!(within(check, "no. ", "4.1.2.8", ""), Verdict::Holds);
        assert_eq!(within(check, "dns ", "8.8.8.8", "."), Verdict::Holds);
        assert_eq!(within(check, "", "192.0.2.1", "."), Verdict::Holds);
    }

    #[test]
    fn versions_and_rows_fail() {
        for (before, value) in [
            ("Version: ", "1.2.3.4"),
            ("v", "1.2.3.4"),
            ("Chrome/", "120.0.99.1"),
            ("oid 1.", "3.6.1.4"),
            ("", "1.2.3"),
            ("", "1.2.3.256"),
            ("", "01.2.3.4"),
            ("", "1.2.3.4.5"),
            ("", "1..2.3"),
            ("", "192.0.2.0/33"),
        ] {
            assert_eq!(
                within(check, before, value, ""),
                Verdict::Fails,
                "{before}{value}"
            );
        }
    }
}
