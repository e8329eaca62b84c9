//! Which bodies are searched, and how they are read: everything that is not known to be text is refused.

use hyper::HeaderMap;
use hyper::header;
use lacuna::Format;
use std::fmt;

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// There is none.
    None,
    /// It is searched, read in this framing.
    Scan(Format),
}

/// Whether a message has a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// No byte will come.
    Absent,
    /// Bytes may come.
    Present,
}

/// Why a body cannot be searched. It names what the header says, where that is a plain word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// A media type that is no text, or is not known to be.
    Type(String),
    /// A character set other than UTF-8 and its part ASCII.
    Charset(String),
    /// A content coding.
    Coding(String),
    /// More than one `Content-Type`: two readers may choose differently.
    Several,
}

/// The longest word repeated from a header.
const WORD: usize = 80;

/// What the head of a message says about its body.
///
/// # Errors
/// The body cannot be searched.
pub fn decide(headers: &HeaderMap, body: Presence) -> Result<Content, Unsupported> {
    if body == Presence::Absent {
        return Ok(Content::None);
    }
    for value in headers.get_all(header::CONTENT_ENCODING) {
        for coding in value.to_str().unwrap_or("?").split(',') {
            if !coding.trim().eq_ignore_ascii_case("identity") {
                return Err(Unsupported::Coding(word(coding)));
            }
        }
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let value = match (types.next(), types.next()) {
        (None, _) => return Ok(Content::Scan(Format::Auto)),
        (Some(value), None) => value.to_str().unwrap_or("?").to_ascii_lowercase(),
        (Some(_), Some(_)) => return Err(Unsupported::Several),
    };
    let mut parameters = value.split(';');
    let essence = parameters.next().unwrap_or_default().trim();
    let format = format(essence).ok_or_else(|| Unsupported::Type(word(essence)))?;
    for (name, charset) in parameters.filter_map(|parameter| parameter.split_once('=')) {
        let charset = charset.trim().trim_matches('"');
        let known = matches!(charset, "utf-8" | "utf8" | "us-ascii" | "ascii");
        if name.trim() == "charset" && !known {
            return Err(Unsupported::Charset(word(charset)));
        }
    }
    Ok(Content::Scan(format))
}

/// The framing of a media type in lower case; none for one that is not searched.
///
/// Only a framing that cannot be told from the first bytes is taken from the type: the rest is sniffed, since
/// senders call JSON text and text JSON.
fn format(essence: &str) -> Option<Format> {
    match essence {
        "application/json" => Some(Format::Auto),
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonl"
        | "application/jsonlines"
        | "application/x-jsonlines"
        | "text/x-ndjson" => Some(Format::Ndjson),
        "text/event-stream" => Some(Format::Sse),
        "application/vnd.amazon.eventstream" => Some(Format::Aws),
        _ => {
            let (kind, subtype) = essence.split_once('/')?;
            (!subtype.is_empty() && (kind == "text" || kind == "application" && subtype.ends_with("+json")))
                .then_some(Format::Auto)
        }
    }
}

/// The framing of an answer, by what was asked for: one JSON array that is streamed is told from a document by nothing else.
/// Without `alt=sse` this is how Gemini and Vertex AI stream.
pub fn streamed(format: Format, path: &str) -> Format {
    match format {
        Format::Auto if path.ends_with(":streamGenerateContent") => Format::Array,
        other => other,
    }
}

/// A word from a header, safe to repeat: a header is written by whoever sent it.
fn word(text: &str) -> String {
    let text = text.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/+-._".contains(&byte);
    if !text.is_empty() && text.len() <= WORD && text.bytes().all(plain) {
        text.to_ascii_lowercase()
    } else {
        "(unreadable)".to_owned()
    }
}

impl Unsupported {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Type(kind)
                if kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data" =>
            {
                "forms are not searched yet: send JSON"
            }
            Self::Type(_) => "send JSON, NDJSON, server-sent events or text",
            Self::Charset(_) => "send UTF-8",
            Self::Coding(_) => "send it without a content coding",
            Self::Several => "send one Content-Type",
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) => write!(f, "a body of type {name} cannot be searched"),
            Self::Charset(name) => write!(f, "a body in the character set {name} cannot be searched"),
            Self::Coding(name) => write!(f, "a body with the content coding {name} cannot be searched"),
            Self::Several => f.write_str("a body with several content types cannot be searched"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn typed(value: &'static str) -> Result<Content, Unsupported> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
        decide(&headers, Presence::Present)
    }

    #[test]
    fn text_is_searched() {
        let cases = [
            ("application/json", Format::Auto),
            ("application/json; charset=utf-8", Format::Auto),
            ("Application/JSON;Charset=\"UTF-8\"", Format::Auto),
            ("application/problem+json", Format::Auto),
            ("text/plain; charset=us-ascii", Format::Auto),
            ("text/html", Format::Auto),
            ("application/x-ndjson", Format::Ndjson),
            ("application/jsonl", Format::Ndjson),
            ("text/event-stream;charset=utf-8", Format::Sse),
        ];
        for (value, format) in cases {
            assert_eq!(typed(value), Ok(Content::Scan(format)), "{value}");
        }
        assert_eq!(
            decide(&HeaderMap::new(), Presence::Present),
            Ok(Content::Scan(Format::Auto))
        );
        assert_eq!(decide(&HeaderMap::new(), Presence::Absent), Ok(Content::None));
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for value in [
            "image/png",
            "application/octet-stream",
            "application/zip",
            "application/pdf",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "image/svg+json",
            "application/",
        ] {
            assert_eq!(typed(value), Err(Unsupported::Type(value.to_owned())), "{value}");
        }
        let hidden = Err(Unsupported::Type("(unreadable)".to_owned()));
        for value in ["", "json", "text", "text/", "x y/z", "a/\"b\""] {
            let refused = typed(value);
            assert!(
                refused == hidden || refused == Err(Unsupported::Type(value.to_owned())),
                "{value}"
            );
        }
        assert_eq!(
            typed("text/plain; charset=utf-16"),
            Err(Unsupported::Charset("utf-16".into()))
        );
        assert_eq!(
            typed("text/plain; a=b; charset =latin1"),
            Err(Unsupported::Charset("latin1".into()))
        );
    }

    #[test]
    fn binary_events_and_arrays_of_events_are_known() {
        let frames = typed("application/vnd.amazon.eventstream");
        assert_eq!(frames, Ok(Content::Scan(Format::Aws)));
        let path = "/v1beta/models/m:streamGenerateContent";
        assert_eq!(streamed(Format::Auto, path), Format::Array);
        assert_eq!(streamed(Format::Sse, path), Format::Sse);
        assert_eq!(
            streamed(Format::Auto, "/v1beta/models/m:generateContent"),
            Format::Auto
        );
    }

    #[test]
    fn codings_and_doubles_are_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
        assert!(decide(&headers, Presence::Present).is_ok());
        headers.append(
            header::CONTENT_ENCODING,
            HeaderValue::from_static("identity, GZIP"),
        );
        assert_eq!(
            decide(&headers, Presence::Present),
            Err(Unsupported::Coding("gzip".into()))
        );
        let mut headers = HeaderMap::new();
        headers.append(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        headers.append(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
        assert_eq!(decide(&headers, Presence::Present), Err(Unsupported::Several));
    }
}
