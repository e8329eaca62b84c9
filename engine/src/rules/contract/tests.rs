//! What becomes of contracts.

use super::*;

/// The paths of a contract with their classes and entities, in order, and its faults.
fn read_all(text: &str) -> (Vec<(String, String, String)>, Vec<String>) {
    let classes = ["public", "internal", "confidential", "restricted"].map(str::to_owned);
    let wanted = Wanted {
        prefix: "$",
        case: Case::Exact,
        classes: &classes,
    };
    let (fields, faults) = read(text, "api.yaml", &wanted);
    let fields = fields
        .into_iter()
        .map(|named| (named.rule.path, named.class, named.rule.entity));
    (fields.collect(), faults.iter().map(ToString::to_string).collect())
}

/// The paths of a contract without faults.
fn paths(text: &str) -> Vec<String> {
    let (fields, faults) = read_all(text);
    assert_eq!(faults, Vec::<String>::new());
    fields.into_iter().map(|(path, ..)| path).collect()
}

/// The faults of a contract.
fn faults(text: &str) -> Vec<String> {
    read_all(text).1
}

#[test]
fn a_schema_says_where_its_properties_are() {
    let text = "
type: object
properties:
  ssn: { type: string, x-classification: restricted }
  'two words': { x-classification: { class: confidential, entity: TWO } }
  tags:
    type: array
    items: { type: string, x-classification: internal }
  pair:
    prefixItems: [ { type: string }, { x-classification: restricted } ]
  home:
    allOf:
      - properties: { street: { x-classification: confidential } }
      - oneOf: [ { properties: { mail: { format: email, x-classification: confidential } } } ]
  more:
    additionalProperties: { x-classification: restricted }
  note:
    contentMediaType: application/json
    contentSchema: { properties: { pin: { x-classification: restricted } } }
";
    let (fields, faults) = read_all(text);
    assert_eq!(faults, Vec::<String>::new());
    let fields: Vec<(&str, &str, &str)> = fields
        .iter()
        .map(|(path, class, entity)| (path.as_str(), class.as_str(), entity.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("$.ssn", "restricted", "SSN"),
            ("$['two words']", "confidential", "TWO"),
            ("$.tags[*]", "internal", "TAGS"),
            ("$.pair[1]", "restricted", "PAIR"),
            ("$.home.street", "confidential", "STREET"),
            ("$.home.mail", "confidential", "EMAIL"),
            ("$.more.*", "restricted", "MORE"),
            ("$.note~$.pin", "restricted", "PIN"),
        ]
    );
}

#[test]
fn bodies_of_an_openapi_document_count_and_nothing_else() {
    let text = "
openapi: 3.1.0
paths:
  /people:
    post:
      parameters:
        - { name: q, in: query, schema: { type: string, x-classification: restricted } }
      requestBody: { $ref: '#/components/requestBodies/Person' }
      responses:
        '200':
          content:
            application/json:
              schema: { type: array, items: { $ref: '#/components/schemas/Person' } }
            image/png: { schema: { x-classification: restricted } }
        default: { $ref: '#/components/responses/Wrong' }
components:
  requestBodies:
    Person: { content: { application/merge-patch+json: { schema: { $ref: '#/components/schemas/Person' } } } }
  responses:
    Wrong: { content: { 'application/problem+json': { schema: { properties: { trace: { x-classification: internal } } } } } }
  schemas:
    Person: { properties: { name: { x-classification: confidential } } }
    Unused: { properties: { other: { x-classification: restricted } } }
";
    assert_eq!(paths(text), ["$.name", "$[*].name", "$.trace"]);
}

#[test]
fn json_and_mcp_tools_are_contracts_too() {
    let text = r#"{"tools": [{"name": "send", "inputSchema": {"type": "object",
        "properties": {"to": {"type": "string", "x-classification": "confidential"}}}}]}"#;
    assert_eq!(paths(text), ["$.to"]);
    assert_eq!(
        paths(r#"{"inputSchema": {"x-classification": "restricted"}}"#),
        ["$"]
    );
}

#[test]
fn a_schema_in_itself_is_found_at_any_depth() {
    let text = "
$ref: '#/$defs/Node'
$defs:
  Node:
    properties:
      secret: { x-classification: restricted }
      left: { $ref: '#/$defs/Node' }
      kids: { type: array, items: { $ref: '#/$defs/Node' } }
";
    assert_eq!(paths(text), ["$.secret", "$..secret"]);
    let whole = "
properties: { root: { $ref: '#/$defs/Node' } }
$defs:
  Node:
    x-classification: confidential
    properties: { next: { $ref: '#/$defs/Node' } }
";
    assert_eq!(paths(whole), ["$.root", "$.root..next"]);
    assert_eq!(
        paths("properties: { a: { x-classification: public }, b: { $ref: '#' } }"),
        ["$.a", "$..a"]
    );
    // Nothing but itself.
    assert_eq!(paths("$ref: '#'"), Vec::<String>::new());
}

#[test]
fn the_highest_class_of_a_path_counts() {
    let text = "
oneOf:
  - properties: { id: { x-classification: internal } }
  - properties: { id: { x-classification: restricted } }
  - properties: { id: { x-classification: public } }
";
    let (fields, _) = read_all(text);
    assert_eq!(
        fields,
        [("$.id".to_owned(), "restricted".to_owned(), "ID".to_owned())]
    );
}

#[test]
fn mistakes_say_where_they_stand() {
    let of = |line: &str| faults(&format!("properties:\n  a:\n    {line}\n"));
    assert_eq!(
        of("x-classification: restrcted"),
        ["api.yaml:3:23: unknown class `restrcted` (hint: did you mean `restricted`?)"]
    );
    assert_eq!(
        of("x-classification: { class: public, entty: X }"),
        ["api.yaml:3:47: unknown key `entty` in x-classification (hint: did you mean `entity`?)"]
    );
    assert_eq!(
        of("x-classification: { class: public, entity: x }"),
        [
            "api.yaml:3:48: bad entity `x` (hint: upper case letters, digits and `_`, a letter first, at most 64)"
        ]
    );
    assert!(
        of("x-classification: [public]")[0].starts_with("api.yaml:3:23: x-classification names no class")
    );
    assert!(of("$ref: other.yaml#/A")[0].starts_with("api.yaml:3:11: `other.yaml#/A` is in another file"));
    assert!(of("$ref: '#/A'")[0].starts_with("api.yaml:3:11: there is no `#/A`"));
    assert!(faults("a: [")[0].starts_with("api.yaml:"));
    assert!(faults("swagger: '2.0'")[0].starts_with("api.yaml:1:10: Swagger 2 is not read"));
    assert!(faults("openapi: 2.9")[0].starts_with("api.yaml:1:10: this version"));
}

#[test]
fn what_leads_too_far_is_refused() {
    // Each schema names the next twice: 2^40 ways.
    let mut text = String::from("$ref: '#/$defs/s0'\n$defs:\n");
    for level in 0..40 {
        let next = level + 1;
        text.push_str(&format!(
            "  s{level}: {{ properties: {{ a: {{ $ref: '#/$defs/s{next}' }}, b: {{ $ref: '#/$defs/s{next}' }} }} }}\n"
        ));
    }
    text.push_str("  s40: { x-classification: restricted }\n");
    let faults = faults(&text);
    assert!(
        faults.len() == 1 && faults[0].contains("lead too far"),
        "{faults:?}"
    );
}
