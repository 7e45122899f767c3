//! Settings: flags, environment and file become one [`Settings`].
//!
//! Invariant: this is the only room that reads the environment; what was typed (`arguments`,
//! `environment`, `file`) and what it means ([`Settings`]) are different types.
//! Never: opens the database, or a socket that others can reach.

mod arguments;
mod commands;
mod environment;
mod file;
mod layer;
mod range;
mod retention;

use std::ffi::OsString;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

use clap::Parser;

pub use arguments::Command;
use arguments::ServeFlags;
pub use commands::{
    ChatArguments, DemoArguments, DoctorArguments, ExportArguments, Exported, FileFormat,
    ImportArguments, Imported, TokenArguments, TokenOrder, UserArguments, UserOrder,
};
use environment::Variables;
use layer::Layer;
pub use range::{AddressRange, RangeFault};
pub use retention::Retention;

/// HTTP port of the original product (seed 002).
const HTTP_PORT: u16 = 55_963;
/// SIP port (RFC 3261 §19.1.2).
const SIP_PORT: u16 = 5060;
/// Data folder below the working folder.
const DATA_DIR: &str = "data";
/// Log filter of the service.
const LOG: &str = "info";
/// Log filter of the other commands, which speak to people.
const LOG_OF_COMMANDS: &str = "warn";
/// INVITEs a second from one source (sip.md 10).
const SIP_INVITES_PER_SECOND_PER_SOURCE: u32 = 500;

/// What the service runs with (contract: cli.md).
#[derive(Clone, Debug)]
pub struct Settings {
    /// HTTP addresses.
    pub listen: Vec<SocketAddr>,
    /// SIP address, UDP and TCP.
    pub sip_listen: SocketAddr,
    /// Database, keys, pages; created with mode 0700.
    pub data_dir: PathBuf,
    /// HTTP worker threads.
    pub workers: usize,
    /// 原典互換 (security.md).
    pub open_lan: OpenLan,
    /// Extra Host names.
    pub allow_hosts: Vec<String>,
    /// Extra browser origins.
    pub allow_origins: Vec<String>,
    /// Log filter, as env_logger reads it.
    pub log: String,
    /// HTTPS.
    pub tls: TlsSource,
    /// `legacy_status = true`: every answer is 200.
    pub legacy_status: bool,
    /// `[outbound] deny`: address ranges that outgoing requests never reach.
    pub outbound_deny: Vec<AddressRange>,
    /// `[activation]`.
    pub activation: Activation,
    /// `[limits]`.
    pub limits: Limits,
    /// `[files] allow`: folders beside the data folder that files may be written to.
    pub files_allow: Vec<PathBuf>,
    /// `[commands] allow`: folders whose programs 着信時コマンド呼出 may run; empty = none runs.
    pub commands_allow: Vec<PathBuf>,
    /// `[retention]`.
    pub retention: Retention,
}

/// `[activation]`: who verifies licence keys; neither = the open edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activation {
    /// Ed25519 key with which keys are verified here.
    pub public_key: Option<Vec<u8>>,
    /// Where keys are sent to when a row is written.
    pub server_url: Option<String>,
}

/// Where the certificate of the HTTP server comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TlsSource {
    /// Plain HTTP.
    #[default]
    Off,
    /// PEM files: the certificate with those who signed it, and its key.
    Files {
        /// The certificate chain.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
    /// An own authority in the data folder.
    SelfSigned,
}

/// Who needs no log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenLan {
    /// The safe default.
    Off,
    /// Loopback and private peers.
    Private,
    /// Loopback and these ranges.
    Ranges(Vec<AddressRange>),
}

/// `[limits]` of the settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// INVITEs a second from one source address; 0 = no limit.
    pub sip_invites_per_second_per_source: u32,
}

/// Why there are no settings; the text says what to mend. The program ends with code 2.
#[derive(Debug, thiserror::Error)]
pub enum SettingsFault {
    /// The command line; also the request for help, which is no failure.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The settings file cannot be read.
    #[error("cannot read the settings file {path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What happened.
        source: std::io::Error,
    },
    /// The settings file is no TOML, or holds an unknown key or a value of the wrong type.
    #[error("settings file {path}: {source}")]
    Syntax {
        /// Which file.
        path: String,
        /// Where and what.
        source: toml::de::Error,
    },
    /// A value makes no sense.
    #[error("{name} = {value:?}: {hint}")]
    Value {
        /// Where it stands.
        name: String,
        /// As written.
        value: String,
        /// How to mend it.
        hint: String,
    },
}

impl SettingsFault {
    fn value(name: &str, value: &str, hint: &str) -> Self {
        Self::Value { name: name.to_owned(), value: value.to_owned(), hint: hint.to_owned() }
    }
}

impl Settings {
    /// The built-in defaults with this data folder, without reading flags, environment or file.
    pub fn with_defaults(data_dir: impl Into<PathBuf>) -> Self {
        settings(Layer { data_dir: Some(data_dir.into()), ..Layer::default() }, false)
    }
}

