//! Documents that try everything JSON allows.

use crate::{Kind, Rng, value};

/// A random document that RFC 8259 allows, with containers up to `max_depth` deep: all escapes, surrogate pairs
/// and lone surrogates, big and odd numbers, empty containers, duplicate and empty keys, blanks wherever they may
/// stand, JSON in strings up to three levels, and values that are split by escapes.
///
/// Some parsers refuse lone surrogates and numbers out of range: for those there is [`json_common`].
///
/// ```
/// assert_eq!(lacuna_corpus::json(7, 4), lacuna_corpus::json(7, 4));
/// ```
pub fn json(seed: u64, max_depth: usize) -> Vec<u8> {
    document(seed, max_depth, Extent::Everything)
}

/// As [`json`], without what RFC 8259 allows but leaves to parsers: lone surrogates and numbers out of range.
pub fn json_common(seed: u64, max_depth: usize) -> Vec<u8> {
    document(seed, max_depth, Extent::Common)
}

/// Which documents to make.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Everything,
    Common,
}

fn document(seed: u64, max_depth: usize, extent: Extent) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    // Blanks everywhere in one document of three, here and there in the next, none in the last.
    let blanks = rng.pick(&[&0, &15, &60]);
    let mut maker = Document {
        values: rng.between(1, 60),
        rng,
        out: String::new(),
        blanks: *blanks,
        extent,
    };
    maker.value(max_depth, 3);
    maker.blank();
    maker.out.into_bytes()
}

/// A document in the making.
struct Document {
    rng: Rng,
    out: String,
    /// How many values it may still get; a bound on its size.
    values: usize,
    /// In how many of a hundred places there is a blank.
    blanks: usize,
    extent: Extent,
}

impl Document {
    /// A value with blanks before it. `levels` is how often JSON may still stand in a string.
    fn value(&mut self, depth: usize, levels: usize) {
        self.blank();
        self.values = self.values.saturating_sub(1);
        let containers = if depth > 0 && self.values > 0 { 5 } else { 0 };
        match self.rng.under(8 + containers) {
            0 => self.out.push_str(self.rng.pick(&["true", "false", "null"])),
            1 | 2 => self.number(),
            3..8 => self.string(levels),
            8 => {
                let (open, close) = if self.rng.chance(50) {
                    ('[', ']')
                } else {
                    ('{', '}')
                };
                self.out.push(open);
                self.blank();
                self.out.push(close);
            }
            9 | 10 => self.array(depth, levels),
            _ => self.object(depth, levels),
        }
    }

    fn array(&mut self, depth: usize, levels: usize) {
        self.out.push('[');
        for at in 0..self.rng.between(1, 5) {
            if at > 0 {
                self.blank();
                self.out.push(',');
            }
            self.value(depth - 1, levels);
        }
        self.blank();
        self.out.push(']');
    }

    fn object(&mut self, depth: usize, levels: usize) {
        self.out.push('{');
        for at in 0..self.rng.between(1, 5) {
            if at > 0 {
                self.blank();
                self.out.push(',');
            }
            self.blank();
            self.key();
            self.blank();
            self.out.push(':');
            self.value(depth - 1, levels);
        }
        self.blank();
        self.out.push('}');
    }

    /// A key: mostly of a few names, so that there are duplicates, sometimes any string.
    fn key(&mut self) {
        if self.rng.chance(80) {
            let name = self.rng.pick(&[
                "", "a", "id", "name", "ssn", "password", "value", "key", "e-mail", "~", "$.a",
            ]);
            self.out.push('"');
            self.escaped(name, 5);
            self.out.push('"');
        } else {
            self.string(0);
        }
    }

    /// Blanks, or none.
    fn blank(&mut self) {
        if self.rng.chance(self.blanks) {
            let len = if self.rng.chance(3) {
                70
            } else {
                self.rng.between(1, 4)
            };
            let blanks = self.rng.string(" \t\n\r ", len);
            self.out.push_str(&blanks);
        }
    }

