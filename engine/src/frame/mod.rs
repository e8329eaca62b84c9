//! Framings: where payloads begin and end in a stream.

/// How a stream is divided into records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Found from the first bytes: a sequence, SSE or text.
    #[default]
    Auto,
    /// Exactly one JSON document.
    Json,
    /// Concatenated JSON documents.
    Sequence,
    /// One JSON document a line.
    Ndjson,
    /// Server-sent events.
    Sse,
    /// Text.
    Text,
}
