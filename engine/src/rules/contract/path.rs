//! Where a property stands in a body, and how a path says it.

use core::fmt::Write as _;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) to: To,
    /// To a child, or to anything below.
    pub(super) below: bool,
}

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// A member.
    Name(String),
    /// Every element of a list.
    Element,
    /// The element of a number.
    Index(usize),
    /// Every member.
    Any,
    /// The document in a string.
    Nested,
}

/// The same steps, from anywhere below.
pub(super) fn anywhere(steps: &[Step]) -> Vec<Step> {
    let mut steps = steps.to_vec();
    match steps.first_mut() {
        // No path goes into any string: into those of members it does.
        Some(first) if first.to == To::Nested => steps.insert(
            0,
            Step {
                to: To::Any,
                below: true,
            },
        ),
        Some(first) => first.below = true,
        None => {}
    }
    steps
}

/// Steps as a path writes them, behind its `$`.
pub(super) fn written(steps: &[Step]) -> String {
    let mut path = String::new();
    for Step { to, below } in steps {
        let dots = if *below { ".." } else { "" };
        let _ = match to {
            To::Name(name) if is_plain(name) => write!(path, "{}{name}", if *below { ".." } else { "." }),
            To::Name(name) => write!(path, "{dots}['{}']", quoted(name)),
            To::Element => write!(path, "{dots}[*]"),
            To::Index(index) => write!(path, "{dots}[{index}]"),
            To::Any => write!(path, "{}*", if *below { ".." } else { "." }),
            To::Nested => write!(path, "~$"),
        };
    }
    path
}

/// Whether a name needs no quotes.
fn is_plain(name: &str) -> bool {
    let is_mark = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@'));
    !name.is_empty() && !name.contains(is_mark)
}

/// A name between single quotes.
fn quoted(name: &str) -> String {
    let mut to = String::new();
    for c in name.chars() {
        match c {
            '\'' | '\\' => to.extend(['\\', c]),
            c if c.is_control() => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(to, "\\u{unit:04x}");
                }
            }
            c => to.push(c),
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Pattern;

    #[test]
    fn every_name_is_read_back() {
        for name in [
            "a", "a-b", "größe", "a b", "it's", "x.y", "a\\b", "\n", "", "*", "$ref", "[0]", "~",
        ] {
            for below in [false, true] {
                let step = Step {
                    to: To::Name(name.to_owned()),
                    below,
                };
                let path = format!("${}", written(&[step]));
                let read = Pattern::parse(&path).unwrap_or_else(|error| panic!("{path}: {}", error.message));
                assert_eq!(read.last_name(), Some(name), "{path}");
            }
        }
    }
}
