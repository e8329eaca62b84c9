//! From decoded text back to the bytes it came from.

/// Where the characters of a piece of decoded text lie, in the input and in the outermost slot's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Map<'a> {
    places: Places<'a>,
    /// Bytes of the piece.
    len: usize,
    /// One past the last byte, in the input and in the outermost slot's text.
    end: Place,
}

/// A place in the input and in the decoded text of the outermost slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Offset in the input.
    pub raw: u64,
    /// Offset in the outermost slot's text.
    pub outer: u64,
}

#[derive(Clone, Copy, Debug)]
enum Places<'a> {
    /// Byte `i` lies `i` after this place.
    Same(Place),
    /// The only byte lies here, and the next one somewhere else.
    One(Place),
    /// Byte `i` is byte `skip + i` of these runs.
    Runs { runs: &'a [Run], skip: u32 },
}

/// Where decoded text lies: run by run, since most of it lies as it is written. It is less than 4 GiB.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    /// By position.
    runs: Vec<Run>,
    /// Bytes in all.
    len: u32,
}

/// Bytes that follow one another where they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// The position of the first.
    from: u32,
    /// Where it begins.
    at: Low,
}

/// The low halves of a place: the whole is known from a later place less than 4 GiB away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Low {
    raw: u32,
    outer: u32,
}

impl Place {
    /// The place `by` bytes on, where text and input run alike.
    pub(crate) fn plus(self, by: usize) -> Self {
        Self {
            raw: self.raw.wrapping_add(by as u64),
            outer: self.outer.wrapping_add(by as u64),
        }
    }

    /// The place `by` bytes before. It wraps where there is none, and comes back by [`Self::plus`].
    pub(crate) fn minus(self, by: usize) -> Self {
        Self {
            raw: self.raw.wrapping_sub(by as u64),
            outer: self.outer.wrapping_sub(by as u64),
        }
    }

    /// Its low halves.
    fn low(self) -> Low {
        Low {
            raw: self.raw as u32,
            outer: self.outer as u32,
        }
    }
}

impl Low {
    /// The low halves of the place `by` bytes on.
    fn plus(self, by: u32) -> Self {
        Self {
            raw: self.raw.wrapping_add(by),
            outer: self.outer.wrapping_add(by),
        }
    }

    /// The whole place, given one at or after it by less than 4 GiB.
    fn before(self, later: Place) -> Place {
        Place {
            raw: later
                .raw
                .wrapping_sub(u64::from((later.raw as u32).wrapping_sub(self.raw))),
            outer: later
                .outer
                .wrapping_sub(u64::from((later.outer as u32).wrapping_sub(self.outer))),
        }
    }
}

impl Runs {
    /// None: what is pushed next is at position 0.
    pub(crate) fn clear(&mut self) {
        self.runs.clear();
        self.len = 0;
    }

    /// Adds `len` bytes that follow one another from a place on.
    pub(crate) fn push(&mut self, at: Place, len: usize) {
        let at = at.low();
        let goes_on = |last: &Run| last.at.plus(self.len.wrapping_sub(last.from)) == at;
        if len > 0 && !self.runs.last().is_some_and(goes_on) {
            self.runs.push(Run { from: self.len, at });
        }
        self.len = self.len.wrapping_add(len as u32);
    }

    /// Adds all of a piece.
    pub(crate) fn extend(&mut self, map: &Map<'_>) {
        map.each_run(|at, len| self.push(at, len));
    }

    /// Forgets the first bytes: positions count from there.
    pub(crate) fn drop_front(&mut self, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).min(self.len);
        let begun = self.runs.partition_point(|run| run.from <= bytes);
        self.runs.drain(..begun.saturating_sub(1));
        for run in &mut self.runs {
            match run.from.checked_sub(bytes) {
                Some(from) => run.from = from,
                None => {
                    *run = Run {
                        from: 0,
                        at: run.at.plus(bytes - run.from),
                    }
                }
            }
        }
        self.len -= bytes;
    }

    /// All of it as a piece that ends at `end`.
    pub(crate) fn map(&self, end: Place) -> Map<'_> {
        Map {
            places: Places::Runs {
                runs: &self.runs,
                skip: 0,
            },
            len: self.len as usize,
            end,
        }
    }
}

impl<'a> Map<'a> {
    /// A piece that is its own input: `len` bytes from `at`.
    pub(crate) fn same(at: Place, len: usize) -> Self {
        Self {
            places: Places::Same(at),
            len,
            end: at.plus(len),
        }
    }

    /// A single byte that takes more room in the input, or less: what begins at `at` and ends at `end`.
    pub(crate) fn one(at: Place, end: Place) -> Self {
        Self {
            places: Places::One(at),
            len: 1,
            end,
        }
    }

    /// Where byte `at` begins; the end for one past the last.
    pub(crate) fn at(&self, at: usize) -> Place {
        match self.places {
            Places::Same(first) => first.plus(at),
            Places::One(only) if at < self.len => only,
            Places::Runs { runs, skip } if at < self.len => {
                let position = skip + at as u32;
                let behind = runs.partition_point(|run| run.from <= position);
                let run = behind.checked_sub(1).and_then(|run| runs.get(run));
                run.map_or(self.end, |run| run.at.plus(position - run.from).before(self.end))
            }
            Places::One(_) | Places::Runs { .. } => self.end,
        }
    }

