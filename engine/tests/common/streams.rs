//! Streams of events: made from texts, taken apart again, and recorded ones with values put in.
#![allow(dead_code, reason = "each test file uses some of it")]

#[path = "aws.rs"]
mod aws;

use lacuna::oracle::{self, Part};
use lacuna::{Format, Plan, Profile, Ruleset};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// A way to stream texts.
pub struct Protocol {
    pub name: &'static str,
    pub format: Format,
    /// How many texts it streams at once, at most.
    lanes: usize,
    make: fn(&mut Draw, &[String]) -> Vec<Value>,
}

/// The ways that streams are made.
pub const PROTOCOLS: &[Protocol] = &[
    Protocol {
        name: "openai-chat",
        format: Format::Sse,
        lanes: 6,
        make: chat,
    },
    Protocol {
        name: "openai-responses",
        format: Format::Sse,
        lanes: 4,
        make: responses,
    },
    Protocol {
        name: "anthropic",
        format: Format::Sse,
        lanes: 4,
        make: anthropic,
    },
    Protocol {
        name: "gemini",
        format: Format::Sse,
        lanes: 2,
        make: gemini,
    },
    Protocol {
        name: "bedrock",
        format: Format::Aws,
        lanes: 4,
        make: bedrock,
    },
    Protocol {
        name: "ollama",
        format: Format::Ndjson,
        lanes: 2,
        make: ollama,
    },
];

/// Numbers from a seed (SplitMix64).
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most.max(1) as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// Texts for the lanes of a protocol.
    pub fn texts(&mut self, protocol: &Protocol, values: &[&str]) -> Vec<String> {
        let count = 1 + self.below(protocol.lanes);
        (0..count).map(|_| self.text(values, 6)).collect()
    }

    /// The same, for streams that are tried at every cut.
    pub fn short_texts(&mut self, protocol: &Protocol, values: &[&str]) -> Vec<String> {
        let count = 1 + self.below(protocol.lanes.min(2));
        (0..count).map(|_| self.text(values, 2)).collect()
    }

    fn text(&mut self, values: &[&str], most: usize) -> String {
        let mut text = String::new();
        if self.below(3) == 0 {
            let mut object = serde_json::Map::new();
            for _ in 0..1 + self.below(most) {
                let name = self.one(&["to", "ssn", "card", "password", "note", "bob@example.com"]);
                let value = self.one(values);
                let value = match self.below(5) {
                    0 => json!({ "inner": value }),
                    1 => json!(json!({ "deep": value }).to_string()),
                    2 => json!(4_111_111_111_111_111_u64),
                    3 => json!(format!("line\n{value}\n\"x\"")),
                    _ => json!(value),
                };
                object.insert(name.to_owned(), value);
            }
            return Value::Object(object).to_string();
        }
        for _ in 0..1 + self.below(most) {
            let glue = self.one(&[
                " ",
                ", ",
                "\n",
                "",
                " \\n",
                "é ",
                "🦀",
                "my email is ",
                "[EMAIL] ",
                "\"",
            ]);
            text.push_str(glue);
            let value = self.one(values);
            text.push_str(value);
        }
        text
    }

    /// A text in fragments of some characters, some of them empty.
    fn parts(&mut self, text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let longest = 1 + self.below(12);
        let mut parts = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            if self.below(6) == 0 {
                parts.push(String::new());
            }
            let len = (1 + self.below(longest)).min(chars.len() - at);
            parts.push(chars[at..at + len].iter().collect());
            at += len;
        }
        parts
    }

    /// A stream of texts.
    pub fn stream(&mut self, protocol: &Protocol, texts: &[String]) -> Vec<u8> {
        let events = (protocol.make)(self, texts);
        let end = self.one(&["\n", "\r\n"]);
        let mut out = String::new();
        if protocol.format == Format::Aws {
            let frame = |event: &Value| {
                let kind = event["event"].as_str().unwrap();
                aws::event(kind, &event["payload"].to_string())
            };
            return events.iter().flat_map(frame).collect();
        }
        for event in events {
            let name = event.get("type").and_then(Value::as_str).map(str::to_owned);
            let json = match self.below(4) {
                0 => ascii(&event.to_string()),
                _ => event.to_string(),
            };
            match (protocol.format, name) {
                (Format::Ndjson, _) => out.push_str(&format!("{json}\n")),
                (_, Some(name)) => out.push_str(&format!("event: {name}{end}data: {json}{end}{end}")),
                _ => out.push_str(&format!("data: {json}{end}{end}")),
            }
            if protocol.format == Format::Sse && self.below(12) == 0 {
                out.push_str(&format!(": keep-alive{end}{end}"));
            }
        }
        if protocol.name == "openai-chat" && self.below(2) == 0 {
            out.push_str(&format!("data: [DONE]{end}{end}"));
        }
        out.into_bytes()
    }

    /// A recorded stream with values put into one of its texts, and the values.
    pub fn inject(&mut self, sample: &Sample) -> Option<(Vec<u8>, Vec<String>)> {
        const VALUES: &[&str] = &[
            "bob.miller@example.com",
            "4111 1111 1111 1111",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2ln",
            "DE89370400440532013000",
            "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",
            "AKIAQYLPMN5HXT3BZK2C",
        ];
        let mut events = unframe_as(sample.format, &sample.bytes);
        let mut keys: Vec<String> = Vec::new();
        for event in &events {
            for (key, text) in fragments(event, &mut 0) {
                if !text.is_empty() && !key.contains("repeat") {
                    keys.push(key);
                }
            }
        }
        let key = keys.get(self.below(keys.len()))?.clone();
        let value = self.one(VALUES);
        let cut = 1 + self.below(value.len() - 1);
        let mut epoch = 0;
        // The fragments of the text that are not empty, by event.
        let places: Vec<usize> = events
            .iter()
            .enumerate()
            .filter(|(_, event)| {
                let mut here = fragments(event, &mut epoch).into_iter();
                here.any(|(one, text)| one == key && !text.is_empty())
            })
            .map(|(at, _)| at)
            .collect();
        if places.len() < 2 {
            return None;
        }
        let first = self.below(places.len() - 1);
        let old = joined_events(&events).remove(&key)?;
        edit(&mut events[places[first]], &key, &|text| {
            format!("{text} {}", &value[..cut])
        });
        edit(&mut events[places[first + 1]], &key, &|text| {
            format!("{} {text}", &value[cut..])
        });
        let new = joined_events(&events).remove(&key)?;
        for event in &mut events {
            replace_all(event, &old, &new);
        }
        if sample.format == Format::Aws {
            let kinds = aws::frames(&sample.bytes).into_iter();
            let frames = kinds
                .zip(&events)
                .map(|((texts, _), event)| aws::event(&texts[0], &event.to_string()));
            return Some((frames.flatten().collect(), vec![value.to_owned()]));
        }
        let mut out = String::new();
        for event in events {
            let name = event.get("type").and_then(Value::as_str).map(str::to_owned);
            match (sample.format, name) {
                (Format::Ndjson, _) => out.push_str(&format!("{event}\n")),
                (_, Some(name)) => out.push_str(&format!("event: {name}\ndata: {event}\n\n")),
                _ => out.push_str(&format!("data: {event}\n\n")),
            }
        }
        Some((out.into_bytes(), vec![value.to_owned()]))
    }
}

