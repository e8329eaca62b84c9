//! Reads a profile's file, with every mistake and its place.

use super::program::{
    ARRAYS, At, BeginRule, CallOf, CallRule, EndRule, LaneRule, MOST, Says, Signed, Sort, Spared, Sparing,
    Step, Switch, Test, arrays, common,
};
use super::route::Route;
use super::walk::PAYLOAD;
use super::{Program, Value};
use crate::frame::aws::EventHeader;
use crate::path::Pattern;
use crate::rules::keys::{Keys, Kind, key, required};
use crate::rules::reader::{Page, Table, Text, list, nearest};
use crate::{Faults, Format};
use toml::de::DeTable;

static PROFILE: Keys = Keys {
    name: "a profile",
    about: "What is known of a protocol.",
    one_of: &[],
    keys: &[
        required("name", Kind::Text, "What it is called."),
        required("source", Kind::Text, "The public document that says so."),
        key(
            "framing",
            Kind::Text,
            "How its streams are divided, where their first bytes do not say so: aws or array.",
        ),
        key("begins", Kind::Table(&BEGINS), "How a record of it is known."),
        key(
            "paths",
            Kind::Texts,
            "Where it is asked for: the last segments of paths of HTTP.",
        ),
        key("lane", Kind::Tables(&LANE), "A text in fragments."),
        key("end", Kind::Tables(&END), "What ends lanes."),
        key(
            "repeat",
            Kind::Tables(&REPEAT),
            "Where a lane's text comes again.",
        ),
        key("call", Kind::Tables(&CALL), "Where a function is called."),
        key(
            "keep",
            Kind::Tables(&KEEP),
            "Ids, names and words that are never altered.",
        ),
        key(
            "signed",
            Kind::Tables(&SIGNED),
            "Text under a signature, which is never altered.",
        ),
        key(
            "sealed",
            Kind::Tables(&SEALED),
            "Signatures, and what is encrypted.",
        ),
        key("media", Kind::Tables(&MEDIA), "Base64 that is not searched."),
    ],
};

static BEGINS: Keys = Keys {
    name: "begins",
    about: "How a record is known: by all of this.",
    one_of: &[],
    keys: &[
        key("members", Kind::Texts, "It has these."),
        key("first", Kind::Texts, "Other members that may stand first."),
        key("at", Kind::Text, "This value of it …"),
        key("is", Kind::Texts, "… begins with one of these."),
        key("starts_with", Kind::Text, "… begins with this."),
    ],
};

static LANE: Keys = Keys {
    name: "[[lane]]",
    about: "A text in fragments.",
    one_of: &[],
    keys: &[
        required("text", Kind::Text, "Where its fragments are."),
        key("group", Kind::Texts, "Values that tell groups of lanes apart."),
        key("key", Kind::Texts, "Values that tell the lanes of a group apart."),
        key(
            "says",
            Kind::Text,
            "What a fragment says: part of the text, or all of it so far.",
        ),
        key(
            "blank",
            Kind::Texts,
            "Arrays that say again what a fragment says: empty, where it is masked.",
        ),
        key(
            "switch",
            Kind::Text,
            "What becomes of it where another goes on: ends or waits.",
        ),
    ],
};

static END: Keys = Keys {
    name: "[[end]]",
    about: "What ends lanes.",
    one_of: &[&["at"], &["payload"]],
    keys: &[
        key(
            "at",
            Kind::Text,
            "A value, which is there and not null; or a header that says what a binary frame is.",
        ),
        key("is", Kind::Texts, "It is one of these."),
        key("ends_with", Kind::Texts, "It ends with one of these."),
        key("payload", Kind::Text, "The whole payload, which is no JSON."),
        key("same", Kind::Texts, "Values that the lanes have too."),
    ],
};

static REPEAT: Keys = Keys {
    name: "[[repeat]]",
    about: "Where a lane's text comes again.",
    one_of: &[],
    keys: &[required("text", Kind::Texts, "Where.")],
};

static CALL: Keys = Keys {
    name: "[[call]]",
    about: "Where a function is called.",
    one_of: &[],
    keys: &[
        required("name", Kind::Text, "Where its name is."),
        required(
            "arguments",
            Kind::Texts,
            "Where what it is given is: an object, a string, or a lane.",
        ),
        key(
            "same",
            Kind::Texts,
            "Values that the name and the arguments have both, where these come in another event.",
        ),
    ],
};

static KEEP: Keys = Keys {
    name: "[[keep]]",
    about: "An id, a name or a word: of letters, digits and `_ - . : / + =`, at most 256; with a letter, if it has 8 or more.",
    one_of: &[],
    keys: &[required("text", Kind::Texts, "Where.")],
};

