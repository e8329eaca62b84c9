//! What is found in a text, by every start and every end.

use super::json::{Unit, escape, join};
use super::{Char, Work};
use crate::act::{self, Replacement};
use crate::detect::check::{AFTER, Candidate, Verdict};
use crate::detect::{Detector, Finds, LABEL, Origin, context, holds_mixed, labelled};
use crate::hold::Text;
use crate::text::Touch;
use crate::{Action, Class, Confidence, FindingOwned, Slot};

/// How many bytes before a match are looked at.
const BEFORE: usize = 64;
/// The longest envelope.
const ENVELOPE: usize = 128;
/// A cluster of more bytes becomes a placeholder.
const CLUSTER: usize = 4096;
/// A run that is held for more bytes does too.
const RUN: usize = 8192;
/// What is longer has no token.
const TOKEN: usize = 256;
/// What is longer has no other digits.
const DIGITS: usize = 64;

/// How long what may be a run is held under an action that needs all of it.
fn held(action: Action) -> usize {
    match action {
        Action::Token => TOKEN,
        Action::Fpe(_) => DIGITS,
        _ => RUN,
    }
}

/// Something found.
#[derive(Clone, Debug)]
struct Item {
    origin: Origin,
    class: Class,
    start: usize,
    end: usize,
    confidence: Confidence,
    /// Whether it has no longest form.
    endless: bool,
    /// Whether it is a token that comes back, in each view.
    restored: [bool; 2],
}

/// Whether the ends of runs are known when a cluster is decided.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// No: a run is longer than anything else.
    SoFar,
    /// Yes.
    All,
}

/// Where findings overlap, whether or not some are explained away.
#[derive(Clone, Debug)]
struct Window {
    /// The first of them.
    first: Rank,
    to: usize,
    /// Where it is known what becomes of them: at their end, unless they are committed before.
    decided: usize,
}

/// The order of findings in a text: by start, the longest first.
type Rank = (usize, core::cmp::Reverse<usize>, Origin);

/// When a finding is told: how much of the text is decided then, and what comes first of what ends there, and of what
/// begins there.
type When = (usize, Turn, Rank);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// A run that is kept ends here; or all of a number is known, and this stays.
    KeptEnds,
    /// What it is part of ends here.
    Ends,
    /// It begins here, or is decided here, with everything that began before.
    Begins,
}

/// What is replaced as a whole.
#[derive(Debug)]
struct Cluster {
    from: usize,
    to: usize,
    winner: Item,
    action: Action,
    covered: Vec<Item>,
}