/// What this process was started for.
#[derive(Debug)]
pub struct Start {
    /// What to do.
    pub command: Command,
    /// With which settings.
    pub settings: Settings,
}

/// What this process was started for: its command line, environment and settings file.
pub fn load() -> Result<Start, SettingsFault> {
    load_from(std::env::args_os(), &environment::of_process(), Path::new("."), ipv6_exists())
}

/// Settings of these words (the first is the program's name), with the default file looked for in `folder`.
fn load_from(
    typed: impl IntoIterator<Item = OsString>,
    variables: &Variables,
    folder: &Path,
    ipv6: bool,
) -> Result<Start, SettingsFault> {
    let (command, flags) = arguments::Arguments::try_parse_from(typed)?.parts();
    let file = file_layer(&flags, variables, folder)?;
    let mut layer = layer::of_flags(flags)?.over(environment::layer(variables)?).over(file);
    if !matches!(command, Command::Serve(_)) {
        layer.log.get_or_insert_with(|| LOG_OF_COMMANDS.to_owned());
    }
    let tls = layer.tls()?;
    layer.check_names()?;
    Ok(Start { command, settings: Settings { tls, ..settings(layer, ipv6) } })
}

/// The whole command line, from which help, completions and the manual page are made.
pub fn definitions() -> clap::Command {
    <arguments::Arguments as clap::CommandFactory>::command()
}

/// The file that a flag or the environment names must exist; the default one may be absent.
fn file_layer(
    flags: &ServeFlags,
    variables: &Variables,
    folder: &Path,
) -> Result<Layer, SettingsFault> {
    let named = flags.config.clone();
    match named.or_else(|| environment::settings_file(variables).map(PathBuf::from)) {
        Some(path) => file::read(&path, true),
        None => file::read(&folder.join(file::DEFAULT_NAME), false),
    }
}

/// What the layers mean: every gap filled with its default.
fn settings(layer: Layer, ipv6: bool) -> Settings {
    Settings {
        listen: layer.listen.unwrap_or_else(|| default_listen(ipv6)),
        sip_listen: layer.sip_listen.unwrap_or((Ipv4Addr::UNSPECIFIED, SIP_PORT).into()),
        data_dir: layer.data_dir.unwrap_or_else(|| PathBuf::from(DATA_DIR)),
        workers: layer.workers.map_or_else(cores, std::num::NonZeroUsize::get),
        open_lan: layer.open_lan.unwrap_or(OpenLan::Off),
        allow_hosts: layer.allow_hosts.unwrap_or_default(),
        allow_origins: layer.allow_origins.unwrap_or_default(),
        log: layer.log.unwrap_or_else(|| LOG.to_owned()),
        tls: TlsSource::Off,
        legacy_status: layer.legacy_status.unwrap_or(false),
        outbound_deny: layer.outbound_deny.unwrap_or_default(),
        activation: layer.activation.unwrap_or_default(),
        limits: Limits {
            sip_invites_per_second_per_source: layer
                .sip_invites_per_second_per_source
                .unwrap_or(SIP_INVITES_PER_SECOND_PER_SOURCE),
        },
        files_allow: layer.files_allow.unwrap_or_default(),
        commands_allow: layer.commands_allow.unwrap_or_default(),
        retention: layer.retention.unwrap_or_default(),
    }
}

/// Every IPv4 address, and every IPv6 address where there is IPv6.
fn default_listen(ipv6: bool) -> Vec<SocketAddr> {
    let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, HTTP_PORT));
    let v6 = SocketAddr::from((Ipv6Addr::UNSPECIFIED, HTTP_PORT));
    if ipv6 { vec![v4, v6] } else { vec![v4] }
}

/// One worker a core.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