/// JSON with escapes for everything that is not ASCII.
fn ascii(json: &str) -> String {
    let mut out = String::new();
    for char in json.chars() {
        if char.is_ascii() {
            out.push(char);
            continue;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

fn chat(draw: &mut Draw, texts: &[String]) -> Vec<Value> {
    // By choice: its events in order. Tool calls of one choice go on beside each other.
    let mut choices: Vec<Vec<Value>> = Vec::new();
    let count = 1 + draw.below(2);
    for choice in 0..count {
        let mine: Vec<&String> = texts.iter().skip(choice).step_by(count).collect();
        let mut events = vec![json!({"role": "assistant", "content": ""})];
        let names = ["reasoning_content", "content", "refusal"];
        for (name, text) in names.iter().zip(&mine) {
            events.extend(draw.parts(text).into_iter().map(|part| json!({ *name: part })));
        }
        let mut tools: Vec<std::vec::IntoIter<String>> = mine
            .iter()
            .skip(3)
            .map(|text| draw.parts(text).into_iter())
            .collect();
        while tools.iter().any(|tool| tool.len() > 0) {
            let at = draw.below(tools.len());
            if let Some(part) = tools[at].next() {
                events.push(json!({"tool_calls": [{"index": at, "function": {"arguments": part}}]}));
            }
        }
        events.push(json!({}));
        choices.push(events);
    }
    let mut out = Vec::new();
    let mut next = vec![0; count];
    while next.iter().zip(&choices).any(|(at, events)| *at < events.len()) {
        let choice = draw.below(count);
        let Some(delta) = choices[choice].get(next[choice]) else {
            continue;
        };
        next[choice] += 1;
        let reason = if next[choice] == choices[choice].len() {
            json!("stop")
        } else {
            json!(null)
        };
        out.push(json!({
            "id": "c1", "object": "chat.completion.chunk",
            "choices": [{"index": choice, "delta": delta, "finish_reason": reason}],
        }));
    }
    out
}

fn responses(draw: &mut Draw, texts: &[String]) -> Vec<Value> {
    let mut out = vec![json!({"type": "response.created", "response": {"output": []}})];
    let mut output = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let call = draw.below(2) == 0;
        let (stem, name) = match call {
            true => ("response.function_call_arguments", "arguments"),
            false => ("response.output_text", "text"),
        };
        for part in draw.parts(text) {
            out.push(json!({"type": format!("{stem}.delta"), "output_index": index, "content_index": 0, "delta": part}));
        }
        out.push(json!({"type": format!("{stem}.done"), "output_index": index, name: text}));
        let item = match call {
            true => json!({"type": "function_call", "arguments": text}),
            false => json!({"type": "message", "content": [{"type": "output_text", "text": text}]}),
        };
        out.push(json!({"type": "response.output_item.done", "output_index": index, "item": item}));
        output.push(item);
    }
    out.push(json!({"type": "response.completed", "response": {"output": output}}));
    out
}

fn anthropic(draw: &mut Draw, texts: &[String]) -> Vec<Value> {
    let mut out = vec![json!({"type": "message_start", "message": {"id": "m"}})];
    for (index, text) in texts.iter().enumerate() {
        let (kind, name) = [
            ("text_delta", "text"),
            ("input_json_delta", "partial_json"),
            ("thinking_delta", "thinking"),
        ][draw.below(3)];
        out.push(json!({"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": ""}}));
        for part in draw.parts(text) {
            out.push(
                json!({"type": "content_block_delta", "index": index, "delta": {"type": kind, name: part}}),
            );
        }
        if draw.below(4) > 0 {
            out.push(json!({"type": "content_block_stop", "index": index}));
        }
    }
    out.push(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}));
    out.push(json!({"type": "message_stop"}));
    out
}

