//! One call through the real path: SIP in, a record, a screen, a webhook out.
//!
//! The call rings at a service of its own, with this program, these settings and this disk, but a
//! database of its own that is thrown away: the history of the office stays clean, and nobody is
//! told of a call that was none.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as Probe, UdpSocket as DatagramProbe};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use log::LevelFilter;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::report::Report;
use crate::clock::Clock;
use crate::command::{Failure, texts};
use crate::config::{OpenLan, Settings};
use crate::resource::catalog::{CHAT_TARGET, LINE, SIP_CONNECTION};
use crate::resource::{Draft, Resource};
use crate::service;
use crate::store::{Actor, Authority, Store};

/// Where the canary's service listens.
const PORTS: Range<u16> = 10_000..20_000;
/// Taken ports that it passes by.
const PORTS_TRIED: usize = 50;
/// The scratch data folder inside the real one, so that its disk is measured.
const FOLDER: &str = "doctor.tmp";
/// How long each step may take.
const STEP_LIMIT: Duration = Duration::from_secs(10);
/// How often something that has to come up is asked.
const ASK_AGAIN: Duration = Duration::from_millis(20);
/// An unanswered datagram is repeated (RFC 3261 T1).
const RESEND: Duration = Duration::from_millis(500);
/// Most of a packet or request that is read.
const PACKET_MAX: usize = 16 * 1024;
/// The line that is called, and who calls.
const CALLED: &str = "0731235678";
const CALLER: &str = "09000000001";

/// Removed with the value.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // the next run removes what stays
    }
}

/// No warnings of the canary's own service while this lives: that it has no user and a set-up key
/// would be taken for the office's. Whoever asks for more than warnings gets everything.
struct Hush(LevelFilter);

impl Hush {
    fn begin() -> Self {
        let before = log::max_level();
        if before == LevelFilter::Warn {
            log::set_max_level(LevelFilter::Error);
        }
        Self(before)
    }
}

impl Drop for Hush {
    fn drop(&mut self) {
        log::set_max_level(self.0);
    }
}

/// Makes the call and reports every step.
pub(super) async fn call(report: &mut Report, settings: &Settings) -> Result<(), Failure> {
    let path = settings.data_dir.join(FOLDER);
    let _ = std::fs::remove_dir_all(&path); // of a run that was killed
    let scratch = Scratch(path);
    let receiver = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    furnish(&scratch.0, receiver.local_addr()?).await?;
    let own = own_settings(settings, &scratch.0)?;
    let (http, sip) = (own.listen.first().copied().unwrap_or(own.sip_listen), own.sip_listen);
    let (stop, stopped) = oneshot::channel::<()>();
    let hush = Hush::begin();
    let running = tokio::spawn(service::run_until(own, async {
        let _ = stopped.await; // a sender that is gone means stop, too
    }));
    let steps = steps(http, sip, receiver).await;
    drop(stop);
    timeout(STEP_LIMIT, running).await.context("the canary's service does not stop")???;
    drop(hush);
    match steps {
        Ok(steps) => {
            for (step, after) in steps {
                report.good(&texts::canary_step(step, after))?;
            }
        }
        Err(error) => report.bad(&texts::canary_failed(&error))?,
    }
    Ok(())
}

/// A step of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::command) enum Step {
    /// 100 came back.
    Trying,
    /// 180 came back: the call is recorded.
    Recorded,
    /// A connected screen was told.
    Shown,
    /// The webhook's receiver was told.
    Delivered,
    /// 487 came back after the caller gave up.
    Ended,
}

async fn steps(
    http: SocketAddr,
    sip: SocketAddr,
    receiver: TcpListener,
) -> anyhow::Result<Vec<(Step, Duration)>> {
    let mut feed = feed(http).await?;
    let caller = Caller::new(sip).await?;
    let started = Instant::now();
    let hook = tokio::spawn(async move { hear(&receiver).await.map(|()| started.elapsed()) });
    let screen = tokio::spawn(async move { ringing(&mut feed).await.map(|()| started.elapsed()) });
    let trying = caller.until("INVITE", 100).await?;
    let recorded = if trying.1 == 180 { trying.0 } else { caller.wait(180).await? };
    let recorded = recorded.duration_since(started);
    let trying = trying.0.duration_since(started);
    let shown = timeout(STEP_LIMIT, screen).await.context("no event on the feed")???;
    let delivered = timeout(STEP_LIMIT, hook).await.context("nothing at the webhook")???;
    let gave_up = Instant::now();
    let ended = match caller.until("CANCEL", 487).await? {
        (at, 487) => at,
        _ => caller.wait(487).await?,
    };
    Ok(vec![
        (Step::Trying, trying),
        (Step::Recorded, recorded),
        (Step::Shown, shown),
        (Step::Delivered, delivered),
        (Step::Ended, ended.duration_since(gave_up)),
    ])
}

/// A line, a gateway on this machine, a webhook.
async fn furnish(data_dir: &Path, receiver: SocketAddr) -> anyhow::Result<()> {
    let store = Store::open(data_dir, Clock::system(), 1)?;
    let url = format!("http://{receiver}/canary");
    let gateway = [("name", "canary"), ("server", "127.0.0.1"), ("no_register", "True")];
    let hook = [("name", "canary"), ("url", &url), ("allow_private", "True")];
    for (resource, texts) in [
        (&LINE, &[("called_number", CALLED)][..]),
        (&SIP_CONNECTION, &gateway[..]),
        (&CHAT_TARGET, &hook[..]),
    ] {
        let actor = Actor { user: String::new(), ip: String::new(), authority: Authority::Granted };
        store.insert(draft(resource, texts), actor).await?;
    }
    store.close().await;
    Ok(())
}

