//! Registration over TLS at a scripted registrar.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::agent::{answer, header};
use super::connection;
use crate::clock::Clock;
use crate::sip::{Agent, Connection, Limits, Options, Transport};

const PATIENCE: Duration = Duration::from_secs(20);

fn acceptor() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.into()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// The next connection and the REGISTER on it.
async fn registering(
    listener: &TcpListener,
    acceptor: &TlsAcceptor,
) -> (TlsStream<TcpStream>, String) {
    let accepted = timeout(PATIENCE, listener.accept()).await.expect("a connection in time");
    let mut stream = acceptor.accept(accepted.unwrap().0).await.unwrap();
    let request = read(&mut stream).await;
    (stream, request)
}

async fn read(stream: &mut TlsStream<TcpStream>) -> String {
    let mut buffer = vec![0; 4096];
    let length = timeout(PATIENCE, stream.read(&mut buffer)).await.expect("bytes in time").unwrap();
    String::from_utf8_lossy(&buffer[..length]).into_owned()
}

#[tokio::test]
async fn a_new_connection_takes_the_contact_of_the_broken_one_back() {
    let (listener, acceptor) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), acceptor());
    let listen = "127.0.0.1:0".parse().unwrap();
    let options = Options { listen, clock: Clock::manual(1_000), limits: Limits::default() };
    let (agent, _events) = Agent::start(options).unwrap();
    let port = listener.local_addr().unwrap().port();
    let row = Connection {
        transport: Transport::Tls,
        verify_certificate: false,
        ..connection(2, "127.0.0.1", port)
    };
    agent.set_connections(vec![row]);
    let (mut stream, first) = registering(&listener, &acceptor).await;
    assert!(header(&first, "Via").starts_with("SIP/2.0/TLS"), "{first}");
    let contact = header(&first, "Contact").to_owned();
    let address = contact.split(";expires").next().unwrap().to_owned();
    let peer = stream.get_ref().0.peer_addr().unwrap();
    assert!(address.contains(&format!("@{peer};transport=tls")), "{address} is not {peer}");
    let granted = format!("Contact: {address};expires=60\r\n");
    stream.write_all(answer(&first, "200 OK", &granted).as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    drop(stream);
    let (mut stream, second) = registering(&listener, &acceptor).await;
    let contacts = header(&second, "Contact");
    assert!(contacts.ends_with(&format!(", {address};expires=0")), "{contacts}");
    assert!(!contacts.starts_with(&address), "the new end is another one: {contacts}");
    let own = contacts.split(";expires").next().unwrap();
    let granted = format!("Contact: {own};expires=60\r\n");
    stream.write_all(answer(&second, "200 OK", &granted).as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    // what comes behind the 200 is answered behind it
    let ping = "OPTIONS sip:7@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bKp\r\n\
         From: <sip:p@127.0.0.1>;tag=p\r\nTo: <sip:7@127.0.0.1>\r\nCall-ID: p\r\n\
         CSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n";
    stream.write_all(ping.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let pong = read(&mut stream).await;
    assert!(pong.starts_with("SIP/2.0 200"), "{pong}");
    let stopping = tokio::spawn(async move { agent.stop().await });
    let farewell = read(&mut stream).await;
    assert_eq!(header(&farewell, "Contact"), format!("{own};expires=0"), "told once");
    stream.write_all(answer(&farewell, "200 OK", "").as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    stopping.await.unwrap();
}
