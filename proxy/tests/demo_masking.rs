//! Everything the demo plants is masked.
//!
//! This needs the engine: with one that passes everything through it fails.

mod common;
use common::{code, run};

#[test]
fn all_that_is_planted_is_masked() {
    let output = run(&["demo", "--once"], b"");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(code(&output), 0, "{text}");
    assert!(
        text.contains("[EMAIL]") && text.contains("[CREDIT_CARD]"),
        "{text}"
    );
    assert!(text.contains("\"card\": 0"), "a number stays a number: {text}");
    assert!(text.contains("+ 0 not searched"), "{text}");
}
