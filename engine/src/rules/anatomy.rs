//! How the engine looks for a detector's values, in words: what an author wants to know of a rule.

use super::{Ruleset, lint};
use crate::detect::anchor::{Head, Trigger, prefixes};
use crate::simd::{Before, ByteSet, Planes, Shape, Start};
use core::fmt::Write as _;

/// How the engine looks for one detector's values.
///
/// ```
/// use lacuna::Ruleset;
///
/// let file = r#"
///     [[detector]]
///     id = "acme-key"
///     entity = "ACME_KEY"
///     class = "restricted"
///     lead = 'key='
///     pattern = '[a-z]{8,12}'
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// let anatomy = rules.anatomy(0).ok_or("no such detector")?;
/// assert_eq!((anatomy.longest, anatomy.longest_lead), (12, 4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Anatomy {
    /// What makes the engine run it: of the lead, where it has one.
    pub triggers: Triggers,
    /// The longest match of its pattern, in bytes of decoded text; of a run, the longest prefix.
    pub longest: usize,
    /// The longest match of its lead, which stands before the value and is no part of it; 0 without one.
    pub longest_lead: usize,
}

/// What makes the engine run a detector. Where none of it is, the detector costs nothing.
///
/// ```
/// use lacuna::{Ruleset, Triggers};
///
/// let triggers = |pattern: &str| {
///     let file = format!("[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\npattern = '{pattern}'\n");
///     let rules = Ruleset::compile(&file, "acme.toml", &mut |_, _| Err("it names no other file".into())).ok()?;
///     Some(rules.anatomy(0)?.triggers)
/// };
/// assert_eq!(triggers("EMP-[0-9]{6}"), Some(Triggers::Heads(vec!["EMP-[0-9]{6}".into()])));
/// assert_eq!(triggers("[0-9]{3}-[0-9]{2}-[0-9]{4}"), Some(Triggers::Shapes(vec!["ddd-dd-dddd"])));
/// assert_eq!(triggers("[a-c]{2}"), Some(Triggers::First("[a-c]".into())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Triggers {
    /// Every match begins with one of these: literals, with classes where a byte may be one of several.
    Heads(Vec<String>),
    /// Every match has one of these shapes in it, each said in words.
    Shapes(Vec<&'static str>),
    /// Every match that counts has a run of letters and digits, mixed, in it, and begins with one of these, if there are
    /// any.
    Mixed(Vec<String>),
    /// Every match begins with a byte of this class, and the detector is run at each of them: this is dear.
    First(String),
}

impl Ruleset {
    /// How the engine looks for the detector of this number in [`crate::Source::detectors`]; `None` if there is
    /// none.
    ///
    /// ```
    /// use lacuna::{Ruleset, Triggers};
    /// let rules = Ruleset::builtin("default")?;
    /// let email = rules.source().detectors.iter().position(|rule| rule.id == "email");
    /// let anatomy = email.and_then(|number| rules.anatomy(number)).ok_or("no such detector")?;
    /// assert_eq!(anatomy.triggers, Triggers::Shapes(vec!["`@`"]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn anatomy(&self, number: usize) -> Option<Anatomy> {
        let rule = self.source().detectors.get(number)?;
        let detector = self.rules().detectors.all.get(number)?;
        Some(Anatomy {
            triggers: words(&detector.trigger, &rule.pattern),
            longest: longest(&rule.pattern),
            longest_lead: rule.lead.as_deref().map_or(0, longest),
        })
    }

    /// How many bytes of an input some trigger ends at: the places where detectors are run. Escapes are left as they
    /// are written, and a trigger across a multiple of 16 KiB may be missed: a figure to compare rules by.
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("pii")?;
    /// assert_eq!(rules.triggered(b"nothing here"), 0);
    /// assert_eq!(rules.triggered(b"write to ada@example.com"), 1);
    /// # Ok::<(), lacuna::Faults>(())
    /// ```
    pub fn triggered(&self, input: &[u8]) -> u64 {
        let rules = self.rules();
        let mut planes = Planes::new();
        let (mut rest, mut before, mut count) = (input, Before::default(), 0);
        while !rest.is_empty() {
            let scan = rules.scan(&mut planes, rest, (before, Start::Outside));
            for (block, planes) in scan.blocks.iter().enumerate() {
                let mut hot = planes.hot;
                while hot != 0 {
                    // The kernel may be hot where no literal is: the detectors' own tables decide, as in a stream.
                    let at = block * 64 + hot.trailing_zeros() as usize;
                    count += u64::from(rules.detectors.is_triggered(scan.bytes, at));
                    hot &= hot - 1;
                }
            }
            before = before.after(scan.bytes);
            rest = rest.get(scan.bytes.len()..).unwrap_or_default();
        }
        count
    }
}

