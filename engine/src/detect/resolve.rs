//! Overlapping findings become clusters, and each cluster one replacement.
//!
//! Items come in the order of their start, each only when nothing alive begins at or before it. A cluster is final
//! when nothing alive begins before its end. Both are functions of the text, not of the cuts.

use super::stretch::Stretch;
use crate::act;
use crate::text::Place;
use crate::{Action, Class, Confidence};
use core::cmp::Reverse;

/// The most bytes of a cluster that are held; past them it closes as a placeholder and swallows the rest.
const CLUSTER: u64 = 4096;

/// The most bytes of a run that are held where its replacement depends on all of it.
const RUN: u64 = 8192;

/// The most under an action: what is too long for a token need not be held to its end.
fn held(action: Action) -> u64 {
    match action {
        Action::Token => act::token::MOST,
        Action::Fpe(_) => act::fpe::MOST,
        _ => RUN,
    }
}

/// Who found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A field rule, by index.
    Field(u16),
    /// A detector, by index.
    Detector(u16),
    /// What looks for tokens: by the number of the entity, or one of those below.
    Token(u16),
}

impl Origin {
    /// A token of an entity that no rule names.
    pub(crate) const STRANGER: Self = Self::Token(u16::MAX - 1);

    /// What has the form of a token and was not made with one of the keys, for this scope.
    pub(crate) const FORGED: Self = Self::Token(u16::MAX);

    /// Whether it only says what stands there: where a rule says what becomes of it, that rule is asked.
    fn is_token(self) -> bool {
        matches!(self, Self::Token(_))
    }
}

/// Something found, in offsets of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Who found it.
    pub origin: Origin,
    /// How sensitive.
    pub class: Class,
    /// First byte.
    pub start: u64,
    /// Where that byte lies.
    pub at: Place,
    /// One past the last byte; so far, where it is open. Invariant: `start < end`, or `start <= end` if open.
    pub end: u64,
    /// Where that is, of a run: it may be asked for when the text there is not kept any more.
    pub ends: Option<Place>,
    /// Whether it goes on.
    pub open: bool,
    /// Whether it is a run, or a whole field: one whose end says nothing of what it is.
    pub endless: bool,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it stays as it is, in each view.
    pub kept: [bool; 2],
    /// Whether it is kept in the caller's view, but begins in a cluster, which replaces its beginning.
    pub within: bool,
}

impl Item {
    /// Up to where another of the same detector lies in it.
    fn reach(&self) -> u64 {
        if self.open { u64::MAX } else { self.end }
    }

    /// Whether its end is known and short enough that a cluster of it alone need not be committed before.
    pub(crate) fn is_simple(&self) -> bool {
        !self.open && !self.endless && self.end - self.start <= CLUSTER
    }

    /// The order of items: by start, the longest first, what has no longest form before.
    pub(crate) fn order(&self) -> (u64, Reverse<u64>, Origin) {
        // How far a run has come depends on the cut.
        let end = if self.endless { u64::MAX } else { self.end };
        (self.start, Reverse(end), self.origin)
    }

    /// Whether it stays as it is in a view.
    fn is_kept(&self, view: usize) -> bool {
        self.kept.get(view).copied().unwrap_or_default()
    }
}

/// What is decided about a text, told in the order of the text.
pub(crate) trait Decide {
    /// What a view's treatment of a finding is.
    fn action(&self, view: usize, item: &Item) -> Action;
    /// Whether the first explains the second away.
    fn explains(&self, one: Origin, other: Origin) -> bool;
    /// In a view, a part of a cluster is replaced as `action` says for `winner`.
    fn replace(&mut self, view: usize, stretch: &Stretch<'_>, span: Span, winner: &Item, action: Action);
    /// A finding of a cluster whose end is not known counts towards the pauses.
    fn count(&mut self, item: &Item, cluster: u64);
    /// A finding of a cluster is final: `action` is what is done to it.
    fn report(
        &mut self,
        stretch: &Stretch<'_>,
        item: &Item,
        action: &'static str,
        cluster: u64,
        counted: Counted,
    );
}

/// Whether a finding has counted towards the pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It counts now.
    Now,
    /// It did when it began.
    Before,
}

