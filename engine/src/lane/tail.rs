//! What a lane's text ends with: whether a value may have begun there.
//!
//! Where a model stops thinking and answers, what is undecided of its thoughts is let go, or the answer would queue behind
//! the last word thought. A stream may also change sides in the middle of a value, and come back. So what looks like the
//! beginning of a value waits: for what follows it, or until so much else has come that nothing does.

/// So many bytes are looked at: no value's word is told by more.
const KEPT: usize = 48;

/// So many events a lane may be silent while others of its group go on: then what it ends with is all there is.
pub(super) const SILENT: u64 = 12;

/// So many digits may be the beginning of a value.
const DIGITS: usize = 4;

/// The last bytes of a lane's text, as they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail(Vec<u8>);

impl Tail {
    /// More of the text.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        let last = bytes.len().saturating_sub(KEPT);
        self.0.extend_from_slice(bytes.get(last..).unwrap_or_default());
        self.0.drain(..self.0.len().saturating_sub(KEPT));
    }

    /// Whether it may end in a value: its last word has an `@` or four digits, or it ends in four digits and what parts
    /// digits.
    pub(super) fn may_be_a_value(&self) -> bool {
        let digits = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_digit()).count();
        let ends = |is: fn(&u8) -> bool| {
            let from = self.0.iter().rposition(|byte| !is(byte)).map_or(0, |at| at + 1);
            self.0.get(from..).unwrap_or_default()
        };
        let word = ends(|byte| *byte != b' ');
        let number = ends(|byte| byte.is_ascii_digit() || b" -./:()+".contains(byte));
        word.contains(&b'@') || digits(word) >= DIGITS || digits(number) >= DIGITS
    }
}

#[cfg(test)]
mod tests {
    use super::Tail;

    #[test]
    fn values_are_told_from_words() {
        let ends = |text: &str| {
            let mut tail = Tail::default();
            text.bytes().for_each(|byte| tail.read(&[byte]));
            let mut whole = Tail::default();
            whole.read(text.as_bytes());
            assert_eq!(tail.0, whole.0);
            tail.may_be_a_value()
        };
        for text in [
            "bob@",
            "card 4111 1111 ",
            "ssn 123-4",
            "DE89 3704 ",
            "k=a1b2c3d4e",
            &"a4".repeat(99),
        ] {
            assert!(ends(text), "{text}");
        }
        for text in [
            "",
            "so I answer",
            "in 1998 by Smith",
            "it is 42",
            &"a4 ".repeat(99),
        ] {
            assert!(!ends(text), "{text}");
        }
    }
}
