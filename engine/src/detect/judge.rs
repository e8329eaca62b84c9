//! Whether a match counts: its check, the envelopes around it, its context, the allow entries.

use super::Origin;
use super::check::{AFTER, Candidate, Verdict};
use super::detector::{Detector, Finds, LABEL, holds_mixed};
use super::envelope::{self, Envelope};
use super::group::Group;
use super::scanner::{LABEL_END, Live, More, Reader};
use super::{Lexicon, Words};
use crate::{Class, Confidence};

/// How much text before what is held is kept: the longest envelope, which is more than context needs.
pub(crate) const BEFORE: usize = envelope::LONGEST;

/// Bytes of context before a match.
pub(crate) const CONTEXT: usize = 64;

/// What surrounds a text, asked only where a finding needs it.
pub(crate) trait Surroundings {
    /// Whether the key or the path names one of the words.
    fn mentions(&mut self, words: &Words) -> bool;
    /// Adds those of whose words the key or the path names one; some maybe twice.
    fn find(&mut self, words: &Lexicon, found: &mut Vec<u16>);
    /// The name of the member whose value is searched.
    fn name(&mut self) -> &[u8];
    /// Whether somebody looks at how sure a finding is.
    fn wants_details(&self) -> bool;
    /// Whether a value is one an allow entry removes.
    fn allows(&mut self, detector: u16, value: &[u8]) -> bool;
    /// What is to be said of something that has the form of a token; bare, if no quotes are around it.
    fn told(&mut self, token: &[u8], is_bare: bool) -> Told;
    /// Whether what has the form of a token is one: made with a key of the plan, for its scope.
    fn authenticates(&self, token: &[u8]) -> bool;
    /// Whether a name in capitals is what values are called.
    fn is_entity(&self, name: &[u8]) -> bool;
    /// Whether findings of a detector are kept, in each view.
    fn keeps(&self, detector: &Detector) -> [bool; 2];
}

/// What is to be said of something that has the form of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// What it is.
    pub origin: Origin,
    /// How sensitive what it stands for is.
    pub class: Class,
    /// Whether it stays as it is, in each view.
    pub kept: [bool; 2],
}

/// What is thought of a match.
pub(super) enum Judged {
    /// It counts, so surely.
    Counts(Confidence),
    /// It would, but an allow entry says that it is none, and so is any shorter one.
    Allowed,
    /// It does not; a shorter one may.
    No,
}

/// What a check reads before the value of a member of a name: as much of it as of a text, and what stands between.
pub(crate) fn labelled(name: &[u8]) -> Vec<u8> {
    let name = name.get(name.len().saturating_sub(CONTEXT)..).unwrap_or_default();
    [name, LABEL, LABEL_END.as_slice()].concat()
}

