//! Reads one text in pieces and finds what its detectors find.
//!
//! Why the cut cannot matter: a match lies wholly in the pieces after some cut, or it crosses one. In the first
//! case its trigger fires in a piece. In the second its start was tried at the end of the piece it lies in, since
//! either its trigger had fired, or the start was among the unfinished ones; being the prefix of a match it was
//! alive, and it has been alive since. So every match is found, whatever the cuts, and what is alive after a prefix
//! is what is the prefix of a match there.

use super::Detectors;
use super::automaton::{Automaton, Progress, State};
use super::detector::{Detector, Finds, LABEL, MIXED_WITHIN, holds_mixed};
use super::group::{AHEAD, Group, Wants};
use super::judge::{CONTEXT, Judged, Surroundings, Told};
use super::resolve::{Item, Origin};
use super::run::{OpenRun, Reach, open_run_before};
use super::sieve::{Seen, Tries};
use super::stretch::{Hot, Stretch};
use crate::Confidence;

/// How many single starts are remembered before those are forgotten that cannot be named again.
const RECENT: usize = 64;

/// What a value stands behind that a name leads to: its quote.
pub(super) const LABEL_END: Option<u8> = Some(b'"');

/// No two triggers that name the same start are further apart: the longest head, and the furthest reach.
const NEAR: u64 = 64;

/// A start that may still become a match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Live {
    pub detector: u16,
    stage: Stage,
    /// How many ends there are up to the longest.
    ends: Ends,
    /// Where the match begins, or its lead. Invariant: `start <= from`.
    pub start: u64,
    /// Where the automaton began.
    from: u64,
    state: State,
    /// The longest match so far ends here; 0 if there is none.
    pub end: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// In what must stand before the match: nothing is held for it.
    Lead,
    /// In the match.
    Match,
    /// Behind the longest match: what comes decides whether it counts.
    After,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// None, or the longest alone.
    One,
    /// Shorter ones too.
    Several,
}

/// The findings of one text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scanner {
    /// Whether the text stands between structure and no quotes are around it.
    pub(crate) is_bare: bool,
    /// How the text ends.
    pub(crate) end: TextEnd,
    live: Vec<Live>,
    pub(super) runs: Vec<OpenRun>,
    /// For detectors that had a run in this text: the last one that lay in no other.
    pub(super) reaches: Vec<Reach>,
    /// What was found and waits to be resolved, by start.
    pub(super) found: Vec<Item>,
    /// Starts that were tried and may be named again, the last few.
    recent: Vec<(u16, u64)>,
    /// Where leads ended and matches began, as far as other leads may still end there; in order.
    begun: Vec<(u16, u64)>,
    /// Where a leading class run before the end begins, if there is one.
    run_before: Option<u64>,
    /// Detectors whose lead the name of the text's member has in it: they begin with the text.
    label: Vec<u16>,
    /// Detectors whose lead the text has in it, if it is the name of a member.
    labels: Vec<u16>,
}

/// How a text ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TextEnd {
    /// It is all there is.
    #[default]
    Whole,
    /// Perhaps it was cut short: what has begun as a secret does and is not complete is taken for one.
    Cut,
}

/// Whether a text goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    Comes,
    Ends,
}

impl Scanner {
    /// Reads the bytes of `stretch` from `from` on; `ends` says that the text ends there.
    pub(crate) fn feed(
        &mut self,
        detectors: &Detectors,
        stretch: &Stretch<'_>,
        from: usize,
        hot: Hot<'_>,
        ends: bool,
        near: &mut dyn Surroundings,
    ) {
        if detectors.is_empty() {
            return;
        }
        let more = if ends { More::Ends } else { More::Comes };
        let mut at = Reader {
            scanner: self,
            detectors,
            stretch,
            near,
            more,
            ends: Vec::new(),
            raised: Vec::new(),
            wanted: None,
            named: None,
        };
        // What ended before is named by no lead that goes on.
        let first = stretch.base + from as u64;
        at.scanner.begun.retain(|(_, begun)| *begun >= first);
        at.resume(from);
        if from == 0 && stretch.base == 0 {
            at.begin_labelled();
        }
        let len = stretch.text.len().saturating_sub(from);
        let known = Seen(stretch.text, more);
        let mut tried = Onward {
            reader: &mut at,
            from,
        };
        hot.each(len, |index| detectors.triggered(known, from + index, &mut tried));
        if more == More::Comes {
            detectors.unfinished(stretch.text, from, &mut tried);
            self.run_before = open_run_before(detectors, stretch);
            self.live.sort_unstable_by_key(|live| live.start);
        } else {
            self.run_before = None;
        }
    }

