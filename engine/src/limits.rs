//! How much a stream may ask for.

/// Limits of one stream. Every one is met by refusing, never by letting through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Brackets in brackets, in one document: 128.
    pub depth: u32,
    /// JSON in strings: 4 levels below the document.
    pub nesting: u32,
    /// Raw bytes of a key: 4,096.
    pub key: u32,
    /// Raw bytes of a number: 1,024.
    pub number: u32,
    /// Raw bytes held back: 32,768.
    pub held: u32,
    /// Bytes of a line of framing that is not payload, as an SSE field name: 4,096.
    pub frame_line: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 128,
            nesting: 4,
            key: 4096,
            number: 1024,
            held: 32 * 1024,
            frame_line: 4096,
        }
    }
}
