//! What a rule may cost at worst: how many bytes its automata read for one byte of input.
//!
//! A start is read from its first byte until it is dead, so that a byte is read once by each start that is alive there.
//! How many those can be rests on how near two starts can be that live at the same time: their least distance `gap`.
//! No more than `longest / gap` are then alive together, and the most that a text can make of it is
//!
//! ```text
//! longest / gap   starts whose trigger is complete
//! + head / near   starts in their literal prefix, which may still turn out to be none; 0 without one
//! ```
//!
//! The byte that ends a match or kills a start is not counted. With a lead, the same for the lead alone, and for the pattern, whose starts are the lead's ends: each of those is
//! read once for every start of the lead that ends there. Triggers that are shapes are left out, so this is an upper
//! bound. It is the same on every machine.

use super::anchor::Trigger;
use super::automaton::{self, Automaton, Progress, State};
use super::detector::Detector;
use super::determinise::{Kind, Work};
use crate::rules::DetectorRule;
use std::collections::{HashMap, HashSet};

/// The most pairs of states looked at for one distance: with more, the distance known so far stands, which is less than
/// the true one.
const PAIRS: usize = 60_000;

/// The most bytes that a rule's automata read for each byte of input: 1.0 where starts cannot overlap.
pub(crate) fn verified(rule: &DetectorRule, detector: &Detector) -> f64 {
    let longest = |pattern: &str| {
        let hir = automaton::parse(pattern);
        hir.and_then(|hir| hir.properties().maximum_len())
            .unwrap_or(super::detector::LONGEST)
    };
    let pattern = longest(&rule.pattern);
    let Some(lead) = &detector.lead else {
        let head = head(&detector.trigger);
        // A run before the automaton is looked back over once for each start, and starts part it.
        let run = usize::from(detector.run_before.is_some()) as f64;
        return run + of_starts(&detector.automaton, pattern, head);
    };
    let lead_longest = longest(rule.lead.as_deref().unwrap_or_default());
    let of_lead = of_starts(lead, lead_longest, head(&detector.trigger));
    let gap = gap_of_starts(lead, lead_longest, 1).unwrap_or(lead_longest);
    // So many starts of the lead may end at one place.
    let together = 1 + lead_longest.saturating_sub(1) / gap.max(1);
    let gap = gap_of_ends(rule.lead.as_deref().unwrap_or_default(), &detector.automaton, pattern);
    of_lead + (together * pattern) as f64 / gap.unwrap_or(pattern * together).max(1) as f64
}

/// The bytes of the shortest literal prefix that has to be complete before a start counts.
fn head(trigger: &Trigger) -> usize {
    match trigger {
        Trigger::Heads(heads) => heads.iter().map(|head| head.row.len()).min().unwrap_or(1).max(1),
        _ => 1,
    }
}

