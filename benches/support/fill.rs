//! Rows in great numbers, written inside the database: each message as the server itself would have left it.
use super::server::Installation;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query, sql_types::BigInt,
    sql_types::Text,
};
use std::io::{Error, Result};

/// How many messages one transaction writes.
const CHUNK: u64 = 50_000;

/// What becomes of the messages that are written.
#[derive(Clone, Copy, PartialEq)]
pub enum Left {
    /// Each was delivered at the first try.
    Delivered,
    /// Each delivery is due, and was never tried.
    Due,
}

enum Store {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The last message that there is, all of whose deliveries must have arrived, and what belongs to it: the pattern of the others.
struct Pattern {
    message: i64,
    event: i64,
    delivery: i64,
    attempt: i64,
}

/// Writes so many messages more, each with its event, its delivery and, if it was delivered, its attempt. The columns that are
/// not named here are copied from the newest message, whichever there are. Gives the ids of the messages. The server must not
/// be running.
pub fn fill(installation: &Installation, messages: u64, left: Left) -> Result<std::ops::Range<u64>> {
    let mut store = Store::open(installation)?;
    let newest = |table: &str| format!("SELECT max(id) AS number FROM {table}");
    let pattern = Pattern {
        message: store.number(&newest("messages"))?,
        event: store.number(&newest("events"))?,
        delivery: store.number(&newest("deliveries"))?,
        attempt: store.number(&newest("attempts"))?,
    };
    let conversations = store.number("SELECT count(*) AS number FROM conversations")?;
    let tables = store.tables(&pattern, conversations, messages, left)?;
    for from in (1..=messages).step_by(CHUNK as usize) {
        let last = (from + CHUNK - 1).min(messages);
        let inserts: Vec<String> = tables.iter().map(|table| store.insert(table, from, last)).collect();
        store.run(&format!("BEGIN; {}; COMMIT", inserts.join("; ")))?;
    }
    store.finish(&tables)?;
    if installation.database.is_none() {
        // SQLite was told not to wait for the disk, which would be busy with all this while the server is measured
        std::fs::File::open(installation.folder.join("hookdesk.db"))?.sync_all()?;
    }
    let first = pattern.message as u64 + 1;
    Ok(first..first + messages)
}

/// How one table is filled: an expression for each of its columns, of the pattern `t` and the number `n`.
struct Table {
    name: &'static str,
    pattern: i64,
    columns: Vec<(String, String)>,
}

impl Store {
    /// What is written here need not survive anything, nor be checked.
    fn open(installation: &Installation) -> Result<Store> {
        match &installation.database {
            Some(url) => {
                let mut conn = PgConnection::establish(url).map_err(Error::other)?;
                // neither foreign keys nor triggers
                conn.batch_execute("SET session_replication_role = replica; SET synchronous_commit = off").map_err(Error::other)?;
                Ok(Store::Postgres(conn))
            }
            None => {
                let file = installation.folder.join("hookdesk.db");
                let mut conn = SqliteConnection::establish(&file.to_string_lossy()).map_err(Error::other)?;
                conn.batch_execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000").map_err(Error::other)?;
                Ok(Store::Sqlite(conn))
            }
        }
    }

    fn run(&mut self, statements: &str) -> Result<()> {
        match self {
            Store::Sqlite(conn) => conn.batch_execute(statements),
            Store::Postgres(conn) => conn.batch_execute(statements),
        }
        .map_err(Error::other)
    }

    fn number(&mut self, query: &str) -> Result<i64> {
        let found: Number = match self {
            Store::Sqlite(conn) => sql_query(query).get_result(conn),
            Store::Postgres(conn) => sql_query(query).get_result(conn),
        }
        .map_err(Error::other)?;
        Ok(found.number)
    }

    fn columns(&mut self, table: &str) -> Result<Vec<String>> {
        let found: Vec<Name> = match self {
            Store::Sqlite(conn) => sql_query(format!("SELECT name FROM pragma_table_info('{table}')")).load(conn),
            Store::Postgres(conn) => {
                let of_table = format!("table_schema = 'public' AND table_name = '{table}'");
                sql_query(format!("SELECT column_name::text AS name FROM information_schema.columns WHERE {of_table}")).load(conn)
            }
        }
        .map_err(Error::other)?;
        Ok(found.into_iter().map(|found| found.name).collect())
    }

