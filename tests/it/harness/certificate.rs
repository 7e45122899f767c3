//! Certificates for peers that speak TLS.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// Files of a certificate and of the authority that signed it.
pub struct Certificate {
    /// The authority: what has to be trusted.
    pub authority: PathBuf,
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Certificate {
    /// Writes a certificate for these names and addresses into `folder`.
    pub fn write(folder: &Path, names: &[&str]) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // a name of its own: OpenSSL takes a certificate for self-signed whose issuer has its name
        authority.distinguished_name.push(DnType::CommonName, "it authority");
        let signed = authority.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(authority, authority_key);
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let written = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        Self {
            authority: written("ca.pem", &signed.pem()),
            certificate: written("cert.pem", &leaf.pem()),
            key: written("key.pem", &key.serialize_pem()),
        }
    }
}
