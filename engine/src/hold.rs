//! What has not left yet: the held tail of the input, the edits it waits for, and what was found.
//!
//! This is the one place where positions of the input become indices of a buffer.

mod unit;

use crate::{Pos, Sink, View};
use core::fmt;
use core::ops::Deref;
use std::collections::VecDeque;

/// A replacement of a stretch of input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// First byte.
    pub from: u64,
    /// One past the last byte. Invariant: `from <= to`, and edits of a view do not overlap.
    pub to: u64,
    /// What stands there instead.
    pub text: Text,
    /// Which cluster it is part of: where that begins in the input.
    pub cluster: u64,
}

/// What stands in the place of removed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// Nothing.
    Nothing,
    /// So many `*`.
    Stars(u64),
    /// These bytes.
    Bytes(Bytes),
}

/// Bytes of a replacement. Most are few: they need no memory of their own.
#[derive(Clone)]
pub(crate) struct Bytes(Stored);

#[derive(Clone)]
enum Stored {
    /// So many of these.
    Few(u8, [u8; FEW]),
    Many(Box<[u8]>),
}

/// The most bytes that are stored in place: a hash form of the longest entity of the catalogue has 28.
const FEW: usize = 30;

impl Bytes {
    /// Some parts, one after the other.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut few = [0; FEW];
        let mut len = 0;
        for part in parts {
            let end = len + part.len();
            let Some(room) = few.get_mut(len..end) else {
                return Self(Stored::Many(parts.concat().into()));
            };
            room.copy_from_slice(part);
            len = end;
        }
        Self(Stored::Few(len as u8, few))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Stored::Few(len, few) => few.get(..usize::from(*len)).unwrap_or_default(),
            Stored::Many(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self::of(&[bytes])
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Bytes {}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self).fmt(f)
    }
}

/// The held tail, and what will be done to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlet {
    /// Input from `left` on, as far as it came before the current window.
    held: Vec<u8>,
    /// Everything before this position has left.
    left: u64,
    /// By view, in order.
    edits: Vec<VecDeque<Edit>>,
    /// By view: what a ruling masks. Clusters may still be found that reach into it, and what they say stands, so it
    /// is planned when everything that begins before its end is decided.
    ruled: Vec<Vec<Edit>>,
    /// Input bytes removed in the caller's view.
    masked: u64,
    /// How many were planned to be because a ruling said so.
    by_ruling: u64,
    /// Stretches of the held input that no edit removes, in order.
    pins: VecDeque<(u64, u64, Pin)>,
    /// Stretches of the input that leave whole, in order: see [`unit`].
    units: VecDeque<(u64, u64)>,
    /// Whether a unit could not be written with what was edited in it. Nothing of it left.
    is_broken: bool,
}

/// Bytes between two parts of one payload, which stay whatever is edited around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    /// Nobody edits them.
    Framing,
    /// What stands for the line end between two parts: what replaces that comes behind it.
    Join,
    /// Text of its own: only edits within it change it.
    Aside,
}

/// What a stretch of a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// Its own bytes.
    Payload,
    /// What stands for the line end between two parts.
    LineEnd,
}

/// The input that is at hand beside what is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh<'a> {
    /// Its bytes: a part of the chunk being pushed.
    pub bytes: &'a [u8],
    /// The position of the first.
    pub at: Pos,
}

impl Outlet {
    /// An outlet for so many views.
    pub(crate) fn new(views: usize) -> Self {
        Self {
            edits: vec![VecDeque::new(); views],
            ruled: vec![Vec::new(); views],
            ..Self::default()
        }
    }

    /// Everything before this position has left.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// How many bytes are held.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// Input bytes that were removed in the caller's view.
    pub(crate) fn masked(&self) -> u64 {
        self.masked
    }

    /// Input bytes that were or will be removed in the caller's view, as far as is decided, but for rulings: these come
    /// later if more is read at once.
    pub(crate) fn planned(&self) -> u64 {
        self.all_planned() - self.by_ruling
    }

    fn all_planned(&self) -> u64 {
        let edits = self.edits.first().into_iter().flatten();
        self.masked + edits.map(|edit| edit.to - edit.from).sum::<u64>()
    }

    /// Plans an edit because a ruling says so: where it overlaps others, these stand, also those that come later.
    pub(crate) fn edit_as_ruled(&mut self, view: usize, edit: Edit) {
        if let Some(ruled) = self.ruled.get_mut(view) {
            ruled.push(edit);
        }
    }

