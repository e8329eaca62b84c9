//! All paths of a rule set as one deterministic automaton.
//!
//! Over the names and indices that occur in the paths, and "any other". A state is
//! split in two: what may still match below (its *row* of transitions, shared by all states that differ only in
//! what they match) and what matches here. Most rows differ from "any other" in a few names, so a row keeps only
//! those, sorted: a step is one hash of the name and a binary search in a short list.

use super::Pattern;
use super::build::Builder;
use crate::Case;
use std::collections::HashMap;

/// Where we are: on the ways of the paths that begin at a record, and, in the arguments of a function that some path names,
/// on the ways of those that begin there. Belongs to the [`Paths`] it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathState {
    pub(super) record: u32,
    /// [`DEAD`] outside of such arguments.
    pub(super) function: u32,
}

impl PathState {
    /// On the ways that begin at a record, and on no others.
    pub(super) fn of_record(record: u32) -> Self {
        Self {
            record,
            function: DEAD,
        }
    }

    /// Each of the two states that leads anywhere.
    fn ways(self) -> impl Iterator<Item = u32> {
        [
            Some(self.record),
            Some(self.function).filter(|state| *state != DEAD),
        ]
        .into_iter()
        .flatten()
    }
}

/// The paths need more states or transitions than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// All paths, compiled. Immutable.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// Names compared byte for byte.
    pub(super) exact: HashMap<Box<[u8]>, Symbol>,
    /// Names compared without ASCII case, in lower case.
    pub(super) folded: HashMap<Box<[u8]>, Symbol>,
    /// Bytes of the longest folded name: a longer one needs no folding.
    pub(super) longest_folded: usize,
    /// Elements asked for by number.
    pub(super) indices: HashMap<u64, Symbol>,
    /// Invariant: state 0 is dead and matches nothing; state 1 is the root.
    pub(super) states: Vec<State>,
    /// Invariant: row 0 leads nowhere.
    pub(super) rows: Vec<Row>,
    /// By row, whether it leads to a match by other names, elements and documents in strings alone.
    pub(super) loud: Vec<bool>,
    /// Where other names alone lead: after so many, the last one after more. Invariant: not empty.
    pub(super) plain: Vec<PathState>,
    /// Where the paths begin that are a function's: a state, by the function's name.
    pub(super) functions: HashMap<Box<str>, u32>,
}

/// A name or index that some path asks for.
pub(super) type Symbol = u32;

/// One state.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Which row of transitions. Invariant: below `rows.len()`.
    pub(super) row: u32,
    /// Patterns that match here, ascending.
    pub(super) matches: Box<[u16]>,
}

/// Where each step leads. Invariant: every number is a state.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// A member or element of any other name or number.
    pub(super) other: u32,
    /// The document in a string.
    pub(super) nested: u32,
    /// The same where that document is a record of its own too.
    pub(super) record: u32,
    /// By name or index; sorted by symbol.
    pub(super) special: Vec<(Symbol, u32)>,
}

/// The state under which nothing can match.
pub(super) const DEAD: u32 = 0;
/// The state of the record itself.
pub(super) const ROOT: u32 = 1;

impl Paths {
    /// Compiles patterns; they are known by their index from here on.
    ///
    /// # Errors
    /// More than 65,536 states, 65,535 patterns, or an unreasonable amount of work.
    #[cfg(test)]
    pub(crate) fn compile(patterns: &[(Pattern, Case)]) -> Result<Self, TooLarge> {
        Self::compile_from(patterns, &vec![None; patterns.len()])
    }

    /// The same, where some of them begin at the arguments of a function: for each pattern, which one's.
    ///
    /// # Errors
    /// As [`Self::compile`].
    pub(crate) fn compile_from(
        patterns: &[(Pattern, Case)],
        functions: &[Option<&str>],
    ) -> Result<Self, TooLarge> {
        Builder::new(patterns, functions)?.build()
    }

