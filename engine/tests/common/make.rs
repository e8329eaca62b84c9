//! Random inputs, rules and plans.

use lacuna::{Action, CheckDigit, Format, Grammar, Key, Limits, OnBadRecord, OnDeepNesting, Plan, Ruleset};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::LazyLock;

/// Values that detectors find, and such that only look like it.
pub const VALUES: &[&str] = &[
    "bob@example.com",
    "first.last+tag@sub.example.co.uk",
    "bob@example",
    "icon@2x.png",
    "a@b.co",
    "x@x.x@y.com",
    "4111 1111 1111 1111",
    "4111111111111111",
    "378282246310005",
    "4111 1111 1111 1112",
    "5555-5555-5555-4444",
    "123-45-6789",
    "078 05 1123",
    "000-12-3456",
    "078051121",
    "665010001",
    "GB82 WEST 1234 5698 7654 32",
    "DE89370400440532013000",
    "NO93 8601 1117 947 THEN MORE",
    "+442079460958",
    "+1 415 555 0132",
    "(415) 555-0132 x12",
    "1-415-555-0132",
    "0232 123 45 67",
    "030 90 18 20 00",
    "12-34-56",
    "12 34 56",
    "192.0.2.1",
    "192.0.2.0/24",
    "256.0.2.1",
    "2001:db8::1",
    "::ffff:192.0.2.1",
    "fe80::1%eth0/64",
    "::1",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2ln",
    "eyJhIjoxfQ.eyJhIjoxfQ.x",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ==\n-----END PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIB",
    "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",
    "ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ",
    "ghp_zQWBuTSOoRiLAspHcVYncnsDkxkJ4",
    "kx_4f9a8b7c6d5e4f3a",
    "kx_abcdefghijkl",
    "0a1b2c3d4e5f",
    "7e57d004-2b97-0e7a-b45f-5387367791cd",
    "123456",
    "AKIAIOSFODNN7EXAMPLE",
    "AKIAXXXXXXXXXXXXXXXX",
    "postgres://app:s3cr3t@db.example.com/x",
    "https://user:pass@example.com",
    "https://u@example.com",
    "password=hunter2",
    "DB_PASSWORD: 'P4$$w0rd!'",
    "pwd := s3cr\u{e9}t",
    "password=correct\\nhorse",
    "client_secret=8f2d0c1b7e6a4f53",
    "api_key: \"a1B2c3D4e5F6g7H8\"",
    "EMP-204817",
    "EMP-20481",
    "tok_abc123def",
    "tok_",
    "[EMAIL]",
    "[US_SSN#abcdefgh]",
    "[A:k1:abc]",
    // One that authenticates with the key of these tests, and one that does not.
    "[EMAIL:k0:gpvmnnobyxnzjxunxjgheftjahpqnimpmxgrkudguspvusbaacocgm]",
    "[PHONE:k0:gpvmnnobyxnzjxunxjgheftjahpqnimpmxgrkudguspvusbaacocgm]",
    "[EMAIL",
];

/// What stands between them.
const GLUE: &[&str] = &[
    " ",
    ", ",
    "\n",
    "",
    "x",
    "\\",
    "\\n",
    "\"",
    "/",
    "ssn ",
    "card: ",
    "phone ",
    "employee ",
    "email=",
    "ip ",
    "\u{e9}",
    "\u{e0}",
    "\u{20ac}",
    "\u{1F600}",
    "[",
    "]",
    "{",
    "}",
    "a_long_word_without_end_0123456789abcdef",
    ".",
    "-",
    "0",
    "9",
    ":",
    "@",
    "\u{0}",
    "\t",
    "\\u0034",
    "\\ud83d\\ude00",
    "\\ud800",
];

const KEYS: &[&str] = &[
    "a",
    "b",
    "ssn",
    "SSN",
    "arguments",
    "items",
    "email",
    "card",
    "password",
    "",
    "x y",
    "bob@example.com",
    "4111111111111111",
    "tok_abc",
    "k\u{e9}y",
    "a\\nb",
    "phone",
    "EMP-204817",
    "my card",
    "wild_card",
    "ssn a",
];

