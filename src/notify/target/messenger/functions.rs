//! The service's functions with the arguments of the seeds.
//!
//! An argument may be given under its name in the seeds' tables (`send`, `users`, `message`,
//! `seal`, …) or as the form that goes over the wire.

use serde_json::{Map, Value, json};

use super::{DIRECT, meeting, request as wire};
use crate::clock::UnixMs;
use crate::notify::http::Request;
use crate::notify::retry::SendError;
use crate::resource::Record;

/// Every function, in the order of the seed.
pub const ALL: [&str; 7] = [
    SEND_MESSAGE,
    SEND_MESSAGES,
    CREATE_QUICK_CALL,
    UPDATE_CHAT_ROOM,
    CONFERENCE_MASTER,
    CONFERENCE_ROOMS,
    CONFERENCE_ROOM_STATUS,
];
const SEND_MESSAGE: &str = "sendMessage";
const SEND_MESSAGES: &str = "sendMessages";
const CREATE_QUICK_CALL: &str = "createQuickCall";
const UPDATE_CHAT_ROOM: &str = "updateChatRoom";
const CONFERENCE_MASTER: &str = "getConferenceMaster";
const CONFERENCE_ROOMS: &str = "getConferenceRooms";
const CONFERENCE_ROOM_STATUS: &str = "getConferenceRoomStatus";
/// Most messages in one sendMessages: an order of a person, not a mailing.
const MESSAGES_MAX: usize = 1000;

/// The request of an administrator's call; errors say which argument is missing.
pub fn request(
    row: &Record,
    function: &str,
    arguments: &Value,
    at: UnixMs,
) -> Result<Request, SendError> {
    match function {
        SEND_MESSAGE => {
            let message = message(row, arguments)?.to_string();
            Ok(wire(row, function, &[("message", &message)]))
        }
        SEND_MESSAGES => {
            let messages = messages(arguments)?.to_string();
            Ok(wire(row, function, &[("messages", &messages)]))
        }
        CREATE_QUICK_CALL => {
            let ends = match arguments.get("expiredDate") {
                None => ends_at(row, at),
                Some(ends) => whole(ends).filter(|ends| *ends > at).ok_or_else(|| {
                    wrong("expiredDate には今より後の時刻をミリ秒(UnixTime)で書いてください")
                })?,
            };
            let own = row.text("meeting_password").to_owned();
            let own = if own.is_empty() { meeting::password() } else { own };
            let password = arguments.get("password").and_then(Value::as_str).unwrap_or(&own);
            Ok(quick_call(row, ends, password))
        }
        UPDATE_CHAT_ROOM => {
            let room = arguments.get("chatRoom").unwrap_or(arguments);
            let room = room.as_object().filter(|room| room.contains_key("name"));
            let room = room.ok_or_else(|| {
                wrong("chatRoom に name を含むオブジェクトを書いてください(id があれば更新、なければ作成)")
            })?;
            let room = Value::Object(room.clone()).to_string();
            Ok(wire(row, function, &[("chatRoom", &room)]))
        }
        CONFERENCE_ROOM_STATUS => {
            let day = day(arguments)?;
            Ok(wire(row, function, &[("yyyyMMdd", &day)]))
        }
        _ => Ok(wire(row, function, &[])),
    }
}

/// When a meeting of this row ends.
pub fn ends_at(row: &Record, at: UnixMs) -> UnixMs {
    at.saturating_add(row.int("meeting_minutes").saturating_mul(60_000))
}

/// createQuickCall: its end in Unix milliseconds, and a password (seeds).
pub fn quick_call(row: &Record, ends: UnixMs, password: &str) -> Request {
    let fields = [("expiredDate", ends.to_string()), ("password", password.to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    wire(row, CREATE_QUICK_CALL, &fields)
}

fn message(row: &Record, arguments: &Value) -> Result<Value, SendError> {
    let text = text(arguments, &["message"]).ok_or_else(|| wrong("message が要ります"))?;
    let users = arguments.get("users").or_else(|| arguments.pointer("/generalPurposes/users"));
    let users = users.map(users_of).transpose()?.unwrap_or_default();
    let room = self::text(arguments, &["send", "panelName"]).unwrap_or(DIRECT);
    if room == DIRECT && users.is_empty() {
        return Err(wrong("send にルーム名、または users に宛先のメールアドレスが要ります"));
    }
    let sealed = arguments.get("seal").or_else(|| arguments.get("isOpened"));
    let sealed = sealed.and_then(Value::as_bool).unwrap_or_else(|| row.is("sealed"));
    Ok(json!({
        "panelName": room,
        "message": text,
        "isOpened": sealed,
        "generalPurposes": { "users": users },
    }))
}

fn messages(arguments: &Value) -> Result<Value, SendError> {
    let items = arguments.get("messages").unwrap_or(arguments).as_array();
    let items = items.filter(|items| !items.is_empty() && items.len() <= MESSAGES_MAX);
    let items = items.ok_or_else(|| {
        wrong("messages に1件から1000件までの配列を書いてください(例: [{\"send\":\"ルーム名\",\"message\":\"…\"}])")
    })?;
    items.iter().map(batch_item).collect::<Result<Vec<Value>, SendError>>().map(Value::Array)
}

fn batch_item(item: &Value) -> Result<Value, SendError> {
    let text =
        text(item, &["message"]).ok_or_else(|| wrong("messages の各件に message が要ります"))?;
    let users = item.pointer("/property/users").or_else(|| item.get("users"));
    let mut out = Map::new();
    match (self::text(item, &["send"]), users) {
        (Some(room), None) => {
            out.insert("send".to_owned(), room.into());
            out.insert("message".to_owned(), text.into());
        }
        (None, Some(users)) => {
            out.insert("message".to_owned(), text.into());
            out.insert("property".to_owned(), json!({ "users": users_of(users)? }));
        }
        _ => {
            return Err(wrong(
                "messages の各件に send(ルーム名)か property.users(メール)のどちらか1つが要ります",
            ));
        }
    }
    Ok(Value::Object(out))
}

/// Mail addresses as one text, without the spaces that copied samples have.
fn users_of(users: &Value) -> Result<String, SendError> {
    let names: Vec<&str> = match users {
        Value::String(text) => text.split(',').collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => return Err(wrong("users はメールアドレスの配列かカンマ区切りの文字列です")),
    };
    let names: Vec<&str> =
        names.into_iter().map(str::trim).filter(|name| !name.is_empty()).collect();
    Ok(names.join(","))
}

/// A month or a day: the seeds call with six digits what they name with eight.
fn day(arguments: &Value) -> Result<String, SendError> {
    let given = arguments.get("yyyyMMdd").unwrap_or(arguments);
    let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
    let fits = [6, 8].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(text)
        .ok_or_else(|| wrong("yyyyMMdd に6桁の年月か8桁の年月日を書いてください(例: 201908)"))
}

fn text<'a>(arguments: &'a Value, names: &[&str]) -> Option<&'a str> {
    let found = names.iter().find_map(|name| arguments.get(name)?.as_str());
    found.filter(|text| !text.is_empty())
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn wrong(why: &str) -> SendError {
    SendError::never(why)
}
