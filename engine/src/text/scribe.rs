//! Writes down what is decided: edits for the outlet, notes for the sink.

use super::skim::Lag;
use super::spared::Touch;
use crate::act;
use crate::detect::{
    Counted, Decide, Detector, Finds, Item, Lexicon, Origin, Share, Span, Stretch, Surroundings, Told, Words,
};
use crate::hold::{Edit, Outlet, Text};
use crate::path::Tracker;
use crate::rules::{Plan, Rules};
use crate::{Action, Class, Confidence, Slot};
use std::collections::VecDeque;

/// Something found, for the sink and the pauses, in the order in which it became final.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// Who found it.
    pub origin: Origin,
    /// Document, line or event.
    pub record: u64,
    /// Its paths: the outermost text's, and that below it. Empty where nobody wants them.
    pub paths: (String, Option<String>),
    /// What kind of place.
    pub slot: Slot,
    /// Where in the outermost text.
    pub outer: (u64, u64),
    /// Where in the innermost text.
    pub inner: (u64, u64),
    /// Where in the input.
    pub raw: (u64, u64),
    /// How sensitive.
    pub class: Class,
    /// How sure.
    pub confidence: Confidence,
    /// What is done to it.
    pub action: &'static str,
    /// Where its cluster begins in the input.
    pub cluster: u64,
    /// Whether it stays as it is, in each view.
    pub kept: [bool; 2],
    /// Whether it begins in a cluster, which replaces its beginning.
    pub within: bool,
    /// A keyed mark of the value, where a pause counts distinct ones.
    pub mark: Option<u64>,
    /// What this note is for.
    pub purpose: Purpose,
    /// Whether the pauses have counted it.
    pub counted: bool,
    /// Whether the text it lies in is never altered.
    pub touch: Touch,
}

/// What a note is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To count and to tell.
    Both,
    /// To count: its end is not known.
    Count,
    /// To tell: it has counted.
    Tell,
    /// An element that a pause counts begins here.
    Element(usize),
    /// Something is due of which the profile's walker knows.
    Due,
}

impl Note {
    /// An element that a pause counts begins.
    pub(crate) fn element(purpose: Purpose, at: u64, record: u64, paths: (String, Option<String>)) -> Self {
        Self {
            origin: Origin::Field(u16::MAX),
            record,
            paths,
            slot: Slot::Value,
            outer: (0, 0),
            inner: (0, 0),
            raw: (at, at),
            class: Class(0),
            confidence: Confidence::percent(100),
            action: "",
            cluster: at,
            kept: [false; 2],
            within: false,
            mark: None,
            purpose,
            counted: false,
            touch: Touch::Free,
        }
    }
}

/// The masked keys of a record, numbered in their order in each view.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ordinals {
    /// The next number, by view.
    next: [u64; 2],
    /// What stands in the open key's place in paths: its replacements, as they were made. They may have left.
    pub shown: Vec<u8>,
}

impl Ordinals {
    /// The next number.
    fn take(&mut self, view: usize) -> u64 {
        let Some(next) = self.next.get_mut(view) else {
            return 0;
        };
        let number = *next;
        *next += 1;
        number
    }
}

/// Everything a text needs to have its findings written down.
pub(crate) struct Scribe<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// What happens to findings.
    pub plan: &'a Plan,
    /// Takes edits.
    pub out: &'a mut Outlet,
    /// Takes notes.
    pub notes: &'a mut VecDeque<Note>,
    /// Where in the document.
    pub tracker: &'a mut Tracker,
    /// Document, line or event.
    pub record: u64,
    /// Masked keys of the record so far.
    pub ordinal: &'a mut Ordinals,
    /// The kind of the text.
    pub slot: Slot,
    /// Whether somebody wants paths.
    pub wants_details: bool,
    /// Whether text may have line ends.
    pub line_ends: act::LineEnds,
    /// How many levels of JSON are open.
    pub levels: usize,
    /// Whether the text is never altered.
    pub touch: Touch,
    /// How far `tracker` lags behind the text, if it does.
    pub lag: Option<Lag<'a>>,
}

