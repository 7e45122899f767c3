//! Whether a target of a cloud service is at the service's own address.
//!
//! Invariant: another address is a warning and never a refusal: relays and tests are meant to work.
//! Never: shows more of an address than its host.

use std::borrow::Cow;

use reqwest::Url;

use super::{Record, Value};

/// Begins our part of 最終結果.
const MARK: &str = "注意: ";

/// Resource, its kind (empty = all), the column of the address, the hosts of the service. A host
/// that begins with a dot stands for everything below it.
const SERVICES: [(&str, &str, &str, &[&str]); 8] = [
    ("Notification-Chat", "JANDI", "url", &["wh.jandi.com"]),
    (
        "Notification-Chat",
        "Slack",
        "url",
        &["hooks.slack.com", "slack.com", "hooks.slack-gov.com", "slack-gov.com"],
    ),
    ("Notification-Chat", "Teams", "url", &[".logic.azure.com", ".api.powerplatform.com"]),
    (
        "Notification-Chat",
        "Discord",
        "url",
        &["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"],
    ),
    ("Notification-Chat", "Chatwork", "url", &["api.chatwork.com"]),
    ("Notification-Chat", "Google Chat", "url", &["chat.googleapis.com"]),
    ("Notification-Chat", "LINE WORKS", "url", &["webhook.worksmobile.com", "www.worksapis.com"]),
    ("Notification-LINE-AccessToken", "", "endpoint", &["api.line.me"]),
];

/// What people should know about the address of a row (Japanese); `None` = it is the service's own,
/// or the service has none.
pub fn warning(row: &Record) -> Option<String> {
    let uri = row.resource.uri;
    let (_, kind, column, hosts) = SERVICES
        .iter()
        .find(|(of, kind, ..)| *of == uri && (kind.is_empty() || *kind == row.text("kind")))?;
    // An empty address is the service's own.
    let url = Url::parse(row.text(column).trim_end_matches(['\\', ' '])).ok()?;
    let host = url.host_str()?.to_ascii_lowercase();
    let own = hosts.iter().any(|official| match official.strip_prefix('.') {
        Some(_) => host.ends_with(official),
        None => host == *official,
    });
    if own && url.scheme() == "https" {
        return None;
    }
    let service = if kind.is_empty() { "LINE" } else { kind };
    if own {
        return Some(format!("{MARK}{host} へ暗号化せずに送ります(https:// にしてください)"));
    }
    let hosts: Vec<&str> = hosts.iter().map(|host| host.trim_start_matches('.')).collect();
    Some(format!("{MARK}送信先 {host} は {service} の公式({})ではありません", hosts.join("、")))
}

/// What 最終結果 says of a try: its result, and the warning as long as the address gives cause for one.
pub fn with_warning<'a>(row: &Record, result: &'a str) -> Cow<'a, str> {
    match warning(row) {
        Some(warning) => Cow::Owned(format!("{result}。{warning}")),
        None => Cow::Borrowed(result),
    }
}

/// Writes the warning into 最終結果 of a row that a client writes, or takes an older one away.
pub fn note(before: Option<&Record>, row: &mut Record) {
    if !SERVICES.iter().any(|(uri, ..)| *uri == row.resource.uri) {
        return;
    }
    let warning = warning(row);
    if before.is_some_and(|before| self::warning(before) == warning) {
        return;
    }
    match warning {
        Some(warning) => row.set("last_result", Value::Text(warning)),
        None if row.text("last_result").contains(MARK) => row.set("last_result", Value::Empty),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::catalog::{CHAT_TARGET, LINE_TARGET, find};

    fn chat(kind: &str, url: &str) -> Record {
        let mut row = Record::empty(&CHAT_TARGET);
        row.set("kind", Value::Text(kind.into()));
        row.set("url", Value::Text(url.into()));
        row
    }

    #[test]
    fn official_hosts_and_others() {
        for (kind, url, part) in [
            ("Slack", "https://hooks.slack.com/services/T/B/x", ""),
            (
                "Slack",
                "https://hooks.slack.com.example.com/services/x",
                "hooks.slack.com.example.com は Slack",
            ),
            ("Slack", "http://hooks.slack.com/services/T/B/x", "暗号化せずに"),
            ("Teams", "https://prod-01.japaneast.logic.azure.com:443/x?sig=a", ""),
            ("Teams", "https://a.environment.api.powerplatform.com/x", ""),
            ("Teams", "https://logic.azure.com.example.com/x", "公式"),
            ("Discord", "https://discord.com/api/webhooks/1/x", ""),
            ("Chatwork", "", ""),
            ("Chatwork", "https://relay.example.com/v2", "relay.example.com は Chatwork"),
            ("Google Chat", "https://CHAT.googleapis.com/v1/spaces/A/messages?key=k", ""),
            ("JANDI", "http://127.0.0.1:9/x", "127.0.0.1 は JANDI"),
            ("Mattermost", "http://mm.example.com/hooks/x", ""),
            ("Webhook", "http://192.0.2.1/x", ""),
        ] {
            let said = warning(&chat(kind, url)).unwrap_or_default();
            assert!(
                said.contains(part) && said.is_empty() == part.is_empty(),
                "{kind} {url}: {said}"
            );
            assert!(!said.contains("services"), "{said}");
        }
        let mut line = Record::empty(&LINE_TARGET);
        assert_eq!(warning(&line), None);
        line.set("endpoint", Value::Text("https://relay.example.com".into()));
        assert!(warning(&line).unwrap().contains("api.line.me"));
    }

    #[test]
    fn a_warning_comes_and_goes_with_the_address_and_hides_no_result() {
        let mut row = chat("Slack", "https://relay.example.com/x");
        note(None, &mut row);
        assert!(row.text("last_result").starts_with(MARK));
        let warned = row.clone();
        row.set("url", Value::Text("https://hooks.slack.com/x".into()));
        note(Some(&warned), &mut row);
        assert_eq!(row.text("last_result"), "");
        let mut sent = warned.clone();
        sent.set("last_result", Value::Text("成功".into()));
        let mut renamed = sent.clone();
        renamed.set("name", Value::Text("y".into()));
        note(Some(&sent), &mut renamed);
        assert_eq!(renamed.text("last_result"), "成功", "the address is the same");
        let said = with_warning(&sent, "成功").into_owned();
        assert!(said.starts_with("成功。注意: 送信先 relay.example.com"), "{said}");
        sent.set("last_result", Value::Text(said));
        assert_eq!(with_warning(&row, "成功"), "成功");
        note(Some(&sent), &mut row);
        assert_eq!(row.text("last_result"), "", "what was said of the older address");
        let mut other = Record::empty(find("ContainmentLine").unwrap());
        note(None, &mut other);
    }

    #[test]
    fn every_service_is_one_of_the_catalogue() {
        for (uri, kind, column, hosts) in SERVICES {
            let resource = find(uri).unwrap();
            assert!(resource.index(column).is_some() && !hosts.is_empty());
            if !kind.is_empty() {
                let field = &resource.fields[resource.index("kind").unwrap()];
                assert!(field.check(kind).is_ok(), "{kind}");
            }
        }
    }
}
