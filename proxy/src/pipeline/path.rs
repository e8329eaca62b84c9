//! A request's path as it may be shown: values in it are masked like those of a body.

use lacuna::{Collect, Format, Plan, Redactor, Ruleset, State};

/// A path decoded, masked, and on one line. A path the engine does not take is not shown at all.
pub fn shown(path: &str, rules: &Ruleset, plan: &Plan) -> String {
    let decoded = decoded(path);
    masked(&decoded, rules, plan).map_or_else(
        || "(not shown)".to_owned(),
        |text| String::from_utf8_lossy(&text).escape_debug().to_string(),
    )
}

fn masked(text: &[u8], rules: &Ruleset, plan: &Plan) -> Option<Vec<u8>> {
    let mut stream = Redactor::new(rules, plan, Format::Text);
    let mut out = Collect::default();
    let pushed = stream.push(text, &mut out).ok()?;
    let finished = stream.finish(&mut out).ok()?;
    // A path that meets a pause has more in it than a line should show.
    let ready = pushed.state == State::Ready && finished.state == State::Ready;
    ready.then_some(out.caller)
}

/// Undoes percent-encoding once; what is none stays.
fn decoded(path: &str) -> Vec<u8> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (byte, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high << 4 | low) as u8);
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once() {
        for (path, text) in [
            ("/a%20b", "/a b"),
            ("/%", "/%"),
            ("/%4", "/%4"),
            ("/%zz%41", "/%zzA"),
            ("/%2541", "/%41"),
            ("/bob%40example.com", "/bob@example.com"),
        ] {
            assert_eq!(decoded(path), text.as_bytes(), "{path}");
        }
    }

    #[test]
    fn a_path_cannot_add_lines() {
        let rules = Ruleset::builtin("empty").unwrap();
        let shown = shown("/a%0Ab%1B", &rules, &Plan::new(&rules));
        assert_eq!(shown, "/a\\nb\\u{1b}");
    }
}
