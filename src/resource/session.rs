//! What a page asks first: who is signed in, and how the service stands.
//!
//! Invariant: every value is a text, as everywhere. Never: tells what its asker may not know.

use serde_json::{Map, Value as Json, json};

use super::caller::name;
use super::catalog::USER;
use super::openapi::object;

/// No user exists yet: the first administrator is to be made.
const SET_UP: &str = "初期設定";
/// Peers of the closed network need no log-in (`--open-lan`).
const OPEN_LAN: &str = "原典互換";
/// The name of the machine.
const SERVER: &str = "サーバー名";
/// The version of the program.
const VERSION: &str = "バージョン";
/// The service speaks HTTPS itself.
const HTTPS: &str = "HTTPS";
/// The own authority's certificate can be had (`/ca.crt`).
const AUTHORITY: &str = "認証局";

/// Who asks and what he meets.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// ユーザーID or the name of a token; empty without log-in.
    pub login: &'a str,
    /// How he is called; empty without log-in.
    pub name: &'a str,
    /// 権限; empty without log-in.
    pub role: &'a str,
    /// 回線No that he may see; empty = all.
    pub lines: &'a [i64],
    /// No user exists yet.
    pub set_up: bool,
    /// The service runs as the original did.
    pub open_lan: bool,
    /// The machine's name.
    pub server: &'a str,
    /// The service speaks HTTPS itself.
    pub https: bool,
    /// Its certificate comes from its own authority.
    pub authority: bool,
}

impl Session<'_> {
    /// The row as pages read it.
    pub fn row(&self) -> Json {
        let lines: Vec<String> = self.lines.iter().map(ToString::to_string).collect();
        let word = |fact: bool| if fact { "True" } else { "False" };
        let mut row = Map::new();
        let mut add = |name: &str, value: &str| row.insert(name.to_owned(), value.into());
        add(name(&USER, "login"), self.login);
        add(name(&USER, "name"), self.name);
        add(name(&USER, "role"), self.role);
        add(name(&USER, "lines"), &lines.join(","));
        add(SET_UP, word(self.set_up));
        add(OPEN_LAN, word(self.open_lan));
        add(SERVER, self.server);
        add(VERSION, env!("CARGO_PKG_VERSION"));
        add(HTTPS, word(self.https));
        add(AUTHORITY, word(self.authority));
        Json::Object(row)
    }
}

/// What a row looks like, for the OpenAPI page.
pub(super) fn schema() -> Json {
    let mut properties = Map::new();
    for column in ["login", "name", "role", "lines"] {
        let field = USER.fields.iter().find(|field| field.column == column);
        let example = field.map_or("", |field| field.example);
        let schema = json!({ "type": "string", "examples": [example] });
        properties.insert(name(&USER, column).to_owned(), schema);
    }
    let fact =
        |text: &str| json!({ "type": "string", "enum": ["True", "False"], "description": text });
    let text = |text: &str| json!({ "type": "string", "description": text });
    for (name, schema) in [
        (SET_UP, fact("利用者がまだいない")),
        (OPEN_LAN, fact("閉じたネットワークからはログインが要らない(--open-lan)")),
        (SERVER, text("このパソコンの名前")),
        (VERSION, text("プログラムの版")),
        (HTTPS, fact("このサービス自身がHTTPSで応答する")),
        (AUTHORITY, fact("自前の認証局の証明書を /ca.crt で渡せる")),
    ] {
        properties.insert(name.to_owned(), schema);
    }
    object(properties)
}
