//! Our own certificate authority in the data folder, for offices without one.
//!
//! Invariant: the authority outlives its certificates, so that whoever trusts it once goes on
//! trusting; key files are for their owner alone. Never: signs for anybody but this machine.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::OwnAuthority;
use crate::clock::{DAY_MS, UnixMs};
use crate::store::write_private;

/// Browsers refuse certificates that are valid for more than 398 days.
const CERTIFICATE_DAYS: i64 = 397;
/// A certificate with less time left is exchanged.
const RENEW_DAYS: i64 = 30;
/// An authority is trusted by hand, so it lasts.
const AUTHORITY_DAYS: i64 = 3650;
/// Clocks of clients may be behind ours.
const EARLIER_DAYS: i64 = 2;

/// The authority of a data folder.
pub(super) struct Authority {
    folder: PathBuf,
}

/// Where a fresh certificate lies.
pub(super) struct Issued {
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// The authority's certificate (PEM).
    pub authority: Bytes,
}

/// What was signed, beside the files: `state.json`.
#[derive(Debug, Deserialize, Serialize)]
struct State {
    /// Common name of the authority: part of every signature.
    authority: String,
    /// When the authority ends.
    authority_ends: UnixMs,
    /// When the certificate ends.
    ends: UnixMs,
    /// Names of the certificate.
    names: Vec<String>,
}

impl Authority {
    /// The authority of this data folder, made when it is first asked for a certificate.
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("tls") }
    }

    /// Whether the certificate is for these names and does not end soon.
    pub(super) fn is_fresh(&self, names: &[String], now: UnixMs) -> bool {
        self.state().is_some_and(|state| fits(&state, names, now))
    }

    /// A certificate for these names that lasts: the one that is there, or a new one.
    pub(super) fn issue(&self, names: &[String], now: UnixMs) -> io::Result<Issued> {
        fs::create_dir_all(&self.folder)?;
        let issued = |authority: String| Issued {
            certificate: self.path("server.pem"),
            key: self.path("server.key"),
            authority: authority.into(),
        };
        let kept = self.state().and_then(|state| Some((state, self.load_authority()?)));
        if let Some((state, (pem, _))) = &kept
            && fits(state, names, now)
            && super::read(&self.path("server.pem"), &self.path("server.key")).is_ok()
        {
            return Ok(issued(pem.clone()));
        }
        let lasts = |state: &State| state.authority_ends - now > CERTIFICATE_DAYS * DAY_MS;
        let (name, authority_ends, pem, key) = match kept.filter(|(state, _)| lasts(state)) {
            Some((state, (pem, key))) => (state.authority, state.authority_ends, pem, key),
            None => self.found(now)?,
        };
        let ends = now + CERTIFICATE_DAYS * DAY_MS;
        let issuer = Issuer::new(authority_params(&name, now, authority_ends)?, key);
        let own_key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = certificate_params(names, now, ends)?.signed_by(&own_key, &issuer);
        let certificate = certificate.map_err(io::Error::other)?;
        let state = State { authority: name, authority_ends, ends, names: names.to_vec() };
        self.write("server.key", &own_key.serialize_pem())?;
        self.write("server.pem", &certificate.pem())?;
        self.write("state.json", &serde_json::to_string(&state)?)?;
        Ok(issued(pem))
    }

    /// What an operator compares before he trusts it.
    pub(super) fn shown(&self, pem: &[u8]) -> Option<OwnAuthority> {
        let certificate = CertificateDer::from_pem_slice(pem).ok()?;
        let digest = Sha256::digest(certificate.as_ref());
        let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        Some(OwnAuthority { file: self.path("ca.pem"), fingerprint: bytes.join(":") })
    }

    /// A new authority: name, end, certificate, key.
    fn found(&self, now: UnixMs) -> io::Result<(String, UnixMs, String, KeyPair)> {
        let number: u32 = rand::random();
        let name = format!("smartconnect CA {number:08x}");
        let ends = now + AUTHORITY_DAYS * DAY_MS;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let signed = authority_params(&name, now, ends)?.self_signed(&key);
        let pem = signed.map_err(io::Error::other)?.pem();
        self.write("ca.key", &key.serialize_pem())?;
        self.write("ca.pem", &pem)?;
        log::warn!("a new certificate authority was made: clients have to trust it once");
        Ok((name, ends, pem, key))
    }

    fn load_authority(&self) -> Option<(String, KeyPair)> {
        let pem = fs::read_to_string(self.path("ca.pem")).ok()?;
        let key = KeyPair::from_pem(&fs::read_to_string(self.path("ca.key")).ok()?).ok()?;
        super::read(&self.path("ca.pem"), &self.path("ca.key")).ok()?;
        Some((pem, key))
    }

    fn state(&self) -> Option<State> {
        serde_json::from_slice(&fs::read(self.path("state.json")).ok()?).ok()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file for its owner alone, whole or not at all.
    fn write(&self, name: &str, content: &str) -> io::Result<()> {
        let draft = self.path(&format!("{name}.new"));
        write_private(&draft, content.as_bytes())?;
        fs::rename(draft, self.path(name))
    }
}

