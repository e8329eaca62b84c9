//! From decoded text back to the bytes it came from.

/// Where the characters of a piece of decoded text lie, in the input and in the outermost slot's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Map<'a> {
    places: Places<'a>,
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
    /// Byte `i` of the piece begins at the low halves in `[i]`.
    Table(&'a [Low]),
}

/// The low halves of a place: the whole is known from a later place less than 4 GiB away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Low {
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
    pub(crate) fn low(self) -> Low {
        Low {
            raw: self.raw as u32,
            outer: self.outer as u32,
        }
    }
}

impl Low {
    /// The low halves of so many bytes that follow one another from here.
    pub(crate) fn run(self, len: usize) -> impl Iterator<Item = Self> {
        (0..len as u32).map(move |at| Self {
            raw: self.raw.wrapping_add(at),
            outer: self.outer.wrapping_add(at),
        })
    }

    /// The whole place, given one at or after it by less than 4 GiB.
    pub(crate) fn before(self, later: Place) -> Place {
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

impl<'a> Map<'a> {
    /// A piece that is its own input: `len` bytes from `at`.
    pub(crate) fn same(at: Place, len: usize) -> Self {
        Self {
            places: Places::Same(at),
            end: at.plus(len),
        }
    }

    /// A piece whose byte `i` begins at `table[i]` and which ends at `end`.
    pub(crate) fn table(table: &'a [Low], end: Place) -> Self {
        Self {
            places: Places::Table(table),
            end,
        }
    }

    /// Where byte `at` begins; the end for one past the last.
    pub(crate) fn at(&self, at: usize) -> Place {
        match self.places {
            Places::Same(first) => first.plus(at),
            Places::Table(table) => table.get(at).map_or(self.end, |low| low.before(self.end)),
        }
    }

    /// One past the last byte.
    pub(crate) fn end(&self) -> Place {
        self.end
    }

    /// Whether text and input run alike, and from where.
    pub(crate) fn as_same(&self) -> Option<Place> {
        match self.places {
            Places::Same(at) => Some(at),
            Places::Table(_) => None,
        }
    }

    /// The same with `by` more bytes in front, where text and input run alike: for positions that count from there.
    pub(crate) fn back(&self, by: usize) -> Map<'a> {
        Map {
            places: match self.places {
                Places::Same(at) => Places::Same(at.minus(by)),
                table @ Places::Table(_) => table,
            },
            end: self.end,
        }
    }

    /// The part `from..to`.
    pub(crate) fn slice(&self, from: usize, to: usize) -> Map<'a> {
        match self.places {
            Places::Same(at) => Map::same(at.plus(from), to - from),
            Places::Table(table) => Map::table(table.get(from..to).unwrap_or_default(), self.at(to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let table = [Place { raw: 1, outer: 0 }.low(), Place { raw: 7, outer: 1 }.low()];
        let map = Map::table(&table, Place { raw: 8, outer: 2 });
        assert_eq!(
            (map.at(1).raw, map.at(2).raw, map.slice(0, 1).end().raw),
            (7, 8, 7)
        );
    }
}