impl Work<'_> {
    /// Text that is no JSON.
    pub(super) fn plain(&mut self, chars: &[Char]) {
        self.text(chars, Slot::Text, None);
    }

    /// A string that a field rule names.
    pub(super) fn masked_string(&mut self, chars: &[Char]) {
        let field = self.rules.field(self.tracker.state());
        self.text(chars, Slot::Value, field);
    }

    /// A number, of so many digits and signs.
    pub(super) fn number(&mut self, chars: &[Char], digits: usize, field: Option<(u16, Class)>) {
        let chars = undo(chars);
        self.undone = chars.iter().map(|char| char.is_undone).collect();
        let mut items = self.items(&chars, 0, Slot::Number, field);
        for item in &mut items {
            item.end = item.end.min(digits);
        }
        let number: Vec<u8> = chars[..digits].iter().map(|char| char.byte).collect();
        for view in 0..2 {
            let clusters = self.one_cluster(view, &items);
            if view == 0 {
                let when = |item: &Item, kept: bool| {
                    let turn = if kept { Turn::KeptEnds } else { Turn::Ends };
                    (chars.len(), turn, order(item))
                };
                self.tell(&chars, 0, &items, &clusters, Slot::Number, &when);
            }
            let Some(cluster) = clusters.first() else {
                continue;
            };
            for char in &chars[..digits] {
                self.gone[view][char.raw.0..char.raw.1].fill(true);
            }
            if let Text::Bytes(text) = act::number(cluster.action, &number, self.plan.secrets()) {
                self.insert(view, chars[0].raw.0, &text);
            }
        }
    }

    /// Searches a text; its replacements, which paths show of a masked key.
    pub(super) fn text(&mut self, source: &[Char], slot: Slot, field: Option<(u16, Class)>) -> Vec<u8> {
        self.text_at(source, 0, slot, field)
    }

    /// The same for a text that begins at an offset of its slot's.
    pub(super) fn text_at(
        &mut self,
        source: &[Char],
        base: usize,
        slot: Slot,
        field: Option<(u16, Class)>,
    ) -> Vec<u8> {
        let chars = undo(source);
        let text: Vec<u8> = chars.iter().map(|char| char.byte).collect();
        self.undone = chars.iter().map(|char| char.is_undone).collect();
        let items = self.items(&chars, base, slot, field);
        let mut shown = Vec::new();
        for view in 0..2 {
            let (clusters, windows) = self.clusters(view, &items, slot);
            if view == 0 {
                let when = |item: &Item, kept: bool| told_at(item, kept, &windows);
                self.tell(&chars, base, &items, &clusters, slot, &when);
            }
            for cluster in &clusters {
                let done = self.replacement(view, cluster, &text, slot);
                let (from, to) = (cluster.from + done.keep_start, cluster.to - done.keep_end);
                for char in &chars[from..to] {
                    if !char.is_join {
                        self.gone[view][char.raw.0..char.raw.1].fill(true);
                    }
                }
                let mut start = from;
                let bytes = match done.text {
                    Text::Nothing => Vec::new(),
                    Text::Stars(_) => {
                        // A character is masked where it stands: in each line of an event, and the ends between.
                        let stars = |part: &[u8]| vec![b'*'; act::chars(part) as usize];
                        for at in (from + 1..to).filter(|at| chars[*at].is_join || chars[*at - 1].is_join) {
                            self.insert(view, spot(&chars[start]), &stars(&text[start..at]));
                            start = at;
                        }
                        stars(&text[start..to])
                    }
                    Text::Bytes(bytes) => bytes.to_vec(),
                };
                if view == 0 {
                    shown.extend_from_slice(&bytes);
                }
                // What stays has nothing in its place.
                if start < to || !bytes.is_empty() {
                    self.insert(view, spot(&chars[start]), &bytes);
                }
            }
        }
        shown
    }

    /// The detectors whose lead is in a member's name and ends where its value begins.
    pub(super) fn leads_in(&self, name: &[Char]) -> Vec<u16> {
        let mut text: Vec<u8> = undo(name).iter().map(|char| char.byte).collect();
        text.extend_from_slice(LABEL);
        let unquoted = text.len();
        text.push(b'"');
        let leads = |detector: &Detector| {
            let lead = detector.lead.as_ref().filter(|_| detector.takes_labels);
            lead.is_some_and(|lead| {
                (0..unquoted - LABEL.len()).any(|at| {
                    let mut ends = Vec::new();
                    lead.ends_from(&text, at, &mut ends);
                    ends.contains(&unquoted) || ends.contains(&text.len())
                })
            })
        };
        let all = (0u16..).zip(&self.rules.detectors.all);
        all.filter(|(_, detector)| leads(detector))
            .map(|(index, _)| index)
            .collect()
    }

    /// Everything that is found, in the order of its start.
    fn items(&mut self, chars: &[Char], base: usize, slot: Slot, field: Option<(u16, Class)>) -> Vec<Item> {
        let text: Vec<u8> = chars.iter().map(|char| char.byte).collect();
        let mut items = Vec::new();
        if let Some((field, class)) = field
            && !text.is_empty()
        {
            items.push(Item {
                origin: Origin::Field(field),
                class,
                start: 0,
                end: text.len(),
                confidence: Confidence::percent(100),
                endless: true,
                restored: [false; 2],
            });
        }
        let envelopes = self.envelopes(&text);
        let detectors = self.rules.detectors.clone();
        let label = core::mem::take(&mut self.label);
        for (index, detector) in (0u16..).zip(&detectors.all) {
            let mut all = candidates(detector, &text);
            let blank = text.first().is_none_or(|byte| b" \t\r\n".contains(byte));
            if label.contains(&index) && base == 0 && !blank {
                let quoted = [b"\"", text.as_slice()].concat();
                let mut ends = Vec::new();
                detector.automaton.ends_from(&quoted, 1, &mut ends);
                all.push((0, ends.into_iter().map(|end| end - 1).collect()));
            }
            if detector.finds == Finds::Tokens {
                let spans = all
                    .iter()
                    .flat_map(|(start, ends)| ends.iter().map(|end| (*start, *end)));
                items.extend(spans.map(|span| self.token(&text, span, slot)));
                continue;
            }
            for (start, ends) in all {
                let mut ends: Vec<usize> = ends
                    .into_iter()
                    .filter(|end| *end > start && is_edge(&text, *end))
                    .collect();
                if detector.run.is_none() {
                    ends.reverse();
                }
                let longest = ends.first().copied().unwrap_or(start);
                let good = ends.iter().find_map(|end| {
                    let known = if detector.run.is_some() { *end } else { longest };
                    let known = text.len().min(known + 1).min(end + AFTER);
                    let after = &text[*end..known];
                    let confidence = self.judge(detector, (&text, base), &envelopes, (start, *end), after)?;
                    Some((*end, confidence))
                });
                let Some((end, confidence)) = good else { continue };
                let state = self.tracker.state();
                let value = &text[start..end];
                let mut allows = self.rules.allow.iter();
                if allows.any(|allow| allow.covers(&self.rules.paths, state, index, value)) {
                    continue;
                }
                let goes_on = self.plan.keeps(detector.class) != [true; 2];
                let end = match &detector.run {
                    Some(run) if goes_on => run_end(run, &text, end),
                    _ => end,
                };
                items.push(Item {
                    origin: Origin::Detector(index),
                    class: detector.class,
                    start,
                    end,
                    confidence,
                    endless: detector.run.is_some() && goes_on,
                    restored: [false; 2],
                });
            }
        }
        if self.may_be_cut {
            items.extend(self.cut_short(&text));
        }
        items.sort_by_key(order);
        items
    }

    /// What has begun as only secrets do and is not complete where the text ends.
    fn cut_short(&self, text: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        for (index, detector) in (0u16..).zip(&self.rules.detectors.all) {
            if detector.distinctive == 0 || detector.leader.is_some() {
                continue;
            }
            for start in 0..text.len() {
                let len = (text.len() - start) as u64;
                if detector.is_secret_beyond(len) && detector.automaton.lives_from(text, start) {
                    items.push(Item {
                        origin: Origin::Detector(index),
                        class: detector.class,
                        start,
                        end: text.len(),
                        confidence: detector.confidence.0,
                        endless: false,
                        restored: [false; 2],
                    });
                }
            }
        }
        items
    }

    /// What has the form of a token.
    fn token(&self, text: &[u8], (start, end): (usize, usize), slot: Slot) -> Item {
        let opened = act::token::open(&text[start..end], self.plan.secrets());
        let (origin, class, restored) = match &opened {
            None => (Origin::FORGED, Class(0), [false; 2]),
            Some(opened) => {
                let (origin, class) = self.rules.of_entity(&opened.entity);
                let breaks = opened.value.contains(&b'\n') || opened.value.contains(&b'\r');
                let in_string = slot == Slot::Value;
                let in_text = slot == Slot::Text && !self.is_bare && !(self.is_framed && breaks);
                let restored = self
                    .plan
                    .keeps(class)
                    .map(|shown| shown && self.touch == Touch::Free && (in_string || in_text));
                (origin, class, restored)
            }
        };
        Item {
            origin,
            class,
            start,
            end,
            confidence: Confidence::percent(100),
            endless: false,
            restored,
        }
    }

    /// Which bytes lie in an envelope: a placeholder, a hash, or a token that authenticates.
    fn envelopes(&self, text: &[u8]) -> Vec<bool> {
        let mut inside = vec![false; text.len()];
        for at in (0..text.len()).filter(|at| text[*at] == b'[') {
            let Some(len) = text[at..].iter().position(|byte| *byte == b']') else {
                continue;
            };
            let whole = &text[at..=at + len];
            let known = || {
                let name = whole[1..len]
                    .split(|byte| *byte == b'#')
                    .next()
                    .unwrap_or_default();
                let mut all = self.rules.entities.iter();
                let is_word = name.len() <= 16 && name.iter().all(|byte| !byte.is_ascii_digit());
                is_word || all.any(|(entity, _)| entity.as_bytes() == name)
            };
            if whole.len() <= ENVELOPE && is_envelope(&whole[1..len]) && known()
                || act::token::open(whole, self.plan.secrets()).is_some()
            {
                inside[at..=at + len].fill(true);
            }
        }
        inside
    }

    /// Whether a match is a finding, and how sure.
    fn judge(
        &self,
        detector: &Detector,
        (text, base): (&[u8], usize),
        envelopes: &[bool],
        (start, end): (usize, usize),
        next: &[u8],
    ) -> Option<Confidence> {
        if envelopes[start..end].contains(&true) || !is_edge(text, start) || !is_edge(text, end) {
            return None;
        }
        let value = &text[start..end];
        if detector.mixed && !holds_mixed(value) {
            return None;
        }
        let before = &text[start.saturating_sub(BEFORE)..start];
        let name = labelled(self.tracker.name());
        let verdict = detector.check.map_or(Verdict::Holds, |check| {
            check(&Candidate {
                value,
                before: match detector.lead.is_some() && base + start == 0 {
                    true => &name,
                    false => before,
                },
                after: next,
            })
        });
        if verdict == Verdict::Fails {
            return None;
        }
        let after = &text[end..text.len().min(end + detector.context_after)];
        let raised = context::mentions(before, detector.context.all())
            || context::mentions(after, detector.context.all())
            || self
                .tracker
                .keys()
                .any(|key| context::mentions(key, detector.context.all()));
        let (plain, sure) = detector.confidence;
        // Blanks behind what stands bare belong to nothing.
        let last = text
            .get(end)
            .is_none_or(|byte| self.is_bare && b" \t\r\n".contains(byte));
        let plain = if base + start == 0 && last {
            detector.alone
        } else {
            plain
        };
        let confidence = match (verdict, raised) {
            (Verdict::Proves, _) if detector.proves => sure.max(plain),
            (_, true) => sure.max(plain),
            (_, false) => plain,
        };
        if confidence < self.rules.source.thresholds[usize::from(detector.class.0)] {
            return None;
        }
        Some(confidence)
    }

    fn action(&self, view: usize, item: &Item, slot: Slot) -> Action {
        if let Origin::Token(_) = item.origin {
            return match item.restored[view] {
                true => Action::Restore,
                false => Action::Keep,
            };
        }
        match self.plan.action(view, item.class) {
            Action::Keep if matches!(item.origin, Origin::Field(_)) => Action::Placeholder,
            Action::Keep => Action::Keep,
            _ if slot == Slot::Key => Action::Hash,
            action => action,
        }
    }

    /// What is replaced in a view, and where findings overlap.
    fn clusters(&self, view: usize, items: &[Item], slot: Slot) -> (Vec<Cluster>, Vec<Window>) {
        let mut rest: Vec<&Item> = items
            .iter()
            .filter(|item| self.action(view, item, slot) != Action::Keep)
            .collect();
        let all = rest.clone();
        rest.retain(|item| !all.iter().any(|other| lies_in(item, other)));
        let mut rest = rest.into_iter().peekable();
        let mut clusters = Vec::new();
        let mut windows = Vec::new();
        while let Some(first) = rest.next() {
            let mut members = vec![first];
            let mut end = first.end;
            let mut committed: Option<(Cluster, usize)> = None;
            loop {
                let next = rest.peek().copied();
                let latest = members.last().map_or(0, |item| item.start);
                if next.is_none_or(|next| next.start > latest) && committed.is_none() {
                    committed = self.commit(view, slot, &members, end);
                }
                let Some(next) = next.filter(|next| next.start < end) else {
                    break;
                };
                rest.next();
                end = end.max(next.end);
                match &mut committed {
                    Some((cluster, _)) => {
                        members.push(next);
                        cluster.to = end;
                        cluster.covered.push(next.clone());
                    }
                    None => members.push(next),
                }
            }
            windows.push(Window {
                first: order(first),
                to: end,
                decided: committed.as_ref().map_or(end, |(_, at)| *at),
            });
            match committed {
                Some((cluster, _)) => clusters.push(cluster),
                None => {
                    for part in self.parts(&members) {
                        clusters.push(self.decide(view, slot, &part, Ends::All));
                    }
                }
            }
        }
        (clusters, windows)
    }

    /// The cluster of all that is found in a number, which is replaced as one.
    fn one_cluster(&self, view: usize, items: &[Item]) -> Vec<Cluster> {
        let masked: Vec<&Item> = items
            .iter()
            .filter(|item| self.action(view, item, Slot::Number) != Action::Keep)
            .filter(|item| !items.iter().any(|other| lies_in(item, other)))
            .collect();
        let rest: Vec<Item> = self.parts(&masked).into_iter().flatten().collect();
        if rest.is_empty() {
            return Vec::new();
        }
        let decided = self.decide(view, Slot::Number, &rest, Ends::All);
        // Nothing of a number is shown, whatever its winner says: the action is told as it was asked for.
        let action = self.action(view, &decided.winner, Slot::Number);
        vec![Cluster { action, ..decided }]
    }

    /// The members that are not explained away, in groups that overlap.
    fn parts(&self, members: &[&Item]) -> Vec<Vec<Item>> {
        let stay = members.iter().filter(|item| {
            !members
                .iter()
                .any(|other| overlap(item, other) && self.explains(other, item))
        });
        let mut parts: Vec<Vec<Item>> = Vec::new();
        for item in stay {
            match parts.last_mut() {
                Some(part) if part.iter().any(|other| overlap(item, other)) => part.push((*item).clone()),
                _ => parts.push(vec![(*item).clone()]),
            }
        }
        parts
    }

    /// Decides a cluster before its end is known, if it must be, or may be; and where.
    fn commit(&self, view: usize, slot: Slot, members: &[&Item], end: usize) -> Option<(Cluster, usize)> {
        let run = members.iter().find(|item| item.endless);
        let from = members.iter().map(|item| item.start).min().unwrap_or(0);
        let latest = members.iter().map(|item| item.start).max().unwrap_or(0);
        if run.is_none() && end - from <= CLUSTER {
            return None;
        }
        let upto = run.map_or(usize::MAX, |run| run.start);
        let (known, later): (Vec<&Item>, Vec<&Item>) = members.iter().partition(|item| item.start <= upto);
        let known: Vec<Item> = known.into_iter().cloned().collect();
        let mut cluster = self.decide(view, slot, &known, Ends::SoFar);
        let simple = matches!(
            cluster.action,
            Action::Placeholder | Action::Mask | Action::Drop | Action::Null
        );
        let at = if run.is_none() {
            cluster.action = Action::Placeholder;
            latest
        } else if simple {
            latest
        } else if end - from > held(cluster.action) {
            let most = held(cluster.action);
            cluster.action = Action::Placeholder;
            from + most
        } else {
            return None;
        };
        cluster.to = end;
        cluster.covered.extend(later.into_iter().cloned());
        Some((cluster, at))
    }

    /// The cluster that some findings make.
    fn decide(&self, view: usize, slot: Slot, part: &[Item], known: Ends) -> Cluster {
        let mut best = 0;
        for (at, item) in part.iter().enumerate() {
            if rank(item, known) < rank(&part[best], known) {
                best = at;
            }
        }
        let winner = part[best].clone();
        let covered: Vec<Item> = (0..part.len())
            .filter(|at| *at != best)
            .map(|at| part[at].clone())
            .collect();
        let from = part.iter().map(|item| item.start).min().unwrap_or(0);
        let to = part.iter().map(|item| item.end).max().unwrap_or(0);
        let action = match self.action(view, &winner, slot) {
            Action::KeepFirst(_) | Action::KeepLast(_) | Action::Restore if part.len() > 1 => {
                Action::Placeholder
            }
            Action::Token
                if matches!(known, Ends::All)
                    && (to - from > TOKEN || self.undone[from..to].contains(&true)) =>
            {
                Action::Placeholder
            }
            Action::Fpe(_) if matches!(known, Ends::All) && to - from > DIGITS => Action::Placeholder,
            action => action,
        };
        Cluster {
            from,
            to,
            winner,
            action,
            covered,
        }
    }

    fn explains(&self, one: &Item, other: &Item) -> bool {
        let (Origin::Detector(one), Origin::Detector(other)) = (one.origin, other.origin) else {
            return false;
        };
        one != other
            && self
                .rules
                .detectors
                .get(one)
                .is_some_and(|one| one.explains.contains(&other))
    }

    /// What stands in the place of a cluster.
    fn replacement(&mut self, view: usize, cluster: &Cluster, text: &[u8], slot: Slot) -> Replacement {
        let key = self.plan.key();
        let entity = self.rules.entity(cluster.winner.origin);
        let of_winner = &text[cluster.winner.start..cluster.winner.end];
        if slot == Slot::Key {
            let body = match key {
                Some(key) => key.mark(entity, of_winner),
                None => {
                    self.ordinals[view] += 1;
                    self.ordinals[view] - 1
                }
            };
            return Replacement {
                keep_start: 0,
                keep_end: 0,
                text: act::hash(entity, body),
            };
        }
        let value = match cluster.action {
            Action::Hash => of_winner,
            _ => &text[cluster.from..cluster.to],
        };
        if cluster.action == Action::Restore {
            let strings = if slot == Slot::Value { self.strings } else { 0 };
            return act::restore(entity, value, self.plan.secrets(), strings);
        }
        act::replacement(cluster.action, entity, value, self.plan.secrets())
    }

    /// Writes down what is found in a text, in the order in which it is told.
    fn tell(
        &mut self,
        chars: &[Char],
        base: usize,
        items: &[Item],
        clusters: &[Cluster],
        slot: Slot,
        when: &dyn Fn(&Item, bool) -> When,
    ) {
        let mut told: Vec<(When, Item, &str)> = Vec::new();
        for item in items {
            if self.action(0, item, slot) == Action::Keep {
                told.push((when(item, true), item.clone(), Action::Keep.name()));
            }
        }
        for cluster in clusters {
            let winner = &cluster.winner;
            told.push((when(winner, false), winner.clone(), cluster.action.name()));
            let covered = cluster.covered.iter();
            told.extend(covered.map(|item| (when(item, false), item.clone(), "covered")));
        }
        told.sort_by_key(|(when, ..)| *when);
        self.texts += 1;
        for (_, item, action) in told {
            let entity = self.rules.entity(item.origin).to_owned();
            let key = (slot == Slot::Key).then(|| format!("[{entity}]").into_bytes());
            let (path, inner) = self.tracker.paths(key.as_deref());
            let (first, last) = (chars[item.start], chars[item.end - 1]);
            let finding = FindingOwned {
                record: self.record,
                path,
                slot,
                start: first.outer.0 as u64,
                end: last.outer.1 as u64,
                inner: inner.map(|path| (path, (base + item.start) as u64, (base + item.end) as u64)),
                detector: self.rules.detector(item.origin).into_owned(),
                entity,
                class: self.class_names[usize::from(item.class.0)].clone(),
                confidence: item.confidence,
                action: action.to_owned(),
                raw_start: first.raw.0 as u64,
                raw_end: last.raw.1 as u64,
            };
            self.findings.push((self.texts, finding));
        }
    }
}

