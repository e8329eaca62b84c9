//! What a text calls the value that follows it: `herokuToken = "`, `--api-key `, `<password>`.

/// The name before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    /// Letters, digits, `_`, `-`, `.` and `$`; empty if there is none.
    pub(super) name: &'a [u8],
    /// What stands between the two.
    pub(super) tie: Tie,
    /// The quote that opens the value, if one does.
    pub(super) quote: Option<u8>,
}

/// How a name and a value are tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// A sign that assigns: `=`, `:`, `=>`, the comma of a call, the end of a tag. Blanks may stand around it.
    Assigned,
    /// Only blanks, quotes or one dash.
    Beside,
    /// Nothing that ties.
    None,
}

/// How much a name says that its value is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    /// The value is something else: an id, a digest, a path, something public.
    Other,
    /// Nothing.
    Nothing,
    /// `key` and no more.
    Maybe,
    /// `token`, `api_key`, `secret`, `auth`.
    Secret,
    /// `password` and its kin, of which words may be the value.
    Password,
}

/// Reads the label at the end of a text. Linear: it never goes forth again.
pub(super) fn read(before: &[u8]) -> Label<'_> {
    let none = Label {
        name: b"",
        tie: Tie::None,
        quote: None,
    };
    let (rest, opened) = strip(before, |byte| b"\"'`([{\\@".contains(&byte) || is_blank(byte));
    let quote = opened.iter().rev().copied().find(|byte| b"\"'`".contains(byte));
    let (rest, sign) = strip_sign(rest);
    // `name =` and the end of the line: the value is empty, unless a quote opens it on the next.
    if sign.last() == Some(&b'=') && quote.is_none() && opened.contains(&b'\n') {
        return none;
    }
    let mut tie = match sign {
        // `apikey-8f2d`, and no part of a longer value.
        [] if opened.is_empty() => match rest.strip_suffix(b"-") {
            Some(rest)
                if strip(rest, |byte| byte.is_ascii_alphanumeric())
                    .1
                    .iter()
                    .all(u8::is_ascii_alphabetic) =>
            {
                Tie::Beside
            }
            _ => return none,
        },
        [] => Tie::Beside,
        _ => Tie::Assigned,
    };
    // Nothing assigns over the end of a line; the value alone may begin on the next.
    let is_near = |byte: u8| b"\"'`])}\\ \t".contains(&byte);
    let (mut rest, _) = strip(rest, |byte| is_near(byte) || tie == Tie::Beside && byte == b'-');
    let mut name = last_name(rest);
    for _ in 0..2 {
        // `token string = "x"`, `value="x"` after `key="y"`: the name stands before.
        let more = if is_type(name) {
            let (rest, _) = strip(before_name(rest, name), |byte| b": &*\t".contains(&byte));
            rest
        } else if [&b"is"[..], b"be", b"was"].contains(&name) {
            let (rest, _) = strip(before_name(rest, name), |byte| b"\"'` \t".contains(&byte));
            rest
        } else if is_value(name) {
            let (rest, _) = strip(before_name(rest, name), |byte| {
                b"\"'{,;>- ".contains(&byte) || is_blank(byte)
            });
            rest
        } else {
            break;
        };
        let next = last_name(more);
        if next.is_empty() {
            break;
        }
        (rest, name, tie) = (more, next, Tie::Assigned);
    }
    if name.is_empty() {
        return Label { quote, ..none };
    }
    // `API key: `, `secret key '`: two words.
    if is_in(name, &["key", "token", "secret"]) {
        let (front, blank) = strip(before_name(rest, name), |byte| byte == b' ');
        let word = last_name(front);
        let start = front.len() - word.len();
        if blank.len() == 1 && is_in(word, KEY) {
            name = rest.get(start..).unwrap_or(name);
        }
    }
    Label { name, tie, quote }
}

fn before_name<'a>(rest: &'a [u8], name: &[u8]) -> &'a [u8] {
    rest.get(..rest.len() - name.len()).unwrap_or_default()
}

