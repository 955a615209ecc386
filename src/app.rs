//! The whole: the only place that knows all rooms. Routes, subscribers, the delivery loop, and how it all stops.
use crate::{
    agents, auth,
    config::{Config, Role},
    contacts, conversations,
    db::{
        Db, Shared,
        nodes::{Listener, Nodes},
    },
    error::{Error, Result},
    events::Subscribers,
    files::{self, Links},
    inboxes,
    operations::{self, Sweeper, Watch},
    profile, public_api, settings,
    storage::Storage,
    users::Departures,
    web::{self, shell::NoticeBoard},
    webhooks::{self, Dispatcher, Figures, Handover, Replayer, Tail},
};
use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    middleware::{NormalizePath, TrailingSlash, from_fn},
    web::{Data, PathConfig, ServiceConfig, get, resource, scope},
};
use serde_json::json;
use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

/// The Chatwoot version whose API this is: the mobile app asks for it.
const API_VERSION: &str = "4.16.2";

/// How long requests in flight may take when the server stops, in seconds.
const LAST_REQUESTS: u64 = 8;
/// How long forgetting may go on when the server stops.
const LAST_SWEEP: Duration = Duration::from_secs(1);
/// How long deliveries in flight may take after them. What takes longer is cut, and tried again by the next run.
const LAST_DELIVERIES: Duration = Duration::from_secs(8);

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it runs with; a port of 0 has become the real one.
    pub config: Config,
    /// Its database.
    pub db: Db,
    hearing: Listener,
    /// None where this node delivers nothing.
    dispatcher: Option<Dispatcher>,
    /// The same.
    replayer: Option<Replayer>,
    sweeper: Sweeper,
    tail: Tail,
    handle: ServerHandle,
    running: actix_rt::task::JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Opens the database, runs the migrations and starts to listen.
    ///
    /// # Errors
    /// When the data folder, the database or the address cannot be used, or the role does not go with the database.
    pub async fn start(mut config: Config) -> Result<Server> {
        config.check_role().map_err(Error::Refused)?;
        // first of all: whoever finds the address taken has not touched the database of the server that has it
        let (listener, address) = bind(&mut config)?;
        let nodes = Nodes::new(&config.database, config.role != Role::Web)?;
        let (handover, intake) = Handover::new(&config.webhook, nodes.clone());
        let watch = Watch::new(Figures::new(&handover));
        let links = Links::new(&config.public_url);
        let shared = Shared::default()
            .with(Subscribers(vec![webhooks::subscriber()]))
            .with(Departures(vec![inboxes::depart, conversations::depart]))
            .with(watch.figures.clone())
            .with(links.clone())
            .with(nodes.clone())
            .with(handover.clone());
        let opened = config.clone();
        let db = actix_rt::task::spawn_blocking(move || Db::open(&opened, shared)).await.map_err(Error::internal)??;
        // before the first request: the loop begins by giving back what the last run had claimed
        let hearing = Listener::start(nodes, handover.ears()).await?;
        let replayer = (config.role != Role::Web).then(|| Replayer::start(db.clone(), config.webhook.clone(), config.retention));
        let dispatcher = match config.role {
            Role::Web => None,
            Role::All | Role::Worker => Some(Dispatcher::start(db.clone(), config.webhook.clone(), handover, intake).await?),
        };
        let storage = Storage::new(&config);
        let sweeper = Sweeper::start(db.clone(), storage.clone(), config.retention, watch.forgotten.clone());
        let tail = Tail::start(db.clone());
        let routes = if config.role == Role::Worker { worker_routes } else { routes };
        let (db_data, config_data, watch_data) = (Data::new(db.clone()), Data::new(config.clone()), Data::new(watch));
        let (links, storage, tail_data) = (Data::new(links), Data::new(storage), Data::new(tail.clone()));
        let board = Data::new(NoticeBoard(vec![webhooks::notices]));
        let limits = Data::new(auth::SignInLimits::new(config.rate_limits));
        let app = move || {
            App::new()
                .app_data(db_data.clone())
                .app_data(config_data.clone())
                .app_data(limits.clone())
                .app_data(board.clone())
                .app_data(links.clone())
                .app_data(storage.clone())
                .app_data(tail_data.clone())
                .app_data(watch_data.clone())
                .app_data(watch_data.traffic.clone())
                .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
                .wrap(NormalizePath::new(TrailingSlash::Trim))
                .wrap(from_fn(web::log_request))
                .configure(|cfg| operations::api::routes(cfg, config_data.metrics_token.as_ref()))
                .configure(routes)
        };
        let mut server = HttpServer::new(app).disable_signals().shutdown_timeout(LAST_REQUESTS);
        if config.workers > 0 {
            server = server.workers(config.workers);
        }
        let running = server.listen(listener).map_err(Error::internal)?.run();
        let handle = running.handle();
        Ok(Server { address, config, db, hearing, dispatcher, replayer, sweeper, tail, handle, running: actix_rt::spawn(running) })
    }

    /// Waits until somebody asks the process to end (SIGTERM or Ctrl-C), then stops.
    ///
    /// # Errors
    /// When the signals cannot be heard.
    pub async fn run(self) -> Result<()> {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(Error::internal)?;
        let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).map_err(Error::internal)?;
        futures_util::future::select(Box::pin(terminate.recv()), Box::pin(interrupt.recv())).await;
        tracing::info!("stopping");
        self.stop().await;
        Ok(())
    }

    /// No new connections; requests in flight are answered, nothing more is forgotten, then deliveries in flight end and their outcomes are stored.
    pub async fn stop(self) {
        // whoever watches would keep their connection open
        self.tail.close();
        self.handle.stop(true).await;
        // whatever it is at may take long, and can be cut anywhere
        let _ = tokio::time::timeout(LAST_SWEEP, self.sweeper.stop()).await;
        if let Some(replayer) = self.replayer {
            replayer.stop().await;
        }
        if let Some(dispatcher) = self.dispatcher {
            dispatcher.stop(LAST_DELIVERIES).await;
        }
        self.hearing.stop().await;
        // the accept loop may outlive the last worker by a moment
        let _ = tokio::time::timeout(Duration::from_secs(1), self.running).await;
    }
}