fn gemini(draw: &mut Draw, texts: &[String]) -> Vec<Value> {
    let mut out = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        for part in draw.parts(text) {
            let part = match index {
                0 if texts.len() > 1 => json!({"thought": true, "text": part}),
                _ => json!({"text": part}),
            };
            out.push(json!({"candidates": [{"index": 0, "content": {"role": "model", "parts": [part]}}]}));
        }
    }
    out.push(json!({"candidates": [{"index": 0, "finishReason": "STOP"}], "usageMetadata": {}}));
    out
}

fn bedrock(draw: &mut Draw, texts: &[String]) -> Vec<Value> {
    let event = |kind: &str, payload: Value| json!({"event": kind, "payload": payload});
    let mut out = vec![event("messageStart", json!({"role": "assistant"}))];
    for (index, text) in texts.iter().enumerate() {
        let kind = draw.below(3);
        for part in draw.parts(text) {
            let delta = match kind {
                0 => json!({"text": part}),
                1 => json!({"toolUse": {"input": part}}),
                _ => json!({"reasoningContent": {"text": part}}),
            };
            let padding = "abcdefgh".repeat(draw.below(3));
            out.push(event(
                "contentBlockDelta",
                json!({"contentBlockIndex": index, "delta": delta, "p": padding}),
            ));
        }
        if draw.below(4) > 0 {
            out.push(event("contentBlockStop", json!({"contentBlockIndex": index})));
        }
    }
    match draw.below(3) {
        0 => out.push(event("throttlingException", json!({"message": "slow down"}))),
        _ => out.push(event("messageStop", json!({"stopReason": "end_turn"}))),
    }
    out
}

fn ollama(draw: &mut Draw, texts: &[String]) -> Vec<Value> {
    let mut out = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let name = if index == 0 && texts.len() > 1 {
            "thinking"
        } else {
            "content"
        };
        for part in draw.parts(text) {
            out.push(json!({"model": "m", "created_at": "t", "message": {"role": "assistant", name: part}, "done": false}));
        }
    }
    out.push(json!({"model": "m", "created_at": "t", "message": {"role": "assistant", "content": ""}, "done": true}));
    out
}

/// The payloads of a stream that are JSON.
pub fn unframe(protocol: &Protocol, bytes: &[u8]) -> Vec<Value> {
    unframe_as(protocol.format, bytes)
}

