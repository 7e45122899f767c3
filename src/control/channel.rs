//! The socket file through which a running service hears orders.
//!
//! One connection, one order: a line of JSON, with the bytes of a file behind it where the order
//! brings one. Lines of JSON come back; the last is the answer.

use std::fs::{File, Permissions};
use std::io::{self, BufRead, Seek, SeekFrom, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Answer, Order, carry_out};
use crate::store::Store;
use crate::transfer::{FILE_MAX, Step};

/// The socket in the data folder.
const NAME: &str = "control.sock";
/// Its name until its permissions are right.
const DRAFT_NAME: &str = "control.sock.new";
/// Largest order.
const ORDER_MAX: u64 = 64 * 1024;
/// Bytes of a file that are written at once.
const BLOCK: usize = 256 * 1024;
/// A step is told after so many rows.
const STEP_ROWS: i64 = 500;
/// Steps that wait to be told.
const STEPS_MAX: usize = 4;
/// How long an asker may take to say what he wants, and may pause while his file is on its way.
const ASK_LIMIT: Duration = Duration::from_secs(10);
/// How long the next line may take: a hash, a commit, and whoever waits before.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// Orders at once.
const AT_ONCE_MAX: usize = 4;

/// A line that comes back.
#[derive(Serialize, Deserialize)]
enum Told {
    /// How far it has come.
    Step(Step),
    /// What came of it; the last line.
    Answer(Answer),
}

/// The running service's end; removed with the value.
pub struct Channel {
    listener: UnixListener,
    path: PathBuf,
}

impl Channel {
    /// Opens the socket for its owner alone. The caller holds the data folder, so whatever stands
    /// there was left by a process that is gone.
    pub fn open(data_dir: &Path) -> io::Result<Self> {
        let (draft, path) = (data_dir.join(DRAFT_NAME), data_dir.join(NAME));
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&draft)?;
        std::fs::set_permissions(&draft, Permissions::from_mode(0o600))?;
        std::fs::rename(&draft, &path)?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, path })
    }

    /// Carries orders out until it is dropped.
    pub async fn run(self, store: Store) -> io::Result<()> {
        let listener = tokio::net::UnixListener::from_std(self.listener.try_clone()?)?;
        let places = Arc::new(Semaphore::new(AT_ONCE_MAX));
        let folder: Arc<Path> = self.path.parent().unwrap_or(Path::new(".")).into();
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return Ok(()) };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    log::warn!("an order of a command could not be heard: {error}");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            let (store, folder) = (store.clone(), folder.clone());
            tokio::spawn(async move {
                if let Err(error) = serve(stream, &store, &folder).await {
                    log::warn!("an order of a command was not carried out: {error}");
                }
                drop(place);
            });
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path); // a dead socket is no more than untidy
    }
}

/// Hears one order, with the file behind it.
async fn hear(
    stream: &mut BufReader<tokio::net::UnixStream>,
    folder: &Path,
) -> io::Result<Option<(Result<Order, serde_json::Error>, Option<File>)>> {
    let mut line = Vec::new();
    let mut reading = (&mut *stream).take(ORDER_MAX);
    timeout(ASK_LIMIT, reading.read_until(b'\n', &mut line)).await??;
    if line.is_empty() {
        return Ok(None); // somebody only looked whether the service runs
    }
    let order = serde_json::from_slice::<Order>(&line);
    let bytes = order.as_ref().ok().and_then(Order::file_bytes).filter(|bytes| *bytes <= FILE_MAX);
    let file = match bytes {
        Some(bytes) => Some(receive(stream.take(bytes), folder).await?),
        None => None,
    };
    Ok(Some((order, file)))
}