/// The order of findings.
fn order(item: &Item) -> Rank {
    let end = if item.endless { usize::MAX } else { item.end };
    (item.start, core::cmp::Reverse(end), item.origin)
}

/// When a finding is told.
fn told_at(item: &Item, kept: bool, windows: &[Window]) -> When {
    let order = order(item);
    if kept && item.endless {
        return (item.end, Turn::KeptEnds, order);
    }
    let mut windows = windows.iter();
    match windows.find(|window| window.first <= order && item.start < window.to) {
        None => (item.start, Turn::Begins, order),
        // A run is told when what it is part of ends, also where that is known before.
        Some(window) if item.endless || window.decided == window.to => (window.to, Turn::Ends, order),
        Some(window) => (item.start.max(window.decided), Turn::Begins, order),
    }
}

/// The order of winners: highest class, then earliest, longest, fields first, rule order.
fn rank(item: &Item, known: Ends) -> impl Ord {
    let end = match known {
        Ends::SoFar if item.endless => usize::MAX,
        _ => item.end,
    };
    let order = match item.origin {
        Origin::Field(index) => (0, index),
        Origin::Detector(index) => (1, index),
        Origin::Token(index) => (2, index),
    };
    (
        matches!(item.origin, Origin::Token(_)),
        core::cmp::Reverse(item.class),
        item.start,
        core::cmp::Reverse(end),
        order,
    )
}

