//! Rules files as a site writes them: what they mean, and every mistake where it stands.

use super::*;
use crate::{Action, Class, Confidence, Faults, Limits};
use proptest::prelude::*;

fn no_files(path: &str, _: &str) -> Result<String, String> {
    Err(format!("no file {path}"))
}

fn parse(text: &str) -> Result<Source, Faults> {
    Source::parse(text, "rules.toml", &mut no_files)
}

/// Line, column and message of each fault.
fn faults(text: &str) -> Vec<(u32, u32, String)> {
    match parse(text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .0
            .into_iter()
            .map(|fault| (fault.line, fault.column, fault.message))
            .collect(),
    }
}

/// The one fault of a text.
fn fault(text: &str) -> Fault {
    let faults = parse(text).expect_err(text).0;
    assert_eq!(faults.len(), 1, "{text}: {faults:?}");
    faults.into_iter().next().unwrap()
}

const DETECTOR: &str = "[[detector]]\nid = 'a'\nentity = 'A'\nclass = 'public'\n";

#[test]
fn every_key_round_trips() {
    let source = parse(
        r#"
extends = []
disable = []
[[detector]]
id = "acme-employee"
entity = "EMPLOYEE_ID"
class = "open"
lead = 'id: '
pattern = 'EMP-[0-9]{16}'
context = ["Employee", "staff"]
context_after = 32
explains = ["acme-employee", "email"]
check = "luhn-free"
run = { alphabet = "[a-z]", end = 'END' }
confidence = 0.4
context_confidence = 1
alone_confidence = 0.6
source = "Acme, staff handbook"
examples = ["id: EMP-204817"]
counter_examples = ["EMP-20481"]
[[field]]
path = "$..patient['first-Name']"
case = "ignore"
class = "shut"
as = "null"
[[field]]
path = "$.a[*]~$.b"
class = "open"
entity = "B_2"
as = "string"
[[field]]
path = "$[0]"
class = "open"
case = "exact"
[[allow]]
value = "support@example.com"
[[allow]]
pattern = 'x{3}'
path = "$.a"
detector = "acme-employee"
[[pause]]
class = "shut"
findings = 100
[[pause]]
distinct = 3
[[pause]]
class = "open"
records = "$.data[*]"
count = 7
[[pause]]
bytes = 0x10
[classes]
order = ["open", "shut"]
[treatment]
open = { keep_first = 2 }
shut = "hash"
[thresholds]
shut = 0.255
[limits]
depth = 3
nesting = 1
key = 100
number = 101
held = 1_024
frame_line = 103
frame = 1_040
[keys]
file = "lacuna.key"
"#
        .replace("luhn-free", "card")
        .as_str(),
    )
    .unwrap();
    let (open, shut) = (Class(0), Class(1));
    let field = |path: &str, case, class, entity: &str, as_type, line| FieldRule {
        function: None,
        path: path.into(),
        case,
        class,
        entity: entity.into(),
        as_type,
        at: ("rules.toml".into(), line, 1),
    };
    let expected = Source {
        plans: Vec::new(),
        classes: vec!["open".into(), "shut".into()],
        treatments: vec![Action::KeepFirst(2), Action::Hash],
        thresholds: vec![Confidence::percent(50), Confidence::percent(26)],
        detectors: vec![DetectorRule {
            id: "acme-employee".into(),
            entity: "EMPLOYEE_ID".into(),
            class: open,
            source: Some("Acme, staff handbook".into()),
            lead: Some("id: ".into()),
            pattern: "EMP-[0-9]{16}".into(),
            shape: None,
            context: vec!["employee".into(), "staff".into()],
            context_after: 32,
            explains: vec!["acme-employee".into(), "email".into()],
            check: Some("card".into()),
            run: Some(RunRule {
                alphabet: "[a-z]".into(),
                end: Some("END".into()),
            }),
            confidence: Confidence::percent(40),
            context_confidence: Confidence::percent(100),
            alone_confidence: Confidence::percent(60),
            examples: vec!["id: EMP-204817".into()],
            counter_examples: vec!["EMP-20481".into()],
            at: ("rules.toml".into(), 4, 1),
        }],
        fields: vec![
            field(
                "$..patient['first-Name']",
                Case::Ignore,
                shut,
                "FIRST_NAME",
                Some(FieldAs::Null),
                21,
            ),
            field("$.a[*]~$.b", Case::Exact, open, "B_2", Some(FieldAs::String), 26),
            field("$[0]", Case::Exact, open, "FIELD", None, 31),
        ],
        allow: vec![
            AllowRule {
                value: Some("support@example.com".into()),
                at: ("rules.toml".into(), 35, 1),
                ..AllowRule::default()
            },
            AllowRule {
                value: None,
                pattern: Some("x{3}".into()),
                path: Some("$.a".into()),
                detector: Some("acme-employee".into()),
                at: ("rules.toml".into(), 37, 1),
            },
        ],
        pauses: vec![
            PauseRule {
                class: shut,
                trigger: PauseTrigger::Findings(100),
                at: ("rules.toml".into(), 41, 1),
            },
            PauseRule {
                class: open,
                trigger: PauseTrigger::Distinct(3),
                at: ("rules.toml".into(), 44, 1),
            },
            PauseRule {
                class: open,
                trigger: PauseTrigger::Records(7, "$.data[*]".into()),
                at: ("rules.toml".into(), 46, 1),
            },
            PauseRule {
                class: open,
                trigger: PauseTrigger::Bytes(16),
                at: ("rules.toml".into(), 50, 1),
            },
        ],
        limits: Limits {
            depth: 3,
            nesting: 1,
            key: 100,
            number: 101,
            held: 1024,
            lanes: Limits::default().lanes,
            frame_line: 103,
            frame: 1040,
        },
        key_file: Some("lacuna.key".into()),
    };
    assert_eq!(source, expected);
}

