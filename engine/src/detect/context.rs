//! Words near a match that make it more likely.

/// Words of a detector, ready to be looked for. The default has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// Lower case; those that begin with the same byte stand together.
    words: Vec<String>,
    /// By byte, what it is, and in the higher bits the number of its group of words, if some begin with it.
    bytes: Vec<u16>,
    /// Each group, as a part of `words`.
    groups: Vec<core::ops::Range<usize>>,
}

/// A letter or digit.
const ALNUM: u16 = 1;
/// `a`-`z`.
const LOWER: u16 = 2;
/// `A`-`Z`.
const UPPER: u16 = 4;
/// One more than the number of a group: what is above this.
const GROUP: u32 = 3;

impl Words {
    /// Takes lower-case words; letters compare without regard to ASCII case.
    pub(crate) fn new(words: &[String]) -> Self {
        let mut words: Vec<String> = words.iter().filter(|word| !word.is_empty()).cloned().collect();
        words.sort_unstable();
        let mut bytes: Vec<u16> = (0..=u8::MAX)
            .map(|byte| {
                u16::from(byte.is_ascii_alphanumeric()) * ALNUM
                    + u16::from(byte.is_ascii_lowercase()) * LOWER
                    + u16::from(byte.is_ascii_uppercase()) * UPPER
            })
            .collect();
        let mut groups = Vec::new();
        let mut from = 0;
        for some in words.chunk_by(|one, other| one.as_bytes().first() == other.as_bytes().first()) {
            groups.push(from..from + some.len());
            from += some.len();
            let first = some.first().and_then(|word| word.bytes().next());
            // There are fewer groups than bytes.
            let number = (groups.len() as u16) << GROUP;
            for byte in first
                .into_iter()
                .flat_map(|first| [first, first.to_ascii_uppercase()])
            {
                if let Some(slot) = bytes.get_mut(usize::from(byte)) {
                    *slot = *slot & (ALNUM | LOWER | UPPER) | number;
                }
            }
        }
        Self { words, bytes, groups }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words.
    #[cfg(any(test, feature = "oracle"))]
    pub(crate) fn all(&self) -> &[String] {
        &self.words
    }

    /// Whether one of them stands in the text, whole: no letter or digit touches it.
    pub(crate) fn stand_in(&self, text: &[u8]) -> bool {
        let mut before = 0;
        for (at, byte) in text.iter().enumerate() {
            let is = self.bytes.get(usize::from(*byte)).copied().unwrap_or_default();
            // A name in camel case is several words.
            let begins = before & ALNUM == 0 || is & UPPER != 0 && before & LOWER != 0;
            before = is;
            if begins && is >> GROUP != 0 && self.begin_at(text, at, is) {
                return true;
            }
        }
        false
    }

    /// Whether one of the words of a byte's group stands at an index, where it may begin.
    fn begin_at(&self, text: &[u8], at: usize, is: u16) -> bool {
        let group = usize::from(is >> GROUP).checked_sub(1);
        let group = group.and_then(|group| self.groups.get(group)).cloned();
        let words = group.and_then(|group| self.words.get(group)).unwrap_or_default();
        let text = text.get(at..).unwrap_or_default();
        words.iter().any(|word| {
            text.get(..word.len())
                .is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
                && (text
                    .get(word.len())
                    .is_none_or(|next| !next.is_ascii_lowercase() && !next.is_ascii_digit())
                    || word
                        .bytes()
                        .next_back()
                        .is_some_and(|last| !last.is_ascii_alphanumeric()))
        })
    }
}

/// Whether one of the lower-case words stands in the text, whole: what [`Words`] must say, word by word.
#[cfg(any(test, feature = "oracle"))]
pub(crate) fn mentions(text: &[u8], words: &[String]) -> bool {
    words.iter().any(|word| stands_in(text, word.as_bytes()))
}

#[cfg(any(test, feature = "oracle"))]
fn stands_in(text: &[u8], word: &[u8]) -> bool {
    (0..text.len()).any(|at| {
        let end = at + word.len();
        let same = !word.is_empty()
            && text
                .get(at..end)
                .is_some_and(|part| part.eq_ignore_ascii_case(word));
        let touches = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        // A name in camel case is several words.
        let begins = !touches(before)
            || text.get(at).is_some_and(u8::is_ascii_uppercase) && before.is_some_and(u8::is_ascii_lowercase);
        let next = text.get(end);
        let ends = !touches(next)
            || next.is_some_and(u8::is_ascii_uppercase)
            || word.last().is_some_and(|last| !last.is_ascii_alphanumeric());
        same && begins && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_whole() {
        let words = Words::new(&["ssn".to_owned(), "social security".to_owned()]);
        for text in [
            "SSN: ",
            "his ssn",
            "Social Security no. ",
            "userSsn",
            "user_ssn",
            "ssnNumber",
        ] {
            assert!(words.stand_in(text.as_bytes()), "{text}");
        }
        for text in ["lessness", "ssnx", "", "social-security", "ssn1", "SSSn"] {
            assert!(!words.stand_in(text.as_bytes()), "{text}");
        }
        assert!(!Words::default().stand_in(b"ssn"));
    }

    #[test]
    fn they_stand_where_each_does_by_itself() {
        let lists: [&[&str]; 5] = [
            &["a"],
            &["ab", "a b", "b"],
            &["a-", "-", "b1"],
            &["ba", "bab", "1a", "\u{e9}"],
            &[],
        ];
        let signs = ["a", "b", "A", "B", "1", "-", " ", "\u{e9}"];
        for list in lists {
            let list: Vec<String> = list.iter().map(|word| (*word).to_owned()).collect();
            let words = Words::new(&list);
            let mut texts = vec![String::new()];
            for _ in 0..4 {
                let longer = |text: &String| signs.map(|sign| format!("{text}{sign}"));
                texts = texts.iter().flat_map(longer).collect();
                for text in &texts {
                    assert_eq!(
                        words.stand_in(text.as_bytes()),
                        mentions(text.as_bytes(), &list),
                        "{text} {list:?}"
                    );
                }
            }
        }
    }
}
