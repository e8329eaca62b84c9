//! Words near a match that make it more likely.

use core::ops::Range;
use std::collections::BTreeMap;

/// Words of a detector, ready to be looked for. The default has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// Lower case; those that begin with the same byte stand together.
    words: Vec<String>,
    /// By byte, one more than the number of the group of words that begin with it; 0 for none.
    by_first: Vec<u16>,
    /// Each group, as a part of `words`.
    groups: Vec<Range<usize>>,
    /// Whether a word begins with what is no letter or digit.
    signs: bool,
    /// With which two bytes a word may begin: the bits of their [`pair`].
    pairs: [u64; 4],
}

/// How many bytes are looked at in one go: most of what is before a match.
const SOME: usize = 64;

/// And how many where there are no more: most keys.
const FEW: usize = 16;

/// A number of eight bits for two bytes, whatever the case of letters: most words of a text begin with another one
/// than those that are looked for.
#[inline]
fn pair(bytes: [u8; 2]) -> (usize, u32) {
    let number = (u16::from_le_bytes(bytes) | 0x2020).wrapping_mul(0x9E35) >> 8;
    (usize::from(number >> 6), u32::from(number & 63))
}

impl Words {
    /// Takes lower-case words; letters compare without regard to ASCII case.
    pub(crate) fn new(words: &[String]) -> Self {
        let mut words: Vec<String> = words.iter().filter(|word| !word.is_empty()).cloned().collect();
        words.sort_unstable();
        let (mut by_first, mut groups, mut signs) = (vec![0; 256], Vec::new(), false);
        let mut from = 0;
        for some in words.chunk_by(|one, other| one.as_bytes().first() == other.as_bytes().first()) {
            groups.push(from..from + some.len());
            from += some.len();
            let Some(first) = some.first().and_then(|word| word.bytes().next()) else {
                continue;
            };
            signs |= !first.is_ascii_alphanumeric();
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
                let (at, bit) = pair([first.copied().unwrap_or_default(), second]);
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
        (0..text.len()).step_by(SOME).any(|from| {
            let here = Around::of(text, from);
            let mut begins = if text.len() - from <= FEW {
                here.begins::<FEW>(self.signs)
            } else {
                here.begins::<SOME>(self.signs)
            };
            while begins != 0 {
                let at = begins.trailing_zeros() as usize;
                if self.may_begin(here.two(at)) && self.begins_at(text, from + at) {
                    return true;
                }
                begins &= begins - 1;
            }
            false
        })
    }

    /// Whether a word may begin with two bytes.
    #[inline]
    fn may_begin(&self, bytes: [u8; 2]) -> bool {
        let (word, bit) = pair(bytes);
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
        let words = self.words.get(group).unwrap_or_default();
        words.iter().any(|word| leads(text, word.as_bytes()))
    }

    /// The words.
    fn iter(&self) -> impl Iterator<Item = &String> {
        self.words.iter()
    }
}

/// Whether a text, where a word may begin, begins with a lower-case word, whole.
fn leads(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len())
        .is_some_and(|part| part.eq_ignore_ascii_case(word))
        && (text
            .get(word.len())
            .is_none_or(|next| !next.is_ascii_lowercase() && !next.is_ascii_digit())
            || word.last().is_some_and(|last| !last.is_ascii_alphanumeric()))
}

/// A word, and its part of the owners.
type Entry = (Box<[u8]>, Range<u32>);

/// Whether a byte is a letter, or part of one.
fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

/// The words of many detectors, looked for at once. The default has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexicon {
    /// Each word in lower case, and whose it is, as a part of `owners`; by [`Self::slot`] of its first two bytes.
    words: Vec<Entry>,
    /// Detectors.
    owners: Vec<u16>,
    /// The part of `words` of each slot: from its number to the next.
    slots: Vec<u32>,
    /// Whether a word begins with what is no letter or digit.
    signs: bool,
}

impl Lexicon {
    /// How many slots there are.
    const SLOTS: usize = 1024;