    /// Whether there are no patterns at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_dead(self.root()) && self.matches(self.root()).next().is_none() && self.functions.is_empty()
    }

    /// The record itself.
    pub(crate) fn root(&self) -> PathState {
        PathState::of_record(ROOT)
    }

    /// The state under which nothing matches: for subtrees skipped by depth.
    pub(crate) fn dead(&self) -> PathState {
        PathState::of_record(DEAD)
    }

    /// In the arguments of a function, which lie here.
    pub(crate) fn in_function(&self, at: PathState, name: &str) -> PathState {
        PathState {
            function: self.functions.get(name).copied().unwrap_or(DEAD),
            ..at
        }
    }

    /// Down to a member of an object.
    pub(crate) fn member(&self, at: PathState, decoded_name: &[u8]) -> PathState {
        // A row without exceptions needs no look at the name: all of the document for rules without fields,
        // and most of it for others.
        let asks = at.ways().any(|state| !self.row(state).special.is_empty());
        let symbol = if asks { self.name(decoded_name) } else { None };
        self.step(at, |row| row.target(symbol))
    }

    /// Down to an element of an array.
    pub(crate) fn element(&self, at: PathState, index: u64) -> PathState {
        let asks = at.ways().any(|state| !self.row(state).special.is_empty());
        let symbol = if asks {
            self.indices.get(&index).copied()
        } else {
            None
        };
        self.step(at, |row| row.target(symbol))
    }

    /// Into the document in the string here.
    pub(crate) fn nested(&self, at: PathState) -> PathState {
        self.step(at, |row| row.nested)
    }

    /// Into the document in the string here, which is a record of its own too: paths from a record match in it. If the
    /// string is what a function is given, so is the document.
    pub(crate) fn record(&self, at: PathState) -> PathState {
        PathState {
            record: self.row(at.record).record,
            function: at.function,
        }
    }

    /// Takes a step on all ways.
    fn step(&self, at: PathState, then: impl Fn(&Row) -> u32) -> PathState {
        PathState {
            record: then(self.row(at.record)),
            function: match at.function {
                DEAD => DEAD,
                state => then(self.row(state)),
            },
        }
    }

    /// Indices of the patterns that match exactly here, each once.
    pub(crate) fn matches(&self, at: PathState) -> impl Iterator<Item = u16> {
        at.ways()
            .filter_map(|state| self.states.get(state as usize))
            .flat_map(|state| state.matches.iter().copied())
    }

    /// Whether nothing below can match, not even in a document in a string. What matches here is another question.
    pub(crate) fn is_dead(&self, at: PathState) -> bool {
        at.ways()
            .filter_map(|state| self.states.get(state as usize))
            .all(|state| state.row == 0)
    }

    /// Whether nothing below can match without a name that some path asks for on the way, or a document in a string.
    pub(crate) fn is_quiet(&self, at: PathState) -> bool {
        let is_loud = |state: &State| self.loud.get(state.row as usize).copied().unwrap_or_default();
        !at.ways()
            .filter_map(|state| self.states.get(state as usize))
            .any(is_loud)
    }

    /// Whether something matches here, or may below where nobody has to ask for a name.
    pub(crate) fn asks_at(&self, at: PathState) -> bool {
        self.matches(at).next().is_some() || !self.is_quiet(at)
    }

    /// The names that some path asks for.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&[u8], Case)> {
        let exact = self.exact.keys().map(|name| (&**name, Case::Exact));
        exact.chain(self.folded.keys().map(|name| (&**name, Case::Ignore)))
    }

    /// Whether some path asks for a name.
    pub(crate) fn asks_for(&self, decoded_name: &[u8]) -> bool {
        self.name(decoded_name).is_some()
    }

    /// Where so many steps lead from the record of which no path asks for one.
    pub(crate) fn plain(&self, steps: usize) -> PathState {
        let known = self.plain.get(steps).or(self.plain.last());
        known.copied().unwrap_or(self.root())
    }

    /// Whether a name leads elsewhere than other names.
    pub(crate) fn deviates(&self, at: PathState, decoded_name: &[u8]) -> bool {
        self.member(at, decoded_name) != self.step(at, |row| row.other)
    }

    /// Whether some path asks for an element by its number.
    pub(crate) fn counts(&self) -> bool {
        !self.indices.is_empty()
    }

    /// A state's transitions; the dead row's for a state of other paths.
    fn row(&self, at: u32) -> &Row {
        static NOWHERE: Row = Row {
            other: DEAD,
            nested: DEAD,
            record: ROOT,
            special: Vec::new(),
        };
        self.states
            .get(at as usize)
            .and_then(|state| self.rows.get(state.row as usize))
            .unwrap_or(&NOWHERE)
    }

    /// The symbol of a name, if a path asks for it. An exact name's symbol stands for its folded form too.
    fn name(&self, name: &[u8]) -> Option<Symbol> {
        if let Some(symbol) = self.exact.get(name) {
            return Some(*symbol);
        }
        if name.len() > self.longest_folded {
            return None;
        }
        let mut short = [0_u8; 64];
        match short.get_mut(..name.len()) {
            Some(folded) => {
                folded.copy_from_slice(name);
                folded.make_ascii_lowercase();
                self.folded.get(&*folded).copied()
            }
            None => self.folded.get(name.to_ascii_lowercase().as_slice()).copied(),
        }
    }
}

