//! One source of settings (file, environment or flags), and how texts of it are read.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::arguments::ServeFlags;
use super::{Activation, AddressRange, OpenLan, Retention, SettingsFault, TlsSource};

/// Bytes of an Ed25519 public key (RFC 8032 §5.1.5).
const PUBLIC_KEY_BYTES: usize = 32;

/// Most HTTP worker threads: each costs memory and open files, and more than cores help nobody.
const WORKERS_MAX: usize = 256;

/// What one source says; `None` = nothing, so the source below decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// HTTP addresses.
    pub listen: Option<Vec<SocketAddr>>,
    /// SIP address.
    pub sip_listen: Option<SocketAddr>,
    /// Data folder.
    pub data_dir: Option<PathBuf>,
    /// HTTP worker threads.
    pub workers: Option<NonZeroUsize>,
    /// 原典互換.
    pub open_lan: Option<OpenLan>,
    /// Extra Host names.
    pub allow_hosts: Option<Vec<String>>,
    /// Extra browser origins.
    pub allow_origins: Option<Vec<String>>,
    /// Log filter.
    pub log: Option<String>,
    /// Certificate chain.
    pub tls_cert: Option<PathBuf>,
    /// Its key.
    pub tls_key: Option<PathBuf>,
    /// An own authority signs.
    pub tls_self_signed: Option<bool>,
    /// Answers are always 200; in the file only.
    pub legacy_status: Option<bool>,
    /// Ranges outgoing requests never reach; in the file only.
    pub outbound_deny: Option<Vec<AddressRange>>,
    /// Who verifies licence keys; in the file only.
    pub activation: Option<Activation>,
    /// INVITEs a second from one source; in the file only.
    pub sip_invites_per_second_per_source: Option<u32>,
    /// Folders that files may be written to; in the file only.
    pub files_allow: Option<Vec<PathBuf>>,
    /// Folders whose programs may run; in the file only.
    pub commands_allow: Option<Vec<PathBuf>>,
    /// How long things are kept; in the file only.
    pub retention: Option<Retention>,
}

impl Layer {
    /// `self` where it says something, else `lower`.
    pub fn over(self, lower: Self) -> Self {
        Self {
            listen: self.listen.or(lower.listen),
            sip_listen: self.sip_listen.or(lower.sip_listen),
            data_dir: self.data_dir.or(lower.data_dir),
            workers: self.workers.or(lower.workers),
            open_lan: self.open_lan.or(lower.open_lan),
            allow_hosts: self.allow_hosts.or(lower.allow_hosts),
            allow_origins: self.allow_origins.or(lower.allow_origins),
            log: self.log.or(lower.log),
            tls_cert: self.tls_cert.or(lower.tls_cert),
            tls_key: self.tls_key.or(lower.tls_key),
            tls_self_signed: self.tls_self_signed.or(lower.tls_self_signed),
            legacy_status: self.legacy_status.or(lower.legacy_status),
            outbound_deny: self.outbound_deny.or(lower.outbound_deny),
            activation: self.activation.or(lower.activation),
            sip_invites_per_second_per_source: self
                .sip_invites_per_second_per_source
                .or(lower.sip_invites_per_second_per_source),
            files_allow: self.files_allow.or(lower.files_allow),
            commands_allow: self.commands_allow.or(lower.commands_allow),
            retention: self.retention.or(lower.retention),
        }
    }
}

impl Layer {
    /// Where the certificate comes from, once all sources are put together.
    pub fn tls(&self) -> Result<TlsSource, SettingsFault> {
        let shown = |path: &PathBuf| path.display().to_string();
        match (&self.tls_cert, &self.tls_key, self.tls_self_signed.unwrap_or(false)) {
            (None, None, false) => Ok(TlsSource::Off),
            (None, None, true) => Ok(TlsSource::SelfSigned),
            (Some(certificate), Some(key), false) => {
                Ok(TlsSource::Files { certificate: certificate.clone(), key: key.clone() })
            }
            (Some(certificate), Some(_), true) => {
                let hint = "choose a certificate of your own or --tls-self-signed, not both";
                Err(SettingsFault::value("--tls-cert", &shown(certificate), hint))
            }
            (Some(certificate), None, _) => {
                let hint = "its key is missing: name it by --tls-key";
                Err(SettingsFault::value("--tls-cert", &shown(certificate), hint))
            }
            (None, Some(key), _) => {
                let hint = "its certificate is missing: name it by --tls-cert";
                Err(SettingsFault::value("--tls-key", &shown(key), hint))
            }
        }
    }
}

