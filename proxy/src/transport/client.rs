//! Connections to one upstream.

use super::{BUFFER, Base, Body};
use hyper::body::Incoming;
use hyper::{Request, Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tower_service::Service;

/// How long name look-up, connecting and the TLS handshake may take together.
const CONNECT: Duration = Duration::from_secs(10);

/// How long an unused connection is kept: shorter than the 60 s after which common servers close theirs.
const IDLE: Duration = Duration::from_secs(45);

/// An upstream and the connections to it.
#[derive(Clone)]
pub struct Upstream {
    base: Base,
    client: Client<Bounded<HttpsConnector<HttpConnector>>, Body>,
}

impl Upstream {
    /// An upstream. Nothing is connected yet.
    pub fn new(base: Base, tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .http1_max_buf_size(BUFFER)
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(Bounded(https));
        Self { base, client }
    }

    /// Where it is.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// Sends a request whose URL is below [`Upstream::base`]; answers when the response's head is there.
    ///
    /// # Errors
    /// There is no connection, or it broke, or the request's body failed.
    pub async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, ConnectError> {
        self.client.request(request).await.map_err(ConnectError)
    }
}

/// Why an upstream gave no answer.
#[derive(Debug)]
pub struct ConnectError(Error);

impl ConnectError {
    /// Whether there was no connection at all, so that nothing was sent.
    pub fn is_unreachable(&self) -> bool {
        self.0.is_connect()
    }
}

/// A connector with one time limit over all of its steps.
#[derive(Clone)]
struct Bounded<C>(C);

impl<C> Service<Uri> for Bounded<C>
where
    C: Service<Uri, Error = super::BodyError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, C::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connect = self.0.call(uri);
        Box::pin(async move { tokio::time::timeout(CONNECT, connect).await? })
    }
}
