//! One conversation with a mail server.
//!
//! Invariant: the address that was checked is the address that is connected to; a password or a
//! token goes over an unencrypted connection to this machine or a private network at most.
//! Never: falls back to less encryption than the row asks for.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::address::Address;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;

use super::account::{Account, Encryption, Proof};
use super::fault::{Phase, judge, shown};
use super::letter::one_line;
use crate::config::AddressRange;
use crate::notify::address::{Reach, reach};
use crate::notify::resolve::{Unresolved, resolve};
use crate::notify::retry::SendError;

/// Time for one address of several.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that has greeted, encrypted where asked, and not yet logged in.
pub struct Session {
    connection: AsyncSmtpConnection,
    address: SocketAddr,
}

/// Why a log-in failed.
pub enum LogInFault {
    /// The row asks for no encryption, and the server stands outside.
    Unencrypted,
    /// The server did not take it.
    Refused(smtp::Error),
}

/// How one recipient fared.
#[derive(Clone, Debug)]
pub struct Fared {
    /// What became of it.
    pub result: Result<(), SendError>,
    /// What the server said of it last; empty = nothing.
    pub answer: String,
}

/// What became of one handing-over.
pub struct HandedOver {
    /// One for each recipient, in their order.
    pub each: Vec<Fared>,
    /// It refused the sender or the letter, not one recipient.
    pub hold: bool,
}

impl Session {
    /// Connects and encrypts.
    pub async fn open(
        account: &Account,
        hello: &ClientId,
        deny: &[AddressRange],
    ) -> Result<Self, SendError> {
        // A mail server in the office is as usual as one outside.
        let found = resolve(&account.server, account.port, true, deny).await;
        let addresses = found.map_err(|fault| unresolved(fault, account))?;
        let tls = match account.encryption {
            Encryption::None => None,
            _ => Some(TlsParameters::new(account.server.clone()).map_err(|_| {
                SendError::never("この機械の証明書の一覧を読めないため、メールを暗号化できません")
            })?),
        };
        let wrapped = tls.clone().filter(|_| account.encryption == Encryption::Tls);
        let mut last = None;
        for address in addresses {
            let connected = AsyncSmtpConnection::connect_tokio1(
                address,
                Some(CONNECT_TIMEOUT),
                hello,
                wrapped.clone(),
                None,
            );
            match connected.await {
                Ok(connection) => {
                    let mut session = Self { connection, address };
                    if let (Encryption::StartTls, Some(tls)) = (account.encryption, tls) {
                        session.start_tls(account, tls, hello).await?;
                    }
                    return Ok(session);
                }
                Err(error) => last = Some(judge(&error, account, Phase::Connect, 0)),
            }
        }
        Err(last.unwrap_or_else(|| unresolved(Unresolved::Unknown, account)))
    }

    async fn start_tls(
        &mut self,
        account: &Account,
        tls: TlsParameters,
        hello: &ClientId,
    ) -> Result<(), SendError> {
        let started = self.connection.starttls(tls, hello).await;
        started.map_err(|error| judge(&error, account, Phase::Connect, 0))
    }

    /// Logs in with a password, or with the token that was fetched for it.
    pub async fn log_in(&mut self, account: &Account, token: &str) -> Result<(), LogInFault> {
        let (mechanism, secret) = match &account.proof {
            Proof::None => return Ok(()),
            Proof::Password(mechanism, password) => (*mechanism, password.as_str()),
            Proof::Token(_) => (Mechanism::Xoauth2, token),
        };
        if !self.connection.is_encrypted() && reach(self.address.ip()) == Reach::Public {
            return Err(LogInFault::Unencrypted);
        }
        let credentials = Credentials::new(account.login.clone(), secret.to_owned());
        self.connection.auth(&[mechanism], &credentials).await.map_err(LogInFault::Refused)?;
        Ok(())
    }

    /// Whether the server still listens.
    pub async fn is_alive(&mut self) -> bool {
        !self.connection.has_broken() && self.connection.test_connected().await
    }

    /// Hands the letter over to those of `recipients` whom the server takes.
    pub async fn hand_over(&mut self, order: &Order<'_>) -> HandedOver {
        let from = Mail::new(Some(order.from.clone()), Vec::new());
        let greeted = self.connection.command(from).await;
        let mut each = vec![fared(greeted, order, Phase::Envelope); order.recipients.len()];
        if each.iter().any(|one| one.result.is_err()) {
            return HandedOver { each, hold: true };
        }
        for (recipient, fares) in order.recipients.iter().zip(&mut each) {
            let asked = Rcpt::new(recipient.clone(), Vec::new());
            *fares = fared(self.connection.command(asked).await, order, Phase::Envelope);
        }
        let Some(letter) = order.letter.filter(|_| each.iter().any(|one| one.result.is_ok()))
        else {
            return HandedOver { each, hold: false };
        };
        let sent = match self.connection.command(Data).await {
            Ok(_) => {
                order.begun.store(true, Ordering::Relaxed);
                fared(self.connection.message(letter).await, order, Phase::HandedOver)
            }
            refused => fared(refused, order, Phase::Envelope),
        };
        each.iter_mut().filter(|one| one.result.is_ok()).for_each(|one| one.clone_from(&sent));
        HandedOver { each, hold: sent.result.is_err() }
    }

    /// Makes the connection ready for the next letter; false = it is of no more use.
    pub async fn reset(&mut self) -> bool {
        !self.connection.has_broken() && self.connection.command(Rset).await.is_ok()
    }

    /// Says good-bye.
    pub async fn close(mut self) {
        self.connection.abort().await;
    }
}

/// A letter and the way it goes.
pub struct Order<'a> {
    /// By whose account.
    pub account: &'a Account,
    /// The sender of the envelope.
    pub from: &'a Address,
    /// The recipients of the envelope.
    pub recipients: &'a [Address],
    /// The letter; `None` = the recipients are asked for, and nothing is sent.
    pub letter: Option<&'a [u8]>,
    /// Earlier failures of this delivery.
    pub failures: u32,
    /// Set as soon as the letter goes out: from then on nobody knows whether it arrived.
    pub begun: &'a AtomicBool,
}

/// What an answer to a command means.
fn fared(answer: Result<Response, smtp::Error>, order: &Order<'_>, phase: Phase) -> Fared {
    match answer {
        Ok(response) => {
            let text = response.message().collect::<Vec<_>>().join(" ");
            Fared { result: Ok(()), answer: one_line(&format!("{} {text}", response.code())) }
        }
        Err(error) => Fared {
            result: Err(judge(&error, order.account, phase, order.failures)),
            answer: shown(&error),
        },
    }
}

fn unresolved(fault: Unresolved, account: &Account) -> SendError {
    let server = &account.server;
    match fault {
        Unresolved::Unknown => SendError::Later {
            after: None,
            why: format!("SMTPサーバー {server} の名前を引けません"),
            ambiguous: false,
        },
        Unresolved::Refused => SendError::never(format!(
            "SMTPサーバー {server} のアドレスへは送れません(リンクローカル・メタデータ番地と [outbound] deny の範囲は常に不可)"
        )),
    }
}
