//! probe FORMAT RULES INPUT(with \n escapes via printf) [cuts...]
use lacuna::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let format = match a[1].as_str() {
        "json" => Format::Json,
        "seq" => Format::Sequence,
        "ndjson" => Format::Ndjson,
        "sse" => Format::Sse,
        "text" => Format::Text,
        _ => Format::Auto,
    };
    let rules = match Ruleset::builtin(&a[2]) {
        Ok(r) => r,
        Err(_) => Ruleset::compile(&a[2], "f", &mut |_, _| Err(String::new()))
            .map_err(|e| e.to_string())
            .unwrap(),
    };
    let mut plan = Plan::new(&rules);
    if let Ok(g) = std::env::var("GRAMMAR") {
        plan = plan.with_grammar(if g == "full" {
            Grammar::Full
        } else {
            Grammar::Structural
        });
    }
    if plan.lacks_key() {
        plan = plan.with_key(Key::new(b"0123456789abcdef").unwrap());
    }
    let input = {
        use std::io::Read;
        let mut v = Vec::new();
        std::io::stdin().read_to_end(&mut v).unwrap();
        v
    };
    let size: usize = a.get(3).map_or(1 << 20, |s| s.parse().unwrap());
    let mut r = Redactor::new(&rules, &plan, format);
    let mut out = Collect::default();
    for c in input.chunks(size) {
        match r.push(c, &mut out) {
            Ok(s) => {
                if size < 100 {
                    println!("{:?} -> left {}", String::from_utf8_lossy(c), out.caller.len())
                } else {
                    println!("{s:?}")
                }
            }
            Err(e) => {
                println!("ERR {e:?}");
                break;
            }
        }
    }
    println!("{:?}", r.finish(&mut out));
    println!("{:?}", String::from_utf8_lossy(&out.caller));
    for f in &out.findings {
        println!("{f:?}");
    }
}
