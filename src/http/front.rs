//! In front of actix-web's application: rows are read and written without it.
//!
//! The application makes much of a request before a handler sees it (routing, shared data, a path
//! decoded for patterns). One row needs none of it and is what programs ask for most.
//!
//! Invariant: an answer is the same on both ways, after the same rules.
//! Never: decides anything of a request but which way it goes.

use std::task::{Context, Poll};

use actix_http::{Request, Response};
use actix_service::IntoServiceFactory;
use actix_web::App;
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, RequestHead, Service, ServiceFactory, ServiceResponse};
use actix_web::web::{self, Data};
use futures_util::future::LocalBoxFuture;

use super::answer::{answer, answer_row, answer_write};
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

    fn call(&self, mut request: Request) -> Self::Future {
        let Some((verb, resource, key)) = row_of(request.head()) else {
            let answered = self.app.call(request);
            return Box::pin(async move { Ok(answered.await?.into()) });
        };
        let worker = Data::clone(&self.worker);
        // A future each: that of a write is large.
        if let (Verb::Read, Some(key)) = (verb, key) {
            let row = (resource, key);
            return Box::pin(
                async move { Ok(answer_row(request.head(), &worker, row).await.into()) },
            );
        }
        let (payload, row) = (request.take_payload(), (resource, key));
        Box::pin(async move {
            Ok(answer_write(request.head(), payload, &worker, verb, row).await.into())
        })
    }
}

/// What a request wants with a row, which is named by its key or new; `None` for every other request,
/// and where the address is written in an unusual way.
fn row_of(request: &RequestHead) -> Option<(Verb, &'static Resource, Option<i64>)> {
    let verb = Verb::of(&request.method)?;
    let (resource, key) = plain_row(request.uri.path())?;
    let route = key.map_or(Route::List(resource), |_| Route::Row(resource));
    let is_list = verb == Verb::Read && key.is_none();
    (!is_list && route.allow().permits(verb)).then_some((verb, resource, key))
}
