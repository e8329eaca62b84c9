//! The tables of a rules file that come in any number: one function each.

use super::draft::Named;
use super::keys::{ALLOW, CASES, DETECTOR, FIELD, PAUSE, RUN, SCHEMA, SHAPES, TYPES};
use super::lint::{self, LONGEST_MATCH, PatternFault};
use super::parse::unknown_class;
use super::reader::{Page, Patterns, Table, Text, list, nearest};
use super::{AllowRule, Case, DetectorRule, FieldRule, PauseRule, PauseTrigger, RunRule};
use crate::detect::check::{self, takes};
use crate::path::Pattern;
use crate::{Class, Confidence};
use regex_syntax::hir::Hir;
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::DeValue;

/// What the rules of a file may speak of.
pub(super) struct Scope<'a> {
    /// Class names in force.
    pub(super) classes: &'a [String],
    /// Detectors of this file and of what it extends.
    pub(super) ids: &'a BTreeSet<String>,
    /// Detectors of the catalogue, read or not.
    pub(super) catalog_ids: &'a BTreeSet<String>,
}

/// One `[[detector]]`. `twice` holds the ids of the file so far; `before` knows the detectors read before it, which it
/// may be `like`.
pub(super) fn read_detector<'d>(
    page: &mut Page<'_>,
    value: &Spanned<DeValue<'_>>,
    scope: &Scope<'_>,
    twice: &mut BTreeSet<String>,
    before: impl Fn(&str) -> Option<&'d Named<DetectorRule>>,
) -> Option<Named<DetectorRule>> {
    let table = Table::open(page, value, &DETECTOR)?;
    let id = table.required(page, "id").and_then(|id| read_id(page, id, twice));
    let like = table
        .text(page, "like")
        .map(|other| read_like(page, &other, &before));
    // What it does not say itself the other says, where there is one.
    let like = transpose(like)?;
    let other = like.map(|like| &like.rule);
    let asked = |key: &str| like.is_none() || table.get(key).is_some();
    let entity = match other.filter(|_| !asked("entity")) {
        Some(other) => Some(other.entity.clone()),
        None => table
            .required(page, "entity")
            .and_then(|entity| read_entity(page, entity)),
    };
    let class = match like.filter(|_| !asked("class")) {
        Some(like) => Some(like.class.clone()),
        None => table
            .required(page, "class")
            .and_then(|class| read_class(page, class, scope)),
    };
    let source = table.text(page, "source").map(|text| text.value);
    let pattern = asked("pattern").then(|| {
        table
            .required(page, "pattern")
            .and_then(|text| read_pattern(page, text))
    });
    let pattern = transpose(pattern)?;
    let shape = table
        .text(page, "shape")
        .map(|word| read_word_of(page, &word, "shape", &SHAPES));
    let lead = table.text(page, "lead").map(|text| read_pattern(page, text));
    if let (Some((text, Some(hir))), Some(Some((_, Some(lead))))) = (&pattern, &lead) {
        let longest = [hir, lead].map(|hir| hir.properties().maximum_len().unwrap_or(0));
        if longest[0] + longest[1] > LONGEST_MATCH {
            let hint = "bound one of them";
            page.fault(
                text.span.start,
                "lead and pattern together are longer than 2048 bytes",
                hint,
            );
        }
    }
    let run = table.get("run").map(|value| read_run(page, value));
    let check = table.text(page, "check").map(|name| {
        let checked = page.patterns == Patterns::Checked;
        let inherited = other
            .filter(|_| checked)
            .and_then(|other| lint::pattern(&other.pattern).ok());
        let own = pattern.as_ref().and_then(|(_, hir)| hir.as_ref());
        fits_check(page, &name, own.or(inherited.as_ref()))
            .then(|| read_check(page, name))
            .flatten()
    });
    let explains = table.texts(page, "explains");
    for id in &explains {
        known_id(page, id, scope);
    }
    let context: Vec<String> = table
        .texts(page, "context")
        .into_iter()
        .map(|word| read_word(page, word))
        .collect();
    let context_after = table.count(page, "context_after", DETECTOR.range("context_after"));
    let sure = read_confidences(page, &table, other);
    let examples = values(table.texts(page, "examples"));
    let counter_examples = values(table.texts(page, "counter_examples"));
    let (line, column) = page.place(table.at);
    Some(Named {
        class: class?,
        rule: DetectorRule {
            id: id?,
            entity: entity?,
            class: Class(0),
            source: source.or_else(|| other?.source.clone()),
            lead: transpose(lead.map(|lead| Some(lead?.0.value)))?.or_else(|| other?.lead.clone()),
            pattern: match pattern {
                Some((text, _)) => text.value,
                None => other?.pattern.clone(),
            },
            shape: transpose(shape)?.or_else(|| other?.shape),
            context: match other.filter(|_| !asked("context")) {
                Some(other) => other.context.clone(),
                None => context,
            },
            context_after: match context_after {
                Some(after) => u8::try_from(after).unwrap_or(0),
                None => other.map_or(0, |other| other.context_after),
            },
            explains: match other.filter(|_| !asked("explains")) {
                Some(other) => other.explains.clone(),
                None => values(explains),
            },
            check: transpose(check)?.or_else(|| other?.check.clone()),
            run: transpose(run)?.or_else(|| other?.run.clone()),
            confidence: sure.plain,
            context_confidence: sure.near,
            alone_confidence: sure.alone,
            examples,
            counter_examples,
            at: (page.file.to_owned(), line, column),
        },
    })
}

