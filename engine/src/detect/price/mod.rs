//! What a rule may cost at worst: how many bytes its automata read for one byte of input.
//!
//! A start is read from its first byte until it is dead, so a byte is read once by each start that is alive there: the
//! price is how many starts can be alive at one place. Two can only if their distance is one at which some text keeps
//! both alive, and a set of starts only if every distance in it is such a one. So the most there can be is the largest
//! set of places, the first one 0, all of whose differences are among those distances.
//!
//! Most starts die young, and a bound that looks at their first byte alone says too much. So the sets are counted for
//! starts of at least some age too, and to those are added the younger ones: the least of these bounds counts. Triggers
//! are left out, and where the search gets long it takes what it does not know for possible: the price is never less
//! than the truth. It is the same on every machine.
//!
//! With a lead, its own starts count, and those of the pattern, which are the lead's ends: each of them is read once for
//! every start of the lead that may end there. The byte that ends a match or kills a start is not counted.

use super::automaton::{self, Automaton, Progress, State};
use super::detector::Detector;
use super::determinise::{Kind, Work};
use crate::rules::DetectorRule;
use std::collections::{HashMap, HashSet};

/// The most pairs of states, and the most sets of places, looked at for one bound.
const STEPS: usize = 50_000;

/// Ages for which starts are counted apart from younger ones.
const AGES: [usize; 9] = [2, 3, 4, 6, 8, 12, 16, 24, 32];

/// The most bytes that a rule's automata read for each byte of input.
pub(crate) fn verified(rule: &DetectorRule, detector: &Detector) -> usize {
    let longest = |pattern: &str| {
        let hir = automaton::parse(pattern);
        hir.and_then(|hir| hir.properties().maximum_len())
            .unwrap_or(super::detector::LONGEST)
    };
    let pattern = longest(&rule.pattern);
    let Some(lead) = &detector.lead else {
        // A run before the automaton is looked back over once for each start, and starts part it.
        return usize::from(detector.run_before.is_some()) + alive(&Starts::of(&detector.automaton), pattern);
    };
    let leads = alive(
        &Starts::of(lead),
        longest(rule.lead.as_deref().unwrap_or_default()),
    );
    let search = rule.lead.as_ref().and_then(|lead| {
        let hir = automaton::parse(&format!("(?s-u:.)*(?:{lead})"))?;
        Automaton::new(&hir, &mut Work::new()).ok()
    });
    // A lead that is too large to be looked for everywhere may end everywhere.
    let starts = Starts {
        search: search.as_ref(),
        automaton: &detector.automaton,
    };
    leads + leads * alive(&starts, pattern)
}

/// How many starts can be alive at one place.
fn alive(starts: &Starts<'_>, longest: usize) -> usize {
    let near = starts.distances(longest, 1);
    let mut least = most_places(&near);
    for age in AGES.into_iter().take_while(|age| *age < longest) {
        if least <= 2 {
            break;
        }
        let old = most_places(&starts.distances(longest, age));
        let young = most_places(near.get(..age).unwrap_or_default());
        least = least.min(old + young);
    }
    least
}

/// The size of the largest set of places, one of them 0, whose differences all are among these: `distances[d]` says
/// whether `d` is. At most that many: if the search gets long, a bound.
fn most_places(distances: &[bool]) -> usize {
    let possible: Vec<usize> = (1..distances.len())
        .filter(|distance| distances.get(*distance) == Some(&true))
        .collect();
    let Some(gap) = possible.first() else { return 1 };
    let last = possible.last().unwrap_or(gap);
    let bound = (1 + last / gap).min(1 + possible.len());
    let mut best = 1;
    let mut steps = 0;
    let searched = add_places(distances, (1, &possible), &mut best, &mut steps);
    if searched { best } else { bound }
}

/// Adds places to a set, each in the distances to all of it; whether the search came to its end.
fn add_places(
    distances: &[bool],
    (size, rest): (usize, &[usize]),
    best: &mut usize,
    steps: &mut usize,
) -> bool {
    *best = size.max(*best);
    *steps += 1;
    if *steps > STEPS / 10 {
        return false;
    }
    for (index, place) in rest.iter().enumerate() {
        if size + rest.len() - index <= *best {
            break;
        }
        let later = rest.iter().skip(index + 1);
        let fits = |other: &&usize| distances.get(**other - place) == Some(&true);
        let rest: Vec<usize> = later.filter(fits).copied().collect();
        if !add_places(distances, (size + 1, &rest), best, steps) {
            return false;
        }
    }
    true
}

