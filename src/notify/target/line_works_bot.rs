//! A bot of LINE WORKS: signs a JWT with the service account's key, gets a token for it, and writes
//! to channels and users (API 2.0).
//!
//! Invariant: a token is asked for once for all rows of a bot, and again at once when it is refused.
//! Never: lets the private key out of the signature.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Map, json};

use super::line_works::classify;
use super::post::{Post, host};
use super::summary;
use crate::clock::UnixMs;
use crate::notify::carrier::{Carried, Carriers, LogIn, Outgoing};
use crate::notify::http::Answer;
use crate::notify::retry::SendError;
use crate::notify::shared::{Made, key};
use crate::resource::Record;
use crate::template::percent_encode;

/// Part of the path of a bot's address.
const BOT: &str = "/bots/";
/// The host of LINE WORKS' API, and the address of its tokens.
const API_HOST: &str = "www.worksapis.com";
const AUTH: &str = "https://auth.worksmobile.com";
/// What a token may be used for.
const SCOPE: &str = "bot.message";
/// What kind of proof the JWT is (RFC 7523 §2.1).
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Life of the JWT.
const ASSERTION_SECONDS: i64 = 30 * 60;
/// Longest use of a token, which lives a day; a revoked one is noticed by its refusal.
const TOKEN_USE_MAX: Duration = Duration::from_secs(12 * 60 * 60);
/// Left unused at the end of a token's life.
const TOKEN_MARGIN: Duration = Duration::from_secs(10 * 60);
/// What an administrator looks at when no token is given out.
const HINT: &str = "トークンに「クライアントID クライアントシークレット」を空白区切りで、ユーザーIDにサービスアカウント、パスワードに Private Key を改行なしで書いてください";

/// Whether the row's address is a bot's and not an incoming webhook's.
pub fn is_bot(row: &Record) -> bool {
    row.text("url").contains(BOT)
}

/// What requests of a bot need.
pub struct Bot {
    base: String,
    auth: String,
    private: bool,
    client: String,
    secret: String,
    account: String,
    key: String,
}

impl Bot {
    /// The bot of a row.
    pub fn of(row: &Record) -> Result<Self, SendError> {
        let mut parts = row.text("token").split_whitespace();
        let (Some(client), Some(secret), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SendError::parks(HINT));
        };
        let base = row.text("url").trim_end_matches(['\\', ' ', '/']);
        // A relay stands for both hosts.
        let own = base.split(BOT).next().unwrap_or_default().trim_end_matches("/v1.0");
        Ok(Self {
            base: base.to_owned(),
            auth: if host(base) == API_HOST { AUTH } else { own }.to_owned(),
            private: row.is("allow_private"),
            client: client.to_owned(),
            secret: secret.to_owned(),
            account: row.text("login").trim().to_owned(),
            key: row.text("password").to_owned(),
        })
    }

    /// A message to a channel, or to a user where `recipient` is an address.
    pub fn send(self, recipient: &str, text: &str) -> Outgoing {
        let whose = if recipient.contains('@') { "users" } else { "channels" };
        let url = format!("{}/{whose}/{}/messages", self.base, percent_encode(recipient));
        let mut body = Map::new();
        body.insert("content".to_owned(), json!({"type": "text", "text": text}));
        let post = Post::new(&url, self.private).json(&body);
        let recipient = recipient.to_owned();
        Outgoing::Talk(Box::new(move |carriers| {
            Box::pin(async move {
                match self.ask(&carriers, &post).await {
                    Ok(answer) => {
                        Carried { result: classify(&answer, &recipient), answer: summary(&answer) }
                    }
                    Err(fault) => Carried::unanswered(fault),
                }
            })
        }))
    }

    async fn ask(&self, carriers: &Carriers, post: &Post) -> Result<Answer, SendError> {
        let key = key(&[&self.auth, &self.client, &self.secret, &self.account, &self.key]);
        let first = carriers.log_ins.get(&key, self.sign_in(carriers)).await?;
        let answer = carriers.http.send(post.clone().bearer(&first.token).request()).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        carriers.log_ins.forget(&key, &first).await;
        let second = carriers.log_ins.get(&key, self.sign_in(carriers)).await?;
        carriers.http.send(post.clone().bearer(&second.token).request()).await
    }

    async fn sign_in(&self, carriers: &Carriers) -> Result<Made<LogIn>, SendError> {
        let assertion = self.assertion(carriers.clock.now())?;
        let post = Post::new(&format!("{}/oauth2/v2.0/token", self.auth), self.private).form(&[
            ("assertion", &assertion),
            ("grant_type", GRANT),
            ("client_id", &self.client),
            ("client_secret", &self.secret),
            ("scope", SCOPE),
        ]);
        // Whatever became of this request: no message was on its way.
        let answer = carriers.http.send(post.request()).await.map_err(SendError::not_sent)?;
        let said = answer.json();
        let token = said["access_token"].as_str().filter(|_| answer.status == 200);
        match (answer.status, token) {
            (_, Some(token)) => {
                // A text in the answers that were seen, a number in the standard.
                let life = &said["expires_in"];
                let life = life.as_u64().or_else(|| life.as_str()?.parse().ok()).unwrap_or(0);
                let life = Duration::from_secs(life).saturating_sub(TOKEN_MARGIN);
                let value = LogIn { user: String::new(), token: token.to_owned() };
                Ok(Made { value, good_for: Some(life.min(TOKEN_USE_MAX)) })
            }
            (400 | 401 | 403, _) => {
                let status = answer.status;
                let why = format!("LINE WORKS がトークンを出しません({status}): {HINT}");
                Err(SendError::parks(why))
            }
            (status, _) => {
                let why = format!("LINE WORKS がトークンの要求に {status} を返しました");
                Err(SendError::later(why, answer.retry_after))
            }
        }
    }

    /// A JWT signed by RS256 (RFC 7519, RFC 7518 §3.3): who asks, for whom, how long.
    fn assertion(&self, now: UnixMs) -> Result<String, SendError> {
        let fault = || SendError::parks(format!("LINE WORKS の Private Key を読めません: {HINT}"));
        let der = private_key(&self.key).ok_or_else(fault)?;
        let pair = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der));
        let pair = pair.map_err(|_| fault())?;
        let issued_at = now.div_euclid(1000);
        let header = json!({"alg": "RS256", "typ": "JWT"}).to_string();
        let claims = json!({
            "iss": self.client, "sub": self.account,
            "iat": issued_at, "exp": issued_at + ASSERTION_SECONDS,
        })
        .to_string();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| fault())?;
        Ok(format!("{signed}.{}", encode(&signature)))
    }
}

