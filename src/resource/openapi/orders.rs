//! Orders about one row in the OpenAPI page.

use serde_json::{Value as Json, json};

use super::{answers, done, key_parameter, operation};
use crate::resource::order::Order;
use crate::resource::{Resource, catalog};

/// The address of an order.
pub(super) fn path(order: Order, resource: &Resource) -> Json {
    let (verb, summary, told) = match order {
        Order::Test if *resource == catalog::SIP_CONNECTION => (
            "test",
            "テスト(SIPサーバーに OPTIONS を送る。登録には触れない)",
            "実行した。届いたかどうかは result、相手の応答は msg",
        ),
        Order::Test => (
            "test",
            "テスト送信(使用する=False の行にも送る。結果が出るまで、長くて25秒待つ)",
            "実行した。届いたかどうかは result、相手の応答は msg",
        ),
        Order::Run => (
            "run",
            "今すぐ実行(使用する=False の行も。終わってから答える。10分まで)",
            "実行した。できたかどうかは result、ファイルか理由は msg",
        ),
        Order::Erase => (
            "erase",
            "消去(顧客と、その着信記録・通知履歴、監査ログと未送信通知に残る内容。取り消せない)",
            "消去した。件数は msg",
        ),
    };
    let mut done = done();
    done["description"] = told.into();
    let post = operation(resource, verb, summary, answers(done, &["400", "404"]));
    json!({ "parameters": [key_parameter(resource)], "post": post })
}
