//! Words near a match that make it more likely.

/// Words of a detector, ready to be looked for. The default has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// Lower case; those that begin with the same byte stand together.
    words: Vec<String>,
    /// By byte, one more than the number of the group of words that begin with it; 0 for none.
    by_first: Vec<u16>,
    /// Each group, as a part of `words`.
    groups: Vec<core::ops::Range<usize>>,
    /// All ones if a word begins with what is no letter or digit.
    signs: u64,
    /// With which two bytes a word may begin: the bits of their [`pair`].
    pairs: [u64; 4],
}

/// A number of eight bits for two bytes, whatever the case of letters: most words of a text begin with another one
/// than those that are looked for.
#[inline]
fn pair(first: u8, second: u8) -> (usize, u32) {
    let number = (first | 0x20).wrapping_mul(11) ^ (second | 0x20);
    (usize::from(number >> 6), u32::from(number & 63))
}

impl Words {
    /// Takes lower-case words; letters compare without regard to ASCII case.
    pub(crate) fn new(words: &[String]) -> Self {
        let mut words: Vec<String> = words.iter().filter(|word| !word.is_empty()).cloned().collect();
        words.sort_unstable();
        let (mut by_first, mut groups, mut signs) = (vec![0; 256], Vec::new(), 0);
        let mut from = 0;
        for some in words.chunk_by(|one, other| one.as_bytes().first() == other.as_bytes().first()) {
            groups.push(from..from + some.len());
            from += some.len();
            let Some(first) = some.first().and_then(|word| word.bytes().next()) else {
                continue;
            };
            if !first.is_ascii_alphanumeric() {
                signs = u64::MAX;
            }
            for byte in [first, first.to_ascii_uppercase()] {
                if let Some(slot) = by_first.get_mut(usize::from(byte)) {
                    // There are no more groups than bytes.
                    *slot = groups.len() as u16;
                }
            }
        }
        let mut pairs = [0; 4];
        for word in &words {
            let (first, second) = (word.as_bytes().first(), word.as_bytes().get(1).copied());
            // Anything may follow a word of one byte.
            for second in second.map_or(0..=u8::MAX, |second| second..=second) {
                let (at, bit) = pair(first.copied().unwrap_or_default(), second);
                if let Some(slot) = pairs.get_mut(at) {
                    *slot |= 1 << bit;
                }
            }
        }
        Self {
            words,
            by_first,
            groups,
            signs,
            pairs,
        }
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
        let (eights, rest) = text.as_chunks::<8>();
        let last = rest
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        let last = (!rest.is_empty()).then_some(last);
        let mut before = Letters::default();
        let words = eights.iter().map(|eight| u64::from_le_bytes(*eight)).chain(last);
        for (index, word) in words.enumerate() {
            let here = Letters::of(word);
            let mut begins = here.begins(&before) & (here.alnum | self.signs);
            while begins != 0 {
                let at = index * 8 + begins.trailing_zeros() as usize / 8;
                if self.may_begin_at(text, at) && self.begins_at(text, at) {
                    return true;
                }
                begins &= begins - 1;
            }
            before = here;
        }
        false
    }

    /// Whether the two bytes at an index are such that a word may stand there.
    #[inline]
    fn may_begin_at(&self, text: &[u8], at: usize) -> bool {
        let Some(first) = text.get(at) else { return false };
        let (word, bit) = pair(*first, text.get(at + 1).copied().unwrap_or_default());
        self.pairs.get(word).is_some_and(|pairs| pairs >> bit & 1 == 1)
    }

    /// Whether one of the words stands at an index, where one may begin.
    #[cold]
    fn begins_at(&self, text: &[u8], at: usize) -> bool {
        let text = text.get(at..).unwrap_or_default();
        let group = text
            .first()
            .and_then(|byte| self.by_first.get(usize::from(*byte)));
        let group = group.and_then(|group| usize::from(*group).checked_sub(1));
        let Some(group) = group.and_then(|group| self.groups.get(group)).cloned() else {
            return false;
        };
        self.words.get(group).unwrap_or_default().iter().any(|word| {
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

/// What eight bytes are: the highest bit of each byte is its own.
#[derive(Clone, Copy, Default)]
struct Letters {
    /// ASCII letters and digits.
    alnum: u64,
    /// `a` to `z`.
    lower: u64,
    /// `A` to `Z`.
    upper: u64,
}

impl Letters {
    /// A byte in each of eight.
    const EACH: u64 = u64::MAX / 255;
    /// The bits that are used.
    const HIGHEST: u64 = 0x80 * Self::EACH;

    fn of(word: u64) -> Self {
        let low = word & !Self::HIGHEST;
        // No sum goes beyond its byte.
        let least = |bytes: u64, least: u8| bytes + (0x80 - u64::from(least)) * Self::EACH;
        let (small, ascii) = (low | (0x20 * Self::EACH), !word & Self::HIGHEST);
        let letter = least(small, b'a') & !least(small, b'z' + 1) & ascii;
        let digit = least(low, b'0') & !least(low, b'9' + 1) & ascii;
        // The bit that tells small letters from capital ones, where the highest is.
        let lower = letter & (word << 2);
        Self {
            alnum: letter | digit,
            lower,
            upper: letter & !lower,
        }
    }

    /// Where words may begin, given the eight bytes before: not after a letter or digit, but a name in camel case is
    /// several words.
    fn begins(&self, before: &Self) -> u64 {
        let after = |here: u64, before: u64| here << 8 | before >> 56;
        (!after(self.alnum, before.alnum) | self.upper & after(self.lower, before.lower)) & Self::HIGHEST
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
    fn every_byte_is_what_it_is() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut bytes = [b'.'; 8];
                bytes[at] = byte;
                let letters = Letters::of(u64::from_le_bytes(bytes));
                let mask = |is: bool| u64::from(is) << (at * 8 + 7);
                assert_eq!(letters.alnum, mask(byte.is_ascii_alphanumeric()));
                assert_eq!(letters.lower, mask(byte.is_ascii_lowercase()));
                assert_eq!(letters.upper, mask(byte.is_ascii_uppercase()));
            }
        }
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
        let fronts = ["", "xx", "xxxxxxA", "xxx xx-", "xxxxx-x "];
        for list in lists {
            let list: Vec<String> = list.iter().map(|word| (*word).to_owned()).collect();
            let words = Words::new(&list);
            let mut texts = vec![String::new()];
            for _ in 0..4 {
                let longer = |text: &String| signs.map(|sign| format!("{text}{sign}"));
                texts = texts.iter().flat_map(longer).collect();
                for text in texts
                    .iter()
                    .flat_map(|text| fronts.map(|front| format!("{front}{text}")))
                {
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