/// Part of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// First byte.
    pub from: u64,
    /// One past the last byte.
    pub to: u64,
    /// The cluster's name: where it begins in the input.
    pub cluster: u64,
    /// Whether this is its beginning, which has the replacement.
    pub first: bool,
}

/// The clusters of one text in one view.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolver {
    cluster: Option<Cluster>,
    /// Committed clusters that are final, but not written to their ends: another view holds what they end in.
    rest: Vec<Committed>,
    /// Runs kept in the caller's view alone, as far as they are held: they count where they begin and are told where
    /// they end.
    kept: Vec<KeptRun>,
}

/// A run kept in the caller's view alone.
#[derive(Clone, Copy, Debug)]
struct KeptRun {
    item: Item,
    /// Whether it is told.
    told: bool,
    /// How far it may have left, and where that is.
    passed: (u64, Place),
    /// Once a person ruled that it is masked after all: what replaces the rest of it.
    masked: Option<Committed>,
}

#[derive(Clone, Debug)]
struct Cluster {
    start: u64,
    /// Its name: where it begins in the input.
    name: u64,
    /// So far, where an item of it is open.
    end: u64,
    open: bool,
    /// Whether a person released it: it stays as it is.
    released: bool,
    /// In the order of items; once it is committed, only the open ones.
    members: Vec<Item>,
    /// How far the findings of each detector reach: one that begins later and ends before lies in one of them.
    reach: Vec<(Origin, u64)>,
    /// Once committed: what replaces it.
    committed: Option<Committed>,
}

/// What replaces a committed cluster.
#[derive(Clone, Copy, Debug)]
struct Committed {
    winner: Item,
    action: Action,
    /// The cluster's name.
    name: u64,
    /// Its first byte, where its replacement stands; none where that is made already.
    start: Option<u64>,
    /// How far it is written.
    written: u64,
    /// Its end, so far.
    end: u64,
}

impl Committed {
    /// Replaces what is known of it before `limit`.
    fn write(&mut self, view: usize, limit: u64, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        let end = self.end.min(limit);
        if end <= self.written {
            return;
        }
        let span = Span {
            from: self.written,
            to: end,
            cluster: self.name,
            first: Some(self.written) == self.start,
        };
        to.replace(view, stretch, span, &self.winner, self.action);
        self.written = end;
    }
}

impl Cluster {
    /// Whether an item is no part of one that the same detector found; remembers how far it reaches.
    fn takes(&mut self, item: &Item) -> bool {
        match self.reach.iter_mut().find(|(origin, _)| *origin == item.origin) {
            Some((_, reach)) if item.end <= *reach => false,
            Some((_, reach)) => {
                *reach = item.reach();
                true
            }
            None => {
                self.reach.push((item.origin, item.reach()));
                true
            }
        }
    }

    /// Where the latest of its members begins.
    fn latest(&self) -> u64 {
        self.members.last().map_or(self.start, |item| item.start)
    }

    /// Whether it must be committed, or may be, as far as everything that begins before `upto` says; and as what.
    fn due(&self, view: usize, upto: u64, to: &dyn Decide) -> Option<Due> {
        let latest = self.latest();
        if self.committed.is_some() || latest >= upto {
            return None;
        }
        let masked = self.members.iter().copied().filter(|item| !item.is_kept(view));
        let run = masked.clone().find(|item| item.endless);
        let last = match run {
            Some(run) => run.start,
            None if self.end - self.start > CLUSTER => latest,
            None => return None,
        };
        let first = masked.filter(|item| item.start <= last);
        let alone = first.clone().count() == 1;
        let winner = first.reduce(better_so_far)?;
        let due = |action, at| {
            Some(Due {
                last,
                winner,
                action,
                at,
            })
        };
        match to.action(view, &winner) {
            _ if run.is_none() => due(Action::Placeholder, latest),
            action @ (Action::Placeholder | Action::Mask | Action::Drop | Action::Null) => {
                due(action, latest)
            }
            Action::KeepFirst(_) | Action::KeepLast(_) if !alone => due(Action::Placeholder, latest),
            // The replacement needs the whole value.
            action => {
                let most = held(action);
                (self.end.min(upto) - self.start > most)
                    .then(|| due(Action::Placeholder, self.start + most))
                    .flatten()
            }
        }
    }
}