impl Layer {
    /// Refuses what would start a service that nobody reaches, or that never lets in whom it names.
    pub fn check_names(&self) -> Result<(), SettingsFault> {
        let fault =
            |name: &str, value: &str, hint: &str| Err(SettingsFault::value(name, value, hint));
        if self.listen.as_ref().is_some_and(Vec::is_empty) {
            return fault("listen", "[]", "write at least one ADDRESS:PORT, or leave the key out");
        }
        if self.data_dir.as_ref().is_some_and(|folder| folder.as_os_str().is_empty()) {
            return fault("data_dir", "", "write the path of a folder, or leave it out");
        }
        if let Some(workers) = self.workers.filter(|workers| workers.get() > WORKERS_MAX) {
            let hint = format!("write at most {WORKERS_MAX}, or leave it out for one a core");
            return fault("workers", &workers.to_string(), &hint);
        }
        let hosts = self.allow_hosts.iter().flatten();
        if let Some(host) = hosts.into_iter().find(|host| !is_host_name(host)) {
            let hint = "write the name alone, such as cti.example.com, without scheme and port";
            return fault("allow_host", host, hint);
        }
        let origins = self.allow_origins.iter().flatten();
        match origins.into_iter().find(|origin| !is_origin(origin)) {
            None => Ok(()),
            Some(origin) => {
                let hint = "write scheme, name and port alone, such as https://crm.example.com";
                fault("allow_origin", origin, hint)
            }
        }
    }
}

fn is_host_name(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    text.chars().any(char::is_alphanumeric) && text.chars().all(fits)
}

/// What browsers send as `Origin` (RFC 6454 §6.1), `null` and `file://` too.
fn is_origin(text: &str) -> bool {
    let plain = |rest: &str| !rest.chars().any(|c| c.is_whitespace() || "/?#@*,".contains(c));
    match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => rest.is_empty(),
        Some((scheme, rest)) => {
            !scheme.is_empty() && plain(scheme) && !rest.is_empty() && plain(rest)
        }
        None => text == "null",
    }
}

/// The layer of the command line.
pub fn of_flags(flags: ServeFlags) -> Result<Layer, SettingsFault> {
    Ok(Layer {
        listen: some_list(flags.listen),
        sip_listen: flags.sip_listen,
        data_dir: flags.data_dir,
        workers: flags.workers,
        open_lan: flags.open_lan.then_some(OpenLan::Private),
        allow_hosts: some_list(flags.allow_host),
        allow_origins: some_list(flags.allow_origin),
        tls_cert: flags.tls_cert,
        tls_key: flags.tls_key,
        tls_self_signed: flags.tls_self_signed.then_some(true),
        log: flags.log.map(|filter| log_filter(filter, "--log")).transpose()?,
        ..Layer::default()
    })
}

/// Folders, each written from the root on: what a relative one means would depend on where the
/// service was started.
pub fn folders(paths: Vec<PathBuf>, name: &str) -> Result<Vec<PathBuf>, SettingsFault> {
    match paths.iter().find(|path| !path.is_absolute()) {
        None => Ok(paths),
        Some(path) => {
            let hint = "write the whole path of the folder, from / on";
            Err(SettingsFault::value(name, &path.display().to_string(), hint))
        }
    }
}

/// A repeatable flag that was not given says nothing.
fn some_list<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// One socket address.
pub fn address(text: &str, name: &str) -> Result<SocketAddr, SettingsFault> {
    text.trim().parse().map_err(|_| {
        SettingsFault::value(name, text, "write ADDRESS:PORT, such as 0.0.0.0:55963 or [::]:55963")
    })
}

