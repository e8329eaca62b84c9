//! One text being searched: what is kept of it, and what is decided about it.

use super::map::{Map, Place, Runs};
use super::scribe::Scribe;
use crate::detect::{Decide, Hot, Item, Origin, Resolver, Scanner, Share, Stretch, TextEnd, as_one};
use crate::simd::Planes;
use crate::{Slot, act};

/// How much text before what is held is kept for context.
const BEFORE: usize = crate::detect::BEFORE;

/// One text being searched. At most one of a stream's texts is open in a payload.
#[derive(Clone, Debug, Default)]
pub(crate) struct SlotText {
    /// Detectors whose lead is in the name of the member whose value comes, once its colon has come.
    label: Vec<u16>,
    /// The same before that.
    name: Vec<u16>,
    kind: Option<Slot>,
    scanner: Scanner,
    views: Vec<Resolver>,
    /// The end of the text read so far, from the first byte that may still be needed.
    kept: Kept,
    /// The offset of the next byte.
    len: u64,
    /// Where in the input the first undecided byte lies.
    hold: Option<Place>,
    /// Where the first byte lies at which something may have begun that is not told: what is committed hides some.
    needed: Option<Place>,
    /// Where the text began.
    begin: Place,
    /// A finding that is all of the text.
    all: Option<Item>,
    /// Whether it may still turn out to be a number, which is replaced whole.
    number: Number,
    /// Whether it was read at once and nothing was found in it.
    had_nothing: bool,
    /// Where the text has escapes of its own, as far as it is kept: in order.
    undone: Vec<u64>,
}

/// Whether a bare value is a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Number {
    /// The text is of another kind.
    #[default]
    No,
    /// So far.
    Perhaps,
}

/// Whether a text goes on behind a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum More {
    /// Perhaps.
    Comes,
    /// No.
    No,
}

/// The end of a text, copied.
#[derive(Clone, Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    /// Where the bytes lie; none where text and input run alike from `same`.
    runs: Runs,
    same: Option<Place>,
    end: Place,
    gaps: Vec<(u64, Place)>,
}

/// A buffer of more bytes is given back when its text ends.
const LARGE: usize = 1024;

impl SlotText {
    /// A text for so many views.
    pub(crate) fn new(views: usize) -> Self {
        Self {
            views: vec![Resolver::default(); views],
            ..Self::default()
        }
    }

    /// Begins a text.
    pub(crate) fn begin(&mut self, kind: Slot, at: Place) {
        self.kind = Some(kind);
        self.begin = at;
        self.len = 0;
        self.had_nothing = false;
        self.hold = None;
        self.needed = None;
        self.undone.clear();
        self.scanner.is_bare = kind == Slot::Number;
        match kind {
            Slot::Value | Slot::Number => self.scanner.begin(&mut self.label),
            _ => self.scanner.begin(&mut Vec::new()),
        }
        self.number = if kind == Slot::Number {
            Number::Perhaps
        } else {
            Number::No
        };
    }

