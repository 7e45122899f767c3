//! The original's event transport: a WebSocket that takes `Regist('name')`, `UnRegist('name')` and
//! `KeepAlive('name')` (events.md).
//!
//! Invariant: every message gets exactly one `{result,msg}`, and one that makes no sense ends
//! nothing. Never: keeps a client that is silent for ten minutes or whose rights ended.

use std::time::Duration;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, rt};
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Closed, ProtocolError,
    Session,
};
use tokio::time::{Instant, MissedTickBehavior};

use super::access::{Who, peer_of};
use super::app::App;
use super::command::{Command, Order};
use super::reply::{NO_WEBSOCKET, NOT_REGISTERED, RIGHTS_ENDED, UNKNOWN_COMMAND};
use super::{Refusal, reply};
use crate::clock::UnixMs;
use crate::push::{Client, ClientInfo, Notice, SILENT_MAX_MS, Transport};

/// Time between two looks at the client's rights and signs of life.
const LOOK: Duration = Duration::from_secs(10);
/// A ping goes out with every third look: every 30 s (events.md).
const LOOKS_A_PING: u64 = 3;
/// Largest message that is read. A command takes less than a hundred bytes; what is longer gets its
/// answer like anything else that is none, and only beyond this the connection ends.
const MESSAGE_MAX: usize = 1024 * 1024;
/// How long the client may leave bytes unread.
const UNREAD_TIME: Duration = Duration::from_secs(60);

/// `GET /CTI_SmartConnectService/WebSocket/`.
pub(super) fn open(
    request: &HttpRequest,
    payload: Payload,
    app: &Data<App>,
    who: Who,
) -> Result<HttpResponse, Refusal> {
    if app.hub.is_full() {
        return Err(Refusal::Busy);
    }
    let opened = actix_ws::handle(request, payload);
    let (response, session, messages) = opened.map_err(|_| Refusal::BadPath(NO_WEBSOCKET))?;
    let messages = messages
        .max_frame_size(MESSAGE_MAX)
        .aggregate_continuations()
        .max_continuation_size(MESSAGE_MAX);
    let link = Link {
        app: app.clone(),
        who,
        ip: peer_of(request.head()).to_string(),
        session,
        registered: None,
        seen_at: app.gate.now(),
    };
    rt::spawn(link.run(messages));
    Ok(response)
}

/// Why a connection ends.
enum End {
    /// The peer is gone.
    Gone,
    /// We say why.
    Told(CloseReason),
}

impl From<Closed> for End {
    fn from(_: Closed) -> Self {
        Self::Gone
    }
}

impl End {
    fn told(code: CloseCode, text: &str) -> Self {
        let description = (!text.is_empty()).then(|| text.to_owned());
        Self::Told(CloseReason { code, description })
    }

    /// What the peer sent cannot be read (RFC 6455 §7.4.1).
    fn unreadable(error: &ProtocolError) -> Self {
        let code = match error {
            ProtocolError::Overflow => CloseCode::Size,
            ProtocolError::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                CloseCode::Invalid
            }
            _ => CloseCode::Protocol,
        };
        Self::told(code, "")
    }
}

/// One connection.
struct Link {
    app: Data<App>,
    who: Who,
    ip: String,
    session: Session,
    /// After Regist: under which name.
    registered: Option<(String, Client)>,
    /// When the peer last sent anything.
    seen_at: UnixMs,
}

impl Link {
    async fn run(mut self, messages: AggregatedMessageStream) {
        let Err(end) = self.serve(messages).await;
        // Off the list before the farewell, which the peer may not read.
        self.registered = None;
        if let End::Told(reason) = end {
            let farewell = self.session.close(Some(reason));
            let _ = tokio::time::timeout(UNREAD_TIME, farewell).await;
        }
    }

