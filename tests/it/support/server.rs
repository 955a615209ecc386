//! The whole server inside the test, with a database of its own.
use super::{
    client::{Anonymous, Caller},
    database::Place,
    until,
};
use diesel::{
    ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Text},
};
use hookdesk::{
    app,
    auth::open_session,
    config::{Config, Secret},
    db::{
        Db,
        schema::events,
        search::{self, Kind},
        types::UserId,
    },
    error::Result,
    events::{ActorType, EventName},
    users,
    web::ClientInfo,
};
use serde_json::Value;
use std::{ops::Deref, time::Duration};

/// A running server. A test ends it with [`Server::finish`].
pub struct Server {
    app: Option<app::Server>,
    place: Option<Place>,
}

/// The row of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub name: &'static str,
    pub inbox: Option<i64>,
    pub message: Option<i64>,
    pub actor: Option<(ActorType, i64)>,
    pub payload: Value,
}

/// What every server of the tests runs with: quick retries, and receivers on this machine.
pub fn config(place: &Place) -> Config {
    let mut config = Config::defaults().unwrap();
    config.listen = "127.0.0.1:0".into();
    config.public_url = "http://127.0.0.1:0/".parse().unwrap();
    config.data_dir = place.folder.path().into();
    config.database = place.database.clone();
    config.webhook.timeout = Duration::from_secs(2);
    config.webhook.retry_schedule = vec![Duration::from_millis(20); 3];
    config.webhook.allow_networks = vec!["127.0.0.0/8".parse().unwrap()];
    config.rate_limits = false;
    config.secret_key = Some(Secret("what second factors follow from".into()));
    config.pool_size = 4;
    config.workers = 1;
    config
}

impl Server {
    pub async fn start() -> Server {
        Server::start_with(|_| {}).await
    }

    /// With other settings.
    pub async fn start_with(edit: impl FnOnce(&mut Config)) -> Server {
        // an internal error that a test provokes is seen, whether the test looks for it or not
        static LOG: std::sync::Once = std::sync::Once::new();
        LOG.call_once(|| tracing_subscriber::fmt().with_env_filter("hookdesk=error").with_writer(std::io::stderr).init());
        let place = Place::migrated();
        let mut config = config(&place);
        edit(&mut config);
        let app = app::Server::start(config).await.unwrap();
        Server { app: Some(app), place: Some(place) }
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous(Caller::new(self.address.to_string()))
    }

    /// What follows this server's address in a link.
    pub fn path<'a>(&self, link: &'a Value) -> &'a str {
        link.as_str().unwrap().strip_prefix(self.config.public_url.as_str().trim_end_matches('/')).unwrap()
    }

    /// The browser of a user who has signed in.
    pub async fn browser_of(&self, user: i64) -> Caller {
        let open = move |tx: &mut hookdesk::db::Tx| {
            let user = users::find(tx.conn, UserId(user))?;
            open_session(tx, &user, &ClientInfo::default())
        };
        let opened = self.write(open).await;
        self.anonymous().with("cookie", &format!("hookdesk_session={}.{}", opened.client, opened.secret))
    }

    /// Every event so far that receivers may hear of, in the order in which they were told.
    pub async fn told(&self) -> Vec<Told> {
        type Row = (EventName, Option<i64>, Option<i64>, Option<ActorType>, Option<i64>, String);
        let rows: Vec<Row> = self
            .read(|conn| {
                let columns = (events::name, events::inbox_id, events::message_id, events::actor_type, events::actor_id, events::payload);
                Ok(events::table.filter(delivered()).order_by(events::id).select(columns).load(conn)?)
            })
            .await;
        let told = |(name, inbox, message, actor_type, actor_id, payload): Row| Told {
            name: name.name(),
            inbox,
            message,
            actor: actor_type.zip(actor_id),
            payload: serde_json::from_str(&payload).unwrap(),
        };
        rows.into_iter().map(told).collect()
    }

    /// The events that `act` causes.
    pub async fn telling(&self, act: impl AsyncFnOnce()) -> Vec<Told> {
        let before = self.told().await.len();
        act().await;
        self.told().await.split_off(before)
    }

    /// What a query finds in the server's database.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut hookdesk::db::DbConn) -> Result<T> + Send + 'static) -> T {
        self.db.read(work).await.unwrap()
    }

    /// Changes what is stored, behind the server's back.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut hookdesk::db::Tx) -> Result<T> + Send + 'static) -> T {
        self.db.write(work).await.unwrap()
    }

    /// One number.
    pub async fn count(&self, sql: &str) -> i64 {
        count(&self.db, sql).await
    }

    /// Some texts, from a column called `name`.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            name: String,
        }
        let sql = sql.to_owned();
        let rows: Vec<Row> = self.read(move |conn| Ok(sql_query(sql).load(conn)?)).await;
        rows.into_iter().map(|row| row.name).collect()
    }

    /// Puts all that waits into the search index. The server's own loop may be at it as well.
    pub async fn index(&self) {
        while self.count("SELECT count(*) AS number FROM unindexed").await > 0 {
            for kind in [Kind::Messages, Kind::Contacts, Kind::Articles] {
                self.write(move |tx| search::step(tx, kind, 500)).await;
            }
        }
    }

    /// Waits until every delivery has its outcome.
    pub async fn settled(&self) {
        let pending = "SELECT count(*) AS number FROM deliveries WHERE state = 0";
        until("an empty queue", async || (self.count(pending).await == 0).then_some(())).await;
    }

    /// Stops the server as a test that has found everything right: nothing is left in the queue.
    pub async fn finish(self) {
        self.settled().await;
        self.finish_with_a_queue().await;
    }

    /// Stops the server whatever waits in the queue. Whatever was told is as the catalogue says.
    pub async fn finish_with_a_queue(mut self) {
        let told: Vec<String> =
            self.read(|conn| Ok(events::table.filter(delivered()).order_by(events::id).select(events::payload).load(conn)?)).await;
        told.iter().for_each(|payload| super::schemas::assert_stored(payload));
        self.app.take().unwrap().stop().await;
        let place = self.place.take();
        // dropping a database may block
        actix_rt::task::spawn_blocking(move || drop(place)).await.unwrap();
    }
}

/// That an event has a body which may be delivered.
fn delivered() -> diesel::dsl::EqAny<events::name, &'static [EventName]> {
    events::name.eq_any(EventName::DELIVERED)
}

/// One number, from a column of that name.
pub async fn count(db: &Db, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    // PostgreSQL's count is wide and its max is not
    let sql = format!("SELECT CAST(number AS BIGINT) AS number FROM ({sql}) AS counted");
    let rows: Vec<Row> = db.read(move |conn| Ok(sql_query(sql).load(conn)?)).await.unwrap();
    rows[0].number
}

impl Deref for Server {
    type Target = app::Server;
    fn deref(&self) -> &app::Server {
        self.app.as_ref().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let forgotten = self.app.is_some() && !std::thread::panicking();
        assert!(!forgotten, "a test ends its server with finish()");
    }
}