/// A piece of text and how it is escaped.
pub type Piece = (String, u8);

/// A document.
#[derive(Clone, Debug)]
pub enum Value {
    Text(Vec<Piece>),
    Bare(String),
    Object(Vec<(Vec<Piece>, Value)>, u8),
    Array(Vec<Value>, u8),
    /// A document in a string.
    Nested(Box<Value>, u8),
}

fn piece() -> impl Strategy<Value = Piece> {
    let text = prop_oneof![
        3 => select(VALUES).prop_map(str::to_owned),
        3 => select(GLUE).prop_map(str::to_owned),
        1 => select(TOKENS.as_slice()),
        1 => "[0-9 -]{1,20}",
        1 => "[a-z@.]{1,12}",
        1 => "[A-Za-z0-9_.:/@+-]{1,24}",
    ];
    (text, prop_oneof![6 => Just(0_u8), 4 => 1..8_u8])
}

fn text() -> impl Strategy<Value = Vec<Piece>> {
    vec(piece(), 0..5)
}

fn key() -> impl Strategy<Value = Vec<Piece>> {
    prop_oneof![
        8 => (select(KEYS), 0..4_u8).prop_map(|(key, style)| vec![(key.to_owned(), style)]),
        1 => text(),
    ]
}

fn bare() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => select(&["true", "false", "null", "0", "-1", "1e3", "0.5", "12345678901234567890"][..]).prop_map(str::to_owned),
        2 => select(&["4111111111111111", "-4111111111111111", "4111111111111111.0", "665010001", "078051121", "41111111111111112"][..])
            .prop_map(str::to_owned),
        1 => "-?[1-9][0-9]{0,20}(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
    ]
}

/// A document.
pub fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![5 => text().prop_map(Value::Text), 2 => bare().prop_map(Value::Bare)];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            3 => (vec((key(), inner.clone()), 0..4), 0..4_u8).prop_map(|(members, blanks)| Value::Object(members, blanks)),
            2 => (vec(inner.clone(), 0..4), 0..4_u8).prop_map(|(items, blanks)| Value::Array(items, blanks)),
            2 => (inner, 0..4_u8).prop_map(|(value, style)| Value::Nested(Box::new(value), style)),
        ]
    })
}

impl Value {
    /// Its bytes.
    pub fn write(&self, out: &mut String) {
        let blank = |blanks: u8| match blanks {
            1 => " ",
            2 => "\t ",
            3 => "\r",
            _ => "",
        };
        match self {
            Self::Text(pieces) => write_string(pieces, out),
            Self::Bare(text) => out.push_str(text),
            Self::Object(members, blanks) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    out.push_str(blank(*blanks));
                    write_string(key, out);
                    out.push_str(blank(*blanks));
                    out.push(':');
                    value.write(out);
                    out.push_str(blank(*blanks));
                }
                out.push('}');
            }
            Self::Array(items, blanks) => {
                out.push('[');
                for (at, value) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    out.push_str(blank(*blanks));
                    value.write(out);
                    out.push_str(blank(*blanks));
                }
                out.push(']');
            }
            Self::Nested(value, style) => {
                let mut text = String::new();
                value.write(&mut text);
                write_string(&[(text, *style)], out);
            }
        }
    }
}

/// A JSON string: which characters are escaped is the style's choice.
fn write_string(pieces: &[Piece], out: &mut String) {
    out.push('"');
    for (text, style) in pieces {
        for (at, char) in text.chars().enumerate() {
            let escapes = match style {
                0 => false,
                1 => at % 3 == 1,
                2 => true,
                3 => at % 7 == 6,
                4 => at == 0,
                5 => at == text.chars().count() / 2,
                6 => at + 1 == text.chars().count(),
                _ => at % 2 == 0,
            };
            match char {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' if !escapes => out.push_str("\\n"),
                '/' if escapes => out.push_str("\\/"),
                _ if escapes || char < ' ' => {
                    for half in char.encode_utf16(&mut [0; 2]) {
                        out.push_str(&format!("\\u{half:04x}"));
                    }
                }
                _ => out.push(char),
            }
        }
    }
    out.push('"');
}