/// Whether this machine has IPv6: its loopback address can be bound.
fn ipv6_exists() -> bool {
    UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is removed at the end of the test.
    struct Folder(PathBuf);

    impl Folder {
        fn with_file(text: &str) -> Self {
            let path = std::env::temp_dir().join(format!("sc-config-{}", uuid::Uuid::new_v4()));
            std::fs::create_dir_all(&path).unwrap();
            std::fs::write(path.join(file::DEFAULT_NAME), text).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn load(typed: &[&str], pairs: &[(&str, &str)], folder: &Path) -> Settings {
        try_load(typed, pairs, folder).unwrap()
    }

    fn try_load(
        typed: &[&str],
        pairs: &[(&str, &str)],
        folder: &Path,
    ) -> Result<Settings, SettingsFault> {
        let typed = ["smartconnect"].iter().chain(typed).map(OsString::from);
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.into()));
        load_from(typed, &pairs.collect(), folder, true).map(|start| start.settings)
    }

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let settings = load(&[], &[], Path::new("no-such-folder"));
        let listen: Vec<String> = settings.listen.iter().map(ToString::to_string).collect();
        assert_eq!(listen, ["0.0.0.0:55963", "[::]:55963"]);
        assert_eq!(settings.sip_listen.to_string(), "0.0.0.0:5060");
        assert_eq!(settings.data_dir, Path::new("data"));
        assert_eq!(settings.open_lan, OpenLan::Off);
        assert_eq!(settings.log, "info");
        assert!(!settings.legacy_status && settings.workers > 0);
        assert_eq!(settings.limits.sip_invites_per_second_per_source, 500);
        assert_eq!(default_listen(false).len(), 1);
    }

    #[test]
    fn flags_beat_the_environment_which_beats_the_file() {
        let folder = Folder::with_file("log = \"warn\"\nworkers = 7\ndata_dir = \"f\"\n");
        let variables = [("SMARTCONNECT_WORKERS", "8"), ("SMARTCONNECT_DATA_DIR", "e")];
        let settings = load(&["serve", "--data-dir", "t"], &variables, &folder.0);
        assert_eq!(settings.log, "warn");
        assert_eq!(settings.workers, 8);
        assert_eq!(settings.data_dir, Path::new("t"));
    }

    #[test]
    fn a_named_file_replaces_the_one_in_the_folder() {
        let folder = Folder::with_file("log = \"warn\"\n");
        let other = folder.0.join("other.toml");
        std::fs::write(&other, "log = \"debug\"\n").unwrap();
        let name = other.to_str().unwrap();
        assert_eq!(load(&["--config", name], &[], &folder.0).log, "debug");
        assert_eq!(load(&[], &[("SMARTCONNECT_CONFIG", name)], &folder.0).log, "debug");
        assert_eq!(load(&[], &[], &folder.0).log, "warn");
        assert!(try_load(&["--config", "gone.toml"], &[], &folder.0).is_err());
    }

    #[test]
    fn a_certificate_needs_its_key_and_excludes_our_own() {
        let tls = |typed: &[&str]| try_load(typed, &[], Path::new("none")).map(|found| found.tls);
        let files = TlsSource::Files { certificate: "c".into(), key: "k".into() };
        assert_eq!(tls(&["--tls-cert", "c", "--tls-key", "k"]).unwrap(), files);
        assert_eq!(tls(&["--tls-self-signed"]).unwrap(), TlsSource::SelfSigned);
        assert_eq!(tls(&[]).unwrap(), TlsSource::Off);
        let bad = ["--tls-cert c", "--tls-key k", "--tls-cert c --tls-key k --tls-self-signed"];
        for typed in bad {
            let typed: Vec<&str> = typed.split(' ').collect();
            assert!(matches!(tls(&typed), Err(SettingsFault::Value { .. })), "{typed:?}");
        }
        let folder = Folder::with_file("tls_cert = \"c\"\n");
        let variables = [("SMARTCONNECT_TLS_KEY", "k")];
        assert_eq!(load(&[], &variables, &folder.0).tls, files);
        let folder = Folder::with_file("tls_self_signed = true\n");
        assert_eq!(load(&[], &[], &folder.0).tls, TlsSource::SelfSigned);
        let variables = [("SMARTCONNECT_TLS_SELF_SIGNED", "false")];
        assert_eq!(load(&[], &variables, &folder.0).tls, TlsSource::Off);
    }

    #[test]
    fn what_nobody_could_reach_is_refused() {
        for text in ["listen = []", "data_dir = \"\"", "workers = 257"] {
            let folder = Folder::with_file(text);
            let fault = try_load(&[], &[], &folder.0).unwrap_err().to_string();
            assert!(fault.contains(text.split(' ').next().unwrap()), "{fault}");
        }
        let found = |flag: &str, text: &str| try_load(&[flag, text], &[], Path::new("none"));
        for host in ["cti.example.com", "cti", "受付.example", "10.0.0.1"] {
            assert!(found("--allow-host", host).is_ok(), "{host}");
        }
        for host in ["http://cti.example", "cti.example:80", "*.example", "a b", "", "."] {
            assert!(found("--allow-host", host).is_err(), "{host}");
        }
        for origin in ["https://crm.example", "http://crm:8080", "null", "file://", "app://x"] {
            assert!(found("--allow-origin", origin).is_ok(), "{origin}");
        }
        for origin in ["crm.example", "https://crm.example/", "https://", "*", "https://*.x", ""] {
            assert!(found("--allow-origin", origin).is_err(), "{origin}");
        }
    }

    #[test]
    fn open_lan_of_a_flag_beats_ranges_of_the_file() {
        let folder = Folder::with_file("open_lan = [\"10.0.0.0/8\"]\n");
        assert!(matches!(load(&[], &[], &folder.0).open_lan, OpenLan::Ranges(_)));
        assert_eq!(load(&["--open-lan"], &[], &folder.0).open_lan, OpenLan::Private);
    }
}
