//! JSON read byte by byte, with everything of it at hand.

use super::slots::{Complete, Members, Whole};
use super::{Char, Stop, Work};
use crate::error::{ErrorKind, Limit, SenderError};
use crate::profile::{Shape, Sort, Walker};
use crate::rules::{Grammar, OnDeepNesting};
use crate::token::Bracket;
use crate::{Class, Error, Slot};

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Document,
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
    CommaOrClose,
    End,
}

/// A value's place while it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is searched.
    Search,
    /// It is a string that is masked whole.
    Mask,
    /// It is being replaced whole.
    Replace,
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn sender(at: usize, kind: SenderError) -> Stop {
    Stop {
        at,
        kind: ErrorKind::Sender(kind),
    }
}

/// The level of JSON that is read.
pub(super) struct Doc<'a> {
    pub source: &'a [Char],
    pub level: usize,
    pub members: Vec<Members>,
    pub whole: Option<Whole>,
}

/// A string's content, and where it ends.
struct Decoded {
    chars: Vec<Char>,
    /// The closing quote, or why there is none.
    end: Result<usize, Stop>,
}

impl Work<'_> {
    /// Reads one document, or as many as there are. On a refusal everything before it has been read.
    pub(super) fn json(
        &mut self,
        source: &[Char],
        grammar: Grammar,
        level: usize,
        many: bool,
    ) -> Result<(), Stop> {
        let mut doc = Doc {
            source,
            level,
            members: Vec::new(),
            whole: None,
        };
        let result = self.documents(&mut doc, grammar, many);
        if doc.whole.is_some() {
            let end = result.err().map_or(source.len(), |stop| stop.at);
            self.finish_whole(&mut doc, end, Complete::No);
        }
        result
    }

    fn documents(&mut self, doc: &mut Doc<'_>, grammar: Grammar, many: bool) -> Result<(), Stop> {
        let full = grammar == Grammar::Full;
        let source = doc.source;
        let mut stack: Vec<Bracket> = Vec::new();
        let mut expect = Expect::Document;
        let mut at = 0;
        while at < source.len() {
            let byte = source[at].byte;
            if is_blank(byte) {
                at += 1;
                continue;
            }
            if expect == Expect::End {
                if !many {
                    return Err(sender(at, SenderError::TrailingBytes));
                }
                expect = Expect::Document;
                self.begin_record();
            }
            let takes_value = matches!(expect, Expect::Document | Expect::Value | Expect::ValueOrClose);
            let takes_key = matches!(expect, Expect::Key | Expect::KeyOrClose);
            match byte {
                b'"' => {
                    if full && !takes_value && !takes_key {
                        return Err(sender(at, SenderError::UnexpectedByte));
                    }
                    let quote = at;
                    let mut fragment: Option<Sort> = None;
                    let fate = if takes_key {
                        if doc.whole.is_none()
                            && let Some(members) = doc.members.last_mut()
                        {
                            members.key = Some(quote);
                        }
                        Fate::Search
                    } else if let Some(lane) = self.fragment_of(doc) {
                        if let Some(members) = doc.members.last_mut() {
                            *members = Members::default();
                        }
                        fragment = Some(lane);
                        Fate::Replace
                    } else {
                        self.begins(doc, quote, b'"')
                    };
                    let mut content = decode(source, quote + 1, full, doc.level);
                    if let Some(lane) = fragment {
                        self.fragment(lane, source, quote + 1, content.end.map_err(|stop| stop.at));
                    }
                    if takes_key {
                        let most = self.plan.limits.key as usize;
                        limit_key(&mut content, source, quote + 1, most, full, doc.level);
                    }
                    if takes_key {
                        self.forget_name();
                        let shown = if doc.whole.is_some() {
                            content.chars.iter().map(|char| char.byte).collect()
                        } else {
                            self.text(&content.chars, Slot::Key, None)
                        };
                        if content.end.is_ok() {
                            let name: Vec<u8> = content.chars.iter().map(|char| char.byte).collect();
                            let shown = if shown.is_empty() { name.clone() } else { shown };
                            if doc.whole.is_none() {
                                self.name = self.leads_in(&content.chars);
                            }
                            self.tracker.key(&self.rules.paths, &name, &shown);
                            if let Some(walker) = self.walker(doc.level) {
                                walker.key(&name);
                            }
                        }
                        expect = Expect::Colon;
                    } else {
                        let after = content.end.ok().map(|end| source[end].raw.1 as u64);
                        if let Some(walker) = self.walker(doc.level) {
                            let said: Vec<u8> = content.chars.iter().map(|char| char.byte).collect();
                            walker.value(&said);
                            if let Some(after) = after {
                                walker.string_ends(after);
                            }
                        }
                        self.tell_due();
                        match (fate, doc.whole.is_some() || fragment.is_some()) {
                            (Fate::Mask, _) => {
                                self.strings = doc.level + 1;
                                self.masked_string(&content.chars);
                            }
                            (_, true) => {}
                            (_, false) => match self.spared.take().filter(|_| fate == Fate::Search) {
                                Some(spared) => self.spared(spared, &content.chars, doc.level),
                                None => self.string(&content.chars, doc.level),
                            }
                            .map_err(|kind| {
                                // Only limits end a stream from within a string.
                                Stop {
                                    at: source
                                        .iter()
                                        .position(|char| char.raw.1 as u64 > kind.at.0)
                                        .unwrap_or(source.len()),
                                    kind: kind.kind,
                                }
                            })?,
                        }
                        self.forget_name();
                        if self.walker(doc.level).is_some() && self.tracker.is_repeat() {
                            self.tracker.end_repeat();
                            self.may_be_cut = false;
                            self.ordinals = core::mem::take(&mut self.aside);
                        }
                        expect = after_value(&stack);
                    }
                    at = content.end? + 1;
                    if !takes_key {
                        self.ends(doc, stack.len(), at);
                        self.document_ends(&stack, doc.level);
                    }
                }
                b'{' | b'[' => {
                    self.forget_name();
                    if full && !takes_value {
                        return Err(sender(at, SenderError::UnexpectedByte));
                    }
                    if stack.len() >= self.plan.limits.depth as usize {
                        return Err(Stop {
                            at,
                            kind: ErrorKind::Limit(Limit::Depth),
                        });
                    }
                    let fate = self.begins(doc, at, byte);
                    if fate == Fate::Replace
                        && let Some(whole) = doc.whole.as_mut()
                    {
                        whole.depth = stack.len();
                    }
                    let kind = Bracket::of(byte);
                    stack.push(kind);
                    self.tracker.open(&self.rules.paths, kind);
                    if let Some(walker) = self.walker(doc.level)
                        && let Sort::Arguments(lane) = walker.open(kind, source[at].raw.0 as u64)
                        && doc.whole.is_none()
                    {
                        let state = self.tracker.container();
                        let from = source[at].raw.0 as u64;
                        if let Some(walker) = self.walker(doc.level) {
                            walker.given_begins(lane, Shape::Object, from, state);
                        }
                        doc.whole = Some(Whole::elsewhere(stack.len() - 1, at));
                    }
                    doc.members.push(Members {
                        first: true,
                        ..Members::default()
                    });
                    expect = match kind {
                        Bracket::Object => Expect::KeyOrClose,
                        Bracket::Array => Expect::ValueOrClose,
                    };
                    at += 1;
                }
                b'}' | b']' => {
                    self.forget_name();
                    let kind = Bracket::of(byte);
                    let fits = match expect {
                        Expect::CommaOrClose => true,
                        Expect::KeyOrClose => kind == Bracket::Object,
                        Expect::ValueOrClose => kind == Bracket::Array,
                        _ => false,
                    };
                    if full && !fits {
                        return Err(sender(at, SenderError::UnexpectedByte));
                    }
                    if stack.last() != Some(&kind) {
                        return Err(sender(at, SenderError::MismatchedBracket));
                    }
                    stack.pop();
                    self.tracker.close();
                    if let Some(walker) = self.walker(doc.level) {
                        walker.close(source[at].raw.1 as u64);
                    }
                    doc.members.pop();
                    at += 1;
                    self.ends(doc, stack.len(), at);
                    self.tell_due();
                    expect = after_value(&stack);
                    self.document_ends(&stack, doc.level);
                }
                b',' => {
                    self.forget_name();
                    if full && expect != Expect::CommaOrClose {
                        return Err(sender(at, SenderError::UnexpectedByte));
                    }
                    self.comma(doc, at);
                    self.tracker.comma(&self.rules.paths);
                    if let Some(walker) = self.walker(doc.level) {
                        walker.comma();
                    }
                    expect = match stack.last() {
                        Some(Bracket::Object) => Expect::Key,
                        Some(Bracket::Array) => Expect::Value,
                        None => Expect::Document,
                    };
                    at += 1;
                }
                b':' => {
                    if full && expect != Expect::Colon {
                        return Err(sender(at, SenderError::UnexpectedByte));
                    }
                    self.label = core::mem::take(&mut self.name);
                    expect = Expect::Value;
                    at += 1;
                }
                _ => {
                    if full
                        && !(takes_value && (byte == b'-' || byte.is_ascii_digit() || b"tfn".contains(&byte)))
                    {
                        return Err(sender(at, SenderError::UnexpectedByte));
                    }
                    if !full && byte == b'\\' {
                        return Err(sender(at, SenderError::StrayBackslash));
                    }
                    let begin = at;
                    let fate = self.begins(doc, begin, byte);
                    let (mut end, mut wrong) = if full {
                        scalar(source, begin)
                    } else {
                        bare(source, begin)
                    };
                    if doc.level == 0 && self.is_cut && end == source.len() && wrong.is_none() {
                        wrong = Some(sender(end, SenderError::Truncated));
                    }
                    if let Some(walker) = self.walker(doc.level) {
                        let said: Vec<u8> = source[begin..end].iter().map(|char| char.byte).collect();
                        walker.begins();
                        walker.value(&said);
                    }
                    let most = self.plan.limits.number as usize;
                    let is_word = full && byte.is_ascii_alphabetic();
                    if !is_word && end - begin > most && is_number(&source[begin..=begin + most]) {
                        end = begin + most;
                        wrong = Some(Stop {
                            at: end,
                            kind: ErrorKind::Limit(Limit::Number),
                        });
                    }
                    let field = match fate {
                        Fate::Mask => self.rules.field(self.tracker.state()),
                        _ => None,
                    };
                    if doc.whole.is_none() && fate != Fate::Replace && !is_word {
                        self.bare_text(&source[begin..end], doc.level, field);
                    }
                    self.forget_name();
                    if let Some(stop) = wrong {
                        return Err(stop);
                    }
                    at = end;
                    expect = after_value(&stack);
                    self.ends(doc, stack.len(), at);
                    self.document_ends(&stack, doc.level);
                }
            }
        }
        if matches!(expect, Expect::Document | Expect::End) && stack.is_empty() {
            Ok(())
        } else {
            Err(sender(source.len(), SenderError::Truncated))
        }
    }

    /// Where lanes are, if they may be at a level.
    fn walker(&mut self, level: usize) -> Option<&mut Walker> {
        let lanes = self.lanes.as_mut().filter(|_| level == 0);
        lanes.map(|lanes| &mut lanes.walker)
    }

    /// The lane that a string which begins is part of, if it is. What repeats one is noted as that.
    fn fragment_of(&mut self, doc: &Doc<'_>) -> Option<Sort> {
        self.spared = None;
        match self.walker(doc.level)?.begins() {
            sort @ (Sort::Lane(_) | Sort::Arguments(_)) if doc.whole.is_none() => Some(sort),
            Sort::Spared(spared) => {
                self.spared = Some(spared);
                None
            }
            Sort::Repeat => {
                self.tracker.begin_repeat();
                self.forget_name();
                self.may_be_cut = true;
                self.aside = core::mem::take(&mut self.ordinals);
                None
            }
            _ => None,
        }
    }

    /// A fragment of a lane, from a byte of a source to its quote, or to where it is cut.
    fn fragment(&mut self, sort: Sort, source: &[Char], from: usize, end: Result<usize, usize>) {
        if end.is_err() && self.walker(0).is_some_and(|walker| walker.loses_lines()) {
            return;
        }
        let to = match end {
            Ok(end) => end,
            // What is left of an escape belongs to no lane.
            Err(end) => whole_escapes(source, from, end),
        };
        let place = |at: usize| source.get(at).map_or(self.payload_end, |char| char.raw.0) as u64;
        // What it is cut by may stand on the next line.
        let last = source.get(from..to).and_then(<[Char]>::last);
        let to = last.map_or(place(from), |last| last.raw.1 as u64);
        let from = place(from);
        let state = self.tracker.state();
        if let Some(walker) = self.walker(0) {
            match sort {
                Sort::Lane(lane) => {
                    walker.fragment_begins(lane, from, state);
                    walker.fragment_ends(to);
                }
                Sort::Arguments(lane) => {
                    walker.given_begins(lane, Shape::String, from, state);
                    walker.given_ends(to);
                }
                Sort::Value | Sort::Repeat | Sort::Mirror(_) | Sort::Spared(_) => {}
            }
        }
    }

    /// The value of a member has come, or none.
    pub(super) fn forget_name(&mut self) {
        self.label.clear();
        self.name.clear();
    }

    /// A document may be complete.
    fn document_ends(&mut self, stack: &[Bracket], level: usize) {
        if level == 0 && stack.is_empty() {
            self.documents += 1;
            self.record += u64::from(self.counts_documents);
        }
    }

    /// A string value that is searched. An error refuses the stream.
    pub(super) fn string(&mut self, chars: &[Char], level: usize) -> Result<(), Error> {
        self.strings = level + 1;
        let first = chars.iter().position(|char| !is_blank(char.byte));
        let Some(first) = first.filter(|at| matches!(chars[*at].byte, b'{' | b'[')) else {
            self.text(chars, Slot::Value, None);
            return Ok(());
        };
        let refuse = |at: usize, kind: ErrorKind| Error {
            kind,
            at: crate::Pos(chars.get(at).map_or(0, |char| char.raw.1 - 1) as u64),
            record: 0,
        };
        if level >= self.plan.limits.nesting as usize {
            if self.plan.on_deep_nesting == OnDeepNesting::Refuse {
                return Err(refuse(first, ErrorKind::Limit(Limit::Nesting)));
            }
            self.text(chars, Slot::Value, None);
            return Ok(());
        }
        self.forget_name();
        if !begins_json(&chars[first..]) {
            self.text(chars, Slot::Value, None);
            return Ok(());
        }
        self.tracker.enter(&self.rules.paths);
        let result = self.json(chars, Grammar::Full, level + 1, false);
        self.tracker.leave();
        match result {
            Ok(()) => Ok(()),
            Err(stop) if falls_back(stop.kind) => {
                self.strings = level + 1;
                let rest = chars.get(stop.at..).unwrap_or_default();
                self.text_at(rest, stop.at, Slot::Value, None);
                Ok(())
            }
            Err(stop) => Err(refuse(stop.at, stop.kind)),
        }
    }

    /// A bare value that is searched, and may be one that a field rule names.
    fn bare_text(&mut self, source: &[Char], level: usize, field: Option<(u16, Class)>) {
        let mut chars = source.to_vec();
        if level == 0 {
            for (at, char) in chars.iter_mut().enumerate() {
                char.outer = (at, at + 1);
            }
        }
        let bytes: Vec<u8> = source.iter().map(|char| char.byte).collect();
        if [&b"true"[..], b"false", b"null"].contains(&bytes.trim_ascii_end()) {
            return;
        }
        self.is_bare = true;
        if is_number(source) {
            let digits = source.iter().take_while(|char| !is_blank(char.byte)).count();
            self.number(&chars, digits, field);
        } else {
            self.text(&chars, Slot::Text, field);
        }
        self.is_bare = false;
    }
}