pub fn unframe_as(format: Format, bytes: &[u8]) -> Vec<Value> {
    if format == Format::Aws {
        let payloads = aws::frames(bytes).into_iter();
        return payloads
            .map(|(_, payload)| serde_json::from_str(&payload).unwrap())
            .collect();
    }
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let payloads = lines.filter_map(|line| match format {
        Format::Sse => line.strip_prefix("data:"),
        _ => Some(line),
    });
    payloads
        .filter(|payload| payload.trim_start().starts_with('{'))
        .map(|payload| serde_json::from_str(payload).unwrap_or_else(|error| panic!("{error}: {payload}")))
        .collect()
}

/// The texts of a stream, by what they are.
pub fn joined(protocol: &Protocol, bytes: &[u8]) -> BTreeMap<String, String> {
    joined_events(&unframe(protocol, bytes))
}

fn joined_events(events: &[Value]) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut epoch = 0;
    for event in events {
        for (key, text) in fragments(event, &mut epoch) {
            texts.entry(key).or_default().push_str(&text);
        }
    }
    texts.retain(|_, text| !text.is_empty());
    texts
}

/// The fragments of an event and what repeats texts, each with what it is part of. `epoch` counts messages.
fn fragments(event: &Value, epoch: &mut usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let kind = event["type"].as_str().unwrap_or("");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if kind == "message_start" {
        *epoch += 1;
    }
    for (at, choice) in event["choices"].as_array().into_iter().flatten().enumerate() {
        let index = choice["index"].as_u64().unwrap_or(at as u64);
        let delta = &choice["delta"];
        for name in ["content", "refusal", "reasoning", "reasoning_content"] {
            found.extend(text(&delta[name]).map(|text| (format!("chat {index} {name}"), text)));
        }
        found.extend(text(&choice["text"]).map(|text| (format!("chat {index} text"), text)));
        for (at, detail) in delta["reasoning_details"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let number = detail["index"].as_u64().unwrap_or(at as u64);
            found.extend(text(&detail["text"]).map(|text| (format!("chat {index} detail {number}"), text)));
        }
        for (at, call) in delta["tool_calls"].as_array().into_iter().flatten().enumerate() {
            let number = call["index"].as_u64().unwrap_or(at as u64);
            let arguments = text(&call["function"]["arguments"]);
            found.extend(arguments.map(|text| (format!("chat {index} tool {number}"), text)));
        }
    }
    let index = &event["contentBlockIndex"];
    if !index.is_null() {
        let delta = &event["delta"];
        let places = [
            &delta["text"],
            &delta["toolUse"]["input"],
            &delta["reasoningContent"]["text"],
        ];
        for (name, place) in ["text", "tool", "reasoning"].into_iter().zip(places) {
            found.extend(text(place).map(|text| (format!("bedrock {index} {name}"), text)));
        }
        return found;
    }
    let index = &event["index"];
    for name in ["text", "partial_json", "thinking"] {
        let delta = text(&event["delta"][name]);
        found.extend(delta.map(|text| (format!("block {epoch} {index} {name}"), text)));
    }
    if kind.starts_with("response.") {
        let numbers = format!(
            "{} {} {}",
            event["output_index"], event["content_index"], event["summary_index"]
        );
        found.extend(text(&event["delta"]).map(|text| (format!("{kind} {numbers}"), text)));
        if kind.ends_with(".done") {
            for name in ["text", "arguments", "input", "code"] {
                found.extend(text(&event[name]).map(|text| (format!("repeat {kind} {numbers}"), text)));
            }
        }
        let items = event["response"]["output"].as_array().into_iter().flatten();
        for (at, item) in items.enumerate() {
            found.extend(text(&item["arguments"]).map(|text| (format!("repeat {kind} {at}"), text)));
            for (part, content) in item["content"].as_array().into_iter().flatten().enumerate() {
                found.extend(text(&content["text"]).map(|text| (format!("repeat {kind} {at} {part}"), text)));
            }
        }
    }
    for candidate in event["candidates"].as_array().into_iter().flatten() {
        for part in candidate["content"]["parts"].as_array().into_iter().flatten() {
            let thought = part["thought"].as_bool().unwrap_or(false);
            found.extend(text(&part["text"]).map(|text| (format!("gemini {thought}"), text)));
        }
    }
    if event["done"].is_boolean() {
        for name in ["content", "thinking"] {
            found.extend(text(&event["message"][name]).map(|text| (format!("ollama {name}"), text)));
        }
    }
    found
}

