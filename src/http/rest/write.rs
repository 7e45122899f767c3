//! POST, PUT and DELETE.
//!
//! Invariant: a write is answered after its commit. Never: stores a password or a token as it is.

use actix_web::HttpResponse;
use actix_web::dev::{Payload, RequestHead};

use super::body;
use super::condition::{expected, once};
use super::order::{ran_before, run};
use crate::http::access::{Who, fresh_token, hash_password};
use crate::http::app::App;
use crate::http::method::Verb;
use crate::http::{Refusal, access, reply};
use crate::resource::catalog::{CALL, DELIVERY};
use crate::resource::order::Order as RunOrder;
use crate::resource::{self, Draft, Kind, Resource, Value};
use crate::store::Actor;

/// Resource whose new rows are tokens (resources.md §26).
const TOKENS: &str = "API-Token";

/// One order of a client.
pub(in crate::http) struct Order<'a> {
    /// What to write.
    pub resource: &'static Resource,
    /// The key in the path; 0 for POST.
    pub key: i64,
    /// What to do.
    pub verb: Verb,
    /// Who wants it.
    pub who: &'a Who,
}

/// Carries out an order.
pub(in crate::http) async fn write(
    app: &App,
    request: &RequestHead,
    payload: Payload,
    order: Order<'_>,
) -> Result<HttpResponse, Refusal> {
    let actor = actor(request, order.who);
    let Order { resource, key, .. } = order;
    match order.verb {
        Verb::Add => {
            let body = body::read(payload).await?;
            // A token is told once and not kept, so its answer cannot be given again.
            let is_token = resource.uri == TOKENS;
            let once = if is_token { None } else { once(&request.headers, &body)? };
            let mut draft = draft(resource, &body, resource::Verb::Post).await?;
            let token = is_token.then(|| issue_token(&mut draft));
            let run_by = is_run_wanted(&draft).then(|| actor.clone());
            let added = app.store.add(draft, once, actor).await?;
            let ran = match run_by {
                Some(_) if added.repeated => ran_before(app, resource, added.key),
                Some(by) => Box::pin(run(app, resource, added.key, by)).await?,
                None => return Ok(reply::created(resource, added, token.as_deref())),
            };
            Ok(reply::of_row(ran, added.tag, Some((resource, added.key))))
        }
        Verb::Change => {
            let body = body::read(payload).await?;
            let draft = draft(resource, &body, resource::Verb::Put).await?;
            may_see(app, resource, key, order.who.lines()).await?;
            let run_by = is_run_wanted(&draft).then(|| actor.clone());
            let tag = app.store.change(key, draft, expected(&request.headers), actor).await?;
            if let Some(by) = run_by {
                let ran = Box::pin(run(app, resource, key, by)).await?;
                return Ok(reply::of_row(ran, tag, None));
            }
            // 再送 is the only thing that can be written there.
            if *resource == DELIVERY {
                app.services.wake();
            }
            Ok(reply::changed(tag))
        }
        Verb::Remove => {
            app.store.remove(resource, key, expected(&request.headers), actor).await?;
            Ok(reply::done())
        }
        Verb::Read => Err(Refusal::UnknownPath),
    }
}

/// Who writes, for the audit log.
pub(super) fn actor(request: &RequestHead, who: &Who) -> Actor {
    Actor {
        user: who.name().to_owned(),
        ip: access::peer_of(request).to_string(),
        authority: who.authority(),
    }
}

/// Refuses a call of a line that the client may not see as if there were none. Calls never change
/// their line, so this still holds when the change is written.
pub(super) async fn may_see(
    app: &App,
    resource: &'static Resource,
    key: i64,
    lines: &[i64],
) -> Result<(), Refusal> {
    let hidden = !lines.is_empty()
        && *resource == CALL
        && app.store.call_json(key, lines, &mut Vec::new()).await?.is_none();
    if hidden { Err(Refusal::NoSuchRow) } else { Ok(()) }
}

/// Checks the body; new passwords leave it hashed.
async fn draft(
    resource: &'static Resource,
    body: &[u8],
    verb: resource::Verb,
) -> Result<Draft, Refusal> {
    let mut draft = resource::parse(resource, body, verb).map_err(Refusal::Faults)?;
    if resource.fields.iter().any(|field| field.kind == Kind::Password) {
        Box::pin(hash_passwords(&mut draft)).await?;
    }
    Ok(draft)
}

async fn hash_passwords(draft: &mut Draft) -> Result<(), Refusal> {
    for (field, slot) in draft.resource.fields.iter().zip(&mut draft.values) {
        if field.kind != Kind::Password {
            continue;
        }
        if let Some(Value::Text(password)) = slot {
            let hash = hash_password(std::mem::take(password)).await?;
            *slot = Some(Value::Text(hash));
        }
    }
    Ok(())
}

/// Whether the body orders the row's work at once (今すぐ実行).
fn is_run_wanted(draft: &Draft) -> bool {
    RunOrder::Run.is_for(draft.resource)
        && draft.get("run_now").is_some_and(|wanted| wanted.int() == 1)
}

/// Puts a fresh token's hash and last characters into the draft; answers its text.
fn issue_token(draft: &mut Draft) -> String {
    let token = fresh_token();
    draft.set("last_four", Value::Text(token.last_four));
    draft.hidden.push(("hash", Value::Text(token.hash_hex)));
    token.text
}