/// Whether what begins with a bracket is read as JSON: not a `[` with letters behind it that are no word of JSON, or may
/// be the beginning of a longer one.
pub(super) fn begins_json(chars: &[Char]) -> bool {
    let text: Vec<u8> = chars.iter().map(|char| char.byte).collect();
    let Some(rest) = text.strip_prefix(b"[") else {
        return true;
    };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_:".contains(byte);
    let len = rest.iter().take_while(|byte| is_part(byte)).count();
    let word = &rest[..len];
    match rest.first() {
        None => false,
        Some(first) if !first.is_ascii_alphabetic() => true,
        Some(_) => [&b"true"[..], b"false", b"null"].contains(&word) && len < rest.len(),
    }
}

/// Whether what is refused in a string is text there: JSON that is none, or has too many brackets.
pub(super) fn falls_back(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Sender(_) | ErrorKind::Limit(Limit::Depth))
}

/// Up to where a string that is cut short has no escape that may go on: an upper half of a pair waits for its lower.
fn whole_escapes(source: &[Char], from: usize, end: usize) -> usize {
    let mut at = from;
    let mut upper = None;
    while at < end {
        let len = match source[at].byte {
            b'\\' => match escape(&source[at..end]) {
                Ok((Code::Half(0xD800..=0xDBFF), len)) => {
                    upper = Some(at);
                    at += len;
                    continue;
                }
                Ok((_, len)) => len,
                Err(wrong) if at + wrong >= end => return upper.unwrap_or(at),
                Err(wrong) => wrong,
            },
            _ => 1,
        };
        upper = None;
        at += len;
    }
    upper.unwrap_or(end)
}