/// Takes the address; a port of 0 becomes the real one, also in the links that are made with it.
fn bind(config: &mut Config) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(&config.listen).map_err(|e| Error::Internal(format!("cannot listen on {}: {e}", config.listen)))?;
    let address = listener.local_addr().map_err(Error::internal)?;
    if config.public_url.port() == Some(0) {
        config.public_url.set_port(Some(address.port())).map_err(|()| Error::Internal("the public URL takes no port".into()))?;
    }
    Ok((listener, address))
}

/// A node that only delivers is asked by nobody but those who watch over it.
fn worker_routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/health").route(get().to(health))).default_service(actix_web::web::to(nothing));
}

fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/health").route(get().to(health))).service(resource("/api").route(get().to(api)));
    cfg.configure(auth::routes).configure(auth::pages::start_routes).configure(public_api::routes);
    cfg.configure(files::api::routes).configure(web::assets::routes);
    cfg.service(
        scope("/api/v1").wrap(from_fn(auth::credentials_first)).wrap(from_fn(auth::echo_session)).configure(profile::routes).service(
            scope("/accounts/{account_id}")
                .configure(agents::routes)
                .configure(inboxes::api::routes)
                .configure(contacts::api::routes)
                .configure(conversations::api::routes)
                .configure(webhooks::api::routes)
                .configure(settings::routes),
        ),
    );
    cfg.service(
        scope("/app")
            .wrap(from_fn(web::serve_page))
            .default_service(actix_web::web::to(no_page))
            .configure(auth::pages::routes)
            .configure(profile::pages::routes)
            .service(
                scope("/accounts/{account_id}/settings")
                    .default_service(actix_web::web::to(no_page))
                    .configure(settings::pages::routes)
                    .configure(agents::pages::routes)
                    .configure(inboxes::pages::routes)
                    .configure(webhooks::pages::routes)
                    .configure(operations::pages::routes),
            ),
    );
    cfg.service(scope("/survey").wrap(from_fn(web::serve_page)).default_service(actix_web::web::to(no_page)).configure(public_api::pages::routes));
    cfg.default_service(actix_web::web::to(nothing));
}

/// What clients of this API know for a path that leads nowhere; a record that is missing looks different.
async fn nothing() -> HttpResponse {
    HttpResponse::NotFound().json(json!({"status": 404, "error": "Not Found"}))
}

/// The same for people.
async fn no_page() -> Result<HttpResponse> {
    Err(Error::NotFound)
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "woot"}))
}

async fn api(db: Data<Db>) -> Result<HttpResponse> {
    let data_services = if db.answers().await { "ok" } else { "failing" };
    let timestamp = chrono::Utc::now().format("%Y-%m-%d %H:%M:%S").to_string();
    Ok(HttpResponse::Ok()
        .json(json!({"version": API_VERSION, "timestamp": timestamp, "queue_services": data_services, "data_services": data_services})))
}
