//! Log-in, log-out, tickets, and who is signed in.
//!
//! Invariant: every answer is `{result,msg}` but the one row of who is signed in.
//! Never: shows a session's id in a body, or says which of name and password was wrong.

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::access::{Facts, Who, forgotten};
use super::app::App;
use super::tls::Tls;
use super::{Refusal, reply, rest};
use crate::resource;
use crate::resource::catalog::USER;
use crate::resource::session::Session;

/// `POST /CTI_SmartConnectService/Login`.
pub(super) async fn log_in(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    facts: &Facts<'_>,
) -> Result<HttpResponse, Refusal> {
    let body = rest::read_body(payload.into_inner()).await?;
    let (login, password) = resource::credentials(&body).map_err(Refusal::Faults)?;
    let cookie = app.gate.open_session(request, facts, &login, password).await?;
    Ok(with_cookie(reply::done(), cookie))
}

/// `POST /CTI_SmartConnectService/Logout`: also for whoever is not signed in.
pub(super) async fn log_out(
    app: &App,
    request: &HttpRequest,
    facts: &Facts<'_>,
) -> Result<HttpResponse, Refusal> {
    app.gate.close_session(request, facts).await?;
    Ok(with_cookie(reply::done(), forgotten()))
}

/// `POST /CTI_SmartConnectService/Ticket`: the ticket is the msg.
pub(super) fn ticket(app: &App, who: &Who) -> Result<HttpResponse, Refusal> {
    Ok(reply::told(&app.gate.ticket(who)?))
}

/// `GET /CTI_SmartConnectService/Session`: the asker, empty without log-in (set-up, 原典互換), and how
/// the service stands.
pub(super) fn session(app: &App, who: &Who) -> HttpResponse {
    let snapshot = app.store.snapshot();
    let user = who.user_key().and_then(|key| snapshot.find(USER.uri, key));
    let session = Session {
        login: who.name(),
        name: user.map_or(who.name(), |user| user.text("name")),
        role: who.role_word(),
        lines: who.lines(),
        set_up: app.gate.is_new(),
        open_lan: app.gate.is_open(),
        server: &app.machine_name,
        https: app.authority.is_some(),
        authority: app.authority.as_ref().and_then(Tls::authority_pem).is_some(),
    };
    reply::json(session.row().to_string())
}

fn with_cookie(mut response: HttpResponse, cookie: Option<HeaderValue>) -> HttpResponse {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