fn after_value(stack: &[Bracket]) -> Expect {
    if stack.is_empty() {
        Expect::End
    } else {
        Expect::CommaOrClose
    }
}

/// Whether a bare value is a number: of its signs, and then blanks.
fn is_number(source: &[Char]) -> bool {
    let digits = source
        .iter()
        .take_while(|char| char.byte.is_ascii_digit() || b"-+.eE".contains(&char.byte))
        .count();
    digits > 0 && source[digits..].iter().all(|char| is_blank(char.byte))
}

/// The end of a number or word of the full grammar, and what is wrong there.
fn scalar(source: &[Char], begin: usize) -> (usize, Option<Stop>) {
    // The longest beginning of a number or word, by trying all.
    let mut end = begin;
    let text: Vec<u8> = source[begin..].iter().take(4096).map(|char| char.byte).collect();
    for len in 1..=text.len() {
        match prefix(&text[..len]) {
            Prefix::No => break,
            _ => end = begin + len,
        }
    }
    let complete = prefix(&text[..end - begin]) == Prefix::Complete;
    let delimits = |byte: u8| is_blank(byte) || b",}]{[\":".contains(&byte);
    match source.get(end) {
        Some(next) if !complete || !delimits(next.byte) => {
            (end, Some(sender(end, SenderError::InvalidLiteral)))
        }
        None if !complete => (end, Some(sender(end, SenderError::Truncated))),
        _ => (end, None),
    }
}