/// That a cluster is to be committed.
struct Due {
    /// Where the last begins that may win.
    last: u64,
    /// The best of those up to there.
    winner: Item,
    /// What replaces it.
    action: Action,
    /// Where that was so: what ends up to there was told before.
    at: u64,
}

impl Resolver {
    /// Whether nothing is open.
    pub(crate) fn is_idle(&self) -> bool {
        self.cluster.is_none() && self.rest.is_empty() && self.kept.is_empty()
    }

    /// Decides a simple item that overlaps no other, where nothing is open: what offering it and advancing to its end
    /// would come to.
    pub(crate) fn decide_alone(&self, view: usize, item: &Item, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        let name = item.at.raw;
        if item.is_kept(view) {
            if view == 0 {
                to.report(stretch, item, Action::Keep.name(), name, Counted::Now);
            }
            return;
        }
        let wording = stretch.wording(item.start, item.end);
        let bytes = item.end - item.start;
        let action = act::settled(to.action(view, item), bytes, act::Findings::One, wording);
        if view == 0 {
            to.report(stretch, item, action.name(), name, Counted::Now);
        }
        let span = Span {
            from: item.start,
            to: item.end,
            cluster: name,
            first: true,
        };
        to.replace(view, stretch, span, item, action);
    }

    /// Takes the next item. Nothing alive begins at or before its start.
    pub(crate) fn offer(&mut self, view: usize, item: Item, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        let kept = item.is_kept(view);
        if kept && item.endless && view != 0 || self.goes_on(&item) {
            return;
        }
        self.settle(view, item.start, stretch, to);
        if kept {
            let within = self.cluster.is_some();
            let item = Item { within, ..item };
            match &mut self.cluster {
                _ if item.endless => {
                    to.count(&item, item.at.raw);
                    self.kept.push(KeptRun {
                        item,
                        told: false,
                        passed: (item.start, item.at),
                        masked: None,
                    });
                }
                Some(cluster) if cluster.committed.is_none() => cluster.members.push(item),
                _ if view == 0 => to.report(stretch, &item, Action::Keep.name(), item.at.raw, Counted::Now),
                _ => {}
            }
            return;
        }
        match &mut self.cluster {
            None => {
                self.cluster = Some(Cluster {
                    start: item.start,
                    name: item.at.raw,
                    end: item.end,
                    open: item.open,
                    released: false,
                    members: vec![item],
                    reach: vec![(item.origin, item.reach())],
                    committed: None,
                });
            }
            Some(cluster) => {
                if !cluster.takes(&item) {
                    return;
                }
                cluster.end = cluster.end.max(item.end);
                cluster.open |= item.open;
                match cluster.committed {
                    Some(_) => {
                        if view == 0 && !item.endless {
                            let action = cluster.told("covered");
                            to.report(stretch, &item, action, cluster.name, Counted::Before);
                        }
                        if item.endless {
                            cluster.members.push(item);
                        }
                    }
                    None => cluster.members.push(item),
                }
            }
        }
    }

    /// Whether an item only says how far an open one has come; takes it if so.
    fn goes_on(&mut self, item: &Item) -> bool {
        let same = |known: &&mut Item| known.open && known.origin == item.origin && known.start == item.start;
        let goes_on =
            |known: &mut Item| (known.end, known.ends, known.open) = (item.end, item.ends, item.open);
        let mut kept = self.kept.iter_mut().map(|run| &mut run.item);
        if let Some(known) = kept.find(same) {
            goes_on(known);
            return true;
        }
        let Some(cluster) = &mut self.cluster else {
            return false;
        };
        let Some(known) = cluster.members.iter_mut().find(same) else {
            return false;
        };
        goes_on(known);
        let known = *known;
        if let Some((_, reach)) = cluster
            .reach
            .iter_mut()
            .find(|(origin, _)| *origin == known.origin)
        {
            *reach = known.reach();
        }
        cluster.end = cluster.end.max(item.end);
        cluster.open = cluster.members.iter().any(|item| item.open);
        true
    }

