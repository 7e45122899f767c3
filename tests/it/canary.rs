//! A secret of its own in every place that takes one, and a look for it in every place that shows
//! or keeps anything (security.md).

use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde_json::{Value, json};
use smartconnect::resource::{Field, Kind, Mode, Source, catalog};

use crate::harness::{
    BASE, Caller, Feed, Invite, Outcome, Receiver, SOON, Service, http, wait_until,
};
use crate::office::{self, CUSTOMER, LINE};
use crate::rest::fields::example;

/// No event for this long: all have come.
const SILENCE: Duration = Duration::from_millis(500);
/// What every planted secret begins with; `_` and digits follow.
const CANARY: &str = "cnry7Fq2Zx91pLw4";

/// A secret in each form in which it could be found: plain, base64 at each alignment, hexadecimal.
struct Secret {
    name: String,
    forms: Vec<Vec<u8>>,
}

impl Secret {
    fn new(name: &str, text: &str) -> Self {
        let mut forms = vec![text.as_bytes().to_vec()];
        for shift in 0..3 {
            // Characters that depend on what stands around the text are left out.
            let padded = [&vec![0; shift][..], text.as_bytes()].concat();
            let whole = STANDARD_NO_PAD.encode(&padded[..padded.len() - padded.len() % 3]);
            forms.push(whole.as_bytes()[if shift == 0 { 0 } else { 4 }..].to_vec());
        }
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        forms.extend([hex.to_uppercase().into_bytes(), hex.into_bytes()]);
        Self { name: name.to_owned(), forms }
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        let finds = |form: &Vec<u8>| bytes.windows(form.len()).any(|part| part == form.as_slice());
        self.forms.iter().any(finds)
    }
}

/// What must never be seen again, and where it was seen all the same.
struct Watch {
    secrets: Vec<Secret>,
    leaks: Vec<String>,
}

impl Watch {
    /// A further secret.
    fn plant(&mut self, name: &str, text: &str) {
        assert!(text.len() >= 16, "{name} is too short to be looked for");
        self.secrets.push(Secret::new(name, text));
    }

    fn look(&mut self, place: &str, bytes: &[u8]) {
        // Everything planted begins alike: one look for all, then one for each.
        for secret in self.secrets.iter().filter(|secret| secret.is_in(bytes)) {
            self.leaks.push(format!("{} in {place}", secret.name));
        }
    }

    /// Looks at every file below a folder, and into workbooks.
    fn look_below(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.look_below(&path);
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            self.look(&path.display().to_string(), &bytes);
            if bytes.starts_with(b"PK") {
                self.look_into(&path, bytes);
            }
        }
    }

    fn look_into(&mut self, path: &Path, bytes: Vec<u8>) {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for index in 0..archive.len() {
            let mut inner = Vec::new();
            archive.by_index(index).unwrap().read_to_end(&mut inner).unwrap();
            self.look(&path.display().to_string(), &inner);
        }
    }
}

/// A target that refuses and repeats the secrets that it was told.
fn parrot(secrets: &str) -> Receiver {
    let said = format!("bad token {secrets}");
    let refuse = |status| Outcome::Status(status, String::new(), said.clone());
    Receiver::start([refuse(500), refuse(400)])
}

/// A value of a secret field that holds `secret` where the field's rule wants it.
fn planted(field: &Field, secret: &str, parrot: &Receiver) -> Value {
    match field.kind {
        Kind::SecretUrl => json!(parrot.url(&format!("/hook/{secret}"))),
        Kind::SecretHeaders { .. } => json!(format!("X-Token: {secret}\nX-Other: b")),
        _ => json!(secret),
    }
}

/// Adds a row of every resource that holds secrets, each with secrets of its own; answers the
/// targets that calls reach.
fn plant_rows(service: &Service, watch: &mut Watch) -> Vec<Receiver> {
    let (mut count, mut parrots) = (0, Vec::new());
    for resource in catalog::ALL.iter().filter(|one| one.source == Source::Table) {
        let secret = |field: &&Field| field.kind.is_secret() && field.mode != Mode::ReadOnly;
        let fields: Vec<&Field> = resource.fields.iter().filter(secret).collect();
        if fields.is_empty() {
            continue;
        }
        assert!(resource.methods.post, "nobody can write the secrets of {}", resource.uri);
        let texts: Vec<String> =
            (0..fields.len()).map(|index| format!("{CANARY}_{:02}", count + index)).collect();
        count += fields.len();
        let parrot = parrot(&texts.join(" "));
        let mut row = example(resource);
        for (field, text) in fields.iter().zip(&texts) {
            watch.plant(&format!("{}.{}", resource.uri, field.name), text);
            row.insert(field.name.to_owned(), planted(field, text, &parrot));
        }
        match resource.uri {
            "IncomingCall-URL" => row.insert("URL".to_owned(), json!(parrot.url("/called"))),
            "Notification-LINE-AccessToken" => row.insert("チャネルID".to_owned(), json!("12")),
            _ => None,
        };
        service.post(resource.uri, &Value::Object(row));
        if resource.uri == "IncomingCall-URL" {
            parrots.push(parrot);
        }
    }
    assert!(count >= 12, "only {count} fields were planted");
    parrots.push(plant_jandi(service, watch));
    parrots
}

