//! Reads a rules file and what it extends, layer on layer.

#[cfg(feature = "contracts")]
use super::FieldRule;
use super::directed::read_plan;
use super::draft::Draft;
#[cfg(feature = "contracts")]
use super::draft::Named;
use super::keys::{CLASSES, DOCUMENT, KEYS, LIMITS, SHOWN, TREATMENTS};
use super::places::{self, Part};
use super::reader::{Page, Table, Text, list, nearest, ratio, text};
use super::tables::{Contract, Scope, read_allow, read_detector, read_field, read_pause, read_schema};
use super::{Fault, Load, PauseTrigger};
use crate::detect::catalog;
use crate::path::Pattern;
use crate::{Action, Limits};
use std::collections::BTreeSet;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How deep files may extend files.
const MAX_DEPTH: usize = 8;
/// How many files one rule set may be made of.
const MAX_FILES: usize = 64;
/// How many classes there may be: a rank is a byte, and nobody can tell more apart.
const MAX_CLASSES: usize = 64;

/// A file's tables, or why there are none.
pub(crate) type Document<'t> = Result<Spanned<DeTable<'t>>, toml::de::Error>;

/// A rule set being read from its files.
pub(crate) struct Reading<'a, 'l> {
    load: &'a mut Load<'l>,
    /// Ids that rules may speak of though no file read has them: the catalogue's.
    catalog_ids: &'a BTreeSet<String>,
    /// What all files so far say.
    draft: Draft,
    /// What is wrong in them.
    faults: Vec<Fault>,
    /// Files from the first to the one being read. Invariant: at most [`MAX_DEPTH`].
    open: Vec<String>,
    /// Every file that was read: each counts once.
    seen: BTreeSet<String>,
}

impl<'a, 'l> Reading<'a, 'l> {
    /// Nothing read yet.
    pub(crate) fn new(load: &'a mut Load<'l>, catalog_ids: &'a BTreeSet<String>) -> Self {
        Self::over(Draft::default(), load, catalog_ids)
    }

