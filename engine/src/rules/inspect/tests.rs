//! What an inspection says of small files.

use super::*;

fn inspect(text: &str, decoys: &[Decoy<'_>]) -> Inspection {
    Inspection::file(
        text,
        "t.toml",
        &mut |path, _| Err(format!("no {path}")),
        decoys,
        &|_, _| {},
    )
}

/// A detector with these keys: its table begins at line 1, the keys at line 5.
fn detector(keys: &str) -> String {
    format!("[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\n{keys}\n")
}

fn faults(keys: &str) -> Vec<String> {
    inspect(&detector(keys), &[])
        .faults
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn warnings(keys: &str) -> Vec<String> {
    inspect(&detector(keys), &[])
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_good_detector_has_no_faults_and_every_form_was_read() {
    let seen = inspect(
        &detector(
            "pattern = '\\bEMP-[0-9]{6}\\b'\nexamples = ['EMP-204817', 'by EMP-204817/2']\ncounter_examples = ['EMP-20481']",
        ),
        &[],
    );
    assert_eq!((seen.faults, seen.warnings), (vec![], vec![]));
    let rule = &seen.rules[0];
    assert_eq!(
        (rule.id.as_str(), rule.examples, rule.counter_examples),
        ("x", 2, 1)
    );
    // Each form of each text was cut at every byte.
    assert!(rule.readings > 400 && rule.memory > 0, "{rule:?}");
}

#[test]
fn examples_say_why_they_are_not_found() {
    assert_eq!(
        faults("pattern = '[0-9]{4}-[0-9]{4}'\nexamples = ['1234-5678',\n  '12345678']"),
        ["t.toml:7:3: example 2 of `x` is not found (hint: the pattern matches nothing in it)"]
    );
    assert_eq!(
        faults("pattern = '\\b[0-9]{16}\\b'\ncheck = 'card'\nexamples = ['4111111111111112']"),
        [
            "t.toml:7:13: example 1 of `x` is not found (hint: the pattern matches, but the check `card` says no)"
        ]
    );
    assert_eq!(
        faults("lead = 'pin: '\npattern = '[0-9]{4}'\nexamples = ['pin 1234']"),
        [
            "t.toml:7:13: example 1 of `x` is not found (hint: the pattern matches, but not directly behind its lead)"
        ]
    );
    assert_eq!(
        faults("pattern = 'ab-[0-9]{4}'\ncounter_examples = ['no', 'so ab-1234']"),
        [
            "t.toml:6:27: counter-example 2 of `x` is found: `ab-1234` (hint: the pattern and its check find something in it, however sure)"
        ]
    );
}

#[test]
fn what_is_masked_twice_is_not_masked_well() {
    let faults = faults("pattern = '\\bk[0-9]{4}[ k]?'\nexamples = ['k1234k5678']");
    assert!(
        faults.is_empty() || faults[0].contains("masked again"),
        "{faults:?}"
    );
    let faults = self::faults("pattern = 'ab[0-9]{4}'\nexamples = ['aab1234b1234']");
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_price_over_16_is_refused() {
    let faults = faults("pattern = '[a-z0-9]{20,64}'");
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0]
            .starts_with("t.toml:5:11: `x` reads 64 bytes for each byte of input at worst, over 16 (hint: "),
        "{faults:?}"
    );
}

#[test]
fn a_pattern_that_is_a_replacement_is_refused() {
    let faults = faults("pattern = '\\[[A-Z]{1,10}\\]'");
    assert!(
        faults[0].starts_with("t.toml:5:11: the pattern of `x` matches a replacement, as `[EMAIL]`"),
        "{faults:?}"
    );
}

#[test]
fn mistakes_of_every_kind_come_at_once() {
    let text = "disable = ['y']\n[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\npattern = 'ab[0-9]{4}'\n\
                examples = ['ab12']\n[[detector]]\nid = 'z'\nentity = 'Z'\nclass = 'none'\npattern = '('\n";
    let lines: Vec<u32> = inspect(text, &[]).faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [1, 7, 11, 12]);
}

#[test]
fn a_rule_that_is_too_large_says_where() {
    let faults = faults("pattern = '(?:[a-z]{1,40}[0-9a-f]{1,40}){20}'");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("t.toml:5:11: the pattern "), "{faults:?}");
}

#[test]
fn rules_that_run_everywhere_or_never_end_are_doubtful() {
    assert!(warnings("pattern = '[a-c]{2}'")[0].starts_with("t.toml:5:11: no trigger serves `x`"));
    let warned = warnings("pattern = 'BLOB-[0-9]{4}'\nrun = { alphabet = '[0-9a-f]', end = ';' }");
    assert_eq!(
        warned,
        [
            "t.toml:6:38: the run of `x` never comes to its end mark: the alphabet lacks it (hint: put the characters of \
          `end` into `alphabet`)"
        ]
    );
}

#[test]
fn words_and_decoys_are_left_alone() {
    let warned = warnings("pattern = '\\b[a-z]{8}\\b'");
    assert!(
        warned
            .iter()
            .any(|warning| warning.contains("matches common words, as `")),
        "{warned:?}"
    );
    let year = Decoy {
        kind: "year",
        json: "\"1984\"",
    };
    let text = |confidence: &str| {
        let keys = format!("pattern = '\\b[0-9]{{4}}\\b'\nconfidence = {confidence}");
        let seen = inspect(&detector(&keys), &[year]);
        seen.warnings
            .iter()
            .any(|warning| warning.message == "`x` masks the year `1984`")
    };
    assert!(text("0.6") && !text("0.4"));
}

#[test]
fn a_rule_that_another_makes_pointless_is_named() {
    let other = "[[detector]]\nid = 'y'\nentity = 'Y'\nclass = 'confidential'\n";
    let text = format!(
        "{}{other}pattern = 'ab[0-9]{{4}}'\nexamples = ['ab1234', 'ab1235 and ab1236']\n",
        detector("pattern = 'ab[0-9]{4,6}'")
    );
    let seen = inspect(&text, &[]);
    let messages: Vec<&str> = seen
        .warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    assert_eq!(
        messages,
        ["`y` is shadowed: `x` covers what it finds in every example"]
    );
    assert_eq!((seen.warnings[0].line, seen.warnings[0].column), (7, 6));
    let same = format!(
        "{}{other}pattern = 'ab[0-9]{{4,6}}'\n",
        detector("pattern = 'ab[0-9]{4,6}'")
    );
    assert_eq!(
        inspect(&same, &[]).warnings[0].message,
        "`y` looks for the same as `x`"
    );
    let apart = format!("{same}context = ['y']\n");
    assert_eq!(inspect(&apart, &[]).warnings, []);
}

#[test]
fn what_is_extended_is_not_looked_at_again() {
    let text = format!(
        "extends = ['builtin:secrets']\n{}",
        detector("pattern = 'ab[0-9]{4}'")
    );
    let seen = inspect(&text, &[]);
    assert_eq!(seen.rules.len(), 1);
    assert_eq!(seen.faults, []);
}