#[test]
fn an_empty_file_has_the_defaults_and_finds_nothing() {
    let source = parse("").unwrap();
    assert_eq!(source.classes, Class::DEFAULT_NAMES);
    let (keep, placeholder) = (Action::Keep, Action::Placeholder);
    assert_eq!(source.treatments, [keep, keep, placeholder, placeholder]);
    assert_eq!(source.thresholds, [Confidence::percent(50); 4]);
    assert_eq!(source.limits, Limits::default());
    assert!(source.detectors.is_empty() && source.fields.is_empty() && source.key_file.is_none());
    assert_eq!(source, Source::builtin("empty").unwrap());
}

#[test]
fn defaults_of_a_detector() {
    let source = parse(&format!("{DETECTOR}pattern = 'x'")).unwrap();
    let detector = &source.detectors[0];
    assert_eq!(detector.confidence, Confidence::percent(80));
    assert_eq!(detector.context_confidence, Confidence::percent(95));
    assert_eq!(
        (detector.context_after, &detector.check, &detector.run),
        (0, &None, &None)
    );
    let sure = parse(&format!("{DETECTOR}pattern = 'x'\nconfidence = 0.99")).unwrap();
    assert_eq!(sure.detectors[0].context_confidence, Confidence::percent(99));
}

#[test]
fn five_mistakes_are_five_faults_where_they_stand() {
    let text = r#"extends = ["builtin:defualt"]
[[detector]]
id = "acme"
entity = "ACME"
class = "restriced"
pattern = 'ab[z-a]'
  [[field]]
  path = "$.ä..[x]"
  class = "public"
[treatment]
public = { keep_last = 256 }
"#;
    let found = faults(text);
    let places: Vec<_> = found.iter().map(|(line, column, _)| (*line, *column)).collect();
    assert_eq!(
        places,
        [(1, 12), (5, 9), (6, 15), (8, 17), (11, 24)],
        "{found:#?}"
    );
    for (fault, part) in found.iter().zip([
        "builtin:defualt",
        "unknown class `restriced`",
        "invalid pattern",
        "bad path",
        "out of range",
    ]) {
        assert!(fault.2.contains(part), "{fault:?}");
    }
}

