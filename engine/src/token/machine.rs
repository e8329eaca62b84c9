//! The machine that turns a window into tokens.

use super::{Bracket, Stack, Window, scalar::Scalar};
use crate::error::{ErrorKind, Limit, SenderError};
use crate::rules::Grammar;

/// Which part of a value a token brings: a value may lie over many windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Whether the value begins here.
    pub begins: bool,
    /// Whether it ends here.
    pub ends: bool,
}

/// What the machine read. Positions are indices of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// `{` or `[`.
    Open(usize, Bracket),
    /// `}` or `]`.
    Close(usize, Bracket),
    /// `:`
    Colon(usize),
    /// `,`
    Comma(usize),
    /// The content `from..to` of a string, without quotes: the quotes are at `from - 1` and `to`.
    String {
        role: Role,
        from: usize,
        to: usize,
        extent: Extent,
    },
    /// The bytes of a number, a word, or (structural level) whatever stands between structure.
    Bare { from: usize, to: usize, extent: Extent },
}

/// Whether a string is a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The name of a member.
    Key,
    /// A value.
    Value,
}

/// What may come next, outside strings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Expect {
    /// The document's value.
    #[default]
    Document,
    /// A value, after a colon or a comma.
    Value,
    /// A value or `]`.
    ValueOrClose,
    /// A key.
    Key,
    /// A key or `}`.
    KeyOrClose,
    /// `:`
    Colon,
    /// `,` or the closing bracket.
    CommaOrClose,
    /// The document is complete.
    End,
}

/// What a token is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    /// Between tokens.
    #[default]
    Nothing,
    /// A string.
    String(Role),
    /// A bare value; the full grammar's state.
    Bare(Option<Scalar>),
}

/// Why a byte was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    /// Index in the window.
    pub at: usize,
    /// Why.
    pub kind: ErrorKind,
}

/// An incremental tokenizer of one text.
#[derive(Clone, Debug)]
pub(crate) struct Tokenizer {
    grammar: Grammar,
    depth: u32,
    stack: Stack,
    expect: Expect,
    inside: Inside,
}

impl Tokenizer {
    /// A tokenizer at the start of a document; `depth` limits the brackets in brackets.
    pub(crate) fn new(grammar: Grammar, depth: u32) -> Self {
        Self {
            grammar,
            depth,
            stack: Stack::default(),
            expect: Expect::Document,
            inside: Inside::Nothing,
        }
    }

    /// Back to the start of a document.
    pub(crate) fn reset(&mut self) {
        self.stack.clear();
        self.expect = Expect::Document;
        self.inside = Inside::Nothing;
    }

    /// What may come next.
    pub(crate) fn expect(&self) -> Expect {
        self.expect
    }

    /// Whether a document has begun and is not complete.
    pub(crate) fn is_open(&self) -> bool {
        self.inside != Inside::Nothing || !matches!(self.expect, Expect::Document | Expect::End)
    }

    /// Whether the next byte belongs to a string.
    pub(crate) fn in_string(&self) -> bool {
        matches!(self.inside, Inside::String(_))
    }

    /// Whether the next byte may belong to a bare value.
    pub(crate) fn in_bare(&self) -> bool {
        matches!(self.inside, Inside::Bare(_))
    }

    /// Whether a bare value that ends now would be complete.
    pub(crate) fn bare_may_end(&self) -> bool {
        !matches!(self.inside, Inside::Bare(Some(scalar)) if !scalar.is_complete())
    }

    /// The open brackets.
    pub(crate) fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The document is complete: its outermost bracket closed.
    pub(crate) fn complete(&mut self) {
        self.stack.clear();
        self.inside = Inside::Nothing;
        self.expect = Expect::End;
    }

    /// Stands between two tokens of a document: others have read what came before.
    pub(crate) fn stand(&mut self, expect: Expect, stack: &Stack) {
        self.stack.copy_from(stack);
        self.inside = Inside::Nothing;
        self.expect = expect;
    }

    /// Ends a bare value at the end of the input.
    pub(crate) fn end_bare(&mut self) {
        self.inside = Inside::Nothing;
        self.value_done();
    }

