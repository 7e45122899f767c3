//! One request from the first byte to its answer.
//!
//! Invariant: Host and Origin, route, method, credentials, in this order, before the body is read.
//! Never: answers an error below the base in any other shape than `{result,msg}`.

use actix_web::dev::{Payload, RequestHead};
use actix_web::http::{ConnectionType, Method, StatusCode, header};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::access::{Screened, Who};
use super::app::{App, Worker};
use super::method::{Allow, Verb};
use super::routes::{Argument, Route, is_rest, resolve};
use super::{
    Refusal, cors, events, health, metrics, pages, reply, rest, sign_in, status, tls, user_pages,
    websocket,
};
use crate::resource::Resource;

/// Answers a request.
pub(super) async fn answer(
    request: HttpRequest,
    payload: web::Payload,
    worker: Data<Worker>,
) -> HttpResponse {
    let mut asked = None;
    let served = serve(&request, payload, &worker, &mut asked).await;
    let mut response = finish(served, request.head(), &worker, asked);
    let protocol = request.headers().get(header::UPGRADE);
    let asks_for_socket =
        protocol.is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"websocket"));
    if asks_for_socket && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        // actix-http sends what is streamed to such a request without chunks: its end is the connection's.
        let head = response.head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
    response
}

/// Answers a request to read a row.
pub(super) async fn answer_row(
    request: &RequestHead,
    worker: &Worker,
    (resource, key): (&'static Resource, i64),
) -> HttpResponse {
    let mut asked = None;
    let served = async {
        let who = admit(request, worker, Route::Row(resource), Verb::Read, &mut asked).await?;
        rest::row(worker, &request.headers, resource, key, who.lines()).await
    };
    let served = served.await;
    finish(served, request, worker, asked)
}

/// Answers a request to write a row; without a key, a new one.
pub(super) async fn answer_write(
    request: &RequestHead,
    payload: Payload,
    worker: &Worker,
    verb: Verb,
    (resource, key): (&'static Resource, Option<i64>),
) -> HttpResponse {
    let mut asked = None;
    let served = async {
        let route = key.map_or(Route::List(resource), |_| Route::Row(resource));
        let who = admit(request, worker, route, verb, &mut asked).await?;
        let order = rest::Order { resource, key: key.unwrap_or_default(), verb, who: &who };
        rest::write(&worker.app, request, payload, order).await
    };
    let served = served.await;
    finish(served, request, worker, asked)
}

/// Lets a request in whose route and verb are known.
async fn admit(
    request: &RequestHead,
    worker: &Worker,
    route: Route,
    verb: Verb,
    asked: &mut Option<Route>,
) -> Result<Who, Refusal> {
    let gate = &worker.app.gate;
    let facts = gate.screen(gate.facts(request))?;
    *asked = Some(route);
    gate.admit(request, &facts, route.rule(), verb).await
}

/// The answer, counted, and shown to the page that asked for it.
fn finish(
    served: Result<HttpResponse, Refusal>,
    request: &RequestHead,
    worker: &Worker,
    asked: Option<Route>,
) -> HttpResponse {
    let mut response = served.unwrap_or_else(|refusal| {
        refusal.response(worker.app.legacy_status && is_rest(request.uri.path()))
    });
    worker.counts.note(asked, response.status().as_u16());
    if let Some(origin) = request.headers.get(header::ORIGIN) {
        cors::expose(&mut response, origin);
    }
    response
}

async fn serve(
    request: &HttpRequest,
    payload: web::Payload,
    worker: &Worker,
    asked: &mut Option<Route>,
) -> Result<HttpResponse, Refusal> {
    let app = &worker.app;
    let facts = app.gate.facts(request.head());
    if request.method() == Method::OPTIONS {
        app.gate.screen_host(&facts)?;
        let (route, _) = resolve(request.path())?;
        return Ok(cors::options(request, route.allow()));
    }
    let facts = app.gate.screen(facts)?;
    let (route, argument) = resolve(request.path())?;
    *asked = Some(route);
    let verb = permitted(route.allow(), request.method())?;
    let who = app.gate.admit(request.head(), &facts, route.rule(), verb).await?;
    match (route, argument) {
        (Route::Row(resource), Argument::Key(key)) if verb == Verb::Read => {
            rest::row(worker, request.headers(), resource, key, who.lines()).await
        }
        (Route::List(resource), _) if verb != Verb::Read => {
            let order = rest::Order { resource, key: 0, verb, who: &who };
            rest::write(app, request.head(), payload.into_inner(), order).await
        }
        (Route::Row(resource), Argument::Key(key)) => {
            let order = rest::Order { resource, key, verb, who: &who };
            rest::write(app, request.head(), payload.into_inner(), order).await
        }
        // A request's future is as large as its largest branch, and every request pays for it.
        (route, argument) => {
            Box::pin(seldom(app, request, payload, &facts, who, (route, argument))).await
        }
    }
}

/// What is asked less often than a row is read or written.
async fn seldom(
    app: &Data<App>,
    request: &HttpRequest,
    payload: web::Payload,
    facts: &Screened<'_>,
    who: Who,
    (route, argument): (Route, Argument),
) -> Result<HttpResponse, Refusal> {
    match (route, argument) {
        (Route::List(resource), _) => rest::list(app, request, resource, who.lines()).await,
        (Route::CallSearch(_), Argument::Search(search)) => {
            rest::search_calls(app, request, search, who.lines()).await
        }
        (Route::Caller, Argument::Number(number)) => {
            rest::foresee(app, request, &number, who.lines()).await
        }
        (Route::Order(order, resource), Argument::Key(key)) => {
            rest::carry_out(app, request, payload, (order, resource), key, &who).await
        }
        (Route::Call(resource), Argument::Function(key, function)) => {
            rest::call(app, request, payload, (resource, key, &function), &who).await
        }
        (Route::Attempts, Argument::Key(key)) => rest::attempts(app, key).await,
        (Route::Statistics, _) => rest::statistics(app, request, who.lines()).await,
        (Route::Import(_), _) => rest::import(app, request, payload, &who).await,
        (Route::Events, _) => events::feed(request, app, who),
        (Route::WebSocket, _) => websocket::open(request, payload, app, who),
        (Route::LogIn, _) => sign_in::log_in(app, request, payload, facts).await,
        (Route::LogOut, _) => sign_in::log_out(app, request, facts).await,
        (Route::Ticket, _) => sign_in::ticket(app, &who),
        (Route::Session, _) => Ok(sign_in::session(app, &who)),
        (Route::Status, _) => status::show(app).await,
        (Route::Health | Route::Ready | Route::Metrics | Route::Authority, _) => {
            about_the_service(route, request, app, facts).await
        }
        (Route::OpenApi, _) => Ok(reply::prepared(request, &app.openapi)),
        (Route::Catalogue, _) => Ok(reply::prepared(request, &app.catalogue)),
        (Route::Page(page), _) => Ok(pages::serve(request, page)),
        (Route::UserPage, Argument::File(file)) => user_pages::serve(app, file).await,
        // `resolve` gives no route another argument than its own.
        _ => Err(Refusal::UnknownPath),
    }
}

/// What the service says of itself.
async fn about_the_service(
    route: Route,
    request: &HttpRequest,
    app: &App,
    facts: &Screened<'_>,
) -> Result<HttpResponse, Refusal> {
    match route {
        Route::Health => Ok(health::alive()),
        Route::Ready => health::ready(request, app, facts).await,
        Route::Metrics => metrics::show(request, app, facts).await,
        _ => tls::download(app),
    }
}

/// The verb, if the address answers it.
fn permitted(allow: Allow, method: &Method) -> Result<Verb, Refusal> {
    let verb = Verb::of(method).filter(|verb| allow.permits(*verb));
    verb.ok_or(Refusal::MethodNotAllowed(allow))
}