    /// Where in the input the last byte of what byte `at` is written as lies: an escape has several.
    pub(crate) fn last_of(&self, at: usize) -> u64 {
        let begin = self.at(at).raw;
        let rest = (at..self.len).map(|at| self.at(at).raw);
        let next = rest.skip(1).find(|next| *next != begin);
        next.unwrap_or(self.end.raw).saturating_sub(1)
    }

    /// One past the last byte.
    pub(crate) fn end(&self) -> Place {
        self.end
    }

    /// Whether text and input run alike, and from where.
    pub(crate) fn as_same(&self) -> Option<Place> {
        match self.places {
            Places::Same(at) => Some(at),
            Places::One(_) | Places::Runs { .. } => None,
        }
    }

    /// Calls back with each stretch of bytes that follow one another where they come from: its place, and how long.
    pub(crate) fn each_run(&self, mut then: impl FnMut(Place, usize)) {
        match self.places {
            Places::Same(at) | Places::One(at) => then(at, self.len),
            Places::Runs { runs, skip } => {
                let mut at = 0;
                let first = runs.partition_point(|run| run.from <= skip);
                let ends = runs.iter().skip(first).map(|run| (run.from - skip) as usize);
                for end in ends.chain([self.len]) {
                    if at >= self.len {
                        break;
                    }
                    let end = end.min(self.len);
                    then(self.at(at), end - at);
                    at = end;
                }
            }
        }
    }

    /// The same with `by` more bytes in front, where text and input run alike: for positions that count from there.
    pub(crate) fn back(&self, by: usize) -> Map<'a> {
        match self.places {
            Places::Same(at) => Map {
                places: Places::Same(at.minus(by)),
                len: self.len + by,
                end: self.end,
            },
            Places::One(_) | Places::Runs { .. } => *self,
        }
    }

    /// The part `from..to`.
    pub(crate) fn slice(&self, from: usize, to: usize) -> Map<'a> {
        match self.places {
            Places::Same(at) => Map::same(at.plus(from), to - from),
            Places::One(_) if from < to => *self,
            Places::One(_) => Map::same(self.at(from), 0),
            Places::Runs { runs, skip } => Map {
                places: Places::Runs {
                    runs,
                    skip: skip + from as u32,
                },
                len: to - from,
                end: self.at(to),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn low_halves_come_back_whole_across_the_wrap() {
        let later = Place {
            raw: (1 << 32) + 5,
            outer: 3 << 32,
        };
        for back in [0, 1, 5, 6, 4096] {
            let place = Place {
                raw: later.raw - back,
                outer: later.outer - back,
            };
            assert_eq!(place.low().before(later), place);
        }
    }

    #[test]
    fn slices_keep_places() {
        let map = Map::same(Place { raw: 10, outer: 2 }, 8);
        assert_eq!(map.slice(3, 5).at(1), Place { raw: 14, outer: 6 });
        let mut runs = Runs::default();
        runs.push(Place { raw: 1, outer: 0 }, 1);
        runs.push(Place { raw: 7, outer: 1 }, 1);
        let map = runs.map(Place { raw: 8, outer: 2 });
        assert_eq!(
            (map.at(1).raw, map.at(2).raw, map.slice(0, 1).end().raw),
            (7, 8, 7)
        );
    }

    proptest! {
        #[test]
        fn runs_are_a_place_for_each_byte(
            steps in proptest::collection::vec((0u64..3, 0usize..5), 0..12),
            base in prop::sample::select(vec![0, u64::from(u32::MAX) - 8]),
            (from, to, dropped) in (0usize..40, 0usize..40, 0usize..40),
        ) {
            let mut runs = Runs::default();
            let mut truth = Vec::new();
            let mut next = Place { raw: base, outer: 0 };
            for (gap, len) in steps {
                next.raw += gap;
                runs.push(next, len);
                truth.extend((0..len).map(|at| next.plus(at)));
                next = next.plus(len);
            }
            let check = |map: Map<'_>, truth: &[Place], end: Place| {
                let mut told = Vec::new();
                map.each_run(|at, len| told.extend((0..len).map(|by| at.plus(by))));
                assert_eq!(told, truth);
                for (at, place) in truth.iter().chain([&end]).enumerate() {
                    assert_eq!(map.at(at), *place);
                }
            };
            check(runs.map(next), &truth, next);
            let to = to.min(truth.len());
            let from = from.min(to);
            let end = truth.get(to).copied().unwrap_or(next);
            check(runs.map(next).slice(from, to), &truth[from..to], end);
            let mut again = Runs::default();
            again.extend(&runs.map(next).slice(from, to));
            check(again.map(end), &truth[from..to], end);
            let dropped = dropped.min(truth.len());
            runs.drop_front(dropped);
            check(runs.map(next), &truth[dropped..], next);
        }
    }
}
