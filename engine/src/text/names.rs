//! The names of the members around a place, as far as it matters which they are.

use crate::detect::Lexicon;

/// Of how many brackets, from outside, names are known.
pub(super) const KNOWN: usize = 32;

/// The names of the members on the way to a bracket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    /// A number for them: others have another. None for those that were not counted.
    pub number: Option<u8>,
    /// Whether there are words in them.
    pub have: bool,
}

impl Chain {
    /// There are no names.
    pub(super) const NONE: Self = Self {
        number: Some(0),
        have: false,
    };

    /// Names that were not counted.
    pub(super) fn unknown(have: bool) -> Self {
        Self { number: None, have }
    }
}

/// What is known of the names around brackets of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// By how many brackets are open around one: which it is, 0 where nothing is known of it, and the names.
    brackets: [(u16, Chain); KNOWN],
    /// The token that was asked about last, and whether its own name has words, or those around, or all of its text if
    /// that is short.
    pub token: Option<(usize, bool)>,
}

impl Names {
    /// The names on the way to a bracket with so many around it, which opened at a place of the window, or before it.
    pub(super) fn around(&self, level: usize, opened: Option<usize>) -> Option<Chain> {
        let (bracket, chain) = self.brackets.get(level)?;
        (*bracket == mark(opened)).then_some(*chain)
    }

    /// Keeps them.
    pub(super) fn learn(&mut self, level: usize, opened: Option<usize>, chain: Chain) {
        if let Some(bracket) = self.brackets.get_mut(level) {
            *bracket = (mark(opened), chain);
        }
    }
}

/// A number for a bracket of a window, by where it opened: never 0.
fn mark(opened: Option<usize>) -> u16 {
    // A window has 16 KiB.
    opened.map_or(1, |at| at as u16 + 2)
}

/// A name of a few bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Name {
    bytes: u128,
    len: u8,
}

impl Name {
    /// None for a longer one.
    fn of(name: &[u8]) -> Option<Self> {
        let mut bytes = [0; 16];
        bytes.get_mut(..name.len())?.copy_from_slice(name);
        Some(Self {
            bytes: u128::from_le_bytes(bytes),
            len: name.len() as u8,
        })
    }

    /// A place of `below`, a power of two.
    fn place(self, below: usize) -> usize {
        let both = self.bytes as u64 ^ (self.bytes >> 64) as u64 ^ u64::from(self.len);
        (both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize & (below - 1)
    }
}

/// Names that came, and how they follow one another: most come again.
#[derive(Default)]
pub(super) struct Chains {
    /// Names that were asked about, and whether they have words. One of no bytes has none.
    asked: [(Name, bool); 16],
    /// Chain `n + 1`: the one that it goes on from, its last name, and whether it has words.
    longer: Vec<(u8, Name, bool)>,
}

impl core::fmt::Debug for Chains {
    fn fmt(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        to.write_str("Chains(..)")
    }
}

impl Chains {
    /// So many are counted; others are unknown. A stream mostly has a handful.
    const MOST: usize = 32;

    /// Whether a name has words.
    pub(super) fn has_any(&mut self, name: &[u8], words: &Lexicon) -> bool {
        let short = Name::of(name);
        let known = short.and_then(|name| Some((name, self.asked.get_mut(name.place(16))?)));
        let Some((name_now, known)) = known else {
            return words.has_any(name);
        };
        if known.0 != name_now {
            *known = (name_now, words.has_any(name));
        }
        known.1
    }

    /// The chain that goes on with a name; as it is for a name of no bytes.
    pub(super) fn longer(&mut self, chain: Chain, name: &[u8], words: &Lexicon) -> Chain {
        if name.is_empty() {
            return chain;
        }
        let (Some(from), Some(last)) = (chain.number, Name::of(name)) else {
            return Chain::unknown(chain.have || self.has_any(name, words));
        };
        let known = self
            .longer
            .iter()
            .position(|(before, one, _)| (*before, *one) == (from, last));
        if let Some((at, (_, _, have))) = known.and_then(|at| Some((at, self.longer.get(at)?))) {
            return Chain {
                number: u8::try_from(at + 1).ok(),
                have: *have,
            };
        }
        let have = chain.have || self.has_any(name, words);
        if self.longer.len() >= Self::MOST {
            return Chain::unknown(have);
        }
        self.longer.push((from, last, have));
        Chain {
            number: u8::try_from(self.longer.len()).ok(),
            have,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Words;

    #[test]
    fn chains_are_told_apart_by_all_their_names() {
        let words = Words::new(&["pin".to_owned()]);
        let words = Lexicon::new([(0, &words)].into_iter());
        let mut chains = Chains::default();
        let mut chain = |names: &[&str]| {
            let longer = |chain, name: &&str| chains.longer(chain, name.as_bytes(), &words);
            names.iter().fold(Chain::NONE, longer)
        };
        let seen = [
            chain(&[]),
            chain(&["a"]),
            chain(&["b"]),
            chain(&["a", "b"]),
            chain(&["b", "a"]),
            chain(&["a", "pin"]),
            chain(&["a", "pin", "b"]),
        ];
        for (at, one) in seen.iter().enumerate() {
            assert!(one.number.is_some());
            assert!(seen.iter().take(at).all(|other| other.number != one.number));
        }
        assert_eq!(
            seen.map(|chain| chain.have),
            [false, false, false, false, false, true, true]
        );
        assert_eq!(chain(&["a", "", "b"]), seen[3]);
        assert_eq!(chain(&["a name that is long", "b"]), Chain::unknown(false));
        for number in 0..100 {
            let one = chain(&[&number.to_string()]);
            assert_eq!(one.number.is_some(), number < 32 - 6, "{number}");
            assert_eq!(one, chain(&[&number.to_string()]));
        }
    }
}
