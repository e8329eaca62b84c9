//! How texts end: in their time, cut short, or because something in them is wrong.

use super::body::{Body, Cx, Seen};
use super::level::{OpenText, Reads};
use super::map::Place;
use super::spared::Touch;
use super::unescape::Decoded;
use crate::error::{ErrorKind, SenderError};
use crate::token::Role;
use crate::{Slot, Unscanned};

impl Body {
    pub(super) fn finish_document(&mut self, end: Place, cx: &mut Cx<'_>) -> Result<(), ErrorKind> {
        let Some(level) = self.levels.first() else {
            return Ok(());
        };
        if level.utf8.is_cut() {
            return Err(self.truncated(end, cx));
        }
        if level.tokenizer.in_bare() {
            if !level.tokenizer.bare_may_end() {
                return Err(self.truncated(end, cx));
            }
            self.end_bare(0, end, cx);
        }
        let Some(level) = self.levels.first() else {
            return Ok(());
        };
        if level.tokenizer.is_open() {
            return Err(self.truncated(end, cx));
        }
        Ok(())
    }

    /// Everything open from a level on is refused at a place. What is held stays held.
    ///
    /// # Errors
    /// A limit met before, by what is left of an escape, and at which byte of the input.
    pub(super) fn refuse(&mut self, from: usize, at: Place, cx: &mut Cx<'_>) -> Result<(), (u64, ErrorKind)> {
        self.refused = self.own_hold();
        self.spill_escapes(from, at, cx).map(drop)
    }

    /// What a document is refused for that is cut short at `end`.
    fn truncated(&mut self, end: Place, cx: &mut Cx<'_>) -> ErrorKind {
        match self.refuse(0, end, cx) {
            Ok(()) => ErrorKind::Sender(SenderError::Truncated),
            Err((last, kind)) => {
                self.stopped.get_or_insert(last);
                kind
            }
        }
    }

    /// Everything open from a level on ends here.
    pub(super) fn close_levels(&mut self, from: usize, at: Place, cx: &mut Cx<'_>) {
        if from == 0 {
            self.cut_fragment(at, cx);
        }
        // A limit does not matter any more: what it limits ends here.
        let inner = self.spill_escapes(from, at, cx).unwrap_or(at);
        self.stopped = None;
        self.refused = None;
        while self.levels.len() > from {
            let index = self.levels.len() - 1;
            let string = self.levels.last_mut().and_then(|level| level.string.take());
            let at = if index == from { at } else { inner };
            // It ends while its level is there: how deep it lies says how it is escaped.
            if let Some(mut string) = string {
                self.finish_text(&mut string.text, index + 1, inner, cx);
            }
            let Some(mut level) = self.levels.pop() else { break };
            let end = Place {
                outer: if index == 0 { self.slot.len() } else { at.outer },
                ..at
            };
            self.finish_slot(end, cx);
            self.end_replaced(index, at, cx);
            if index > 0 {
                self.tracker.leave();
            } else {
                self.touch = Touch::Free;
                self.tracker.reset();
                level.reset();
                self.levels.push(level);
                break;
            }
        }
    }

    /// The open fragment of a lane, if one is open, ends at a place without its quote. What is left of an escape is none
    /// of the lane's: it would be one with what follows there.
    fn cut_fragment(&mut self, at: Place, cx: &mut Cx<'_>) {
        self.break_fragment(at, cx);
        if let Some(walker) = &mut self.walker {
            // An object that a function is given goes up to where the document does.
            walker.given_ends(at.raw);
            walker.reset();
        }
        self.tell_due(at, cx);
    }

    /// The same where the payload goes on as it is.
    fn break_fragment(&mut self, at: Place, cx: &mut Cx<'_>) {
        let Some(walker) = &mut self.walker else { return };
        let string = self.levels.first().and_then(|level| level.string.as_ref());
        let escape = string.and_then(|string| string.unescape.hold());
        let end = escape.map_or(at.raw, |escape| escape.raw);
        walker.fragment_ends(end);
        if self.replaced.is_none() {
            walker.given_ends(end);
        }
        self.tell_due(at, cx);
    }

