//! Where in the document a stream is.

use super::{PathState, Paths};
use crate::token::Bracket;
use core::fmt::Write;

/// The most bytes of a key that a path shows: 128, so that the deepest path stays within a stream's memory.
const SHOWN: usize = 128;

/// How long a path is mostly, at most: its text is made in one go.
const PATH: usize = 48;

/// One open bracket.
#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: Bracket,
    /// The element's index in an array.
    index: u64,
    /// Where the current member's key begins in `Tracker::keys`.
    key_at: u32,
    /// The automaton's state at the bracket's own value.
    state: PathState,
    /// The automaton's state at the value that is next or open in it.
    child: PathState,
}

/// The open brackets of a document, and of those nested in its strings, with their keys and indices.
#[derive(Clone, Debug)]
pub(crate) struct Tracker {
    frames: Vec<Frame>,
    /// The shown keys of the open objects, one after the other.
    keys: Vec<u8>,
    /// For each nested level, how many frames were open outside it, and the automaton's state at its root.
    nested: Vec<(usize, PathState)>,
    root: PathState,
    /// Around a text that is its own context: how many of the outermost frames nobody sees from in it.
    unseen: usize,
    /// What the string that is read is part of.
    text: TextOf,
    /// What it is part of if nothing else is said.
    own: TextOf,
}

/// What an outermost string is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextOf {
    /// Its document.
    Document,
    /// Nothing: it is a lane, or says what one says. A document in it is a record of its own too.
    Lane,
}

impl Tracker {
    /// At the root of a record.
    pub(crate) fn new(paths: &Paths) -> Self {
        Self {
            frames: Vec::new(),
            keys: Vec::new(),
            nested: Vec::new(),
            root: paths.root(),
            unseen: 0,
            text: TextOf::Document,
            own: TextOf::Document,
        }
    }

    /// At the root of a value that stands for itself, at whose place a state was.
    pub(crate) fn at(state: PathState) -> Self {
        Self {
            text: TextOf::Document,
            own: TextOf::Document,
            ..Self::of_lane(state)
        }
    }

    /// At the root of a lane, whose fragments a state was at.
    pub(crate) fn of_lane(state: PathState) -> Self {
        Self {
            frames: Vec::new(),
            keys: Vec::new(),
            nested: Vec::new(),
            root: state,
            unseen: 0,
            text: TextOf::Lane,
            own: TextOf::Lane,
        }
    }

    /// The string that begins says what a lane says: what is around it is no context, until it ends.
    pub(crate) fn begin_repeat(&mut self) {
        self.unseen = self.frames.len();
        self.text = TextOf::Lane;
    }

    /// Whether such a string is read.
    pub(crate) fn is_repeat(&self) -> bool {
        self.text != self.own
    }

    /// That string has ended, or there was none.
    pub(crate) fn end_repeat(&mut self) {
        self.unseen = 0;
        self.text = self.own;
    }

    /// Back to the root of a record.
    pub(crate) fn reset(&mut self) {
        self.frames.clear();
        self.keys.clear();
        self.nested.clear();
        self.end_repeat();
    }

    /// The automaton's state at the value that is next or open.
    pub(crate) fn state(&self) -> PathState {
        let outside = self.nested.last().map_or(0, |(frames, _)| *frames);
        match self.frames.get(outside..).and_then(<[Frame]>::last) {
            Some(frame) => frame.child,
            None => self.nested.last().map_or(self.root, |(_, state)| *state),
        }
    }

    /// The automaton's state at the innermost open bracket.
    pub(crate) fn container(&self) -> PathState {
        self.frames.last().map_or(self.root, |frame| frame.state)
    }

    /// A bracket opens.
    pub(crate) fn open(&mut self, paths: &Paths, kind: Bracket) {
        let state = self.state();
        let child = match kind {
            Bracket::Object => paths.dead(),
            Bracket::Array => paths.element(state, 0),
        };
        let key_at = self.keys.len() as u32;
        self.frames.push(Frame {
            kind,
            index: 0,
            key_at,
            state,
            child,
        });
    }

