//! Values that stand where a password would, and are none.

use super::{Candidate, Verdict};

/// Words that say there is no password here, or what type it has.
const WORDS: &[&str] = &[
    "null",
    "none",
    "nil",
    "undefined",
    "true",
    "false",
    "yes",
    "no",
    "string",
    "str",
    "text",
    "bool",
    "boolean",
    "int",
    "integer",
    "number",
    "object",
    "example",
    "changeme",
    "change_me",
    "placeholder",
    "redacted",
    "masked",
    "hidden",
    "removed",
    "required",
    "optional",
    "empty",
    "your_password",
    "yourpassword",
    "your-password",
    "mypassword",
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "todo",
    "tbd",
    "n/a",
    "must",
    "should",
    "your",
    "the",
    "please",
    "enter",
    "forgot",
    "reset",
    "not",
    "and",
    "for",
    "was",
    "has",
    "will",
];

/// The longest value the catalogue's patterns take: only such a one may stop inside of a longer text.
const LONGEST: usize = 128;

/// Fails for placeholders, variables, envelopes and fillers; and for a part of a value, which would be what the
/// scanner tries next after the whole has failed.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let goes_on = value.len() < LONGEST && !candidate.after.first().is_none_or(ends_value);
    // `(password: none).`: marks of the sentence around it.
    let last = value.iter().rposition(|byte| !b").]}".contains(byte));
    let word = value.get(..last.map_or(0, |last| last + 1)).unwrap_or_default();
    let word = WORDS
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    if value.len() < 3 || goes_on || word || stands_for_one(value) {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

/// What may stand after a value: a blank, a quote, a separator, a closing bracket. An opening one makes it code.
fn ends_value(byte: &u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_whitespace() || b"\"'`,;&<>)]}|\\".contains(byte)
}

/// Whether the form says that the real value is elsewhere: a frame, a variable, code that fetches it, a filler.
pub(super) fn stands_for_one(value: &[u8]) -> bool {
    let framed = matches!(
        value,
        [b'<', ..]
            | [b'[', ..]
            | [b'{', ..]
            | [b'$', b'{' | b'(', ..]
            | [b'%', .., b'%']
            | [b'(', ..]
            | [b'#', b'{', ..]
    );
    // `$PASSWORD`: a variable, all upper case.
    let variable = value.first() == Some(&b'$')
        && value.len() > 3
        && value
            .iter()
            .skip(1)
            .all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    // `process.env.X`, `os.getenv(`, `config.x`.
    let code = [
        &b"process.env"[..],
        b"os.environ",
        b"os.getenv",
        b"env.",
        b"config.",
        b"settings.",
        b"self.",
        b"this.",
    ]
    .iter()
    .any(|start| value.starts_with(start));
    let first = value.first();
    let one_sign = value.len() > 1 && value.iter().all(|byte| Some(byte) == first);
    let filler = b"*.xX-_#";
    framed || variable || code || one_sign || value.iter().all(|byte| filler.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alone, within};
    use super::*;

    #[test]
    fn passwords_hold() {
        for password in [
            "hunter2",
            "correct-horse",
            "P4$$w0rd!",
            "Password123",
            "$ecret99",
            "abc",
        ] {
            assert_eq!(alone(check, password), Verdict::Holds, "{password}");
        }
    }

    #[test]
    fn others_fail() {
        for none in [
            "****",
            "<password>",
            "${VAR}",
            "{{x}}",
            "null",
            "None",
            "TRUE",
            "xxxxx",
            "example",
            "[PASSWORD]",
            "[PASSWORD#abc]",
            "%PASS%",
            "$PASSWORD",
            "process.env.PW",
            "...",
            "aaaaaa",
            "",
            "x",
        ] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }

    #[test]
    fn parts_fail() {
        assert_eq!(within(check, "", "nul", "l"), Verdict::Fails);
        assert_eq!(within(check, "", "make_secret", "("), Verdict::Fails);
        assert_eq!(within(check, "", "hunter2", "'"), Verdict::Holds);
        assert_eq!(within(check, "", &"a1".repeat(64), "a"), Verdict::Holds);
        assert_eq!(alone(check, "none)."), Verdict::Fails);
    }
}
