//! The JSON Schema of a rules file, for editors.

use super::Source;
use super::keys::{CASES, DIRECTIONS, DOCUMENT, Key, Keys, Kind, SHAPES, SHOWN, TREATMENTS, TYPES};
use crate::detect::check;
use core::fmt::Write as _;

impl Source {
    /// The JSON Schema (draft 2020-12) of a rules file, made from the table of keys that the reader uses: an editor that
    /// knows it offers keys with what they say, and marks those that are none.
    ///
    /// ```
    /// let schema: serde_json::Value = serde_json::from_str(&lacuna::Source::json_schema())?;
    /// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    /// assert_eq!(schema["properties"]["detector"]["items"]["additionalProperties"], false);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn json_schema() -> String {
        let head = [
            ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
            ("title", text("Lacuna rules")),
        ];
        object(head.into_iter().chain(table(&DOCUMENT)))
    }
}

/// What a schema says, by keyword, each value in JSON.
type Said = Vec<(&'static str, String)>;

/// A table's keywords.
fn table(keys: &Keys) -> Said {
    let mut said = vec![
        ("description", text(keys.about)),
        ("type", text("object")),
        (
            "properties",
            object(keys.keys.iter().map(|key| (key.name, property(key)))),
        ),
        ("additionalProperties", "false".to_owned()),
    ];
    let required: Vec<String> = keys
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| text(key.name))
        .collect();
    if !required.is_empty() {
        said.push(("required", list(required)));
    }
    if !keys.one_of.is_empty() {
        let sets = keys.one_of.iter().map(|set| {
            let names = set.iter().map(|name| text(name)).collect();
            object([("required", list(names))])
        });
        said.push(("anyOf", list(sets.collect())));
    }
    said
}

/// A key's schema.
fn property(key: &Key) -> String {
    let mut said = kind(key.kind);
    // A table says what it is itself.
    said.retain(|(keyword, _)| *keyword != "description");
    said.insert(0, ("description", text(key.about)));
    object(said)
}

fn kind(kind: Kind) -> Said {
    let strings = || ("type", text("string"));
    match kind {
        Kind::Text => vec![strings()],
        Kind::Form(form) => vec![strings(), ("pattern", text(form))],
        Kind::Texts => vec![("type", text("array")), ("items", object([strings()]))],
        Kind::Check => words(check::names()),
        Kind::Case => words(CASES.iter().map(|(name, _)| *name)),
        Kind::Shape => words(SHAPES.iter().map(|(name, _)| *name)),
        Kind::Direction => words(DIRECTIONS.iter().map(|(name, _)| *name)),
        Kind::Type => words(TYPES.iter().map(|(name, _)| *name)),
        Kind::Count(least, most) => {
            let mut said = vec![("type", text("integer")), ("minimum", least.to_string())];
            if most < u64::MAX {
                said.push(("maximum", most.to_string()));
            }
            said
        }
        Kind::Ratio => vec![
            ("type", text("number")),
            ("minimum", "0".to_owned()),
            ("maximum", "1".to_owned()),
        ],
        Kind::Table(keys) => table(keys),
        Kind::Tables(keys) => vec![("type", text("array")), ("items", object(table(keys)))],
        Kind::Treatments => {
            let named = object(words(TREATMENTS.iter().map(|(name, _)| *name)));
            by_class(object([("anyOf", list(vec![named, object(table(&SHOWN))]))]))
        }
        Kind::Thresholds => by_class(object(self::kind(Kind::Ratio))),
    }
}

/// A table whose keys are classes.
fn by_class(value: String) -> Said {
    vec![("type", text("object")), ("additionalProperties", value)]
}

/// One of some words.
fn words<'w>(words: impl Iterator<Item = &'w str>) -> Said {
    vec![("enum", list(words.map(text).collect()))]
}

