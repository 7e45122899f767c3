//! Calls that go on after the way they came is gone.

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket};

use super::agent::{Bench, Gateway, LOOPBACK, header, read, request};
use super::connection;
use crate::sip::{Connection, Ending, Limits, RegistrationState};

/// A row that only listens.
fn listener() -> Connection {
    Connection { register: false, ..connection(2, "127.0.0.1", 5060) }
}

#[tokio::test]
async fn a_call_can_be_cancelled_through_another_connection() {
    let mut bench = Bench::start(Limits::default());
    bench.agent.set_connections(vec![listener()]);
    bench.registration().await;
    let mut first = TcpStream::connect(bench.address()).await.unwrap();
    let port = first.local_addr().unwrap().port();
    let over_tcp = |method| request(method, "7", port, "a", "").replace("2.0/UDP", "2.0/TCP");
    first.write_all(over_tcp("INVITE").as_bytes()).await.unwrap();
    assert!(read(&mut first).await.starts_with("SIP/2.0 100 "));
    bench.ringing().await;
    drop(first);
    let mut second = TcpStream::connect(bench.address()).await.unwrap();
    let mut answers = String::new();
    // the end of the first connection may be seen later than the second one's CANCEL
    while !answers.contains("SIP/2.0 487 ") {
        second.write_all(over_tcp("CANCEL").as_bytes()).await.unwrap();
        second.write_all(over_tcp("INVITE").as_bytes()).await.unwrap();
        answers.push_str(&read(&mut second).await);
    }
    assert!(answers.contains("CSeq: 1 CANCEL"), "{answers}");
    assert_eq!(bench.ending().await, Ending::Cancelled);
}

#[tokio::test]
async fn a_call_on_a_port_of_its_own_outlives_its_row() {
    let free = UdpSocket::bind(LOOPBACK).await.unwrap().local_addr().unwrap();
    let row = Connection { local_port: free.port(), ..listener() };
    let gateway = Gateway::new().await;
    let mut bench = Bench::start(Limits::default());
    bench.agent.set_connections(vec![row.clone()]);
    assert_eq!(bench.registration().await.state, RegistrationState::Unregistered);
    gateway.send(&request("INVITE", "7", gateway.port(), "a", ""), free).await;
    assert_eq!(gateway.status().await, 100);
    let ringing = bench.ringing().await;
    bench.agent.recorded(ringing.call);
    assert_eq!(gateway.status().await, 180);
    bench.agent.set_connections(vec![]);
    assert_eq!(bench.registration().await.state, RegistrationState::Stopped);
    gateway.send(&request("CANCEL", "7", gateway.port(), "a", ""), free).await;
    assert_eq!((gateway.status().await, gateway.status().await), (200, 487));
    assert_eq!(bench.ending().await, Ending::Cancelled);
    // the port is not in its own way
    bench.agent.set_connections(vec![row]);
    assert_eq!(bench.registration().await.state, RegistrationState::Unregistered);
}

#[tokio::test]
async fn options_with_an_unknown_extension_are_refused() {
    let gateway = Gateway::new().await;
    let mut bench = Bench::start(Limits::default());
    bench.agent.set_connections(vec![listener()]);
    bench.registration().await;
    let more = "Require: timer, nothing\r\n";
    gateway.send(&request("OPTIONS", "7", gateway.port(), "a", more), bench.address()).await;
    let (answer, _) = gateway.packet().await;
    assert!(answer.starts_with("SIP/2.0 420 "), "{answer}");
    assert_eq!(header(&answer, "Unsupported"), "nothing");
}
