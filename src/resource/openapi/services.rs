//! Functions of the services behind targets.

use serde_json::{Value as Json, json};

use super::{answers, done, key_parameter, operation};
use crate::resource::{Resource, catalog};

/// Part of the address that calls a function.
pub const CALL: &str = "Call";

/// What the services of a resource's targets can be asked for (rest.md); empty = nothing.
pub fn called(resource: &Resource) -> &'static [&'static str] {
    if *resource == catalog::CHAT_TARGET {
        return &[
            "sendMessage",
            "sendMessages",
            "createQuickCall",
            "updateChatRoom",
            "getConferenceMaster",
            "getConferenceRooms",
            "getConferenceRoomStatus",
            "rooms.get",
        ];
    }
    if *resource == catalog::LINE_TARGET {
        return &["quota"];
    }
    &[]
}

/// The address that calls one.
pub(super) fn path(resource: &Resource) -> Json {
    let function = json!({
        "name": "function", "in": "path", "required": true,
        "description": "サービスの機能。種別が持つものだけ呼べる",
        "schema": { "type": "string", "enum": called(resource) },
    });
    let mut done = done();
    done["description"] = "呼び出した。サービスが断れば result は False、msg にその理由".into();
    done["content"]["application/json"]["schema"] = json!({
        "type": "object",
        "required": ["result", "msg"],
        "additionalProperties": false,
        "properties": {
            "result": { "type": "string", "enum": ["True", "False"] },
            "msg": { "type": "string", "examples": ["正常終了"] },
            "data": { "description": "サービスの応答(JSONでなければその文字列)" },
        },
    });
    let summary = "サービスの機能を、この行のURLと認証情報で呼び出す(管理者)";
    let mut post = operation(resource, "call", summary, answers(done, &["400", "404", "413"]));
    post["requestBody"] = json!({
        "description": "機能の引数。なければ空",
        "content": { "application/json": { "schema": {} } },
    });
    json!({ "parameters": [key_parameter(resource), function], "post": post })
}
