//! Every route × every method × {nobody, each role}, walked from the list that serves them.

use smartconnect::http::access::Rule;
use smartconnect::http::{Route, routes};
use smartconnect::resource::Access;

use super::Api;
use super::rights::{token, with_administrator};

/// Who asks: nobody, or a role with its token.
const ROLES: [&str; 4] = ["", "参照のみ", "一般", "管理者"];

/// What the contract says of a role (index into [`ROLES`]) on a route.
fn permitted(route: Route, method: &str, role: usize) -> bool {
    let reads = method == "GET";
    match route.rule() {
        Rule::Open => true,
        Rule::Reader => role >= 1,
        Rule::Administrator => role == 3,
        Rule::Resource(Access::AdministratorOnly) => role == 3,
        Rule::Resource(Access::OperatorWrites) => role >= 2 || (reads && role >= 1),
        Rule::Resource(Access::AdministratorWrites | Access::DangerousToWrite) => {
            role == 3 || (reads && role >= 1)
        }
    }
}

#[test]
fn every_route_lets_in_whom_the_contract_lets_in_and_nobody_else() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let tokens = ROLES.map(|role| match role {
        "" => String::new(),
        role => token(&api, &pass, role),
    });
    let mut walked = 0;
    for route in routes() {
        if route == Route::Events {
            continue; // never ends; walked below
        }
        for method in ["GET", "POST", "PUT", "DELETE"] {
            for (role, bearer) in tokens.iter().enumerate() {
                let headers = [("Authorization", bearer.as_str())];
                let headers = if bearer.is_empty() { &[][..] } else { &headers[..] };
                // Key 0 is no row, so that what is let in changes nothing.
                let answer = api.raw(method, &route.example(0), headers, b"{\"x\":1}");
                let lacks = answer.status == 405;
                let refused = [401, 403].contains(&answer.status);
                let expected = permitted(route, method, role);
                let say = format!(
                    "{method} {} as {:?}: {}",
                    route.example(0),
                    ROLES[role],
                    answer.status
                );
                assert!(lacks || refused != expected, "{say}");
                assert!(answer.status < 500, "{say}");
                if refused {
                    assert_eq!(answer.status, if role == 0 { 401 } else { 403 }, "{say}");
                }
                walked += 1;
            }
        }
    }
    assert!(walked > 900, "only {walked} combinations");
}

#[test]
fn the_event_feed_is_for_every_role_and_nobody_else() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let path = Route::Events.example(0);
    assert_eq!(api.raw("GET", &path, &[], b"").status, 401);
    let bearer = token(&api, &pass, "参照のみ");
    let headers = [("Authorization", bearer.as_str())];
    assert_eq!(api.raw("HEAD", &path, &headers, b"").status, 200);
}

#[test]
fn only_what_holds_no_data_is_open() {
    let open: Vec<String> = routes()
        .into_iter()
        .filter(|route| route.rule() == Rule::Open && !matches!(route, Route::Page(_)))
        .map(|route| route.example(0))
        .collect();
    let doors = ["/CTI_SmartConnectService/Login", "/CTI_SmartConnectService/Logout"];
    let known = ["/healthz", "/readyz", "/openapi.json", "/catalogue.json", "/ca.crt", "/metrics"];
    for path in open.iter().map(String::as_str).filter(|path| *path != "/pages/") {
        assert!(known.contains(&path) || doors.contains(&path), "{path} is open to everybody");
    }
}

/// What our own pages keep is asked for again by its version, and the page says so.
#[test]
fn what_did_not_change_is_described_where_it_is_answered() {
    let api = Api::start();
    let page = api.raw("GET", "/openapi.json", &[], b"").json();
    for path in ["/openapi.json", "/catalogue.json"] {
        let first = api.raw("GET", path, &[], b"");
        let known = [("If-None-Match", first.header("etag").unwrap())];
        assert_eq!(api.raw("GET", path, &known, b"").status, 304, "{path}");
        let described = &page["paths"][path]["get"]["responses"];
        assert!(described["304"]["headers"]["ETag"].is_object(), "{path}: {described}");
        assert!(described["200"]["headers"]["ETag"].is_object(), "{path}: {described}");
    }
}