/// Socket addresses parted by commas.
pub fn listed(text: Option<&str>, name: &str) -> Result<Option<Vec<SocketAddr>>, SettingsFault> {
    text.map(|text| text.split(',').map(|part| address(part, name)).collect()).transpose()
}

/// A number of threads.
pub fn workers(text: &str, name: &str) -> Result<NonZeroUsize, SettingsFault> {
    text.trim().parse().map_err(|_| SettingsFault::value(name, text, "write a number from 1"))
}

/// `true`, `false` or address ranges parted by commas.
pub fn open_lan(text: &str, name: &str) -> Result<OpenLan, SettingsFault> {
    match text.trim() {
        "true" | "True" | "1" => Ok(OpenLan::Private),
        "false" | "False" | "0" => Ok(OpenLan::Off),
        list => ranges(&words(list), name).map(OpenLan::Ranges),
    }
}

/// `true` or `false`.
pub fn switch(text: &str, name: &str) -> Result<bool, SettingsFault> {
    match text.trim() {
        "true" | "True" | "1" => Ok(true),
        "false" | "False" | "0" => Ok(false),
        other => Err(SettingsFault::value(name, other, "write true or false")),
    }
}

/// Address ranges.
pub fn ranges(texts: &[String], name: &str) -> Result<Vec<AddressRange>, SettingsFault> {
    let read = |text: &String| {
        text.parse().map_err(|fault: super::range::RangeFault| {
            SettingsFault::value(name, text, &fault.to_string())
        })
    };
    texts.iter().map(read).collect()
}

/// An Ed25519 public key: 32 bytes in base64, plain or for URLs, with or without padding.
pub fn public_key(text: &str, name: &str) -> Result<Vec<u8>, SettingsFault> {
    let plain = text.trim().trim_end_matches('=').replace('-', "+").replace('_', "/");
    let key = STANDARD_NO_PAD.decode(plain).ok().filter(|key| key.len() == PUBLIC_KEY_BYTES);
    key.ok_or_else(|| SettingsFault::value(name, text, "write the 32 bytes of the key in base64"))
}

/// An address of a service.
pub fn web_address(text: String, name: &str) -> Result<String, SettingsFault> {
    let lower = text.to_ascii_lowercase();
    let web = ["http://", "https://"].iter().any(|scheme| {
        lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.contains(' '))
    });
    if web { Ok(text) } else { Err(SettingsFault::value(name, &text, "write https://HOST/PATH")) }
}

/// Words parted by commas, without the blanks around them.
pub fn words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A log filter that env_logger reads the way its author means it: a bare word must be a level,
/// because env_logger takes a misspelt one for a module's name and then logs nothing.
pub fn log_filter(filter: String, name: &str) -> Result<String, SettingsFault> {
    let is_level = |word: &str| word.parse::<log::LevelFilter>().is_ok();
    let sound = filter.split(',').all(|part| match part.split_once('=') {
        Some((module, level)) => !module.trim().is_empty() && is_level(level.trim()),
        None => is_level(part.trim()),
    });
    if sound {
        return Ok(filter);
    }
    let hint = "write error, warn, info, debug, trace or off, or MODULE=LEVEL parted by commas";
    Err(SettingsFault::value(name, &filter, hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_level_is_refused() {
        for good in ["info", "WARN", "off", "info,smartconnect::sip=debug"] {
            assert!(log_filter(good.to_owned(), "--log").is_ok(), "{good}");
        }
        for bad in ["inof", "sip=loud", "", "=debug"] {
            assert!(log_filter(bad.to_owned(), "--log").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn open_lan_takes_a_word_or_ranges() {
        assert_eq!(open_lan("true", "x").unwrap(), OpenLan::Private);
        assert_eq!(open_lan("false", "x").unwrap(), OpenLan::Off);
        assert!(matches!(open_lan("10.0.0.0/8", "x"), Ok(OpenLan::Ranges(_))));
        assert!(open_lan("yes please", "x").is_err());
    }
}
