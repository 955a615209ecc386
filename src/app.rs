//! The whole: the only place that knows all rooms. Who listens to whom, what runs beside the requests, and how it all stops.
mod given;
mod routes;
mod sending;

pub use routes::document;

use crate::{
    actions, auth, automation_rules, bots, campaigns,
    config::{Config, Role},
    contact_jobs, contacts,
    conversations::{self, Pace},
    custom_filters,
    db::{
        Db, Shared,
        nodes::{Listener, Nodes},
    },
    error::{Error, Result},
    events::{Subscribers, live::Drawers},
    files::{self, Links},
    help_centre::{self, Views},
    inboxes, labels,
    live::{self, Hub},
    macros,
    mail::Mailer,
    mfa,
    notifications::{self, Tellers},
    operations::{self, Keep, Watch},
    outbound::{Guard, Policy, Trust},
    platform_api, reports,
    rounds::Rounds,
    settings,
    storage::Storage,
    teams,
    test_receivers::{self, Limits},
    users::{Departures, Dismissals, Releases, Restrictions},
    web,
    webhooks::{self, Figures, Handover, Tail},
};
use actix_web::{dev::ServerHandle, web::Data};
use futures_util::future::join_all;
use given::Given;
use sending::Sending;
use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

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
    tidying: [Rounds; 6],
    views: Views,
    tail: Tail,
    limits: Limits,
    hub: Hub,
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
        let (mailer, bell) = (Mailer::new(&config)?, actions::Bell::default());
        let hub = Hub::new(nodes.clone(), &config);
        let watch = Watch::new(Figures::new(&handover), mailer.clone(), hub.clone());
        let links = Links::new(&config.public_url);
        let shared = hooks()
            .with(mailer.clone())
            .with(Pace::new(config.rate_limits))
            .with(watch.figures.clone())
            .with(links.clone())
            .with(nodes.clone())
            .with(handover.clone())
            .with(hub.clone())
            .with(bell.clone());
        let db = open(config.clone(), shared).await?;
        hub.start(db.clone(), drawers(&links));
        let hearing = Listener::start(nodes, handover.ears().into_iter().chain(hub.ears()).collect()).await?;
        let guard = Guard { policy: policy(&config, &db, address)?, trust };
        let sending = match config.role {
            Role::Web => None,
            Role::All | Role::Worker => Some(Sending::start(&db, &config, guard.clone(), mailer, (handover, intake), bell, &storage).await?),
        };
        let (tail, limits, views) = (Tail::start(db.clone()), Limits::default(), Views::default());
        let tidying = tidying(&db, &config, &storage, &watch, &views);
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
            hub: Data::new(hub.clone()),
            views: Data::new(views.clone()),
            sign_in_limits: Data::new(auth::SignInLimits::new(config.rate_limits)),
            quotas: Data::new(web::Quotas::new(config.rate_limits)),
            crowd: Data::new(web::Crowd::new(&config, address.ip())),
        };
        let (handle, running) = given.answer(listener, routes)?;
        Ok(Server { address, config, db, hearing, sending, tidying, views, tail, limits, hub, handle, running })
    }

    /// Waits until somebody asks the process to end (SIGTERM or Ctrl-C), then stops.
    ///
    /// # Errors
    /// When the signals cannot be heard.
    pub async fn run(self) -> Result<()> {
        operations::allow_many_files();
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
        // whoever watches or listens would keep their connection open
        self.tail.close();
        self.limits.close();
        self.hub.close();
        self.handle.stop(true).await;
        // whatever it is at may take long, and can be cut anywhere
        join_all(self.tidying.map(|rounds| rounds.stop(LAST_TIDYING))).await;
        if let Err(e) = self.views.write(&self.db).await {
            tracing::warn!(error = %e, "how often articles were read was not written");
        }
        if let Some(sending) = self.sending {
            sending.stop().await;
        }
        self.hearing.stop().await;
        // the accept loop may outlive the last worker by a moment
        let _ = tokio::time::timeout(Duration::from_secs(1), self.running).await;
    }
}

/// What every node that has a database does beside the requests.
fn tidying(db: &Db, config: &Config, storage: &Storage, watch: &Watch, views: &Views) -> [Rounds; 6] {
    [
        operations::keep_forgetting(db.clone(), Keep::of(config), watch.forgotten.clone()),
        operations::keep_sweeping(db.clone(), storage.clone()),
        operations::keep_indexing(db.clone()),
        reports::keep_packing(db.clone()),
        platform_api::keep_deleting(db.clone()),
        views.keep_writing(db.clone()),
    ]
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

/// Who draws what is told at sockets.
pub fn drawers(links: &Links) -> Drawers {
    Drawers(vec![conversations::drawer(links.clone()), contacts::drawer(), notifications::drawer(tellers(), links.clone()), settings::drawer()])
}

/// Who puts what notifications say into words.
fn tellers() -> Tellers {
    Tellers(vec![conversations::teller(), webhooks::teller(), automation_rules::teller(), contact_jobs::teller()])
}

/// What the rooms below call in the ones above, within their transactions.
fn hooks() -> Shared {
    Shared::default()
        .with(Subscribers(vec![webhooks::subscriber(), live::subscriber()]))
        .with(bots::Followers(vec![webhooks::follow_bot]))
        .with(inboxes::Closings(vec![webhooks::close_inbox]))
        .with(inboxes::Clearings(vec![conversations::clear_inbox, campaigns::clear_inbox, contacts::clear_inbox]))
        .with(contacts::Clearings(vec![conversations::clear_contact]))
        .with(conversations::Resendings(vec![webhooks::resend]))
        .with(labels::Relabellings(vec![contacts::make_way_to_relabel, conversations::relabel, contacts::relabel, automation_rules::relabel]))
        .with(teams::Dissolutions(vec![conversations::set_free, automation_rules::dissolve]))
        .with(conversations::Ruling(automation_rules::hear))
        .with(Dismissals(vec![auth::dismiss]))
        .with(Restrictions(vec![conversations::restrict]))
        // in the order in which whoever begins conversations locks the same
        .with(Releases(vec![campaigns::depart, conversations::depart, notifications::depart]))
        .with(Departures(vec![
            auth::depart,
            teams::depart,
            inboxes::depart,
            campaigns::depart,
            help_centre::depart,
            conversations::depart,
            notifications::depart,
            custom_filters::depart,
            automation_rules::depart,
            macros::depart,
        ]))
}

/// Opens the database, which may have been used at another address. A node that answers nobody has none.
async fn open(config: Config, shared: Shared) -> Result<Db> {
    let answers = config.role != Role::Worker;
    let open = move || {
        let shared = match mfa::Key::of(&config)? {
            Some(key) => shared.with(key),
            None => shared,
        };
        Db::open(&config, shared)
    };
    let db = actix_rt::task::spawn_blocking(open).await.map_err(Error::internal)??;
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