/// A target whose address is its secret.
fn plant_jandi(service: &Service, watch: &mut Watch) -> Receiver {
    let text = format!("{CANARY}_99");
    watch.plant("a JANDI address", &text);
    let parrot = parrot(&text);
    let url = parrot.url(&format!("/wh/{text}"));
    service.post("Notification-Chat", &json!({"名称": "JANDI", "種別": "JANDI", "URL": url}));
    parrot
}

/// Requests that are refused while they hold a secret.
fn refused_requests(service: &Service, watch: &mut Watch, pass: &str) {
    let text = format!("{CANARY}_wrong");
    watch.plant("a secret in a refused request", &text);
    let wrong = format!("Basic {}", STANDARD.encode(format!("admin:{text}")));
    let bearer = format!("Bearer {text}");
    let log_in = json!({"ユーザーID": "admin", "パスワード": text}).to_string();
    let cases: [(&str, &str, &str, &str); 6] = [
        ("GET", "ContainmentLine", &wrong, ""),
        ("GET", "ContainmentLine", &bearer, ""),
        ("POST", "Mail-Account", pass, &json!({"パスワード": text}).to_string()),
        ("POST", "SIP-ServerConnection", pass, &json!({"パスワード": [text]}).to_string()),
        (
            "PUT",
            "Notification-Chat/1",
            pass,
            &json!({"トークン": format!("********{text}")}).to_string(),
        ),
        ("PUT", "UserManagement/1", pass, &json!({"パスワード": text, "権限": "?"}).to_string()),
    ];
    for (method, path, authorization, body) in cases {
        let answer = service.send(method, path, &[("Authorization", authorization)], body);
        assert!(answer.status >= 400, "{method} {path}: {}", answer.text());
        watch.look(&format!("the refusal of {method} {path}"), &answer.body);
    }
    let path = "/CTI_SmartConnectService/Login";
    let answer = http::request(service.http(), "POST", path, &[], log_in.as_bytes()).unwrap();
    assert_eq!(answer.status, 401);
    watch.look("the refusal of a log-in", &answer.body);
}

/// What signs people and programs in, made by the service.
fn sign_in(service: &Service, watch: &mut Watch) -> String {
    let password = format!("{CANARY}_password");
    watch.plant("the administrator's password", &password);
    let user =
        json!({"ユーザーID": "admin", "ユーザー名": "a", "パスワード": password, "権限": "管理者"});
    service.post("UserManagement", &user);
    let pass = format!("Basic {}", STANDARD.encode(format!("admin:{password}")));
    watch.plant("his Basic header", pass.trim_start_matches("Basic "));
    let base = "/CTI_SmartConnectService";
    let ask = |path: &str, body: &str| {
        let headers = [("Authorization", pass.as_str())];
        let path = format!("{base}/{path}");
        http::request(service.http(), "POST", &path, &headers, body.as_bytes()).unwrap().ok()
    };
    let login = json!({"ユーザーID": "admin", "パスワード": password}).to_string();
    let answer = ask("Login", &login);
    let cookie = answer.header("set-cookie").unwrap();
    let session = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    watch.plant("a session", &session);
    let told = |answer: &http::Answer| answer.json()["msg"].as_str().unwrap().to_owned();
    watch.plant("a ticket", &told(&ask("Ticket", "")));
    let token = json!({"名称": "受付", "権限": "参照のみ"}).to_string();
    watch.plant("an API token", &told(&ask("RestService/API-Token", &token)));
    pass
}

