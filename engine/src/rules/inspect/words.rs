//! Words that everybody uses: a pattern that is one of them as a whole finds something in almost any text.

/// Common words of English and of JSON's keys and values, parted by blanks.
pub(super) const WORDS: &str = include_str!("words.txt");

/// A word as it may be written.
pub(super) fn forms(word: &str) -> [String; 3] {
    let mut chars = word.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    let capital = first.into_iter().chain(chars).collect();
    [word.to_owned(), capital, word.to_uppercase()]
}
