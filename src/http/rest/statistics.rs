//! `GET /Statistics`: sums of the call history for charts.
//!
//! Invariant: every value is a string, every call is one of the lines that the asker may see.
//! Never: counts callers twice at the same time.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value as Json};

use crate::http::app::App;
use crate::http::{Refusal, query, reply};
use crate::resource::caller::name;
use crate::resource::catalog::{CALL, LINE};
use crate::resource::statistics::{self as names, Asked, Grouping};
use crate::store::{CallSums, CallerCount, Snapshot, Store};

/// Hours of a day.
const DAY: i64 = 24;
/// 1970-01-01 was a Thursday; weeks begin on Monday.
const FIRST_WEEKDAY: i64 = 3;
/// Days of a week.
const WEEK: i64 = 7;

/// Answers the request.
pub(in crate::http) async fn statistics(
    app: &App,
    request: &HttpRequest,
    lines: &[i64],
) -> Result<HttpResponse, Refusal> {
    let asked = names::read(&query::pairs(request)).map_err(Refusal::Faults)?;
    let turn = match asked.by {
        Grouping::Caller => {
            let turn = app.files.clone().try_acquire_owned();
            Some(turn.map_err(|_| Refusal::Busy)?)
        }
        _ => None,
    };
    let (store, lines, runtime) =
        (app.store.clone(), lines.to_vec(), tokio::runtime::Handle::current());
    let counting = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        runtime.block_on(rows(&store, asked, &lines))
    });
    let rows = counting.await.map_err(|_| Refusal::Unavailable)??;
    Ok(reply::json(Json::Array(rows).to_string()))
}

async fn rows(store: &Store, asked: Asked, lines: &[i64]) -> Result<Vec<Json>, Refusal> {
    let Asked { by, period, limit } = asked;
    let by_key = |key: fn(i64, i64) -> i64| store.sums_by(period, lines, key);
    Ok(match by {
        Grouping::Day => {
            rows_of(by_key(|hour, _| hour / DAY).await?, |day| vec![(names::DAY, date(day))])
        }
        Grouping::Hour => rows_of(
            by_key(|hour, _| (hour / DAY + FIRST_WEEKDAY) % WEEK * DAY + hour % DAY).await?,
            hour,
        ),
        Grouping::Line => {
            let snapshot = store.snapshot();
            rows_of(by_key(|_, line| line).await?, |key| line(&snapshot, key))
        }
        Grouping::Operator => rows_of(store.sums_by_operator(period, lines).await?, |operator| {
            vec![(name(&CALL, "operator"), operator)]
        }),
        Grouping::Caller => {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            match store.top_callers(period, lines, limit).await? {
                Ok(callers) => callers.into_iter().map(caller).collect(),
                Err(calls) => return Err(Refusal::Faults(vec![names::too_many(calls)])),
            }
        }
    })
}

/// A row for each group: what `head` makes of its key, then its sums.
fn rows_of<K>(
    groups: Vec<(K, CallSums)>,
    head: impl Fn(K) -> Vec<(&'static str, String)>,
) -> Vec<Json> {
    let row = |(key, sums): (K, CallSums)| {
        let mut row = head(key);
        row.push((names::COUNT, sums.calls.to_string()));
        let of = |state: &str| {
            sums.by_state.iter().find(|(known, _)| known == state).map_or(0, |(_, calls)| *calls)
        };
        row.extend(names::outcomes().iter().map(|state| (*state, of(state).to_string())));
        row.push((names::MEAN_RING, mean(sums.ring_seconds, sums.rung)));
        object(row)
    };
    groups.into_iter().map(row).collect()
}

fn object(members: Vec<(&'static str, String)>) -> Json {
    let members = members.into_iter().map(|(name, text)| (name.to_owned(), Json::String(text)));
    Json::Object(members.collect::<Map<_, _>>())
}

/// A day counted from 1970.
fn date(day: i64) -> String {
    let text = chrono::DateTime::from_timestamp(day.saturating_mul(DAY * 3600), 0);
    text.map_or(String::new(), |at| at.format("%Y/%m/%d").to_string())
}

/// An hour of a week that begins on Monday.
fn hour(key: i64) -> Vec<(&'static str, String)> {
    let weekday = usize::try_from(key / DAY).ok().and_then(|day| names::weekdays().get(day));
    let weekday = weekday.copied().unwrap_or_default().to_owned();
    vec![(names::weekday(), weekday), (names::HOUR, (key % DAY).to_string())]
}

/// A line, with the name it has now.
fn line(snapshot: &Snapshot, key: i64) -> Vec<(&'static str, String)> {
    let known = snapshot.find(LINE.uri, key);
    let own = known.map_or(String::new(), |line| line.text("name").to_owned());
    vec![(name(&CALL, "line_no"), key.to_string()), (name(&CALL, "line_name"), own)]
}

fn caller(count: CallerCount) -> Json {
    object(vec![
        (name(&CALL, "caller_number"), count.number),
        (name(&CALL, "customer_id"), count.customer_id.to_string()),
        (name(&CALL, "customer_name"), count.customer_name),
        (name(&CALL, "company"), count.company),
        (names::COUNT, count.calls.to_string()),
    ])
}

/// A mean with one decimal, rounded; `""` of nothing.
fn mean(sum: i64, count: i64) -> String {
    if count == 0 {
        return String::new();
    }
    let tenths = (sum * 10 + count / 2) / count;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_texts() {
        assert_eq!((date(0), date(20_179)), ("1970/01/01".to_owned(), "2025/04/01".to_owned()));
        let texts: Vec<String> = hour(24 + 9).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["火", "9"]);
        assert_eq!([mean(0, 0), mean(29, 1), mean(10, 3), mean(20, 3)], ["", "29.0", "3.3", "6.7"]);
    }
}
