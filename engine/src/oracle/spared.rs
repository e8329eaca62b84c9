//! Strings that a named profile says are never altered.

use super::{Char, Work};
use crate::error::ErrorKind;
use crate::profile::Spared;
use crate::text::Touch;
use crate::{Error, Pos, Slot};

/// Whether a byte is one of base64, of either alphabet, in lines or not.
fn is_base64(char: &Char) -> bool {
    char.byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(&char.byte)
}

impl Work<'_> {
    /// A string that a profile says is never altered. An error refuses the stream.
    pub(super) fn spared(&mut self, spared: Spared, chars: &[Char], level: usize) -> Result<(), Error> {
        let bytes: Vec<u8> = chars.iter().map(|char| char.byte).collect();
        let base64 = |from: usize| from + chars[from..].iter().take_while(|char| is_base64(char)).count();
        let passes = match spared {
            Spared::Word => {
                let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.:/+=".contains(byte);
                let is_named = bytes.len() < 8 || bytes.iter().any(u8::is_ascii_alphabetic);
                if is_named && bytes.len() <= 256 && bytes.iter().all(is_word) {
                    self.strings = level + 1;
                    self.in_spared(Touch::Spared, |work| {
                        work.text(chars, Slot::Value, None);
                    });
                    return Ok(());
                }
                None
            }
            Spared::Signed => {
                let from = self.findings.len();
                let done = self.in_spared(Touch::Signed, |work| work.string(chars, level));
                self.refuse_from(from);
                return done;
            }
            Spared::Sealed => Some(base64(0)).filter(|end| *end >= 16),
            Spared::Media(number) => self.media_head(number, &bytes).map(base64),
        };
        match passes {
            None => self.string(chars, level),
            Some(end) => {
                self.forget_name();
                match chars.get(end) {
                    None => Ok(()),
                    Some(wrong) => Err(Error {
                        kind: ErrorKind::Refused,
                        at: Pos(wrong.raw.1 as u64 - 1),
                        record: 0,
                    }),
                }
            }
        }
    }

    /// How long the head of media is that come as a `data:` URL; 0 for others.
    fn media_head(&self, number: u16, bytes: &[u8]) -> Option<usize> {
        let lanes = self.lanes.as_ref()?;
        let begins = &lanes.walker.program().media[usize::from(number)];
        let begin = begins.iter().find(|begin| bytes.starts_with(begin.as_bytes()))?;
        if !begin.starts_with("data:") {
            return Some(0);
        }
        let comma = bytes.iter().take(128).position(|byte| *byte == b',')?;
        let of_type = |byte: &u8| byte.is_ascii_alphanumeric() || b":/;=.+-_".contains(byte);
        let head = &bytes[..comma];
        (head.ends_with(b";base64") && head.iter().all(of_type)).then_some(comma + 1)
    }

    /// Has something done where nothing is altered for the caller.
    pub(super) fn in_spared<T>(&mut self, touch: Touch, then: impl FnOnce(&mut Self) -> T) -> T {
        let plan = core::mem::replace(&mut self.plan, std::sync::Arc::clone(&self.sparing));
        self.touch = touch;
        let done = then(self);
        self.touch = Touch::Free;
        self.plan = plan;
        done
    }

    /// Of some findings, under a signature, one that is restricted refuses the stream.
    pub(super) fn refuse_from(&mut self, from: usize) {
        for (_, finding) in &self.findings[from..] {
            let class = self.class_names.iter().position(|name| *name == finding.class);
            let least = self.class_names.iter().position(|name| name == "restricted");
            let least = least.unwrap_or(self.class_names.len() - 1);
            if class.is_some_and(|class| class >= least) {
                self.refusals.push((finding.raw_start as usize, finding.record));
            }
        }
    }
}
