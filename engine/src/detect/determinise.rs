//! From a pattern to the table of its automaton: a state is a set of the states of the pattern's NFA.
//!
//! Bytes that no NFA state tells apart share a column, and columns in the same ways share the work. What a boundary
//! says depends on the byte before and the byte after, so a set keeps those that are still open, and with them what
//! stood before.

use crate::simd::ByteSet;
use core::hash::{BuildHasherDefault, Hasher};
use core::ops::Range;
use regex_automata::nfa::thompson::{NFA, State as Node};
use regex_automata::util::look::{Look, LookMatcher, LookSet};
use std::collections::HashMap;
use std::rc::Rc;

/// The most memory one table may have: 2 MiB.
pub(super) const SIZE: usize = 2 << 20;

/// The most memory its sets may have while it is made: 16 MiB.
const SETS: usize = 16 << 20;

/// A pattern that needs more memory or work than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Oversize;

/// The work of compiling, counted: the same for the same rules on every machine.
///
/// A step is one NFA state looked at, or one byte class followed from one pair of states in a trigger's proof.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    limit: u64,
    done: u64,
}

impl Work {
    /// The most steps one rule may take: about a second.
    const LIMIT: u64 = 1 << 26;

    /// Nothing is done yet.
    pub(crate) const fn new() -> Self {
        Self {
            limit: Self::LIMIT,
            done: 0,
        }
    }

    /// The steps that were done.
    pub(crate) fn done(&self) -> u64 {
        self.done
    }

    /// Does so many steps more.
    ///
    /// # Errors
    /// That is more than there may be.
    pub(super) fn add(&mut self, steps: usize) -> Result<(), Oversize> {
        self.done = self.done.saturating_add(steps as u64);
        if self.done > self.limit {
            Err(Oversize)
        } else {
            Ok(())
        }
    }
}

/// What a boundary sees of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No byte: the text begins or ends here.
    Edge,
    /// A letter, digit or `_`.
    Word,
    /// A line feed.
    Feed,
    /// A carriage return.
    Return,
    /// Another byte.
    Other,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    const ALL: [Self; 5] = [Self::Edge, Self::Word, Self::Feed, Self::Return, Self::Other];

    /// The kind of a byte.
    #[inline]
    pub(super) fn of(byte: Option<u8>) -> Self {
        match byte {
            None => Self::Edge,
            Some(b'\n') => Self::Feed,
            Some(b'\r') => Self::Return,
            Some(byte) if byte.is_ascii_alphanumeric() || byte == b'_' => Self::Word,
            Some(_) => Self::Other,
        }
    }

    /// Some byte of it.
    fn example(self) -> Option<u8> {
        match self {
            Self::Edge => None,
            Self::Word => Some(b'a'),
            Self::Feed => Some(b'\n'),
            Self::Return => Some(b'\r'),
            Self::Other => Some(b' '),
        }
    }

    /// The same as far as some boundaries can tell.
    fn seen_by(self, looks: LookSet) -> Self {
        let known = match self {
            Self::Edge => looks.contains_anchor(),
            Self::Word => looks.contains_word(),
            Self::Feed => looks.contains_anchor_line(),
            Self::Return => looks.contains_anchor_crlf(),
            Self::Other => true,
        };
        if known { self } else { Self::Other }
    }
}

/// What a boundary says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Holds,
    Fails,
    /// That depends on the byte after.
    Open,
}

/// Asks a boundary; `after` is `None` as long as the byte after is not known.
fn verdict(look: Look, before: Kind, after: Option<Kind>) -> Verdict {
    let ask = |after: Kind| {
        let (text, at): (&[u8], usize) = match (before.example(), after.example()) {
            (Some(before), Some(after)) => (&[before, after], 1),
            (Some(before), None) => (&[before], 1),
            (None, Some(after)) => (&[after], 0),
            (None, None) => (&[], 0),
        };
        LookMatcher::new().matches(look, text, at)
    };
    match after {
        Some(after) if ask(after) => Verdict::Holds,
        Some(_) => Verdict::Fails,
        None if Kind::ALL.into_iter().all(ask) => Verdict::Holds,
        None if !Kind::ALL.into_iter().any(ask) => Verdict::Fails,
        None => Verdict::Open,
    }
}

/// The table of an automaton.
pub(super) struct Table {
    /// The column of each byte. Invariant: below `width - 1`.
    pub columns: [u8; 256],
    /// Columns a row; the last is that of the text's end.
    pub width: usize,
    /// Row by row: where a byte leads, as the index of that row, and [`MATCHED`] if a match ends before the byte. The
    /// first row leads nowhere but to itself. In the last column: bit `i` says that pattern `i` ends with the text.
    pub rows: Vec<u32>,
    /// By [`Kind`] of the byte before the match.
    pub starts: [u32; 5],
}