fn object<'k>(members: impl IntoIterator<Item = (&'k str, String)>) -> String {
    let members = members
        .into_iter()
        .map(|(name, value)| format!("{}:{value}", text(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn list(items: Vec<String>) -> String {
    format!("[{}]", items.join(","))
}

/// A JSON string.
fn text(value: &str) -> String {
    let mut to = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => to.extend(['\\', c]),
            '\u{0}'..='\u{1F}' => {
                let _ = write!(to, "\\u{:04x}", u32::from(c));
            }
            c => to.push(c),
        }
    }
    to.push('"');
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::automaton::{self, Automaton};
    use crate::detect::catalog;
    use serde_json::Value;

    /// What of a value a schema does not allow, with where: as much of JSON Schema as ours uses.
    fn wrong(schema: &Value, value: &Value, at: &str, to: &mut Vec<String>) {
        let mut say = |what: &str| to.push(format!("{at}: {what}"));
        let kind = schema["type"].as_str();
        let fits = match kind {
            None => true,
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_u64() || value.is_i64(),
            Some("number") => value.is_number(),
            Some(other) => panic!("{other}"),
        };
        if !fits {
            say(kind.unwrap_or_default());
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            say("enum");
        }
        if let (Some(form), Some(value)) = (schema["pattern"].as_str(), value.as_str())
            && !matches(form, value)
        {
            say(form);
        }
        if let (Some(least), Some(value)) = (schema["minimum"].as_f64(), value.as_f64())
            && value < least
        {
            say("minimum");
        }
        if let (Some(most), Some(value)) = (schema["maximum"].as_f64(), value.as_f64())
            && value > most
        {
            say("maximum");
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            if value.get(name.as_str().unwrap()).is_none() {
                say(&format!("required {name}"));
            }
        }
        if let Some(any) = schema["anyOf"].as_array() {
            let fits = |schema: &&Value| {
                let mut faults = Vec::new();
                wrong(schema, value, at, &mut faults);
                faults.is_empty()
            };
            if !any.iter().any(|schema| fits(&schema)) {
                say("anyOf");
            }
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            if !schema["items"].is_null() {
                wrong(&schema["items"], item, &format!("{at}[{index}]"), to);
            }
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            match (&schema["properties"][name], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => to.push(format!("{at}: unknown")),
                (Value::Null, Value::Null) => {}
                (Value::Null, other) => wrong(other, member, &at, to),
                (known, _) => wrong(known, member, &at, to),
            }
        }
    }

    /// All forms begin with `^`.
    fn matches(form: &str, value: &str) -> bool {
        let mut work = crate::detect::Work::new();
        let form = Automaton::new(&automaton::parse(form).unwrap(), &mut work).unwrap();
        let mut ends = Vec::new();
        form.ends_from(value.as_bytes(), 0, &mut ends);
        !ends.is_empty()
    }

    fn faults(text: &str) -> Vec<String> {
        let value = toml::from_str::<toml::Value>(text).unwrap();
        let value = serde_json::to_value(value).unwrap();
        let schema = serde_json::from_str(&Source::json_schema()).unwrap();
        let mut faults = Vec::new();
        wrong(&schema, &value, "$", &mut faults);
        faults
    }

    #[test]
    fn every_file_of_the_catalogue_is_one() {
        for (file, text) in catalog::files() {
            assert_eq!(faults(text), Vec::<String>::new(), "{file}");
        }
    }

    #[test]
    fn every_key_has_its_kind() {
        let text = r#"
extends = ["builtin:default"]
disable = ["email"]
[[detector]]
id = "a"
entity = "A"
class = "public"
pattern = "a"
check = "card"
run = { alphabet = "a", end = "b" }
[[field]]
path = "$.a"
case = "ignore"
class = "public"
as = "null"
[[schema]]
file = "api.yaml"
[[allow]]
value = "x"
[[pause]]
records = "$.a[*]"
count = 7
[[plan]]
direction = "response"
function = "f"
treatment = { public = "keep" }
[classes]
order = ["public"]
[treatment]
public = { keep_last = 4 }
[thresholds]
public = 0.5
[limits]
depth = 9
[keys]
file = "k"
"#;
        assert_eq!(faults(text), Vec::<String>::new());
        for (right, not) in [
            ("id = \"a\"", "id = \"A\""),
            ("\"card\"", "\"cart\""),
            ("\"ignore\"", "\"yes\""),
            ("as = \"null\"", "as = \"nothing\""),
            ("count = 7", "count = -7"),
            ("\"response\"", "\"back\""),
            ("public = \"keep\"", "public = \"show\""),
            ("keep_last = 4", "keep_last = 400"),
            ("public = 0.5", "public = 1.5"),
            ("depth = 9", "depth = 0"),
            ("path = \"$.a\"", "path = \"a\""),
            ("value = \"x\"", "values = \"x\""),
            ("file = \"k\"", "name = \"k\""),
            ("pattern = \"a\"", "context_after = 9"),
        ] {
            assert!(text.contains(right), "{right}");
            assert!(!faults(&text.replace(right, not)).is_empty(), "{not}");
        }
    }

    #[test]
    fn a_key_that_the_reader_refuses_the_schema_refuses() {
        let tables = [
            "",
            "[[detector]]\n",
            "[[field]]\n",
            "[[schema]]\n",
            "[[allow]]\n",
            "[[pause]]\n",
            "[classes]\n",
            "[limits]\n",
            "[keys]\n",
        ];
        for table in tables {
            let text = format!("{table}stranger = 1\n");
            assert!(
                faults(&text)
                    .iter()
                    .any(|fault| fault.ends_with("stranger: unknown")),
                "{text}"
            );
            let read = Source::parse(&text, "t", &mut |_, _| Err(String::new())).unwrap_err();
            let unknown = |fault: &crate::Fault| fault.message.starts_with("unknown key `stranger`");
            assert!(read.0.iter().any(unknown), "{read}");
        }
    }
}
