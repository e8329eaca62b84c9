//! Reads typed values out of a TOML document and keeps every mistake with its place.

use super::Fault;
use super::keys::Keys;
use crate::Confidence;
use core::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One rules file being read: its text, and its faults so far.
pub(super) struct Page<'t> {
    /// The TOML text.
    text: &'t str,
    /// The file's name.
    pub(super) file: &'t str,
    /// The byte each line starts at. Invariant: ascending, the first is 0.
    lines: Vec<usize>,
    /// In the order found.
    pub(super) faults: Vec<Fault>,
    /// Who has seen to it that its patterns are allowed.
    pub(super) patterns: Patterns,
}

/// Who sees to it that the patterns of a file are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patterns {
    /// Who reads it.
    Checked,
    /// The catalogue's tests.
    Given,
}

/// A string of the document and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// Decoded.
    pub(super) value: String,
    /// The bytes of the document, quotes included.
    pub(super) span: Range<usize>,
}

impl<'t> Page<'t> {
    /// A file's text.
    pub(super) fn new(text: &'t str, file: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            text,
            file,
            lines: core::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect(),
            faults: Vec::new(),
            patterns: Patterns::Checked,
        }
    }

    /// A file of the catalogue.
    pub(super) fn given(text: &'t str, file: &'t str) -> Self {
        Self {
            patterns: Patterns::Given,
            ..Self::new(text, file)
        }
    }

    /// The line and column of a byte, both from 1; the column counts characters.
    pub(super) fn place(&self, byte: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..byte).unwrap_or_default();
        let column = before.chars().count() + 1;
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        )
    }

    /// Notes a mistake at a byte.
    pub(super) fn fault(&mut self, byte: usize, message: impl Into<String>, hint: impl Into<String>) {
        self.fault_at(self.place(byte), message, hint);
    }

    /// Notes a mistake at a line and column.
    pub(super) fn fault_at(
        &mut self,
        (line, column): (u32, u32),
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.faults.push(Fault {
            file: self.file.to_owned(),
            line,
            column,
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// The byte of the document a byte of a decoded string stands at; the string's start where escapes or an
    /// indented form make that unclear.
    pub(super) fn inside(&self, text: &Text, byte: usize) -> usize {
        let raw = self.text.get(text.span.clone()).unwrap_or_default();
        let lead = raw.find(text.value.as_str());
        match lead {
            Some(lead) if lead > 0 => text.span.start + lead + byte,
            _ => text.span.start,
        }
    }
}

/// A TOML table whose keys are known.
pub(super) struct Table<'a, 'i> {
    entries: &'a DeTable<'i>,
    /// What it is called in faults, as `[[detector]]`.
    name: &'a str,
    /// The byte it starts at.
    pub(super) at: usize,
}

impl<'a, 'i> Table<'a, 'i> {
    /// A whole document.
    pub(super) fn root(page: &mut Page<'_>, entries: &'a DeTable<'i>, keys: &'static Keys) -> Self {
        let table = Self {
            entries,
            name: keys.name,
            at: 0,
        };
        table.check_keys(page, keys);
        table
    }

    /// A value that has to be a table with no other keys than these.
    pub(super) fn open(
        page: &mut Page<'_>,
        value: &'a Spanned<DeValue<'i>>,
        keys: &'static Keys,
    ) -> Option<Self> {
        let table = Self::open_any(page, value, keys.name)?;
        table.check_keys(page, keys);
        Some(table)
    }

    /// A value that has to be a table, with any keys.
    pub(super) fn open_any(
        page: &mut Page<'_>,
        value: &'a Spanned<DeValue<'i>>,
        name: &'a str,
    ) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(entries) => Some(Self {
                entries,
                name,
                at: value.span().start,
            }),
            other => {
                wrong_type(page, value.span().start, name, "a table", other);
                None
            }
        }
    }

    /// Notes keys that are none of these.
    fn check_keys(&self, page: &mut Page<'_>, keys: &Keys) {
        for key in self.entries.keys() {
            let written: &str = key.get_ref();
            if keys.names().any(|known| known == written) {
                continue;
            }
            let hint = match nearest(written, keys.names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{} knows {}", self.name, list(&keys.names().collect::<Vec<_>>())),
            };
            page.fault(
                key.span().start,
                format!("unknown key `{written}` in {}", self.name),
                hint,
            );
        }
    }

    /// Every key with its place and value, in the order of their names.
    pub(super) fn entries(
        &self,
    ) -> impl Iterator<Item = (&'a str, usize, &'a Spanned<DeValue<'i>>)> + use<'a, 'i> {
        self.entries
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value))
    }

    /// A value of any type.
    pub(super) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.entries.get(key)
    }

    /// A string.
    pub(super) fn text(&self, page: &mut Page<'_>, key: &str) -> Option<Text> {
        text(page, self.get(key)?, key)
    }

    /// A string that has to be there.
    pub(super) fn required(&self, page: &mut Page<'_>, key: &str) -> Option<Text> {
        if self.get(key).is_none() {
            page.fault(
                self.at,
                format!("{} has no `{key}`", self.name),
                format!("add `{key} = \"…\"`"),
            );
        }
        self.text(page, key)
    }

    /// A list of strings; none where it is missing.
    pub(super) fn texts(&self, page: &mut Page<'_>, key: &str) -> Vec<Text> {
        match self.get(key) {
            Some(value) => self
                .list(page, value, key)
                .iter()
                .filter_map(|item| text(page, item, key))
                .collect(),
            None => Vec::new(),
        }
    }

    /// A list of tables, as `[[key]]` makes.
    pub(super) fn tables(&self, page: &mut Page<'_>, key: &str) -> &'a [Spanned<DeValue<'i>>] {
        self.get(key).map_or(&[], |value| self.list(page, value, key))
    }

    fn list(
        &self,
        page: &mut Page<'_>,
        value: &'a Spanned<DeValue<'i>>,
        key: &str,
    ) -> &'a [Spanned<DeValue<'i>>] {
        match value.get_ref() {
            DeValue::Array(items) => items,
            other => {
                wrong_type(page, value.span().start, key, "a list", other);
                &[]
            }
        }
    }

    /// A whole number in a range.
    pub(super) fn count(&self, page: &mut Page<'_>, key: &str, range: RangeInclusive<u64>) -> Option<u64> {
        count(page, self.get(key)?, key, range)
    }

    /// A number from 0.0 to 1.0.
    pub(super) fn ratio(&self, page: &mut Page<'_>, key: &str) -> Option<Confidence> {
        ratio(page, self.get(key)?, key)
    }
}

