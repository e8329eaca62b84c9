//! Streamed completions.

use crate::{Density, Kind, Sample, prose::WORDS, sample::Maker};

/// Server-sent events as chat completions are streamed, at least `bytes` in all: one word an event, `[DONE]` at
/// the end of each answer.
///
/// About one event in a hundred holds an e-mail address, whole, in its text.
///
/// ```
/// let sample = lacuna_corpus::sse(1, 50_000);
/// assert!(sample.bytes.ends_with(b"data: [DONE]\n\n") && !sample.planted.is_empty());
/// ```
pub fn sse(seed: u64, bytes: usize) -> Sample {
    let mut maker = Maker::new(seed, Density::Clean);
    while maker.len() < bytes {
        answer(&mut maker);
    }
    maker.finish()
}

/// The events of one answer.
fn answer(maker: &mut Maker) {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let head = format!(
        r#"data: {{"id":"chatcmpl-{}","object":"chat.completion.chunk","created":17{},"model":"small-1","system_fingerprint":"fp_{}","choices":[{{"index":0,"delta":{{"#,
        maker.rng.string(alphabet, 29),
        maker.rng.digits(8),
        maker.rng.string("0123456789abcdef", 10),
    );
    let tail = "},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
    let event = |maker: &mut Maker, text: fn(&mut Maker)| {
        maker.push(&head);
        maker.push(r#""content":""#);
        text(maker);
        maker.push("\"");
        maker.push(tail);
        maker.end_record();
    };
    maker.push(&head);
    maker.push(r#""role":"assistant","content":"""#);
    maker.push(tail);
    maker.end_record();
    for _ in 0..maker.rng.between(40, 200) {
        if maker.rng.chance(1) {
            event(maker, |maker| maker.push(" "));
            event(maker, |maker| maker.plant(Kind::Email));
            event(maker, |maker| maker.push("."));
        } else {
            event(maker, |maker| {
                let word = maker.rng.pick(&WORDS);
                maker.push(" ");
                maker.push(word);
            });
        }
    }
    maker.push(&head);
    maker.push("},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    maker.end_record();
    maker.end_record();
}