static SIGNED: Keys = Keys {
    name: "[[signed]]",
    about: "Text under a signature: a finding is told, and refuses the stream if it is restricted.",
    one_of: &[],
    keys: &[required("text", Kind::Texts, "Where; also of lanes.")],
};

static SEALED: Keys = Keys {
    name: "[[sealed]]",
    about: "A signature, or what is encrypted: base64 of at least 16 characters.",
    one_of: &[],
    keys: &[required("text", Kind::Texts, "Where.")],
};

static MEDIA: Keys = Keys {
    name: "[[media]]",
    about: "Base64 of an image, a sound or a document.",
    one_of: &[],
    keys: &[
        required("text", Kind::Texts, "Where."),
        required(
            "begins",
            Kind::Texts,
            "With one of these it begins: base64, or `data:` and a media type.",
        ),
    ],
};

/// Reads a file into a program: its name.
///
/// # Errors
/// Every mistake.
pub(super) fn read(text: &str, file: &str, program: &mut Program) -> Result<String, Faults> {
    let mut page = Page::new(text, file);
    let mut name = String::new();
    match DeTable::parse(text) {
        Ok(document) => {
            let root = Table::root(&mut page, document.get_ref(), &PROFILE);
            let mut reading = Reading {
                page: &mut page,
                program,
            };
            name = reading.profile(&root);
        }
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            page.fault(at, format!("invalid TOML: {}", error.message()), "");
        }
    }
    if page.faults.is_empty() {
        return Ok(name);
    }
    page.faults.sort_by_key(|fault| (fault.line, fault.column));
    Err(Faults(page.faults))
}

struct Reading<'a, 't> {
    page: &'a mut Page<'t>,
    program: &'a mut Program,
}

impl Reading<'_, '_> {
    fn profile(&mut self, root: &Table<'_, '_>) -> String {
        let name = root
            .required(self.page, "name")
            .map_or_else(String::new, |name| name.value);
        let _ = root.required(self.page, "source");
        if let Some(word) = root.text(self.page, "framing") {
            let known = [("aws", Format::Aws), ("array", Format::Array)];
            self.program.framing = Some(self.word(&word, known));
        }
        let profile = self.program.profiles;
        self.program.profiles = profile.saturating_add(1);
        for value in root.tables(self.page, "lane") {
            if let Some(table) = Table::open(self.page, value, &LANE) {
                self.lane(&table, profile);
            }
        }
        for value in root.tables(self.page, "end") {
            if let Some(table) = Table::open(self.page, value, &END) {
                self.end(&table, profile);
            }
        }
        for value in root.tables(self.page, "repeat") {
            if let Some(table) = Table::open(self.page, value, &REPEAT) {
                for path in table.texts(self.page, "text") {
                    self.sort(&path, Sort::Repeat);
                }
            }
        }
        for value in root.tables(self.page, "call") {
            if let Some(table) = Table::open(self.page, value, &CALL) {
                self.call(&table, profile);
            }
        }
        for text in root.texts(self.page, "paths") {
            match Route::read(&text.value) {
                Some(route) => self.program.paths.push((route, name.as_str().into())),
                None => self.page.fault(
                    text.span.start,
                    format!("`{}` is no end of a path", text.value),
                    "write `/chat/completions`, with `*` where a segment begins otherwise",
                ),
            }
        }
        for (key, keys, sort) in [
            ("keep", &KEEP, Spared::Word),
            ("signed", &SIGNED, Spared::Signed),
            ("sealed", &SEALED, Spared::Sealed),
        ] {
            for value in root.tables(self.page, key) {
                if let Some(table) = Table::open(self.page, value, keys) {
                    self.spared(&table, sort);
                }
            }
        }
        for value in root.tables(self.page, "media") {
            if let Some(table) = Table::open(self.page, value, &MEDIA) {
                let begins = boxed(table.texts(self.page, "begins"));
                let number = u16::try_from(self.program.media.len()).unwrap_or(u16::MAX);
                self.program.media.push(begins);
                self.spared(&table, Spared::Media(number));
            }
        }
        let begins = root
            .get("begins")
            .and_then(|value| Table::open(self.page, value, &BEGINS));
        if let Some(begins) = begins {
            self.begins(&begins, &name);
        }
        name
    }