    /// Plans what was ruled, as far as everything before `upto` is decided: the first position that is not.
    fn plan_ruled(&mut self, upto: u64) -> u64 {
        let mut first = upto;
        for view in 0..self.ruled.len() {
            let Some(ruled) = self.ruled.get_mut(view) else {
                continue;
            };
            let mut due: Vec<Edit> = ruled.extract_if(.., |edit| edit.to <= upto).collect();
            let waits = ruled.iter().map(|edit| edit.from).min();
            first = first.min(waits.unwrap_or(upto));
            if due.is_empty() {
                continue;
            }
            // In the order in which they would come if less were read at once.
            due.sort_by_key(|edit| edit.to);
            let before = self.all_planned();
            due.into_iter().for_each(|edit| self.edit(view, edit));
            self.by_ruling += self.all_planned() - before;
        }
        first
    }

    /// Bytes that stay.
    pub(crate) fn pin(&mut self, from: u64, to: u64, pin: Pin) {
        match self.pins.back_mut() {
            Some((_, end, kind)) if *end == from && *kind == pin => *end = to,
            _ => self.pins.push_back((from, to, pin)),
        }
    }

    /// What of the held input `from..to`, which lies in a payload, is the payload's.
    pub(crate) fn stretches(&self, mut from: u64, to: u64) -> Vec<(u64, u64, Stretch)> {
        let mut stretches = Vec::new();
        let first = self.pins.partition_point(|pin| pin.1 <= from);
        for (begin, end, kind) in self.pins.iter().skip(first).take_while(|pin| pin.0 < to) {
            if from < *begin {
                stretches.push((from, *begin, Stretch::Payload));
            }
            if *kind == Pin::Join {
                stretches.push((*begin, *end, Stretch::LineEnd));
            }
            from = *end;
        }
        if from < to {
            stretches.push((from, to, Stretch::Payload));
        }
        stretches
    }

    /// Plans an edit, which leaves out what is pinned.
    pub(crate) fn edit(&mut self, view: usize, edit: Edit) {
        // Most come behind everything that is pinned or planned.
        let is_free = self.left <= edit.from && self.pins.back().is_none_or(|pin| pin.1 <= edit.from);
        if let Some(edits) = self.edits.get_mut(view)
            && is_free
            && (edit.from < edit.to || edit.from == edit.to && edit.text != Text::Nothing)
            && edits
                .back()
                .is_none_or(|last| last.from.max(last.to) <= edit.from)
        {
            edits.push_back(edit);
            return;
        }
        self.edit_between(view, edit);
    }

    /// Plans an edit around what is pinned.
    fn edit_between(&mut self, view: usize, edit: Edit) {
        let Edit {
            mut from,
            to,
            mut text,
            cluster,
        } = edit;
        let begin = from;
        let first = self.pins.partition_point(|pin| pin.1 <= begin);
        for index in first..self.pins.len() {
            let Some(&(start, end, kind)) = self.pins.get(index).filter(|pin| pin.0 < to) else {
                break;
            };
            // Text of its own.
            if kind == Pin::Aside && start <= begin && to <= end {
                continue;
            }
            if kind != Pin::Join || start > from {
                let text = core::mem::replace(&mut text, Text::Nothing);
                self.edit_free(
                    view,
                    Edit {
                        from,
                        to: start.max(from),
                        text,
                        cluster,
                    },
                );
            }
            from = end.min(to);
        }
        self.edit_free(
            view,
            Edit {
                from,
                to,
                text,
                cluster,
            },
        );
    }

    /// Plans an edit of bytes that are not pinned. Where others were planned before, what they say stands, and this
    /// one goes on between and behind them: nothing that one of them removes may come back.
    fn edit_free(&mut self, view: usize, edit: Edit) {
        let Some(edits) = self.edits.get_mut(view) else {
            return;
        };
        // Text alone, which comes before what begins there.
        let is_empty = edit.from == edit.to && self.left <= edit.from;
        // What has left is beyond reach: framing between two parts of a value that is replaced.
        let (mut from, to) = (edit.from.max(self.left), edit.to.max(self.left));
        let mut text = edit.text;
        loop {
            let at = edits.partition_point(|other| {
                other.from < from || other.from == from && (!is_empty || other.from == other.to)
            });
            let before = edits.iter().take(at).rev().find(|other| other.from < other.to);
            if let Some(before) = before.filter(|before| from < before.to) {
                // Another may begin where that ends.
                from = before.to;
                continue;
            }
            let next = edits.get(at).filter(|next| next.from < to);
            let (until, resume) = next.map_or((to, to), |next| (next.from, next.to));
            let text = core::mem::replace(&mut text, Text::Nothing);
            if from < until || is_empty && text != Text::Nothing && from == until {
                edits.insert(
                    at,
                    Edit {
                        from,
                        to: until,
                        text,
                        cluster: edit.cluster,
                    },
                );
            }
            if until >= to {
                return;
            }
            from = resume;
        }
    }

