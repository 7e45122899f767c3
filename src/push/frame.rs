//! One event on its way to all clients, with its server-sent form made once.
//!
//! Invariant: every client sends the same bytes; none copies them. Never: holds a line break
//! inside a `data:` line (an envelope is one line).

use std::sync::OnceLock;

use bytes::Bytes;

use super::{Envelope, EventKind, Pushed, envelope};

/// A heartbeat; `data:` is present (and empty) because browsers drop events without it.
pub const PING: &[u8] = b"event: ping\ndata:\n\n";

/// An event and the bytes that go to every SSE client.
#[derive(Debug)]
pub struct Notice {
    /// The event.
    pub event: Pushed,
    /// Made by the first client that needs it.
    stream_frame: OnceLock<Bytes>,
}

impl Notice {
    /// An event whose frame is not made yet.
    pub fn new(event: Pushed) -> Self {
        Self { event, stream_frame: OnceLock::new() }
    }

    /// "Read everything again"; belongs to no stored event.
    pub fn resync() -> Self {
        let json = Bytes::from(envelope(EventKind::Resync, &Envelope::default()));
        Self::new(Pushed { id: 0, kind: EventKind::Resync, line: None, json })
    }

    /// `id:`, `event:` and `data:` lines (WHATWG HTML, server-sent events).
    pub fn stream_frame(&self) -> Bytes {
        self.stream_frame.get_or_init(|| stream_frame(&self.event)).clone()
    }
}

/// Formats an event for a stream; an event that is not stored has no `id:` line.
fn stream_frame(event: &Pushed) -> Bytes {
    let mut frame = Vec::with_capacity(event.json.len() + 64);
    if event.id > 0 {
        frame.extend_from_slice(b"id: ");
        frame.extend_from_slice(event.id.to_string().as_bytes());
        frame.push(b'\n');
    }
    frame.extend_from_slice(b"event: ");
    frame.extend_from_slice(event.kind.name().as_bytes());
    frame.extend_from_slice(b"\ndata: ");
    frame.extend_from_slice(&event.json);
    frame.extend_from_slice(b"\n\n");
    frame.into()
}

/// Whether a client limited to `lines` (empty = no limit) may see the event.
pub fn visible(lines: &[i64], event: &Pushed) -> bool {
    lines.is_empty() || event.line.is_none_or(|line| lines.contains(&line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::EventKind;

    fn event(id: i64, line: Option<i64>) -> Pushed {
        Pushed { id, kind: EventKind::Ringing, line, json: Bytes::from_static(b"{}") }
    }

    #[test]
    fn a_frame_has_id_name_and_data() {
        assert_eq!(
            &Notice::new(event(42, None)).stream_frame()[..],
            b"id: 42\nevent: ringing\ndata: {}\n\n"
        );
        assert_eq!(
            &Notice::new(event(0, None)).stream_frame()[..],
            b"event: ringing\ndata: {}\n\n"
        );
    }

    #[test]
    fn a_frame_is_made_once() {
        let notice = Notice::new(event(1, None));
        assert_eq!(notice.stream_frame().as_ptr(), notice.stream_frame().as_ptr());
    }

    #[test]
    fn limited_clients_see_their_lines_and_what_has_no_line() {
        assert!(visible(&[], &event(1, Some(9))));
        assert!(visible(&[9], &event(1, Some(9))));
        assert!(visible(&[9], &event(1, None)));
        assert!(!visible(&[9], &event(1, Some(8))));
        assert!(!visible(&[9], &event(1, Some(0))));
    }
}