    /// Escapes that are cut short in the open strings from a level on are text. Outermost first: what a string spills
    /// belongs to what is read in it, and may in turn cut an escape there. Where the outermost string ends.
    ///
    /// # Errors
    /// A limit met on the way, and at which byte of the input.
    fn spill_escapes(&mut self, from: usize, at: Place, cx: &mut Cx<'_>) -> Result<Place, (u64, ErrorKind)> {
        let mut end = at;
        let mut index = from;
        while let Some(mut string) = self.levels.get_mut(index).and_then(|level| level.string.take()) {
            let mut decoded = Decoded::default();
            let _ = string.unescape.finish(end, &mut decoded);
            // The document's string counts its own characters, and those in it count on.
            end = decoded.end;
            let mut routed = Ok(());
            if !decoded.bytes.is_empty() {
                let kind = match string.role {
                    Role::Key => Slot::Key,
                    Role::Value => Slot::Value,
                };
                let map = decoded.map();
                routed = self.route(
                    &mut string.text,
                    index + 1,
                    kind,
                    &decoded.bytes,
                    &map,
                    Seen::Nowhere,
                    cx,
                );
            }
            self.spill_text(&mut string.text, end, cx);
            if let Some(level) = self.levels.get_mut(index) {
                level.string = Some(string);
            }
            routed.map_err(|stop| (decoded.map().last_of(stop.at), stop.kind))?;
            index += 1;
        }
        Ok(end)
    }

    /// An escape that is cut short in a text is what it is made of.
    pub(super) fn spill_text(&mut self, text: &mut OpenText, end: Place, cx: &mut Cx<'_>) {
        let mut decoded = Decoded::default();
        // What is lenient refuses nothing.
        let _ = text.lenient.finish(end, &mut decoded);
        if decoded.bytes.is_empty() {
            return;
        }
        let kind = self.slot_kind();
        let (slot, mut to) = self.searched_as(kind, cx);
        slot.undo(&decoded.undone);
        slot.feed(&decoded.bytes, decoded.map(), None, &mut to);
    }

    /// A line of the payload ends at `end`, and another follows: no escape goes on behind it, and what is found at its
    /// end ends there.
    ///
    /// # Errors
    /// A limit that what is left of an escape meets, and at which byte of the input.
    pub(crate) fn end_line(&mut self, end: Place, cx: &mut Cx<'_>) -> Result<(), (u64, ErrorKind)> {
        // No string goes on behind a line end, and what follows in the input is framing.
        self.break_fragment(end, cx);
        self.spill_escapes(0, end, cx)?;
        let mut text = core::mem::replace(&mut self.text, OpenText::new(Reads::Nothing));
        self.spill_text(&mut text, end, cx);
        self.text = text;
        Ok(())
    }

    /// A text ends.
    pub(super) fn finish_text(&mut self, text: &mut OpenText, child: usize, end: Place, cx: &mut Cx<'_>) {
        self.end_spared(text, child, end, cx);
        match text.reads {
            Reads::Json => {
                if self
                    .levels
                    .get(child)
                    .is_some_and(|level| level.tokenizer.in_bare())
                {
                    self.end_bare(child, end, cx);
                }
                self.close_levels(child, end, cx);
            }
            Reads::Text | Reads::Undecided => {
                // A bracket alone, or with a part of a word behind it.
                if !text.front.bytes.is_empty() {
                    let kind = if child == 0 { Slot::Text } else { Slot::Value };
                    self.slot.forget_name();
                    // Text is never refused.
                    let _ = self.read_front(text, child, kind, cx);
                }
                self.spill_text(text, end, cx);
                self.finish_slot(end, cx);
            }
            Reads::Nothing => {}
        }
        if let Some((begin, planned)) = text.too_deep.take() {
            // What of it is masked counts as that.
            let masked = cx.out.planned() - planned;
            *cx.unscanned.entry(Unscanned::BeyondDepth).or_default() +=
                end.raw.saturating_sub(begin).saturating_sub(masked);
        }
    }

    /// Ends the open text, if one is open.
    pub(super) fn finish_slot(&mut self, end: Place, cx: &mut Cx<'_>) {
        let kind = self.slot_kind();
        let (slot, mut to) = self.searched_as(kind, cx);
        if slot.is_open() {
            slot.finish(end, &mut to);
        }
    }
}