    /// Removes a stretch of input in every view.
    pub(crate) fn remove(&mut self, views: usize, from: u64, to: u64) {
        for view in 0..views {
            self.edit(
                view,
                Edit {
                    from,
                    to,
                    text: Text::Nothing,
                    cluster: u64::MAX,
                },
            );
        }
    }

    /// Replaces a stretch of input in every view, whatever was planned for it.
    pub(crate) fn replace(&mut self, views: usize, from: u64, to: u64, text: &[u8]) {
        for edits in self.edits.iter_mut().take(views) {
            edits.retain(|edit| edit.from < from);
        }
        self.put(views, from, to, text);
    }

    /// Plans the same for `from..to` in every view.
    fn put(&mut self, views: usize, from: u64, to: u64, text: &[u8]) {
        for view in 0..views {
            self.edit(
                view,
                Edit {
                    from,
                    to,
                    text: Text::Bytes(text.into()),
                    cluster: u64::MAX,
                },
            );
        }
    }

    /// Whether something is planned that touches `from..to`, in any view.
    pub(crate) fn is_edited(&self, from: u64, to: u64) -> bool {
        self.edits.iter().any(|edits| {
            let first = edits.partition_point(|edit| edit.to < from);
            edits.get(first).is_some_and(|edit| edit.from <= to)
        })
    }

    /// Replaces `from..to` in every view, whatever was planned within it.
    pub(crate) fn replace_within(&mut self, views: usize, from: u64, to: u64, text: &[u8]) {
        self.forget(from, to);
        self.put(views, from, to, text);
    }

    /// Forgets the edits that begin in `from..to`, in every view: all of it goes.
    pub(crate) fn forget(&mut self, from: u64, to: u64) {
        for edits in &mut self.edits {
            edits.retain(|edit| edit.from < from || to <= edit.from);
        }
    }

    /// Forgets the edits of a cluster in the caller's view: what may be kept is another question than who may see it.
    pub(crate) fn release_cluster(&mut self, cluster: u64) {
        if let Some(edits) = self.edits.first_mut() {
            edits.retain(|edit| edit.cluster != cluster);
        }
    }

    /// What comes from here on leaves whole, up to an end that is not known yet.
    pub(crate) fn unit_begins(&mut self, from: u64) {
        self.units.push_back((from, u64::MAX));
    }

    /// Up to here.
    pub(crate) fn unit_ends(&mut self, to: u64) {
        if let Some(unit) = self.units.back_mut() {
            unit.1 = to;
        }
    }

    /// The last position up to `upto` that lies in no unit.
    pub(crate) fn whole(&self, upto: u64) -> u64 {
        let within = |unit: &&(u64, u64)| unit.0 < upto && upto < unit.1;
        self.units.iter().find(within).map_or(upto, |unit| unit.0)
    }

    /// Whether a unit could not be written: nothing leaves any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Lets everything before `upto` leave, but no part of a unit.
    pub(crate) fn release(&mut self, upto: u64, fresh: Fresh<'_>, sink: &mut dyn Sink) {
        if upto <= self.left {
            return;
        }
        let upto = self.plan_ruled(self.whole(upto));
        let upto = self.whole(upto);
        if upto <= self.left || self.is_broken {
            return;
        }
        let input = Input {
            held: &self.held,
            left: self.left,
            fresh,
        };
        for (edits, view) in self.edits.iter_mut().zip(&VIEWS) {
            let (mut at, view) = (self.left, *view);
            let mut masked = 0;
            for (from, to) in self.units.iter().copied().take_while(|unit| unit.1 <= upto) {
                masked += input.send_edited((at, from), edits, view, sink);
                match unit::send(&input, (from, to), edits, view, sink) {
                    Some(more) => masked += more,
                    None => {
                        self.is_broken = true;
                        return;
                    }
                }
                at = to;
            }
            masked += input.send_edited((at, upto), edits, view, sink);
            if view == View::Caller {
                self.masked += masked;
            }
        }
        let gone = usize::try_from(upto - self.left)
            .unwrap_or(usize::MAX)
            .min(self.held.len());
        if gone > 0 {
            self.held.drain(..gone);
        }
        self.left = upto;
        while self.units.front().is_some_and(|unit| unit.1 <= upto) {
            self.units.pop_front();
        }
        while self.pins.front().is_some_and(|pin| pin.1 <= upto) {
            self.pins.pop_front();
        }
    }