    /// Counts bytes in front that are not searched: blanks.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.len += bytes as u64;
        self.scanner.begin(&mut Vec::new());
    }

    /// The text that has ended was the name of a member, whose value comes.
    pub(crate) fn ends_name(&mut self) {
        self.forget_name();
        self.scanner.take_labels(&mut self.name);
    }

    /// The colon behind the name has come.
    pub(crate) fn colon(&mut self) {
        self.label.append(&mut self.name);
    }

    /// The value that a name stood before has come, or none.
    pub(crate) fn forget_name(&mut self) {
        self.label.clear();
        self.name.clear();
    }

    /// Whether the value that comes has a name in which some detector's lead is.
    pub(crate) fn has_label(&self) -> bool {
        !(self.label.is_empty() && self.name.is_empty())
    }

    /// Whether a text is open.
    pub(crate) fn is_open(&self) -> bool {
        self.kind.is_some()
    }

    /// Where in the input the first byte lies that is not decided.
    pub(crate) fn hold(&self) -> Option<u64> {
        if self.kind.is_some() && self.number == Number::Perhaps {
            return Some(self.begin.raw);
        }
        self.hold.map(|place| place.raw)
    }

    /// Where in the input the first byte lies at which something may have begun that will be told.
    pub(crate) fn needed(&self) -> Option<u64> {
        self.needed.map(|place| place.raw)
    }

    /// The kind of the open text.
    pub(crate) fn kind(&self) -> Option<Slot> {
        self.kind
    }

    /// A person released a cluster: what of it is still open stays as it is in the caller's view.
    pub(crate) fn release_cluster(&mut self, cluster: u64) {
        if let Some(view) = self.views.first_mut() {
            view.release(cluster);
        }
    }

    /// A person ruled that a kept run is masked after all, by its name: see [`Resolver::mask_run`].
    pub(crate) fn mask_run(&mut self, name: u64, origin: Origin) -> Option<Place> {
        self.views.first_mut()?.mask_run(name, origin)
    }

    /// The whole text is a finding, whatever it says.
    pub(crate) fn mask_all(&mut self, item: Item) {
        self.all = Some(item);
    }

    /// How long the text is so far.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Says how the text ends that ends next.
    pub(crate) fn ends_as(&mut self, end: TextEnd) {
        self.scanner.end = end;
    }

    /// What is read next has escapes of its own, undone at these indices.
    pub(crate) fn undo(&mut self, at: &[usize]) {
        let len = self.len;
        self.undone.extend(at.iter().map(|at| len + *at as u64));
    }

    /// Reads a piece; `hot` is its plane, where somebody has it already.
    pub(crate) fn feed(&mut self, bytes: &[u8], map: Map<'_>, hot: Option<Hot<'_>>, to: &mut Scribe<'_>) {
        match hot {
            Some(hot) => self.read(bytes, map, hot, false, to),
            None => {
                let mut from = 0;
                while from < bytes.len() {
                    let rest = bytes.get(from..).unwrap_or_default();
                    from += self.scan(rest, map.slice(from, bytes.len()), More::Comes, to);
                }
            }
        }
    }

    /// Reads as much of a piece whose plane nobody has as one window holds: how much that is.
    fn scan(&mut self, piece: &[u8], map: Map<'_>, more: More, to: &mut Scribe<'_>) -> usize {
        let mut planes = Planes::new();
        let scan = to.rules.scan(&mut planes, piece, Default::default());
        let hot = Hot::Planes {
            blocks: scan.blocks,
            at: 0,
        };
        let len = scan.bytes.len();
        let ends = more == More::No && len == piece.len();
        self.read(scan.bytes, map.slice(0, len), hot, ends, to);
        len
    }

    /// Reads a whole text at once whose plane nobody has, with escapes of its own undone at some indices: whether it is one
    /// in which nothing was found.
    pub(crate) fn all(
        &mut self,
        kind: Slot,
        (bytes, undone): (&[u8], &[usize]),
        map: Map<'_>,
        to: &mut Scribe<'_>,
    ) -> bool {
        self.begin(kind, map.at(0));
        self.undo(undone);
        let mut from = 0;
        loop {
            let rest = bytes.get(from..).unwrap_or_default();
            from += self.scan(rest, map.slice(from, bytes.len()), More::No, to);
            if from >= bytes.len() {
                break;
            }
        }
        self.abandon();
        self.had_nothing
    }

    /// Reads a whole text at once: whether nothing was found in it.
    pub(crate) fn whole(
        &mut self,
        kind: Slot,
        bytes: &[u8],
        map: Map<'_>,
        hot: Hot<'_>,
        to: &mut Scribe<'_>,
    ) -> bool {
        self.begin(kind, map.at(0));
        self.read(bytes, map, hot, true, to);
        self.abandon();
        self.had_nothing
    }

    /// Ends the text at `end`.
    pub(crate) fn finish(&mut self, end: Place, to: &mut Scribe<'_>) {
        if self.all.is_none() && self.is_idle() {
            return self.abandon();
        }
        self.read(&[], Map::same(end, 0), Hot::Listed(&[]), true, to);
        self.abandon();
    }

    /// Forgets the open text.
    pub(crate) fn abandon(&mut self) {
        self.kind = None;
        self.all = None;
        self.hold = None;
        self.needed = None;
        self.kept.clear();
        self.undone.clear();
        self.scanner.reset();
        self.views.iter_mut().for_each(Resolver::reset);
    }

    /// Reads the next bytes, with what was kept of those before.
    fn read(&mut self, bytes: &[u8], map: Map<'_>, hot: Hot<'_>, ends: bool, to: &mut Scribe<'_>) {
        let Some(kind) = self.kind else { return };
        to.slot = kind;
        let base = self.len - self.kept.bytes.len() as u64;
        self.len += bytes.len() as u64;
        let mut undone = core::mem::take(&mut self.undone);
        if self.kept.bytes.is_empty() {
            let stretch = Stretch {
                text: bytes,
                map,
                gaps: &[],
                undone: &undone,
                base,
            };
            if let Some(keep) = self.search(&stretch, 0, hot, ends, to) {
                let rest = bytes.get(keep..).unwrap_or_default();
                self.kept.keep(rest, &map.slice(keep, bytes.len()));
                undone.retain(|at| *at >= base + keep as u64);
                self.undone = undone;
            }
            return;
        }
        let mut kept = core::mem::take(&mut self.kept);
        let from = kept.bytes.len();
        kept.append(bytes, &map, base + from as u64);
        let stretch = Stretch {
            text: &kept.bytes,
            map: kept.map(),
            gaps: &kept.gaps,
            undone: &undone,
            base,
        };
        match self.search(&stretch, from, hot, ends, to) {
            Some(keep) => {
                kept.drop_front(keep, base);
                undone.retain(|at| *at >= base + keep as u64);
                self.undone = undone;
            }
            None => kept.clear(),
        }
        self.kept = kept;
    }

    /// Searches a stretch that is new from an index on, and decides what is final. The index from which on it is
    /// needed again, if the text goes on.
    fn search(
        &mut self,
        stretch: &Stretch<'_>,
        from: usize,
        hot: Hot<'_>,
        ends: bool,
        to: &mut Scribe<'_>,
    ) -> Option<usize> {
        let detectors = &to.rules.detectors;
        self.scanner.feed(detectors, stretch, from, hot, ends, to);
        if let Some(all) = &self.all
            && stretch.end() > 0
        {
            // It begins with the text, and has come as far as the text. What was said of it before and is still
            // waiting for something alive is out of date.
            self.scanner
                .found()
                .retain(|item| item.start > 0 || item.origin != all.origin);
            self.scanner.found().insert(
                0,
                Item {
                    end: stretch.end(),
                    open: !ends,
                    ..*all
                },
            );
        }
        if ends && self.is_idle() {
            self.had_nothing = stretch.base == 0 && from == 0;
            return None;
        }
        if !self.scanner.found().is_empty() {
            to.know_slot();
            self.kind = Some(to.slot);
        }
        if self.number == Number::Perhaps {
            self.number(stretch, ends, to);
        }
        let frontier = if ends {
            u64::MAX
        } else {
            self.scanner.frontier().unwrap_or(stretch.end())
        };
        if self.number == Number::No {
            self.resolve(frontier, stretch, to);
        }
        if ends {
            self.write(u64::MAX, stretch, to);
            return None;
        }
        // What was found and waits for something alive before it is not decided either, but where it lies in a
        // run that is committed.
        let waiting = self.scanner.found().first().map(|item| item.start);
        let undecided = frontier.min(stretch.end()).min(waiting.unwrap_or(u64::MAX));
        let changing = match undecided < stretch.end() && to.only_tells() {
            true => self.changing(stretch, to),
            false => undecided,
        };
        let hold = self
            .views
            .iter()
            .map(|view| view.hold(changing))
            .min()
            .unwrap_or(changing);
        let hold = if self.number == Number::Perhaps { 0 } else { hold };
        self.write(hold, stretch, to);
        // Framing may follow a text of which nothing is undecided: it does not wait.
        self.hold = (hold < stretch.end()).then(|| stretch.begins(hold));
        // What lies in a run that is committed has left, and what is alive in it still reads its text.
        let needed = hold.min(undecided);
        self.needed = (needed < stretch.end()).then(|| stretch.begins(needed));
        let held = usize::try_from(needed.saturating_sub(stretch.base)).unwrap_or(0);
        Some(held.saturating_sub(BEFORE).min(stretch.text.len()))
    }

    /// The first offset that may still change: what only stays and is told changes nothing, and nothing waits for it.
    fn changing(&mut self, stretch: &Stretch<'_>, to: &Scribe<'_>) -> u64 {
        let detectors = &to.rules.detectors;
        let alive = self
            .scanner
            .frontier_of(|index| !detectors.all_of(index, |one| to.leaves(one)));
        let mut found = self.scanner.found().iter();
        let waiting = found.find(|item| item.kept != [true; 2]).map(|item| item.start);
        alive
            .into_iter()
            .chain(waiting)
            .min()
            .unwrap_or(u64::MAX)
            .min(stretch.end())
    }

    /// Whether nothing that was read may still become a finding, or part of one.
    fn is_idle(&mut self) -> bool {
        self.scanner.is_idle() && self.views.iter().all(Resolver::is_idle)
    }

    /// Gives the views everything that is found and final.
    fn resolve(&mut self, frontier: u64, stretch: &Stretch<'_>, to: &mut Scribe<'_>) {
        let found = self.scanner.found();
        let ready = found.iter().take_while(|item| item.start < frontier).count();
        for at in 0..ready {
            let Some(item) = found.get(at) else { break };
            // Most findings overlap no other.
            let next = found
                .get(at + 1)
                .map_or(frontier, |next| next.start.min(frontier));
            for (index, view) in self.views.iter_mut().enumerate() {
                if item.end <= next && view.is_idle() && item.is_simple() {
                    view.decide_alone(index, item, stretch, to);
                } else {
                    view.offer(index, *item, stretch, to);
                }
            }
        }
        found.drain(..ready);
        for (index, view) in self.views.iter_mut().enumerate() {
            view.advance(index, frontier, stretch, to);
        }
    }

    /// Has the views replace what is committed before an offset.
    fn write(&mut self, limit: u64, stretch: &Stretch<'_>, to: &mut Scribe<'_>) {
        for (index, view) in self.views.iter_mut().enumerate() {
            view.write(index, limit, stretch, to);
        }
    }

    /// A bare value that was a number so far: still one, one to the end, or text after all.
    fn number(&mut self, stretch: &Stretch<'_>, ends: bool, to: &mut Scribe<'_>) {
        let text = stretch.text;
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let digits = text.iter().take_while(|byte| is_part(byte)).count();
        let rest = text.get(digits..).unwrap_or_default();
        let blanks = rest
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        // Nor is a word of JSON searched: what stood in its place would be none.
        let word = text.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        let (word, after) = text.split_at_checked(word).unwrap_or((text, &[]));
        let only_blanks = after
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        let words: [&[u8]; 3] = [b"true", b"false", b"null"];
        if words.contains(&word) && only_blanks {
            if ends {
                self.number = Number::No;
                self.scanner.found().clear();
            }
            return;
        }
        if !ends && !word.is_empty() && after.is_empty() && words.iter().any(|one| one.starts_with(word)) {
            return;
        }
        if !blanks {
            // Not a number: decided as text.
            self.number = Number::No;
            self.kind = Some(Slot::Text);
            to.slot = Slot::Text;
            return;
        }
        if !ends {
            return;
        }
        self.number = Number::No;
        to.slot = Slot::Number;
        let mut found: Vec<_> = self.scanner.found().drain(..).collect();
        // Blanks behind it are no part of it, whatever a field rule names.
        for item in &mut found {
            item.end = item.end.min(digits as u64);
        }
        let cluster = stretch.begins(0).raw;
        for view in 0..self.views.len() {
            let all = as_one(&found, view, to);
            if let Some((winner, _)) = all.iter().find(|(_, share)| *share == Share::Wins) {
                let (from, end) = (cluster, stretch.begins(digits as u64).raw);
                let value = stretch.bytes(0, digits as u64);
                let number = act::number(to.action(view, winner), value, to.plan.secrets());
                to.edit(view, from, end, number, cluster);
            }
        }
        for (item, share) in as_one(&found, 0, to) {
            to.report_number(stretch, &item, share, cluster);
        }
    }
}

