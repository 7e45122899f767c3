//! A small office for the tests of this room: one line, one customer, targets as a test asks.

pub mod cloud;
mod digests;
mod double;
mod golden;
mod letters;
mod messenger;
mod outcomes;
mod outgoing;
mod planning;
mod programs;
pub mod receiver;
mod rocket;
mod worker;

use crate::clock::{UnixMs, from_japan};
use crate::notify::{Occasion, Site, plan, values};
use crate::resource::catalog::{self, CALL, CHAT_MESSAGE, CHAT_TARGET, CUSTOMER, LINE, URL_CALL};
use crate::resource::words::timing;
use crate::resource::{Record, Resource, Value};
use crate::store::{Facts, NewDelivery, NumberHistory, Snapshot};

/// 2025/04/01 09:15:02 in Japan, a Tuesday.
pub fn ringing_at() -> UnixMs {
    let text = "2025/04/01 09:15:02";
    from_japan(chrono::NaiveDateTime::parse_from_str(text, "%Y/%m/%d %H:%M:%S").unwrap())
}

/// A complete row: the defaults of the catalogue and these cells.
pub fn row(resource: &'static Resource, key: i64, cells: &[(&str, &str)]) -> Record {
    let mut row = Record::empty(resource);
    for (index, field) in resource.fields.iter().enumerate() {
        row.values[index] = field.default_value();
    }
    for (column, text) in cells {
        let index = resource.index(column).unwrap();
        row.set(column, resource.fields[index].check(text).unwrap());
    }
    row.values[0] = Value::Int(key);
    row
}

/// Everything that an occasion borrows.
pub struct Scene {
    pub snapshot: Snapshot,
    pub call: Record,
    pub customers: Vec<Record>,
    pub rule: Option<Record>,
    pub timing: &'static str,
    pub history: NumberHistory,
}

impl Scene {
    /// 和歌山 花子 calls 本店.
    pub fn new() -> Self {
        let mut snapshot = Snapshot::default();
        for resource in catalog::ALL {
            let first = resource.first_rows.iter().enumerate();
            let rows = first.map(|(at, cells)| row(resource, at as i64 + 1, cells)).collect();
            snapshot.put(resource.uri, rows);
        }
        let line = row(&LINE, 1, &[("called_number", "0731235678"), ("name", "本店")]);
        snapshot.put("ContainmentLine", vec![line]);
        let customer = row(
            &CUSTOMER,
            101,
            &[("name", "和歌山 花子"), ("company", "紀州商店"), ("phone_1", "09000000001")],
        );
        let mut call = row(
            &CALL,
            5012,
            &[
                ("received_at", "2025/04/01 09:15:02"),
                ("caller_number", "09000000001"),
                ("presentation", "通知"),
                ("called_number", "0731235678"),
                ("line_name", "本店"),
                ("line_kind", "電話"),
                ("customer_name", "和歌山 花子"),
                ("company", "紀州商店"),
                ("state", "呼出中"),
            ],
        );
        call.set("line_no", Value::Int(1));
        call.set("customer_id", Value::Int(101));
        Self {
            snapshot,
            call,
            customers: vec![customer],
            rule: None,
            timing: timing::RINGING,
            history: NumberHistory { count: 7, ..NumberHistory::default() },
        }
    }

    /// The caller shows no number.
    pub fn withheld(mut self) -> Self {
        self.call.set("caller_number", Value::Empty);
        self.call.set("presentation", Value::Text("非通知".into()));
        self.history = NumberHistory::default();
        self.unknown()
    }

    /// Nobody knows the caller.
    pub fn unknown(mut self) -> Self {
        self.customers.clear();
        self.call.set("customer_id", Value::Int(0));
        self.call.set("customer_name", Value::Empty);
        self.call.set("company", Value::Empty);
        self
    }

    /// The call has ended unanswered.
    pub fn missed(mut self) -> Self {
        self.timing = timing::MISSED;
        self.call.set("state", Value::Text("不在".into()));
        self.call.set("ended_at", Value::Int(ringing_at() + 29_000));
        self.call.set("ring_seconds", Value::Int(29));
        self
    }

    pub fn put(&mut self, resource: &'static Resource, rows: &[&[(&str, &str)]]) {
        let rows = rows.iter().enumerate().map(|(at, cells)| row(resource, at as i64 + 1, cells));
        self.snapshot.put(resource.uri, rows.collect());
    }

    /// Runs `look` on the occasion.
    pub fn with<T>(&self, look: impl FnOnce(&Occasion<'_>) -> T) -> T {
        let facts = Facts {
            call_id: 5012,
            now: ringing_at(),
            snapshot: &self.snapshot,
            current: None,
            customers: self.customers.clone(),
            candidates: self.customers.len() as i64,
            exact: true,
            history: self.history.clone(),
        };
        let site = Site { server_name: "CTI-SV".into(), base_url: "http://192.0.2.1:55963".into() };
        look(&Occasion {
            call: &self.call,
            line: self.snapshot.find("ContainmentLine", self.call.int("line_no")),
            rule: self.rule.as_ref(),
            timing: self.timing,
            facts: &facts,
            site: &site,
            wording: None,
        })
    }

    pub fn plan(&self) -> Vec<NewDelivery> {
        self.with(|occasion| plan(occasion, &values(occasion)))
    }
}

/// A JANDI row.
pub const JANDI: &[(&str, &str)] = &[
    ("name", "営業"),
    ("kind", "JANDI"),
    ("url", "https://wh.jandi.com/connect-api/team-webhook/279/7dbe00d0784c8cf1758f04d824510703"),
    ("destination", "jandi@example.com"),
    ("color", "#FAC11B"),
];

/// A webhook row.
pub const WEBHOOK: &[(&str, &str)] = &[
    ("name", "基幹"),
    ("kind", "Webhook"),
    ("url", "https://hooks.example.com/abc"),
    ("token", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"),
];

/// A URL row.
pub const CRM: &[(&str, &str)] = &[
    ("name", "社内CRM"),
    ("url", "https://crm.example.com/?tel={{相手TEL}}&name={{顧客名}}"),
    ("headers", "X-Token: abc"),
];

/// Both kinds of targets, and a message with every part.
pub fn full() -> Scene {
    let mut scene = Scene::new();
    scene.put(&CHAT_TARGET, &[JANDI, WEBHOOK]);
    scene.put(&URL_CALL, &[CRM]);
    scene.put(
        &CHAT_MESSAGE,
        &[&[
            ("name", "全部"),
            ("title", "{{回線名}} 着信"),
            ("body", "{{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
            ("details", "{{会社名}}"),
            ("image_url", "https://img.example.com/{{顧客ID}}.png"),
        ]],
    );
    scene
}
