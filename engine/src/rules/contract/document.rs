//! An API contract as a tree in which every node knows its place. JSON is read as YAML, which it is.

use saphyr_parser::{Event, Parser, Span};
use std::collections::HashMap;

/// Line and column, both from 1; the column counts characters.
pub(super) type At = (u32, u32);

/// The most nodes of a document: aliases may stand for many.
const MOST_NODES: usize = 1 << 18;

/// How deep nodes may stand in nodes.
const DEEPEST: usize = 128;

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: At,
    pub(super) value: Value,
}

/// What it is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A string, a number, a word.
    Text(String),
    Map(Vec<(Node, Node)>),
    List(Vec<Node>),
}

impl Node {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members of a map; none of anything else.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members = match &self.value {
            Value::Map(members) => members.as_slice(),
            _ => &[],
        };
        members
            .iter()
            .filter_map(|(key, value)| Some((key.text()?, value)))
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// A member of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.members()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    /// What a JSON pointer (RFC 6901) in a fragment points to.
    pub(super) fn pointed(&self, fragment: &str) -> Option<&Self> {
        let fragment = percent_decoded(fragment)?;
        let mut parts = fragment.split('/');
        if parts.next() != Some("") {
            return None;
        }
        parts.try_fold(self, |node, part| {
            let name = part.replace("~1", "/").replace("~0", "~");
            match &node.value {
                Value::List(items) => items.get(name.parse::<usize>().ok()?),
                _ => node.get(&name),
            }
        })
    }
}

/// A part of an address without `%XX`.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = core::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// A map or a list that is not complete yet.
struct Open {
    at: At,
    anchor: usize,
    /// Whether it is a map: then its children are keys and values in turn.
    is_map: bool,
    children: Vec<Node>,
}

/// Reads the first document of a text.
///
/// # Errors
/// The first thing that is wrong, and where.
pub(super) fn parse(text: &str) -> Result<Node, (At, String)> {
    let mut open: Vec<Open> = Vec::new();
    let mut named: HashMap<usize, Node> = HashMap::new();
    let mut nodes = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = place(error.marker().line(), error.marker().col());
            (at, format!("invalid YAML: {}", error.info()))
        })?;
        let at = begins(&span);
        let done = match event {
            Event::Scalar(value, _, anchor, _) => Some((anchor, text_node(at, value.into_owned()))),
            Event::Alias(anchor) => {
                let node = named.get(&anchor).cloned();
                let node = node.ok_or_else(|| (at, "an alias of what is not complete yet".to_owned()))?;
                nodes += size(&node);
                Some((0, node))
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                if open.len() == DEEPEST {
                    return Err((at, format!("more than {DEEPEST} levels")));
                }
                open.push(Open {
                    at,
                    anchor,
                    is_map: matches!(event, Event::MappingStart(..)),
                    children: Vec::new(),
                });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|done| (done.anchor, done.complete())),
            _ => None,
        };
        let Some((anchor, node)) = done else { continue };
        nodes += 1;
        if nodes > MOST_NODES {
            return Err((at, format!("more than {MOST_NODES} values")));
        }
        if anchor != 0 {
            named.insert(anchor, node.clone());
            nodes += size(&node);
        }
        match open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => return Ok(node),
        }
    }
    Err(((1, 1), "there is no document".to_owned()))
}

impl Open {
    fn complete(self) -> Node {
        if !self.is_map {
            return Node {
                at: self.at,
                value: Value::List(self.children),
            };
        }
        let mut members: Vec<(Node, Node)> = Vec::new();
        let mut merged = Vec::new();
        let mut children = self.children.into_iter();
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            match value.value {
                // `<<` merges what other maps say; what this one says itself comes first.
                Value::Map(more) if key.text() == Some("<<") => merged.extend(more),
                value_of => members.push((
                    key,
                    Node {
                        at: value.at,
                        value: value_of,
                    },
                )),
            }
        }
        members.extend(merged);
        Node {
            at: self.at,
            value: Value::Map(members),
        }
    }
}

fn text_node(at: At, text: String) -> Node {
    Node {
        at,
        value: Value::Text(text),
    }
}

/// How many values a node has in it, itself too.
fn size(node: &Node) -> usize {
    match &node.value {
        Value::Text(_) => 1,
        Value::Map(members) => {
            1 + members
                .iter()
                .map(|(key, value)| size(key) + size(value))
                .sum::<usize>()
        }
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
    }
}

fn begins(span: &Span) -> At {
    place(span.start.line(), span.start.col())
}

/// Columns are counted from 0 there.
fn place(line: usize, column: usize) -> At {
    let bounded = |number: usize| u32::try_from(number.max(1)).unwrap_or(u32::MAX);
    (bounded(line), bounded(column + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_json_are_read_with_their_places() {
        for text in [
            "a:\n  b: [x, 'y']\n  \"c/d\": 1\n",
            "{\"a\":\n  {\"b\": [\"x\", \"y\"],\n   \"c/d\": 1}}",
        ] {
            let node = parse(text).unwrap();
            let list = node.pointed("/a/b").unwrap();
            assert_eq!(list.items()[1].text(), Some("y"));
            assert_eq!(list.at.0, 2);
            assert_eq!(node.pointed("/a/c~1d").unwrap().text(), Some("1"));
            assert_eq!(node.pointed("/a/b/0").unwrap().text(), Some("x"));
            assert!(node.pointed("/a/x").is_none() && node.pointed("a").is_none());
        }
        let tabs = parse("{\n\t\"a\":\t[\n\t\t\"x\\/\\u00e9\"\n\t]\n}").unwrap();
        assert_eq!(tabs.pointed("/a/0").unwrap().text(), Some("x/é"));
    }

    #[test]
    fn aliases_and_merges_stand_for_what_they_name() {
        let node = parse("a: &x { b: 1, c: 2 }\nd: *x\ne: { <<: *x, b: 3 }\n").unwrap();
        assert_eq!(node.pointed("/d/c").unwrap().text(), Some("2"));
        assert_eq!(node.pointed("/e/b").unwrap().text(), Some("3"));
        assert_eq!(node.pointed("/e/c").unwrap().text(), Some("2"));
    }

    #[test]
    fn what_is_too_much_or_wrong_is_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let before = level - 1;
            let items = vec![format!("*a{before}"); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert!(parse(&bomb).unwrap_err().1.contains("values"));
        assert!(parse(&"[".repeat(100_000)).is_err());
        let deep = format!("{}x{}", "[".repeat(200), "]".repeat(200));
        assert!(parse(&deep).unwrap_err().1.contains("levels"));
        assert_eq!(parse("a: b\n c: d\n").unwrap_err().0.0, 2);
        assert!(parse("").is_err());
    }
}