/// Changes the last fragment of a text in an event.
fn edit(event: &mut Value, key: &str, to: &dyn Fn(&str) -> String) {
    let old = fragments(event, &mut 0);
    let Some((_, text)) = old
        .iter()
        .rev()
        .find(|(one, text)| same(one, key) && !text.is_empty())
    else {
        return;
    };
    let new = to(text);
    let mut done = false;
    replace_first(event, text, &new, &mut done);
}

/// Whether two keys are of one text, whatever message it is of.
fn same(one: &str, other: &str) -> bool {
    let bare = |key: &str| match key.strip_prefix("block ") {
        Some(rest) => rest
            .split_once(' ')
            .map_or(String::new(), |(_, rest)| rest.to_owned()),
        None => key.to_owned(),
    };
    bare(one) == bare(other)
}

fn replace_first(value: &mut Value, old: &str, new: &str, done: &mut bool) {
    match value {
        Value::String(text) if text == old && !*done => {
            *text = new.to_owned();
            *done = true;
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| replace_first(item, old, new, done)),
        Value::Object(members) => {
            // What a delta says stands in it, not in what is around it.
            for name in ["delta", "choices", "candidates", "message", "content", "parts"] {
                if let Some(member) = members.get_mut(name) {
                    replace_first(member, old, new, done);
                }
            }
            members
                .values_mut()
                .for_each(|member| replace_first(member, old, new, done));
        }
        _ => {}
    }
}

fn replace_all(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old && old.len() > 8 => *text = new.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_all(item, old, new)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| replace_all(member, old, new)),
        _ => {}
    }
}

/// What a whole text becomes: the slow truth of a stream that has it in one fragment.
pub fn mask(rules: &Ruleset, text: &str) -> String {
    const PROFILE: &str = "name = 'own'\nsource = 'https://example.com'\n[[lane]]\ntext = '$.text'\n";
    let plan = Plan::new(rules).with_profile(Profile::parse(PROFILE, "own.toml").unwrap());
    let stream = format!("data: {}\n\n", json!({ "text": text }));
    let truth = oracle::redact(rules, &plan, Format::Sse, stream.as_bytes());
    assert!(truth.refused.is_none());
    let bytes: Vec<u8> = truth
        .caller
        .into_iter()
        .flat_map(|part| match part {
            Part::All(bytes) | Part::Beginning(bytes) => bytes,
        })
        .collect();
    let events = unframe_as(Format::Sse, &bytes);
    events[0]["text"].as_str().unwrap().to_owned()
}

/// A recorded stream.
pub struct Sample {
    pub name: String,
    pub protocol: String,
    pub profile: String,
    pub format: Format,
    pub bytes: Vec<u8>,
}

impl Sample {
    /// Its texts, in a stream made of it.
    pub fn joined(&self, stream: &[u8]) -> BTreeMap<String, String> {
        joined_events(&unframe_as(self.format, stream))
    }

    /// Where its events end.
    pub fn event_ends(&self) -> Vec<usize> {
        if self.format == Format::Aws {
            let mut ends = Vec::new();
            let mut at = 0;
            while at < self.bytes.len() {
                at += u32::from_be_bytes(self.bytes[at..at + 4].try_into().unwrap()) as usize;
                ends.push(at);
            }
            return ends;
        }
        let text = String::from_utf8(self.bytes.clone()).unwrap();
        let mark = match self.format {
            Format::Ndjson => "\n",
            _ if text.contains("\r\n\r\n") => "\r\n\r\n",
            _ => "\n\n",
        };
        let mut ends: Vec<usize> = text
            .match_indices(mark)
            .map(|(at, mark)| at + mark.len())
            .collect();
        if ends.last() != Some(&text.len()) {
            ends.push(text.len());
        }
        ends
    }
}

/// The recorded streams of a folder that are events or lines of text.
pub fn recorded(folder: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut folders: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders {
        let protocol = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let (format, profile) = match file.extension().and_then(|ending| ending.to_str()) {
                Some("sse") => (Format::Sse, "auto".to_owned()),
                // Where the protocol is named, a signed thought stays as it is: here everything is masked.
                Some("bin") if protocol == "bedrock" => (Format::Aws, "auto".to_owned()),
                Some("ndjson") if Profile::builtin(&protocol).is_some() => (Format::Ndjson, protocol.clone()),
                _ => continue,
            };
            samples.push(Sample {
                name: file
                    .strip_prefix(folder.parent().unwrap())
                    .unwrap()
                    .display()
                    .to_string(),
                protocol: protocol.clone(),
                profile,
                format,
                bytes: std::fs::read(&file).unwrap(),
            });
        }
    }
    samples
}