    /// Everything alive begins at or after `frontier`: what is final is decided. What is committed is not written yet.
    pub(crate) fn advance(&mut self, view: usize, frontier: u64, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        self.settle(view, frontier, stretch, to);
    }

    /// Everything that begins before an offset is known: decides and tells what ends at or before it, each at its own
    /// place. So it does not matter how often this is asked on the way.
    fn settle(&mut self, view: usize, upto: u64, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        self.commit_if_due(view, upto, stretch, to);
        if let Some(cluster) = &self.cluster
            && !cluster.open
            && cluster.end <= upto
        {
            let end = cluster.end;
            self.tell_kept(end, stretch, to);
            self.close(view, stretch, to);
        }
        self.tell_kept(upto, stretch, to);
    }

    /// Tells the kept runs that end at or before an offset, in the order of their ends.
    fn tell_kept(&mut self, upto: u64, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        let is_over = |run: &&mut KeptRun| !run.told && !run.item.open && run.item.end <= upto;
        while let Some(run) = self
            .kept
            .iter_mut()
            .filter(is_over)
            .min_by_key(|run| (run.item.end, run.item.order()))
        {
            run.told = true;
            let action = run.masked.map_or(Action::Keep, |masked| masked.action);
            to.report(
                stretch,
                &run.item,
                action.name(),
                run.item.at.raw,
                Counted::Before,
            );
        }
    }

    /// Replaces what is known of committed clusters before `limit`: what no view holds. What lies behind it would leave
    /// in one piece with what lies before, and so later.
    pub(crate) fn write(&mut self, view: usize, limit: u64, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        for committed in &mut self.rest {
            committed.write(view, limit, stretch, to);
        }
        self.rest.retain(|committed| committed.written < committed.end);
        if let Some(cluster) = &mut self.cluster
            && let Some(committed) = &mut cluster.committed
        {
            committed.end = cluster.end;
            if !cluster.released {
                committed.write(view, limit, stretch, to);
            }
        }
        // What clusters in a run say stands.
        for run in &mut self.kept {
            if let Some(masked) = &mut run.masked {
                masked.end = run.item.end;
                masked.write(view, limit, stretch, to);
            }
            let upto = run.item.end.min(limit);
            if upto > run.passed.0 {
                run.passed = (upto, stretch.ends(upto));
            }
        }
        self.kept.retain(|run| !run.told || run.passed.0 < run.item.end);
    }

    /// The first offset that is not decided, given the first that something alive may change.
    pub(crate) fn hold(&self, frontier: u64) -> u64 {
        match &self.cluster {
            None => frontier,
            Some(cluster) if cluster.committed.is_none() => cluster.start.min(frontier),
            Some(cluster) if cluster.open => cluster.end,
            Some(cluster) => frontier.max(cluster.end),
        }
    }

    /// Forgets everything: the next text is another.
    pub(crate) fn reset(&mut self) {
        self.cluster = None;
        self.rest.clear();
        self.kept.clear();
    }

    /// A person released a cluster, by its name.
    pub(crate) fn release(&mut self, name: u64) {
        if let Some(cluster) = self.cluster.as_mut().filter(|cluster| cluster.name == name) {
            cluster.released = true;
        }
        self.rest.retain(|committed| committed.name != name);
    }

    /// A person ruled that a kept run is masked after all, by its name: what is still held of it is replaced. What is
    /// not, up to the place that is the answer, the caller replaces.
    pub(crate) fn mask_run(&mut self, name: u64, origin: Origin) -> Option<Place> {
        let mut kept = self.kept.iter_mut();
        let run = kept.find(|run| run.item.at.raw == name && run.item.origin == origin)?;
        run.masked = Some(Committed {
            winner: run.item,
            action: Action::Placeholder,
            name,
            start: None,
            written: run.passed.0,
            end: run.item.end,
        });
        Some(run.passed.1)
    }

