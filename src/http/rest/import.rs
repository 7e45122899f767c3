//! `POST /CustomerAddress/Import`: a file of customers.
//!
//! Invariant: the file is checked to its end before the first row is written, and all rows become
//! visible at once or none does. Never: holds the file in memory.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::condition::order_name;
use crate::http::access::{self, Who};
use crate::http::app::App;
use crate::http::query::is_dry_run;
use crate::http::reply::MULTIPART;
use crate::http::{Refusal, reply};
use crate::store::{Actor, Import, Once, Store, WriteError};
use crate::transfer::{Approved, FILE_MAX, Format, Hurdle, Step, intake};

/// How long a file may pause on its way.
const PAUSE: Duration = Duration::from_secs(15);
/// How long it may be on its way altogether.
const RECEIVE_TIME: Duration = Duration::from_secs(30 * 60);
/// Bytes that are written to the disk at once.
const BLOCK: usize = 1024 * 1024;
/// The log tells the progress after so many rows.
const TELL_EVERY: i64 = 100_000;

/// Takes a file of customers; `?dryrun=true` only tells what would happen.
pub(in crate::http) async fn import(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    who: &Who,
) -> Result<HttpResponse, Refusal> {
    let turn = app.files.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
    let dry_run = is_dry_run(request)?;
    let kind = header_text(request, header::CONTENT_TYPE).to_ascii_lowercase();
    if kind.starts_with("multipart/") {
        return Err(Refusal::BadPath(MULTIPART));
    }
    let length = header_text(request, header::CONTENT_LENGTH).parse::<u64>();
    if length.is_ok_and(|length| length > FILE_MAX) {
        return Err(Refusal::FileTooLarge);
    }
    let name = order_name(request.headers())?;
    let receiving = receive(payload, &app.data_dir, name.as_ref().map(|_| Sha256::new()));
    let (file, digest) =
        tokio::time::timeout(RECEIVE_TIME, receiving).await.unwrap_or(Err(Refusal::SlowBody))?;
    let once = name.zip(digest).map(|(name, body)| Once { name, body });
    let actor = Actor {
        user: who.name().to_owned(),
        ip: access::peer_of(request.head()).to_string(),
        authority: who.authority(),
    };
    let store = app.store.clone();
    let work = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        take(&store, &file, &kind, (dry_run, once), actor)
    });
    let told = work.await.map_err(|_| Refusal::Unavailable)??;
    Ok(reply::told(&told))
}

fn header_text(request: &HttpRequest, name: header::HeaderName) -> String {
    let value = request.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// Writes the body to a file that nobody else can open and that is gone with its handle; answers its
/// digest too, where one is begun.
async fn receive(
    mut payload: Payload,
    folder: &Path,
    mut digest: Option<Sha256>,
) -> Result<(File, Option<[u8; 32]>), Refusal> {
    let mut file = tempfile::tempfile_in(folder).map_err(reply::no_room)?;
    let (mut block, mut length) = (Vec::with_capacity(BLOCK), 0_u64);
    loop {
        let chunk = tokio::time::timeout(PAUSE, payload.next()).await;
        let chunk = chunk.map_err(|_| Refusal::SlowBody)?;
        let ended = chunk.is_none();
        if let Some(chunk) = chunk {
            let chunk = chunk.map_err(|_| Refusal::BrokenBody)?;
            length += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if length > FILE_MAX {
                return Err(Refusal::FileTooLarge);
            }
            if let Some(digest) = &mut digest {
                digest.update(&chunk);
            }
            block.extend_from_slice(&chunk);
        }
        if ended || block.len() >= BLOCK {
            let full = std::mem::replace(&mut block, Vec::with_capacity(BLOCK));
            let writing = tokio::task::spawn_blocking(move || file.write_all(&full).map(|()| file));
            file = writing.await.map_err(|_| Refusal::Unavailable)?.map_err(reply::no_room)?;
        }
        if ended {
            return Ok((file, digest.map(|digest| digest.finalize().into())));
        }
    }
}

/// Checks, and writes where everything is right; answers what to tell.
fn take(
    store: &Store,
    file: &File,
    kind: &str,
    (dry_run, once): (bool, Option<Once>),
    actor: Actor,
) -> Result<String, Refusal> {
    let taken = intake(file, format(kind), dry_run, Box::new(tell), |approved| {
        let Approved { rows, note, records, progress } = approved;
        store.import(Import { rows, actor, note, once, progress }, records)?;
        Ok(())
    });
    taken.map_err(|hurdle: Hurdle<WriteError>| match hurdle {
        Hurdle::Io(error) => reply::no_room(error),
        Hurdle::Faults(faults) => Refusal::Faults(faults),
        Hurdle::Write(error) => error.into(),
    })
}

fn tell(step: Step) {
    match step {
        Step::Checked(rows) if rows % TELL_EVERY == 0 => log::info!("import: {rows} rows checked"),
        Step::Written { rows, .. } if rows % TELL_EVERY == 0 => {
            log::info!("import: {rows} rows written");
        }
        _ => {}
    }
}

/// By the Content-Type; many programs send no useful one.
fn format(kind: &str) -> Option<Format> {
    match () {
        () if kind.contains("vcard") => Some(Format::Vcard),
        () if kind.contains("csv") => Some(Format::Csv),
        () => None,
    }
}