/// One `[[field]]`. `twice` holds the paths of the file so far.
pub(super) fn read_field(
    page: &mut Page<'_>,
    value: &Spanned<DeValue<'_>>,
    scope: &Scope<'_>,
    twice: &mut BTreeSet<(Option<String>, String, bool)>,
) -> Option<Named<FieldRule>> {
    let table = Table::open(page, value, &FIELD)?;
    let path = table
        .required(page, "path")
        .and_then(|path| read_path(page, path));
    let class = table
        .required(page, "class")
        .and_then(|class| read_class(page, class, scope));
    let function = table.text(page, "function").map(|name| {
        if name.value.is_empty() {
            page.fault(
                name.span.start,
                "no function has an empty name",
                "name one, as its calls do",
            );
        }
        name.value
    });
    let case = match table.text(page, "case") {
        Some(word) => read_word_of(page, &word, "case", &CASES),
        None => Some(Case::Exact),
    };
    let as_type = table
        .text(page, "as")
        .map(|word| read_word_of(page, &word, "as", &TYPES));
    let entity = match table.text(page, "entity") {
        Some(entity) => read_entity(page, entity),
        None => {
            let name = path.as_ref().and_then(|(_, pattern)| pattern.last_name());
            Some(entity_from(name.unwrap_or_default()))
        }
    };
    let (path, _) = path?;
    let case = case?;
    if !twice.insert((function.clone(), path.value.clone(), case == Case::Ignore)) {
        page.fault(
            path.span.start,
            format!("field `{}` twice", path.value),
            "remove one of them",
        );
    }
    let (line, column) = page.place(table.at);
    Some(Named {
        class: class?,
        rule: FieldRule {
            path: path.value,
            function,
            case,
            class: Class(0),
            entity: entity?,
            as_type: transpose(as_type)?,
            at: (page.file.to_owned(), line, column),
        },
    })
}

/// One `[[schema]]`.
pub(super) struct Contract {
    /// As written.
    pub(super) file: Text,
    /// Where in a record the body stands.
    pub(super) prefix: String,
    pub(super) case: Case,
}

/// One `[[schema]]`.
pub(super) fn read_schema(page: &mut Page<'_>, value: &Spanned<DeValue<'_>>) -> Option<Contract> {
    let table = Table::open(page, value, &SCHEMA)?;
    let file = table.required(page, "file");
    let prefix = table
        .text(page, "path")
        .map(|path| Some(read_path(page, path)?.0.value));
    let case = match table.text(page, "case") {
        Some(word) => read_word_of(page, &word, "case", &CASES),
        None => Some(Case::Exact),
    };
    Some(Contract {
        file: file?,
        prefix: transpose(prefix)?.unwrap_or_else(|| "$".to_owned()),
        case: case?,
    })
}