impl Kept {
    /// Forgets everything, and gives buffers back that have grown large.
    fn clear(&mut self) {
        if self.bytes.capacity() > LARGE {
            *self = Self::default();
            return;
        }
        self.bytes.clear();
        self.runs.clear();
        self.gaps.clear();
        self.same = None;
    }

    fn map(&self) -> Map<'_> {
        match self.same {
            Some(at) => Map::same(at, self.bytes.len()),
            None => self.runs.map(self.end),
        }
    }

    fn keep(&mut self, bytes: &[u8], map: &Map<'_>) {
        self.clear();
        self.bytes.extend_from_slice(bytes);
        self.same = map.as_same();
        self.end = map.end();
        if self.same.is_none() {
            self.runs.extend(map);
        }
    }

    /// Appends a piece that begins at a text offset.
    fn append(&mut self, bytes: &[u8], map: &Map<'_>, offset: u64) {
        if bytes.is_empty() {
            return;
        }
        let next = map.at(0);
        let alike = self.same.is_some() && map.as_same() == Some(self.end);
        if !alike {
            if let Some(first) = self.same.take() {
                self.runs.push(first, self.bytes.len());
            }
            if next != self.end {
                self.gaps.push((offset, self.end));
            }
            self.runs.extend(map);
        }
        self.bytes.extend_from_slice(bytes);
        self.end = map.end();
    }

    /// Forgets the first bytes; the first of them has the offset `base`.
    fn drop_front(&mut self, bytes: usize, base: u64) {
        if bytes == 0 {
            return;
        }
        self.bytes.drain(..bytes.min(self.bytes.len()));
        match &mut self.same {
            Some(at) => *at = at.plus(bytes),
            None => self.runs.drop_front(bytes),
        }
        self.gaps.retain(|(at, _)| *at > base + bytes as u64);
    }
}
