//! Whether a value looks drawn at random, or written by a person: words, identifiers, fillers, sequences.

/// What is counted in a value, in one pass.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looks {
    /// All bytes.
    pub(super) len: u32,
    /// Digits.
    pub(super) digits: u32,
    /// Letters.
    pub(super) letters: u32,
    /// Capitals.
    pub(super) upper: u32,
    /// Digits and the letters of hexadecimal numbers.
    hex: u32,
    /// Neither, but for `_`, `-` and `.`.
    pub(super) signs: u32,
    /// Different bytes.
    pub(super) distinct: u32,
    /// Neighbours of which one is a letter and one a digit, or which go from a capital to a small letter or back, but
    /// for the capital that a word begins with.
    pub(super) turns: u32,
    /// Neighbouring letters.
    pairs: u32,
    /// Those of them that are common in prose.
    common: u32,
    /// The longest run of one byte.
    pub(super) same: u32,
    /// The longest run of bytes each one more than the one before: `abcd`, `1234`.
    pub(super) rising: u32,
    /// That of digits.
    pub(super) counting: u32,
}

/// By letter, the letters that often follow it: bit 0 is `a`. More than one in a thousand pairs of letters, counted
/// over English documentation; 208 of 676, which are 93 % of such text.
const FOLLOWS: [u32; 26] = [
    0x13EBD4E, 0x1124911, 0x01A4D91, 0x0144119, 0x1AEB87D, 0x0124131, 0x0060110, 0x0084111, 0x2AEF87F,
    0x0000010, 0x0000010, 0x11C4939, 0x000D113, 0x01C417D, 0x07EFC4E, 0x11EC911, 0x0100000, 0x11E755D,
    0x01CC195, 0x11EC195, 0x00EB913, 0x0000111, 0x0004181, 0x0080010, 0x0008000, 0x0000000,
];

impl Looks {
    /// Looks at a value.
    pub(super) fn of(value: &[u8]) -> Self {
        let mut looks = Self::default();
        let mut seen = [0_u64; 4];
        let (mut same, mut rising) = (0, 0);
        let mut before = None;
        let mut before_that = None;
        for byte in value.iter().copied() {
            looks.len += 1;
            looks.digits += u32::from(byte.is_ascii_digit());
            looks.letters += u32::from(byte.is_ascii_alphabetic());
            looks.hex += u32::from(byte.is_ascii_hexdigit());
            looks.upper += u32::from(byte.is_ascii_uppercase());
            looks.signs += u32::from(!byte.is_ascii_alphanumeric() && !b"_-.".contains(&byte));
            if let Some(word) = seen.get_mut(usize::from(byte >> 6)) {
                *word |= 1 << (byte & 63);
            }
            same = if before == Some(byte) { same + 1 } else { 1 };
            rising = if before.is_some_and(|before: u8| before.checked_add(1) == Some(byte)) {
                rising + 1
            } else {
                1
            };
            looks.same = looks.same.max(same);
            looks.rising = looks.rising.max(rising);
            if byte.is_ascii_digit() {
                looks.counting = looks.counting.max(rising);
            }
            if let Some(before) = before {
                looks.turns += u32::from(turns(before_that, before, byte));
                if before.is_ascii_alphabetic() && byte.is_ascii_alphabetic() {
                    looks.pairs += 1;
                    looks.common += u32::from(is_common(before, byte));
                }
            }
            before_that = before;
            before = Some(byte);
        }
        looks.distinct = seen.iter().map(|word| word.count_ones()).sum();
        looks
    }

    /// Whether it is a filler: one byte or a few over and over, or a sequence.
    pub(super) fn is_filler(&self) -> bool {
        let few = match self.len {
            0..8 => 2,
            8..16 => 4,
            16..28 => 6,
            _ => 7,
        };
        self.distinct < few
            // Zeros are `AAAA` in base 64.
            || self.same >= 5 && self.same * 4 >= self.len
            || self.rising >= 24
            || self.counting >= 10
    }

