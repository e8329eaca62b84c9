//! Lanes, with all their fragments at hand: joined, read as the one string they are, and taken apart again.

use super::{Char, Work};
use crate::path::Tracker;
use crate::profile::{At, Elements, Program, Records, Says, Seen, Signed, Switch, Value, Walker, shown};
use crate::rules::Grammar;
use crate::text::Touch;
use crate::{FindingOwned, Slot};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where lanes are, and those that are open.
pub(super) struct Lanes {
    pub(super) program: Arc<Program>,
    pub walker: Walker,
    open: Vec<Lane>,
    pub(super) grammar: Grammar,
    /// Events so far.
    events: u64,
}

/// One lane.
struct Lane {
    rule: u16,
    key: Vec<Vec<u8>>,
    state: crate::path::PathState,
    /// The function it is given to.
    function: Option<String>,
    /// Its string, without quotes.
    chars: Vec<Char>,
    /// For each fragment: where it ends among the characters, its event and the elements it lies in.
    ends: Vec<(usize, u64, Elements)>,
    /// What leaves of its first characters is decided: so many.
    parted: usize,
    /// Where every fragment is all of the text so far: those before the last.
    before: Vec<Vec<Char>>,
    /// The last event that had a fragment of it.
    touched: u64,
}

impl Lane {
    /// Whether it ends in what may be the beginning of a value: a word with an `@` or four digits, or four digits and what
    /// parts digits.
    fn ends_in_value(&self) -> bool {
        let last = self.chars.len().saturating_sub(48);
        let text: String = self.chars[last..]
            .iter()
            .map(|char| char::from(char.byte))
            .collect();
        let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
        let word = text.rsplit(' ').next().unwrap_or_default();
        let number = text.trim_end_matches(|char: char| char.is_ascii_digit() || " -./:()+".contains(char));
        word.contains('@') || digits(word) >= 4 || digits(&text[number.len()..]) >= 4
    }
}

/// What is done to input bytes.
type Done = ([Vec<bool>; 2], [BTreeMap<usize, Vec<u8>>; 2]);

impl Lanes {
    pub(super) fn new(program: &Arc<Program>, records: Records, grammar: Grammar) -> Self {
        Self {
            program: Arc::clone(program),
            walker: Walker::new(program, records),
            open: Vec::new(),
            grammar,
            events: 0,
        }
    }

    pub(super) fn key(&self, seen: &Seen, values: &[Value], elements: &Elements) -> Vec<Vec<u8>> {
        let one = |value: &Value| {
            let mut key = Vec::new();
            seen.write(*value, elements, &mut key);
            key
        };
        values.iter().map(one).collect()
    }
}

