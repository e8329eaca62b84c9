//! What the demo says. Every value is invented or reserved for examples: example.com (RFC 2606), 555-01xx,
//! 203.0.113.0/24 and 2001:db8::/32 (RFC 5737, RFC 3849), the card networks' test numbers, the IBAN standard's
//! and AWS's documentation examples.

/// Exchanges of the show that go through the gateway.
pub const EXCHANGES: usize = 2;

/// The body of the request to the model.
pub const PROMPT: &str = r#"{
  "model": "demo-1",
  "stream": true,
  "messages": [
    {"role": "user", "content": "Bill ada@example.com for order 1042."},
    {"role": "user", "content": "She called from 203.0.113.7."}
  ]
}"#;

/// Sensitive values in [`PROMPT`].
pub const PLANTED_IN_PROMPT: &[&str] = &["ada@example.com", "203.0.113.7"];

/// The text of the model's answer, one delta an entry. Each value is whole within its delta.
pub const TEXT: &[&str] = &[
    "I",
    " found",
    " order",
    " 1042",
    ".\n",
    "Customer",
    ":",
    " Ada",
    " Example",
    "\n",
    "Mail",
    ":",
    " ada@example.com",
    "\n",
    "Phone",
    ":",
    " +1 202-555-0143",
    "\n",
    "Card",
    ":",
    " 4111 1111 1111 1111",
    "\n",
    "Last",
    " seen",
    " from",
    " 203.0.113.7",
    "\n",
    "The",
    " total",
    " is",
    " 48.85",
    " EUR",
    ",",
    " due",
    " 2026-12-01",
    ".\n",
];

/// The function the model calls.
pub const FUNCTION: &str = "send_invoice";

/// Its arguments, which are JSON, one delta an entry.
pub const ARGUMENTS: &[&str] = &[
    "{",
    "\"to\":",
    "\"",
    "ada@example.com",
    "\",",
    "\"iban\":",
    "\"",
    "GB82 WEST 1234 5698 7654 32",
    "\",",
    "\"amount\":",
    "48.85",
    ",",
    "\"key\":",
    "\"",
    "AKIAIOSFODNN7EXAMPLE",
    "\"",
    "}",
];

/// Sensitive values in [`TEXT`] and [`ARGUMENTS`].
pub const PLANTED_IN_CHAT: &[&str] = &[
    "ada@example.com",
    "+1 202-555-0143",
    "4111 1111 1111 1111",
    "203.0.113.7",
    "GB82 WEST 1234 5698 7654 32",
    "AKIAIOSFODNN7EXAMPLE",
];

/// Customers as the service sends them; it sends what lies between two of [`CUT`] at once.
pub const CUSTOMERS: [&str; 3] = [
    r#"{
    "id": 1,
    "name": "Ad\u0¦0e9 Example",
    "mail": "ada@exa¦mple.com",
    "phone": "+1 202-55¦5-0143",
    "balance": 12¦80.50,
    "active": tr¦ue
  }"#,
    r#"{
    "id": 2,
    "name": "Bob Exam\¦"ple\"",
    "mail": "bob.example¦@example.com",
    "card": 411111¦1111111111,
    "address": "203.0.¦113.41",
    "balance": -0.¦0
  }"#,
    r#"{
    "id": 3,
    "name": "Carol Example",
    "note": "card 5555-5555-¦5555-4444\¦nmail carol@exa¦mple.com",
    "iban": "GB82 WEST 1234 ¦5698 7654 32",
    "raw": "{\"mail\":\"carol¦@example.com\",\¦"score\":1e3}"
  }"#,
];

/// Where the service ends one chunk and begins the next.
pub const CUT: char = '¦';

/// Sensitive values in [`CUSTOMERS`].
pub const PLANTED_IN_CUSTOMERS: &[&str] = &[
    "ada@example.com",
    "+1 202-555-0143",
    "bob.example@example.com",
    "4111111111111111",
    "203.0.113.41",
    "5555-5555-5555-4444",
    "carol@example.com",
    "GB82 WEST 1234 5698 7654 32",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_to_be_planted_is() {
        let chat = TEXT.concat() + &ARGUMENTS.concat();
        let customers = CUSTOMERS.concat().replace(CUT, "");
        for (planted, text) in [
            (PLANTED_IN_PROMPT, PROMPT),
            (PLANTED_IN_CHAT, chat.as_str()),
            (PLANTED_IN_CUSTOMERS, customers.as_str()),
        ] {
            for value in planted {
                assert!(text.contains(value), "{value} is not planted");
            }
        }
    }

    #[test]
    fn what_is_said_to_be_json_is() {
        serde_json::from_str::<serde_json::Value>(PROMPT).unwrap();
        serde_json::from_str::<serde_json::Value>(&ARGUMENTS.concat()).unwrap();
        for customer in CUSTOMERS {
            serde_json::from_str::<serde_json::Value>(&customer.replace(CUT, "")).unwrap();
        }
    }
}
