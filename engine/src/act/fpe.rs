//! `fpe`: digits become other digits, which who has the key makes the same again.
//!
//! FF1 (NIST SP 800-38G) with AES-256 over the decimal digits of a value, the scope being the tweak; what stands between
//! the digits stays. It does not authenticate: any digits come back as some digits. So they are only put back where a rule
//! says that such a value stands.

use crate::hold::Text;
use crate::{CheckDigit, Key};
use aes::Aes256;
use fpe::ff1::{FF1, FlexibleNumeralString};

use super::Secrets;

/// The fewest digits: NIST asks for a million values at least.
const LEAST: usize = 6;

/// The most bytes of a value, with what stands between the digits; a longer one has a placeholder.
pub(crate) const MOST: u64 = 64;

/// How often a cipher is applied until its result is of the kind that is asked for: one of ten is, so that it is found before
/// with all but certainty. What is not found has a placeholder.
const ROUNDS: usize = 1024;

/// What else may be made so, later: it has another word here.
const VERSION: &[u8] = b"lacuna fpe 1";

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    There,
    Back,
}

/// What the digits of a value are, and stay. As many values are of one kind before as after, so that there is a way back: a
/// cipher applied until the kind is the same goes round in a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    /// Whether the first is 0: no JSON number begins so.
    zero: bool,
    /// Whether the check digit is right.
    luhn: bool,
}

impl Kind {
    fn of(digits: &[u16], check: CheckDigit, place: Place) -> Self {
        Self {
            zero: place == Place::Number && digits.first() == Some(&0),
            luhn: check == CheckDigit::Luhn && luhn(digits),
        }
    }
}

/// Where the digits stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    String,
    Number,
}

/// Other digits for those of a value; `None` where it has other signs than digits and what stands between them, fewer than
/// six digits, or more than 64 bytes, or where there is no key.
pub(crate) fn text(value: &[u8], check: CheckDigit, secrets: Secrets<'_>) -> Option<Text> {
    apply(value, check, Place::String, Way::There, secrets).map(|done| Text::Bytes(done.as_slice().into()))
}

/// The same for a number of JSON, which stays one: `None` where it has a sign, a fraction or an exponent too.
pub(crate) fn number(value: &[u8], check: CheckDigit, secrets: Secrets<'_>) -> Option<Text> {
    if !value.iter().all(u8::is_ascii_digit) || value.first() == Some(&b'0') {
        return None;
    }
    let done = apply(value, check, Place::Number, Way::There, secrets)?;
    Some(Text::Bytes(done.as_slice().into()))
}

/// The digits for which others stand. Whether such do nobody can tell; the last digit's kind and the place must be those of
/// before, a number being all digits and not beginning with 0.
pub(crate) fn back(value: &[u8], check: CheckDigit, place: Place, secrets: Secrets<'_>) -> Option<Vec<u8>> {
    apply(value, check, place, Way::Back, secrets)
}

fn apply(value: &[u8], check: CheckDigit, place: Place, way: Way, secrets: Secrets<'_>) -> Option<Vec<u8>> {
    let is_between = |byte: &u8| matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+');
    let right = value.iter().all(|byte| byte.is_ascii_digit() || is_between(byte));
    if !right || value.len() as u64 > MOST {
        return None;
    }
    let digits = value.iter().filter(|byte| byte.is_ascii_digit());
    let mut digits: Vec<u16> = digits.map(|byte| u16::from(byte - b'0')).collect();
    if digits.len() < LEAST {
        return None;
    }
    let cipher = cipher(secrets.keys?.newest())?;
    let tweak = tweak(secrets);
    let kind = Kind::of(&digits, check, place);
    let same = |digits: &Vec<u16>| Kind::of(digits, check, place) == kind;
    for _ in 0..ROUNDS {
        let numeral = FlexibleNumeralString::from(digits);
        let done = match way {
            Way::There => cipher.encrypt(&tweak, &numeral),
            Way::Back => cipher.decrypt(&tweak, &numeral),
        };
        digits = done.ok()?.into();
        if same(&digits) {
            let mut digits = digits.iter().map(|digit| b'0' + (digit % 10) as u8);
            let put = |byte: &u8| match byte.is_ascii_digit() {
                true => digits.next().unwrap_or(*byte),
                false => *byte,
            };
            return Some(value.iter().map(put).collect());
        }
    }
    None
}

/// FF1 over decimal digits.
fn cipher(key: &Key) -> Option<FF1<Aes256>> {
    FF1::new(key.digits(), 10).ok()
}