/// The bytes of a PEM text, whose lines may have become one, with or without its head and foot.
fn private_key(pem: &str) -> Option<Vec<u8>> {
    let body = pem.split("-----").find(|part| part.len() > 100).unwrap_or(pem);
    // A form that keeps no line breaks may have kept them as two signs.
    let body: String = body.replace("\\n", "").split_whitespace().collect();
    STANDARD_NO_PAD.decode(body.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;
    use crate::notify::tests::cloud::RSA_TEST_KEY;

    fn bot(key: &str) -> Bot {
        Bot {
            base: String::new(),
            auth: String::new(),
            private: false,
            client: "client".to_owned(),
            secret: "secret".to_owned(),
            account: "a.serviceaccount@example".to_owned(),
            key: key.to_owned(),
        }
    }

    #[test]
    fn an_assertion_is_signed_by_the_key_however_it_was_pasted() {
        let head = "-----BEGIN PRIVATE KEY-----";
        let foot = "-----END PRIVATE KEY-----";
        let halves = RSA_TEST_KEY.split_at(64);
        for key in [
            RSA_TEST_KEY.to_owned(),
            format!("{head} {} {} {foot}", halves.0, halves.1),
            format!("{head}\\n{}\\n{}\\n{foot}\\n", halves.0, halves.1),
        ] {
            let token = bot(&key).assertion(1_760_000_000_999).unwrap();
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let pair = RsaKeyPair::from_pkcs8(&private_key(RSA_TEST_KEY).unwrap()).unwrap();
            let public =
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public().as_ref());
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            public.verify(signed.as_bytes(), &signature).unwrap();
            let (header, claims) = signed.split_once('.').unwrap();
            assert_eq!(URL_SAFE_NO_PAD.decode(header).unwrap(), br#"{"alg":"RS256","typ":"JWT"}"#);
            assert_eq!(
                URL_SAFE_NO_PAD.decode(claims).unwrap(),
                br#"{"iss":"client","sub":"a.serviceaccount@example","iat":1760000000,"exp":1760001800}"#
            );
        }
    }

    #[test]
    fn a_key_that_is_none_is_told() {
        for key in ["", "secret", "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----"] {
            let fault = bot(key).assertion(0).unwrap_err();
            assert!(fault.to_string().contains("Private Key"), "{fault}");
        }
    }
}
