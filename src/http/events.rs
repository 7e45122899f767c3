//! Server-sent events (events.md): what was missed, then what happens.
//!
//! Invariant: a client joins the hub before it reads what it missed, and live events that the
//! replay already held are dropped, so nothing is lost or sent twice.
//! Never: keeps a client whose rights ended (they are looked at with every heartbeat).

use std::time::Duration;

use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use futures_util::stream;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::access::{Who, peer_of};
use super::app::App;
use super::reply::{BAD_SINCE, NO_SNIFF, NO_STORE};
use super::{Refusal, query};
use crate::push::{Client, ClientInfo, Notice, PING, Transport, visible};
use crate::store::{Replay, StoreError};

/// Time between heartbeats (events.md: 5–10 s).
const HEARTBEAT: Duration = Duration::from_secs(7);
/// Missed events read at once.
const REPLAY_MAX: usize = 256;
/// First line of a feed: how long a browser waits before it connects again.
const GREETING: &[u8] = b"retry: 2000\n\n";

/// `GET /CTI_SmartConnectService/Events?name=…&since=…`.
pub(super) fn feed(
    request: &HttpRequest,
    app: &Data<App>,
    who: Who,
) -> Result<HttpResponse, Refusal> {
    let wanted = Wanted::of(request)?;
    if app.hub.is_full() {
        return Err(Refusal::Busy);
    }
    if request.method() == Method::HEAD {
        // Nobody would read the feed, and the connection could not be used for anything else.
        return Ok(head().finish());
    }
    let info = ClientInfo {
        name: wanted.name,
        transport: Transport::ServerSentEvents,
        ip: peer_of(request.head()).to_string(),
        user: who.name().to_owned(),
        lines: who.lines().to_vec(),
    };
    let client = app.hub.join(info);
    let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let feed = Feed {
        app: app.clone(),
        client,
        who,
        heartbeat,
        state: wanted.start,
        greeted: false,
        replayed: 0,
    };
    let chunks = stream::unfold(feed, |mut feed| async {
        feed.chunk().await.map(|chunk| (Ok::<Bytes, StoreError>(chunk), feed))
    });
    Ok(head().streaming(chunks))
}

/// Status and headers of a feed.
fn head() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .insert_header(("X-Accel-Buffering", "no"));
    response
}

/// What the client asked for.
struct Wanted {
    name: String,
    start: State,
}

impl Wanted {
    fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        // A browser that connects again repeats the address but knows better what it has seen.
        let last = request.headers().get("Last-Event-ID").and_then(|id| id.to_str().ok());
        let start = match (last.filter(|id| !id.is_empty()), query::value(request, "since")) {
            // An id that we never gave comes from another server: read everything again.
            (Some(last), _) => id(last).map_or(State::TooOld, State::Replay),
            (None, Some(since)) => State::Replay(id(&since).ok_or(Refusal::BadPath(BAD_SINCE))?),
            (None, None) => State::Live,
        };
        Ok(Self { name: query::value(request, "name").unwrap_or_default(), start })
    }
}

fn id(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|id| *id >= 0)
}

/// Where a feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Reading what came after this id.
    Replay(i64),
    /// What was missed is gone.
    TooOld,
    /// Waiting for what happens.
    Live,
}

/// One client's feed.
struct Feed {
    app: Data<App>,
    client: Client,
    who: Who,
    heartbeat: Interval,
    state: State,
    /// The first line went out.
    greeted: bool,
    /// Id of the last event of the replay.
    replayed: i64,
}

impl Feed {
    /// The next bytes; `None` ends the feed (the client connects again).
    async fn chunk(&mut self) -> Option<Bytes> {
        // Being asked for more means that the peer took what it got before.
        self.client.seen();
        if !std::mem::replace(&mut self.greeted, true) {
            return Some(Bytes::from_static(GREETING));
        }
        loop {
            let chunk = match self.state {
                State::TooOld => {
                    self.state = State::Live;
                    Some(self.frame(&Notice::resync()))
                }
                State::Replay(since) => self.missed(since).await?,
                State::Live => Some(self.live().await?),
            };
            if let Some(chunk) = chunk {
                return Some(chunk);
            }
        }
    }

    /// A page of missed events; `Some(None)` = none that this client may see.
    async fn missed(&mut self, since: i64) -> Option<Option<Bytes>> {
        let events = match self.app.store.events_since(since, REPLAY_MAX).await {
            Ok(Replay::Events(events)) => events,
            Ok(Replay::TooOld) => {
                self.state = State::TooOld;
                return Some(None);
            }
            Err(error) => {
                log::warn!("a client's missed events could not be read: {error}");
                return None;
            }
        };
        self.replayed = events.last().map_or(since, |event| event.id);
        let more = events.len() >= REPLAY_MAX;
        self.state = if more { State::Replay(self.replayed) } else { State::Live };
        let mut chunk = Vec::new();
        for event in events.into_iter().filter(|event| visible(self.who.lines(), event)) {
            chunk.extend_from_slice(&self.frame(&Notice::new(event)));
        }
        Some((!chunk.is_empty()).then(|| chunk.into()))
    }

    /// The next live event or heartbeat.
    async fn live(&mut self) -> Option<Bytes> {
        loop {
            tokio::select! {
                biased;
                notice = self.client.next() => {
                    let notice = notice?;
                    let repeated = (1..=self.replayed).contains(&notice.event.id);
                    if !repeated {
                        return Some(self.frame(&notice));
                    }
                }
                _ = self.heartbeat.tick() => {
                    let admitted = self.app.gate.still_holds(&self.who).await;
                    return admitted.then(|| Bytes::from_static(PING));
                }
            }
        }
    }

    fn frame(&self, notice: &Notice) -> Bytes {
        self.client.sent();
        notice.stream_frame()
    }
}