/// Writes what follows to a file that nobody else can open and that is gone with its handle.
async fn receive(mut from: impl AsyncRead + Unpin, folder: &Path) -> io::Result<File> {
    let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(folder)?);
    let mut block = vec![0; BLOCK];
    loop {
        let length = timeout(ASK_LIMIT, from.read(&mut block)).await??;
        if length == 0 {
            file.flush().await?;
            return Ok(file.into_std().await);
        }
        file.write_all(block.get(..length).unwrap_or_default()).await?;
    }
}

async fn serve(stream: tokio::net::UnixStream, store: &Store, folder: &Path) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some((order, file)) = hear(&mut stream, folder).await? else { return Ok(()) };
    let Ok(order) = order else {
        let text = "the service is of another version than this command";
        return tell(&mut stream, &Told::Answer(Answer::Failed(text.into()))).await;
    };
    let (sender, mut steps) = tokio::sync::mpsc::channel(STEPS_MAX);
    let report = Box::new(move |step: Step| {
        if step.rows() % STEP_ROWS == 0 {
            // A step that finds no room is left out: the next one says more.
            let _ = sender.try_send(step);
        }
    });
    let mut work = pin!(carry_out(store, order, file, report));
    let mut heard = true;
    let answer = loop {
        tokio::select! {
            answer = &mut work => break answer,
            Some(step) = steps.recv(), if heard => {
                heard = tell(&mut stream, &Told::Step(step)).await.is_ok();
            }
        }
    };
    tell(&mut stream, &Told::Answer(answer)).await?;
    stream.shutdown().await
}

async fn tell(stream: &mut BufReader<tokio::net::UnixStream>, told: &Told) -> io::Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    timeout(ASK_LIMIT, stream.write_all(&line)).await?
}

/// Whether a service has this data folder and hears orders.
pub fn is_heard(data_dir: &Path) -> bool {
    UnixStream::connect(data_dir.join(NAME)).is_ok()
}

/// Asks the service that has this data folder; `None` = none runs. `file` = what the order brings,
/// from its beginning; `steps` hears how far a long order has come.
/// Errors: the service did not answer, so the order may have been carried out or not.
pub fn ask(
    data_dir: &Path,
    order: &Order,
    file: Option<&File>,
    steps: &mut dyn FnMut(Step),
) -> io::Result<Option<Answer>> {
    let mut stream = match UnixStream::connect(data_dir.join(NAME)) {
        Ok(stream) => stream,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Ok(None),
                _ => Err(error),
            };
        }
    };
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    stream.set_write_timeout(Some(ASK_LIMIT))?;
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    if let Some(mut file) = file {
        file.seek(SeekFrom::Start(0))?;
        io::copy(&mut file, &mut stream)?;
    }
    stream.shutdown(Shutdown::Write)?;
    for line in io::BufReader::new(stream).lines() {
        match serde_json::from_str(&line?)? {
            Told::Step(step) => steps(step),
            Told::Answer(answer) => return Ok(Some(answer)),
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::clock::Clock;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_running_service_is_asked_and_a_stopped_one_is_not() {
        let path = std::env::temp_dir().join(format!("sc-channel-{}", uuid::Uuid::new_v4()));
        let store = Store::open(&path, Clock::system(), 1).unwrap();
        assert_eq!(ask(&path, &Order::ListUsers, None, &mut |_| ()).unwrap(), None);
        let channel = Channel::open(&path).unwrap();
        let mode = std::fs::metadata(path.join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let task = tokio::spawn(channel.run(store.clone()));
        assert_eq!(
            ask(&path, &Order::ListUsers, None, &mut |_| ()).unwrap(),
            Some(Answer::Users(vec![]))
        );
        let mut stream = UnixStream::connect(path.join(NAME)).unwrap();
        stream.write_all(b"{\"Unknown\":1}").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("version"), "{answer}");
        task.abort();
        let _ = task.await;
        assert!(!path.join(NAME).exists());
        assert_eq!(ask(&path, &Order::ListUsers, None, &mut |_| ()).unwrap(), None);
        store.close().await;
        std::fs::remove_dir_all(path).unwrap();
    }
}
