//! Files in the OpenAPI page: lists as downloads, and the import.

use serde_json::{Value as Json, json};

use super::{DOWNLOADED, ORDER_NAME, REPEAT, answers, done, header, operation};
use crate::resource::Resource;

/// Adds the file forms to the GET of a list that has them.
pub(super) fn with_files(resource: &Resource, mut get: Json) -> Json {
    if !DOWNLOADED.contains(&resource) {
        return get;
    }
    let parameter = |name: &str, text: &str, words: &[&str]| {
        json!({
            "name": name, "in": "query", "required": false, "description": text,
            "schema": { "type": "string", "enum": words },
        })
    };
    if let Some(get) = get.as_object_mut() {
        get.insert(
            "parameters".into(),
            json!([
                parameter("format", "ファイルで取り出す", &["csv", "xlsx"]),
                parameter(
                    "charset",
                    "CSVの文字コード(既定 utf-8、BOM付き)",
                    &["utf-8", "shift_jis"]
                ),
            ]),
        );
    }
    if let Some(success) = get.pointer_mut("/responses/200").and_then(Json::as_object_mut) {
        let name = json!({ "description": "ファイルで取り出すとき、その名前", "schema": { "type": "string" } });
        success.insert("headers".into(), json!({ "Content-Disposition": name }));
    }
    if let Some(content) = get.pointer_mut("/responses/200/content").and_then(Json::as_object_mut) {
        let file = json!({ "schema": { "type": "string", "format": "binary" } });
        content.insert("text/csv".into(), file.clone());
        let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        content.insert(xlsx.into(), file);
    }
    get
}

/// The address that takes a file.
pub(super) fn import_path(resource: &Resource) -> Json {
    let mut post = operation(resource, "import", "取込", answers(done(), &["400", "413", "422"]));
    if let Some(post) = post.as_object_mut() {
        let text = "CSV(UTF-8/Shift_JIS。本サービス・Google・Outlook の見出し)か vCard(2.1/3.0/4.0)。\
                    全件を追加するか、1件も追加しない。誤りは行ごとに msg。主キーと読み取り専用の列は使わない。";
        post.insert("description".into(), text.into());
        post.insert(
            "parameters".into(),
            json!([
                super::dry_run("true = 書き込まずに、どうなるかを msg に示す"),
                header(ORDER_NAME, REPEAT),
            ]),
        );
        let file = json!({ "schema": { "type": "string", "format": "binary" } });
        post.insert(
            "requestBody".into(),
            json!({ "required": true, "content": { "text/csv": file, "text/vcard": file } }),
        );
    }
    json!({ "post": post })
}
