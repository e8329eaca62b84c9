//! What says again, in another way, what a lane's fragments say: it is emptied where one of them is masked.

use super::Around;
use crate::profile::{Elements, Mirror, Seen};
use std::collections::BTreeMap;

/// A mirror, and a fragment that it may repeat.
#[derive(Clone, Copy, Debug)]
struct Pair {
    /// Where the fragment lies in the input.
    fragment: (u64, u64),
    /// Where the mirror lies, with its brackets.
    mirror: (u64, u64),
}

/// The mirrors of events that have not left.
#[derive(Debug, Default)]
pub(super) struct Mirrors(Vec<Pair>);

impl Mirrors {
    /// Remembers those of an event: each goes with the fragments of its lanes that lie in the elements it lies in.
    pub(super) fn note(&mut self, seen: &Seen) {
        if seen.mirrors.is_empty() {
            return;
        }
        let mut places: BTreeMap<(u16, usize, Elements), Vec<(u64, u64)>> = BTreeMap::new();
        let mut depths: Vec<(u16, usize)> = seen
            .mirrors
            .iter()
            .map(|mirror| (mirror.lane, mirror.arrays))
            .collect();
        depths.sort_unstable();
        depths.dedup();
        for fragment in seen
            .fragments
            .iter()
            .filter(|fragment| fragment.from < fragment.to)
        {
            for (_, arrays) in depths.iter().filter(|(lane, _)| *lane == fragment.lane) {
                let place = (fragment.lane, *arrays, outer(&fragment.elements, *arrays));
                places
                    .entry(place)
                    .or_default()
                    .push((fragment.from, fragment.to));
            }
        }
        for Mirror {
            lane,
            arrays,
            elements,
            from,
            to,
        } in &seen.mirrors
        {
            let of = places.get(&(*lane, *arrays, outer(elements, *arrays)));
            let pairs = of.into_iter().flatten().map(|fragment| Pair {
                fragment: *fragment,
                mirror: (*from, *to),
            });
            self.0.extend(pairs);
        }
    }

    /// Empties those whose fragment is masked, and forgets those that have left.
    pub(super) fn empty(&mut self, around: &mut Around<'_>) {
        let views = around.plan.views();
        let left = around.out.left();
        self.0.retain(|pair| {
            let is_masked = around.out.is_edited(pair.fragment.0, pair.fragment.1);
            if is_masked {
                around
                    .out
                    .replace_within(views, pair.mirror.0, pair.mirror.1, b"[]");
            }
            !is_masked && pair.mirror.1 > left
        });
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// The first elements of a place.
fn outer(elements: &Elements, arrays: usize) -> Elements {
    let mut outer = Elements::default();
    outer
        .iter_mut()
        .zip(elements)
        .take(arrays)
        .for_each(|(slot, element)| *slot = *element);
    outer
}
