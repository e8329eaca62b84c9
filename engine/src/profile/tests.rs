//! That the built-in profiles can be read, and mistakes are told where they are.

use super::*;

#[test]
fn every_built_in_profile_is_read() {
    let mut all = Program::new("auto", Sparing::Guessed);
    for (name, text) in FILES {
        let read = Profile::parse(text, name).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(read.name(), name);
        // That one is told from the others by its framing.
        if name != BEDROCK {
            parse::read(text, name, &mut all).unwrap_or_else(|faults| panic!("{faults}"));
        }
    }
    assert_eq!(all.lanes.len(), AUTO.0.lanes.len());
    assert!(Profile::builtin("plain").unwrap().program().is_none());
    assert!(Profile::builtin("openai-chat").unwrap().program().is_some());
}

#[test]
fn faults_have_places() {
    let told = |text: &str| Profile::parse(text, "p.toml").unwrap_err().to_string();
    let head = "name = 'p'\nsource = 's'\n";
    assert!(told("name = 'p'").contains("p.toml:1:1: a profile has no `source`"));
    assert!(told(&format!("{head}[[lane]]\ntxt = '$.a'\n")).contains("p.toml:4:1: unknown key `txt`"));
    assert!(told(&format!("{head}[[lane]]\ntext = '$.a[x]'\n")).contains("p.toml:4:"));
    assert!(
        told(&format!("{head}[[lane]]\ntext = '$.a'\nswitch = 'wait'\n")).contains("did you mean `waits`?")
    );
    assert!(told(&format!("{head}[[lane]]\ntext = '$.a'\nkey = ['$.b[*].c']\n")).contains("p.toml:5:8"));
    assert!(told(&format!("{head}[[end]]\nis = ['x']\n")).contains("has no `at`"));
}

#[test]
fn records_are_recognised_by_their_first_members() {
    let name = |first: &str| Profile::recognise(first.as_bytes()).map(|profile| profile.name().to_owned());
    assert_eq!(
        name(r#"{"type":"message_start","message":{}}"#).as_deref(),
        Some("anthropic")
    );
    assert_eq!(
        name(r#"{"type":"response.created","response":{"id":"#).as_deref(),
        Some("openai-responses")
    );
    assert_eq!(name(r#"{"id":"c1","choices":[{"#).as_deref(), Some("openai-chat"));
    assert_eq!(name("[{\n  \"candidates\": [").as_deref(), Some("gemini"));
    assert_eq!(name(r#"{"jsonrpc":"2.0","id":1}"#).as_deref(), Some("mcp"));
    for other in [
        "",
        "[]",
        "{}",
        "[1]",
        r#"{"type":"a"}"#,
        r#"{"a\"choices":1}"#,
        r#"{"a":{"choices":1}}"#,
    ] {
        assert_eq!(name(other), None, "{other}");
    }
}
