//! Every key of a rules file: the one table that the reader and the JSON Schema are made from.

use super::{Case, Direction, FieldAs, MatchShape};
use crate::{Action, CheckDigit};

/// A table of a rules file.
#[derive(Debug)]
pub(crate) struct Keys {
    /// What it is called in faults.
    pub(crate) name: &'static str,
    /// What it says, in a sentence.
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
    /// Keys of which one set has to be there, beside those that are required.
    pub(crate) one_of: &'static [&'static [&'static str]],
}

/// A key of a table.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) kind: Kind,
    /// Whether the table is wrong without it.
    pub(crate) required: bool,
}

/// What a key's value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A string of at most so many bytes that a `pattern` of JSON Schema describes.
    Form(&'static str),
    /// A list of strings.
    Texts,
    /// A check's name.
    Check,
    /// How names compare: see [`CASES`].
    Case,
    /// What a value of another type becomes: see [`TYPES`].
    Type,
    /// What a match must have in it: see [`SHAPES`].
    Shape,
    /// Which way a stream goes: see [`DIRECTIONS`].
    Direction,
    /// A whole number, from and to.
    Count(u64, u64),
    /// A number from 0 to 1.
    Ratio,
    /// One table.
    Table(&'static Keys),
    /// Any number of tables.
    Tables(&'static Keys),
    /// A table whose keys are classes: what is done to each.
    Treatments,
    /// A table whose keys are classes: the least confidence of each.
    Thresholds,
}

impl Keys {
    /// Their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }

    /// The range of a key that is a whole number; all numbers for another.
    pub(crate) fn range(&self, name: &str) -> core::ops::RangeInclusive<u64> {
        let found = self.keys.iter().find(|key| key.name == name);
        match found.map(|key| key.kind) {
            Some(Kind::Count(least, most)) => least..=most,
            _ => 0..=u64::MAX,
        }
    }
}

/// How names compare, by the word.
pub(super) const CASES: [(&str, Case); 2] = [("exact", Case::Exact), ("ignore", Case::Ignore)];

/// What a value that is no string becomes, by the word.
pub(super) const TYPES: [(&str, FieldAs); 2] = [("string", FieldAs::String), ("null", FieldAs::Null)];

/// What a match must have in it, by the word.
pub(super) const SHAPES: [(&str, MatchShape); 1] = [("mixed", MatchShape::Mixed)];

/// Which way a stream goes, by the word.
pub(super) const DIRECTIONS: [(&str, Direction); 2] =
    [("request", Direction::Request), ("response", Direction::Response)];

/// Treatments, by the word.
pub(super) const TREATMENTS: [(&str, Action); 9] = [
    ("placeholder", Action::Placeholder),
    ("mask", Action::Mask),
    ("keep", Action::Keep),
    ("hash", Action::Hash),
    ("token", Action::Token),
    ("fpe", Action::Fpe(CheckDigit::Any)),
    ("fpe_luhn", Action::Fpe(CheckDigit::Luhn)),
    ("drop", Action::Drop),
    ("null", Action::Null),
];

pub(crate) const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key {
        name,
        about,
        kind,
        required: false,
    }
}

pub(crate) const fn required(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key {
        name,
        about,
        kind,
        required: true,
    }
}

/// What an id looks like, a class, and an entity.
const ID: Kind = Kind::Form("^[a-z0-9][a-z0-9-]{0,63}$");
const CLASS: Kind = Kind::Form("^[a-z][a-z0-9_-]{0,63}$");
const ENTITY: Kind = Kind::Form("^[A-Z][A-Z0-9_]{0,63}$");
/// How a path begins.
const PATH: Kind = Kind::Form("^\\$");

/// The whole file.
pub(super) static DOCUMENT: Keys = Keys {
    name: "a rules file",
    about: "What is sensitive, and what is done with it.",
    one_of: &[],
    keys: &[
        key(
            "extends",
            Kind::Texts,
            "What this file builds on, in order: builtin:default, builtin:secrets, builtin:pii, builtin:strict, \
             builtin:empty, or files, relative to this one. Nothing, if it is missing.",
        ),
        key("disable", Kind::Texts, "Ids of detectors that do not count."),
        key("detector", Kind::Tables(&DETECTOR), "A value known by its form."),
        key(
            "field",
            Kind::Tables(&FIELD),
            "A value known by its place in the document.",
        ),
        key(
            "schema",
            Kind::Tables(&SCHEMA),
            "An API contract whose classified properties become fields.",
        ),
        key(
            "allow",
            Kind::Tables(&ALLOW),
            "An exception: a finding that meets all of its conditions is none.",
        ),
        key(
            "pause",
            Kind::Tables(&PAUSE),
            "An allowance: where it runs out, somebody is asked.",
        ),
        key("classes", Kind::Table(&CLASSES), "How sensitive things are."),
        key(
            "plan",
            Kind::Tables(&PLAN),
            "Other treatments than these: in one direction, for what one function is given, or both.",
        ),
        key(
            "treatment",
            Kind::Treatments,
            "What is done to findings of a class.",
        ),
        key(
            "thresholds",
            Kind::Thresholds,
            "The least confidence at which a finding of a class counts.",
        ),
        key("limits", Kind::Table(&LIMITS), "Where a stream is refused."),
        key("keys", Kind::Table(&KEYS), "Where secret keys are."),
    ],
};

/// `[[detector]]`.
pub(super) static DETECTOR: Keys = Keys {
    name: "[[detector]]",
    about: "A value known by its form.",
    one_of: &[&["entity", "class", "pattern"], &["like"]],
    keys: &[
        required(
            "id",
            ID,
            "Its name: lower case, digits and hyphens. A later detector of the same id takes its place.",
        ),
        key(
            "like",
            ID,
            "A detector before this one, which says what this one does not; its examples are its own.",
        ),
        key(
            "entity",
            ENTITY,
            "What the value is, and what stands in its placeholder.",
        ),
        key("class", CLASS, "How sensitive it is."),
        key(
            "source",
            Kind::Text,
            "The public document the form comes from: a title or an address.",
        ),
        key(
            "lead",
            Kind::Text,
            "A pattern that has to match directly before the value, and is no part of it: a label.",
        ),
        key(
            "pattern",
            Kind::Text,
            "The value's form: a regular expression over bytes, with ASCII classes and boundaries, without look-around, \
             of at most 2048 bytes with its lead.",
        ),
        key(
            "shape",
            Kind::Shape,
            "What a match must have in it to count: mixed, 12 letters and digits in a row that are of both kinds, in its \
             first 48 bytes. Hundreds of such detectors cost little more than one.",
        ),
        key(
            "context",
            Kind::Texts,
            "Words that make it surer: in the 64 characters before, in the key, in the path. Case does not count.",
        ),
        key(
            "context_after",
            Kind::Count(0, 32),
            "In how many characters behind the value such words count too.",
        ),
        key(
            "explains",
            Kind::Texts,
            "Ids of detectors whose overlapping findings are not told beside this one's.",
        ),
        key(
            "check",
            Kind::Check,
            "What a pattern cannot say: check digits, ranges, reserved values.",
        ),
        key(
            "run",
            Kind::Table(&RUN),
            "For values without a longest form: what follows the pattern, their prefix.",
        ),
        key(
            "confidence",
            Kind::Ratio,
            "How sure it is without a context word; 0.8, if it is missing.",
        ),
        key(
            "context_confidence",
            Kind::Ratio,
            "How sure it is with one; 0.95, if it is missing.",
        ),
        key(
            "alone_confidence",
            Kind::Ratio,
            "How sure it is where the value is all there is in its text.",
        ),
        key("examples", Kind::Texts, "Texts in which something is found."),
        key(
            "counter_examples",
            Kind::Texts,
            "Texts in which nothing is found, however sure.",
        ),
    ],
};

/// `run` of a detector.
pub(super) static RUN: Keys = Keys {
    name: "run",
    about: "What follows the prefix of a value without a longest form.",
    one_of: &[],
    keys: &[
        required(
            "alphabet",
            Kind::Text,
            "One class of characters: the value ends before the first one outside it.",
        ),
        key(
            "end",
            Kind::Text,
            "A pattern that ends the value and belongs to it. The alphabet has its characters too.",
        ),
    ],
};

/// `[[field]]`.
pub(super) static FIELD: Keys = Keys {
    name: "[[field]]",
    about: "A value known by its place in the document.",
    one_of: &[],
    keys: &[
        required(
            "path",
            PATH,
            "Where: $.a['b c'][*]..d[0]~$.e; `~` enters a string that holds JSON.",
        ),
        key(
            "function",
            Kind::Text,
            "The path begins at what this function is given; at the record, if it is missing.",
        ),
        key(
            "case",
            Kind::Case,
            "How its names compare; exactly, if it is missing.",
        ),
        required("class", CLASS, "How sensitive it is."),
        key(
            "entity",
            ENTITY,
            "What it is; the last name of the path in capitals, if it is missing.",
        ),
        key(
            "as",
            Kind::Type,
            "What a value of another type than string becomes; its type stays, if it is missing.",
        ),
    ],
};

/// `[[schema]]`.
pub(super) static SCHEMA: Keys = Keys {
    name: "[[schema]]",
    about: "An API contract: `x-classification` of its properties becomes fields.",
    one_of: &[],
    keys: &[
        required(
            "file",
            Kind::Text,
            "An OpenAPI 3 document, a JSON Schema or an MCP tool, in YAML or JSON.",
        ),
        key(
            "path",
            PATH,
            "Where in a record the described body stands; the record itself, if it is missing.",
        ),
        key(
            "case",
            Kind::Case,
            "How names compare; exactly, if it is missing.",
        ),
    ],
};

/// `[[allow]]`.
pub(super) static ALLOW: Keys = Keys {
    name: "[[allow]]",
    about: "An exception: a finding that meets all of its conditions is none.",
    one_of: &[&["value"], &["pattern"], &["path"], &["detector"]],
    keys: &[
        key("value", Kind::Text, "The whole value."),
        key("pattern", Kind::Text, "A pattern that matches the whole value."),
        key("path", PATH, "Where the value stands."),
        key("detector", ID, "Who finds it."),
    ],
};

/// `[[pause]]`.
pub(super) static PAUSE: Keys = Keys {
    name: "[[pause]]",
    about: "An allowance: where it runs out, somebody is asked.",
    one_of: &[&["findings"], &["distinct"], &["records", "count"], &["bytes"]],
    keys: &[
        key(
            "class",
            CLASS,
            "Findings of this class and above count; all, if it is missing.",
        ),
        key("findings", Kind::Count(0, u64::MAX), "So many findings may pass."),
        // Distinct values cost 8 bytes each (design: at most 65,536 marks).
        key(
            "distinct",
            Kind::Count(0, 65_536),
            "So many different values may pass.",
        ),
        key(
            "records",
            PATH,
            "The elements here are counted; `count` says how many may pass.",
        ),
        key(
            "count",
            Kind::Count(0, u64::MAX),
            "How many elements at `records` may pass.",
        ),
        key("bytes", Kind::Count(0, u64::MAX), "So many bytes may pass."),
    ],
};

/// `[classes]`.
pub(super) static CLASSES: Keys = Keys {
    name: "[classes]",
    about: "How sensitive things are.",
    one_of: &[],
    keys: &[key(
        "order",
        Kind::Texts,
        "The names of the classes, the least sensitive first.",
    )],
};

/// `[limits]`. Upper ends keep a stream's memory near its promise (64 KiB); lower ends keep ordinary JSON readable.
pub(super) static LIMITS: Keys = Keys {
    name: "[limits]",
    about: "Where a stream is refused.",
    one_of: &[],
    keys: &[
        key("depth", Kind::Count(1, 65_536), "Brackets in brackets."),
        key("nesting", Kind::Count(0, 16), "JSON in strings in JSON."),
        key("key", Kind::Count(16, 65_536), "Bytes of a key."),
        key("number", Kind::Count(16, 65_536), "Bytes of a number."),
        key("held", Kind::Count(256, 65_536), "Bytes held back at a time."),
        key(
            "frame_line",
            Kind::Count(64, 65_536),
            "Bytes of an event's field name and number lines.",
        ),
        key(
            "frame",
            Kind::Count(256, 16_777_216),
            "Bytes of a frame that declares its length.",
        ),
    ],
};

/// `[keys]`.
pub(super) static KEYS: Keys = Keys {
    name: "[keys]",
    about: "Where secret keys are.",
    one_of: &[],
    keys: &[required(
        "file",
        Kind::Text,
        "The keys of hash bodies and tokens, relative to this file: one secret of at least 16 bytes, or a list of \
         [[key]] with id and secret or hex, the newest last.",
    )],
};

/// `[[plan]]`.
pub(super) static PLAN: Keys = Keys {
    name: "[[plan]]",
    about: "Other treatments in one direction, for what one function is given, or both. Of several the narrower counts.",
    one_of: &[&["direction"], &["function"]],
    keys: &[
        key(
            "direction",
            Kind::Direction,
            "Which way: request, to the upstream, or response, back; both, if it is missing.",
        ),
        key(
            "function",
            Kind::Text,
            "What this function is given; everything, if it is missing.",
        ),
        required(
            "treatment",
            Kind::Treatments,
            "What is done, by class; where a class is missing, what is said elsewhere.",
        ),
    ],
};

/// A treatment that is a table.
pub(super) static SHOWN: Keys = Keys {
    name: "a treatment",
    about: "A part of the value stays: at most a third of it.",
    one_of: &[&["keep_first"], &["keep_last"]],
    keys: &[
        key(
            "keep_first",
            Kind::Count(1, 255),
            "So many of its first characters stay.",
        ),
        key(
            "keep_last",
            Kind::Count(1, 255),
            "So many of its last characters stay.",
        ),
    ],
};
