//! What a kernel makes of 64 bytes.

/// Bytes of a block.
pub(crate) const WIDTH: usize = 64;

/// Planes of up to 64 bytes: bit `i`, counted from the least significant, is byte `i` of the block.
///
/// The planes are raw byte classes: nothing here knows about strings or escapes. Invariant: bits past the end
/// of the input are 0 in every plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// `"`.
    pub(crate) quote: u64,
    /// `\`.
    pub(crate) backslash: u64,
    /// Bytes under 0x20.
    pub(crate) control: u64,
    /// `{` and `[`.
    pub(crate) open: u64,
    /// `}` and `]`.
    pub(crate) close: u64,
    /// `:`.
    pub(crate) colon: u64,
    /// `,`.
    pub(crate) comma: u64,
    /// Space, tab, line feed and carriage return: what JSON skips.
    pub(crate) blank: u64,
    /// Bytes from 0x80 on.
    pub(crate) high: u64,
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
            backslash: self.backslash & live,
            control: self.control & live,
            open: self.open & live,
            close: self.close & live,
            colon: self.colon & live,
            comma: self.comma & live,
            blank: self.blank & live,
            high: self.high & live,
            hot: self.hot & live,
        }
    }
}
