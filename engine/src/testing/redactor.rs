//! That a stream answers as documented, in whatever order it is called.

use super::dials::Dials;
use crate::{CallerError, Error, ErrorKind, Finding, Redactor, Ruling, Sink, State, View};
use core::ops::Range;

/// What a stream is waiting for, as its caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// Bytes, or the end.
    Open,
    /// A ruling.
    Paused,
    /// Nothing: it is complete.
    Ended,
    /// Nothing: it was refused.
    Poisoned,
}

/// Calls in any order: pushes of any size, rulings, ends, all of them also where they are out of turn.
///
/// # Panics
/// An answer is not the documented one, or bytes leave that may not.
pub fn fuzz_redactor(data: &[u8]) {
    let (dials, mut rest) = Dials::read(data);
    let mut stream = Redactor::new(&dials.rules, &dials.plan, dials.format);
    let mut sink = Strict::default();
    let mut known = Known::Open;
    while let Some((call, after)) = rest.split_first() {
        rest = after;
        let before = sink.count;
        let was = known;
        known = match call % 16 {
            0 => push(&mut stream, &[], was, &mut sink),
            1 => answered(
                stream.finish(&mut sink).map(|step| (step.consumed, step.state)),
                0,
                was,
                Known::Ended,
            ),
            2 => ruled(
                &mut stream,
                [Ruling::Mask, Ruling::Release, Ruling::Refuse][usize::from(call / 16) % 3],
                was,
            ),
            3 => {
                let answer = stream.answer(&dials.plan);
                out_of_turn(answer, was, CallerError::NothingToAnswer);
                // Nobody asked for an answer: the stream is refused, whatever it waited for.
                Known::Poisoned
            }
            4 => {
                assert!(!format!("{stream:?}").is_empty());
                was
            }
            size => {
                let size = usize::from(*call) * usize::from(size - 4);
                let (chunk, after) = rest.split_at(size.min(rest.len()));
                rest = after;
                pushed(&mut stream, chunk, was, &mut sink)
            }
        };
        assert!(
            sink.count == before || was == Known::Open,
            "{} bytes left a stream that was {was:?}",
            sink.count - before
        );
        let receipt = stream.receipt();
        let unscanned: u64 = receipt.unscanned.values().sum();
        assert_eq!(
            receipt.scanned + receipt.masked + unscanned,
            receipt.input,
            "{receipt:?}"
        );
        assert_eq!(receipt.complete, known == Known::Ended, "{receipt:?}");
    }
}

/// Pushes a chunk, and after each pause that the first byte of the rest says to rule on, its rest.
fn pushed(stream: &mut Redactor, chunk: &[u8], was: Known, sink: &mut Strict) -> Known {
    let mut known = was;
    let mut rest = chunk;
    loop {
        let before = stream.receipt().input;
        known = push(stream, rest, known, sink);
        if known != Known::Paused || was != Known::Open {
            return known;
        }
        let taken = usize::try_from(stream.receipt().input - before).unwrap_or(usize::MAX);
        rest = rest.get(taken..).unwrap_or_default();
        match rest.first().copied().unwrap_or_default() % 4 {
            // Left to whatever call comes next.
            0 => return known,
            1 => known = ruled(stream, Ruling::Release, known),
            _ => known = ruled(stream, Ruling::Mask, known),
        }
        if known != Known::Open {
            return known;
        }
    }
}

/// Pushes one chunk.
fn push(stream: &mut Redactor, chunk: &[u8], was: Known, sink: &mut Strict) -> Known {
    sink.chunk = range(chunk);
    let step = stream.push(chunk, sink).map(|step| (step.consumed, step.state));
    sink.chunk = Range::default();
    answered(step, chunk.len(), was, Known::Open)
}

/// Checks the answer to a push or an end; what the stream waits for after it.
fn answered(step: Result<(usize, State), Error>, offered: usize, was: Known, then: Known) -> Known {
    match (was, step) {
        (Known::Open, Ok((consumed, State::Ready))) => {
            assert_eq!(consumed, offered, "ready, but not all was taken");
            then
        }
        (Known::Open, Ok((consumed, State::Paused(_)))) => {
            assert!(consumed <= offered, "{consumed} bytes of {offered} were taken");
            Known::Paused
        }
        (Known::Open, Err(error)) => {
            assert!(!error.is_caller(), "{error:?} for a call in turn");
            assert_ne!(error.kind, ErrorKind::Internal);
            Known::Poisoned
        }
        // A call out of turn changes nothing.
        (Known::Paused, step) => {
            out_of_turn(step.map(drop), was, CallerError::AnswerDue);
            was
        }
        (Known::Ended, step) => {
            out_of_turn(step.map(drop), was, CallerError::Finished);
            was
        }
        (Known::Poisoned, step) => {
            out_of_turn(step.map(drop), was, CallerError::Poisoned);
            was
        }
        (was, step) => panic!("{step:?} from a stream that was {was:?}"),
    }
}

/// Rules; what the stream waits for after it.
fn ruled(stream: &mut Redactor, ruling: Ruling, was: Known) -> Known {
    let answer = stream.rule(ruling);
    if was != Known::Paused {
        out_of_turn(answer, was, CallerError::NothingToAnswer);
        return Known::Poisoned;
    }
    match answer {
        Ok(()) => {
            assert_ne!(ruling, Ruling::Refuse, "a refusal was accepted");
            Known::Open
        }
        Err(error) => {
            assert_eq!((ruling, error.kind), (Ruling::Refuse, ErrorKind::Refused));
            Known::Poisoned
        }
    }
}

/// Checks the error of a call that had no place there.
fn out_of_turn(answer: Result<(), Error>, was: Known, expected: CallerError) {
    let expected = if was == Known::Poisoned {
        CallerError::Poisoned
    } else {
        expected
    };
    assert_eq!(
        answer.map_err(|error| error.kind),
        Err(ErrorKind::Caller(expected)),
        "from a stream that was {was:?}"
    );
}

/// A sink that counts, and sees to it that what passes is part of the chunk.
#[derive(Default)]
struct Strict {
    /// Where the chunk lies in memory.
    chunk: Range<usize>,
    count: u64,
}

impl Sink for Strict {
    fn pass(&mut self, _view: View, bytes: &[u8]) {
        let range = range(bytes);
        assert!(
            self.chunk.start <= range.start && range.end <= self.chunk.end,
            "bytes passed that are not of this chunk"
        );
        self.count += bytes.len() as u64;
    }

    fn put(&mut self, _view: View, bytes: &[u8]) {
        self.count += bytes.len() as u64;
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        assert!(
            finding.start < finding.end && finding.raw_start < finding.raw_end,
            "{finding:?}"
        );
    }
}

/// Where bytes lie in memory.
fn range(bytes: &[u8]) -> Range<usize> {
    let range = bytes.as_ptr_range();
    range.start.addr()..range.end.addr()
}