fn document() -> impl Strategy<Value = Vec<u8>> {
    value().prop_map(|value| {
        let mut out = String::new();
        value.write(&mut out);
        out.into_bytes()
    })
}

/// What may be wrong with an input.
#[derive(Clone, Debug)]
enum Harm {
    None,
    Cut(prop::sample::Index),
    Put(prop::sample::Index, Vec<u8>),
    Take(prop::sample::Index),
}

fn harm() -> impl Strategy<Value = Harm> {
    const BAD: &[&[u8]] = &[
        b"\"",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"0",
        b"x",
        b" ",
        b"\x01",
        b"\xFF",
        b"\xC3",
        b"\xE2\x82",
        b"\\ud83d",
        b"\\u12",
        b"\\q",
        b"\n",
        b"tru",
        b"-",
        b"\r",
    ];
    let bad = select(BAD);
    prop_oneof![
        5 => Just(Harm::None),
        1 => any::<prop::sample::Index>().prop_map(Harm::Cut),
        3 => (any::<prop::sample::Index>(), bad).prop_map(|(at, bytes)| Harm::Put(at, bytes.to_vec())),
        1 => any::<prop::sample::Index>().prop_map(Harm::Take),
    ]
}

fn harmed(bytes: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (bytes, harm()).prop_map(|(mut bytes, harm)| {
        match harm {
            Harm::None => {}
            Harm::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
            Harm::Put(at, what) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, what);
            }
            Harm::Take(at) if !bytes.is_empty() => {
                bytes.remove(at.index(bytes.len()));
            }
            Harm::Take(_) => {}
        }
        bytes
    })
}

/// Bytes that no text has, or few.
const ODD: &[&[u8]] = &[b"\xFF", b"\xC3", b"\xF0\x9F", b"\\", b"\0"];

fn plain() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop_oneof![
        12 => piece().prop_map(|(text, _)| text.into_bytes()),
        1 => document(),
        1 => select(ODD).prop_map(<[u8]>::to_vec),
    ];
    vec(bytes, 0..8).prop_map(|parts| parts.concat())
}

fn line_end() -> impl Strategy<Value = &'static str> {
    select(&["\n", "\r\n", "\r"][..])
}

fn no_lines(bytes: Vec<u8>) -> Vec<u8> {
    bytes
        .into_iter()
        .filter(|byte| !matches!(byte, b'\n' | b'\r'))
        .collect()
}

fn event() -> impl Strategy<Value = Vec<u8>> {
    let data = prop_oneof![
        4 => harmed(document()),
        1 => plain(),
        1 => Just(b"[DONE]".to_vec()),
    ];
    let name = select(&["data: ", "data:", "data:  "][..]);
    let data = (
        data,
        name,
        line_end(),
        proptest::option::weighted(0.3, any::<prop::sample::Index>()),
    )
        .prop_map(|(data, name, end, cut)| {
            let data = no_lines(data);
            let cut = cut.map_or(data.len(), |cut| cut.index(data.len() + 1));
            let mut line = [name.as_bytes(), &data[..cut], end.as_bytes()].concat();
            if cut < data.len() {
                line.extend([b"data:", &data[cut..], end.as_bytes()].concat());
            }
            line
        });
    let other = (
        select(&[":", ": ", "event: ", "id:", "retry: ", "x", "dat", "data", ""][..]),
        plain(),
        line_end(),
    )
        .prop_map(|(name, text, end)| [name.as_bytes(), &no_lines(text), end.as_bytes()].concat());
    let line = prop_oneof![3 => data, 1 => other];
    (vec(line, 0..4), line_end()).prop_map(|(lines, end)| [lines.concat(), end.into()].concat())
}

