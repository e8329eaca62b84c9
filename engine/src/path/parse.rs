//! The path language of rules files: a subset of JSONPath (RFC 9535), and `~` for JSON in a string.
//!
//! ```text
//! path     = level *( "~" level )          "~": the string here is read as a document of its own
//! level    = "$" *step
//! step     = "." name / "[" select "]" / ".*" / ".." ( name / "*" / "[" select "]" )
//! select   = "*" / index / quoted name      ".." = any number of levels down, at least to a child
//! ```

/// One path.
///
/// Invariant: no [`Step::Nested`] stands first without the `$` before it being the record, which may itself be a
/// string that holds a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// What has to be taken, in order, from the record.
    pub(super) steps: Vec<Step>,
}

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To a child.
    Into(Reach, Select),
    /// From a string to the document in it.
    Nested,
}

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To a child of where we are.
    Child,
    /// To a child of where we are or of anything below it, in the same document.
    Below,
}

/// Which children a step takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Select {
    /// Members of this decoded name.
    Name(Box<str>),
    /// The element of this number, from 0.
    Index(u64),
    /// Every member and element.
    Any,
}

/// Why a path cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathError {
    /// In characters, from 0: the first one that cannot be read.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) message: &'static str,
}

/// Longest path: keeps the automaton's worst case near, far above any real one.
const MAX_STEPS: usize = 64;

impl Pattern {
    /// Reads a path.
    ///
    /// # Errors
    /// The first character that cannot be read, and why.
    pub(crate) fn parse(path: &str) -> Result<Self, PathError> {
        let mut reader = Reader {
            chars: path.chars().collect(),
            at: 0,
        };
        let mut steps = Vec::new();
        if !reader.take('$') {
            return Err(reader.fault("a path starts with `$`, the record"));
        }
        while let Some(next) = reader.peek() {
            if steps.len() == MAX_STEPS {
                return Err(reader.fault("more than 64 steps"));
            }
            steps.push(match next {
                '.' => reader.dotted()?,
                '[' => Step::Into(Reach::Child, reader.bracket()?),
                '~' => reader.nested()?,
                _ => return Err(reader.fault("expected `.`, `[` or `~`")),
            });
        }
        Ok(Self { steps })
    }

    /// Its steps, if each is a member by its name or any element: what a profile may ask for.
    pub(crate) fn simple(&self) -> Option<Vec<Simple<'_>>> {
        let simple = |step| match step {
            &Step::Into(Reach::Child, Select::Name(ref name)) => Some(Simple::Name(name)),
            Step::Into(Reach::Child, Select::Any) => Some(Simple::Each),
            _ => None,
        };
        self.steps.iter().map(simple).collect()
    }

    /// The name the last step asks for, if it asks for one.
    pub(crate) fn last_name(&self) -> Option<&str> {
        match self.steps.last() {
            Some(Step::Into(_, Select::Name(name))) => Some(name),
            _ => None,
        }
    }
}

/// A step down that is a member by its name, or any element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Simple<'p> {
    /// A member.
    Name(&'p str),
    /// Any element.
    Each,
}

/// What a document has to allow for a path to match in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Brackets in brackets, in one level.
    pub(crate) depth: u32,
    /// JSON in strings in JSON.
    pub(crate) nesting: u32,
    /// Bytes of a key.
    pub(crate) key: u32,
}

impl Pattern {
    /// What a document has to allow for it to match.
    pub(crate) fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        let mut depth = 0;
        for step in &self.steps {
            match step {
                Step::Nested => {
                    needs.nesting += 1;
                    depth = 0;
                }
                Step::Into(_, select) => {
                    depth += 1;
                    needs.depth = needs.depth.max(depth);
                    if let Select::Name(name) = select {
                        let bytes = u32::try_from(name.len()).unwrap_or(u32::MAX);
                        needs.key = needs.key.max(bytes);
                    }
                }
            }
        }
        needs
    }
}

/// A path being read.
struct Reader {
    chars: Vec<char>,
    /// Invariant: at most `chars.len()`.
    at: usize,
}

impl Reader {
    /// The next character, left where it is.
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Takes the next character.
    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    /// Takes the next character if it is this one.
    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn fault(&self, message: &'static str) -> PathError {
        PathError { at: self.at, message }
    }

    /// `.name`, `.*`, `..name`, `..*`, `..[x]`.
    fn dotted(&mut self) -> Result<Step, PathError> {
        self.at += 1;
        let reach = if self.take('.') {
            Reach::Below
        } else {
            Reach::Child
        };
        let select = match self.peek() {
            Some('*') => {
                self.at += 1;
                Select::Any
            }
            Some('[') if reach == Reach::Below => self.bracket()?,
            _ => Select::Name(self.plain_name()?),
        };
        Ok(Step::Into(reach, select))
    }

    /// `~` and the `$` of the document in the string.
    fn nested(&mut self) -> Result<Step, PathError> {
        self.at += 1;
        if self.take('$') {
            Ok(Step::Nested)
        } else {
            Err(self.fault("`$`, the document in the string, follows `~`"))
        }
    }