    /// The next token at or after `*at`, which moves behind it; `None` at the window's end.
    ///
    /// # Errors
    /// The first byte that cannot be accepted; the machine must not be used again.
    #[inline]
    pub(crate) fn next(&mut self, window: &Window<'_>, at: &mut usize) -> Result<Option<Token>, Stop> {
        match self.inside {
            Inside::String(role) => return self.string(window, at, role, false),
            Inside::Bare(scalar) => return self.bare(window, at, scalar, false),
            Inside::Nothing => {}
        }
        let Some(begin) = skip_blanks(window, *at) else {
            *at = window.bytes.len();
            return Ok(None);
        };
        *at = begin;
        if self.expect == Expect::End {
            return Err(Stop {
                at: begin,
                kind: ErrorKind::Sender(SenderError::TrailingBytes),
            });
        }
        let byte = window.byte(begin);
        let full = self.grammar == Grammar::Full;
        let token = match byte {
            b'"' => {
                let role = match self.expect {
                    Expect::Key | Expect::KeyOrClose => Role::Key,
                    Expect::Document | Expect::Value | Expect::ValueOrClose => Role::Value,
                    Expect::Colon | Expect::CommaOrClose | Expect::End if full => {
                        return Err(unexpected(begin));
                    }
                    Expect::Colon | Expect::CommaOrClose | Expect::End => Role::Value,
                };
                *at = begin + 1;
                self.inside = Inside::String(role);
                return self.string(window, at, role, true);
            }
            b'{' | b'[' => {
                if full
                    && !matches!(
                        self.expect,
                        Expect::Document | Expect::Value | Expect::ValueOrClose
                    )
                {
                    return Err(unexpected(begin));
                }
                if self.stack.len() >= self.depth {
                    return Err(Stop {
                        at: begin,
                        kind: ErrorKind::Limit(Limit::Depth),
                    });
                }
                let kind = Bracket::of(byte);
                self.stack.push(kind);
                self.expect = match kind {
                    Bracket::Object => Expect::KeyOrClose,
                    Bracket::Array => Expect::ValueOrClose,
                };
                Token::Open(begin, kind)
            }
            b'}' | b']' => {
                let kind = Bracket::of(byte);
                let fits = match self.expect {
                    Expect::CommaOrClose => true,
                    Expect::KeyOrClose => kind == Bracket::Object,
                    Expect::ValueOrClose => kind == Bracket::Array,
                    _ => false,
                };
                if !self.stack.pop(kind) || full && !fits {
                    let kind = if full && self.stack.len() > 0 && fits {
                        SenderError::MismatchedBracket
                    } else if full {
                        SenderError::UnexpectedByte
                    } else {
                        SenderError::MismatchedBracket
                    };
                    return Err(Stop {
                        at: begin,
                        kind: ErrorKind::Sender(kind),
                    });
                }
                self.value_done();
                Token::Close(begin, kind)
            }
            b',' => {
                if full && self.expect != Expect::CommaOrClose {
                    return Err(unexpected(begin));
                }
                self.expect = match self.stack.top() {
                    Some(Bracket::Object) => Expect::Key,
                    Some(Bracket::Array) => Expect::Value,
                    None => Expect::Document,
                };
                Token::Comma(begin)
            }
            b':' => {
                if full && self.expect != Expect::Colon {
                    return Err(unexpected(begin));
                }
                self.expect = Expect::Value;
                Token::Colon(begin)
            }
            _ => {
                let scalar = if full {
                    if !matches!(
                        self.expect,
                        Expect::Document | Expect::Value | Expect::ValueOrClose
                    ) {
                        return Err(unexpected(begin));
                    }
                    let Some(scalar) = Scalar::start(byte) else {
                        return Err(unexpected(begin));
                    };
                    *at = begin + 1;
                    Some(scalar)
                } else {
                    if byte == b'\\' {
                        return Err(stray(begin));
                    }
                    None
                };
                return self.bare_from(window, at, begin, scalar, true);
            }
        };
        *at = begin + 1;
        Ok(Some(token))
    }