#[derive(PartialEq)]
enum Prefix {
    No,
    Open,
    Complete,
}

/// Whether some bytes are, or begin, a number or word.
fn prefix(text: &[u8]) -> Prefix {
    for word in [&b"true"[..], b"false", b"null"] {
        if word == text {
            return Prefix::Complete;
        }
        if word.starts_with(text) {
            return Prefix::Open;
        }
    }
    let is_value = |text: &[u8]| {
        (text.first() == Some(&b'-') || text.first().is_some_and(u8::is_ascii_digit)) && number(text)
    };
    if is_value(text) {
        return Prefix::Complete;
    }
    // Whatever can be continued is a number after one or two bytes more.
    for more in [&b"0"[..], b"00", b"+0", b".0", b"e0"] {
        if is_value(&[text, more].concat()) {
            return Prefix::Open;
        }
    }
    Prefix::No
}

/// RFC 8259, section 6.
fn number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(text);
    if whole == 0 || whole > 1 && text[0] == b'0' {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', power @ ..] = rest {
        let power = power
            .strip_prefix(b"+")
            .or(power.strip_prefix(b"-"))
            .unwrap_or(power);
        return !power.is_empty() && digits(power) == power.len();
    }
    rest.is_empty()
}

/// The end of a bare value of the structural grammar, and what is wrong there.
fn bare(source: &[Char], begin: usize) -> (usize, Option<Stop>) {
    let end = (begin..source.len())
        .find(|at| b"{}[]:,\"\\".contains(&source[*at].byte))
        .unwrap_or(source.len());
    match source.get(end) {
        Some(char) if char.byte == b'\\' => (end, Some(sender(end, SenderError::StrayBackslash))),
        _ => (end, None),
    }
}

