//! The HTTP side alone, in this process: the contract's REST page line by line, every resource,
//! every route and right, the event feed and the pages.

mod api;
mod caller;
mod description;
pub mod fields;
mod finding;
mod history;
mod lines;
mod lists;
mod orders;
mod pages;
mod refusals;
mod repeats;
mod replay;
mod rights;
mod round_trip;
mod routes;
mod seed;
mod sign_in;
mod statistics;
mod transfer;
mod transports;
mod versions;
mod websocket;

use api::Api;
