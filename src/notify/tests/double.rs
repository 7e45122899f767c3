//! One attempt at a target whose service is a scripted receiver: the same for every kind.

use std::sync::Arc;
use std::time::Duration;

use super::receiver::{Act, Receiver, Seen};
use super::*;
use crate::clock::Clock;
use crate::notify::carrier::{Carried, Carriers, carry};
use crate::notify::http::Http;
use crate::notify::payload::{Payload, Progress};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::notify::target::{self, Attempt, target_of};

/// How long a request waits for a receiver that will answer, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(20);
/// And for one that hangs: long enough to connect and to be heard.
const IMPATIENCE: Duration = Duration::from_secs(2);
/// The id of every delivery here.
pub const DELIVERY_ID: &str = "0123456789abcdef0123456789abcdef";

/// A kind of target, and how its service behaves.
pub struct Double {
    pub resource: &'static Resource,
    /// Cells of the row; `{}` in a text is the receiver's address.
    pub cells: &'static [(&'static str, &'static str)],
    /// Paths and what they always answer: status and body.
    pub answers: &'static [(&'static str, u16, &'static str)],
    /// The path that sends.
    pub path: &'static str,
}

impl Double {
    /// Its service, which does what it always does.
    pub async fn service(&self) -> Service {
        self.service_for(PATIENCE).await
    }

    async fn service_for(&self, patience: Duration) -> Service {
        let receiver = Receiver::start([]).await;
        for (path, status, body) in self.answers {
            receiver.always(path, Act::Answer(*status, "", body));
        }
        let http = Http::new(Vec::new(), Clock::system()).unwrap().no_longer_than(patience);
        let carriers = Arc::new(Carriers::new(http, Clock::system()));
        let filled: Vec<(&str, String)> = self
            .cells
            .iter()
            .map(|(column, text)| (*column, text.replace("{}", &receiver.address)))
            .collect();
        let cells: Vec<(&str, &str)> =
            filled.iter().map(|(column, text)| (*column, text.as_str())).collect();
        let row = row(self.resource, 1, &cells);
        Service { receiver, carriers, row, scene: full(), path: self.path }
    }
}

/// A row, the service it is sent to, and what carries.
pub struct Service {
    pub receiver: Receiver,
    pub carriers: Arc<Carriers>,
    pub row: Record,
    pub scene: Scene,
    path: &'static str,
}

impl Service {
    /// The message of the scene's call.
    pub fn payload(&self) -> Payload {
        let target = target_of(&self.row).unwrap();
        self.scene.with(|occasion| target.compose(&self.row, occasion, &values(occasion)))
    }

    /// One attempt at it.
    pub async fn send(&self) -> Carried {
        self.attempt(&self.payload(), &Progress::default(), false).await
    }

    /// One attempt while sending meets `act`; answers what came of it and what the service saw.
    pub async fn send_into(&self, act: Act) -> (Carried, Vec<Seen>) {
        self.receiver.forget();
        self.receiver.at(self.path, [act]);
        let carried = self.send().await;
        (carried, self.receiver.seen())
    }

    pub async fn attempt(&self, payload: &Payload, progress: &Progress, repeated: bool) -> Carried {
        let target = target_of(&self.row).unwrap();
        let at = ringing_at();
        let attempt = Attempt { id: DELIVERY_ID, at, progress, repeated };
        match target::prepare(target, &self.row, payload, &attempt) {
            Ok(prepared) => {
                let carriers = Arc::clone(&self.carriers);
                carry(carriers, target, prepared.outgoing, &prepared.recipient).await
            }
            Err(fault) => Carried::unanswered(fault),
        }
    }
}

/// What every kind does alike: success as `sent`, refusals of each sort, trouble that passes, and
/// answers that do not come. What a service's own statuses mean stands in its own tests.
pub async fn meets_every_outcome(double: &Double, sent: impl Fn(&Sent) -> bool) {
    let service = double.service().await;
    let carried = service.send().await;
    assert!(matches!(&carried.result, Ok(result) if sent(result)), "{:?}", carried.result);
    assert!(carried.answer.starts_with("20"), "{}", carried.answer);
    for status in [500, 502, 503] {
        let fault = fault(&service, Act::Answer(status, "", "sorry")).await;
        assert!(matches!(fault, SendError::Later { ambiguous: false, .. }), "{status} {fault:?}");
    }
    for (status, scope) in [(400, Scope::Delivery), (302, Scope::Delivery)] {
        let fault = fault(&service, Act::Answer(status, "location: /\r\n", "")).await;
        assert!(matches!(fault, SendError::Never { scope: s, .. } if s == scope), "{fault:?}");
    }
    let limited = fault(&service, Act::Answer(429, "retry-after: 7\r\n", "{}")).await;
    assert!(matches!(limited, SendError::Later { after: Some(_), .. }), "{limited:?}");
    let hanging = double.service_for(IMPATIENCE).await;
    for (service, act) in [
        (&hanging, Act::Slow(Duration::from_secs(60))),
        (&service, Act::DropAfterAccept),
        (&service, Act::Garbage),
    ] {
        let name = format!("{act:?}");
        let fault = fault(service, act).await;
        assert!(matches!(fault, SendError::Later { ambiguous: true, .. }), "{name} {fault:?}");
    }
}

async fn fault(service: &Service, act: Act) -> SendError {
    service.send_into(act).await.0.result.unwrap_err()
}