/// An input and a format to read it in.
pub fn input() -> impl Strategy<Value = (Format, Vec<u8>)> {
    let mark = prop_oneof![9 => Just(""), 1 => Just("\u{FEFF}"), 1 => Just(" \n")];
    let line = prop_oneof![6 => harmed(document()), 1 => Just(Vec::new()), 1 => plain()];
    let lines = vec(line, 0..4).prop_map(|lines| lines.join(&b'\n'));
    let glue = select(&["", " ", "\n"][..]);
    let several = (vec(document(), 0..4), glue).prop_map(|(documents, glue)| documents.join(glue.as_bytes()));
    let made = prop_oneof![
        4 => harmed(document()).prop_map(|bytes| (Format::Json, bytes)),
        2 => harmed(several).prop_map(|bytes| (Format::Sequence, bytes)),
        3 => lines.prop_map(|bytes| (Format::Ndjson, bytes)),
        3 => harmed(vec(event(), 0..3).prop_map(|events| events.concat())).prop_map(|bytes| (Format::Sse, bytes)),
        2 => plain().prop_map(|bytes| (Format::Text, bytes)),
    ];
    (made, mark, prop::bool::weighted(0.2)).prop_map(|((format, bytes), mark, auto)| {
        let bytes = [mark.as_bytes(), &bytes].concat();
        (if auto { Format::Auto } else { format }, bytes)
    })
}

/// Cuts of an input of any length.
pub fn cuts(len: usize, of: &[prop::sample::Index]) -> Vec<usize> {
    let mut cuts: Vec<usize> = of.iter().map(|at| at.index(len + 1)).collect();
    cuts.sort_unstable();
    cuts
}

/// A seed that is new each run, or as asked for.
pub static SEED: LazyLock<u64> = LazyLock::new(|| {
    let asked = std::env::var("LACUNA_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let seed = asked.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |now| now.as_nanos() as u64)
    });
    println!("LACUNA_SEED={seed}");
    seed
});

/// Numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) % most as u64) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const CLASSES: &[&str] = &["public", "internal", "confidential", "restricted"];

