//! Query parameters (`application/x-www-form-urlencoded`).
//!
//! Invariant: a query that cannot be read has no values. Never: guesses which of two values counts;
//! it is the first.

use actix_web::HttpRequest;
use actix_web::web::Query;

/// Every parameter, in order.
pub(super) fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string());
    pairs.map_or(Vec::new(), Query::into_inner)
}

/// The first value of a parameter.
pub(super) fn value(request: &HttpRequest, name: &str) -> Option<String> {
    pairs(request).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Whether a parameter says yes.
pub(super) fn is_set(request: &HttpRequest, name: &str) -> bool {
    value(request, name).is_some_and(|text| text.eq_ignore_ascii_case("true") || text == "1")
}
