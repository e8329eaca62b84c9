//! Makes the automaton of paths: subset construction, bounded.

use super::automaton::{DEAD, PathState, Paths, ROOT, Row, State, Symbol};
use super::{Pattern, Reach, Select, Step, TooLarge};
use crate::Case;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Bound on states: keeps a state's number and the whole table small.
const MAX_STATES: usize = 65_536;
/// Bound on the places handled while compiling, a second or so of work: paths come from a file, but a gateway
/// compiles on reload.
const MAX_WORK: usize = 1 << 26;

/// A place in a pattern: which one, and how many of its steps have been taken.
type Place = (u16, u8);

/// A set of places, ascending: the state's meaning.
type Places = Vec<Place>;

/// The construction.
pub(super) struct Builder<'p> {
    patterns: &'p [(Pattern, Case)],
    /// For each pattern, the function at whose arguments it begins, if it does not begin at a record.
    functions: &'p [Option<&'p str>],
    exact: HashMap<Box<[u8]>, Symbol>,
    folded: HashMap<Box<[u8]>, Symbol>,
    /// All symbols, of exact names too, that a folded name stands for.
    foldings: HashMap<Box<[u8]>, Vec<Symbol>>,
    indices: HashMap<u64, Symbol>,
    /// States by what may match below and what matches here.
    known: HashMap<(Places, Box<[u16]>), u32>,
    states: Vec<State>,
    /// Rows by what may match below.
    known_rows: HashMap<Places, u32>,
    /// Sets whose row is still to be made; their row's number is their place here.
    rows: Vec<Places>,
    /// The sets that stay on the way down whatever its names are, numbered: many rows share one.
    stays: HashMap<Places, usize>,
    /// States by the number of such a set and what a name adds to it.
    joined: HashMap<(usize, Places), u32>,
    work: usize,
}

impl<'p> Builder<'p> {
    /// Numbers the names and indices that occur.
    pub(super) fn new(
        patterns: &'p [(Pattern, Case)],
        functions: &'p [Option<&'p str>],
    ) -> Result<Self, TooLarge> {
        if patterns.len() > usize::from(u16::MAX) {
            return Err(TooLarge);
        }
        let mut this = Self {
            patterns,
            functions,
            exact: HashMap::new(),
            folded: HashMap::new(),
            foldings: HashMap::new(),
            indices: HashMap::new(),
            known: HashMap::new(),
            states: Vec::new(),
            known_rows: HashMap::new(),
            rows: Vec::new(),
            stays: HashMap::new(),
            joined: HashMap::new(),
            work: 0,
        };
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            next
        };
        for (pattern, case) in patterns {
            for step in &pattern.steps {
                match step {
                    Step::Into(_, Select::Name(name)) => match case {
                        Case::Exact => this
                            .exact
                            .entry(name.as_bytes().into())
                            .or_insert_with(&mut fresh),
                        Case::Ignore => this.folded.entry(fold(name)).or_insert_with(&mut fresh),
                    },
                    Step::Into(_, Select::Index(index)) => {
                        this.indices.entry(*index).or_insert_with(&mut fresh)
                    }
                    Step::Into(_, Select::Any) | Step::Nested => continue,
                };
            }
        }
        for (name, symbol) in &this.folded {
            this.foldings.insert(name.clone(), vec![*symbol]);
        }
        for (name, symbol) in &this.exact {
            if let Some(all) = this.foldings.get_mut(name.to_ascii_lowercase().as_slice()) {
                all.push(*symbol);
            }
        }
        Ok(this)
    }

    pub(super) fn build(mut self) -> Result<Paths, TooLarge> {
        self.state(Vec::new())?;
        let root = self.beginning(None);
        // Without patterns the root is the dead state: give it its number all the same.
        if self.state(root)? == DEAD {
            self.states.push(State {
                row: 0,
                matches: Box::new([]),
            });
        }
        let mut functions = HashMap::new();
        for name in self.functions.iter().copied().flatten() {
            if !functions.contains_key(name) {
                let state = self.state(self.beginning(Some(name)))?;
                functions.insert(name.into(), state);
            }
        }
        let mut rows = Vec::new();
        while let Some(places) = self.rows.get_mut(rows.len()).map(std::mem::take) {
            rows.push(self.row(&places)?);
        }
        let loud = loud(&self.states, &rows, &self.indices);
        let plain = plain(&self.states, &rows);
        Ok(Paths {
            loud,
            plain,
            functions,
            longest_folded: self.folded.keys().map(|name| name.len()).max().unwrap_or(0),
            exact: self.exact,
            folded: self.folded,
            indices: self.indices,
            states: self.states,
            rows,
        })
    }

    /// Where the patterns begin that begin at the arguments of a function, or at a record.
    fn beginning(&self, function: Option<&str>) -> Places {
        let own = self.functions.iter().chain(core::iter::repeat(&None));
        (0..self.patterns.len())
            .zip(own)
            .filter(|(_, own)| **own == function)
            .map(|(pattern, _)| (pattern as u16, 0))
            .collect()
    }

    /// The number of the state of a set of places, made if new.
    fn state(&mut self, mut places: Places) -> Result<u32, TooLarge> {
        self.work += places.len() + 1;
        if self.work > MAX_WORK {
            return Err(TooLarge);
        }
        places.sort_unstable();
        places.dedup();
        let matches: Box<[u16]> = places
            .iter()
            .filter(|place| self.step(**place).is_none())
            .map(|place| place.0)
            .collect();
        places.retain(|place| self.step(*place).is_some());
        let key = (places, matches);
        if let Some(state) = self.known.get(&key) {
            return Ok(*state);
        }
        if self.states.len() == MAX_STATES {
            return Err(TooLarge);
        }
        let row = match self.known_rows.get(&key.0) {
            Some(row) => *row,
            None => {
                let row = self.rows.len() as u32;
                self.rows.push(key.0.clone());
                self.known_rows.insert(key.0.clone(), row);
                row
            }
        };
        let state = self.states.len() as u32;
        self.states.push(State {
            row,
            matches: key.1.clone(),
        });
        self.known.insert(key, state);
        Ok(state)
    }

    /// The transitions out of a set of places.
    fn row(&mut self, places: &Places) -> Result<Row, TooLarge> {
        let mut always = Vec::new();
        let mut nested = Vec::new();
        let mut by_symbol: BTreeMap<Symbol, Places> = BTreeMap::new();
        for &place in places {
            let Some((step, case)) = self.step(place) else {
                continue;
            };
            let then = (place.0, place.1 + 1);
            match step {
                Step::Nested => nested.push(then),
                Step::Into(reach, select) => {
                    if *reach == Reach::Below {
                        always.push(place);
                    }
                    match select {
                        Select::Any => always.push(then),
                        Select::Index(index) => {
                            if let Some(symbol) = self.indices.get(index) {
                                by_symbol.entry(*symbol).or_default().push(then);
                            }
                        }
                        Select::Name(name) => {
                            let exact = self.exact.get(name.as_bytes()).map(core::slice::from_ref);
                            let symbols = match case {
                                Case::Exact => exact,
                                Case::Ignore => self.foldings.get(&fold(name)).map(Vec::as_slice),
                            };
                            for symbol in symbols.unwrap_or_default() {
                                by_symbol.entry(*symbol).or_default().push(then);
                            }
                        }
                    }
                }
            }
        }
        let other = self.state(always.clone())?;
        // Most strings are named by no path: their document is a record and nothing else.
        let record = if nested.is_empty() {
            ROOT
        } else {
            let all = self.beginning(None).into_iter();
            self.state(all.chain(nested.iter().copied()).collect())?
        };
        let nested = self.state(nested)?;
        always.sort_unstable();
        always.dedup();
        let next = self.stays.len();
        let stays = *self.stays.entry(always.clone()).or_insert(next);
        let mut special = Vec::with_capacity(by_symbol.len());
        for (symbol, mut targets) in by_symbol {
            targets.sort_unstable();
            targets.dedup();
            self.work += targets.len() + 1;
            let key = (stays, targets);
            let state = match self.joined.get(&key) {
                Some(state) => *state,
                None => {
                    let all = key.1.iter().chain(&always).copied().collect();
                    let state = self.state(all)?;
                    self.joined.insert(key, state);
                    state
                }
            };
            special.push((symbol, state));
        }
        Ok(Row {
            other,
            nested,
            record,
            special,
        })
    }

    /// The step a place waits for; none where its pattern has matched.
    fn step(&self, place: Place) -> Option<(&'p Step, Case)> {
        let (pattern, case) = self.patterns.get(usize::from(place.0))?;
        Some((pattern.steps.get(usize::from(place.1))?, *case))
    }
}