/// Says that a match ends before the byte.
pub(super) const MATCHED: u32 = 1 << 31;

/// Builds the table of the NFA's patterns, of which there are at most 32, anchored.
///
/// # Errors
/// The table, what it is made from, or the work would be too large.
pub(super) fn determinise(nfa: &NFA, work: &mut Work) -> Result<Table, Oversize> {
    let (columns, examples) = columns(nfa, work)?;
    let looks = nfa.look_set_any();
    let graph = Graph::new(nfa, &examples);
    let mut sets = Sets::new(&graph);
    // The first row: no NFA state.
    sets.follow(&[], Kind::Other, work)?;
    let mut starts = [0; 5];
    for (kind, start) in Kind::ALL.into_iter().zip(&mut starts) {
        *start = sets.follow(&[nfa.start_anchored().as_u32()], kind.seen_by(looks), work)?;
    }
    let mut rows = Vec::new();
    let mut scratch = Scratch::default();
    let mut at = 0;
    while let Some(set) = sets.all.get(at).map(Rc::clone) {
        if (rows.len() + graph.width) * size_of::<u32>() > SIZE {
            return Err(Oversize);
        }
        sets.row(&set, &mut rows, &mut scratch, work)?;
        at += 1;
    }
    Ok(Table {
        columns,
        width: graph.width,
        rows,
        starts,
    })
}

/// The column of each byte, and a byte of each column. Bytes of a column lead every NFA state to the same place, and
/// no boundary tells them apart.
fn columns(nfa: &NFA, work: &mut Work) -> Result<([u8; 256], Vec<u8>), Oversize> {
    // The NFA has classes too, but each is a range: `[a-z0-9]` is two.
    let mut ranges = [0; 256];
    let mut columns: Vec<(u8, u8)> = Vec::new();
    for (byte, range) in (0..=u8::MAX).zip(&mut ranges) {
        *range = nfa.byte_classes().get(byte);
        if usize::from(*range) == columns.len() {
            columns.push((byte, 0));
        }
    }
    let looks = nfa.look_set_any();
    let mut parts = Vec::new();
    split(&mut columns, &mut parts, |byte| {
        Kind::of(Some(byte)).seen_by(looks) as u32
    });
    for node in nfa.states().iter().filter(|node| !node.is_epsilon()) {
        work.add(columns.len())?;
        split(&mut columns, &mut parts, |byte| {
            next(node, byte).unwrap_or(u32::MAX)
        });
    }
    let mut examples = Vec::new();
    for (byte, column) in &columns {
        if usize::from(*column) == examples.len() {
            examples.push(*byte);
        }
    }
    let column = |range: u8| columns.get(usize::from(range)).map_or(0, |(_, column)| *column);
    Ok((ranges.map(column), examples))
}

/// Splits columns by the answer for their bytes; they are numbered in the order of their first bytes.
fn split(columns: &mut [(u8, u8)], parts: &mut Vec<(u8, u32)>, answer: impl Fn(u8) -> u32) {
    parts.clear();
    for (byte, column) in columns {
        let part = (*column, answer(*byte));
        let known = parts.iter().position(|other| *other == part);
        // There are no more columns than bytes.
        *column = known.unwrap_or(parts.len()) as u8;
        if known.is_none() {
            parts.push(part);
        }
    }
}

/// Where an NFA state leads with a byte.
fn next(node: &Node, byte: u8) -> Option<u32> {
    let next = match node {
        Node::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
        Node::Sparse(sparse) => sparse.matches_byte(byte),
        Node::Dense(dense) => dense.matches_byte(byte),
        _ => None,
    };
    next.map(|next| next.as_u32())
}

/// Where an NFA state leads with the bytes of some columns.
type Way = (ByteSet, u32);

/// An NFA, by columns.
struct Graph<'a> {
    nodes: &'a [Node],
    /// The ways of all NFA states, and which are whose.
    ways: Vec<Way>,
    ways_of: Vec<Range<usize>>,
    /// The columns of each kind of bytes.
    kinds: Vec<(Kind, ByteSet)>,
    /// The kind of the text's end.
    end: Kind,
    /// Columns a row, with that of the text's end.
    width: usize,
}

