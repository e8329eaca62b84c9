//! What protocol a stream of JSON records speaks, by the first of them.

use super::program::BeginRule;

/// The outermost members of a record, as far as its first bytes show them.
pub(super) struct Beginning<'a> {
    /// Their names, as written, and their strings; nothing for other values.
    members: Vec<(&'a [u8], &'a [u8])>,
}

/// Whether the first member of a record, as far as it is there, has one of these names.
pub(super) fn may_begin<'n>(first: &[u8], mut names: impl Iterator<Item = &'n Box<str>>) -> bool {
    let mark: &[u8] = b"\xEF\xBB\xBF";
    let first = first.strip_prefix(mark).unwrap_or(first);
    let mut rest = first.trim_ascii_start();
    for sign in [b'{', b'"'] {
        match rest.split_first() {
            None => return true,
            Some((byte, behind)) if *byte == sign => rest = behind,
            Some(_) => return false,
        }
        if sign == b'{' {
            rest = rest.trim_ascii_start();
        }
    }
    match rest.iter().position(|byte| *byte == b'"') {
        Some(end) => names.any(|name| rest.get(..end) == Some(name.as_bytes())),
        None => names.any(|name| name.as_bytes().starts_with(rest)),
    }
}

/// So many members are looked at.
const MEMBERS: usize = 32;

impl<'a> Beginning<'a> {
    /// Reads an object's beginning; nothing if it is none. In an array the first element counts.
    pub(super) fn read(first: &'a [u8]) -> Option<Self> {
        let mut at = Cursor { bytes: first, at: 0 };
        at.skip_blanks();
        if at.peek() == Some(b'[') {
            at.at += 1;
            at.skip_blanks();
        }
        if at.next()? != b'{' {
            return None;
        }
        let mut members = Vec::new();
        while members.len() < MEMBERS {
            let Some(member) = at.member() else { break };
            members.push(member);
        }
        Some(Self { members })
    }

    /// Whether it is what a rule says.
    pub(super) fn is(&self, rule: &BeginRule) -> bool {
        let has = |name: &str| self.members.iter().find(|(known, _)| *known == name.as_bytes());
        let value = rule.value.as_ref().is_none_or(|(name, words)| {
            has(name).is_some_and(|(_, value)| words.iter().any(|word| value.starts_with(word.as_bytes())))
        });
        value && rule.members.iter().all(|name| has(name).is_some())
    }
}

/// A place in bytes.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// A string as written, whose quote is next.
    fn string(&mut self) -> Option<&'a [u8]> {
        if self.next()? != b'"' {
            return None;
        }
        let from = self.at;
        loop {
            match self.next()? {
                b'"' => return self.bytes.get(from..self.at - 1),
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    /// The next member: its name, and its string. What is behind its name need not be there.
    fn member(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        self.skip_blanks();
        let name = self.string()?;
        Some((name, self.value().unwrap_or_default()))
    }

    /// What follows a name, up to behind the comma.
    fn value(&mut self) -> Option<&'a [u8]> {
        self.skip_blanks();
        if self.next()? != b':' {
            self.at = self.bytes.len();
            return None;
        }
        self.skip_blanks();
        let mut text = None;
        let mut depth = 0u32;
        loop {
            match self.peek()? {
                b'"' => {
                    let string = self.string()?;
                    text = text.or((depth == 0).then_some(string));
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => {
                    self.at = self.bytes.len();
                    return text;
                }
                b'}' | b']' => depth -= 1,
                b',' if depth == 0 => {
                    self.at += 1;
                    return text;
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}
