//! Runs: matches without a longest form, which are findings before their end is known; and class runs in front of a
//! match.

use super::Detectors;
use super::automaton::{Progress, State};
use super::detector::{Detector, Run};
use super::resolve::{Item, Origin};
use super::scanner::{Live, More, Reader};
use super::stretch::Stretch;
use crate::Confidence;

/// The most bytes of an end mark: so many are kept of a text to look back at.
pub(crate) const LONGEST_MARK: usize = 126;

/// A run without a longest form, open.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenRun {
    detector: u16,
    /// The finding, as it began.
    item: Item,
    /// Whether it was told that it began.
    told: bool,
    state: Option<State>,
    /// Where the end mark of the run stands that it lies in, as long as they stand apart.
    outer: Option<State>,
}

/// The run of a detector in which others of it may lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    detector: u16,
    start: u64,
    /// Where its prefix ends.
    from: u64,
    /// Where it ends; as long as it goes on, beyond all text.
    until: u64,
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
        if !open {
            // A run that is kept changes nothing: its prefix is reported, the rest is text.
            return self.insert(item);
        }
        let before = self.before(index);
        let mut open = OpenRun {
            detector: live.detector,
            item,
            told: true,
            state: run.end.as_ref().and_then(|end| end.start(before)),
            outer: None,
        };
        // One that lies in another is the same value, and is not read again. Those that are kept are told one by one.
        let [masked, _] = kept.map(|kept| !kept);
        if let Some(reach) = self.reach_over(&item).filter(|_| masked) {
            match &run.end {
                None => return,
                Some(_) => open.outer = self.outer(run, reach, index),
            }
        }
        open.told = open.outer.is_none();
        if open.told {
            self.insert(item);
            if masked {
                self.reach_from(&item, end);
            }
        }
        self.read_run(open, index);
    }

    /// The run of the same detector in which an item lies, as far as it is known.
    fn reach_over(&self, item: &Item) -> Option<Reach> {
        let reaches = self.scanner.reaches.iter().copied();
        reaches
            .filter(|reach| Origin::Detector(reach.detector) == item.origin)
            .find(|reach| reach.start <= item.start && item.end <= reach.until)
    }

    /// Others may lie in a run from now on, whose prefix ends at an offset.
    fn reach_from(&mut self, item: &Item, from: u64) {
        let Origin::Detector(detector) = item.origin else {
            return;
        };
        let reach = Reach {
            detector,
            start: item.start,
            from,
            until: u64::MAX,
        };
        let mut reaches = self.scanner.reaches.iter_mut();
        match reaches.find(|known| known.detector == detector) {
            Some(known) => *known = reach,
            None => self.scanner.reaches.push(reach),
        }
    }

    /// Where the end mark of a run stands at an index, worked out from as many bytes before as it may have; `None` where
    /// they are not there any more.
    fn outer(&self, run: &Run, reach: Reach, index: usize) -> Option<State> {
        let mark = run.end.as_ref().filter(|_| run.longest <= LONGEST_MARK)?;
        let end = self.stretch.base + index as u64;
        let from = reach.from.max(end.saturating_sub(run.longest as u64 + 1));
        // The byte before has to be there too.
        if from <= self.stretch.base && from > 0 {
            return None;
        }
        let from = self.index(from);
        let mut state = mark.start(self.before(from))?;
        let bytes = self.stretch.text.get(from..index)?;
        let ended = |byte: &u8| mark.step(&mut state, *byte) == Progress::Matched;
        if bytes.iter().any(ended) {
            None
        } else {
            Some(state)
        }
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
        // Whether it stands as the one it lies in, and so ends where that does.
        let mut same = false;
        let mut outer = open.outer;
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
            if let (Some(mark), Some(state)) = (&run.end, &mut outer) {
                if mark.step(state, *byte) == Progress::Matched {
                    outer = None;
                } else if Some(*state) == open.state {
                    same = true;
                    end = Some(at + 1);
                    break;
                }
            }
        }
        if same && !open.told {
            return;
        }
        let alone = open.outer.is_some() && outer.is_none();
        (open.outer, open.told) = (outer, true);
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
        if alone {
            self.reach_from(&open.item, open.item.end);
        }
        let known = |reach: &&mut Reach| reach.detector == open.detector && reach.start == open.item.start;
        if let Some(reach) = self.scanner.reaches.iter_mut().find(known)
            && done
            && !same
        {
            reach.until = end;
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

#[cfg(test)]
mod tests {
    use crate::{Collect, Format, Plan, Redactor, Ruleset};

    /// What leaves of a text, read in pieces of so many bytes.
    fn masked(rule: &str, text: &str, piece: usize) -> String {
        let file = format!("[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\n{rule}\n");
        let rules = Ruleset::compile(&file, "t", &mut |_, _| Err(String::new())).unwrap();
        let plan = Plan::new(&rules);
        let mut stream = Redactor::new(&rules, &plan, Format::Text);
        let mut sink = Collect::default();
        for piece in text.as_bytes().chunks(piece) {
            let _ = stream.push(piece, &mut sink).unwrap();
        }
        let _ = stream.finish(&mut sink).unwrap();
        String::from_utf8(sink.caller).unwrap()
    }

    const MARKED: &str = "pattern = '-KEY-'\nrun = { alphabet = '[A-Z-]', end = '-END' }";

    #[test]
    fn a_run_in_a_run_ends_with_it() {
        for (text, left) in [
            ("a -KEY-AB-KEY-CD-END b", "a [X] b"),
            // Of this mark the second one has the hyphen in its prefix: it goes on.
            ("a -KEY-KEY-END-END b", "a [X] b"),
            ("a -KEY-AB-KEY-CD b", "a [X] b"),
            ("a -KEY--KEY-ENDAB-END b", "a [X] b"),
            ("a -KEY--KEY-ENDAB-KEY-ENDCD-END b -KEY-A b", "a [X] b [X] b"),
            ("a -KEY--KEY-END-KEY-END b", "a [X] b"),
            ("a -KEY-A-END-KEY-B-END b", "a [X][X] b"),
        ] {
            for piece in [text.len(), 1, 2, 3, 7] {
                assert_eq!(masked(MARKED, text, piece), left, "{text} by {piece}");
            }
        }
    }

    /// As many runs as this, each read to its end, would take hours.
    #[test]
    fn many_runs_in_a_run_are_read_once() {
        let unmarked = "pattern = '-KEY-'\nrun = { alphabet = '[A-Z-]' }";
        for rule in [MARKED, unmarked] {
            let text = "-KEY-AB".repeat(200_000);
            assert_eq!(masked(rule, &text, 4096), "[X]");
        }
    }
}
