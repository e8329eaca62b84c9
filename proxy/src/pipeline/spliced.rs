//! Collects what leaves one push as few pieces, and copies as little as it can.

use bytes::{Bytes, BytesMut};
use lacuna::{Finding, Sink, View};
use std::collections::VecDeque;
use std::ops::Range;

/// From this length a piece of the chunk is passed on as it is, without a copy, even if it becomes a frame of its
/// own; shorter ones are cheaper to copy than to frame.
const SPLICE: usize = 4096;

/// The output of one push.
#[derive(Default)]
pub struct Spliced {
    /// The chunk being pushed.
    chunk: Bytes,
    /// The piece of it that passes, as long as it goes on. Invariant: within the chunk.
    passing: Range<usize>,
    /// Short pieces and made bytes, in order, after everything in `ready`.
    copied: BytesMut,
    ready: VecDeque<Bytes>,
    findings: u64,
}

/// Whether a piece is the last one of its push.
#[derive(PartialEq, Eq)]
enum Last {
    Yes,
    No,
}

impl Spliced {
    /// A push begins: sub-slices of `chunk` may pass.
    pub fn begin(&mut self, chunk: Bytes) {
        self.chunk = chunk;
        self.passing = 0..0;
    }

    /// The push is over: everything that left is ready, and the chunk is let go.
    pub fn end(&mut self) {
        self.settle(Last::Yes);
        self.seal();
        self.chunk = Bytes::new();
    }

    /// The next piece of output. Never empty.
    pub fn next(&mut self) -> Option<Bytes> {
        self.ready.pop_front()
    }

    /// How many findings there were.
    pub fn findings(&self) -> u64 {
        self.findings
    }

    /// Decides about the piece that was passing.
    fn settle(&mut self, last: Last) {
        let passing = std::mem::replace(&mut self.passing, 0..0);
        if passing.is_empty() {
            return;
        }
        if passing.len() >= SPLICE || last == Last::Yes && self.copied.is_empty() {
            self.seal();
            self.ready.push_back(self.chunk.slice(passing));
        } else if let Some(bytes) = self.chunk.get(passing) {
            self.copied.extend_from_slice(bytes);
        }
    }

    /// Makes the copied bytes a piece.
    fn seal(&mut self) {
        if !self.copied.is_empty() {
            self.ready.push_back(self.copied.split().freeze());
        }
    }

    /// Where a slice lies in the chunk; none if it is not part of it.
    fn place(&self, bytes: &[u8]) -> Option<Range<usize>> {
        let start = (bytes.as_ptr() as usize).checked_sub(self.chunk.as_ptr() as usize)?;
        let end = start.checked_add(bytes.len())?;
        (end <= self.chunk.len()).then_some(start..end)
    }
}

impl Sink for Spliced {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        if view != View::Caller || bytes.is_empty() {
            return;
        }
        match self.place(bytes) {
            Some(place) if place.start == self.passing.end && !self.passing.is_empty() => {
                self.passing.end = place.end;
            }
            Some(place) => {
                self.settle(Last::No);
                self.passing = place;
            }
            // The engine's promise is broken, which costs a copy and nothing else.
            None => self.put(view, bytes),
        }
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        if view == View::Caller && !bytes.is_empty() {
            self.settle(Last::No);
            self.copied.extend_from_slice(bytes);
        }
    }

    fn finding(&mut self, _: &Finding<'_>) {
        self.findings += 1;
    }

    fn wants_details(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(spliced: &mut Spliced) -> Vec<Bytes> {
        std::iter::from_fn(|| spliced.next()).collect()
    }

    #[test]
    fn a_chunk_that_passes_whole_is_not_copied() {
        let chunk = Bytes::from(b"{\"a\":1}".to_vec());
        let mut out = Spliced::default();
        out.begin(chunk.clone());
        out.pass(View::Caller, &chunk[..3]);
        out.pass(View::Caller, &chunk[3..]);
        out.end();
        let pieces = pieces(&mut out);
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0], chunk);
        assert_eq!(pieces[0].as_ptr(), chunk.as_ptr());
    }

    #[test]
    fn pieces_keep_their_order_and_long_ones_are_not_copied() {
        let chunk = Bytes::from((0..20_000u32).map(|n| n as u8).collect::<Vec<_>>());
        let mut out = Spliced::default();
        out.begin(chunk.clone());
        out.put(View::Caller, b"kept");
        out.pass(View::Caller, &chunk[..10]);
        out.put(View::Caller, b"[EMAIL]");
        out.put(View::Record, b"[RECORD]");
        out.pass(View::Caller, &chunk[30..9000]);
        out.put(View::Caller, b"");
        out.pass(View::Caller, &chunk[9000..9001]);
        out.put(View::Caller, b"[SSN]");
        out.pass(View::Caller, &chunk[19_990..]);
        out.end();
        let mut whole = b"kept".to_vec();
        whole.extend_from_slice(&chunk[..10]);
        whole.extend_from_slice(b"[EMAIL]");
        whole.extend_from_slice(&chunk[30..9001]);
        whole.extend_from_slice(b"[SSN]");
        whole.extend_from_slice(&chunk[19_990..]);
        let pieces = pieces(&mut out);
        assert_eq!(pieces.concat(), whole);
        assert_eq!(pieces.len(), 3, "copied, spliced, copied");
        assert_eq!(pieces[1].as_ptr(), chunk[30..].as_ptr());
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
    }

    #[test]
    fn bytes_from_elsewhere_are_copied() {
        let mut out = Spliced::default();
        out.begin(Bytes::from_static(b"chunk"));
        out.pass(View::Caller, b"elsewhere");
        out.end();
        assert_eq!(pieces(&mut out).concat(), b"elsewhere");
    }
}