/// The longest match of a pattern that was compiled: it has one.
fn longest(pattern: &str) -> usize {
    lint::pattern(pattern)
        .ok()
        .and_then(|hir| hir.properties().maximum_len())
        .unwrap_or(lint::LONGEST_MATCH)
}

/// A trigger in words.
fn words(trigger: &Trigger, pattern: &str) -> Triggers {
    match trigger {
        Trigger::Heads(heads) => Triggers::Heads(heads.iter().map(head).collect()),
        Trigger::Shapes(shapes, _) => Triggers::Shapes(shapes.iter().map(shape).collect()),
        Trigger::Mixed => {
            let rows = lint::pattern(pattern)
                .map(|hir| prefixes(&hir))
                .unwrap_or_default();
            Triggers::Mixed(rows.iter().map(|row| row_text(row)).collect())
        }
        Trigger::First(first) => Triggers::First(class(*first)),
    }
}

/// What a match begins with, as a pattern writes it: where no letter has a case, after `(?i)`.
fn head(head: &Head) -> String {
    row_text(&head.row)
}

/// The same of a row of sets.
fn row_text(row: &[ByteSet]) -> String {
    let alike = |set: &ByteSet| {
        (b'a'..=b'z').all(|letter| set.contains(letter) == set.contains(letter.to_ascii_uppercase()))
    };
    let any_case = row.iter().all(alike) && row.iter().any(|set| letter(*set).is_some());
    let mut text = String::from(if any_case { "(?i)" } else { "" });
    for same in row.chunk_by(|one, other| one == other) {
        let Some(set) = same.first().copied() else {
            continue;
        };
        let one = letter(set).filter(|_| any_case).map_or_else(|| class(set), byte);
        // A class is written once, with how often it comes; a character as often as it comes.
        if one.starts_with('[') && one.len() > 1 && same.len() > 1 {
            let _ = write!(text, "{one}{{{}}}", same.len());
        } else {
            text.push_str(&one.repeat(same.len()));
        }
    }
    text
}

/// The small letter, of a set that is one letter in both cases.
fn letter(set: ByteSet) -> Option<u8> {
    (b'a'..=b'z').find(|letter| set == ByteSet::of(&[*letter, letter.to_ascii_uppercase()]))
}

/// A shape in words.
fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::At => "`@`",
        Shape::Digits13 => "13 digits in a row",
        Shape::Digits9 => "9 digits in a row",
        Shape::Group44 => "dddd-dddd",
        Shape::Ssn324 => "ddd-dd-dddd",
        Shape::Phone34 => "ddd-dddd",
        Shape::PlusDigit => "`+` and a digit",
        Shape::Quad => "four numbers with dots",
        Shape::Colons => "`::` or hex groups with colons",
        Shape::Iban => "two capitals and two digits",
        Shape::Coded => "a capital beside a digit",
        Shape::Group33 => "ddd-ddd",
        Shape::Pairs => "dd-dd-dd",
        Shape::Digits6 => "6 digits in a row",
        Shape::Uuid => "hhhhhhhh-hhhh-",
        Shape::Mixed12 => "12 letters and digits in a row, mixed",
        Shape::Dated => "d-dd or d-Mm",
    }
}

