//! Reads chunks: parts of the framing, payloads, and what becomes of one that is refused.

use super::{Line, Phase, Redactor, Which, before, kind_of};
use crate::error::{ErrorKind, SenderError};
use crate::frame::Part;
use crate::hold::{Fresh, Pin};
use crate::lane::{self};
use crate::rules::{Grammar, OnBadRecord};
use crate::simd::{Planes, Scan};
use crate::text::{Body, Map, Place, Runs};
use crate::token::Stop;
use crate::{Error, Format, Pos, Sink, State};

/// What an NDJSON line that is refused ends with under [`OnBadRecord::Mask`].
const BAD_RECORD: &[u8] = b"[BAD_RECORD]";

impl Redactor {
    /// Reads a chunk. An error comes after everything before it.
    pub(super) fn read_chunk(
        &mut self,
        chunk: &[u8],
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<State, Error> {
        match self.read_parts(chunk, fresh, sink) {
            Err(error) if matches!(self.phase, Phase::Open) => self.fail_after_notes(error, fresh, sink),
            other => other,
        }
    }

    /// Tells and releases everything before an error, then fails: a pause may come first.
    pub(super) fn fail_after_notes(
        &mut self,
        error: Error,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<State, Error> {
        self.read = self.read.max(error.at.0);
        self.phase = Phase::Failing(error);
        self.settle(fresh, sink)?.ok_or(error)
    }

    /// Reads a chunk part by part.
    pub(super) fn read_parts(
        &mut self,
        chunk: &[u8],
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<State, Error> {
        let mut at = 0;
        if let Some(state) = self.settle(fresh, sink)? {
            return Ok(state);
        }
        while at < chunk.len() {
            let most = self.unwatched();
            if self.undecided.is_empty() {
                let rest = chunk.get(at..).unwrap_or_default();
                let rest = rest.get(..most).unwrap_or(rest);
                let (named, state) = self.read_window(rest, fresh, sink)?;
                at += named;
                if let Some(state) = state {
                    return Ok(state);
                }
                if named == 0 {
                    // A window holds more than a framer ever leaves: this is all there is.
                    self.undecided = rest.to_vec();
                    self.read += rest.len() as u64;
                    at += rest.len();
                }
                continue;
            }
            // What could not be named comes again, with what follows it.
            let mut joined = core::mem::take(&mut self.undecided);
            let before = joined.len();
            let more = chunk.get(at..chunk.len().min(at + most.min(6)));
            joined.extend_from_slice(more.unwrap_or_default());
            self.read -= before as u64;
            let mut done = 0;
            while done < before {
                let mut planes = Planes::new();
                let rest = joined.get(done..).unwrap_or_default();
                let scan = self.rules.rules().scan(&mut planes, rest, self.body.before());
                match self.part(&scan, 0, fresh, sink)? {
                    Named::Bytes(count) => {
                        self.read += count as u64;
                        done += count;
                        if let Some(state) = self.settle(fresh, sink)? {
                            self.undecided = joined.get(done..before).unwrap_or_default().to_vec();
                            return Ok(state);
                        }
                    }
                    Named::Nothing => break,
                    Named::NotYet => {
                        let rest = joined.get(done..).unwrap_or_default();
                        self.undecided = rest.to_vec();
                        self.read += rest.len() as u64;
                        done += rest.len();
                    }
                }
            }
            at += done.saturating_sub(before);
        }
        Ok(State::Ready)
    }

    /// How many bytes may be held.
    pub(super) fn most_held(&self) -> u64 {
        let lanes = self
            .lanes
            .as_ref()
            .map_or(0, |_| lane::HELD * u64::from(self.plan.limits.lanes));
        let frame = match self.framer.format() {
            Format::Aws => u64::from(self.plan.limits.frame),
            _ => 0,
        };
        u64::from(self.plan.limits.held) + lanes + frame
    }

    /// How many bytes may be read before it must be seen whether too much is held, or an allowance of bytes has run
    /// out: where that is known, and what was found until then, must not depend on the cut. At least 1.
    pub(super) fn unwatched(&self) -> usize {
        let most = self.outlet.left() + self.most_held();
        let most = self.pauses.bytes_left().map_or(most, |bytes| bytes.min(most));
        usize::try_from(most.saturating_sub(self.read)).map_or(usize::MAX, |bytes| bytes.saturating_add(1))
    }

    /// Reads one window part by part, as far as its parts can be named: how many bytes that is. What is final
    /// leaves.
    pub(super) fn read_window(
        &mut self,
        rest: &[u8],
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(usize, Option<State>), Error> {
        let mut planes = Planes::new();
        let scan = self.rules.rules().scan(&mut planes, rest, self.body.before());
        let mut from = 0;
        // Where something may pause, everything before it must have left.
        let each = !self.pauses.is_empty();
        while let Named::Bytes(count) = self.part(&scan, from, fresh, sink)? {
            self.read += count as u64;
            from += count;
            if (each || self.body.has_due())
                && let Some(state) = self.settle(fresh, sink)?
            {
                return Ok((from, Some(state)));
            }
        }
        Ok((from, self.settle(fresh, sink)?))
    }

    /// Reads the end of the stream. An error comes after everything before it.
    pub(super) fn read_end(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<State, Error> {
        match self.read_last_parts(fresh, sink) {
            Err(error) if matches!(self.phase, Phase::Open) => self.fail_after_notes(error, fresh, sink),
            other => other,
        }
    }

    /// Reads what the framer says of the end.
    pub(super) fn read_last_parts(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<State, Error> {
        if let Some(state) = self.settle(fresh, sink)? {
            return Ok(state);
        }
        loop {
            let rest = core::mem::take(&mut self.undecided);
            let begin = self.read - rest.len() as u64;
            let part = self.framer.finish(&rest).map_err(|kind| Error {
                kind,
                at: Pos(begin),
                record: self.record,
            })?;
            let Some(part) = part else { break };
            if part == Part::EndPayload && self.lanes.is_some() && self.body.is_cut_short() {
                // Nobody ended this event: neither has its text ended where it breaks off.
                return Err(self.error(ErrorKind::Sender(SenderError::Truncated)));
            }
            self.read = begin;
            let mut planes = Planes::new();
            let scan = self.rules.rules().scan(&mut planes, &rest, self.body.before());
            let Named::Bytes(count) = self.take(part, &scan, 0, fresh, sink)? else {
                continue;
            };
            self.read += rest.len() as u64;
            self.undecided = rest.get(count..).unwrap_or_default().to_vec();
            if let Some(state) = self.settle(fresh, sink)? {
                return Ok(state);
            }
        }
        self.end_lanes(fresh, sink);
        if let Some(state) = self.settle(fresh, sink)? {
            return Ok(state);
        }
        if self.framer.format() == Format::Json && self.record == 0 {
            return Err(self.error(ErrorKind::Sender(SenderError::Empty)));
        }
        Ok(State::Ready)
    }

    /// Names the next part of a scan and reads it.
    pub(super) fn part(
        &mut self,
        scan: &Scan<'_>,
        from: usize,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Named, Error> {
        match self.framer.next(scan.bytes.get(from..).unwrap_or_default()) {
            Ok(Some(part)) => self.take(part, scan, from, fresh, sink),
            Ok(None) => Ok(Named::Nothing),
            Err(kind) => Err(Error {
                kind,
                at: Pos(self.read),
                record: self.record,
            }),
        }
    }

    /// Reads a part that begins at a position of a scan: how many bytes it had.
    pub(super) fn take(
        &mut self,
        part: Part,
        scan: &Scan<'_>,
        from: usize,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Named, Error> {
        let here = |body: &Body, count: usize| {
            Map::same(
                Place {
                    raw: self.read,
                    outer: body.len(),
                },
                count,
            )
        };
        if let Part::Framing(count) | Part::Join(count) | Part::Aside(count) = part
            && self.framer.format() == Format::Sse
        {
            self.outlet
                .pin(self.read, self.read + count as u64, Pin::of(part));
        }
        match part {
            Part::Undecided(_) => return Ok(Named::NotYet),
            Part::Found(format) => {
                self.grammar = self.plan.grammar.unwrap_or(match format {
                    Format::Sequence => Grammar::Full,
                    _ => Grammar::Structural,
                });
                self.body = Body::new(kind_of(format), self.grammar, self.rules.rules(), &self.plan);
                if format == Format::Text {
                    self.body.begin_at(self.read);
                }
                self.watch(format);
            }
            Part::Unit => self.outlet.unit_begins(self.read),
            Part::UnitEnds => self.outlet.unit_ends(self.read),
            Part::Framing(count) => return Ok(Named::Bytes(count)),
            Part::Payload(count) => {
                let map = here(&self.body, count).back(from);
                self.payload_end = Some(self.read + count as u64);
                self.payload(scan, (from, from + count), map, fresh, sink)?;
                return Ok(Named::Bytes(count));
            }
            Part::Join(count) => {
                self.end_line(sink)?;
                let at = Place {
                    raw: self.read,
                    outer: self.body.len(),
                };
                let end = Place {
                    raw: self.read + count as u64,
                    outer: at.outer + 1,
                };
                let mut runs = Runs::default();
                runs.push(at, 1);
                self.payload_end = Some(end.raw);
                let mut planes = Planes::new();
                let feed = self.rules.rules().scan(&mut planes, b"\n", self.body.before());
                self.payload(&feed, (0, 1), runs.map(end), fresh, sink)?;
                return Ok(Named::Bytes(count));
            }
            Part::EndPayload => self.end_payload(fresh, sink)?,
            Part::Aside(count) => {
                let map = here(&self.aside, count).back(from);
                let wants_details = self.wants_details(sink);
                let (body, mut cx) = self.split(Which::Aside, wants_details);
                // Text is never refused.
                let _ = body.read(scan, (from, from + count), map, &mut cx);
                return Ok(Named::Bytes(count));
            }
            Part::EndAside => {
                let end = here(&self.aside, 0).end();
                let wants_details = self.wants_details(sink);
                let (body, mut cx) = self.split(Which::Aside, wants_details);
                let _ = body.finish(end, &mut cx);
            }
            Part::EndRecord => self.record += 1,
        }
        Ok(Named::Bytes(0))
    }

    /// A line of a payload ends, and the next begins.
    pub(super) fn end_line(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        let end = Place {
            raw: self.payload_end.unwrap_or(self.read),
            outer: self.body.len(),
        };
        let wants_details = self.wants_details(sink);
        let (body, mut cx) = self.split(Which::Body, wants_details);
        match body.end_line(end, &mut cx) {
            Ok(()) => Ok(()),
            Err((raw, kind)) => self.bad_payload(kind, Place { raw, ..end }, sink),
        }
    }

    /// Reads bytes of a payload: `from..to` of a scan, whose byte 0 lies where `map` says.
    pub(super) fn payload(
        &mut self,
        scan: &Scan<'_>,
        (from, to): (usize, usize),
        map: Map<'_>,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        if self.line == Line::Gone {
            self.outlet
                .remove(self.plan.views(), map.at(from).raw, map.end().raw);
            return Ok(());
        }
        let wants_details = self.wants_details(sink);
        let (body, mut cx) = self.split(Which::Body, wants_details);
        let Err(Stop { at, kind }) = body.read(scan, (from, to), map, &mut cx) else {
            return Ok(());
        };
        let place = body
            .take_stopped()
            .map_or(map.at(at), |raw| before(raw, map.at(at)));
        self.bad_payload(kind, place, sink)?;
        match self.line {
            Line::Gone => self.outlet.remove(self.plan.views(), place.raw, map.end().raw),
            _ => {
                self.read_again(place, map.at(at).raw, fresh, sink);
                let (body, mut cx) = self.split(Which::Body, wants_details);
                // Text is never refused.
                let _ = body.read(scan, (at, to), map, &mut cx);
            }
        }
        Ok(())
    }

    /// Reads what came of a bad line before what is read now, as text: the rest of an escape that was no text of its
    /// own. It is held.
    pub(super) fn read_again(&mut self, from: Place, to: u64, fresh: Fresh<'_>, sink: &mut dyn Sink) {
        let bytes = self.outlet.bytes(from.raw, to, fresh);
        if bytes.is_empty() {
            return;
        }
        let mut planes = Planes::new();
        let scan = self.rules.rules().scan(&mut planes, &bytes, self.body.before());
        let wants_details = self.wants_details(sink);
        let (body, mut cx) = self.split(Which::Body, wants_details);
        // Text is never refused.
        let _ = body.read(&scan, (0, bytes.len()), Map::same(from, bytes.len()), &mut cx);
    }

    /// A payload ends.
    pub(super) fn end_payload(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<(), Error> {
        let end = Place {
            raw: self.payload_end.take().unwrap_or(self.read),
            outer: self.body.len(),
        };
        let wants_details = self.wants_details(sink);
        if self.line != Line::Gone {
            let counts =
                matches!(self.framer.format(), Format::Json | Format::Sequence) && self.body.has_document();
            let (body, mut cx) = self.split(Which::Body, wants_details);
            let done = body.finish(end, &mut cx);
            if let Err(kind) = done {
                let at = body.take_stopped().map_or(end, |raw| before(raw, end));
                self.bad_payload(kind, at, sink)?;
                if self.line == Line::Text {
                    self.read_again(at, end.raw, fresh, sink);
                    let (body, mut cx) = self.split(Which::Body, wants_details);
                    // Text is never refused.
                    let _ = body.finish(end, &mut cx);
                }
            }
            self.record += u64::from(counts);
        }
        if self.line != Line::Read {
            self.line = Line::Read;
            self.body.set_kind(kind_of(self.framer.format()));
        }
        self.end_event(fresh, sink)
    }

    /// A payload is refused at a place: so is the stream, unless it is a line that may be.
    pub(super) fn bad_payload(
        &mut self,
        kind: ErrorKind,
        at: Place,
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        let error = Error {
            kind,
            at: Pos(at.raw),
            record: self.record,
        };
        let refusable = matches!(kind, ErrorKind::Sender(_) | ErrorKind::Limit(_));
        if self.framer.format() != Format::Ndjson
            || !refusable
            || self.plan.on_bad_record == OnBadRecord::Stop
        {
            // What is left of an escape may lie in an earlier push.
            self.read = self.read.min(at.raw);
            return Err(error);
        }
        self.bad_records += 1;
        if self.plan.on_bad_record == OnBadRecord::Text {
            let wants_details = self.wants_details(sink);
            let (body, mut cx) = self.split(Which::Body, wants_details);
            body.become_text(at, &mut cx);
            self.line = Line::Text;
            return Ok(());
        }
        // What is undecided of the line goes with the rest of it.
        let from = self
            .body
            .hold()
            .map_or(at.raw, |(hold, _)| hold.min(at.raw))
            .max(self.outlet.left());
        self.outlet.replace(self.plan.views(), from, at.raw, BAD_RECORD);
        self.body.abandon();
        self.line = Line::Gone;
        Ok(())
    }
}

/// How many bytes a part had.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named {
    Bytes(usize),
    NotYet,
    Nothing,
}

impl Pin {
    /// How a part that is no payload stays.
    fn of(part: Part) -> Self {
        match part {
            Part::Aside(_) => Self::Aside,
            Part::Join(_) => Self::Join,
            _ => Self::Framing,
        }
    }
}
