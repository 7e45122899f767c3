//! Sessions of the running program: over a restart, and by its log.

use serde_json::json;

use crate::harness::{Service, http};

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
