//! IPv6 addresses: RFC 4291 section 2.2, as the standard library reads them.

use super::ipv4::without_prefix_length;
use super::{Candidate, Verdict, ends_with_word};
use std::net::Ipv6Addr;

/// Words after which even the shortest forms are addresses.
const WORDS: [&str; 14] = [
    "ip",
    "ipv6",
    "address",
    "addr",
    "host",
    "server",
    "src",
    "dst",
    "source",
    "destination",
    "gateway",
    "listen",
    "bind",
    "client",
];

/// Longest written form: eight groups, the last two as IPv4.
const LONGEST: usize = 45;

/// Holds for an address that could hardly be anything else. `::`, `::1`, `a::b` are also how programs write
/// paths, ranges and ratios: they need a word or a bracket before, or a prefix length after.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let Some(address) = without_prefix_length(candidate.value, 128) else {
        return Verdict::Fails;
    };
    let is_network = address.len() < candidate.value.len();
    let zone = address.iter().position(|byte| *byte == b'%');
    let value = address.get(..zone.unwrap_or(address.len())).unwrap_or_default();
    let parsed = core::str::from_utf8(value)
        .ok()
        .filter(|text| text.len() <= LONGEST);
    if parsed.is_none_or(|text| text.parse::<Ipv6Addr>().is_err()) {
        return Verdict::Fails;
    }
    // `gggg::1`, `std::` and what a longer match left over.
    let before = candidate.before.last().copied().unwrap_or(b' ');
    let glued = value.first() == Some(&b':')
        && (before.is_ascii_alphanumeric() || before == b'_' || before == b':')
        || candidate.after.first().is_some_and(u8::is_ascii_alphanumeric);
    if glued {
        return Verdict::Fails;
    }
    // Part of a longer row, such as a fingerprint of sixteen or twenty bytes.
    if candidate.before.last() == Some(&b':') && !ends_with_word(candidate.before, &WORDS)
        || matches!(candidate.after, [b':', ..] | [b'.', b'0'..=b'9', ..])
    {
        return Verdict::Fails;
    }
    let mut groups = value.split(|byte| *byte == b':');
    if groups.clone().count() == 8 && groups.all(|group| group.len() == 2) {
        return Verdict::Fails; // An EUI-64, or eight bytes of something.
    }
    let signs = value.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    let numeric = value.iter().any(u8::is_ascii_digit);
    let named = ends_with_word(candidate.before, &WORDS) || candidate.before.last() == Some(&b'[');
    if signs >= 4 && numeric || named || is_network {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;

    #[test]
    fn addresses_hold() {
        for address in [
            "2001:db8::1",
            "fe80::1",
            "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
            "::ffff:192.0.2.1",
            "64:ff9b::192.0.2.1",
            "::1/128",
            "fe80::1%eth0/64",
        ] {
            assert_eq!(alone(check, address), Verdict::Holds, "{address}");
        }
        assert_eq!(within(check, "listen on [", "::1", "]"), Verdict::Holds);
        assert_eq!(within(check, "src=", "::", " "), Verdict::Holds);
        assert_eq!(within(check, "ip:", "2001:db8::1", ""), Verdict::Holds);
    }

    #[test]
    fn others_fail() {
        for none in [
            "::",
            "::1",
            "a::b",
            "add::bad",
            "12:30:45",
            "2001::db8::1",
            "12345::1",
            "gggg::1",
            "00:11:22:33:44:55",
            "00:11:22:33:44:55:66:77",
            "::256.0.0.1",
            "2001:db8::/129",
            "1:2:3:4:5:6:7:8:9",
            "",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
        assert_eq!(
            within(check, "a1:", "b2:c3:d4:e5:f6:a7:b8:c90", ""),
            Verdict::Fails
        );
    }
}
