//! Bytes as letters: what passes unharmed wherever text does, and through who changes its case.
//!
//! Seven bytes are twelve letters, since 26 to the 12th is more than 2 to the 56th. What is left over takes as few
//! letters as can tell its values apart, so how many there are says how many bytes they stand for.

/// Bytes that are written together.
const BLOCK: usize = 7;

/// By the number of bytes: the least letters that have as many values.
const LETTERS: [usize; BLOCK + 1] = [0, 2, 4, 6, 7, 9, 11, 12];

/// How many letters so many bytes are.
pub(super) const fn len(bytes: usize) -> usize {
    // The rest is less than a block.
    #[allow(
        clippy::indexing_slicing,
        reason = "a remainder is less than what is divided by"
    )]
    let rest = LETTERS[bytes % BLOCK];
    bytes / BLOCK * LETTERS[BLOCK] + rest
}

/// Writes bytes as lower case letters.
pub(super) fn write(bytes: &[u8], to: &mut Vec<u8>) {
    for block in bytes.chunks(BLOCK) {
        let number = block
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte));
        number_to(number, len(block.len()), to);
    }
}

/// Writes a number as so many letters, the highest first; what does not fit is left out.
pub(super) fn number_to(mut number: u64, letters: usize, to: &mut Vec<u8>) {
    let from = to.len();
    to.resize(from + letters, b'a');
    for letter in to.iter_mut().skip(from).rev() {
        *letter = b'a' + (number % 26) as u8;
        number /= 26;
    }
}

/// Reads letters of either case; none where they are not what [`write`] makes of some bytes.
pub(super) fn read(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / LETTERS[BLOCK] * BLOCK + BLOCK);
    for block in text.chunks(LETTERS[BLOCK]) {
        let count = LETTERS.iter().position(|letters| *letters == block.len())?;
        let mut number: u64 = 0;
        for letter in block {
            let digit = letter
                .to_ascii_lowercase()
                .checked_sub(b'a')
                .filter(|digit| *digit < 26)?;
            number = number * 26 + u64::from(digit);
        }
        let all = number.to_be_bytes();
        let (over, kept) = all.split_at_checked(all.len().checked_sub(count)?)?;
        if over.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_whatever_their_number_and_the_case() {
        let all: Vec<u8> = (0..=255).rev().chain([255; 20]).collect();
        for count in 0..all.len() {
            for bytes in [&all[..count], &all[all.len() - count..], &vec![0; count]] {
                let mut text = Vec::new();
                write(bytes, &mut text);
                assert_eq!(text.len(), len(count));
                assert!(text.iter().all(u8::is_ascii_lowercase));
                assert_eq!(read(&text).as_deref(), Some(bytes));
                assert_eq!(read(&text.to_ascii_uppercase()).as_deref(), Some(bytes));
            }
        }
    }

    #[test]
    fn what_stands_for_no_bytes_is_not_read() {
        // More than a byte, letters that no number of bytes has, and what is no letter.
        for text in ["jw", "a", "abc", "zzzzzzzzzzzz", "a1", "[a", "\u{e9}"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(b"jv"), Some(vec![255]));
    }
}
