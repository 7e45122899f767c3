//! What the tests work with: the service, its clients, its targets and its telephone peers.

mod caller;
mod certificate;
mod disk;
mod events;
pub mod http;
mod peers;
pub mod place;
pub mod process;
mod receiver;
mod service;
mod wait;
mod websocket;

pub use caller::{Caller, Invite};
pub use certificate::Certificate;
pub use disk::SmallDisk;
pub use events::{Feed, Received};
pub use peers::{Kamailio, Sipp, baresip};
pub use receiver::{Outcome, Receiver, Request};
pub use service::{BASE, Service};
pub use wait::{SOON, wait_for, wait_until};
pub use websocket::{Frame, WebSocket};