/// A key longer than the limit ends there.
fn limit_key(content: &mut Decoded, source: &[Char], begin: usize, most: usize, strict: bool, level: usize) {
    let end = match content.end {
        Ok(end) => end,
        // The limit is met by the same byte, unless that is a quote: no escape has one, and no key either.
        Err(stop)
            if stop.kind == ErrorKind::Sender(SenderError::InvalidEscape)
                && source.get(stop.at).is_some_and(|char| char.byte != b'"') =>
        {
            stop.at + 1
        }
        Err(stop) => stop.at,
    };
    let Some(first) = source.get(begin) else { return };
    let over = (begin..end).find(|at| source[*at].raw.1 - first.raw.0 > most);
    if let Some(at) = over {
        *content = decode(&source[..at], begin, strict, level);
        content.end = Err(Stop {
            at,
            kind: ErrorKind::Limit(Limit::Key),
        });
    }
}

/// Undoes the escapes of a string from `begin` to its quote.
fn decode(source: &[Char], begin: usize, strict: bool, level: usize) -> Decoded {
    let mut units: Vec<Unit> = Vec::new();
    let mut at = begin;
    let end = loop {
        let Some(char) = source.get(at) else {
            break Err(sender(source.len(), SenderError::Truncated));
        };
        match char.byte {
            b'"' => break Ok(at),
            0..=0x1F => break Err(sender(at, SenderError::ControlInString)),
            b'\\' => match escape(&source[at..]) {
                Ok((unit, len)) => {
                    units.push(Unit::new(unit, &source[at..at + len]));
                    at += len;
                }
                Err(wrong) => match source.get(at + wrong) {
                    // The quote that would end the string is itself escaped, so it is no end.
                    Some(byte) if strict => {
                        let control = byte.byte < 0x20;
                        units.extend(source[at..at + wrong].iter().map(Unit::same));
                        break Err(sender(
                            at + wrong,
                            if control {
                                SenderError::ControlInString
                            } else {
                                SenderError::InvalidEscape
                            },
                        ));
                    }
                    Some(_) => {
                        units.extend(source[at..at + wrong].iter().map(Unit::same));
                        at += wrong;
                    }
                    None => {
                        units.extend(source[at..].iter().map(Unit::same));
                        at = source.len();
                    }
                },
            },
            _ => {
                units.push(Unit::same(char));
                at += 1;
            }
        }
    };
    let mut chars = join(&units);
    if level == 0 {
        for (at, char) in chars.iter_mut().enumerate() {
            char.outer = (at, at + 1);
        }
    }
    Decoded { chars, end }
}

