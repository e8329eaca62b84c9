//! Upstreams that are spoken to in TLS.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod common;
use common::Dir;
use common::http::{Gateway, full, problem, text};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// An upstream with a certificate of its own for `localhost`; its port, and the certificate in PEM.
async fn encrypted() -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust the certificate ends the handshake.
                let Ok(socket) = acceptor.accept(socket).await else {
                    return;
                };
                let service =
                    service_fn(|_| async { Ok::<_, Infallible>(Response::new(full("{\"tls\":true}"))) });
                let io = TokioIo::new(socket);
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(io, service)
                    .await;
            });
        }
    });
    (port, made.cert.pem())
}

#[tokio::test]
async fn a_trusted_certificate_is_accepted() {
    let (port, pem) = encrypted().await;
    let dir = Dir::new();
    let file = dir.write("ca.pem", pem.as_bytes());
    let gateway = Gateway::start(format!("https://localhost:{port}"), &["--upstream-ca", &file]);
    let response = gateway.get("/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(text(response).await, "{\"tls\":true}");
}

#[tokio::test]
async fn an_unknown_certificate_is_not() {
    let (port, _) = encrypted().await;
    let (_, other) = encrypted().await;
    let dir = Dir::new();
    let file = dir.write("other.pem", other.as_bytes());
    let gateway = Gateway::start(format!("https://localhost:{port}"), &["--upstream-ca", &file]);
    let document = problem(gateway.get("/").await, StatusCode::BAD_GATEWAY).await;
    assert_eq!(document["type"], "urn:lacuna:problem:upstream-unreachable");
}

#[test]
fn a_file_without_certificates_is_a_mistake() {
    let dir = Dir::new();
    let file = dir.write("empty.pem", b"nothing");
    let output = common::run(
        &["serve", "--upstream", "https://localhost", "--upstream-ca", &file],
        b"",
    );
    assert_eq!(common::code(&output), 2);
    assert!(
        common::said(&output).contains("empty.pem"),
        "{}",
        common::said(&output)
    );
}
