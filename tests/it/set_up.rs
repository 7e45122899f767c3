//! The first minutes: full rights until a user exists, and exactly one first user.

use serde_json::json;

use crate::harness::{BASE, Service, http};

fn administrator(name: &str) -> String {
    let row = json!({"ユーザーID": name, "ユーザー名": name, "パスワード": "correct-horse", "権限": "管理者"});
    row.to_string()
}

/// The header of HTTP Basic.
pub fn basic(name: &str, password: &str) -> String {
    use base64::Engine;
    let pair = format!("{name}:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

#[test]
fn of_parallel_first_users_exactly_one_wins() {
    let service = Service::start();
    let to = service.http();
    let tries: Vec<_> = (0..16)
        .map(|number| {
            std::thread::spawn(move || {
                let body = administrator(&format!("admin{number}"));
                let path = format!("{BASE}/UserManagement");
                http::request(to, "POST", &path, &[], body.as_bytes()).unwrap().status
            })
        })
        .collect();
    let statuses: Vec<u16> = tries.into_iter().map(|thread| thread.join().unwrap()).collect();
    let won = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(won, 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401, 403].contains(status)), "{statuses:?}");
    let winner = statuses.iter().position(|status| *status == 200).unwrap();
    let pass = basic(&format!("admin{winner}"), "correct-horse");
    let users = service.send("GET", "UserManagement", &[("Authorization", &pass)], "");
    assert_eq!(users.json().as_array().unwrap().len(), 1);
}

#[test]
fn a_first_user_ends_the_rights_of_everybody_else() {
    let mut service = Service::start();
    service.send("POST", "UserManagement", &[], &administrator("admin")).ok();
    let refused = service.send("GET", "ContainmentLine", &[], "");
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").is_some_and(|value| value.contains("Bearer")));
    assert_eq!(refused.json()["result"], "False");
    let wrong = basic("admin", "not-the-password");
    assert_eq!(
        service.send("GET", "ContainmentLine", &[("Authorization", &wrong)], "").status,
        401
    );
    let pass = basic("admin", "correct-horse");
    assert_eq!(service.send("GET", "ContainmentLine", &[("Authorization", &pass)], "").status, 200);
    service.stop();
    service.restart();
    assert_eq!(service.send("GET", "ContainmentLine", &[], "").status, 401, "also after a restart");
}

#[test]
fn a_token_is_shown_once_and_works() {
    let service = Service::start();
    service.send("POST", "UserManagement", &[], &administrator("admin")).ok();
    let pass = basic("admin", "correct-horse");
    let row = json!({"名称": "受付PC", "権限": "参照のみ"}).to_string();
    let made = service.send("POST", "API-Token", &[("Authorization", &pass)], &row).ok();
    let token = made.json()["msg"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    for header in [("Authorization", bearer.as_str()), ("X-API-Key", token.as_str())] {
        assert_eq!(service.send("GET", "ContainmentLine", &[header], "").status, 200);
        assert_eq!(service.send("POST", "ContainmentLine", &[header], "{}").status, 403);
    }
    let shown = service.send("GET", "API-Token", &[("Authorization", &pass)], "");
    assert!(!shown.text().contains(&token));
}