/// Splits off the longest end all of whose bytes are such.
fn strip(text: &[u8], is: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let kept = text
        .iter()
        .rposition(|byte| !is(*byte))
        .map_or(0, |last| last + 1);
    text.split_at_checked(kept).unwrap_or((text, b""))
}

/// Splits off a sign that assigns.
fn strip_sign(text: &[u8]) -> (&[u8], &[u8]) {
    let (rest, sign) = strip(text, |byte| b"=:>?.+|!,~-".contains(&byte));
    let assigns = sign
        .last()
        .is_some_and(|last| b"=:>,".contains(last) && sign.len() <= 4);
    if assigns { (rest, sign) } else { (text, b"") }
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// The name at the end of a text.
fn last_name(text: &[u8]) -> &[u8] {
    strip(text, |byte| {
        byte.is_ascii_alphanumeric() || b"_-.$".contains(&byte)
    })
    .1
}

/// A type that may stand between a name and its value.
fn is_type(name: &[u8]) -> bool {
    [&b"string"[..], b"str", b"text", b"char", b"varchar"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// A name that only says that this is the value, of what was named before.
fn is_value(name: &[u8]) -> bool {
    [&b"value"[..], b"val", b"default", b"defaultValue", b"content"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

impl Label<'_> {
    /// What its words say.
    pub(super) fn says(&self) -> Says {
        says(self.name)
    }
}

/// What the words of a name say of its value: the last one that means something, and any that denies it.
pub(super) fn says(name: &[u8]) -> Says {
    let mut words = Words(name);
    let Some(last) = words.find(|word| !is_in(word, NEUTRAL) && !word.iter().all(u8::is_ascii_digit)) else {
        return Says::Nothing;
    };
    let rest = words.0;
    let any = |list: &[&str]| Words(rest).any(|word| is_in(word, list));
    let next = Words(rest).next().unwrap_or_default();
    if any(DENY) || is_in(last, DENY) {
        return Says::Other;
    }
    if is_in(last, PASSWORD) || ends_in(last, &["password", "passwd", "passphrase"]) {
        Says::Password
    } else if is_in(last, SECRET) || ends_in(last, &["apikey", "secretkey", "accesskey", "secret", "token"]) {
        if any(NO_SECRET) { Says::Other } else { Says::Secret }
    } else if ends_in(last, &["key"]) {
        if is_in(next, KEY) {
            Says::Secret
        } else if is_in(next, NO_KEY) || is_in(last, NO_KEY) {
            Says::Other
        } else if is_in(next, PLAIN) {
            Says::Nothing
        } else {
            Says::Maybe
        }
    } else if is_in(last, MAYBE) {
        Says::Maybe
    } else if is_in(last, OTHER) {
        Says::Other
    } else {
        Says::Nothing
    }
}

fn is_in(word: &[u8], list: &[&str]) -> bool {
    list.iter()
        .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

fn ends_in(word: &[u8], list: &[&str]) -> bool {
    list.iter().any(|known| {
        word.len()
            .checked_sub(known.len())
            .and_then(|start| word.get(start..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(known.as_bytes()))
    })
}

/// The words of a name from the last to the first: parted by signs, by digits and by camel case.
struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (text, _) = strip(self.0, |byte| !byte.is_ascii_alphanumeric());
        let last = *text.last()?;
        let (mut rest, mut word) = if last.is_ascii_digit() {
            strip(text, |byte| byte.is_ascii_digit())
        } else if last.is_ascii_lowercase() {
            strip(text, |byte| byte.is_ascii_lowercase())
        } else {
            strip(text, |byte| byte.is_ascii_uppercase())
        };
        // The capital a lower-case word begins with.
        if last.is_ascii_lowercase() && rest.last().is_some_and(u8::is_ascii_uppercase) {
            rest = rest.get(..rest.len() - 1).unwrap_or_default();
            word = text.get(rest.len()..).unwrap_or_default();
        }
        self.0 = rest;
        Some(word)
    }
}

/// Words that say which one or in what form, and leave it to the word before to say what.
const NEUTRAL: &[&str] = &[
    "base",
    "value",
    "val",
    "string",
    "str",
    "text",
    "prod",
    "production",
    "dev",
    "development",
    "test",
    "testing",
    "staging",
    "live",
    "sandbox",
    "main",
    "default",
    "env",
    "hex",
    "base64",
    "b64",
    "raw",
    "plain",
    "new",
    "old",
    "current",
    "header",
    "param",
    "encoded",
    "x",
    "y",
    "a",
    "b",
    "s",
    "v",
];

/// Words that say that the value is made up.
const DENY: &[&str] = &[
    "non", "not", "no", "wrong", "invalid", "fake", "dummy", "mock", "example", "sample", "public", "pub",
    "hashed",
];

/// What a password is called.
const PASSWORD: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "pass",
    "passwort",
    "contrasena",
    "senha",
    "motdepasse",
    "pw",
    "passcode",
    "passw",
    "userpass",
    "dbpass",
    "smtppass",
    "mypass",
    "rootpass",
    "adminpass",
    "sqlpass",
    "mysqlpass",
    "ftppass",
    "dbpassword",
    "rootpw",
    "passwords",
];

/// What a secret is called.
const SECRET: &[&str] = &[
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "apitoken",
    "accesstoken",
    "authtoken",
    "authkey",
    "secretkey",
    "privatekey",
    "accesskey",
    "apisecret",
    "clientsecret",
    "appsecret",
    "appkey",
    "userkey",
    "credentials",
    "creds",
    "cred",
    "auth",
    "authorization",
    "bearer",
    "pat",
    "psk",
    "jwt",
    "sas",
    "authn",
    "basic",
    "ssws",
    "webhook",
    "crumb",
    "apitok",
    "tok",
    "usertoken",
    "bottoken",
    "sessiontoken",
    "refreshtoken",
];

/// What a secret may be called, where something else says whose it is.
const MAYBE: &[&str] = &["access", "private", "login", "unseal"];

/// With these a token is none that opens doors: it says where a list goes on.
const NO_SECRET: &[&str] = &[
    "page",
    "next",
    "continuation",
    "cursor",
    "sync",
    "resume",
    "cancellation",
    "start",
    "prev",
    "previous",
];

/// With one of these a key is one that opens doors.
const KEY: &[&str] = &[
    "api",
    "secret",
    "access",
    "private",
    "auth",
    "client",
    "app",
    "application",
    "consumer",
    "encryption",
    "signing",
    "shared",
    "master",
    "service",
    "admin",
    "account",
    "storage",
    "integration",
    "authentication",
    "authorization",
    "subscription",
    "ingest",
    "write",
    "read",
    "rest",
    "server",
    "webhook",
    "sas",
    "jwt",
    "hmac",
    "aes",
    "session",
    "crypto",
    "cipher",
    "symmetric",
    "hash",
    "cookie",
    "user",
    "developer",
    "dev",
    "partner",
    "merchant",
    "project",
];

/// With one of these it opens something, but who asks for it knows better what it looks like.
const PLAIN: &[&str] = &["license", "licence", "deploy", "stream", "product", "activation"];

/// With one of these it is none.
const NO_KEY: &[&str] = &[
    "primary",
    "foreign",
    "partition",
    "sort",
    "cache",
    "row",
    "object",
    "bucket",
    "kms",
    "index",
    "map",
    "dict",
    "item",
    "translation",
    "i18n",
    "group",
    "unique",
    "lookup",
    "route",
    "routing",
    "shortcut",
    "sitekey",
    "site",
    "kid",
    "event",
    "data",
    "s3",
    "field",
    "column",
    "registry",
    "hot",
    "state",
    "query",
    "idempotency",
    "image",
    "file",
    "monkey",
    "turkey",
    "hotkey",
    "donkey",
    "hockey",
    "whiskey",
    "jockey",
    "keykey",
    "range",
    "pre",
    "publickey",
];

/// Words of values that look random and open no door.
const OTHER: &[&str] = &[
    "id",
    "ids",
    "uuid",
    "guid",
    "uid",
    "hash",
    "sha",
    "sha1",
    "md5",
    "digest",
    "checksum",
    "checksums",
    "integrity",
    "commit",
    "rev",
    "revision",
    "ref",
    "version",
    "etag",
    "url",
    "uri",
    "path",
    "file",
    "filename",
    "name",
    "image",
    "tag",
    "branch",
    "build",
    "cursor",
    "page",
    "fingerprint",
    "thumbprint",
    "username",
    "user",
    "email",
    "mail",
    "host",
    "hostname",
    "domain",
    "address",
    "tx",
    "txid",
    "block",
    "time",
    "timestamp",
    "date",
    "size",
    "length",
    "count",
    "type",
    "kind",
    "index",
    "number",
    "no",
    "src",
    "href",
    "link",
    "resolved",
    "signature",
    "sig",
    "nonce",
    "salt",
    "iv",
    "serial",
    "subject",
    "issuer",
    "label",
    "title",
    "description",
    "class",
    "style",
    "package",
    "module",
    "release",
    "snapshot",
    "object",
    "tree",
    "parent",
    "node",
    "state",
    "status",
    "event",
    "cert",
    "certificate",
    "in",
    "of",
    "at",
    "on",
    "to",
    "from",
    "for",
    "the",
    "and",
    "is",
    "was",
    "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_over_all_that_assigns() {
        for (before, name, tie) in [
            ("herokuToken=\"", "herokuToken", Tie::Assigned),
            ("var herokuToken string = \"", "herokuToken", Tie::Assigned),
            ("token :::= '", "token", Tie::Assigned),
            ("$token .= \"", "$token", Tie::Assigned),
            ("set(\"API_TOKEN\", \"", "API_TOKEN", Tie::Assigned),
            ("<apiKey>\n    ", "apiKey", Tie::Assigned),
            (
                "<add key=\"ClearTextPassword\" value=\"",
                "ClearTextPassword",
                Tie::Assigned,
            ),
            ("- name: API_TOKEN\n  value: \"", "API_TOKEN", Tie::Assigned),
            ("variable \"x_token\" {\n  default = \"", "x_token", Tie::Assigned),
            ("zonka KEY ", "KEY", Tie::Beside),
            ("dd-apikey-", "dd-apikey", Tie::Beside),
            ("Authorization: Bearer ", "Bearer", Tie::Beside),
            ("?api_key=", "api_key", Tie::Assigned),
            ("acme API key: '", "API key", Tie::Assigned),
            ("acme key: '", "key", Tie::Assigned),
            ("the data\n = '", "", Tie::None),
            ("https://example.com/", "", Tie::None),
            ("", "", Tie::None),
        ] {
            let label = read(before.as_bytes());
            assert_eq!((label.name, label.tie), (name.as_bytes(), tie), "{before}");
        }
        assert_eq!(read(b"token: '").quote, Some(b'\''));
    }

    #[test]
    fn words_of_a_name_say_what_it_is() {
        for (name, what) in [
            ("herokuToken", Says::Secret),
            ("API_KEY_1", Says::Secret),
            ("apikey", Says::Secret),
            ("coinlayerKEY", Says::Maybe),
            ("DB_PASSWORD", Says::Password),
            ("userPass", Says::Password),
            ("nextPageToken", Says::Other),
            ("primaryKey", Says::Other),
            ("publicToken", Says::Other),
            ("nonMatchingToken", Says::Other),
            ("key_name", Says::Other),
            ("credentialsId", Says::Other),
            ("version", Says::Other),
            ("colour", Says::Nothing),
            ("token_2", Says::Secret),
            ("", Says::Nothing),
            ("SECRET_KEY_BASE", Says::Secret),
        ] {
            assert_eq!(says(name.as_bytes()), what, "{name}");
        }
    }
}