impl Scribe<'_> {
    /// Whether what stays is only told: nobody rules on it, and it refuses nothing.
    pub(crate) fn only_tells(&self) -> bool {
        self.touch == Touch::Free && self.rules.source.pauses.is_empty()
    }

    /// Whether what a detector finds stays in every view.
    pub(crate) fn leaves(&self, detector: &Detector) -> bool {
        detector.finds != Finds::Tokens && self.plan.keeps(detector.class) == [true; 2]
    }

    /// Works out what kind of text it is, if that is not known yet; also where it is, if somebody asks.
    pub(crate) fn know_slot(&mut self) {
        if let Some(lag) = &self.lag
            && !self.wants_details
            && lag.is_no_key()
        {
            self.slot = if lag.string { Slot::Value } else { self.slot };
            return;
        }
        self.catch_up();
    }

    /// Works out where the text is, and what kind of text, if that is not known yet.
    pub(crate) fn catch_up(&mut self) {
        let lag = self.lag.take();
        if let Some(kind) = lag.and_then(|lag| lag.catch_up(&self.rules.paths, self.tracker)) {
            self.slot = kind;
        }
    }

    /// Plans an edit.
    pub(crate) fn edit(&mut self, view: usize, from: u64, to: u64, text: Text, cluster: u64) {
        self.out.edit(
            view,
            Edit {
                from,
                to,
                text,
                cluster,
            },
        );
    }

    /// A finding in a number, which is replaced whole.
    pub(crate) fn report_number(&mut self, stretch: &Stretch<'_>, item: &Item, share: Share, cluster: u64) {
        let action = match share {
            Share::Kept => Action::Keep.name(),
            Share::Wins => self.action(0, item).name(),
            Share::Covered => "covered",
        };
        self.report(stretch, item, action, cluster, Counted::Now);
    }

    /// Masks every character of a stretch where it stands: on its own line, if an event has several.
    fn stars(&mut self, view: usize, stretch: &Stretch<'_>, from: u64, to: u64, cluster: u64) {
        let breaks = stretch.gaps.iter().map(|(at, _)| *at);
        let mut begin = from;
        for end in breaks.filter(|at| from < *at && *at < to).chain([to]) {
            let text = Text::Stars(act::chars(stretch.bytes(begin, end)));
            let upto = if end < to {
                stretch.begins(end)
            } else {
                stretch.ends(end)
            };
            self.edit(view, stretch.begins(begin).raw, upto.raw, text, cluster);
            begin = end;
        }
    }

    /// In how many strings within strings the text lies.
    fn strings(&self) -> usize {
        match self.slot {
            Slot::Value | Slot::Key => self.levels,
            _ => 0,
        }
    }

    /// The entity of a finding.
    pub(crate) fn entity(&self, origin: Origin) -> &str {
        self.rules.entity(origin)
    }

    fn note(
        &mut self,
        stretch: Option<&Stretch<'_>>,
        item: &Item,
        action: &'static str,
        cluster: u64,
        purpose: Purpose,
    ) {
        let end = match (item.ends, stretch) {
            (_, None) => item.at,
            (Some(end), Some(_)) => end,
            (None, Some(stretch)) => stretch.ends(item.end),
        };
        let key = (self.slot == Slot::Key).then(|| {
            let entity = self.entity(item.origin);
            format!("[{entity}]").into_bytes()
        });
        let paths = if self.wants_details {
            self.tracker.paths(key.as_deref())
        } else {
            Default::default()
        };
        let mark = match (stretch, self.plan.mark_key()) {
            (Some(stretch), Some(key)) if self.rules.counts_distinct => {
                Some(key.mark("distinct", stretch.bytes(item.start, item.end)))
            }
            _ => None,
        };
        self.notes.push_back(Note {
            origin: item.origin,
            record: self.record,
            paths,
            slot: self.slot,
            outer: (item.at.outer, end.outer),
            inner: (item.start, item.end),
            raw: (item.at.raw, end.raw),
            class: item.class,
            confidence: item.confidence,
            action,
            cluster,
            kept: item.kept,
            within: item.within,
            mark,
            purpose,
            counted: false,
            touch: self.touch,
        });
    }
}

