//! Strings that a named profile says are never altered, as far as they look like what they are said to be.
//!
//! A *word* (an id, a name, a word of a closed list) is short: it is held until it is complete, and if all of it looks like
//! one it is searched and told, and stays. What is *sealed* (a signature, what is encrypted) and *media* are base64, and may
//! be long: as soon as they look like it they pass without being searched, and are counted. If a character follows then that
//! no base64 has, the stream is refused: what has passed was none, and a value may have begun in it. *Signed* text is searched as any text, told, and stays.

use super::body::{Body, Cx, Seen};
use super::level::{OpenText, Reads};
use super::map::{Map, Place};
use crate::error::ErrorKind;
use crate::profile::Spared;
use crate::token::Stop;
use crate::{Slot, Unscanned};

/// The longest word.
const WORD: usize = 256;

/// What has so many bytes, and no letter, is no word.
const NUMBER: usize = 8;

/// The shortest thing that is sealed.
const SEALED: usize = 16;

/// The longest beginning of media, up to the comma of a `data:` URL.
const BEGINNING: usize = 128;

/// Whether what is found in a text is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Touch {
    /// As the plan says.
    #[default]
    Free,
    /// In no case.
    Spared,
    /// In no case: if it is restricted, the stream is refused.
    Signed,
}

/// How far it is known whether a string is what it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// So far, and more must be seen: it waits in front of its text.
    So(Spared),
    /// It does: it is not searched.
    Passes(Unscanned),
}

/// What the beginning of a string says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guess {
    Perhaps,
    Yes,
    No,
}

/// Whether a byte is one of base64, of either alphabet; some break it into lines.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(&byte)
}

/// Whether a byte is one of words, ids and names.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.:/+=".contains(&byte)
}

/// Whether a string of which this is the beginning is what it is said to be; `media` is how that begins. What is decided
/// stays decided, whatever follows, so it does not matter how much of it is there.
fn guess(spared: Spared, text: &[u8], media: &[Box<str>]) -> Guess {
    match spared {
        // All of it counts.
        Spared::Word if text.len() <= WORD && text.iter().all(|byte| is_word(*byte)) => Guess::Perhaps,
        Spared::Word | Spared::Signed => Guess::No,
        Spared::Sealed => match text.iter().take_while(|byte| is_base64(**byte)).count() {
            SEALED.. => Guess::Yes,
            all if all == text.len() => Guess::Perhaps,
            _ => Guess::No,
        },
        Spared::Media(_) => {
            let mut begins = media.iter().map(|begin| &**begin);
            match begins.find(|begin| text.starts_with(begin.as_bytes())) {
                Some(begin) if begin.starts_with("data:") => guess_url(text),
                Some(_) => Guess::Yes,
                None if media.iter().any(|begin| begin.as_bytes().starts_with(text)) => Guess::Perhaps,
                None => Guess::No,
            }
        }
    }
}

/// Whether a `data:` URL says of itself that it is base64.
fn guess_url(text: &[u8]) -> Guess {
    let head = text.get(..BEGINNING).unwrap_or(text);
    match head.iter().position(|byte| !is_media_type(byte)) {
        Some(comma) => match head.split_at_checked(comma) {
            Some((media, [b',', ..])) if media.ends_with(b";base64") => Guess::Yes,
            _ => Guess::No,
        },
        None if text.len() < BEGINNING => Guess::Perhaps,
        None => Guess::No,
    }
}

/// Whether a whole string is a word: without a letter it is none if it is as long as numbers of people and accounts are.
pub(super) fn is_whole_word(spared: Spared, text: &[u8]) -> bool {
    let is_named = text.len() < NUMBER || text.iter().any(u8::is_ascii_alphabetic);
    spared == Spared::Word && is_named && guess(spared, text, &[]) == Guess::Perhaps
}

/// Whether a byte may stand in the head of a `data:` URL.
fn is_media_type(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b":/;=.+-_".contains(byte)
}

impl Body {
    /// How media begin.
    fn media(&self, spared: Spared) -> &[Box<str>] {
        match (spared, &self.walker) {
            (Spared::Media(number), Some(walker)) => {
                let media = walker.program().media.get(usize::from(number));
                media.map_or(&[], |media| media)
            }
            _ => &[],
        }
    }

