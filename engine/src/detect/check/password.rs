//! Values that stand where a password would, and are none.

use super::{Candidate, Verdict};

/// Words that say there is no password here, or what type it has.
const WORDS: [&str; 40] = [
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
];

/// Fails for placeholders, variables, envelopes and fillers.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let word = WORDS
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word.as_bytes()));
    let framed = matches!(
        value,
        [b'<', .., b'>']
            | [b'[', .., b']']
            | [b'{', ..]
            | [b'$', b'{' | b'(', ..]
            | [b'%', .., b'%']
            | [b'(', .., b')']
            | [b'#', b'{', ..]
    );
    // `$PASSWORD`: a variable, all upper case.
    let variable = value.first() == Some(&b'$')
        && value.len() > 3
        && value
            .iter()
            .skip(1)
            .all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    // `process.env.X`, `os.getenv(`, `config["x"]`: code that fetches it.
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
    let filler = value.len() > 1 && value.iter().all(|byte| Some(byte) == first)
        || value
            .iter()
            .all(|byte| matches!(byte, b'*' | b'.' | b'x' | b'X' | b'-' | b'_' | b'#'));
    if value.len() < 3 || word || framed || variable || code || filler {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
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
}
