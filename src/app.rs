//! The whole: the only place that knows all rooms. Who listens to whom, what runs beside the requests, and how it all stops.
mod routes;
mod sending;

pub use routes::document;

use crate::{
    auth, bots,
    config::{Config, Role},
    contacts,
    conversations::{self, Pace},
    custom_filters,
    db::{
        Db, Shared,
        nodes::{Listener, Nodes},
    },
    error::{Error, Result},
    events::Subscribers,
    files::{self, Links},
    inboxes, labels,
    mail::Mailer,
    notifications,
    operations::{self, Watch},
    outbound::{Guard, Policy, Trust},
    rounds::Rounds,
    storage::Storage,
    teams,
    test_receivers::{self, Limits},
    users::{Departures, Dismissals, Restrictions},
    web,
    webhooks::{self, Figures, Handover, Tail},
};
use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::{NormalizePath, TrailingSlash, from_fn},
    web::{Data, PathConfig, ServiceConfig},
};
use futures_util::future::join_all;
use sending::Sending;
use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

/// How long requests in flight may take when the server stops, in seconds.
const LAST_REQUESTS: u64 = 8;
/// How long forgetting, sweeping and indexing may go on when the server stops.
const LAST_TIDYING: Duration = Duration::from_secs(1);

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
    sending: Option<Sending>,
    tidying: [Rounds; 3],
    tail: Tail,
    limits: Limits,
    handle: ServerHandle,
    running: actix_rt::task::JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Opens the database, runs the migrations and starts to listen.
    ///
    /// # Errors
    /// When the data folder, the storage, the database, the address or a file of certificates cannot be used, or the role does not go with the database.
    pub async fn start(mut config: Config) -> Result<Server> {
        config.check_role().map_err(Error::Refused)?;
        let trust = Trust::new(&config.webhook).map_err(Error::Refused)?;
        let storage = Storage::new(&config)?.tried_out();
        // first of all: whoever finds the address taken has not touched the database of the server that has it
        let (listener, address) = bind(&mut config)?;
        let nodes = Nodes::new(&config.database, config.role != Role::Web)?;
        let (handover, intake) = Handover::new(&config.webhook, nodes.clone());
        let mailer = Mailer::new(&config)?;
        let watch = Watch::new(Figures::new(&handover), mailer.clone());
        let links = Links::new(&config.public_url);
        let shared = hooks()
            .with(mailer.clone())
            .with(Pace::new(config.rate_limits))
            .with(watch.figures.clone())
            .with(links.clone())
            .with(nodes.clone())
            .with(handover.clone());
        let db = open(config.clone(), shared).await?;
        let hearing = Listener::start(nodes, handover.ears()).await?;
        let guard = Guard { policy: policy(&config, &db, address)?, trust };
        let sending = match config.role {
            Role::Web => None,
            Role::All | Role::Worker => Some(Sending::start(&db, &config, guard.clone(), mailer, handover, intake).await?),
        };
        let forgetting = operations::keep_forgetting(db.clone(), config.retention, watch.forgotten.clone());
        let tidying = [forgetting, operations::keep_sweeping(db.clone(), storage.clone()), operations::keep_indexing(db.clone())];
        let (tail, limits) = (Tail::start(db.clone()), Limits::default());
        let routes = if config.role == Role::Worker { routes::of_worker } else { routes::all };
        let given = Given {
            db: Data::new(db.clone()),
            config: Data::new(config.clone()),
            mailer: Data::new(watch.mailer.clone()),
            watch: Data::new(watch),
            links: Data::new(links),
            storage: Data::new(storage),
            tail: Data::new(tail.clone()),
            policy: Data::from(guard.policy.clone()),
            guard: Data::new(guard),
            limits: Data::new(limits.clone()),
            sign_in_limits: Data::new(auth::SignInLimits::new(config.rate_limits)),
            quotas: Data::new(web::Quotas::new(config.rate_limits)),
            crowd: Data::new(web::Crowd::new(&config, address.ip())),
        };
        let app = move || {
            App::new()
                .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
                .wrap(NormalizePath::new(TrailingSlash::Trim))
                .wrap(from_fn(web::limit_requests))
                .wrap(from_fn(web::log_request))
                .configure(|cfg| given.to(cfg))
                .configure(|cfg| operations::api::routes(cfg, given.config.metrics_token.as_ref()))
                .configure(routes)
        };
        let server = HttpServer::new(app).disable_signals().shutdown_timeout(LAST_REQUESTS);
        let server = if config.workers > 0 { server.workers(config.workers) } else { server };
        let running = server.listen(listener).map_err(Error::internal)?.run();
        let handle = running.handle();
        Ok(Server { address, config, db, hearing, sending, tidying, tail, limits, handle, running: actix_rt::spawn(running) })
    }

    /// Waits until somebody asks the process to end (SIGTERM or Ctrl-C), then stops.
    ///
    /// # Errors
    /// When the signals cannot be heard.
    pub async fn run(self) -> Result<()> {
        actix_rt::spawn(operations::give_back_what_only_the_start_needed());
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
        self.limits.close();
        self.handle.stop(true).await;
        // whatever it is at may take long, and can be cut anywhere
        join_all(self.tidying.map(|rounds| rounds.stop(LAST_TIDYING))).await;
        if let Some(sending) = self.sending {
            sending.stop().await;
        }
        self.hearing.stop().await;
        // the accept loop may outlive the last worker by a moment
        let _ = tokio::time::timeout(Duration::from_secs(1), self.running).await;
    }
}

