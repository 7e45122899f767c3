//! Settings: flags, environment and file become one [`Settings`].
//!
//! Invariant: this is the only room that reads the environment.
//! Never: opens the database or a socket.

use std::net::SocketAddr;
use std::path::PathBuf;

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
    /// `legacy_status = true`: every answer is 200.
    pub legacy_status: bool,
    /// `[outbound] deny`: address ranges that outgoing requests never reach.
    pub outbound_deny: Vec<AddressRange>,
    /// `[limits]`.
    pub limits: Limits,
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

/// A CIDR range such as `192.168.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    /// First address.
    pub base: std::net::IpAddr,
    /// Prefix length in bits.
    pub prefix: u8,
}

/// `[limits]` of the settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// INVITEs a second from one source address; 0 = no limit.
    pub sip_invites_per_second_per_source: u32,
}