    /// How many brackets are open in the document or string that is read.
    pub(crate) fn open_brackets(&self) -> usize {
        let outside = self.nested.last().map_or(0, |(frames, _)| *frames);
        self.frames.len().saturating_sub(outside)
    }

    /// How many of the outermost open brackets of the document or string that is read there are up to the last in which
    /// something may match whatever its name is.
    pub(crate) fn loud_brackets(&self, paths: &Paths) -> usize {
        let outside = self.nested.last().map_or(0, |(frames, _)| *frames);
        let open = self.frames.get(outside..).unwrap_or_default();
        let last = open.iter().rposition(|frame| !paths.is_quiet(frame.state));
        last.map_or(0, |last| last + 1)
    }

    /// The first open bracket, counted from outside, at which some name on the way has led elsewhere than others would, if
    /// there is one; one past the last, if the next value is such.
    pub(crate) fn deviates_at(&self, paths: &Paths) -> Option<usize> {
        let outside = self.nested.last().map_or(0, |(frames, _)| *frames);
        let open = self.frames.get(outside..).unwrap_or_default();
        let states = open.iter().map(|frame| frame.state).chain([self.state()]);
        // Where no key was read the state is dead: the next key says where it leads.
        let is_other = |(steps, state): (usize, PathState)| {
            state != paths.plain(steps) && !(steps == open.len() && state == paths.dead())
        };
        states.enumerate().position(is_other)
    }

    /// Whether the innermost open bracket is an object's.
    pub(crate) fn in_object(&self) -> bool {
        let outside = self.nested.last().map_or(0, |(frames, _)| *frames);
        let frame = self.frames.get(outside..).and_then(<[Frame]>::last);
        frame.is_some_and(|frame| frame.kind == Bracket::Object)
    }

    /// The innermost bracket closes.
    pub(crate) fn close(&mut self) {
        let outside = self.nested.last().map_or(0, |(frames, _)| *frames);
        if self.frames.len() > outside
            && let Some(frame) = self.frames.pop()
        {
            self.keys.truncate(frame.key_at as usize);
        }
    }