    /// A message every 50 ms, the last one now: none is so old that it would be forgotten.
    fn time(&self, messages: u64) -> String {
        match self {
            Store::Sqlite(_) => format!("strftime('%Y-%m-%d %H:%M:%f', 'now', ((n - {messages}) * 0.05) || ' seconds')"),
            Store::Postgres(_) => format!("timezone('UTC', now()) + (n - {messages}) * interval '50 milliseconds'"),
        }
    }

    /// As the server gives them: the first twelve digits are the time, in milliseconds.
    fn uuid(&self, messages: u64) -> String {
        let (digits, rest) = match self {
            Store::Sqlite(_) => (
                format!("printf('%012x', CAST(strftime('%s', 'now') AS INTEGER) * 1000 + (n - {messages}) * 50)"),
                "lower(substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))",
            ),
            Store::Postgres(_) => (
                format!("lpad(to_hex(extract(epoch FROM now())::bigint * 1000 + (n - {messages}) * 50), 12, '0')"),
                "substr(gen_random_uuid()::text, 16)",
            ),
        };
        format!("substr({digits}, 1, 8) || '-' || substr({digits}, 9, 4) || '-7' || {rest}")
    }

    fn tables(&mut self, pattern: &Pattern, conversations: i64, messages: u64, left: Left) -> Result<Vec<Table>> {
        let (time, uuid) = (self.time(messages), self.uuid(messages));
        let Pattern { message, event, delivery, attempt } = pattern;
        let conversation = format!("1 + n % {conversations}");
        let known = |table: &str, column: &str| match (table, column) {
            ("messages", "id") | ("events", "message_id") => Some(format!("{message} + n")),
            ("events", "id") | ("deliveries", "event_id") => Some(format!("{event} + n")),
            ("deliveries", "id") | ("attempts", "delivery_id") => Some(format!("{delivery} + n")),
            ("attempts", "id") => Some(format!("{attempt} + n")),
            ("messages" | "events", "conversation_id") => Some(conversation.clone()),
            ("events", "payload") => Some(format!("replace(t.payload, '\"id\":{message},', '\"id\":' || ({message} + n) || ',')")),
            ("deliveries", "public_id") => Some(uuid.clone()),
            ("deliveries", "state" | "attempts") if left == Left::Due => Some("0".to_owned()),
            ("deliveries", "locked_until" | "claimed_by" | "response_status" | "finished_at") if left == Left::Due => Some("NULL".to_owned()),
            (_, "created_at" | "updated_at" | "due_at" | "finished_at") => Some(time.clone()),
            _ => None,
        };
        let mut tables = Vec::new();
        for (name, pattern) in [("messages", *message), ("events", *event), ("deliveries", *delivery), ("attempts", *attempt)] {
            if name == "attempts" && left == Left::Due {
                continue;
            }
            let columns = self.columns(name)?.into_iter().map(|column| {
                let value = known(name, &column).unwrap_or_else(|| format!("t.{column}"));
                (column, value)
            });
            tables.push(Table { name, pattern, columns: columns.collect() });
        }
        Ok(tables)
    }

    fn insert(&self, table: &Table, from: u64, last: u64) -> String {
        let numbers = match self {
            Store::Sqlite(_) => "WITH RECURSIVE numbers (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})",
            Store::Postgres(_) => "WITH numbers (n) AS (SELECT generate_series({from}::bigint, {last}::bigint))",
        };
        let numbers = numbers.replace("{from}", &from.to_string()).replace("{last}", &last.to_string());
        let Table { name, pattern, columns } = table;
        let (columns, values): (Vec<&str>, Vec<&str>) = columns.iter().map(|(column, value)| (column.as_str(), value.as_str())).unzip();
        let (columns, values) = (columns.join(", "), values.join(", "));
        match self {
            Store::Sqlite(_) => format!("INSERT INTO {name} ({columns}) {numbers} SELECT {values} FROM numbers JOIN {name} AS t ON t.id = {pattern}"),
            Store::Postgres(_) => {
                format!("{numbers} INSERT INTO {name} ({columns}) SELECT {values} FROM numbers JOIN {name} AS t ON t.id = {pattern}")
            }
        }
    }

    /// The next ids follow those that were written, all is in the database's own file, and the planner knows what there is.
    fn finish(&mut self, tables: &[Table]) -> Result<()> {
        match self {
            Store::Sqlite(_) => self.run("PRAGMA wal_checkpoint(TRUNCATE)"),
            Store::Postgres(_) => {
                let sequences = tables.iter().map(|Table { name, .. }| format!("SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"));
                self.run(&sequences.collect::<Vec<_>>().join("; "))?;
                self.run("VACUUM ANALYZE")?;
                self.run("CHECKPOINT")
            }
        }
    }
}
