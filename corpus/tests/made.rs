//! The generators make what they say.

use lacuna_corpus::{Density, Kind, Sample, json, json_common, records, sse, text};
use serde::de::IgnoredAny;

fn percent(sample: &Sample) -> f64 {
    let planted: usize = sample.planted.iter().map(|planted| planted.at.len()).sum();
    100.0 * planted as f64 / sample.bytes.len() as f64
}

/// Planted values are in order, do not overlap, and are of their kind.
fn check_planted(sample: &Sample) {
    let mut last = 0;
    for planted in &sample.planted {
        assert!(planted.at.start >= last);
        last = planted.at.end;
        let value = String::from_utf8_lossy(&sample.bytes[planted.at.clone()]);
        let fits = match planted.kind {
            Kind::Email => value.contains("@") && value.contains("example."),
            Kind::Ssn => value.len() == 11 && value.as_bytes()[3] == b'-',
            Kind::Card => value.bytes().filter(u8::is_ascii_digit).count() == 16,
            Kind::Phone => value.contains("555") || value.contains("7700900") || value.contains("3023125"),
            Kind::Iban => value.starts_with(|c: char| c.is_ascii_uppercase()) && value.len() >= 18,
            Kind::Ipv4 => value.split('.').count() == 4,
            Kind::Jwt => value.starts_with("eyJ") && value.split('.').count() == 3,
            Kind::GithubToken => value.len() == 40 && value.starts_with("ghp_"),
            Kind::AwsKeyId => value.len() == 20 && value.starts_with("AKIA"),
        };
        assert!(fits, "{:?} {value}", planted.kind);
    }
}

#[test]
fn records_are_lines_of_json() {
    for density in [Density::Clean, Density::Light, Density::Heavy] {
        let sample = records(3, 300_000, density);
        check_planted(&sample);
        let lines: Vec<_> = sample.bytes.split(|&byte| byte == b'\n').collect();
        assert_eq!(lines.len(), sample.records + 1);
        for line in &lines[..sample.records] {
            let value: serde_json::Value = serde_json::from_slice(line).unwrap();
            assert!(value.is_object());
            assert!((1000..12_000).contains(&line.len()), "{}", line.len());
        }
        assert_eq!(sample, records(3, 300_000, density));
    }
}

#[test]
fn densities_are_kept() {
    for make in [records, text] {
        assert_eq!(percent(&make(1, 1 << 20, Density::Clean)), 0.0);
        let light = percent(&make(1, 1 << 20, Density::Light));
        assert!((1.9..2.1).contains(&light), "{light}");
        let heavy = percent(&make(1, 1 << 20, Density::Heavy));
        assert!((25.0..31.0).contains(&heavy), "{heavy}");
    }
}

#[test]
fn every_kind_is_planted() {
    let sample = records(5, 1 << 20, Density::Light);
    for kind in Kind::ALL {
        assert!(
            sample
                .planted
                .iter()
                .filter(|planted| planted.kind == kind)
                .count()
                > 3,
            "{kind:?}"
        );
    }
}

#[test]
fn nothing_in_clean_records_looks_sensitive() {
    for sample in [
        records(9, 1 << 20, Density::Clean),
        text(9, 1 << 20, Density::Clean),
    ] {
        assert!(!sample.bytes.contains(&b'@'));
        let mut run = 0;
        let mut word = 0;
        for &byte in &sample.bytes {
            run = if byte.is_ascii_digit() { run + 1 } else { 0 };
            word = if byte.is_ascii_alphanumeric() { word + 1 } else { 0 };
            assert!(run <= 6 && word < 16);
        }
        let text = String::from_utf8(sample.bytes).unwrap();
        for word in [
            "ghp_", "AKIA", "eyJ", "://", "www.", "assword", "secret", "token", "birth", "SSN",
        ] {
            assert!(!text.contains(word), "{word}");
        }
    }
}

#[test]
fn events_hold_json() {
    let sample = sse(2, 200_000);
    check_planted(&sample);
    let stream = String::from_utf8(sample.bytes).unwrap();
    let events: Vec<_> = stream.split_terminator("\n\n").collect();
    assert_eq!(events.len(), sample.records);
    let mut ends = 0;
    for event in events {
        let payload = event.strip_prefix("data: ").unwrap();
        if payload == "[DONE]" {
            ends += 1;
            continue;
        }
        let value: serde_json::Value = serde_json::from_str(payload).unwrap();
        assert!(value["choices"][0]["delta"].is_object());
    }
    assert!(ends > 1 && !sample.planted.is_empty());
}

#[test]
fn documents_are_valid() {
    for seed in 0..3000 {
        let any = json(seed, 5);
        assert!(
            serde_json::from_slice::<IgnoredAny>(&any).is_ok(),
            "{}",
            String::from_utf8_lossy(&any)
        );
        let common = json_common(seed, 5);
        let parsed = serde_json::from_slice::<serde_json::Value>(&common);
        assert!(parsed.is_ok(), "{parsed:?} {}", String::from_utf8_lossy(&common));
        assert_eq!(any, json(seed, 5));
    }
}

#[test]
fn documents_stay_within_their_depth() {
    for seed in 0..500 {
        let scalar = json(seed, 0);
        assert!(!matches!(scalar.trim_ascii_start().first(), Some(b'{' | b'[')));
    }
}

#[test]
fn documents_try_everything() {
    let all: Vec<u8> = (0..2000).flat_map(|seed| json(seed, 5)).collect();
    let all = String::from_utf8(all).unwrap();
    let wanted = [
        "{}",
        "[]",
        "\\/",
        "\\b",
        "\\u0000",
        "\\ud800",
        "\\uDFFF",
        "\\ud83d\\ude00",
        "😀",
        "\u{2028}",
        "1e400",
        "-0.0",
        "\"\":",
        "\\\"",
        "\\\\\\\"",
        "\\\\\\\\\\\\\\\"",
        "\\u0040",
        "\t",
        "\r\n",
        "example.com",
        "\\u007B",
    ];
    for text in wanted {
        assert!(all.contains(text), "{text}");
    }
}
