//! Sessions of the running program: over a restart, and by its log.

use serde_json::json;

use crate::harness::{Service, WebSocket, http};

const LOG_IN: &str = "/CTI_SmartConnectService/Login";
const LOG_OUT: &str = "/CTI_SmartConnectService/Logout";

fn log_in(service: &Service) -> String {
    let body = json!({"ユーザーID": "admin", "パスワード": "correct-horse"}).to_string();
    let answer = http::request(service.http(), "POST", LOG_IN, &[], body.as_bytes()).unwrap().ok();
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn a_session_outlives_a_restart_and_a_crash_but_no_log_out() {
    let mut service = Service::start();
    let admin = json!({
        "ユーザーID": "admin", "ユーザー名": "管理者", "パスワード": "correct-horse", "権限": "管理者"
    });
    service.post("UserManagement", &admin);
    let (kept, left) = (log_in(&service), log_in(&service));
    let status = |service: &Service, cookie: &str| {
        service.send("GET", "UserManagement", &[("Cookie", cookie)], "").status
    };
    http::request(service.http(), "POST", LOG_OUT, &[("Cookie", &left)], b"").unwrap().ok();
    service.stop();
    service.restart();
    assert_eq!([status(&service, &kept), status(&service, &left)], [200, 401]);
    service.kill();
    service.restart();
    assert_eq!([status(&service, &kept), status(&service, &left)], [200, 401]);
    for cookie in [kept, left] {
        let id = cookie.split('=').nth(1).unwrap();
        assert!(!service.log().contains(id), "the log holds the id of a session");
    }
}

#[test]
fn the_set_up_key_opens_every_door_from_another_machine_until_the_first_user() {
    let service = Service::start();
    let log = service.log();
    let key = log.split("X-Setup-Key: ").nth(1).unwrap().split(' ').next().unwrap();
    // A proxy in between: the peer is this machine, the client is not.
    let elsewhere = ("X-Forwarded-For", "192.0.2.1");
    let headers = [elsewhere, ("X-Setup-Key", key)];
    let to = service.http();
    let socket = "/CTI_SmartConnectService/WebSocket/";
    let open = |path: &str, headers: &[(&str, &str)]| {
        WebSocket::open(to, path, headers).map_or_else(|status| status, |_| 101)
    };
    let status =
        |headers: &[(&str, &str)]| service.send("GET", "ContainmentLine", headers, "").status;
    assert_eq!([status(&headers), open(socket, &headers)], [200, 101]);
    assert_eq!([status(&[elsewhere]), open(socket, &[elsewhere])], [401, 401]);
    let ticket = "/CTI_SmartConnectService/Ticket";
    let ticket = || {
        let answer = http::request(to, "POST", ticket, &headers, b"").unwrap().ok();
        format!("{socket}?ticket={}", answer.json()["msg"].as_str().unwrap())
    };
    assert_eq!(open(&ticket(), &[elsewhere]), 101);
    let late = ticket();
    let admin = json!({
        "ユーザーID": "admin", "ユーザー名": "管理者", "パスワード": "correct-horse", "権限": "管理者"
    });
    service.send("POST", "UserManagement", &headers, &admin.to_string()).ok();
    assert_eq!([status(&headers), open(socket, &headers)], [401, 401]);
    assert_eq!(open(&late, &[elsewhere]), 401, "its rights are over");
}