    /// Whether it is one sign or two over and over: what even a bad password is not.
    pub(super) fn is_fill(&self) -> bool {
        self.distinct < 3 || self.same >= 6
    }

    /// Whether most of it reads like words.
    pub(super) fn is_wordy(&self) -> bool {
        self.pairs >= 4 && self.pairs * 2 >= self.letters && self.common * 100 >= self.pairs * 66
    }

    /// Whether letters and digits are mixed as in a random value of its length, or its letters as in no word.
    pub(super) fn is_random(&self) -> bool {
        // All hex but for one letter's case: somebody changed it.
        let edited =
            self.hex == self.len && self.letters >= 10 && (self.upper == 1 || self.letters - self.upper == 1);
        if self.is_filler() || edited {
            return false;
        }
        let alnum = self.letters + self.digits;
        if self.digits == 0 {
            // Base 64 or 62 by chance without a digit, or letters alone.
            let turned = self.turns * 6 >= alnum;
            return self.pairs >= 12
                && (self.common * 100 <= self.pairs * 52 && (self.upper == 0 || self.upper == self.letters)
                    || self.common * 100 <= self.pairs * 60 && turned);
        }
        if self.letters == 0 {
            return false;
        }
        // Letters in no order need fewer digits between them.
        if self.turns >= 2 && self.pairs >= 8 && self.common * 100 <= self.pairs * 50 && alnum >= 16 {
            return true;
        }
        let least = (alnum / 10).clamp(3, 8);
        self.turns >= least && !(self.is_wordy() && self.digits * 5 < alnum && self.turns * 4 < alnum)
    }
}

/// Whether the kind of character changes as it does in no word: the capital that begins one does not count.
fn turns(before_that: Option<u8>, before: u8, byte: u8) -> bool {
    let mixed = before.is_ascii_alphabetic() && byte.is_ascii_digit()
        || before.is_ascii_digit() && byte.is_ascii_alphabetic();
    let falls = before.is_ascii_uppercase()
        && byte.is_ascii_lowercase()
        && before_that.is_some_and(|byte| byte.is_ascii_digit());
    let rises = before.is_ascii_lowercase() && byte.is_ascii_uppercase();
    mixed || falls || rises
}

fn is_common(one: u8, other: u8) -> bool {
    let place = |byte: u8| byte.to_ascii_lowercase().wrapping_sub(b'a');
    FOLLOWS
        .get(usize::from(place(one)))
        .is_some_and(|follows| follows >> place(other).min(31) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_values_are_told_from_written_ones() {
        for random in [
            "8f2d0c1b7e6a4f53",
            "yL2f3t1lcxA2bon0",
            "0987654321fedcba0987654321fedcbf",
            "Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB",
            "46c10c08-2907-5c87-1132-bced27ee3b49",
            "wsxQezrfvtgbYhnujMiklopQazwXsced",
            "kmrq5=55zlq9jvceslqz76h0lpjfdsez",
        ] {
            assert!(Looks::of(random.as_bytes()).is_random(), "{random}");
        }
        for written in [
            "xxxxxxxxxxxxxxxxxxxx",
            "00000000-0000-0000-0000-000000000000",
            "SalesResults-1.2",
            "kubernetes-dashboard-csrf",
            "rc0.13.0_20230412_0712-SNAPSHOT",
            "cmp2-qat-1208358310",
            "getServerAddressByClientCIDRs",
            "MySecretManagerKeyForTheService",
            "thisismypassword",
            "abcdefghijklmnopqrstuvwxyz",
            "v2.example.internal",
            "",
        ] {
            assert!(!Looks::of(written.as_bytes()).is_random(), "{written}");
        }
    }

    #[test]
    fn words_are_wordy() {
        assert!(Looks::of(b"administrator").is_wordy());
        assert!(!Looks::of(b"xkqjzvbwpf").is_wordy());
    }
}
