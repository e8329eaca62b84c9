//! Values that say themselves that they are none: `YOUR_API_KEY`, `<token>`, `${TOKEN}`, `xxxx`.

/// What only a value that stands for another one contains, in lower case.
const SAYS: &[&str] = &[
    "xxxx",
    "your",
    "example",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "replace",
    "redacted",
    "masked",
    "insert",
    "dummy",
    "****",
    "...",
    "${",
    "{{",
    "}}",
    "$(",
    "%(",
    "#{",
    "@{",
    "put_",
    "_here",
    "-here",
    "todo",
    "fixme",
    "undefined",
    "notreal",
    "not-real",
    "not_real",
    "sanitized",
    "://",
    "process.env",
    "getenv",
    "os.environ",
    "secrets.",
    "config.",
    "settings.",
];

/// Whether a value stands for another one.
pub(super) fn stands_for_one(value: &[u8]) -> bool {
    SAYS.iter().any(|known| contains(value, known.as_bytes()))
}

/// Whether a text contains a lower-case word, whatever the case of its own letters.
fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known() {
        for one in [
            "YOUR_API_KEY",
            "xoxb-XXXX-1",
            "${TOKEN}",
            "<token>",
            "sk-...",
            "put_token_here",
        ] {
            assert!(stands_for_one(one.as_bytes()), "{one}");
        }
        for other in ["8f2d0c1b7e6a4f53", "", "x", "hunter2"] {
            assert!(!stands_for_one(other.as_bytes()), "{other}");
        }
    }
}
