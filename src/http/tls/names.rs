//! Under which names and addresses browsers reach this machine.
//!
//! Never: asks a name server or sends a packet.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use crate::config::Settings;

/// Addresses of the documentation networks (RFC 5737, RFC 3849): where the route to them begins,
/// this machine is reached. Nothing is sent there.
const ELSEWHERE: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
];
/// The port that nobody listens on (RFC 863).
const DISCARD: u16 = 9;

/// Names and addresses for a certificate, each once, in order.
pub(super) fn of(settings: &Settings, machine_name: &str) -> Vec<String> {
    let mut names: BTreeSet<String> =
        ["localhost", "127.0.0.1", "::1"].into_iter().map(str::to_owned).collect();
    names.insert(machine_name.to_ascii_lowercase());
    if !machine_name.contains('.') && machine_name != "localhost" {
        names.insert(format!("{}.local", machine_name.to_ascii_lowercase()));
    }
    names.extend(settings.allow_hosts.iter().map(|name| name.trim_end_matches('.').to_lowercase()));
    let listening: BTreeSet<IpAddr> = settings.listen.iter().map(SocketAddr::ip).collect();
    for ip in listening {
        if !ip.is_unspecified() {
            names.insert(ip.to_string());
        } else if let Some(own) = own_address(ip) {
            names.insert(own.to_string());
        }
    }
    names.retain(|name| !name.is_empty() && name.is_ascii());
    names.into_iter().collect()
}

/// The address of this machine in the network, of the same family as `any`.
fn own_address(any: IpAddr) -> Option<IpAddr> {
    let target = ELSEWHERE.into_iter().find(|target| target.is_ipv4() == any.is_ipv4())?;
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((target, DISCARD)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_under_which_the_host_rule_lets_browsers_in_is_there() {
        let mut settings = Settings::with_defaults("x");
        settings.listen = vec!["192.0.2.7:443".parse().unwrap()];
        settings.allow_hosts = vec!["CTI.example.com.".to_owned()];
        let names = of(&settings, "CTI-SV");
        let expected = [
            "127.0.0.1",
            "192.0.2.7",
            "::1",
            "cti-sv",
            "cti-sv.local",
            "cti.example.com",
            "localhost",
        ];
        assert_eq!(names, expected);
    }
}
