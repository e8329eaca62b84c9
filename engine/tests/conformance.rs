//! The JSON conformance files and the recorded streams, where they are at hand.

use lacuna::{Collect, Error, Format, Plan, Redactor, Ruleset};
use std::path::{Path, PathBuf};

/// The folder of samples beside the checkout, if there is one.
fn shared(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(2);
    let found = beside
        .map(|above| above.join("shared").join(folder))
        .find(|path| path.is_dir());
    if found.is_none() {
        println!("no shared/{folder} here: nothing to check");
    }
    found
}

fn redact(rules: &Ruleset, format: Format, input: &[u8], chunk: usize) -> Result<Vec<u8>, Error> {
    let mut stream = Redactor::new(rules, &Plan::new(rules), format);
    let mut out = Collect::default();
    for chunk in input.chunks(chunk) {
        let _ = stream.push(chunk, &mut out)?;
    }
    let _ = stream.finish(&mut out)?;
    let receipt = stream.receipt();
    let unscanned: u64 = receipt.unscanned.values().sum();
    assert_eq!(receipt.scanned + receipt.masked + unscanned, input.len() as u64);
    assert!(receipt.complete);
    Ok(out.caller)
}

#[test]
fn json_files_are_accepted_or_refused_as_they_should() {
    let Some(folder) = shared("json") else { return };
    let index = std::fs::read(folder.join("index.json")).unwrap();
    let index: serde_json::Value = serde_json::from_slice(&index).unwrap();
    let empty = Ruleset::builtin("empty").unwrap();
    let default = Ruleset::builtin("default").unwrap();
    let mut checked = 0;
    for entry in index.as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        let expect = entry["expect"].as_str().unwrap();
        let Ok(input) = std::fs::read(folder.join(file)) else {
            continue;
        };
        let whole = redact(&default, Format::Json, &input, usize::MAX);
        for chunk in [1, 7, 64, 4096] {
            let got = redact(&empty, Format::Json, &input, chunk);
            match expect {
                "accept" => assert_eq!(
                    got.as_deref(),
                    Ok(input.as_slice()),
                    "{file} in chunks of {chunk}"
                ),
                "reject" => assert!(got.is_err(), "{file} in chunks of {chunk}"),
                _ => {}
            }
            assert_eq!(
                redact(&default, Format::Json, &input, chunk),
                whole,
                "{file} in chunks of {chunk}"
            );
        }
        checked += 1;
    }
    assert!(checked > 100, "only {checked} files");
}

#[test]
fn recorded_streams_pass_unchanged_and_are_cut_invariant() {
    let Some(folder) = shared("wire/samples") else {
        return;
    };
    let empty = Ruleset::builtin("empty").unwrap();
    let default = Ruleset::builtin("default").unwrap();
    let mut checked = 0;
    for protocol in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(protocol.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let format = match path.extension().and_then(|name| name.to_str()) {
                Some("sse") => Format::Sse,
                Some("ndjson") => Format::Ndjson,
                Some("json") => Format::Json,
                _ => continue,
            };
            let input = std::fs::read(&path).unwrap();
            for format in [format, Format::Auto] {
                let whole = redact(&default, format, &input, usize::MAX).unwrap();
                for chunk in [1, 7, 64, 4096] {
                    let same = redact(&empty, format, &input, chunk).unwrap();
                    assert!(same == input, "{} in chunks of {chunk}", path.display());
                    let masked = redact(&default, format, &input, chunk).unwrap();
                    assert!(masked == whole, "{} in chunks of {chunk}", path.display());
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} files");
}