impl<'a> Graph<'a> {
    /// `examples` has a byte of each column.
    fn new(nfa: &'a NFA, examples: &[u8]) -> Self {
        let nodes = nfa.states();
        let looks = nfa.look_set_any();
        let columns = || (0..=u8::MAX).zip(examples);
        let mut ways: Vec<Way> = Vec::new();
        let mut ways_of = Vec::with_capacity(nodes.len());
        for node in nodes {
            let from = ways.len();
            for (column, byte) in columns() {
                let Some(to) = next(node, *byte) else { continue };
                match ways.iter_mut().skip(from).find(|way| way.1 == to) {
                    Some(way) => way.0 = way.0.with(column),
                    None => ways.push((ByteSet::EMPTY.with(column), to)),
                }
            }
            ways_of.push(from..ways.len());
        }
        let mut kinds: Vec<(Kind, ByteSet)> = Vec::new();
        for (column, byte) in columns() {
            let kind = Kind::of(Some(*byte)).seen_by(looks);
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, columns)) => *columns = columns.with(column),
                None => kinds.push((kind, ByteSet::EMPTY.with(column))),
            }
        }
        Self {
            nodes,
            ways,
            ways_of,
            kinds,
            end: Kind::Edge.seen_by(looks),
            width: examples.len() + 1,
        }
    }

    /// Collects the ways of some NFA states; and which patterns end with one of them.
    fn ways(&self, of: &[u32], ways: &mut Vec<Way>) -> u32 {
        ways.clear();
        let mut ends = 0;
        for node in of {
            let node = *node as usize;
            if let Some(Node::Match { pattern_id }) = self.nodes.get(node) {
                ends |= 1 << (pattern_id.as_u32() & 31);
            }
            let of_node = self.ways_of.get(node).cloned().unwrap_or_default();
            ways.extend_from_slice(self.ways.get(of_node).unwrap_or_default());
        }
        ends
    }
}

/// A state: the number of a [`Kind`], what stands before boundaries that are open; then the numbers of NFA states
/// that read a byte, end a match or are such boundaries, ascending.
type Set = [u32];

/// All states that were met, in the order in which they were.
struct Sets<'a> {
    graph: &'a Graph<'a>,
    all: Vec<Rc<Set>>,
    rows: HashMap<Rc<Set>, u32, BuildHasherDefault<Mix>>,
    /// The memory of all of them.
    size: usize,
    closure: Closure,
}

/// What is used again for each row.
#[derive(Default)]
struct Scratch {
    ways: Vec<Way>,
    groups: Vec<ByteSet>,
    targets: Vec<u32>,
}

impl Scratch {
    /// Parts columns: those that are in the same ways lead to the same state.
    fn group(&mut self, columns: ByteSet) {
        self.groups.clear();
        self.groups.push(columns);
        for (of_way, _) in &self.ways {
            for at in 0..self.groups.len() {
                let group = self.groups.get(at).copied().unwrap_or_default();
                let (within, without) = (group.intersection(*of_way), group.minus(*of_way));
                if !within.is_empty() && !without.is_empty() {
                    self.groups.push(without);
                    self.groups
                        .get_mut(at)
                        .into_iter()
                        .for_each(|slot| *slot = within);
                }
            }
        }
    }
}

impl<'a> Sets<'a> {
    /// None yet.
    fn new(graph: &'a Graph<'a>) -> Self {
        Self {
            graph,
            all: Vec::new(),
            rows: HashMap::default(),
            size: 0,
            closure: Closure::new(graph.nodes.len()),
        }
    }

    /// The row of the state that begins with some NFA states, before which a byte of a kind stands.
    fn follow(&mut self, from: &[u32], before: Kind, work: &mut Work) -> Result<u32, Oversize> {
        self.closure.close(self.graph.nodes, from, before, None, work)?;
        let set = &mut self.closure.set;
        if let Some(kind) = set.first_mut() {
            let open = self.closure.open;
            *kind = if open { before } else { Kind::Other } as u32;
        }
        if let Some(row) = self.rows.get(set.as_slice()) {
            return Ok(*row);
        }
        self.size += size_of_val(set.as_slice());
        let row = u32::try_from(self.all.len() * self.graph.width).unwrap_or(MATCHED);
        if self.size > SETS || row >= MATCHED {
            return Err(Oversize);
        }
        let set: Rc<Set> = set.as_slice().into();
        self.all.push(Rc::clone(&set));
        self.rows.insert(set, row);
        Ok(row)
    }

