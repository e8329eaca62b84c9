//! Runs: matches without a longest form, which are findings before their end is known; and class runs in front of a
//! match.

use super::Detectors;
use super::automaton::{Progress, State};
use super::detector::{Detector, Run};
use super::resolve::{Item, Origin};
use super::scanner::{Live, More, Reader};
use super::stretch::Stretch;
use crate::Confidence;

/// A run without a longest form, open.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenRun {
    detector: u16,
    /// The finding, as it began.
    item: Item,
    state: Option<State>,
}

impl Reader<'_> {
    /// A match that counts is the beginning of a run.
    pub(super) fn open_run(
        &mut self,
        live: &Live,
        detector: &Detector,
        run: &Run,
        confidence: Confidence,
        index: usize,
    ) {
        let end = self.stretch.base + index as u64;
        let at = self.stretch.begins(live.start);
        let kept = self.near.keeps(detector);
        let open = kept != [true; 2];
        let origin = Origin::Detector(live.detector);
        let item = Item {
            origin,
            class: detector.class,
            start: live.start,
            at,
            end,
            ends: None,
            open,
            endless: open,
            confidence,
            kept,
            within: false,
        };
        self.insert(item);
        if !open {
            // A run that is kept changes nothing: its prefix is reported, the rest is text.
            return;
        }
        let before = self.before(index);
        let state = run.end.as_ref().and_then(|end| end.start(before));
        self.read_run(
            OpenRun {
                detector: live.detector,
                item,
                state,
            },
            index,
        );
    }

    /// Reads on with an open run from an index.
    pub(super) fn read_run(&mut self, mut open: OpenRun, from: usize) {
        let Some(run) = self
            .detectors
            .get(open.detector)
            .and_then(|detector| detector.run.as_ref())
        else {
            return;
        };
        let mut end = None;
        for (at, byte) in self.stretch.text.iter().enumerate().skip(from) {
            if let (Some(mark), Some(state)) = (&run.end, &mut open.state)
                && mark.step(state, *byte) == Progress::Matched
            {
                end = Some(at);
                break;
            }
            if !run.alphabet.contains(*byte) {
                end = Some(at);
                break;
            }
        }
        let done = end.is_some() || self.more == More::Ends;
        let end = self.stretch.base + end.unwrap_or(self.stretch.text.len()) as u64;
        let ends = Some(self.stretch.ends(end));
        // The item may have moved on to the resolver, which is told by another of the same start.
        let waiting = self
            .scanner
            .found
            .iter_mut()
            .find(|item| item.origin == open.item.origin && item.start == open.item.start);
        match waiting {
            Some(item) => (item.end, item.ends, item.open) = (end, ends, !done),
            None => self.insert(Item {
                end,
                ends,
                open: !done,
                ..open.item
            }),
        }
        if !done {
            self.scanner.runs.push(open);
        }
    }
}

/// Where a leading class run before the end of the stretch begins, at the earliest.
pub(super) fn open_run_before(detectors: &Detectors, stretch: &Stretch<'_>) -> Option<u64> {
    let runs = detectors
        .runs_before
        .iter()
        .filter_map(|index| detectors.get(*index)?.run_before);
    let longest = runs.map(|run| {
        let text = stretch.text;
        text.iter()
            .rev()
            .take(run.most)
            .take_while(|byte| run.set.contains(**byte))
            .count()
    });
    match longest.max() {
        None | Some(0) => None,
        Some(len) => Some(stretch.end() - len as u64),
    }
}
