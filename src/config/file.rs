//! smartconnect.toml, as one layer of settings.

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use super::layer::{self, Layer};
use super::{Activation, OpenLan, Retention, SettingsFault};

/// The file that is read when no other is named.
pub const DEFAULT_NAME: &str = "smartconnect.toml";

/// The keys of the file. An unknown key is refused with its line.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Keys {
    listen: Option<OneOrMany>,
    sip_listen: Option<String>,
    data_dir: Option<std::path::PathBuf>,
    workers: Option<std::num::NonZeroUsize>,
    open_lan: Option<BoolOrList>,
    allow_host: Option<OneOrMany>,
    allow_origin: Option<OneOrMany>,
    log: Option<String>,
    tls_cert: Option<std::path::PathBuf>,
    tls_key: Option<std::path::PathBuf>,
    tls_self_signed: Option<bool>,
    legacy_status: Option<bool>,
    outbound: Outbound,
    activation: ActivationKeys,
    limits: LimitKeys,
    files: FolderKeys,
    commands: FolderKeys,
    retention: Option<Retention>,
}

/// `[outbound]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Outbound {
    deny: Option<OneOrMany>,
}

/// `[activation]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ActivationKeys {
    public_key: Option<String>,
    server_url: Option<String>,
}

impl ActivationKeys {
    fn read(self, path: &str) -> Result<Activation, SettingsFault> {
        let named = |key: &str| format!("[activation] {key} in {path}");
        let key = self.public_key.map(|text| layer::public_key(&text, &named("public_key")));
        let url = self.server_url.map(|text| layer::web_address(text, &named("server_url")));
        Ok(Activation { public_key: key.transpose()?, server_url: url.transpose()? })
    }
}

/// `[limits]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitKeys {
    sip_invites_per_second_per_source: Option<u32>,
}

/// `[files]`, `[commands]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FolderKeys {
    allow: Option<OneOrMany>,
}

/// `"a"` or `["a", "b"]`.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a text or a list of texts")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn texts(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

/// `true` or `["192.168.0.0/16"]`.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "true, false or a list of address ranges")]
enum BoolOrList {
    Bool(bool),
    List(Vec<String>),
}

/// Reads a file. One that nobody named (`required` = false) may be absent.
pub fn read(path: &Path, required: bool) -> Result<Layer, SettingsFault> {
    let shown = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, &shown),
        Err(source) if source.kind() == ErrorKind::NotFound && !required => Ok(Layer::default()),
        Err(source) => Err(SettingsFault::File { path: shown, source }),
    }
}

