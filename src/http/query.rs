//! Query parameters (`application/x-www-form-urlencoded`).
//!
//! Invariant: a query that cannot be read has no values. Never: guesses which of two values counts;
//! it is the first.

use actix_web::HttpRequest;
use actix_web::web::Query;

use super::Refusal;
use super::reply::BAD_DRY_RUN;
use crate::resource::order::DRY_RUN;

/// Every parameter, in order.
pub(super) fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    pairs_of(request.query_string())
}

fn pairs_of(query: &str) -> Vec<(String, String)> {
    let pairs = Query::<Vec<(String, String)>>::from_query(query);
    pairs.map_or(Vec::new(), Query::into_inner)
}

/// The first value of a parameter.
pub(super) fn value(request: &HttpRequest, name: &str) -> Option<String> {
    value_of(request.query_string(), name)
}

/// The first value of a parameter of this query.
pub(super) fn value_of(query: &str, name: &str) -> Option<String> {
    pairs_of(query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Whether `?dryrun=` asks for a rehearsal. A word that says neither is refused: whoever mistypes it
/// would else have written what he only wanted to try.
pub(super) fn is_dry_run(request: &HttpRequest) -> Result<bool, Refusal> {
    let Some(text) = value(request, DRY_RUN) else { return Ok(false) };
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Refusal::BadPath(BAD_DRY_RUN)),
    }
}
