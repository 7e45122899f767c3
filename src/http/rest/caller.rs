//! `GET /Caller/(number)`: how a call from this number would be treated now.
//!
//! Invariant: nothing is written, and every value is a string. Never: shows calls of lines that the
//! asker may not see, or what would be sent to a target.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value as Json};

use crate::call::{Explanation, Told, explain};
use crate::http::app::App;
use crate::http::reply::{BAD_CALLER, BAD_LINE};
use crate::http::{Refusal, query, reply};
use crate::resource::caller as names;
use crate::resource::caller::name;
use crate::resource::json::{write_date_time, write_object};
use crate::resource::listing::Filter;
use crate::resource::{Record, Value, catalog};
use crate::store::{CallQuery, Query, Snapshot};
use crate::telephone::{Presentation, TelephoneNumber};

/// How many of the number's newest calls are shown.
const CALLS_SHOWN: usize = 10;

/// Who is taken to call.
struct Asked {
    presentation: Presentation,
    /// `None` where no number is shown.
    number: Option<TelephoneNumber>,
}

/// Answers the request.
pub(in crate::http) async fn foresee(
    app: &App,
    request: &HttpRequest,
    input: &str,
    lines: &[i64],
) -> Result<HttpResponse, Refusal> {
    let asked = read(input)?;
    let line = line(&app.store.snapshot(), query::value(request, "line").as_deref(), lines)?;
    let number = asked.number.as_ref().map_or("", TelephoneNumber::as_str);
    let explanation =
        app.store.foresee(number, |facts| explain(number, asked.presentation, line, facts)).await?;
    let mut answer = Map::new();
    set_number(&mut answer, input, &asked);
    set_explanation(&mut answer, &explanation);
    let calls = match lines {
        [] => explanation.calls.to_string(),
        lines => calls_on(app, number, lines).await?,
    };
    set(&mut answer, [(names::CALLS, calls)]);
    let history = if number.is_empty() { Vec::new() } else { history(app, number, lines).await? };
    let history = serde_json::from_slice(&history).unwrap_or(Json::Array(Vec::new()));
    answer.insert(names::HISTORY.to_owned(), history);
    Ok(reply::json(Json::Object(answer).to_string()))
}

/// A telephone number, or one of the words for callers without one.
fn read(input: &str) -> Result<Asked, Refusal> {
    let nameless = Presentation::ALL.into_iter().filter(|word| *word != Presentation::Presented);
    if let Some(presentation) = nameless.into_iter().find(|word| word.word() == input.trim()) {
        return Ok(Asked { presentation, number: None });
    }
    let number = TelephoneNumber::parse(input).map_err(|_| Refusal::BadPath(BAD_CALLER))?;
    Ok(Asked { presentation: Presentation::Presented, number: Some(number) })
}

/// The line on which the call is taken to come: the wanted one, else the first that may be seen.
fn line(snapshot: &Snapshot, wanted: Option<&str>, lines: &[i64]) -> Result<i64, Refusal> {
    let seen = |line: i64| lines.is_empty() || lines.contains(&line);
    let Some(wanted) = wanted else {
        let mut known = snapshot.of(catalog::LINE.uri).iter().map(|line| line.key());
        return Ok(known.find(|line| seen(*line)).unwrap_or(0));
    };
    let known = |line: i64| line == 0 || snapshot.find(catalog::LINE.uri, line).is_some();
    let line = wanted.parse().ok().filter(|line| known(*line));
    let line = line.ok_or(Refusal::BadPath(BAD_LINE))?;
    if seen(line) { Ok(line) } else { Err(Refusal::Forbidden) }
}

fn set_number(answer: &mut Map<String, Json>, input: &str, asked: &Asked) {
    let of =
        |show: fn(&TelephoneNumber) -> String| asked.number.as_ref().map_or(String::new(), show);
    let texts = [
        (names::INPUT, input.to_owned()),
        (names::NUMBER, of(|number| number.as_str().to_owned())),
        (names::HYPHENATED, of(TelephoneNumber::hyphenated)),
        (names::INTERNATIONAL, of(TelephoneNumber::international)),
        (names::CATEGORY, of(|number| number.category().word().to_owned())),
        (names::AREA, of(|number| number.area().unwrap_or_default().to_owned())),
        (names::LAST_NINE, of(|number| number.last_nine().unwrap_or_default().to_owned())),
        (name(&catalog::CALL, "presentation"), asked.presentation.word().to_owned()),
    ];
    set(answer, texts);
}