    /// The first offset at which something alive begins: nothing from here on is final.
    pub(crate) fn frontier(&self) -> Option<u64> {
        self.frontier_of(|_| true)
    }

    /// The same of some detectors alone, by the first of those that have their pattern.
    pub(crate) fn frontier_of(&self, asked: impl Fn(u16) -> bool) -> Option<u64> {
        let live = self
            .live
            .iter()
            .filter(|live| live.stage != Stage::Lead && asked(live.detector))
            .map(|live| live.start)
            .min();
        match (live, self.run_before) {
            (Some(live), Some(run)) => Some(live.min(run)),
            (live, run) => live.or(run),
        }
    }

    /// What was found, by start; an open run comes before what begins with it.
    pub(crate) fn found(&mut self) -> &mut Vec<Item> {
        &mut self.found
    }

    /// Whether a start was not tried before; from now on it was.
    fn try_once(&mut self, index: u16, start: u64) -> bool {
        let known = (index, start);
        if self.recent.contains(&known) {
            return false;
        }
        // The same start is named again only by triggers near it.
        if self.recent.len() >= RECENT {
            self.recent.retain(|(_, recent)| *recent + NEAR >= start);
        }
        self.recent.push(known);
        true
    }

    /// Whether no lead of a detector that begins here has yet ended at an offset; from now on one has. So what follows
    /// is read once, however many leads end there.
    fn begin_once(&mut self, index: u16, start: u64, end: u64) -> bool {
        // What ends so far back is named by no lead that is tried after this one.
        if self.begun.len() >= RECENT && self.begun.len().is_power_of_two() {
            self.begun.retain(|(_, begun)| *begun + NEAR >= start);
        }
        let at = self.begun.binary_search(&(index, end));
        if let Err(at) = at {
            self.begun.insert(at, (index, end));
        }
        at.is_err()
    }

    /// A text begins, of which the member's name has the leads of some detectors in it.
    pub(crate) fn begin(&mut self, label: &mut Vec<u16>) {
        self.label.clear();
        self.label.append(label);
        self.labels.clear();
    }

    /// Takes the detectors whose lead the text has in it that has ended, to begin at the value of which it is the name.
    pub(crate) fn take_labels(&mut self, label: &mut Vec<u16>) {
        label.append(&mut self.labels);
    }

    /// Whether nothing is alive, and nothing that was found waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.label.is_empty() && self.live.is_empty() && self.runs.is_empty() && self.found.is_empty()
    }

    /// Forgets everything: the next text is another.
    pub(crate) fn reset(&mut self) {
        self.live.clear();
        self.runs.clear();
        self.reaches.clear();
        self.found.clear();
        self.recent.clear();
        self.begun.clear();
        self.run_before = None;
        self.label.clear();
    }
}

/// Whether a lead that stands so where a text ends may end behind it, where that is the name of a member.
pub(super) fn ends_name(lead: &Automaton, mut state: State) -> bool {
    let mut alive = |byte: &u8| lead.step(&mut state, *byte) != Progress::Dead;
    if !LABEL.iter().all(&mut alive) {
        return false;
    }
    lead.ends(state)
        || LABEL_END
            .iter()
            .all(|byte| lead.step(&mut state, *byte) != Progress::Dead)
            && lead.ends(state)
}

/// One feed.
pub(super) struct Reader<'a> {
    pub scanner: &'a mut Scanner,
    pub detectors: &'a Detectors,
    pub stretch: &'a Stretch<'a>,
    pub near: &'a mut dyn Surroundings,
    pub more: More,
    /// Scratch for the ends of a match.
    ends: Vec<usize>,
    /// Scratch for detectors that have a word near.
    raised: Vec<u16>,
    /// Those of [`Detectors::wanted`] that have a word near a match that begins at an index, where it was asked last.
    wanted: Option<Near>,
    /// The same by the names around the text alone.
    named: Option<Vec<u16>>,
}

/// Whose words are near a match that begins at an index; some maybe twice.
struct Near {
    at: usize,
    /// By names, and in the text before.
    before: Vec<u16>,
    /// In the text behind.
    ahead: Vec<u16>,
    /// Others may be in what follows.
    more: bool,
}

impl Near {
    /// Whether one of a detector is.
    fn has(&self, index: u16, group: &Group) -> bool {
        let ahead = || self.more || self.ahead.contains(&index);
        self.before.contains(&index) || group.context_after > 0 && ahead()
    }
}