    fn number(&mut self) {
        let odd = [
            "0",
            "-0",
            "-0.0",
            "0e0",
            "0E-0",
            "1e3",
            "1E+2",
            "-1.5e-7",
            "1e-400",
            "0.1e1",
            "4111111111111111",
        ];
        let huge = ["1e400", "-1E999", "123456789012345678901234567890123456789e999"];
        let text = match self.rng.under(8) {
            0 | 1 => self.rng.pick(&odd).to_owned(),
            2 if self.extent == Extent::Everything => self.rng.pick(&huge).to_owned(),
            3 => {
                let len = self.rng.between(17, 40);
                format!("1{}", self.rng.digits(len))
            }
            4 => {
                let len = self.rng.between(1, 30);
                format!("-0.{}", self.rng.digits(len))
            }
            5 => format!("{}.{}", self.rng.under(1000), self.rng.digits(2)),
            _ => self.rng.under(100_000).to_string(),
        };
        self.out.push_str(&text);
    }

    /// A string; with `levels` left it may hold a document.
    fn string(&mut self, levels: usize) {
        self.out.push('"');
        if levels > 0 && self.values > 0 && self.rng.chance(20) {
            self.nested(levels - 1);
        } else {
            for _ in 0..self.rng.under(6) {
                self.piece();
            }
        }
        self.out.push('"');
    }

    /// A document inside a string, maybe with text that is none around it.
    fn nested(&mut self, levels: usize) {
        let outer = core::mem::take(&mut self.out);
        self.value(2, levels);
        let inner = core::mem::replace(&mut self.out, outer);
        let text = match self.rng.under(6) {
            0 => format!("{inner} and so on"),
            1 => inner.chars().take(inner.chars().count() / 2).collect(),
            _ => inner,
        };
        let percent = *self.rng.pick(&[&0, &0, &10, &100]);
        self.escaped(&text, percent);
    }

    /// A part of a string.
    fn piece(&mut self) {
        match self.rng.under(9) {
            0 => self.out.push_str(self.rng.pick(&[
                r#"\""#, r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t", r"\u0000",
            ])),
            1 => {
                let any = [
                    "é",
                    "ß",
                    "€",
                    "中文",
                    "\u{7f}",
                    "\u{2028}",
                    "😀",
                    "\u{10ffff}",
                    "\u{feff}",
                ];
                self.out.push_str(self.rng.pick(&any));
            }
            2 => {
                let any = [
                    r"\ud83d\ude00",
                    r"\uD834\uDD1E",
                    r"\u00e9",
                    r"\u005C",
                    r"\u0022",
                    r"\uFFFF",
                    r"\u007B",
                ];
                self.out.push_str(self.rng.pick(&any));
            }
            3 if self.extent == Extent::Everything => {
                let any = [
                    r"\ud800",
                    r"\uDFFF",
                    r"\udc00\ud800",
                    r"\ud83dx",
                    r"\uD83D\n",
                    r"\ud800\u0041",
                ];
                self.out.push_str(self.rng.pick(&any));
            }
            4 | 5 => {
                let kind = Kind::any(&mut self.rng);
                let value = value::make(kind, &mut self.rng);
                let percent = *self.rng.pick(&[&0, &0, &10, &50, &100]);
                self.escaped(&value, percent);
            }
            6 => {
                let len = self.rng.between(1, 90);
                let text = self.rng.string("abcdefghij 0123456789 -./:{}[],'", len);
                self.out.push_str(&text);
            }
            _ => {
                let text = self.rng.pick(&[
                    " the card is ",
                    "SSN: ",
                    "a ",
                    "https://example.com/a?b=",
                    "[EMAIL]",
                    "{",
                ]);
                self.out.push_str(text);
            }
        }
    }

    /// Text as it stands in a string: what must be escaped is, of the rest `percent` of a hundred characters.
    fn escaped(&mut self, text: &str, percent: usize) {
        for c in text.chars() {
            let must = c < ' ' || c == '"' || c == '\\';
            if !must && !self.rng.chance(percent) {
                self.out.push(c);
                continue;
            }
            let short = match c {
                '"' | '\\' | '/' => Some(c),
                '\n' => Some('n'),
                '\r' => Some('r'),
                '\t' => Some('t'),
                _ => None,
            };
            match short {
                Some(short) if self.rng.chance(80) => {
                    self.out.push('\\');
                    self.out.push(short);
                }
                _ => {
                    let upper = self.rng.chance(50);
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        self.out.push_str(&if upper {
                            format!("\\u{unit:04X}")
                        } else {
                            format!("\\u{unit:04x}")
                        });
                    }
                }
            }
        }
    }
}