/// What handlers are given besides the request.
#[derive(Clone)]
struct Given {
    db: Data<Db>,
    config: Data<Config>,
    mailer: Data<Mailer>,
    watch: Data<Watch>,
    links: Data<Links>,
    storage: Data<Storage>,
    tail: Data<Tail>,
    policy: Data<Policy>,
    guard: Data<Guard>,
    limits: Data<Limits>,
    sign_in_limits: Data<auth::SignInLimits>,
    quotas: Data<web::Quotas>,
    crowd: Data<web::Crowd>,
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
            .app_data(self.sign_in_limits.clone())
            .app_data(self.quotas.clone())
            .app_data(self.crowd.clone());
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

/// What the rooms below call in the ones above, within their transactions.
fn hooks() -> Shared {
    Shared::default()
        .with(Subscribers(vec![webhooks::subscriber()]))
        .with(bots::Followers(vec![webhooks::follow_bot]))
        .with(inboxes::Closings(vec![webhooks::close_inbox]))
        .with(inboxes::Clearings(vec![conversations::clear_inbox, contacts::clear_inbox]))
        .with(contacts::Clearings(vec![conversations::clear_contact]))
        .with(conversations::Resendings(vec![webhooks::resend]))
        .with(labels::Relabellings(vec![conversations::relabel, contacts::relabel]))
        .with(teams::Dissolutions(vec![conversations::set_free]))
        .with(Dismissals(vec![auth::dismiss]))
        .with(Restrictions(vec![conversations::restrict]))
        .with(Departures(vec![auth::depart, teams::depart, inboxes::depart, conversations::depart, notifications::depart, custom_filters::depart]))
}

/// Opens the database, which may have been used at another address. A node that answers nobody has none.
async fn open(config: Config, shared: Shared) -> Result<Db> {
    let answers = config.role != Role::Worker;
    let db = actix_rt::task::spawn_blocking(move || Db::open(&config, shared)).await.map_err(Error::internal)??;
    if answers {
        db.write_patiently(files::renew_avatars).await?;
    }
    Ok(db)
}

/// Where webhooks may go. A node that both delivers and answers reaches its own test receivers by itself; the others go by the
/// public address, as everybody does.
fn policy(config: &Config, db: &Db, address: SocketAddr) -> Result<Arc<Policy>> {
    let policy = Policy::new(&config.webhook);
    Ok(Arc::new(match config.role {
        Role::All => policy.with(test_receivers::ourselves(db, &config.public_url, address)?),
        Role::Web | Role::Worker => policy,
    }))
}
