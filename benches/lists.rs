//! How long the lists that front ends show take on a large account. See `README.md` beside this file.
#[expect(dead_code, reason = "the other bench uses the rest of it")]
mod support;

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query, sql_types::Text};
use std::{
    io::{Error, Result},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use support::{
    http::Client,
    percentile,
    postgres::Postgres,
    server::{Installation, hookdesk},
    table::{Table, Target},
};

const USAGE: &str =
    "cargo bench --bench lists -- [only=sqlite|postgres] [messages=1000000] [conversations=100000] [inboxes=50] [times=200] [row=text of a row]";

/// What is asked, below the account. `{inbox}` and `{conversation}` are filled in.
const ENDPOINTS: [&str; 35] = [
    "/conversations",
    "/conversations?assignee_type=me",
    "/conversations?assignee_type=unassigned",
    "/conversations?assignee_type=assigned",
    "/conversations?status=all",
    "/conversations?status=resolved",
    "/conversations?status=pending",
    "/conversations?status=snoozed&page=2",
    "/conversations?status=all&page=100",
    "/conversations?inbox_id={inbox}",
    "/conversations?inbox_id={inbox}&status=all",
    "/conversations?conversation_type=unattended",
    "/conversations?sort_by=last_activity_at_asc&status=all",
    "/conversations?sort_by=created_at_asc&status=all",
    "/conversations?sort_by=created_at_desc&status=all",
    "/conversations?sort_by=priority_desc",
    "/conversations?sort_by=priority_desc&status=all",
    "/conversations?sort_by=priority_desc_created_at_asc",
    "/conversations?sort_by=waiting_since_asc",
    "/conversations?sort_by=waiting_since_desc&status=all",
    "/conversations?sort_by=unread",
    "/conversations?updated_within=60&status=all",
    "/conversations?updated_within=864000&status=all",
    "/conversations?q=order+4711",
    "/conversations?q=coffee",
    "/conversations/meta",
    "/conversations/meta?status=all",
    "/conversations/{conversation}/messages",
    "/conversations/{conversation}/messages?before=500000",
    "/contacts",
    "/contacts?sort=name&page=2",
    "/contacts?sort=-created_at",
    "/contacts/search?q=olivia.99",
    "/search/messages?q=%E0%B8%8A%E0%B8%B3%E0%B8%A3%E0%B8%B8%E0%B8%94",
    "/search?q=99887",
];

/// What administrators ask of a year, below the account in the second version of the API. `{year}` and `{label}` and the like are filled in.
const REPORTS: [&str; 14] = [
    "/reports?metric=conversations_count&type=account&group_by=day{year}",
    "/reports?metric=incoming_messages_count&type=account&group_by=hour{year}",
    "/reports?metric=outgoing_messages_count&type=agent&id={agent}&group_by=week{year}",
    "/reports?metric=avg_first_response_time&type=inbox&id={inbox}&group_by=month{year}",
    "/reports?metric=reply_time&type=team&id={team}&group_by=day{year}",
    "/reports?metric=incoming_messages_count&type=label&id={label}&group_by=day{year}",
    "/reports/summary?type=account{year}",
    "/reports/summary?type=team&id={team}{year}",
    "/summary_reports/agent?business_hours=false{year}",
    "/summary_reports/team?business_hours=false{year}",
    "/summary_reports/inbox?business_hours=false{year}",
    "/summary_reports/label?business_hours=false{year}",
    "/summary_reports/channel?since={half}",
    "/live_reports/conversation_metrics",
];

/// How often each is asked at most: somebody may ask for a hundred reports a minute.
const REPORT_TIMES: usize = 50;

/// How long the texts may take until they are in the search index.
const TO_INDEX: Duration = Duration::from_secs(3600);

struct Options {
    only: String,
    messages: u64,
    conversations: u64,
    inboxes: u64,
    times: usize,
    row: String,
}

fn main() -> Result<()> {
    let options = options()?;
    let runtime = support::runtime()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(folder)?;
    let mut table = Table::default();
    if options.only != "postgres" {
        println!("== SQLite");
        runtime.block_on(measure(&options, folder, None, &mut table))?;
    }
    if options.only != "sqlite" {
        match Postgres::find(folder)? {
            Some(postgres) => {
                println!("== {}", postgres.about);
                runtime.block_on(measure(&options, folder, Some(&postgres), &mut table))?;
            }
            None => println!("== PostgreSQL: left out, since neither HOOKDESK_TEST_DATABASE_URL nor its programs are there"),
        }
    }
    table.print();
    Ok(())
}

async fn measure(options: &Options, folder: &Path, postgres: Option<&Postgres>, table: &mut Table) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("lists").tempdir_in(folder)?;
    let database = postgres.map(Postgres::database).transpose()?;
    let installation = Installation::new(folder.path().to_owned(), database.as_ref().map(|database| database.url.clone()))?;
    let Options { messages, conversations, inboxes, .. } = options;
    let seed = format!("seed --account 1 --agents 40 --messages {messages} --conversations {conversations} --inboxes {inboxes}");
    let path = PathBuf::from(folder.path());
    let started = Instant::now();
    if !hookdesk(&path, installation.database.as_deref()).args(seed.split(' ')).status()?.success() {
        return Err(Error::other("the account could not be seeded"));
    }
    println!("   {:.0} messages/s seeded", *messages as f64 / started.elapsed().as_secs_f64());
    let mut store = Store::open(&installation)?;
    store.group()?;
    let server = installation.serve().await?;
    store.indexed(started).await?;
    let asking = store.texts("SELECT token AS value FROM access_tokens WHERE owner_type = 0 ORDER BY owner_id LIMIT 2")?;
    store.tidy_up()?;
    let inbox = store.texts("SELECT CAST(min(id) AS TEXT) AS value FROM inboxes")?.concat();
    let name = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    for (token, who) in asking.iter().zip(["administrator", "agent of a few inboxes"]) {
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.contains(&options.row)) {
            // which conversations an agent sees is left to the seed
            if who != "administrator" && endpoint.contains('{') {
                continue;
            }
            let path = endpoint.replace("{inbox}", &inbox).replace("{conversation}", &(options.conversations / 2).to_string());
            let mut client = server.client_of(token).await?;
            let mut took = ask(&mut client, &format!("/api/v1/accounts/1{path}"), options.times).await?;
            let (p50, p99) = (percentile(&mut took, 0.5), percentile(&mut took, 0.99));
            table.add(format!("{name}, {who}: `{endpoint}` p50 {p50:.1} ms, p99"), "ms", Target::AtMost(20.0), p99);
        }
    }
    store.packed().await?;
    if let Some(token) = asking.first() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(Error::other)?.as_secs();
        let day = 86_400;
        let year = format!("&since={}&until={now}&timezone_offset=5.75", now - 366 * day);
        let ids = [("{year}", year), ("{half}", (now - 180 * day).to_string()), ("{inbox}", inbox.clone())];
        let named = [("{agent}", "account_users WHERE role = 0"), ("{team}", "teams"), ("{label}", "labels")];
        let mut client = server.client_of(token).await?;
        for report in REPORTS.iter().filter(|report| report.contains(&options.row)) {
            let mut path = ids.iter().fold((*report).to_owned(), |path, (name, value)| path.replace(name, value));
            for (name, table) in named {
                let column = if name == "{agent}" { "user_id" } else { "id" };
                path = path.replace(name, &store.texts(&format!("SELECT CAST(max({column}) AS TEXT) AS value FROM {table}"))?.concat());
            }
            let mut took = ask(&mut client, &format!("/api/v2/accounts/1{path}"), options.times.min(REPORT_TIMES)).await?;
            let (p50, p99) = (percentile(&mut took, 0.5), percentile(&mut took, 0.99));
            table.add(format!("{name}, a year: `{report}` p50 {p50:.1} ms, p99"), "ms", Target::AtMost(200.0), p99);
        }
    }
    server.stop().await
}

