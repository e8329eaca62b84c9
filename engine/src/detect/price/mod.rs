//! What a rule may cost at worst: how many bytes its automata read for one byte of input.
//!
//! A start is read from its first byte until it is dead, so a byte is read once by each start that is alive there: the
//! price is how many starts can be alive at one place. There are two bounds for that, and the less counts.
//!
//! *By distances* (`places`): two starts can be alive only if their distance is one at which some text keeps both alive,
//! and a set of starts only if every distance in it is such a one. So there can be no more than in the largest set of
//! places, the first one 0, all of whose differences are among those distances.
//!
//! *By ways* (`starts`): all starts that are alive at a place lie on the way of the oldest one, which is alive all the
//! while. So there can be no more than there are places on one of its ways where another may start that lives on with
//! it. Two of them in a row are no nearer than the least of those distances, and the first lives when the second
//! starts.
//!
//! Most starts die young, and a bound that looks at their first byte alone says too much. So starts of at least some age
//! are counted too, and to those are added the younger ones, by distances. Triggers are left out, and where a search
//! gets long it takes what it does not know for possible: the price is never less than the truth. It is the same on
//! every machine.
//!
//! Of runs that lie in each other, one is read: see `of_runs`. Not those that a plan keeps for the caller and masks in
//! what is recorded: each of them is told, and read.
//!
//! With a lead, its own starts count, and those of the pattern, which are the lead's ends: each of them is read once,
//! however many leads end there. Where leads may end is asked of a few bytes before alone (`window`): what is not known
//! counts as possible. The byte that ends a match or kills a start is not counted.

mod places;
mod starts;
mod window;

use self::starts::Starts;
use super::automaton::{self, Automaton, Progress, State};
use super::detector::{Detector, Run};
use super::determinise::{Kind, Work};
use super::run::LONGEST_MARK;
use crate::rules::DetectorRule;
use std::collections::HashSet;

/// The most bytes that a rule's automata may read for one byte of input.
pub(crate) const MOST: usize = 16;

/// No better bound than this is sought.
const ENOUGH: usize = 8;

/// No better one of a lead: what follows it counts too.
const LEAD_ENOUGH: usize = 3;

/// How many of the last bytes are asked where a lead ends; more only if less does not do.
const WINDOWS: [usize; 2] = [3, 24];

/// The most bytes that a rule's automata read for each byte of input.
pub(crate) fn verified(rule: &DetectorRule, detector: &Detector) -> usize {
    let longest = |pattern: &str| {
        let hir = automaton::parse(pattern);
        hir.and_then(|hir| hir.properties().maximum_len())
            .unwrap_or(super::detector::LONGEST)
    };
    let pattern = longest(&rule.pattern);
    let runs = detector
        .run
        .as_ref()
        .map_or(0, |run| of_runs(rule, detector, run));
    let Some(lead) = &detector.lead else {
        // A run before the automaton is looked back over once for each start, and starts part it.
        let before = usize::from(detector.run_before.is_some());
        return runs + before + Starts::of(&detector.automaton, pattern).alive(ENOUGH);
    };
    let leads = longest(rule.lead.as_deref().unwrap_or_default());
    let leads = Starts::of(lead, leads).alive(LEAD_ENOUGH);
    let enough = MOST.saturating_sub(leads + runs);
    let mut least = usize::MAX;
    for bytes in WINDOWS {
        if least.saturating_add(leads + runs) > MOST {
            let starts = &mut Starts::behind(&detector.automaton, pattern, lead, bytes);
            least = least.min(starts.alive(enough));
        }
    }
    runs + leads + least
}

/// What open runs cost: one of them is read, and one that lies in it only until their end marks stand alike. That is so
/// once the longest mark fits between: so long it is read for both, and so much before it to know where the mark of the
/// first one stands.
fn of_runs(rule: &DetectorRule, detector: &Detector, run: &Run) -> usize {
    if run.end.is_none() {
        return 1;
    }
    if run.longest > LONGEST_MARK {
        return super::detector::LONGEST;
    }
    let pattern = automaton::parse(&rule.pattern);
    let shortest = pattern.and_then(|pattern| pattern.properties().minimum_len());
    let longest = super::detector::LONGEST;
    let apart = Starts::of(&detector.automaton, longest).apart(shortest.unwrap_or(1));
    1 + (3 * (run.longest + 2)).div_ceil(apart)
}

/// The bytes that may stand before a start, as boundaries tell them apart.
const BEFORE: [Option<u8>; 5] = [None, Some(b'a'), Some(b'\n'), Some(b'\r'), Some(b' ')];

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
    use rayon::prelude::*;

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
    fn runs_count_with_what_is_read_of_those_in_them() {
        assert_eq!(
            price(
                r"pattern = 'KEY-[0-9]{8}'
run = { alphabet = '[0-9A-Z-]' }"
            ),
            2
        );
        // Three times the mark and a little, for every nine bytes.
        assert_eq!(
            price(
                r"pattern = 'BEGIN-[0-9]{3}'
run = { alphabet = '[0-9A-Z-]', end = 'END' }"
            ),
            4
        );
        // Two of these share a hyphen.
        assert_eq!(
            price(
                r"pattern = '-KEY-'
run = { alphabet = '[0-9A-Z-]', end = 'END' }"
            ),
            7
        );
    }

    #[test]
    fn what_can_hold_few_of_them_costs_as_many() {
        // Behind each hyphen of four another may begin.
        assert_eq!(price(r"pattern = '\b[a-z]{20,60}(?:-[a-z]{1,60}){0,4}'"), 5);
        // The second of two begins only where the first is about to end.
        assert!(price(r"pattern = '\bid\.[a-z-]{1,300}\.[a-z]{86}'") <= 3);
    }

    #[test]
    fn no_rule_of_the_catalogue_costs_more_than_it_may() {
        let rules = Ruleset::builtin("strict").unwrap();
        let all = rules.source().detectors.iter().zip(&rules.rules().detectors.all);
        let mut asked = HashSet::new();
        let each: Vec<_> = all
            .filter(|(rule, _)| asked.insert((&rule.lead, &rule.pattern, rule.run.is_some())))
            .collect();
        let dear: Vec<_> = each
            .par_iter()
            .map(|(rule, detector)| (&rule.id, verified(rule, detector)))
            .filter(|(_, price)| *price > MOST)
            .collect();
        assert_eq!(dear, []);
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
