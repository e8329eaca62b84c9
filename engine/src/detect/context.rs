//! Words near a match that make it more likely.

use core::ops::{ControlFlow, Range};
use std::collections::BTreeMap;

/// Words of a detector, ready to be looked for. The default has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// Lower case, none of them empty.
    words: Vec<String>,
    /// With which two bytes one of them may begin.
    pairs: Pairs<4>,
}

impl Words {
    /// Takes lower-case words; letters compare without regard to ASCII case.
    pub(crate) fn new(words: &[String]) -> Self {
        let words: Vec<String> = words.iter().filter(|word| !word.is_empty()).cloned().collect();
        let mut pairs = Pairs::default();
        words.iter().for_each(|word| pairs.add(word.as_bytes()));
        Self { words, pairs }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words.
    pub(crate) fn all(&self) -> &[String] {
        &self.words
    }

    /// Whether one of them stands in the text, whole: no letter or digit touches it.
    pub(crate) fn stand_in(&self, text: &[u8]) -> bool {
        let found = each_begin(text, |at, two| {
            let rest = text.get(at..).unwrap_or_default();
            match self.pairs.has(two) && self.words.iter().any(|word| leads(rest, word.as_bytes())) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        found.is_break()
    }
}

/// With which two bytes some words may begin, whatever the case of letters; most words of a text begin with others. It has
/// 64 bits for each of `WORDS`, a power of two, and may say yes where none begins.
#[derive(Clone, Debug)]
struct Pairs<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Default for Pairs<WORDS> {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl<const WORDS: usize> Pairs<WORDS> {
    /// Adds what a word begins with. Anything may follow one of a single byte.
    fn add(&mut self, word: &[u8]) {
        let Some(first) = word.first() else { return };
        for second in seconds(word) {
            let number = number([*first, second], 64 * WORDS);
            if let Some(slot) = self.0.get_mut(number / 64) {
                *slot |= 1 << (number % 64);
            }
        }
    }

    /// Whether a word may begin with two bytes.
    #[inline]
    fn has(&self, two: [u8; 2]) -> bool {
        let number = number(two, 64 * WORDS);
        self.0
            .get(number / 64)
            .is_some_and(|slot| slot >> (number % 64) & 1 == 1)
    }
}

/// What the second byte of a word may be: of what follows it, if it has only one.
fn seconds(word: &[u8]) -> core::ops::RangeInclusive<u8> {
    word.get(1).map_or(0..=u8::MAX, |second| *second..=*second)
}

/// A number below a power of two for two bytes, whatever the case of letters.
#[inline]
fn number(two: [u8; 2], below: usize) -> usize {
    let mixed = (u32::from(u16::from_le_bytes(two)) | 0x2020).wrapping_mul(0x9E37_79B1);
    (mixed >> 16) as usize & (below - 1)
}

/// What a byte is to words: bits.
static SORTS: [u8; 256] = {
    let mut sorts = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        sorts[byte] = (b.is_ascii_alphanumeric() as u8 * ALNUM)
            | (b.is_ascii_lowercase() as u8 * LOWER)
            | (b.is_ascii_uppercase() as u8 * UPPER);
        byte += 1;
    }
    sorts
};
const ALNUM: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 4;

/// Calls back with each index where a word may begin, and the two bytes from there on, the second NUL where there is none:
/// not after a letter or digit, but a name in camel case is several words.
#[inline]
fn each_begin(text: &[u8], mut then: impl FnMut(usize, [u8; 2]) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut before = 0;
    let nexts = text.iter().skip(1).copied().chain([0]);
    for (at, (byte, next)) in text.iter().zip(nexts).enumerate() {
        let sort = SORTS[usize::from(*byte)];
        let camel = sort & UPPER != 0 && before & LOWER != 0;
        if before & ALNUM == 0 || camel {
            then(at, [*byte, next])?;
        }
        before = sort;
    }
    ControlFlow::Continue(())
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

/// A word of a lexicon.
#[derive(Clone, Debug)]
struct Entry {
    word: Box<[u8]>,
    /// Its [`front`], and which bits of it are known.
    front: (u64, u64),
    /// Its part of the owners.
    whose: Range<u32>,
}

/// The first eight bytes of a text, whatever the case of letters; NUL where there are none.
#[inline]
fn front(text: &[u8]) -> u64 {
    let bytes = match text.first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text
            .iter()
            .rev()
            .fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)),
    };
    bytes | 0x2020_2020_2020_2020
}

/// The words of many detectors, looked for at once. The default has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexicon {
    /// Each word in lower case, and whose it is, as a part of `owners`; by the number of its first two bytes.
    words: Vec<Entry>,
    /// Detectors.
    owners: Vec<u16>,
    /// The part of `words` of each number: from its place to the next. One more than a power of two.
    slots: Vec<u32>,
    /// With which two bytes they begin.
    pairs: Pairs<64>,
}