/// One feed that reads from an index on: what begins before was tried.
struct Onward<'r, 'a> {
    reader: &'r mut Reader<'a>,
    from: usize,
}

impl Tries for Onward<'_, '_> {
    fn has_words(&mut self, start: usize) -> bool {
        start >= self.from && {
            let near = self.reader.words_near(start);
            near.more || !near.before.is_empty() || !near.ahead.is_empty()
        }
    }

    fn begins_text(&self, start: usize) -> bool {
        self.reader.stretch.base + start as u64 == 0
    }

    fn tries(&mut self, index: u16, start: usize) {
        if start >= self.from {
            self.reader.try_one(index, start);
        }
    }

    fn tries_once(&mut self, index: u16, start: usize) {
        if let Some(detector) = self.reader.detectors.get(index) {
            self.reader
                .start(index, detector, start, self.reader.before(start));
        }
    }
}

impl Reader<'_> {
    /// Goes on with what is alive.
    fn resume(&mut self, from: usize) {
        // Those that go on are put behind the others.
        let runs = self.scanner.runs.len();
        for at in 0..runs {
            if let Some(run) = self.scanner.runs.get(at) {
                self.read_run(*run, from);
            }
        }
        if runs > 0 {
            self.scanner.runs.drain(..runs);
        }
        let lives = self.scanner.live.len();
        for at in 0..lives {
            if let Some(live) = self.scanner.live.get(at).copied()
                && let Some(detector) = self.detectors.get(live.detector)
            {
                self.read(live, detector, from);
            }
        }
        if lives > 0 {
            self.scanner.live.drain(..lives);
        }
    }

    /// Begins what the member's name leads to, in a text that does not begin with blanks: those may be of nested JSON.
    fn begin_labelled(&mut self) {
        match self.stretch.text.first() {
            None => return,
            Some(b' ' | b'\t' | b'\n' | b'\r') => self.scanner.label.clear(),
            Some(_) => {}
        }
        for index in core::mem::take(&mut self.scanner.label) {
            let Some(detector) = self.detectors.get(index) else {
                continue;
            };
            if let Some(state) = detector.automaton.start(LABEL_END) {
                let live = Live {
                    detector: index,
                    stage: Stage::Match,
                    ends: Ends::One,
                    start: 0,
                    from: 0,
                    state,
                    end: 0,
                };
                self.read(live, detector, 0);
            }
        }
    }

    /// Notes a lead that may end behind the text, where that is the name of a member.
    fn label(&mut self, live: &Live, lead: &Automaton) {
        if ends_name(lead, live.state) && !self.scanner.labels.contains(&live.detector) {
            self.scanner.labels.push(live.detector);
        }
    }

    /// Tries a start, unless it was tried, or would need a word near.
    fn try_one(&mut self, index: u16, start: usize) {
        let (Some(detector), Some(byte)) = (self.detectors.get(index), self.stretch.text.get(start)) else {
            return;
        };
        let offset = self.stretch.base + start as u64;
        let before = self.before(start);
        if detector.places.begin_with(before, *byte)
            && self.has_word(index, start)
            && self.scanner.try_once(index, offset)
        {
            self.start(index, detector, start, before);
        }
    }

    /// The byte before an index.
    #[inline]
    pub(super) fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1)
            .and_then(|at| self.stretch.text.get(at))
            .copied()
    }

    /// Starts a detector at an index, before which another byte stands.
    fn start(&mut self, index: u16, detector: &Detector, at: usize, before: Option<u8>) {
        let base = self.stretch.base;
        let (automaton, stage) = match &detector.lead {
            Some(lead) => (lead, Stage::Lead),
            None => (&detector.automaton, Stage::Match),
        };
        let mut start = at;
        if let Some(run) = &detector.run_before {
            let text = self
                .stretch
                .text
                .get(at.saturating_sub(run.most)..at)
                .unwrap_or_default();
            let len = text
                .iter()
                .rev()
                .take_while(|byte| run.set.contains(**byte))
                .count();
            if len < run.least {
                return;
            }
            start = at - len;
        }
        let Some(state) = automaton.start(before) else {
            return;
        };
        let live = Live {
            detector: index,
            stage,
            ends: Ends::One,
            start: base + start as u64,
            from: base + at as u64,
            state,
            end: 0,
        };
        self.read(live, detector, at);
    }

    /// Whether a detector is a candidate at an index: not if it needs a word near and none is.
    fn has_word(&mut self, index: u16, at: usize) -> bool {
        let Some(group) = self.detectors.group(index) else {
            return false;
        };
        match group.wants {
            Wants::Nothing => true,
            Wants::WordOrAlone if self.stretch.base + at as u64 == 0 => true,
            _ => self.words_near(at).has(index, group),
        }
    }

    /// Those that have a word near a match that begins at an index, of those that need one.
    fn words_near(&mut self, at: usize) -> &Near {
        let words = &self.detectors.wanted;
        let named = self.named.get_or_insert_with(|| {
            let mut named = Vec::new();
            self.near.find(words, &mut named);
            named
        });
        let near = match self.wanted.take() {
            Some(near) if near.at == at => near,
            other => {
                let (mut before, mut ahead) = other.map(|near| (near.before, near.ahead)).unwrap_or_default();
                before.clear();
                ahead.clear();
                before.extend_from_slice(named);
                let text = self.stretch.text;
                let (from, to) = (at.saturating_sub(CONTEXT), at + AHEAD);
                words.find(text.get(from..at).unwrap_or_default(), &mut before);
                words.find(text.get(at..to.min(text.len())).unwrap_or_default(), &mut ahead);
                let more = self.more == More::Comes && to > text.len();
                Near {
                    at,
                    before,
                    ahead,
                    more,
                }
            }
        };
        self.wanted.insert(near)
    }

    /// Reads on with one candidate of a detector from an index.
    fn read(&mut self, mut live: Live, detector: &Detector, from: usize) {
        if live.stage == Stage::After {
            return self.settle(live, detector);
        }
        let automaton = match (&detector.lead, live.stage) {
            (Some(lead), Stage::Lead) => lead,
            _ => &detector.automaton,
        };
        let text = self.stretch.text;
        let mut at = from;
        while let Some((alive, progress)) =
            automaton.read(&mut live.state, text.get(at..).unwrap_or_default())
        {
            at += alive;
            match progress {
                Progress::Dead if live.end == 0 => return,
                Progress::Dead => return self.settle(live, detector),
                Progress::Matched if !self.matched(&mut live, detector, at) => return,
                // It was the last: nothing that comes can make it longer.
                Progress::Matched if live.state == State::DEAD => return self.settle(live, detector),
                Progress::Matched | Progress::Alive => {}
            }
            at += 1;
        }
        if self.more == More::Ends {
            if live.stage == Stage::Lead && detector.takes_labels {
                self.label(&live, automaton);
            }
            if automaton.ends(live.state) && !self.matched(&mut live, detector, text.len()) {
                return;
            }
            if self.scanner.end == TextEnd::Cut && live.end == 0 {
                self.cut_short(&live, detector);
            }
            self.settle(live, detector);
        } else if self.stretch.end() - live.start < MIXED_WITHIN as u64
            || !self.lacks_mixed(&live, detector, self.stretch.end())
        {
            self.scanner.live.push(live);
        }
    }

    /// A candidate is alive where a text is cut short: if it can only be a secret, it is one as far as it goes.
    fn cut_short(&mut self, live: &Live, detector: &Detector) {
        let len = self.stretch.end() - live.start;
        let cut = Live {
            end: self.stretch.end(),
            ..*live
        };
        if live.stage == Stage::Match && detector.is_secret_beyond(len) {
            self.push(&cut, detector, detector.confidence.0);
        }
    }

    /// Whether no match of a candidate can count that holds what stands up to here: it wants a mixed run, and there is
    /// none. Who waited for such a run before it looked at the candidate knows nothing of it either.
    fn lacks_mixed(&self, live: &Live, detector: &Detector, end: u64) -> bool {
        detector.mixed && !holds_mixed(self.stretch.bytes(live.start, end))
    }

    /// A match, or a lead, ended at an index. Whether to read on.
    fn matched(&mut self, live: &mut Live, detector: &Detector, at: usize) -> bool {
        if self.cuts_char(at) {
            return true;
        }
        let end = self.stretch.base + at as u64;
        if live.stage == Stage::Lead {
            let automaton = &detector.automaton;
            let next = self.stretch.text.get(at);
            let lives = |state: &State| {
                next.is_none_or(|byte| automaton.step(&mut { *state }, *byte) != Progress::Dead)
            };
            if let Some(state) = automaton.start(self.before(at)).filter(lives)
                && self.scanner.begin_once(live.detector, live.start, end)
            {
                let stage = Stage::Match;
                self.read(
                    Live {
                        detector: live.detector,
                        stage,
                        ends: Ends::One,
                        start: end,
                        from: end,
                        state,
                        end: 0,
                    },
                    detector,
                    at,
                );
            }
            return true;
        }
        if live.end != 0 {
            live.ends = Ends::Several;
        }
        live.end = end;
        let Some(run) = &detector.run else { return true };
        match self.judge(live, detector, end, end) {
            Judged::Counts(confidence) => {
                self.open_run(live, detector, run, confidence, at);
                false
            }
            Judged::Allowed => false,
            Judged::No => {
                live.end = 0;
                true
            }
        }
    }

    /// A candidate is dead, or the text ends: takes the longest end that counts, for each detector of its group.
    fn settle(&mut self, mut live: Live, detector: &Detector) {
        if live.end == 0
            || live.stage == Stage::Lead
            || detector.run.is_some()
            || self.lacks_mixed(&live, detector, live.end)
        {
            return;
        }
        let detectors = self.detectors;
        let Some(group) = detectors.group(live.detector) else {
            return;
        };
        if self.more == More::Comes && self.must_wait(&live, detector, group) {
            live.stage = Stage::After;
            self.scanner.live.push(live);
            return;
        }
        for index in &group.free {
            self.settle_for(*index, live);
        }
        if !group.bound.is_empty() {
            let mut near = core::mem::take(&mut self.raised);
            self.raised_near(&live, &group.bound, &mut near);
            for index in near.drain(..) {
                self.settle_for(index, live);
            }
            self.raised = near;
        }
    }

    /// The same for one of them.
    fn settle_for(&mut self, index: u16, mut live: Live) {
        let Some(detector) = self.detectors.get(index) else {
            return;
        };
        live.detector = index;
        let longest = live.end;
        let mut judged = self.judge(&live, detector, longest, longest);
        if matches!(judged, Judged::No) && live.ends == Ends::Several {
            let ends = self.ends_before(&live, &detector.automaton);
            for end in ends.iter().rev().map(|at| self.stretch.base + *at as u64) {
                live.end = end;
                judged = self.judge(&live, detector, end, longest);
                if !matches!(judged, Judged::No) {
                    break;
                }
            }
            self.ends = ends;
        }
        if let Judged::Counts(confidence) = judged {
            self.push(&live, detector, confidence);
        }
    }

    /// Every end before the longest, shortest first, in the scratch for them.
    fn ends_before(&mut self, live: &Live, automaton: &Automaton) -> Vec<usize> {
        let mut ends = core::mem::take(&mut self.ends);
        let (from, longest) = (self.index(live.from), self.index(live.end));
        automaton.ends_from(self.stretch.text, from, &mut ends);
        ends.retain(|end| *end < longest && !self.cuts_char(*end));
        ends
    }

    /// The index of a text offset in the stretch.
    #[inline]
    pub(super) fn index(&self, offset: u64) -> usize {
        (offset - self.stretch.base) as usize
    }

    /// Takes a match that counts.
    fn push(&mut self, live: &Live, detector: &Detector, confidence: Confidence) {
        let Told { origin, class, kept } = match detector.finds {
            Finds::Values => Told {
                origin: Origin::Detector(live.detector),
                class: detector.class,
                kept: self.near.keeps(detector),
            },
            Finds::Tokens => {
                let token = self.stretch.bytes(live.start, live.end);
                self.near.told(token, self.scanner.is_bare)
            }
        };
        self.insert(Item {
            origin,
            class,
            start: live.start,
            at: self.stretch.begins(live.start),
            end: live.end,
            ends: None,
            open: false,
            endless: false,
            confidence,
            kept,
            within: false,
        });
    }

    pub(super) fn insert(&mut self, item: Item) {
        let found = &mut self.scanner.found;
        if found.last().is_none_or(|last| last.start < item.start) {
            found.push(item);
            return;
        }
        let at = found.partition_point(|other| other.order() <= item.order());
        found.insert(at, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_leads_end_a_match_begins_once() {
        let mut scanner = Scanner::default();
        assert!(scanner.begin_once(1, 0, 10) && scanner.begin_once(2, 4, 10));
        assert!(!scanner.begin_once(1, 4, 10) && !scanner.begin_once(2, 8, 10));
        // What may be named again stays, the rest is forgotten.
        for start in 0..1000 {
            assert!(scanner.begin_once(1, start, start + 20));
            assert!(!scanner.begin_once(1, start + NEAR, start + 20), "{start}");
        }
        assert!(scanner.begun.len() < 256);
    }
}