/// A name as names compare without ASCII case.
fn fold(name: &str) -> Box<[u8]> {
    name.to_ascii_lowercase().into_bytes().into()
}

/// For each row, whether it leads to a match by other names and elements alone.
fn loud(states: &[State], rows: &[Row], indices: &HashMap<u64, Symbol>) -> Vec<bool> {
    let indices: HashSet<Symbol> = indices.values().copied().collect();
    // For each row, those that lead to it so.
    let mut from: Vec<Vec<u32>> = vec![Vec::new(); rows.len()];
    let mut loud = vec![false; rows.len()];
    let mut open = Vec::new();
    for (number, row) in (0u32..).zip(rows) {
        let elements = row.special.iter().filter(|(symbol, _)| indices.contains(symbol));
        for target in elements.map(|(_, target)| *target).chain([row.other]) {
            let Some(state) = states.get(target as usize) else {
                continue;
            };
            if !state.matches.is_empty() {
                open.push(number);
            } else if let Some(from) = from.get_mut(state.row as usize) {
                from.push(number);
            }
        }
    }
    while let Some(row) = open.pop() {
        if let Some(slot) = loud.get_mut(row as usize).filter(|slot| !**slot) {
            *slot = true;
            open.extend(from.get(row as usize).into_iter().flatten());
        }
    }
    loud
}

/// The root, and where other names lead from there, step by step, until they lead nowhere else.
fn plain(states: &[State], rows: &[Row]) -> Vec<PathState> {
    let mut plain = vec![ROOT];
    while let Some(last) = plain.last().and_then(|last| states.get(*last as usize))
        && let Some(row) = rows.get(last.row as usize)
        && plain.last() != Some(&row.other)
        // There are no more steps in a path.
        && plain.len() <= usize::from(u8::MAX)
    {
        plain.push(row.other);
    }
    plain.into_iter().map(PathState::of_record).collect()
}
