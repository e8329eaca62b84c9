//! Tokens there and back on the command line: keys, scopes, classes.

mod common;
use common::{Dir, code, run, said};

const RULES: &[u8] =
    b"extends = ['builtin:default']\n[treatment]\nconfidential = 'token'\nrestricted = 'token'\n";
const SECRET: &[u8] = b"an invented key of enough bytes\n";
const TEXT: &[u8] = b"{\"to\":\"ada@example.com\",\"card\":\"4111 1111 1111 1111\",\"note\":\"say hello\"}";

#[test]
fn what_was_masked_comes_back() {
    let dir = Dir::new();
    let (rules, key) = (dir.write("rules.toml", RULES), dir.write("key", SECRET));
    let options = ["--rules", &rules, "--key-file", &key, "--scope", "acme/ada/7"];
    let masked = run(&[&["redact"], options.as_slice()].concat(), TEXT);
    assert_eq!(code(&masked), 0, "{}", said(&masked));
    let again = run(&[&["redact"], options.as_slice()].concat(), TEXT);
    assert_eq!(masked.stdout, again.stdout, "the same tokens in every process");
    let twice = run(&[&["redact"], options.as_slice()].concat(), &masked.stdout);
    assert_eq!(twice.stdout, masked.stdout, "a token stays");
    for chunk in ["1", "7", "64K"] {
        let restore = [&["restore", "--chunk", chunk], options.as_slice()].concat();
        let back = run(&restore, &masked.stdout);
        assert_eq!(code(&back), 0, "{}", said(&back));
        assert_eq!(
            String::from_utf8_lossy(&back.stdout),
            String::from_utf8_lossy(TEXT),
            "--chunk {chunk}"
        );
    }
    let lower = masked.stdout.to_ascii_lowercase();
    let back = run(&[&["restore"], options.as_slice()].concat(), &lower);
    assert_eq!(
        String::from_utf8_lossy(&back.stdout),
        String::from_utf8_lossy(TEXT)
    );
}

#[test]
fn elsewhere_and_for_others_tokens_stay_and_are_told() {
    let dir = Dir::new();
    let (rules, key) = (dir.write("rules.toml", RULES), dir.write("key", SECRET));
    let receipt = dir.path("receipt.json");
    let options = ["--rules", &rules, "--key-file", &key];
    let masked = run(
        &[&["redact", "--scope", "acme/ada"], options.as_slice()].concat(),
        TEXT,
    );
    let restore = ["restore", "--scope", "acme/eve", "--receipt", &receipt];
    let back = run(&[&restore, options.as_slice()].concat(), &masked.stdout);
    assert_eq!((code(&back), &back.stdout), (0, &masked.stdout));
    let told = std::fs::read_to_string(&receipt).unwrap();
    assert!(
        told.replace([' ', '\n'], "")
            .contains(r#""tokens":{"restored":0,"kept":0,"forged":2}"#),
        "{told}"
    );
    let restore = ["restore", "--scope", "acme/ada", "--show", "confidential"];
    let back = run(&[&restore, options.as_slice()].concat(), &masked.stdout);
    let body = String::from_utf8(back.stdout).unwrap();
    assert!(
        body.contains("ada@example.com") && body.contains("[CREDIT_CARD:k0:"),
        "{body}"
    );
}

#[test]
fn a_new_key_masks_and_the_old_one_restores() {
    let dir = Dir::new();
    let (rules, old) = (dir.write("rules.toml", RULES), dir.write("old", SECRET));
    let list = "[[key]]\nid = 'k0'\nsecret = 'an invented key of enough bytes'\n\
                [[key]]\nid = 'k1'\nhex = '000102030405060708090a0b0c0d0e0f'\n";
    let list = dir.write("list", list.as_bytes());
    let masked = run(&["redact", "--rules", &rules, "--key-file", &old], TEXT);
    let newer = run(&["redact", "--rules", &rules, "--key-file", &list], TEXT);
    assert!(String::from_utf8_lossy(&newer.stdout).contains("[EMAIL:k1:"));
    for body in [&masked.stdout, &newer.stdout] {
        let back = run(&["restore", "--rules", &rules, "--key-file", &list], body);
        assert_eq!(back.stdout, TEXT);
    }
    let back = run(&["restore", "--rules", &rules, "--key-file", &old], &newer.stdout);
    assert_eq!(
        back.stdout, newer.stdout,
        "the old key knows nothing of the new one"
    );
}

#[test]
fn what_cannot_work_exits_with_2() {
    let dir = Dir::new();
    let (rules, key) = (dir.write("rules.toml", RULES), dir.write("key", SECRET));
    let twice = "[[key]]\nid = 'k0'\nsecret = 'an invented key of enough bytes'\n".repeat(2);
    let twice = dir.write("twice", twice.as_bytes());
    for (args, hint) in [
        (vec!["redact", "--rules", &rules], "--key-file"),
        (vec!["restore"], "--key-file"),
        (
            vec!["restore", "--key-file", &key, "--show", "secret"],
            "public, internal, confidential, restricted",
        ),
        (vec!["restore", "--key-file", &twice], "number them"),
    ] {
        let output = run(&args, b"{}");
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(said(&output).contains(hint), "{args:?}: {}", said(&output));
        assert!(
            !said(&output).contains("invented"),
            "the key itself must not be shown"
        );
    }
}
