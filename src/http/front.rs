//! In front of actix-web's application: a row that somebody GETs is answered from the request's head.
//!
//! The application makes much of a request before a handler sees it (routing, shared data, a path
//! decoded for patterns). Reading one row needs none of it and is what programs ask for most.
//!
//! Invariant: an answer is the same on both ways; [`answer_row`] follows the same rules.
//! Never: looks at a body.

use std::task::{Context, Poll};

use actix_http::{Request, Response};
use actix_service::IntoServiceFactory;
use actix_web::App;
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, RequestHead, Service, ServiceFactory, ServiceResponse};
use actix_web::http::Method;
use actix_web::web::{self, Data};
use futures_util::future::LocalBoxFuture;

use super::answer::{answer, answer_row};
use super::app::Worker;
use super::method::Verb;
use super::routes::{Route, plain_row};
use crate::resource::Resource;

/// What one worker thread serves.
pub(super) fn front(
    worker: Worker,
) -> impl ServiceFactory<
    Request,
    Config = AppConfig,
    Response = Response<BoxBody>,
    Error = actix_web::Error,
    InitError = (),
> {
    let worker = Data::new(worker);
    let app = App::new().app_data(Data::clone(&worker)).default_service(web::to(answer));
    FrontFactory { app: app.into_factory(), worker }
}

/// Makes the front of one worker.
struct FrontFactory<F> {
    app: F,
    worker: Data<Worker>,
}

impl<F> ServiceFactory<Request> for FrontFactory<F>
where
    F: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse>,
    F::Error: 'static,
    F::Future: 'static,
    <F::Service as Service<Request>>::Future: 'static,
{
    type Response = Response<BoxBody>;
    type Error = F::Error;
    type Config = AppConfig;
    type Service = Front<F::Service>;
    type InitError = F::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, Self::InitError>>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let (app, worker) = (self.app.new_service(config), Data::clone(&self.worker));
        Box::pin(async move { Ok(Front { app: app.await?, worker }) })
    }
}

/// One worker's front.
struct Front<S> {
    app: S,
    worker: Data<Worker>,
}

impl<S> Service<Request> for Front<S>
where
    S: Service<Request, Response = ServiceResponse>,
    S::Error: 'static,
    S::Future: 'static,
{
    type Response = Response<BoxBody>;
    type Error = S::Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.app.poll_ready(context)
    }

    fn call(&self, request: Request) -> Self::Future {
        let Some(row) = row_of(request.head()) else {
            let answered = self.app.call(request);
            return Box::pin(async move { Ok(answered.await?.into()) });
        };
        let worker = Data::clone(&self.worker);
        Box::pin(async move { Ok(answer_row(request.head(), &worker, row).await.into()) })
    }
}

/// The row that a request wants to read; `None` for every other request, and where the address is
/// written in an unusual way.
fn row_of(request: &RequestHead) -> Option<(&'static Resource, i64)> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return None;
    }
    let (resource, key) = plain_row(request.uri.path())?;
    Route::Row(resource).allow().permits(Verb::Read).then_some((resource, key))
}