/// A set of bytes: one byte as itself, more as a class.
fn class(set: ByteSet) -> String {
    if set == ByteSet::FULL {
        return ".".to_owned();
    }
    let mut ranges: Vec<(u8, u8)> = Vec::new();
    for byte in (0..=u8::MAX).filter(|byte| set.contains(*byte)) {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(byte) => *last = byte,
            _ => ranges.push((byte, byte)),
        }
    }
    if let [(first, last)] = ranges[..]
        && first == last
    {
        return byte(first);
    }
    // In a class these say something else.
    let member = |one: u8| match one {
        b'[' | b']' | b'^' | b'-' | b'\\' => format!(r"\{}", char::from(one)),
        _ => byte(one),
    };
    let mut text = String::from("[");
    for (first, last) in ranges {
        text.push_str(&member(first));
        if first != last {
            text.push('-');
            text.push_str(&member(last));
        }
    }
    text.push(']');
    text
}

/// A byte as a pattern may write it.
fn byte(byte: u8) -> String {
    let mut text = String::new();
    match byte {
        b'\t' => text.push_str(r"\t"),
        b'\n' => text.push_str(r"\n"),
        b'\r' => text.push_str(r"\r"),
        b' '..=b'~' => text.push(char::from(byte)),
        _ => {
            let _ = write!(text, r"\x{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(detectors: &str) -> Vec<Anatomy> {
        let text = format!("[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\n{detectors}");
        let rules = Ruleset::compile(&text, "t", &mut |_, _| Err(String::new())).unwrap();
        (0..).map_while(|number| rules.anatomy(number)).collect()
    }

    #[test]
    fn literals_are_written_as_patterns() {
        let found = of(r"pattern = '(?i)\bab[0-9]-\t{1,3}'");
        assert_eq!(
            found[0].triggers,
            Triggers::Heads(vec![r"(?i)ab[0-9]-\t".to_owned()])
        );
        assert_eq!((found[0].longest, found[0].longest_lead), (7, 0));
        let found = of(r"pattern = 'xx-[a-f]{5}[0-9]'");
        assert_eq!(
            found[0].triggers,
            Triggers::Heads(vec!["xx-[a-f]{5}[0-9]".to_owned()])
        );
        assert_eq!(of(r"pattern = '[a-f]{4}'")[0].longest, 4);
        let found = of(r"pattern = 'abc[]^-]'");
        assert_eq!(
            found[0].triggers,
            Triggers::Heads(vec![r"abc[\-\]-\^]".to_owned()])
        );
        let led = of("pattern = '[a-z]{8}'\nlead = 'key='");
        assert_eq!(led[0].triggers, Triggers::Heads(vec!["key=".to_owned()]));
        assert_eq!(led[0].longest_lead, 4);
    }

    #[test]
    fn what_runs_everywhere_says_so() {
        let found = of(r"pattern = '[a-c]{2}'");
        assert_eq!(found[0].triggers, Triggers::First("[a-c]".to_owned()));
    }

    #[test]
    fn every_builtin_detector_has_an_anatomy() {
        let rules = Ruleset::builtin("default").unwrap();
        for (number, rule) in rules.source().detectors.iter().enumerate() {
            let anatomy = rules.anatomy(number).unwrap();
            assert!((1..=2048).contains(&anatomy.longest), "{}: {anatomy:?}", rule.id);
            match anatomy.triggers {
                Triggers::Heads(heads) => assert!(heads.iter().all(|head| !head.is_empty())),
                Triggers::Shapes(shapes) => assert!(!shapes.is_empty()),
                Triggers::Mixed(_) => {}
                Triggers::First(_) => panic!("{} runs everywhere", rule.id),
            }
        }
        assert_eq!(rules.anatomy(rules.source().detectors.len()), None);
    }

    #[test]
    fn triggers_are_counted_on_every_kernel() {
        let rules = Ruleset::builtin("pii").unwrap();
        let mut input = vec![b'.'; 40_000];
        for at in (100..40_000).step_by(700) {
            input[at] = b'@';
            input[at + 1] = b'a';
        }
        for kernels in crate::Kernels::all() {
            assert_eq!(rules.with_kernels(kernels).triggered(&input), 57, "{kernels:?}");
        }
        assert_eq!(Ruleset::builtin("empty").unwrap().triggered(&input), 0);
    }
}
