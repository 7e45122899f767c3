//! A WebSocket client (RFC 6455) that sees every frame.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use super::http::read_head;

/// How long a test waits for a frame: longer than the time between two pings.
const LIMIT: Duration = Duration::from_secs(40);
/// Frames of a client are masked; with what does not matter here.
const MASK: [u8; 4] = [1, 2, 3, 4];

/// A frame of the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// JSON.
    Text(Value),
    /// A ping.
    Ping,
    /// A pong with these bytes.
    Pong(Vec<u8>),
    /// The farewell: code and reason.
    Close(u16, String),
    /// The connection ended.
    Gone,
}

/// An open WebSocket.
pub struct WebSocket {
    stream: BufReader<TcpStream>,
}

impl WebSocket {
    /// Connects; the status where the server does not switch over.
    pub fn open(to: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let stream = TcpStream::connect(to).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut head = format!("GET {path} HTTP/1.1\r\nHost: {to}\r\nUpgrade: websocket\r\n");
        head.push_str("Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
        // RFC 6455 §1.3 has this key and the answer to it.
        head.push_str("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        (&stream).write_all(format!("{head}\r\n").as_bytes()).unwrap();
        let mut stream = BufReader::new(stream);
        let (status, headers) = read_head(&mut stream).unwrap();
        if status != 101 {
            return Err(status);
        }
        let accept = headers.iter().find(|(name, _)| name == "sec-websocket-accept").unwrap();
        assert_eq!(accept.1, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        Ok(Self { stream })
    }

    /// Sends one frame. Opcodes: 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    pub fn send(&mut self, opcode: u8, last: bool, payload: &[u8]) {
        let mut frame = vec![opcode | if last { 0x80 } else { 0 }];
        match payload.len() {
            length @ ..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
            length => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&u64::try_from(length).unwrap().to_be_bytes());
            }
        }
        frame.extend_from_slice(&MASK);
        frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        // The server may have closed already; the next read tells.
        let _ = self.stream.get_mut().write_all(&frame);
    }

    /// Sends a text and reads the answer to it.
    #[track_caller]
    pub fn ask(&mut self, text: &str) -> Value {
        self.send(1, true, text.as_bytes());
        self.next_text()
    }

    /// The next text; pings in between are passed over.
    #[track_caller]
    pub fn next_text(&mut self) -> Value {
        loop {
            match self.next() {
                Frame::Text(value) => return value,
                Frame::Ping => {}
                other => panic!("{other:?} in place of a text"),
            }
        }
    }

    /// The next frame.
    pub fn next(&mut self) -> Frame {
        self.read().unwrap_or(Frame::Gone)
    }

    fn read(&mut self) -> std::io::Result<Frame> {
        let mut head = [0; 2];
        self.stream.read_exact(&mut head)?;
        assert_eq!(head[0] & 0x80, 0x80, "our frames are whole");
        assert_eq!(head[1] & 0x80, 0, "a server masks nothing");
        let mut length = u64::from(head[1]);
        if length >= 126 {
            let bytes = if length == 126 { 2 } else { 8 };
            let mut long = [0; 8];
            self.stream.read_exact(&mut long[8 - bytes..])?;
            length = u64::from_be_bytes(long);
        }
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut payload)?;
        Ok(match head[0] & 0x0f {
            1 => Frame::Text(serde_json::from_slice(&payload).unwrap()),
            8 => {
                let code = payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                let reason = String::from_utf8(payload.split_off(payload.len().min(2))).unwrap();
                Frame::Close(code, reason)
            }
            9 => Frame::Ping,
            10 => Frame::Pong(payload),
            other => panic!("a frame with opcode {other}"),
        })
    }
}
