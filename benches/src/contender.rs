//! Who is measured, and what each must answer.

use crate::{CpuTime, Input, regexes};
use core::hint::black_box;
use lacuna::{Finding, Grammar, Plan, Redactor, Ruleset, Sink, State, View};
use simd_json::{Buffers, Tape};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Mutex;

/// What a run found: it is checked against the input, so that no contender wins by doing less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Documents parsed, or 0 for who does not parse.
    pub documents: usize,
    /// Bytes that came out, or 0 for who writes none.
    pub bytes: usize,
    /// Planted values that lie in a finding, or overlap one.
    pub planted: usize,
    /// All findings.
    pub findings: usize,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    /// Chunks of 16 KiB copied into one buffer: the floor for who moves bytes.
    Memcpy,
    /// simd-json's tape of each document, with buffers used again. It parses in place: the copy it needs is made
    /// before the clock starts, and is not counted.
    SimdJson,
    /// serde_json's `Value` of each document.
    SerdeJson,
    /// serde_json's `Value` of each document, a dozen of [`regex::Regex::replace_all`] on every string, and the
    /// document written again. It finds less than the engine does, checks nothing, and needs the whole document.
    SerdeRegex,
    /// The same patterns as one [`regex_automata::meta::Regex`] over the bytes as they are written, the whole input at
    /// once: it knows no strings and no escapes. What comes out is copied into one buffer, which is counted.
    MetaRegex,
    /// The engine, `builtin:default`, with a grammar level and chunks of a size. What comes out is copied into one
    /// buffer, which is counted.
    Lacuna(Grammar, usize),
    /// The same, structural, with so many field rules beside. None matches; a third ask for keys that occur, elsewhere.
    Fields(usize),
}

/// All rows. The second is what the others are compared with.
pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::Memcpy,
        Contender::SimdJson,
        Contender::SerdeJson,
        Contender::SerdeRegex,
        Contender::MetaRegex,
        Contender::Lacuna(Grammar::Structural, CHUNK),
        Contender::Lacuna(Grammar::Structural, 1400),
        Contender::Lacuna(Grammar::Full, CHUNK),
        Contender::Fields(1),
        Contender::Fields(50),
        Contender::Fields(1000),
    ]
}

/// Bytes a chunk has where a row names no other size.
const CHUNK: usize = 16 * 1024;

impl Contender {
    /// Its name in the table.
    pub fn name(self) -> String {
        match self {
            Self::Memcpy => "memcpy, 16 KiB chunks".into(),
            Self::SimdJson => "simd-json tape (copy not counted)".into(),
            Self::SerdeJson => "serde_json Value".into(),
            Self::SerdeRegex => "serde_json + 12 regex replace_all".into(),
            Self::MetaRegex => "regex-automata meta, raw bytes".into(),
            Self::Lacuna(grammar, chunk) => {
                let grammar = match grammar {
                    Grammar::Structural => "structural",
                    Grammar::Full => "full",
                };
                format!("lacuna {grammar}, {chunk} B chunks")
            }
            Self::Fields(1) => "lacuna structural, 1 field rule".into(),
            Self::Fields(count) => format!("lacuna structural, {count} field rules"),
        }
    }

    /// Runs once: nanoseconds, and the answer.
    ///
    /// # Errors
    /// The contender refuses the input.
    pub fn run(self, input: &Input, rules: &Ruleset) -> Result<(f64, Answer), Box<dyn Error>> {
        match self {
            Self::Memcpy => Ok(memcpy(input)),
            Self::SimdJson => simd_json(input),
            Self::SerdeJson => serde_json(input),
            Self::SerdeRegex => regexes::value_by_value(input),
            Self::MetaRegex => regexes::raw(input),
            Self::Lacuna(grammar, chunk) => lacuna(input, rules, grammar, chunk),
            Self::Fields(count) => lacuna(input, with_fields(count)?, Grammar::Structural, CHUNK),
        }
    }

    /// Checks an answer.
    ///
    /// # Errors
    /// It is not what the input holds; the text says how.
    pub fn check(self, input: &Input, answer: Answer) -> Result<(), Box<dyn Error>> {
        // Clean input: nothing at all. Other input may hold more than was planted, never less.
        let planted = input.sample.planted.len();
        let all_planted = answer.planted == planted && (planted > 0 || answer.findings == 0);
        let fault = match self {
            Self::Memcpy => answer.bytes != input.sample.bytes.len(),
            Self::SimdJson | Self::SerdeJson => answer.documents != input.documents.len(),
            Self::SerdeRegex => answer.documents != input.documents.len() || !all_planted,
            Self::MetaRegex | Self::Lacuna(..) | Self::Fields(_) => !all_planted,
        };
        if fault {
            return Err(format!("{} on {}: {answer:?}, planted {planted}", self.name(), input.name).into());
        }
        Ok(())
    }
}

/// Keys of the records and of the completions.
const KEYS: [&str; 20] = [
    "id", "name", "first", "last", "email", "phone", "city", "street", "district", "state", "items", "sku",
    "price", "total", "notes", "text", "content", "delta", "index", "created",
];

/// `builtin:default` with so many field rules, none of which matches: a third ask for keys that occur, but elsewhere, so
/// that each of these has to be looked at.
///
/// # Errors
/// The rules are wrong.
fn with_fields(count: usize) -> Result<&'static Ruleset, Box<dyn Error>> {
    static SETS: Mutex<BTreeMap<usize, &'static Ruleset>> = Mutex::new(BTreeMap::new());
    let mut sets = SETS.lock().map_err(|_| "a thread has panicked")?;
    if let Some(rules) = sets.get(&count) {
        return Ok(rules);
    }
    let mut file = "extends = [\"builtin:default\"]\n".to_owned();
    for number in 0..count {
        let path = match number % 3 {
            0 => format!("$..patient{number}.diagnosis_{number}"),
            1 => format!("$.claims{number}.amount_{number}"),
            _ => format!(
                "$.nowhere{number}.{}",
                KEYS.get(number % KEYS.len()).copied().unwrap_or("id")
            ),
        };
        file += &format!("[[field]]\npath = \"{path}\"\nclass = \"restricted\"\n");
    }
    let rules = Ruleset::compile(&file, "fields.toml", &mut |_, _| Err("it names no file".into()))?;
    let rules: &'static Ruleset = Box::leak(Box::new(rules));
    sets.insert(count, rules);
    Ok(rules)
}