    /// Commits a cluster that cannot be held, or need not be. Everything that begins before `upto` is known.
    fn commit_if_due(&mut self, view: usize, upto: u64, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        let due = self
            .cluster
            .as_ref()
            .and_then(|cluster| cluster.due(view, upto, to));
        let Some(Due {
            last,
            winner,
            action,
            at,
        }) = due
        else {
            return;
        };
        // What ends before comes before, also where both are only looked at now.
        self.tell_kept(at, stretch, to);
        let Some(cluster) = &mut self.cluster else { return };
        if view == 0 {
            for item in &cluster.members {
                // What is swallowed does not count: where it would pause, the replacement may have left already.
                let counted = if item.start > last {
                    Counted::Before
                } else {
                    Counted::Now
                };
                match (item.endless && !item.is_kept(0), counted) {
                    (true, Counted::Now) => to.count(item, cluster.name),
                    (true, Counted::Before) => {}
                    (false, _) => {
                        report_member(
                            stretch,
                            item,
                            (&winner, action),
                            cluster.name,
                            &cluster.members,
                            counted,
                            to,
                        );
                    }
                }
            }
        }
        // What has an end that may still come is told when the cluster closes, whether or not it has come by now; what
        // this view keeps was told.
        cluster.members.retain(|item| item.endless && !item.is_kept(view));
        cluster.committed = Some(Committed {
            winner,
            action,
            name: cluster.name,
            start: Some(cluster.start),
            written: cluster.start,
            end: cluster.end,
        });
    }

    /// A cluster is final.
    fn close(&mut self, view: usize, stretch: &Stretch<'_>, to: &mut dyn Decide) {
        let Some(cluster) = self.cluster.take() else {
            return;
        };
        if let Some(committed) = cluster.committed {
            let winner = &committed.winner;
            for item in cluster.members.iter().filter(|_| view == 0) {
                let won = winner.origin == item.origin && winner.start == item.start;
                let action = cluster.told(if won { committed.action.name() } else { "covered" });
                to.report(stretch, item, action, cluster.name, Counted::Before);
            }
            if !cluster.released {
                let end = cluster.end;
                self.rest.push(Committed { end, ..committed });
            }
            return;
        }
        let kept = |item: &Item| item.is_kept(view);
        let masked: Vec<Item> = cluster
            .members
            .iter()
            .filter(|item| !kept(item))
            .copied()
            .collect();
        let explained = |item: &Item| {
            masked
                .iter()
                .any(|other| other != item && overlaps(other, item) && to.explains(other.origin, item.origin))
        };
        let mut members: Vec<Item> = cluster
            .members
            .iter()
            .filter(|item| kept(item) || !explained(item))
            .copied()
            .collect();
        members.sort_unstable_by_key(Item::order);
        // Without what was explained away it may be several.
        let mut rest = members.as_slice();
        while let Some(first) = rest.first() {
            let mut end = if kept(first) { first.start } else { first.end };
            let mut count = 1;
            for item in rest.iter().skip(1) {
                if !kept(item) && end > first.start && item.start >= end || end == first.start {
                    break;
                }
                if !kept(item) {
                    end = end.max(item.end);
                }
                count += 1;
            }
            let (group, others) = rest.split_at(count);
            rest = others;
            decide(view, group, end, stretch, to);
        }
    }
}

