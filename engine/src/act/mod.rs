//! What is done to a finding: one function an action.

use crate::hold::{Bytes, Text};
use crate::{Action, Key};

/// Letters in the body of an envelope: 26 to the 12th is more than 2 to the 56th.
const BODY: u32 = 12;

/// A replacement of decoded characters: which of them, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replacement {
    /// How many bytes at the start stay.
    pub keep_start: usize,
    /// How many bytes at the end stay.
    pub keep_end: usize,
    /// What stands for the others.
    pub text: Text,
}

/// What replaces a finding's characters. `value` is the decoded text that goes.
///
/// Actions that need a key and have none, and those that are not built yet, act as a placeholder.
pub(crate) fn replacement(action: Action, entity: &str, value: &[u8], key: Option<&Key>) -> Replacement {
    let whole = |text| Replacement {
        keep_start: 0,
        keep_end: 0,
        text,
    };
    match action {
        Action::Mask => whole(Text::Stars(chars(value))),
        Action::KeepFirst(count) => match split(value, count, value.len()) {
            Some(at) => {
                let rest = value.get(at..).unwrap_or_default();
                Replacement {
                    keep_start: at,
                    keep_end: 0,
                    text: Text::Stars(chars(rest)),
                }
            }
            None => whole(Text::Stars(chars(value))),
        },
        Action::KeepLast(count) => {
            let total = chars(value);
            let at = if u64::from(count) * 3 <= total {
                nth(value, total - u64::from(count))
            } else {
                value.len()
            };
            let (gone, kept) = value.split_at_checked(at).unwrap_or((value, &[]));
            Replacement {
                keep_start: 0,
                keep_end: kept.len(),
                text: Text::Stars(chars(gone)),
            }
        }
        Action::Drop => whole(Text::Nothing),
        Action::Hash => match key {
            Some(key) => whole(hash(entity, key.mark(entity, value))),
            None => whole(placeholder(entity)),
        },
        _ => whole(placeholder(entity)),
    }
}

/// `[ENTITY]`
pub(crate) fn placeholder(entity: &str) -> Text {
    Text::Bytes(Bytes::of(&[b"[", entity.as_bytes(), b"]"]))
}

/// `[ENTITY#body]`: twelve letters that say `mark`.
pub(crate) fn hash(entity: &str, mut mark: u64) -> Text {
    let mut body = [b'a'; BODY as usize];
    mark %= 26u64.pow(BODY);
    for letter in body.iter_mut().rev() {
        *letter = b'a' + (mark % 26) as u8;
        mark /= 26;
    }
    Text::Bytes(Bytes::of(&[b"[", entity.as_bytes(), b"#", &body, b"]"]))
}

/// How many characters UTF-8 text has.
pub(crate) fn chars(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64
}

/// Where the first `count` characters end, if they are at most a third.
fn split(value: &[u8], count: u8, _len: usize) -> Option<usize> {
    (u64::from(count) * 3 <= chars(value)).then(|| nth(value, u64::from(count)))
}

/// Where character `count` begins.
fn nth(value: &[u8], count: u64) -> usize {
    let starts = value
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte & 0xC0 != 0x80)
        .map(|(at, _)| at);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    starts.chain([value.len()]).nth(count).unwrap_or(value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(action: Action, value: &str) -> String {
        let key = Key::new(b"0123456789abcdef").unwrap();
        let done = replacement(action, "X", value.as_bytes(), Some(&key));
        let text = match done.text {
            Text::Nothing => String::new(),
            Text::Stars(count) => "*".repeat(count as usize),
            Text::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        };
        format!(
            "{}{text}{}",
            &value[..done.keep_start],
            &value[value.len() - done.keep_end..]
        )
    }

    #[test]
    fn each_action_shows_what_it_says() {
        assert_eq!(show(Action::Placeholder, "bob"), "[X]");
        assert_eq!(show(Action::Null, "bob"), "[X]");
        assert_eq!(show(Action::Drop, "bob"), "");
        assert_eq!(show(Action::Mask, "bøb"), "***");
        assert_eq!(show(Action::KeepFirst(1), "bøb"), "b**");
        assert_eq!(show(Action::KeepLast(4), "4111111111111111"), "************1111");
        assert_eq!(show(Action::KeepLast(4), "4111111"), "*******");
        assert_eq!(show(Action::KeepLast(1), "bbø"), "**ø");
        assert_eq!(show(Action::KeepFirst(2), "bob"), "***");
    }

    #[test]
    fn hashes_are_letters_of_one_length_and_tell_values_apart() {
        let one = show(Action::Hash, "bob");
        assert_eq!(one.len(), "[X#]".len() + BODY as usize);
        assert_eq!(one, show(Action::Hash, "bob"));
        assert_ne!(one, show(Action::Hash, "bab"));
        assert_eq!(hash("X", 27), Text::Bytes(b"[X#aaaaaaaaaabb]".as_slice().into()));
    }
}
