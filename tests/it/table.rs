//! Every resource × method × value, and every route × role, walked from the catalogue.

use serde_json::{Value, json};

use smartconnect::http::{Route, Verb, routes};
use smartconnect::resource::{Kind, Mode, Resource, Source, catalog};

use crate::harness::{BASE, Service, http};

/// The resources that only an administrator may even read.
const SECRET: [&str; 3] = ["UserManagement", "API-Token", "Audit-Log"];
/// The resources that 一般 may write.
const OPERATORS: [&str; 3] = ["CustomerAddress", "ReceivedCall-Record", "Caller-Rule"];

/// A row of a resource: the example of every field that a client writes.
fn sample(resource: &Resource) -> Value {
    let mut row = json!({});
    for field in resource.fields.iter().filter(|field| field.mode == Mode::ReadWrite) {
        let value = match field.kind {
            Kind::Key | Kind::Ref(_) => "",
            Kind::Secret { .. } if field.column.contains("token") => "a-secret-value",
            _ => field.example,
        };
        if !value.is_empty() {
            row[field.name] = value.into();
        }
    }
    if resource.uri == "SIP-ServerConnection" {
        row["使用する"] = "False".into();
    }
    row
}

/// A key of a resource to try changes on; a new row where clients may add one.
fn some_key(service: &Service, resource: &Resource) -> String {
    if resource.methods.post {
        let answer = service.send("POST", resource.uri, &[], &sample(resource).to_string());
        assert_eq!(answer.status, 200, "POST {}: {}", resource.uri, answer.text());
    }
    let rows = service.get(resource.uri);
    let key = resource.fields[0].name;
    let last = rows.as_array().unwrap().last();
    last.map_or("1", |row| row[key].as_str().unwrap()).to_owned()
}

#[test]
fn every_resource_answers_its_methods_and_refuses_every_bad_value() {
    let service = Service::start();
    let mut tried = 0;
    for resource in catalog::ALL.iter().filter(|resource| resource.uri != "UserManagement") {
        let key = some_key(&service, resource);
        let path = format!("{}/{key}", resource.uri);
        assert_eq!(service.send("HEAD", resource.uri, &[], "").status, 200);
        let methods = resource.methods;
        for (method, path, offered) in [
            ("POST", resource.uri, methods.post),
            ("PUT", path.as_str(), methods.put),
            ("DELETE", path.as_str(), methods.delete),
        ] {
            if !offered {
                assert_eq!(service.send(method, path, &[], "{}").status, 405, "{method} {path}");
            }
        }
        if resource.source == Source::Table && (methods.post || methods.put) {
            tried += refuses_bad_values(&service, resource, &path);
        }
    }
    assert!(tried > 300, "only {tried} values were tried");
}

/// Tries every bad value of every field; answers how many.
fn refuses_bad_values(service: &Service, resource: &Resource, path: &str) -> usize {
    let mut tried = 0;
    for field in resource.fields.iter().filter(|field| field.mode == Mode::ReadWrite) {
        for bad in field.kind.bad_samples() {
            let mut row = sample(resource);
            row[field.name] = bad.clone().into();
            let doors = [
                ("POST", resource.uri, resource.methods.post),
                ("PUT", path, resource.methods.put),
            ];
            for (method, path, _) in doors.into_iter().filter(|(_, _, offered)| *offered) {
                let answer = service.send(method, path, &[], &row.to_string());
                let place = format!("{method} {path} {} = {bad:?}: {}", field.name, answer.text());
                assert_eq!(answer.status, 400, "{place}");
                assert!(answer.json()["msg"].as_str().unwrap().contains(field.name), "{place}");
                tried += 1;
            }
        }
    }
    tried
}

/// Somebody who asks.
struct Visitor {
    role: &'static str,
    token: Option<String>,
}

impl Visitor {
    /// Whether security.md lets this visitor do it.
    fn may(&self, route: Route, verb: Verb) -> bool {
        let resource = match route {
            Route::List(resource) | Route::Row(resource) | Route::CallSearch(resource) => resource,
            Route::Events => return self.token.is_some(),
            _ => return true,
        };
        let reads = verb == Verb::Read;
        match self.role {
            "管理者" => true,
            "一般" if SECRET.contains(&resource.uri) => false,
            "一般" => reads || OPERATORS.contains(&resource.uri),
            "参照のみ" => reads && !SECRET.contains(&resource.uri),
            _ => false,
        }
    }
}

/// Nobody, and one token of each role.
fn visitors(service: &Service) -> Vec<Visitor> {
    use base64::Engine;
    let administrator = json!({
        "ユーザーID": "admin", "ユーザー名": "a", "パスワード": "correct-horse", "権限": "管理者",
    });
    service.send("POST", "UserManagement", &[], &administrator.to_string()).ok();
    let pair = base64::engine::general_purpose::STANDARD.encode("admin:correct-horse");
    let basic = format!("Basic {pair}");
    let mut visitors = vec![Visitor { role: "", token: None }];
    for role in ["参照のみ", "一般", "管理者"] {
        let row = json!({"名称": role, "権限": role}).to_string();
        let made = service.send("POST", "API-Token", &[("Authorization", &basic)], &row).ok();
        let token = format!("Bearer {}", made.json()["msg"].as_str().unwrap());
        visitors.push(Visitor { role, token: Some(token) });
    }
    visitors
}

#[test]
fn every_route_asks_every_visitor_for_his_right() {
    let service = Service::start();
    let visitors = visitors(&service);
    let verbs =
        [(Verb::Read, "GET"), (Verb::Add, "POST"), (Verb::Change, "PUT"), (Verb::Remove, "DELETE")];
    for route in routes() {
        for (verb, method) in verbs.into_iter().filter(|(verb, _)| route.allow().permits(*verb)) {
            for visitor in &visitors {
                let may = visitor.may(route, verb);
                let status = ask(&service, route, method, visitor);
                let place =
                    format!("{method} {} by {:?}: {status}", route.example(999), visitor.role);
                let expected = if visitor.token.is_some() { 403 } else { 401 };
                assert_eq!(status == expected, !may, "{place}");
                assert!(![500, 502, 503].contains(&status), "{place}");
            }
        }
    }
}

/// The status of one request; a feed is left after its head.
fn ask(service: &Service, route: Route, method: &str, visitor: &Visitor) -> u16 {
    let headers: Vec<(&str, &str)> =
        visitor.token.iter().map(|token| ("Authorization", token.as_str())).collect();
    if route == Route::Events {
        return http::status(service.http(), &route.example(999), &headers).unwrap();
    }
    let path = route.example(999);
    assert!(path.starts_with('/') && (method == "GET" || path.starts_with(BASE)));
    // an empty object changes nothing: what is asked is who may, not what
    http::request(service.http(), method, &path, &headers, b"{}").unwrap().status
}
