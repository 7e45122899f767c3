//! Where a server is: SRV, A and AAAA (RFC 3263).
//!
//! Invariant: an address literal and `localhost` need no name server. Never: waits longer than
//! [`LOOKUP_WITHIN`].

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;

use super::event::{Connection, Transport};
use super::register::SIP_PORT;

/// A name is looked up for no longer.
const LOOKUP_WITHIN: Duration = Duration::from_secs(8);
/// Most servers of an SRV record that are tried.
const SERVERS_MAX: usize = 8;

/// The addresses of a server that can be told without asking anyone.
pub(super) fn known(connection: &Connection) -> Option<SocketAddr> {
    let server = connection.server.trim_end_matches('.');
    let bare = server.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(server);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(SocketAddr::new(address, connection.port));
    }
    let local = server.eq_ignore_ascii_case("localhost");
    local.then(|| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), connection.port))
}

/// Every address of the connection's server, best first, never empty.
/// Errors: the cause, in the resolver's words.
pub(super) async fn look_up(connection: &Connection) -> Result<Vec<SocketAddr>, String> {
    if let Some(address) = known(connection) {
        return Ok(vec![address]);
    }
    match tokio::time::timeout(LOOKUP_WITHIN, ask(connection)).await {
        Ok(found) => found,
        Err(_) => Err(format!("no answer from DNS within {} s", LOOKUP_WITHIN.as_secs())),
    }
}

async fn ask(connection: &Connection) -> Result<Vec<SocketAddr>, String> {
    // made for each look-up: /etc/resolv.conf changes when a machine changes its network
    let resolver = TokioResolver::builder_tokio()
        .and_then(|builder| builder.build())
        .map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    // a port that somebody typed overrules SRV (RFC 3263 §4.2)
    if connection.port == SIP_PORT {
        for (target, port) in servers(&resolver, connection).await {
            if let Ok(addresses) = resolver.lookup_ip(target).await {
                found.extend(addresses.iter().map(|address| SocketAddr::new(address, port)));
            }
        }
    }
    if found.is_empty() {
        let addresses = resolver.lookup_ip(connection.server.as_str()).await;
        let addresses = addresses.map_err(|error| error.to_string())?;
        found.extend(addresses.iter().map(|address| SocketAddr::new(address, connection.port)));
    }
    if found.is_empty() { Err("the name has no address".to_owned()) } else { Ok(found) }
}

/// Names and ports of the SRV record, by priority and weight; empty where there is none.
async fn servers(resolver: &TokioResolver, connection: &Connection) -> Vec<(String, u16)> {
    let protocol = match connection.transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp => "_sip._tcp",
        Transport::Tls => "_sips._tcp",
    };
    let Ok(lookup) = resolver.srv_lookup(format!("{protocol}.{}.", connection.server)).await else {
        return Vec::new();
    };
    let mut servers: Vec<_> = lookup
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            RData::SRV(srv) => Some((srv.priority, u16::MAX - srv.weight, srv)),
            _ => None,
        })
        .collect();
    servers.sort_by_key(|(priority, lightness, _)| (*priority, *lightness));
    let named = servers.into_iter().map(|(_, _, srv)| (srv.target.to_utf8(), srv.port));
    named.take(SERVERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::tests::connection;

    #[test]
    fn literals_and_localhost_need_no_name_server() {
        for (server, expected) in [
            ("192.0.2.1", "192.0.2.1:5070"),
            ("2001:db8::1", "[2001:db8::1]:5070"),
            ("[2001:db8::1]", "[2001:db8::1]:5070"),
            ("LocalHost", "127.0.0.1:5070"),
        ] {
            let known = known(&connection(2, server, 5070));
            assert_eq!(known, Some(expected.parse().unwrap()), "{server}");
        }
        assert_eq!(known(&connection(2, "pbx.example", 5070)), None);
    }
}
