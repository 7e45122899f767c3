//! Access tokens for XOAUTH2 (RFC 6749 §6 refresh token, §4.4 client credentials).
//!
//! Invariant: a token is used for the grant that it was fetched with and for no other.
//! Never: shows a token or a secret in an error.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use tokio::time::Instant;

use super::account::Grant;
use crate::notify::http::{Answer, Http, Request, TOTAL_TIMEOUT};
use crate::notify::retry::SendError;

/// Lifetime of a token whose answer names none (the providers' usual hour).
const USUAL_LIFETIME: Duration = Duration::from_secs(3600);
/// A token is not used in its last stretch, so that it cannot end during a log-in.
const MARGIN: Duration = Duration::from_secs(60);
/// Most accounts whose tokens are kept.
const TOKENS_MAX: usize = 100;

/// A token to log in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The access token.
    pub token: String,
    /// The refresh token that takes the place of the one that was sent (providers that rotate them).
    pub renewed: Option<String>,
}

/// Tokens of all accounts.
#[derive(Default)]
pub struct Tokens(Mutex<HashMap<i64, Kept>>);

struct Kept {
    grant: Grant,
    token: String,
    ends_at: Instant,
}

impl Tokens {
    /// A token for this account: the kept one, else a new one.
    pub async fn token(
        &self,
        http: &Http,
        account: i64,
        grant: &Grant,
    ) -> Result<Granted, SendError> {
        if let Some(token) = self.kept(account, grant) {
            return Ok(Granted { token, renewed: None });
        }
        let answer = http.send(request(grant)).await?;
        let reply = read(&answer)?;
        let lifetime = reply.expires_in.map_or(USUAL_LIFETIME, Duration::from_secs);
        let ends_at = Instant::now() + lifetime.saturating_sub(MARGIN);
        let renewed = reply.refresh_token.filter(|new| {
            !new.is_empty() && !grant.refresh_token.is_empty() && *new != grant.refresh_token
        });
        let mut grant = grant.clone();
        if let Some(new) = &renewed {
            grant.refresh_token.clone_from(new);
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= TOKENS_MAX {
            kept.clear();
        }
        kept.insert(account, Kept { grant, token: reply.access_token.clone(), ends_at });
        Ok(Granted { token: reply.access_token, renewed })
    }

    /// Forgets a token that the server did not take; the next one is fetched.
    pub fn forget(&self, account: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
    }

    fn kept(&self, account: i64, grant: &Grant) -> Option<String> {
        let tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = tokens.get(&account)?;
        let good = kept.grant == *grant && kept.ends_at > Instant::now();
        good.then(|| kept.token.clone())
    }
}

fn request(grant: &Grant) -> Request {
    let mut form = reqwest::Url::parse("http://form/").ok();
    let body = form
        .as_mut()
        .map(|url| {
            {
                let mut pairs = url.query_pairs_mut();
                let kind = if grant.refresh_token.is_empty() {
                    "client_credentials"
                } else {
                    "refresh_token"
                };
                pairs.append_pair("grant_type", kind);
                for (name, value) in [
                    ("refresh_token", &grant.refresh_token),
                    ("client_id", &grant.client_id),
                    ("client_secret", &grant.client_secret),
                    ("scope", &grant.scope),
                ] {
                    if !value.is_empty() {
                        pairs.append_pair(name, value);
                    }
                }
            }
            url.query().unwrap_or_default().to_owned()
        })
        .unwrap_or_default();
    Request {
        method: Method::POST,
        url: grant.url.clone(),
        headers: vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ],
        body: body.into_bytes(),
        timeout: TOTAL_TIMEOUT,
        // The administrator named the endpoint in the account's row.
        private: true,
    }
}

#[derive(Deserialize)]
struct Reply {
    access_token: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
}

fn read(answer: &Answer) -> Result<Reply, SendError> {
    match answer.status {
        200..=299 => serde_json::from_slice(&answer.body).map_err(|_| SendError::Later {
            after: None,
            why: "トークンURLの応答を読めません(access_token がありません)".to_owned(),
            ambiguous: false,
        }),
        408 | 425 | 429 | 500..=599 => Err(SendError::Later {
            after: answer.retry_after,
            why: format!("トークンURLが {} を返しました", answer.status),
            ambiguous: false,
        }),
        status => {
            let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
            let code: String = refusal
                .error
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
                .take(40)
                .collect();
            let hint = match code.as_str() {
                "invalid_grant" => {
                    "リフレッシュトークンが失効しています。取り直してメールアカウントに入れてください"
                }
                "invalid_client" | "unauthorized_client" => {
                    "クライアントIDとクライアントシークレットを確かめてください"
                }
                "invalid_scope" => "スコープを確かめてください",
                _ => "トークンURL・クライアントID・スコープを確かめてください",
            };
            let why = format!("トークンを取れません({status} {code}): {hint}");
            Err(SendError::parks(why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(refresh_token: &str) -> Grant {
        Grant {
            url: "http://127.0.0.1:1/token".to_owned(),
            client_id: "c&id".to_owned(),
            client_secret: String::new(),
            refresh_token: refresh_token.to_owned(),
            scope: "https://mail.example/ a".to_owned(),
        }
    }

    #[test]
    fn the_form_is_that_of_the_standard() {
        let body = |grant| String::from_utf8(request(&grant).body).unwrap();
        assert_eq!(
            body(grant("r/1")),
            "grant_type=refresh_token&refresh_token=r%2F1&client_id=c%26id&scope=https%3A%2F%2Fmail.example%2F+a"
        );
        assert!(body(grant("")).starts_with("grant_type=client_credentials&client_id=c%26id&"));
    }

    #[test]
    fn refusals_name_what_to_mend_and_repeat_nothing_of_the_answer() {
        let refused = |status, body: &str| {
            let answer = Answer { status, body: body.into(), ..Answer::default() };
            read(&answer).map(|_| ()).unwrap_err()
        };
        let why = refused(400, r#"{"error":"invalid_grant","error_description":"SECRET"}"#);
        assert!(why.to_string().contains("取り直して") && !why.to_string().contains("SECRET"));
        assert!(refused(401, r#"{"error":"invalid_client"}"#).to_string().contains("クライアント"));
        assert!(matches!(refused(503, ""), SendError::Later { .. }));
        assert!(matches!(refused(200, "{}"), SendError::Later { .. }));
        assert!(matches!(refused(404, "<html>"), SendError::Never { .. }));
    }
}