impl Work<'_> {
    /// An event ends, whose payload is at hand.
    pub(super) fn end_event(&mut self, input: &[u8], payload: &[Char]) {
        self.tell_due();
        let Some(mut lanes) = self.lanes.take() else {
            return;
        };
        lanes.walker.reset();
        let mut seen = lanes.walker.take();
        seen.event = self.event.take();
        self.read_given(&mut lanes, &seen, payload);
        let program = Arc::clone(&lanes.program);
        let mut touched = Vec::new();
        lanes.events += 1;
        for mirror in &seen.mirrors {
            let of = seen.fragments.iter().filter(|fragment| {
                let arrays = mirror.arrays;
                fragment.lane == mirror.lane
                    && fragment.from < fragment.to
                    && fragment.elements[..arrays] == mirror.elements[..arrays]
            });
            let place = (mirror.from as usize, mirror.to as usize);
            self.mirrors
                .extend(of.map(|fragment| ((fragment.from as usize, fragment.to as usize), place)));
        }
        for fragment in &seen.fragments {
            let (from, to) = (fragment.from as usize, fragment.to as usize);
            if from == to {
                continue;
            }
            let rule = &program.lanes[usize::from(fragment.lane)];
            let key = lanes.key(&seen, &rule.keys, &fragment.elements);
            let chars = (from..to).map(|at| Char {
                byte: input[at],
                raw: (at, at + 1),
                outer: (0, 0),
                is_join: false,
                is_undone: false,
            });
            let chars: Vec<Char> = chars.collect();
            let is = |lane: &Lane| lane.rule == fragment.lane && lane.key == key;
            let mut at = lanes.open.iter().position(is);
            let begins = |lane: &Lane| {
                let mut both = lane.chars.iter().zip(&chars);
                lane.chars.len() <= chars.len() && both.all(|(one, other)| one.byte == other.byte)
            };
            if let Some(known) = at
                && rule.says == Says::All
                && !begins(&lanes.open[known])
            {
                let lane = lanes.open.remove(known);
                touched.retain(|at| *at != known);
                touched.iter_mut().for_each(|at| *at -= usize::from(*at > known));
                self.finish_lane(&program, &lane, lanes.grammar);
                at = None;
            }
            let function = self.function_at(&lanes, &seen, &rule.calls, &fragment.elements);
            let at = at.unwrap_or_else(|| {
                lanes.open.push(Lane {
                    function,
                    rule: fragment.lane,
                    key,
                    state: fragment.state,
                    chars: Vec::new(),
                    ends: Vec::new(),
                    parted: 0,
                    before: Vec::new(),
                    touched: 0,
                });
                lanes.open.len() - 1
            });
            let lane = &mut lanes.open[at];
            lane.touched = lanes.events;
            match rule.says {
                Says::Part => lane.chars.extend(chars),
                Says::All if lane.chars.is_empty() => lane.chars = chars,
                Says::All => lane.before.push(core::mem::replace(&mut lane.chars, chars)),
            }
            lane.ends.push((lane.chars.len(), self.record, fragment.elements));
            touched.push(at);
        }
        let over: Vec<bool> = lanes
            .open
            .iter()
            .map(|lane| {
                let rule = &program.lanes[usize::from(lane.rule)];
                program
                    .ends
                    .iter()
                    .filter(|end| end.profile == rule.profile)
                    .any(|end| match &end.at {
                        At::Payload(payload) => **payload == *seen.payload.trim_ascii(),
                        At::Event(header, test) => {
                            let is = seen
                                .event
                                .as_ref()
                                .is_some_and(|(known, says)| known == header && test.holds(says));
                            let said = lanes.key(&seen, &end.same, &Elements::default());
                            is && end.same.iter().zip(said).all(|(value, said)| {
                                let key = rule.keys.iter().position(|key| key.number == value.number);
                                key.is_none_or(|key| lane.key[key] == said)
                            })
                        }
                        At::Value(number, test) => seen.values(*number).any(|(text, elements)| {
                            test.holds(text)
                                && end.same.iter().zip(lanes.key(&seen, &end.same, &elements)).all(
                                    |(value, said)| {
                                        let key = rule.keys.iter().position(|key| key.number == value.number);
                                        key.is_none_or(|key| lane.key[key] == said)
                                    },
                                )
                        }),
                    })
            })
            .collect();
        for (at, over) in over.iter().enumerate() {
            if *over {
                self.finish_lane(&program, &lanes.open[at], lanes.grammar);
                continue;
            }
            let one = &lanes.open[at];
            let rule = &program.lanes[usize::from(one.rule)];
            let group = |lane: &Lane| {
                let rule = &program.lanes[usize::from(lane.rule)];
                let numbers: Vec<u16> = rule.keys[..rule.group].iter().map(|key| key.number).collect();
                (rule.profile, numbers, lane.key[..rule.group].to_vec())
            };
            let switched = rule.switch == Switch::Ends
                && self.rules.source.pauses.is_empty()
                && !touched.contains(&at)
                && (lanes.events - one.touched >= 12 || !one.ends_in_value())
                && touched
                    .iter()
                    .any(|other| group(&lanes.open[*other]) == group(one));
            if switched {
                let done = self.part_lane(&program, one, lanes.grammar);
                self.keep(one, one.parted, one.chars.len(), &done);
                lanes.open[at].parted = lanes.open[at].chars.len();
            }
        }
        self.end_functions(&lanes, &program, &seen);
        let mut over = over.into_iter();
        lanes.open.retain(|_| !over.next().unwrap_or(false));
        self.lanes = Some(lanes);
    }

    /// The lanes that are given to a function end.
    pub(super) fn end_lanes_of(&mut self, lanes: &mut Lanes, function: &str) {
        let program = Arc::clone(&lanes.program);
        let is = |lane: &mut Lane| lane.function.as_deref() == Some(function);
        let over: Vec<Lane> = lanes.open.extract_if(.., is).collect();
        for lane in &over {
            self.finish_lane(&program, lane, lanes.grammar);
        }
    }

    /// What says again what is masked is emptied.
    pub(super) fn empty_mirrors(&mut self) {
        for ((from, to), (begin, end)) in core::mem::take(&mut self.mirrors) {
            let is_masked = |view: usize| {
                self.gone[view][from..to].contains(&true) || self.put[view].range(from..=to).next().is_some()
            };
            if !(0..self.plan.views()).any(is_masked) {
                continue;
            }
            for view in 0..2 {
                self.gone[view][begin..end].fill(true);
                self.put[view].retain(|at, _| !(begin..end).contains(at));
                self.insert(view, begin, b"[]");
            }
        }
    }

    /// The stream ends.
    pub(super) fn end_lanes(&mut self) {
        if let Some(lanes) = self.lanes.take() {
            for lane in &lanes.open {
                self.finish_lane(&lanes.program, lane, lanes.grammar);
            }
        }
    }

    /// What is done to a lane whose text ends here, and what is found in it. Neither is written down.
    fn read_lane(
        &mut self,
        program: &Program,
        lane: &Lane,
        grammar: Grammar,
    ) -> (Done, Vec<(u64, FindingOwned)>) {
        let edge = |at: Option<usize>| Char {
            byte: b'"',
            raw: (at.unwrap_or(0), at.unwrap_or(0)),
            outer: (0, 0),
            is_join: false,
            is_undone: false,
        };
        let mut source = vec![edge(lane.chars.first().map(|char| char.raw.0))];
        source.extend_from_slice(&lane.chars);
        source.push(edge(lane.chars.last().map(|char| char.raw.1)));
        let empty = || [vec![false; self.gone[0].len()], vec![false; self.gone[1].len()]];
        let empty = empty();
        let gone = core::mem::replace(&mut self.gone, empty);
        let put = core::mem::take(&mut self.put);
        let findings = core::mem::take(&mut self.findings);
        let (plan, state) = self.plan_for(lane.state, lane.function.as_deref());
        let plan = core::mem::replace(&mut self.plan, plan);
        let tracker = core::mem::replace(&mut self.tracker, Tracker::of_lane(state));
        let (documents, payload_end) = (self.documents, self.payload_end);
        let ordinals = core::mem::take(&mut self.ordinals);
        self.may_be_cut = true;
        // It is a string: only limits refuse it, and these are tested where there are no lanes.
        let _ = match program.lanes[usize::from(lane.rule)].signed {
            Signed::Yes => self.in_spared(Touch::Signed, |work| work.json(&source, grammar, 0, false)),
            Signed::No => self.json(&source, grammar, 0, false),
        };
        self.may_be_cut = false;
        (self.documents, self.payload_end, self.ordinals) = (documents, payload_end, ordinals);
        self.tracker = tracker;
        self.plan = plan;
        let gone = core::mem::replace(&mut self.gone, gone);
        let put = core::mem::replace(&mut self.put, put);
        let findings = core::mem::replace(&mut self.findings, findings);
        ((gone, put), findings)
    }

    /// What is done to a lane whose text may end here.
    fn part_lane(&mut self, program: &Program, lane: &Lane, grammar: Grammar) -> Done {
        self.read_lane(program, lane, grammar).0
    }

    /// A lane's text is complete.
    fn finish_lane(&mut self, program: &Program, lane: &Lane, grammar: Grammar) {
        let (done, findings) = self.read_lane(program, lane, grammar);
        let told = self.findings.len();
        self.keep(lane, lane.parted, lane.chars.len(), &done);
        for copy in &lane.before {
            self.copy(lane, copy, &done);
        }
        let rule = &program.lanes[usize::from(lane.rule)];
        for (text, mut finding) in findings {
            let at = lane
                .chars
                .iter()
                .position(|char| char.raw.1 as u64 > finding.raw_start)
                .unwrap_or(0);
            // The first fragment that has a character.
            let place = |at: usize| {
                let copy = lane.before.iter().find(|copy| at < copy.len());
                copy.unwrap_or(&lane.chars)[at].raw
            };
            if rule.says == Says::All {
                let end = lane
                    .chars
                    .iter()
                    .rposition(|char| (char.raw.0 as u64) < finding.raw_end);
                finding.raw_start = place(at).0 as u64;
                finding.raw_end = place(end.unwrap_or(at)).1 as u64;
            }
            let piece = lane.ends.iter().find(|(end, ..)| *end > at);
            if let Some((_, record, elements)) = piece {
                finding.record = *record;
                finding.path = shown(&rule.path, elements);
            }
            if matches!(finding.slot, Slot::Value | Slot::Text) {
                finding.slot = Slot::Lane;
            }
            self.findings.push((text, finding));
        }
        if rule.signed == Signed::Yes {
            self.refuse_from(told);
        }
    }

    /// Writes down what is done to an earlier fragment that has the first characters of a lane.
    fn copy(&mut self, lane: &Lane, copy: &[Char], (gone, put): &Done) {
        for (char, same) in copy.iter().zip(&lane.chars) {
            for (view, (gone, put)) in gone.iter().zip(put).enumerate() {
                self.gone[view][char.raw.0] |= gone[same.raw.0];
                if let Some(text) = put.get(&same.raw.0) {
                    self.insert(view, char.raw.0, text);
                }
            }
        }
    }

    /// Writes down what is done to some characters of a lane. What is put before the first of them belongs to them, but
    /// not what goes on from before.
    fn keep(&mut self, lane: &Lane, from: usize, to: usize, (gone, put): &Done) {
        for char in &lane.chars[from..to] {
            for (view, (gone, put)) in gone.iter().zip(put).enumerate() {
                for (at, gone) in gone.iter().enumerate().take(char.raw.1).skip(char.raw.0) {
                    self.gone[view][at] |= *gone;
                    if let Some(text) = put.get(&at) {
                        self.insert(view, at, text);
                    }
                }
            }
        }
        // What is put behind the last character stands behind it.
        if to == lane.chars.len()
            && let Some(last) = lane.chars.last()
        {
            for (view, put) in put.iter().enumerate() {
                if let Some(text) = put.get(&last.raw.1) {
                    self.insert(view, last.raw.1, text);
                }
            }
        }
    }
}
