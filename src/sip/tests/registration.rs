//! The REGISTER client by table: what it does after which answers.

use std::time::{Duration, Instant};

use crate::sip::RegistrationState as Shown;
use crate::sip::account::Account;
use crate::sip::answer::Answer;
use crate::sip::register::Attempt;
use crate::sip::registration::{Input, Output, Registrar};

/// The machine with a clock of its own; it is found and connected at once.
struct Bench {
    registrar: Registrar,
    start: Instant,
    now: Instant,
    sent: Vec<Attempt>,
    resent: usize,
    shown: Vec<(Shown, u16)>,
    error: String,
    next: Option<Instant>,
    left: bool,
}

fn account() -> Account {
    Account {
        uri: "sip:gw".into(),
        username: "0007".into(),
        password: "secret".into(),
        realm: String::new(),
        expires: 3600,
        reliable: false,
    }
}

impl Bench {
    fn new(account: Account) -> Self {
        let start = Instant::now();
        let (registrar, outputs) = Registrar::new(account, start);
        let mut bench = Self {
            registrar,
            start,
            now: start,
            sent: Vec::new(),
            resent: 0,
            shown: Vec::new(),
            error: String::new(),
            next: None,
            left: false,
        };
        bench.take(outputs);
        bench
    }

    fn give(&mut self, input: Input) {
        let outputs = self.registrar.step(input, self.now, 500);
        self.take(outputs);
    }

    fn take(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Prepare => self.give(Input::Ready),
                Output::Send(attempt) => self.sent.push(attempt),
                Output::Resend => self.resent += 1,
                Output::Report(report) => {
                    self.shown.push((report.state, report.code));
                    (self.error, self.next) = (report.error, report.next);
                }
                Output::Left => self.left = true,
            }
        }
    }

    /// Lets the machine tick until `seconds` after its start.
    fn until(&mut self, seconds: u64) {
        let end = self.start + Duration::from_secs(seconds);
        while let Some(due) = self.registrar.deadline().filter(|due| *due <= end) {
            self.now = due;
            self.give(Input::Tick);
        }
        self.now = end;
    }

    /// Lets the announced wait pass.
    fn rest(&mut self) {
        self.now = self.next.unwrap();
        self.give(Input::Tick);
    }

    fn answer(&mut self, code: u16) {
        self.give(Input::Answered(Answer { code, ..Answer::default() }));
    }

    fn challenge(&mut self, nonce: &str, more: &str) {
        self.asked(401, nonce, more);
    }

    /// 401 comes from the registrar, 407 from a proxy before it.
    fn asked(&mut self, code: u16, nonce: &str, more: &str) {
        let value = format!("Digest realm=\"gw\", nonce=\"{nonce}\"{more}").into_bytes();
        let challenges = vec![(code == 407, value)];
        self.give(Input::Answered(Answer { code, challenges, ..Answer::default() }));
    }

    fn grant(&mut self, seconds: u32) {
        let granted = Some(seconds);
        self.give(Input::Answered(Answer { code: 200, granted, ..Answer::default() }));
    }

    fn wait(&self) -> Duration {
        self.next.unwrap() - self.now
    }

    fn answers_nonce(&self, nonce: &str) -> bool {
        let line = self.sent.last().unwrap().authorization.join("\n");
        line.contains(&format!("nonce=\"{nonce}\""))
    }
}

#[test]
fn a_challenge_is_answered_and_the_nonce_used_again_at_the_refresh() {
    let mut bench = Bench::new(account());
    assert_eq!((bench.sent[0].cseq, bench.sent[0].expires), (1, 3600));
    assert!(bench.sent[0].authorization.is_empty());
    bench.challenge("n1", ", qop=auth");
    assert!(bench.answers_nonce("n1"));
    bench.grant(3600);
    assert_eq!(bench.shown, [(Shown::Registering, 0), (Shown::Registered, 200)]);
    assert_eq!(bench.wait(), Duration::from_secs(300));
    bench.until(300);
    assert_eq!(bench.sent.len(), 3);
    assert!(bench.sent[2].authorization.concat().contains("nc=00000002"));
    assert_ne!(bench.sent[1].branch, "");
}

#[test]
fn the_refresh_comes_at_half_of_what_was_granted_or_after_300_seconds() {
    for (granted, wait) in [(60, 30), (600, 300), (3600, 300), (1, 1)] {
        let mut bench = Bench::new(account());
        bench.grant(granted);
        assert_eq!(bench.wait(), Duration::from_secs(wait), "{granted}");
    }
}

