//! Query parameters (`application/x-www-form-urlencoded`).
//!
//! Invariant: a query that cannot be read has no values. Never: guesses which of two values counts;
//! it is the first.

use actix_web::HttpRequest;
use actix_web::web::Query;

/// The first value of a parameter.
pub(super) fn value(request: &HttpRequest, name: &str) -> Option<String> {
    let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?;
    pairs.into_inner().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}
