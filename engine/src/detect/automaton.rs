//! A pattern as one anchored automaton.

use super::determinise::{Kind, MATCHED, Oversize, SIZE, Table, Work, determinise};
use regex_automata::nfa::thompson::{self, NFA};
use regex_syntax::hir::Hir;

/// A pattern, fully determinised. It reports every end of a match that starts where it was started.
#[derive(Clone, Debug)]
pub(crate) struct Automaton {
    /// The column of each byte.
    columns: [u8; 256],
    /// Row by row: where a byte leads.
    rows: Box<[u32]>,
    /// The column of the text's end.
    end: usize,
    /// By what stands before the match.
    starts: [State; 5],
}

/// Where an automaton stands. Four bytes: this is all of a candidate's progress that outlives a push.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct State(u32);

impl State {
    /// No match can end from here on.
    pub(super) const DEAD: Self = Self(0);
}

/// What a byte did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Some match may still end later.
    Alive,
    /// A match ended before this byte; more may end later.
    Matched,
    /// No match ends later.
    Dead,
}

/// Reads a pattern: bytes, ASCII classes and boundaries. `None` if it is malformed.
pub(crate) fn parse(pattern: &str) -> Option<Hir> {
    let mut parser = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .unicode(false)
        .build();
    let hir = parser.parse(pattern).ok()?;
    // A pattern may still ask for Unicode itself.
    (!hir.properties().look_set().contains_word_unicode()).then_some(hir)
}

impl Automaton {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// It needs more memory or work than it may.
    pub(crate) fn new(pattern: &Hir, work: &mut Work) -> Result<Self, Oversize> {
        Self::of_all(&[pattern], work)
    }

    /// Compiles patterns into one automaton; [`Self::ending`] tells them apart.
    ///
    /// # Errors
    /// They need more memory or work than they may, or are more than 32.
    pub(super) fn of_all(patterns: &[&Hir], work: &mut Work) -> Result<Self, Oversize> {
        if patterns.len() > 32 {
            return Err(Oversize);
        }
        let config = thompson::Config::new()
            .utf8(false)
            .which_captures(thompson::WhichCaptures::None)
            .nfa_size_limit(Some(SIZE));
        let nfa = NFA::compiler()
            .configure(config)
            .build_many_from_hir(patterns)
            .map_err(|_| Oversize)?;
        let Table {
            columns,
            width,
            rows,
            starts,
        } = determinise(&nfa, work)?;
        Ok(Self {
            columns,
            rows: rows.into_boxed_slice(),
            end: width.saturating_sub(1),
            starts: starts.map(State),
        })
    }

    /// One that matches nothing.
    pub(super) fn nothing() -> Self {
        Self {
            columns: [0; 256],
            rows: Box::default(),
            end: 0,
            starts: [State::DEAD; 5],
        }
    }

    /// The state before a match, given the byte before it; `None` if no match can begin after that byte.
    #[inline]
    pub(crate) fn start(&self, before: Option<u8>) -> Option<State> {
        let start = self.starts.get(Kind::of(before) as usize);
        start.copied().filter(|start| *start != State::DEAD)
    }

    /// Reads one byte.
    #[inline]
    pub(crate) fn step(&self, state: &mut State, byte: u8) -> Progress {
        let column = usize::from(self.columns[usize::from(byte)]);
        let entry = self
            .rows
            .get(state.0 as usize + column)
            .copied()
            .unwrap_or_default();
        *state = State(entry & !MATCHED);
        match entry {
            0 => Progress::Dead,
            MATCHED.. => Progress::Matched,
            _ => Progress::Alive,
        }
    }

    /// Reads bytes up to the first that is not only [`Progress::Alive`]: its index, and what it did.
    #[inline]
    pub(crate) fn read(&self, state: &mut State, bytes: &[u8]) -> Option<(usize, Progress)> {
        let mut row = state.0;
        for (at, byte) in bytes.iter().enumerate() {
            let column = usize::from(self.columns[usize::from(*byte)]);
            let entry = self.rows.get(row as usize + column).copied().unwrap_or_default();
            // Dead is 0, and what has matched has the highest bit.
            if entry.wrapping_sub(1) >= MATCHED - 1 {
                *state = State(entry & !MATCHED);
                let progress = if entry == 0 {
                    Progress::Dead
                } else {
                    Progress::Matched
                };
                return Some((at, progress));
            }
            row = entry;
        }
        *state = State(row);
        None
    }

