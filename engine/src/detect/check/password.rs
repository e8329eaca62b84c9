//! Values that stand where a password would, and are none.

use super::label::{self, Says, Tie};
use super::random::Looks;
use super::{Candidate, Verdict, secret};

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
    // As the reference of nuget.config prints it.
    "33f!!lloppa",
    "hal+9ooo_da!sy",
    "changeme",
    "change-me",
    "changeit",
    "userpassword",
    "newpassword",
    "dbpassword",
    "variable",
    "input",
    "field",
    "varchar",
    "disabled",
    "enabled",
    "prompt",
    "hashed",
    "encrypted",
    "is",
    "here",
    "with",
    "from",
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

/// Fails for placeholders, variables, code, envelopes and fillers; for a part of a value, which would be what the
/// scanner tries next after the whole has failed; and where nothing but a blank and no digit says that it is one.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    if value.len() < 4 || !secret::is_whole(candidate, LONGEST) || is_word(value) || is_code(value) {
        return Verdict::Fails;
    }
    let looks = Looks::of(value);
    let label = label::read(candidate.before);
    let is_plain = looks.letters == looks.len;
    let bare = label.quote.is_none() && candidate.before.last().is_some_and(u8::is_ascii_whitespace);
    let good = match label.says() {
        Says::Other => false,
        // `x = name;`: a variable.
        _ if bare && is_plain && matches!(candidate.after.first(), Some(b';' | b')' | b',')) => false,
        Says::Password if label.tie == Tie::Beside && label.quote.is_none() => {
            looks.digits > 0 && looks.letters > 0 || looks.signs > 0
        }
        Says::Password if label.name.len() <= 4 => {
            looks.len >= 6 && looks.digits < looks.len && !(bare && is_plain)
        }
        said => said == Says::Password,
    };
    if good && !looks.is_fill() {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

/// The same for the name of a user: any, if it is not said to be elsewhere.
pub(super) fn user(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    if !secret::is_whole(candidate, LONGEST) || is_word(value) || value.contains(&b'(') {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

/// Whether it is a word that says that there is none.
pub(super) fn is_word(value: &[u8]) -> bool {
    // `(password: none).`: marks of the sentence around it.
    let last = value.iter().rposition(|byte| !b").]}:!?".contains(byte));
    let word = value.get(..last.map_or(0, |last| last + 1)).unwrap_or_default();
    WORDS
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// What may stand after a value: a blank, a quote, a separator, a closing bracket. An opening one makes it code.
pub(super) fn ends_value(byte: &u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_whitespace() || b"\"'`,;&<>)]}|\\".contains(byte)
}

/// Whether it is code, an identifier, a path or a selector instead of a value.
pub(super) fn is_code(value: &[u8]) -> bool {
    let first = value.first().copied().unwrap_or_default();
    let rest = value.get(1..).unwrap_or_default();
    let letters = |byte: &u8| byte.is_ascii_alphabetic();
    let name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let has = |sign: u8| value.contains(&sign);
    let holds = |part: &[u8]| value.windows(part.len()).any(|here| here == part);
    // `user_name`, `NAME_OF_IT`.
    let identifier = value.iter().all(name) && has(b'_');
    // `var.name`, `self.password`, `obj->name`.
    let member = value.iter().all(|byte| name(byte) || b".[]()\"'-".contains(byte)) && has(b'.');
    // `/a/b`, `./a`, `a/b#c`.
    let path = has(b'/')
        && value
            .iter()
            .all(|byte| letters(byte) || b"/_-.#@:".contains(byte))
        || value.starts_with(b"/") && rest.contains(&b'/')
        || value.starts_with(b"./")
        || value.starts_with(b"~/");
    // `#add-password`, `.field`, `@name`, `+name`, `:name`.
    let selector = b"#.@+:&*".contains(&first) && rest.iter().all(|byte| name(byte) || *byte == b'-');
    // `userPassword`.
    let field = value.iter().all(name)
        && value.iter().skip(1).any(u8::is_ascii_uppercase)
        && value.iter().any(u8::is_ascii_lowercase)
        && [&b"assw"[..], b"ecret", b"oken", b"ASSW"]
            .iter()
            .any(|part| holds(part));
    let marks = [
        &b"://"[..],
        b"arn:",
        b"()",
        b"->",
        b"::",
        b"==",
        b"$_",
        b"${",
        b"{{",
        b"$(",
        b"#{",
        b"%(",
        b"](",
    ];
    // `value=`, `$mail->`: the next name.
    let next =
        value.ends_with(b"=") && value.iter().filter(|byte| **byte == b'=').count() == 1 && rest.len() < 20
            || value.starts_with(b"$") && value.ends_with(b"-");
    next || identifier
        || member
        || path
        || selector
        || field
        || first == b'\\'
        || marks.iter().any(|mark| holds(mark))
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
    // `$PASSWORD`, `$password`: a variable.
    let variable = value.first() == Some(&b'$')
        && value.len() > 3
        && value
            .iter()
            .skip(1)
            .all(|byte| byte.is_ascii_alphabetic() || b"_$/-.".contains(byte));
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
    use super::super::tests::within;
    use super::*;

    #[test]
    fn passwords_hold() {
        for password in [
            "hunter2",
            "correct-horse",
            "P4$$w0rd!",
            "Password123",
            "$ecret99",
            "abcd",
        ] {
            assert_eq!(
                within(check, "password=", password, ""),
                Verdict::Holds,
                "{password}"
            );
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
            assert_eq!(within(check, "password=", none, ""), Verdict::Fails, "{none}");
        }
    }

    #[test]
    fn parts_fail() {
        assert_eq!(within(check, "password: ", "nul", "l"), Verdict::Fails);
        assert_eq!(within(check, "password: ", "make_secret", "("), Verdict::Fails);
        assert_eq!(within(check, "password: ", "hunter2", "'"), Verdict::Holds);
        assert_eq!(within(check, "password: ", &"a1".repeat(64), "a"), Verdict::Holds);
        assert_eq!(within(check, "password: ", "none).", ""), Verdict::Fails);
    }
}