impl Surroundings for Scribe<'_> {
    fn wants_details(&self) -> bool {
        self.wants_details
    }

    fn mentions(&mut self, words: &Words) -> bool {
        self.catch_up();
        self.tracker.keys().any(|key| words.stand_in(key))
    }

    fn find(&mut self, words: &Lexicon, found: &mut Vec<u16>) {
        self.catch_up();
        self.tracker.keys().for_each(|key| words.find(key, found));
    }

    fn name(&mut self) -> &[u8] {
        self.catch_up();
        self.tracker.name()
    }

    fn allows(&mut self, detector: u16, value: &[u8]) -> bool {
        if self.rules.allow.iter().any(|allow| allow.path.is_some()) {
            self.catch_up();
        }
        let state = self.tracker.state();
        self.rules
            .allow
            .iter()
            .any(|allow| allow.covers(&self.rules.paths, state, detector, value))
    }

    fn told(&mut self, token: &[u8], is_bare: bool) -> Told {
        self.catch_up();
        let Some(opened) = act::token::open(token, self.plan.secrets()) else {
            let (origin, class, kept) = (Origin::FORGED, Class(0), [true; 2]);
            return Told { origin, class, kept };
        };
        let (origin, class) = self.rules.of_entity(&opened.entity);
        // What is never altered stays, two keys stay two, and what stands bare would end where it has blanks.
        let stands = self.touch == Touch::Free
            && self.slot != Slot::Key
            && !is_bare
            && self.line_ends.allow(&opened.value, self.strings());
        let kept = self.plan.keeps(class).map(|shown| !(shown && stands));
        Told { origin, class, kept }
    }

    fn authenticates(&self, token: &[u8]) -> bool {
        act::token::open(token, self.plan.secrets()).is_some()
    }

    fn is_entity(&self, name: &[u8]) -> bool {
        self.rules.is_entity(name)
    }

    fn keeps(&self, detector: &Detector) -> [bool; 2] {
        self.plan.keeps(detector.class)
    }
}

impl Decide for Scribe<'_> {
    fn action(&self, view: usize, item: &Item) -> Action {
        match (self.slot, self.plan.action(view, item.class)) {
            // Of a class that is shown.
            _ if matches!(item.origin, Origin::Token(_)) => Action::Restore,
            // A field that one view masks is masked in both.
            (_, Action::Keep) if matches!(item.origin, Origin::Field(_)) => Action::Placeholder,
            (_, Action::Keep) => Action::Keep,
            (Slot::Key, _) => Action::Hash,
            (_, action) => action,
        }
    }

    fn explains(&self, one: Origin, other: Origin) -> bool {
        let (Origin::Detector(one), Origin::Detector(other)) = (one, other) else {
            return false;
        };
        self.rules
            .detectors
            .get(one)
            .is_some_and(|one| one.explains.contains(&other))
    }

    fn replace(&mut self, view: usize, stretch: &Stretch<'_>, span: Span, winner: &Item, action: Action) {
        let rules = self.rules;
        let entity = rules.entity(winner.origin);
        let value = stretch.bytes(span.from, span.to);
        let done = if self.slot == Slot::Key {
            let text = match self.plan.key() {
                // Only the first part of a cluster has the replacement.
                _ if !span.first => Text::Nothing,
                Some(key) => act::hash(entity, key.mark(entity, stretch.bytes(winner.start, winner.end))),
                None => act::hash(entity, self.ordinal.take(view)),
            };
            if view == 0
                && let Text::Bytes(bytes) = &text
            {
                self.ordinal.shown.extend_from_slice(bytes);
            }
            act::Replacement {
                keep_start: 0,
                keep_end: 0,
                text,
            }
        } else {
            let value = if action == Action::Hash {
                stretch.bytes(winner.start, winner.end)
            } else {
                value
            };
            match action {
                Action::Restore => act::restore(entity, value, self.plan.secrets(), self.strings()),
                _ => act::replacement(action, entity, value, self.plan.secrets()),
            }
        };
        let (from, to) = (span.from + done.keep_start as u64, span.to - done.keep_end as u64);
        let text = match (done.text, span.first) {
            (Text::Stars(_), _) => return self.stars(view, stretch, from, to, span.cluster),
            // Only the first part of a cluster has the replacement.
            (Text::Bytes(_), false) => Text::Nothing,
            (text, _) => text,
        };
        if from < to || text != Text::Nothing {
            let (from, to) = (stretch.begins(from).raw, stretch.ends(to).raw);
            self.edit(view, from, to, text, span.cluster);
        }
    }

    fn count(&mut self, item: &Item, cluster: u64) {
        self.note(None, item, "", cluster, Purpose::Count);
    }

    fn report(
        &mut self,
        stretch: &Stretch<'_>,
        item: &Item,
        action: &'static str,
        cluster: u64,
        counted: Counted,
    ) {
        let purpose = match counted {
            Counted::Now => Purpose::Both,
            Counted::Before => Purpose::Tell,
        };
        self.note(Some(stretch), item, action, cluster, purpose);
    }
}
