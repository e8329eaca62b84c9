//! What is done to a finding: one file an action.

pub(crate) mod fpe;
mod hash;
mod letters;
mod part;
mod placeholder;
mod restore;
pub(crate) mod token;

pub(crate) use hash::hash;
pub(crate) use part::chars;
pub(crate) use placeholder::placeholder;
#[cfg(any(test, feature = "oracle"))]
pub(crate) use restore::escape;
pub(crate) use restore::{LineEnds, restore};

use crate::hold::Text;
use crate::{Action, Keys, Scope};

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

impl Replacement {
    /// All of them go.
    fn whole(text: Text) -> Self {
        Self {
            keep_start: 0,
            keep_end: 0,
            text,
        }
    }
}

/// What replacements are made with that nobody may see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secrets<'a> {
    /// The keys, if there are some.
    pub keys: Option<&'a Keys>,
    /// Where tokens are good.
    pub scope: &'a Scope,
}

/// What replaces a finding's characters. `value` is the decoded text that goes.
///
/// Actions that need a key and have none act as a placeholder.
pub(crate) fn replacement(action: Action, entity: &str, value: &[u8], secrets: Secrets<'_>) -> Replacement {
    match action {
        Action::Mask => Replacement::whole(part::stars(value)),
        Action::KeepFirst(count) => part::keep_first(value, count),
        Action::KeepLast(count) => part::keep_last(value, count),
        Action::Drop => Replacement::whole(Text::Nothing),
        Action::Hash => Replacement::whole(match secrets.keys {
            Some(keys) => hash(entity, keys.newest().mark(entity, value)),
            None => placeholder(entity),
        }),
        Action::Token => token::replacement(entity, value, secrets),
        Action::Fpe(check) => {
            let digits = fpe::text(value, check, secrets);
            Replacement::whole(digits.unwrap_or_else(|| placeholder(entity)))
        }
        _ => Replacement::whole(placeholder(entity)),
    }
}

/// What replaces a number of JSON: a number.
pub(crate) fn number(action: Action, value: &[u8], secrets: Secrets<'_>) -> Text {
    let digits = match action {
        Action::Fpe(check) => fpe::number(value, check, secrets),
        _ => None,
    };
    digits.unwrap_or_else(|| Text::Bytes(b"0".as_slice().into()))
}

/// How an action ends once it is known what it replaces: so many bytes, as one finding or as several. Those that show a
/// part of a value, or could not give it back as it was, act as a placeholder.
pub(crate) fn settled(action: Action, bytes: u64, findings: Findings, wording: Wording) -> Action {
    match action {
        Action::KeepFirst(_) | Action::KeepLast(_) | Action::Restore if findings == Findings::Several => {
            Action::Placeholder
        }
        Action::Token if bytes > token::MOST || wording == Wording::Undone => Action::Placeholder,
        Action::Fpe(_) if bytes > fpe::MOST => Action::Placeholder,
        _ => action,
    }
}

/// Whether text stands as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// It does, but for the escapes of JSON.
    AsWritten,
    /// Escapes that it contains itself were undone.
    Undone,
}

/// How many findings a cluster has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Findings {
    /// One, and nothing beside it.
    One,
    /// More.
    Several,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    fn show(action: Action, value: &str) -> String {
        let keys = Keys::from(Key::new(b"0123456789abcdef").unwrap());
        let secrets = Secrets {
            keys: Some(&keys),
            scope: &Scope::default(),
        };
        let done = replacement(action, "X", value.as_bytes(), secrets);
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
        assert_eq!(one.len(), "[X#]".len() + 12);
        assert_eq!(one, show(Action::Hash, "bob"));
        assert_ne!(one, show(Action::Hash, "bab"));
    }
}
