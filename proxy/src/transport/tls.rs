//! TLS towards upstreams. The only place that names a cryptography provider.

use super::Base;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Why there is no TLS configuration.
#[derive(Debug)]
pub struct TlsError(String);

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TlsError {}

/// The configuration of connections to an upstream: the system's roots, and the certificates of a PEM file. They
/// are read only for an upstream that is spoken to in TLS; without a root nothing verifies.
///
/// # Errors
/// The file cannot be read or has no certificate, or there is no root at all.
pub fn client_config(base: &Base, authorities: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    // Single unreadable certificates of the system's store are common and harmless: what counts is that some
    // root is left.
    if base.is_encrypted() {
        for certificate in rustls_native_certs::load_native_certs().certs {
            let _ = roots.add(certificate);
        }
    }
    if let Some(path) = authorities {
        let failed = |why: &dyn fmt::Display| TlsError(format!("{}: {why}", path.display()));
        let before = roots.len();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| failed(&error))? {
            let certificate = certificate.map_err(|error| failed(&error))?;
            roots.add(certificate).map_err(|error| failed(&error))?;
        }
        if roots.len() == before {
            return Err(failed(&"no certificate in it"));
        }
    }
    if base.is_encrypted() && roots.is_empty() {
        return Err(TlsError(
            "the system has no root certificates to verify the upstream with".to_owned(),
        ));
    }
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// The process's provider. It is also installed as the default, so that a dependency that asks for the default
/// gets this one and not an error.
fn provider() -> Arc<CryptoProvider> {
    let _ = aws_lc_rs::default_provider().install_default();
    CryptoProvider::get_default().map_or_else(|| Arc::new(aws_lc_rs::default_provider()), Arc::clone)
}
