//! Asks the licence server about keys that somebody wrote.
//!
//! What is asked and answered is JSON with the names of the API: ライセンスキー, 登録名,
//! 登録メールアドレス, コンピューター名 and 端末識別 go out; 認証状態 and 有効期限 come back (200; without 認証状態
//! the key is in order). 400, 401, 403, 404, 409, 410 and 422 say that it is not.
//!
//! Invariant: a key goes to the server that the settings name and to nobody else.
//! Never: shows a key in the log; stops anything because of an answer.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value};
use tokio::time::{sleep, timeout};

use super::http::{Answer as Reply, Http, Request, TOTAL_TIMEOUT};
use crate::clock::Clock;
use crate::config::{Activation, AddressRange};
use crate::resource::catalog::ACTIVATION;
use crate::resource::licence::{self, Answer};
use crate::resource::words::activation_state as state;
use crate::resource::{Kind, Record, Value as Cell};
use crate::store::{Store, StoreError};

/// Columns that the server is told.
const TOLD: [&str; 5] = ["license_key", "name", "email", "computer_name", "device_id"];
/// Statuses by which the server says that a key is nobody's.
const REFUSALS: [u16; 7] = [400, 401, 403, 404, 409, 410, 422];
/// A server that did not answer is asked again after this time; days pass unnoticed no longer.
const AGAIN_AFTER: Duration = Duration::from_secs(300);

/// Keeps 認証状態 of every row right, for as long as it is polled.
pub async fn keep_licences(
    store: Store,
    settings: Activation,
    deny: Vec<AddressRange>,
    clock: Clock,
) {
    let http = match settings.server_url.as_ref().map(|_| Http::new(deny, clock)).transpose() {
        Ok(http) => http,
        Err(error) => {
            log::error!("licence keys are not sent to their server: {error}");
            None
        }
    };
    let mut changes = store.changes();
    loop {
        changes.borrow_and_update();
        if let Err(error) = look(&store, &settings, http.as_ref()).await {
            log::warn!("licence keys could not be looked at, trying again: {error}");
        }
        if let Ok(Err(_)) = timeout(AGAIN_AFTER, changes.changed()).await {
            return;
        }
        // Whoever writes one row often writes another.
        sleep(Duration::from_millis(50)).await;
    }
}

async fn look(store: &Store, settings: &Activation, http: Option<&Http>) -> Result<(), StoreError> {
    let rows = store.snapshot().of(ACTIVATION.uri).to_vec();
    if rows.is_empty() {
        return Ok(());
    }
    store.judge_licences().await?;
    let (Some(http), Some(url)) = (http, &settings.server_url) else { return Ok(()) };
    let rows = store.snapshot().of(ACTIVATION.uri).to_vec();
    for row in rows.iter().filter(|row| licence::is_to_be_asked(row)) {
        match http.send(request(url, row)).await.map(|reply| read(&reply)) {
            Ok(Some(answer)) => {
                log::info!("licence {}: the server has answered", row.key());
                store.note_licence(row.key(), row.text("license_key").to_owned(), answer).await?;
            }
            Ok(None) => log::warn!("licence {}: the server's answer is no answer", row.key()),
            Err(error) => log::warn!("licence {}: the server is not reached: {error}", row.key()),
        }
    }
    Ok(())
}

fn request(url: &str, row: &Record) -> Request {
    let fields = row.resource.fields.iter().filter(|field| TOLD.contains(&field.column));
    let told: Map<String, Value> =
        fields.map(|field| (field.name.to_owned(), row.text(field.column).into())).collect();
    Request {
        method: Method::POST,
        url: url.to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Value::Object(told).to_string().into_bytes(),
        timeout: TOTAL_TIMEOUT,
        // The operator named the server in the settings file.
        private: true,
    }
}

/// What a reply says; `None` = nothing that can be read.
fn read(reply: &Reply) -> Option<Answer> {
    if REFUSALS.contains(&reply.status) {
        return Some(Answer { state: state::INVALID, expires_on: String::new() });
    }
    if reply.status != 200 {
        return None;
    }
    let said: Value = serde_json::from_slice(&reply.body).ok()?;
    let said = said.as_object()?;
    let named = |column: &str| {
        let field = ACTIVATION.fields.iter().find(|field| field.column == column)?;
        said.get(field.name)?.as_str()
    };
    let state = match named("state") {
        None => state::VERIFIED,
        Some(word) => licence::known(word)?,
    };
    let expires_on = match named("expires_on").unwrap_or_default() {
        "" => String::new(),
        day => match Kind::Date.check(day).ok()? {
            Cell::Text(day) => day,
            _ => return None,
        },
    };
    Some(Answer { state, expires_on })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> Option<(&'static str, String)> {
        let reply = Reply { status, body: body.into(), ..Reply::default() };
        read(&reply).map(|answer| (answer.state, answer.expires_on))
    }

    #[test]
    fn answers_are_read_with_the_names_of_the_api() {
        let whole = r#"{"認証状態":"認証済","有効期限":"2027-03-31"}"#;
        assert_eq!(said(200, whole), Some((state::VERIFIED, "2027/03/31".to_owned())));
        assert_eq!(said(200, "{}"), Some((state::VERIFIED, String::new())));
        let over = r#"{"認証状態":"期限切れ"}"#;
        assert_eq!(said(200, over), Some((state::EXPIRED, String::new())));
        assert_eq!(said(404, "no"), Some((state::INVALID, String::new())));
        for (status, body) in
            [(500, "{}"), (302, "{}"), (200, "ok"), (200, r#"{"認証状態":"?"}"#), (429, "")]
        {
            assert_eq!(said(status, body), None, "{status} {body}");
        }
    }
}