    /// A piece of a string that may be never altered.
    #[allow(
        clippy::too_many_arguments,
        reason = "one piece of text with its place and its planes"
    )]
    pub(super) fn spare(
        &mut self,
        text: &mut OpenText,
        looks: Looks,
        child: usize,
        kind: Slot,
        (bytes, map): (&[u8], &Map<'_>),
        cx: &mut Cx<'_>,
    ) -> Result<(), Stop> {
        let spared = match looks {
            Looks::Passes(why) => return pass(text, why, (bytes, map), cx),
            Looks::So(spared) => spared,
        };
        if bytes.is_empty() {
            return Ok(());
        }
        let before = text.front.bytes.len();
        text.front.bytes.extend_from_slice(bytes);
        text.front.runs.extend(map);
        text.front.end = map.end();
        let known = guess(spared, &text.front.bytes, self.media(spared));
        if known == Guess::Perhaps {
            return Ok(());
        }
        let front = core::mem::take(&mut text.front);
        // What is at fault comes with this piece.
        let here = |stop: Stop| Stop {
            at: stop.at.saturating_sub(before),
            ..stop
        };
        if known == Guess::No {
            text.looks = None;
            return self
                .route(text, child, kind, &front.bytes, &front.map(), Seen::Nowhere, cx)
                .map_err(here);
        }
        self.slot.forget_name();
        let (why, head) = match spared {
            Spared::Media(_) => (Unscanned::Media, head(&front.bytes)),
            _ => (Unscanned::Signed, 0),
        };
        text.looks = Some(Looks::Passes(why));
        let (first, map) = (front.bytes.get(head..).unwrap_or_default(), front.map());
        *cx.unscanned.entry(why).or_default() += map.at(head).raw - map.at(0).raw;
        pass(text, why, (first, &map.slice(head, front.bytes.len())), cx).map_err(|stop| {
            here(Stop {
                at: stop.at + head,
                ..stop
            })
        })
    }

    /// A string ends that may be never altered: what waited in front of it is read as what it is.
    pub(super) fn end_spared(&mut self, text: &mut OpenText, child: usize, end: Place, cx: &mut Cx<'_>) {
        let Some(looks) = text.looks.take() else { return };
        match looks {
            Looks::Passes(_) => text.reads = Reads::Nothing,
            Looks::So(spared) => {
                let front = core::mem::take(&mut text.front);
                if front.bytes.is_empty() {
                    return;
                }
                if is_whole_word(spared, &front.bytes) {
                    self.touch = Touch::Spared;
                }
                // What may wait is no bracket, so it is text, and that is never refused.
                let _ = self.route(
                    text,
                    child,
                    Slot::Value,
                    &front.bytes,
                    &front.map(),
                    Seen::Nowhere,
                    cx,
                );
                self.spill_text(text, end, cx);
                self.finish_slot(end, cx);
                self.touch = Touch::Free;
                text.reads = Reads::Nothing;
            }
        }
    }
}

/// Bytes of a string that passes.
///
/// # Errors
/// It is no base64 after all.
fn pass(
    text: &mut OpenText,
    why: Unscanned,
    (bytes, map): (&[u8], &Map<'_>),
    cx: &mut Cx<'_>,
) -> Result<(), Stop> {
    let passed = bytes.iter().take_while(|byte| is_base64(**byte)).count();
    text.len += passed as u64;
    *cx.unscanned.entry(why).or_default() += map.at(passed).raw.saturating_sub(map.at(0).raw);
    if passed == bytes.len() {
        return Ok(());
    }
    Err(Stop {
        at: passed,
        kind: ErrorKind::Refused,
    })
}

/// How long the head of a `data:` URL is, with its comma; 0 for what is none.
fn head(bytes: &[u8]) -> usize {
    if !bytes.starts_with(b"data:") {
        return 0;
    }
    bytes.iter().position(|byte| *byte == b',').map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_string_is_said_to_be_it_must_look_like() {
        let media = ["data:image/".into(), "iVBOR".into()];
        let says = |spared, text: &str| guess(spared, text.as_bytes(), &media);
        assert_eq!(says(Spared::Word, "chatcmpl-abc123"), Guess::Perhaps);
        assert_eq!(says(Spared::Word, "to bob"), Guess::No);
        assert_eq!(says(Spared::Word, &"a".repeat(257)), Guess::No);
        assert_eq!(says(Spared::Sealed, "EqQBCgIYAg=="), Guess::Perhaps);
        assert_eq!(says(Spared::Sealed, "EqQBCgIYAhIkNTYy"), Guess::Yes);
        assert_eq!(says(Spared::Sealed, "EqQB,"), Guess::No);
        assert_eq!(says(Spared::Media(0), "data:im"), Guess::Perhaps);
        assert_eq!(says(Spared::Media(0), "data:image/png;base64"), Guess::Perhaps);
        assert_eq!(says(Spared::Media(0), "data:image/png;base64,"), Guess::Yes);
        assert_eq!(says(Spared::Media(0), "data:image/svg+xml,<"), Guess::No);
        assert_eq!(says(Spared::Media(0), "https://"), Guess::No);
        assert_eq!(says(Spared::Media(0), "iVBO"), Guess::Perhaps);
        assert_eq!(says(Spared::Media(0), "iVBORw0"), Guess::Yes);
    }
}
