//! A mail server that does as a test says; it speaks no TLS (aiosmtpd does, in `tests/it`).

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server answers to lines that begin with a word, each once, in this order; what nobody
/// says gets the usual answer. An empty answer closes the connection.
pub type Script = Vec<(&'static str, &'static str)>;

pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, lines) = (Arc::new(Mutex::new(script)), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                lines.lock().unwrap().push("(connect)".to_owned());
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&lines)));
            }
        });
        Self { port, seen }
    }

    /// Every line so far; the text of a letter is one line.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub fn count(&self, word: &str) -> usize {
        self.seen().iter().filter(|line| line.starts_with(word)).count()
    }
}

async fn serve(stream: TcpStream, script: Arc<Mutex<Script>>, seen: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let _ = write.write_all(b"220 mail.example ESMTP\r\n").await;
    let mut letter: Option<String> = None;
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(text) = &mut letter
            && line != "."
        {
            text.push_str(&line);
            text.push('\n');
            continue;
        }
        let line = letter.take().map_or(line, |text| format!("(letter) {text}"));
        seen.lock().unwrap().push(line.clone());
        let answer = scripted(&script, &line).unwrap_or_else(|| usual(&line).to_owned());
        if answer.is_empty() {
            return;
        }
        letter = answer.starts_with("354").then(String::new);
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

fn scripted(script: &Mutex<Script>, line: &str) -> Option<String> {
    let mut script = script.lock().unwrap();
    let place = script.iter().position(|(word, _)| line.starts_with(word))?;
    Some(script.remove(place).1.to_owned())
}

fn usual(line: &str) -> &'static str {
    match line.split([' ', ':']).next().unwrap_or_default() {
        "EHLO" => "250-mail.example\r\n250 AUTH PLAIN LOGIN XOAUTH2",
        "AUTH" => "235 2.7.0 welcome",
        "DATA" => "354 go on",
        "(letter)" => "250 2.0.0 queued as 7F",
        "QUIT" => "221 bye",
        _ => "250 2.1.0 fine",
    }
}