#[test]
fn each_mistake_is_one_fault_with_a_hint() {
    let with = |key: &str| format!("{DETECTOR}pattern = 'x'\n{key}");
    #[rustfmt::skip] // One case a line.
    let cases = [
        ("[[schema]]\nfile = 'a'".to_owned(), 2, 8, "cannot read `a`: no file a", "OpenAPI"),
        ("[[schema]]\n".into(), 1, 1, "has no `file`", "file ="),
        ("[[schema]]\nfile = 'a'\npath = 'x'".into(), 3, 9, "bad path", "`$.x`"),
        ("[[field]]\npath = '$.a.b'\nclass = 'public'\n[limits]\ndepth = 1".into(), 2, 8, "can never match: it is 2 levels", "limit"),
        ("[[allow]]\npath = '$.a~$.b'\n[limits]\nnesting = 0".into(), 2, 8, "can never match: it is 1 strings", "limit"),
        (with("check = 'card'"), 6, 9, "12 to 19 digits: the pattern has 0", "choose"),
        ("[[feild]]\n".into(), 1, 3, "unknown key `feild`", "`field`"),
        ("disable = ['x']".into(), 1, 12, "no detector `x`", "extends"),
        ("extends = ['builtin:default']\ndisable = ['emial']".into(), 2, 12, "no detector", "`email`"),
        ("extends = 'builtin:default'".into(), 1, 11, "a list, not a string", ""),
        ("extends = ['other.toml']".into(), 1, 12, "no file other.toml", "builtin:NAME"),
        ("[detector]\nid = 'a'".into(), 1, 1, "a list, not a table", "[[detector]]"),
        (with("check = 'crad'"), 6, 9, "unknown check", "`card`"),
        (with("explains = ['emall']"), 6, 13, "no detector `emall`", "`email`"),
        (with("context_after = 33"), 6, 17, "out of range", "0 to 32"),
        (with("confidence = 1.5"), 6, 14, "out of range", "0.0 to 1.0"),
        (with("confidence = nan"), 6, 14, "out of range", "0.0 to 1.0"),
        (with("confidence = '1'"), 6, 14, "a number, not a string", ""),
        (with("context_confidence = 0.1"), 6, 22, "below confidence", "raise"),
        (with("alone_confidence = 0.1"), 6, 20, "below confidence", "raise"),
        (with("shape = 'mixd'"), 6, 9, "unknown shape `mixd`", "did you mean `mixed`?"),
        (with("like = 'none'"), 6, 8, "no detector `none` before", "above"),
        (with("context = [1]"), 6, 12, "a string, not a whole number", ""),
        (with("run = { end = 'x' }"), 6, 7, "no `alphabet`", "alphabet ="),
        (with("run = { alphabet = '[a]+' }"), 6, 20, "one class", "[A-Za-z0-9_-]"),
        (with("lead = 'y{2048}'"), 5, 11, "longer than 2048", "bound"),
        (format!("{DETECTOR}pattern = 'x*'"), 5, 11, "empty text", "{1,n}"),
        (format!("{DETECTOR}pattern = 'x+'"), 5, 11, "no longest match", "run"),
        (format!("{DETECTOR}pattern = 'x{{3000}}'"), 5, 11, "3000 bytes", "run"),
        (format!("{DETECTOR}pattern = 'ab(?=c)'"), 5, 14, "look-around", "lead"),
        (format!("{DETECTOR}pattern = \"ab\\\\p{{L}}\""), 5, 11, "Unicode", "ASCII"),
        (format!("{DETECTOR}pattern = '''\nab\\p{{L}}'''"), 6, 3, "Unicode", "ASCII"),
        (DETECTOR.into(), 1, 1, "has no `pattern`", "add"),
        (with(&with("")), 7, 6, "detector `a` twice", "rename"),
        (with("").replace("'a'", "'A b'"), 2, 6, "bad id", "lower case"),
        (with("").replace("'A'", "'a'"), 3, 10, "bad entity", "upper case"),
        ("[[field]]\npath = 'a'\nclass = 'public'".into(), 2, 9, "bad path", "$.a"),
        ("[[field]]\npath = '$.a'\nclass = 'public'\ncase = 'x'".into(), 4, 8, "unknown case", "exact"),
        ("[[allow]]".into(), 1, 1, "without a condition", "value"),
        ("[[allow]]\ndetector = 'nope'".into(), 2, 12, "no detector", ""),
        ("[[pause]]\nclass = 'public'".into(), 1, 1, "0 triggers", "exactly one"),
        ("[[pause]]\nbytes = 1\nfindings = 1".into(), 1, 1, "2 triggers", "exactly one"),
        ("[[pause]]\nrecords = '$'".into(), 1, 1, "without `count`", "count ="),
        ("[[pause]]\nfindings = 1\ncount = 1".into(), 3, 9, "without `records`", "records"),
        ("[[pause]]\nfindings = -1".into(), 2, 12, "out of range", "at least 0"),
        ("[classes]\norder = ['a', 'a']".into(), 2, 15, "class `a` twice", ""),
        ("[classes]\norder = []".into(), 2, 9, "no classes", ""),
        ("[classes]\norder = ['A']\n".into(), 2, 10, "bad class name", ""),
        ("[treatment]\npublic = 'fpe_lun'".into(), 2, 10, "unknown treatment", "`fpe_luhn`"),
        ("[treatment]\npublic = 'masc'".into(), 2, 10, "unknown treatment", "`mask`"),
        ("[treatment]\npublic = {}".into(), 2, 10, "empty treatment", "keep_first"),
        ("[treatment]\npublic = { keep_lst = 1 }".into(), 2, 12, "unknown key", "keep_last"),
        ("[treatment]\npubic = 'mask'".into(), 2, 1, "unknown class", "`public`"),
        ("[thresholds]\npublic = 2".into(), 2, 10, "out of range", ""),
        ("[limits]\ndepth = 0".into(), 2, 9, "out of range", "1 to"),
        ("[limits]\nheld = 1.5".into(), 2, 8, "whole number", ""),
        ("[keys]\n".into(), 1, 1, "no `file`", ""),
        ("é = [".into(), 1, 6, "invalid TOML", ""),
        ("a = 1\na = 2".into(), 2, 1, "invalid TOML", ""),
    ];
    for (text, line, column, message, hint) in cases {
        let found = match parse(&text) {
            Err(Faults(found)) => found,
            Ok(_) => panic!("{text}: no fault"),
        };
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
        let found = &found[0];
        assert_eq!((found.line, found.column), (line, column), "{text}: {found}");
        assert!(found.message.contains(message), "{text}: {found}");
        assert!(found.hint.contains(hint), "{text}: {found}");
    }
}