    /// Appends the row of a state.
    fn row(
        &mut self,
        set: &Set,
        rows: &mut Vec<u32>,
        scratch: &mut Scratch,
        work: &mut Work,
    ) -> Result<(), Oversize> {
        let graph = self.graph;
        let Some((before, set)) = set.split_first() else {
            return Ok(());
        };
        let before = Kind::ALL.get(*before as usize).copied().unwrap_or(Kind::Other);
        let is_look = |node: &u32| matches!(graph.nodes.get(*node as usize), Some(Node::Look { .. }));
        let open = set.iter().any(is_look);
        let start = rows.len();
        rows.resize(start + graph.width - 1, 0);
        let mut ends = 0;
        work.add(set.len() + 1)?;
        if !open {
            ends = graph.ways(set, &mut scratch.ways);
        }
        for (after, columns) in &graph.kinds {
            if open {
                // The byte after is known: boundaries have their say.
                self.closure.close(graph.nodes, set, before, Some(*after), work)?;
                ends = graph.ways(self.closure.nodes(), &mut scratch.ways);
            }
            scratch.group(*columns);
            work.add(scratch.ways.len() + scratch.groups.len())?;
            for group in &scratch.groups {
                let of_group = |(of_way, to): &Way| (!group.intersection(*of_way).is_empty()).then_some(*to);
                scratch.targets.clear();
                scratch.targets.extend(scratch.ways.iter().filter_map(of_group));
                let row = if scratch.targets.is_empty() {
                    0
                } else {
                    self.follow(&scratch.targets, *after, work)?
                };
                let entry = if ends == 0 { row } else { row | MATCHED };
                for column in group.iter() {
                    if let Some(slot) = rows.get_mut(start + usize::from(column)) {
                        *slot = entry;
                    }
                }
            }
        }
        if open {
            self.closure
                .close(graph.nodes, set, before, Some(graph.end), work)?;
            ends = graph.ways(self.closure.nodes(), &mut scratch.ways);
        }
        rows.push(ends);
        Ok(())
    }
}

/// What is reached without reading a byte.
struct Closure {
    /// By NFA state: the last round in which it was reached.
    marks: Vec<u32>,
    round: u32,
    stack: Vec<u32>,
    /// What was reached; the kind before is for others to fill in.
    set: Vec<u32>,
    /// Whether some of it is an open boundary.
    open: bool,
}

impl Closure {
    fn new(nodes: usize) -> Self {
        Self {
            marks: vec![0; nodes],
            round: 0,
            stack: Vec::new(),
            set: Vec::new(),
            open: false,
        }
    }

    /// What was reached.
    fn nodes(&self) -> &[u32] {
        self.set.get(1..).unwrap_or_default()
    }

    /// Follows what needs no byte from these NFA states on.
    fn close(
        &mut self,
        nodes: &[Node],
        from: &[u32],
        before: Kind,
        after: Option<Kind>,
        work: &mut Work,
    ) -> Result<(), Oversize> {
        self.round = self.round.checked_add(1).ok_or(Oversize)?;
        self.open = false;
        self.set.clear();
        self.set.push(0);
        self.stack.extend_from_slice(from);
        while let Some(at) = self.stack.pop() {
            work.add(1)?;
            let (Some(mark), Some(node)) = (self.marks.get_mut(at as usize), nodes.get(at as usize)) else {
                continue;
            };
            if core::mem::replace(mark, self.round) == self.round {
                continue;
            }
            match node {
                Node::ByteRange { .. } | Node::Sparse(_) | Node::Dense(_) | Node::Match { .. } => {
                    self.set.push(at);
                }
                Node::Look { look, next } => match verdict(*look, before, after) {
                    Verdict::Holds => self.stack.push(next.as_u32()),
                    Verdict::Fails => {}
                    Verdict::Open => {
                        self.set.push(at);
                        self.open = true;
                    }
                },
                Node::Union { alternates } => self.stack.extend(alternates.iter().map(|next| next.as_u32())),
                Node::BinaryUnion { alt1, alt2 } => self.stack.extend([alt1.as_u32(), alt2.as_u32()]),
                Node::Capture { next, .. } => self.stack.push(next.as_u32()),
                Node::Fail => {}
            }
        }
        if let Some(set) = self.set.get_mut(1..) {
            set.sort_unstable();
        }
        Ok(())
    }
}

/// A hash of a few small numbers, from rules that are trusted: fast, and the same every time.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        // Multiplication mixes upwards, and the map looks at both ends.
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        for word in bytes.chunks(8) {
            let mut whole = [0; 8];
            for (to, from) in whole.iter_mut().zip(word) {
                *to = *from;
            }
            self.write_u64(u64::from_le_bytes(whole));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
