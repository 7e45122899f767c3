//! `GET …?format=csv|xlsx`: the rows of a list as a file.
//!
//! Invariant: the same rows as without `format`, a page at a time. Never: says "end" after a fault
//! (the connection is cut instead).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::stream;

use super::stream::Pager;
use crate::http::app::App;
use crate::http::query::value;
use crate::http::reply::{BAD_CHARSET, BAD_FORMAT, NO_FILE};
use crate::http::{Refusal, reply};
use crate::resource::{Resource, openapi};
use crate::store::StoreError;
use crate::transfer::{Charset, CsvWriter, XlsxWriter};

/// Bytes of a finished file that are sent at once.
const CHUNK: usize = 64 * 1024;

/// The kind of file that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Download {
    /// Comma-separated.
    Csv(Charset),
    /// An Excel workbook.
    Xlsx,
}

impl Download {
    /// Reads `?format=` and `?charset=`; `None` = rows as JSON.
    pub(super) fn wanted(
        request: &HttpRequest,
        resource: &Resource,
    ) -> Result<Option<Self>, Refusal> {
        let query = |name| value(request, name).map(|text| text.to_ascii_lowercase());
        let wanted = match query("format").as_deref() {
            None | Some("" | "json") => return Ok(None),
            Some("xlsx") => Self::Xlsx,
            Some("csv") => Self::Csv(match query("charset").as_deref() {
                None | Some("" | "utf-8" | "utf8") => Charset::Utf8,
                Some("shift_jis" | "shift-jis" | "sjis" | "cp932" | "windows-31j") => {
                    Charset::ShiftJis
                }
                Some(_) => return Err(Refusal::BadPath(BAD_CHARSET)),
            }),
            Some(_) => return Err(Refusal::BadPath(BAD_FORMAT)),
        };
        let offered = openapi::DOWNLOADED.contains(&resource);
        if offered { Ok(Some(wanted)) } else { Err(Refusal::BadPath(NO_FILE)) }
    }

    /// The file.
    pub(super) async fn answer(
        self,
        app: &App,
        resource: &'static Resource,
        pager: Pager,
    ) -> Result<HttpResponse, Refusal> {
        match self {
            Self::Csv(charset) => csv(resource, charset, pager).await,
            Self::Xlsx => xlsx(app, resource, pager).await,
        }
    }
}

/// The first page is read before the answer begins, so that a store that cannot serve is a refusal.
async fn csv(
    resource: &'static Resource,
    charset: Charset,
    mut pager: Pager,
) -> Result<HttpResponse, Refusal> {
    let (writer, mut head) = CsvWriter::start(resource, charset);
    if let Some(page) = pager.page().await? {
        head.extend(lines(&writer, &page)?);
    }
    let rest = stream::unfold(Some((pager, writer)), |reading| async {
        let (mut pager, writer) = reading?;
        match pager.page().await {
            Ok(None) => None,
            Ok(Some(page)) => match lines(&writer, &page) {
                Ok(text) => Some((Ok(Bytes::from(text)), Some((pager, writer)))),
                Err(error) => Some((Err(error), None)),
            },
            Err(error) => {
                log::error!("a file was cut short: {error}");
                Some((Err(error), None))
            }
        }
    });
    let head = stream::iter([Ok::<Bytes, StoreError>(head.into())]);
    let kind = match charset {
        Charset::Utf8 | Charset::Utf8Plain => "text/csv; charset=utf-8; header=present",
        Charset::ShiftJis => "text/csv; charset=Shift_JIS; header=present",
    };
    let name = format!("{}.csv", resource.uri);
    Ok(reply::file(kind, &name, futures_util::StreamExt::chain(head, rest)))
}

fn lines(writer: &CsvWriter, page: &[u8]) -> Result<Vec<u8>, StoreError> {
    writer.page(page).map_err(|error| {
        log::error!("a row of the store is no JSON: {error}");
        StoreError::Unavailable
    })
}

/// A workbook ends with its table of contents, so it is finished before it is sent.
async fn xlsx(
    app: &App,
    resource: &'static Resource,
    mut pager: Pager,
) -> Result<HttpResponse, Refusal> {
    let turn = app.files.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
    let (folder, runtime) = (app.data_dir.clone(), tokio::runtime::Handle::current());
    let making = tokio::task::spawn_blocking(move || -> Result<File, Refusal> {
        let _turn = turn;
        let mut writer = XlsxWriter::start(resource, &folder).map_err(reply::no_room)?;
        while let Some(page) = runtime.block_on(pager.page())? {
            writer.page(&page).map_err(reply::no_room)?;
        }
        let mut file = tempfile::tempfile_in(&folder).map_err(reply::no_room)?;
        writer.finish(&mut file).map_err(reply::no_room)?;
        file.seek(SeekFrom::Start(0)).map_err(reply::no_room)?;
        Ok(file)
    });
    let file = making.await.map_err(|_| Refusal::Unavailable)??;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(reply::file(kind, &format!("{}.xlsx", resource.uri), pieces(file)))
}

/// A file piece by piece, read off the worker's thread.
fn pieces(file: File) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::unfold(Some(file), |file| async {
        let mut file = file?;
        let reading = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; CHUNK];
            file.read(&mut piece).map(|length| {
                piece.truncate(length);
                (piece, file)
            })
        });
        match reading.await {
            Ok(Ok((piece, _))) if piece.is_empty() => None,
            Ok(Ok((piece, file))) => Some((Ok(piece.into()), Some(file))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(error) => Some((Err(std::io::Error::other(error)), None)),
        }
    })
}