#[test]
fn a_wrong_password_is_tried_once_and_then_slowly() {
    let mut bench = Bench::new(account());
    bench.challenge("n1", "");
    bench.challenge("n2", "");
    assert_eq!(bench.sent.len(), 2);
    assert_eq!(bench.shown.last(), Some(&(Shown::Failed, 401)));
    assert!(bench.error.contains("パスワード"), "{}", bench.error);
    let first = bench.wait();
    assert!((30..=36).contains(&first.as_secs()), "{first:?}");
    let mut waits = Vec::new();
    for _ in 0..6 {
        bench.rest();
        bench.challenge("n1", "");
        bench.challenge("n2", "");
        waits.push(bench.wait().as_secs());
    }
    assert!(waits.is_sorted() && waits.last() == Some(&300), "{waits:?}");
}

#[test]
fn a_stale_nonce_is_replaced_at_once_but_only_once() {
    let mut bench = Bench::new(account());
    bench.challenge("n1", "");
    bench.challenge("n2", ", stale=true");
    assert!(bench.answers_nonce("n2"));
    bench.challenge("n3", ", stale=true");
    assert_eq!((bench.sent.len(), bench.shown.last()), (3, Some(&(Shown::Failed, 401))));
}

#[test]
fn an_old_nonce_of_the_last_refresh_does_not_count_as_a_wrong_password() {
    let mut bench = Bench::new(account());
    bench.challenge("n1", "");
    bench.grant(100);
    bench.until(50);
    bench.challenge("n2", "");
    assert!(bench.answers_nonce("n2"));
    bench.grant(100);
    assert_eq!(bench.shown.last(), Some(&(Shown::Registered, 200)));
}

#[test]
fn a_proxy_and_the_registrar_behind_it_both_get_their_proof() {
    let mut bench = Bench::new(account());
    bench.asked(407, "p1", ", qop=auth");
    bench.asked(401, "r1", ", qop=auth");
    let both = |bench: &Bench, proxy: &str, registrar: &str| {
        let lines = &bench.sent.last().unwrap().authorization;
        let has = |name: &str, nonce: &str| {
            let nonce = format!("nonce=\"{nonce}\"");
            lines.iter().any(|line| line.starts_with(name) && line.contains(&nonce))
        };
        has("Proxy-Authorization: ", proxy) && has("Authorization: ", registrar)
    };
    assert!(both(&bench, "p1", "r1"), "{:?}", bench.sent.last());
    bench.grant(100);
    assert_eq!(bench.shown.last(), Some(&(Shown::Registered, 200)));
    // the refresh proves both at once, and each of them may ask by a new nonce
    bench.until(50);
    assert!(both(&bench, "p1", "r1"), "{:?}", bench.sent.last());
    bench.asked(401, "r2", "");
    bench.asked(407, "p2", "");
    assert!(both(&bench, "p2", "r2"), "{:?}", bench.sent.last());
    bench.grant(100);
    assert_eq!(bench.shown.last(), Some(&(Shown::Registered, 200)));
}

#[test]
fn a_wrong_password_is_no_storm_between_proxy_and_registrar() {
    let mut bench = Bench::new(account());
    for code in [407, 401, 407, 401] {
        bench.asked(code, &format!("n{}", bench.sent.len()), "");
    }
    assert_eq!((bench.sent.len(), bench.shown.last()), (3, Some(&(Shown::Failed, 407))));
}

#[test]
fn challenges_that_cannot_be_answered_are_told() {
    for (account, more, word) in [
        (Account { password: String::new(), ..account() }, "", "パスワードを設定"),
        (Account { realm: "other".into(), ..account() }, "", "レルム"),
        (account(), ", algorithm=SHA-512-256", "SHA-256"),
    ] {
        let mut bench = Bench::new(account);
        bench.challenge("n", more);
        assert_eq!((bench.sent.len(), bench.shown.last()), (1, Some(&(Shown::Failed, 401))));
        assert!(bench.error.contains(word), "{}", bench.error);
    }
}

