//! The overview of the administration: what needs somebody stands first, with the way out.

use serde_json::json;

use super::Browser;
use crate::deliveries::add_chat;
use crate::harness::{Outcome, Receiver};
use crate::office;

#[test]
fn the_overview_says_what_needs_somebody() {
    let service = office::open();
    let refusing = Receiver::serving([], |_| Outcome::Status(401, String::new(), "no".to_owned()));
    let target = json!({"名称": "営業ルーム"});
    let key = add_chat(&service, "Webhook", &refusing.url("/hook"), &target);
    service.post(
        "SIP-ServerConnection",
        &json!({
            "接続名": "支店のHGW", "SIPサーバーアドレス": "127.0.0.1", "内線番号": "7",
            // Nobody listens on this port of a machine that runs tests.
            "SIPサーバーポート": "1", "トランスポート": "TCP",
        }),
    );
    let (caller, invite) = office::ring(&service);
    caller.hang_up(&invite, None);
    let browser = Browser::open(&service);
    browser.goto("/admin/");
    let failing = "[data-advice^=sip-]";
    browser.wait_text(failing, "支店のHGW");
    browser.wait_text(failing, "トランスポートを確認");
    let parked = "[data-advice^=parked-]";
    browser.wait_text(parked, "営業ルーム");
    browser.wait_text(parked, "401");
    let way_out = browser.attribute(&format!("{parked} a"), "href").unwrap();
    assert!(way_out.ends_with(&format!("Notification-Chat/{key}")), "{way_out}");
    browser.wait_text("[data-figure=calls]", "1");
    browser.wait_text("[data-connection]", "待受中");
    browser.check("overview");
    browser.wait("[data-advice=no-backup]");
    browser.click("[data-keep=backup]");
    browser.wait_gone("[data-advice=no-backup]");
    browser.language("en");
    browser.reload();
    browser.wait_text("h1", "Overview");
    browser.wait(parked);
    assert_eq!(browser.japanese_left(), Vec::<String>::new());
    pages_about_access(&browser);
}

/// HTTPS, who may connect, and what programs can ask for.
fn pages_about_access(browser: &Browser) {
    for (place, heading) in [("tls", "HTTPS"), ("origins", "Who may connect"), ("explorer", "API")]
    {
        browser.goto(&format!("/admin/#/{place}"));
        browser.wait_text("h1", heading);
        browser.wait(".card");
    }
    browser.goto("/admin/#/explorer/listContainmentLine");
    browser.wait_text(".optitle", "ContainmentLine");
    browser.choose(".opinputs select[data-parameter=order]", "desc");
    browser.click_text("button", "Send");
    browser.wait_text("[data-answer='200']", office::LINE);
    browser.goto("/admin/#/explorer/deleteContainmentLine");
    browser.wait_text(".optitle", "DELETE");
    browser.click_text("button", "Send");
    browser.wait("dialog[open]");
    browser.click_text("dialog button", "Cancel");
    browser.wait_gone("dialog[open]");
    browser.check("explorer");
}
