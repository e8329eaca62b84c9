//! Sockets, TLS and HTTP/1.1. It knows neither the engine nor what any of it is for.

mod base;
mod client;
mod server;
mod tls;

pub use base::Base;
pub use client::{ConnectError, Upstream};
pub use server::serve;
pub use tls::{TlsError, client_config};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;

/// What went wrong in a body. The connection that carries it is aborted, never ended cleanly.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// A body on its way out, in either direction.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// The most a connection reads ahead or keeps unsent: with bodies that are only polled when there is room for
/// their output, this is all that one direction of an exchange can pile up here. It is also the limit of a
/// message's head.
const BUFFER: usize = 64 << 10;
