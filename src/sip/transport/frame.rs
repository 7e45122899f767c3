//! Cuts a stream into messages (RFC 3261 §18.3, keep-alives of RFC 5626 §3.5.1).
//!
//! A pure state machine: bytes in, frames out.
//! Invariant: never holds more than one message of the largest size and what one read brought.

use crate::sip::grammar::decimal;
use crate::sip::message::{MESSAGE_BYTES_MAX, Message, Name, head_length};

/// What the bytes so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// A whole message.
    Message(Vec<u8>),
    /// A double line end: to be answered with a single one.
    Ping,
    /// Nothing yet.
    More,
    /// Over the size limit or without a readable length: the connection cannot go on.
    Broken,
}

/// The bytes that are not yet a whole message.
#[derive(Debug, Default)]
pub struct Framer {
    buffer: Vec<u8>,
    /// Bytes at the front that hold no end of headers.
    searched: usize,
}

impl Framer {
    /// Takes what one read brought.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame; to be called until it says [`Frame::More`] or [`Frame::Broken`].
    pub fn next_frame(&mut self) -> Frame {
        if self.searched == 0 {
            match self.buffer.as_slice() {
                [b'\r', b'\n', b'\r', b'\n', ..] => {
                    self.buffer.drain(..4);
                    return Frame::Ping;
                }
                // may become a ping
                [] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] => return Frame::More,
                [b'\r', b'\n', ..] => {
                    self.buffer.drain(..2);
                }
                _ => {}
            }
        }
        let Some(head) = self.head_length() else {
            return if self.buffer.len() > MESSAGE_BYTES_MAX { Frame::Broken } else { Frame::More };
        };
        let Some(length) = self.message_length(head) else { return Frame::Broken };
        if length > MESSAGE_BYTES_MAX {
            return Frame::Broken;
        }
        if self.buffer.len() < length {
            return Frame::More;
        }
        self.searched = 0;
        Frame::Message(self.buffer.drain(..length).collect())
    }

    /// Length of the headers. Lines that were searched are not searched again, so that a peer
    /// that sends byte by byte costs no more than one that does not.
    fn head_length(&mut self) -> Option<usize> {
        let fresh = self.buffer.get(self.searched..).unwrap_or_default();
        if let Some(length) = head_length(fresh) {
            return Some(self.searched + length);
        }
        let whole_lines = fresh.iter().rposition(|&byte| byte == b'\n');
        self.searched += whole_lines.map_or(0, |end| end + 1);
        None
    }

    fn message_length(&self, head: usize) -> Option<usize> {
        let message = Message::scan(self.buffer.get(..head)?).ok()?;
        let body = match message.first(Name::ContentLength) {
            Some(length) => usize::try_from(decimal(length)?).ok()?,
            None => 0,
        };
        head.checked_add(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"OPTIONS sip:a SIP/2.0\r\nl: 3\r\n\r\nabc";

    fn frames(bytes: &[u8], step: usize) -> Vec<Frame> {
        let mut framer = Framer::default();
        let mut frames = Vec::new();
        for chunk in bytes.chunks(step) {
            framer.push(chunk);
            loop {
                match framer.next_frame() {
                    Frame::More => break,
                    Frame::Broken => return frames.into_iter().chain([Frame::Broken]).collect(),
                    frame => frames.push(frame),
                }
            }
        }
        frames
    }

    #[test]
    fn messages_and_pings_are_found_however_the_bytes_arrive() {
        let stream = [b"\r\n\r\n", MESSAGE, b"\r\n", MESSAGE, b"\r\n\r\n"].concat();
        let expected = [
            Frame::Ping,
            Frame::Message(MESSAGE.to_vec()),
            Frame::Message(MESSAGE.to_vec()),
            Frame::Ping,
        ];
        for step in 1..stream.len() {
            assert_eq!(frames(&stream, step), expected, "{step}");
        }
    }

    #[test]
    fn what_cannot_end_is_broken() {
        let endless = vec![b'a'; MESSAGE_BYTES_MAX + 2];
        let long = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n";
        let negative = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n";
        for stream in [&endless[..], long, negative, b"GET / HTTP/1.1\r\n\r\n"] {
            assert_eq!(frames(stream, 1000), [Frame::Broken]);
        }
    }
}
