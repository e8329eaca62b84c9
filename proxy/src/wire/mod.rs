//! Puts the gateway together: nothing below knows which parts there are.

mod log;
mod stop;

pub use log::line;
pub use stop::{Stop, stopped};

use crate::pipeline::{Gateway, Tell};
use crate::transport::{self, Base, TlsError, Upstream};
use lacuna::{Plan, Profile, Ruleset};
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What stands before an upstream.
pub struct Parts<'a> {
    /// What to find.
    pub rules: Ruleset,
    /// What happens to it.
    pub plan: Plan,
    /// Which protocol the upstream speaks, if somebody named it.
    pub profile: Option<Profile>,
    /// Where requests go.
    pub upstream: Base,
    /// Certificate authorities beside the system's.
    pub authorities: Option<&'a Path>,
    /// Takes the reports.
    pub tell: Tell,
}

/// Puts a gateway together.
///
/// # Errors
/// There are no certificates to verify the upstream with.
pub fn gateway(parts: Parts<'_>) -> Result<Arc<Gateway>, TlsError> {
    let tls = transport::client_config(&parts.upstream, parts.authorities)?;
    let upstream = Upstream::new(parts.upstream, tls);
    Ok(Arc::new(Gateway::new(
        parts.rules,
        parts.plan,
        parts.profile,
        upstream,
        parts.tell,
    )))
}

/// Serves a gateway until `stop` is ready.
pub async fn serve(listener: TcpListener, gateway: Arc<Gateway>, stop: impl Future<Output = ()>) {
    let answer = move |request| {
        let gateway = Arc::clone(&gateway);
        async move { gateway.serve(request).await }
    };
    transport::serve(listener, answer, stop).await;
}