    /// A name without quotes.
    fn plain_name(&mut self) -> Result<Box<str>, PathError> {
        let start = self.at;
        while self.peek().is_some_and(|c| !ends_plain_name(c)) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.fault("expected a name or `*`"));
        }
        Ok(self.chars.iter().take(self.at).skip(start).collect())
    }

    /// `[*]`, `[n]`, `['name']`, `["name"]`.
    fn bracket(&mut self) -> Result<Select, PathError> {
        self.at += 1;
        let select = match self.peek() {
            Some('*') => {
                self.at += 1;
                Select::Any
            }
            Some(quote @ ('\'' | '"')) => Select::Name(self.quoted_name(quote)?),
            Some('0'..='9') => Select::Index(self.index()?),
            _ => return Err(self.fault("expected `*`, an index from 0 or a quoted name")),
        };
        if self.take(']') {
            Ok(select)
        } else {
            Err(self.fault("expected `]`"))
        }
    }

    fn index(&mut self) -> Result<u64, PathError> {
        let start = self.at;
        let mut index = 0_u64;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            index = index
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(u64::from(digit)))
                .ok_or_else(|| self.fault("index too large"))?;
            self.at += 1;
        }
        if self.at > start + 1 && self.chars.get(start) == Some(&'0') {
            self.at = start;
            return Err(self.fault("an index has no leading zero"));
        }
        Ok(index)
    }

    /// A name in quotes, with the escapes of JSON and `\'`.
    fn quoted_name(&mut self, quote: char) -> Result<Box<str>, PathError> {
        self.at += 1;
        let mut name = String::new();
        loop {
            match self.peek() {
                None => return Err(self.fault("the quote is never closed")),
                Some(c) if c == quote => {
                    self.at += 1;
                    return Ok(name.into());
                }
                Some('\\') => name.push(self.escape()?),
                Some(c) => {
                    name.push(c);
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, PathError> {
        let start = self.at;
        self.at += 1;
        let decoded = match self.next() {
            Some(c @ ('\\' | '/' | '\'' | '"')) => Some(c),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => self.unicode_escape(),
            _ => None,
        };
        decoded.ok_or_else(|| {
            self.at = start;
            self.fault("no such escape: use \\\\ \\' \\\" \\n \\t or \\uXXXX")
        })
    }

    /// After `\u`: one code unit, or two that make a pair.
    fn unicode_escape(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if let Some(c) = char::from_u32(first) {
            return Some(c);
        }
        let paired = self.take('\\') && self.take('u');
        let second = if paired { self.hex4()? } else { return None };
        char::decode_utf16([u16::try_from(first).ok()?, u16::try_from(second).ok()?])
            .next()?
            .ok()
    }

    fn hex4(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |unit, _| Some(unit << 4 | self.next()?.to_digit(16)?))
    }
}

/// What a name without quotes cannot hold: the language's own marks, blanks and control characters.
fn ends_plain_name(c: char) -> bool {
    matches!(c, '.' | '[' | ']' | '~' | '*' | '\'' | '"') || c.is_whitespace() || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reach::{Below, Child};

    fn name(reach: Reach, name: &str) -> Step {
        Step::Into(reach, Select::Name(name.into()))
    }

    fn steps(path: &str) -> Vec<Step> {
        Pattern::parse(path).unwrap().steps
    }

    #[test]
    fn reads_every_form() {
        assert_eq!(steps("$"), []);
        assert_eq!(steps("$.a.b-c"), [name(Child, "a"), name(Child, "b-c")]);
        assert_eq!(steps("$['a b'][\"c\"]"), [name(Child, "a b"), name(Child, "c")]);
        assert_eq!(steps("$..größe"), [name(Below, "größe")]);
        assert_eq!(steps("$..['x']"), [name(Below, "x")]);
        assert_eq!(
            steps("$.*[*]"),
            [Step::Into(Child, Select::Any), Step::Into(Child, Select::Any)]
        );
        assert_eq!(steps("$..*"), [Step::Into(Below, Select::Any)]);
        assert_eq!(
            steps("$..[0][12]"),
            [
                Step::Into(Below, Select::Index(0)),
                Step::Into(Child, Select::Index(12))
            ]
        );
        assert_eq!(
            steps("$.arguments~$.ssn"),
            [name(Child, "arguments"), Step::Nested, name(Child, "ssn")]
        );
        assert_eq!(steps("$~$~$"), [Step::Nested, Step::Nested]);
    }

    #[test]
    fn quoted_names_are_decoded() {
        assert_eq!(steps(r"$['it\'s']"), [name(Child, "it's")]);
        assert_eq!(steps(r#"$["\u00e9\ud83d\ude00\n"]"#), [name(Child, "é😀\n")]);
        assert_eq!(steps("$['']"), [name(Child, "")]);
    }

    #[test]
    fn faults_carry_the_character() {
        for (path, at) in [
            ("", 0),
            ("a", 0),
            ("$a", 1),
            ("$.", 2),
            ("$..", 3),
            ("$...a", 3),
            ("$.é.", 4),
            ("$.a b", 3),
            ("$[", 2),
            ("$[-1]", 2),
            ("$[01]", 2),
            ("$[1", 3),
            ("$[99999999999999999999]", 21),
            ("$['a", 4),
            ("$['a'", 5),
            (r"$['\x']", 3),
            (r"$['\ud800']", 3),
            ("$~", 2),
            ("$~.a", 2),
            ("$.a~b", 4),
        ] {
            let fault = Pattern::parse(path).unwrap_err();
            assert_eq!(fault.at, at, "{path}: {}", fault.message);
        }
        assert_eq!(
            Pattern::parse(&format!("${}", ".a".repeat(65))).unwrap_err().at,
            129
        );
    }
}
