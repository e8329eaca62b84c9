//! `lacuna rules check` and `lacuna rules schema`: what they say, and their exit codes.

mod common;
use common::{Dir, code, run, said};

const GOOD: &str = "\
[[detector]]
id = \"acme-employee\"
entity = \"EMPLOYEE_ID\"
class = \"confidential\"
pattern = '\\bEMP-[0-9]{6}\\b'
examples = [\"EMP-204817\", \"by EMP-118823.\"]
counter_examples = [\"EMP-20481\"]
";

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_good_file_is_fine_and_its_rules_are_priced() {
    let dir = Dir::new();
    let file = dir.write("rules.toml", GOOD.as_bytes());
    let output = run(&["rules", "check", &file, "--deny-warnings"], b"");
    assert_eq!((code(&output), said(&output)), (0, String::new()));
    let page = stdout(&output);
    let row = page
        .lines()
        .find(|line| line.starts_with("acme-employee "))
        .unwrap();
    let figures: Vec<&str> = row.split_whitespace().skip(1).collect();
    assert_eq!((figures[0], figures[2], figures[3]), ("1", "2", "1"), "{page}");
    assert!(
        page.contains("1 detector, ") && page.contains(" 0 faults, 0 warnings."),
        "{page}"
    );
    assert!(
        page.lines().all(|line| line.chars().count() <= 80 + file.len()),
        "{page}"
    );
}

#[test]
fn every_fault_is_said_at_once_where_it_stands() {
    let dir = Dir::new();
    let text = format!(
        "disable = ['emial']\n{}",
        GOOD.replace("by EMP-118823.", "by EMP-1188")
    );
    let file = dir.write("rules.toml", text.as_bytes());
    let output = run(&["rules", "check", &file], b"");
    assert_eq!(code(&output), 2);
    let lines: Vec<String> = said(&output).lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            format!(
                "{file}:1:12: there is no detector `emial` to disable (hint: only detectors of this file or of what it \
                 extends can be disabled)"
            ),
            format!(
                "{file}:7:27: example 2 of `acme-employee` is not found (hint: the pattern matches nothing in it)"
            ),
        ]
    );
}

#[test]
fn warnings_are_faults_where_they_are_denied() {
    let dir = Dir::new();
    let text = GOOD
        .replace("EMP-[0-9]{6}", "EMP-[0-9]{6}")
        .replace("\\bEMP", "\\b[A-Z]{3}");
    let file = dir.write(
        "rules.toml",
        format!("{text}\n{}", text.replace("acme-employee", "other")).as_bytes(),
    );
    let output = run(&["rules", "check", &file], b"");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(
        said(&output).contains(":13:11: warning: `other` looks for the same as `acme-employee` (hint: "),
        "{}",
        said(&output)
    );
    assert_eq!(code(&run(&["rules", "check", &file, "--deny-warnings"], b"")), 2);
}

#[test]
fn json_says_all_of_it() {
    let dir = Dir::new();
    let file = dir.write("rules.toml", GOOD.replace("by EMP-118823.", "no").as_bytes());
    let output = run(&["rules", "check", &file, "--json"], b"");
    assert_eq!((code(&output), said(&output)), (2, String::new()));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let fault = &said["faults"][0];
    assert_eq!(
        (fault["line"].as_u64(), fault["column"].as_u64()),
        (Some(6), Some(27))
    );
    assert_eq!(fault["file"], file.as_str());
    assert_eq!(fault["message"], "example 2 of `acme-employee` is not found");
    assert_eq!(said["rules"][0]["id"], "acme-employee");
    assert_eq!(said["rules"][0]["verified"], 1);
    assert_eq!(said["warnings"], serde_json::json!([]));
}

#[test]
fn what_a_file_extends_is_read_beside_it() {
    let dir = Dir::new();
    dir.write("base.toml", GOOD.replace("EMP-204817", "none").as_bytes());
    let file = dir.write("rules.toml", b"extends = ['base.toml', 'builtin:secrets']\n");
    let output = run(&["rules", "check", &file], b"");
    assert_eq!(code(&output), 2);
    let base = dir.path("base.toml");
    assert!(
        said(&output).starts_with(&format!("{base}:6:13: example 1 of")),
        "{}",
        said(&output)
    );
    assert_eq!(code(&run(&["rules", "check", &dir.path("none.toml")], b"")), 2);
    assert_eq!(code(&run(&["rules", "check", "builtin:none"], b"")), 2);
    assert_eq!(code(&run(&["rules", "check"], b"")), 2);
}

#[test]
fn the_schema_names_every_table() {
    let output = run(&["rules", "schema"], b"");
    assert_eq!((code(&output), said(&output)), (0, String::new()));
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for table in [
        "extends",
        "disable",
        "detector",
        "field",
        "schema",
        "allow",
        "pause",
        "classes",
        "treatment",
        "thresholds",
        "limits",
        "keys",
    ] {
        assert!(schema["properties"][table]["description"].is_string(), "{table}");
    }
    let checks = schema["properties"]["detector"]["items"]["properties"]["check"]["enum"].as_array();
    assert!(checks.is_some_and(|checks| checks.contains(&"card".into())));
}