fn fits(state: &State, names: &[String], now: UnixMs) -> bool {
    state.names == names && state.ends - now > RENEW_DAYS * DAY_MS
}

fn authority_params(name: &str, now: UnixMs, ends: UnixMs) -> io::Result<CertificateParams> {
    let mut params = params(name, now, ends)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn certificate_params(
    names: &[String],
    now: UnixMs,
    ends: UnixMs,
) -> io::Result<CertificateParams> {
    let subjects = CertificateParams::new(names).map_err(io::Error::other)?.subject_alt_names;
    let mut params = params("smartconnect", now, ends)?;
    params.subject_alt_names = subjects;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn params(name: &str, now: UnixMs, ends: UnixMs) -> io::Result<CertificateParams> {
    let day = |at: UnixMs| {
        let at = DateTime::<Utc>::from_timestamp_millis(at)?;
        let (month, day) = (u8::try_from(at.month()).ok()?, u8::try_from(at.day()).ok()?);
        Some(rcgen::date_time_ymd(at.year(), month, day))
    };
    let earlier = TimeDelta::days(EARLIER_DAYS).num_milliseconds();
    let odd = || io::Error::other("the clock of this machine is far off");
    let mut params = CertificateParams::default();
    params.not_before = day(now - earlier).ok_or_else(odd)?;
    params.not_after = day(ends).ok_or_else(odd)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMs = 1_800_000_000_000;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_certificate_is_kept_until_names_or_time_ask_for_another() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::in_folder(folder.path());
        let read = |name: &str| fs::read(folder.path().join("tls").join(name)).unwrap();
        let pc = names(&["pc", "192.0.2.1"]);
        authority.issue(&pc, NOW).unwrap();
        let (ca, server) = (read("ca.pem"), read("server.pem"));
        authority.issue(&pc, NOW + 300 * DAY_MS).unwrap();
        assert_eq!(read("server.pem"), server);
        assert!(!authority.is_fresh(&names(&["pc", "192.0.2.2"]), NOW));
        authority.issue(&names(&["pc", "192.0.2.2"]), NOW).unwrap();
        assert_ne!(read("server.pem"), server);
        authority.issue(&pc, NOW + 368 * DAY_MS).unwrap();
        assert_eq!(read("ca.pem"), ca, "the authority stays");
        authority.issue(&pc, NOW + 3_400 * DAY_MS).unwrap();
        assert_ne!(read("ca.pem"), ca, "it would end before the certificate");
    }

    #[test]
    fn damaged_files_are_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::in_folder(folder.path());
        let path = |name: &str| folder.path().join("tls").join(name);
        let pc = names(&["pc"]);
        authority.issue(&pc, NOW).unwrap();
        let ca = fs::read(path("ca.pem")).unwrap();
        fs::write(path("server.pem"), "damaged").unwrap();
        authority.issue(&pc, NOW).unwrap();
        assert!(super::super::read(&path("server.pem"), &path("server.key")).is_ok());
        assert_eq!(fs::read(path("ca.pem")).unwrap(), ca);
        fs::remove_file(path("ca.key")).unwrap();
        authority.issue(&pc, NOW).unwrap();
        assert_ne!(fs::read(path("ca.pem")).unwrap(), ca, "without its key it can sign nothing");
    }

    #[cfg(unix)]
    #[test]
    fn every_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Authority::in_folder(folder.path()).issue(&names(&["pc"]), NOW).unwrap();
        for entry in fs::read_dir(folder.path().join("tls")).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        }
    }
}