/// Where the replacement of what begins with a character stands: what stays of a line end between two data lines comes
/// before it.
fn spot(char: &Char) -> usize {
    if char.is_join { char.raw.1 } else { char.raw.0 }
}

fn overlap(one: &Item, other: &Item) -> bool {
    one.start < other.end && other.start < one.end
}

/// Whether a finding lies in another of the same detector.
fn lies_in(item: &Item, other: &Item) -> bool {
    item.origin == other.origin
        && (item.start, item.end) != (other.start, other.end)
        && other.start <= item.start
        && item.end <= other.end
}

/// Whether no character is cut here.
fn is_edge(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| text.get(at));
    text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80) || before.is_none_or(u8::is_ascii)
}

/// Every start of a detector's matches, and the ends of each, shortest first.
fn candidates(detector: &Detector, text: &[u8]) -> Vec<(usize, Vec<usize>)> {
    let mut ends = Vec::new();
    let mut found = Vec::new();
    if let Some(run) = &detector.run_before {
        for at in 0..text.len() {
            let before = text[..at].iter().rev().take(run.most);
            let count = before.take_while(|byte| run.set.contains(**byte)).count();
            if count >= run.least {
                detector.automaton.ends_from(text, at, &mut ends);
                found.push((at - count, ends.clone()));
            }
        }
        return found;
    }
    let mut starts = vec![detector.lead.is_none(); text.len() + 1];
    if let Some(lead) = &detector.lead {
        for at in 0..text.len() {
            lead.ends_from(text, at, &mut ends);
            for end in &ends {
                starts[*end] = true;
            }
        }
    }
    for start in (0..text.len()).filter(|start| starts[*start]) {
        detector.automaton.ends_from(text, start, &mut ends);
        if !ends.is_empty() {
            found.push((start, ends.clone()));
        }
    }
    found
}

