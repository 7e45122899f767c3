//! Health, the OpenAPI page, our own pages and the users' pages.

use flate2::read::GzDecoder;
use serde_json::Value;
use smartconnect::config::OpenLan;

use super::Api;
use super::api::refusal;
use super::rights::{token, with_administrator};

const SESSION: &str = "/CTI_SmartConnectService/Session";

#[test]
fn health_is_open_and_details_are_not() {
    let api = Api::start();
    let ready = |headers: &[(&str, &str)]| api.raw("GET", "/readyz", headers, b"").ok().json();
    assert_eq!(ready(&[])["connections"], Value::Array(vec![]), "this machine may know");
    let proxied = [("X-Forwarded-For", "192.0.2.1")];
    assert_eq!(ready(&proxied).get("connections"), None);
    let pass = with_administrator(&api);
    let signed_in = [("X-Forwarded-For", "192.0.2.1"), ("Authorization", pass.as_str())];
    assert_eq!(ready(&signed_in)["clients"], "0");
    api.raw("GET", "/healthz", &[], b"").ok();
}

#[test]
fn the_openapi_page_lists_every_resource() {
    let api = Api::start();
    let page = api.raw("GET", "/openapi.json", &[], b"").json();
    assert!(page["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = page["paths"].as_object().unwrap();
    for resource in smartconnect::resource::catalog::ALL.iter() {
        assert!(paths.keys().any(|path| path.ends_with(resource.uri)), "{}", resource.uri);
    }
    for (name, method) in
        [("Login", "post"), ("Logout", "post"), ("Ticket", "post"), ("Session", "get")]
    {
        let path = format!("/CTI_SmartConnectService/{name}");
        assert!(paths[&path][method].is_object(), "{path}");
    }
}

#[test]
fn the_session_tells_how_the_service_stands() {
    let api = Api::start();
    let ask = |headers: &[(&str, &str)]| api.raw("GET", SESSION, headers, b"").json();
    let fresh = ask(&[]);
    assert_eq!((&fresh["初期設定"], &fresh["原典互換"]), (&"True".into(), &"False".into()));
    assert_eq!((&fresh["HTTPS"], &fresh["認証局"]), (&"False".into(), &"False".into()));
    assert_eq!(fresh["バージョン"], env!("CARGO_PKG_VERSION"));
    assert!(!fresh["サーバー名"].as_str().unwrap().is_empty());
    let pass = with_administrator(&api);
    let known = ask(&[("Authorization", &pass)]);
    assert_eq!((&known["初期設定"], &known["権限"]), (&"False".into(), &"管理者".into()));
    let program = ask(&[("Authorization", &token(&api, &pass, "参照のみ"))]);
    assert_eq!(
        (&program["ユーザー名"], &program["権限"]),
        (&program["ユーザーID"], &"参照のみ".into())
    );
}

#[test]
fn the_status_tells_who_is_let_in() {
    let api = Api::start_with(|settings| {
        settings.open_lan = OpenLan::Private;
        settings.allow_hosts = vec!["cti.example.com".into()];
        settings.allow_origins = vec!["https://a.example.com".into()];
    });
    let status = api.raw("GET", "/CTI_SmartConnectService/Status", &[], b"").json();
    assert_eq!(status["許可するホスト"], "cti.example.com");
    assert_eq!(status["許可するオリジン"], "https://a.example.com");
    let ranges = status["原典互換の範囲"].as_str().unwrap();
    assert!(ranges.split(',').any(|range| range == "192.168.0.0/16"), "{ranges}");
    let closed = Api::start();
    let status = closed.raw("GET", "/CTI_SmartConnectService/Status", &[], b"").json();
    assert_eq!(status["原典互換の範囲"], "");
}

#[test]
fn the_status_is_for_administrators() {
    let api = Api::start();
    let path = "/CTI_SmartConnectService/Status";
    let ask = |headers: &[(&str, &str)]| api.raw("GET", path, headers, b"");
    let fresh = ask(&[]).json();
    assert_eq!((&fresh["書込可能"], &fresh["電話の受付"]), (&"True".into(), &"".into()));
    let bytes = |name: &str| fresh[name].as_str().unwrap().parse::<u64>().unwrap();
    assert!(bytes("データベースの大きさ") > 10_000 && bytes("空き容量") > 0, "{fresh}");
    assert!(fresh["起動日時"].as_str().unwrap().len() == 19, "{fresh}");
    let pass = with_administrator(&api);
    assert_eq!(ask(&[("Authorization", &pass)]).status, 200);
    refusal(ask(&[]), 401);
    refusal(ask(&[("Authorization", &token(&api, &pass, "一般"))]), 403);
}

#[test]
fn the_catalogue_is_there_for_pages_before_anybody_has_logged_in() {
    let api = Api::start();
    with_administrator(&api);
    let page = api.raw("GET", "/catalogue.json", &[("Accept-Encoding", "gzip")], b"");
    assert_eq!(page.header("content-encoding"), Some("gzip"));
    assert!(page.body.len() < 25_000, "{} bytes are no lean page", page.body.len());
    let etag = page.header("etag").unwrap();
    let again = [("Accept-Encoding", "gzip"), ("If-None-Match", etag)];
    assert_eq!(api.raw("GET", "/catalogue.json", &again, b"").status, 304);
    let page = api.raw("GET", "/catalogue.json", &[], b"").json();
    assert_eq!(page["resources"][0]["uri"], "ContainmentLine");
}

#[test]
fn pages_run_only_their_own_script_and_are_sent_once() {
    let api = Api::start();
    for path in ["/", "/login", "/samples/", "/samples/get.html", "/samples/post.html"] {
        let page = api.raw("GET", path, &[], b"");
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert!(policy.contains("trusted-types cti") && policy.contains("form-action 'self'"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
        // Without TLS browsers obey it on this machine alone, and complain elsewhere.
        let by_name = api.raw("GET", path, &[("Host", "cti-sv:55963")], b"");
        assert_eq!((by_name.status, by_name.header("cross-origin-opener-policy")), (200, None));
        assert_eq!(page.header("vary"), Some("accept-encoding"));
        let etag = page.header("etag").unwrap();
        assert!(etag.starts_with('"'), "{etag} is strong");
        let again = api.raw("GET", path, &[("If-None-Match", etag)], b"");
        assert_eq!((again.status, again.body.len()), (304, 0));
    }
    refusal(api.raw("POST", "/", &[], b""), 405);
}

#[test]
fn pages_are_sent_compressed_to_whoever_takes_that() {
    let api = Api::start();
    let plain = api.raw("GET", "/samples/get.html", &[], b"");
    let gzip = ("Accept-Encoding", "br, gzip");
    let small = api.raw("GET", "/samples/get.html", &[gzip], b"");
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert!(small.body.len() * 2 < plain.body.len());
    let mut read = String::new();
    std::io::Read::read_to_string(&mut GzDecoder::new(&small.body[..]), &mut read).unwrap();
    assert_eq!(read, plain.text());
    let (plain, small) = (plain.header("etag").unwrap(), small.header("etag").unwrap());
    assert_ne!(plain, small);
    let ask = |heads: &[(&str, &str)]| api.raw("GET", "/samples/get.html", heads, b"").status;
    assert_eq!(ask(&[gzip, ("If-None-Match", small)]), 304);
    assert_eq!(ask(&[gzip, ("If-None-Match", plain)]), 200, "the other form");
}

#[test]
fn a_folder_without_its_slash_leads_to_its_page() {
    let api = Api::start();
    let answer = api.raw("GET", "/samples?a=1", &[], b"");
    assert_eq!((answer.status, answer.header("location")), (308, Some("/samples/?a=1")));
}

#[test]
fn users_pages_stay_in_their_folder_and_their_sandbox() {
    let api = Api::start();
    refusal(api.raw("GET", "/pages/", &[], b""), 404);
    let folder = api.folder.path().join("pages");
    std::fs::create_dir_all(folder.join("sub")).unwrap();
    std::fs::write(folder.join("sub/自作.html"), "<p>自作").unwrap();
    let page = api.raw("GET", "/pages/sub/自作.html", &[], b"");
    assert_eq!((page.status, page.text()), (200, "<p>自作"));
    assert_eq!(page.header("content-security-policy"), Some("sandbox allow-scripts"));
    for path in [
        "/pages/../secret.key",
        "/pages/%2e%2e/secret.key",
        "/pages/..%2fsecret.key",
        "/pages/..%5csecret.key",
        "/pages//etc/passwd",
        "/pages/sub",
        "/pages/%00",
    ] {
        refusal(api.raw("GET", path, &[], b""), 404);
    }
}
