//! What handlers are given besides the request, and the HTTP server that hands it to them.
use crate::{
    auth,
    config::Config,
    db::Db,
    error::{Error, Result},
    files::Links,
    help_centre::Views,
    live::{self, Hub},
    mail::Mailer,
    operations::{self, Watch},
    outbound::{Guard, Policy},
    storage::Storage,
    test_receivers::Limits,
    web,
    webhooks::Tail,
};
use actix_rt::task::JoinHandle;
use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::{NormalizePath, TrailingSlash, from_fn},
    web::{Data, PathConfig, ServiceConfig},
};
use std::net::TcpListener;

/// How long requests in flight may take when the server stops, in seconds.
const LAST_REQUESTS: u64 = 8;

/// What handlers are given besides the request.
#[derive(Clone)]
pub struct Given {
    pub db: Data<Db>,
    pub config: Data<Config>,
    pub mailer: Data<Mailer>,
    pub watch: Data<Watch>,
    pub links: Data<Links>,
    pub storage: Data<Storage>,
    pub tail: Data<Tail>,
    pub policy: Data<Policy>,
    pub guard: Data<Guard>,
    pub limits: Data<Limits>,
    pub hub: Data<Hub>,
    pub views: Data<Views>,
    pub sign_in_limits: Data<auth::SignInLimits>,
    pub quotas: Data<web::Quotas>,
    pub crowd: Data<web::Crowd>,
}

impl Given {
    /// Gives all of it to the handlers of one worker.
    fn to(&self, cfg: &mut ServiceConfig) {
        cfg.app_data(self.db.clone())
            .app_data(self.config.clone())
            .app_data(self.mailer.clone())
            .app_data(self.watch.clone())
            .app_data(self.watch.traffic.clone())
            .app_data(self.links.clone())
            .app_data(self.storage.clone())
            .app_data(self.tail.clone())
            .app_data(self.policy.clone())
            .app_data(self.guard.clone())
            .app_data(self.limits.clone())
            .app_data(self.hub.clone())
            .app_data(self.views.clone())
            .app_data(self.sign_in_limits.clone())
            .app_data(self.quotas.clone())
            .app_data(self.crowd.clone());
    }

    /// Answers requests from now on, by these routes.
    ///
    /// # Errors
    /// When the listener cannot be used.
    pub fn answer(self, listener: TcpListener, routes: fn(&mut ServiceConfig)) -> Result<(ServerHandle, JoinHandle<std::io::Result<()>>)> {
        let workers = self.config.workers;
        let app = move || {
            App::new()
                .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
                .wrap(NormalizePath::new(TrailingSlash::Trim))
                .wrap(from_fn(web::limit_requests))
                .wrap(from_fn(web::log_request))
                .configure(|cfg| self.to(cfg))
                .configure(|cfg| operations::api::routes(cfg, self.config.metrics_token.as_ref()))
                .configure(routes)
        };
        let server = HttpServer::new(app).disable_signals().shutdown_timeout(LAST_REQUESTS).on_connect(live::remember_line);
        let server = if workers > 0 { server.workers(workers) } else { server };
        let running = server.listen(listener).map_err(Error::internal)?.run();
        Ok((running.handle(), actix_rt::spawn(running)))
    }
}