impl Reader<'_> {
    /// Whether a character begins before an index and ends behind it: a pattern of bytes may match half of one.
    pub(super) fn cuts_char(&self, at: usize) -> bool {
        let text = self.stretch.text;
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        text.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) && before.is_some_and(|byte| !byte.is_ascii())
    }

    /// Whether what decides about a match may still come.
    pub(super) fn must_wait(&self, live: &Live, detector: &Detector, group: &Group) -> bool {
        let after = self.stretch.end() - live.end;
        if (group.context_after as u64) > after || group.asks_alone && live.start == 0 && after == 0 {
            return true;
        }
        self.any_envelope(detector, live.start, live.end, |_, envelope| {
            envelope == Envelope::Open
        })
    }

    /// Whether one of the envelopes that may begin in a match, or before it and reach into it, is such: each with its
    /// offset.
    fn any_envelope(
        &self,
        detector: &Detector,
        start: u64,
        end: u64,
        is: impl Fn(u64, Envelope) -> bool,
    ) -> bool {
        let stretch = self.stretch;
        let index = self.index(start);
        let holds = |at: usize| {
            let rest = stretch.text.get(at..).unwrap_or_default();
            is(stretch.base + at as u64, envelope::read(rest))
        };
        let before = stretch.text.get(..index).unwrap_or_default();
        if envelope::reach_beyond(before).is_some_and(|back| holds(index - back)) {
            return true;
        }
        if !detector.brackets {
            return false;
        }
        let within = stretch.text.get(index..self.index(end)).unwrap_or_default();
        memchr::memchr_iter(b'[', within).any(|at| holds(index + at))
    }

    /// Whether the match up to `end` counts, and how surely: what is cheap is asked first.
    ///
    /// `longest` is where the longest match ends.
    pub(super) fn judge(&mut self, live: &Live, detector: &Detector, end: u64, longest: u64) -> Judged {
        let (plain, raised) = detector.confidence;
        let is_alone = live.start == 0 && self.is_last(end);
        let plain = if is_alone { detector.alone } else { plain };
        let threshold = detector.threshold;
        let (text, from, to) = (self.stretch.text, self.index(live.start), self.index(end));
        if plain.max(raised) < threshold || to <= from || self.cuts_char(from) {
            return Judged::No;
        }
        let value = text.get(from..to).unwrap_or_default();
        if detector.mixed && !holds_mixed(value) {
            return Judged::No;
        }
        let before = text.get(from.saturating_sub(CONTEXT)..from).unwrap_or_default();
        let known = text.len().min(self.index(longest) + 1).min(to + AFTER);
        let after = text.get(to..known).unwrap_or_default();
        let verdict = match detector.check {
            None => Verdict::Holds,
            // A name has led here: it is what stands before.
            Some(check) if detector.lead.is_some() && live.start == 0 => {
                let before = labelled(self.near.name());
                check(&Candidate {
                    value,
                    before: &before,
                    after,
                })
            }
            Some(check) => check(&Candidate { value, before, after }),
        };
        if verdict == Verdict::Fails {
            return Judged::No;
        }
        let enters = |at: u64, envelope: Envelope| {
            let within = |len: usize| at < end && live.start < at + len as u64;
            match envelope {
                // Keys and numbers may stand in brackets too.
                Envelope::Whole(len) => {
                    within(len)
                        && self
                            .near
                            .is_entity(envelope::entity(self.stretch.bytes(at, at + len as u64)))
                }
                // One that was not made with the key hides nothing.
                Envelope::Token(len) => {
                    within(len) && self.near.authenticates(self.stretch.bytes(at, at + len as u64))
                }
                Envelope::Open | Envelope::No => false,
            }
        };
        if detector.finds == Finds::Values && self.any_envelope(detector, live.start, end, enters) {
            return Judged::No;
        }
        let confidence = match verdict {
            Verdict::Proves if detector.proves => raised.max(plain),
            // Only where it matters.
            _ if raised > plain
                && (plain < threshold || self.near.wants_details())
                && self.has_context(detector, before, end) =>
            {
                raised
            }
            _ => plain,
        };
        if confidence < threshold {
            return Judged::No;
        }
        if self.near.allows(live.detector, value) {
            return Judged::Allowed;
        }
        Judged::Counts(confidence)
    }

    /// Whether nothing follows in the text; blanks may in one that stands bare, which ends only at what is none.
    fn is_last(&self, end: u64) -> bool {
        match self.stretch.text.get(self.index(end)) {
            None => self.more == More::Ends,
            Some(b' ' | b'\t' | b'\n' | b'\r') => self.scanner.is_bare,
            Some(_) => false,
        }
    }

    /// The detectors that have one of their words near a match, each once.
    pub(super) fn raised_near(&mut self, live: &Live, words: &Lexicon, found: &mut Vec<u16>) {
        let (text, from) = (self.stretch.text, self.index(live.start));
        words.find(
            text.get(from.saturating_sub(CONTEXT)..from).unwrap_or_default(),
            found,
        );
        self.near.find(words, found);
        found.sort_unstable();
        found.dedup();
    }

    fn has_context(&mut self, detector: &Detector, before: &[u8], end: u64) -> bool {
        let words = &detector.context;
        !words.is_empty()
            && (words.stand_in(before)
                || detector.context_after > 0
                    && words.stand_in(self.stretch.bytes(end, end + detector.context_after as u64))
                || self.near.mentions(words))
    }
}