/// Detectors that want a mixed run, some of them alike.
fn tokens(dice: &mut Dice) -> String {
    let mut file = String::new();
    for (number, (pattern, own)) in [
        (r"\bkx_[a-z0-9]{12,40}", ""),
        (r"\b(?:ghp_|gh[a-z]-)[A-Za-z0-9]{1,40}\b", ""),
        (
            r"\b[A-Za-z0-9][A-Za-z0-9_-]{11,59}",
            "context = [\"employee\", \"ssn\"]\nconfidence = 0.1\n",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let class = dice.of(CLASSES);
        file += &format!(
            "[[detector]]\nid = \"token-{number}\"\nentity = \"TOKEN\"\nclass = \"{class}\"\npattern = '''{pattern}'''\nshape = \"mixed\"\n{own}"
        );
        for word in ["card", "a", "email"].iter().take(dice.below(4)) {
            let class = dice.of(CLASSES);
            file += &format!(
                "[[detector]]\nid = \"token-{number}-{word}\"\nlike = \"token-{number}\"\nclass = \"{class}\"\ncontext = [\"{word}\"]\nconfidence = 0.2\n"
            );
            if dice.below(3) == 0 {
                file += "check = \"github\"\n";
            }
            if dice.below(3) == 0 {
                file += "alone_confidence = 0.8\n";
            }
        }
    }
    file
}

/// A site's rules file.
fn site(dice: &mut Dice) -> String {
    let mut file = String::new();
    let base = dice.of(&["builtin:default", "builtin:pii", "builtin:strict", "", "", "", ""]);
    if !base.is_empty() {
        file += &format!("extends = [\"{base}\"]\n");
    }
    for (number, pattern) in [
        r"\bEMP-[0-9]{6}",
        r"EMP-[0-9]{1,6}",
        r"[0-9]{3}-[0-9]{2}",
        r"[a-z]{1,8}@[a-z.]{1,12}",
        r"[a-z.]{2,9}\b",
        r"b[^ ]{2,5}",
        r"\x22[a-z]{1,4}",
        r"[ \n][bx]",
        r"\b[0-9]{6,11}\b",
        r"\b[0-9]{2}-[0-9]{2}-[0-9]{2}\b",
        r"\b(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|[0-9A-F]{8}-)",
    ]
    .iter()
    .enumerate()
    {
        if dice.below(3) == 0 {
            let class = dice.of(CLASSES);
            file += &format!(
                "[[detector]]\nid = \"own-{number}\"\nentity = \"OWN_{number}\"\nclass = \"{class}\"\npattern = '''{pattern}'''\n"
            );
            if dice.below(3) == 0 {
                file += "confidence = 0.3\ncontext_confidence = 0.9\ncontext = [\"employee\", \"ssn\", \"a\"]\ncontext_after = 8\n";
            }
            if dice.below(4) == 0 {
                file += if file.ends_with("context_after = 8\n") {
                    "alone_confidence = 0.7\n"
                } else {
                    "confidence = 0.4\nalone_confidence = 0.6\n"
                };
            }
            if number == 1 && dice.below(2) == 0 && file.contains("own-0") {
                file += "explains = [\"own-0\"]\n";
            }
        }
    }
    if dice.below(2) == 0 {
        file += &tokens(dice);
    }
    if dice.below(2) == 0 {
        let class = dice.of(CLASSES);
        let end = dice.of(&["", ", end = 'def'", ", end = '\\b0'"]);
        file += &format!(
            "[[detector]]\nid = \"own-run\"\nentity = \"RUN\"\nclass = \"{class}\"\npattern = 'tok_'\nrun = {{ alphabet = '[a-z0-9 ]'{end} }}\n"
        );
    }
    if dice.below(3) == 0 {
        let class = dice.of(CLASSES);
        file += &format!(
            "[[detector]]\nid = \"own-lead\"\nentity = \"LED\"\nclass = \"{class}\"\nlead = '(?:card|ssn)\"?[: ]{{1,2}}\"?'\npattern = '[^ ]{{1,9}}'\n"
        );
    }
    let paths = [
        "$",
        "$.a",
        "$..ssn",
        "$..card",
        "$[0]",
        "$[*]",
        "$.items[1]",
        "$..arguments",
        "$..arguments~$..ssn",
        "$.a~$.b",
        "$.a.b",
        "$..b",
        "$..*",
        "$..a~$",
        "$..[0]",
        "$.*~$..a",
    ];
    let mut used = Vec::new();
    for _ in 0..dice.below(4) {
        let path = dice.of(&paths);
        if used.contains(&path) {
            continue;
        }
        used.push(path);
        let class = dice.of(CLASSES);
        file += &format!("[[field]]\npath = \"{path}\"\nclass = \"{class}\"\n");
        file += dice.of(&[
            "",
            "",
            "as = \"string\"\n",
            "as = \"null\"\n",
            "case = \"ignore\"\n",
        ]);
    }
    for _ in 0..dice.below(3) {
        file += "[[allow]]\n";
        file += dice.of(&[
            "value = \"bob@example.com\"\n",
            "pattern = '[0-9-]{1,20}'\n",
            "path = \"$..a\"\n",
            "value = \"4111111111111111\"\npath = \"$..card\"\n",
        ]);
    }
    file += "[treatment]\n";
    let first = dice.below(3);
    for class in &CLASSES[first..] {
        let action = dice.of(&[
            "\"placeholder\"",
            "\"placeholder\"",
            "\"mask\"",
            "\"keep\"",
            "{ keep_first = 2 }",
            "{ keep_last = 4 }",
            "\"hash\"",
            "\"token\"",
            "\"drop\"",
            "\"null\"",
        ]);
        file += &format!("{class} = {action}\n");
    }
    if file.contains("\"hash\"") || file.contains("\"token\"") {
        file += "[keys]\nfile = \"key\"\n";
    }
    file
}

/// Tokens that authenticate with the key of these tests, of values that need escapes and of such that do not.
static TOKENS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let values = [
        "Ada",
        "a\"b\\c\nd",
        "\u{e9}\u{1F600}\u{0}",
        "[1]",
        "bob@example.com",
    ];
    let sealed = |entity: &str| {
        let file = format!(
            "[[field]]\npath = '$[*]'\nclass = 'restricted'\nentity = '{entity}'\n[treatment]\nrestricted = 'token'\n"
        );
        let rules = Ruleset::compile(&file, "tokens.toml", &mut |path, _| Err(format!("no {path}"))).unwrap();
        let plan = Plan::new(&rules).with_key(secret());
        let input = serde_json::to_vec(&values).unwrap();
        let sealed = lacuna::Redactor::new(&rules, &plan, Format::Json)
            .redact(&input)
            .unwrap();
        serde_json::from_slice::<Vec<String>>(&sealed).unwrap()
    };
    let entities = ["EMAIL", "OWN_1", "SSN"];
    entities.iter().flat_map(|entity| sealed(entity)).collect()
});

