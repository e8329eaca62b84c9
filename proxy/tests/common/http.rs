//! A real gateway process, an upstream that does what the test says, and a client that shows every frame.

use super::lacuna;
use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::{Child, Stdio};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Longer than anything a test waits for, shorter than anybody's patience.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub type AnyBody = BoxBody<Bytes, Broken>;

/// An upstream or client that breaks its body off.
#[derive(Debug)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken off")
    }
}

impl std::error::Error for Broken {}

/// A body whose frames the test sends one by one; dropping the sender ends it.
pub struct Controlled(mpsc::Receiver<Result<Bytes, Broken>>);

pub fn controlled() -> (mpsc::Sender<Result<Bytes, Broken>>, AnyBody) {
    let (sender, receiver) = mpsc::channel(1);
    (sender, BoxBody::new(Controlled(receiver)))
}

impl Body for Controlled {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.0
            .poll_recv(cx)
            .map(|next| next.map(|bytes| bytes.map(Frame::data)))
    }
}

pub fn full(text: impl Into<Bytes>) -> AnyBody {
    http_body_util::Full::new(text.into())
        .map_err(|never| match never {})
        .boxed()
}

pub fn empty() -> AnyBody {
    full(Bytes::new())
}

/// Waits for something that must happen.
pub async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => panic!("{what} did not happen"),
    }
}

/// Serves every request with a function of the test's; it stops with the test's runtime.
pub async fn upstream<F, R>(answer: F) -> SocketAddr
where
    F: Fn(Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Response<AnyBody>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            socket.set_nodelay(true).unwrap();
            let answer = answer.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let answer = answer.clone();
                    async move { Ok::<_, Infallible>(answer(request).await) }
                });
                let io = TokioIo::new(socket);
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(io, service)
                    .await;
            });
        }
    });
    address
}

/// An upstream that gives the same answer each time and hands the requests' heads to the test.
pub async fn answering(
    make: impl Fn() -> Response<AnyBody> + Clone + Send + Sync + 'static,
) -> (
    SocketAddr,
    mpsc::UnboundedReceiver<(hyper::http::request::Parts, Bytes)>,
) {
    let (seen, requests) = mpsc::unbounded_channel();
    let address = upstream(move |request: Request<Incoming>| {
        let (seen, make) = (seen.clone(), make.clone());
        async move {
            let (head, body) = request.into_parts();
            if let Ok(body) = body.collect().await {
                let _ = seen.send((head, body.to_bytes()));
            }
            make()
        }
    })
    .await;
    (address, requests)
}

/// A running `lacuna serve`.
pub struct Gateway {
    pub address: SocketAddr,
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Gateway {
    /// Starts one before an upstream and waits until it listens.
    pub fn start(upstream: impl std::fmt::Display, more: &[&str]) -> Self {
        let mut child = lacuna()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--upstream",
                &upstream.to_string(),
            ])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        stderr.read_line(&mut first).unwrap();
        let address = first
            .split_once("http://")
            .and_then(|(_, rest)| rest.split(',').next())
            .and_then(|address| address.parse().ok())
            .unwrap_or_else(|| panic!("no address in {first:?}"));
        let (sender, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self {
            address,
            child,
            lines,
        }
    }

    /// The next line of its log.
    pub async fn line(&mut self) -> String {
        soon("a line of the log", self.lines.recv()).await.unwrap()
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub async fn code(mut self) -> Option<i32> {
        let waiting = async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status.code();
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon("the end of the gateway", waiting).await
    }

    /// A connection to it.
    pub async fn connect(&self) -> SendRequest<AnyBody> {
        let socket = TcpStream::connect(self.address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket))
            .await
            .unwrap();
        tokio::spawn(connection);
        sender
    }

    /// Sends one request on a connection of its own.
    pub async fn send(&self, mut request: Request<AnyBody>) -> Response<Incoming> {
        let host = self.address.to_string().parse().unwrap();
        request.headers_mut().entry("host").or_insert(host);
        let mut sender = self.connect().await;
        soon("an answer", sender.send_request(request)).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response<Incoming> {
        self.send(Request::get(path).body(empty()).unwrap()).await
    }

    /// Sends bytes as they are and reads until the connection ends.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        let _ = soon("the end of the connection", socket.read_to_end(&mut answer)).await;
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The next bytes of a body; none at its clean end.
pub async fn next(body: &mut Incoming) -> Option<Result<Bytes, hyper::Error>> {
    let frame = soon("a frame or an end", body.frame()).await?;
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// Reads until as many bytes are there.
pub async fn read(body: &mut Incoming, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < count {
        bytes.extend_from_slice(&next(body).await.unwrap().unwrap());
    }
    assert_eq!(bytes.len(), count, "{}", String::from_utf8_lossy(&bytes));
    bytes
}

pub async fn text(response: Response<Incoming>) -> String {
    let bytes = soon("a whole body", response.into_body().collect())
        .await
        .unwrap()
        .to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Checks that an answer is a problem of the gateway's; its document.
pub async fn problem(response: Response<Incoming>, status: StatusCode) -> serde_json::Value {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let document: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(document["status"], status.as_u16());
    for member in ["type", "title", "detail", "hint"] {
        assert!(document[member].is_string(), "{document}");
    }
    document
}
