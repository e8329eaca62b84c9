//! Wrong rules files, one a mistake: what is said of each, word for word, where it stands, and what to do.
//!
//! `faults/NAME.toml` is a file with one mistake; its last line, after `# => `, is what has to be said of it.

use lacuna::Inspection;
use std::fs;
use std::path::Path;

const SAID: &str = "# => ";

#[test]
fn every_mistake_is_said_once_where_it_stands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let (file, expected) = text
            .rsplit_once(SAID)
            .unwrap_or_else(|| panic!("{name} expects nothing"));
        let load = &mut |path: &str, _: &str| {
            fs::read_to_string(folder.join(path)).map_err(|_| "there is no such file".to_owned())
        };
        let seen = Inspection::file(file, name, load, &[], &|_, _| {});
        let said: Vec<String> = seen.faults.iter().map(ToString::to_string).collect();
        if said != [expected.trim_end()] {
            wrong.push(format!("{name}\n  said     {said:#?}\n  expected {expected}"));
        }
    }
    assert!(count >= 40, "{count} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