    /// Everything before `upto` is decided: its edits, as far as they begin there, each with its view, go to somebody who
    /// has the input. What one of them removes behind it stays planned.
    pub(crate) fn take_before(&mut self, upto: u64, mut then: impl FnMut(usize, Edit)) {
        for (view, edits) in self.edits.iter_mut().enumerate() {
            while let Some(edit) = edits.front_mut().filter(|edit| edit.from < upto) {
                if edit.to <= upto {
                    if let Some(edit) = edits.pop_front() {
                        then(view, edit);
                    }
                    continue;
                }
                let rest = Edit {
                    from: upto,
                    text: Text::Nothing,
                    ..edit.clone()
                };
                let mut first = core::mem::replace(edit, rest);
                first.to = upto;
                then(view, first);
            }
        }
        self.left = self.left.max(upto);
    }

    /// The stream is over and everything has left: what is put behind the last byte follows.
    pub(crate) fn end(&mut self, sink: &mut dyn Sink) {
        for (edits, view) in self.edits.iter_mut().zip(&VIEWS) {
            for edit in edits.drain(..) {
                write(&edit.text, *view, sink);
            }
        }
    }

    /// Some bytes of the input; none if the first has left.
    pub(crate) fn bytes(&self, from: u64, to: u64, fresh: Fresh<'_>) -> Vec<u8> {
        if from < self.left {
            return Vec::new();
        }
        let end = self.left + self.held.len() as u64;
        let held = part(&self.held, self.left, from, to.min(end));
        let rest = part(fresh.bytes, fresh.at.0, from.max(end), to);
        [held, rest].concat()
    }

    /// Keeps what did not leave of the window: nothing of the window is needed afterwards.
    pub(crate) fn keep(&mut self, fresh: Fresh<'_>) {
        let known = self.left + self.held.len() as u64;
        let from = usize::try_from(known.saturating_sub(fresh.at.0)).unwrap_or(usize::MAX);
        self.held
            .extend_from_slice(fresh.bytes.get(from..).unwrap_or_default());
    }

    /// Destroys what is held.
    pub(crate) fn destroy(&mut self) {
        self.held.fill(0);
        self.held = Vec::new();
        self.edits.iter_mut().for_each(VecDeque::clear);
        self.ruled.iter_mut().for_each(Vec::clear);
    }
}

/// The views, in order.
const VIEWS: [View; 2] = [View::Caller, View::Record];

/// The input that is at hand: what is held, and what comes after it.
struct Input<'a> {
    held: &'a [u8],
    /// The position of the first byte held.
    left: u64,
    fresh: Fresh<'a>,
}

impl Input<'_> {
    /// Sends the bytes `from..to` as they are edited, and takes what was done from the edits: how many were removed.
    fn send_edited(
        &self,
        (from, to): (u64, u64),
        edits: &mut VecDeque<Edit>,
        view: View,
        sink: &mut dyn Sink,
    ) -> u64 {
        let (mut at, mut masked) = (from, 0);
        while let Some(edit) = edits.front_mut().filter(|edit| edit.from < to) {
            self.send(at, edit.from, view, sink);
            write(&edit.text, view, sink);
            at = edit.to.min(to);
            masked += at - edit.from;
            if edit.to > to {
                // Another view holds the rest; its text has left.
                (edit.from, edit.text) = (to, Text::Nothing);
                break;
            }
            edits.pop_front();
        }
        self.send(at, to, view, sink);
        masked
    }

    /// Sends the bytes `from..to` unchanged.
    fn send(&self, from: u64, to: u64, view: View, sink: &mut dyn Sink) {
        let end = self.left + self.held.len() as u64;
        if from < end {
            let held = part(self.held, self.left, from, to);
            if !held.is_empty() {
                sink.put(view, held);
            }
        }
        if to > end {
            let bytes = part(self.fresh.bytes, self.fresh.at.0, from.max(end), to);
            if !bytes.is_empty() {
                sink.pass(view, bytes);
            }
        }
    }
}

