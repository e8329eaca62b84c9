//! Lanes and calls: what a stream's events say together.

use super::{Asked, Phase, Redactor};
use crate::hold::Fresh;
use crate::lane::{Around, Lanes, Refused};
use crate::profile::{Due, Given};
use crate::{Error, Function, Pos, Sink, State};

impl Redactor {
    /// An event is complete: what it said goes to its lanes.
    pub(super) fn end_event(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) -> Result<(), Error> {
        let Some(mut seen) = self.body.take_seen() else {
            return Ok(());
        };
        if let Some((header, says)) = self.framer.event() {
            seen.event = Some((header, says.into()));
        }
        let done = self.with_lanes(fresh, sink, |lanes, around| lanes.end_event(&seen, around));
        self.body.give_back(seen);
        match done {
            Some(Err(refused)) => Err(self.refused(refused, self.record)),
            _ => Ok(()),
        }
    }

    /// What is in a lane of a record is refused: it lies before what was read since.
    pub(super) fn refused(&mut self, Refused { at, kind }: Refused, record: u64) -> Error {
        self.read = self.read.min(at);
        Error {
            kind,
            at: Pos(at),
            record,
        }
    }

    /// Does what is due in a record: a function is called, or what it is given can be read.
    pub(super) fn do_due(
        &mut self,
        record: u64,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Option<State>, Error> {
        match self.body.due() {
            Some(Due::Call { id, name, at }) => {
                let named = self.read - self.undecided.len() as u64;
                let hold = self.first_held(named).0;
                let upto = hold.min(at);
                let most = self.pauses.bytes(self.outlet.left(), upto).map(|trip| trip.at);
                self.outlet
                    .release(most.map_or(upto, |most| most.min(upto)), fresh, sink);
                let then = match core::mem::replace(&mut self.phase, Phase::Open) {
                    Phase::Failing(error) => Some(error),
                    _ => None,
                };
                let function = Function {
                    name: name.clone(),
                    record,
                    at: Pos(at),
                };
                self.phase = Phase::Called(Box::new(Asked { id, name, then }));
                Ok(Some(State::Call(function)))
            }
            Some(Due::Given(given)) => self.read_given(&given, record, fresh, sink).map(|()| None),
            None => Ok(None),
        }
    }

    /// Reads what a function is given. What is found in it is told before what comes after it.
    pub(super) fn read_given(
        &mut self,
        given: &Given,
        record: u64,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        let later = core::mem::take(&mut self.notes);
        let own = core::mem::replace(&mut self.record, record);
        let done = self.with_lanes(fresh, sink, |lanes, around| lanes.read_known(given, around));
        self.record = own;
        match done {
            // What comes after what is refused was not read.
            Some(Err(refused)) => Err(self.refused(refused, record)),
            _ => {
                self.notes.extend(later);
                Ok(())
            }
        }
    }

    /// The stream is complete: so is every lane.
    pub(super) fn end_lanes(&mut self, fresh: Fresh<'_>, sink: &mut dyn Sink) {
        let _ = self.with_lanes(fresh, sink, |lanes, around| lanes.finish(around));
    }

    /// Has the lanes do something, if there are any.
    pub(super) fn with_lanes<T>(
        &mut self,
        fresh: Fresh<'_>,
        sink: &mut dyn Sink,
        then: impl FnOnce(&mut Lanes, &mut Around<'_>) -> T,
    ) -> Option<T> {
        let wants_details = self.wants_details(sink);
        let lanes = self.lanes.as_mut()?;
        let mut around = Around {
            rules: self.rules.rules(),
            plan: &self.plan,
            spared: self.spared.as_deref().unwrap_or(&self.plan),
            out: &mut self.outlet,
            fresh,
            notes: &mut self.notes,
            record: self.record,
            unscanned: &mut self.unscanned,
            wants_details,
        };
        Some(then(lanes, &mut around))
    }
}
