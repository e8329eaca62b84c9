//! Words near a match that make it more likely.

/// Whether one of the lower-case words stands in the text, whole: no letter or digit touches it.
///
/// Letters compare without regard to ASCII case.
pub(crate) fn mentions(text: &[u8], words: &[String]) -> bool {
    words.iter().any(|word| stands_in(text, word.as_bytes()))
}

fn stands_in(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return false };
    let upper = first.to_ascii_uppercase();
    memchr::memchr2_iter(*first, upper, text).any(|at| {
        let end = at + word.len();
        let same = text
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
        let words = ["ssn".to_owned(), "social security".to_owned()];
        for text in ["SSN: ", "his ssn", "Social Security no. ", "userSsn", "user_ssn"] {
            assert!(mentions(text.as_bytes(), &words), "{text}");
        }
        for text in ["lessness", "ssnx", "", "social-security", "ssn1"] {
            assert!(!mentions(text.as_bytes(), &words), "{text}");
        }
    }
}
