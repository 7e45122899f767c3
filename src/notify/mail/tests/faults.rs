//! What is made of answers and of silence.

use super::server::{Script, Server};
use super::*;
use crate::clock::Clock;
use crate::notify::http::Http;
use crate::notify::mail::{Fared, PostOffice};
use crate::notify::retry::SendError;
use crate::notify::tests::receiver::{Act, Receiver};

struct Bench {
    server: Server,
    http: Http,
    post: PostOffice,
}

impl Bench {
    async fn new(script: Script) -> Self {
        let http = Http::new(Vec::new(), Clock::system()).unwrap();
        let post = PostOffice::new(http.deny(), "cti.example");
        Self { server: Server::start(script).await, http, post }
    }

    async fn send(&self, account: &Account, people: &[(Role, Address)]) -> Vec<Fared> {
        let to: Vec<Address> = people.iter().map(|(_, address)| address.clone()).collect();
        self.post.send(&self.http, account, Some(&letter(people)), &to, 0).await.each
    }

    async fn one(&self, account: &Account) -> Fared {
        let to = people(&[(Role::To, "shop@example.com")]);
        self.send(account, &to).await.remove(0)
    }
}

/// (seconds to wait; none = for good, part of the reason)
fn later(fared: &Fared) -> Option<u64> {
    match &fared.result {
        Err(SendError::Later { after, .. }) => Some(after.map_or(0, |after| after.as_secs())),
        _ => None,
    }
}

#[tokio::test]
async fn one_connection_serves_several_letters_and_says_what_it_gave() {
    let bench = Bench::new(Vec::new()).await;
    let account = account(bench.server.port);
    for _ in 0..3 {
        let fared = bench.one(&account).await;
        assert_eq!((fared.result, fared.answer.as_str()), (Ok(()), "250 2.0.0 queued as 7F"));
    }
    assert_eq!(bench.server.count("(connect)"), 1);
    assert_eq!(bench.server.count("EHLO cti.example"), 1);
    assert_eq!(bench.server.count("AUTH PLAIN"), 1);
    assert_eq!(bench.server.count("(letter)"), 3);
    // A changed row has a connection of its own.
    let changed = Account { login: "other@example.com".to_owned(), ..account };
    assert_eq!(bench.one(&changed).await.result, Ok(()));
    assert_eq!(bench.server.count("(connect)"), 2);
}

#[tokio::test]
async fn recipients_fare_each_in_their_own_way() {
    let bench = Bench::new(vec![
        ("RCPT TO:<nobody@", "550 5.1.1 no such user"),
        ("RCPT TO:<grey@", "451 4.7.1 greylisted"),
    ])
    .await;
    let to = people(&[
        (Role::To, "shop@example.com"),
        (Role::To, "nobody@example.com"),
        (Role::Cc, "grey@example.com"),
    ]);
    let fared = bench.send(&account(bench.server.port), &to).await;
    assert_eq!(fared[0].result, Ok(()));
    let why = fared[1].result.clone().unwrap_err();
    assert!(matches!(&why, SendError::Never { why, .. } if why.contains("550 5.1.1")), "{why}");
    assert_eq!(later(&fared[2]), Some(60));
    assert_eq!(bench.server.count("(letter)"), 1);
}

#[tokio::test]
async fn refusals_are_told_with_the_way_out() {
    for (word, answer, port_25_part) in [
        ("AUTH", "535 5.7.8 bad credentials", "認証を断りました"),
        (
            "AUTH",
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled",
            "XOAUTH2",
        ),
        (
            "MAIL",
            "550 5.7.30 Basic authentication is not supported for Client Submission.",
            "XOAUTH2",
        ),
        ("(letter)", "554 5.7.1 looks like spam", "554 5.7.1"),
        ("EHLO", "250 mail.example", "認証方式"),
    ] {
        let bench = Bench::new(vec![(word, answer)]).await;
        let fared = bench.one(&account(bench.server.port)).await;
        let fault = fared.result.unwrap_err();
        assert!(
            matches!(&fault, SendError::Never { why, .. } if why.contains(port_25_part)),
            "{answer}: {fault}"
        );
    }
    let bench = Bench::new(Vec::new()).await;
    let wanted = Account { encryption: Encryption::StartTls, ..account(bench.server.port) };
    let fault = bench.one(&wanted).await.result.unwrap_err().to_string();
    assert!(fault.contains("STARTTLS"), "{fault}");
    assert_eq!(bench.server.count("AUTH"), 0, "no password without the encryption asked for");
}

#[tokio::test]
async fn trouble_that_passes_comes_again_and_only_an_accepted_letter_is_ambiguous() {
    for (word, answer, ambiguous) in [
        ("AUTH", "454 4.7.0 not now", false),
        ("MAIL", "421 4.3.2 closing", false),
        ("DATA", "", false),
        ("(letter)", "451 4.3.0 disk full", false),
        ("(letter)", "", true),
        ("EHLO", "garbage", false),
    ] {
        let bench = Bench::new(vec![(word, answer)]).await;
        let fared = bench.one(&account(bench.server.port)).await;
        let said = (word, answer);
        assert!(
            matches!(&fared.result, Err(SendError::Later { ambiguous: found, .. }) if *found == ambiguous),
            "{said:?}: {fared:?}"
        );
    }
    let nobody = account(1);
    let bench = Bench::new(Vec::new()).await;
    assert_eq!(later(&bench.one(&nobody).await), Some(0));
    let slow = Account { timeout: Duration::from_millis(300), ..account(bench.server.port) };
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow = Account { port: silent.local_addr().unwrap().port(), ..slow };
    assert_eq!(later(&bench.one(&slow).await), Some(0));
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_anew_once() {
    let tokens = Receiver::start([
        Act::Answer(200, "", r#"{"access_token":"old","expires_in":3600}"#),
        Act::Answer(200, "", r#"{"access_token":"new","refresh_token":"refresh-2"}"#),
    ])
    .await;
    // As real servers do: 334 with the error as a challenge.
    let bench = Bench::new(vec![("AUTH XOAUTH2", "334 eyJzdGF0dXMiOiI0MDEifQ==")]).await;
    let account = with_tokens(bench.server.port, format!("{}/token", tokens.address));
    let to = people(&[(Role::To, "shop@example.com")]);
    let all: Vec<Address> = to.iter().map(|(_, address)| address.clone()).collect();
    let posted = bench.post.send(&bench.http, &account, Some(&letter(&to)), &all, 0).await;
    assert_eq!(posted.each[0].result, Ok(()));
    assert_eq!(posted.renewed.as_deref(), Some("refresh-2"));
    assert_eq!(tokens.seen().len(), 2);
}

#[tokio::test]
async fn tokens_that_stay_refused_end_it() {
    let tokens = Receiver::start([
        Act::Answer(200, "", r#"{"access_token":"a"}"#),
        Act::Answer(200, "", r#"{"access_token":"b"}"#),
    ])
    .await;
    let bench =
        Bench::new(vec![("AUTH XOAUTH2", "334 e30="), ("AUTH XOAUTH2", "535 5.7.8 no")]).await;
    let account = with_tokens(bench.server.port, format!("{}/token", tokens.address));
    let fault = bench.one(&account).await.result.unwrap_err();
    assert!(matches!(&fault, SendError::Never { why, .. } if why.contains("トークン")), "{fault}");
    assert_eq!((tokens.seen().len(), bench.server.count("(letter)")), (2, 0));
}