/// Where a run ends whose beginning ends at `from`.
fn run_end(run: &crate::detect::Run, text: &[u8], from: usize) -> usize {
    let mut marks = Vec::new();
    if let Some(end) = &run.end {
        end.ends_from(text, from, &mut marks);
    }
    let foreign = (from..text.len())
        .find(|at| !run.alphabet.contains(text[*at]))
        .unwrap_or(text.len());
    marks.first().map_or(foreign, |mark| foreign.min(*mark))
}

/// Whether what stands between brackets is that of a placeholder or a hash.
fn is_envelope(text: &[u8]) -> bool {
    let upper = |text: &[u8]| {
        text.first().is_some_and(u8::is_ascii_uppercase)
            && text
                .iter()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
    };
    let letters = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_alphabetic);
    match text.iter().position(|byte| *byte == b'#') {
        Some(mark) => upper(&text[..mark]) && letters(&text[mark + 1..]),
        None => upper(text),
    }
}

/// Undoes the escapes that a text contains, once.
fn undo(source: &[Char]) -> Vec<Char> {
    let mut units = Vec::new();
    let mut at = 0;
    while at < source.len() {
        if source[at].byte == b'\\'
            && let Ok((code, len)) = escape(&source[at..])
        {
            units.push(Unit::new(code, &source[at..at + len]));
            at += len;
        } else {
            units.push(Unit::same(&source[at]));
            at += 1;
        }
    }
    join(&units)
}