/// One `[[allow]]`.
pub(super) fn read_allow(
    page: &mut Page<'_>,
    value: &Spanned<DeValue<'_>>,
    scope: &Scope<'_>,
) -> Option<AllowRule> {
    let table = Table::open(page, value, &ALLOW)?;
    let before = page.faults.len();
    let (line, column) = page.place(table.at);
    let rule = AllowRule {
        value: table.text(page, "value").map(|text| text.value),
        pattern: table
            .text(page, "pattern")
            .and_then(|text| read_pattern(page, text))
            .map(|(text, _)| text.value),
        path: table
            .text(page, "path")
            .and_then(|text| read_path(page, text))
            .map(|(text, _)| text.value),
        detector: table.text(page, "detector").map(|id| {
            known_id(page, &id, scope);
            id.value
        }),
        at: (page.file.to_owned(), line, column),
    };
    if page.faults.len() > before {
        return None;
    }
    if table.entries().next().is_none() {
        let hint = "name a value, pattern, path or detector";
        page.fault(
            table.at,
            "[[allow]] without a condition would allow everything",
            hint,
        );
        return None;
    }
    Some(rule)
}

/// One `[[pause]]`: its class, where it names one, and its trigger.
pub(super) fn read_pause(
    page: &mut Page<'_>,
    value: &Spanned<DeValue<'_>>,
    scope: &Scope<'_>,
) -> Option<(Option<String>, PauseRule)> {
    const TRIGGERS: [&str; 4] = ["findings", "distinct", "records", "bytes"];
    let table = Table::open(page, value, &PAUSE)?;
    let class = table
        .text(page, "class")
        .map(|class| read_class(page, class, scope));
    let named: Vec<&str> = TRIGGERS
        .into_iter()
        .filter(|key| table.get(key).is_some())
        .collect();
    let &[trigger] = named.as_slice() else {
        page.fault(
            table.at,
            format!("[[pause]] has {} triggers", named.len()),
            format!("name exactly one of {}", list(&TRIGGERS)),
        );
        return None;
    };
    if let Some(count) = table.get("count").filter(|_| trigger != "records") {
        let hint = format!("write the number after `{trigger}`; `count` goes with `records`");
        page.fault(count.span().start, "`count` without `records`", hint);
    }
    let trigger = match trigger {
        "findings" => table
            .count(page, trigger, PAUSE.range(trigger))
            .map(PauseTrigger::Findings),
        "distinct" => table
            .count(page, trigger, PAUSE.range(trigger))
            .map(PauseTrigger::Distinct),
        "bytes" => table
            .count(page, trigger, PAUSE.range(trigger))
            .map(PauseTrigger::Bytes),
        _ => {
            let path = table.text(page, "records").and_then(|path| read_path(page, path));
            if table.get("count").is_none() {
                let hint = "add `count = 100`: how many elements may pass";
                page.fault(table.at, "`records` without `count`", hint);
            }
            let count = table.count(page, "count", PAUSE.range("count"));
            count
                .zip(path)
                .map(|(count, (path, _))| PauseTrigger::Records(count, path.value))
        }
    };
    let (line, column) = page.place(table.at);
    let rule = PauseRule {
        class: Class(0),
        trigger: trigger?,
        at: (page.file.to_owned(), line, column),
    };
    Some((transpose(class)?, rule))
}

/// Nothing asked for is fine; something asked for and wrong is not.
#[allow(clippy::option_option, reason = "absent, wrong and right are three things")]
fn transpose<T>(asked: Option<Option<T>>) -> Option<Option<T>> {
    match asked {
        None => Some(None),
        Some(right) => right.map(Some),
    }
}