/// Where an automaton may be started.
struct Starts<'a> {
    automaton: &'a Automaton,
    /// Finds where a lead has ended; without one, everywhere.
    search: Option<&'a Automaton>,
}

/// Where both automata stand, and the byte before.
type Stand = (State, State, u8);

impl<'a> Starts<'a> {
    fn of(automaton: &'a Automaton) -> Self {
        Self {
            automaton,
            search: None,
        }
    }

    /// For each distance below the longest match, whether two starts so far apart can both be alive when the second is
    /// `age` bytes old.
    fn distances(&self, longest: usize, age: usize) -> Vec<bool> {
        let both: Vec<&Automaton> = self.search.into_iter().chain([self.automaton]).collect();
        let sorts = sorts(&both);
        let mut possible = vec![false; longest.max(1)];
        let mut known = HashMap::new();
        let mut steps = 0;
        let mut level = self.begun(&sorts);
        for distance in 1..longest {
            let mut next = HashSet::new();
            for (search, state, before) in level.drain() {
                steps += 1;
                if steps + known.len() > STEPS {
                    possible
                        .iter_mut()
                        .skip(distance)
                        .for_each(|possible| *possible = true);
                    return possible;
                }
                let is_possible = possible.get(distance) == Some(&true);
                let begun = self.automaton.start(Some(before));
                for byte in &sorts {
                    let Some(on) = after(self.automaton, state, *byte) else {
                        continue;
                    };
                    let mut search = search;
                    let ended = self
                        .search
                        .is_none_or(|lead| lead.step(&mut search, *byte) == Progress::Matched);
                    if ended
                        && !is_possible
                        && let Some(second) = begun.and_then(|start| after(self.automaton, start, *byte))
                        && live_together(self.automaton, &sorts, (on, second), age - 1, &mut known)
                    {
                        possible
                            .iter_mut()
                            .skip(distance)
                            .take(1)
                            .for_each(|possible| *possible = true);
                    }
                    next.insert((search, on, sort_of(*byte)));
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        possible
    }

    /// Where starts stand after their first byte.
    fn begun(&self, sorts: &[u8]) -> HashSet<Stand> {
        let mut begun = HashSet::new();
        let Some(search) = self.search else {
            for start in BEFORE
                .into_iter()
                .filter_map(|before| self.automaton.start(before))
            {
                for byte in sorts {
                    let on = after(self.automaton, start, *byte);
                    begun.extend(on.map(|on| (State::default(), on, sort_of(*byte))));
                }
            }
            return begun;
        };
        let mut seen = HashSet::new();
        let mut open: Vec<(State, Option<u8>)> = search
            .start(None)
            .map(|state| (state, None))
            .into_iter()
            .collect();
        while let Some((state, before)) = open.pop() {
            if !seen.insert((state, Kind::of(before) as u8)) {
                continue;
            }
            for byte in sorts {
                let mut next = state;
                let progress = search.step(&mut next, *byte);
                if progress == Progress::Matched
                    && let Some(start) = self.automaton.start(before)
                    && let Some(on) = after(self.automaton, start, *byte)
                {
                    begun.insert((next, on, sort_of(*byte)));
                }
                if next != State::DEAD {
                    open.push((next, Some(*byte)));
                }
            }
        }
        begun
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

/// One byte of each sort that neither automaton nor a boundary tells apart.
fn sorts(automata: &[&Automaton]) -> Vec<u8> {
    let mut seen = HashSet::new();
    (0..=u8::MAX)
        .filter(|byte| {
            let columns: Vec<u8> = automata.iter().map(|automaton| automaton.column(*byte)).collect();
            seen.insert((columns, Kind::of(Some(*byte)) as u8))
        })
        .collect()
}

/// Where a byte leads, if the automaton reads on behind it.
fn after(automaton: &Automaton, state: State, byte: u8) -> Option<State> {
    let mut state = state;
    automaton.step(&mut state, byte);
    (state != State::DEAD).then_some(state)
}

/// The bytes that may stand before a start, as boundaries tell them apart.
const BEFORE: [Option<u8>; 5] = [None, Some(b'a'), Some(b'\n'), Some(b'\r'), Some(b' ')];

/// Whether some text keeps two states of an automaton alive for so many bytes.
fn live_together(
    automaton: &Automaton,
    sorts: &[u8],
    (one, other): (State, State),
    bytes: usize,
    known: &mut HashMap<(State, State, usize), bool>,
) -> bool {
    if bytes == 0 || known.len() > STEPS {
        return true;
    }
    if let Some(known) = known.get(&(one, other, bytes)) {
        return *known;
    }
    let lives =
        sorts.iter().any(
            |byte| match (after(automaton, one, *byte), after(automaton, other, *byte)) {
                (Some(one), Some(other)) => live_together(automaton, sorts, (one, other), bytes - 1, known),
                _ => false,
            },
        );
    known.insert((one, other, bytes), lives);
    lives
}

/// Whether a run may come to its end mark: some match of the mark has only bytes of the run's alphabet.
pub(crate) fn can_end(mark: &str, alphabet: &[bool; 256]) -> bool {
    let mark = automaton::parse(mark).and_then(|hir| Automaton::new(&hir, &mut Work::new()).ok());
    let Some(mark) = mark else { return true };
    let mut seen = HashSet::new();
    let mut open: Vec<State> = BEFORE
        .into_iter()
        .filter_map(|before| mark.start(before))
        .collect();
    while let Some(state) = open.pop() {
        if !seen.insert(state) {
            continue;
        }
        if mark.ends(state) {
            return true;
        }
        for (byte, member) in (0..=u8::MAX).zip(alphabet) {
            let mut next = state;
            // A match that ended before this byte ended whatever it is.
            match mark.step(&mut next, byte) {
                Progress::Matched => return true,
                Progress::Alive if *member => open.push(next),
                _ => {}
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ruleset;

    fn price(rule: &str) -> usize {
        let text = format!("[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\n{rule}\n");
        let rules = Ruleset::compile(&text, "t", &mut |_, _| Err(String::new())).unwrap();
        verified(&rules.source().detectors[0], &rules.rules().detectors.all[0])
    }

    #[test]
    fn starts_that_cannot_overlap_are_read_once() {
        for rule in [
            r"pattern = 'EMP-[0-9]{6}'",
            r"pattern = '\b[0-9]{13,19}\b'",
            r"pattern = '\b[0-9a-f]{32}\b'",
            r"pattern = 'ab[0-9]{2000}'",
        ] {
            assert_eq!(price(rule), 1, "{rule}");
        }
    }

    #[test]
    fn starts_that_overlap_are_read_as_often() {
        // One at every byte, each of 64 bytes.
        assert_eq!(price("pattern = '[a-z0-9]{20,64}'"), 64);
        // After each `-` a word begins, and the `-` itself is at a boundary too.
        assert_eq!(price(r"pattern = '\b[a-z0-9-]{20,64}'"), 64);
        // A word of at least one letter and the hyphen.
        assert_eq!(price(r"pattern = '\b[a-z0-9][a-z0-9-]{19,63}'"), 32);
        // The prefix can stand in the value.
        assert_eq!(price(r"pattern = 'sk_[a-z_]{20,60}'"), 21);
        // It cannot: what may be one is read up to where it is none.
        assert_eq!(price(r"pattern = 'sk-[a-z]{20,60}'"), 2);
    }

    #[test]
    fn distances_fit_together() {
        let of = |distances: &[usize]| {
            let longest = distances.iter().max().unwrap() + 1;
            let possible: Vec<bool> = (0..longest).map(|at| distances.contains(&at)).collect();
            most_places(&possible)
        };
        assert_eq!(of(&[5]), 2);
        // 0 and 5 and 10 need both.
        assert_eq!(of(&[5, 10]), 3);
        assert_eq!(of(&[1, 7, 20]), 2);
        assert_eq!(of(&[1, 2, 3, 4, 5]), 6);
        assert_eq!(most_places(&[]), 1);
    }

    #[test]
    fn a_lead_counts_with_what_follows_it() {
        assert_eq!(price("lead = 'key: '\npattern = '[a-z]{8,64}'"), 2);
        // `key=` may stand in the value, every fourth byte.
        let price = price("lead = 'key='\npattern = '[a-z=]{8,63}'");
        assert!((16..=19).contains(&price), "{price}");
    }

    #[test]
    fn a_mark_outside_the_alphabet_never_comes() {
        let alphabet = crate::rules::lint::alphabet("[a-z;]").unwrap();
        assert!(can_end(";", &alphabet) && can_end("(?:9|z;)", &alphabet));
        assert!(!can_end("END", &alphabet) && !can_end(";;9", &alphabet));
    }
}
