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

/// What became of one handing-over.
pub struct HandedOver {
    /// One for each recipient, in their order.
    pub each: Vec<Result<(), SendError>>,
    /// The server's last answer; empty = none came.
    pub answer: String,
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
        let fault = |error: &smtp::Error, phase| judge(error, order.account, phase, order.failures);
        let all = |fault: SendError, answer| HandedOver {
            each: vec![Err(fault); order.recipients.len()],
            answer,
        };
        let from = Mail::new(Some(order.from.clone()), Vec::new());
        if let Err(error) = self.connection.command(from).await {
            return all(fault(&error, Phase::Envelope), shown(&error));
        }
        let mut each = Vec::with_capacity(order.recipients.len());
        let mut answer = String::new();
        for recipient in order.recipients {
            let asked = Rcpt::new(recipient.clone(), Vec::new());
            each.push(self.connection.command(asked).await.map(|_| ()).map_err(|error| {
                answer = shown(&error);
                fault(&error, Phase::Envelope)
            }));
        }
        if each.iter().all(Result::is_err) {
            return HandedOver { each, answer };
        }
        let sent = match self.connection.command(Data).await {
            Ok(_) => {
                order.begun.store(true, Ordering::Relaxed);
                let sent = self.connection.message(order.letter).await;
                sent.map_err(|error| (shown(&error), fault(&error, Phase::HandedOver)))
            }
            Err(error) => Err((shown(&error), fault(&error, Phase::Envelope))),
        };
        match sent {
            // A refusal of one recipient is told rather than the success of the others.
            Ok(response) if answer.is_empty() => {
                let text = response.message().collect::<Vec<_>>().join(" ");
                answer = one_line(&format!("{} {text}", response.code()));
            }
            Ok(_) => {}
            Err((said, fault)) => {
                answer = said;
                each.iter_mut().filter(|one| one.is_ok()).for_each(|one| *one = Err(fault.clone()));
            }
        }
        HandedOver { each, answer }
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
    /// The letter.
    pub letter: &'a [u8],
    /// Earlier failures of this delivery.
    pub failures: u32,
    /// Set as soon as the letter goes out: from then on nobody knows whether it arrived.
    pub begun: &'a AtomicBool,
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