/// What of some bytes, of which the first has the position `at`, lies in `from..to`.
fn part(bytes: &[u8], at: u64, from: u64, to: u64) -> &[u8] {
    let index = |pos: u64| {
        usize::try_from(pos.saturating_sub(at))
            .unwrap_or(usize::MAX)
            .min(bytes.len())
    };
    bytes.get(index(from)..index(to)).unwrap_or_default()
}

fn write(text: &Text, view: View, sink: &mut dyn Sink) {
    match text {
        Text::Nothing => {}
        Text::Bytes(bytes) => sink.put(view, bytes),
        Text::Stars(count) => {
            let mut left = usize::try_from(*count).unwrap_or(usize::MAX);
            while left > 0 {
                let some = left.min(STARS.len());
                sink.put(view, STARS.get(..some).unwrap_or_default());
                left -= some;
            }
        }
    }
}

const STARS: &[u8] = &[b'*'; 64];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Collect;

    fn edit(from: u64, to: u64, text: &[u8]) -> Edit {
        Edit {
            from,
            to,
            text: Text::Bytes(text.into()),
            cluster: from,
        }
    }

    #[test]
    fn edits_apply_across_the_border_of_held_and_fresh() {
        let mut outlet = Outlet::new(1);
        let mut out = Collect::default();
        let first = Fresh {
            bytes: b"hello bob@",
            at: Pos(0),
        };
        outlet.release(6, first, &mut out);
        outlet.keep(first);
        assert_eq!((out.caller.as_slice(), outlet.held()), (b"hello ".as_slice(), 4));
        let second = Fresh {
            bytes: b"x.yz !",
            at: Pos(10),
        };
        outlet.edit(0, edit(6, 14, b"[EMAIL]"));
        outlet.release(15, second, &mut out);
        outlet.keep(second);
        assert_eq!(
            (out.caller.as_slice(), outlet.held(), outlet.left()),
            (b"hello [EMAIL] ".as_slice(), 1, 15)
        );
        assert_eq!(outlet.masked(), 8);
    }

    #[test]
    fn what_overlaps_is_cut_and_what_is_released_goes() {
        let mut outlet = Outlet::new(1);
        let mut out = Collect::default();
        outlet.edit(0, edit(2, 5, b"A"));
        outlet.edit(0, edit(4, 6, b"B"));
        outlet.edit(0, edit(7, 8, b"C"));
        outlet.release_cluster(7);
        outlet.release(
            9,
            Fresh {
                bytes: b"012345678",
                at: Pos(0),
            },
            &mut out,
        );
        assert_eq!(out.caller, b"01AB678");
    }

    #[test]
    fn no_byte_is_removed_twice() {
        let mut outlet = Outlet::new(1);
        outlet.edit(0, edit(2, 4, b"A"));
        outlet.edit(0, edit(4, 6, b"B"));
        outlet.edit(0, edit(6, 7, b"C"));
        outlet.edit(0, edit(1, 9, b"D"));
        outlet.edit(0, edit(3, 9, b"E"));
        let mut out = Collect::default();
        let bytes = b"0123456789";
        outlet.release(10, Fresh { bytes, at: Pos(0) }, &mut out);
        assert_eq!(
            (out.caller.as_slice(), outlet.masked()),
            (b"0DABC9".as_slice(), 8)
        );
    }

    #[test]
    fn what_is_ruled_waits_for_what_reaches_into_it() {
        let mut outlet = Outlet::new(1);
        let mut out = Collect::default();
        let bytes = b"0123456789";
        let fresh = Fresh { bytes, at: Pos(0) };
        outlet.edit_as_ruled(0, edit(1, 6, b"K"));
        outlet.release(4, fresh, &mut out);
        assert_eq!(out.caller, b"0");
        outlet.edit(0, edit(4, 8, b"C"));
        outlet.edit_as_ruled(0, edit(8, 8, b"L"));
        outlet.edit(0, edit(8, 9, b""));
        outlet.release(10, fresh, &mut out);
        assert_eq!(
            (out.caller.as_slice(), outlet.masked(), outlet.planned()),
            (b"0KCL9".as_slice(), 8, 5)
        );
    }
}
