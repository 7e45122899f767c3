//! A Mail-Account, read for sending.

use std::time::Duration;

use lettre::transport::smtp::authentication::Mechanism;

use crate::notify::retry::SendError;
use crate::resource::Record;

/// URI of the accounts.
pub const ACCOUNTS: &str = "Mail-Account";

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all (暗号化 なし).
    None,
    /// STARTTLS, which must succeed; never "if the server happens to offer it".
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
}

/// Where an access token of XOAUTH2 comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The token endpoint.
    pub url: String,
    /// What the provider knows this program by.
    pub client_id: String,
    /// Its secret; empty for public clients.
    pub client_secret: String,
    /// Empty = the program signs in for itself (client credentials).
    pub refresh_token: String,
    /// Empty = what the refresh token was made for.
    pub scope: String,
}

/// How the account proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It does not.
    None,
    /// A password, told by this mechanism.
    Password(Mechanism, String),
    /// An access token that is fetched first.
    Token(Grant),
}

/// An account with everything that a connection needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Key of the row.
    pub id: i64,
    /// SMTP server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// TLS or not.
    pub encryption: Encryption,
    /// Name for the log-in.
    pub login: String,
    /// Log-in.
    pub proof: Proof,
    /// Name shown as the sender; empty = none.
    pub sender_name: String,
    /// The sender's address.
    pub email: String,
    /// Reply-To, or empty.
    pub reply_to: String,
    /// For one attempt as a whole.
    pub timeout: Duration,
}

/// What large providers use, where the row says nothing: host of the SMTP server, token endpoint,
/// scope with a refresh token, scope without one.
const PROVIDERS: [(&str, &str, &str, &str); 2] = [
    ("smtp.gmail.com", "https://oauth2.googleapis.com/token", "", "https://mail.google.com/"),
    (
        "smtp.office365.com",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "https://outlook.office.com/SMTP.Send offline_access",
        "https://outlook.office365.com/.default",
    ),
];

impl Account {
    /// Reads a row; the fault says what the row lacks.
    pub fn read(row: &Record) -> Result<Self, SendError> {
        let text = |column| row.text(column).trim().to_owned();
        let email = text("email");
        // Most servers know an account by its address.
        let login = if text("login").is_empty() { email.clone() } else { text("login") };
        let seconds = u64::try_from(row.int("timeout_seconds")).unwrap_or(0).max(1);
        Ok(Self {
            id: row.key(),
            server: text("server"),
            port: u16::try_from(row.int("port")).unwrap_or(0),
            encryption: match row.text("encryption") {
                "なし" => Encryption::None,
                "TLS" => Encryption::Tls,
                _ => Encryption::StartTls,
            },
            login,
            proof: proof(row)?,
            sender_name: text("sender_name"),
            email,
            reply_to: text("reply_to"),
            timeout: Duration::from_secs(seconds),
        })
    }
}

fn proof(row: &Record) -> Result<Proof, SendError> {
    let mechanism = match row.text("auth_method") {
        "なし" => return Ok(Proof::None),
        "XOAUTH2" => return Ok(Proof::Token(grant(row)?)),
        "LOGIN" => Mechanism::Login,
        _ => Mechanism::Plain,
    };
    let password = row.text("password");
    if password.is_empty() {
        return Err(SendError::never(
            "メールアカウントのパスワードが空です。認証の要らないサーバーでは認証方式を「なし」にしてください",
        ));
    }
    Ok(Proof::Password(mechanism, password.to_owned()))
}

fn grant(row: &Record) -> Result<Grant, SendError> {
    let text = |column| row.text(column).trim().to_owned();
    let server = text("server");
    let known = PROVIDERS.iter().find(|(host, ..)| server.eq_ignore_ascii_case(host));
    let refresh_token = text("refresh_token");
    let (mut url, mut scope) = (text("token_url"), text("scope"));
    if let Some((_, provider_url, refreshed, own)) = known {
        if url.is_empty() {
            url = (*provider_url).to_owned();
        }
        if scope.is_empty() {
            scope = (*if refresh_token.is_empty() { own } else { refreshed }).to_owned();
        }
    }
    let client_id = text("client_id");
    if url.is_empty() || client_id.is_empty() {
        return Err(SendError::never(
            "XOAUTH2 には、メールアカウントのトークンURLとクライアントIDが要ります",
        ));
    }
    Ok(Grant { url, client_id, client_secret: text("client_secret"), refresh_token, scope })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Value;
    use crate::resource::catalog::find;

    fn row(cells: &[(&str, &str)]) -> Record {
        let mut row = Record::empty(find(ACCOUNTS).unwrap());
        row.set("port", Value::Int(587));
        for (column, text) in cells {
            row.set(column, Value::Text((*text).to_owned()));
        }
        row
    }

    #[test]
    fn a_row_is_read_and_what_it_lacks_is_named() {
        let plain = row(&[
            ("email", "cti@example.com"),
            ("server", "smtp.example.com"),
            ("encryption", "STARTTLS"),
            ("auth_method", "LOGIN"),
            ("password", "secret"),
        ]);
        let account = Account::read(&plain).unwrap();
        assert_eq!(account.encryption, Encryption::StartTls);
        assert_eq!(account.login, "cti@example.com", "the address where no name is given");
        assert_eq!(account.proof, Proof::Password(Mechanism::Login, "secret".to_owned()));
        let why = |cells: &[(&str, &str)]| Account::read(&row(cells)).unwrap_err().to_string();
        assert!(why(&[("auth_method", "PLAIN")]).contains("パスワード"));
        assert!(why(&[("auth_method", "XOAUTH2")]).contains("トークンURL"));
        assert_eq!(Account::read(&row(&[("auth_method", "なし")])).unwrap().proof, Proof::None);
    }

    #[test]
    fn the_endpoints_of_large_providers_are_known_and_the_row_wins() {
        let read = |cells: &[(&str, &str)]| {
            let mut all = vec![("auth_method", "XOAUTH2"), ("client_id", "c")];
            all.extend_from_slice(cells);
            match Account::read(&row(&all)).unwrap().proof {
                Proof::Token(grant) => (grant.url, grant.scope),
                other => panic!("{other:?}"),
            }
        };
        let google = read(&[("server", "SMTP.gmail.com"), ("refresh_token", "r")]);
        assert_eq!(google, ("https://oauth2.googleapis.com/token".into(), String::new()));
        let (url, scope) = read(&[("server", "smtp.office365.com")]);
        assert!(url.starts_with("https://login.microsoftonline.com/common/"), "{url}");
        assert!(scope.ends_with("/.default"), "{scope}");
        let own = [
            ("server", "smtp.office365.com"),
            ("token_url", "http://127.0.0.1:1/token"),
            ("scope", "s"),
        ];
        assert_eq!(read(&own), ("http://127.0.0.1:1/token".to_owned(), "s".to_owned()));
    }
}
