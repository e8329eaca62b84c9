//! Units that declare their length: they leave whole, and what is edited in one is written into its lengths and checksums.

use super::{Edit, Input, write};
use crate::frame::aws::rewritten;
use crate::{Finding, Sink, View};
use core::ops::Range;
use std::collections::VecDeque;

/// Collects what is sent.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Sink for Bytes {
    fn pass(&mut self, _: View, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn put(&mut self, _: View, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finding(&mut self, _: &Finding<'_>) {}
}

/// Sends a unit as it is edited, and takes what was done from the edits: how many bytes were removed. Nothing, and nothing
/// is sent, if it cannot be written.
pub(super) fn send(
    input: &Input<'_>,
    (from, to): (u64, u64),
    edits: &mut VecDeque<Edit>,
    view: View,
    sink: &mut dyn Sink,
) -> Option<u64> {
    if edits.front().is_none_or(|edit| edit.from >= to) {
        input.send(from, to, view, sink);
        return Some(0);
    }
    let mut frame = Bytes::default();
    input.send(from, to, view, &mut frame);
    let mut masked = 0;
    let piece = |range: Range<usize>| {
        let (begin, end) = (from + range.start as u64, from + range.end as u64);
        let mut bytes = Bytes::default();
        masked += input.send_edited((begin, end), edits, view, &mut bytes);
        // What is put behind the last byte of a text belongs to it.
        while let Some(edit) = edits.pop_front_if(|edit| edit.from == end && edit.to == end) {
            write(&edit.text, view, &mut bytes);
        }
        bytes.0
    };
    let rewritten = rewritten(&frame.0, piece)?;
    sink.put(view, &rewritten);
    Some(masked)
}
