//! Whether a target could be reached, without sending it anything.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::address::allowed;
use super::target::target_of;
use crate::config::AddressRange;
use crate::resource::Record;

/// Time to find the address, and to connect.
const LIMIT: Duration = Duration::from_secs(5);

/// What is known of a target's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It takes connections.
    Open(SocketAddr),
    /// This service does not send to rows of this kind.
    NotServed,
    /// The URL is none.
    NoUrl,
    /// The name has no address.
    Unknown,
    /// Every address is one that may not be reached.
    Refused,
    /// Nobody takes connections there.
    Closed(SocketAddr),
}

/// Looks at a row of a target: name, address rules, one connection that is closed at once.
pub async fn reach(row: &Record, deny: &[AddressRange]) -> Reached {
    let Some(target) = target_of(row) else { return Reached::NotServed };
    let Some((host, port)) = target.server(row).or_else(|| in_url(target.url(row))) else {
        return Reached::NoUrl;
    };
    let found = timeout(LIMIT, tokio::net::lookup_host((host.as_str(), port))).await;
    let Ok(Ok(found)) = found else { return Reached::Unknown };
    let private = target.may_be_private(row);
    let mut last = Reached::Refused;
    for address in found.filter(|address| allowed(address.ip(), private, deny)) {
        match timeout(LIMIT, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Reached::Open(address),
            _ => last = Reached::Closed(address),
        }
    }
    last
}

/// Host and port of a URL; in one with placeholders the host stands before the first of them.
fn in_url(text: &str) -> Option<(String, u16)> {
    let fixed = text.split("{{").next().unwrap_or(text).trim_end_matches(['\\', ' ']).trim();
    let url = Url::parse(fixed).ok()?;
    Some((url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Value;
    use crate::resource::catalog::find;

    fn row(uri: &str, kind: (&str, &str), url: &str) -> Record {
        let mut row = Record::empty(find(uri).unwrap());
        row.set(kind.0, Value::Text(kind.1.into()));
        row.set("url", Value::Text(url.into()));
        row
    }

    #[tokio::test]
    async fn a_target_is_looked_at_and_nothing_is_sent() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}/secret?tel={{{{相手TEL}}}}");
        let call = row("IncomingCall-URL", ("action", "サーバーから呼出"), &url);
        assert_eq!(reach(&call, &[]).await, Reached::Open(address));
        let deny = ["127.0.0.0/8".parse().unwrap()];
        assert_eq!(reach(&call, &deny).await, Reached::Refused);
        let mut hook = row("Notification-Chat", ("kind", "Webhook"), &url);
        assert_eq!(reach(&hook, &[]).await, Reached::Refused, "private, and not allowed there");
        hook.set("allow_private", Value::Int(1));
        assert_eq!(reach(&hook, &[]).await, Reached::Open(address));
        drop(listener);
        assert_eq!(reach(&hook, &[]).await, Reached::Closed(address));
        assert_eq!(
            reach(&row("Notification-Chat", ("kind", "Webhook"), "nowhere"), &[]).await,
            Reached::NoUrl
        );
        let other = row("IncomingCall-URL", ("action", "クライアントで開く"), &url);
        assert_eq!(reach(&other, &[]).await, Reached::NotServed);
    }
}