    /// Whether a match ends at the end of the text.
    pub(crate) fn ends(&self, state: State) -> bool {
        self.ending(state) != 0
    }

    /// Bit `i` says that pattern `i` ends at the end of the text.
    pub(super) fn ending(&self, state: State) -> u32 {
        self.rows
            .get(state.0 as usize + self.end)
            .copied()
            .unwrap_or_default()
    }

    /// The column of a byte: bytes of one column are the same to the pattern.
    pub(super) fn column(&self, byte: u8) -> u8 {
        self.columns[usize::from(byte)]
    }

    /// The memory it has, in bytes: at most 2 MiB and a little.
    pub(crate) fn size(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.rows)
    }

    /// Every end of a match of `text[from..]`, at most at the end of `text`, shortest first.
    pub(crate) fn ends_from(&self, text: &[u8], from: usize, ends: &mut Vec<usize>) {
        ends.clear();
        let before = from.checked_sub(1).and_then(|at| text.get(at)).copied();
        let Some(mut state) = self.start(before) else {
            return;
        };
        for (at, byte) in text.iter().enumerate().skip(from) {
            match self.step(&mut state, *byte) {
                Progress::Alive => {}
                Progress::Matched => ends.push(at),
                Progress::Dead => return,
            }
        }
        if self.ends(state) {
            ends.push(text.len());
        }
    }

    /// Whether `text[from..]` is the beginning of a match, and no match ends in it.
    #[cfg(any(test, feature = "oracle"))]
    pub(crate) fn lives_from(&self, text: &[u8], from: usize) -> bool {
        let before = from.checked_sub(1).and_then(|at| text.get(at)).copied();
        let Some(mut state) = self.start(before) else {
            return false;
        };
        let mut rest = text.iter().skip(from);
        rest.all(|byte| self.step(&mut state, *byte) == Progress::Alive) && !self.ends(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex_automata::dfa::{Automaton as _, StartKind, dense};
    use regex_automata::util::start;
    use regex_automata::{Anchored, MatchKind};

    fn compiled(pattern: &str) -> Automaton {
        Automaton::new(&parse(pattern).unwrap(), &mut Work::new()).unwrap()
    }

    /// What another builder makes of it: every end of a match from a place.
    fn reference(pattern: &str) -> impl Fn(&[u8], usize) -> Vec<usize> {
        let config = thompson::Config::new().utf8(false);
        let nfa = NFA::compiler()
            .configure(config)
            .build_from_hir(&parse(pattern).unwrap())
            .unwrap();
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Anchored);
        let dfa = dense::Builder::new()
            .configure(config)
            .build_from_nfa(&nfa)
            .unwrap();
        move |text, from| {
            let before = from.checked_sub(1).map(|at| text[at]);
            let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
            let mut state = dfa.start_state(&config).unwrap();
            let mut ends = Vec::new();
            for at in from..=text.len() {
                state = match text.get(at) {
                    Some(byte) => dfa.next_state(state, *byte),
                    None => dfa.next_eoi_state(state),
                };
                if dfa.is_match_state(state) {
                    ends.push(at);
                }
            }
            ends
        }
    }

    fn assert_same(pattern: &str, text: &[u8]) {
        let (ours, theirs) = (compiled(pattern), reference(pattern));
        let mut ends = Vec::new();
        for from in 0..=text.len() {
            ours.ends_from(text, from, &mut ends);
            assert_eq!(ends, theirs(text, from), "{pattern} on {text:?} from {from}");
        }
    }

    #[test]
    fn every_end_is_found_and_boundaries_look_behind() {
        let word = compiled(r"\b[a-z]+\.[a-z]{2,3}");
        let mut ends = Vec::new();
        word.ends_from(b"(ab.comx", 1, &mut ends);
        assert_eq!(ends, [6, 7]);
        word.ends_from(b"(ab.comx", 2, &mut ends);
        assert!(ends.is_empty());
        word.ends_from(b"ab.co", 0, &mut ends);
        assert_eq!(ends, [5]);
        assert!(parse(r"\w(").is_none());
        assert!(parse(r"(?u)\b").is_none());
    }

    #[test]
    fn nothing_begins_where_a_boundary_forbids_it() {
        let start = compiled("^a");
        assert!(start.start(None).is_some());
        assert_eq!(start.start(Some(b'\n')), None);
        let line = compiled("(?m)^a");
        assert!(line.start(Some(b'\n')).is_some());
        assert_eq!(line.start(Some(b'\r')), None);
    }

    #[test]
    fn patterns_are_told_apart() {
        let all = ["a", "ab?", "[bc]"].map(|pattern| parse(pattern).unwrap());
        let all = Automaton::of_all(&all.each_ref(), &mut Work::new()).unwrap();
        let after = |text: &[u8]| {
            let mut state = all.start(None).unwrap();
            text.iter().for_each(|byte| {
                all.step(&mut state, *byte);
            });
            all.ending(state)
        };
        assert_eq!([b"a", b"b", b"x"].map(|text| after(text)), [0b011, 0b100, 0]);
        assert_eq!(after(b"ab"), 0b010);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        for pattern in ["[ab]{0,100}a[ab]{20}", "(?:[a-z]{1,9}[0-9a-z]{1,9}){1,99}"] {
            let refused = Automaton::new(&parse(pattern).unwrap(), &mut Work::new());
            assert_eq!(refused.err(), Some(Oversize), "{pattern}");
        }
        // 300 states of two columns and the end's.
        assert!(compiled("a{299}").size() < size_of::<Automaton>() + 302 * 3 * 4);
    }

    #[test]
    fn boundaries_mean_what_they_mean_elsewhere() {
        let looks = [
            r"\b",
            r"\B",
            "^",
            "$",
            "(?m:^)",
            "(?m:$)",
            "(?mR:^)",
            "(?mR:$)",
            r"\b{start}",
            r"\b{end}",
            r"\b{start-half}",
            r"\b{end-half}",
        ];
        for look in looks {
            for pattern in [
                format!("{look}."),
                format!("(?s:.){look}"),
                format!("[^a]{look}{look}[^b]"),
            ] {
                for text in [
                    "",
                    "a",
                    "\r\n",
                    "\n\r",
                    "a\r\n\r\nb",
                    "a\nb",
                    " a_1- é",
                    "\n\n",
                    "\r\r",
                ] {
                    assert_same(&pattern, text.as_bytes());
                }
            }
            for other in looks {
                assert_same(&format!("[^x]?{look}{other}[^y]?"), b"a \r\nb\n\n-a");
            }
        }
    }

    fn pattern() -> impl Strategy<Value = String> {
        let leaves = [
            "a",
            "b",
            "_",
            "1",
            "-",
            " ",
            r"\n",
            r"\r",
            "é",
            "[ab]",
            "[a-z0-9]",
            "[^a]",
            ".",
            r"\w",
            r"\s",
            "(?s:.)",
            "(?i:ab)",
            r"\b",
            r"\B",
            "^",
            "$",
            "(?m:^)",
            "(?m:$)",
            "(?mR:^)",
            "(?mR:$)",
            r"\b{start}",
            r"\b{end}",
            r"\b{start-half}",
            r"\b{end-half}",
        ];
        let leaf = proptest::sample::select(leaves.to_vec()).prop_map(str::to_owned);
        leaf.prop_recursive(4, 24, 4, |inner| {
            let times = proptest::sample::select(&["?", "*", "+", "{2}", "{1,3}", "{0,4}", "{2,}"][..]);
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..5).prop_map(|parts| parts.concat()),
                proptest::collection::vec(inner.clone(), 2..4)
                    .prop_map(|parts| format!("(?:{})", parts.join("|"))),
                (inner, times).prop_map(|(part, times)| format!("(?:{part}){times}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn ends_are_those_another_builder_finds(
            pattern in pattern(),
            text in proptest::collection::vec(proptest::sample::select(&b"aabb_1- \n\r\xC3\xA9"[..]), 0..14),
        ) {
            assert_same(&pattern, &text);
        }
    }

    #[test]
    fn the_catalogue_is_read_as_another_builder_reads_it() {
        for rule in &crate::Source::builtin("default").unwrap().detectors {
            let text = [&rule.examples[..], &rule.counter_examples].concat().join(" ");
            assert_same(&rule.pattern, text.as_bytes());
            rule.lead
                .iter()
                .for_each(|lead| assert_same(lead, text.as_bytes()));
        }
    }
}