    async fn serve(
        &mut self,
        mut messages: AggregatedMessageStream,
    ) -> Result<std::convert::Infallible, End> {
        let app = self.app.clone();
        let closing = app.hub.closed();
        tokio::pin!(closing);
        let mut looks = tokio::time::interval_at(Instant::now() + LOOK, LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut number = 0_u64;
        loop {
            tokio::select! {
                message = messages.recv() => match message {
                    Some(Ok(message)) => self.take(message).await?,
                    Some(Err(error)) => return Err(End::unreadable(&error)),
                    None => return Err(End::Gone),
                },
                notice = next(&mut self.registered) => match notice {
                    Some(notice) => self.push(&notice).await?,
                    None => return Err(End::told(CloseCode::Away, "")),
                },
                _ = looks.tick() => {
                    number += 1;
                    self.look(number.is_multiple_of(LOOKS_A_PING)).await?;
                }
                () = &mut closing => return Err(End::told(CloseCode::Away, "")),
            }
        }
    }

    /// Answers what the peer sent.
    async fn take(&mut self, message: AggregatedMessage) -> Result<(), End> {
        self.seen_at = self.app.gate.now();
        if let Some((_, client)) = &self.registered {
            client.seen();
        }
        match message {
            AggregatedMessage::Text(text) => {
                let answer = match Command::parse(&text) {
                    Some(command) => self.obey(command),
                    None => Err(UNKNOWN_COMMAND),
                };
                let answer = answer.map_or_else(reply::failed_body, |()| reply::done_body());
                self.send(&answer).await
            }
            AggregatedMessage::Binary(_) => self.send(&reply::failed_body(UNKNOWN_COMMAND)).await,
            AggregatedMessage::Ping(bytes) => Ok(self.session.pong(&bytes).await?),
            AggregatedMessage::Pong(_) => Ok(()),
            AggregatedMessage::Close(_) => Err(End::told(CloseCode::Normal, "")),
        }
    }

    /// Carries a command out, or says why not.
    fn obey(&mut self, Command { order, name }: Command) -> Result<(), &'static str> {
        let same = self.registered.as_ref().is_some_and(|(registered, _)| *registered == name);
        match order {
            Order::Regist if same => {}
            Order::Regist => {
                let info = ClientInfo {
                    name: name.clone(),
                    transport: Transport::WebSocket,
                    ip: self.ip.clone(),
                    user: self.who.name().to_owned(),
                    lines: self.who.lines().to_vec(),
                };
                self.registered = Some((name, self.app.hub.join(info)));
            }
            Order::UnRegist | Order::KeepAlive if !same => return Err(NOT_REGISTERED),
            Order::UnRegist => self.registered = None,
            Order::KeepAlive => {}
        }
        Ok(())
    }

    async fn push(&mut self, notice: &Notice) -> Result<(), End> {
        self.send(&notice.event.json).await?;
        if let Some((_, client)) = &self.registered {
            client.sent();
        }
        Ok(())
    }

    /// Whether the peer still lives and may still listen.
    async fn look(&mut self, ping: bool) -> Result<(), End> {
        if self.app.gate.now() - self.seen_at > SILENT_MAX_MS {
            return Err(End::told(CloseCode::Away, ""));
        }
        if !self.app.gate.still_holds(&self.who).await {
            return Err(End::told(CloseCode::Policy, RIGHTS_ENDED));
        }
        if ping {
            self.session.ping(b"").await?;
        }
        Ok(())
    }

    async fn send(&mut self, json: &[u8]) -> Result<(), End> {
        let text = String::from_utf8_lossy(json).into_owned();
        let sent = tokio::time::timeout(UNREAD_TIME, self.session.text(text)).await;
        sent.map_err(|_| End::Gone)?.map_err(End::from)
    }
}

/// The next event of a registered client; never for one that is not.
async fn next(registered: &mut Option<(String, Client)>) -> Option<std::sync::Arc<Notice>> {
    match registered {
        Some((_, client)) => client.next().await,
        None => std::future::pending().await,
    }
}
