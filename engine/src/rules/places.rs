//! Where the parts of a rule stand in its file: worked out where there is something to say of them.
//!
//! A rule carries the place of its table. What lies in the table is found by reading the file again, so that rules that
//! are fine carry no places that nobody asks for.

use super::Load;
use super::parse::beside;
use super::reader::Page;
use crate::detect::catalog;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in a file: its name, a line and a column, as rules carry it.
pub(crate) type Place = (String, u32, u32);

/// The files that a rule set was read from; those of the catalogue need not be kept.
#[derive(Debug, Default)]
pub(crate) struct Places {
    texts: BTreeMap<String, String>,
}

/// A part of a rule's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The value of a key.
    Key(&'static str),
    /// An item of the list that is the value of a key.
    Item(&'static str, usize),
    /// A key of the table that is the value of a key.
    Inner(&'static str, &'static str),
}

impl Places {
    /// Keeps a file's text.
    pub(crate) fn keep(&mut self, file: &str, text: &str) {
        self.texts.insert(file.to_owned(), text.to_owned());
    }

    /// A loader that keeps what it reads.
    pub(crate) fn keeping<'a>(
        &'a mut self,
        load: &'a mut Load<'_>,
    ) -> impl FnMut(&str, &str) -> Result<String, String> + 'a {
        move |path, from| {
            let text = load(path, from)?;
            self.keep(&beside(from, path), &text);
            Ok(text)
        }
    }

    /// Where a part of the rule stands whose table is at a place; that place, if the table does not say it itself.
    pub(crate) fn of(&self, at: &Place, part: Part) -> Place {
        let kept = self.texts.get(&at.0).map(String::as_str);
        let text = kept.or_else(|| {
            catalog::files()
                .find(|(file, _)| *file == at.0)
                .map(|(_, text)| text)
        });
        let found = text.and_then(|text| find(&Page::new(text, &at.0), text, (at.1, at.2), part));
        match found {
            Some((line, column)) => (at.0.clone(), line, column),
            None => at.clone(),
        }
    }
}

/// The place of a part of the table that begins at a line and column.
pub(super) fn find(page: &Page<'_>, text: &str, at: (u32, u32), part: Part) -> Option<(u32, u32)> {
    let document = DeTable::parse(text).ok()?;
    let lists = document
        .get_ref()
        .iter()
        .filter_map(|(_, value)| value.get_ref().as_array());
    let mut tables = lists.flatten().filter(|value| value.get_ref().is_table());
    let table = tables.find(|value| page.place(value.span().start) == at)?;
    let value = |table: &Spanned<DeValue<'_>>, key: &str| {
        let found = table.get_ref().get(key)?;
        Some(found.span().start)
    };
    let byte = match part {
        Part::Key(key) => value(table, key)?,
        Part::Item(key, index) => {
            let list = table.get_ref().get(key)?.get_ref().as_array()?;
            list.get(index)?.span().start
        }
        Part::Inner(key, inner) => {
            let found = table.get_ref().get(key)?;
            found.get_ref().get(inner)?.span().start
        }
    };
    Some(page.place(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_where_it_stands_and_else_its_table() {
        let text = "[[detector]]\nid = 'a'\n\n[[detector]]\nid = 'b'\nexamples = [\n  'x',\n  'ü', 'y']\nrun = { end = 'z' }\n";
        let mut places = Places::default();
        places.keep("f", text);
        let at = ("f".to_owned(), 4, 1);
        let of = |part| {
            let (_, line, column) = places.of(&at, part);
            (line, column)
        };
        assert_eq!(of(Part::Key("id")), (5, 6));
        assert_eq!(of(Part::Item("examples", 2)), (8, 8));
        assert_eq!(of(Part::Inner("run", "end")), (9, 15));
        assert_eq!(of(Part::Item("examples", 3)), (4, 1));
        assert_eq!(of(Part::Key("pattern")), (4, 1));
    }
}
