//! TLS to a registrar: who it has to be (RFC 5922 §7), and what went wrong.
//!
//! Invariant: a certificate is checked against the name that somebody typed, with what the system
//! trusts at that moment. Never: goes on with a certificate that a checking row refuses.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A handshake is waited for no longer.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(5);

/// Why there is no TLS connection, shaped by what mends it.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody whom this machine trusts vouches for the certificate.
    Untrusted,
    /// The certificate names somebody else.
    OtherName,
    /// It is too old, or not valid yet.
    OutOfDate,
    /// Any other fault of the certificate, in the library's words.
    Certificate(String),
    /// The server's name is neither a host name nor an address.
    BadName,
    /// No TLS is spoken there, or none that both know.
    NoTls(String),
    /// The connection broke or was too slow.
    Broken(String),
}

/// Shakes hands with the server that somebody calls `server`; `verify` = its certificate counts.
pub async fn connect(
    stream: TcpStream,
    server: &str,
    verify: bool,
) -> Result<TlsStream<TcpStream>, Fault> {
    let bare = server.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(server);
    let bare = bare.trim_end_matches('.').to_owned();
    let name = ServerName::try_from(bare).map_err(|_| Fault::BadName)?;
    // Read anew for each connection, beside the agent's thread: a certificate that an operator
    // added to the system counts without a restart, and reading them takes a while.
    let made = tokio::task::spawn_blocking(move || config(verify)).await;
    let config = made.map_err(|error| Fault::Broken(error.to_string()))?;
    let config = config.map_err(|error| Fault::Certificate(error.to_string()))?;
    let shaking = TlsConnector::from(Arc::new(config)).connect(name, stream);
    match timeout(HANDSHAKE_WITHIN, shaking).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(fault(&error)),
        Err(late) => Err(Fault::Broken(late.to_string())),
    }
}

fn config(verify: bool) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if verify {
        Arc::new(Verifier::new(provider.clone())?)
    } else {
        Arc::new(Anybody(provider.clone()))
    };
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// What mends the fault of a handshake.
fn fault(error: &io::Error) -> Fault {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(Error::InvalidCertificate(why)) => match why {
            CertificateError::UnknownIssuer => Fault::Untrusted,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Fault::OtherName
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Fault::OutOfDate,
            other => Fault::Certificate(other.to_string()),
        },
        Some(other) => Fault::NoTls(other.to_string()),
        None => Fault::Broken(error.to_string()),
    }
}

/// Takes any certificate (TLS検証=False) and still checks that the peer has its key.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;

    #[test]
    fn faults_of_a_certificate_are_told_apart() {
        let told = |why| fault(&io::Error::other(Error::InvalidCertificate(why)));
        assert_eq!(told(CertificateError::UnknownIssuer), Fault::Untrusted);
        assert_eq!(told(CertificateError::NotValidForName), Fault::OtherName);
        assert_eq!(told(CertificateError::Expired), Fault::OutOfDate);
        assert!(matches!(told(CertificateError::Revoked), Fault::Certificate(_)));
        let broken = io::Error::from(io::ErrorKind::ConnectionReset);
        assert!(matches!(fault(&broken), Fault::Broken(_)));
    }

    #[tokio::test]
    async fn a_server_without_tls_is_told_from_a_broken_one() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let to = listener.local_addr().unwrap();
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"SIP/2.0 400 Bad Request\r\n\r\n").await.unwrap();
            drop(listener.accept().await.unwrap());
        });
        let stream = TcpStream::connect(to).await.unwrap();
        assert!(matches!(connect(stream, "127.0.0.1", true).await, Err(Fault::NoTls(_))));
        let stream = TcpStream::connect(to).await.unwrap();
        assert!(matches!(connect(stream, "pbx.example", false).await, Err(Fault::Broken(_))));
        answering.await.unwrap();
        let stream = TcpStream::connect(to).await;
        assert!(stream.is_err(), "nobody listens any more");
    }
}