    /// A member's key was read: `decoded` is matched, `shown` appears in paths.
    pub(crate) fn key(&mut self, paths: &Paths, decoded: &[u8], shown: &[u8]) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if !paths.is_empty() {
            frame.child = paths.member(frame.state, decoded);
        }
        self.keys.truncate(frame.key_at as usize);
        self.keys.extend_from_slice(shown.get(..SHOWN).unwrap_or(shown));
    }

    /// A comma was read.
    pub(crate) fn comma(&mut self, paths: &Paths) {
        self.commas(paths, 1);
    }

    /// So many commas of the innermost bracket were read.
    pub(crate) fn commas(&mut self, paths: &Paths, count: u64) {
        if count == 0 {
            return;
        }
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.kind {
            Bracket::Object => {
                frame.child = paths.dead();
                self.keys.truncate(frame.key_at as usize);
            }
            Bracket::Array => {
                frame.index += count;
                frame.child = paths.element(frame.state, frame.index);
            }
        }
    }

    /// A string is read as JSON.
    pub(crate) fn enter(&mut self, paths: &Paths) {
        let state = match self.text {
            TextOf::Lane if self.nested.is_empty() => paths.record(self.state()),
            _ => paths.nested(self.state()),
        };
        self.nested.push((self.frames.len(), state));
    }

    /// That string ends, or is no JSON after all.
    pub(crate) fn leave(&mut self) {
        if let Some((frames, _)) = self.nested.pop() {
            if let Some(frame) = self.frames.get(frames) {
                self.keys.truncate(frame.key_at as usize);
            }
            self.frames.truncate(frames);
        }
    }

    /// The key of the member that is read in the innermost open bracket; nothing in an array.
    pub(crate) fn name(&self) -> &[u8] {
        self.frames
            .len()
            .checked_sub(1)
            .filter(|last| *last >= self.unseen)
            .map_or(&[], |last| self.key_of(last))
    }

    /// The keys of the members that the innermost open bracket lies in, innermost first.
    pub(crate) fn keys_around(&self) -> impl Iterator<Item = &[u8]> {
        (self.unseen..self.frames.len().saturating_sub(1))
            .rev()
            .map(|index| self.key_of(index))
            .filter(|key| !key.is_empty())
    }

    /// Calls back with every open member's key, innermost first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        (self.unseen..self.frames.len())
            .rev()
            .map(|index| self.key_of(index))
            .filter(|key| !key.is_empty())
    }

    /// The key of the member that is read in the open bracket with so many around it in the document or string that is
    /// read; nothing in an array.
    pub(crate) fn key_around(&self, level: usize) -> &[u8] {
        let outside = self.nested.last().map_or(0, |(frames, _)| *frames);
        self.key_of(outside + level)
    }

    fn key_of(&self, index: usize) -> &[u8] {
        let Some(frame) = self.frames.get(index) else {
            return &[];
        };
        let end = self
            .frames
            .get(index + 1)
            .map_or(self.keys.len(), |next| next.key_at as usize);
        self.keys.get(frame.key_at as usize..end).unwrap_or_default()
    }

    /// The path of the open value in the record, and that below its string where one is read as JSON.
    ///
    /// `key` replaces the innermost component: for a finding in a key, which has no value yet.
    pub(crate) fn paths(&self, key: Option<&[u8]>) -> (String, Option<String>) {
        let mut outer = String::new();
        let mut inner: Option<String> = None;
        let mut from = 0;
        for index in 0..=self.nested.len() {
            let is_last = index == self.nested.len();
            let to = self.nested.get(index).map_or(self.frames.len(), |(to, _)| *to);
            let text = match index {
                0 => &mut outer,
                _ => inner.get_or_insert_default(),
            };
            text.reserve(PATH);
            text.push_str(if index > 1 { "~$" } else { "$" });
            for at in from..to {
                match (is_last && at + 1 == to, key) {
                    (true, Some(key)) => write_name(text, key),
                    _ => self.write_component(text, at),
                }
            }
            from = to;
        }
        (outer, inner)
    }

    fn write_component(&self, text: &mut String, index: usize) {
        let Some(frame) = self.frames.get(index) else {
            return;
        };
        match frame.kind {
            Bracket::Object => write_name(text, self.key_of(index)),
            Bracket::Array => {
                // What is written to a text is always written.
                let _ = write!(text, "[{}]", frame.index);
            }
        }
    }
}

/// `.name`, or `['name']` where the name is no identifier.
fn write_name(text: &mut String, name: &[u8]) {
    let plain = name
        .first()
        .is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let name = String::from_utf8_lossy(name);
    if plain {
        text.push('.');
        text.push_str(&name);
        return;
    }
    text.push_str("['");
    for char in name.chars() {
        if matches!(char, '\'' | '\\') {
            text.push('\\');
        }
        text.push(char);
    }
    text.push_str("']");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> Paths {
        Paths::compile(&[]).unwrap()
    }

    #[test]
    fn paths_follow_brackets_keys_indices_and_nesting() {
        let paths = nothing();
        let mut tracker = Tracker::new(&paths);
        assert_eq!(tracker.paths(None), ("$".into(), None));
        tracker.open(&paths, Bracket::Object);
        tracker.key(&paths, b"a b", b"a b");
        tracker.open(&paths, Bracket::Array);
        tracker.comma(&paths);
        assert_eq!(tracker.paths(None).0, "$['a b'][1]");
        tracker.enter(&paths);
        tracker.open(&paths, Bracket::Object);
        tracker.key(&paths, b"x", b"x");
        assert_eq!(tracker.paths(None), ("$['a b'][1]".into(), Some("$.x".into())));
        assert_eq!(tracker.paths(Some(b"[EMAIL]")).1.as_deref(), Some("$['[EMAIL]']"));
        assert_eq!(tracker.keys().next(), Some(b"x".as_slice()));
        tracker.leave();
        tracker.close();
        tracker.comma(&paths);
        tracker.key(&paths, b"it's", b"it's");
        assert_eq!(tracker.paths(None).0, r"$['it\'s']");
        tracker.close();
        tracker.close();
        assert_eq!(tracker.paths(None).0, "$");
    }
}
