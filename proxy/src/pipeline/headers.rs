//! Every change of a header, both ways, in one place.

use crate::transport::Base;
use hyper::HeaderMap;
use hyper::header::{self, HeaderName, HeaderValue};

/// Headers that concern one connection (RFC 9110, 7.6.1), beside those `Connection` names.
const CONNECTION: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Headers that say something about the exact bytes of a body, which masking changes: its length, its digest,
/// its signature, its name in a cache, its parts.
const BODY: [HeaderName; 10] = [
    header::CONTENT_LENGTH,
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    header::ETAG,
    header::ACCEPT_RANGES,
    header::CONTENT_RANGE,
    HeaderName::from_static("signature"),
    HeaderName::from_static("signature-input"),
];

/// A request's headers on their way to the upstream.
///
/// The upstream is asked for whole bodies without a coding: a part of a body cannot be searched soundly, and a
/// coded one not at all.
pub fn request(headers: &mut HeaderMap, upstream: &Base) {
    drop_connection(headers);
    // The server side answers it itself, once the body is asked for.
    headers.remove(header::EXPECT);
    headers.remove(header::RANGE);
    headers.remove(header::IF_RANGE);
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    match HeaderValue::from_str(upstream.authority().as_str()) {
        Ok(host) => headers.insert(header::HOST, host),
        // An authority is made of characters a header may have; without the header the client sets its own.
        Err(_) => headers.remove(header::HOST),
    };
}

/// A response's headers on their way to the caller.
pub fn response(headers: &mut HeaderMap) {
    drop_connection(headers);
    // It would send the caller past the gateway.
    headers.remove(header::ALT_SVC);
}

/// The headers of a request whose body is searched.
pub fn scanned_request(headers: &mut HeaderMap) {
    drop_all(headers, &BODY);
}

/// The headers of a response whose body is searched. It belongs to this caller, and to nobody's cache.
pub fn scanned_response(headers: &mut HeaderMap) {
    drop_all(headers, &BODY);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
}

fn drop_all(headers: &mut HeaderMap, names: &[HeaderName]) {
    for name in names {
        headers.remove(name);
    }
}

fn drop_connection(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    drop_all(headers, &named);
    drop_all(headers, &CONNECTION);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn what_concerns_one_connection_stays_on_it() {
        let mut map = headers(&[
            ("connection", "keep-alive, X-Hop"),
            ("x-hop", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("x-request-id", "7"),
        ]);
        response(&mut map);
        assert_eq!(map, headers(&[("x-request-id", "7")]));
    }

    #[test]
    fn requests_ask_for_whole_bodies_without_a_coding() {
        let mut map = headers(&[
            ("host", "gateway"),
            ("accept-encoding", "gzip, br"),
            ("range", "bytes=0-9"),
            ("if-range", "x"),
            ("expect", "100-continue"),
            ("authorization", "Bearer token"),
        ]);
        request(&mut map, &"http://upstream.example.com:81/api".parse().unwrap());
        let sent = headers(&[
            ("host", "upstream.example.com:81"),
            ("accept-encoding", "identity"),
            ("authorization", "Bearer token"),
        ]);
        assert_eq!(map, sent);
    }

    #[test]
    fn nothing_about_the_old_bytes_is_said_of_the_new_ones() {
        let mut map: HeaderMap = BODY
            .iter()
            .map(|name| (name.clone(), HeaderValue::from_static("x")))
            .chain([(header::CACHE_CONTROL, HeaderValue::from_static("public"))])
            .collect();
        scanned_response(&mut map);
        assert_eq!(map, headers(&[("cache-control", "private, no-store")]));
    }
}