impl Cluster {
    /// What a finding of it is told to have become: one that was released stays, whatever was meant for it.
    fn told(&self, action: &'static str) -> &'static str {
        if self.released {
            Action::Keep.name()
        } else {
            action
        }
    }
}

/// One cluster that is final, or one kept item.
fn decide(view: usize, group: &[Item], end: u64, stretch: &Stretch<'_>, to: &mut dyn Decide) {
    let kept = |item: &Item| item.is_kept(view);
    let masked = group.iter().filter(|item| !kept(item)).copied();
    let Some(winner) = masked.clone().reduce(better) else {
        for item in group {
            if view == 0 {
                let item = Item {
                    within: false,
                    ..*item
                };
                to.report(stretch, &item, Action::Keep.name(), item.at.raw, Counted::Now);
            }
        }
        return;
    };
    let start = masked
        .clone()
        .map(|item| item.start)
        .min()
        .unwrap_or(winner.start);
    let name = masked
        .clone()
        .map(|item| item.at.raw)
        .min()
        .unwrap_or(winner.at.raw);
    let several = masked
        .filter(|item| *item != winner && !same_value(&winner, item))
        .count()
        > 0
        || (start, end) != (winner.start, winner.end);
    let findings = if several {
        act::Findings::Several
    } else {
        act::Findings::One
    };
    let wording = stretch.wording(start, end);
    let action = act::settled(to.action(view, &winner), end - start, findings, wording);
    if view == 0 {
        for item in group {
            let within = kept(item) && start <= item.start && item.start < end;
            let item = Item { within, ..*item };
            report_member(stretch, &item, (&winner, action), name, group, Counted::Now, to);
        }
    }
    to.replace(
        view,
        stretch,
        Span {
            from: start,
            to: end,
            cluster: name,
            first: true,
        },
        &winner,
        action,
    );
}

/// The findings of a text that is replaced as one, those that stay first: each with whether it says how.
pub(crate) fn as_one(found: &[Item], view: usize, to: &dyn Decide) -> Vec<(Item, Share)> {
    let kept = |item: &&Item| item.is_kept(view);
    let masked: Vec<&Item> = found.iter().filter(|item| !kept(item)).collect();
    let stays = |item: &&&Item| {
        !masked.iter().any(|other| {
            other != *item
                && (same_value(other, item)
                    || overlaps(other, item) && to.explains(other.origin, item.origin))
        })
    };
    let rest: Vec<Item> = masked.iter().filter(stays).map(|item| **item).collect();
    let winner = rest.iter().copied().reduce(better);
    let share = |item: Item| {
        if Some(item) == winner {
            (item, Share::Wins)
        } else {
            (item, Share::Covered)
        }
    };
    let kept = found.iter().filter(kept).map(|item| (*item, Share::Kept));
    kept.chain(rest.iter().copied().map(share)).collect()
}

/// What a finding is in a text that is replaced as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// It leaves before.
    Kept,
    /// It says what is done.
    Wins,
    /// It lies in another's replacement.
    Covered,
}

/// Reports a member of a cluster, unless it is the same value found once more.
fn report_member(
    stretch: &Stretch<'_>,
    item: &Item,
    (winner, action): (&Item, Action),
    cluster: u64,
    members: &[Item],
    counted: Counted,
    to: &mut dyn Decide,
) {
    if item.open {
        to.count(item, cluster);
    } else if item == winner {
        to.report(stretch, item, action.name(), cluster, counted);
    } else if item.is_kept(0) {
        to.report(stretch, item, Action::Keep.name(), item.at.raw, Counted::Now);
    } else if !members
        .iter()
        .any(|other| other != item && same_value(other, item))
    {
        to.report(stretch, item, "covered", cluster, counted);
    }
}

/// Whether the second lies in the first and was found by the same.
fn same_value(one: &Item, other: &Item) -> bool {
    one.origin == other.origin
        && one.start <= other.start
        && (one.open || other.end <= one.end)
        && !(one.start == other.start && one.end == other.end && one.open == other.open)
}

fn overlaps(one: &Item, other: &Item) -> bool {
    (other.open || one.start < other.end) && (one.open || other.start < one.end)
}

/// The better of two while runs may go on: they are longer than anything else.
fn better_so_far(one: Item, other: Item) -> Item {
    match (one.class, one.start) == (other.class, other.start) && one.endless != other.endless {
        true if one.endless => one,
        true => other,
        false => better(one, other),
    }
}

/// Highest class, then earliest, longest, rule order.
fn better(one: Item, other: Item) -> Item {
    let rank = |item: &Item| {
        (
            item.origin.is_token(),
            Reverse(item.class),
            item.start,
            Reverse(item.open),
            Reverse(item.end),
            item.origin,
        )
    };
    if rank(&other) < rank(&one) { other } else { one }
}
