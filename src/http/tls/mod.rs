//! HTTPS: which certificate the server shows, and when it is exchanged.
//!
//! Invariant: what is shown is a certificate with its key, complete and loaded; one that cannot be
//! loaded leaves the one before in use. Never: writes a key that others may read.

mod authority;
mod names;
mod validity;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use actix_web::HttpResponse;
use actix_web::http::header;
use arc_swap::ArcSwap;
use bytes::Bytes;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::Refusal;
use super::app::App;
use super::reply::{NO_SNIFF, NO_STORE};
use crate::clock::Clock;
use crate::config::{Settings, TlsSource};
use authority::{Authority, Issued};

/// How often certificates are looked at: whether their files changed, whether ours end soon.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A certificate that ends soon is told of with every so many looks: once a day.
const LOOKS_A_WARNING: u32 = 24 * 60;

/// The certificate of the HTTP server; cheap to clone.
#[derive(Clone)]
pub struct Tls {
    shown: Arc<Shown>,
    origin: Arc<Origin>,
}

/// What browsers get.
#[derive(Debug)]
struct Shown {
    key: ArcSwap<CertifiedKey>,
    /// The own authority's certificate (PEM); empty = there is none.
    authority: ArcSwap<Bytes>,
}

/// Where certificates come from.
enum Origin {
    /// Files of the operator.
    Files { certificate: PathBuf, key: PathBuf, clock: Clock },
    /// Our own authority in the data folder.
    Own { authority: Authority, settings: Box<Settings>, machine_name: String, clock: Clock },
}

/// A certificate of the own authority, for the operator to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAuthority {
    /// Its certificate, to be given to whoever shall trust it.
    pub file: PathBuf,
    /// SHA-256 of the certificate, as browsers show it.
    pub fingerprint: String,
}

/// `/ca.crt`: the own authority's certificate, by a name and type that systems offer to install.
pub(super) fn download(app: &App) -> Result<HttpResponse, Refusal> {
    let pem = app.authority.as_ref().and_then(Tls::authority_pem).ok_or(Refusal::UnknownPath)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/x-x509-ca-cert"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"smartconnect-ca.crt\"",
        ))
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .body(pem))
}

impl Tls {
    /// The certificate that the settings ask for; `None` = plain HTTP. Errors: a file cannot be
    /// read or written, or holds no certificate with its key.
    pub fn open(settings: &Settings, machine_name: &str, clock: Clock) -> io::Result<Option<Self>> {
        let origin = match &settings.tls {
            TlsSource::Off => return Ok(None),
            TlsSource::Files { certificate, key } => {
                Origin::Files { certificate: certificate.clone(), key: key.clone(), clock }
            }
            TlsSource::SelfSigned => Origin::Own {
                authority: Authority::in_folder(&settings.data_dir),
                settings: Box::new(settings.clone()),
                machine_name: machine_name.to_owned(),
                clock,
            },
        };
        let (key, authority) = origin.load()?;
        let shown =
            Shown { key: ArcSwap::from_pointee(key), authority: ArcSwap::from_pointee(authority) };
        let tls = Self { shown: Arc::new(shown), origin: Arc::new(origin) };
        tls.warn();
        Ok(Some(tls))
    }

    /// Says so when the operator's certificate does not count any more, or not for long.
    fn warn(&self) {
        if let Some(trouble) = self.trouble() {
            log::warn!("the certificate of the HTTP server {trouble}; replace its files");
        }
    }

    /// What is wrong with the times of the operator's certificate; our own is renewed in time.
    fn trouble(&self) -> Option<String> {
        let Origin::Files { clock, .. } = self.origin.as_ref() else { return None };
        validity::trouble(self.shown.key.load().cert.first()?, clock.now())
    }

    /// What the server accepts connections with.
    pub(super) fn server_config(&self) -> io::Result<ServerConfig> {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        Ok(builder.with_no_client_auth().with_cert_resolver(self.shown.clone()))
    }

    /// The own authority's certificate (PEM), for `/ca.crt`.
    pub(super) fn authority_pem(&self) -> Option<Bytes> {
        let pem = self.shown.authority.load();
        (!pem.is_empty()).then(|| Bytes::clone(&pem))
    }

    /// What to compare before trusting the own authority.
    pub fn own_authority(&self) -> Option<OwnAuthority> {
        match self.origin.as_ref() {
            Origin::Files { .. } => None,
            Origin::Own { authority, .. } => Some(authority.shown(&self.authority_pem()?)?),
        }
    }

    /// Exchanges the certificate when its files changed or ours ends soon, for as long as it is
    /// polled.
    pub async fn keep_fresh(self) {
        let mut seen = self.origin.stamp();
        for look in 1_u32.. {
            tokio::time::sleep(LOOK_EVERY).await;
            if look.is_multiple_of(LOOKS_A_WARNING) {
                self.warn();
            }
            let stamp = self.origin.stamp();
            if stamp == seen && !self.origin.is_due() {
                continue;
            }
            match self.refresh() {
                Ok(()) => {
                    log::info!("the certificate of the HTTP server was exchanged");
                    self.warn();
                }
                Err(error) => {
                    log::error!(
                        "the certificate stays as it is: {error}; mend or replace its files"
                    );
                }
            }
            seen = self.origin.stamp();
        }
    }