/// A value that has to be a string.
pub(super) fn text(page: &mut Page<'_>, value: &Spanned<DeValue<'_>>, key: &str) -> Option<Text> {
    match value.get_ref() {
        DeValue::String(text) => Some(Text {
            value: text.clone().into_owned(),
            span: value.span(),
        }),
        other => {
            wrong_type(page, value.span().start, key, "a string", other);
            None
        }
    }
}

/// A value that has to be a whole number in a range.
pub(super) fn count(
    page: &mut Page<'_>,
    value: &Spanned<DeValue<'_>>,
    key: &str,
    range: RangeInclusive<u64>,
) -> Option<u64> {
    let DeValue::Integer(written) = value.get_ref() else {
        wrong_type(page, value.span().start, key, "a whole number", value.get_ref());
        return None;
    };
    let number = u64::from_str_radix(written.as_str().trim_start_matches('+'), written.radix()).ok();
    let number = number.filter(|number| range.contains(number));
    if number.is_none() {
        let hint = match *range.end() {
            u64::MAX => format!("it is at least {}", range.start()),
            end => format!("it is {} to {end}", range.start()),
        };
        page.fault(value.span().start, format!("`{key}` is out of range"), hint);
    }
    number
}

/// A value that has to be a number from 0.0 to 1.0.
pub(super) fn ratio(page: &mut Page<'_>, value: &Spanned<DeValue<'_>>, key: &str) -> Option<Confidence> {
    let written = match value.get_ref() {
        DeValue::Float(written) => written.as_str(),
        DeValue::Integer(written) => written.as_str(),
        other => {
            wrong_type(page, value.span().start, key, "a number", other);
            return None;
        }
    };
    match written.parse::<f64>() {
        // In range, so the cast is exact enough: hundredths are what a confidence has.
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Some(Confidence::percent((ratio * 100.0).round() as u8)),
        _ => {
            page.fault(
                value.span().start,
                format!("`{key}` is out of range"),
                "it is 0.0 to 1.0",
            );
            None
        }
    }
}

fn wrong_type(page: &mut Page<'_>, at: usize, name: &str, wanted: &str, found: &DeValue<'_>) {
    let hint = match name {
        "detector" | "field" | "schema" | "allow" | "pause" => format!("write it as [[{name}]]"),
        _ if wanted == "a list" => format!("write `{name} = [\"…\"]`"),
        _ if wanted == "a string" => format!("write `{name} = \"…\"`"),
        _ => String::new(),
    };
    page.fault(
        at,
        format!("`{name}` has to be {wanted}, not {}", described(found)),
        hint,
    );
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Words as a sentence names them.
pub(super) fn list(words: &[&str]) -> String {
    words.join(", ")
}

/// The word a misspelt one probably means: about a third of its letters differ at most.
pub(super) fn nearest<'w>(written: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let allowed = written.chars().count().div_ceil(3).clamp(1, 3);
    words
        .map(|word| (distance(written, word), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Letters to insert, delete or change between two words (Levenshtein). Words far apart in length count as
/// their length, so that a long key costs nothing.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 16 {
        return a.len().max(b.len());
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let changed = corner + usize::from(x != *y);
            corner = *cell;
            left = changed.min(*cell + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let page = Page::new("a\r\nüb\n", "f");
        assert_eq!(page.place(0), (1, 1));
        assert_eq!(page.place(3), (2, 1));
        assert_eq!(page.place(5), (2, 2));
        assert_eq!(page.place(7), (3, 1));
        assert_eq!(Page::new("", "f").place(0), (1, 1));
    }

    #[test]
    fn the_nearest_word_is_near() {
        let words = ["pattern", "path", "pause"];
        assert_eq!(nearest("patern", words.into_iter()), Some("pattern"));
        assert_eq!(nearest("pth", words.into_iter()), Some("path"));
        assert_eq!(nearest("zzzzz", words.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
