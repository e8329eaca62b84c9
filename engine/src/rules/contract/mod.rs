//! `[[schema]]`: fields from an API contract.
//!
//! `x-classification` beside a property's type says how sensitive the property is; where it is in a body says the path.
//! A contract is an OpenAPI 3 document, whose JSON bodies all count, requests and responses alike; a JSON Schema; or an
//! MCP tool (or a list of them) with its `inputSchema` and `outputSchema`.
//!
//! References are followed within the file. One that leads back to where it came from makes a path with `..`: below the
//! first occurrence, at any depth.

mod document;
mod path;

use super::draft::Named;
use super::keys::TYPES;
use super::reader::{list, nearest};
use super::tables::{entity_from, is_entity};
use super::{Case, Fault, FieldAs, FieldRule};
use crate::Class;
use document::{At, Node, Value};
use path::{Step, To, written};
use std::collections::HashMap;

/// The most schemas that are walked through: references may lead to the same ones again and again.
const MOST_SCHEMAS: usize = 100_000;

/// How deep schemas may lead: a path has at most 64 steps.
const DEEPEST: usize = 60;

/// What a `[[schema]]` table says beside its file.
pub(super) struct Wanted<'a> {
    /// Where in a record the body stands.
    pub(super) prefix: &'a str,
    pub(super) case: Case,
    /// Class names in force, least sensitive first.
    pub(super) classes: &'a [String],
}

/// The fields of a contract's text, each path once, and what is wrong in it.
pub(super) fn read(text: &str, file: &str, wanted: &Wanted<'_>) -> (Vec<Named<FieldRule>>, Vec<Fault>) {
    let root = match document::parse(text) {
        Ok(root) => root,
        Err((at, message)) => return (Vec::new(), vec![fault(file, at, message, "")]),
    };
    let mut walk = Walk {
        root: &root,
        file,
        classes: wanted.classes,
        path: Vec::new(),
        open: Vec::new(),
        found: Vec::new(),
        faults: Vec::new(),
        schemas: 0,
    };
    walk.contract();
    let mut faults = walk.faults;
    // What several operations share is found several times.
    faults.sort_by_key(|fault| (fault.line, fault.column));
    faults.dedup();
    (fields(walk.found, file, wanted), faults)
}

/// What was found, as field rules: of several for one path the highest class.
fn fields(found: Vec<Found>, file: &str, wanted: &Wanted<'_>) -> Vec<Named<FieldRule>> {
    let mut fields: Vec<(usize, Named<FieldRule>)> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for one in found {
        let path = format!("{}{}", wanted.prefix, written(&one.path));
        let rank = wanted
            .classes
            .iter()
            .position(|class| *class == one.class)
            .unwrap_or(0);
        let name = one.path.iter().rev().find_map(|step| match &step.to {
            To::Name(name) => Some(name.as_str()),
            _ => None,
        });
        let (line, column) = one.at;
        let field = Named {
            class: one.class,
            rule: FieldRule {
                function: None,
                path: path.clone(),
                case: wanted.case,
                class: Class(0),
                entity: one
                    .entity
                    .unwrap_or_else(|| entity_from(name.unwrap_or_default())),
                as_type: one.as_type,
                at: (file.to_owned(), line, column),
            },
        };
        match index.get(&path).and_then(|at| fields.get_mut(*at)) {
            Some(known) if rank > known.0 => *known = (rank, field),
            Some(_) => {}
            None => {
                index.insert(path, fields.len());
                fields.push((rank, field));
            }
        }
    }
    fields.into_iter().map(|(_, field)| field).collect()
}

/// A classified place.
#[derive(Clone)]
struct Found {
    path: Vec<Step>,
    class: String,
    entity: Option<String>,
    as_type: Option<FieldAs>,
    at: At,
}

/// A schema that is being walked through, to know a reference that leads back to it.
struct Open<'d> {
    schema: &'d Node,
    /// How many steps led to it.
    depth: usize,
    /// How much had been found before.
    found: usize,
    /// The steps from it to each reference that leads back.
    back: Vec<Vec<Step>>,
}

struct Walk<'d> {
    root: &'d Node,
    file: &'d str,
    classes: &'d [String],
    path: Vec<Step>,
    open: Vec<Open<'d>>,
    found: Vec<Found>,
    faults: Vec<Fault>,
    schemas: usize,
}

impl<'d> Walk<'d> {
    fn fault(&mut self, at: At, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.push(fault(self.file, at, message, hint));
    }

