//! What the screens show of a call: toast, links, search sites.

use super::audience::{applies, on_screen};
use super::values::is_registered;
use super::{Occasion, message};
use crate::push::{OpenedSite, Toast};
use crate::resource::Record;
use crate::resource::catalog::URL_CALL;
use crate::resource::words::timing;
use crate::store::Snapshot;
use crate::telephone::TelephoneNumber;
use crate::template::{Landing, Values, Word, render};

/// Definitions of toasts.
const DEFINITIONS: &str = "MessDef-Toast";
/// 動作 of rows that a client opens.
const OPENED_BY_CLIENT: &str = "クライアントで開く";
/// 番号形式 of search sites; 数字のみ is what the value already is.
mod number_format {
    pub const HYPHENATED: &str = "ハイフン付き";
    pub const INTERNATIONAL: &str = "国際(+81)";
}

/// The toast of this moment. A call that rings always has one; the end of a call only where a
/// definition for missed calls exists, since the others speak of a ringing telephone.
pub fn toast(occasion: &Occasion<'_>, values: &Values) -> Option<Toast> {
    if !on_screen(occasion) {
        return None;
    }
    let row = match occasion.timing {
        timing::RINGING => message::choose(occasion, DEFINITIONS, 0),
        timing::MISSED => Some(message::for_missed(occasion.facts.snapshot, DEFINITIONS)?),
        _ => return None,
    };
    let text = |column| message::text(occasion, row, column, Landing::Plain, values);
    let Some(row) = row else {
        let title = occasion.call.text("line_name").to_owned();
        return Some(Toast { title, body: text("body"), ..Toast::default() });
    };
    Some(Toast {
        title: text("title"),
        body: text("body"),
        seconds: row.int("show_seconds"),
        font_size: row.int("font_size"),
        sound: row.text("sound").to_owned(),
        url: render(row.text("click_url"), Landing::Url, values).unwrap_or_default(),
    })
}

/// 開くURL: rows of 着信時URL呼出 that a client opens and that apply, in their order; for an
/// unregistered number also the search sites that open by themselves.
pub fn open_urls(occasion: &Occasion<'_>, values: &Values) -> Vec<String> {
    if !on_screen(occasion) {
        return Vec::new();
    }
    let rows = in_order(occasion.facts.snapshot, URL_CALL.uri);
    let mut urls: Vec<String> = rows
        .into_iter()
        .filter(|row| is_opened_by_client(row) && applies(row, occasion))
        .filter_map(|row| rendered(row, values))
        .collect();
    if occasion.timing == timing::RINGING && !is_registered(occasion) {
        let sites = in_order(occasion.facts.snapshot, "PhoneNumber-SearchSite").into_iter();
        urls.extend(
            sites
                .filter(|row| row.is("enabled") && row.is("auto_open"))
                .filter_map(|row| site_url(row, values)),
        );
    }
    urls
}

/// Whether a row of 着信時URL呼出 is opened by clients.
pub(super) fn is_opened_by_client(row: &Record) -> bool {
    *row.resource == URL_CALL && row.text("action") == OPENED_BY_CLIENT
}

/// 検索サイト: the enabled sites with the caller's number filled in; none without a number.
pub fn search_sites(occasion: &Occasion<'_>, values: &Values) -> Vec<OpenedSite> {
    sites(occasion.facts.snapshot, values).collect()
}

/// As [`search_sites`], for callers that have no occasion yet.
pub(super) fn sites<'a>(
    snapshot: &'a Snapshot,
    values: &'a Values,
) -> impl Iterator<Item = OpenedSite> + 'a {
    let rows = in_order(snapshot, "PhoneNumber-SearchSite").into_iter();
    rows.filter(|row| row.is("enabled")).filter_map(|row| {
        Some(OpenedSite { name: row.text("name").to_owned(), url: site_url(row, values)? })
    })
}

/// Rows by 表示順, then by key.
fn in_order<'a>(snapshot: &'a Snapshot, uri: &str) -> Vec<&'a Record> {
    let mut rows: Vec<&Record> = snapshot.of(uri).iter().map(AsRef::as_ref).collect();
    rows.sort_by_key(|row| row.int("position"));
    rows
}

fn site_url(row: &Record, values: &Values) -> Option<String> {
    let number = TelephoneNumber::parse(values.get(Word::CallerNumber)).ok()?;
    let form = match row.text("number_format") {
        number_format::HYPHENATED => number.hyphenated(),
        number_format::INTERNATIONAL => number.international(),
        _ => return rendered(row, values),
    };
    let mut values = values.clone();
    values.set(Word::CallerNumber, form);
    rendered(row, &values)
}

fn rendered(row: &Record, values: &Values) -> Option<String> {
    match render(row.text("url"), Landing::Url, values) {
        Ok(url) => Some(url),
        Err(fault) => {
            log::warn!("{}/{} url cannot be rendered: {fault}", row.resource.uri, row.key());
            None
        }
    }
}