    /// The rest of a string from `*at`.
    #[inline]
    fn string(
        &mut self,
        window: &Window<'_>,
        at: &mut usize,
        role: Role,
        begins: bool,
    ) -> Result<Option<Token>, Stop> {
        let from = *at;
        let len = window.bytes.len();
        if from >= len && !begins {
            return Ok(None);
        }
        let stop = window
            .next(from, |block| block.quote | block.control)
            .unwrap_or(len);
        let ends = stop < len && window.byte(stop) == b'"';
        if stop < len && !ends {
            if stop == from && !begins {
                return Err(Stop {
                    at: stop,
                    kind: ErrorKind::Sender(SenderError::ControlInString),
                });
            }
            // What stands before the wrong byte comes first.
            *at = stop;
            return Ok(Some(Token::String {
                role,
                from,
                to: stop,
                extent: Extent { begins, ends },
            }));
        }
        if ends {
            self.inside = Inside::Nothing;
            match role {
                Role::Key => self.expect = Expect::Colon,
                Role::Value => self.value_done(),
            }
        }
        *at = stop + usize::from(ends);
        Ok(Some(Token::String {
            role,
            from,
            to: stop,
            extent: Extent { begins, ends },
        }))
    }

    /// The rest of a bare value from `*at`.
    fn bare(
        &mut self,
        window: &Window<'_>,
        at: &mut usize,
        scalar: Option<Scalar>,
        begins: bool,
    ) -> Result<Option<Token>, Stop> {
        let from = *at;
        if from >= window.bytes.len() {
            return Ok(None);
        }
        self.bare_from(window, at, from, scalar, begins)
    }

    fn bare_from(
        &mut self,
        window: &Window<'_>,
        at: &mut usize,
        from: usize,
        mut scalar: Option<Scalar>,
        begins: bool,
    ) -> Result<Option<Token>, Stop> {
        let len = window.bytes.len();
        let mut to = *at;
        if let Some(state) = &mut scalar {
            while let Some(byte) = window.bytes.get(to) {
                if let Some(next) = state.step(*byte) {
                    *state = next;
                } else if state.is_complete() && is_delimiter(*byte) {
                    break;
                } else if to == from {
                    return Err(Stop {
                        at: to,
                        kind: ErrorKind::Sender(SenderError::InvalidLiteral),
                    });
                } else {
                    // What stands before the wrong byte comes first.
                    *at = to;
                    self.inside = Inside::Bare(scalar);
                    return Ok(Some(Token::Bare {
                        from,
                        to,
                        extent: Extent { begins, ends: false },
                    }));
                }
                to += 1;
            }
        } else {
            let stop = |block: &crate::simd::Block| block.quote | block.operator | block.backslash;
            to = window.next(from, stop).unwrap_or(len);
            if to < len && window.byte(to) == b'\\' {
                if to == from {
                    return Err(stray(to));
                }
                *at = to;
                self.inside = Inside::Bare(scalar);
                return Ok(Some(Token::Bare {
                    from,
                    to,
                    extent: Extent { begins, ends: false },
                }));
            }
        }
        let ends = to < len;
        *at = to;
        if ends {
            self.end_bare();
        } else {
            self.inside = Inside::Bare(scalar);
        }
        Ok(Some(Token::Bare {
            from,
            to,
            extent: Extent { begins, ends },
        }))
    }

    fn value_done(&mut self) {
        self.expect = if self.stack.len() == 0 {
            Expect::End
        } else {
            Expect::CommaOrClose
        };
    }
}

/// The first byte at or after `at` that is no blank.
#[inline]
pub(crate) fn skip_blanks(window: &Window<'_>, at: usize) -> Option<usize> {
    // Most tokens follow one another directly.
    if window.byte(at) > b' ' {
        return Some(at);
    }
    let rest = window.bytes.get(at..)?;
    rest.iter()
        .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        .map(|skip| at + skip)
}

/// Whether a number or word may end before a byte.
pub(super) fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'\r' | b',' | b'}' | b']' | b'{' | b'[' | b'"' | b':'
    )
}

fn unexpected(at: usize) -> Stop {
    Stop {
        at,
        kind: ErrorKind::Sender(SenderError::UnexpectedByte),
    }
}

fn stray(at: usize) -> Stop {
    Stop {
        at,
        kind: ErrorKind::Sender(SenderError::StrayBackslash),
    }
}