impl Lexicon {
    /// The most numbers there are.
    const SLOTS: usize = 1024;

    /// Takes the words of detectors.
    pub(crate) fn new<'w>(words: impl Iterator<Item = (u16, &'w Words)>) -> Self {
        let mut owners_of: BTreeMap<&[u8], Vec<u16>> = BTreeMap::new();
        for (index, words) in words {
            for word in words.all() {
                owners_of.entry(word.as_bytes()).or_default().push(index);
            }
        }
        if owners_of.is_empty() {
            return Self::default();
        }
        let numbers = (2 * owners_of.len()).next_power_of_two().min(Self::SLOTS);
        let mut by_slot: Vec<Vec<Entry>> = vec![Vec::new(); numbers];
        let (mut owners, mut pairs) = (Vec::new(), Pairs::default());
        for (word, mut whose) in owners_of {
            let Some(first) = word.first() else { continue };
            pairs.add(word);
            whose.sort_unstable();
            whose.dedup();
            let from = owners.len() as u32;
            owners.append(&mut whose);
            let known = u64::MAX >> (64 - 8 * word.len().min(8));
            let entry = Entry {
                word: Box::from(word),
                front: (front(word) & known, known),
                whose: from..owners.len() as u32,
            };
            let mut slots: Vec<usize> = seconds(word)
                .map(|second| number([*first, second], numbers))
                .collect();
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
        Self {
            words,
            owners,
            slots,
            pairs,
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Adds those whose words stand in the text, whole; some maybe twice.
    pub(crate) fn find(&self, text: &[u8], found: &mut Vec<u16>) {
        if self.is_empty() {
            return;
        }
        let _ = each_begin(text, |at, two| {
            if self.pairs.has(two) {
                self.find_at(text.get(at..).unwrap_or_default(), two, found);
            }
            ControlFlow::Continue(())
        });
    }

    /// Whether one stands in the text; what follows it may belong to it, since the text may be parted there.
    pub(crate) fn has_any(&self, text: &[u8]) -> bool {
        let any = each_begin(text, |at, two| {
            let begins = self.pairs.has(two) && self.begins(text.get(at..).unwrap_or_default(), two);
            match begins {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        any.is_break()
    }

    /// Those that may begin with two bytes.
    fn with(&self, two: [u8; 2]) -> &[Entry] {
        let numbers = self.slots.len().saturating_sub(1).max(1);
        let slot = number(two, numbers);
        let part = self.slots.get(slot..slot + 2).and_then(<[u32]>::first_chunk);
        part.and_then(|[from, to]| self.words.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }

    /// Whether the text begins with one.
    #[inline(never)]
    fn begins(&self, text: &[u8], two: [u8; 2]) -> bool {
        let begins = front(text);
        self.with(two).iter().any(|Entry { word, front, .. }| {
            let (front, known) = front;
            begins & known == *front
                && text
                    .get(..word.len())
                    .is_some_and(|part| part.eq_ignore_ascii_case(word))
        })
    }

    /// Adds whose words the text begins with, whole.
    #[inline(never)]
    fn find_at(&self, text: &[u8], two: [u8; 2], found: &mut Vec<u16>) {
        let begins = front(text);
        for Entry { word, front, whose } in self.with(two) {
            let (front, known) = front;
            if begins & known == *front && leads(text, word) {
                let whose = self.owners.get(whose.start as usize..whose.end as usize);
                found.extend_from_slice(whose.unwrap_or_default());
            }
        }
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
        let long = "x".repeat(62);
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