    /// Takes the words of detectors.
    pub(crate) fn new<'w>(words: impl Iterator<Item = (u16, &'w Words)>) -> Self {
        let mut owners_of: BTreeMap<&[u8], Vec<u16>> = BTreeMap::new();
        for (index, words) in words {
            for word in words.iter() {
                owners_of.entry(word.as_bytes()).or_default().push(index);
            }
        }
        let mut by_slot: Vec<Vec<Entry>> = vec![Vec::new(); Self::SLOTS];
        let (mut owners, mut signs) = (Vec::new(), false);
        for (word, mut whose) in owners_of {
            let Some(first) = word.first() else { continue };
            signs |= !first.is_ascii_alphanumeric();
            whose.sort_unstable();
            whose.dedup();
            let from = owners.len() as u32;
            owners.append(&mut whose);
            let entry = (Box::from(word), from..owners.len() as u32);
            // Anything may follow a word of one byte.
            let seconds = word.get(1).map_or(0..=u8::MAX, |second| *second..=*second);
            let mut slots: Vec<usize> = seconds.map(|second| Self::slot([*first, second])).collect();
            slots.sort_unstable();
            slots.dedup();
            for slot in slots {
                if let Some(slot) = by_slot.get_mut(slot) {
                    slot.push(entry.clone());
                }
            }
        }
        let mut slots = vec![0];
        let mut words = Vec::new();
        for slot in by_slot {
            words.extend(slot);
            slots.push(words.len() as u32);
        }
        if words.is_empty() {
            return Self::default();
        }
        Self {
            words,
            owners,
            slots,
            signs,
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// A number for two bytes, whatever the case of letters.
    fn slot(bytes: [u8; 2]) -> usize {
        let mixed = (u32::from(u16::from_le_bytes(bytes)) | 0x2020).wrapping_mul(0x9E37_79B1);
        (mixed >> 22) as usize
    }

    /// Adds those whose words stand in the text, whole; some maybe twice.
    pub(crate) fn find(&self, text: &[u8], found: &mut Vec<u16>) {
        if self.is_empty() {
            return;
        }
        for from in (0..text.len()).step_by(SOME) {
            let here = Around::of(text, from);
            let mut begins = if text.len() - from <= FEW {
                here.begins::<FEW>(self.signs)
            } else {
                here.begins::<SOME>(self.signs)
            };
            while begins != 0 {
                let at = begins.trailing_zeros() as usize;
                begins &= begins - 1;
                let slot = Self::slot(here.two(at));
                let Some([from_word, to_word]) =
                    self.slots.get(slot..slot + 2).and_then(<[u32]>::first_chunk)
                else {
                    continue;
                };
                let words = self.words.get(*from_word as usize..*to_word as usize);
                let text = text.get(from + at..).unwrap_or_default();
                for (word, whose) in words.unwrap_or_default() {
                    if leads(text, word) {
                        let whose = self.owners.get(whose.start as usize..whose.end as usize);
                        found.extend_from_slice(whose.unwrap_or_default());
                    }
                }
            }
        }
    }
}

/// Some bytes of a text, with the byte before them and the one after; NUL where there is none.
struct Around([u8; SOME + 2]);

impl Around {
    /// The bytes from an index on.
    #[inline]
    fn of(text: &[u8], from: usize) -> Self {
        let mut bytes = [0; SOME + 2];
        let (skip, from) = (usize::from(from == 0), from.saturating_sub(1));
        let some = text.get(from..).unwrap_or_default();
        for (to, byte) in bytes.iter_mut().skip(skip).zip(some) {
            *to = *byte;
        }
        Self(bytes)
    }

    /// Where words may begin among the first bytes, each a bit: not after a letter or digit, but a name in camel case is
    /// several words.
    #[inline]
    fn begins<const COUNT: usize>(&self, signs: bool) -> u64 {
        let mut begins = [0_u8; COUNT];
        let pairs = self.0.iter().zip(self.0.iter().skip(1));
        // Without branches, so that it becomes vector instructions.
        for (slot, (before, byte)) in begins.iter_mut().zip(pairs) {
            let camel = byte.is_ascii_uppercase() & before.is_ascii_lowercase();
            let begins = !is_alnum(*before) | camel;
            *slot = u8::from(begins & (is_alnum(*byte) | signs));
        }
        let (eights, _) = begins.as_chunks::<8>();
        eights.iter().rev().fold(0, |bits, eight| {
            // The multiplication brings bit 8 * i to bit 56 + i; no two bits meet on the way.
            let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            bits << 8 | gathered
        })
    }

    /// A byte and the one after it.
    #[inline]
    fn two(&self, at: usize) -> [u8; 2] {
        let two = self.0.get(at + 1..at + 3).and_then(<[u8]>::first_chunk);
        two.copied().unwrap_or_default()
    }
}

/// A letter or digit, without a branch.
#[inline]
fn is_alnum(byte: u8) -> bool {
    (byte | 0x20).is_ascii_lowercase() | byte.is_ascii_digit()
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
            assert_eq!(is_alnum(byte), byte.is_ascii_alphanumeric());
            for at in 0..SOME {
                let mut bytes = [b'.'; SOME + 8];
                bytes[at] = byte;
                let begins = Around::of(&bytes, 0).begins::<SOME>(false);
                assert_eq!(begins, u64::from(byte.is_ascii_alphanumeric()) << at);
                assert_eq!(Around::of(&bytes, 0).begins::<FEW>(false), begins & 0xFFFF);
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
        let long = "x".repeat(SOME - 2);
        let fronts = ["", "xx", &long, &format!("{long}-"), &format!("{long} ")];
        for list in lists {
            let list: Vec<String> = list.iter().map(|word| (*word).to_owned()).collect();
            let words = Words::new(&list);
            let each: Vec<Words> = list
                .iter()
                .map(|word| Words::new(core::slice::from_ref(word)))
                .collect();
            let lexicon = Lexicon::new((0..).zip(&each));
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
                    let mut found = Vec::new();
                    lexicon.find(text.as_bytes(), &mut found);
                    for (number, word) in list.iter().enumerate() {
                        assert_eq!(
                            found.contains(&(number as u16)),
                            mentions(text.as_bytes(), core::slice::from_ref(word)),
                            "{text} {word}"
                        );
                    }
                }
            }
        }
    }
}
