//! Values that pass every check of their kind and belong to nobody.

use crate::{Kind, Rng};

/// First names, some of them not ASCII.
pub(crate) const FIRST: [&str; 16] = [
    "Anna", "Bruno", "Chloé", "Dmitri", "Elif", "Fatima", "Gábor", "Hana", "Íñigo", "Jürgen", "Keiko",
    "Liam", "Márta", "Noor", "Øyvind", "Zoë",
];
/// Last names, some of them not ASCII.
pub(crate) const LAST: [&str; 16] = [
    "Aydın",
    "Brown",
    "Castaño",
    "Dvořák",
    "Eriksen",
    "Fischer",
    "García",
    "Hughes",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "Lindström",
    "Müller",
    "Nakamura",
    "O'Brien",
    "Peña",
];

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A value of a kind.
pub(crate) fn make(kind: Kind, rng: &mut Rng) -> String {
    match kind {
        Kind::Email => email(rng),
        Kind::Ssn => ssn(rng),
        Kind::Card => card(rng),
        Kind::Phone => phone(rng),
        Kind::Iban => iban(rng),
        Kind::Ipv4 => ipv4(rng),
        Kind::Jwt => jwt(rng),
        Kind::GithubToken => format!("ghp_{}", rng.string(ALNUM, 36)),
        Kind::AwsKeyId => format!("AKIA{}", rng.string("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
    }
}

/// At the domains RFC 2606 keeps for examples.
fn email(rng: &mut Rng) -> String {
    let user = rng.pick(&[
        "anna",
        "bruno.k",
        "c.lind",
        "dmitri",
        "elif_a",
        "fatima",
        "hana.n",
        "liam.obrien",
        "noor",
    ]);
    let number = rng.under(1000);
    let host = rng.pick(&[
        "example.com",
        "example.org",
        "example.net",
        "mail.example.com",
        "team.example.org",
    ]);
    format!("{user}{number}@{host}")
}

/// Of areas that were never assigned by region (before 2011).
fn ssn(rng: &mut Rng) -> String {
    let (area, group, serial) = (rng.between(750, 763), rng.between(1, 99), rng.between(1, 9999));
    format!("{area:03}-{group:02}-{serial:04}")
}

/// Under the prefixes card processors publish for tests.
fn card(rng: &mut Rng) -> String {
    let prefix = rng.pick(&["411111", "424242", "400005", "555555", "510510", "601111"]);
    let mut digits = format!("{prefix}{}", rng.digits(9));
    digits.push(luhn_digit(&digits));
    match rng.under(4) {
        0 => grouped(&digits, ' '),
        1 => grouped(&digits, '-'),
        _ => digits,
    }
}

/// In fours.
fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(19);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// The digit that makes the whole pass Luhn.
fn luhn_digit(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            match at % 2 {
                0 if digit > 4 => 2 * digit - 9,
                0 => 2 * digit,
                _ => digit,
            }
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

/// Of the ranges regulators keep for films: 555-01xx, Ofcom's and the Bundesnetzagentur's.
fn phone(rng: &mut Rng) -> String {
    let area = rng.pick(&["212", "303", "415", "512", "617", "702", "808", "917"]);
    let line = 100 + rng.under(100);
    match rng.under(6) {
        0 => format!("({area}) 555-0{line}"),
        1 => format!("{area}-555-0{line}"),
        2 => format!("{area}.555.0{line}"),
        3 => format!("+1{area}5550{line}"),
        4 => format!("+447700900{:03}", rng.under(1000)),
        _ => format!("+493023125{:03}", rng.under(1000)),
    }
}

/// With the lengths and fields of the IBAN registry, and accounts that are random.
fn iban(rng: &mut Rng) -> String {
    let (country, bank, digits) = match rng.under(5) {
        0 => ("DE", "", 18),
        1 => ("GB", "TEST", 14),
        2 => ("NL", "TEST", 10),
        3 => ("AT", "", 16),
        _ => ("CH", "", 17),
    };
    let account = format!("{bank}{}", rng.digits(digits));
    let check = 98 - mod97(&format!("{account}{country}00"));
    format!("{country}{check:02}{account}")
}

/// The remainder of the number that digits, and letters as 10 to 35, spell.
fn mod97(text: &str) -> u32 {
    text.chars().fold(0, |rest, c| {
        let value = c.to_digit(36).unwrap_or(0);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    })
}

/// Of the networks RFC 5737 keeps for documentation.
fn ipv4(rng: &mut Rng) -> String {
    let network = rng.pick(&["192.0.2", "198.51.100", "203.0.113"]);
    format!("{network}.{}", rng.between(1, 254))
}

/// A header, a payload, and random bytes for a signature.
fn jwt(rng: &mut Rng) -> String {
    let header = rng.pick(&[r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"alg":"RS256","kid":"k1"}"#]);
    let payload = format!(r#"{{"sub":"user-{}","scope":"read"}}"#, rng.under(100_000));
    format!(
        "{}.{}.{}",
        base64url(header),
        base64url(&payload),
        rng.string(BASE64URL, 43)
    )
}

/// Without padding.
fn base64url(text: &str) -> String {
    let alphabet = BASE64URL.as_bytes();
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = (three.iter().enumerate()).fold(0_usize, |bits, (at, &byte)| {
            bits | usize::from(byte) << (16 - 8 * at)
        });
        for at in 0..=three.len() {
            out.push(char::from(alphabet[bits >> (18 - 6 * at) & 63]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_right() {
        // The published examples: a test card, and the registry's IBANs.
        assert_eq!(luhn_digit("411111111111111"), '1');
        assert_eq!(luhn_digit("555555555555444"), '4');
        assert_eq!(mod97("370400440532013000DE89"), 1);
        assert_eq!(mod97("WEST12345698765432GB82"), 1);
        let mut rng = Rng::new(1);
        for _ in 0..200 {
            let iban = iban(&mut rng);
            assert_eq!(mod97(&format!("{}{}", &iban[4..], &iban[..4])), 1, "{iban}");
        }
    }

    #[test]
    fn base64url_is_without_padding() {
        assert_eq!(
            base64url(r#"{"alg":"HS256","typ":"JWT"}"#),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        );
        assert_eq!(base64url("f"), "Zg");
        assert_eq!(base64url("fo"), "Zm8");
    }
}