/// The key of these tests.
pub fn secret() -> Key {
    Key::new(b"a key for tests, 16 bytes or more").unwrap()
}

/// Rule sets: the built-in ones, and sites of this run's seed; some of them restore.
pub static RULES: LazyLock<Vec<(String, Ruleset)>> = LazyLock::new(|| {
    let mut sets: Vec<(String, Ruleset)> = ["default", "secrets", "pii", "strict", "empty"]
        .map(|name| (name.to_owned(), Ruleset::builtin(name).unwrap()))
        .into();
    let mut dice = Dice(*SEED);
    for _ in 0..40 {
        let text = site(&mut dice);
        match Ruleset::compile(&text, "site.toml", &mut |path, _| Err(format!("no {path}"))) {
            Ok(rules) => sets.push((text, rules)),
            Err(faults) => panic!("{faults}\n{text}"),
        }
    }
    let both = [0, 2, 3].into_iter().chain(5..15);
    let both: Vec<_> = both
        .map(|at: usize| (sets[at].0.clone(), sets[at].1.also_restoring()))
        .collect();
    let only: Vec<_> = (15..20)
        .map(|at: usize| (sets[at].0.clone(), sets[at].1.restoring()))
        .collect();
    sets.extend(both.into_iter().chain(only));
    sets
});

/// How a stream is read.
#[derive(Clone, Debug)]
pub struct Knobs {
    pub rules: usize,
    pub grammar: Option<Grammar>,
    pub bad: OnBadRecord,
    pub deep: OnDeepNesting,
    pub limits: Option<Limits>,
    pub record: Option<Vec<Action>>,
    pub key: bool,
}

fn action() -> impl Strategy<Value = Action> {
    select(
        &[
            Action::Keep,
            Action::Placeholder,
            Action::Mask,
            Action::KeepFirst(3),
            Action::KeepLast(4),
            Action::Hash,
            Action::Token,
            Action::Fpe(CheckDigit::Luhn),
            Action::Restore,
            Action::Drop,
            Action::Null,
        ][..],
    )
}

/// How a stream is read.
pub fn knobs() -> impl Strategy<Value = Knobs> {
    let limits = (3..6_u32, 0..3_u32, 4..20_u32, 4..20_u32, 8..20_u32).prop_map(
        |(depth, nesting, key, number, frame_line)| Limits {
            depth,
            nesting,
            key,
            number,
            frame_line,
            ..Limits::default()
        },
    );
    (
        0..63_usize,
        select(&[None, None, Some(Grammar::Full), Some(Grammar::Structural)][..]),
        select(&[OnBadRecord::Stop, OnBadRecord::Mask, OnBadRecord::Text][..]),
        select(&[OnDeepNesting::Refuse, OnDeepNesting::Text][..]),
        proptest::option::weighted(0.15, limits),
        proptest::option::weighted(0.2, vec(action(), 4)),
        any::<bool>(),
    )
        .prop_map(|(rules, grammar, bad, deep, limits, record, key)| Knobs {
            rules,
            grammar,
            bad,
            deep,
            limits,
            record,
            key,
        })
}

impl Knobs {
    /// The rules and the plan.
    pub fn plan(&self) -> (&'static Ruleset, Plan) {
        let (_, rules) = &RULES[self.rules];
        let mut plan = Plan::new(rules)
            .with_bad_record(self.bad)
            .with_deep_nesting(self.deep);
        if let Some(grammar) = self.grammar {
            plan = plan.with_grammar(grammar);
        }
        if let Some(limits) = self.limits {
            plan = plan.with_limits(limits);
        }
        if let Some(record) = &self.record {
            plan = plan.with_record(record.clone());
        }
        if self.key || plan.lacks_key() {
            plan = plan.with_key(secret());
        }
        (rules, plan)
    }
}
