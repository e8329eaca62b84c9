//! What values a check is for: a rule that gives it others can never be right, and is told so.
//!
//! A check that has no line here takes anything.

use crate::simd::ByteSet;
use regex_syntax::hir::{Class, Hir, HirKind};

/// What a check counts in a value: so many of some bytes, whatever stands between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Takes {
    /// What is counted, in words.
    pub(crate) what: &'static str,
    of: Of,
    /// From and to.
    pub(crate) count: (usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Digits,
    LettersAndDigits,
    Byte(u8),
}

/// By the check's name.
const TAKES: &[(&str, Takes)] = &[
    (
        "aws_key_id",
        of(Of::LettersAndDigits, "letters and digits", 20, 20),
    ),
    ("card", of(Of::Digits, "digits", 12, 19)),
    ("email", of(Of::Byte(b'@'), "`@`", 1, 1)),
    ("iban", of(Of::LettersAndDigits, "letters and digits", 15, 34)),
    ("ipv4", of(Of::Byte(b'.'), "`.`", 3, 3)),
    ("ipv6", of(Of::Byte(b':'), "`:`", 2, 7)),
    ("us_ssn", of(Of::Digits, "digits", 9, 9)),
];

const fn of(of: Of, what: &'static str, least: usize, most: usize) -> Takes {
    Takes {
        what,
        of,
        count: (least, most),
    }
}

/// What the check of a name takes, where that is known.
pub(crate) fn takes(name: &str) -> Option<&'static Takes> {
    TAKES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, takes)| takes)
}

impl Takes {
    /// How many a match of a pattern may have, from and to, if none of that is what the check takes.
    pub(crate) fn misses(&self, pattern: &Hir) -> Option<(usize, usize)> {
        let (least, most) = self.counted(pattern);
        (most < self.count.0 || least > self.count.1).then_some((least, most))
    }

    fn holds(&self, byte: u8) -> bool {
        match self.of {
            Of::Digits => byte.is_ascii_digit(),
            Of::LettersAndDigits => byte.is_ascii_alphanumeric(),
            Of::Byte(this) => byte == this,
        }
    }

    /// How many of its bytes a match has, from and to.
    fn counted(&self, hir: &Hir) -> (usize, usize) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => (0, 0),
            HirKind::Literal(literal) => {
                let count = literal.0.iter().filter(|byte| self.holds(**byte)).count();
                (count, count)
            }
            HirKind::Class(class) => {
                let set = class_set(class);
                let all = set.iter().all(|byte| self.holds(byte));
                let any = set.iter().any(|byte| self.holds(byte));
                (usize::from(all), usize::from(any))
            }
            HirKind::Repetition(repetition) => {
                let (least, most) = self.counted(&repetition.sub);
                let times = repetition.max.map_or(usize::MAX, |max| max as usize);
                (
                    least.saturating_mul(repetition.min as usize),
                    most.saturating_mul(times),
                )
            }
            HirKind::Capture(capture) => self.counted(&capture.sub),
            HirKind::Concat(parts) => parts.iter().fold((0, 0), |sum: (usize, usize), part| {
                let (least, most) = self.counted(part);
                (sum.0.saturating_add(least), sum.1.saturating_add(most))
            }),
            HirKind::Alternation(parts) => {
                let counts = parts.iter().map(|part| self.counted(part));
                counts
                    .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
                    .unwrap_or((0, 0))
            }
        }
    }
}

fn class_set(class: &Class) -> ByteSet {
    crate::detect::anchor::class_set(class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::catalog;
    use crate::detect::check;
    use crate::rules::lint;

    #[test]
    fn every_line_is_of_a_check_and_fits_the_catalogue() {
        for (name, _) in TAKES {
            assert!(check::by_name(name).is_some(), "{name}");
        }
        for named in &catalog::draft("default").unwrap().detectors {
            let rule = &named.rule;
            let Some(takes) = rule.check.as_deref().and_then(takes) else {
                continue;
            };
            let pattern = lint::pattern(&rule.pattern).unwrap();
            assert_eq!(takes.misses(&pattern), None, "{}", rule.id);
        }
    }

    #[test]
    fn what_a_pattern_cannot_have_is_missed() {
        let misses =
            |name: &str, pattern: &str| takes(name).unwrap().misses(&lint::pattern(pattern).unwrap());
        assert_eq!(misses("card", "[0-9]{6}"), Some((6, 6)));
        assert_eq!(misses("card", "[a-f]{16}"), Some((0, 0)));
        assert_eq!(misses("card", "[0-9a-f]{16}"), None);
        assert_eq!(misses("card", "(?:[0-9]{4} ?){4}"), None);
        assert_eq!(
            misses("us_ssn", "[0-9]{3}-?(?:[0-9]{2}|[0-9]{7})-[0-9]{5}"),
            Some((10, 15))
        );
        assert_eq!(misses("email", "[a-z]{1,9}@[a-z]{1,9}"), None);
    }
}
