//! An answer that says more than `{result,msg}` to those who may know it.

use actix_web::HttpResponse;

use super::{DONE, Refusal, finish_json, result_body};

/// 503 of /readyz: the telephones may ring, and nobody hears it.
pub(in crate::http) const NO_LINE_REGISTERED: &str = "登録できているSIP接続がありません。\
     SIPサーバー接続設定の最終エラーを確かめてください。";

/// Success or this refusal, with further members (`"a":"b","c":[…]`) behind result and msg.
pub(in crate::http) fn detailed(refusal: Option<&Refusal>, members: &[u8]) -> HttpResponse {
    let mut body = match refusal {
        None => result_body("True", DONE),
        Some(refusal) => result_body("False", &refusal.message()),
    };
    body.pop();
    body.push(b',');
    body.extend_from_slice(members);
    body.push(b'}');
    match refusal {
        None => finish_json(&mut HttpResponse::Ok(), body),
        Some(refusal) => {
            let bare = refusal.response(false);
            let mut builder = HttpResponse::build(bare.status());
            for (name, value) in bare.headers() {
                builder.insert_header((name.clone(), value.clone()));
            }
            finish_json(&mut builder, body)
        }
    }
}