#[test]
fn silence_is_retransmitted_then_tried_again_within_30_seconds() {
    let mut bench = Bench::new(account());
    bench.until(31);
    // timer E: 0.5 1.5 3.5 7.5 11.5 15.5 19.5 23.5 27.5
    assert_eq!((bench.sent.len(), bench.resent), (1, 9));
    bench.until(32);
    assert_eq!(bench.shown.last(), Some(&(Shown::Failed, 408)));
    assert!((1..=2).contains(&bench.wait().as_secs()));
    let mut waits = Vec::new();
    for _ in 0..8 {
        bench.rest();
        bench.now = bench.registrar.deadline().unwrap();
        while bench.shown.last() != Some(&(Shown::Failed, 408)) || bench.next <= Some(bench.now) {
            bench.now = bench.registrar.deadline().unwrap();
            bench.give(Input::Tick);
        }
        waits.push(bench.wait().as_secs());
    }
    assert!(waits.is_sorted() && waits.last() == Some(&30), "{waits:?}");
    bench.rest();
    bench.grant(3600);
    assert_eq!(bench.shown.last(), Some(&(Shown::Registered, 200)));
}

#[test]
fn tcp_is_not_retransmitted_and_a_broken_connection_registers_again() {
    let mut bench = Bench::new(Account { reliable: true, ..account() });
    bench.until(30);
    assert_eq!((bench.sent.len(), bench.resent), (1, 0));
    bench.grant(3600);
    bench.give(Input::Broken(String::new()));
    assert_eq!(bench.sent.len(), 2);
    bench.give(Input::Broken(String::new()));
    assert_eq!(bench.shown.last(), Some(&(Shown::Failed, 408)));
}

#[test]
fn a_longer_time_is_accepted_and_a_longer_wait_obeyed() {
    let mut bench = Bench::new(Account { expires: 60, ..account() });
    let min_expires = Some(1800);
    bench.give(Input::Answered(Answer { code: 423, min_expires, ..Answer::default() }));
    assert_eq!(bench.sent[1].expires, 1800);
    bench.give(Input::Answered(Answer { code: 423, min_expires, ..Answer::default() }));
    assert_eq!((bench.sent.len(), bench.shown.last()), (2, Some(&(Shown::Failed, 423))));

    let mut bench = Bench::new(account());
    let retry_after = Some(77);
    bench.give(Input::Answered(Answer { code: 503, retry_after, ..Answer::default() }));
    assert_eq!(bench.wait(), Duration::from_secs(77));
}

#[test]
fn a_registration_for_no_time_is_a_refusal() {
    let mut bench = Bench::new(account());
    bench.grant(0);
    assert_eq!(bench.shown.last(), Some(&(Shown::Failed, 200)));
    assert!(bench.wait() >= Duration::from_secs(30) && bench.error.contains("0秒"));
}

#[test]
fn refusals_are_slow_and_server_errors_quick() {
    for (code, least, most) in [(403, 30, 36), (404, 30, 36), (500, 1, 2), (503, 1, 2)] {
        let mut bench = Bench::new(account());
        bench.answer(code);
        assert_eq!(bench.shown.last(), Some(&(Shown::Failed, code)));
        assert!((least..=most).contains(&bench.wait().as_secs()), "{code}");
        assert!(bench.error.contains(&code.to_string()));
    }
}

#[test]
fn leaving_removes_the_binding_within_two_seconds() {
    let mut bench = Bench::new(account());
    bench.challenge("n1", "");
    bench.grant(3600);
    bench.give(Input::Leave);
    assert_eq!(bench.sent.last().unwrap().expires, 0);
    bench.challenge("n2", ", stale=true");
    assert!(bench.answers_nonce("n2") && !bench.left);
    bench.answer(200);
    assert!(bench.left);
    assert_eq!(bench.shown.last(), Some(&(Shown::Stopped, 0)));

    let mut silent = Bench::new(account());
    silent.grant(3600);
    silent.give(Input::Leave);
    silent.until(3);
    assert!(silent.left);

    let mut never = Bench::new(account());
    never.answer(403);
    never.give(Input::Leave);
    assert!(never.left && never.sent.len() == 1);
}

#[test]
fn a_server_that_hangs_up_after_each_answer_is_not_stormed() {
    let mut bench = Bench::new(Account { reliable: true, ..account() });
    let minutes = |bench: &Bench| (bench.now - bench.start).as_secs() / 60;
    while minutes(&bench) < 10 {
        bench.answer(200);
        bench.give(Input::Broken(String::new()));
        bench.rest();
    }
    assert!((15..40).contains(&bench.sent.len()), "{} requests", bench.sent.len());
    assert_eq!(bench.shown.last(), Some(&(Shown::Registered, 200)));
    // one that stood for a while is replaced at once
    bench.answer(200);
    let sent = bench.sent.len();
    bench.now += Duration::from_secs(31);
    bench.give(Input::Broken(String::new()));
    assert_eq!(bench.sent.len(), sent + 1);
}