/// The layer of a file's text.
fn parse(text: &str, path: &str) -> Result<Layer, SettingsFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let keys: Keys = toml::from_str(text)
        .map_err(|source| SettingsFault::Syntax { path: path.to_owned(), source })?;
    let named = |key: &str| format!("{key} in {path}");
    let addresses = |texts: Vec<String>| {
        texts.iter().map(|text| layer::address(text, &named("listen"))).collect()
    };
    let ranges = |texts: Vec<String>, key: &str| layer::ranges(&texts, &named(key));
    Ok(Layer {
        listen: keys.listen.map(OneOrMany::texts).map(addresses).transpose()?,
        sip_listen: keys
            .sip_listen
            .map(|text| layer::address(&text, &named("sip_listen")))
            .transpose()?,
        data_dir: keys.data_dir,
        workers: keys.workers,
        open_lan: match keys.open_lan {
            None => None,
            Some(BoolOrList::Bool(true)) => Some(OpenLan::Private),
            Some(BoolOrList::Bool(false)) => Some(OpenLan::Off),
            Some(BoolOrList::List(texts)) => Some(OpenLan::Ranges(ranges(texts, "open_lan")?)),
        },
        allow_hosts: keys.allow_host.map(OneOrMany::texts),
        allow_origins: keys.allow_origin.map(OneOrMany::texts),
        log: keys.log.map(|filter| layer::log_filter(filter, &named("log"))).transpose()?,
        tls_cert: keys.tls_cert,
        tls_key: keys.tls_key,
        tls_self_signed: keys.tls_self_signed,
        legacy_status: keys.legacy_status,
        outbound_deny: keys
            .outbound
            .deny
            .map(|texts| ranges(texts.texts(), "[outbound] deny"))
            .transpose()?,
        activation: Some(keys.activation.read(path)?),
        sip_invites_per_second_per_source: keys.limits.sip_invites_per_second_per_source,
        files_allow: keys
            .files
            .allow
            .map(|texts| texts.texts().into_iter().map(Into::into).collect())
            .map(|paths| layer::folders(paths, &named("[files] allow")))
            .transpose()?,
        commands_allow: keys
            .commands
            .allow
            .map(|texts| texts.texts().into_iter().map(Into::into).collect())
            .map(|paths| layer::folders(paths, &named("[commands] allow")))
            .transpose()?,
        retention: keys.retention,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
listen = ["127.0.0.1:8080", "[::1]:8080"]
sip_listen = "0.0.0.0:5070"
data_dir = "/var/lib/cti"
workers = 3
open_lan = ["192.168.0.0/16"]
allow_host = "cti.example"
allow_origin = ["https://crm.example.com"]
log = "debug"
legacy_status = true
[outbound]
deny = ["203.0.113.0/24"]
[limits]
sip_invites_per_second_per_source = 0
[files]
allow = ["/srv/cti", "/mnt/nas/cti"]
[commands]
allow = "/opt/cti/bin"
[retention]
calls_days = 1095
"#;

    #[test]
    fn every_key_is_read() {
        let layer = parse(WHOLE, "t.toml").unwrap();
        assert_eq!(layer.listen.unwrap().len(), 2);
        assert_eq!(layer.sip_listen.unwrap().port(), 5070);
        assert_eq!(layer.data_dir.unwrap(), Path::new("/var/lib/cti"));
        assert_eq!(layer.workers.unwrap().get(), 3);
        assert!(matches!(layer.open_lan, Some(OpenLan::Ranges(ranges)) if ranges.len() == 1));
        assert_eq!(layer.allow_hosts.unwrap(), ["cti.example"]);
        assert_eq!(layer.allow_origins.unwrap(), ["https://crm.example.com"]);
        assert_eq!(layer.log.unwrap(), "debug");
        assert_eq!(layer.legacy_status, Some(true));
        assert_eq!(layer.outbound_deny.unwrap().len(), 1);
        assert_eq!(layer.sip_invites_per_second_per_source, Some(0));
        assert_eq!(layer.files_allow.unwrap().len(), 2);
        assert_eq!(layer.commands_allow.unwrap(), [Path::new("/opt/cti/bin")]);
        let kept = Retention { calls_days: 1095, ..Retention::default() };
        assert_eq!(layer.retention, Some(kept));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        for (text, line) in [("log = \"info\"\nlisten_on = 1\n", "line 2"), ("[retain]", "1")] {
            let fault = parse(text, "t.toml").unwrap_err().to_string();
            assert!(fault.contains("t.toml") && fault.contains(line), "{fault}");
        }
    }

    #[test]
    fn help_names_every_key() {
        let mut definitions = crate::config::definitions();
        let whole = definitions.render_help().to_string();
        let serve = definitions.find_subcommand_mut("serve").unwrap().render_long_help();
        let sections = ["", "outbound", "activation", "limits", "files", "commands", "retention"];
        for help in [whole, serve.to_string()] {
            let help = help.split_once("Keys of smartconnect.toml").unwrap().1;
            for section in sections {
                let heading =
                    if section.is_empty() { String::new() } else { format!("[{section}]") };
                assert!(help.contains(&heading), "--help does not tell {heading}");
                // What an unknown key is told: "expected one of `a`, `b`".
                let fault = parse(&format!("{heading}\nunknown = 1\n"), "t.toml").unwrap_err();
                let told = fault.to_string();
                let known: Vec<&str> =
                    told.rsplit_once("expected").unwrap().1.split('`').skip(1).step_by(2).collect();
                assert!(!known.is_empty(), "{told}");
                for key in known {
                    let name =
                        if sections.contains(&key) { format!("[{key}]") } else { key.to_owned() };
                    assert!(help.contains(&name), "--help does not tell {name} of {heading}");
                }
            }
        }
    }

    #[test]
    fn a_bad_value_is_refused_by_its_key() {
        for (text, key) in [
            ("listen = \"55963\"", "listen"),
            ("open_lan = [\"lan\"]", "open_lan"),
            ("[outbound]\ndeny = [\"1.2.3.4/99\"]", "deny"),
            ("workers = 0", "workers"),
            ("log = \"verbose\"", "log"),
            ("[activation]\npublic_key = \"AAAA\"", "public_key"),
            ("[activation]\nserver_url = \"licences.example\"", "server_url"),
            ("[files]\nallow = \"exports\"", "allow"),
            ("[commands]\nallow = [\"bin\"]", "[commands] allow"),
            ("[retention]\ncalls_days = -1", "calls_days"),
        ] {
            let fault = parse(text, "t.toml").unwrap_err().to_string();
            assert!(fault.contains(key) && fault.contains("t.toml"), "{fault}");
        }
    }

    #[test]
    fn only_a_file_that_was_named_must_exist() {
        let nowhere = Path::new("no-such-folder/smartconnect.toml");
        assert_eq!(read(nowhere, false).unwrap(), Layer::default());
        assert!(matches!(read(nowhere, true), Err(SettingsFault::File { .. })));
    }
}
