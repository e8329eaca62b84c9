//! Accepts connections and serves HTTP/1.1 on them.

use super::{BUFFER, Body};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

/// How long a client may take to send a request's head; also how long an unused connection stays open.
const HEAD: Duration = Duration::from_secs(60);

/// How long exchanges that are under way when the server stops may take to end.
const GRACE: Duration = Duration::from_secs(30);

/// How long to wait when the system has no descriptor left for a connection.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Serves every connection until `stop` is ready, then lets those under way end.
pub async fn serve<S, F>(listener: TcpListener, answer: S, stop: impl Future<Output = ()>)
where
    S: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let mut stop = pin!(stop);
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((socket, _)) = accepted else {
            // The connection is gone already, or descriptors are exhausted; neither ends the service.
            sleep(EXHAUSTED).await;
            continue;
        };
        // Events must not wait for the next ones to fill a packet.
        let _ = socket.set_nodelay(true);
        let answer = answer.clone();
        let service = service_fn(move |request| {
            let response = answer(request);
            async move { Ok::<_, Infallible>(response.await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(socket), service);
        // A connection that breaks concerns its two ends only, and they know.
        let connection = open.watch(connection);
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    let _ = timeout(GRACE, open.shutdown()).await;
}
