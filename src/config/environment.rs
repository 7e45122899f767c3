//! What the environment says, as one layer of settings.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::SettingsFault;
use super::layer::{Layer, listed};

/// Variables by name.
pub type Variables = BTreeMap<String, OsString>;

/// Every variable that is read.
pub const NAMES: [&str; 12] = [
    "SMARTCONNECT_LISTEN",
    "SMARTCONNECT_SIP_LISTEN",
    "SMARTCONNECT_DATA_DIR",
    "SMARTCONNECT_WORKERS",
    "SMARTCONNECT_OPEN_LAN",
    "SMARTCONNECT_ALLOW_HOST",
    "SMARTCONNECT_ALLOW_ORIGIN",
    "SMARTCONNECT_TLS_CERT",
    "SMARTCONNECT_TLS_KEY",
    "SMARTCONNECT_TLS_SELF_SIGNED",
    "SMARTCONNECT_CONFIG",
    "RUST_LOG",
];

/// The process environment.
#[allow(clippy::disallowed_methods)] // config is the one room that reads the environment
pub fn of_process() -> Variables {
    NAMES
        .into_iter()
        .filter_map(|name| std::env::var_os(name).map(|value| (name.to_owned(), value)))
        .collect()
}

/// The value of a variable; an empty one counts as absent.
fn text<'a>(variables: &'a Variables, name: &str) -> Result<Option<&'a str>, SettingsFault> {
    match variables.get(name) {
        None => Ok(None),
        Some(value) => match value.to_str() {
            Some("") => Ok(None),
            Some(value) => Ok(Some(value)),
            None => Err(SettingsFault::value(name, "(no UTF-8)", "write it in UTF-8")),
        },
    }
}

/// Where the environment wants the settings file to be read from.
pub fn settings_file(variables: &Variables) -> Option<&OsString> {
    variables.get("SMARTCONNECT_CONFIG").filter(|value| !value.is_empty())
}

/// Reads the layer; a value that cannot be read is a fault that names its variable.
pub fn layer(variables: &Variables) -> Result<Layer, SettingsFault> {
    let read = |name| text(variables, name);
    let path = |name: &str| variables.get(name).filter(|value| !value.is_empty()).map(Into::into);
    Ok(Layer {
        listen: listed(read("SMARTCONNECT_LISTEN")?, "SMARTCONNECT_LISTEN")?,
        sip_listen: read("SMARTCONNECT_SIP_LISTEN")?
            .map(|value| super::layer::address(value, "SMARTCONNECT_SIP_LISTEN"))
            .transpose()?,
        data_dir: path("SMARTCONNECT_DATA_DIR"),
        tls_cert: path("SMARTCONNECT_TLS_CERT"),
        tls_key: path("SMARTCONNECT_TLS_KEY"),
        tls_self_signed: read("SMARTCONNECT_TLS_SELF_SIGNED")?
            .map(|value| super::layer::switch(value, "SMARTCONNECT_TLS_SELF_SIGNED"))
            .transpose()?,
        workers: read("SMARTCONNECT_WORKERS")?
            .map(|value| super::layer::workers(value, "SMARTCONNECT_WORKERS"))
            .transpose()?,
        open_lan: read("SMARTCONNECT_OPEN_LAN")?
            .map(|value| super::layer::open_lan(value, "SMARTCONNECT_OPEN_LAN"))
            .transpose()?,
        allow_hosts: read("SMARTCONNECT_ALLOW_HOST")?.map(super::layer::words),
        allow_origins: read("SMARTCONNECT_ALLOW_ORIGIN")?.map(super::layer::words),
        log: read("RUST_LOG")?.map(str::to_owned),
        ..Layer::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::OpenLan;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect()
    }

    #[test]
    fn lists_are_parted_by_commas() {
        let layer = layer(&variables(&[
            ("SMARTCONNECT_LISTEN", "127.0.0.1:1, [::1]:2"),
            ("SMARTCONNECT_ALLOW_HOST", "cti.example,cti.example.com"),
            ("SMARTCONNECT_OPEN_LAN", "192.168.0.0/16,10.0.0.0/8"),
        ]))
        .unwrap();
        assert_eq!(layer.listen.unwrap().len(), 2);
        assert_eq!(layer.allow_hosts.unwrap(), ["cti.example", "cti.example.com"]);
        assert!(matches!(layer.open_lan, Some(OpenLan::Ranges(ranges)) if ranges.len() == 2));
    }

    #[test]
    fn an_empty_variable_is_absent() {
        let layer = layer(&variables(&[("SMARTCONNECT_LISTEN", ""), ("RUST_LOG", "")])).unwrap();
        assert_eq!(layer, Layer::default());
    }

    #[test]
    fn a_fault_names_its_variable() {
        for name in ["SMARTCONNECT_LISTEN", "SMARTCONNECT_SIP_LISTEN", "SMARTCONNECT_WORKERS"] {
            let fault = layer(&variables(&[(name, "many")])).unwrap_err();
            assert!(fault.to_string().contains(name), "{fault}");
        }
    }
}