fn set_explanation(answer: &mut Map<String, Json>, explanation: &Explanation) {
    let how = match (explanation.customers.is_empty(), explanation.exact) {
        (true, _) => names::NOBODY,
        (false, true) => names::EXACT,
        (false, false) => names::CANDIDATE,
    };
    let customer = |(column, row): &(&'static str, Record)| {
        let mut customer = Map::new();
        let field = name(&catalog::CUSTOMER, column).to_owned();
        set(&mut customer, [(names::MATCH, how.to_owned()), (names::MATCHED_FIELD, field)]);
        customer.insert(names::ROW.to_owned(), shown(row));
        Json::Object(customer)
    };
    let call = &explanation.call;
    let on_screen = if explanation.on_screen { "True" } else { "False" };
    answer.insert(names::LINE.to_owned(), one(explanation.line.as_ref()));
    set(answer, [(names::MATCH, how.to_owned())]);
    let candidates = call.int("candidates").to_string();
    set(answer, [(name(&catalog::CALL, "candidates"), candidates)]);
    let customers = explanation.customers.iter().map(customer).collect();
    answer.insert(names::CUSTOMERS.to_owned(), Json::Array(customers));
    answer.insert(names::RULE.to_owned(), one(explanation.rule.as_ref()));
    set(answer, [(names::ON_SCREEN, on_screen.to_owned())]);
    let told = explanation.told.iter().map(target).collect();
    answer.insert(names::TOLD.to_owned(), Json::Array(told));
}

/// How many calls of a number came in on these lines; empty where they are too many to be counted in
/// a moment.
async fn calls_on(app: &App, number: &str, lines: &[i64]) -> Result<String, Refusal> {
    let index = catalog::CALL.index("caller_number").filter(|_| !number.is_empty());
    let Some(index) = index else { return Ok("0".to_owned()) };
    let filter = Filter { index, value: Value::Text(number.to_owned()), others: Vec::new() };
    let query = Query { filters: vec![filter], lines: lines.to_vec(), ..Query::default() };
    let count = app.store.total(&catalog::CALL, &query).await?;
    Ok(count.map_or_else(String::new, |count| count.to_string()))
}

fn target(told: &Told) -> Json {
    let (mut until, mut why) = (Vec::new(), "");
    if let Some(held) = told.held {
        write_date_time(held.until, &mut until);
        why = if held.digest { names::HELD_FOR_DIGEST } else { names::HELD_FOR_HOURS };
    }
    let texts = [
        told.target.resource.to_owned(),
        told.target.id.to_string(),
        told.name.clone(),
        told.timing.to_owned(),
        String::from_utf8(until).unwrap_or_default(),
        why.to_owned(),
    ];
    let mut object = Map::new();
    let columns = names::TOLD_COLUMNS.map(|column| name(&catalog::DELIVERY, column));
    for (column, text) in columns.into_iter().zip(texts) {
        set(&mut object, [(column, text)]);
    }
    Json::Object(object)
}

fn set<const N: usize>(object: &mut Map<String, Json>, texts: [(&str, String); N]) {
    object.extend(texts.map(|(name, text)| (name.to_owned(), Json::String(text))));
}

/// A row as GET shows it.
fn shown(row: &Record) -> Json {
    let mut json = Vec::new();
    write_object(row.resource, row, &mut json);
    serde_json::from_slice(&json).unwrap_or(Json::Null)
}

/// `[row]`, or `[]`.
fn one(row: Option<&Record>) -> Json {
    Json::Array(row.map(shown).into_iter().collect())
}

/// The number's newest calls that the asker may see.
async fn history(app: &App, number: &str, lines: &[i64]) -> Result<Vec<u8>, Refusal> {
    let numbers = vec![number.to_owned()];
    let query = CallQuery { descending: true, customer_id: 0, numbers, lines: lines.to_vec() };
    let page = app.store.calls_json(&query, 0, CALLS_SHOWN).await?;
    let mut json = Vec::with_capacity(page.json.len() + 2);
    json.push(b'[');
    json.extend_from_slice(&page.json);
    json.push(b']');
    Ok(json)
}
