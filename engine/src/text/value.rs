//! Values that a field rule names: replaced whole, whatever their type.

use super::body::{Body, Cx, Kind};
use super::map::Place;
use super::scribe::{Note, Purpose};
use super::spared::Touch;
use crate::detect::{Item, Origin};
use crate::hold::{Bytes, Edit, Text};
use crate::rules::FieldAs;
use crate::token::Bracket;
use crate::{Action, Confidence, Slot, act};

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is searched.
    Search,
    /// A string whose text is masked by a field rule.
    Mask,
    /// It is replaced whole, or goes.
    Replace,
    /// A fragment of a lane, which is read elsewhere.
    Lane,
}

/// A value that is being replaced whole.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    level: usize,
    /// Open brackets of its level outside it.
    depth: u32,
    /// Its first byte.
    at: Place,
    /// Everything before this position is replaced.
    written: u64,
    /// Its cluster's name.
    name: u64,
    /// The comma after it goes too.
    swallow: bool,
    /// Whether a person released it: it stays as it is in the caller's view.
    released: bool,
    /// The finding; none where it is not replaced, but read elsewhere.
    note: Option<Note>,
}

impl Replaced {
    /// A value that is read elsewhere, of a level, with so many brackets open outside it.
    pub(super) fn elsewhere(level: usize, depth: u32, at: Place) -> Self {
        Self {
            level,
            depth,
            at,
            written: at.raw,
            name: u64::MAX,
            swallow: false,
            released: false,
            note: None,
        }
    }

    /// The level of JSON it is a value of.
    pub(super) fn level(&self) -> usize {
        self.level
    }

    /// Nothing waits for it.
    pub(super) fn hold(&self) -> Option<u64> {
        None
    }
}

/// What waits for the fate of the next member: the separator before it, or its key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Separator {
    /// From here on a `drop` removes.
    from: Option<u64>,
    /// Whether the next member is the first that stays.
    first: bool,
    /// Whether the comma that comes goes.
    swallow: bool,
}

impl Separator {
    /// The first position that waits.
    pub(super) fn hold(&self) -> Option<u64> {
        self.from
    }

    /// A bracket closes.
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }
}

/// What a value is, as far as its first byte says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    String,
    Number,
    Boolean,
    Null,
    Object,
    Array,
}

impl Body {
    /// A key begins at its quote.
    pub(super) fn key_begins(&mut self, quote: Place, cx: &Cx<'_>) {
        if self.separator.first && self.may_drop(cx) {
            self.separator.from = Some(quote.raw);
        }
    }

    /// A comma, from `at` to `next`.
    pub(super) fn comma(&mut self, at: Place, next: Place, cx: &mut Cx<'_>) {
        if self.replaced.is_some() {
            return;
        }
        if self.separator.swallow {
            self.separator = Separator {
                first: true,
                ..Separator::default()
            };
            for view in 0..cx.plan.views() {
                cx.out.edit(
                    view,
                    Edit {
                        from: at.raw,
                        to: next.raw,
                        text: Text::Nothing,
                        cluster: at.raw,
                    },
                );
            }
            return;
        }
        let from = self.may_drop(cx).then_some(at.raw);
        self.separator = Separator {
            from,
            ..Separator::default()
        };
    }

    /// A string value begins at its quote.
    pub(super) fn string_begins(&mut self, index: usize, quote: Place, cx: &mut Cx<'_>) -> Fate {
        self.begins(index, quote, Type::String, cx)
    }

    /// A value begins that is not looked at here: what waited for it may leave.
    pub(super) fn forget_separator(&mut self, cx: &Cx<'_>) {
        if cx.rules.paths.is_empty() {
            self.separator.from = None;
        } else {
            self.separator = Separator::default();
        }
    }

    /// A bare value begins.
    pub(super) fn bare_begins(&mut self, index: usize, at: Place, first: u8, cx: &mut Cx<'_>) -> Fate {
        let kind = match first {
            b't' | b'f' => Type::Boolean,
            b'n' => Type::Null,
            _ => Type::Number,
        };
        self.begins(index, at, kind, cx)
    }

    /// A bracket opens.
    pub(super) fn open(&mut self, index: usize, at: Place, kind: Bracket, cx: &mut Cx<'_>) {
        let kind = match kind {
            Bracket::Object => Type::Object,
            Bracket::Array => Type::Array,
        };
        let _ = self.begins(index, at, kind, cx);
        if self.replaced.is_none() {
            self.separator = Separator {
                first: true,
                ..Separator::default()
            };
        }
    }

