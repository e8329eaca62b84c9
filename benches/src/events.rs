//! What one event of a stream costs: a model's next word waits for that.

use crate::{CpuTime, Size};
use core::fmt;
use lacuna::{Collect, Format, Plan, Profile, Redactor, Ruleset};
use std::error::Error;

/// What an event may cost, in nanoseconds: 99 of 100 cost less. From the design: no measurement has met it yet.
const MOST: f64 = 20_000.0;

/// What the events of a stream cost under the default rules.
#[derive(Clone, Debug)]
pub struct Events {
    /// The profile.
    pub profile: &'static str,
    /// How many there were.
    pub count: usize,
    /// Nanoseconds of one thread: of half of them at most so many.
    pub p50: f64,
    /// Of 99 of 100.
    pub p99: f64,
    /// Of all.
    pub most: f64,
}

/// Measures them: a chat that says a word an event, each event pushed by itself.
///
/// # Errors
/// A stream is refused, or what was planted comes out again.
pub fn events(size: Size) -> Result<Vec<Events>, Box<dyn Error>> {
    let rules = Ruleset::builtin("default")?;
    let bytes = match size {
        Size::Whole => 4 << 20,
        Size::Quick => 1 << 17,
    };
    let sample = lacuna_corpus::sse(7, bytes);
    let mut rows = Vec::new();
    for profile in ["auto", "openai-chat"] {
        let known = Profile::builtin(profile).unwrap_or_else(Profile::auto);
        let plan = Plan::new(&rules).with_profile(known);
        // The first run builds automata, and is left out.
        stream(&rules, &plan, &sample)?;
        let mut times = stream(&rules, &plan, &sample)?;
        times.sort_by(f64::total_cmp);
        let at = |share: usize| {
            let last = times.len().saturating_sub(1);
            times.get(last * share / 100).copied().unwrap_or(0.0)
        };
        let row = Events {
            profile,
            count: times.len(),
            p50: at(50),
            p99: at(99),
            most: at(100),
        };
        rows.push(row);
    }
    Ok(rows)
}

/// What each event of a stream cost.
fn stream(rules: &Ruleset, plan: &Plan, sample: &lacuna_corpus::Sample) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut stream = Redactor::new(rules, plan, Format::Sse);
    let mut out = Collect::default();
    let mut times = Vec::new();
    let ends = sample
        .bytes
        .windows(2)
        .enumerate()
        .filter(|(_, two)| two == b"\n\n");
    let mut from = 0;
    for (at, _) in ends {
        let event = sample.bytes.get(from..at + 2).unwrap_or_default();
        from = at + 2;
        let begun = CpuTime::now();
        let _ = stream.push(event, &mut out)?;
        times.push(begun.elapsed());
    }
    let _ = stream.finish(&mut out)?;
    let text = String::from_utf8(out.caller)?;
    let masked = text.matches("[EMAIL]").count();
    let events = |text: &[u8]| text.windows(2).filter(|two| two == b"\n\n").count();
    if masked < sample.planted.len() || events(text.as_bytes()) != events(&sample.bytes) {
        return Err(format!("{masked} of {} values are masked", sample.planted.len()).into());
    }
    Ok(times)
}

impl fmt::Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            profile,
            count,
            p50,
            p99,
            most,
        } = self;
        let micros = |nanos: &f64| nanos / 1000.0;
        let more = if *p99 > MOST { " (the design says 20)" } else { "" };
        write!(
            f,
            "events of a chat, profile {profile}: {count}, p50 {:.1} µs, p99 {:.1} µs{more}, most {:.0} µs",
            micros(p50),
            micros(p99),
            micros(most)
        )
    }
}
