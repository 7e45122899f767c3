//! The REST API, the event feed and the pages.
//!
//! Invariant: every route is made from the catalogue or the page list and has an access rule.
//! Never: imports `sip`.