    /// A value begins: what becomes of it.
    fn begins(&mut self, index: usize, at: Place, kind: Type, cx: &mut Cx<'_>) -> Fate {
        if cx.rules.paths.is_empty() || self.replaced.is_some() {
            self.separator.from = None;
            return Fate::Search;
        }
        self.count_elements(at, cx);
        let separator = core::mem::take(&mut self.separator);
        let Some((field, class)) = cx.rules.field(self.tracker.state()) else {
            return Fate::Search;
        };
        let rule = cx.rules.source.fields.get(usize::from(field));
        let as_type = rule.and_then(|rule| rule.as_type);
        let action = match cx.plan.action(0, class) {
            Action::Keep if cx.plan.keeps(class) == [true; 2] => return Fate::Search,
            // One view masks it: so does the other, which could not leave out what is in it.
            Action::Keep => Action::Placeholder,
            action => action,
        };
        let entity = cx.rules.entity(Origin::Field(field)).to_owned();
        // Its own bracket is open already.
        let open = self
            .levels
            .get(index)
            .map_or(0, |level| level.tokenizer.stack().len());
        let outside = open - u32::from(matches!(kind, Type::Object | Type::Array));
        let null = Text::Bytes(b"null".as_slice().into());
        let fixed = |text: &'static [u8]| Text::Bytes(text.into());
        let text = match (action, as_type, kind) {
            (Action::Drop, ..) if outside > 0 => Text::Nothing,
            (_, None, Type::Null) => return Fate::Search,
            // Next to another document a word must not run into it.
            (Action::Null, _, Type::String | Type::Object | Type::Array)
            | (_, Some(FieldAs::Null), Type::String | Type::Object | Type::Array)
                if index == 0 && self.kind == Kind::Documents && outside == 0 =>
            {
                fixed(b" null ")
            }
            (Action::Null, ..) | (_, Some(FieldAs::Null), _) => null,
            (_, _, Type::String) => return Fate::Mask,
            (_, Some(FieldAs::String), _) => quoted(index, &entity),
            // What stands there instead is known at its end.
            (Action::Fpe(_), _, Type::Number) => return Fate::Mask,
            (_, _, Type::Number) => fixed(b"0"),
            (_, _, Type::Boolean) => fixed(b"false"),
            (_, _, Type::Object) => fixed(b"{}"),
            (_, _, Type::Array) => fixed(b"[]"),
        };
        let drops = text == Text::Nothing;
        // In an array the first element has no key that could have been held.
        let from = if drops {
            separator.from.unwrap_or(at.raw)
        } else {
            at.raw
        };
        if drops {
            // What was masked in its key goes with the rest.
            cx.out.forget(from, at.raw);
        }
        let slot = if kind == Type::Number {
            Slot::Number
        } else {
            Slot::Value
        };
        let note = Note {
            origin: Origin::Field(field),
            record: *cx.record,
            paths: self.tracker.paths(None),
            slot,
            outer: (0, 0),
            inner: (0, 0),
            raw: (at.raw, at.raw),
            class,
            confidence: Confidence::percent(100),
            action: action.name(),
            cluster: from,
            kept: [false; 2],
            within: false,
            mark: None,
            purpose: Purpose::Count,
            counted: false,
            touch: Touch::Free,
        };
        cx.notes.push_back(note.clone());
        for view in 0..cx.plan.views() {
            cx.out.edit(
                view,
                Edit {
                    from,
                    to: from,
                    text: text.clone(),
                    cluster: from,
                },
            );
        }
        let swallow = drops && separator.first;
        self.replaced = Some(Replaced {
            level: index,
            depth: outside,
            at,
            written: from,
            name: from,
            swallow,
            released: false,
            note: Some(note),
        });
        Fate::Replace
    }

    /// Adds the field rule's finding to the text that has just begun.
    pub(super) fn mask_field(&mut self, begin: Place, cx: &mut Cx<'_>) {
        let Some((field, class)) = cx.rules.field(self.tracker.state()) else {
            return;
        };
        self.slot.mask_all(Item {
            origin: Origin::Field(field),
            class,
            start: 0,
            at: begin,
            end: 0,
            ends: None,
            open: true,
            endless: true,
            confidence: Confidence::percent(100),
            kept: [false; 2],
            within: false,
        });
    }

