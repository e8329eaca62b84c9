//! Hardware addresses: six bytes (IEEE 802, EUI-48), with `:`, `-`, or in three parts with dots.

use super::{Candidate, Verdict};

/// Holds for six bytes that are no part of a longer row, and neither nobody's address nor everybody's.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let digits = value.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    let mut marks = value.iter().filter(|byte| !byte.is_ascii_hexdigit());
    let mark = marks.next();
    let one_kind = mark.is_none() || marks.clone().all(|other| Some(other) == mark);
    let row = matches!(candidate.before, [.., digit, b':' | b'-' | b'.'] if digit.is_ascii_hexdigit())
        || candidate
            .after
            .first()
            .is_some_and(|after| Some(after) == mark && *after != b'.')
        || mark.is_none() && !value.iter().any(u8::is_ascii_digit);
    let same = |sign: u8| {
        value
            .iter()
            .filter(|byte| byte.is_ascii_hexdigit())
            .all(|byte| byte.eq_ignore_ascii_case(&sign))
    };
    if digits == 12 && one_kind && !row && !same(b'0') && !same(b'f') {
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
    fn addresses_hold() {
        for address in [
            "00:1B:2C:3D:4E:5F",
            "0a-1b-2c-3d-4e-5f",
            "0a1b.2c3d.4e5f",
            "0A1B2C3D4E5F",
        ] {
            assert_eq!(alone(check, address), Holds, "{address}");
        }
        assert_eq!(within(check, "mac: ", "0a1b.2c3d.4e5f", "."), Holds);
    }

    #[test]
    fn others_fail() {
        for none in [
            "00:00:00:00:00:00",
            "FF-FF-FF-ff-ff-ff",
            "10:2F:33-AC-29-C3",
            "00:1B:2C:3D:4E",
            "abcdefabcdef",
            "",
        ] {
            assert_eq!(alone(check, none), Fails, "{none}");
        }
        assert_eq!(within(check, "9f:", "00:1B:2C:3D:4E:5F", ""), Fails);
        assert_eq!(within(check, "", "00:1B:2C:3D:4E:5F", ":"), Fails);
    }
}