    fn begins(&mut self, table: &Table<'_, '_>, profile: &str) {
        let members = boxed(table.texts(self.page, "members"));
        let first = boxed(table.texts(self.page, "first"));
        let mut words = table.texts(self.page, "is");
        words.extend(table.text(self.page, "starts_with"));
        let at = table.text(self.page, "at").and_then(|at| {
            let path = self.path(&at)?;
            match &*path {
                [Step::Name(name)] => Some(name.clone()),
                _ => {
                    self.page.fault(
                        at.span.start,
                        "only an outermost member is looked at",
                        "write `$.type`",
                    );
                    None
                }
            }
        });
        self.program.begins.push(BeginRule {
            profile: profile.into(),
            members,
            first,
            value: at.map(|at| (at, boxed(words))),
        });
    }

    fn lane(&mut self, table: &Table<'_, '_>, profile: u8) {
        let Some(text) = table.required(self.page, "text") else {
            return;
        };
        let Some(path) = self.path(&text) else { return };
        let mut keys = self.values(table, "group", &path);
        let group = keys.len();
        keys.extend(self.values(table, "key", &path));
        let switch = match table.text(self.page, "switch") {
            None => Switch::Ends,
            Some(word) => self.word(&word, [("ends", Switch::Ends), ("waits", Switch::Waits)]),
        };
        let says = match table.text(self.page, "says") {
            None => Says::Part,
            Some(word) => self.word(&word, [("part", Says::Part), ("all", Says::All)]),
        };
        let Some(number) = u16::try_from(self.program.lanes.len())
            .ok()
            .filter(|number| usize::from(*number) < MOST)
        else {
            return self.too_much(&text);
        };
        self.sort(&text, Sort::Lane(number));
        for mirror in table.texts(self.page, "blank") {
            self.sort(&mirror, Sort::Mirror(number));
        }
        self.program.lanes.push(LaneRule {
            profile,
            path,
            keys: keys.into(),
            group,
            switch,
            says,
            signed: Signed::No,
            calls: Vec::new(),
        });
    }

    fn call(&mut self, table: &Table<'_, '_>, profile: u8) {
        let Some(text) = table.required(self.page, "name") else {
            return;
        };
        let Some(name) = self.path(&text) else { return };
        let same = self.values(table, "same", &name).into();
        let texts = table.texts(self.page, "arguments");
        let paths: Vec<_> = texts.iter().filter_map(|text| self.path(text)).collect();
        let scope = paths.iter().map(|path| common(&name, path)).min().unwrap_or(0);
        let known = self.program.calls.iter().position(|call| call.name == name);
        let number = known.unwrap_or(self.program.calls.len());
        let Some(call) = u16::try_from(number).ok().filter(|_| number < MOST) else {
            return self.too_much(&text);
        };
        let Some(node) = self.program.node(&name) else {
            return self.too_much(&text);
        };
        node.call = Some(call);
        if known.is_none() {
            self.program.calls.push(CallRule {
                profile,
                name: name.clone(),
                same,
                scope,
            });
        }
        for (text, path) in texts.iter().zip(paths) {
            let same = self.values(table, "same", &path);
            let of = CallOf {
                call,
                scope: common(&name, &path),
                same: same.into(),
            };
            self.arguments(text, path, of, profile);
        }
    }

    /// Says that what a function is given lies at a path: in a lane, if there is one.
    fn arguments(&mut self, text: &Text, path: Box<[Step]>, of: CallOf, profile: u8) {
        let number = self.program.lanes.len();
        let Some(sort) = self.program.node(&path).map(|node| node.sort) else {
            return self.too_much(text);
        };
        let known = match sort {
            Sort::Lane(lane) | Sort::Arguments(lane) => Some(lane),
            Sort::Value | Sort::Repeat | Sort::Mirror(_) | Sort::Spared(_) => None,
        };
        if let Some(rule) = known.and_then(|lane| self.program.lanes.get_mut(usize::from(lane))) {
            // All built-in profiles at once: where two say the same, one says it.
            if rule.calls.iter().all(|known| known.call != of.call) {
                rule.calls.push(of);
            }
            return;
        }
        let Some(lane) = u16::try_from(number).ok().filter(|_| number < MOST) else {
            return self.too_much(text);
        };
        if let Some(node) = self.program.node(&path) {
            node.sort = Sort::Arguments(lane);
        }
        self.program.lanes.push(LaneRule {
            profile,
            path,
            keys: Box::default(),
            group: 0,
            switch: Switch::Waits,
            says: Says::Part,
            signed: Signed::No,
            calls: vec![of],
        });
    }

    /// What a word stands for: the first, where it is none of these.
    fn word<T: Copy>(&mut self, word: &Text, known: [(&str, T); 2]) -> T {
        if let Some((_, meant)) = known.iter().find(|(name, _)| *name == word.value) {
            return *meant;
        }
        let names = known.map(|(name, _)| name);
        let hint = match nearest(&word.value, names.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => list(&names),
        };
        self.page
            .fault(word.span.start, format!("there is no `{}`", word.value), hint);
        let [(_, first), _] = known;
        first
    }

