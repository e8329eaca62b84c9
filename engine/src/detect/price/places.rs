//! Sets of places of which any two may stand together.

/// The most sets looked at.
const STEPS: usize = 5_000;

/// The size of the largest set of places, one of them 0, whose differences all are among these: `distances[d]` says
/// whether `d` is. At most that many: if the search gets long, a bound.
pub(super) fn most(distances: &[bool]) -> usize {
    let possible: Vec<usize> = (1..distances.len())
        .filter(|distance| distances.get(*distance) == Some(&true))
        .collect();
    let Some(gap) = possible.first() else { return 1 };
    let last = possible.last().unwrap_or(gap);
    let bound = (1 + last / gap).min(1 + possible.len());
    let mut best = 1;
    let mut steps = 0;
    let searched = add(distances, (1, &possible), &mut best, &mut steps);
    if searched { best } else { bound }
}

/// Adds places to a set, each in the distances to all of it; whether the search came to its end.
fn add(distances: &[bool], (size, rest): (usize, &[usize]), best: &mut usize, steps: &mut usize) -> bool {
    *best = size.max(*best);
    *steps += 1;
    if *steps > STEPS {
        return false;
    }
    for (index, place) in rest.iter().enumerate() {
        if size + rest.len() - index <= *best {
            break;
        }
        let later = rest.iter().skip(index + 1);
        let fits = |other: &&usize| distances.get(**other - place) == Some(&true);
        let rest: Vec<usize> = later.filter(fits).copied().collect();
        if !add(distances, (size + 1, &rest), best, steps) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_fit_together() {
        let of = |distances: &[usize]| {
            let longest = distances.iter().max().unwrap() + 1;
            let possible: Vec<bool> = (0..longest).map(|at| distances.contains(&at)).collect();
            most(&possible)
        };
        assert_eq!(of(&[5]), 2);
        // 0 and 5 and 10 need both.
        assert_eq!(of(&[5, 10]), 3);
        assert_eq!(of(&[1, 7, 20]), 2);
        assert_eq!(of(&[1, 2, 3, 4, 5]), 6);
        assert_eq!(most(&[]), 1);
    }
}
