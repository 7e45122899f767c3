//! What a failure of SMTP means, pure but for the error itself.
//!
//! lettre tells a refused connection, a wrong TLS mode and an untrusted certificate by the same
//! error; what happened stands among its sources.

use std::error::Error as StdError;
use std::time::Duration;

use lettre::transport::smtp;

use super::account::{Account, Encryption, Proof};
use super::letter::one_line;
use crate::notify::http::causes;
use crate::notify::retry::SendError;

/// Waits after 4yz: a greylisting server wants a minute, a full one more (facts/targets.md §18).
const AGAIN_AFTER: [Duration; 3] =
    [Duration::from_secs(60), Duration::from_secs(300), Duration::from_secs(900)];
/// Most characters of an answer that are shown.
const ANSWER_MAX: usize = 160;
/// Refusals of passwords as such (Microsoft 365).
const NO_PASSWORDS: [&str; 3] = ["5.7.30", "5.7.139", "basic authentication"];

/// Where it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Until the server has greeted us, encryption included.
    Connect,
    /// During the log-in.
    LogIn,
    /// Sender, recipients, before anything was handed over.
    Envelope,
    /// The letter was handed over and its answer did not come.
    HandedOver,
}

/// Whether the server did not take the token itself: it may be one that has just ended.
pub fn is_stale_token(error: &smtp::Error, account: &Account) -> bool {
    // A bad token is answered by 334 and a challenge, which lettre reports as its own fault.
    matches!(account.proof, Proof::Token(_)) && (error.is_client() || error.is_permanent())
}

/// The server's answer, or what stands for it, in one line.
pub fn shown(error: &smtp::Error) -> String {
    let Some(code) = error.status() else { return String::new() };
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    let line = one_line(&format!("{code} {text}"));
    line.chars().take(ANSWER_MAX).collect()
}

/// What to do after `error`; `failures` counts the earlier ones of this delivery.
pub fn judge(error: &smtp::Error, account: &Account, phase: Phase, failures: u32) -> SendError {
    if let Some(code) = error.status() {
        let answer = shown(error);
        return if u16::from(code) >= 500 {
            let why = refused(&answer, account, phase);
            // Servers lock out who guesses: nothing is tried before somebody changes something.
            if phase == Phase::LogIn { SendError::parks(why) } else { SendError::never(why) }
        } else {
            let index = usize::try_from(failures).unwrap_or(usize::MAX);
            let after = AGAIN_AFTER.get(index).or(AGAIN_AFTER.last()).copied();
            let why = format!("メールサーバーが後で送るよう求めました: {answer}");
            SendError::Later { after, why, ambiguous: false }
        };
    }
    if causes(error).any(is_certificate_fault) {
        return SendError::parks(format!(
            "メールサーバー {} の証明書を信頼できません。SMTPサーバーの名前と証明書を確かめてください",
            account.server
        ));
    }
    if error.is_client() {
        return SendError::parks(not_offered(error, account, phase));
    }
    let ambiguous = phase == Phase::HandedOver;
    SendError::Later { after: None, why: broken(error, account, phase), ambiguous }
}

/// What 5yz means for people.
fn refused(answer: &str, account: &Account, phase: Phase) -> String {
    let lower = answer.to_ascii_lowercase();
    if NO_PASSWORDS.iter().any(|sign| lower.contains(sign)) {
        return format!(
            "メールサーバーがパスワードでの送信を断りました: {answer}。Microsoft 365 では認証方式を XOAUTH2 にするか、管理者が SMTP AUTH を許してください"
        );
    }
    match phase {
        Phase::LogIn if matches!(account.proof, Proof::Token(_)) => format!(
            "メールサーバーがトークンを断りました: {answer}。ユーザー名とスコープ、送信の許可を確かめてください"
        ),
        Phase::LogIn if account.server.to_ascii_lowercase().ends_with("gmail.com") => format!(
            "メールサーバーが認証を断りました: {answer}。Gmail では2段階認証のアプリパスワードか XOAUTH2 を使ってください"
        ),
        Phase::LogIn => format!(
            "メールサーバーが認証を断りました: {answer}。ユーザー名・パスワード・認証方式を確かめてください"
        ),
        _ => format!("メールサーバーが断りました: {answer}"),
    }
}

/// The server lacks what the row asks for.
fn not_offered(error: &smtp::Error, account: &Account, phase: Phase) -> String {
    match (phase, account.encryption) {
        (Phase::Connect, Encryption::StartTls) => {
            "メールサーバーが STARTTLS を使えません。ポートが 465 なら暗号化を TLS にしてください"
                .to_owned()
        }
        (Phase::LogIn, _) => {
            "メールサーバーがこの認証方式を使えません。認証方式と暗号化を確かめてください"
                .to_owned()
        }
        _ => format!("メールを送れません({})", one_line(&error.to_string())),
    }
}

fn broken(error: &smtp::Error, account: &Account, phase: Phase) -> String {
    let tls = causes(error).any(|cause| cause.is::<rustls::Error>());
    match phase {
        Phase::Connect if tls || error.is_response() => format!(
            "メールサーバー {}:{} と話せません。ポートと暗号化の組(587はSTARTTLS、465はTLS)を確かめてください",
            account.server, account.port
        ),
        Phase::Connect => {
            format!("メールサーバー {}:{} に接続できません", account.server, account.port)
        }
        Phase::LogIn | Phase::Envelope => "メールサーバーとの接続が切れました".to_owned(),
        Phase::HandedOver => "メールを渡した後、応答の前に接続が切れました".to_owned(),
    }
}

fn is_certificate_fault(cause: &(dyn StdError + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
}