#[test]
fn a_later_layer_wins_and_disable_reaches_below() {
    let mut load = |path: &str, from: &str| match (path, from) {
        ("sub/base.toml", "dir/rules.toml") => Ok("extends = ['more.toml', 'builtin:pii']\n\
            [treatment]\npublic = 'mask'\n[limits]\ndepth = 7\n[keys]\nfile = 'old'"
            .to_owned()),
        ("more.toml", "dir/sub/base.toml") => Ok(format!("{DETECTOR}pattern = 'old'")),
        other => Err(format!("{other:?}")),
    };
    let text = format!(
        "extends = ['sub/base.toml']\ndisable = ['email']\n{DETECTOR}pattern = 'new'\n\
         [[detector]]\nid = 'z'\nentity = 'Z'\nclass = 'public'\npattern = 'z'\nexplains = ['email']\n\
         [limits]\nkey = 99\n[keys]\nfile = 'new'"
    );
    let source = Source::parse(&text, "dir/rules.toml", &mut load).unwrap();
    let pii = Source::builtin("pii").unwrap();
    assert_eq!(source.detectors[0].pattern, "new", "overridden in its place");
    assert_eq!(source.detectors.len(), pii.detectors.len() + 2 - 1);
    assert!(source.detectors.iter().all(|detector| detector.id != "email"));
    assert_eq!(source.treatments[0], Action::Mask);
    assert_eq!((source.limits.depth, source.limits.key), (7, 99));
    assert_eq!(source.key_file.as_deref(), Some("new"));
    // The same order the other way round: what is extended later lies above.
    let twice = parse("extends = ['builtin:strict', 'builtin:default']").unwrap();
    assert_eq!(
        twice,
        Source::builtin("strict").unwrap(),
        "default names no thresholds"
    );
}

#[test]
fn circles_depth_and_faults_below_are_told() {
    let mut circle = |_: &str, _: &str| Ok("extends = ['a.toml']".to_owned());
    let found = Source::parse("extends = ['a.toml']", "rules.toml", &mut circle)
        .unwrap_err()
        .0;
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("extends itself"));
    assert_eq!(
        (found[0].file.as_str(), found[0].line, found[0].column),
        ("a.toml", 1, 12)
    );
    let mut number = 0;
    let mut deep = |_: &str, _: &str| {
        number += 1;
        Ok(format!("extends = ['{number}.toml']"))
    };
    let found = Source::parse("extends = ['0.toml']", "rules.toml", &mut deep)
        .unwrap_err()
        .0;
    assert!(found[0].message.contains("too deeply"));
    assert_eq!(number, 7, "files read below the first");
    let mut wrong = |_: &str, _: &str| Ok("nope = 1".to_owned());
    let found = Source::parse("extends = ['a']\nno = 1", "rules.toml", &mut wrong)
        .unwrap_err()
        .0;
    assert_eq!(
        found.iter().map(|fault| fault.file.as_str()).collect::<Vec<_>>(),
        ["a", "rules.toml"]
    );
}