fn values(texts: Vec<Text>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

fn read_id(page: &mut Page<'_>, id: Text, twice: &mut BTreeSet<String>) -> Option<String> {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !id.value.starts_with(|first: char| first != '-') || id.value.len() > 64 || !id.value.bytes().all(sign)
    {
        let hint = "lower case letters, digits and `-`, no `-` first, at most 64";
        page.fault(id.span.start, format!("bad id `{}`", id.value), hint);
        return None;
    }
    if !twice.insert(id.value.clone()) {
        page.fault(
            id.span.start,
            format!("detector `{}` twice", id.value),
            "rename or remove one of them",
        );
        return None;
    }
    Some(id.value)
}

fn read_entity(page: &mut Page<'_>, entity: Text) -> Option<String> {
    if is_entity(&entity.value) {
        return Some(entity.value);
    }
    let hint = "upper case letters, digits and `_`, a letter first, at most 64";
    page.fault(entity.span.start, format!("bad entity `{}`", entity.value), hint);
    None
}

/// What goes between the brackets of a placeholder: nothing that needs an escape anywhere.
pub(super) fn is_entity(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The entity of a field that names none: the last name of its path, if that makes one.
pub(super) fn entity_from(name: &str) -> String {
    let entity: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    if is_entity(&entity) {
        entity
    } else {
        "FIELD".to_owned()
    }
}

fn read_class(page: &mut Page<'_>, class: Text, scope: &Scope<'_>) -> Option<String> {
    if scope.classes.contains(&class.value) {
        return Some(class.value);
    }
    let order: Vec<&str> = scope.classes.iter().map(String::as_str).collect();
    unknown_class(page, class.span.start, &class.value, &order);
    None
}

/// A pattern, with what it means where somebody has to look at it.
fn read_pattern(page: &mut Page<'_>, text: Text) -> Option<(Text, Option<Hir>)> {
    if page.patterns == Patterns::Given {
        return Some((text, None));
    }
    match lint::pattern(&text.value) {
        Ok(hir) => Some((text, Some(hir))),
        Err(fault) => {
            pattern_fault(page, &text, fault);
            None
        }
    }
}

fn pattern_fault(page: &mut Page<'_>, text: &Text, fault: PatternFault) {
    // A fault of the pattern as a whole stands at the value, not behind its quote.
    let at = match fault.at {
        0 => text.span.start,
        at => page.inside(text, at),
    };
    page.fault(at, fault.message, fault.hint);
}

fn read_run(page: &mut Page<'_>, value: &Spanned<DeValue<'_>>) -> Option<RunRule> {
    let table = Table::open(page, value, &RUN)?;
    let alphabet = table
        .required(page, "alphabet")
        .and_then(|text| match lint::alphabet(&text.value) {
            Ok(_) => Some(text.value),
            Err(fault) => {
                pattern_fault(page, &text, fault);
                None
            }
        });
    let end = table
        .text(page, "end")
        .map(|text| Some(read_pattern(page, text)?.0.value));
    Some(RunRule {
        alphabet: alphabet?,
        end: transpose(end)?,
    })
}

fn read_check(page: &mut Page<'_>, name: Text) -> Option<String> {
    if check::by_name(&name.value).is_some() {
        return Some(name.value);
    }
    let hint = match nearest(&name.value, check::names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the checks are {}", list(&check::names().collect::<Vec<_>>())),
    };
    page.fault(name.span.start, format!("unknown check `{}`", name.value), hint);
    None
}

/// Whether a match of the pattern can pass a check; notes one that none can.
fn fits_check(page: &mut Page<'_>, name: &Text, pattern: Option<&Hir>) -> bool {
    let Some((takes, pattern)) = takes::takes(&name.value).zip(pattern) else {
        return true;
    };
    let Some((least, most)) = takes.misses(pattern) else {
        return true;
    };
    let range = |(from, to): (usize, usize)| match to {
        _ if from == to => from.to_string(),
        usize::MAX => format!("{from} or more"),
        _ => format!("{from} to {to}"),
    };
    let (wanted, has) = (range(takes.count), range((least, most)));
    let what = takes.what;
    let message = format!(
        "the check `{}` is for values with {wanted} {what}: the pattern has {has}",
        name.value
    );
    page.fault(
        name.span.start,
        message,
        "choose the check of these values, or none",
    );
    false
}

fn known_id(page: &mut Page<'_>, id: &Text, scope: &Scope<'_>) {
    if scope.ids.contains(&id.value) || scope.catalog_ids.contains(&id.value) {
        return;
    }
    let ids = scope.ids.iter().chain(scope.catalog_ids).map(String::as_str);
    let hint = nearest(&id.value, ids).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
    page.fault(
        id.span.start,
        format!("there is no detector `{}`", id.value),
        hint,
    );
}

/// A context word, in lower case: that is how the text near by is compared.
fn read_word(page: &mut Page<'_>, word: Text) -> String {
    if word.value.trim().is_empty() || word.value.len() > 64 {
        page.fault(
            word.span.start,
            "a context word has 1 to 64 bytes",
            "remove it or shorten it",
        );
    }
    word.value.to_lowercase()
}

/// The detector that another is like, which has to stand before it.
fn read_like<'d>(
    page: &mut Page<'_>,
    other: &Text,
    before: impl Fn(&str) -> Option<&'d Named<DetectorRule>>,
) -> Option<&'d Named<DetectorRule>> {
    let found = before(&other.value);
    if found.is_none() {
        page.fault(
            other.span.start,
            format!("there is no detector `{}` before this one", other.value),
            "name one that stands above it, or in what the file extends",
        );
    }
    found
}

