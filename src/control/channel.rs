//! The socket file through which a running service hears orders.
//!
//! One connection, one order: JSON until the asker's end, JSON back.

use std::fs::Permissions;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

use super::{Answer, Order, carry_out};
use crate::store::Store;

/// The socket in the data folder.
const NAME: &str = "control.sock";
/// Its name until its permissions are right.
const DRAFT_NAME: &str = "control.sock.new";
/// Largest order.
const ORDER_MAX: u64 = 64 * 1024;
/// How long an asker may take to say what he wants.
const ASK_LIMIT: Duration = Duration::from_secs(10);
/// How long an answer may take: a hash, a commit, and whoever waits before.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// Orders at once.
const AT_ONCE_MAX: usize = 4;

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
            let store = store.clone();
            tokio::spawn(async move {
                if let Err(error) = serve(stream, &store).await {
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

async fn serve(mut stream: tokio::net::UnixStream, store: &Store) -> io::Result<()> {
    let mut order = Vec::new();
    let mut reading = (&mut stream).take(ORDER_MAX);
    match tokio::time::timeout(ASK_LIMIT, reading.read_to_end(&mut order)).await {
        Ok(read) => read?,
        Err(_) => return Err(io::ErrorKind::TimedOut.into()),
    };
    if order.is_empty() {
        return Ok(()); // somebody only looked whether the service runs
    }
    let answer = match serde_json::from_slice::<Order>(&order) {
        Ok(order) => carry_out(store, order).await,
        Err(_) => Answer::Failed("the service is of another version than this command".into()),
    };
    stream.write_all(&serde_json::to_vec(&answer)?).await?;
    stream.shutdown().await
}

/// Whether a service has this data folder and hears orders.
pub fn is_heard(data_dir: &Path) -> bool {
    UnixStream::connect(data_dir.join(NAME)).is_ok()
}

/// Asks the service that has this data folder; `None` = none runs.
/// Errors: the service did not answer, so the order may have been carried out or not.
pub fn ask(data_dir: &Path, order: &Order) -> io::Result<Option<Answer>> {
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
    stream.write_all(&serde_json::to_vec(order)?)?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(Some(serde_json::from_slice(&answer)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_running_service_is_asked_and_a_stopped_one_is_not() {
        let path = std::env::temp_dir().join(format!("sc-channel-{}", uuid::Uuid::new_v4()));
        let store = Store::open(&path, Clock::system(), 1).unwrap();
        assert_eq!(ask(&path, &Order::ListUsers).unwrap(), None);
        let channel = Channel::open(&path).unwrap();
        let mode = std::fs::metadata(path.join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let task = tokio::spawn(channel.run(store.clone()));
        assert_eq!(ask(&path, &Order::ListUsers).unwrap(), Some(Answer::Users(vec![])));
        let mut stream = UnixStream::connect(path.join(NAME)).unwrap();
        stream.write_all(b"{\"Unknown\":1}").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("version"), "{answer}");
        task.abort();
        let _ = task.await;
        assert!(!path.join(NAME).exists());
        assert_eq!(ask(&path, &Order::ListUsers).unwrap(), None);
        store.close().await;
        std::fs::remove_dir_all(path).unwrap();
    }
}
