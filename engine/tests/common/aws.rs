//! Binary event frames, made and taken apart.
#![allow(dead_code, reason = "each test file uses some of it")]

/// A frame of these headers, each a string, and a payload.
pub fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(name.len() as u8);
        head.extend_from_slice(name.as_bytes());
        head.push(7);
        head.extend_from_slice(&(value.len() as u16).to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let all = 16 + head.len() + payload.len();
    let mut out = (all as u32).to_be_bytes().to_vec();
    out.extend((head.len() as u32).to_be_bytes());
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out.extend([&head, payload].concat());
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out
}

/// A frame as an event of an API has it; of an exception, if its name says that it is one.
pub fn event(kind: &str, payload: &str) -> Vec<u8> {
    let is_exception = kind.ends_with("Exception");
    let (name, sort) = match is_exception {
        true => (":exception-type", "exception"),
        false => (":event-type", "event"),
    };
    let headers = [
        (name, kind),
        (":content-type", "application/json"),
        (":message-type", sort),
    ];
    frame(&headers, payload.as_bytes())
}

/// The frames of a stream: the texts of the headers, and the payload. Lengths and checksums must be right.
pub fn frames(mut bytes: &[u8]) -> Vec<(Vec<String>, String)> {
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let size = word(bytes, 0) as usize;
        assert!(
            (16..=bytes.len()).contains(&size),
            "a frame of {size} in {:?}",
            String::from_utf8_lossy(bytes)
        );
        let (frame, rest) = bytes.split_at(size);
        let end = frame.len() - 4;
        assert_eq!(word(frame, 8), crc32fast::hash(&frame[..8]), "the first checksum");
        assert_eq!(
            word(frame, end),
            crc32fast::hash(&frame[..end]),
            "the last checksum"
        );
        let behind = 12 + word(frame, 4) as usize;
        let mut texts = Vec::new();
        let mut at = 12;
        while at < behind {
            let size = at + 2 + usize::from(frame[at]);
            let from = size + 2;
            let to = from + usize::from(u16::from_be_bytes([frame[size], frame[size + 1]]));
            texts.push(String::from_utf8_lossy(&frame[from..to]).into_owned());
            at = to;
        }
        assert_eq!(at, behind, "the headers' length");
        all.push((texts, String::from_utf8_lossy(&frame[behind..end]).into_owned()));
        bytes = rest;
    }
    all
}
