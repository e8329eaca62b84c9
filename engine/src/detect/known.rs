//! What was proven of the catalogue's patterns before: to compile them neither automata nor proofs are needed.
//!
//! `catalog/known.txt` has a line for each pattern that some detector runs: the FNV-1a sum of it, the shapes of which every
//! match holds one, if that had to be proven, and within how many bytes. A test works all of it out anew and compares.

use crate::rules::DetectorRule;
use crate::simd::Shapes;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is known of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Shapes of which every match holds one, and within how many bytes; none if it was not asked, or is not so.
    pub shapes: Option<(Shapes, usize)>,
}

static KNOWN: LazyLock<HashMap<u128, Known>> = LazyLock::new(|| read(include_str!("catalog/known.txt")));

/// What is known of the pattern and lead of a rule.
pub(super) fn of(rule: &DetectorRule) -> Option<Known> {
    KNOWN.get(&sum(rule)).copied()
}

/// The lines of a table, by sum. A line that is none is left out.
fn read(text: &str) -> HashMap<u128, Known> {
    let line = |line: &str| {
        let mut words = line.split(' ');
        let sum = u128::from_str_radix(words.next()?, 16).ok()?;
        let shapes = u32::from_str_radix(words.next()?, 16).ok()?;
        let reach = words.next()?.parse().ok()?;
        let shapes = (shapes != 0).then(|| (Shapes::of_bits(shapes), reach));
        Some((sum, Known { shapes }))
    };
    text.lines().filter_map(line).collect()
}

/// The sum of what is compiled of a rule. Source: the FNV hash function, version 1a, of 128 bits.
fn sum(rule: &DetectorRule) -> u128 {
    let lead = rule.lead.as_deref().unwrap_or_default();
    let kind = u8::from(rule.shape.is_some()) | u8::from(rule.run.is_some()) << 1;
    let parts = [rule.pattern.as_bytes(), &[0xFF, kind], lead.as_bytes()];
    let bytes = parts.into_iter().flatten();
    bytes.fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |sum: u128, byte| {
        (sum ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B)
    })
}

#[cfg(test)]
mod tests {
    use super::super::anchor::Trigger;
    use super::super::detector::{Detector, Scope};
    use super::*;
    use crate::Source;
    use std::collections::BTreeMap;

    /// The table as it has to be.
    fn table() -> String {
        let mut lines = BTreeMap::new();
        for name in ["default", "secrets", "pii", "strict"] {
            let source = Source::builtin(name).unwrap();
            for rule in &source.detectors {
                lines.entry(sum(rule)).or_insert_with(|| {
                    let scope = Scope {
                        index: &HashMap::new(),
                        thresholds: &source.thresholds,
                    };
                    let detector = Detector::new_with(rule, &scope, None);
                    let detector = detector.unwrap_or_else(|message| panic!("{}: {message}", rule.id));
                    match detector.trigger {
                        Trigger::Shapes(shapes, reach) => (shapes.bits(), reach),
                        _ => (0, 0),
                    }
                });
            }
        }
        lines
            .iter()
            .map(|(sum, (shapes, reach))| format!("{sum:032x} {shapes:x} {reach}\n"))
            .collect()
    }

    #[test]
    fn the_catalogue_is_known() {
        let (is, has) = (table(), include_str!("catalog/known.txt"));
        assert!(
            is == has,
            "catalog/known.txt is not what the catalogue's patterns are: \
             `cargo test -p lacuna --lib known::tests::write -- --ignored` writes it"
        );
    }

    #[test]
    #[ignore = "it writes the table that the other test compares"]
    fn write() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/detect/catalog/known.txt");
        std::fs::write(path, table()).unwrap();
    }

    #[test]
    fn lines_are_read() {
        let known = read("00000000000000000000000000000001 3 9\nnone\n02 0 0\n");
        assert_eq!(known.len(), 2);
        assert_eq!(known[&1].shapes, Some((Shapes::of_bits(3), 9)));
        assert_eq!(known[&2].shapes, None);
    }
}
