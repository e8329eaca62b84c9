//! Tells what is final, counts it towards the pauses, and lets leave what is decided.

use super::{MaskedRun, Phase, Redactor};
use crate::detect::Origin;
use crate::error::ErrorKind;
use crate::hold::{Edit, Fresh, Text};
use crate::pauses::Trip;
use crate::text::{Note, Purpose, Touch};
use crate::{Action, Class, Error, Finding, Inner, Pos, Sink, Slot, State, act};
use std::collections::BTreeMap;

impl Redactor {
    /// Tells what is final and lets it leave; a pause, if an allowance runs out; a call, if a function is called.
    pub(super) fn settle(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<Option<State>, Error> {
        loop {
            match self.tell_until_stop(sink) {
                Told::All => break,
                Told::Due(record) => {
                    if let Some(state) = self.do_due(record, fresh, sink)? {
                        return Ok(Some(state));
                    }
                }
                Told::Trip(trip) => {
                    if let Some(state) = self.pause(trip, fresh, sink) {
                        return Ok(Some(state));
                    }
                }
            }
        }
        let named = self.read - self.undecided.len() as u64;
        let hold = self.first_held(named).0;
        if let Phase::Failing(error) = self.phase
            && error.kind == ErrorKind::Refused
        {
            // Nothing leaves of what refuses it, and nothing behind it.
            self.outlet.release(error.at.0.min(hold), fresh, sink);
            return Err(error);
        }
        let upto = match self.pauses.bytes(self.outlet.left(), hold) {
            None => hold,
            Some(trip) => {
                self.outlet.release(trip.at, fresh, sink);
                let hold = trip.describe_bytes(self.record);
                // An error that waits is not forgotten.
                let then = match self.phase {
                    Phase::Failing(error) => Some(error),
                    _ => None,
                };
                self.phase = Phase::Paused(Box::new(Trip { then, ..trip }));
                return Ok(Some(State::Paused(hold)));
            }
        };
        self.outlet.release(upto, fresh, sink);
        if self.outlet.is_broken() {
            return Err(self.error(ErrorKind::Limit(crate::Limit::Frame)));
        }
        if let Phase::Failing(error) = self.phase {
            return Err(error);
        }
        let held = self.read.saturating_sub(self.outlet.left());
        if held > self.most_held() {
            return Err(self.error(ErrorKind::Limit(crate::Limit::Held)));
        }
        Ok(None)
    }

    /// Pauses at the first note.
    pub(super) fn pause(&mut self, trip: Trip, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Option<State> {
        let named = self.read - self.undecided.len() as u64;
        let hold = self.first_held(named).0;
        let note = self.notes.front()?;
        let upto = note.cluster.min(hold);
        let hold = trip.describe(note, &self.rules.rules().detector(note.origin), note.class);
        self.outlet.release(upto, fresh, sink);
        let then = match core::mem::replace(&mut self.phase, Phase::Open) {
            Phase::Failing(error) => Some(error),
            _ => None,
        };
        self.phase = Phase::Paused(Box::new(Trip { then, ..trip }));
        Some(State::Paused(hold))
    }

    /// Tells of the notes up to one at which an allowance has run out, which stays the first, and is told when it is ruled
    /// on; or up to one that says that something is due.
    pub(super) fn tell_until_stop(&mut self, sink: &mut dyn Sink) -> Told {
        while let Some(mut note) = self.notes.pop_front() {
            if self.refuses(&note) {
                self.notes.clear();
                self.phase = Phase::Failing(Error {
                    kind: ErrorKind::Refused,
                    at: Pos(note.raw.0),
                    record: note.record,
                });
                return Told::All;
            }
            if note.purpose == Purpose::Due {
                return Told::Due(note.record);
            }
            if let Some(tripped) = self.pauses.count(&mut note) {
                self.notes.push_front(note);
                return Told::Trip(tripped);
            }
            if self.pauses.masks(&note) {
                self.mask_kept(&mut note);
            }
            if note.purpose == Purpose::Tell {
                let run = MaskedRun::of(&note);
                self.masked_runs.retain(|other| *other != run);
            }
            self.tell(&note, sink);
        }
        Told::All
    }

    /// Whether a finding may neither stay nor be replaced: it is restricted and under a signature, or a ruling masks what is
    /// never altered.
    pub(super) fn refuses(&self, note: &Note) -> bool {
        match note.touch {
            Touch::Free => false,
            Touch::Spared => self.pauses.masks(note),
            Touch::Signed => note.class >= self.refused || self.pauses.masks(note),
        }
    }

    /// A ruling says that a kept finding is masked.
    pub(super) fn mask_kept(&mut self, note: &mut Note) {
        note.action = Action::Placeholder.name();
        let run = MaskedRun::of(note);
        let mut masked = self.masked_runs.iter();
        // What begins in something that is replaced is part of it.
        let within = note.within || masked.any(|other| other.record == run.record && other.from <= run.from);
        let mut end = note.raw.1;
        if note.purpose == Purpose::Count {
            // It is replaced here as far as it is not held. The text it lies in sees to the rest, unless it has ended.
            let mut later = self.notes.iter_mut();
            if let Some(told) =
                later.find(|later| later.purpose == Purpose::Tell && MaskedRun::of(later) == run)
            {
                told.action = note.action;
                end = told.raw.1;
            }
            let held = self.body.mask_run(run.from, run.origin);
            let held = held.or_else(|| self.aside.mask_run(run.from, run.origin));
            let held = held.map(|passed| passed.raw).or_else(|| {
                let lanes = self.lanes.as_mut()?;
                lanes.mask_run(run.from, run.origin)
            });
            end = held.unwrap_or(end);
            self.masked_runs.push(run);
        }
        let text = match note.slot {
            _ if within => Text::Nothing,
            Slot::Number => Text::Bytes(b"0".as_slice().into()),
            _ => act::placeholder(self.rules.rules().entity(note.origin)),
        };
        // What lies over many events goes from its own stretches of them.
        let lanes = self.lanes.as_ref();
        let stretches = lanes.and_then(|lanes| lanes.stretches(note.raw.0, end));
        let stretches = stretches.unwrap_or_else(|| vec![(note.raw.0, end)]);
        for (view, _) in note.kept.iter().enumerate().filter(|(_, kept)| **kept) {
            let mut text = text.clone();
            for (from, to) in stretches.iter().copied() {
                let edit = Edit {
                    from,
                    to,
                    text: core::mem::replace(&mut text, Text::Nothing),
                    cluster: note.cluster,
                };
                self.outlet.edit_as_ruled(view, edit);
            }
        }
    }

    /// Tells the sink of a finding.
    pub(super) fn tell(&mut self, note: &Note, sink: &mut dyn Sink) {
        if matches!(note.purpose, Purpose::Count | Purpose::Element(_) | Purpose::Due) {
            return;
        }
        match note.origin {
            Origin::FORGED => self.tokens.forged += 1,
            Origin::Token(_) if note.action == Action::Restore.name() => self.tokens.restored += 1,
            Origin::Token(_) => self.tokens.kept += 1,
            _ => {}
        }
        let class = usize::from(note.class.0);
        if self.findings.len() <= class {
            self.findings.resize(class + 1, 0);
        }
        if let Some(count) = self.findings.get_mut(class) {
            *count += 1;
        }
        let class = self.rules.class_name(note.class);
        let detector = self.rules.rules().detector(note.origin);
        let (path, inner) = &note.paths;
        sink.finding(&Finding {
            record: note.record,
            path,
            slot: note.slot,
            start: note.outer.0,
            end: note.outer.1,
            inner: inner.as_deref().map(|path| Inner {
                path,
                start: note.inner.0,
                end: note.inner.1,
            }),
            detector: &detector,
            entity: self.rules.rules().entity(note.origin),
            class,
            confidence: note.confidence,
            action: note.action,
            raw_start: note.raw.0,
            raw_end: note.raw.1,
        });
    }

    /// Findings by the name of their class.
    pub(super) fn findings_by_name(&self) -> BTreeMap<String, u64> {
        let mut findings = BTreeMap::new();
        for (class, count) in (0..=u8::MAX).map(Class).zip(&self.findings) {
            if *count > 0 {
                *findings
                    .entry(self.rules.class_name(class).to_owned())
                    .or_default() += *count;
            }
        }
        findings
    }

    /// The first position before `named` that may not leave, and why.
    pub(super) fn first_held(&self, named: u64) -> (u64, &'static str) {
        let mut first = (named, "framing");
        let lanes = self.lanes.as_ref().and_then(|lanes| lanes.hold());
        let lanes = lanes.map(|at| (at, "lane"));
        for hold in [self.body.hold(), self.aside.hold(), lanes] {
            if let Some(hold) = hold.filter(|(at, _)| *at < first.0) {
                first = hold;
            }
        }
        let whole = self.outlet.whole(first.0);
        if whole < first.0 && first.1 == "framing" {
            first.1 = "frame";
        }
        (whole, first.1)
    }

    /// Remembers that bytes wait at the end of a push.
    pub(super) fn note_wait(&mut self) {
        let held = self.read.saturating_sub(self.outlet.left());
        if held == 0 {
            return;
        }
        let why = match self.phase {
            Phase::Paused(_) => "pause",
            Phase::Called(_) => "call",
            _ => self.first_held(self.read - self.undecided.len() as u64).1,
        };
        let wait = self.waits.entry(why).or_default();
        wait.pushes += 1;
        wait.most = wait.most.max(held);
    }
}

/// How far the notes were told.
#[derive(Debug)]
pub(super) enum Told {
    /// All of them.
    All,
    /// Up to one at which an allowance has run out.
    Trip(Trip),
    /// Up to where something is due, in a record.
    Due(u64),
}
