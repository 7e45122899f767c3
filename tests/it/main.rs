//! The whole program among real peers: telephone exchanges, callers, browsers' feeds, receivers.
//!
//! One binary, so that it is linked once. Every test starts a service of its own on free ports.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot go on fails
#![allow(clippy::disallowed_methods)] // tests may read the machine's clock
#![allow(clippy::print_stdout)] // what a test saw is shown when it fails

mod activation;
mod browser;
mod called;
mod calls;
mod canary;
mod cloud;
mod commands;
mod crash;
mod degraded;
mod deliveries;
mod feed;
mod forwards;
mod harness;
mod held;
mod https;
mod installed;
mod mail;
mod mail_server;
mod merging;
mod metrics;
mod office;
mod program;
mod programs;
mod readme;
mod receivers;
mod registration;
mod rest;
mod rocket;
mod search;
mod secrets;
mod seed;
mod set_up;
mod sign_in;
mod signalling;
mod sip_tls;
mod styles;
mod trials;
