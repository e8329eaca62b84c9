//! How many starts of an automaton can be alive at one place.

use super::super::automaton::{Automaton, Progress, State};
use super::super::determinise::Kind;
use super::window::Window;
use super::{BEFORE, places, sorts};
use core::hash::BuildHasherDefault;
use std::hash::DefaultHasher;

/// Gone through in the same order on every machine: what a search sees before it gets long must not be left to chance.
type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
type Set<K> = std::collections::HashSet<K, BuildHasherDefault<DefaultHasher>>;

/// The most stands, and the most pairs of states, looked at for one bound.
const STEPS: usize = 100_000;

/// Ages for which starts are counted apart from younger ones.
const AGES: [usize; 10] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

/// The starts of an automaton.
pub(super) struct Starts<'a> {
    automaton: &'a Automaton,
    /// The longest match.
    longest: usize,
    /// What says where a lead has ended; without one it may start everywhere.
    window: Option<Window<'a>>,
    /// One byte of each sort that neither automaton nor a boundary tells apart.
    sorts: Vec<u8>,
    /// Where a state may come to lie on a way from a start, at the latest: every way leads upwards.
    ranks: Map<State, usize>,
    /// Whether two states live for so many bytes on some text.
    together: Map<(State, State, usize), bool>,
}

/// What is known of a text on which the oldest start lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Stand {
    /// What the window knows.
    known: u32,
    /// Where the oldest start stands, and the latest that was counted, if that is followed.
    oldest: State,
    latest: State,
    /// How many bytes ago that was, at most what it has to be.
    since: usize,
    /// The byte before, as boundaries see it.
    before: u8,
}

/// Whether each start that is counted has to live until the next is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follow {
    Oldest,
    Both,
}

impl<'a> Starts<'a> {
    /// Starts everywhere.
    pub(super) fn of(automaton: &'a Automaton, longest: usize) -> Self {
        Self::with(automaton, longest, sorts(&[automaton]))
    }

    /// Starts where a lead may have ended, as far as the last `bytes` bytes say.
    pub(super) fn behind(
        automaton: &'a Automaton,
        longest: usize,
        lead: &'a Automaton,
        bytes: usize,
    ) -> Self {
        let sorts = sorts(&[automaton, lead]);
        let window = Window::new(lead, &sorts, bytes);
        Self {
            window: Some(window),
            ..Self::with(automaton, longest, sorts)
        }
    }

    fn with(automaton: &'a Automaton, longest: usize, sorts: Vec<u8>) -> Self {
        Self {
            automaton,
            longest,
            window: None,
            ranks: ranks(automaton, &sorts),
            sorts,
            together: Map::default(),
        }
    }

    /// How many can be alive at one place, at most; no better bound is sought than `enough`.
    pub(super) fn alive(&mut self, enough: usize) -> usize {
        let near = self.distances(1);
        let most_age = self.longest.max(2);
        let mut least = usize::MAX;
        for age in AGES.into_iter().take_while(|age| *age < most_age) {
            let (old, young) = match age {
                1 => (None, 0),
                _ => (
                    Some(self.distances(age)),
                    places::most(near.get(..age).unwrap_or_default()),
                ),
            };
            let old = old.as_deref().unwrap_or(&near);
            least = least.min(places::most(old) + young);
            let gap = old.iter().position(|possible| *possible);
            let gap = gap.unwrap_or(self.longest);
            for follow in [Follow::Oldest, Follow::Both] {
                if least <= enough {
                    return least;
                }
                if let Some(most) = self.most_on_a_way(age, gap, follow) {
                    least = least.min(most + young);
                }
            }
        }
        least
    }

    /// Reads a byte in the window: what is known then, and whether one may start before it.
    fn look(&mut self, known: u32, byte: u8) -> (u32, bool) {
        match &mut self.window {
            None => (known, true),
            Some(window) => window.step(known, byte),
        }
    }

    /// Where the oldest may stand after its first byte.
    fn begun(&mut self) -> Set<Stand> {
        let mut begun = Set::default();
        for start in BEFORE
            .into_iter()
            .filter_map(|before| self.automaton.start(before))
        {
            for at in 0..self.sorts.len() {
                let byte = self.sort(at);
                let (known, starts) = self.look(Window::UNKNOWN, byte);
                if let Some(oldest) = after(self.automaton, start, byte).filter(|_| starts) {
                    begun.insert(Stand {
                        known,
                        oldest,
                        latest: oldest,
                        since: 1,
                        before: sort_of(byte),
                    });
                }
            }
        }
        begun
    }