    /// Loads the certificate anew; one that cannot be loaded changes nothing.
    fn refresh(&self) -> io::Result<()> {
        let (key, authority) = self.origin.load()?;
        self.shown.key.store(Arc::new(key));
        self.shown.authority.store(Arc::new(authority));
        Ok(())
    }
}

impl Origin {
    /// The certificate with its key, and the authority's certificate where it is ours.
    fn load(&self) -> io::Result<(CertifiedKey, Bytes)> {
        match self {
            Self::Files { certificate, key, .. } => Ok((read(certificate, key)?, Bytes::new())),
            Self::Own { authority, settings, machine_name, clock } => {
                let names = names::of(settings, machine_name);
                let Issued { certificate, key, authority } =
                    authority.issue(&names, clock.now())?;
                Ok((read(&certificate, &key)?, authority))
            }
        }
    }

    /// Whether our own certificate ends soon or this machine has other names by now.
    fn is_due(&self) -> bool {
        match self {
            Self::Files { .. } => false,
            Self::Own { authority, settings, machine_name, clock } => {
                !authority.is_fresh(&names::of(settings, machine_name), clock.now())
            }
        }
    }

    /// When the operator's files were written.
    fn stamp(&self) -> Option<(SystemTime, SystemTime)> {
        let Self::Files { certificate, key, .. } = self else { return None };
        let written = |path: &Path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
        Some((written(certificate)?, written(key)?))
    }
}

/// A certificate chain with its key.
fn read(certificate: &Path, key: &Path) -> io::Result<CertifiedKey> {
    let told = |path: &Path, why: &dyn std::fmt::Display| {
        let hint = "a PEM file is expected, the certificate first and then those who signed it";
        io::Error::other(format!("{}: {why} ({hint})", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| told(certificate, &error))?;
    if chain.is_empty() {
        return Err(told(certificate, &"no certificate is in it"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| {
        let encrypted = std::fs::read_to_string(key).is_ok_and(|pem| pem.contains("ENCRYPTED"));
        if !encrypted {
            return told(key, &error);
        }
        io::Error::other(format!(
            "{0}: the key is encrypted; write it without its password, for the service alone \
             (openssl pkey -in {0} -out NEW, chmod 600)",
            key.display()
        ))
    })?;
    CertifiedKey::from_der(chain, secret, &ring::default_provider())
        .map_err(|error| told(key, &error))
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key.load_full())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(tls: TlsSource, data_dir: &Path) -> Settings {
        let mut settings = Settings::with_defaults(data_dir);
        settings.tls = tls;
        settings
    }

    /// The certificate that a browser would get.
    fn shown(tls: &Tls) -> Vec<u8> {
        tls.shown.key.load().cert[0].to_vec()
    }

    #[test]
    fn files_that_changed_are_taken_and_broken_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
        let write = || {
            let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
            std::fs::write(&certificate, made.cert.pem()).unwrap();
            std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        };
        write();
        let files = TlsSource::Files { certificate: certificate.clone(), key: key.clone() };
        let tls =
            Tls::open(&settings(files, folder.path()), "pc", Clock::system()).unwrap().unwrap();
        let first = shown(&tls);
        write();
        tls.refresh().unwrap();
        let second = shown(&tls);
        assert_ne!(first, second);
        std::fs::write(&certificate, "no certificate").unwrap();
        assert!(tls.refresh().unwrap_err().to_string().contains("c.pem"));
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        assert!(tls.refresh().is_err(), "a key of another certificate");
        std::fs::write(&key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n").unwrap();
        assert!(tls.refresh().unwrap_err().to_string().contains("openssl pkey"));
        assert_eq!(shown(&tls), second);
        assert_eq!(tls.trouble(), None);
        assert!(tls.authority_pem().is_none() && tls.own_authority().is_none());
    }

    #[test]
    fn our_own_certificate_is_exchanged_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(1_800_000_000_000);
        let settings = settings(TlsSource::SelfSigned, folder.path());
        let tls = Tls::open(&settings, "pc", clock.clone()).unwrap().unwrap();
        let (first, authority) = (shown(&tls), tls.authority_pem());
        assert!(!tls.origin.is_due());
        clock.set(1_800_000_000_000 + 370 * 24 * 3600 * 1000);
        assert!(tls.origin.is_due());
        tls.refresh().unwrap();
        assert_ne!(shown(&tls), first);
        assert_eq!(tls.authority_pem(), authority, "whoever trusts us goes on doing so");
        assert!(!tls.origin.is_due());
        let fingerprint = tls.own_authority().unwrap().fingerprint;
        assert_eq!((fingerprint.len(), fingerprint.matches(':').count()), (95, 31));
    }
}