    /// Replaces what a level, or one in it, knows of a value up to `end`.
    pub(super) fn keep_replacing(&mut self, index: usize, end: Place, cx: &mut Cx<'_>) {
        // A level outside knows bytes that may belong to what comes after it.
        let Some(replaced) = self.replaced.as_mut().filter(|replaced| replaced.level <= index) else {
            return;
        };
        if end.raw > replaced.written && replaced.note.is_some() {
            for view in usize::from(replaced.released)..cx.plan.views() {
                let (from, to, cluster) = (replaced.written, end.raw, replaced.name);
                cx.out.edit(
                    view,
                    Edit {
                        from,
                        to,
                        text: Text::Nothing,
                        cluster,
                    },
                );
            }
            replaced.written = end.raw;
        }
    }

    /// A bracket closed at `end`: the replaced value ends with it if it is its own.
    pub(super) fn end_container(&mut self, index: usize, end: Place, cx: &mut Cx<'_>) {
        let depth = self
            .levels
            .get(index)
            .map_or(0, |level| level.tokenizer.stack().len());
        if self
            .replaced
            .as_ref()
            .is_some_and(|replaced| replaced.level == index && replaced.depth == depth)
        {
            self.finish_replaced(end, cx);
        }
    }

    /// A string or bare value ended at `end`: the replaced value ends with it if it is its own.
    pub(super) fn end_replaced_value(&mut self, index: usize, end: Place, cx: &mut Cx<'_>) {
        self.end_container(index, end, cx);
    }

    /// A person released a cluster: what of it is still open stays as it is in the caller's view.
    pub(crate) fn release_cluster(&mut self, cluster: u64) {
        if let Some(replaced) = self.replaced.as_mut().filter(|replaced| replaced.name == cluster) {
            replaced.released = true;
        }
        self.slot.release_cluster(cluster);
    }

    /// A person ruled that a kept run is masked after all, by its name: see [`Resolver::mask_run`].
    pub(crate) fn mask_run(&mut self, name: u64, origin: Origin) -> Option<Place> {
        self.slot.mask_run(name, origin)
    }

    /// A level ends at `end`, complete or not.
    pub(super) fn end_replaced(&mut self, index: usize, end: Place, cx: &mut Cx<'_>) {
        if self
            .replaced
            .as_ref()
            .is_some_and(|replaced| replaced.level >= index)
        {
            self.finish_replaced(end, cx);
        }
    }

    fn finish_replaced(&mut self, end: Place, cx: &mut Cx<'_>) {
        self.keep_replacing(usize::MAX, end, cx);
        let Some(replaced) = self.replaced.take() else {
            return;
        };
        let Some(note) = replaced.note else {
            self.given_ends(end, cx);
            return;
        };
        self.separator = Separator {
            swallow: replaced.swallow,
            ..Separator::default()
        };
        let len = end.raw.saturating_sub(replaced.at.raw);
        // A value of the document is its own text; one below lies in the outermost string's.
        let outer = if replaced.level == 0 {
            (0, len)
        } else {
            (replaced.at.outer, end.outer)
        };
        let action = if replaced.released {
            Action::Keep.name()
        } else {
            note.action
        };
        let note = Note {
            action,
            raw: (replaced.at.raw, end.raw),
            outer,
            inner: (0, outer.1 - outer.0),
            purpose: Purpose::Tell,
            ..note
        };
        cx.notes.push_back(note);
    }

    /// Whether a `drop` can match a member of the open bracket.
    fn may_drop(&self, cx: &Cx<'_>) -> bool {
        cx.rules.paths_drop(cx.plan)
            && self.replaced.is_none()
            && !cx.rules.paths.is_dead(self.tracker.container())
    }
}

/// A placeholder as a JSON string, escaped once for each level it lies in.
fn quoted(level: usize, entity: &str) -> Text {
    let backslashes = (1usize << level.min(16)) - 1;
    let quote = format!("{}\"", "\\".repeat(backslashes));
    let Text::Bytes(inner) = act::placeholder(entity) else {
        return Text::Nothing;
    };
    Text::Bytes(Bytes::of(&[quote.as_bytes(), &inner, quote.as_bytes()]))
}