/// Everything that HTTP answers.
fn look_at_answers(service: &Service, watch: &mut Watch, pass: &str) {
    let headers = [("Authorization", pass)];
    for resource in catalog::ALL {
        let rows = service.send("GET", resource.uri, &headers, "");
        watch.look(resource.uri, &rows.body);
        for row in rows.json().as_array().unwrap() {
            let key = row[resource.fields[0].name].as_str().unwrap();
            let path = format!("{}/{key}", resource.uri);
            watch.look(&path, &service.send("GET", &path, &headers, "").body);
        }
    }
    let caller = format!("{BASE}/Caller/{CUSTOMER}");
    for path in ["/openapi.json", "/metrics", "/readyz", "/", "/login", &caller] {
        let answer = http::request(service.http(), "GET", path, &headers, b"").unwrap();
        assert_eq!(answer.status, 200, "{path}");
        watch.look(path, &answer.body);
    }
    let events = Feed::open_with(service.http(), "name=canary&since=0", &headers);
    let mut seen = 0;
    // the first ones must come; whether more do shows in a moment of silence
    while let Some(event) = events.next_within(if seen < 3 { SOON } else { SILENCE }) {
        watch.look("an event", event.data.to_string().as_bytes());
        seen += 1;
    }
    assert!(seen > 2, "the events of rows and calls");
}

/// What commands write and say.
fn look_at_commands(service: &Service, watch: &mut Watch) {
    let folder = service.data_dir().parent().unwrap().join("out");
    std::fs::create_dir(&folder).unwrap();
    let file = |name: &str| folder.join(name).display().to_string();
    let commands = [
        vec!["backup".to_owned(), file("copy.db")],
        vec!["export".to_owned(), "customers".to_owned(), file("customers.csv")],
        vec!["export".to_owned(), "customers".to_owned(), file("customers.vcf")],
        vec!["export".to_owned(), "calls".to_owned(), file("calls.xlsx")],
        vec!["export".to_owned(), "lines".to_owned(), file("lines.xlsx")],
        vec!["check".to_owned()],
        vec!["user".to_owned(), "list".to_owned()],
        vec!["doctor".to_owned()],
    ];
    for words in commands {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smartconnect"));
        command.args(&words).env("RUST_LOG", "trace,hyper=info").current_dir(&folder);
        let done = command.env("SMARTCONNECT_DATA_DIR", service.data_dir()).output().unwrap();
        // doctor finds the targets of this test wanting
        assert!(done.status.success() || words[0] == "doctor", "{words:?}: {done:?}");
        watch.look(&words.join(" "), &[done.stdout, done.stderr].concat());
    }
    watch.look_below(&folder);
}

#[test]
fn no_planted_secret_is_seen_again_anywhere() {
    let mut service = Service::start_with(&["--log", "info,smartconnect=trace"], "");
    let mut watch = Watch { secrets: Vec::new(), leaks: Vec::new() };
    office::furnish(&service);
    let parrots = plant_rows(&service, &mut watch);
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    // at least one answer of each is kept as a reason
    wait_until("attempts at the targets", SOON * 3, || {
        parrots.iter().all(|parrot| parrot.requests().len() >= 2)
    });
    wait_until("an answer to be kept as a reason", SOON, || {
        service.get("Notification-Delivery").to_string().contains("bad token")
    });
    caller.hang_up(&invite, Some("Reason: Q.850;cause=16"));
    let pass = sign_in(&service, &mut watch);
    refused_requests(&service, &mut watch, &pass);
    let changed = json!({"名称": "別の名前"}).to_string();
    service.send("PUT", "Notification-Chat/1", &[("Authorization", &pass)], &changed).ok();
    look_at_answers(&service, &mut watch, &pass);
    look_at_commands(&service, &mut watch);
    service.stop();
    watch.look("the log", service.log().as_bytes());
    watch.look_below(&service.data_dir());
    assert_eq!(watch.leaks, Vec::<String>::new(), "of {} secrets", watch.secrets.len());
}

#[test]
fn a_secret_is_found_in_each_of_its_forms() {
    let mut watch = Watch { secrets: Vec::new(), leaks: Vec::new() };
    let text = format!("{CANARY}_07");
    watch.plant("it", &text);
    for around in ["", "a", "ab", "abc:"] {
        watch.look("base64", STANDARD.encode(format!("{around}{text}{around}")).as_bytes());
    }
    watch.look("plain", format!("x{text}y").as_bytes());
    watch.look("hex", "636e7279374671325a783931704c77345f3037".as_bytes());
    assert_eq!(watch.leaks.len(), 6);
    watch.look("something else", format!("{CANARY}_08").as_bytes());
    assert_eq!(watch.leaks.len(), 6);
}