#[test]
fn an_order_has_to_name_what_it_inherits() {
    let text =
        "extends = ['builtin:default']\n[classes]\norder = ['public', 'internal', 'confidential', 'secret']";
    let found = fault(text);
    assert_eq!((found.line, found.column), (3, 9));
    assert!(found.message.contains("`restricted`"));
    let moved = parse(&text.replace("'secret'", "'restricted', 'top'")).unwrap();
    let email = moved
        .detectors
        .iter()
        .find(|detector| detector.id == "email")
        .unwrap();
    assert_eq!(email.class, Class(2));
    assert_eq!(
        moved.treatments[3],
        Action::Placeholder,
        "a class of one's own is masked"
    );
}

#[test]
fn the_built_in_sets_part_the_catalogue() {
    let ids = |name: &str| {
        let source = Source::builtin(name).unwrap();
        source
            .detectors
            .into_iter()
            .map(|detector| detector.id)
            .collect::<Vec<_>>()
    };
    let (default, pii, secrets) = (ids("default"), ids("pii"), ids("secrets"));
    assert_eq!(default, [pii, secrets].concat());
    assert_eq!(default, ids("strict"));
    assert_eq!(
        Source::builtin("strict").unwrap().thresholds,
        [Confidence::percent(20); 4]
    );
    let unknown = Source::builtin("pi").unwrap_err();
    assert!(
        unknown.to_string().contains("did you mean `builtin:pii`"),
        "{unknown}"
    );
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in "(?s).{0,200}") {
        if let Err(Faults(found)) = parse(&text) {
            prop_assert!(!found.is_empty());
            let lines = text.split('\n').count();
            for fault in found {
                prop_assert!((1..=lines).contains(&(fault.line as usize)) && fault.column >= 1);
            }
        }
    }

    #[test]
    fn any_broken_rules_file_is_parsed_or_refused(cut in 0..400_usize, with in "[\\[\\]{}='\"a1\n.é-]{0,3}") {
        let mut text = format!(
            "{DETECTOR}pattern = 'x[0-9]{{3}}'\nrun = {{ alphabet = '[a]' }}\ncontext = ['a']\n[[field]]\n\
             path = '$..a[0]~$.b'\nclass = 'public'\n[[pause]]\nrecords = '$'\ncount = 3\n[classes]\n\
             order = ['public']\n[treatment]\npublic = {{ keep_last = 3 }}\n[limits]\ndepth = 3\n"
        );
        let cut = cut.min(text.len());
        text.replace_range(cut..(cut + 1).min(text.len()), &with);
        let _ = parse(&text);
    }
}

#[test]
fn a_pattern_that_is_too_large_is_a_fault_wherever_it_stands() {
    const LARGE: &str = "[ab]{1,100}a[ab]{30}";
    for text in [
        format!("{DETECTOR}pattern = '{LARGE}'"),
        format!("{DETECTOR}lead = '{LARGE}'\npattern = 'x'"),
        format!("{DETECTOR}pattern = 'x'\nrun = {{ alphabet = '[a-z]', end = '{LARGE}' }}"),
        format!("[[allow]]\npattern = '{LARGE}'"),
    ] {
        let faults = Ruleset::compile(&text, "rules.toml", &mut no_files).map(|_| ());
        let faults = faults.expect_err(&text).0;
        assert_eq!(faults.len(), 1, "{text}: {faults:?}");
        assert!(faults[0].message.contains("too much memory"), "{faults:?}");
    }
}

#[test]
fn a_detector_is_like_another_but_for_what_it_says() {
    let text = "
[[detector]]
id = 'one'
entity = 'ONE'
class = 'internal'
lead = 'x: '
pattern = 'A[0-9]'
check = 'password'
context = ['a', 'b']
confidence = 0.3
context_confidence = 0.7
examples = ['A1']
[[detector]]
id = 'two'
like = 'one'
context = ['c']
alone_confidence = 0.6
";
    let source = Source::parse(text, "rules.toml", &mut |_, _| Err(String::new())).unwrap();
    let [one, two] = source.detectors.as_slice() else {
        panic!("two detectors");
    };
    let expected = DetectorRule {
        id: "two".into(),
        context: vec!["c".into()],
        alone_confidence: Confidence::percent(60),
        examples: Vec::new(),
        at: ("rules.toml".into(), 13, 1),
        ..one.clone()
    };
    assert_eq!(two, &expected);
}