    /// The whole file, whatever it is.
    fn contract(&mut self) {
        let root = self.root;
        if !matches!(root.value, Value::Map(_)) {
            self.fault(
                root.at,
                "this is no contract",
                "an OpenAPI 3 document, a JSON Schema or an MCP tool",
            );
        } else if let Some(version) = root.get("openapi") {
            if !version.text().is_some_and(|version| version.starts_with("3.")) {
                self.fault(
                    version.at,
                    "this version of OpenAPI is not read",
                    "OpenAPI 3.0, 3.1 and 3.2 are",
                );
            }
            for key in ["paths", "webhooks"] {
                let items = root.get(key).into_iter().flat_map(Node::members);
                items.for_each(|(_, item)| self.path_item(item, 0));
            }
        } else if let Some(version) = root.get("swagger") {
            self.fault(version.at, "Swagger 2 is not read", "convert it to OpenAPI 3");
        } else if let Some(tools) = root.get("tools") {
            tools.items().iter().for_each(|tool| self.tool(tool));
        } else if root.get("inputSchema").or(root.get("outputSchema")).is_some() {
            self.tool(root);
        } else {
            self.referenced(root, root.at);
        }
    }

    /// An MCP tool.
    fn tool(&mut self, tool: &'d Node) {
        for key in ["inputSchema", "outputSchema"] {
            if let Some(schema) = tool.get(key) {
                self.referenced(schema, schema.at);
            }
        }
    }

