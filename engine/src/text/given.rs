//! What functions are given: it is a text of its own, and read elsewhere, once its function is known.

use super::body::{Body, Cx};
use super::map::Place;
use super::scribe::{Note, Purpose};
use super::value::{Fate, Replaced};
use crate::profile::{Shape, Sort};

impl Body {
    /// A string begins behind its quote that a function is given: it is not searched here.
    pub(super) fn given_begins(&mut self, lane: u16, begin: Place, cx: &Cx<'_>) -> Fate {
        self.forget_separator(cx);
        let state = self.tracker.state();
        if let Some(walker) = &mut self.walker {
            walker.given_begins(lane, Shape::String, begin.raw, state);
        }
        Fate::Lane
    }

    /// An object opened, and is `sort`: if a function is given it, nothing in it is searched here.
    pub(super) fn object_opened(&mut self, index: usize, at: Place, sort: Sort) {
        let Sort::Arguments(lane) = sort else { return };
        let state = self.tracker.state();
        let open = self
            .levels
            .get(index)
            .map_or(0, |level| level.tokenizer.stack().len());
        // A field rule's word comes first.
        if self.replaced.is_none()
            && let Some(walker) = &mut self.walker
        {
            walker.given_begins(lane, Shape::Object, at.raw, state);
            // Its own bracket is open already.
            self.replaced = Some(Replaced::elsewhere(index, open.saturating_sub(1), at));
        }
    }

    /// What a function is given has ended.
    pub(super) fn given_ends(&mut self, end: Place, cx: &mut Cx<'_>) {
        if let Some(walker) = &mut self.walker {
            walker.given_ends(end.raw);
        }
        self.tell_due(end, cx);
    }

    /// Puts what has become due into the order of what is told.
    pub(super) fn tell_due(&mut self, at: Place, cx: &mut Cx<'_>) {
        let due = self.walker.as_mut().map_or(0, |walker| walker.told());
        for _ in 0..due {
            cx.notes.push_back(Note::element(
                Purpose::Due,
                at.raw,
                *cx.record,
                Default::default(),
            ));
        }
    }
}
