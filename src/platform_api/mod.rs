//! The platform API: programs of the operator's make accounts, users and bots, and sign people in by links. Each has a token of its own, and
//! touches nothing but what it has made or was given.
mod accounts_api;
mod bots_api;
mod caller;
mod commands;
mod deletion;
mod model;
mod payload;
mod queries;
mod users_api;

pub use commands::{create_app, delete_app};
pub use deletion::{keep_deleting, step};
pub use model::PlatformApp;
pub use queries::apps;

use crate::web::{plain::Plain, routes::Routes};
use actix_web::{
    middleware::from_fn,
    web::{ServiceConfig, scope},
};

/// The routes.
pub fn routes(cfg: &mut ServiceConfig) {
    let part = part();
    cfg.service(scope(part.path()).wrap(from_fn(caller::known_first)).configure(|cfg| part.register(cfg)));
}

/// What they are.
pub fn part() -> Routes {
    let mut routes = Routes::below("/platform/api/v1");
    accounts_api::routes(&mut routes);
    users_api::routes(&mut routes);
    bots_api::routes(&mut routes);
    routes.or::<Plain>(404, "There is no such thing")
}