    /// Other files were read before.
    pub(crate) fn over(draft: Draft, load: &'a mut Load<'l>, catalog_ids: &'a BTreeSet<String>) -> Self {
        Self {
            load,
            catalog_ids,
            draft,
            faults: Vec::new(),
            open: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// What was read without a mistake, and every mistake in the rest.
    pub(crate) fn finish_anyway(self) -> (Draft, Vec<Fault>) {
        (self.draft, self.faults)
    }

    /// What was read, or every mistake in it.
    pub(crate) fn finish(self) -> Result<Draft, Vec<Fault>> {
        if self.faults.is_empty() {
            Ok(self.draft)
        } else {
            Err(self.faults)
        }
    }

    /// Reads a file's text as the next layer, above what it extends.
    pub(crate) fn file(&mut self, text: &str, file: &str) {
        self.document(Page::new(text, file), text, DeTable::parse(text));
    }

    /// The same, of a file of the catalogue that has been taken apart already.
    pub(crate) fn given(&mut self, text: &str, file: &str, document: Document<'_>) {
        self.document(Page::given(text, file), text, document);
    }

    fn document(&mut self, mut page: Page<'_>, text: &str, document: Document<'_>) {
        let file = page.file;
        match document {
            Ok(document) => {
                self.open.push(file.to_owned());
                self.seen.insert(file.to_owned());
                self.layer(&mut page, document.get_ref());
                self.open.pop();
                if self.open.is_empty() {
                    self.reach(&mut page, text);
                }
            }
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                page.fault(at, format!("invalid TOML: {}", error.message()), "");
            }
        }
        page.faults.sort_by_key(|fault| (fault.line, fault.column));
        self.faults.append(&mut page.faults);
    }

    /// One file's tables, in the order in which they build on each other.
    fn layer(&mut self, page: &mut Page<'_>, document: &DeTable<'_>) {
        let root = Table::root(page, document, &DOCUMENT);
        for base in root.texts(page, "extends") {
            self.extend(page, &base);
        }
        self.classes(page, &root);
        self.treatments(page, &root);
        self.thresholds(page, &root);
        self.limits(page, &root);
        self.keys(page, &root);
        self.rules(page, &root);
        self.disable(page, &root);
    }

    /// One entry of `extends`.
    fn extend(&mut self, page: &mut Page<'_>, base: &Text) {
        if let Some(name) = base.value.strip_prefix("builtin:") {
            match catalog::draft(name) {
                Ok(draft) => self.draft.put_draft(draft),
                Err(_) => page.fault(
                    base.span.start,
                    format!("there is no `{}`", base.value),
                    builtin_hint(name),
                ),
            }
            return;
        }
        let name = beside(page.file, &base.value);
        if self.open.contains(&name) {
            page.fault(
                base.span.start,
                format!("`{name}` extends itself"),
                "remove this entry",
            );
        } else if self.open.len() == MAX_DEPTH {
            page.fault(
                base.span.start,
                "files extend files too deeply",
                "at most 8 levels",
            );
        } else if self.seen.contains(&name) {
            // A layer below already: a second time it would undo what lies between.
        } else if self.seen.len() == MAX_FILES {
            page.fault(
                base.span.start,
                "too many files",
                "a rule set is made of at most 64",
            );
        } else {
            match (self.load)(&base.value, page.file) {
                Ok(text) => self.file(&text, &name),
                Err(why) => page.fault(
                    base.span.start,
                    format!("cannot read `{}`: {why}", base.value),
                    "name a file, relative to this one, or `builtin:NAME`",
                ),
            }
        }
    }

    /// `[classes] order`; then every rule below must be of a class in force.
    fn classes(&mut self, page: &mut Page<'_>, root: &Table<'_, '_>) {
        let mut at = root.get("extends").map_or(0, |value| value.span().start);
        if let Some(value) = root.get("classes")
            && let Some(table) = Table::open(page, value, &CLASSES)
        {
            let names = table.texts(page, "order");
            at = table.get("order").map_or(table.at, |order| order.span().start);
            let none_named = names.is_empty();
            let mut order: Vec<String> = Vec::new();
            for name in names {
                if !is_lower_name(&name.value) {
                    let hint = "lower case letters, digits, `-` and `_`, a letter first";
                    page.fault(name.span.start, format!("bad class name `{}`", name.value), hint);
                } else if order.contains(&name.value) {
                    page.fault(
                        name.span.start,
                        format!("class `{}` twice", name.value),
                        "remove one",
                    );
                } else {
                    order.push(name.value);
                }
            }
            match order.len() {
                0 if none_named => page.fault(at, "no classes", "name at least one, least sensitive first"),
                0 => {}
                1..=MAX_CLASSES => self.draft.classes = Some(order),
                _ => page.fault(at, "too many classes", "at most 64"),
            }
        }
        let order = list(&self.draft.order());
        for stranger in self.draft.strangers() {
            page.fault(
                at,
                format!("what this file extends uses the class `{stranger}`, which is not in the order"),
                format!("the order is {order}: name it there, or extend builtin:empty"),
            );
        }
    }

    /// `[treatment]`.
    fn treatments(&mut self, page: &mut Page<'_>, root: &Table<'_, '_>) {
        self.by_class(page, root, "treatment", |draft, page, class, value| {
            if let Some(action) = read_action(page, value) {
                draft.treatments.insert(class.to_owned(), action);
            }
        });
    }

    /// `[thresholds]`.
    fn thresholds(&mut self, page: &mut Page<'_>, root: &Table<'_, '_>) {
        self.by_class(page, root, "thresholds", |draft, page, class, value| {
            if let Some(least) = ratio(page, value, class) {
                draft.thresholds.insert(class.to_owned(), least);
            }
        });
    }

    /// A table whose keys are classes.
    fn by_class(
        &mut self,
        page: &mut Page<'_>,
        root: &Table<'_, '_>,
        key: &str,
        mut each: impl FnMut(&mut Draft, &mut Page<'_>, &str, &Spanned<DeValue<'_>>),
    ) {
        let Some(table) = root.get(key).and_then(|value| Table::open_any(page, value, key)) else {
            return;
        };
        for (class, at, value) in table.entries() {
            if self.draft.order().contains(&class) {
                each(&mut self.draft, page, class, value);
            } else {
                unknown_class(page, at, class, &self.draft.order());
            }
        }
    }

    /// `[limits]`: each key on its own.
    fn limits(&mut self, page: &mut Page<'_>, root: &Table<'_, '_>) {
        let opened = root
            .get("limits")
            .and_then(|value| Table::open(page, value, &LIMITS));
        let Some(table) = opened else { return };
        for name in LIMITS.names() {
            let number = table.count(page, name, LIMITS.range(name));
            if let Some(number) = number.and_then(|number| u32::try_from(number).ok()) {
                *limit(&mut self.draft.limits, name) = number;
            }
        }
    }

    /// `[keys] file`.
    fn keys(&mut self, page: &mut Page<'_>, root: &Table<'_, '_>) {
        if let Some(value) = root.get("keys")
            && let Some(table) = Table::open(page, value, &KEYS)
            && let Some(file) = table.required(page, "file")
        {
            self.draft.key_file = Some(file.value);
        }
    }

    /// The tables that come in any number.
    fn rules(&mut self, page: &mut Page<'_>, root: &Table<'_, '_>) {
        let detectors = root.tables(page, "detector");
        // All ids first: a rule may speak of one that comes later, or of one whose own table has a mistake.
        let mut own = BTreeSet::new();
        for detector in detectors {
            if let Some(DeValue::String(id)) = detector.get_ref().get("id").map(Spanned::get_ref) {
                own.insert(id.clone().into_owned());
            }
        }
        self.draft.ids.extend(own);
        let order: Vec<String> = self.draft.order().into_iter().map(str::to_owned).collect();
        let ids = core::mem::take(&mut self.draft.ids);
        let scope = Scope {
            classes: &order,
            ids: &ids,
            catalog_ids: self.catalog_ids,
        };
        let mut twice = BTreeSet::new();
        for value in detectors {
            let before = |id: &str| self.draft.detectors.iter().find(|known| known.rule.id == id);
            if let Some(detector) = read_detector(page, value, &scope, &mut twice, before) {
                self.draft.put_detector(detector);
            }
        }
        for value in root.tables(page, "schema") {
            if let Some(contract) = read_schema(page, value) {
                self.contract(page, &contract, &order);
            }
        }
        let mut twice = BTreeSet::new();
        for value in root.tables(page, "field") {
            if let Some(field) = read_field(page, value, &scope, &mut twice) {
                self.draft.put_field(field);
            }
        }
        for value in root.tables(page, "allow") {
            self.draft.allow.extend(read_allow(page, value, &scope));
        }
        for value in root.tables(page, "pause") {
            self.draft.pauses.extend(read_pause(page, value, &scope));
        }
        let order: Vec<&str> = order.iter().map(String::as_str).collect();
        for value in root.tables(page, "plan") {
            self.draft.plans.extend(read_plan(page, value, &order));
        }
        self.draft.ids = ids;
    }

    /// The fields of one `[[schema]]`, below those that the file names itself.
    #[cfg(feature = "contracts")]
    fn contract(&mut self, page: &mut Page<'_>, contract: &Contract, order: &[String]) {
        use super::contract::{Wanted, read};
        let at = contract.file.span.start;
        let written = &contract.file.value;
        let text = match (self.load)(written, page.file) {
            Ok(text) => text,
            Err(why) => {
                let hint = "name an OpenAPI document, a JSON Schema or an MCP tool, relative to this file";
                return page.fault(at, format!("cannot read `{written}`: {why}"), hint);
            }
        };
        let wanted = Wanted {
            prefix: &contract.prefix,
            case: contract.case,
            classes: order,
        };
        let (fields, mut faults) = read(&text, &beside(page.file, written), &wanted);
        if fields.is_empty() && faults.is_empty() {
            let hint = "write `x-classification: restricted` beside the `type` of what is sensitive";
            page.fault(
                at,
                format!("`{written}` classifies nothing that a JSON body has"),
                hint,
            );
        }
        self.faults.append(&mut faults);
        let rank = |class: &str| order.iter().position(|known| known == class);
        for field in fields {
            let same = |old: &&Named<FieldRule>| {
                old.rule.path == field.rule.path
                    && old.rule.case == field.rule.case
                    && old.rule.function == field.rule.function
            };
            // A contract makes nothing less sensitive than it is.
            let known = self.draft.fields.iter().find(same);
            if known.is_none_or(|known| rank(&known.class) < rank(&field.class)) {
                self.draft.put_field(field);
            }
        }
    }

    #[cfg(not(feature = "contracts"))]
    fn contract(&mut self, page: &mut Page<'_>, contract: &Contract, _: &[String]) {
        let (_, _, hint) = (
            &contract.prefix,
            contract.case,
            "build it with the feature `contracts`",
        );
        page.fault(contract.file.span.start, "this build reads no contracts", hint);
    }

    /// Notes paths that no document can have within its limits, once all is read.
    fn reach(&self, page: &mut Page<'_>, text: &str) {
        let limits = &self.draft.limits;
        let fields = self
            .draft
            .fields
            .iter()
            .map(|field| (&field.rule.path, &field.rule.at, "path"));
        let allow = self.draft.allow.iter();
        let allow = allow.filter_map(|allow| Some((allow.path.as_ref()?, &allow.at, "path")));
        let pauses = self
            .draft
            .pauses
            .iter()
            .filter_map(|(_, pause)| match &pause.trigger {
                PauseTrigger::Records(_, path) => Some((path, &pause.at, "records")),
                _ => None,
            });
        for (path, at, key) in fields.chain(allow).chain(pauses) {
            let Some(needs) = Pattern::parse(path).ok().map(|pattern| pattern.needs()) else {
                continue;
            };
            let over = [
                ("depth", limits.depth, needs.depth, "levels deep"),
                ("nesting", limits.nesting, needs.nesting, "strings deep"),
                ("key", limits.key, needs.key, "bytes long in a name"),
            ];
            let over = over.into_iter().find(|(_, most, need, _)| need > most);
            let Some((limit, most, need, what)) = over else {
                continue;
            };
            let message =
                format!("`{path}` can never match: it is {need} {what}, and `limits.{limit}` is {most}");
            let hint = "shorten the path, or raise the limit";
            // A rule of a file below stands elsewhere.
            if at.0 == page.file {
                let place = places::find(page, text, (at.1, at.2), Part::Key(key)).unwrap_or((at.1, at.2));
                page.fault_at(place, message, hint);
            } else {
                page.fault(0, message, hint);
            }
        }
    }

    /// `disable`: last, so that nothing in this file or below it escapes.
    fn disable(&mut self, page: &mut Page<'_>, root: &Table<'_, '_>) {
        for id in root.texts(page, "disable") {
            if self.draft.ids.contains(&id.value) {
                self.draft.detectors.retain(|old| old.rule.id != id.value);
            } else {
                let near = nearest(&id.value, self.draft.ids.iter().map(String::as_str));
                let hint = near.map_or_else(
                    || "only detectors of this file or of what it extends can be disabled".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                page.fault(
                    id.span.start,
                    format!("there is no detector `{}` to disable", id.value),
                    hint,
                );
            }
        }
    }
}

/// What a treatment says.
pub(super) fn read_action(page: &mut Page<'_>, value: &Spanned<DeValue<'_>>) -> Option<Action> {
    let at = value.span().start;
    if value.get_ref().is_table() {
        let table = Table::open(page, value, &SHOWN)?;
        let shown = |page: &mut Page<'_>, key| {
            let shown = table.count(page, key, SHOWN.range(key))?;
            u8::try_from(shown).ok()
        };
        return match (table.get("keep_first"), table.get("keep_last")) {
            (Some(_), None) => shown(page, "keep_first").map(Action::KeepFirst),
            (None, Some(_)) => shown(page, "keep_last").map(Action::KeepLast),
            (Some(_), Some(_)) => {
                page.fault(at, "both keep_first and keep_last", "choose one");
                None
            }
            // An unknown key has been noted already.
            (None, None) if table.entries().next().is_some() => None,
            (None, None) => {
                page.fault(
                    at,
                    "an empty treatment",
                    "write { keep_first = 4 } or { keep_last = 4 }",
                );
                None
            }
        };
    }
    let word = text(page, value, "treatment")?.value;
    match TREATMENTS.into_iter().find(|(name, _)| *name == word) {
        Some((_, action)) => Some(action),
        None => {
            let names = TREATMENTS.map(|(name, _)| name);
            let hint = match nearest(&word, names.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of {}, or {{ keep_last = 4 }}", list(&names)),
            };
            page.fault(at, format!("unknown treatment `{word}`"), hint);
            None
        }
    }
}

/// Notes a class that is not in the order.
pub(super) fn unknown_class(page: &mut Page<'_>, at: usize, class: &str, order: &[&str]) {
    let hint = match nearest(class, order.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the classes are {}", list(order)),
    };
    page.fault(at, format!("unknown class `{class}`"), hint);
}

/// What to say to a built-in name that is none.
pub(crate) fn builtin_hint(name: &str) -> String {
    match nearest(name, catalog::NAMES.into_iter()) {
        Some(near) => format!("did you mean `builtin:{near}`?"),
        None => format!("the built-in rule sets are {}", list(&catalog::NAMES)),
    }
}

/// Letters, digits, `-` and `_`, all lower case, a letter first, at most 64.
fn is_lower_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

fn limit<'l>(limits: &'l mut Limits, name: &str) -> &'l mut u32 {
    match name {
        "depth" => &mut limits.depth,
        "nesting" => &mut limits.nesting,
        "key" => &mut limits.key,
        "number" => &mut limits.number,
        "held" => &mut limits.held,
        "frame" => &mut limits.frame,
        _ => &mut limits.frame_line,
    }
}

/// A file's name as seen from where the first one was named: the engine knows no directories.
pub(super) fn beside(file: &str, written: &str) -> String {
    let folder = Path::new(file).parent().unwrap_or_else(|| Path::new(""));
    let joined: std::path::PathBuf = folder.join(written).components().collect();
    joined.to_string_lossy().into_owned()
}