impl Row {
    /// Where a symbol leads, or where any other does.
    fn target(&self, symbol: Option<Symbol>) -> u32 {
        symbol
            .and_then(|symbol| {
                let found = self.special.binary_search_by_key(&symbol, |entry| entry.0).ok()?;
                self.special.get(found)
            })
            .map_or(self.other, |entry| entry.1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reach, Select, Step};
    use super::*;
    use proptest::prelude::*;

    /// A way down, as a document has it.
    #[derive(Clone, Debug)]
    enum Down {
        Member(String),
        Element(u64),
        Nested,
    }

    /// The specification: whether the steps match the whole way, by trying everything.
    fn matches(steps: &[Step], case: Case, way: &[Down]) -> bool {
        let Some((step, later)) = steps.split_first() else {
            return way.is_empty();
        };
        let Some((down, below)) = way.split_first() else {
            return false;
        };
        let Step::Into(reach, select) = step else {
            return matches!(down, Down::Nested) && matches(later, case, below);
        };
        let taken = match (down, select) {
            (Down::Nested, _) => return false,
            (_, Select::Any) => true,
            (Down::Member(name), Select::Name(wanted)) => match case {
                Case::Exact => name == &**wanted,
                Case::Ignore => name.eq_ignore_ascii_case(wanted),
            },
            (Down::Element(index), Select::Index(wanted)) => index == wanted,
            _ => false,
        };
        taken && matches(later, case, below) || *reach == Reach::Below && matches(steps, case, below)
    }

    fn compile(patterns: &[(&str, Case)]) -> Paths {
        let patterns: Vec<_> = patterns
            .iter()
            .map(|(path, case)| (Pattern::parse(path).unwrap(), *case))
            .collect();
        Paths::compile(&patterns).unwrap()
    }

    fn walk(paths: &Paths, way: &[Down]) -> PathState {
        way.iter().fold(paths.root(), |at, down| match down {
            Down::Member(name) => paths.member(at, name.as_bytes()),
            Down::Element(index) => paths.element(at, *index),
            Down::Nested => paths.nested(at),
        })
    }

    fn matches_at(paths: &Paths, at: PathState) -> Vec<u16> {
        paths.matches(at).collect()
    }

    #[test]
    fn what_is_a_functions_matches_in_its_arguments_alone() {
        let patterns = [
            (Pattern::parse("$..ssn").unwrap(), Case::Exact),
            (Pattern::parse("$.to.mail").unwrap(), Case::Exact),
        ];
        let paths = Paths::compile_from(&patterns, &[None, Some("send")]).unwrap();
        let down = |at, names: &[&str]| {
            names
                .iter()
                .fold(at, |at, name| paths.member(at, name.as_bytes()))
        };
        assert!(matches_at(&paths, down(paths.root(), &["to", "mail"])).is_empty());
        let given = paths.in_function(paths.member(paths.root(), b"args"), "send");
        assert_eq!(matches_at(&paths, down(given, &["to", "mail"])), [1]);
        assert_eq!(
            matches_at(&paths, down(given, &["to", "ssn"])),
            [0],
            "others hold on"
        );
        let other = paths.in_function(paths.root(), "read");
        assert!(matches_at(&paths, down(other, &["to", "mail"])).is_empty());
        assert_eq!(
            matches_at(&paths, down(paths.record(given), &["to", "mail"])),
            [1]
        );
        assert!(paths.deviates(given, b"to") && !paths.deviates(given, b"x"));
    }

    #[test]
    fn no_patterns_are_dead_from_the_root() {
        let paths = compile(&[]);
        assert!(paths.is_empty() && paths.is_dead(paths.root()));
        assert!(paths.is_dead(paths.member(paths.root(), b"a")));
        assert!(!compile(&[("$", Case::Exact)]).is_empty());
    }

    #[test]
    fn a_place_is_quiet_where_only_names_can_match() {
        let paths = compile(&[
            ("$.a.b", Case::Exact),
            ("$.c.*.d", Case::Ignore),
            ("$.e.*", Case::Exact),
        ]);
        let root = paths.root();
        assert!(paths.is_quiet(root) && !paths.asks_at(root));
        assert!(paths.is_quiet(paths.member(root, b"C")));
        assert!(!paths.is_quiet(paths.member(root, b"e")));
        assert!(paths.asks_at(paths.member(paths.member(root, b"a"), b"b")));
        let mut names: Vec<_> = paths.names().collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        assert_eq!(names.first(), Some(&(&b"a"[..], Case::Exact)));
        assert!(names.contains(&(b"d", Case::Ignore)) && paths.asks_for(b"D") && !paths.asks_for(b"A"));
        assert!(!compile(&[("$..*", Case::Exact)]).is_quiet(root));
        assert!(!compile(&[("$[2]", Case::Exact)]).is_quiet(root));
    }

    #[test]
    fn a_way_that_cannot_match_is_dead() {
        let paths = compile(&[("$.a.b", Case::Exact), ("$.c~$.d", Case::Exact)]);
        let root = paths.root();
        assert_eq!(paths.member(root, b"x"), paths.dead());
        assert_eq!(paths.element(root, 0), paths.dead());
        let a = paths.member(root, b"a");
        assert!(!paths.is_dead(a) && paths.matches(a).next().is_none());
        let b = paths.member(a, b"b");
        assert_eq!(matches_at(&paths, b), [0]);
        assert!(paths.is_dead(b));
        let c = paths.member(root, b"c");
        assert!(!paths.is_dead(c), "what is in the string may match");
        assert!(paths.is_dead(paths.member(c, b"d")));
        assert_eq!(matches_at(&paths, paths.member(paths.nested(c), b"d")), [1]);
    }

    #[test]
    fn case_is_each_patterns_own() {
        let paths = compile(&[("$.SSN", Case::Exact), ("$.ssn", Case::Ignore)]);
        let at = |name: &str| matches_at(&paths, paths.member(paths.root(), name.as_bytes()));
        assert_eq!(at("SSN"), [0, 1]);
        assert_eq!(at("ssn"), [1]);
        assert_eq!(at("Ssn"), [1]);
        assert_eq!(at("s"), [0_u16; 0]);
        let long = "L".repeat(200);
        let paths = compile(&[(&format!("$.{long}"), Case::Ignore)]);
        let at = paths.member(paths.root(), long.to_ascii_lowercase().as_bytes());
        assert_eq!(matches_at(&paths, at), [0]);
    }

    #[test]
    fn a_thousand_deep_names_stay_small() {
        let patterns: Vec<_> = (0..1000)
            .map(|n| (Pattern::parse(&format!("$..name{n}")).unwrap(), Case::Ignore))
            .collect();
        let paths = Paths::compile(&patterns).unwrap();
        assert_eq!(paths.rows.len(), 2, "one row for all, and the dead one");
        let at = paths.member(paths.element(paths.root(), 3), b"NAME999");
        assert_eq!(matches_at(&paths, at), [999]);
    }

    #[test]
    fn too_many_states_are_refused() {
        let wide: Vec<_> = ["$..a.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.b"]
            .iter()
            .map(|path| (Pattern::parse(path).unwrap(), Case::Exact))
            .collect();
        assert!(matches!(Paths::compile(&wide), Err(TooLarge)));
    }

    fn way() -> impl Strategy<Value = Vec<Down>> {
        let down = prop_oneof![
            4 => "[aAbBcx]{1,2}".prop_map(Down::Member),
            2 => (0..3_u64).prop_map(Down::Element),
            1 => Just(Down::Nested),
        ];
        prop::collection::vec(down, 0..7)
    }

    fn pattern() -> impl Strategy<Value = (Pattern, Case)> {
        let step = prop_oneof![
            4 => "\\.[aAbBc]{1,2}",
            2 => "\\.\\.[aAbB]",
            1 => Just(".*".to_owned()),
            1 => Just("..*".to_owned()),
            1 => "\\[[0-2]\\]",
            1 => "\\.\\.\\[[0-2]\\]",
            1 => Just("~$".to_owned()),
        ];
        let case = prop_oneof![Just(Case::Exact), Just(Case::Ignore)];
        (prop::collection::vec(step, 0..5), case)
            .prop_map(|(steps, case)| (Pattern::parse(&format!("${}", steps.concat())).unwrap(), case))
    }

    proptest! {
        #[test]
        fn equals_the_specification(
            patterns in prop::collection::vec(pattern(), 0..6),
            ways in prop::collection::vec(way(), 1..20),
        ) {
            let paths = Paths::compile(&patterns).unwrap();
            for way in &ways {
                let expected: Vec<u16> = (0_u16..)
                    .zip(&patterns)
                    .filter(|(_, (pattern, case))| matches(&pattern.steps, *case, way))
                    .map(|(index, _)| index)
                    .collect();
                prop_assert_eq!(matches_at(&paths, walk(&paths, way)), expected.as_slice());
                for cut in 0..way.len() {
                    let above = walk(&paths, &way[..cut]);
                    prop_assert!(!paths.is_dead(above) || expected.is_empty());
                    let asks = |down: &Down| match down {
                        Down::Member(name) => paths.asks_for(name.as_bytes()),
                        Down::Element(_) => false,
                        Down::Nested => true,
                    };
                    let is_asked = way[cut..].iter().any(asks);
                    prop_assert!(!paths.is_quiet(above) || is_asked || expected.is_empty());
                }
            }
        }

        #[test]
        fn any_text_is_read_or_refused(path in "\\$?[.\\[\\]*~'\"\\\\$a0é ]{0,12}") {
            if let Err(fault) = Pattern::parse(&path) {
                prop_assert!(fault.at <= path.chars().count());
            }
        }
    }
}
