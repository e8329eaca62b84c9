//! How much a stream may ask for.

/// Limits of one stream. Every one is met by refusing, never by letting through.
///
/// ```
/// use lacuna::{ErrorKind, Format, Limit, Limits, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let plan = Plan::new(&rules).with_limits(Limits { depth: 3, ..Limits::default() });
/// let deep = b"[[[[]]]]";
/// assert_eq!(rules.redact(deep)?, deep);
/// let error = Redactor::new(&rules, &plan, Format::Json).redact(deep).unwrap_err();
/// assert_eq!((error.kind, error.at.0), (ErrorKind::Limit(Limit::Depth), 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Lanes open at once: 64. A stream with lanes may hold 4,096 bytes more for each.
    pub lanes: u32,
    /// Bytes of a line of framing that is not payload, as an SSE field name, and of a text in a frame's headers: 4,096.
    pub frame_line: u32,
    /// Bytes of a frame that declares its length, which is held until it is complete: 1,048,576.
    pub frame: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 128,
            nesting: 4,
            key: 4096,
            number: 1024,
            held: 32 * 1024,
            lanes: 64,
            frame_line: 4096,
            frame: 1024 * 1024,
        }
    }
}