    fn sort(&self, at: usize) -> u8 {
        self.sorts.get(at).copied().unwrap_or_default()
    }

    /// For each distance below the longest match, whether two starts so far apart can both be alive when the second is
    /// `age` bytes old.
    fn distances(&mut self, age: usize) -> Vec<bool> {
        let mut possible = vec![false; self.longest.max(1)];
        let mut steps = 0;
        let mut level: Set<(u32, State, u8)> = self
            .begun()
            .into_iter()
            .map(|stand| (stand.known, stand.oldest, stand.before))
            .collect();
        for distance in 1..self.longest {
            let mut next = Set::default();
            let mut is_possible = false;
            for (known, oldest, before) in level {
                steps += 1;
                if steps > STEPS {
                    possible
                        .iter_mut()
                        .skip(distance)
                        .for_each(|possible| *possible = true);
                    return possible;
                }
                let start = self.automaton.start(Some(before));
                for at in 0..self.sorts.len() {
                    let byte = self.sort(at);
                    let Some(oldest) = after(self.automaton, oldest, byte) else {
                        continue;
                    };
                    let (known, starts) = self.look(known, byte);
                    if starts && !is_possible {
                        let second = start.and_then(|start| after(self.automaton, start, byte));
                        is_possible =
                            second.is_some_and(|second| self.live_together(oldest, second, age - 1));
                    }
                    next.insert((known, oldest, sort_of(byte)));
                }
            }
            possible
                .iter_mut()
                .skip(distance)
                .take(1)
                .for_each(|possible| *possible = is_possible);
            if next.is_empty() {
                break;
            }
            level = next;
        }
        possible
    }

    /// How far apart two starts are at least that both match, of a pattern whose shortest match has so many bytes.
    pub(super) fn apart(&mut self, shortest: usize) -> usize {
        let begun = self.begun().into_iter();
        let mut level: Set<(State, u8)> = begun.map(|stand| (stand.oldest, stand.before)).collect();
        for distance in 1..shortest {
            let mut next = Set::default();
            for (oldest, before) in level {
                let start = self.automaton.start(Some(before));
                for byte in &self.sorts {
                    let Some(oldest) = after(self.automaton, oldest, *byte) else {
                        continue;
                    };
                    let second = start.and_then(|start| after(self.automaton, start, *byte));
                    if second.is_some_and(|second| self.outlives(second, oldest)) {
                        return distance;
                    }
                    next.insert((oldest, sort_of(*byte)));
                }
            }
            level = next;
        }
        shortest.max(1)
    }

    /// Whether on some text one state is alive where another has matched.
    fn outlives(&self, one: State, other: State) -> bool {
        let mut seen = Set::default();
        let mut open = vec![(one, other)];
        while let Some((one, other)) = open.pop() {
            if !seen.insert((one, other)) {
                continue;
            }
            for byte in &self.sorts {
                let mut matched = other;
                if self.automaton.step(&mut matched, *byte) == Progress::Matched {
                    return true;
                }
                let one = after(self.automaton, one, *byte);
                open.extend(one.zip(Some(matched).filter(|state| *state != State::DEAD)));
            }
        }
        false
    }