    /// What a node stands for: itself, or what its `$ref` leads to.
    fn resolved(&mut self, node: &'d Node) -> &'d Node {
        let mut node = node;
        // More in a row lead nowhere.
        for _ in 0..32 {
            let Some(reference) = node.get("$ref") else { break };
            match self.target(reference) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    /// The target of a reference.
    fn target(&mut self, reference: &'d Node) -> Option<&'d Node> {
        let written = reference.text().unwrap_or_default();
        let Some(fragment) = written.strip_prefix('#') else {
            let hint = "references within the file are followed: bundle the files into one";
            self.fault(reference.at, format!("`{written}` is in another file"), hint);
            return None;
        };
        let target = self.root.pointed(fragment);
        if target.is_none() {
            let hint = "a reference is written `#/components/schemas/Name`";
            self.fault(reference.at, format!("there is no `{written}`"), hint);
        }
        target
    }

    /// The operations of a path.
    fn path_item(&mut self, item: &'d Node, depth: usize) {
        const METHODS: [&str; 9] = [
            "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
        ];
        let item = self.resolved(item);
        for (_, operation) in item.members().filter(|(key, _)| METHODS.contains(key)) {
            if let Some(body) = operation.get("requestBody") {
                self.bodies(body);
            }
            for (_, response) in operation.get("responses").into_iter().flat_map(Node::members) {
                self.bodies(response);
            }
            let callbacks = operation.get("callbacks").into_iter().flat_map(Node::members);
            for (_, callback) in callbacks.filter(|_| depth < 4) {
                let callback = self.resolved(callback);
                callback
                    .members()
                    .for_each(|(_, item)| self.path_item(item, depth + 1));
            }
        }
    }

    /// The JSON of a request or a response.
    fn bodies(&mut self, body: &'d Node) {
        let body = self.resolved(body);
        for (media, content) in body.get("content").into_iter().flat_map(Node::members) {
            let media = media.to_ascii_lowercase();
            if !(media.contains("json") || media.ends_with("/*") || media.starts_with("text/event-stream")) {
                continue;
            }
            for schema in ["schema", "itemSchema"]
                .into_iter()
                .filter_map(|key| content.get(key))
            {
                self.referenced(schema, schema.at);
            }
        }
    }

    /// A schema that a reference may lead back to.
    fn referenced(&mut self, schema: &'d Node, at: At) {
        if let Some(open) = self
            .open
            .iter_mut()
            .find(|open| core::ptr::eq(open.schema, schema))
        {
            let back = self.path.get(open.depth..).unwrap_or_default().to_vec();
            if back.iter().any(|step| step.to == To::Nested) {
                let hint = "classify a property above it";
                self.fault(
                    at,
                    "this leads back through JSON in a string, where no path can follow",
                    hint,
                );
            } else if !back.is_empty() {
                open.back.push(back);
            }
            return;
        }
        self.open.push(Open {
            schema,
            depth: self.path.len(),
            found: self.found.len(),
            back: Vec::new(),
        });
        self.schema(schema);
        if let Some(closed) = self.open.pop() {
            self.repeat(&closed);
        }
    }

    /// What was found in a schema that contains itself is there at any depth.
    fn repeat(&mut self, closed: &Open<'_>) {
        if closed.back.is_empty() {
            return;
        }
        let mut more = Vec::new();
        for found in self.found.get(closed.found..).unwrap_or_default() {
            let (before, rest) = found.path.split_at(closed.depth.min(found.path.len()));
            // Classified as a whole, it is wherever it leads back to.
            let rests: Vec<&[Step]> = match rest {
                [] => closed
                    .back
                    .iter()
                    .map(|back| back.get(back.len() - 1..).unwrap_or_default())
                    .collect(),
                rest => vec![rest],
            };
            for rest in rests {
                let mut path = before.to_vec();
                path.extend(path::anywhere(rest));
                more.push(Found {
                    path,
                    ..found.clone()
                });
            }
        }
        self.found.append(&mut more);
    }

    /// One schema, and those in it.
    fn schema(&mut self, schema: &'d Node) {
        self.schemas += 1;
        if self.schemas > MOST_SCHEMAS || self.path.len() > DEEPEST {
            if self.schemas <= MOST_SCHEMAS + 1 || self.path.len() > DEEPEST {
                let hint = "classify properties further up";
                self.fault(schema.at, "the schemas here lead too far", hint);
            }
            return;
        }
        if let Some(value) = schema.get("x-classification") {
            self.classified(schema, value);
        }
        if let Some(reference) = schema.get("$ref")
            && let Some(target) = self.target(reference)
        {
            self.referenced(target, reference.at);
        }
        for (name, property) in schema.get("properties").into_iter().flat_map(Node::members) {
            self.below(To::Name(name.to_owned()), property);
        }
        for (_, property) in schema
            .get("patternProperties")
            .into_iter()
            .flat_map(Node::members)
        {
            self.below(To::Any, property);
        }
        for key in ["additionalProperties", "unevaluatedProperties"] {
            if let Some(property) = schema.get(key) {
                self.below(To::Any, property);
            }
        }
        for key in ["items", "additionalItems", "unevaluatedItems", "contains"] {
            match schema.get(key) {
                Some(items) if matches!(items.value, Value::List(_)) => self.elements(items),
                Some(items) => self.below(To::Element, items),
                None => {}
            }
        }
        if let Some(items) = schema.get("prefixItems") {
            self.elements(items);
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            let parts = schema.get(key).map(Node::items).unwrap_or_default();
            parts.iter().for_each(|part| self.schema(part));
        }
        for key in ["if", "then", "else"] {
            if let Some(part) = schema.get(key) {
                self.schema(part);
            }
        }
        for (_, part) in schema.get("dependentSchemas").into_iter().flat_map(Node::members) {
            self.schema(part);
        }
        if let Some(content) = schema.get("contentSchema") {
            self.below(To::Nested, content);
        }
    }

    /// Schemas of a list's first elements.
    fn elements(&mut self, items: &'d Node) {
        for (index, item) in items.items().iter().enumerate() {
            self.below(To::Index(index), item);
        }
    }

    /// A schema one step down.
    fn below(&mut self, to: To, schema: &'d Node) {
        self.path.push(Step { to, below: false });
        self.schema(schema);
        self.path.pop();
    }

    /// `x-classification`.
    fn classified(&mut self, schema: &'d Node, value: &'d Node) {
        let (class, entity, as_type) = match &value.value {
            Value::Text(_) => (Some(value), None, None),
            Value::Map(_) => {
                for (key, other) in value.members() {
                    if !["class", "entity", "as"].contains(&key) {
                        let hint = match nearest(key, ["class", "entity", "as"].into_iter()) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => "it knows class, entity, as".to_owned(),
                        };
                        self.fault(other.at, format!("unknown key `{key}` in x-classification"), hint);
                    }
                }
                (value.get("class"), value.get("entity"), value.get("as"))
            }
            Value::List(_) => (None, None, None),
        };
        let Some(class) = class.and_then(|class| Some((class, class.text()?))) else {
            let hint = "write `x-classification: restricted` or `x-classification: { class: restricted }`";
            return self.fault(value.at, "x-classification names no class", hint);
        };
        if !self.classes.iter().any(|known| known == class.1) {
            let names: Vec<&str> = self.classes.iter().map(String::as_str).collect();
            let hint = match nearest(class.1, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the classes are {}", list(&names)),
            };
            return self.fault(class.0.at, format!("unknown class `{}`", class.1), hint);
        }
        if let Some(entity) = entity.filter(|entity| !entity.text().is_some_and(is_entity)) {
            let hint = "upper case letters, digits and `_`, a letter first, at most 64";
            let written = entity.text().unwrap_or_default();
            return self.fault(entity.at, format!("bad entity `{written}`"), hint);
        }
        let kind = as_type.map(|word| {
            let found = TYPES.iter().find(|(name, _)| word.text() == Some(name));
            (word, found.map(|(_, kind)| *kind))
        });
        if let Some((word, None)) = kind {
            let written = word.text().unwrap_or_default();
            return self.fault(word.at, format!("unknown as `{written}`"), "one of string, null");
        }
        let entity = entity.and_then(Node::text).or_else(|| {
            let format = schema.get("format").and_then(Node::text)?;
            of_format(format)
        });
        self.found.push(Found {
            path: self.path.clone(),
            class: class.1.to_owned(),
            entity: entity.map(str::to_owned),
            as_type: kind.and_then(|(_, kind)| kind),
            at: value.at,
        });
    }
}

/// What a value of a format is called (JSON Schema 2020-12 section 7.3, OpenAPI format registry).
fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "email" | "idn-email" => "EMAIL",
        "ipv4" | "ipv6" => "IP",
        "password" => "PASSWORD",
        "uuid" => "UUID",
        _ => return None,
    })
}

fn fault(file: &str, (line, column): At, message: impl Into<String>, hint: impl Into<String>) -> Fault {
    Fault {
        file: file.to_owned(),
        line,
        column,
        message: message.into(),
        hint: hint.into(),
    }
}

#[cfg(test)]
mod tests;