/// How many milliseconds each answer took, after a few that do not count.
async fn ask(client: &mut Client, path: &str, times: usize) -> Result<Vec<f64>> {
    let mut took = Vec::with_capacity(times);
    for n in 0..times + 5 {
        let asked = Instant::now();
        let (status, _) = client.send("GET", path, "").await?;
        if status != 200 {
            return Err(Error::other(format!("{path}: {status}")));
        }
        if n >= 5 {
            took.push(asked.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(took)
}

/// The database beside the server.
enum Store {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Store {
    fn open(installation: &Installation) -> Result<Store> {
        let Some(url) = &installation.database else {
            let file = installation.folder.join("hookdesk.db");
            let mut conn = SqliteConnection::establish(&file.to_string_lossy()).map_err(Error::other)?;
            // the server may be writing what makes even readers wait
            conn.batch_execute("PRAGMA busy_timeout = 60000").map_err(Error::other)?;
            return Ok(Store::Sqlite(conn));
        };
        PgConnection::establish(url).map(Store::Postgres).map_err(Error::other)
    }

    fn texts(&mut self, query: &str) -> Result<Vec<String>> {
        let found: Vec<Shown> = match self {
            Store::Sqlite(conn) => sql_query(query).load(conn),
            Store::Postgres(conn) => sql_query(query).load(conn),
        }
        .map_err(Error::other)?;
        Ok(found.into_iter().map(|found| found.value).collect())
    }

    /// A fifth of the conversations gets a team, and a fourth a label.
    fn group(&mut self) -> Result<()> {
        let now = "'2026-01-01 00:00:00'";
        let sql = format!(
            "INSERT INTO teams (account_id, name, allow_auto_assign, icon, icon_color, created_at, updated_at) VALUES (1, 'sales', false, '', '', {now}, {now});
             INSERT INTO labels (account_id, title, color, show_on_sidebar, created_at, updated_at) VALUES (1, 'vip', '#ffffff', true, {now}, {now});
             UPDATE conversations SET team_id = (SELECT max(id) FROM teams) WHERE id % 5 = 0;
             UPDATE conversations SET labels = '[\"vip\"]' WHERE id % 4 = 0;
             INSERT INTO conversation_labels (account_id, conversation_id, title) SELECT account_id, id, 'vip' FROM conversations WHERE id % 4 = 0;"
        );
        match self {
            Store::Sqlite(conn) => conn.batch_execute(&sql),
            Store::Postgres(conn) => conn.batch_execute(&sql),
        }
        .map_err(Error::other)
    }

    /// Waits until reports read what is packed.
    async fn packed(&mut self) -> Result<()> {
        let began = Instant::now();
        let rest = "SELECT 'more' AS value FROM report_progress WHERE message_id < (SELECT max(id) FROM messages) OR event_id < (SELECT max(id) FROM reporting_events)";
        while !self.texts(rest)?.is_empty() {
            if began.elapsed() > TO_INDEX {
                return Err(Error::other("what reports count is not packed"));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        println!("   {:.0} s until all was packed for reports", began.elapsed().as_secs_f64());
        Ok(())
    }

    async fn indexed(&mut self, started: Instant) -> Result<()> {
        let began = Instant::now();
        while !self.texts("SELECT CAST(id AS TEXT) AS value FROM unindexed LIMIT 1")?.is_empty() {
            if began.elapsed() > TO_INDEX {
                return Err(Error::other("the texts do not get into the search index"));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        println!("   {:.0} s until all was in the search index", started.elapsed().as_secs_f64());
        Ok(())
    }

    /// What PostgreSQL does by itself in time.
    fn tidy_up(&mut self) -> Result<()> {
        match self {
            Store::Sqlite(_) => Ok(()),
            Store::Postgres(conn) => conn.batch_execute("VACUUM ANALYZE").map_err(Error::other),
        }
    }
}

fn options() -> Result<Options> {
    let mut options = Options { only: String::new(), messages: 1_000_000, conversations: 100_000, inboxes: 50, times: 200, row: String::new() };
    // cargo adds --bench
    for argument in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        let (name, value) = argument.split_once('=').ok_or_else(|| Error::other(USAGE))?;
        let number = || value.parse::<u64>().map(|number| number.max(1)).map_err(|_| Error::other(USAGE));
        match name {
            "only" if ["sqlite", "postgres"].contains(&value) => options.only = value.to_owned(),
            "messages" => options.messages = number()?,
            "conversations" => options.conversations = number()?,
            "inboxes" => options.inboxes = number()?,
            "times" => options.times = number()? as usize,
            "row" => options.row = value.to_owned(),
            _ => return Err(Error::other(USAGE)),
        }
    }
    Ok(options)
}