    /// How many starts there can be on a way of the oldest one, with it, that are `age` bytes old where it ends: each at
    /// least `gap` bytes behind the one before. `None` if the search gets long.
    fn most_on_a_way(&mut self, age: usize, gap: usize, follow: Follow) -> Option<usize> {
        let most_rank = self.ranks.values().copied().max().unwrap_or_default();
        // Stands by rank, and how many starts there are up to there at most.
        let mut levels: Vec<Map<Stand, usize>> = vec![Map::default(); most_rank + 1];
        let follows = |state: State| match follow {
            Follow::Oldest => State::DEAD,
            Follow::Both => state,
        };
        for stand in self.begun() {
            let latest = follows(stand.oldest);
            self.reach(&mut levels, Stand { latest, ..stand }, 1);
        }
        let (mut most, mut steps) = (1, 0);
        for rank in 0..=most_rank {
            let level = levels.get_mut(rank).map(core::mem::take);
            for (stand, count) in level.unwrap_or_default() {
                steps += 1;
                if steps > STEPS {
                    return None;
                }
                let start = self.automaton.start(Some(stand.before));
                for at in 0..self.sorts.len() {
                    let byte = self.sort(at);
                    let latest = match follow {
                        Follow::Oldest => Some(State::DEAD),
                        Follow::Both => after(self.automaton, stand.latest, byte),
                    };
                    let (Some(oldest), Some(latest)) = (after(self.automaton, stand.oldest, byte), latest)
                    else {
                        continue;
                    };
                    let (known, starts) = self.look(stand.known, byte);
                    let next = Stand {
                        known,
                        oldest,
                        latest,
                        since: (stand.since + 1).min(gap),
                        before: sort_of(byte),
                    };
                    self.reach(&mut levels, next, count);
                    let second = start.filter(|_| starts && stand.since >= gap);
                    if let Some(second) = second.and_then(|start| after(self.automaton, start, byte))
                        && self.live_together(oldest, second, age - 1)
                    {
                        most = most.max(count + 1);
                        let latest = follows(second);
                        self.reach(
                            &mut levels,
                            Stand {
                                latest,
                                since: 1,
                                ..next
                            },
                            count + 1,
                        );
                    }
                }
            }
        }
        Some(most)
    }

    /// Notes that there may be so many starts where the oldest stands so.
    fn reach(&self, levels: &mut [Map<Stand, usize>], stand: Stand, count: usize) {
        let rank = self.ranks.get(&stand.oldest).copied().unwrap_or_default();
        if let Some(level) = levels.get_mut(rank) {
            let known = level.entry(stand).or_default();
            *known = count.max(*known);
        }
    }

    /// Whether some text keeps two states alive for so many bytes.
    fn live_together(&mut self, one: State, other: State, bytes: usize) -> bool {
        if bytes == 0 || self.together.len() > STEPS {
            return true;
        }
        if let Some(known) = self.together.get(&(one, other, bytes)) {
            return *known;
        }
        let lives = (0..self.sorts.len()).any(|at| {
            let byte = self.sort(at);
            let next = after(self.automaton, one, byte).zip(after(self.automaton, other, byte));
            next.is_some_and(|(one, other)| self.live_together(one, other, bytes - 1))
        });
        self.together.insert((one, other, bytes), lives);
        lives
    }
}

/// A byte that boundaries see like this one.
fn sort_of(byte: u8) -> u8 {
    match Kind::of(Some(byte)) {
        Kind::Word => b'a',
        Kind::Feed => b'\n',
        Kind::Return => b'\r',
        Kind::Edge | Kind::Other => b' ',
    }
}

/// Where a byte leads, if the automaton reads on behind it.
fn after(automaton: &Automaton, state: State, byte: u8) -> Option<State> {
    let mut state = state;
    automaton.step(&mut state, byte);
    (state != State::DEAD).then_some(state)
}

/// For each state, the most bytes on a way to it: since matches are finite, no way comes back.
fn ranks(automaton: &Automaton, sorts: &[u8]) -> Map<State, usize> {
    let next = |state: State| {
        sorts
            .iter()
            .filter_map(move |byte| after(automaton, state, *byte))
    };
    let starts = BEFORE.into_iter().filter_map(|before| automaton.start(before));
    // Each behind all that it leads to.
    let mut order = Vec::new();
    let mut seen = Set::default();
    let mut open: Vec<(State, Stage)> = starts.map(|state| (state, Stage::Met)).collect();
    while let Some((state, stage)) = open.pop() {
        match stage {
            Stage::Done => order.push(state),
            Stage::Met if seen.insert(state) => {
                open.push((state, Stage::Done));
                open.extend(next(state).map(|next| (next, Stage::Met)));
            }
            Stage::Met => {}
        }
    }
    let mut ranks: Map<State, usize> = order.iter().map(|state| (*state, 0)).collect();
    for state in order.iter().rev() {
        let rank = ranks.get(state).copied().unwrap_or_default();
        for next in next(*state) {
            ranks
                .entry(next)
                .and_modify(|known| *known = (rank + 1).max(*known));
        }
    }
    ranks
}

/// How far a search is with a state.
#[derive(Clone, Copy)]
enum Stage {
    Met,
    Done,
}