fn draft(resource: &'static Resource, texts: &[(&str, &str)]) -> Draft {
    let mut draft = Draft::empty(resource);
    for (column, text) in texts {
        let field = resource.index(column).and_then(|index| resource.fields.get(index));
        let value = field.and_then(|field| field.check(text).ok());
        draft.set(column, value.unwrap_or_default());
    }
    draft
}

/// An address that is free for TCP and UDP. Its port lies below those that the system gives to
/// whoever connects to somewhere, or one of them could have it before the service does.
fn free_address() -> io::Result<SocketAddr> {
    let mut fault = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..PORTS_TRIED {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, rand::random_range(PORTS)));
        match Probe::bind(address).and_then(|_| DatagramProbe::bind(address)) {
            Ok(_) => return Ok(address),
            Err(taken) => fault = taken,
        }
    }
    Err(fault)
}

/// The settings, but for everything that others could notice.
fn own_settings(settings: &Settings, data_dir: &Path) -> io::Result<Settings> {
    Ok(Settings {
        listen: vec![free_address()?],
        sip_listen: free_address()?,
        data_dir: data_dir.to_owned(),
        workers: 1,
        open_lan: OpenLan::Off,
        outbound_deny: Vec::new(),
        ..settings.clone()
    })
}

/// A connected screen.
async fn feed(http: SocketAddr) -> anyhow::Result<BufReader<TcpStream>> {
    let connect = async {
        loop {
            match TcpStream::connect(http).await {
                Ok(stream) => return stream,
                Err(_) => sleep(ASK_AGAIN).await,
            }
        }
    };
    let mut stream = timeout(STEP_LIMIT, connect).await.context("the service does not start")?;
    let request =
        format!("GET /CTI_SmartConnectService/Events?name=doctor HTTP/1.1\r\nHost: {http}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut feed = BufReader::new(stream);
    let mut head = String::new();
    timeout(STEP_LIMIT, feed.read_line(&mut head)).await??;
    if head.contains(" 200 ") { Ok(feed) } else { Err(anyhow!("the feed answers {head:?}")) }
}

async fn ringing(feed: &mut BufReader<TcpStream>) -> io::Result<()> {
    let mut lines = feed.lines();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("event: ringing") {
            return Ok(());
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// The webhook's receiver: one request.
async fn hear(receiver: &TcpListener) -> io::Result<()> {
    let (mut stream, _) = receiver.accept().await?;
    let mut request = vec![0; PACKET_MAX];
    if stream.read(&mut request).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await
}

/// The telephone that calls.
struct Caller {
    socket: UdpSocket,
    local: SocketAddr,
    id: u64,
}

impl Caller {
    async fn new(to: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        socket.connect(to).await?;
        Ok(Self { local: socket.local_addr()?, socket, id: rand::random() })
    }

    /// Sends a message until an answer comes with this status or a later one of the same call.
    async fn until(&self, method: &str, status: u16) -> anyhow::Result<(Instant, u16)> {
        let message = self.message(method);
        let asked = async {
            loop {
                // refused while the service has not bound its port yet
                let _ = self.socket.send(&message).await;
                match timeout(RESEND, self.answer()).await {
                    Ok(Ok(answered)) if answered >= status || answered == 200 => {
                        return (Instant::now(), answered);
                    }
                    Ok(Ok(_)) => {}
                    Ok(Err(_)) => sleep(ASK_AGAIN).await,
                    Err(_) => {}
                }
            }
        };
        timeout(STEP_LIMIT, asked).await.with_context(|| format!("no {status} to {method}"))
    }

    /// Waits for a status without asking again.
    async fn wait(&self, status: u16) -> anyhow::Result<Instant> {
        let wait = async {
            loop {
                if matches!(self.answer().await, Ok(answered) if answered == status) {
                    return Instant::now();
                }
            }
        };
        timeout(STEP_LIMIT, wait).await.with_context(|| format!("no {status}"))
    }

    async fn answer(&self) -> io::Result<u16> {
        let mut packet = vec![0; PACKET_MAX];
        let read = self.socket.recv(&mut packet).await?;
        let text = String::from_utf8_lossy(packet.get(..read).unwrap_or_default()).into_owned();
        let code = text.split(' ').nth(1).and_then(|code| code.parse().ok());
        code.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn message(&self, method: &str) -> Vec<u8> {
        let Self { local, id, .. } = self;
        format!(
            "{method} sip:{CALLED}@127.0.0.1 SIP/2.0\r\n\
             Via: SIP/2.0/UDP {local};branch=z9hG4bK{id:016x};rport\r\n\
             Max-Forwards: 70\r\n\
             From: <sip:{CALLER}@{local}>;tag={id:x}\r\n\
             To: <sip:{CALLED}@127.0.0.1>\r\n\
             Call-ID: canary-{id:016x}\r\n\
             CSeq: 1 {method}\r\n\
             Contact: <sip:canary@{local}>\r\n\
             Content-Length: 0\r\n\r\n"
        )
        .into_bytes()
    }
}
