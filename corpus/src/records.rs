//! Records as a customer database exports them.

use crate::{
    Density, Kind, Sample,
    prose::{Break, sentences},
    sample::Maker,
    value,
};
use core::fmt::Write as _;

/// One JSON object a line, at least `bytes` in all; a line is a few KB.
///
/// Sensitive values stand in fields of their own and inside free text. A field without one says "on file".
/// Nothing else looks like one: no `@`, no URL or domain, no run of more than six digits, no dotted quad.
///
/// ```
/// use lacuna_corpus::{Density, records};
/// let sample = records(1, 100_000, Density::Light);
/// for planted in &sample.planted {
///     assert!(sample.bytes.get(planted.at.clone()).is_some());
/// }
/// assert!(records(1, 100_000, Density::Clean).planted.is_empty());
/// ```
pub fn records(seed: u64, bytes: usize, density: Density) -> Sample {
    let mut maker = Maker::new(seed, density);
    while maker.len() < bytes {
        record(&mut maker);
        maker.push("\n");
        maker.end_record();
    }
    maker.finish()
}

/// One record.
fn record(maker: &mut Maker) {
    let rng = &mut maker.rng;
    let mut head = String::new();
    let (first, last) = (rng.pick(&value::FIRST), rng.pick(&value::LAST));
    let _ = write!(
        head,
        r#"{{"id":"cus-{}","version":{},"active":{},"name":{{"first":"{first}","last":"{last}","title":null}},"joined":"{}","score":{}.{},"#,
        rng.digits(6),
        rng.under(40),
        rng.chance(80),
        date(rng),
        rng.under(2),
        rng.digits(5),
    );
    maker.push(&head);
    maker.push(r#""contact":{"#);
    field(maker, "email", Kind::Email);
    maker.push(",");
    field(maker, "phone", Kind::Phone);
    maker.push(r#","language":"de","newsletter":true},"identity":{"#);
    field(maker, "ssn", Kind::Ssn);
    maker.push(r#","verified":false},"addresses":["#);
    list(maker, 1, 3, address);
    maker.push(r#"],"payment":{"#);
    field(maker, "card", Kind::Card);
    maker.push(",");
    field(maker, "iban", Kind::Iban);
    maker.push(r#","terms":"thirty days"},"orders":["#);
    list(maker, 2, 6, order);
    maker.push(r#"],"session":{"#);
    field(maker, "ip", Kind::Ipv4);
    maker.push(",");
    let token = if maker.rng.chance(50) {
        Kind::GithubToken
    } else {
        Kind::AwsKeyId
    };
    field(maker, "credential", token);
    maker.push(r#","agent":"desktop","trail":[[],{},[0,1,-1],1e3,-0.5]},"notes":["#);
    list(maker, 1, 4, note);
    maker.push("]}");
}

/// A member that holds a value if it is time for one.
fn field(maker: &mut Maker, name: &str, kind: Kind) {
    maker.push("\"");
    maker.push(name);
    maker.push("\":\"");
    if maker.due() {
        maker.plant(kind);
    } else {
        maker.push("on file");
    }
    maker.push("\"");
}

/// Items with commas between them.
fn list(maker: &mut Maker, least: usize, most: usize, item: fn(&mut Maker)) {
    for at in 0..maker.rng.between(least, most) {
        if at > 0 {
            maker.push(",");
        }
        item(maker);
    }
}

fn address(maker: &mut Maker) {
    let rng = &mut maker.rng;
    let kind = rng.pick(&["home", "work", "billing"]);
    let street = rng.pick(&[
        "Lindenstraße",
        "Rue de l’Église",
        "High Street",
        "Calle Ñandú",
        "Ørsteds vej",
    ]);
    let city = rng.pick(&["Köln", "Lyon", "Leeds", "Málaga", "Århus", "Łódź"]);
    let text = format!(
        r#"{{"kind":"{kind}","street":"{street} {}","district":"{}","city":"{city}","geo":[{}.{},{}.{}]}}"#,
        rng.between(1, 199),
        rng.digits(5),
        rng.under(90),
        rng.digits(4),
        rng.under(90),
        rng.digits(4),
    );
    maker.push(&text);
}

fn order(maker: &mut Maker) {
    let rng = &mut maker.rng;
    let state = rng.pick(&["open", "paid", "shipped", "returned"]);
    let mut text = format!(
        r#"{{"order":"ord-{}","placed":"{}T{:02}:{:02}:{:02}Z","state":"{state}","items":["#,
        rng.digits(5),
        date(rng),
        rng.under(24),
        rng.under(60),
        rng.under(60),
    );
    for at in 0..rng.between(1, 4) {
        let name = rng.pick(&[
            "desk lamp",
            "\\\"Büro\\\" chair",
            "notebook \\u2013 A5",
            "cable, 2 m",
            "USB hub",
        ]);
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(
            text,
            r#"{comma}{{"sku":"{}-{}","name":"{name}","quantity":{},"price":{}.{}}}"#,
            rng.string("ABCDEFGHJKLM", 3),
            rng.digits(4),
            rng.between(1, 12),
            rng.under(900),
            rng.digits(2),
        );
    }
    let _ = write!(
        text,
        r#"],"total":{}.{},"gift":{}}}"#,
        rng.under(4000),
        rng.digits(2),
        rng.chance(10)
    );
    maker.push(&text);
}

fn note(maker: &mut Maker) {
    let rng = &mut maker.rng;
    let (by, on) = (rng.pick(&value::FIRST), date(rng));
    maker.push(&format!(r#"{{"on":"{on}","by":"{by}","text":""#));
    let length = maker.rng.between(150, 900);
    sentences(maker, length, Break::Escaped);
    maker.push("\"}");
}

/// A day.
fn date(rng: &mut crate::Rng) -> String {
    format!(
        "20{:02}-{:02}-{:02}",
        rng.between(10, 25),
        rng.between(1, 12),
        rng.between(1, 28)
    )
}