/// What starts of one automaton cost: see above.
fn of_starts(automaton: &Automaton, longest: usize, head: usize) -> f64 {
    let gap = gap_of_starts(automaton, longest, head);
    let near = gap_of_starts(automaton, longest, 1);
    // Where both are the same, the ones in their prefix are counted already.
    let partly = near.filter(|_| near != gap).map_or(0.0, |near| head as f64 / near.max(1) as f64);
    longest as f64 / gap.unwrap_or(longest).max(1) as f64 + partly
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

/// The least distance of two starts of an automaton that are both alive after the second one's first `head` bytes;
/// `None` if there is none.
fn gap_of_starts(automaton: &Automaton, longest: usize, head: usize) -> Option<usize> {
    let sorts = sorts(&[automaton]);
    let mut known = HashMap::new();
    let mut seen = HashSet::new();
    // Where the first start may stand, and the byte before.
    let mut level: Vec<(State, u8)> = Vec::new();
    for start in BEFORE.into_iter().filter_map(|before| automaton.start(before)) {
        for byte in &sorts {
            level.extend(after(automaton, start, *byte).map(|state| (state, *byte)));
        }
    }
    for distance in 1..longest {
        let mut next = Vec::new();
        for (state, before) in level.drain(..) {
            if !seen.insert((state, Kind::of(Some(before)) as u8)) {
                continue;
            }
            if seen.len() + known.len() > PAIRS {
                return Some(distance);
            }
            let second = automaton.start(Some(before));
            if second.is_some_and(|second| live_together(automaton, &sorts, (state, second), head, &mut known)) {
                return Some(distance);
            }
            for byte in &sorts {
                next.extend(after(automaton, state, *byte).map(|state| (state, *byte)));
            }
        }
        if next.is_empty() {
            return None;
        }
        level = next;
    }
    None
}

/// Whether some text keeps two states of an automaton alive for so many bytes.
fn live_together(
    automaton: &Automaton,
    sorts: &[u8],
    (one, other): (State, State),
    bytes: usize,
    known: &mut HashMap<(State, State, usize), bool>,
) -> bool {
    if bytes == 0 {
        return true;
    }
    if let Some(known) = known.get(&(one, other, bytes)) {
        return *known;
    }
    let lives = sorts.iter().any(|byte| {
        match (after(automaton, one, *byte), after(automaton, other, *byte)) {
            (Some(one), Some(other)) => live_together(automaton, sorts, (one, other), bytes - 1, known),
            _ => false,
        }
    });
    known.insert((one, other, bytes), lives);
    lives
}

/// The least distance of two ends of a lead where the pattern that began at the first lives on at the second; `None` if
/// there is none.
fn gap_of_ends(lead: &str, pattern: &Automaton, longest: usize) -> Option<usize> {
    let search = automaton::parse(&format!("(?s-u:.)*(?:{lead})"));
    let search = search.and_then(|hir| Automaton::new(&hir, &mut Work::new()).ok());
    let Some(search) = search else {
        // The lead is too large to be looked for everywhere: whatever the pattern allows.
        return gap_of_starts(pattern, longest, 1);
    };
    let sorts = sorts(&[&search, pattern]);
    let mut level = ends_of(&search, pattern, &sorts);
    let mut seen = HashSet::new();
    for distance in 1..longest {
        let mut next = Vec::new();
        for (lead, state, before) in level.drain(..) {
            if !seen.insert((lead, state, Kind::of(Some(before)) as u8)) {
                continue;
            }
            if seen.len() > PAIRS {
                return Some(distance);
            }
            for byte in &sorts {
                let Some(on) = after(pattern, state, *byte) else {
                    continue;
                };
                let mut lead = lead;
                let ended = search.step(&mut lead, *byte) == Progress::Matched;
                let begins = || after(pattern, pattern.start(Some(before))?, *byte);
                if ended && begins().is_some() {
                    return Some(distance);
                }
                next.push((lead, on, *byte));
            }
        }
        if next.is_empty() {
            return None;
        }
        level = next;
    }
    None
}

/// Where a lead may have ended one byte ago and the pattern begun: both states, and that byte.
fn ends_of(search: &Automaton, pattern: &Automaton, sorts: &[u8]) -> Vec<(State, State, u8)> {
    let mut begun = Vec::new();
    let mut seen = HashSet::new();
    let mut open: Vec<(State, Option<u8>)> = search.start(None).map(|state| (state, None)).into_iter().collect();
    while let Some((state, before)) = open.pop() {
        if !seen.insert((state, Kind::of(before) as u8)) || seen.len() > PAIRS {
            continue;
        }
        for byte in sorts {
            let mut next = state;
            let progress = search.step(&mut next, *byte);
            if progress == Progress::Matched
                && let Some(start) = pattern.start(before)
                && let Some(first) = after(pattern, start, *byte)
            {
                begun.push((next, first, *byte));
            }
            if progress != Progress::Dead {
                open.push((next, Some(*byte)));
            }
        }
    }
    begun
}

/// Whether a run may come to its end mark: some match of the mark has only bytes of the run's alphabet.
pub(crate) fn can_end(mark: &str, alphabet: &[bool; 256]) -> bool {
    let mark = automaton::parse(mark).and_then(|hir| Automaton::new(&hir, &mut Work::new()).ok());
    let Some(mark) = mark else { return true };
    let mut seen = HashSet::new();
    let mut open: Vec<State> = BEFORE.into_iter().filter_map(|before| mark.start(before)).collect();
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

    fn price(rule: &str) -> f64 {
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
            assert_eq!(price(rule), 1.0, "{rule}");
        }
    }

    #[test]
    fn starts_that_overlap_are_read_as_often() {
        // One at every byte, each of 64 bytes.
        assert_eq!(price("pattern = '[a-z0-9]{20,64}'"), 64.0);
        // After each `-` a word begins, and the `-` itself is at a boundary too.
        assert_eq!(price(r"pattern = '\b[a-z0-9-]{20,64}'"), 64.0);
        // A word of at least one letter and the hyphen.
        assert_eq!(price(r"pattern = '\b[a-z0-9][a-z0-9-]{19,63}'"), 32.0);
        // The prefix can stand in the value.
        assert!((price(r"pattern = 'sk_[a-z_]{20,60}'") - 63.0 / 3.0).abs() < 1.1);
        // It cannot: what may be one is read up to where it is none.
        assert!(price(r"pattern = 'sk-[a-z]{20,60}'") <= 2.0);
    }

    #[test]
    fn a_lead_counts_with_what_follows_it() {
        assert!(price("lead = 'key: '\npattern = '[a-z]{8,64}'") <= 3.0);
        // `key=` may stand in the value, every fourth byte.
        let price = price("lead = 'key='\npattern = '[a-z=]{8,63}'");
        assert!((16.0..=19.0).contains(&price), "{price}");
    }

    #[test]
    fn a_mark_outside_the_alphabet_never_comes() {
        let alphabet = crate::rules::lint::alphabet("[a-z;]").unwrap();
        assert!(can_end(";", &alphabet) && can_end("(?:9|z;)", &alphabet));
        assert!(!can_end("END", &alphabet) && !can_end(";;9", &alphabet));
    }
}