    fn end(&mut self, table: &Table<'_, '_>, profile: u8) {
        if let Some(payload) = table.text(self.page, "payload") {
            if payload.value.len() >= PAYLOAD {
                self.page
                    .fault(payload.span.start, "the payload is too long", "at most 32 bytes");
            }
            let at = At::Payload(payload.value.into_bytes().into());
            let same = Box::default();
            self.program.ends.push(EndRule { profile, at, same });
            return;
        }
        let Some(at) = table.required(self.page, "at") else {
            return;
        };
        let event = EventHeader::named(at.value.as_bytes());
        let path = match event {
            Some(_) => Some(Box::default()),
            None => self.path(&at),
        };
        let Some(path) = path else { return };
        let same = self.values(table, "same", &path).into();
        let (is, ends) = (table.texts(self.page, "is"), table.texts(self.page, "ends_with"));
        let test = match (is.is_empty(), ends.is_empty()) {
            (true, true) => Test::Any,
            (false, _) => Test::Is(boxed(is)),
            (true, false) => Test::EndsWith(boxed(ends)),
        };
        let at = match event {
            Some(header) => At::Event(header, test),
            None => match self.program.value(&path, &path) {
                Some(value) => At::Value(value.number, test),
                None => return self.too_much(&at),
            },
        };
        self.program.ends.push(EndRule { profile, at, same });
    }

    /// Values that a table asks for, as they are seen from a path.
    fn values(&mut self, table: &Table<'_, '_>, key: &str, from: &[Step]) -> Vec<Value> {
        let mut values = Vec::new();
        for text in table.texts(self.page, key) {
            let Some(path) = self.path(&text) else { continue };
            let Some(value) = self.program.value(&path, from) else {
                self.too_much(&text);
                continue;
            };
            if usize::from(value.shared) < arrays(&path) {
                self.page.fault(
                    text.span.start,
                    "a value in another array tells nothing",
                    "name one that lies in the same elements",
                );
            }
            values.push(value);
        }
        values
    }

    /// Says what is never altered, if the program is to say so.
    fn spared(&mut self, table: &Table<'_, '_>, spared: Spared) {
        for text in table.texts(self.page, "text") {
            let Some(path) = self.path(&text) else { continue };
            if self.program.sparing == Sparing::Guessed {
                continue;
            }
            let lane = self.program.node(&path).map(|node| node.sort);
            match (lane, spared) {
                (Some(Sort::Lane(number)), Spared::Signed) => {
                    if let Some(lane) = self.program.lanes.get_mut(usize::from(number)) {
                        lane.signed = Signed::Yes;
                    }
                }
                _ => self.sort(&text, Sort::Spared(spared)),
            }
        }
    }

    /// Says what the strings at a path are.
    fn sort(&mut self, text: &Text, sort: Sort) {
        let Some(path) = self.path(text) else { return };
        match self.program.node(&path) {
            // All built-in profiles at once: where two say the same, one says it.
            Some(node) if node.sort == Sort::Value || node.sort == sort => node.sort = sort,
            Some(_) => self.page.fault(
                text.span.start,
                "something else is said of this place already",
                "say it once",
            ),
            None => self.too_much(text),
        }
    }

    fn path(&mut self, text: &Text) -> Option<Box<[Step]>> {
        let pattern = match Pattern::parse(&text.value) {
            Ok(pattern) => pattern,
            Err(error) => {
                let before = text.value.chars().take(error.at).map(char::len_utf8).sum();
                let at = self.page.inside(text, before);
                self.page.fault(at, error.message, "");
                return None;
            }
        };
        let steps: Option<Vec<Step>> = pattern
            .simple()
            .map(|steps| steps.into_iter().map(Step::from).collect());
        match steps {
            Some(steps) if arrays(&steps) <= ARRAYS => Some(steps.into()),
            Some(_) => {
                self.page
                    .fault(text.span.start, "too many arrays in arrays", "at most 4");
                None
            }
            None => {
                self.page.fault(
                    text.span.start,
                    "a profile's path has members by name and [*] alone",
                    "write `$.choices[*].delta`",
                );
                None
            }
        }
    }

    fn too_much(&mut self, text: &Text) {
        self.page.fault(
            text.span.start,
            "the profile is too large",
            "at most 65,535 places",
        );
    }
}

fn boxed(texts: Vec<Text>) -> Box<[Box<str>]> {
    texts.into_iter().map(|text| text.value.into()).collect()
}
