//! Every kind against every outcome that a service may have for it.

use super::double::{Double, meets_every_outcome};
use super::receiver::Act;
use super::*;
use crate::notify::retry::{Scope, SendError, Sent};

const JANDI_ROOM: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "営業"), ("kind", "JANDI"), ("url", "{}/connect-api/webhook/1/abcdefgh")],
    answers: &[("/connect-api/webhook/1/abcdefgh", 200, "{}")],
    path: "/connect-api/webhook/1/abcdefgh",
};

const SIGNED: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "基幹"), ("kind", "Webhook"), ("url", "{}/in")],
    answers: &[("/in", 204, "")],
    path: "/in",
};

const URL: Double = Double {
    resource: &URL_CALL,
    cells: &[("name", "CRM"), ("url", "{}/crm?tel={{相手TEL}}")],
    answers: &[("/crm", 200, "ok")],
    path: "/crm",
};

#[tokio::test]
async fn targets_that_are_one_request() {
    for double in [&JANDI_ROOM, &SIGNED, &URL] {
        meets_every_outcome(double, |sent| *sent == Sent::delivered()).await;
    }
}

#[tokio::test]
async fn refused_credentials_and_gone_addresses_park_a_target() {
    for double in [&JANDI_ROOM, &SIGNED, &URL] {
        let service = double.service().await;
        for status in [401, 403, 410] {
            let (carried, seen) = service.send_into(Act::Answer(status, "", "no")).await;
            let fault = carried.result.unwrap_err();
            assert!(matches!(fault, SendError::Never { scope: Scope::Target, .. }), "{fault:?}");
            assert_eq!((seen.len(), carried.answer), (1, format!("{status} no")));
        }
    }
}

#[tokio::test]
async fn the_limit_of_jandi_is_quiet_for_a_minute() {
    let service = JANDI_ROOM.service().await;
    let (carried, _) = service.send_into(Act::Answer(429, "", "{\"code\":42901}")).await;
    let fault = carried.result.unwrap_err();
    assert!(matches!(fault, SendError::Later { after: Some(time), .. } if time.as_secs() == 60));
}
