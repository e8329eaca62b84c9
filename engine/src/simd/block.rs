//! What a kernel makes of 64 bytes.

/// Bytes of a block.
pub(crate) const WIDTH: usize = 64;

/// Planes of up to 64 bytes: bit `i`, counted from the least significant, is byte `i` of the block.
///
/// Only `quote` and what follows from it know anything of escapes, and nothing here knows where a document begins
/// within a scan: a reader turns [`parity`](Self::parity) around if its document began inside what looks like a string.
/// Invariant: bits past the end of the input are 0 in every plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// `"` but for those behind an odd run of backslashes.
    pub(crate) quote: u64,
    /// What is in strings, opening quotes included, closing ones not: where the quotes up to here, from the start of the
    /// scan on and with this byte, are odd in number, or even, if the scan begins in a string.
    pub(crate) parity: u64,
    /// `\`.
    pub(crate) backslash: u64,
    /// Bytes under 0x20.
    pub(crate) control: u64,
    /// `{ [ ] } : ,`
    pub(crate) operator: u64,
    /// `{ [ ] }`
    pub(crate) bracket: u64,
    /// A space or a bracket right behind a quote: where that opens a string, nested JSON may begin.
    pub(crate) lead: u64,
    /// What is rare, as far as strings are where `parity` says: `backslash`, and in strings `control` and `lead`.
    pub(crate) rare: u64,
    /// The LAST byte of everything the anchors look for.
    pub(crate) hot: u64,
}

impl Block {
    /// The same block with nothing from byte `len` on.
    #[must_use]
    pub(super) fn truncated(self, len: usize) -> Self {
        let live = if len < WIDTH { (1 << len) - 1 } else { u64::MAX };
        Self {
            quote: self.quote & live,
            parity: self.parity & live,
            backslash: self.backslash & live,
            control: self.control & live,
            operator: self.operator & live,
            bracket: self.bracket & live,
            lead: self.lead & live,
            rare: self.rare & live,
            hot: self.hot & live,
        }
    }
}

/// Planes of 64 bytes, as a kernel sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Raw {
    /// `"`.
    pub(super) quote: u64,
    /// `\`.
    pub(super) backslash: u64,
    /// Bytes under 0x20.
    pub(super) control: u64,
    /// `{ [ ] } : ,`, and maybe some of `control`.
    pub(super) operator: u64,
    /// `{ [ ] }` and space, and maybe some of `control`.
    pub(super) lead: u64,
}

/// What goes from one block to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carry {
    /// 1 if the next byte is behind an unfinished backslash.
    escaped: u64,
    /// All ones if the next byte is in a string.
    inside: u64,
    /// 1 if the last byte was a quote.
    quote: u64,
}

impl Carry {
    /// Before the first block.
    #[inline(always)]
    pub(super) fn new(before: Before, start: Start) -> Self {
        Self {
            escaped: u64::from(before == Before::Backslash),
            inside: 0u64.wrapping_sub(start.bit()),
            quote: 0,
        }
    }

    /// The block of some byte classes; `parity` is the prefix sum without carry (xor) of a plane.
    ///
    /// Source: G. Langdale, D. Lemire, "Parsing Gigabytes of JSON per Second", 2019, section 3.1.1.
    #[inline(always)]
    pub(super) fn block(&mut self, raw: Raw, parity: impl Fn(u64) -> u64) -> Block {
        let quote = raw.quote & !self.escape(raw.backslash);
        let parity = parity(quote) ^ self.inside;
        self.inside = 0u64.wrapping_sub(parity >> 63);
        let behind = quote << 1 | self.quote;
        self.quote = quote >> 63;
        let (operator, lead) = (raw.operator & !raw.control, raw.lead & !raw.control);
        let nests = behind & lead;
        Block {
            quote,
            parity,
            backslash: raw.backslash,
            control: raw.control,
            operator,
            bracket: operator & lead,
            lead: nests,
            rare: raw.backslash | (raw.control | nests) & parity,
            hot: 0,
        }
    }

    /// The bytes that a backslash escapes.
    ///
    /// Places of no run stay as in `ODD`. In a run that begins at an even place the subtraction borrows all the way and
    /// sets it; one that begins at an odd place is taken from itself. Either way what is then other than in `ODD` is the
    /// first byte of the run, the third and so on: those escape; and the byte behind it where the run is odd: that is
    /// escaped. There is no jump, since how many blocks have backslashes cannot be foreseen.
    ///
    /// Source: J. Keiser, `json_escape_scanner` of simdjson.
    #[inline(always)]
    fn escape(&mut self, backslash: u64) -> u64 {
        const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
        let runs = backslash & !self.escaped;
        let escapes = (runs << 1 | ODD).wrapping_sub(runs) ^ ODD;
        let escaped = escapes ^ (backslash | self.escaped);
        self.escaped = (escapes & backslash) >> 63;
        escaped
    }
}

/// What stands before the first byte of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing that matters.
    #[default]
    Nothing,
    /// A backslash that no other one escapes: the first byte is escaped.
    Backslash,
}

impl Before {
    /// What stands before the byte that follows `bytes`, where this stands before `bytes`.
    pub(crate) fn after(self, bytes: &[u8]) -> Self {
        let run = bytes.iter().rev().take_while(|byte| **byte == b'\\').count();
        // One that reaches back to the start goes on from what was there.
        let run = run + usize::from(run == bytes.len() && self == Self::Backslash);
        if run % 2 == 1 {
            Self::Backslash
        } else {
            Self::Nothing
        }
    }
}

/// Whether a text goes on inside a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Start {
    /// It does.
    InString,
    /// It does not.
    #[default]
    Outside,
}

impl Start {
    /// 1 if it does.
    #[inline]
    pub(crate) fn bit(self) -> u64 {
        u64::from(self == Self::InString)
    }
}
