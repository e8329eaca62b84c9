//! Where an upstream is: the part of its URL that every request shares.

use hyper::Uri;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use std::fmt;
use std::str::FromStr;

/// `https://host[:port][/prefix]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    scheme: Scheme,
    authority: Authority,
    /// Invariant: empty, or begins with a slash and does not end with one.
    prefix: String,
}

impl Base {
    /// The host and the port, as a `Host` header names them.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Whether connections to it are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// The URL of a path below it; none for what is no path (`*`, or a bare authority).
    pub fn join(&self, path: &PathAndQuery) -> Option<Uri> {
        if !path.as_str().starts_with('/') {
            return None;
        }
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{path}", self.prefix))
            .build()
            .ok()
    }
}

impl FromStr for Base {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A fragment is dropped by the parser of URLs without a word: a base that has one is a mistake.
        if text.contains('#') {
            return Err("the URL has a fragment, which is never sent");
        }
        let uri: Uri = text
            .parse()
            .map_err(|_| "not a URL: try https://host or http://host:port/prefix")?;
        let parts = uri.into_parts();
        let scheme = match parts.scheme {
            Some(scheme) if scheme == Scheme::HTTP || scheme == Scheme::HTTPS => scheme,
            _ => return Err("the URL must begin with http:// or https://"),
        };
        let authority = parts.authority.ok_or("the URL has no host")?;
        if authority.as_str().contains('@') {
            return Err("the URL has a user or a password in it: send an Authorization header instead");
        }
        let path = parts
            .path_and_query
            .unwrap_or_else(|| PathAndQuery::from_static("/"));
        if path.query().is_some() {
            return Err("the URL has a query: the gateway adds paths to it");
        }
        Ok(Self {
            scheme,
            authority,
            prefix: path.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, path: &'static str) -> Option<String> {
        let base: Base = base.parse().unwrap();
        base.join(&PathAndQuery::from_static(path))
            .map(|uri| uri.to_string())
    }

    #[test]
    fn paths_are_added_to_the_prefix() {
        let cases = [
            ("http://host", "/a?b=c", "http://host/a?b=c"),
            ("http://host/", "/a", "http://host/a"),
            ("https://host:8443/api/", "/", "https://host:8443/api/"),
            ("https://host/api/v1", "/a", "https://host/api/v1/a"),
        ];
        for (base, path, url) in cases {
            assert_eq!(joined(base, path).as_deref(), Some(url));
        }
        assert_eq!(joined("http://host", "*"), None);
    }

    #[test]
    fn urls_that_are_no_base_are_refused() {
        for wrong in [
            "host",
            "host:80",
            "ftp://host",
            "http://",
            "http://u:p@host",
            "http://host/?q",
            "http://host/#f",
        ] {
            assert!(wrong.parse::<Base>().is_err(), "{wrong}");
        }
    }
}