/// What a byte or an escape stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Code {
    /// A byte.
    Byte(u8),
    /// A UTF-16 unit.
    Half(u16),
}

/// One byte or escape of a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    code: Code,
    raw: (usize, usize),
    outer: (usize, usize),
    is_join: bool,
    is_undone: bool,
}

impl Unit {
    pub(super) fn new(code: Code, source: &[Char]) -> Self {
        let (first, last) = (source[0], source[source.len() - 1]);
        Self {
            code,
            raw: (first.raw.0, last.raw.1),
            outer: (first.outer.0, last.outer.1),
            is_join: false,
            is_undone: true,
        }
    }

    pub(super) fn same(char: &Char) -> Self {
        Self {
            code: Code::Byte(char.byte),
            raw: char.raw,
            outer: char.outer,
            is_join: char.is_join,
            is_undone: false,
        }
    }
}

/// The escape that a source begins with and its length; or the offset of the first byte no escape has there.
pub(super) fn escape(source: &[Char]) -> Result<(Code, usize), usize> {
    let byte = match source.get(1).map(|char| char.byte) {
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(byte @ (b'"' | b'\\' | b'/')) => byte,
        Some(b'u') => {
            let mut unit = 0;
            for at in 2..6 {
                let digit = source.get(at).and_then(|char| char::from(char.byte).to_digit(16));
                let Some(digit) = digit else { return Err(at) };
                unit = unit << 4 | digit as u16;
            }
            return Ok((Code::Half(unit), 6));
        }
        _ => return Err(1),
    };
    Ok((Code::Byte(byte), 2))
}

/// Joins surrogates; one without its other half is U+FFFD.
pub(super) fn join(units: &[Unit]) -> Vec<Char> {
    let mut chars = Vec::new();
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        at += 1;
        let half = match unit.code {
            Code::Byte(byte) => {
                chars.push(Char {
                    byte,
                    raw: unit.raw,
                    outer: unit.outer,
                    is_join: unit.is_join,
                    is_undone: unit.is_undone,
                });
                continue;
            }
            Code::Half(half) => half,
        };
        let mut last = unit;
        let low = units.get(at).and_then(|next| match next.code {
            Code::Half(low @ 0xDC00..=0xDFFF) => Some((low, next)),
            _ => None,
        });
        let letter = match (half, low) {
            (0xD800..=0xDBFF, Some((low, next))) => {
                at += 1;
                last = next;
                let code = 0x10000 + ((u32::from(half) - 0xD800) << 10) + (u32::from(low) - 0xDC00);
                char::from_u32(code).unwrap_or('\u{FFFD}')
            }
            _ => char::from_u32(u32::from(half)).unwrap_or('\u{FFFD}'),
        };
        for byte in letter.to_string().bytes() {
            chars.push(Char {
                byte,
                raw: (unit.raw.0, last.raw.1),
                outer: (unit.outer.0, last.outer.1),
                is_join: false,
                is_undone: true,
            });
        }
    }
    chars
}
