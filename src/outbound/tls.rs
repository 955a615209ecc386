//! Which certificates are believed, and how a handshake is made: once for all connections, so that a new one can take up the
//! session of one that has ended.
use crate::config::Webhooks;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{path::Path, sync::Arc};
use tokio_rustls::TlsConnector;

/// The setting that names further authorities.
pub const CA_SETTING: &str = "HOOKDESK_WEBHOOK_CA_FILE";

/// The authorities whose certificates are believed, and the sessions that can be resumed (those of the last 256 names). Clones
/// share both.
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// The public authorities, and those in the file of [`CA_SETTING`].
    ///
    /// # Errors
    /// A sentence, when the file cannot be read or holds something else than certificates.
    pub fn new(settings: &Webhooks) -> Result<Trust, String> {
        let own = settings.ca_file.as_deref().map(authorities).transpose()?;
        Trust::with(own.unwrap_or_default(), &[b"h2", b"http/1.1"])
    }

    /// The public authorities alone, for one who speaks HTTP/1.1 alone.
    ///
    /// # Errors
    /// A sentence, in theory.
    pub fn for_http1() -> Result<Arc<ClientConfig>, String> {
        Ok(Trust::with(Vec::new(), &[b"http/1.1"])?.0)
    }

    pub(super) fn connector(&self) -> TlsConnector {
        TlsConnector::from(self.0.clone())
    }

    /// For one who speaks HTTP/1.1 alone.
    pub(super) fn connector_for_http1(&self) -> TlsConnector {
        TlsConnector::from(self.alone_with_http1())
    }

    /// The same authorities, for one who speaks HTTP/1.1 alone.
    pub fn alone_with_http1(&self) -> Arc<ClientConfig> {
        let mut config = (*self.0).clone();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    fn with(own: Vec<CertificateDer<'static>>, protocols: &[&[u8]]) -> Result<Trust, String> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in own {
            roots.add(certificate).map_err(|e| format!("{CA_SETTING} names a file with a certificate that is not in order: {e}."))?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
        let mut config = config.map_err(|e| e.to_string())?.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(Trust(Arc::new(config)))
    }
}

fn authorities(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |why: &dyn std::fmt::Display| format!("{CA_SETTING} is {:?}, but {why}.", file.display().to_string());
    let text = std::fs::read(file).map_err(|e| wrong(&format_args!("this file cannot be read: {e}")))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.map_err(|e| wrong(&format_args!("this file is not in order: {e}")))?;
    if found.is_empty() { Err(wrong(&"this file has no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----")) } else { Ok(found) }
}
