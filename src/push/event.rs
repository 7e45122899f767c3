//! The envelope of events.md.

use bytes::Bytes;

use crate::resource::Record;

/// 種別 of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// 着信.
    Ringing,
    /// 応答.
    Answered,
    /// 終了.
    Ended,
    /// 更新.
    Updated,
    /// 接続.
    Line,
    /// 再同期.
    Resync,
}

impl EventKind {
    /// The word in the envelope.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ringing => "着信",
            Self::Answered => "応答",
            Self::Ended => "終了",
            Self::Updated => "更新",
            Self::Line => "接続",
            Self::Resync => "再同期",
        }
    }

    /// The `event:` name of server-sent events; also its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Ended => "ended",
            Self::Updated => "updated",
            Self::Line => "line",
            Self::Resync => "resync",
        }
    }

    /// Reads [`EventKind::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ringing, Self::Answered, Self::Ended, Self::Updated, Self::Line, Self::Resync]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// An event as it goes out: the same bytes for every client.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// Row id in the event table: grows, survives restarts. 0 for events that are not stored.
    pub id: i64,
    /// What happened.
    pub kind: EventKind,
    /// 回線No of the call, for clients that may see only some lines; `None` = for everybody.
    pub line: Option<i64>,
    /// The envelope (UTF-8 JSON, one line).
    pub json: Bytes,
}

/// What an envelope is made of; absent parts are left out of the JSON.
#[derive(Debug, Default)]
pub struct Envelope<'a> {
    /// 着信記録.
    pub call: Option<&'a Record>,
    /// 顧客, best first.
    pub customers: &'a [Record],
    /// SIP接続.
    pub connection: Option<&'a Record>,
    /// トースト.
    pub toast: Option<Toast>,
    /// 開くURL.
    pub open_urls: Vec<String>,
    /// 検索サイト.
    pub search_sites: Vec<OpenedSite>,
}

/// A changed row as REST shows it.
#[derive(Clone, Copy, Debug)]
pub enum ChangedRow<'a> {
    /// None that the event shows.
    None,
    /// A 着信記録.
    Call(&'a [u8]),
    /// A 顧客.
    Customer(&'a [u8]),
}

impl ChangedRow<'_> {
    /// Bytes of its JSON.
    pub(super) fn len(self) -> usize {
        match self {
            Self::None => 0,
            Self::Call(json) | Self::Customer(json) => json.len(),
        }
    }
}

/// トースト.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toast {
    /// タイトル.
    pub title: String,
    /// 本文.
    pub body: String,
    /// 表示秒数; 0 = closed by hand.
    pub seconds: i64,
    /// 文字サイズ.
    pub font_size: i64,
    /// 音.
    pub sound: String,
    /// URL.
    pub url: String,
}

/// One entry of 検索サイト.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSite {
    /// サイト名.
    pub name: String,
    /// URL with the number filled in.
    pub url: String,
}