/// What the digits are good for: each part of the scope, with its length.
fn tweak(secrets: Secrets<'_>) -> Vec<u8> {
    let mut tweak = VERSION.to_vec();
    for part in secrets.scope.parts() {
        tweak.extend((part.len() as u64).to_be_bytes());
        tweak.extend(part);
    }
    tweak
}

/// Whether the last digit is right: each second one before it doubled, their digits added up (ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u16]) -> bool {
    let weigh = |(at, digit): (usize, &u16)| match at % 2 {
        0 => *digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    };
    digits.iter().rev().enumerate().map(weigh).sum::<u16>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Keys, Scope};

    fn with(scope: &str, value: &[u8], check: CheckDigit, place: Place, way: Way) -> Option<Vec<u8>> {
        let keys = Keys::from(Key::new(b"0123456789abcdef").unwrap());
        let secrets = Secrets {
            keys: Some(&keys),
            scope: &Scope::parse(scope),
        };
        apply(value, check, place, way, secrets)
    }

    #[test]
    fn digits_come_back_and_the_rest_stays() {
        for value in [
            "4111 1111-1111 1111",
            "+49 (30) 1234567",
            "078-05-1120",
            "000000",
            "1.2.3/456",
        ] {
            for check in [CheckDigit::Any, CheckDigit::Luhn] {
                let there = with("acme", value.as_bytes(), check, Place::String, Way::There).unwrap();
                assert_ne!(there, value.as_bytes());
                for (one, other) in there.iter().zip(value.bytes()) {
                    assert_eq!(one.is_ascii_digit(), other.is_ascii_digit());
                    assert!(one.is_ascii_digit() || *one == other, "{value}");
                }
                let back = with("acme", &there, check, Place::String, Way::Back).unwrap();
                assert_eq!(back, value.as_bytes());
                let elsewhere = with("other", &there, check, Place::String, Way::Back).unwrap();
                assert_ne!(elsewhere, value.as_bytes());
            }
        }
    }

    #[test]
    fn what_passes_the_check_passes_it_and_no_number_begins_with_zero() {
        let read = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| u16::from(byte - b'0'))
                .collect::<Vec<_>>()
        };
        for number in (0..300).map(|more| 100_000_u64 + more * 7_919) {
            let text = number.to_string().into_bytes();
            let there = with("", &text, CheckDigit::Luhn, Place::Number, Way::There).unwrap();
            assert_eq!(there.len(), text.len());
            assert_ne!(there[0], b'0');
            assert_eq!(luhn(&read(&there)), luhn(&read(&text)));
            let back = with("", &there, CheckDigit::Luhn, Place::Number, Way::Back).unwrap();
            assert_eq!(back, text);
        }
        assert!(luhn(&read(b"4111111111111111")) && !luhn(&read(b"4111111111111112")));
    }

    #[test]
    fn what_is_no_row_of_digits_has_none() {
        let try_it = |value: &[u8]| with("", value, CheckDigit::Any, Place::String, Way::There);
        for none in [
            &b"12345"[..],
            b"1234567a",
            b"DE89370400440532013000",
            b"",
            b"12345\xC3\xA96",
            &[b'1'; 65],
        ] {
            assert_eq!(try_it(none), None);
        }
        assert!(try_it(&[b'1'; 64]).is_some());
        let keys = Keys::from(Key::new(b"0123456789abcdef").unwrap());
        let scope = Scope::default();
        let secrets = Secrets {
            keys: Some(&keys),
            scope: &scope,
        };
        for none in ["-1234567", "1234567.5", "0123456"] {
            assert_eq!(number(none.as_bytes(), CheckDigit::Any, secrets), None, "{none}");
        }
    }

    /// NIST's samples for FF1, number 7 (AES-256, radix 10, no tweak), through the same calls.
    #[test]
    fn the_cipher_is_that_of_the_standard() {
        let key = [
            0x2B, 0x7E, 0x15, 0x16, 0x28, 0xAE, 0xD2, 0xA6, 0xAB, 0xF7, 0x15, 0x88, 0x09, 0xCF, 0x4F, 0x3C,
            0xEF, 0x43, 0x59, 0xD8, 0xD5, 0x80, 0xAA, 0x4F, 0x7F, 0x03, 0x6D, 0x6F, 0x04, 0xFC, 0x6A, 0x94,
        ];
        let cipher = FF1::<Aes256>::new(&key, 10).unwrap();
        let digits: Vec<u16> = (0..10).collect();
        let done = cipher.encrypt(&[], &FlexibleNumeralString::from(digits)).unwrap();
        assert_eq!(Vec::<u16>::from(done), [6, 6, 5, 7, 6, 6, 7, 0, 0, 9]);
    }
}