fn memcpy(input: &Input) -> (f64, Answer) {
    let mut copy = vec![0; CHUNK];
    let mut answer = Answer::default();
    let clock = CpuTime::now();
    for chunk in input.sample.bytes.chunks(CHUNK) {
        if let Some(to) = copy.get_mut(..chunk.len()) {
            to.copy_from_slice(chunk);
            answer.bytes += black_box(to).len();
        }
    }
    (clock.elapsed(), answer)
}

fn simd_json(input: &Input) -> Result<(f64, Answer), Box<dyn Error>> {
    let mut copy = input.sample.bytes.clone();
    let longest = input
        .documents
        .iter()
        .map(ExactSizeIterator::len)
        .max()
        .unwrap_or(0);
    let mut buffers = Buffers::new(longest);
    let mut tape = Tape(Vec::new());
    let mut answer = Answer::default();
    let clock = CpuTime::now();
    for document in &input.documents {
        let Some(document) = copy.get_mut(document.clone()) else {
            continue;
        };
        let mut filled = tape.reset();
        simd_json::fill_tape(document, &mut buffers, &mut filled)?;
        answer.documents += usize::from(!black_box(&filled).0.is_empty());
        tape = filled.reset();
    }
    Ok((clock.elapsed(), answer))
}

fn serde_json(input: &Input) -> Result<(f64, Answer), Box<dyn Error>> {
    let mut answer = Answer::default();
    let clock = CpuTime::now();
    for document in &input.documents {
        let document = input.sample.bytes.get(document.clone()).unwrap_or(&[]);
        let value: serde_json::Value = serde_json::from_slice(document)?;
        answer.documents += usize::from(black_box(&value).is_object());
    }
    Ok((clock.elapsed(), answer))
}

fn lacuna(
    input: &Input,
    rules: &Ruleset,
    grammar: Grammar,
    chunk: usize,
) -> Result<(f64, Answer), Box<dyn Error>> {
    let plan = Plan::new(rules).with_grammar(grammar);
    let mut sink = Copying {
        buffer: vec![0; 2 * CHUNK],
        ..Copying::default()
    };
    let clock = CpuTime::now();
    let mut stream = Redactor::new(rules, &plan, input.format);
    for chunk in input.sample.bytes.chunks(chunk) {
        ready(&stream.push(chunk, &mut sink)?.state)?;
    }
    ready(&stream.finish(&mut sink)?.state)?;
    let time = clock.elapsed();

    let answer = Answer {
        bytes: sink.bytes,
        planted: input.covered(&sink.findings),
        findings: sink.findings.len(),
        documents: 0,
    };
    Ok((time, answer))
}

/// Nothing pauses here.
fn ready(state: &State) -> Result<(), Box<dyn Error>> {
    match state {
        State::Ready => Ok(()),
        other => Err(format!("the stream waits: {other:?}").into()),
    }
}

/// A sink that copies what it gets and notes where something was masked: what is found and kept is no answer.
#[derive(Default)]
struct Copying {
    /// Written over again and again.
    buffer: Vec<u8>,
    bytes: usize,
    /// Start and end in the input.
    findings: Vec<(u64, u64)>,
}

impl Sink for Copying {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.put(view, bytes);
    }

    fn put(&mut self, _: View, bytes: &[u8]) {
        for part in bytes.chunks(self.buffer.len()) {
            if let Some(to) = self.buffer.get_mut(..part.len()) {
                to.copy_from_slice(part);
                black_box(to);
            }
        }
        self.bytes += bytes.len();
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        if finding.action != "keep" {
            self.findings.push((finding.raw_start, finding.raw_end));
        }
    }

    /// As `redact` and the gateway: nobody has asked for a list of findings.
    fn wants_details(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs;

    #[test]
    fn every_contender_answers_right() {
        let rules = Ruleset::builtin("default").unwrap();
        for input in inputs(20_000) {
            for contender in contenders() {
                let (_, answer) = contender.run(&input, &rules).unwrap();
                contender.check(&input, answer).unwrap();
            }
        }
    }

    #[test]
    fn a_wrong_answer_is_an_error() {
        for input in inputs(20_000) {
            for contender in contenders() {
                let wrong = Answer {
                    documents: input.documents.len() - 1,
                    bytes: input.sample.bytes.len() - 1,
                    planted: input.sample.planted.len() + 1,
                    findings: 1,
                };
                assert!(contender.check(&input, wrong).is_err(), "{contender:?}");
            }
        }
    }

    #[test]
    fn documents_are_what_parsers_take() {
        let names: Vec<_> = inputs(50_000).iter().map(|input| input.name).collect();
        assert_eq!(names, ["records 2 %", "records clean", "sse"]);
        for input in inputs(50_000) {
            // Each answer of the events ends in `[DONE]`, which is no document.
            let rest = input.sample.records - input.documents.len();
            assert_eq!(rest > 0, input.name == "sse", "{}", input.name);
            for document in &input.documents {
                assert_eq!(input.sample.bytes[document.start], b'{');
                assert_eq!(input.sample.bytes[document.end - 1], b'}');
            }
        }
    }
}