/// How sure a detector is.
struct Sure {
    plain: Confidence,
    near: Confidence,
    alone: Confidence,
}

fn read_confidences(page: &mut Page<'_>, table: &Table<'_, '_>, other: Option<&DetectorRule>) -> Sure {
    let plain = table.ratio(page, "confidence");
    let plain = plain.or_else(|| Some(other?.confidence));
    let plain = plain.unwrap_or(Confidence::percent(80));
    let mut raised = |key: &str, other: Option<Confidence>| {
        let raised = table.ratio(page, key);
        if let (Some(raised), Some(value)) = (raised, table.get(key))
            && raised < plain
        {
            let hint = "it can only raise it";
            page.fault(value.span().start, format!("{key} is below confidence"), hint);
        }
        raised.or(other)
    };
    let near = raised("context_confidence", other.map(|other| other.context_confidence));
    let alone = raised("alone_confidence", other.map(|other| other.alone_confidence));
    Sure {
        plain,
        near: near.unwrap_or(Confidence::percent(95)).max(plain),
        alone: alone.unwrap_or(plain).max(plain),
    }
}

fn read_path(page: &mut Page<'_>, path: Text) -> Option<(Text, Pattern)> {
    match Pattern::parse(&path.value) {
        Ok(pattern) => Some((path, pattern)),
        Err(fault) => {
            let byte = path
                .value
                .char_indices()
                .nth(fault.at)
                .map_or(path.value.len(), |(byte, _)| byte);
            let at = page.inside(&path, byte);
            let hint = match near_path(&path.value) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "as in $.a['b c'][*]..d[0]~$.e".to_owned(),
            };
            page.fault(at, format!("bad path: {}", fault.message), hint);
            None
        }
    }
}

/// A path that somebody may have meant who wrote one that is none.
fn near_path(written: &str) -> Option<String> {
    let bare = written.trim().trim_start_matches('$').trim_start_matches('/');
    let dotted = bare.trim_start_matches('.').trim_end_matches(['.', '/']);
    let quoted = || {
        let name = |name: &str| format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"));
        dotted.split('.').map(name).collect::<String>()
    };
    let tries = [
        format!("${bare}"),
        format!("$.{dotted}"),
        format!(
            "$.{}",
            dotted.replace('/', ".").replace(".[", "[").replace("[]", "[*]")
        ),
        format!("$.{}", dotted.replace('[', "['").replace(']', "']")),
        format!("${}", quoted()),
    ];
    let found = tries.into_iter().find(|path| Pattern::parse(path).is_ok());
    found.filter(|_| !dotted.is_empty())
}

/// One of a few words.
fn read_word_of<T: Copy>(page: &mut Page<'_>, word: &Text, key: &str, words: &[(&str, T)]) -> Option<T> {
    let found = words.iter().find(|(name, _)| *name == word.value);
    if found.is_none() {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let hint = match nearest(&word.value, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of {}", list(&names)),
        };
        page.fault(word.span.start, format!("unknown {key} `{}`", word.value), hint);
    }
    found.map(|(_, meaning)| *meaning)
}
