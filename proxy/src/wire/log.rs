//! One line for every exchange. It holds no value: the path is masked, the query is left out.

use crate::pipeline::{Report, Side};
use lacuna::Tokens;

/// The line of an exchange, in `key=value` pairs.
pub fn line(report: &Report) -> String {
    let mut line = format!("method={} path={:?}", report.method, Plain(&report.path));
    match report.status {
        Some(status) => line.push_str(&format!(" status={}", status.as_u16())),
        None => line.push_str(" status=none"),
    }
    for (name, side) in [("request", &report.request), ("response", &report.response)] {
        let Some(Side {
            input,
            output,
            findings,
            receipt,
            complete,
        }) = side
        else {
            continue;
        };
        let end = if *complete { "complete" } else { "incomplete" };
        let unscanned: u64 = receipt.unscanned.values().sum();
        line.push_str(&format!(
            " {name}_in={input} {name}_out={output} {name}_unscanned={unscanned} {name}_findings={findings} \
             {name}_receipt={end}"
        ));
        let Tokens {
            restored,
            kept,
            forged,
        } = receipt.tokens;
        if restored + kept + forged > 0 {
            line.push_str(&format!(
                " {name}_restored={restored} {name}_kept={kept} {name}_forged={forged}"
            ));
        }
    }
    if let Some(refusal) = &report.refusal {
        line.push_str(&format!(" refused=\"{refusal}\""));
    }
    line.push_str(&format!(" ms={}", report.elapsed.as_millis()));
    line
}

/// A text in quotes that is escaped already.
struct Plain<'a>(&'a str);

impl std::fmt::Debug for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}
